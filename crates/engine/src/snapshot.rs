//! The bytes of a snapshot: every cell of one partition at one position.
//!
//! Promises: the bytes of version 1 never change (golden file in the tests).
//! Must not know: what is inside a state.
//!
//! ```text
//! snapshot: version u8 = 1, count, cell{count}      ordered by cell
//! cell:     id, sequence, stamp, length, state      sequence = number of its events, stamp = of the last one, ms
//! ```
//! All integers are varints.

use decider::{CellId, Stored, Timestamp};

use crate::fold::FoldedCell;
use crate::varint;

const VERSION: u8 = 1;

/// One cell in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) cell: CellId,
    pub(crate) sequence: u64,
    pub(crate) last_at: Timestamp,
    pub(crate) state: &'a [u8],
}

/// Encodes `cells`, which are ordered by id afterwards.
pub(crate) fn encode<D: Stored>(cells: &mut [FoldedCell<D>]) -> Vec<u8> {
    cells.sort_unstable_by_key(|cell| cell.id);
    let mut out = vec![VERSION];
    varint::put(&mut out, cells.len() as u64);
    for cell in cells {
        let state = D::encode_state(&cell.state);
        varint::put(&mut out, cell.id.0);
        varint::put(&mut out, cell.sequence);
        varint::put(&mut out, cell.last_at.millis());
        varint::put(&mut out, state.len() as u64);
        out.extend_from_slice(&state);
    }
    out
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Record<'_>>, &'static str> {
    let Some((&version, mut rest)) = bytes.split_first() else {
        return Err("it is empty");
    };
    if version != VERSION {
        return Err("it has a version that is not known here");
    }
    let count = varint::take(&mut rest).ok_or("its header is cut short")?;
    let records: Option<Vec<_>> = (0..count).map(|_| record(&mut rest)).collect();
    let records = records.ok_or("a cell in it is cut short")?;
    if rest.is_empty() {
        Ok(records)
    } else {
        Err("there are bytes after its last cell")
    }
}

fn record<'a>(rest: &mut &'a [u8]) -> Option<Record<'a>> {
    let cell = CellId(varint::take(rest)?);
    let sequence = varint::take(rest)?;
    let last_at = Timestamp::from_millis(varint::take(rest)?);
    let length = varint::take(rest)?;
    Some(Record {
        cell,
        sequence,
        last_at,
        state: varint::take_bytes(rest, length)?,
    })
}
