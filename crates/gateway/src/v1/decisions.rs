//! Decisions about sends, and why each was made: found by decision, by message, by person.
//!
//! Promises: an explanation holds the edition, the policy and the facts of the moment of the decision, not those of now.
//! Must not know: how to decide.

use axum::Json;
use axum::extract::{Path, State};
use decider::{CellId, Timestamp};
use engine::Recorded;
use rulebook::edition::EditionId;
use sender::ids::{AttemptId, ContactIx, MessageKey};
use sender::portfolio::event::{Admitted, Declined};
use sender::portfolio::explain::explain;
use sender::portfolio::facts::UNLIMITED;
use sender::portfolio::{Event as Happened, Portfolio};
use sender::{Event, Refusal, Sender};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::{Reader, With, portfolio};
use super::admissions::{RefusalView, refusal_view};
use super::error::{Answered, Problem};
use super::facts::FactsView;
use super::history::{Cursor, read};
use super::input::{Asked, person};
use super::page::{OfPortfolio, Page, limit};
use crate::gateway::Gateway;
use crate::graph::answers::iso;

/// Which decisions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhichDecisions {
    /// Of this portfolio (its name); needed where a token opens several.
    portfolio: Option<String>,
    /// About sends to this person: a phone number with country code, or a business-scoped id.
    person: Option<String>,
    /// About this message (its id, `wamid...`).
    message: Option<String>,
    /// About this attempt, as an admission gave it.
    attempt: Option<u64>,
    /// `admitted`, `held` or `refused` only.
    outcome: Option<String>,
    /// The `after` of the page before.
    after: Option<String>,
    /// At most so many entries: 100 if nothing is said, 1,000 at most.
    limit: Option<u32>,
}

/// Why a send was admitted, held or refused.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecisionView {
    /// Counted from 1 within the portfolio.
    decision: u64,
    time: String,
    time_ms: u64,
    /// `admitted`, `held` or `refused`.
    outcome: &'static str,
    /// What it came to, in words.
    text: String,
    /// The number (its id) that was to send.
    number: Option<String>,
    /// The person, if their number is known and they were not erased.
    person: Option<String>,
    template: Option<String>,
    language: Option<String>,
    lane: &'static str,
    /// Sent through another provider.
    elsewhere: bool,
    /// Only if it was admitted.
    attempt: Option<u64>,
    /// Only if it was not.
    refusal: Option<RefusalView>,
    /// When it could have gone.
    until: Option<String>,
    /// What it was decided by, in words.
    because: Vec<String>,
    /// The same as values.
    facts: FactsView,
}

/// A decision as it stands in the history.
#[derive(Clone, Copy, Debug)]
enum Made {
    Admitted(Admitted),
    Declined(Declined),
}

/// What narrows a search down.
#[derive(Clone, Copy, Debug, Default)]
struct Wanted {
    decision: Option<u64>,
    attempt: Option<AttemptId>,
    outcome: Option<&'static str>,
}

impl Made {
    fn of(recorded: &Recorded<Sender>) -> Option<(Timestamp, Made)> {
        let made = match &recorded.event {
            Event::Portfolio(Happened::Admitted(event)) => Made::Admitted(*event),
            Event::Portfolio(Happened::Declined(event)) => Made::Declined(*event),
            _ => return None,
        };
        Some((recorded.at, made))
    }

    fn decision(&self) -> u64 {
        match self {
            Made::Admitted(event) => event.decision.0,
            Made::Declined(event) => event.decision.0,
        }
    }

    fn contact(&self) -> ContactIx {
        match self {
            Made::Admitted(event) => event.contact,
            Made::Declined(event) => event.contact,
        }
    }

