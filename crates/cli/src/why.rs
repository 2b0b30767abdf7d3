//! `goodstanding why`: asks a running gateway why it admitted, held or refused a send.
//!
//! Promises: the words are the gateway's own, of the moment of the decision; changes nothing.
//! Must not know: how it is decided.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use crate::args::Why;
use crate::error::CliError;
use crate::remote::{Remote, RemoteError};

/// Fewer digits are the number of a decision, as many or more a phone number.
const PHONE_DIGITS_MIN: usize = 7;
/// Decisions of one call.
const PAGE: &str = "1000";

/// What is asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Asked {
    Decision(u64),
    Attempt(u64),
    Message(String),
    Person(String),
}

/// A decision, as the gateway tells it.
#[derive(Serialize, Deserialize)]
struct Decision {
    decision: u64,
    time: String,
    outcome: String,
    number: Option<String>,
    person: Option<String>,
    template: Option<String>,
    language: Option<String>,
    lane: String,
    elsewhere: bool,
    attempt: Option<u64>,
    refusal: Option<Refusal>,
    until: Option<String>,
    because: Vec<String>,
    facts: serde_json::Value,
}

#[derive(Serialize, Deserialize)]
struct Refusal {
    name: String,
    title: String,
    hint: String,
}

#[derive(Deserialize)]
struct Page {
    data: Vec<Decision>,
    after: Option<String>,
}

/// Runs the command.
pub(crate) fn run(options: &Why) -> Result<ExitCode, CliError> {
    let asked = Asked::read(&options.what)?;
    let found = crate::sandbox::runtime()?.block_on(find(options, &asked))?;
    if options.output.json {
        let json =
            serde_json::to_string_pretty(&found).map_err(|error| CliError::Export(error.to_string()))?;
        anstream::println!("{json}");
    } else {
        anstream::print!("{}", told(&found));
    }
    Ok(ExitCode::SUCCESS)
}

impl Asked {
    fn read(text: &str) -> Result<Self, CliError> {
        let number = |text: &str| text.parse().map_err(|_| CliError::NoNumber(text.to_owned()));
        let text = text.trim();
        let all_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        Ok(match text.split_once(':') {
            Some(("decision", rest)) => Asked::Decision(number(rest)?),
            Some(("attempt", rest)) => Asked::Attempt(number(rest)?),
            Some(("message", rest)) => Asked::Message(rest.to_owned()),
            Some(("person", rest)) => Asked::Person(rest.to_owned()),
            _ if text.starts_with("wamid.") => Asked::Message(text.to_owned()),
            _ if all_digits && text.len() < PHONE_DIGITS_MIN => Asked::Decision(number(text)?),
            _ => Asked::Person(text.to_owned()),
        })
    }
}

/// The decisions, the newest first.
async fn find(options: &Why, asked: &Asked) -> Result<Vec<Decision>, CliError> {
    let remote = Remote::new(&options.remote)?;
    let one = |query| async {
        let page: Page = remote.get("decisions", &[query]).await?;
        Ok::<_, CliError>(page.data)
    };
    let found = match asked {
        Asked::Decision(number) => vec![remote.get(&format!("decisions/{number}"), &[]).await?],
        Asked::Attempt(number) => one(("attempt", number.to_string())).await?,
        Asked::Message(id) => one(("message", id.clone())).await?,
        Asked::Person(person) => last(&remote, person, usize::from(options.last)).await?,
    };
    if found.is_empty() {
        return Err(RemoteError::Problem {
            status: 404,
            detail: "the gateway knows no decision about this".to_owned(),
            hint: "Decisions are kept for as long as the ledger keeps its events: 30 days.".to_owned(),
        }
        .into());
    }
    Ok(found)
}

/// The last decisions about a person. Pages begin with the oldest, so that all of them are read and the last ones kept.
async fn last(remote: &Remote, person: &str, most: usize) -> Result<Vec<Decision>, CliError> {
    let mut kept = VecDeque::new();
    let mut after = String::new();
    loop {
        let query = [
            ("person", person.to_owned()),
            ("limit", PAGE.to_owned()),
            ("after", after),
        ];
        let page: Page = remote.get("decisions", &query).await?;
        for decision in page.data {
            kept.push_front(decision);
            kept.truncate(most);
        }
        match page.after {
            Some(next) => after = next,
            None => return Ok(kept.into()),
        }
    }
}

fn told(found: &[Decision]) -> String {
    let all: Vec<String> = found.iter().map(Decision::told).collect();
    all.join("\n")
}

impl Decision {
    fn told(&self) -> String {
        let mut text = format!("decision {}, {}: ", self.decision, self.time);
        let _ = match (&self.refusal, self.attempt) {
            (Some(refusal), _) => writeln!(text, "{}, {} ({})", self.outcome, refusal.title, refusal.name),
            (None, Some(attempt)) => writeln!(text, "{} as attempt {attempt}", self.outcome),
            (None, None) => writeln!(text, "{}", self.outcome),
        };
        let unknown = || "unknown".to_owned();
        let _ = write!(
            text,
            "  lane {}, from number {} to {}",
            self.lane,
            self.number.clone().unwrap_or_else(unknown),
            self.person
                .clone()
                .unwrap_or_else(|| "somebody without a known number".to_owned())
        );
        match (&self.template, &self.language) {
            (Some(name), Some(language)) => drop(writeln!(text, ", template {name} ({language})")),
            _ => text.push('\n'),
        }
        text.push_str(&self.reasons());
        text
    }

    fn reasons(&self) -> String {
        let mut text = String::new();
        if self.elsewhere {
            text.push_str("  to be sent through another provider\n");
        }
        for line in &self.because {
            let _ = writeln!(text, "  - {line}");
        }
        if let Some(until) = &self.until {
            let _ = writeln!(text, "  it could have gone at {until}");
        }
        if let Some(refusal) = &self.refusal {
            let _ = writeln!(text, "  what to do: {}", refusal.hint);
        }
        text
    }
}

#[cfg(test)]
mod tests;
