//! `goodstanding check`: templates and messages before they are submitted.
//!
//! Promises: changes nothing, needs no server; the report is on standard output, in words or as JSON.

mod told;

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use gateway::check::{Input, check, count, json};
use rulebook::escalation::{Path as Way, PathKind};
use sender::check::Severity;
use sender::words::Words;

use crate::args::Check;
use crate::error::CliError;

/// More than any template or message has, so that a wrong file is told as such: 4 MiB.
const INPUT_MAX: u64 = 4 << 20;

/// Runs the command.
pub(crate) fn run(options: &Check) -> Result<ExitCode, CliError> {
    let name = options.file.display().to_string();
    let input = Input::read(&read(&options.file)?).map_err(|why| CliError::Unusable { what: name, why })?;
    let words = words(options.words.as_deref())?;
    let ways = ways(&options.ways)?;
    let checked = check(input, &options.language, &words, &ways);
    if options.output.json {
        anstream::println!("{:#}", json(&checked));
    } else {
        anstream::print!("{}", told::text(&checked));
    }
    let errors = count(&checked, Severity::Error);
    Ok(ExitCode::from(u8::from(errors > 0)))
}

fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    let wrong = |source| CliError::Read {
        path: file.display().to_string(),
        source,
    };
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        let taken = std::io::stdin().lock().take(INPUT_MAX).read_to_end(&mut bytes);
        taken.map_err(wrong)?;
    } else {
        let opened = std::fs::File::open(file).map_err(wrong)?;
        opened.take(INPUT_MAX).read_to_end(&mut bytes).map_err(wrong)?;
    }
    Ok(bytes)
}

/// The lists of words, changed by a file.
fn words(file: Option<&Path>) -> Result<Words, CliError> {
    let Some(file) = file else {
        return Ok(Words::builtin().clone());
    };
    let unusable = |why: String| CliError::Unusable {
        what: file.display().to_string(),
        why,
    };
    let text = String::from_utf8(read(file)?).map_err(|_| unusable("it is no text".to_owned()))?;
    let settings = toml::from_str(&text).map_err(|error| unusable(error.to_string()))?;
    Words::with(&settings).map_err(|error| unusable(error.to_string()))
}

/// Declared ways to a person, by the names of their kinds.
fn ways(names: &[String]) -> Result<Vec<Way>, CliError> {
    let kind = |name: &String| PathKind::ALL.into_iter().find(|kind| kind.name() == name);
    let way = |name: &String| {
        let kind = kind(name).ok_or_else(|| CliError::Unusable {
            what: format!("the way to a person {name:?}"),
            why: "there is no such kind".to_owned(),
        })?;
        Ok(Way {
            kind,
            target: String::new(),
        })
    };
    names.iter().map(way).collect()
}

#[cfg(test)]
mod tests {
    use gateway::check::Checked;

    use super::*;

    const GOOD: &str = r#"{"name":"order_left","language":"en_US","category":"UTILITY","components":[
        {"type":"BODY","text":"Hi {{1}}, your order {{2}} left our house today.","example":{"body_text":[["Ana","77"]]}},
        {"type":"BUTTONS","buttons":[{"type":"PHONE_NUMBER","text":"Call","phone_number":"+15550100"}]}]}"#;
    const BAD: &str = r#"{"name":"Spring","language":"en_US","category":"UTILITY","components":[
        {"type":"BODY","text":"Dear customer, your order is here.\nDon't miss our SALE: 20% off, see bit.ly/x"}]}"#;

    fn checked(json: &str) -> Vec<Checked> {
        let input = Input::read(json.as_bytes()).expect("usable");
        check(input, "en", Words::builtin(), &[])
    }

    fn text(json: &str) -> String {
        anstream::adapter::strip_str(&told::text(&checked(json))).to_string()
    }

    #[test]
    fn a_report_in_words() {
        insta::assert_snapshot!(format!("{}\n====\n{}", text(GOOD), text(BAD)));
    }

    #[test]
    fn several_are_compared_with_each_other() {
        let twin = GOOD.replace("order_left", "order_gone");
        insta::assert_snapshot!(text(&format!(r#"{{"data":[{GOOD},{twin}],"paging":{{}}}}"#)));
    }

    #[test]
    fn a_message_is_checked_by_its_text() {
        let message = r#"{"messaging_product":"whatsapp","to":"15550001111","type":"text","text":{"body":"PLEASE ANSWER NOW!!"}}"#;
        insta::assert_snapshot!(text(message));
    }

    #[test]
    fn a_report_as_json() {
        insta::assert_snapshot!(format!("{:#}", json(&checked(BAD))));
    }

    #[test]
    fn exit_codes() {
        let dir = tempfile::tempdir().expect("a directory");
        let run_on = |content: Option<&str>, words: Option<&str>, ways: &[&str]| {
            let file = dir.path().join("input.json");
            let _ = std::fs::remove_file(&file);
            if let Some(content) = content {
                std::fs::write(&file, content).expect("a file");
            }
            let words = words.map(|content| {
                let file = dir.path().join("words.toml");
                std::fs::write(&file, content).expect("a file");
                file
            });
            let output = crate::args::Output { json: true };
            let ways = ways.iter().map(|way| (*way).to_owned()).collect();
            let options = Check {
                file,
                language: "en".to_owned(),
                words,
                ways,
                output,
            };
            let code = run(&options).unwrap_or_else(|error| error.exit_code());
            format!("{code:?}")
        };
        let code = |code: u8| format!("{:?}", ExitCode::from(code));
        let rows = [
            (Some(GOOD), None, vec![], 0),
            (Some(GOOD), Some("add.stop = ['enough']"), vec!["email"], 0),
            (Some(BAD), None, vec![], 1),
            (Some("{"), None, vec![], 2),
            (Some("{}"), None, vec![], 2),
            (Some("[]"), None, vec![], 2),
            (Some(GOOD), Some("add.halt = []"), vec![], 2),
            (Some(GOOD), None, vec!["smoke signals"], 2),
            (None, None, vec![], 4),
        ];
        for (content, words, ways, expected) in rows {
            assert_eq!(
                run_on(content, words, &ways),
                code(expected),
                "{content:?} {words:?} {ways:?}"
            );
        }
    }
}
