//! All groups of a file, and who holds which number.
//!
//! Promises: finding a person is a search among the groups; nobody is stored.

use decider::mix;
use rulebook::country::Country;

use super::PeopleError;
use super::country;
use super::file;
use super::group::Group;
use super::magic::{MAGIC_FIRST, MAGIC_LAST};
use super::values::Share;

/// More groups than a person can tell apart.
const GROUPS_MAX: usize = 100;
/// Longer than a file of so many groups needs to be.
const FILE_BYTES_MAX: usize = 256 << 10;
/// The people of a file.
#[derive(Clone, Debug)]
pub struct Cast {
    seed: u64,
    text: String,
    /// In order of their first number.
    groups: Vec<Group>,
}

/// One person.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The character.
    pub group: &'a Group,
    /// Digits with country code.
    pub e164: u64,
    pub(super) seed: u64,
}

/// A group as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// How many people.
    pub size: u32,
    /// The number of the first.
    pub first: u64,
    /// The number of the last.
    pub last: u64,
}

impl Cast {
    /// Reads a file; every draw about its people derives from `seed`.
    pub fn read(text: &str, seed: u64) -> Result<Cast, PeopleError> {
        let cast = Cast::unchecked(text, seed)?;
        for (ix, group) in cast.groups.iter().enumerate() {
            let error = |reason: String| Err(PeopleError::new(format!("group {}", group.name), reason));
            let before = cast.groups.get(ix.wrapping_sub(1));
            if let Some(before) = before.filter(|before| before.last() >= group.first) {
                return error(format!(
                    "it has numbers that group {} has too: +{}",
                    before.name, group.first
                ));
            }
            if cast
                .groups
                .iter()
                .filter(|other| other.name == group.name)
                .count()
                > 1
            {
                return error("there are two groups of this name".to_owned());
            }
            if group.first <= MAGIC_LAST && group.last() >= MAGIC_FIRST {
                return error("+1 997 to +1 999 are the magic recipients".to_owned());
            }
            if group.last() > 999_999_999_999_999 {
                return error("its last number has more than 15 digits".to_owned());
            }
        }
        Ok(cast)
    }

    /// The same without a look at which numbers may be used.
    pub(super) fn unchecked(text: &str, seed: u64) -> Result<Cast, PeopleError> {
        if text.len() > FILE_BYTES_MAX {
            return Err(PeopleError::new("", "the file has more than 256 KiB"));
        }
        let file = file::read(text)?;
        if file.group.len() > GROUPS_MAX {
            return Err(PeopleError::new("group", "there are more than 100 groups"));
        }
        let mut blocks: Vec<(Country, u64)> = Vec::new();
        let mut next = |country: Country, size: u32| {
            let known = blocks.iter().position(|(of, _)| *of == country);
            let place = known.unwrap_or_else(|| {
                blocks.push((country, country::block(country)));
                blocks.len() - 1
            });
            let first = blocks[place].1;
            blocks[place].1 += u64::from(size);
            first
        };
        let mut groups = Vec::new();
        for (ix, group) in file.group.into_iter().enumerate() {
            groups.push(Group::of(group, &format!("group[{ix}]"), &mut next)?);
        }
        groups.sort_by_key(|group| group.first);
        Ok(Cast {
            seed,
            text: text.to_owned(),
            groups,
        })
    }

    /// The person who has this number, if it is one of theirs.
    pub fn person(&self, e164: u64) -> Option<Person<'_>> {
        let after = self.groups.partition_point(|group| group.first <= e164);
        let group = self.groups.get(after.checked_sub(1)?)?;
        (e164 <= group.last()).then_some(Person {
            group,
            e164,
            seed: self.seed,
        })
    }

    /// The groups, in order of their numbers.
    pub fn groups(&self) -> impl Iterator<Item = Listed> + '_ {
        self.groups.iter().map(|group| Listed {
            name: group.name.clone(),
            size: group.size,
            first: group.first,
            last: group.last(),
        })
    }

    /// The file as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What every draw derives from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Differs when file or seed differ.
    pub(super) fn digest(&self) -> u64 {
        self.text
            .as_bytes()
            .chunks(8)
            .fold(mix(self.seed), |digest, chunk| {
                let mut word = [0; 8];
                word[..chunk.len()].copy_from_slice(chunk);
                mix(digest ^ u64::from_le_bytes(word))
            })
    }

    /// Bytes on the heap, but for the file's text and its lines.
    pub fn heap_bytes(&self) -> usize {
        self.groups.capacity() * size_of::<Group>()
    }
}

impl<'a> Person<'a> {
    /// What they write: a line, or a stop word.
    pub(super) fn into_line(self, line: u16, stops: bool) -> &'a str {
        self.group.line(line, stops)
    }

    /// Whether they have the app at all.
    pub fn has_app(&self) -> bool {
        self.always(super::draw::Question::HasApp, self.group.has_app)
    }

    /// Whether senders see what they read.
    pub fn gives_receipts(&self) -> bool {
        self.always(super::draw::Question::Receipts, self.group.receipts)
    }

    /// Whether they asked this business for messages.
    pub fn asked(&self) -> bool {
        self.always(super::draw::Question::Asked, self.group.asked)
    }

    fn always(&self, question: super::draw::Question, share: Share) -> bool {
        super::draw::Draws::of_person(self.seed, self.e164).chance(question, share)
    }
}
