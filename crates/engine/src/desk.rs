//! Where one command or tick is decided, applied and encoded, with whatever it may do contained.
//!
//! Promises: after an error nothing of it reaches a frame; the cell's state may be spoiled and must be rebuilt.
//! Must not know: queues, partitions, durability.

use decider::{CellId, Content, Ctx, EVENTS_PER_COMMAND_MAX, Stored, Timestamp};
use ledger::ContentRecord;

use crate::cells::Cell;
use crate::frame::{FrameBuilder, RawEvent};
use crate::guard::guarded;

/// Ticks of one cell at one instant: as many subjects may have the same deadline, such as the full hour. More than this
/// is a rule that leads nowhere.
const TICKS_AN_INSTANT_MAX: usize = 65_536;

/// Buffers for one decision (or one envelope of them), used again and again.
pub(crate) struct Desk<D: Stored> {
    seed: u64,
    events: Vec<D::Event>,
    bytes: Vec<u8>,
    marks: Vec<Mark>,
    content: Vec<ContentRecord>,
}

/// Where one event ends in [`Desk::bytes`].
struct Mark {
    kind: u16,
    version: u8,
    at: Timestamp,
    end: usize,
}

impl<D: Stored> Desk<D> {
    pub(crate) fn new(seed: u64) -> Self {
        Desk {
            seed,
            events: Vec::new(),
            bytes: Vec::new(),
            marks: Vec::new(),
            content: Vec::new(),
        }
    }

    /// Decides `command` at `now` and applies its events. Their bytes stay here until [`Desk::hand_over`].
    #[inline]
    pub(crate) fn command(
        &mut self,
        cell: &mut Cell<D>,
        command: &D::Command,
        now: Timestamp,
    ) -> Result<D::Answer, String> {
        let ctx = Ctx::new(self.seed, cell.id, cell.sequence, now);
        self.events.clear();
        guarded(|| {
            let answer = D::decide(&cell.state, command, &ctx, &mut self.events);
            check_count(self.events.len())?;
            for event in self.events.drain(..) {
                let content = D::content(&cell.state, command, &event, now);
                self.content
                    .extend(content.map(|content| record(cell.id, content)));
                let erased = D::erased_content(&cell.state, &event, now).into_iter();
                self.content.extend(erased.map(|key| erasure(cell.id, key)));
                apply(cell, &event, now, &mut self.bytes, &mut self.marks);
            }
            Ok(answer)
        })
        .flatten()
    }

    /// Handles what is due in `cell` at `due`: one tick after the other until the next deadline is later.
    pub(crate) fn tick(&mut self, cell: &mut Cell<D>, due: Timestamp) -> Result<(), String> {
        // A deadline set in the past is handled now: stamps of a cell never go backwards.
        let at = due.max(cell.last_at);
        self.events.clear();
        guarded(|| {
            for _ in 0..TICKS_AN_INSTANT_MAX {
                let ctx = Ctx::new(self.seed, cell.id, cell.sequence, at);
                D::tick(&cell.state, &ctx, &mut self.events);
                check_count(self.events.len())?;
                if self.events.is_empty() {
                    return Err(format!("its tick due at {due:?} yielded no event"));
                }
                for event in self.events.drain(..) {
                    let content = D::content_of_tick(&cell.state, &event, at);
                    self.content
                        .extend(content.map(|content| record(cell.id, content)));
                    let erased = D::erased_content(&cell.state, &event, at).into_iter();
                    self.content.extend(erased.map(|key| erasure(cell.id, key)));
                    apply(cell, &event, at, &mut self.bytes, &mut self.marks);
                }
                match D::next_deadline(&cell.state) {
                    Some(next) if next == due => {}
                    Some(next) if next < due => {
                        return Err(format!("its tick due at {due:?} left a deadline at {next:?}"));
                    }
                    _ => return Ok(()),
                }
            }
            Err(format!(
                "its ticks due at {due:?} left a deadline there, {TICKS_AN_INSTANT_MAX} times"
            ))
        })
        .flatten()
    }

    /// Whether anything waits to be handed over.
    pub(crate) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Moves everything decided for `cell` since the last time into the frame; returns its bytes.
    pub(crate) fn hand_over(
        &mut self,
        cell: &Cell<D>,
        frame: &mut FrameBuilder,
        content: &mut Vec<ContentRecord>,
    ) -> usize {
        let first = cell.sequence - self.marks.len() as u64;
        let mut start = 0;
        for (sequence, mark) in (first..).zip(self.marks.drain(..)) {
            let Mark {
                kind,
                version,
                at,
                end,
            } = mark;
            let bytes = &self.bytes[start..end];
            frame.push(RawEvent {
                cell: cell.id,
                sequence,
                at,
                kind,
                version,
                bytes,
            });
            start = end;
        }
        content.append(&mut self.content);
        let size = self.bytes.len();
        self.bytes.clear();
        size
    }

    /// Forgets everything decided since the last time.
    pub(crate) fn discard(&mut self) {
        self.events.clear();
        self.bytes.clear();
        self.marks.clear();
        self.content.clear();
    }
}

fn record(cell: CellId, content: Content) -> ContentRecord {
    ContentRecord {
        cell: cell.0,
        key: content.key,
        expires_ms: content.expires.millis(),
        bytes: content.bytes,
    }
}

/// Takes the place of what is to be gone, until it is purged.
fn erasure(cell: CellId, key: u64) -> ContentRecord {
    ContentRecord {
        cell: cell.0,
        key,
        expires_ms: 0,
        bytes: Vec::new(),
    }
}

fn check_count(events: usize) -> Result<(), String> {
    if events <= EVENTS_PER_COMMAND_MAX {
        return Ok(());
    }
    Err(format!(
        "it yielded {events} events, more than {EVENTS_PER_COMMAND_MAX}"
    ))
}

#[inline]
fn apply<D: Stored>(
    cell: &mut Cell<D>,
    event: &D::Event,
    at: Timestamp,
    bytes: &mut Vec<u8>,
    marks: &mut Vec<Mark>,
) {
    let (kind, version) = D::encode_event(event, bytes);
    D::evolve(&mut cell.state, event, at);
    marks.push(Mark {
        kind,
        version,
        at,
        end: bytes.len(),
    });
    cell.sequence += 1;
    cell.last_at = at;
}
