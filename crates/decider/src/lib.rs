//! What every pure crate shares: the [`Decider`] trait, time, and ids.
//!
//! Promises: no dependency, no clock, no randomness, no I/O. Time and entropy come in with the
//! command ([`Ctx`]); a replay of the stored events gives the same state to the bit.
//! Must not know: WhatsApp, storage, threads.

mod ctx;
mod time;

pub use ctx::{CellId, Ctx, mix};
pub use time::{Millis, Timestamp};

/// A pure state machine: commands in, events out.
///
/// The engine stores events, and nothing else; state is what folding them gives.
pub trait Decider: 'static {
    /// One cell: a portfolio of one seat, or that seat's directory.
    type State: Send;
    /// What somebody wants.
    type Command: Send;
    /// What happened: the only thing ever stored.
    type Event: Send;
    /// What the caller is told: done with ids, held until, or refused by name.
    type Answer: Send;

    /// The state of a cell to which nothing has happened yet.
    fn create(cell: CellId) -> Self::State;

    /// Reads the state, never changes it. Events pushed to `out` are stored whatever the answer is.
    /// A command that is illegal in itself pushes none. At most [`EVENTS_PER_COMMAND_MAX`] events.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        ctx: &Ctx,
        out: &mut Vec<Self::Event>,
    ) -> Self::Answer;

    /// Applies one event; never refuses, and never reads rules that could change later: an event
    /// carries its outcome.
    fn evolve(state: &mut Self::State, event: &Self::Event, at: Timestamp);

    /// The earliest instant at which [`Decider::tick`] has work. O(1).
    fn next_deadline(state: &Self::State) -> Option<Timestamp>;

    /// Handles one deadline that is due at `ctx.now`. Must push at least one event, and take that deadline away: others
    /// of the same instant are handled by further ticks, and after the last one [`Decider::next_deadline`] is later or
    /// none. The engine stops a cell that breaks this.
    fn tick(state: &Self::State, ctx: &Ctx, out: &mut Vec<Self::Event>);

    /// How many times [`Decider::look_ahead`] is worth calling for a command.
    const LOOKS_AHEAD: u8 = 0;

    /// Asks for the memory that deciding `command` will read, and nothing comes of it. Called for some commands in turn
    /// before they are decided one by one: what they need is then fetched at the same time rather than one after
    /// another. Each round looks where the one before it led, whose answer for the same command it is given; the first is
    /// given the place of the command among them, from 0 up.
    fn look_ahead(_state: &Self::State, _command: &Self::Command, _round: u8, _before: u64) -> u64 {
        0
    }
}

/// So many commands are looked at before the first of them is decided: as many cache lines as that takes fit into a
/// core's first cache.
pub const LOOK_AHEAD_COMMANDS: usize = 32;

/// All rounds of [`Decider::look_ahead`] for commands that are decided next, each with the state that will decide it, or
/// nothing where none will. At most [`LOOK_AHEAD_COMMANDS`] are looked at.
#[inline]
pub fn look_ahead<'a, D: Decider>(
    commands: impl Iterator<Item = Option<(&'a D::State, &'a D::Command)>> + Clone,
) {
    let mut found: [u64; LOOK_AHEAD_COMMANDS] = core::array::from_fn(|place| place as u64);
    for round in 0..D::LOOKS_AHEAD {
        for (found, command) in found.iter_mut().zip(commands.clone()) {
            if let Some((state, command)) = command {
                *found = D::look_ahead(state, command, round, *found);
            }
        }
    }
}

/// No command and no tick yields more events than this: larger work is a job that goes on by ticks.
pub const EVENTS_PER_COMMAND_MAX: usize = 1_024;

/// What the engine needs beside the rules in order to keep a cell durable.
pub trait Stored: Decider {
    /// Appends the stored form of `event` to `out` and says which (kind, version) it is.
    /// Kinds are permanent numbers; a (kind, version) is never edited.
    fn encode_event(event: &Self::Event, out: &mut Vec<u8>) -> (u16, u8);

    /// Reads any (kind, version) ever written.
    fn decode_event(kind: u16, version: u8, bytes: &[u8]) -> Result<Self::Event, Undecodable>;

    /// A versioned encoding of a whole cell: what [`Stored::decode_state`] needs to give the very same state.
    fn encode_state(state: &Self::State) -> Vec<u8>;

    /// Reads any version of [`Stored::encode_state`].
    fn decode_state(cell: CellId, bytes: &[u8]) -> Result<Self::State, Undecodable>;

    /// A digest of the state that is cheap (no walk over people or messages) and that differs, with
    /// overwhelming likelihood, when two states differ. Compared between the live state and a fold of the ledger.
    fn digest(state: &Self::State) -> u64;

    /// Text that belongs to an event but must not be in it (message bodies, parameter values, profile names):
    /// stored in the same commit, under its own key and with its own time to live, so that it can be erased.
    /// Called with the state before the event is applied.
    fn content(
        state: &Self::State,
        command: &Self::Command,
        event: &Self::Event,
        at: Timestamp,
    ) -> Option<Content>;

    /// The same for an event of a tick, which no command brought text for.
    fn content_of_tick(_state: &Self::State, _event: &Self::Event, _at: Timestamp) -> Option<Content> {
        None
    }

    /// The keys of content that an event erases: it is gone in the commit in which the event is stored. Called with the
    /// state before the event is applied.
    fn erased_content(_state: &Self::State, _event: &Self::Event, _at: Timestamp) -> Vec<u64> {
        Vec::new()
    }
}

/// Text kept apart from the events: see [`Stored::content`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Unique within the cell, chosen by the decider (for a message: its id).
    pub key: u64,
    /// The bytes; the decider's own format.
    pub bytes: Vec<u8>,
    /// After this instant (in the cell's own time) the content may be dropped.
    pub expires: Timestamp,
}

/// Stored bytes that this version cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecodable {
    /// What was being read, and what is wrong with it: a lower-case fragment.
    pub reason: String,
}

impl core::fmt::Display for Undecodable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "stored bytes cannot be read: {}", self.reason)
    }
}

impl core::error::Error for Undecodable {}
