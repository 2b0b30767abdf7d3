//! A reader of SQLite's write-ahead file (<https://sqlite.org/fileformat2.html#the_write_ahead_log>).
//!
//! SQLite takes the first frame whose checksum does not fit for the end of the file and silently drops the
//! transactions behind it, acknowledged ones too. This reader tells a torn end from damage.
//!
//! Promises: a torn end is at most one transaction (each is synced before the next begins): if behind the frame that
//! does not fit a commit stands, and behind that another one that fits what precedes it, then the file is damaged.
//! Must not know: what the pages hold.

const HEADER_LEN: usize = 32;
const FRAME_LEN: usize = 24;
const MAGIC_LITTLE: u32 = 0x377f_0682;
const MAGIC_BIG: u32 = 0x377f_0683;

/// The pages that the file puts over those of the database.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pages {
    /// The size of a page in bytes; 0 if the file holds no transaction.
    pub(super) page_size: usize,
    /// Page number (from 1) and where its bytes are in the file, in order of writing.
    pub(super) pages: Vec<(u32, usize)>,
    /// The size of the database in pages after the last transaction.
    pub(super) database_pages: u32,
}

/// The file is damaged at this offset.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WalDamage(pub(super) usize);

/// Reads all whole transactions of the file.
pub(super) fn read(bytes: &[u8]) -> Result<Pages, WalDamage> {
    if bytes.len() < HEADER_LEN {
        return Ok(Pages::default());
    }
    let Some(wal) = Wal::parse(bytes) else {
        return if any_commit(bytes) {
            Err(WalDamage(0))
        } else {
            Ok(Pages::default())
        };
    };
    let mut pages = Pages {
        page_size: wal.page_size,
        ..Pages::default()
    };
    let mut sum = (be(bytes, 24), be(bytes, 28));
    let mut committed = 0;
    for index in 0..wal.frames() {
        match wal.frame(index, sum) {
            Some(frame) => {
                sum = frame.sum;
                pages.pages.push((frame.page, frame.at + FRAME_LEN));
                if frame.commit_size > 0 {
                    committed = pages.pages.len();
                    pages.database_pages = frame.commit_size;
                }
            }
            None if wal.proof_behind(index) => return Err(WalDamage(wal.at(index))),
            None => break,
        }
    }
    // What follows the last commit is a transaction that never ended.
    pages.pages.truncate(committed);
    Ok(pages)
}

struct Wal<'a> {
    bytes: &'a [u8],
    page_size: usize,
    big_endian: bool,
    salts: [u32; 2],
}

struct WalFrame {
    at: usize,
    page: u32,
    commit_size: u32,
    sum: (u32, u32),
}

impl<'a> Wal<'a> {
    /// `None` if the header is not as written.
    fn parse(bytes: &'a [u8]) -> Option<Wal<'a>> {
        let big_endian = match be(bytes, 0) {
            MAGIC_LITTLE => false,
            MAGIC_BIG => true,
            _ => return None,
        };
        let page_size = be(bytes, 8) as usize;
        let sum = checksum(big_endian, (0, 0), &bytes[..24]);
        let sound = sum == (be(bytes, 24), be(bytes, 28))
            && page_size.is_power_of_two()
            && (512..=65_536).contains(&page_size);
        sound.then(|| Wal {
            bytes,
            page_size,
            big_endian,
            salts: [be(bytes, 16), be(bytes, 20)],
        })
    }

    fn frames(&self) -> usize {
        (self.bytes.len() - HEADER_LEN) / (FRAME_LEN + self.page_size)
    }

    fn at(&self, index: usize) -> usize {
        HEADER_LEN + index * (FRAME_LEN + self.page_size)
    }

    /// The frame, if it belongs to this generation of the file and continues `sum`.
    fn frame(&self, index: usize, sum: (u32, u32)) -> Option<WalFrame> {
        let at = self.at(index);
        let page_bytes = &self.bytes[at + FRAME_LEN..at + FRAME_LEN + self.page_size];
        let sum = checksum(self.big_endian, sum, &self.bytes[at..at + 8]);
        let sum = checksum(self.big_endian, sum, page_bytes);
        let (page, commit_size) = (be(self.bytes, at), be(self.bytes, at + 4));
        let fits = self.of_this_generation(at) && sum == self.stored_sum(index) && page > 0;
        fits.then_some(WalFrame {
            at,
            page,
            commit_size,
            sum,
        })
    }

    /// Whether behind frame `index`, which does not fit, stands a commit and behind it another that fits its
    /// predecessor: then the first was synced, and so was frame `index` before it.
    fn proof_behind(&self, index: usize) -> bool {
        let mut commit_seen = false;
        for later in index..self.frames() {
            let at = self.at(later);
            let commits = self.of_this_generation(at) && be(self.bytes, at + 4) > 0;
            if commits && commit_seen && self.frame(later, self.stored_sum(later - 1)).is_some() {
                return true;
            }
            commit_seen |= commits;
        }
        false
    }

    fn of_this_generation(&self, at: usize) -> bool {
        self.salts == [be(self.bytes, at + 8), be(self.bytes, at + 12)]
    }

    fn stored_sum(&self, index: usize) -> (u32, u32) {
        let at = self.at(index);
        (be(self.bytes, at + 16), be(self.bytes, at + 20))
    }
}

/// Whether a commit stands in a file whose header does not fit. The header is synced before the first frame is
/// written, so then the header was once whole. All page sizes are tried, as the header cannot be trusted.
fn any_commit(bytes: &[u8]) -> bool {
    let sizes = (9..=16).map(|power| 1_usize << power);
    sizes
        .flat_map(|page_size| [false, true].map(|big_endian| (page_size, big_endian)))
        .any(|(page_size, big_endian)| {
            let mut wal = Wal {
                bytes,
                page_size,
                big_endian,
                salts: [0; 2],
            };
            (1..wal.frames()).any(|index| {
                let at = wal.at(index);
                wal.salts = [be(bytes, at + 8), be(bytes, at + 12)];
                let follows = wal.of_this_generation(wal.at(index - 1));
                follows && wal.frame(index, wal.stored_sum(index - 1)).is_some()
            })
        })
}

/// SQLite's checksum: two interleaved sums over pairs of words.
fn checksum(big_endian: bool, (mut first, mut second): (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let word = |at: usize| {
        let word = be(bytes, at);
        if big_endian { word } else { word.swap_bytes() }
    };
    for at in (0..bytes.len()).step_by(8) {
        first = first.wrapping_add(word(at)).wrapping_add(second);
        second = second.wrapping_add(word(at + 4)).wrapping_add(first);
    }
    (first, second)
}

fn be(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
