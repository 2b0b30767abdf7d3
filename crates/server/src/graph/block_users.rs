//! `/<phone>/block_users`: whom a number has blocked.

use cloud_api::block_users::{self, Blocked, Done, UserGiven, UserOutcome};
use cloud_api::json::{to_bytes, to_value};
use cloud_api::paging::PageRequest;
use cloud_api::{GraphError, Method, NodeId, UserId, normalise_recipient};
use decider::CellId;
use platform::ids::{ContactIx, NumberIx};
use platform::portfolio::command::RecipientCommand;
use platform::portfolio::{self, Command, Portfolio};
use rulebook::refusal::Refusal;

use super::refusals::{sentence, unanswered};
use super::request::Incoming;
use super::{Answer, Graph};

/// People of a page at most.
const PAGE_MAX: usize = 1_000;

/// Lists, blocks, unblocks.
pub(super) async fn call(graph: &Graph, incoming: &Incoming, id: NodeId, method: Method) -> Answer {
    let (cell, number) = incoming.phone(id)?;
    match method {
        Method::Get => list(graph, incoming, id, cell, number).await,
        Method::Post => change(graph, incoming, id, (cell, number), Done::Added).await,
        Method::Delete => change(graph, incoming, id, (cell, number), Done::Removed).await,
    }
}

async fn list(graph: &Graph, incoming: &Incoming, id: NodeId, cell: CellId, ix: NumberIx) -> Answer {
    let page = PageRequest::of(&incoming.params()?, PAGE_MAX)?;
    // At most 64,000 pairs of integers: the platform's own bound.
    let read = move |portfolio: &Portfolio| -> Option<Vec<(u64, u64)>> {
        let number = portfolio.number(ix).filter(|number| !number.facts.deleted)?;
        let blocked = number.recipients.iter().flat_map(|people| &people.blocked);
        let known = blocked.filter_map(|contact| Some((contact.0.into(), portfolio.phone_of(*contact)?)));
        Some(known.collect())
    };
    let people = graph.read(incoming, id, cell, read).await?;
    let page = page.cut(&people, |(contact, _)| *contact);
    let data = page
        .items
        .iter()
        .map(|(_, wa_id)| to_value(&Blocked { wa_id: *wa_id }));
    let data = data.collect();
    Ok(to_bytes(&page.answer(
        data,
        &incoming.address(),
        incoming.query(),
    )))
}

async fn change(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    (cell, number): (CellId, NumberIx),
    done: Done,
) -> Answer {
    let users = block_users::parse(incoming.params()?)?;
    let phones = phones(graph, incoming, id, cell, &users).await?;
    let command = |e164: u64| match done {
        Done::Added => RecipientCommand::Block { number, e164 },
        Done::Removed => RecipientCommand::Unblock { number, e164 },
    };
    let commands = phones
        .iter()
        .flatten()
        .map(|e164| Command::Recipient(command(*e164)));
    let answers = graph.seat.portfolio_all(cell, commands.collect()).await;
    let mut answers = answers.map_err(|error| unanswered(&error))?.into_iter();
    let mut outcomes = Vec::with_capacity(users.len());
    for (user, wa_id) in users.iter().zip(phones) {
        let failure = match wa_id.and_then(|_| answers.next()) {
            Some(portfolio::Answer::Done) => None,
            Some(portfolio::Answer::Refused { refusal, detail }) => {
                Some((refusal.graph_code(), sentence(&detail)))
            }
            // The input is nobody's number: the platform names that so too.
            None => Some((
                Refusal::ReEngagement.graph_code(),
                "The user is not valid.".to_owned(),
            )),
            Some(_) => return Err(incoming.unknown(id)),
        };
        outcomes.push(UserOutcome {
            input: user.input().to_owned(),
            wa_id,
            failure,
        });
    }
    block_users::answer(done, outcomes)
}

/// The phone number of each person, if there is such a person.
async fn phones(
    graph: &Graph,
    incoming: &Incoming,
    id: NodeId,
    cell: CellId,
    users: &[UserGiven],
) -> Result<Vec<Option<u64>>, GraphError> {
    let named = |user: &UserGiven| match &user.user {
        Some(phone) => (normalise_recipient(phone).ok(), None),
        None => {
            let known = UserId::parse(user.input()).filter(|known| known.cell() == cell.0);
            (None, known.map(|known| ContactIx(known.contact())))
        }
    };
    let named: Vec<(Option<u64>, Option<ContactIx>)> = users.iter().map(named).collect();
    let read = move |portfolio: &Portfolio| -> Option<Vec<Option<u64>>> {
        let phone = |&(phone, contact): &(Option<u64>, Option<ContactIx>)| {
            let known = contact.filter(|_| portfolio.edition().recipients.user_ids);
            phone.or_else(|| portfolio.phone_of(known?))
        };
        Some(named.iter().map(phone).collect())
    };
    graph.read(incoming, id, cell, read).await
}