    fn outcome(&self) -> &'static str {
        match self {
            Made::Admitted(_) => "admitted",
            Made::Declined(event) if event.held => "held",
            Made::Declined(_) => "refused",
        }
    }

    fn is(&self, wanted: &Wanted, contacts: Option<&[ContactIx]>) -> bool {
        let attempt = match self {
            Made::Admitted(event) => Some(event.attempt),
            Made::Declined(_) => None,
        };
        wanted.decision.is_none_or(|decision| decision == self.decision())
            && wanted.attempt.is_none_or(|wanted| attempt == Some(wanted))
            && wanted.outcome.is_none_or(|outcome| outcome == self.outcome())
            && contacts.is_none_or(|contacts| contacts.contains(&self.contact()))
    }
}

/// Lists decisions about sends, oldest first.
#[utoipa::path(get, path = "/decisions", tag = "sending", operation_id = "list_decisions", params(WhichDecisions),
    responses((status = 200, body = Page<DecisionView>), (status = "4XX", body = Problem)))]
pub(super) async fn list(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Asked(which): Asked<WhichDecisions>,
) -> Answered<Page<DecisionView>> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let outcome = match which.outcome.as_deref() {
        None => None,
        Some("admitted") => Some("admitted"),
        Some("held") => Some("held"),
        Some("refused") => Some("refused"),
        Some(other) => {
            return Err(Problem::invalid(format!(
                "outcome: {other:?} is none; there are admitted, held and refused"
            )));
        }
    };
    let attempt = match &which.message {
        None => which.attempt.map(AttemptId),
        Some(message) => {
            let key = MessageKey::of(message);
            let found = gateway
                .seat()
                .query(cell, move |portfolio| portfolio.attempts.of_message(key))
                .await?;
            let unknown = || {
                Problem::not_found(
                    "message",
                    "Messages are known for as long as they count, and were sent by the gateway.",
                )
            };
            Some(found.flatten().ok_or_else(unknown)?)
        }
    };
    let contacts = match &which.person {
        None => None,
        Some(text) => Some(identities(&gateway, cell, text).await?),
    };
    let after = Cursor::read(which.after.as_deref())?;
    let wanted = Wanted {
        decision: None,
        attempt,
        outcome,
    };
    // One message has one decision.
    let limit = if attempt.is_some() { 1 } else { limit(which.limit) };
    let fits = move |recorded: &Recorded<Sender>| {
        Made::of(recorded).filter(|(_, made)| made.is(&wanted, contacts.as_deref()))
    };
    let (found, after) = read(&gateway, cell, after, limit, fits).await?;
    let data = views(&gateway, cell, found).await?;
    Ok(Json(Page {
        data,
        after: after
            .filter(|_| attempt.is_none())
            .map(|cursor| cursor.to_string()),
    }))
}

/// Everybody who turned out to be this person.
async fn identities(gateway: &Gateway, cell: CellId, text: &str) -> Result<Vec<ContactIx>, Problem> {
    let key = person(text)?;
    let find = move |portfolio: &Portfolio| {
        let known = portfolio.people.survivor(portfolio.person(key)?);
        let all = (0..portfolio.people.next().0).map(ContactIx);
        Some(
            all.filter(|contact| portfolio.people.survivor(*contact) == known)
                .collect::<Vec<_>>(),
        )
    };
    let found = gateway.seat().query(cell, find).await?;
    found
        .flatten()
        .ok_or_else(|| Problem::not_found("person", "Nothing was sent to, or came from, this person."))
}

/// Explains one decision.
#[utoipa::path(get, path = "/decisions/{decision}", tag = "sending", operation_id = "get_decision",
    params(("decision" = u64, Path), OfPortfolio),
    responses((status = 200, body = DecisionView), (status = "4XX", body = Problem)))]
pub(super) async fn get(
    State(gateway): State<Gateway>,
    With(caller): Reader,
    Path(decision): Path<u64>,
    Asked(which): Asked<OfPortfolio>,
) -> Answered<DecisionView> {
    let (_, cell) = portfolio(&gateway, &caller, which.portfolio.as_deref())?;
    let wanted = Wanted {
        decision: Some(decision),
        ..Wanted::default()
    };
    let fits =
        move |recorded: &Recorded<Sender>| Made::of(recorded).filter(|(_, made)| made.is(&wanted, None));
    let (found, _) = read(&gateway, cell, None, 1, fits).await?;
    let view = views(&gateway, cell, found).await?.pop();
    let unknown = || {
        Problem::not_found(
            "decision",
            "Decisions are kept for as long as the ledger keeps its events: 30 days.",
        )
    };
    view.map(Json).ok_or_else(unknown)
}

