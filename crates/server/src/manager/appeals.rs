//! What is restricted now and why, what can be appealed, and what became of appeals.
//!
//! Must not know: who is right. What the forms of this page do is in `filing`.

use askama::Template;
use axum::extract::State;
use decider::Timestamp;
use platform::ids::{NumberIx, TemplateIx, WabaIx};
use platform::portfolio::Portfolio;
use platform::portfolio::event::{Measure, Subject};
use platform::portfolio::policy::{Appeal, Standing, Violation};
use rulebook::appeal::Outcome;
use rulebook::template::lifecycle::{Action, TemplateStatus};

use super::facts::{self, NumberFacts};
use super::frame::{Frame, Tab};
use super::templates::{TemplateRow, row};
use super::words::{Badge, When, off, sentence_case, when};
use super::{Failure, Manager, Page, View};
use crate::display_phone_number;
use crate::ids::{phone_id, portfolio_id, waba_id};

/// Of each kind of thing that many are shown: the newest.
const SHOWN_MAX: usize = 200;

#[derive(Template)]
#[template(path = "manager/appeals.html")]
pub(super) struct Appeals {
    frame: Frame,
    numbers: Vec<Marked>,
    violations: Vec<Found>,
    templates: Vec<Decided>,
    appeals: Vec<Filed>,
    places: Vec<(String, String)>,
}

/// What one portfolio has to show.
#[derive(Default)]
struct Case {
    numbers: Vec<Marked>,
    violations: Vec<Found>,
    templates: Vec<Decided>,
    appeals: Vec<Filed>,
    /// What a violation can be recorded on: its word in the form, and its name.
    places: Vec<(String, String)>,
}

/// A number whose status says why it cannot do all that it could.
struct Marked {
    number: NumberFacts,
    /// Whether it can be appealed.
    appealable: bool,
}

/// A violation of policy.
struct Found {
    portfolio: String,
    violation: u32,
    kind: String,
    /// The account, and the number if it was found on one.
    on: String,
    brought: String,
    found: When,
    state: Badge,
    /// Whether it can be appealed.
    appealable: bool,
    /// Whether it counts: a moderator can take it back.
    counts: bool,
}

/// A decision on a template.
struct Decided {
    template: TemplateRow,
    /// Whether it can be appealed.
    appealable: bool,
}

/// An appeal.
struct Filed {
    portfolio: String,
    appeal: u32,
    about: String,
    filed: When,
    state: Badge,
    /// Who decided it and when; empty while it is open.
    decided: String,
    open: bool,
}

/// `GET /manager/appeals`.
pub(super) async fn page(view: View, State(manager): State<Manager>) -> Result<Page<Appeals>, Failure> {
    let now = manager.seat().now();
    let read = move |portfolio: &Portfolio| case(portfolio, now);
    let mut all = Case::default();
    for of in manager.read(&view.cells(&manager), read).await? {
        all.numbers.extend(of.numbers);
        all.violations.extend(of.violations);
        all.templates.extend(of.templates);
        all.appeals.extend(of.appeals);
        all.places.extend(of.places);
    }
    all.violations.truncate(SHOWN_MAX);
    all.templates.truncate(SHOWN_MAX);
    all.appeals.truncate(SHOWN_MAX);
    all.places.truncate(SHOWN_MAX);
    Ok(Page(Appeals {
        frame: view.frame(&manager, "Restrictions and appeals", Tab::Appeals),
        numbers: all.numbers,
        violations: all.violations,
        templates: all.templates,
        appeals: all.appeals,
        places: all.places,
    }))
}

/// Accounts, each with its numbers behind it.
fn places(portfolio: &Portfolio) -> Vec<(String, String)> {
    let mut places = Vec::new();
    for (waba, name) in (0..).map(WabaIx).zip(&portfolio.wabas) {
        let account = waba_id(portfolio.cell, waba).to_string();
        places.push((account.clone(), name.clone()));
        let own = (0..).map(NumberIx).zip(&portfolio.numbers);
        for (ix, number) in own.filter(|(_, number)| number.waba == waba && !number.facts.deleted) {
            let word = format!("{account}.{}", phone_id(portfolio.cell, ix));
            places.push((word, format!("{name}: {}", display_phone_number(number.e164))));
        }
    }
    places
}

fn case(portfolio: &Portfolio, now: Timestamp) -> Case {
    let policy = &portfolio.policy;
    let violations = policy.violations.iter().enumerate().rev();
    let appeals = policy.appeals.iter().enumerate().rev();
    Case {
        numbers: marked(portfolio, now),
        violations: violations
            .take(SHOWN_MAX)
            .map(|(ix, of)| found(portfolio, ix as u32, of, now))
            .collect(),
        places: places(portfolio),
        templates: decided(portfolio, now),
        appeals: appeals
            .take(SHOWN_MAX)
            .map(|(ix, of)| filed(portfolio, ix as u32, of))
            .collect(),
    }
}

