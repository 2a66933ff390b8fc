#!/usr/bin/env bash
# Counts the instructions that the tasks of benches/instructions.rs take, under callgrind, and prints them beside the counts kept
# in benches/instructions.txt. Counts repeat to a few thousandths on any load; times do not.
#
#   benches/instructions.sh [--check] [--save] [--callgrind FOLDER] [--profile NAME] [TASK…]
#
# --check     exit 1 when a task takes over 5 % more than the counts kept
# --save      keep these counts (of these tasks; others stay as they are)
# --callgrind leave callgrind's files there, for callgrind_annotate
# --profile   the cargo profile (bench, which is a release); another one is compared with nothing that was kept of this one
#
# The counts kept are those of the profile, compiler and valgrind named in the file: others shift them.

set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kept=$root/benches/instructions.txt
check='' save='' folder='' profile=bench only=()
while [ $# -gt 0 ]; do
  case $1 in
    --check) check=yes ;;
    --save) save=yes ;;
    --callgrind) folder=${2:?a folder} && shift ;;
    --profile) profile=${2:?a profile} && shift ;;
    --help | -h) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    -*) echo "unknown option $1 (try --help)" >&2 && exit 2 ;;
    *) only+=("$1") ;;
  esac
  shift
done
command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2 && exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bench=$(cargo bench --no-run --profile "$profile" --manifest-path "$root/Cargo.toml" --bench instructions 2>&1 | sed -n 's/^ *Executable .*(\(.*\))$/\1/p')
case $bench in
  '') echo "the bench does not build: cargo bench --no-run --bench instructions" >&2 && exit 2 ;;
  /*) ;;
  *) bench=$root/$bench ;;
esac
[ -z "$folder" ] || mkdir -p "$folder"

# count TASK TIMES
count() {
  valgrind --tool=callgrind --callgrind-out-file="${folder:-$work}/callgrind.$1.$2" "$bench" "$1" "$2" 2>&1 >/dev/null |
    sed -n 's/^==[0-9]*== Collected : *\([0-9]*\).*/\1/p'
}

# Counts of another profile are no measure.
if [ -e "$kept" ] && ! grep -q "^# .* profile ${profile}[.]" "$kept"; then
  echo "$kept is of another profile: nothing is compared" >&2
  old() { :; }
else
  old() { awk -v task="$1" '$1 == task { print $2 }' "$kept" 2>/dev/null || true; }
fi

worse=0
: >"$work/new"
printf '%-16s %15s %15s %9s\n' task instructions kept change
for task in $("$bench"); do
  [ ${#only[@]} -eq 0 ] || [[ " ${only[*]} " == *" $task "* ]] || continue
  # What is prepared is in both.
  one=$(count "$task" 1)
  more=$(count "$task" 3)
  if [ -z "$one" ] || [ -z "$more" ]; then echo "$task failed" >&2 && exit 2; fi
  new=$(((more - one) / 2))
  before=$(old "$task")
  echo "$task $new" >>"$work/new"
  if [ -z "$before" ]; then
    printf '%-16s %15d %15s %9s\n' "$task" "$new" - new
    continue
  fi
  change=$(awk -v a="$new" -v b="$before" 'BEGIN { printf "%+.2f", (a - b) * 100 / b }')
  printf '%-16s %15d %15d %8s%%\n' "$task" "$new" "$before" "$change"
  awk -v c="$change" 'BEGIN { exit !(c > 5) }' && worse=1
done

if [ -n "$save" ]; then
  {
    echo "# Instructions of one run of each task. Made by benches/instructions.sh --save with"
    echo "# $(rustc --version), $(valgrind --version), $(uname -m), profile $profile."
    { grep -v '^#' "$kept" 2>/dev/null || true; } | awk 'NR == FNR { new[$1] = 1; next } !($1 in new)' "$work/new" -
    cat "$work/new"
  } >"$work/kept"
  mv "$work/kept" "$kept"
fi
if [ -n "$check" ] && [ $worse = 1 ]; then
  echo "over 5 % more than before" >&2
  exit 1
fi
