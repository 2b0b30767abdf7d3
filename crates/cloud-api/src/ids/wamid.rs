//! Message ids: `wamid.HBg...`, holding cell, number, sequence and direction, and a checksum that refuses garbage.
//!
//! The text is URL-safe base64, so that it can stand in a path as it is.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::CELL_MAX;

const PREFIX: &str = "wamid.";
/// The first two bytes of the platform's own ids; with a third below 64 they read `HBg`.
const MAGIC: [u8; 2] = [0x1c, 0x18];
const BYTES: usize = 18;
const SUM_AT: usize = 15;
const TEXT: usize = BYTES / 3 * 4;

/// Who sent a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Direction {
    /// From a person to the business.
    Inbound = 0x11,
    /// From the business to a person.
    Outbound = 0x12,
}

/// The id of a message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Wamid {
    cell: u64,
    number: u32,
    sequence: u32,
    direction: Direction,
}

impl Wamid {
    /// The `sequence`-th message in a direction of the `number`-th number of a cell; `None` beyond [`CELL_MAX`].
    pub fn new(cell: u64, number: u32, sequence: u32, direction: Direction) -> Option<Self> {
        (cell <= CELL_MAX).then_some(Wamid {
            cell,
            number,
            sequence,
            direction,
        })
    }

    /// The cell of the number.
    pub fn cell(self) -> u64 {
        self.cell
    }

    /// Which number of the cell.
    pub fn number(self) -> u32 {
        self.number
    }

    /// Which message of the number.
    pub fn sequence(self) -> u32 {
        self.sequence
    }

    /// Who sent it.
    pub fn direction(self) -> Direction {
        self.direction
    }

    /// From text; `None` if this crate never gives it out.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; BYTES];
        let encoded = text
            .strip_prefix(PREFIX)
            .filter(|encoded| encoded.len() == TEXT)?;
        let length = URL_SAFE_NO_PAD.decode_slice(encoded, &mut bytes).ok()?;
        let direction = match bytes[2] {
            0x11 => Direction::Inbound,
            0x12 => Direction::Outbound,
            _ => return None,
        };
        let wamid = Self::new(
            u64::from(read(&bytes, 3)),
            read(&bytes, 7),
            read(&bytes, 11),
            direction,
        )?;
        (length == BYTES && wamid.bytes() == bytes).then_some(wamid)
    }

    fn bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[..2].copy_from_slice(&MAGIC);
        bytes[2] = self.direction as u8;
        // A cell has at most 7 digits, hence at most 4 bytes: `new` saw to that.
        bytes[3..7].copy_from_slice(&self.cell.to_be_bytes()[4..]);
        bytes[7..11].copy_from_slice(&self.number.to_be_bytes());
        bytes[11..15].copy_from_slice(&self.sequence.to_be_bytes());
        let sum = checksum(&bytes[..SUM_AT]);
        bytes[SUM_AT..].copy_from_slice(&sum);
        bytes
    }
}

fn read(bytes: &[u8; BYTES], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// FNV-1a, folded to 24 bits: against slips, not against people.
fn checksum(bytes: &[u8]) -> [u8; 3] {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in bytes {
        hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    }
    let folded = (hash >> 24) ^ (hash & 0x00ff_ffff);
    [(folded >> 16) as u8, (folded >> 8) as u8, folded as u8]
}

impl fmt::Display for Wamid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; TEXT];
        let length = URL_SAFE_NO_PAD
            .encode_slice(self.bytes(), &mut text)
            .map_err(|_| fmt::Error)?;
        f.write_str(PREFIX)?;
        f.write_str(core::str::from_utf8(&text[..length]).map_err(|_| fmt::Error)?)
    }
}

impl serde::Serialize for Wamid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