fn marked(portfolio: &Portfolio, now: Timestamp) -> Vec<Marked> {
    let all = (0..portfolio.numbers.len() as u16).map(NumberIx);
    all.filter_map(|ix| {
        let (number, facts) = (portfolio.number(ix)?, facts::number(portfolio, ix, now)?);
        let marked = number.flag.is_some() || number.standing.hold.is_some();
        let appealable = marked && is_free(portfolio, Subject::Number(ix));
        let shown = appealable || !facts.status.why.is_empty();
        shown.then_some(Marked {
            number: facts,
            appealable,
        })
    })
    .collect()
}

/// Whether no appeal against it is open.
fn is_free(portfolio: &Portfolio, subject: Subject) -> bool {
    portfolio.policy.open_appeal(subject).is_none()
}

fn found(portfolio: &Portfolio, ix: u32, of: &Violation, now: Timestamp) -> Found {
    let brought = match of.measure {
        Measure::Warning => "A warning".to_owned(),
        Measure::Restriction { until_ms } => {
            let until = Timestamp::from_millis(until_ms);
            format!("A restriction until {} ({})", when(until).text, off(until, now))
        }
        Measure::Lock => "A lock until an appeal is granted".to_owned(),
        Measure::Disable => "The account is disabled".to_owned(),
        Measure::OffBoarding => "The account is off the platform".to_owned(),
    };
    let (word, tone) = match of.standing {
        Standing::Stands => ("Stands", "low"),
        Standing::Over => ("Over", "plain"),
        Standing::Reversed => ("Taken back", "high"),
    };
    let stands = of.standing == Standing::Stands;
    let waba = portfolio.wabas.get(of.waba.index()).map_or("", String::as_str);
    Found {
        portfolio: portfolio_id(portfolio.cell).to_string(),
        violation: ix,
        kind: sentence_case(&of.kind),
        on: match of.number {
            Some(number) => format!("{waba}, {}", named(portfolio, number)),
            None => waba.to_owned(),
        },
        brought,
        found: when(Timestamp::from_millis(of.at_ms)),
        state: Badge::plain(word, tone),
        appealable: stands && is_free(portfolio, Subject::Violation(ix)),
        counts: of.standing != Standing::Reversed,
    }
}

/// Templates that the platform decided against.
fn decided(portfolio: &Portfolio, now: Timestamp) -> Vec<Decided> {
    let against = |status| {
        use TemplateStatus::{AppealRequested, Disabled, Paused, Rejected};
        matches!(status, Rejected | Paused | Disabled | AppealRequested)
    };
    let all = (0..portfolio.templates.len() as u32).rev().map(TemplateIx);
    all.filter_map(|ix| {
        let status = portfolio
            .template(ix)
            .filter(|template| against(template.status))?
            .status;
        Some(Decided {
            template: row(portfolio, ix, now)?,
            appealable: status.allows(Action::Appeal).is_ok(),
        })
    })
    .take(SHOWN_MAX)
    .collect()
}

fn filed(portfolio: &Portfolio, ix: u32, of: &Appeal) -> Filed {
    let about = match of.subject {
        Subject::Number(number) => named(portfolio, number),
        Subject::Violation(violation) => {
            let found = portfolio.policy.violations.get(violation as usize);
            let kind = found.map_or_else(String::new, |of| sentence_case(&of.kind));
            format!("violation {kind}")
        }
        Subject::Rejection(template) | Subject::Disabling(template) => {
            let found = portfolio.template(template);
            let name = found.map_or("", |template| template.draft.name.as_str());
            format!("template {name}")
        }
    };
    let (word, tone) = match of.decided {
        None => ("Open", "medium"),
        Some((Outcome::Granted, ..)) => ("Granted", "high"),
        Some((Outcome::Refused, ..)) => ("Refused", "low"),
        Some((Outcome::Moot, ..)) => ("Nothing left to decide", "plain"),
    };
    let decided = |(_, by_moderator, at)| {
        let by = if by_moderator { "a moderator" } else { "the rules" };
        format!("by {by}, {}", when(Timestamp::from_millis(at)).text)
    };
    Filed {
        portfolio: portfolio_id(portfolio.cell).to_string(),
        appeal: ix,
        about,
        filed: when(Timestamp::from_millis(of.filed_ms)),
        state: Badge::plain(word, tone),
        decided: of.decided.map(decided).unwrap_or_default(),
        open: of.decided.is_none(),
    }
}

fn named(portfolio: &Portfolio, number: NumberIx) -> String {
    let found = portfolio.number(number);
    found.map_or_else(String::new, |number| {
        format!("{} {}", number.verified_name, display_phone_number(number.e164))
    })
}
