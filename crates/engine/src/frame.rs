//! The payload of a frame: runs of events, a run being neighbouring events of one cell.
//!
//! Promises: the bytes of version 1 never change (golden file in the tests); about four bytes an event beside its own.
//! Must not know: what an event means.
//!
//! ```text
//! frame: version u8 = 1, first, lead, run*           first = stamp of the first event, ms since the Unix epoch
//! run:   cell, sequence, step, count, event{count}   lead  = first - the earliest stamp in the frame
//! event: kind, version u8, later, length, bytes      sequence = events of the cell before the run
//! ```
//! All integers are varints. `step` (sign folded) leads from the stamp of the event before to the run's first;
//! `later` from there to the event's own, within the run.

use decider::{CellId, Timestamp};

use crate::varint;

const VERSION: u8 = 1;

/// Collects the events of one partition into a payload.
#[derive(Default)]
pub(crate) struct FrameBuilder {
    runs: Vec<u8>,
    run: Vec<u8>,
    open: Option<Run>,
    first: Timestamp,
    earliest: Timestamp,
    latest: Timestamp,
    /// Stamp of the last event pushed.
    last: Timestamp,
}

struct Run {
    cell: CellId,
    sequence: u64,
    count: u64,
    step: i64,
}

/// An event in its stored form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawEvent<'a> {
    pub(crate) cell: CellId,
    /// The number of events of the cell before this one.
    pub(crate) sequence: u64,
    pub(crate) at: Timestamp,
    pub(crate) kind: u16,
    pub(crate) version: u8,
    pub(crate) bytes: &'a [u8],
}

impl FrameBuilder {
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_none()
    }

    pub(crate) fn push(&mut self, event: RawEvent<'_>) {
        if self.is_empty() {
            (self.first, self.earliest, self.latest, self.last) = (event.at, event.at, event.at, event.at);
        }
        let goes_on = self.open.as_ref().is_some_and(|run| {
            run.cell == event.cell && run.sequence + run.count == event.sequence && event.at >= self.last
        });
        if !goes_on {
            self.close_run();
            let step = event.at.millis().wrapping_sub(self.last.millis()) as i64;
            self.open = Some(Run {
                cell: event.cell,
                sequence: event.sequence,
                count: 0,
                step,
            });
            self.last = event.at;
        }
        if let Some(run) = &mut self.open {
            run.count += 1;
        }
        varint::put(&mut self.run, u64::from(event.kind));
        self.run.push(event.version);
        varint::put(&mut self.run, event.at.since(self.last).get());
        varint::put(&mut self.run, event.bytes.len() as u64);
        self.run.extend_from_slice(event.bytes);
        self.last = event.at;
        self.earliest = self.earliest.min(event.at);
        self.latest = self.latest.max(event.at);
    }

    fn close_run(&mut self) {
        if let Some(run) = self.open.take() {
            varint::put(&mut self.runs, run.cell.0);
            varint::put(&mut self.runs, run.sequence);
            varint::put(&mut self.runs, varint::fold_sign(run.step));
            varint::put(&mut self.runs, run.count);
            self.runs.append(&mut self.run);
        }
    }

    /// Writes the payload over `out`, empties the builder, and gives the latest stamp in it.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> Timestamp {
        self.close_run();
        out.clear();
        out.push(VERSION);
        varint::put(out, self.first.millis());
        varint::put(out, self.first.since(self.earliest).get());
        out.append(&mut self.runs);
        self.latest
    }
}

/// Reads a payload event by event.
#[derive(Clone)]
pub(crate) struct FrameReader<'a> {
    rest: &'a [u8],
    cell: CellId,
    sequence: u64,
    at: Timestamp,
    left: u64,
    earliest: Timestamp,
}

impl<'a> FrameReader<'a> {
    pub(crate) fn new(payload: &'a [u8]) -> Result<Self, &'static str> {
        let Some((&version, mut rest)) = payload.split_first() else {
            return Err("the payload is empty");
        };
        if version != VERSION {
            return Err("the payload has a version that is not known here");
        }
        let header = (varint::take(&mut rest), varint::take(&mut rest));
        let (Some(first), Some(lead)) = header else {
            return Err("the payload's header is cut short");
        };
        let at = Timestamp::from_millis(first);
        let earliest = Timestamp::from_millis(first.saturating_sub(lead));
        Ok(FrameReader {
            rest,
            cell: CellId(0),
            sequence: 0,
            at,
            left: 0,
            earliest,
        })
    }

    /// The earliest stamp in the frame.
    pub(crate) fn earliest(&self) -> Timestamp {
        self.earliest
    }

    fn run(&mut self) -> Option<()> {
        self.cell = CellId(varint::take(&mut self.rest)?);
        self.sequence = varint::take(&mut self.rest)?;
        let step = varint::unfold_sign(varint::take(&mut self.rest)?);
        self.at = Timestamp::from_millis(self.at.millis().wrapping_add_signed(step));
        self.left = varint::take(&mut self.rest)?;
        Some(())
    }

    fn event(&mut self) -> Option<RawEvent<'a>> {
        while self.left == 0 {
            self.run()?;
        }
        let kind = u16::try_from(varint::take(&mut self.rest)?).ok()?;
        let (&version, rest) = self.rest.split_first()?;
        self.rest = rest;
        let later = varint::take(&mut self.rest)?;
        self.at = Timestamp::from_millis(self.at.millis().wrapping_add(later));
        let length = varint::take(&mut self.rest)?;
        let bytes = varint::take_bytes(&mut self.rest, length)?;
        let event = RawEvent {
            cell: self.cell,
            sequence: self.sequence,
            at: self.at,
            kind,
            version,
            bytes,
        };
        self.left -= 1;
        self.sequence += 1;
        Some(event)
    }
}

impl<'a> Iterator for FrameReader<'a> {
    type Item = Result<RawEvent<'a>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() && self.left == 0 {
            return None;
        }
        let event = self.event();
        if event.is_none() {
            self.rest = &[];
            self.left = 0;
        }
        Some(event.ok_or("an event is cut short"))
    }
}
