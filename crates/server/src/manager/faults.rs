//! Calls and webhooks that go wrong on purpose: the rules in force, new ones, and none.
//!
//! Must not know: what a rule does; the control API reads and checks it.

use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use serde::Deserialize;

use super::form::{Done, Form};
use super::frame::{Frame, Tab};
use super::words::count;
use super::{Failure, Manager, Page, View};
use crate::v1::faults::{self, FaultState, NewFault, NewFaultKind as Kind, NewWhen as Turn};

/// Where one comes back to.
const HERE: &str = "/manager/faults";

#[derive(Template)]
#[template(path = "manager/faults.html")]
pub(super) struct FaultsPage {
    frame: Frame,
    rules: Vec<Row>,
}

/// A rule.
struct Row {
    id: u64,
    what: String,
    about: String,
    turn: String,
    met: String,
}

/// `GET /manager/faults`.
pub(super) async fn page(view: View, State(manager): State<Manager>) -> Result<Page<FaultsPage>, Failure> {
    let rules = faults::in_force(manager.control());
    Ok(Page(FaultsPage {
        frame: view.frame(&manager, "Faults", Tab::Faults),
        rules: rules.iter().map(row).collect(),
    }))
}

fn row(rule: &FaultState) -> Row {
    let word = |text: &Option<String>, otherwise: &str| text.clone().unwrap_or_else(|| otherwise.to_owned());
    let about = match (&rule.calls, &rule.webhooks) {
        (Some(calls), _) => format!(
            "{} {}",
            word(&calls.method, "calls to"),
            word(&calls.path, "any path")
        ),
        (None, Some(webhooks)) => format!("webhooks of {}", word(&webhooks.field, "any field")),
        (None, None) => String::new(),
    };
    Row {
        id: rule.id,
        what: what(&rule.fault),
        about,
        turn: turn(&rule.when),
        met: format!("{} seen, {} went wrong", count(rule.seen), count(rule.fired)),
    }
}

fn what(kind: &Kind) -> String {
    match kind {
        Kind::Error(code) => format!("Error {code}"),
        Kind::ExpiredToken => "The token has expired".to_owned(),
        Kind::LatencyMs(ms) => format!("Answered {ms} ms later"),
        Kind::TimeOutAfterMs(ms) => format!("Done, then no answer for {ms} ms"),
        Kind::Lose => "Lost".to_owned(),
        Kind::LateMs(ms) => format!("Posted {ms} ms later"),
        Kind::Duplicate(copies) => format!("Posted {copies} times more"),
        Kind::Reorder => "Overtaken by what comes behind".to_owned(),
    }
}

fn turn(turn: &Turn) -> String {
    match turn {
        Turn::Always => "always".to_owned(),
        Turn::Next(of) => format!("the next {of}"),
        Turn::Every(of) => format!("one in {of}"),
        Turn::AtRandom(of) => format!("{} % at random", of.share * 100.0),
    }
}

/// A new rule.
#[derive(Deserialize)]
pub(super) struct New {
    fault: String,
    amount: String,
    method: String,
    about: String,
    turn: String,
    count: String,
}

/// `POST /manager/faults`.
pub(super) async fn add(State(manager): State<Manager>, Form(new): Form<New>) -> Result<Redirect, Failure> {
    let kind = kind(&new)?;
    let named = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let (method, about) = (named(&new.method), named(&new.about));
    let rule = if kind.is_of_calls() {
        NewFault::of_calls(method, about, when(&new)?, kind)
    } else {
        NewFault::of_webhooks(about, when(&new)?, kind)
    };
    faults::put(manager.control(), rule)?;
    Ok(Done::FaultAdded.back(HERE, ""))
}

fn number<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, Failure> {
    let read = text.trim().parse();
    read.map_err(|_| Failure::bad(format!("{what} must be a number")))
}

fn kind(new: &New) -> Result<Kind, Failure> {
    let amount = || number(&new.amount, "the number of this fault");
    Ok(match new.fault.as_str() {
        "error" => Kind::Error(number(&new.amount, "the error code")?),
        "expired_token" => Kind::ExpiredToken,
        "latency" => Kind::LatencyMs(amount()?),
        "time_out" => Kind::TimeOutAfterMs(amount()?),
        "lose" => Kind::Lose,
        "late" => Kind::LateMs(amount()?),
        "duplicate" => Kind::Duplicate(number(&new.amount, "the number of copies")?),
        "reorder" => Kind::Reorder,
        _ => return Err(Failure::bad("there is no such fault")),
    })
}

fn when(new: &New) -> Result<Turn, Failure> {
    let count = || number(&new.count, "how many");
    Ok(match new.turn.as_str() {
        "always" => Turn::Always,
        "next" => Turn::Next(count()?),
        "every" => Turn::Every(count()?),
        _ => {
            return Err(Failure::bad(
                "a rule holds always, for the next so many, or for one in so many",
            ));
        }
    })
}

/// A rule to take away.
#[derive(Deserialize)]
pub(super) struct Which {
    id: String,
}

/// `POST /manager/faults/remove`.
pub(super) async fn remove(
    State(manager): State<Manager>,
    Form(which): Form<Which>,
) -> Result<Redirect, Failure> {
    faults::take_away(manager.control(), &which.id)?;
    Ok(Done::FaultRemoved.back(HERE, ""))
}
