//! Walks the blocks of one segment, checking each against the one before.
//!
//! Promises: what was walked over is a gapless continuation: commit numbers, block checksums, positions and frame hashes.
//! Must not know: files, and what the end of a walk means (torn, clean or damaged): that is [`super::check`]'s.

use super::layout::{BLOCK_LEN, BLOCK_MAGIC, Block, FRAME_LEN, FrameView, Tail, aligned};

/// Where a frame is in its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) offset: u32,
    /// Of the payload.
    pub(super) length: u32,
}

/// Where the frames of each partition are in a segment, in order.
pub(super) type Index = Vec<Vec<Entry>>;

/// A valid block that does not continue the log.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) offset: usize,
    pub(super) what: &'static str,
}

/// What a walk found besides the new tail.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Walked {
    pub(super) index: Index,
    /// Where no further valid block begins.
    pub(super) end: usize,
    /// The last commit in the segment that stored content; 0 if none did.
    pub(super) content_commit: u64,
    /// Number, checksum and end of each block.
    pub(super) blocks: Vec<(u64, u32, usize)>,
}

/// Walks the blocks in `bytes` from `from` on, moving `tail` along.
pub(super) fn walk(bytes: &[u8], from: usize, tail: &mut Tail) -> Result<Walked, Broken> {
    let index = vec![Vec::new(); tail.heads.len()];
    let mut walked = Walked {
        index,
        end: from,
        content_commit: 0,
        blocks: Vec::new(),
    };
    while let Some(block) = Block::parse(bytes, walked.end) {
        step(&block, tail, &mut walked.index)?;
        walked.end = block.end();
        walked.blocks.push((block.commit, block.crc, walked.end));
        if block.content {
            walked.content_commit = block.commit;
        }
    }
    Ok(walked)
}

/// The first valid block behind `from` with a number above `commit`: proof that what stands at `from` was once whole.
pub(super) fn later_block(bytes: &[u8], from: usize, commit: u64) -> Option<usize> {
    let mut at = aligned(from + 1);
    while at + BLOCK_LEN <= bytes.len() {
        if bytes[at..at + 8] == BLOCK_MAGIC
            && Block::parse(bytes, at).is_some_and(|block| block.commit > commit)
        {
            return Some(at);
        }
        at += 8;
    }
    None
}

fn step(block: &Block<'_>, tail: &mut Tail, index: &mut Index) -> Result<(), Broken> {
    let broken = |what| Broken {
        offset: block.offset,
        what,
    };
    if block.commit != tail.commit + 1 || block.previous != tail.previous {
        return Err(broken("the block does not follow the one before"));
    }
    let mut at = BLOCK_LEN;
    for _ in 0..block.frames {
        let Some(frame) = block.bytes.get(at..).and_then(FrameView::parse) else {
            return Err(broken("a frame of the block is not what was written"));
        };
        let partition = usize::from(frame.partition.0);
        let Some(head) = tail.heads.get_mut(partition) else {
            return Err(broken("a frame of the block belongs to no partition"));
        };
        let after = head.after(frame.stamped_ms, frame.payload);
        if frame.position != head.position || frame.hash != after.hash {
            return Err(broken("a frame does not follow the one before in its partition"));
        }
        *head = after;
        let offset = (block.offset + at) as u32;
        index[partition].push(Entry {
            offset,
            length: frame.payload.len() as u32,
        });
        at += FRAME_LEN + frame.payload.len();
    }
    if at != block.bytes.len() {
        return Err(broken("the block holds more than its frames"));
    }
    (tail.commit, tail.previous) = (block.commit, block.crc);
    Ok(())
}
