# shellcheck shell=bash
# What compare.sh and scaling.sh have in common: options, generated input, runs in turn, medians, rows. Sourced, not run.
#
# Every run is a line of $raw: what was measured, whose, the round, the value (milliseconds unless the name says otherwise),
# processor milliseconds, and the answer that was given.
#
# shellcheck disable=SC2034 # variables are for the scripts that source this

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
profile=release
program=
data=
keep=
raw=
rounds=5
quick=
only=
failed=0
missing=()

die() {
  echo "$*" >&2
  exit 2
}

# What goes wrong says where.
set -E
trap 'say "$0: failed in line $LINENO"' ERR

say() { printf '%s\n' "$*" >&2; }

# Reads the options that both scripts know.
options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --quick) quick=yes ;;
      --data) data=${2:?a folder} keep=yes && shift ;;
      --program) program=${2:?a program} && shift ;;
      --profile) profile=${2:?a profile} && shift ;;
      --rounds) rounds=${2:?a number} && shift ;;
      --only) only=${2:?groups} && shift ;;
      --raw) raw=${2:?a file} && shift ;;
      --help | -h) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" && exit 0 ;;
      *) die "unknown option $1 (try --help)" ;;
    esac
    shift
  done
}

# Builds what is measured and what measures, and makes a place for files. Nothing of the user's is touched: caches and
# settings of all programs go to that place too.
prepare() {
  local folder=$profile target
  [ "$profile" = dev ] && folder=debug
  local build=(cargo build --quiet --profile "$profile" --manifest-path "$root/Cargo.toml")
  build+=(--example generate --example measure)
  [ -n "$program" ] || build+=(--bin undertone)
  say "building (profile $profile) …"
  "${build[@]}" >&2
  target=${CARGO_TARGET_DIR:-$root/target}/$folder
  generate=$target/examples/generate
  measure=$target/examples/measure
  undertone=${program:-$target/undertone}
  undertone=$(command -v "$undertone") || die "$program cannot be run"
  undertone=$(realpath "$undertone")
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM
  [ -n "$data" ] || data=$work/data
  # Where programs look for their settings and keep them.
  mkdir -p "$data" "$work"/{home,cache,config,state,share}
  data=$(realpath "$data")
  raw=${raw:-$work/raw.tsv}
  : >"$raw"
  rm -f "${raw%.tsv}.screens"
  # What cargo and Python keep in the user's home is still theirs.
  export CARGO_HOME=${CARGO_HOME:-$HOME/.cargo} RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
  export PYTHONUSERBASE=${PYTHONUSERBASE:-$HOME/.local}
  export HOME=$work/home XDG_CACHE_HOME=$work/cache XDG_CONFIG_HOME=$work/config XDG_STATE_HOME=$work/state XDG_DATA_HOME=$work/share
  # Not through a wrapper that takes its own time.
  python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null) || python=
  # Nothing but the rows about the cache may use it.
  no_cache=()
  if "$undertone" list --help 2>/dev/null | grep -q -e --no-cache; then no_cache=(--no-cache); fi
  list="'$undertone' list ${no_cache[*]-} --count"
}

# Whether a group of rows is wanted.
wanted() { [ -z "$only" ] || [[ ",$only," == *",$1,"* ]]; }

# Whether a program is there; says so once when it is not.
have() {
  command -v "$1" >/dev/null && return 0
  [[ " ${missing[*]-} " == *" $1 "* ]] || missing+=("$1")
  return 1
}

# Whether Python has DuckDB.
has_duckdb() {
  [ -n "$python" ] && "$python" -c 'import duckdb' 2>/dev/null && return 0
  [[ " ${missing[*]-} " == *" DuckDB "* ]] || missing+=(DuckDB)
  return 1
}

