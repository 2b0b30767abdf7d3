//! The stored form of the attempts: the records; what leads to them follows.

use rulebook::index::Index;
use rulebook::ring::Ring;
use serde::{Deserialize, Serialize};

use super::idempotency::{Key, Keys};
use super::{Attempts, Record};
use crate::ids::{AttemptId, MessageKey};

/// Version 1.
#[derive(Debug, Serialize, Deserialize)]
pub struct AttemptsV1 {
    first: u64,
    records: Vec<Record>,
    open: u64,
    digest: u64,
    keys: (Vec<Key>, u64),
}

impl Attempts {
    /// The stored form.
    pub fn to_parts(&self) -> AttemptsV1 {
        AttemptsV1 {
            first: self.ring.front_seq(),
            records: self.ring.iter().map(|(_, record)| *record).collect(),
            open: self.open,
            digest: self.digest,
            keys: self.keys.to_parts(),
        }
    }

    /// From the stored form.
    pub fn from_parts(parts: AttemptsV1) -> Self {
        let mut attempts = Attempts {
            ring: Ring::starting_at(parts.first),
            by_message: Index::new(),
            keys: Keys::from_parts(parts.keys),
            open: parts.open,
            digest: parts.digest,
        };
        for record in parts.records {
            let seq = attempts.ring.push(record);
            if record.message != MessageKey::NONE {
                attempts.index(record.message, AttemptId(seq));
            }
        }
        attempts
    }
}
