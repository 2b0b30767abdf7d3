//! The platform seat as one decider: the directory's cell, and a cell for each portfolio.

use decider::{CellId, Content, Ctx, Decider, Millis, Stored, Timestamp, Undecodable};

use crate::directory::uploads::piece_key;
use crate::directory::{self, DIRECTORY, Directory};
use crate::ids::{appeal_key, medium_key, profile_key};
use crate::portfolio::command::{PolicyCommand, SurfaceCommand};
use crate::portfolio::{self, Portfolio, PortfolioV1, PortfolioV2};

/// Content of messages is kept this long, in the portfolio's own time: as long as the ledger keeps its events.
const CONTENT_KEPT: Millis = Millis::days(30);

/// The first byte of content that is a simulated person's plain words (UTF-8), not the edge's own format.
pub const SAID: u8 = 0;

/// The platform seat.
#[derive(Debug)]
pub enum Platform {}

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

impl Decider for Platform {
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
                let answer = directory::decide(state, command, ctx, &mut events);
                out.extend(events.into_iter().map(Event::Directory));
                Answer::Directory(answer)
            }
            (State::Portfolio(state), Command::Portfolio(command)) => {
                let mut events = Vec::new();
                let answer = state.decide(command, ctx, &mut events);
                out.extend(events.into_iter().map(Event::Portfolio));
                Answer::Portfolio(answer)
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
            let mut events = Vec::new();
            portfolio.tick(ctx, &mut events);
            out.extend(events.into_iter().map(Event::Portfolio));
        }
    }

    const LOOKS_AHEAD: u8 = Portfolio::LOOKS_AHEAD;

    fn look_ahead(state: &State, command: &Command, round: u8, before: u64) -> u64 {
        match (state, command) {
            (State::Portfolio(portfolio), Command::Portfolio(portfolio::Command::Send(send))) => {
                portfolio.look_ahead(send, round, before)
            }
            _ => 0,
        }
    }
}

impl Stored for Platform {
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
        let mut out = vec![2];
        match state {
            State::Directory(directory) => {
                crate::codec::write(directory, &mut out);
                crate::codec::write(&directory.uploads, &mut out);
            }
            State::Portfolio(portfolio) => crate::codec::write(&portfolio.to_stored(), &mut out),
        }
        out
    }

    fn decode_state(cell: CellId, bytes: &[u8]) -> Result<State, Undecodable> {
        let named = |problem: &str| undecodable(format!("snapshot of cell {}: {problem}", cell.0));
        let bad = |error: postcard::Error| named(&error.to_string());
        let portfolio = match (cell == DIRECTORY, bytes.split_first()) {
            (true, Some((1, rest))) => return postcard::from_bytes(rest).map(State::Directory).map_err(bad),
            // Version 2 has the uploads behind what version 1 has.
            (true, Some((2, rest))) => {
                let (core, rest) = postcard::take_from_bytes::<Directory>(rest).map_err(bad)?;
                let uploads = postcard::from_bytes(rest).map_err(bad)?;
                return Ok(State::Directory(Box::new(Directory { uploads, ..core })));
            }
            (false, Some((1, rest))) => {
                let stored: PortfolioV1 = postcard::from_bytes(rest).map_err(bad)?;
                Portfolio::from_core(cell, stored)
            }
            (false, Some((2, rest))) => {
                let stored: PortfolioV2 = postcard::from_bytes(rest).map_err(bad)?;
                Portfolio::from_stored(cell, stored)?
            }
            _ => return Err(named("its version is unknown")),
        };
        Ok(State::Portfolio(Box::new(portfolio)))
    }

    fn digest(state: &State) -> u64 {
        match state {
            State::Directory(directory) => directory.digest,
            State::Portfolio(portfolio) => portfolio.digest(),
        }
    }

    fn content(state: &State, command: &Command, event: &Event, at: Timestamp) -> Option<Content> {
        if let (
            Command::Directory(directory::Command::ReceiveUpload { bytes, .. }),
            Event::Directory(directory::Event::UploadReceived(e)),
        ) = (command, event)
        {
            return Some(Content {
                key: piece_key(e.number, e.piece),
                bytes: bytes.to_vec(),
                expires: Timestamp::from_millis(e.until_ms),
            });
        }
        let (Command::Portfolio(command), Event::Portfolio(event)) = (command, event) else {
            return None;
        };
        if let (
            portfolio::Command::Surface(SurfaceCommand::StoreMedium(upload)),
            portfolio::Event::MediumStored(e),
        ) = (command, event)
        {
            return Some(Content {
                key: medium_key(e.medium),
                bytes: upload.bytes.to_vec(),
                expires: Timestamp::from_millis(e.until_ms),
            });
        }
        let (key, bytes) = match (command, event) {
            (portfolio::Command::Send(send), portfolio::Event::Accepted(e)) => {
                (e.message.content_key(), send.content.clone())
            }
            (portfolio::Command::Marketing(send), portfolio::Event::Accepted(e)) => {
                (e.message.content_key(), send.content.clone())
            }
            (
                portfolio::Command::Inbound(inbound) | portfolio::Command::FromAd(inbound),
                portfolio::Event::Received(e),
            ) => (e.message.content_key(), inbound.content.clone()),
            (
                portfolio::Command::Inbound(inbound) | portfolio::Command::FromAd(inbound),
                portfolio::Event::ContactSeen(e),
            ) => (profile_key(e.contact), inbound.profile.clone().into_bytes()),
            (portfolio::Command::Policy(command), portfolio::Event::Received(e)) => {
                let words = match command.as_ref() {
                    PolicyCommand::BeginTest { content, .. } => content.clone(),
                    PolicyCommand::TesterReads { message, said } => {
                        state.portfolio()?.tester_words(*message, said)?
                    }
                    _ => return None,
                };
                (e.message.content_key(), words)
            }
            (portfolio::Command::Policy(command), portfolio::Event::AppealFiled(e)) => {
                (appeal_key(e.appeal), command.evidence()?.as_bytes().to_vec())
            }
            _ => return None,
        };
        kept(key, bytes, at)
    }

    fn content_of_tick(state: &State, event: &Event, at: Timestamp) -> Option<Content> {
        let Event::Portfolio(portfolio::Event::Received(e)) = event else {
            return None;
        };
        let said = state.portfolio()?.said(e.contact)?;
        kept(e.message.content_key(), said_content(said), at)
    }
}

fn kept(key: u64, bytes: Vec<u8>, at: Timestamp) -> Option<Content> {
    (!bytes.is_empty()).then(|| Content {
        key,
        bytes,
        expires: at + CONTENT_KEPT,
    })
}

/// What a simulated person writes: their plain words behind [`SAID`].
fn said_content(words: &str) -> Vec<u8> {
    [&[SAID], words.as_bytes()].concat()
}

fn undecodable(reason: String) -> Undecodable {
    Undecodable { reason }
}
