#!/usr/bin/env bash
# How time and memory of undertone grow: with the size of a file, with threads, and with shapes that are not ordinary.
#
#   benches/scaling.sh [--quick] [--only GROUPS] [--rounds N] [--data FOLDER] [--profile NAME] [--program FILE] [--raw FILE]
#
# --only     some of: sizes, threads, shapes (comma-separated)
# The other options are those of benches/compare.sh. About 10 GB of room (quick: 1 GB).
#
# Prints three tables: the medians of all rounds. Time is from the start of a command to its end, and from the start of the explorer
# to its first frame; memory is the peak. `wc -l` reads the same bytes beside it.

set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=benches/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

rounds=3
options "$@"
sizes=(100M 1G 5G) main=1G files=10000 one=1G tiny=1000000 samples=10000
if [ -n "$quick" ]; then sizes=(10M 50M 250M) main=50M files=1000 one=300M tiny=100000 samples=1000; fi
prepare

needle=marmalade-sextant
first='This is case 00000000'
explorer=("$undertone" ${no_cache[@]+"${no_cache[@]}"})
commands=("$undertone" list ${no_cache[@]+"${no_cache[@]}"} --count)

# cell KEY WHO: a median for people.
cell() { shown "$(median "$1" "$2")"; }

# One thing through all that is measured, under its name.
measured() {
  local name=$1 path=$2 wc=$3 round
  say "$name …"
  in_turn "$name/fields" undertone "$list --where tier:free '$path'" 'wc -l' "$wc"
  in_turn "$name/cues" undertone "$list --where cue:any '$path'"
  in_turn "$name/text" undertone "$list --where 'in:any $needle' '$path'"
  note "$name/peak" undertone 1 "$("$measure" command --memory -- "${commands[@]}" --where cue:any "$path")"
  for ((round = 1; round <= rounds; round++)); do
    session "$name" undertone "$round" "first=see:${4-$first}" all=idle memory -- "${explorer[@]}" "$path"
  done
}

# A row of it. Memory besides 64 MB, a row: the goal is 256 bytes.
row() {
  local name=$1 records=$2 peak
  peak=$(median "$name/memory" undertone)
  echo "| $name | $(grouped "$records") | $(cell "$name/first" undertone) ms | $(cell "$name/fields" undertone) ms | $(cell "$name/fields" 'wc -l') ms | $(cell "$name/cues" undertone) ms | $(cell "$name/text" undertone) ms | $(cell "$name/peak" undertone) kB | $(shown "$peak") kB | $(per_row "$peak" "$records") B |"
}

per_row() {
  awk -v kb="$1" -v rows="$2" 'BEGIN { if (kb == "none" || kb == "") print "—"; else { over = kb * 1024 - 64 * 1048576; printf "%.0f", (over > 0 ? over / rows : 0) } }'
}

columns() {
  echo "| $1 | records | first frame | fields | \`wc -l\` | with cues | text search | peak, command | peak, explorer | over 64 MB, a record |"
  echo "|---|---|---|---|---|---|---|---|---|---|"
}

by_size() {
  local size
  columns size >"$work/sizes"
  for size in "${sizes[@]}"; do
    made "$size.jsonl" lines --bytes "$size"
    measured "$size" "$data/$size.jsonl" "wc -l '$data/$size.jsonl'"
    expect "$size/fields" undertone "$(fact "$size.jsonl" free)"
    expect "$size/text" undertone "$(fact "$size.jsonl" needle)"
    row "$size" "$(fact "$size.jsonl" records)" >>"$work/sizes"
    [ "$size" = "$main" ] || drop "$size.jsonl"
  done
}

# On one processor and on two; `taskset` holds a program to them, and it sees no others.
by_threads() {
  local file=$data/$main.jsonl ours what
  have taskset || return 0
  made "$main.jsonl" lines --bytes "$main"
  say "threads …"
  ours="'$undertone' list ${no_cache[*]-} --count"
  for what in 'fields:tier:free' 'with cues:cue:any' "text search:in:any $needle"; do
    in_turn "threads/${what%%:*}" one "taskset -c 0 $ours --where '${what#*:}' '$file'" two "taskset -c 0,1 $ours --where '${what#*:}' '$file'"
  done
  {
    echo "| $main | one thread | two threads | ratio |"
    echo "|---|---|---|---|"
    for what in fields 'with cues' 'text search'; do
      local a b
      a=$(median "threads/$what" one)
      b=$(median "threads/$what" two)
      echo "| $what | $(shown "$a") ms | $(shown "$b") ms | $(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f ×", a / b }') |"
    done
  } >"$work/threads"
}

by_shape() {
  columns shape >"$work/shapes"
  made files folder --count $files
  measured "a folder of $(grouped $files) files" "$data/files" "sh -c 'cat \"$data/files\"/* | wc -l'"
  expect "a folder of $(grouped $files) files/fields" undertone "$(fact files free)"
  row "a folder of $(grouped $files) files" "$(fact files records)" >>"$work/shapes"
  drop files
  # Over 256 MB a record is left out with its size: what counts is that memory does not follow it.
  made one.jsonl huge --bytes $one
  measured "one record of $one" "$data/one.jsonl" "wc -l '$data/one.jsonl'" '1 left out'
  row "one record of $one" 1 >>"$work/shapes"
  drop one.jsonl
  made large.jsonl huge --bytes 200M
  measured "one record of 200 MB" "$data/large.jsonl" "wc -l '$data/large.jsonl'"
  row "one record of 200 MB" 1 >>"$work/shapes"
  drop large.jsonl
  made tiny.jsonl tiny --count $tiny
  measured "$(grouped $tiny) tiny records" "$data/tiny.jsonl" "wc -l '$data/tiny.jsonl'"
  expect "$(grouped $tiny) tiny records/fields" undertone "$(fact tiny.jsonl free)"
  row "$(grouped $tiny) tiny records" "$(fact tiny.jsonl records)" >>"$work/shapes"
  drop tiny.jsonl
  made $samples.eval eval --count $samples
  measured "an .eval of $(grouped $samples) samples" "$data/$samples.eval" "wc -l '$data/$samples.eval'"
  expect "an .eval of $(grouped $samples) samples/fields" undertone "$(fact $samples.eval free)"
  row "an .eval of $(grouped $samples) samples" "$samples" >>"$work/shapes"
  drop $samples.eval
}

if wanted sizes; then by_size; fi
if wanted threads; then by_threads; fi
if wanted shapes; then by_shape; fi

echo
about
[ -z "$quick" ] || echo "Quick run: small files, few rounds; not for judging."
for table in sizes threads shapes; do
  [ -e "$work/$table" ] || continue
  echo
  cat "$work/$table"
done
exit $failed
