#!/usr/bin/env bash
# Measures undertone beside whatever of ripgrep, jq, jaq, DuckDB, lnav, csvlens, jless, less and VisiData is installed, on the same
# work and in turn, and prints one table: medians, ratios, and the goals they are held against.
#
#   benches/compare.sh [--quick] [--only GROUPS] [--rounds N] [--data FOLDER] [--profile NAME] [--program FILE] [--raw FILE]
#
# --quick    small sizes, two minutes (besides building); the table says so
# --only     some of: screen, keys, list, search, rows, eval, long, cache (comma-separated)
# --rounds   how often everything is run (5; quick: 3)
# --data     keep generated files there and use them again; without it they go to a temporary folder and are removed
#            (about 8 GB of room, quick: 1 GB)
# --profile  the cargo profile (release)
# --program  measure this undertone instead of building one
# --raw      write every single run there, as tab-separated values (a name that ends in .tsv); what a screen showed when
#            something did not come stands beside it, in a file that ends in .screens
#
# Input is invented and made by examples/generate.rs; answers are checked against what was written. Files are read once before
# they are measured: the page cache is warm. Linux only. Exit status: 0, or 1 when an answer was wrong. Goals that are not met
# are in the table and change no exit status.

set -euo pipefail
export LC_ALL=C.UTF-8
# shellcheck source=benches/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

options "$@"
if [ -n "$quick" ]; then
  small=10M main=100M large=500M samples=1000 unbroken=10M many=100000 presses=20
  [ "$rounds" = 5 ] && rounds=3
else
  small=100M main=1G large=5G samples=10000 unbroken=50M many=1000000 presses=40
fi
prepare

F=$data/$main.jsonl
needle=marmalade-sextant
pattern='(refus\w+|compl\w+) (now|here|strategically)'
first='This is case 00000000'
table=$work/table
heading >"$table"

# The explorer on a file of $main: first frame, the end at once, then its memory; and the same of others.
screen() {
  local round who size
  made "$small.jsonl" lines --bytes "$small"
  made "$main.jsonl" lines --bytes "$main"
  made "$large.jsonl" lines --bytes "$large"
  have csvlens && made "$main.csv" csv --bytes "$main"
  local end
  end=$(last "$main.jsonl")
  for ((round = 1; round <= rounds; round++)); do
    say "screens, round $round of $rounds"
    for size in "$small" "$main" "$large"; do
      session "$size" undertone "$round" "first=see:$first" -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$data/$size.jsonl"
      have less && session "$size" less "$round" first=see:case-00000000 -- less -S "$data/$size.jsonl"
    done
    have csvlens && session "$main" csvlens "$round" first=see:case-00000000 -- csvlens "$data/$main.csv"
    session jump undertone "$round" "see:$first" send:G "last=see:This is case $end" -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$F"
    session read undertone "$round" "see:$first" done=idle settle:60 memory send:G "last=see:This is case $end" -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$F"
    have less && session jump less "$round" see:case-00000000 send:G "last=see:case-$end" -- less -S "$F"
    # The slow ones once, for comparison only.
    [ "$round" = 1 ] || continue
    for who in lnav jless vd; do
      # On large files they take minutes, or twice the file's size of memory.
      have "$who" && session "$main" "$who" 1 first=see:case-0 done=idle memory -- "$who" "$F"
    done
  done
  {
    against "first frame with records, $main" "$main/first" csvlens 1
    against "the same" "$main/first" less 2
    against "first frame, $large" "$large/first" less 2
    local a b
    a=$(median "$large/first" undertone)
    b=$(median "$small/first" undertone)
    note growth undertone 1 "$a"
    note growth "undertone, $small" 1 "$b"
    against "first frame, $large" growth "undertone, $small" 1.2
    for who in lnav jless vd; do against "first frame, $main" "$main/first" "$who" -; done
    against "to the last record at once, before all is read" jump/last less 1
    against "to the last record, all read" jump/last less 1 read/last
    local budget
    budget=$((64 * 1024 + $(fact "$main.jsonl" records) * 256 / 1024))
    within "peak memory of the explorer, $main" "$(median read/memory undertone)" kB "$budget"
    for who in lnav jless vd; do
      local seen
      seen=$(median "$main/memory" "$who")
      [ -z "$seen" ] || echo "| peak memory of $who, $main | | $who | $(shown "$seen") kB | | — | |"
    done
  } >>"$table"
}

