//! Where a reader of the history has come to: which part of the ledger is being read, and the place in it.
//!
//! The ledger only grows at the ends of its partitions, so a part between two sets of ends never changes. A reader lists
//! one such part in order of time, then the next one: an event that becomes durable late, or is stamped earlier than
//! something seen already, is in the next part. Must not know: what events mean.

use core::fmt;

use decider::{CellId, Timestamp};
use engine::HistoryRange;
use ledger::Position;

use super::error::ApiError;

/// The place of an event in the history.
pub(super) type Place = (Timestamp, CellId, u64);

/// How a reader goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// By partition: everything before was read.
    since: Vec<Position>,
    /// By partition: where the part that is being read ends; empty at the beginning of a part.
    until: Vec<Position>,
    /// The last event of the part that was given out.
    pub(super) place: Option<Place>,
}

impl Cursor {
    /// Within its part; at the beginning of one, of the part that ends at `heads`.
    pub(super) fn up_to(mut self, heads: Vec<Position>) -> Self {
        if self.until.is_empty() {
            self.until = heads;
        }
        self
    }

    /// At the end of its part.
    pub(super) fn at_end(self) -> Self {
        Cursor {
            since: self.until,
            ..Cursor::default()
        }
    }

    /// What is left of its part, as far as the ledger can tell parts apart.
    pub(super) fn range(&self, cells: Vec<CellId>) -> HistoryRange {
        HistoryRange {
            cells,
            from: self.place.map(|(at, ..)| at),
            to: None,
            since: self.since.clone(),
            until: self.until.clone(),
        }
    }

    /// From its text.
    pub(super) fn read(text: &str) -> Result<Self, ApiError> {
        Self::parse(text).ok_or_else(|| ApiError::invalid("after is not one that a page gave"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('~');
        let since = positions(parts.next()?)?;
        let (until, place) = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => (Vec::new(), None),
            (Some(until), Some(place), None) => (positions(until)?, Some(read_place(place)?)),
            _ => return None,
        };
        Some(Cursor { since, until, place })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_positions(&self.since, f)?;
        if let Some((at, cell, sequence)) = self.place {
            f.write_str("~")?;
            write_positions(&self.until, f)?;
            write!(f, "~{}.{}.{sequence}", at.millis(), cell.0)?;
        }
        Ok(())
    }
}

/// Partition and position where anything was written, behind the number of partitions: `64_1-12_9-3`.
fn write_positions(positions: &[Position], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}", positions.len())?;
    for (partition, position) in positions.iter().enumerate() {
        if *position > Position(0) {
            write!(f, "_{partition}-{}", position.0)?;
        }
    }
    Ok(())
}

fn positions(text: &str) -> Option<Vec<Position>> {
    let mut parts = text.split('_');
    let count: u16 = parts.next()?.parse().ok()?;
    let mut positions = vec![Position(0); count.into()];
    for part in parts {
        let (partition, position) = part.split_once('-')?;
        *positions.get_mut(partition.parse::<usize>().ok()?)? = Position(position.parse().ok()?);
    }
    Some(positions)
}

fn read_place(text: &str) -> Option<Place> {
    let mut parts = text.split('.').map(|part| part.parse::<u64>().ok());
    let (at, cell, sequence) = (parts.next()??, parts.next()??, parts.next()??);
    parts
        .next()
        .is_none()
        .then_some((Timestamp::from_millis(at), CellId(cell), sequence))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_leads_back() {
        let at = |given: &[u64]| given.iter().copied().map(Position).collect::<Vec<_>>();
        let place = Some((Timestamp::from_millis(7), CellId(2), 9));
        for (since, until, place, text) in [
            (at(&[]), at(&[]), None, "0"),
            (at(&[0, 5]), at(&[]), None, "2_1-5"),
            (at(&[0, 5]), at(&[3, 6]), place, "2_1-5~2_0-3_1-6~7.2.9"),
            (at(&[]), at(&[3, 6]), place, "0~2_0-3_1-6~7.2.9"),
        ] {
            let cursor = Cursor { since, until, place };
            assert_eq!(cursor.to_string(), text);
            assert_eq!(Cursor::parse(text), Some(cursor));
        }
        for wrong in [
            "",
            "x",
            "2_5-1",
            "2_1",
            "2~2",
            "2~2~7",
            "2~2~7.2.9~1",
            "99999999",
            "7.2.9",
        ] {
            assert_eq!(Cursor::parse(wrong), None, "{wrong}");
        }
    }
}