/// Asks the portfolio once for the names in all decisions.
async fn views(
    gateway: &Gateway,
    cell: CellId,
    found: Vec<(Timestamp, Made)>,
) -> Result<Vec<DecisionView>, Problem> {
    let asked = found.clone();
    let names = move |portfolio: &Portfolio| {
        let name = |(_, made): &(Timestamp, Made)| {
            let (number, template) = match made {
                Made::Admitted(event) => (event.number, event.template),
                Made::Declined(event) => (event.number, event.template),
            };
            let person = portfolio.people.survivor(made.contact());
            (
                portfolio.number(number).map(|number| number.id),
                portfolio.people.e164(person),
                portfolio.template(template).map(|template| template.key),
            )
        };
        asked.iter().map(name).collect::<Vec<_>>()
    };
    let names = gateway.seat().query(cell, names).await?.unwrap_or_default();
    let views = found
        .into_iter()
        .zip(names)
        .map(|((at, made), (number, person, template))| {
            let (template, language) = template.and_then(|key| gateway.names().get(key)).unzip();
            DecisionView {
                number: number.map(|number| number.0.to_string()),
                person: person.map(|e164| e164.to_string()),
                template,
                language,
                ..view(at, made)
            }
        });
    Ok(views.collect())
}

/// The lines of the seat's own explanation.
fn because(made: Made) -> Vec<String> {
    let event = match made {
        Made::Admitted(event) => Happened::Admitted(event),
        Made::Declined(event) => Happened::Declined(event),
    };
    explain(&event)
        .map(|explained| explained.because)
        .unwrap_or_default()
}

/// All that stands in the event itself.
fn view(at: Timestamp, made: Made) -> DecisionView {
    let (facts, lane) = match made {
        Made::Admitted(event) => (event.facts, event.lane),
        Made::Declined(event) => (event.facts, event.lane),
    };
    let mut view = DecisionView {
        decision: made.decision(),
        time: iso(at),
        time_ms: at.millis(),
        outcome: made.outcome(),
        text: String::new(),
        number: None,
        person: None,
        template: None,
        language: None,
        lane: lane.name(),
        elsewhere: false,
        attempt: None,
        refusal: None,
        until: None,
        because: because(made),
        facts: FactsView::from(facts),
    };
    let edition = EditionId::try_from(facts.edition).map_or("an edition of a later version", EditionId::name);
    let by = format!("edition {edition}, policy {}", facts.policy);
    let use_of_limit = match facts.limit {
        UNLIMITED => format!("{} people in 24 h, no limit", facts.used),
        limit => format!("{} of {limit} people in 24 h", facts.used),
    };
    match made {
        Made::Admitted(event) => {
            view.attempt = Some(event.attempt.0);
            view.elsewhere = event.elsewhere;
            let counts = if facts.counts {
                "it counts towards the limit"
            } else {
                "it does not count"
            };
            view.text = format!("admitted as {}: {use_of_limit}, {counts} ({by})", lane.name());
        }
        Made::Declined(event) => {
            let refusal = Refusal::from_number(event.refusal);
            view.until = event.until_ms.map(|ms| iso(Timestamp::from_millis(ms)));
            let title = refusal.map_or("a reason of a later version", Refusal::title);
            let until = view
                .until
                .as_ref()
                .map_or_else(String::new, |until| format!(", not before {until}"));
            view.text = format!(
                "{} as {}: {title}{until}; {use_of_limit} ({by})",
                view.outcome,
                lane.name()
            );
            view.refusal = refusal.map(refusal_view);
        }
    }
    view
}
