//! Drawings of `undertone stats`: well-formed, inside their box, and with the numbers of the command, whatever labels and groups are called.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use serde_json::json;
use support::stats::{near, report, run, text};
use unicode_width::UnicodeWidthStr;

/// Whether every element is closed in order and every text is escaped.
fn is_well_formed(text: &str) -> bool {
    let mut open: Vec<String> = Vec::new();
    let body = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    for (n, part) in body.split('<').enumerate() {
        let Some((tag, after)) = part.split_once('>') else {
            if n > 0 || !part.trim().is_empty() {
                return false;
            }
            continue;
        };
        let entities = |text: &str| {
            text.split('&').skip(1).all(|rest| {
                ["amp;", "lt;", "gt;", "quot;"].iter().any(|entity| rest.starts_with(entity))
            })
        };
        if after.contains('>')
            || !entities(after)
            || !entities(tag)
            || tag.matches('"').count() % 2 == 1
        {
            return false;
        }
        let name = |tag: &str| tag.split_whitespace().next().unwrap_or_default().to_owned();
        match tag.strip_prefix('/') {
            Some(closed) if open.pop().as_deref() != Some(closed) => return false,
            Some(_) => {}
            None if tag.ends_with('/') => {}
            None => open.push(name(tag)),
        }
    }
    open.is_empty() && !text.chars().any(|c| c.is_control() && c != '\n')
}

#[test]
fn drawings_are_well_formed_whatever_a_label_is_called() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "a<b>&\"'\u{1b}[31m\u{202e}]]>";
    let lines: Vec<String> = (0..24)
        .map(|n| {
            json!({
                "id": n.to_string(),
                "query_id": (n / 2).to_string(),
                "tier": if n % 2 == 0 { "free" } else { "<script>&" },
                "labels": {hostile: f64::from(n % 5) / 4.0, "complied": n % 3 == 0},
                "response": format!("Answer {n}."),
            })
            .to_string()
        })
        .collect();
    std::fs::write(folder.path().join("runs.jsonl"), lines.join("\n")).unwrap();
    let quoted = format!("\"{}\"", hostile.replace('"', "\\\""));
    for (name, arguments) in [
        ("rates.svg", &["--label", &quoted][..]),
        ("plain.svg", &["--by", "tier,model"]),
        ("curve.svg", &["--curve", &quoted, "--reference", "complied"]),
    ] {
        let mut all = vec!["runs.jsonl", "--svg", name];
        all.extend(arguments);
        text(&run(folder.path(), &all));
        let drawing = std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(is_well_formed(&drawing), "{name}: {drawing}");
        stands_in_its_box(&drawing);
        assert!(drawing.contains("n = ") || name == "plain.svg", "{name}: {drawing}");
        // Nothing is overwritten.
        assert_eq!(run(folder.path(), &all).status.code(), Some(2));
    }
    let curve = std::fs::read_to_string(folder.path().join("curve.svg")).unwrap();
    for word in ["in force", "AUROC", "&lt;script&gt;&amp;", "Wilson 95%"] {
        assert!(curve.contains(word), "{word}: {curve}");
    }
    // The data beside a drawing are the numbers of the JSON.
    let found = report(folder.path(), &["runs.jsonl", "--curve", &quoted]);
    let csv = text(&run(folder.path(), &["runs.jsonl", "--curve", &quoted, "--format", "csv"]));
    let all: Vec<&str> = csv.lines().filter(|line| line.contains(",all,")).collect();
    let levels = found["levels"].as_array().unwrap();
    assert_eq!(all.len(), levels.len());
    for (line, level) in all.iter().zip(levels) {
        let cells: Vec<&str> = line.split(',').collect();
        for (at, key) in [
            (0, "threshold"),
            (5, "k"),
            (6, "n"),
            (7, "rate"),
            (8, "low"),
            (9, "high"),
            (11, "to_no"),
        ] {
            near(&level[key], cells[at].parse().unwrap());
        }
    }
}

/// Attributes of an element that are numbers.
fn number(element: &str, name: &str) -> Option<f64> {
    let (_, rest) = element.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()?.parse().ok()
}

