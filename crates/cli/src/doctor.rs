//! `goodstanding doctor`: whether everything that sending needs is in order.

use std::fmt::Write as _;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use gateway::readiness::{self, Finding, Report, Severity, Subject};
use serde_json::json;

use crate::args;
use crate::config;
use crate::error::CliError;
use crate::sandbox::runtime;

const HEAD: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const NOTICE: Style = AnsiColor::Cyan.on_default();
const OK: Style = AnsiColor::Green.on_default();

/// Runs the command.
pub(crate) fn run(options: &args::Doctor) -> Result<ExitCode, CliError> {
    let flags: Vec<(&'static str, String)> = options
        .upstream
        .iter()
        .map(|url| ("upstream.url", url.clone()))
        .collect();
    let config = config::read(&options.config, &flags)?;
    let now = engine::Clock::system().now();
    let report = runtime()?.block_on(readiness::look(&config, now));
    let report = report.map_err(|error| CliError::Gateway(error.into()))?;
    if options.output.json {
        let counts = [Severity::Error, Severity::Warning].map(|severity| report.count(severity));
        let told = json!({"findings": report.findings, "errors": counts[0], "warnings": counts[1]});
        anstream::println!("{told:#}");
    } else {
        anstream::print!("{}", text(&report, options.all));
    }
    Ok(match report.count(Severity::Error) {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// In words: what is not in order, or everything.
pub(crate) fn text(report: &Report, all: bool) -> String {
    let mut text = String::new();
    let mut before: Option<&Subject> = None;
    for finding in &report.findings {
        if finding.severity == Severity::Ok && !all {
            continue;
        }
        if before != Some(&finding.subject) {
            let _ = writeln!(text, "{HEAD}{}{HEAD:#}", finding.subject);
            before = Some(&finding.subject);
        }
        line(&mut text, finding);
    }
    let [errors, warnings, notices, well] =
        [Severity::Error, Severity::Warning, Severity::Notice, Severity::Ok]
            .map(|severity| report.count(severity));
    let _ = writeln!(
        text,
        "errors: {errors}, warnings: {warnings}, notices: {notices}, in order: {well}"
    );
    text
}

fn line(text: &mut String, finding: &Finding) {
    let style = match finding.severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Notice => NOTICE,
        Severity::Ok => OK,
    };
    let Finding {
        code,
        severity,
        what,
        hint,
        ..
    } = finding;
    let _ = writeln!(text, "  {style}{:<7}{style:#} {code}: {what}", severity.name());
    if let Some(hint) = hint {
        let _ = writeln!(text, "          {QUIET}{hint}{QUIET:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_in_words() {
        let finding = |code, severity, subject: &Subject, what: &str, hint| Finding {
            code,
            severity,
            subject: subject.clone(),
            what: what.to_owned(),
            hint,
        };
        let (shop, account) = (
            Subject::Portfolio("shop".into()),
            Subject::Account(102290129340398),
        );
        let number = Subject::Number("106540352242922".into(), "+1 555-078-3881".into());
        let report = Report {
            findings: vec![
                finding(
                    "token",
                    Severity::Ok,
                    &shop,
                    "the token is valid, and does not expire",
                    None,
                ),
                finding(
                    "subscription",
                    Severity::Error,
                    &account,
                    "app 7 is not subscribed: none of its webhooks come",
                    Some("Subscribe the app."),
                ),
                finding(
                    "templates",
                    Severity::Ok,
                    &account,
                    "no template is paused or disabled",
                    None,
                ),
                finding(
                    "pin",
                    Severity::Warning,
                    &number,
                    "there is no PIN",
                    Some("Set a PIN."),
                ),
                finding(
                    "display_name",
                    Severity::Notice,
                    &number,
                    "PENDING_REVIEW",
                    Some("People see the number until then."),
                ),
            ],
        };
        let plain = |all| anstream::adapter::strip_str(&text(&report, all)).to_string();
        insta::assert_snapshot!(format!("{}\n# --all\n{}", plain(false), plain(true)));
    }
}