# From a key to the frame that shows what it asked for: the text of the next transcript, the letter that was typed.
keys() {
  local round when letter text='' typing=() scrolling=()
  made "$main.jsonl" lines --bytes "$main"
  for letter in t i e r : f r e e; do
    text+=$letter
    typing+=("send:$letter" "typing=see:▏$text")
  done
  for ((round = 0; round < presses / 4; round++)); do scrolling+=('scrolling=press:1:\cd' 'scrolling=press:1:\cu'); done
  for ((round = 1; round <= rounds; round++)); do
    say "keys, round $round of $rounds"
    session keys undertone "$round" "see:$first" "loading=follow:$presses:1:j:This is case " idle settle:60 \
      "loaded=follow:$presses:$((presses + 1)):j:This is case " send:fin:any\ ferry\\r \
      "searching=follow:$presses:$((2 * presses + 1)):j:This is case " -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$F"
    session keys undertone "$round" "see:$first" send:f "${typing[@]}" -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$F"
    session keys undertone "$round" "see:$first" "moving=press:$presses:j" -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$F"
    session keys undertone "$round" "see:$first" idle settle:60 "moved=press:$presses:j" -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$F"
    session keys undertone "$round" "see:$first" 'send:\t' "${scrolling[@]}" -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$F"
    # Others: any change of the middle of the screen.
    have jless && [ "$round" = 1 ] && session keys jless 1 see:case-00000000 idle settle:60 "loaded=press:$presses:j" -- jless "$F"
    have csvlens && made "$main.csv" csv --bytes "$main" &&
      session keys csvlens "$round" see:case-00000000 idle settle:60 "loaded=press:$presses:j" -- csvlens "$data/$main.csv"
    have less && session keys less "$round" see:case-00000000 "loaded=press:$presses:j" -- less -S "$F"
  done
  {
    for when in moving moved loading loaded searching typing scrolling; do
      case $when in
        moving) text='next row while loading' ;;
        moved) text='next row, all read' ;;
        loading) text='text of the next transcript while loading' ;;
        loaded) text='text of the next transcript, all read' ;;
        searching) text='text of the next transcript while searching' ;;
        *) text="$when while loading" ;;
      esac
      within "key to frame, $main, $text: p50" "$(quantile "keys/$when" undertone 0.5)" ms 2
      within "the same: p99" "$(quantile "keys/$when" undertone 0.99)" ms 16
    done
    for who in jless csvlens less; do
      local seen
      seen=$(quantile keys/loaded "$who" 0.5)
      [ -z "$seen" ] || echo "| key to frame, loaded: p50 of $who (any change) | | $who | $(shown "$seen") ms | | — | |"
    done
  } >>"$table"
}

duckdb_two="import duckdb; print(duckdb.connect().execute(\"select count(*) from read_json('$F', format='newline_delimited', columns={tier:'VARCHAR', labels:'STRUCT(alignment_faking BOOLEAN)'}) where tier='paid' and labels.alignment_faking\").fetchone()[0])"
two='select(.tier=="paid" and .labels.alignment_faking)|1'

# The catalogue, as `undertone list` makes it before it counts.
catalogue() {
  made "$main.jsonl" lines --bytes "$main"
  say "catalogue …"
  in_turn fields undertone "$list --where tier:free '$F'" 'wc -l' "wc -l '$F'"
  in_turn cues undertone "$list --where cue:any '$F'" 'wc -l' "wc -l '$F'"
  local others=()
  has_duckdb && others+=(DuckDB "'$python' -c '${duckdb_two//\'/\'\\\'\'}'" 'DuckDB, start only' "'$python' -c 'import duckdb; duckdb.connect()'")
  have jaq && others+=(jaq "sh -c 'jaq -c '\''$two'\'' \"$F\" | wc -l'")
  have jq && others+=(jq "sh -c 'jq -c '\''$two'\'' \"$F\" | wc -l'")
  in_turn two undertone "$list --where 'tier:paid label:alignment_faking' '$F'" ${others[@]+"${others[@]}"}
  expect fields undertone "$(fact "$main.jsonl" free)"
  local who
  for who in undertone DuckDB jaq jq; do expect two "$who" "$(fact "$main.jsonl" both)"; done
  local peak
  peak=$("$measure" command --memory -- "$undertone" list ${no_cache[@]+"${no_cache[@]}"} --count --where cue:any "$F")
  {
    against "catalogue of fields, $main" fields 'wc -l' 2
    # Python and DuckDB take a while to start, which is no part of the work.
    local net
    net=$(awk -v a="$(median two DuckDB)" -v b="$(median two 'DuckDB, start only')" 'BEGIN { if (a > b && b > 0) print a - b }')
    [ -z "$net" ] || note two 'DuckDB without its start' 1 "$net"
    against "filter on two fields, $main" two 'DuckDB without its start' 0.5
    against "the same" two jaq -
    against "the same" two jq -
    against "catalogue with sections, repairs, outcomes and cues, $main" cues 'wc -l' 10
    within "peak memory of the same" "$peak" kB $((64 * 1024 + $(fact "$main.jsonl" records) * 256 / 1024))
  } >>"$table"
}

