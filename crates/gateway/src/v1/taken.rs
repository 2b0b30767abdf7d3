//! Lists of decisions about people: one command for each entry, and what became of each.
//!
//! Promises: an entry that cannot be used stops no other; what is answered is durable. Must not know: what is decided.

use decider::CellId;
use sender::portfolio::command::PeopleCommand;
use sender::portfolio::{Answer, Command};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::Problem;
use crate::gateway::Gateway;

/// Entries of one call: what fits into one commit without making others wait.
pub(super) const ITEMS_MAX: usize = 10_000;
/// Decided together: a person, a topic and the entry itself are three events, and one commit holds a thousand.
const TOGETHER: usize = 300;

/// What became of the entries of a call.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Taken {
    /// Entries that changed something.
    pub(super) taken: usize,
    /// Entries that were known before, or of which something later is known.
    pub(super) unchanged: usize,
    /// Entries that cannot be used; all others were.
    pub(super) refused: Vec<RefusedEntry>,
}

/// An entry that cannot be used.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct RefusedEntry {
    /// Its place in the call, counted from 0.
    pub(super) at: usize,
    /// Why: a lower-case fragment.
    pub(super) why: String,
}

/// Whether a call has as many entries as it may.
pub(super) fn bounded(items: usize) -> Result<(), Problem> {
    if (1..=ITEMS_MAX).contains(&items) {
        Ok(())
    } else {
        Err(Problem::invalid(format!(
            "data must have 1 to {ITEMS_MAX} entries, it has {items}"
        )))
    }
}

/// Decides one command for each entry that gives one, in order, all of them on their way at once.
pub(super) async fn decide_each<T>(
    gateway: &Gateway,
    cell: CellId,
    items: &[T],
    command: impl Fn(&T) -> Result<PeopleCommand, Problem>,
) -> Result<Taken, Problem> {
    bounded(items.len())?;
    let mut taken = Taken::default();
    let (mut places, mut commands) = (Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        match command(item) {
            Ok(command) => {
                places.push(at);
                commands.push(Command::People(command));
            }
            Err(problem) => taken.refuse(at, problem.detail().to_owned()),
        }
    }
    let mut chunks = Vec::new();
    let mut rest = commands.into_iter().peekable();
    while rest.peek().is_some() {
        let chunk: Vec<Command> = rest.by_ref().take(TOGETHER).collect();
        chunks.push(gateway.seat().submit_all(cell, chunk));
    }
    let mut places = places.into_iter();
    for chunk in chunks {
        let answers = crate::seat::of_portfolio_all(chunk.await?);
        for (answer, at) in answers.zip(places.by_ref()) {
            taken.count(at, answer);
        }
    }
    taken.refused.sort_by_key(|entry| entry.at);
    Ok(taken)
}

impl Taken {
    fn count(&mut self, at: usize, answer: Answer) {
        match answer {
            Answer::Unchanged => self.unchanged += 1,
            Answer::Unknown(what) if what.starts_with("time") => {
                self.refuse(at, "the time is in the future".to_owned());
            }
            Answer::Unknown(what) => self.refuse(at, format!("there is no {what}")),
            _ => self.taken += 1,
        }
    }

    /// An entry cannot be used.
    pub(super) fn refuse(&mut self, at: usize, why: String) {
        self.refused.push(RefusedEntry { at, why });
    }
}
