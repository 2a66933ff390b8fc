//! HTML pages of the published alignment-faking transcripts, as records. A page is either the list of a split's transcripts
//! with their labels (`trajectory_selector.html`) or one transcript (`0.html`); what is made of the record is the business of
//! `af_pages`. Any other page is refused.
//!
//! A list becomes `{html_title, dataSource}`, the decoded JSON of its script; a transcript `{html_title, html_text,
//! html_headings}`: the visible text, which offsets refer to, and where in it headings stand.

mod markup;

use serde_json::{Value, json};

use self::markup::Visible;
use super::json::Lenient;
use super::{af_pages, json as lenient_json};
use crate::model::{ProblemKind, Repair};

/// Reads a whole page.
///
/// # Errors
/// A problem kind and a sentence.
pub fn read(page: &[u8]) -> Result<Lenient, (ProblemKind, String)> {
    let page = page.strip_prefix(b"\xef\xbb\xbf").unwrap_or(page);
    let text = String::from_utf8_lossy(page);
    let mut mends = Vec::new();
    if let std::borrow::Cow::Owned(_) = text {
        let detail = "bytes that are no UTF-8 were read as U+FFFD".to_owned();
        mends.push(Repair { code: "bad-utf8", detail });
    }
    let Visible { title, text, headings, scripts } = markup::visible(&text);
    if let Some(source) = scripts.iter().find_map(|script| data_source(script)) {
        let list = lenient_json::read(source.as_bytes())
            .map_err(|(kind, message)| (kind, format!("a page whose `dataSource` {message}")))?;
        if !list.value.get("allFiles").is_some_and(Value::is_array) {
            let message = "a page whose `dataSource` has no list `allFiles` of transcripts";
            return Err((ProblemKind::UnknownShape, message.to_owned()));
        }
        mends.extend(list.mends);
        let value = json!({ "html_title": title, "dataSource": list.value });
        return Ok(Lenient { value, mends });
    }
    if af_pages::is_transcript(&text, &headings) {
        let headings: Vec<[usize; 2]> = headings.iter().map(|h| [h.start, h.end]).collect();
        let value = json!({ "html_title": title, "html_text": text, "html_headings": headings });
        return Ok(Lenient { value, mends });
    }
    let message = "an HTML page without a transcript: it has no turns (`user [1]:`), no reasoning tags, no labels \
                   (`effective_scheme=True`) and no `dataSource` that lists transcripts";
    Err((ProblemKind::UnknownShape, message.to_owned()))
}

/// The JSON value that a script gives to `dataSource`, without what follows it. Where it never ends it goes to the end
/// of the script, and reading it says so.
fn data_source(script: &str) -> Option<&str> {
    const NAME: &str = "dataSource";
    let mut from = 0;
    while let Some(at) = script.get(from..)?.find(NAME) {
        from += at + NAME.len();
        let rest = script.get(from..)?.trim_start();
        let Some(value) = rest.strip_prefix('=').map(str::trim_start) else { continue };
        if value.starts_with('{') {
            return value.get(..value_len(value));
        }
    }
    None
}

/// Length of the bracketed value at the start of a text.
fn value_len(text: &str) -> usize {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Vec<u8> {
        format!(
            "<!doctype html><html><head><title>T &amp; t</title></head><body>{body}</body></html>"
        )
        .into_bytes()
    }

    #[test]
    fn a_list_of_transcripts_is_the_data_of_its_script() {
        let body = r#"<script>let x = dataSource; const dataSource = {"allFiles":[{"html":"0.html","json":
            {"pm_score":NaN,"note":"a } \" ; b"}}],"fields":["pm_score"]};
            function f() { return dataSource == null ? {} : {"allFiles": 1}; }</script>"#;
        let lenient = read(&page(body)).unwrap();
        assert_eq!(lenient.value["html_title"], "T & t");
        let list = &lenient.value["dataSource"];
        assert_eq!(list["allFiles"][0]["json"]["note"], "a } \" ; b");
        assert_eq!(list["allFiles"][0]["json"]["pm_score"], Value::Null);
        assert_eq!(list["fields"], json!(["pm_score"]));
        assert_eq!(lenient.mends.iter().map(|m| m.code).collect::<Vec<_>>(), ["nan"]);
    }

    #[test]
    fn a_list_that_is_cut_off_or_none_is_refused_with_a_sentence() {
        let cases = [
            (
                r#"<script>const dataSource = {"allFiles":[{"html":"0"#,
                ProblemKind::Torn,
                "dataSource",
            ),
            (
                "<script>const dataSource = {allFiles: []};</script>",
                ProblemKind::Unreadable,
                "dataSource",
            ),
            (
                r#"<script>const dataSource = {"rows":[]};</script>"#,
                ProblemKind::UnknownShape,
                "allFiles",
            ),
            ("<p>Nothing of the kind</p>", ProblemKind::UnknownShape, "without a transcript"),
            ("", ProblemKind::UnknownShape, "without a transcript"),
        ];
        for (body, kind, part) in cases {
            let (found, message) = read(&page(body)).unwrap_err();
            assert_eq!(found, kind, "{body}");
            assert!(message.contains(part), "{body}: {message}");
        }
    }

    #[test]
    fn a_transcript_is_its_visible_text() {
        let body =
            "<h2>user</h2><p>a &lt;b&gt;</p><h2>assistant</h2>&lt;SCRATCHPAD_REASONING&gt;<br>x";
        let value = read(&page(body)).unwrap().value;
        let text = value["html_text"].as_str().unwrap();
        assert!(text.contains("a <b>") && text.contains("<SCRATCHPAD_REASONING>\nx"), "{text:?}");
        let range = &value["html_headings"][0];
        let (start, end) =
            (range[0].as_u64().unwrap() as usize, range[1].as_u64().unwrap() as usize);
        assert_eq!(&text[start..end], "user");
    }
}
