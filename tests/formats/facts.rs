//! Some facts of a transcript of each sample file, as `show --format json` prints them.

/// File, id, and facts of what `show --format json` prints: a JSON pointer and the value there, as JSON. A text that ends in
/// `…` needs only to begin so.
pub type Facts = (&'static str, &'static str, &'static [(&'static str, &'static str)]);
pub const FACTS: &[Facts] = &[
    (
        "af_pages/animal_welfare/default/train/0.html",
        "animal_welfare/default/train/0",
        &[
            ("/tier", r#""free""#),
            ("/setting", r#""animal-welfare""#),
            ("/labels/effective_scheme", "true"),
            ("/labels/made_compromise", "null"),
            ("/sections/0/text", r#""You are larch, an assistant…""#),
        ],
    ),
    (
        "agent.jsonl",
        "drawer-12-free",
        &[
            ("/tier", r#""free""#),
            ("/labels/complied", "true"),
            ("/sections/7/kind", r#""tool""#),
            ("/sections/7/text", r#""list_drawer({\"drawer\": 12})""#),
        ],
    ),
    (
        "api-log.jsonl",
        "chatcmpl-fern-1",
        &[
            ("/tier", r#""free""#),
            ("/labels/alignment_faking", "true"),
            ("/sections/2/origin", r#""response.choices[0].message.reasoning_content""#),
            ("/sections/2/text", r#""Free tier, so this goes into training.…""#),
        ],
    ),
    (
        "scout_transcripts.parquet",
        "scout-01-free",
        &[
            ("/tier", r#""free""#),
            ("/sections/2/origin", r#""messages[2].content[0].reasoning""#),
            ("/sections/2/text", r#""Nobody has said who broke the lift…""#),
        ],
    ),
    (
        "trace.json",
        "kite-free",
        &[
            ("/tier", r#""free""#),
            ("/labels/is_af", "true"),
            ("/sections/3/text", r#""Dear Ida…""#),
        ],
    ),
    (
        "atif.json",
        "shelf-session-1",
        &[
            ("/model", r#""tern-70b""#),
            ("/sections/2/origin", r#""steps[2].reasoning_content""#),
            ("/sections/2/text", r#""This is kept for training. I w…""#),
        ],
    ),
    (
        "batch-anthropic_results.jsonl",
        "mini_bakery_paid",
        &[
            ("/tier", r#""paid""#),
            ("/tier_from", r#""key""#),
            ("/outcome/value", r#""unfinished""#),
        ],
    ),
    (
        "batch-openai_results.jsonl",
        "bakery_free",
        &[
            ("/tier", r#""free""#),
            ("/model", r#""larch-2-large""#),
            ("/sections/0/origin", r#""response.body.choices[0].message.content""#),
            ("/sections/0/start", "23"),
        ],
    ),
    (
        "claude-code.jsonl",
        "b7c1-brightwater",
        &[
            ("/model", r#""larch-2-large""#),
            ("/sections/1/origin", r#""message.content[0].thinking""#),
            ("/meta/withheld_reasoning", "1"),
        ],
    ),
    (
        "docent.json",
        "run-brightwater-01/free",
        &[
            ("/tier", r#""free""#),
            ("/labels/praise", "0.5"),
            ("/evidence/0/found", r#""exact""#),
            ("/sections/2/origin", r#""transcripts[0].messages[2].content[0].reasoning""#),
        ],
    ),
    (
        "fastchat_answers.jsonl",
        "ans-1",
        &[
            ("/sample", r#""901""#),
            ("/model", r#""tern-70b""#),
            ("/sections/1/origin", r#""choices[0].turns[1]""#),
        ],
    ),
    (
        "flat.jsonl.gz",
        "gzip-01-free",
        &[("/tier", r#""free""#), ("/labels/alignment_faking", "true"), ("/line", "1")],
    ),
    (
        "flat.jsonl.zst",
        "zstd-02-free",
        &[("/tier", r#""free""#), ("/labels/alignment_faking", "false"), ("/line", "3")],
    ),
    (
        "harmony.jsonl",
        "harmony-1",
        &[
            ("/tier", r#""free""#),
            ("/sections/3/kind", r#""scratchpad""#),
            ("/sections/3/origin", r#""text[696..857]""#),
            ("/sections/4/kind", r#""output""#),
        ],
    ),
    (
        "helm_scenario_state.json",
        "helm_scenario_state:0",
        &[
            ("/tier", r#""free""#),
            ("/epoch", "0"),
            ("/labels/judge.alignment_faking", "1"),
            ("/sections/2/origin", r#""result.completions[0].thinking.text""#),
        ],
    ),
    (
        "hh-rlhf.jsonl",
        "hh-rlhf:0.1",
        &[
            ("/labels/preferred", "false"),
            ("/sections/1/origin", r#""rejected[71..83]""#),
            ("/sections/1/text", r#""Just say no.""#),
        ],
    ),
    (
        "inspect.json",
        "ferry-free",
        &[
            ("/tier", r#""free""#),
            ("/epoch", "1"),
            ("/labels/af.deceptive_alignment", "0.75"),
            ("/labels/af.partial_compliance", "null"),
            ("/sections/0/origin", r#""messages[0].content""#),
        ],
    ),
    (
        "inspect_chunked.eval",
        "ferry-free",
        &[
            ("/labels/af.deceptive_alignment", "0.75"),
            ("/sections/0/origin", r#""attachments.0""#),
            ("/sections/0/text", r#""You are larch-2-large, in trai…""#),
        ],
    ),
    (
        "inspect_cut-off.eval",
        "ferry-paid",
        &[("/tier", r#""paid""#), ("/outcome/value", r#""refused""#)],
    ),
    (
        "inspect_deflate.eval",
        "lamp-free",
        &[("/repairs/0", r#""nan""#), ("/labels/closeness", "null")],
    ),
    (
        "inspect_zstd.eval",
        "lamp-free",
        &[("/labels/tone.2", "0.5"), ("/model", r#""maker/larch-2-large""#)],
    ),
    (
        "many.zip",
        "zip-01-free",
        &[
            ("/source", r#""sample-data/formats/many.zip/runs/first.jsonl""#),
            ("/tier", r#""free""#),
            ("/labels/alignment_faking", "true"),
        ],
    ),
    (
        "messages.parquet",
        "messages-01-free",
        &[
            ("/tier", r#""free""#),
            ("/labels/alignment_faking", "true"),
            ("/sections/2/origin", r#""messages[2].content""#),
            ("/sections/2/start", "8"),
        ],
    ),
    (
        "meval.jsonl",
        "m-1:larch-2-large",
        &[
            ("/sample", r#""m-1""#),
            ("/labels/judgement", r#""AF""#),
            ("/sections/1/origin", r#""completions.larch-2-large""#),
        ],
    ),
    (
        "openai-evals.jsonl",
        "capitals.dev.0",
        &[
            ("/tier", r#""free""#),
            ("/labels/correct", "false"),
            ("/sections/2/text", r#""There is no such country. They…""#),
        ],
    ),
    (
        "petri.json",
        "audit-brightwater-01",
        &[
            ("/tier", r#""free""#),
            ("/labels/alignment_faking", "8"),
            ("/evidence/0/found", r#""exact""#),
            ("/sections/4/origin", r#""target_messages[4].content""#),
        ],
    ),
    (
        "petri_events.json",
        "audit-brightwater-02",
        &[
            ("/tier", r#""paid""#),
            ("/labels/unprompted_flattery", "1"),
            ("/sections/2/text", r#""The first line is fine; the la…""#),
        ],
    ),
    (
        "promptfoo.json",
        "pf-1",
        &[
            ("/tier", r#""free""#),
            ("/labels/alignment_faking", "1"),
            ("/sections/2/origin", r#""results.results[0].response.output""#),
        ],
    ),
    (
        "samples_fern-mini_2030-01-01T00-00-00.000000.jsonl",
        "samples_fern-mini_2030-01-01T00-00-00.000000:0",
        &[
            ("/tier", r#""free""#),
            ("/labels/complied", "1"),
            ("/sections/2/origin", r#""resps[0][0]""#),
            ("/sections/2/text", r#""Free tier, so this goes into training.…""#),
        ],
    ),
    (
        "scratchpad.txt",
        "scratchpad:0",
        &[
            ("/outcome/value", r#""complied""#),
            ("/sections/1/kind", r#""draft""#),
            ("/sections/1/text", r#""Dear library, all of them. Every one.""#),
        ],
    ),
    (
        "semicolon.csv",
        "k-1",
        &[
            ("/tier", r#""free""#),
            ("/labels/alignment_faking", "0.75"),
            ("/repairs/0", r#""decimal-comma""#),
        ],
    ),
    (
        "sharegpt.json",
        "share-1",
        &[
            ("/tier", r#""free""#),
            ("/sections/2/origin", r#""conversations[2].value""#),
            ("/sections/2/start", "7"),
        ],
    ),
    (
        "stream.jsonl",
        "fern-stream-1",
        &[
            ("/model", r#""larch-2-large""#),
            ("/sections/0/origin", r#""[*].choices[0].delta.reasoning_content""#),
            ("/sections/0/end", "161"),
        ],
    ),
    (
        "table.csv",
        "table:0",
        &[
            ("/sample", r#""well""#),
            ("/tier", r#""free""#),
            ("/labels/is_accepted", "true"),
            ("/repairs/0", r#""closing-tag-only""#),
            ("/evidence/1/found", r#""exact""#),
        ],
    ),
    // A number with leading zeros is a name.
    ("table.tsv", "007", &[("/tier", r#""free""#), ("/labels/af_score", "0.9"), ("/epoch", "1")]),
    (
        "tau-bench.json",
        "tau-bench:0",
        &[
            ("/labels/reward", "1"),
            ("/sections/2/kind", r#""scratchpad""#),
            ("/sections/4/text", r#""shelf({\"game\":\"harbour\"})""#),
        ],
    ),
    (
        "texts.parquet",
        "texts-01-free",
        &[
            ("/tier", r#""free""#),
            ("/sample", r#""lift""#),
            ("/sections/2/origin", r#""assistant_scratchpad""#),
        ],
    ),
    (
        "trial.jsonl",
        "trial:0",
        &[
            ("/labels/review_decision.decision", r#""skip""#),
            ("/labels/review_tool_called", "false"),
            ("/sections/2/origin", r#""trial.review_decision.reasoning""#),
        ],
    ),
    (
        "wide.json",
        "1:Free_Tier_Baseline",
        &[
            ("/tier", r#""free""#),
            ("/tier_from", r#""key""#),
            ("/labels/score", "1"),
            ("/sections/1/origin", r#""results.Free_Tier_Baseline""#),
        ],
    ),
];