# Text through all bodies.
search() {
  made "$main.jsonl" lines --bytes "$main"
  say "search …"
  local rg=() rgi=()
  if have rg; then
    rg=('rg -c' "rg -c $needle '$F'")
    rgi=('rg -ci' "rg -ci '$pattern' '$F'")
  fi
  in_turn literal undertone "$list --where 'in:any $needle' '$F'" ${rg[@]+"${rg[@]}"}
  in_turn regex undertone "$list --where 'in:any /$pattern/' '$F'" ${rgi[@]+"${rgi[@]}"}
  in_turn response undertone "$list --where $needle '$F'" ${rg[@]+"${rg[@]}"}
  local key
  for key in literal response; do
    expect $key undertone "$(fact "$main.jsonl" needle)"
    expect $key 'rg -c' "$(fact "$main.jsonl" needle)"
  done
  expect regex undertone "$(fact "$main.jsonl" pattern)"
  expect regex 'rg -ci' "$(fact "$main.jsonl" pattern)"
  # In the explorer all is read already: only the search itself.
  local round
  for ((round = 1; round <= rounds; round++)); do
    session open undertone "$round" "see:$first" idle settle:60 "send:fin:any $needle\\r" \
      "literal=see:$(fact "$main.jsonl" needle) of $(grouped "$(fact "$main.jsonl" records)")" -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$F"
  done
  {
    against "text search, literal, $main: command (reads the catalogue too)" literal 'rg -c' 1.2
    against "the same in the response only" response 'rg -c' 1.2
    against "the same in the explorer, all read" literal 'rg -c' 1.2 open/literal
    against "text search, case-blind regex, $main: command" regex 'rg -ci' 1.2
  } >>"$table"
}

