//! Faults on purpose: rules made, listed and taken away.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use platform::pattern::Pattern;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Control;
use super::error::{ApiError, ApiResult, ErrorBody};
use super::input::Input;
use super::people::Done;
use crate::faults::{About, Fault, Rule, When};

/// More than anybody keeps in mind; each is looked at with every call.
const RULES_MAX: usize = 1_000;
/// Nobody waits longer; the connection is held as long.
const SPAN_MAX: Duration = Duration::from_secs(3_600);
/// More than any target needs in order to notice.
const COPIES_MAX: u32 = 100;

/// A rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewFault {
    /// For faults of calls: which; all if nothing is said.
    calls: Option<CallsOf>,
    /// For faults of webhooks: which; all if nothing is said.
    webhooks: Option<WebhooksOf>,
    /// Which of them in turn; always if nothing is said.
    when: Option<NewWhen>,
    /// What goes wrong.
    fault: NewFaultKind,
}

/// Calls of the Graph API.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CallsOf {
    /// Of this method only.
    #[schema(example = "POST")]
    pub(crate) method: Option<String>,
    /// To this path only, without version and query; `*` stands for anything.
    #[schema(example = "*/messages")]
    pub(crate) path: Option<String>,
}

/// Webhooks.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WebhooksOf {
    /// Of this field only; `*` stands for anything.
    #[schema(example = "messages")]
    pub(crate) field: Option<String>,
}

/// Which of those that a rule is about go wrong.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NewWhen {
    /// Each.
    Always,
    /// The first so many.
    Next(u64),
    /// Each so-manieth.
    Every(u64),
    /// Drawn for each.
    AtRandom(AtRandom),
}

/// Draws.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AtRandom {
    /// How many go wrong, from 0 to 1.
    pub(crate) share: f64,
    /// The same seed and the same calls give the same faults; 0 if nothing is said.
    #[serde(default)]
    seed: u32,
}

/// What goes wrong.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NewFaultKind {
    /// A call is answered with this Graph error code and does nothing.
    Error(u32),
    /// A call's token is said to have expired (190, sub-code 463).
    ExpiredToken,
    /// A call is done and answered so many milliseconds later.
    LatencyMs(u64),
    /// A call is done, but not answered for so many milliseconds; then with HTTP 504.
    TimeOutAfterMs(u64),
    /// A webhook is never posted.
    Lose,
    /// A webhook is posted so many milliseconds later; those behind it overtake it.
    LateMs(u64),
    /// A webhook is posted so many times more.
    Duplicate(u32),
    /// A webhook is held back for a second, so that those behind it overtake it.
    Reorder,
}

/// A rule in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FaultState {
    pub(crate) id: u64,
    /// Null for a rule about webhooks.
    pub(crate) calls: Option<CallsOf>,
    /// Null for a rule about calls.
    pub(crate) webhooks: Option<WebhooksOf>,
    pub(crate) when: NewWhen,
    pub(crate) fault: NewFaultKind,
    /// So many calls or webhooks it was about.
    pub(crate) seen: u64,
    /// So many of them went wrong.
    pub(crate) fired: u64,
}

/// All rules.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FaultList {
    data: Vec<FaultState>,
}

/// Makes calls of the Graph API or webhooks go wrong, from now on. Spans are real time. Rules are gone after a restart.
#[utoipa::path(post, path = "/faults", tag = "faults", operation_id = "add_fault", request_body = NewFault,
    responses((status = 200, body = FaultState), (status = "4XX", body = ErrorBody)))]
pub(super) async fn add(
    State(control): State<Control>,
    Input(new): Input<NewFault>,
) -> ApiResult<FaultState> {
    put(&control, new).map(Json)
}

/// Puts a rule in force.
pub(crate) fn put(control: &Control, new: NewFault) -> Result<FaultState, ApiError> {
    let faults = control.seat().faults();
    if faults.list().len() >= RULES_MAX {
        return Err(ApiError::invalid(format!("there are {RULES_MAX} rules already")));
    }
    let (fault, when) = (fault(&new.fault)?, when(new.when.as_ref())?);
    let about = match (fault.is_of_calls(), new.calls, new.webhooks) {
        (true, calls, None) => {
            let CallsOf { method, path } = calls.unwrap_or_default();
            let method = method.map(|method| method.to_ascii_uppercase());
            let path = pattern(
                path.as_deref().map(|path| path.trim_start_matches('/')),
                "calls.path",
            )?;
            About::Calls { method, path }
        }
        (false, None, webhooks) => {
            let field = webhooks.unwrap_or_default().field;
            About::Webhooks {
                field: pattern(field.as_deref(), "webhooks.field")?,
            }
        }
        (true, ..) => return Err(ApiError::invalid("this fault happens to calls, not to webhooks")),
        (false, ..) => return Err(ApiError::invalid("this fault happens to webhooks, not to calls")),
    };
    let id = faults.add(about, when, fault);
    let rule = faults.list().into_iter().find(|rule| rule.id == id);
    rule.map(|rule| state(&rule)).ok_or_else(unknown)
}

/// Lists the rules in force, with how often each was met.
#[utoipa::path(get, path = "/faults", tag = "faults", operation_id = "list_faults", responses((status = 200, body = FaultList)))]
pub(super) async fn list(State(control): State<Control>) -> Json<FaultList> {
    Json(FaultList {
        data: in_force(&control),
    })
}

/// The rules in force.
pub(crate) fn in_force(control: &Control) -> Vec<FaultState> {
    control.seat().faults().list().iter().map(state).collect()
}

impl NewFault {
    /// About calls.
    pub(crate) fn of_calls(
        method: Option<String>,
        path: Option<String>,
        when: NewWhen,
        fault: NewFaultKind,
    ) -> Self {
        NewFault {
            calls: Some(CallsOf { method, path }),
            webhooks: None,
            when: Some(when),
            fault,
        }
    }

