//! Faults of the disk, on demand: how tests make a full disk or a failing fsync.
//!
//! Promises: without a planned fault nothing is changed and nothing fails.

use std::fs::File;
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, PoisonError};

/// What can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskOp {
    /// Filling a new segment with zeros.
    Preallocate,
    /// Writing a block: half of it is written.
    Write,
    /// Making a block durable.
    Sync,
}

/// Faults to come. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct DiskFaults {
    planned: Arc<Mutex<Vec<(DiskOp, ErrorKind)>>>,
}

impl DiskFaults {
    /// Makes the next `times` operations of this sort fail with `kind`.
    pub fn fail(&self, op: DiskOp, kind: ErrorKind, times: usize) {
        self.with(|planned| planned.extend(std::iter::repeat_n((op, kind), times)));
    }

    /// Forgets the faults that have not happened.
    pub fn clear(&self) {
        self.with(Vec::clear);
    }

    pub(super) fn check(&self, op: DiskOp) -> Result<()> {
        let fault = self.with(|planned| {
            let next = planned.iter().position(|(planned, _)| *planned == op)?;
            Some(planned.remove(next).1)
        });
        fault.map_or(Ok(()), |kind| Err(Error::new(kind, "a planned fault")))
    }

    pub(super) fn write(&self, file: &File, bytes: &[u8], offset: u64) -> Result<()> {
        if let Err(error) = self.check(DiskOp::Write) {
            file.write_all_at(&bytes[..bytes.len() / 2], offset)?;
            return Err(error);
        }
        file.write_all_at(bytes, offset)
    }

    pub(super) fn sync(&self, file: &File) -> Result<()> {
        self.check(DiskOp::Sync)?;
        file.sync_data()
    }

    fn with<T>(&self, change: impl FnOnce(&mut Vec<(DiskOp, ErrorKind)>) -> T) -> T {
        change(&mut self.planned.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
