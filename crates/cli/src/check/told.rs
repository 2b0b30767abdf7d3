//! A report in words.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use gateway::check::{Checked, count};
use sender::check::{Finding, Guess, Severity};

const HEAD: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const ADVICE: Style = AnsiColor::Cyan.on_default();
/// Reasons of a guess that are shown; JSON has all.
const REASONS: usize = 3;

/// In words.
pub(super) fn text(checked: &[Checked]) -> String {
    let mut text = String::new();
    for one in checked {
        let title = match &one.draft {
            Some(draft) => format!(
                "{} ({}), {}",
                draft.name,
                draft.language,
                draft.category.api_value()
            ),
            None => "message".to_owned(),
        };
        let _ = writeln!(text, "{HEAD}{title}{HEAD:#}");
        for found in &one.report.findings {
            finding(&mut text, found);
        }
        if let Some(looks) = &one.report.guess {
            guess(&mut text, looks);
        }
    }
    let counts =
        [Severity::Error, Severity::Warning, Severity::Advice].map(|severity| count(checked, severity));
    let _ = writeln!(
        text,
        "{} errors, {} warnings, {} pieces of advice",
        counts[0], counts[1], counts[2]
    );
    text
}

fn finding(text: &mut String, found: &Finding) {
    let style = match found.severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Advice => ADVICE,
    };
    let at = found.place.chars.map_or(String::new(), |[start, end]| {
        format!(", characters {start} to {end}")
    });
    let Finding {
        code,
        severity,
        place,
        message,
        advice,
        ..
    } = found;
    let _ = writeln!(
        text,
        "  {style}{}{style:#} {code} {QUIET}({}{at}){QUIET:#}",
        severity.name(),
        place.part
    );
    let _ = writeln!(text, "    {message}\n    {QUIET}{advice}{QUIET:#}");
}

fn guess(text: &mut String, guess: &Guess) {
    let why: Vec<&str> = guess
        .reasons
        .iter()
        .take(REASONS)
        .map(|reason| reason.what.as_str())
        .collect();
    let _ = writeln!(
        text,
        "  {QUIET}looks like {}: {}{QUIET:#}",
        guess.category.api_value(),
        why.join("; ")
    );
}
