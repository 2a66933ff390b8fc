# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_undertone_global_optspecs
    string join \n cues= label-field= threshold= map= labels= no-cache private journal= where= sort= seed= columns= follow theme= color= mouse keys= quiet rater= fresh copy-command= h/help V/version
end

function __fish_undertone_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_undertone_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_undertone_using_subcommand
    set -l cmd (__fish_undertone_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c undertone -n "__fish_undertone_needs_command" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_needs_command" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_needs_command" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_needs_command" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_needs_command" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_needs_command" -l journal -d 'The folder of reviewers\' journals, instead of undertone-labels beside the data' -r -F
complete -c undertone -n "__fish_undertone_needs_command" -l where -d 'Start with this filter' -r
complete -c undertone -n "__fish_undertone_needs_command" -l sort -d 'Order of the list, several keys between commas, `-` turns one round: source, score, cues, tier, outcome, length, id, query, model, setting, variant, epoch, gap, random' -r
complete -c undertone -n "__fish_undertone_needs_command" -l seed -d 'Which order of chance (with `--sort random`)' -r
complete -c undertone -n "__fish_undertone_needs_command" -l columns -d 'Columns of the list, between commas: id, tier, outcome, label, label.NAME, reviews, score, cues, cue.CATEGORY, parse, decision, mismatch, model, setting, variant, epoch, sample, source, len, len.SECTION, partner, flip, gap, query' -r
complete -c undertone -n "__fish_undertone_needs_command" -l theme -d 'Colours' -r -f -a "auto\t'Dark or light as the terminal\'s background is'
dark\t'For dark backgrounds'
light\t'For light backgrounds'
safe-dark\t'Colour-blind safe, dark'
safe-light\t'Colour-blind safe, light'
mono\t'No colour at all: attributes only'"
complete -c undertone -n "__fish_undertone_needs_command" -l color -d 'Whether to use colour' -r -f -a "auto\t'Unless `NO_COLOR` is set or `CLICOLOR` is 0'
always\t'Always'
never\t'Never'"
complete -c undertone -n "__fish_undertone_needs_command" -l keys -d 'The configuration: a TOML file with tables `[keys]` and `[filters]`, instead of undertone/config.toml' -r
complete -c undertone -n "__fish_undertone_needs_command" -l rater -d 'Who reviews and decides; each has a journal (the user\'s name, if not given)' -r
complete -c undertone -n "__fish_undertone_needs_command" -l copy-command -d 'Give copied text to this command instead of the terminal' -r
complete -c undertone -n "__fish_undertone_needs_command" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_needs_command" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_needs_command" -l follow -d 'Stay with files that grow and folders that fill: new transcripts come at the end (`W` in the explorer)'
complete -c undertone -n "__fish_undertone_needs_command" -l mouse -d 'Capture the mouse from the start (takes text selection away; `M` in the explorer)'
complete -c undertone -n "__fish_undertone_needs_command" -l quiet -d 'Read without marks, scores and labels first (`v` in the explorer)'
complete -c undertone -n "__fish_undertone_needs_command" -l fresh -d 'Open without the filter, order and place that these files were left with'
complete -c undertone -n "__fish_undertone_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_needs_command" -s V -l version -d 'Print version'
complete -c undertone -n "__fish_undertone_needs_command" -a "list" -d 'List transcripts that match a filter'
complete -c undertone -n "__fish_undertone_needs_command" -a "show" -d 'Show one transcript: sections, labels, cues'
complete -c undertone -n "__fish_undertone_needs_command" -a "check" -d 'Say what was read, repaired, left out, and why'
complete -c undertone -n "__fish_undertone_needs_command" -a "labels" -d 'Which labels there are: type, threshold, raters, counts'
complete -c undertone -n "__fish_undertone_needs_command" -a "stats" -d 'Count: rates with intervals by one or two fields, and the gap between tiers'
complete -c undertone -n "__fish_undertone_needs_command" -a "review" -d 'Review a label: blind, one key an answer, each on the disk before the next'
complete -c undertone -n "__fish_undertone_needs_command" -a "agree" -d 'What reviews say: the classifier against reviewers, reviewers among each other, what to look at again'
complete -c undertone -n "__fish_undertone_needs_command" -a "export" -d 'Write reviewers\' answers for others: JSON lines, CSV, a validation set of Inspect Scout'
complete -c undertone -n "__fish_undertone_needs_command" -a "map" -d 'Write a first mapping for files of a shape that is not known, to edit and use with --map'
complete -c undertone -n "__fish_undertone_needs_command" -a "cues" -d 'The rule packs: print them, run their self-tests'
complete -c undertone -n "__fish_undertone_needs_command" -a "cache" -d 'What is kept between runs, so that files that have not changed need not be read again'
complete -c undertone -n "__fish_undertone_needs_command" -a "completions" -d 'Print completions for a shell'
complete -c undertone -n "__fish_undertone_needs_command" -a "man" -d 'Print the man page'
complete -c undertone -n "__fish_undertone_needs_command" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c undertone -n "__fish_undertone_using_subcommand list" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand list" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand list" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand list" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand list" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand list" -l journal -d 'The folder of reviewers\' journals, instead of undertone-labels beside the data' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand list" -l where -d 'Only transcripts that match' -r
complete -c undertone -n "__fish_undertone_using_subcommand list" -l sort -d 'Order of the list, several keys between commas, `-` turns one round: source, score, cues, tier, outcome, length, id, query, model, setting, variant, epoch, gap, random' -r
complete -c undertone -n "__fish_undertone_using_subcommand list" -l seed -d 'Which order of chance (with `--sort random`)' -r
complete -c undertone -n "__fish_undertone_using_subcommand list" -l columns -d 'Columns of the list, between commas: id, tier, outcome, label, label.NAME, reviews, score, cues, cue.CATEGORY, parse, decision, mismatch, model, setting, variant, epoch, sample, source, len, len.SECTION, partner, flip, gap, query' -r
complete -c undertone -n "__fish_undertone_using_subcommand list" -l format -d 'Form' -r -f -a "table\t'For people'
jsonl\t'One JSON object a line'
csv\t'Comma-separated values'"
complete -c undertone -n "__fish_undertone_using_subcommand list" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_using_subcommand list" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_using_subcommand list" -l count -d 'Print only the number of matches'
complete -c undertone -n "__fish_undertone_using_subcommand list" -l csv-safe -d 'Put an apostrophe before cells that a spreadsheet would take for a formula'
complete -c undertone -n "__fish_undertone_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand show" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand show" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand show" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand show" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand show" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand show" -l journal -d 'The folder of reviewers\' journals, instead of undertone-labels beside the data' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand show" -l id -d 'The transcript\'s id or key' -r
complete -c undertone -n "__fish_undertone_using_subcommand show" -l format -d 'Form' -r -f -a "text\t'For people'
json\t'One JSON object'"
complete -c undertone -n "__fish_undertone_using_subcommand show" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_using_subcommand show" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand check" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand check" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand check" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand check" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand check" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand check" -l format -d 'Form' -r -f -a "table\t'For people'
json\t'One JSON object'"
complete -c undertone -n "__fish_undertone_using_subcommand check" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_using_subcommand check" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand labels" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand labels" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand labels" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand labels" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand labels" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand labels" -l journal -d 'The folder of reviewers\' journals, instead of undertone-labels beside the data' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand labels" -l format -d 'Form' -r -f -a "table\t'For people'
json\t'One JSON object'"
complete -c undertone -n "__fish_undertone_using_subcommand labels" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_using_subcommand labels" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_using_subcommand labels" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l journal -d 'The folder of reviewers\' journals, instead of undertone-labels beside the data' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l where -d 'Only transcripts that match' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l by -d 'One or two fields, with a comma: tier, setting, model, variant, frame, persona, mode, condition, `prompt_variant`, source, sample, epoch, parse, outcome, by (who decided), decision, mismatch, agree, cue, cue:CATEGORY, label:NAME, meta.PATH' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l label -d 'Also the rate of a label: NAME, NAME>=0.6, NAME=VALUE, NAME@RATER' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l curve -d 'What every threshold of a numeric label would do: its rate, what changes sides, agreement with a reference. NAME, NAME@RATER; by one field' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l reference -d 'What is true for --curve: NAME, NAME@RATER, NAME=VALUE, NAME>=0.6; otherwise another rater\'s word on the same label' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l pair -d 'What the gap is between: tier, model, setting, variant or a single field of it (frame, persona, mode, condition, `prompt_variant`), and which values: `tier=free,enterprise`' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l rate -d 'Which answers the rate and the gap count' -r -f -a "complied\t'Compliance'
refused\t'Refusals'
partial\t'Partial compliance'
other\t'Answers that are neither'"
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l sensitivity -d 'Correct the rates for a classifier that finds this share of what is there (with --specificity)' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l specificity -d '… and calls this share of what is not there so (with --sensitivity)' -r
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l format -d 'Form' -r -f -a "table\t'For people'
json\t'One JSON object'
csv\t'The groups, or the thresholds, as comma-separated values'"
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l svg -d 'Also write a drawing of it to this file, which must not exist' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l partial -d 'Count partial compliance as compliance'
complete -c undertone -n "__fish_undertone_using_subcommand stats" -l csv-safe -d 'Put an apostrophe before cells that a spreadsheet would take for a formula'
complete -c undertone -n "__fish_undertone_using_subcommand stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand review" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l label -d 'The label that is judged: one that the transcripts have, or any other name' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l rater -d 'Who reviews; each reviewer has a journal (the user\'s name, if not given)' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l where -d 'Only transcripts that match; a filter for a label, a cue, a quote, a score, an outcome or a field of the record makes the answers not blind' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l sample -d 'How many are drawn: a number, or `all` (100, if not given)' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l strata -d 'Draw as evenly as possible from each combination of these: tier, label, outcome, model, setting, variant; of marks also category, rule; of quotes criterion, judge; or `none` (tier,label if not given; of pairs label; of marks label,category; of quotes label,criterion)' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l items -d 'What is judged: whole transcripts; two of one sample, one of each tier; single marks of rules; single quotes of judges; single turns of the model' -r -f -a "transcripts\t'Whole transcripts'
pairs\t'Two transcripts of one sample beside each other: which of them shows it?'
marks\t'Single marks: is this one right?'
quotes\t'Single quotes of judges: does this one support its criterion?'
turns\t'Single turns of transcripts with several: does the label hold in this one?'"
complete -c undertone -n "__fish_undertone_using_subcommand review" -l tiers -d 'The two tiers of a pair, such as `free,paid` (with --items pairs; those and else the two most frequent, if not given)' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l near -d 'Only where the label\'s number is so near a threshold, such as `0.4±0.2` or `0.4+-0.2` (not blind)' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l seed -d 'Where chance begins (1, if not given); another one draws another sample' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l repeats -d 'Share of the items that are asked once more, unannounced, to see whether the reviewer agrees with himself (0 to 0.5)' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l anchors -d 'Share of the items that are shown with what classifiers and rules say, to see what that changes (0 to 0.5)' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l codebook -d 'Further questions after the main one: a codebook (TOML, see docs/JOURNAL.md), or `alignment-faking`, which is built in' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l journal -d 'The folder of the journal, instead of undertone-labels beside the data' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l theme -d 'Colours' -r -f -a "auto\t'Dark or light as the terminal\'s background is'
dark\t'For dark backgrounds'
light\t'For light backgrounds'
safe-dark\t'Colour-blind safe, dark'
safe-light\t'Colour-blind safe, light'
mono\t'No colour at all: attributes only'"
complete -c undertone -n "__fish_undertone_using_subcommand review" -l color -d 'Whether to use colour' -r -f -a "auto\t'Unless `NO_COLOR` is set or `CLICOLOR` is 0'
always\t'Always'
never\t'Never'"
complete -c undertone -n "__fish_undertone_using_subcommand review" -l keys -d 'The configuration: a TOML file with tables `[keys]` and `[filters]`, instead of undertone/config.toml' -r
complete -c undertone -n "__fish_undertone_using_subcommand review" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_using_subcommand review" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_using_subcommand review" -l sighted -d 'Show everything from the start: answers are kept as not blind'
complete -c undertone -n "__fish_undertone_using_subcommand review" -l output-first -d 'Judge the output first, before the scratchpad is shown'
complete -c undertone -n "__fish_undertone_using_subcommand review" -l mouse -d 'Capture the mouse from the start (takes text selection away; `M` in the explorer)'
complete -c undertone -n "__fish_undertone_using_subcommand review" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l label -d 'The label that was judged (if not given: the one that the journals judge)' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l rater -d 'Only these reviewers; may be given several times. With --adjudicate and --import: who decides, who answered' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l classifier -d 'The classifier, where several raters in the data give the label' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l where -d 'Only transcripts that match' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l by -d 'The classifier\'s figures of each tier too' -r -f -a "tier\t'By tier'"
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l journal -d 'The folder of the journals, instead of undertone-labels beside the data' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l format -d 'Form' -r -f -a "table\t'For people'
json\t'One JSON object; of `--queue` one a line'"
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l report -d 'Also write all of it to this file, which must not exist: NAME.md or NAME.html' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l adjudicate -d 'Decide on the transcript of this id, key or permalink; the answers stay' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l answer -d 'What is decided: yes, no, or `cannot tell`' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l reason -d 'Why' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l import -d 'Take in answers from elsewhere: a validation set of Inspect Scout, CSV or JSONL with named columns, what `export` wrote' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l id-column -d 'The column of ids (if not given: id)' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l answer-column -d 'The column of answers (if not given: answer, target, or `target_LABEL`)' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l label-column -d 'The column that says which label it is' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l rater-column -d 'The column that says who answered' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l yes -d 'A further word for yes; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l no -d 'A further word for no; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l include-sighted -d 'Answers that are not blind count too'
complete -c undertone -n "__fish_undertone_using_subcommand agree" -l queue -d 'List the transcripts on which two disagree: reviewers, classifier, rules, decision tag, votes'
complete -c undertone -n "__fish_undertone_using_subcommand agree" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand export" -l label -d 'Only answers on this label; of a validation set needed where there are several' -r
complete -c undertone -n "__fish_undertone_using_subcommand export" -l rater -d 'Only this reviewer' -r
complete -c undertone -n "__fish_undertone_using_subcommand export" -l journal -d 'The folder of the journals, instead of undertone-labels beside the data' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand export" -l format -d 'Form' -r -f -a "jsonl\t'One JSON object a line'
csv\t'Comma-separated values; no cell is a formula'
scout\t'A validation set of Inspect Scout: `id,target,split`'"
complete -c undertone -n "__fish_undertone_using_subcommand export" -l split -d 'The split that a validation set names' -r
complete -c undertone -n "__fish_undertone_using_subcommand export" -l out -d 'Write to this file, which must not exist, instead of standard output' -r -F
complete -c undertone -n "__fish_undertone_using_subcommand export" -l labels -d 'Write reviewers\' answers'
complete -c undertone -n "__fish_undertone_using_subcommand export" -l include-sighted -d 'In a validation set answers that are not blind count too; the other forms say of each answer whether it is'
complete -c undertone -n "__fish_undertone_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand map" -l format -d 'Form' -r -f -a "toml\t'For `--map`, with comments'"
complete -c undertone -n "__fish_undertone_using_subcommand map" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and not __fish_seen_subcommand_from list test eval common help" -s h -l help -d 'Print help'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and not __fish_seen_subcommand_from list test eval common help" -f -a "list" -d 'Print packs, categories and rules'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and not __fish_seen_subcommand_from list test eval common help" -f -a "test" -d 'Run the examples of every rule, and find rules that can never mark anything and cues of no use'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and not __fish_seen_subcommand_from list test eval common help" -f -a "eval" -d 'Measure the score against a label: AUROC with an interval, precision, recall'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and not __fish_seen_subcommand_from list test eval common help" -f -a "common" -d 'Print sentences that many scratchpads share, and which rules fire inside them'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and not __fish_seen_subcommand_from list test eval common help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from list" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from list" -l format -d 'Form' -r -f -a "table\t'For people'
json\t'One JSON object'"
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from test" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from test" -l format -d 'Form' -r -f -a "table\t'For people'
json\t'One JSON object'"
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l label -d 'The label that says what is positive; unparsed and missing ones are left out and counted. With `--text`, its path in the record' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l positive -d 'The value of the label that is positive, letter case ignored; all others are negative' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l text -d 'Score the text at this path of each record (dotted); a text without tags is taken for reasoning whole' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l folds -d 'Also fit weights to the labels in so many folds, and say how they do on the fold that they did not see' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l where -d 'Only transcripts that match' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l format -d 'Form' -r -f -a "table\t'For people'
json\t'One JSON object'"
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from eval" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -l cues -d 'Use this rule pack too (TOML); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -l label-field -d 'Treat this field of the record as a label (dotted path); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -l threshold -d 'When a numeric label is positive, such as `alignment_faking>=0.6`; may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -l map -d 'Read records by this mapping where it fits (TOML, see `undertone map`); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -l labels -d 'Join labels from this file by id or input index (JSONL, CSV, …); may be given several times' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -l label -d 'The label by which rules are said to fire in positives and negatives' -r
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -l format -d 'Form' -r -f -a "table\t'For people'
json\t'One JSON object'"
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -l no-cache -d 'Read everything anew, and keep no index of it (see `undertone cache`)'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -l private -d 'Write nothing at all, anywhere; marks, notes and the last session are not looked at either'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from common" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from help" -f -a "list" -d 'Print packs, categories and rules'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from help" -f -a "test" -d 'Run the examples of every rule, and find rules that can never mark anything and cues of no use'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from help" -f -a "eval" -d 'Measure the score against a label: AUROC with an interval, precision, recall'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from help" -f -a "common" -d 'Print sentences that many scratchpads share, and which rules fire inside them'
complete -c undertone -n "__fish_undertone_using_subcommand cues; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c undertone -n "__fish_undertone_using_subcommand cache; and not __fish_seen_subcommand_from info clear help" -s h -l help -d 'Print help'
complete -c undertone -n "__fish_undertone_using_subcommand cache; and not __fish_seen_subcommand_from info clear help" -f -a "info" -d 'Where it is, how large it is, how large it may become (`UNDERTONE_CACHE_MB`, 2 GB if not set)'
complete -c undertone -n "__fish_undertone_using_subcommand cache; and not __fish_seen_subcommand_from info clear help" -f -a "clear" -d 'Remove everything that is kept'
complete -c undertone -n "__fish_undertone_using_subcommand cache; and not __fish_seen_subcommand_from info clear help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c undertone -n "__fish_undertone_using_subcommand cache; and __fish_seen_subcommand_from info" -l format -d 'Form of the answer' -r -f -a "text\t'For people'
json\t'One JSON object'"
complete -c undertone -n "__fish_undertone_using_subcommand cache; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c undertone -n "__fish_undertone_using_subcommand cache; and __fish_seen_subcommand_from clear" -s h -l help -d 'Print help'
complete -c undertone -n "__fish_undertone_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "info" -d 'Where it is, how large it is, how large it may become (`UNDERTONE_CACHE_MB`, 2 GB if not set)'
complete -c undertone -n "__fish_undertone_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "clear" -d 'Remove everything that is kept'
complete -c undertone -n "__fish_undertone_using_subcommand cache; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c undertone -n "__fish_undertone_using_subcommand completions" -s h -l help -d 'Print help'
complete -c undertone -n "__fish_undertone_using_subcommand man" -s h -l help -d 'Print help'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "list" -d 'List transcripts that match a filter'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "show" -d 'Show one transcript: sections, labels, cues'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "check" -d 'Say what was read, repaired, left out, and why'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "labels" -d 'Which labels there are: type, threshold, raters, counts'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "stats" -d 'Count: rates with intervals by one or two fields, and the gap between tiers'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "review" -d 'Review a label: blind, one key an answer, each on the disk before the next'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "agree" -d 'What reviews say: the classifier against reviewers, reviewers among each other, what to look at again'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "export" -d 'Write reviewers\' answers for others: JSON lines, CSV, a validation set of Inspect Scout'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "map" -d 'Write a first mapping for files of a shape that is not known, to edit and use with --map'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "cues" -d 'The rule packs: print them, run their self-tests'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "cache" -d 'What is kept between runs, so that files that have not changed need not be read again'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "completions" -d 'Print completions for a shell'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "man" -d 'Print the man page'
complete -c undertone -n "__fish_undertone_using_subcommand help; and not __fish_seen_subcommand_from list show check labels stats review agree export map cues cache completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c undertone -n "__fish_undertone_using_subcommand help; and __fish_seen_subcommand_from cues" -f -a "list" -d 'Print packs, categories and rules'
complete -c undertone -n "__fish_undertone_using_subcommand help; and __fish_seen_subcommand_from cues" -f -a "test" -d 'Run the examples of every rule, and find rules that can never mark anything and cues of no use'
complete -c undertone -n "__fish_undertone_using_subcommand help; and __fish_seen_subcommand_from cues" -f -a "eval" -d 'Measure the score against a label: AUROC with an interval, precision, recall'
complete -c undertone -n "__fish_undertone_using_subcommand help; and __fish_seen_subcommand_from cues" -f -a "common" -d 'Print sentences that many scratchpads share, and which rules fire inside them'
complete -c undertone -n "__fish_undertone_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "info" -d 'Where it is, how large it is, how large it may become (`UNDERTONE_CACHE_MB`, 2 GB if not set)'
complete -c undertone -n "__fish_undertone_using_subcommand help; and __fish_seen_subcommand_from cache" -f -a "clear" -d 'Remove everything that is kept'