/// Every point lies within the box of the drawing, and every text ends there, at the width that letters of its size have at most.
fn stands_in_its_box(drawing: &str) {
    let view = drawing.split("viewBox=\"0 0 ").nth(1).unwrap().split('"').next().unwrap();
    let (wide, tall) = view.split_once(' ').unwrap();
    let (wide, tall): (f64, f64) = (wide.parse().unwrap(), tall.parse().unwrap());
    let inside = |x: f64, y: f64, what: &str| {
        assert!((0.0..=wide).contains(&x) && (0.0..=tall).contains(&y), "{x} {y}: {what}");
    };
    for element in drawing.lines().filter(|line| line.starts_with('<')) {
        for (x, y) in [("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")] {
            if let Some((x, y)) = number(element, x).zip(number(element, y)) {
                inside(x, y, element);
            }
        }
        if let Some(points) = element.strip_prefix("<polyline points=\"") {
            for point in points.split('"').next().unwrap().split_whitespace() {
                let (x, y) = point.split_once(',').unwrap();
                inside(x.parse().unwrap(), y.parse().unwrap(), element);
            }
        }
        if element.starts_with("<text ") {
            let shown = element.split('>').nth(1).unwrap().split('<').next().unwrap();
            let shown = ["&amp;", "&lt;", "&gt;", "&quot;"]
                .iter()
                .fold(shown.to_owned(), |text, entity| text.replace(entity, "x"));
            let size = number(element, "font-size").unwrap_or(13.0);
            // Letters of a common sans-serif are some 0.55 of their size wide, bold ones more.
            let each = if element.contains("bold") { 0.68 } else { 0.6 };
            let room = shown.width() as f64 * size * each;
            let x = number(element, "x").unwrap();
            let (from, to) = if element.contains("\"end\"") {
                (x - room, x)
            } else if element.contains("\"middle\"") {
                (x - room / 2.0, x + room / 2.0)
            } else {
                (x, x + room)
            };
            assert!(from >= 0.0 && to <= wide, "{from} to {to}: {element}");
        }
    }
}

#[test]
fn long_names_and_many_thresholds_stay_inside() {
    let folder = tempfile::tempdir().unwrap();
    let long = "a_name_that_goes_on_and_on_".repeat(8);
    let wide = "\u{6f22}\u{5b57}".repeat(60);
    let models = ["opus", &long, &wide, "a b c d e f g h i j k l m n o p q r s t"];
    let lines: Vec<String> = (0..300)
        .map(|n| {
            let tier = if n % 2 == 0 { "free" } else { "paid" };
            json!({
                "id": n.to_string(),
                "query_id": (n / 10).to_string(),
                "tier": tier,
                "model": format!("{}-{}", models[n % 4], n % 9),
                "labels": {&long: n as f64 / 300.0, "complied": n % 3 == 0, "person": n % 7 < 3},
                "response": format!("Answer {n}."),
            })
            .to_string()
        })
        .collect();
    std::fs::write(folder.path().join("runs.jsonl"), lines.join("\n")).unwrap();
    let below = format!("{long}<=0.5");
    for (name, arguments) in [
        (
            "a.svg",
            &["--label", &long, "--by", "model,tier", "--where", "-query:zzzz -query:yyyy"][..],
        ),
        ("b.svg", &["--by", "model", "--sensitivity", "0.6", "--specificity", "0.9", "--partial"]),
        ("c.svg", &["--curve", &long, "--by", "model", "--reference", "person"]),
        ("d.svg", &["--curve", &long, "--threshold", &below, "--by", "tier"]),
        ("e.svg", &["--curve", &long, "--reference", "person", "--where", "-label:person"]),
    ] {
        let mut all = vec!["runs.jsonl", "--svg", name];
        all.extend(arguments);
        text(&run(folder.path(), &all));
        let drawing = std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(is_well_formed(&drawing), "{name}");
        stands_in_its_box(&drawing);
        let says = |words: &str| assert!(drawing.contains(words), "{name}: {words}");
        match name {
            "a.svg" => says("all"),
            "b.svg" => ["corrected", "partial counts as compliance"].into_iter().for_each(says),
            // Every group that is drawn says its number, however long its name; and how many are not drawn.
            "c.svg" => ["(n = ", "groups not drawn", "AUROC"].into_iter().for_each(says),
            "d.svg" => ["at or below", "&lt;= 0.5 (flag)"].into_iter().for_each(says),
            _ => says("undefined"),
        }
    }
}
