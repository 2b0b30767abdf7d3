//! A decision in words: what was decided, why, by which facts, and what to do. The edge adds names and times.
//!
//! Promises: everything comes from the event itself; a decision reads the same years later, whatever has changed since.
//! Must not know: how it is shown.

use decider::Timestamp;
use rulebook::edition::{EditionId, Limit};
use rulebook::rating::Rating;
use rulebook::refusal::Fault;
use rulebook::status::Status;
use rulebook::template::lifecycle::TemplateStatus;

use super::event::{Admitted, Declined, Event};
use super::facts::{Facts, UNLIMITED};
use crate::ids::{AttemptId, ContactIx, DecisionId, NumberIx, TemplateIx};
use crate::lane::Lane;
use crate::mirror::Source;
use crate::refusal::Refusal;

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Which.
    pub decision: DecisionId,
    /// What was decided.
    pub outcome: Outcome,
    /// From which number.
    pub number: NumberIx,
    /// To whom.
    pub contact: ContactIx,
    /// With which template, or [`TemplateIx::NONE`].
    pub template: TemplateIx,
    /// How it was treated.
    pub lane: Lane,
    /// What it was decided by: a line each, in lower case.
    pub because: Vec<String>,
}

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It may go, once.
    Admitted(AttemptId),
    /// It may be asked again at a time.
    Held(Refusal, Timestamp),
    /// It may not go; perhaps it may at a time.
    Refused(Refusal, Option<Timestamp>),
}

/// The decision that an event is, if it is one. `None` also for a reason that this version does not know.
pub fn explain(event: &Event) -> Option<Explained> {
    match event {
        Event::Admitted(e) => Some(admitted(e)),
        Event::Declined(e) => declined(e),
        _ => None,
    }
}

fn admitted(e: &Admitted) -> Explained {
    let mut because = vec![if e.facts.counts {
        "it counts towards the messaging limit".to_owned()
    } else {
        "it does not count towards the messaging limit".to_owned()
    }];
    because.extend(facts(&e.facts, e.template));
    Explained {
        decision: e.decision,
        outcome: Outcome::Admitted(e.attempt),
        number: e.number,
        contact: e.contact,
        template: e.template,
        lane: e.lane,
        because,
    }
}

fn declined(e: &Declined) -> Option<Explained> {
    let refusal = Refusal::from_number(e.refusal)?;
    let until = e.until_ms.map(Timestamp::from_millis);
    let fault = match refusal.fault() {
        Fault::Caller => "of the program that called",
        Fault::Business => "of the business",
        Fault::Person => "of nobody: the person decides",
        Fault::Platform => "of the platform",
    };
    let mut because = vec![format!("the fault is {fault}")];
    because.extend(facts(&e.facts, e.template));
    Some(Explained {
        decision: e.decision,
        outcome: match until {
            Some(until) if e.held => Outcome::Held(refusal, until),
            _ => Outcome::Refused(refusal, until),
        },
        number: e.number,
        contact: e.contact,
        template: e.template,
        lane: e.lane,
        because,
    })
}

/// What was known, a line a subject.
fn facts(facts: &Facts, template: TemplateIx) -> Vec<String> {
    let mut lines = vec![limit(facts), number(facts)];
    if template != TemplateIx::NONE {
        lines.push(of_template(facts));
    }
    lines.push(match facts.window_open_s.checked_sub(1) {
        Some(ago) => format!("the person wrote {} ago: the service window is open", span(ago)),
        None => "no open service window is known".to_owned(),
    });
    if facts.silent {
        lines.push("no statuses came though sends were accepted".to_owned());
    }
    let edition = EditionId::try_from(facts.edition).map_or("an unknown edition", EditionId::name);
    lines.push(match facts.policy {
        0 => format!("by edition {edition} and the default policy"),
        version => format!("by edition {edition} and version {version} of the policy"),
    });
    lines
}

fn limit(facts: &Facts) -> String {
    let limit = match facts.limit {
        UNLIMITED => Limit::Unlimited,
        people => Limit::People(people),
    };
    let told = match facts.limit_from {
        Source::Assumed => "never told: the one that begins".to_owned(),
        source => format!("told by {} {} ago", source.name(), span(facts.limit_age_s)),
    };
    format!("people in use: {}, limit {limit} ({told})", facts.used)
}

fn number(facts: &Facts) -> String {
    let status = Status::ALL
        .iter()
        .find(|status| status.number() == facts.number_status);
    let rating = Rating::from_number(facts.number_rating).unwrap_or_default();
    match status {
        None if facts.age_s == 0 => "nothing was ever told about the number".to_owned(),
        status => format!(
            "the number is {}, its rating {} (the older word is of {} ago)",
            status.map_or("of unknown status", |status| status.api_value()),
            rating.label(),
            span(facts.age_s)
        ),
    }
}

fn of_template(facts: &Facts) -> String {
    let status = TemplateStatus::ALL
        .iter()
        .find(|status| **status as u8 == facts.template_status);
    let status = status.map_or("of unknown status", |status| status.api_value());
    let category = match facts.category {
        1 => "marketing",
        2 => "utility",
        3 => "authentication",
        _ => "unknown category, treated as marketing",
    };
    let rating = Rating::from_number(facts.template_rating).unwrap_or_default();
    format!(
        "the template is {status}, {category}, its rating {}",
        rating.label()
    )
}

/// A span in words: seconds, minutes, hours or days, whichever is whole enough.
fn span(seconds: u32) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// What to do, if anything.
pub fn advice(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Admitted(_) => None,
        Outcome::Held(refusal, _) | Outcome::Refused(refusal, _) => Some(refusal.hint()),
    }
}

impl core::fmt::Display for Outcome {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Outcome::Admitted(attempt) => write!(f, "admitted as attempt {}", attempt.0),
            Outcome::Held(refusal, _) => write!(f, "held: {} ({})", refusal.title(), refusal.name()),
            Outcome::Refused(refusal, _) => write!(f, "refused: {} ({})", refusal.title(), refusal.name()),
        }
    }
}
