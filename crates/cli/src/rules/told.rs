//! What each command tells, in words and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use rulebook::edition::{Edition, EditionId, Mark, Provenance};
use serde_json::{Value, json};

use super::Told;
use super::columns::{Cell, lines};
use super::pages::Page;

const HEAD: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const ASSUMED: Style = AnsiColor::Yellow.on_default();
const OWN: Style = AnsiColor::Cyan.on_default();

/// The editions and the rules that there are.
pub(super) fn list(pages: &[Page]) -> Told {
    let editions: Vec<&Edition> = EditionId::all().map(Edition::builtin).collect();
    let rows: Vec<_> = editions
        .iter()
        .map(|edition| {
            [
                Cell::styled(edition.name(), HEAD),
                Cell::plain(counts(edition)),
                Cell::plain(edition.id.about()),
            ]
        })
        .collect();
    let mut text = format!("{HEAD}Editions{HEAD:#}\n{}", lines(&rows));
    let rows: Vec<_> = pages
        .iter()
        .map(|page| [Cell::styled(page.name, HEAD), Cell::plain(page.summary)])
        .collect();
    let _ = write!(text, "\n{HEAD}Rules{HEAD:#}\n{}", lines(&rows));
    let json = json!({
        "editions": editions.iter().map(|edition| json!({
            "edition": edition.name(),
            "number": edition.id.number(),
            "about": edition.id.about(),
            "values": edition.provenance().count(),
        })).collect::<Vec<_>>(),
        "rules": pages.iter().map(|page| json!({"rule": page.name, "summary": page.summary})).collect::<Vec<_>>(),
    });
    Told { text, json }
}

fn counts(edition: &Edition) -> String {
    let of = |mark: Mark| edition.provenance().filter(|value| value.mark == mark).count();
    let own = match of(Mark::Override) {
        0 => String::new(),
        own => format!(", {own} own"),
    };
    format!(
        "{} values: {} published, {} assumed{own}",
        edition.provenance().count(),
        of(Mark::Published),
        of(Mark::Assumed)
    )
}

/// Every value of an edition.
pub(super) fn show(name: &str, edition: &Edition) -> Told {
    let rows: Vec<_> = edition
        .provenance()
        .map(|value| {
            [
                Cell::plain(value.path),
                Cell::styled(value.value.to_string(), HEAD),
                Cell::styled(value.mark.name(), style_of(value.mark)),
                Cell::styled(value.source, QUIET),
            ]
        })
        .collect();
    let about = edition.id.about();
    Told {
        text: format!(
            "{HEAD}{name}{HEAD:#}: {about}\n{}\n\n{}",
            counts(edition),
            lines(&rows)
        ),
        json: json!({
            "edition": name,
            "extends": edition.name(),
            "about": about,
            "values": edition.provenance().collect::<Vec<_>>(),
        }),
    }
}

fn style_of(mark: Mark) -> Style {
    match mark {
        Mark::Published => Style::new(),
        Mark::Assumed => ASSUMED,
        Mark::Override => OWN,
    }
}

/// The values in which two editions differ; sources and marks aside.
pub(super) fn diff(names: [&str; 2], editions: &[Edition; 2]) -> Told {
    let mut both: BTreeMap<&str, [Option<Provenance<'_>>; 2]> = BTreeMap::new();
    for (side, edition) in editions.iter().enumerate() {
        for value in edition.provenance() {
            let path = value.path;
            both.entry(path).or_default()[side] = Some(value);
        }
    }
    both.retain(|_, [one, other]| one.map(|one| one.value) != other.map(|other| other.value));
    let cell = |value: &Option<Provenance<'_>>| {
        value.as_ref().map_or_else(
            || Cell::styled("-", QUIET),
            |value| Cell::styled(value.value.to_string(), style_of(value.mark)),
        )
    };
    let head = ["value", names[0], names[1]].map(|title| Cell::styled(title, HEAD));
    let rows = both
        .iter()
        .map(|(path, [one, other])| [Cell::plain(*path), cell(one), cell(other)]);
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let text = if both.is_empty() {
        "no value differs\n".to_owned()
    } else {
        lines(&rows)
    };
    let differences: Vec<Value> = both
        .iter()
        .map(|(path, [one, other])| json!({"path": path, "a": one, "b": other}))
        .collect();
    Told {
        text,
        json: json!({"a": names[0], "b": names[1], "differences": differences}),
    }
}

/// Pages, headings set off on a terminal.
pub(super) fn explain(pages: &[&Page]) -> Told {
    let mut text = String::new();
    for page in pages {
        for line in page.text.lines() {
            let _ = if line.starts_with('#') {
                writeln!(text, "{HEAD}{line}{HEAD:#}")
            } else {
                writeln!(text, "{line}")
            };
        }
    }
    let rules: Vec<Value> = pages
        .iter()
        .map(|page| json!({"rule": page.name, "summary": page.summary, "page": page.text}))
        .collect();
    Told {
        text,
        json: json!({"rules": rules}),
    }
}
