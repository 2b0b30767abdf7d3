//! What comes in with a command: the cell, the instant, and entropy.

use crate::Timestamp;

/// A cell: one portfolio of one seat, or that seat's directory. Small dense numbers, given by the directory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CellId(pub u64);

/// The circumstances of one command or tick. All ids and draws of a command derive from it.
#[derive(Clone, Copy, Debug)]
pub struct Ctx {
    /// The cell that decides.
    pub cell: CellId,
    /// The instant of the decision; for a tick, the instant at which it was due.
    pub now: Timestamp,
    /// Derived from (seed, cell, number of events of the cell so far).
    pub entropy: u128,
    /// Derived from the seed alone: what lies outside of all cells (a person, what others send to them) is drawn from
    /// this, so that it is the same whoever looks at it and whenever.
    pub world: u64,
}

impl Ctx {
    /// The circumstances of the command that finds `sequence` events in its cell.
    pub fn new(seed: u64, cell: CellId, sequence: u64, now: Timestamp) -> Self {
        let high = mix(mix(seed ^ 0x676f_6f64) ^ cell.0);
        let low = mix(high ^ sequence);
        let entropy = (u128::from(mix(high ^ low)) << 64) | u128::from(low);
        Ctx {
            cell,
            now,
            entropy,
            world: mix(seed ^ 0x0077_6f72_6c64),
        }
    }

    /// The `index`-th independent 64-bit draw of this command.
    pub fn draw(&self, index: u64) -> u64 {
        let high = (self.entropy >> 64) as u64;
        mix(mix(self.entropy as u64 ^ index) ^ high)
    }
}

/// A 64-bit finaliser (the published constants of SplitMix64): every bit of the input moves every bit of the output.
pub const fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
