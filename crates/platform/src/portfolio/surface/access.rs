//! PIN and verification code of a number: two-step verification, and the proof that a number is its owner's.
//!
//! A PIN is kept as a salted SHA-256 and nowhere in clear. No heavier hash: six digits have a million values, which
//! whoever holds the files can try against any hash; the salt keeps equal PINs apart, and the hash keeps them out of sight.
//! A code is kept as it is while it is good: it is told to the owner anyway, and worth nothing after minutes.
//! Promises: an unknown PIN can be checked, not read. Must not know: who asks.

use core::fmt;

use decider::{CellId, Timestamp};
use rulebook::edition::Registration;
use rulebook::registration::Attempts;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::NumberIx;

/// Six digits, in clear only while a command is decided.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Pin([u8; 6]);

impl Pin {
    /// Reads six digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: [u8; 6] = text.as_bytes().try_into().ok()?;
        digits.iter().all(u8::is_ascii_digit).then_some(Pin(digits))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(......)")
    }
}

/// What is kept of a PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PinHash {
    /// Drawn for each PIN.
    pub salt: [u64; 2],
    /// Of salt, number and PIN.
    pub hash: [u8; 32],
}

impl PinHash {
    /// Of a PIN of a number of a portfolio.
    pub fn new(salt: [u64; 2], cell: CellId, number: NumberIx, pin: Pin) -> Self {
        let mut hash = Sha256::new();
        for word in [salt[0], salt[1], cell.0, u64::from(number.0)] {
            hash.update(word.to_le_bytes());
        }
        hash.update(pin.0);
        PinHash {
            salt,
            hash: hash.finalize().into(),
        }
    }

    /// Whether it is that of this PIN.
    pub fn is_of(&self, cell: CellId, number: NumberIx, pin: Pin) -> bool {
        PinHash::new(self.salt, cell, number, pin) == *self
    }
}

/// A code that was sent by SMS or call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Code {
    /// Six digits.
    pub code: u32,
    /// By call, not by SMS.
    pub voice: bool,
    /// The last instant at which it is good, in milliseconds since the Unix epoch.
    pub until_ms: u64,
}

/// What became of a PIN that came with a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PinOutcome {
    /// None was asked for, or none was set.
    NotAsked,
    /// It was right.
    Right,
    /// It was wrong.
    Wrong,
}

/// PIN and code of one number. Stored as it is: section 60, version 1.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Access {
    pin: Option<PinHash>,
    wrong_pins: Attempts,
    calls: Attempts,
    codes: Attempts,
    code: Option<Code>,
    verified: bool,
    removed_ms: Option<u64>,
}

impl Access {
    /// What is kept of its PIN.
    pub fn pin(&self) -> Option<&PinHash> {
        self.pin.as_ref()
    }

    /// The code that was sent last, as long as it is good.
    pub fn code(&self, now: Timestamp) -> Option<&Code> {
        self.code.as_ref().filter(|code| now.millis() <= code.until_ms)
    }

    /// Whether a code proved that the number is its owner's.
    pub fn is_verified(&self) -> bool {
        self.verified
    }

    /// When the number was removed.
    pub fn removed(&self) -> Option<Timestamp> {
        self.removed_ms.map(Timestamp::from_millis)
    }

    /// Until when no more calls to register are taken.
    pub fn calls_wait(&self, now: Timestamp, limits: &Registration) -> Option<Timestamp> {
        self.calls.wait(now, limits.calls, limits.calls_within)
    }

    /// Until when no more PINs are taken.
    pub fn pins_wait(&self, now: Timestamp, limits: &Registration) -> Option<Timestamp> {
        self.wrong_pins
            .wait(now, limits.pin_guesses, limits.pin_guesses_within)
    }

    /// The last wrong PIN.
    pub fn last_wrong_pin(&self) -> Option<Timestamp> {
        self.wrong_pins.last()
    }

    /// Until when no more codes are sent or taken.
    pub fn codes_wait(&self, now: Timestamp, limits: &Registration) -> Option<Timestamp> {
        self.codes.wait(now, limits.codes, limits.codes_within)
    }

    pub(in crate::portfolio) fn on_called(&mut self, pin: PinOutcome, at: Timestamp, limits: &Registration) {
        self.calls.note(at, limits.calls_within);
        match pin {
            PinOutcome::NotAsked => {}
            PinOutcome::Right => self.wrong_pins.clear(),
            PinOutcome::Wrong => self.wrong_pins.note(at, limits.pin_guesses_within),
        }
    }

    pub(in crate::portfolio) fn on_pin_set(&mut self, pin: PinHash) {
        self.pin = Some(pin);
        self.wrong_pins.clear();
    }

    pub(in crate::portfolio) fn on_code_sent(&mut self, code: Code, at: Timestamp, limits: &Registration) {
        self.code = Some(code);
        self.codes.note(at, limits.codes_within);
    }

    pub(in crate::portfolio) fn on_code_entered(
        &mut self,
        right: bool,
        at: Timestamp,
        limits: &Registration,
    ) {
        if right {
            self.code = None;
            self.verified = true;
            self.codes.clear();
        } else {
            self.codes.note(at, limits.codes_within);
        }
    }

    pub(in crate::portfolio) fn on_removed(&mut self, at: Timestamp) {
        self.removed_ms = Some(at.millis());
    }
}
