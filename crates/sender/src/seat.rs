//! The sender seat as one decider: the directory's cell, and a cell for each portfolio.

use decider::{CellId, Content, Ctx, Decider, Stored, Timestamp, Undecodable};

use crate::directory::{self, DIRECTORY, Directory};
use crate::portfolio::{self, Portfolio, PortfolioV1};

/// The sender seat.
#[derive(Debug)]
pub enum Sender {}

/// The state of a cell.
#[derive(Debug)]
pub enum State {
    /// The seat's directory.
    Directory(Box<Directory>),
    /// A portfolio.
    Portfolio(Box<Portfolio>),
}

/// What somebody wants.
#[derive(Clone, Debug)]
pub enum Command {
    /// Of the directory.
    Directory(directory::Command),
    /// Of a portfolio.
    Portfolio(portfolio::Command),
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// In the directory.
    Directory(directory::Event),
    /// In a portfolio.
    Portfolio(portfolio::Event),
}

/// The fields, without the name of the kind.
impl serde::Serialize for Event {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Event::Directory(event) => event.serialize(to),
            Event::Portfolio(event) => event.serialize(to),
        }
    }
}

/// What the caller is told.
#[derive(Clone, Debug)]
pub enum Answer {
    /// By the directory.
    Directory(directory::Answer),
    /// By a portfolio.
    Portfolio(portfolio::Answer),
    /// The command was for the other kind of cell.
    WrongCell,
}

/// Where a portfolio puts its events: into the list of the seat, because a list between would cost as much as a check.
pub(crate) struct Out<'a>(&'a mut Vec<Event>);

impl Out<'_> {
    pub(crate) fn push(&mut self, event: portfolio::Event) {
        self.0.push(Event::Portfolio(event));
    }
}

impl State {
    /// The portfolio of this cell, if it is one.
    pub fn portfolio(&self) -> Option<&Portfolio> {
        match self {
            State::Portfolio(portfolio) => Some(portfolio),
            State::Directory(_) => None,
        }
    }

    /// The directory, if it is the directory's cell.
    pub fn directory(&self) -> Option<&Directory> {
        match self {
            State::Directory(directory) => Some(directory),
            State::Portfolio(_) => None,
        }
    }
}

impl Decider for Sender {
    type State = State;
    type Command = Command;
    type Event = Event;
    type Answer = Answer;

    fn create(cell: CellId) -> State {
        if cell == DIRECTORY {
            State::Directory(Box::default())
        } else {
            State::Portfolio(Box::new(Portfolio::new(cell)))
        }
    }

    fn decide(state: &State, command: &Command, ctx: &Ctx, out: &mut Vec<Event>) -> Answer {
        match (state, command) {
            (State::Directory(state), Command::Directory(command)) => {
                let mut events = Vec::new();
                let answer = directory::decide(state, command, &mut events);
                out.extend(events.into_iter().map(Event::Directory));
                Answer::Directory(answer)
            }
            (State::Portfolio(state), Command::Portfolio(command)) => {
                Answer::Portfolio(state.decide(command, ctx, &mut Out(out)))
            }
            _ => Answer::WrongCell,
        }
    }

    fn evolve(state: &mut State, event: &Event, at: Timestamp) {
        match (state, event) {
            (State::Directory(state), Event::Directory(event)) => state.evolve(event, at),
            (State::Portfolio(state), Event::Portfolio(event)) => state.evolve(event, at),
            _ => {}
        }
    }

    fn next_deadline(state: &State) -> Option<Timestamp> {
        state.portfolio().and_then(Portfolio::next_deadline)
    }

    fn tick(state: &State, ctx: &Ctx, out: &mut Vec<Event>) {
        if let State::Portfolio(portfolio) = state {
            portfolio.tick(ctx, &mut Out(out));
        }
    }

    const LOOKS_AHEAD: u8 = Portfolio::LOOKS_AHEAD;

    fn look_ahead(state: &State, command: &Command, round: u8, before: u64) -> u64 {
        match (state, command) {
            (State::Portfolio(portfolio), Command::Portfolio(portfolio::Command::Admit(admit))) => {
                portfolio.look_ahead(admit, round, before)
            }
            _ => 0,
        }
    }
}

impl Stored for Sender {
    fn encode_event(event: &Event, out: &mut Vec<u8>) -> (u16, u8) {
        match event {
            Event::Directory(event) => {
                event.write(out);
                event.kind()
            }
            Event::Portfolio(event) => {
                event.write(out);
                event.kind()
            }
        }
    }

    fn decode_event(kind: u16, version: u8, bytes: &[u8]) -> Result<Event, Undecodable> {
        let portfolio = portfolio::Event::read(kind, version, bytes).map(|read| read.map(Event::Portfolio));
        let found = portfolio
            .or_else(|| directory::Event::read(kind, version, bytes).map(|read| read.map(Event::Directory)));
        match found {
            Some(read) => read.map_err(|error| undecodable(format!("event {kind} v{version}: {error}"))),
            None => Err(undecodable(format!(
                "event {kind} v{version} is unknown to this version"
            ))),
        }
    }

    fn encode_state(state: &State) -> Vec<u8> {
        let mut out = vec![1];
        match state {
            State::Directory(directory) => stored::write(directory, &mut out),
            State::Portfolio(portfolio) => stored::write(&portfolio.to_stored(), &mut out),
        }
        out
    }

    fn decode_state(cell: CellId, bytes: &[u8]) -> Result<State, Undecodable> {
        let named = |problem: &str| undecodable(format!("snapshot of cell {}: {problem}", cell.0));
        let bad = |error: stored::Error| named(&error.to_string());
        match (cell == DIRECTORY, bytes.split_first()) {
            (true, Some((1, rest))) => stored::read(rest).map(State::Directory).map_err(bad),
            (false, Some((1, rest))) => {
                let stored: PortfolioV1 = stored::read(rest).map_err(bad)?;
                let portfolio = Portfolio::from_stored(cell, stored)?;
                Ok(State::Portfolio(Box::new(portfolio)))
            }
            _ => Err(named("its version is unknown")),
        }
    }

    fn digest(state: &State) -> u64 {
        match state {
            State::Directory(directory) => directory.digest(),
            State::Portfolio(portfolio) => portfolio.digest(),
        }
    }

    fn erased_content(state: &State, event: &Event, _at: Timestamp) -> Vec<u64> {
        match (state, event) {
            (State::Portfolio(portfolio), Event::Portfolio(event)) => portfolio.erased_content(event),
            _ => Vec::new(),
        }
    }

    fn content(_state: &State, command: &Command, event: &Event, at: Timestamp) -> Option<Content> {
        match (command, event) {
            (Command::Portfolio(command), Event::Portfolio(event)) => portfolio::content(command, event, at),
            _ => None,
        }
    }
}

fn undecodable(reason: String) -> Undecodable {
    Undecodable { reason }
}
