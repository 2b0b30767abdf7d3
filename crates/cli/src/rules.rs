//! `goodstanding rules`: the platform's rules, for people and for programs.
//!
//! Promises: changes nothing, needs no sandbox; colours only on a terminal, and the words say the same without them.

mod columns;
mod pages;
mod told;

use std::fmt::Display;
use std::process::ExitCode;

use crate::args::{Output, Rules};
use crate::edition::Chosen;
use crate::error::CliError;
use pages::{PAGES, Page};

/// Runs the command.
pub(crate) fn run(command: &Rules) -> Result<ExitCode, CliError> {
    match command {
        Rules::List { output } => tell(output, told::list(PAGES)),
        Rules::Show { edition, output } => {
            let chosen = Chosen::of(edition)?;
            tell(output, told::show(&chosen.name, &chosen.edition()?));
        }
        Rules::Diff { one, other, output } => {
            let chosen = [Chosen::of(one)?, Chosen::of(other)?];
            let editions = [chosen[0].edition()?, chosen[1].edition()?];
            let names = [chosen[0].name.as_str(), chosen[1].name.as_str()];
            tell(output, told::diff(names, &editions));
        }
        Rules::Explain { rule, output } => {
            let found = find(rule);
            if found.is_empty() {
                return Err(CliError::NoSuchRule(rule.clone()));
            }
            tell(output, told::explain(&found));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The same twice: for people, and as JSON.
struct Told {
    text: String,
    json: serde_json::Value,
}

fn tell(output: &Output, told: Told) {
    if output.json {
        print(&format_args!("{:#}\n", told.json));
    } else {
        print(&told.text);
    }
}

fn print(what: &dyn Display) {
    anstream::print!("{what}");
}

/// The page of a rule by its name, or all pages that name an id of `docs/conformance.md`.
fn find(asked: &str) -> Vec<&'static Page> {
    let name = asked.replace(['_', ':', '/'], "-").replace("--", "-");
    if let Some(page) = PAGES.iter().find(|page| page.name == name) {
        return vec![page];
    }
    let id = asked.to_ascii_uppercase();
    let names = |page: &&Page| {
        let mut words = page.text.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| word == id)
    };
    let is_id =
        id.starts_with(|c: char| c.is_ascii_uppercase()) && id.ends_with(|c: char| c.is_ascii_digit());
    PAGES.iter().filter(|page| is_id && names(page)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rulebook::edition::Edition;

    /// What a person reads where colours are not shown, but for the values that are not about limits and for how many
    /// there are: another rule changes nothing here.
    fn read(told: &Told) -> String {
        let text = anstream::adapter::strip_str(&told.text).to_string();
        let about_others =
            |line: &&str| line.starts_with("  ") && line.contains('.') && !line.contains("limits.");
        let line = |line: &str| -> String {
            let (words, counted) = (line.split(' '), line.contains(" values: "));
            let word = |word: &str| match word.parse::<u32>() {
                Ok(_) if counted => "N".to_owned(),
                _ => word.to_owned(),
            };
            words.map(word).collect::<Vec<_>>().join(" ")
        };
        let lines = text.lines().filter(|line| !about_others(line));
        lines.map(line).collect::<Vec<_>>().join("\n")
    }

    fn edition(name: &str) -> Edition {
        Edition::named(name).expect("an edition").clone()
    }

    #[test]
    fn lists() {
        let page = |name: &str| PAGES.iter().find(|page| page.name == name).expect("a page");
        let Page { name, summary, text } = *page("flag");
        let told = told::list(&[Page { name, summary, text }]);
        insta::assert_snapshot!(read(&told));
        let rules = serde_json::json!([{"rule": name, "summary": summary}]);
        assert_eq!(told.json["rules"], rules);
        assert_eq!(told.json["editions"][2]["edition"], "2026-per-portfolio");
    }

    #[test]
    fn shows_every_value_with_its_source() {
        let own = edition("2026-per-portfolio")
            .with_overrides("limits.start = 1")
            .expect("sound");
        let told = told::show("my.toml, which extends 2026-per-portfolio", &own);
        insta::assert_snapshot!(read(&told));
        let values = told.json["values"].as_array().cloned().unwrap_or_default();
        assert_eq!(values.len(), own.provenance().count());
        let start = serde_json::json!({"path": "limits.start", "value": 1, "source": "set by override", "mark": "override"});
        assert!(values.contains(&start), "{values:?}");
    }

    #[test]
    fn tells_what_differs() {
        let names = ["2023-per-number", "2026-per-portfolio"];
        let told = told::diff(names, &names.map(edition));
        insta::assert_snapshot!(read(&told));
        let differences = told.json["differences"].as_array().cloned().unwrap_or_default();
        let flagged = differences.iter().find(|found| found["path"] == "flagged.period");
        let flagged = flagged.expect("2026 has no FLAGGED");
        assert_eq!(
            (&flagged["a"]["value"], &flagged["b"]),
            (&"7d".into(), &serde_json::Value::Null)
        );
        let same = told::diff([names[0]; 2], &[names[0]; 2].map(edition));
        assert_eq!(same.json["differences"], serde_json::json!([]));
        assert_eq!(same.text, "no value differs\n");
    }

    #[test]
    fn explains_by_name_or_by_id() {
        let names = |asked: &str| -> Vec<&str> { find(asked).iter().map(|page| page.name).collect() };
        assert_eq!(names("flag"), ["flag"]);
        assert_eq!(names("template::pausing"), ["template-pausing"]);
        assert_eq!(names("pair_rate"), ["pair-rate"]);
        assert!(names("t5").contains(&"template-pausing"));
        assert!(names("S5").contains(&"flag"));
        assert!(names("nothing").is_empty());
        let told = told::explain(&find("flag"));
        assert!(told.text.contains("a timer alone never flags"));
        assert_eq!(told.json["rules"][0]["rule"], "flag");
        let text = anstream::adapter::strip_str(&told.text).to_string();
        assert_eq!(Some(text.as_str()), told.json["rules"][0]["page"].as_str());
    }
}