    /// About webhooks.
    pub(crate) fn of_webhooks(field: Option<String>, when: NewWhen, fault: NewFaultKind) -> Self {
        NewFault {
            calls: None,
            webhooks: Some(WebhooksOf { field }),
            when: Some(when),
            fault,
        }
    }
}

impl NewFaultKind {
    /// Whether it happens to calls, rather than to webhooks.
    pub(crate) fn is_of_calls(&self) -> bool {
        matches!(
            self,
            NewFaultKind::Error(_)
                | NewFaultKind::ExpiredToken
                | NewFaultKind::LatencyMs(_)
                | NewFaultKind::TimeOutAfterMs(_)
        )
    }
}

/// Takes all rules away.
#[utoipa::path(delete, path = "/faults", tag = "faults", operation_id = "remove_faults", responses((status = 200, body = Done)))]
pub(super) async fn clear(State(control): State<Control>) -> Json<Done> {
    control.seat().faults().clear();
    Done::json()
}

/// Takes one rule away.
#[utoipa::path(delete, path = "/faults/{id}", tag = "faults", operation_id = "remove_fault", params(("id" = u64, Path)),
    responses((status = 200, body = Done), (status = "4XX", body = ErrorBody)))]
pub(super) async fn remove(State(control): State<Control>, Path(id): Path<String>) -> ApiResult<Done> {
    take_away(&control, &id)?;
    Ok(Done::json())
}

/// Takes a rule away.
pub(crate) fn take_away(control: &Control, id: &str) -> Result<(), ApiError> {
    let removed = id.parse().is_ok_and(|id| control.seat().faults().remove(id));
    if removed { Ok(()) } else { Err(unknown()) }
}

fn unknown() -> ApiError {
    ApiError::not_found("fault rule", "GET /sandbox/v1/faults lists those in force.")
}

fn pattern(text: Option<&str>, what: &str) -> Result<Option<Pattern>, ApiError> {
    text.map(|text| Pattern::new(text).ok_or_else(|| ApiError::invalid(format!("{what} must not be empty"))))
        .transpose()
}

fn when(new: Option<&NewWhen>) -> Result<When, ApiError> {
    Ok(match new {
        None | Some(NewWhen::Always) => When::Always,
        Some(NewWhen::Next(count)) => When::Next(*count),
        Some(NewWhen::Every(0)) => return Err(ApiError::invalid("every must be 1 or more")),
        Some(NewWhen::Every(count)) => When::Every(*count),
        Some(NewWhen::AtRandom(AtRandom { share, .. })) if !(0.0..=1.0).contains(share) => {
            return Err(ApiError::invalid("share must be from 0 to 1"));
        }
        Some(NewWhen::AtRandom(AtRandom { share, seed })) => When::AtRandom {
            ppm: (share * 1e6).round() as u32,
            seed: (*seed).into(),
        },
    })
}

fn fault(new: &NewFaultKind) -> Result<Fault, ApiError> {
    let span = |ms: u64| {
        let span = Duration::from_millis(ms);
        let too_long = || ApiError::invalid("a fault takes an hour at most");
        (span <= SPAN_MAX).then_some(span).ok_or_else(too_long)
    };
    Ok(match *new {
        NewFaultKind::Error(code) => Fault::Error(code),
        NewFaultKind::ExpiredToken => Fault::ExpiredToken,
        NewFaultKind::LatencyMs(ms) => Fault::Latency(span(ms)?),
        NewFaultKind::TimeOutAfterMs(ms) => Fault::TimeOut(span(ms)?),
        NewFaultKind::Lose => Fault::Lose,
        NewFaultKind::LateMs(ms) => Fault::Late(span(ms)?),
        NewFaultKind::Duplicate(copies) if (1..=COPIES_MAX).contains(&copies) => Fault::Duplicate(copies),
        NewFaultKind::Duplicate(_) => {
            return Err(ApiError::invalid(format!(
                "duplicate must be from 1 to {COPIES_MAX}"
            )));
        }
        NewFaultKind::Reorder => Fault::Reorder,
    })
}

fn state(rule: &Rule) -> FaultState {
    let text = |pattern: &Option<Pattern>| pattern.as_ref().map(ToString::to_string);
    let (calls, webhooks) = match &rule.about {
        About::Calls { method, path } => {
            let (method, path) = (method.clone(), text(path));
            (Some(CallsOf { method, path }), None)
        }
        About::Webhooks { field } => (None, Some(WebhooksOf { field: text(field) })),
    };
    let ms = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    FaultState {
        id: rule.id,
        calls,
        webhooks,
        when: match rule.when {
            When::Always => NewWhen::Always,
            When::Next(count) => NewWhen::Next(count),
            When::Every(count) => NewWhen::Every(count),
            When::AtRandom { ppm, seed } => NewWhen::AtRandom(AtRandom {
                share: f64::from(ppm) / 1e6,
                seed: u32::try_from(seed).unwrap_or(u32::MAX),
            }),
        },
        fault: match rule.fault {
            Fault::Error(code) => NewFaultKind::Error(code),
            Fault::ExpiredToken => NewFaultKind::ExpiredToken,
            Fault::Latency(span) => NewFaultKind::LatencyMs(ms(span)),
            Fault::TimeOut(span) => NewFaultKind::TimeOutAfterMs(ms(span)),
            Fault::Lose => NewFaultKind::Lose,
            Fault::Late(span) => NewFaultKind::LateMs(ms(span)),
            Fault::Duplicate(copies) => NewFaultKind::Duplicate(copies),
            Fault::Reorder => NewFaultKind::Reorder,
        },
        seen: rule.seen,
        fired: rule.fired,
    }
}
