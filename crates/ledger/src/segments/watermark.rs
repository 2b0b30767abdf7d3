//! The watermark: which commit was acknowledged last, beside the log.
//!
//! Promises: it never leads the log (it is written after the log's fsync), so a log that ends before it has lost
//! something. It is written without a sync: after a power cut it may lag, and then it says less.
//!
//! Layout: magic 8 | crc 4 | segment 4 | commit 8 | block crc 4 | block end 4, little-endian.

use std::fs::File;
use std::os::unix::fs::FileExt;

use super::directory::{Directory, damaged, io, replace};
use super::layout::{seal, sealed, u32_at, u64_at};
use crate::LedgerError;

const MAGIC: [u8; 8] = *b"gs-mark1";
const LEN: usize = 32;

/// The last acknowledged block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Watermark {
    /// The number of its segment.
    pub(super) segment: u32,
    /// Its commit number.
    pub(super) commit: u64,
    /// Its checksum.
    pub(super) crc: u32,
    /// Where it ends in its segment.
    pub(super) end: u32,
}

impl Watermark {
    pub(super) fn to_bytes(self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[12..16].copy_from_slice(&self.segment.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.commit.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.crc.to_le_bytes());
        bytes[28..].copy_from_slice(&self.end.to_le_bytes());
        seal(&mut bytes);
        bytes
    }

    /// `None` if there is no file.
    pub(super) fn read(directory: &Directory) -> Result<Option<Watermark>, LedgerError> {
        let bytes = match std::fs::read(directory.watermark()) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(io("reading the watermark"))?,
        };
        if bytes.len() != LEN || bytes[..8] != MAGIC || !sealed(&bytes) {
            return Err(damaged("watermark", 0, "the file is not what was written"));
        }
        Ok(Some(Watermark {
            segment: u32_at(&bytes, 12),
            commit: u64_at(&bytes, 16),
            crc: u32_at(&bytes, 24),
            end: u32_at(&bytes, 28),
        }))
    }

    /// Makes the file, durably.
    pub(super) fn create(self, directory: &Directory) -> Result<(), LedgerError> {
        replace(&directory.watermark(), &[&self.to_bytes()]).map_err(io("writing the watermark"))
    }

    /// Overwrites the file in one write of one sector, which no crash of the process can tear.
    pub(super) fn write(self, file: &File) -> std::io::Result<()> {
        file.write_all_at(&self.to_bytes(), 0)
    }
}
