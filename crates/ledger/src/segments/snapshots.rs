//! Snapshots: one checksummed file each, the two newest of a partition.
//!
//! Promises: a snapshot is there whole or not at all; its bytes are those that were given.
//!
//! Layout: magic 8 | crc 4 | partition 2 | zero 2 | position 8 | length 8 | bytes, little-endian.

use std::path::PathBuf;

use super::directory::{Directory, damaged, io, names, replace, sync_dir};
use super::layout::{u16_at, u32_at, u64_at};
use crate::{LedgerError, Partition, Position};

const MAGIC: [u8; 8] = *b"gs-snap1";
const HEADER_LEN: usize = 32;
const KEPT: usize = 2;

/// The header of a snapshot file.
pub(super) fn header(partition: Partition, position: Position, bytes: &[u8]) -> [u8; HEADER_LEN] {
    let mut header = [0; HEADER_LEN];
    header[..8].copy_from_slice(&MAGIC);
    header[12..14].copy_from_slice(&partition.0.to_le_bytes());
    header[16..24].copy_from_slice(&position.0.to_le_bytes());
    header[24..].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
    let crc = crc(&header, bytes);
    header[8..12].copy_from_slice(&crc.to_le_bytes());
    header
}

/// Stores a snapshot and drops those that are older than the two newest.
pub(super) fn put(
    directory: &Directory,
    partition: Partition,
    position: Position,
    bytes: &[u8],
) -> Result<(), LedgerError> {
    let path = path(directory, partition, position);
    replace(&path, &[&header(partition, position, bytes), bytes]).map_err(io("writing a snapshot"))?;
    drop_behind(directory, partition, KEPT)
}

/// Keeps the newest snapshot of a partition only, if it is the one at `position`.
pub(super) fn drop_older(
    directory: &Directory,
    partition: Partition,
    position: Position,
) -> Result<(), LedgerError> {
    if positions(directory, partition)?.first() != Some(&position) {
        return Ok(());
    }
    drop_behind(directory, partition, 1)
}

/// Drops all but the `kept` newest snapshots of a partition.
fn drop_behind(directory: &Directory, partition: Partition, kept: usize) -> Result<(), LedgerError> {
    let old = positions(directory, partition)?.into_iter().skip(kept);
    let mut dropped = false;
    for position in old {
        std::fs::remove_file(path(directory, partition, position)).map_err(io("dropping a snapshot"))?;
        dropped = true;
    }
    if dropped {
        sync_dir(&directory.snapshots()).map_err(io("dropping a snapshot"))?;
    }
    Ok(())
}

/// The snapshots of a partition, newest first, verified.
pub(super) fn read(
    directory: &Directory,
    partition: Partition,
) -> Result<Vec<(Position, Vec<u8>)>, LedgerError> {
    let positions = positions(directory, partition)?;
    positions
        .into_iter()
        .map(|position| Ok((position, read_one(directory, partition, position)?)))
        .collect()
}

/// All snapshots there are: (partition, position), in order.
pub(super) fn list(directory: &Directory) -> Result<Vec<(Partition, Position)>, LedgerError> {
    let mut found: Vec<_> = names(&directory.snapshots())?
        .iter()
        .filter_map(|name| {
            let (partition, position) = name.strip_suffix(".snapshot")?.split_once('-')?;
            Some((
                Partition(partition.parse().ok()?),
                Position(position.parse().ok()?),
            ))
        })
        .collect();
    found.sort_unstable();
    Ok(found)
}

/// The bytes of one snapshot, verified.
pub(super) fn read_one(
    directory: &Directory,
    partition: Partition,
    position: Position,
) -> Result<Vec<u8>, LedgerError> {
    let mut bytes = std::fs::read(path(directory, partition, position)).map_err(io("reading a snapshot"))?;
    let file = || format!("snapshots/{}", name(partition, position));
    let Some((header, rest)) = bytes.split_at_checked(HEADER_LEN) else {
        return Err(damaged(file(), 0, "the file is shorter than its header"));
    };
    let fits = header[..8] == MAGIC
        && u16_at(header, 12) == partition.0
        && u64_at(header, 16) == position.0
        && u64_at(header, 24) == rest.len() as u64
        && u32_at(header, 8) == crc(header, rest);
    if !fits {
        return Err(damaged(file(), 0, "the snapshot is not what was written"));
    }
    bytes.drain(..HEADER_LEN);
    Ok(bytes)
}

fn positions(directory: &Directory, partition: Partition) -> Result<Vec<Position>, LedgerError> {
    let mut positions: Vec<_> = list(directory)?
        .into_iter()
        .filter(|(of, _)| *of == partition)
        .map(|(_, at)| at)
        .collect();
    positions.reverse();
    Ok(positions)
}

fn crc(header: &[u8], bytes: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&header[12..]);
    crc.update(bytes);
    crc.finalize()
}

fn path(directory: &Directory, partition: Partition, position: Position) -> PathBuf {
    directory.snapshots().join(name(partition, position))
}

fn name(partition: Partition, position: Position) -> String {
    format!("{:05}-{:020}.snapshot", partition.0, position.0)
}
