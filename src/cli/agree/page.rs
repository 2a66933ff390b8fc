//! A page of headings, sentences, tables and commands: as text for a terminal, as Markdown, as HTML. Whatever stands in it is made
//! harmless here: names come from files.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use crate::corpus::Part;
use crate::text::{pad, sanitize_line, width};

/// Form of a page in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Markdown.
    Markdown,
    /// One HTML file that needs nothing else.
    Html,
}

impl Form {
    /// By how the file's name ends.
    ///
    /// # Errors
    /// A sentence: by neither of the two.
    pub fn of(path: &Path) -> Result<Self, String> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("md" | "markdown") => Ok(Self::Markdown),
            Some("html" | "htm") => Ok(Self::Html),
            _ => Err(format!(
                "--report {}: the name ends neither in .md nor in .html",
                path.display()
            )),
        }
    }

    /// The page.
    pub fn page(self, parts: &[Part]) -> String {
        match self {
            Self::Markdown => markdown(parts),
            Self::Html => html(parts),
        }
    }
}

/// Writes the page for people in front of a terminal.
///
/// # Errors
/// As the writer.
pub fn text(parts: &[Part], out: &mut impl Write) -> io::Result<()> {
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Heading(text) => {
                let before = if at > 0 { "\n" } else { "" };
                writeln!(out, "{before}{}", sanitize_line(text))?;
            }
            Part::Text(text) | Part::Count(text, ..) => {
                writeln!(out, "  {}", sanitize_line(text))?;
            }
            Part::Caution(text) => writeln!(out, "  ! {}", sanitize_line(text))?,
            // Who reads this has just typed it.
            Part::Command(_) => {}
            Part::Table(..) | Part::Matrix(..) => {
                let (columns, rows) = part.table().unwrap_or_default();
                table(&columns, &rows, out)?;
            }
        }
    }
    Ok(())
}

fn table(columns: &[&str], rows: &[Vec<String>], out: &mut impl Write) -> io::Result<()> {
    let clean: Vec<Vec<Cow<str>>> =
        rows.iter().map(|row| row.iter().map(|cell| sanitize_line(cell)).collect()).collect();
    let widest = |at: usize| {
        let cells = clean.iter().filter_map(|row| row.get(at)).map(|cell| width(cell));
        cells.chain(columns.get(at).map(|name| width(name))).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(widest).collect();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<String> = cells.zip(&widths).map(|(cell, w)| pad(cell, *w)).collect();
        writeln!(out, "  {}", cells.join("  ").trim_end())
    };
    line(&mut columns.iter().copied())?;
    for row in &clean {
        line(&mut row.iter().map(|cell| &**cell))?;
    }
    Ok(())
}

/// A text in which nothing is markup.
fn marked_down(text: &str) -> String {
    let text = sanitize_line(text);
    let mut plain = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    let mut digits = true;
    while let Some(c) = chars.next() {
        let first = plain.is_empty();
        let escaped = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '&' | '~' | '$' | '!'
            | '@' => true,
            '-' | '+' | '=' => first,
            // `1.` and `1)` begin a list; `://` and `www.` make links of themselves.
            '.' if plain.ends_with("www") => true,
            '.' | ')' => digits && !first && chars.peek().is_none_or(|next| *next == ' '),
            ':' => chars.peek() == Some(&'/'),
            _ => false,
        };
        digits &= c.is_ascii_digit();
        if escaped {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

fn markdown(parts: &[Part]) -> String {
    let mut page = String::new();
    for (at, part) in parts.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = match part {
            Part::Heading(text) if at == 0 => writeln!(page, "# {}\n", marked_down(text)),
            Part::Heading(text) => writeln!(page, "## {}\n", marked_down(text)),
            Part::Text(text) | Part::Count(text, ..) => writeln!(page, "{}\n", marked_down(text)),
            Part::Caution(text) => writeln!(page, "> {}\n", marked_down(text)),
            Part::Command(text) => {
                let text = sanitize_line(text);
                let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
                let fence = "`".repeat(longest.max(2) + 1);
                writeln!(page, "{fence}\n{text}\n{fence}\n")
            }
            Part::Table(..) | Part::Matrix(..) => {
                let (columns, rows) = part.table().unwrap_or_default();
                let line = |cells: &mut dyn Iterator<Item = String>| {
                    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
                };
                let names = line(&mut columns.iter().map(|name| marked_down(name)));
                let rule = line(&mut columns.iter().map(|_| "---".to_owned()));
                let rows = rows.iter().map(|row| line(&mut row.iter().map(|c| marked_down(c))));
                let rows: Vec<String> = rows.collect();
                writeln!(page, "{names}\n{rule}\n{}\n", rows.join("\n"))
            }
        };
    }
    page
}

/// A text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 8);
    for c in sanitize_line(text).chars() {
        match c {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '"' => plain.push_str("&quot;"),
            '\'' => plain.push_str("&#39;"),
            c => plain.push(c),
        }
    }
    plain
}

