//! The bytes of a segment file: its header, blocks, and frames. All numbers are little-endian.
//!
//! Promises: no flipped bit in a header, a block or a frame goes unnoticed; these layouts belong to format 1 and
//! never change (golden files hold them).
//! Must not know: files.
//!
//! ```text
//! segment  magic 8 | crc 4 | number 4 | commit 8 | previous 4 | partitions 2 | zero 2 | heads 32 each | blocks
//! head     position 8 | stamped_ms 8 | hash 16                     where each partition stood when the file began
//! block    magic 8 | crc 4 | length 4 | commit 8 | previous 4 | offset 4 | frames 4 | content 4 | frames
//! frame    crc 4 | length 4 | position 8 | stamped_ms 8 | hash 16 | partition 2 | payload
//! ```
//! `crc` covers all that follows it in the same item; `previous` is the crc of the block before; `commit` in a
//! segment is the last one before the file. Blocks start at multiples of 8; what no block covers is zero.

use crate::{Append, FrameHash, Head, Partition, Position};

pub(super) const SEGMENT_MAGIC: [u8; 8] = *b"gs-log-1";
pub(super) const BLOCK_MAGIC: [u8; 8] = *b"gs\xb1ock1\n";
const SEGMENT_FIXED: usize = 32;
const HEAD_LEN: usize = 32;
pub(super) const BLOCK_LEN: usize = 40;
pub(super) const FRAME_LEN: usize = 42;
const ALIGN: usize = 8;

/// Where the log stands between two blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// The last commit; 0 if none.
    pub(super) commit: u64,
    /// The checksum of its block; 0 if none.
    pub(super) previous: u32,
    /// Where each partition stands.
    pub(super) heads: Vec<Head>,
}

impl Tail {
    pub(super) fn empty(partitions: u16) -> Tail {
        Tail {
            commit: 0,
            previous: 0,
            heads: vec![Head::default(); usize::from(partitions)],
        }
    }
}

pub(super) fn segment_header_len(partitions: u16) -> usize {
    SEGMENT_FIXED + HEAD_LEN * usize::from(partitions)
}

/// The start of segment `number`, which begins where `start` is.
pub(super) fn segment_header(number: u32, start: &Tail) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(SEGMENT_FIXED + HEAD_LEN * start.heads.len());
    bytes.extend_from_slice(&SEGMENT_MAGIC);
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes.extend_from_slice(&start.commit.to_le_bytes());
    bytes.extend_from_slice(&start.previous.to_le_bytes());
    bytes.extend_from_slice(&(start.heads.len() as u16).to_le_bytes());
    bytes.extend_from_slice(&[0; 2]);
    for head in &start.heads {
        bytes.extend_from_slice(&head.position.0.to_le_bytes());
        bytes.extend_from_slice(&head.stamped_ms.to_le_bytes());
        bytes.extend_from_slice(&head.hash.0);
    }
    seal(&mut bytes);
    bytes
}

/// Reads what [`segment_header`] made; `Err` says what does not hold.
pub(super) fn parse_segment_header(bytes: &[u8], number: u32, partitions: u16) -> Result<Tail, &'static str> {
    let Some(bytes) = bytes.get(..segment_header_len(partitions)) else {
        return Err("the file is shorter than its header");
    };
    if bytes[..8] != SEGMENT_MAGIC || !sealed(bytes) {
        return Err("the header of the segment is not what was written");
    }
    if u32_at(bytes, 12) != number || u16_at(bytes, 28) != partitions {
        return Err("the segment belongs elsewhere");
    }
    let head = |at: &[u8]| Head {
        position: Position(u64_at(at, 0)),
        stamped_ms: u64_at(at, 8),
        hash: hash_at(at, 16),
    };
    let heads = bytes[SEGMENT_FIXED..].chunks_exact(HEAD_LEN).map(head).collect();
    Ok(Tail {
        commit: u64_at(bytes, 16),
        previous: u32_at(bytes, 24),
        heads,
    })
}

/// Begins a block in `out`, whose header [`finish_block`] fills in.
pub(super) fn start_block(out: &mut Vec<u8>) {
    out.clear();
    out.resize(BLOCK_LEN, 0);
}