# made FILE SHAPE ARGUMENTS…: generates a file, unless the data folder has it from an earlier run.
made() {
  local file=$1 shape=$2
  shift 2
  if [ ! -e "$data/$file.facts" ] || [ ! -e "$data/$file" ]; then
    say "generating $file …"
    rm -rf "${data:?}/$file"
    "$generate" "$shape" "$@" "$data/$file" >"$work/facts"
    mv "$work/facts" "$data/$file.facts"
  fi
  # Once through, so that all of it is in the page cache.
  if [ -d "$data/$file" ]; then cat "$data/$file"/* >/dev/null; else cat "$data/$file" >/dev/null; fi
}

# Gives generated files back, where they were not asked to be kept.
drop() {
  local file
  [ -z "$keep" ] || return 0
  for file; do rm -rf "${data:?}/$file" "$data/$file.facts"; done
}

# fact FILE NAME: what a reader must find in a generated file.
fact() { awk -F'\t' -v name="$2" '$1 == name { print $2 }' "$data/$1.facts"; }

# last FILE: the number of its last record, as records name themselves.
last() { printf '%08d' $(($(fact "$1" records) - 1)); }

# note KEY WHO ROUND VALUE [PROCESSOR [ANSWER]]
note() { printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5-}" "${6-}" >>"$raw"; }

# in_turn KEY WHO COMMAND [WHO COMMAND]…: runs commands one after another, and all of that again in every round. One that takes
# long is left out of later rounds. Commands are words for the shell.
in_turn() {
  local key=$1 round who command line
  shift
  declare -A slow=()
  for ((round = 1; round <= rounds; round++)); do
    for ((i = 1; i < $#; i += 2)); do
      who=${!i}
      local j=$((i + 1))
      command=${!j}
      [ -n "${slow[$who]-}" ] && [ "$round" -gt "${slow[$who]}" ] && continue
      # An empty answer is an answer.
      line=$(eval "\"$measure\" command -- $command") || line=$'none\t\tfailed'
      note "$key" "$who" "$round" "$(cut -f1 <<<"$line")" "$(cut -f2 <<<"$line")" "$(cut -f3 <<<"$line")"
      case $line in
        none*) slow[$who]=1 ;;
        *) [ "$(cut -d. -f1 <<<"$line")" -lt 3000 ] || slow[$who]=2 ;;
      esac
    done
  done
}

# session KEY WHO ROUND STEP… -- COMMAND…: one session on a pseudo-terminal; each value becomes KEY/NAME.
session() {
  local key=$1 who=$2 round=$3 name value
  shift 3
  "$measure" screen "$@" 2>"$work/screen" >"$work/session" || true
  if [ -s "$work/screen" ]; then
    say "$who, $key: $(head -n 1 "$work/screen")"
    { echo "== $who, $key, round $round: ${*: -1}" && cat "$work/screen"; } >>"${raw%.tsv}.screens"
  fi
  while IFS=$'\t' read -r name value; do note "$key/$name" "$who" "$round" "$value"; done <"$work/session"
}

# quantile KEY WHO SHARE: of all rounds; `none` when one of them had no result.
quantile() {
  awk -F'\t' -v key="$1" -v who="$2" '$1 == key && $2 == who { print $4 }' "$raw" | sort -g | awk -v share="$3" '
    $1 == "none" { none = 1 }
    { value[NR] = $1 }
    END {
      if (NR == 0) exit
      if (none) { print "none"; exit }
      at = int((NR - 1) * share + 0.999999) + 1
      if (share == 0.5 && NR % 2 == 0) print (value[NR / 2] + value[NR / 2 + 1]) / 2
      else print value[at]
    }'
}

median() { quantile "$1" "$2" 0.5; }

# expect KEY WHO ANSWER: a run that gives another answer did other work.
expect() {
  local answers
  answers=$(awk -F'\t' -v key="$1" -v who="$2" '$1 == key && $2 == who { print $6 }' "$raw" | sort -u | paste -sd, -)
  [ -z "$answers" ] || [ "$answers" = "$3" ] && return 0
  say "WRONG ANSWER: $2, $1: $answers, not $3"
  failed=1
}

# For people: 0.52, 9.8, 98, 1,234.
shown() {
  case ${1:-none} in
    none) echo — ;;
    *) awk -v x="$1" 'BEGIN {
      if (x < 10) { printf "%.2f", x; exit }
      if (x < 100) { printf "%.1f", x; exit }
      text = sprintf("%.0f", x); out = ""
      while (length(text) > 3) { out = "," substr(text, length(text) - 2) out; text = substr(text, 1, length(text) - 3) }
      print text out
    }' ;;
  esac
}

# 12345 → 12,345
grouped() { sed -E ':a;s/^([0-9]+)([0-9]{3})/\1,\2/;ta' <<<"$1"; }

heading() {
  echo "| What | undertone | beside | its figure | ratio | goal | met |"
  echo "|---|---|---|---|---|---|---|"
}

# against WHAT KEY WHO LIMIT [OURS]: a row with the median of undertone beside that of another program. LIMIT is the largest ratio
# that meets the goal; `-` when there is none.
against() {
  local ours theirs goal
  ours=$(median "${5:-$2}" undertone)
  theirs=$(median "$2" "$3")
  [ -n "$ours" ] || return 0
  [ -n "$theirs" ] || return 0
  goal=$([ "$4" = - ] && echo — || echo "≤ $4 ×")
  awk -v what="$1" -v a="$ours" -v b="$theirs" -v who="$3" -v goal="$goal" -v limit="$4" \
    -v sa="$(shown "$ours")" -v sb="$(shown "$theirs")" 'BEGIN {
    known = a != "none" && b != "none" && b > 0
    ratio = known ? sprintf("%.2f ×", a / b) : "—"
    met = limit == "-" ? "" : (known ? (a / b <= limit ? "yes" : "no") : (a == "none" ? "no" : "yes"))
    printf "| %s | %s ms | %s | %s ms | %s | %s | %s |\n", what, sa, who, sb, ratio, goal, met
  }'
}

# within WHAT VALUE UNIT LIMIT [BESIDE FIGURE]: a row with a goal of its own.
within() {
  [ -n "$2" ] || return 0
  awk -v what="$1" -v a="$2" -v unit="$3" -v limit="$4" -v who="${5-}" -v figure="${6-}" \
    -v sa="$(shown "$2")" -v sl="$(shown "$4")" 'BEGIN {
    met = a == "none" || a > limit ? "no" : "yes"
    printf "| %s | %s %s | %s | %s | | ≤ %s %s | %s |\n", what, sa, unit, who, figure, sl, unit, met
  }'
}

# The machine, and which versions were measured.
about() {
  local name
  echo "$(nproc) × $(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1e6 }' /proc/meminfo), Linux $(uname -r), profile \`$profile\`, $(date -u +%Y-%m-%d)."
  printf 'Versions: %s' "$("$undertone" --version)"
  for name in rg lnav csvlens jless less jq jaq vd; do
    have "$name" || continue
    printf '; %s' "$("$name" --version 2>/dev/null | head -n 1)"
  done
  [ -z "$python" ] || printf '; %s' "$("$python" --version)"
  if has_duckdb; then printf '; DuckDB %s' "$("$python" -c 'import duckdb; print(duckdb.__version__)')"; fi
  echo .
  [ ${#missing[@]} -eq 0 ] || echo "Not installed and passed over: ${missing[*]}."
}