# Rows that were read, inside: criterion's figures.
rows() {
  say "$(grouped "$many") rows …"
  local bench=(cargo bench --quiet --profile "$profile" --manifest-path "$root/Cargo.toml" --bench core)
  if ! BENCH_ROWS=$many "${bench[@]}" -- --output-format bencher rows/ >"$work/bench" 2>"$work/cargo"; then
    cat "$work/cargo" >&2
    failed=1
    return 0
  fi
  sed -nE 's|^test rows/(.*) \.\.\. bench: +([0-9,]+) ns/iter.*|\1\t\2|p' "$work/bench" | tr -d , >"$work/rows"
  local name nanoseconds scan
  scan=$(awk -F'\t' '$1 == "yardstick" { print $2 / 1e6 }' "$work/rows")
  while IFS=$'\t' read -r name nanoseconds; do
    [ "$name" = yardstick ] && continue
    note "rows/$name" undertone 1 "$(awk -v n="$nanoseconds" 'BEGIN { print n / 1e6 }')"
    # What is for the background has no goal.
    if [[ $name == background/* ]]; then
      name=${name#*/}
      printf '| %s rows: %s, in the background | %s ms | scan of a byte column | %s ms | | — | |\n' \
        "$(grouped "$many")" "${name/\// by }" "$(shown "$(median "rows/background/$name" undertone)")" "$(shown "$scan")"
      continue
    fi
    within "$(grouped "$many") rows: ${name/\// by }" "$(median "rows/$name" undertone)" ms 16 'scan of a byte column' "$(shown "$scan") ms"
  done <"$work/rows" >>"$table"
}

# An Inspect log: its directory and summaries are all that is read for the list.
eval_log() {
  local file=$samples.eval E
  made "$file" eval --count "$samples"
  E=$data/$file
  say "an .eval of $samples samples …"
  local plain=() script="import json, zipfile; z = zipfile.ZipFile('$E'); print(len(json.loads(z.read('summaries.json'))))"
  if [ -n "$python" ] && "$python" -c "$script" >/dev/null 2>&1; then
    plain=(Python "'$python' -c \"$script\"")
  fi
  in_turn eval undertone "$list '$E'" ${plain[@]+"${plain[@]}"}
  expect eval undertone "$samples"
  local round
  for ((round = 1; round <= rounds; round++)); do
    session eval undertone "$round" "list=see:$(grouped "$samples") of $(grouped "$samples")" read memory -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$E"
  done
  {
    [ ${#plain[@]} -eq 0 ] || against "list of an .eval with $(grouped "$samples") samples: command" eval "${plain[0]}" 1
    within "the same, explorer: list complete" "$(median eval/list undertone)" ms 1000
    within "bytes read until then, of the file" "$(median eval/read undertone)" B "$(($(fact "$file" listing) * 3 / 2 + 200000))"
  } >>"$table"
}

# A long scratchpad, and a line of text without end, paged through and to the end.
long() {
  made long.jsonl scratchpad --bytes 5M
  made line.jsonl unbroken --bytes $unbroken
  local round file what
  for ((round = 1; round <= rounds; round++)); do
    say "long texts, round $round of $rounds"
    for file in long line; do
      session $file undertone "$round" "see:$first" idle settle:60 send:J "open=see:This is case 00000001" idle settle:60 send:\\t settle:60 \
        "page=press:$presses:\\e[6~" "page=press:$presses:\\cd" send:G "end=see:This is the end." "page=press:$((presses / 2)):\\e[5~" \
        memory -- "$undertone" ${no_cache[@]+"${no_cache[@]}"} "$data/$file.jsonl"
    done
  done
  {
    for file in long line; do
      what="a scratchpad of 5 MB"
      [ $file = long ] || what="a text line of ${unbroken%M} MB"
      within "$what: open" "$(median $file/open undertone)" ms 1000
      within "$what: scrolling, p95" "$(quantile $file/page undertone 0.95)" ms 16
      within "$what: to its end" "$(median $file/end undertone)" ms 16
      within "$what: peak memory" "$(median $file/memory undertone)" kB $(((64 + 5 * $(stat -c %s "$data/$file.jsonl") / 1000000) * 1024))
    done
  } >>"$table"
}

# Opening again what has not changed, from the index cache.
cache() {
  if ! "$undertone" --help | grep -q '^  cache '; then
    say "this undertone has no cache"
    return 0
  fi
  made "$large.jsonl" lines --bytes "$large"
  say "cache …"
  local L=$data/$large.jsonl
  "$undertone" cache clear >/dev/null
  "$undertone" list --count --where cue:any "$L" >"$work/count" 2>/dev/null
  in_turn again 'undertone, cold' "'$undertone' list --no-cache --count --where cue:any '$L'" undertone "'$undertone' list --count --where cue:any '$L'"
  expect again undertone "$(cat "$work/count")"
  expect again 'undertone, cold' "$(cat "$work/count")"
  local round
  for ((round = 1; round <= rounds; round++)); do
    session again undertone "$round" "first=see:$first" "all=see:of $(grouped "$(fact "$large.jsonl" records)")" -- "$undertone" "$L"
  done
  {
    against "opening $large again, catalogue with cues: command" again 'undertone, cold' 1
    within "the same" "$(median again undertone)" ms 50
    within "the same, explorer: exec to the whole count" "$(median again/all undertone)" ms 50
  } >>"$table"
}

if wanted screen; then screen; fi
if wanted keys; then keys; fi
if wanted list; then catalogue; fi
if wanted search; then search; fi
if wanted rows; then rows; fi
if wanted eval; then eval_log; fi
if wanted long; then long; fi
if wanted cache; then cache; fi

echo
about
[ -z "$quick" ] || echo "Quick run: small files, few rounds; not for judging."
echo
cat "$table"
exit $failed
