//! The next segment, filled with zeros ahead of time.
//!
//! A file that already has its length and its blocks needs no metadata when a commit is made durable; filling 64 MiB
//! takes a tenth of a second, which no commit should wait for.
//!
//! Promises: a segment is in the directory only when it is whole: zeros, header, and name are durable.

use std::fs::{File, OpenOptions};
use std::io::Result;
use std::os::unix::fs::FileExt;
use std::thread::JoinHandle;

use super::directory::{Directory, sync_dir};
use super::faults::{DiskFaults, DiskOp};

/// Zeros written by one call.
const CHUNK: usize = 1024 * 1024;
/// Calls after which they are synced, so that commits made meanwhile wait for little.
const SYNC_EVERY: usize = 4;

/// Makes segment files.
pub(super) struct Spares {
    directory: Directory,
    faults: DiskFaults,
    segment_bytes: usize,
    ahead: Option<JoinHandle<Result<File>>>,
}

impl Spares {
    pub(super) fn new(directory: Directory, faults: DiskFaults, segment_bytes: usize) -> Spares {
        Spares {
            directory,
            faults,
            segment_bytes,
            ahead: None,
        }
    }

    /// Begins to fill the next file in the background, if that has not begun.
    pub(super) fn prepare(&mut self) {
        let (directory, faults, bytes) = (self.directory.clone(), self.faults.clone(), self.segment_bytes);
        self.ahead
            .get_or_insert_with(|| std::thread::spawn(move || fill(&directory, &faults, bytes)));
    }

    /// Makes segment `number` with at least `least` bytes, beginning with `header`.
    pub(super) fn make(&mut self, number: u32, header: &[u8], least: usize) -> Result<File> {
        let ahead = self
            .ahead
            .take()
            .and_then(|thread| thread.join().ok())
            .and_then(Result::ok);
        let file = match ahead {
            Some(file) if least <= self.segment_bytes => file,
            _ => fill(&self.directory, &self.faults, self.segment_bytes.max(least))?,
        };
        file.write_all_at(header, 0)?;
        file.sync_all()?;
        std::fs::rename(self.directory.spare(), self.directory.segment(number))?;
        sync_dir(&self.directory.segments())?;
        Ok(file)
    }
}

impl Drop for Spares {
    fn drop(&mut self) {
        // A thread left alone could write into the directory while its next owner is at work.
        if let Some(thread) = self.ahead.take() {
            let _ = thread.join();
        }
    }
}

fn fill(directory: &Directory, faults: &DiskFaults, length: usize) -> Result<File> {
    let filled = faults
        .check(DiskOp::Preallocate)
        .and_then(|()| fill_file(directory, length));
    if filled.is_err() {
        // Its room may be what somebody else is waiting for.
        let _ = std::fs::remove_file(directory.spare());
    }
    filled
}

fn fill_file(directory: &Directory, length: usize) -> Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .open(directory.spare())?;
    let zeros = vec![0; CHUNK.min(length)];
    for (count, offset) in (0..length).step_by(CHUNK).enumerate() {
        file.write_all_at(&zeros[..CHUNK.min(length - offset)], offset as u64)?;
        if count % SYNC_EVERY == SYNC_EVERY - 1 {
            file.sync_data()?;
        }
    }
    file.sync_all()?;
    Ok(file)
}