/// Appends a frame that stands behind `before` to the block in `out`; returns the head after it.
pub(super) fn push_frame(out: &mut Vec<u8>, append: &Append, before: Head) -> Head {
    let after = before.after(append.stamped_ms, &append.payload);
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&(append.payload.len() as u32).to_le_bytes());
    out.extend_from_slice(&before.position.0.to_le_bytes());
    out.extend_from_slice(&append.stamped_ms.to_le_bytes());
    out.extend_from_slice(&after.hash.0);
    out.extend_from_slice(&append.partition.0.to_le_bytes());
    out.extend_from_slice(&append.payload);
    let crc = crc32fast::hash(&out[at + 4..]);
    out[at..at + 4].copy_from_slice(&crc.to_le_bytes());
    after
}

/// Fills in the header of the block in `out`, which is going to stand at `offset`, and pads it; returns its checksum.
pub(super) fn finish_block(out: &mut Vec<u8>, offset: u32, before: &Tail, frames: u32, content: bool) -> u32 {
    let length = out.len();
    out[..8].copy_from_slice(&BLOCK_MAGIC);
    out[12..16].copy_from_slice(&(length as u32).to_le_bytes());
    out[16..24].copy_from_slice(&(before.commit + 1).to_le_bytes());
    out[24..28].copy_from_slice(&before.previous.to_le_bytes());
    out[28..32].copy_from_slice(&offset.to_le_bytes());
    out[32..36].copy_from_slice(&frames.to_le_bytes());
    out[36..40].copy_from_slice(&u32::from(content).to_le_bytes());
    let crc = seal(out);
    out.resize(aligned(length), 0);
    crc
}

/// A block whose checksum fits.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) offset: usize,
    pub(super) crc: u32,
    pub(super) commit: u64,
    pub(super) previous: u32,
    pub(super) frames: u32,
    pub(super) content: bool,
    /// From its header to its last frame.
    pub(super) bytes: &'a [u8],
}

impl<'a> Block<'a> {
    /// The block at `offset` of a segment's `bytes`; `None` if none is there, or not all of it, or not as written.
    pub(super) fn parse(bytes: &'a [u8], offset: usize) -> Option<Block<'a>> {
        let rest = bytes.get(offset..)?;
        if rest.get(..8)? != BLOCK_MAGIC || rest.len() < BLOCK_LEN {
            return None;
        }
        let bytes = rest.get(..u32_at(rest, 12) as usize)?;
        if bytes.len() < BLOCK_LEN || u32_at(bytes, 28) as usize != offset || !sealed(bytes) {
            return None;
        }
        Some(Block {
            offset,
            crc: u32_at(bytes, 8),
            commit: u64_at(bytes, 16),
            previous: u32_at(bytes, 24),
            frames: u32_at(bytes, 32),
            content: u32_at(bytes, 36) != 0,
            bytes,
        })
    }

    /// Where the next block begins.
    pub(super) fn end(&self) -> usize {
        aligned(self.offset + self.bytes.len())
    }
}

/// A frame whose checksum fits.
pub(super) struct FrameView<'a> {
    pub(super) partition: Partition,
    pub(super) position: Position,
    pub(super) stamped_ms: u64,
    pub(super) hash: FrameHash,
    pub(super) payload: &'a [u8],
}

impl<'a> FrameView<'a> {
    /// The frame at the start of `bytes`; `None` if it is not as written.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<FrameView<'a>> {
        if bytes.len() < FRAME_LEN {
            return None;
        }
        let length = u32_at(bytes, 4) as usize;
        let bytes = bytes.get(..FRAME_LEN.checked_add(length)?)?;
        if crc32fast::hash(&bytes[4..]) != u32_at(bytes, 0) {
            return None;
        }
        Some(FrameView {
            position: Position(u64_at(bytes, 8)),
            stamped_ms: u64_at(bytes, 16),
            hash: hash_at(bytes, 24),
            partition: Partition(u16_at(bytes, 40)),
            payload: &bytes[FRAME_LEN..],
        })
    }
}

/// Writes the checksum of what follows byte 12 into bytes 8 to 12, and returns it.
pub(super) fn seal(bytes: &mut [u8]) -> u32 {
    let crc = crc32fast::hash(&bytes[12..]);
    bytes[8..12].copy_from_slice(&crc.to_le_bytes());
    crc
}

/// Whether the checksum written by [`seal`] fits.
pub(super) fn sealed(bytes: &[u8]) -> bool {
    crc32fast::hash(&bytes[12..]) == u32_at(bytes, 8)
}

pub(super) fn aligned(length: usize) -> usize {
    length.next_multiple_of(ALIGN)
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(number)
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}

fn hash_at(bytes: &[u8], at: usize) -> FrameHash {
    let mut hash = [0; 16];
    hash.copy_from_slice(&bytes[at..at + 16]);
    FrameHash(hash)
}
