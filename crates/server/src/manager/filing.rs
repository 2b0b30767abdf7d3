//! What the forms about policy do: appeals are filed; a moderator decides them, and takes violations back.
//!
//! Must not know: who is right.

use axum::extract::State;
use axum::response::Redirect;
use platform::portfolio::Answer;
use platform::portfolio::command::PolicyCommand;
use serde::Deserialize;

use super::form::{Done, Form};
use super::{Failure, Manager};
use crate::v1::{ApiError, appeals, ids, violations};

/// Where one comes back to.
const HERE: &str = "/manager/appeals";

/// An appeal of a number.
#[derive(Deserialize)]
pub(super) struct OfNumber {
    id: String,
    text: String,
}

/// `POST /manager/appeals/number`.
pub(super) async fn of_number(
    State(manager): State<Manager>,
    Form(form): Form<OfNumber>,
) -> Result<Redirect, Failure> {
    let (cell, number) = ids::number(&form.id)?;
    let text = appeals::evidence(form.text)?;
    let command = PolicyCommand::AppealNumber {
        number,
        text,
        paths: None,
    };
    appeals::file(manager.control(), cell, command).await.map(drop)?;
    Ok(Done::Appealed.back(HERE, ""))
}

/// An appeal against a violation.
#[derive(Deserialize)]
pub(super) struct OfViolation {
    portfolio: String,
    violation: u32,
    text: String,
}

/// `POST /manager/appeals/violation`.
pub(super) async fn of_violation(
    State(manager): State<Manager>,
    Form(form): Form<OfViolation>,
) -> Result<Redirect, Failure> {
    let cell = ids::portfolio(&form.portfolio)?;
    let (violation, text) = (form.violation, appeals::evidence(form.text)?);
    let command = PolicyCommand::AppealViolation { violation, text };
    appeals::file(manager.control(), cell, command).await.map(drop)?;
    Ok(Done::Appealed.back(HERE, ""))
}

/// An appeal of a template.
#[derive(Deserialize)]
pub(super) struct OfTemplate {
    id: String,
    text: String,
    sample: String,
}

/// `POST /manager/appeals/template`.
pub(super) async fn of_template(
    State(manager): State<Manager>,
    Form(form): Form<OfTemplate>,
) -> Result<Redirect, Failure> {
    let (cell, template) = ids::template(&form.id)?;
    let text = appeals::with_sample(form.text, &form.sample)?;
    let command = PolicyCommand::AppealTemplate { template, text };
    appeals::file(manager.control(), cell, command).await.map(drop)?;
    Ok(Done::Appealed.back(HERE, ""))
}

/// A decision of a moderator about an appeal.
#[derive(Deserialize)]
pub(super) struct Decide {
    portfolio: String,
    appeal: u32,
    decision: String,
}

/// `POST /manager/appeals/decide`.
pub(super) async fn decide(
    State(manager): State<Manager>,
    Form(form): Form<Decide>,
) -> Result<Redirect, Failure> {
    let (granted, done) = match form.decision.as_str() {
        "grant" => (true, Done::Granted),
        "refuse" => (false, Done::Refused),
        _ => return Err(Failure::bad("an appeal is granted or refused")),
    };
    let (cell, appeal) = (ids::portfolio(&form.portfolio)?, form.appeal);
    let command = PolicyCommand::DecideAppeal { appeal, granted };
    violations::done(manager.control(), cell, command)
        .await
        .map(drop)?;
    Ok(done.back(HERE, ""))
}

/// A violation that a moderator records.
#[derive(Deserialize)]
pub(super) struct Violate {
    on: String,
    kind: String,
    step: String,
}

/// `POST /manager/appeals/violate`.
pub(super) async fn violate(
    State(manager): State<Manager>,
    Form(form): Form<Violate>,
) -> Result<Redirect, Failure> {
    // On an account, or on one of its numbers: `<account>` or `<account>.<number>`.
    let (account, number) = match form.on.split_once('.') {
        Some((account, number)) => (account, Some(ids::number(number)?)),
        None => (form.on.as_str(), None),
    };
    let (cell, waba) = ids::waba(account)?;
    if number.is_some_and(|(of, _)| of != cell) {
        return Err(Failure::not_found("phone number"));
    }
    let kind = form.kind.trim().to_ascii_uppercase().replace([' ', '-'], "_");
    let step = match form.step.trim() {
        "" => None,
        word => Some(violations::step(word)?),
    };
    let number = number.map(|(_, number)| number);
    let command = PolicyCommand::Violate {
        waba,
        number,
        kind,
        step,
    };
    match violations::policy(manager.control(), cell, command).await? {
        Answer::Violation(_) => Ok(Done::Violated.back(HERE, "")),
        other => Err(ApiError::of_answer(other).into()),
    }
}

/// A violation to take back.
#[derive(Deserialize)]
pub(super) struct Reverse {
    portfolio: String,
    violation: u32,
}

/// `POST /manager/appeals/reverse`.
pub(super) async fn reverse(
    State(manager): State<Manager>,
    Form(form): Form<Reverse>,
) -> Result<Redirect, Failure> {
    let (cell, violation) = (ids::portfolio(&form.portfolio)?, form.violation);
    violations::done(manager.control(), cell, PolicyCommand::Reverse { violation })
        .await
        .map(drop)?;
    Ok(Done::Reversed.back(HERE, ""))
}