const HEAD: &str = r#"<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #8888; padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
pre { overflow-x: auto; padding: .5rem; border: 1px solid #8888; }
.caution { border-left: 4px solid #b60; padding-left: .75rem; }
</style>
"#;

fn html(parts: &[Part]) -> String {
    let title = parts.iter().find_map(|part| match part {
        Part::Heading(text) => Some(escaped(text)),
        _ => None,
    });
    let title = title.unwrap_or_default();
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n{HEAD}<title>{title}</title>\n</head>\n<body>\n"
    );
    for (at, part) in parts.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = match part {
            Part::Heading(text) if at == 0 => writeln!(page, "<h1>{}</h1>", escaped(text)),
            Part::Heading(text) => writeln!(page, "<h2>{}</h2>", escaped(text)),
            Part::Text(text) | Part::Count(text, ..) => {
                writeln!(page, "<p>{}</p>", escaped(text))
            }
            Part::Caution(text) => writeln!(page, "<p class=\"caution\">{}</p>", escaped(text)),
            Part::Command(text) => writeln!(page, "<pre><code>{}</code></pre>", escaped(text)),
            Part::Table(..) | Part::Matrix(..) => {
                let (columns, rows) = part.table().unwrap_or_default();
                let line = |cells: &mut dyn Iterator<Item = String>, tag: &str| {
                    let cells: Vec<String> = cells.map(|c| format!("<{tag}>{c}</{tag}>")).collect();
                    format!("<tr>{}</tr>\n", cells.concat())
                };
                let head = line(&mut columns.iter().map(|name| escaped(name)), "th");
                let rows: String = rows
                    .iter()
                    .map(|row| line(&mut row.iter().map(|c| escaped(c)), "td"))
                    .collect();
                writeln!(
                    page,
                    "<table>\n<thead>\n{head}</thead>\n<tbody>\n{rows}</tbody>\n</table>"
                )
            }
        };
    }
    page.push_str("</body>\n</html>\n");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hostile() -> Vec<Part> {
        let name = "<script>alert(1)</script>|[x](http://e.test)`*_\u{202e}\u{1b}[31m\nwww.e.test";
        vec![
            Part::Heading(name.to_owned()),
            Part::Text("1. no list".to_owned()),
            Part::Text("- no list".to_owned()),
            Part::Caution(name.to_owned()),
            Part::Command(format!("undertone agree '{name}' ```` x")),
            Part::Table(vec!["name", "n"], vec![vec![name.to_owned(), "3 < 4".to_owned()]]),
        ]
    }

    #[test]
    fn hostile_names_stay_names() {
        let html = html(&hostile());
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"), "{html}");
        assert!(html.contains("3 &lt; 4"));
        let markdown = markdown(&hostile());
        assert!(!markdown.replace("\\<", "").replace("'<script>", "").contains("<script>"));
        assert!(markdown.contains("\\|\\[x\\](http\\://e.test)\\`\\*\\_"), "{markdown}");
        assert!(markdown.contains("1\\. no list") && markdown.contains("\n\\- no list"));
        assert!(markdown.contains("\n`````\n"), "a fence longer than what is in it");
        let mut shown = Vec::new();
        text(&hostile(), &mut shown).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        for page in [&html, &markdown, &shown] {
            assert!(!page.contains(['\u{202e}', '\u{1b}']), "{page}");
        }
        // The bar of a name makes no column.
        let row = markdown.lines().find(|line| line.contains("3 \\< 4")).unwrap();
        assert_eq!(row.replace("\\|", "").matches('|').count(), 3);
    }

    #[test]
    fn a_form_is_told_by_the_name() {
        assert_eq!(Form::of(Path::new("a.md")), Ok(Form::Markdown));
        assert_eq!(Form::of(Path::new("a.HTML")), Ok(Form::Html));
        assert!(Form::of(Path::new("a.pdf")).unwrap_err().contains(".md"));
    }
}
