//! What is kept of one attempt.

use decider::{Timestamp, mix};
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, MessageKey, NumberIx, TemplateIx};
use crate::lane::Lane;
use crate::portfolio::event::Progress;

/// "No attempt before": ends a chain.
pub const NOBODY: u32 = u32::MAX;

/// The window has no entry of it.
pub const NOT_COUNTED: u32 = u32::MAX;

/// What is known of an attempt: 48 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it was handed out, in milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// The platform's message, once it is known.
    pub message: MessageKey,
    /// To whom.
    pub contact: ContactIx,
    /// The attempt to the same person before it: low bits, or [`NOBODY`].
    pub before: u32,
    /// With which template, or [`TemplateIx::NONE`].
    pub template: TemplateIx,
    /// The text, hashed; 0 where it was not told.
    pub text: u32,
    /// Why it was refused or failed: the platform's code; 0 for none.
    pub code: u32,
    /// As whom the window counts the person: the id of the key that was written to, whatever it was merged with.
    pub counted: ContactIx,
    /// Milliseconds from `at_ms` to the instant for which it was counted again, or [`NOT_COUNTED`].
    pub recounted_after: u32,
    /// From which number.
    pub number: NumberIx,
    /// See [`flag`].
    pub flags: u16,
}

/// The bits of [`Record::flags`]. The lowest two are the lane.
pub mod flag {
    /// Counts towards the messaging limit.
    pub const COUNTS: u16 = 1 << 2;
    /// The platform took it.
    pub const ACCEPTED: u16 = 1 << 3;
    /// The platform definitely did not take it.
    pub const REFUSED: u16 = 1 << 4;
    /// Nobody knows whether the platform took it.
    pub const UNKNOWN: u16 = 1 << 5;
    /// The deadline for finding out has passed.
    pub const LOST: u16 = 1 << 6;
    /// It left.
    pub const SENT: u16 = 1 << 7;
    /// It arrived.
    pub const DELIVERED: u16 = 1 << 8;
    /// It was read.
    pub const READ: u16 = 1 << 9;
    /// It failed after it was taken.
    pub const FAILED: u16 = 1 << 10;
    /// Sent by somebody else; only admitted and counted here.
    pub const ELSEWHERE: u16 = 1 << 11;
    /// Its place in the window was given back.
    pub const GIVEN_BACK: u16 = 1 << 12;
    /// The platform holds it until feedback on others is known.
    pub const HELD: u16 = 1 << 13;
    /// Inside a service window that was known to be open.
    pub const INSIDE: u16 = 1 << 14;
    /// Its first place in the window was given back, once and for all.
    pub const FIRST_GONE: u16 = 1 << 15;
    /// It is known what became of it, or it will never be.
    pub const SETTLED: u16 = ACCEPTED | REFUSED | LOST;
}

/// What a status says of a message. Whatever was read has arrived, and whatever arrived has left.
pub fn progress_bits(progress: Progress) -> u16 {
    match progress {
        Progress::Sent => flag::SENT,
        Progress::Delivered => flag::SENT | flag::DELIVERED,
        Progress::Read => flag::SENT | flag::DELIVERED | flag::READ,
        Progress::Failed => flag::FAILED,
    }
}

impl Record {
    /// A new attempt, about which nothing is known yet.
    pub fn new(at: Timestamp, contact: ContactIx, number: NumberIx, lane: Lane, before: u32) -> Self {
        Record {
            at_ms: at.millis(),
            message: MessageKey::NONE,
            contact,
            before,
            template: TemplateIx::NONE,
            text: 0,
            code: 0,
            counted: contact,
            recounted_after: NOT_COUNTED,
            number,
            flags: lane as u16,
        }
    }

    /// When it was handed out.
    pub fn at(&self) -> Timestamp {
        Timestamp::from_millis(self.at_ms)
    }

    /// Its lane.
    pub fn lane(&self) -> Lane {
        Lane::from_number((self.flags & 0b11) as u8).unwrap_or(Lane::Marketing)
    }

    /// Whether all bits of `flags` are set.
    pub fn is(&self, flags: u16) -> bool {
        self.flags & flags == flags
    }

    /// Whether any bit of `flags` is set.
    pub fn any(&self, flags: u16) -> bool {
        self.flags & flags != 0
    }

    /// Whether it may still become known what became of it.
    pub fn is_open(&self) -> bool {
        !self.any(flag::SETTLED)
    }

    /// Whether it reached the person as far as is known, or may have: it was not refused and has not failed.
    pub fn may_have_arrived(&self) -> bool {
        !self.any(flag::REFUSED) && (!self.any(flag::FAILED) || self.any(flag::DELIVERED | flag::READ))
    }

    pub(super) fn digest(&self) -> u64 {
        let outcome = u64::from(self.flags) << 32 | u64::from(self.code);
        let whom = u64::from(self.contact.0) << 32 | u64::from(self.before);
        mix(self.at_ms ^ outcome) ^ mix(whom ^ self.message.0)
    }
}
