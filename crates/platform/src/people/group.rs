//! A group of people: the character that they share, checked and ready to be asked.

use decider::Millis;
use rulebook::country::Country;
use rulebook::rating::{BlockReason, ReportReason};

use super::PeopleError;
use super::country;
use super::file::{BackAfter, GroupFile, Like, Resentment, StopsBy, Times};
use super::reaction::Template;
use super::values::{Awake, Offset, Share, WHOLE};

/// The largest group: what a country's block of numbers holds.
pub(super) const SIZE_MAX: u32 = 100_000_000;
/// Lines that a group can say: as many as an act's number can name.
const LINES_MAX: usize = 1_000;

/// People of one character.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name in the file.
    pub name: String,
    /// The number of its first person; the others follow.
    pub first: u64,
    /// How many people it has.
    pub size: u32,
    pub(super) language: String,
    pub(super) offset: Offset,
    pub(super) awake: Awake,
    pub(super) fixed: bool,
    pub(super) has_app: Share,
    pub(super) phone_on: Share,
    /// `None`: for ever.
    pub(super) back_after: Option<Millis>,
    pub(super) receipts: Share,
    pub(super) reads: Share,
    pub(super) reads_after: Millis,
    pub(super) muted_reads: Share,
    pub(super) archived_reads: Share,
    pub(super) reacts_after: Millis,
    pub(super) replies: Share,
    pub(super) chats: Share,
    pub(super) replies_after: Millis,
    pub(super) says: Vec<String>,
    pub(super) follows_links: Share,
    pub(super) asked: Share,
    pub(super) tolerance: u32,
    pub(super) stops_by_word: bool,
    pub(super) stop_words: Vec<String>,
    pub(super) usual: Mind,
    pub(super) unasked: Mind,
    pub(super) greeting: Mind,
    pub(super) too_many: Mind,
    pub(super) foreign: Mind,
    likes: Vec<(Like, Option<Mind>)>,
}

/// How many do what against a message, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Mind {
    pub(super) stop: Share,
    pub(super) mute: Share,
    pub(super) archive: Share,
    pub(super) block: Share,
    pub(super) block_reason: BlockReason,
    pub(super) report: Share,
    pub(super) report_reason: ReportReason,
}

impl Mind {
    fn of(from: &Resentment, path: &str, reason: BlockReason) -> Result<Self, PeopleError> {
        let mind = Mind {
            stop: from.stop,
            mute: from.mute,
            archive: from.archive,
            block: from.block,
            block_reason: from.block_reason.unwrap_or(reason),
            report: from.report,
            report_reason: from.report_reason.unwrap_or(ReportReason::Spam),
        };
        let all: u32 = mind.shares().iter().map(|share| share.0).sum();
        if all > WHOLE {
            return Err(PeopleError::new(
                path,
                "its shares come to more than 1: a person does one thing at most",
            ));
        }
        Ok(mind)
    }

    fn shares(&self) -> [Share; 5] {
        [self.report, self.block, self.stop, self.mute, self.archive]
    }

    /// As hard as the harder of the two in each, with the reasons of `harder`.
    pub(super) fn with(self, harder: Mind) -> Mind {
        Mind {
            stop: self.stop.max(harder.stop),
            mute: self.mute.max(harder.mute),
            archive: self.archive.max(harder.archive),
            block: self.block.max(harder.block),
            report: self.report.max(harder.report),
            ..harder
        }
    }
}

impl Group {
    /// Checks a group of the file; its numbers begin at `next` unless it names them itself.
    pub(super) fn of(
        file: GroupFile,
        path: &str,
        mut next: impl FnMut(Country, u32) -> u64,
    ) -> Result<Group, PeopleError> {
        let at = |key: &str| format!("{path}.{key}");
        check(!file.name.is_empty(), at("name"), "a group needs a name")?;
        check(
            (1..=SIZE_MAX).contains(&file.size),
            at("size"),
            "a group has 1 to 100,000,000 people",
        )?;
        let country = country_of(&file.country, at("country"))?;
        let first = match (file.first_number, country) {
            (Some(first), _) => first.0,
            (None, Some(country)) => {
                let first = next(country, file.size);
                let last = first + u64::from(file.size) - 1;
                let within = Country::of(first) == Some(country) && Country::of(last) == Some(country);
                let reason = "the country's numbers do not hold so many people: give first_number";
                check(within, at("size"), reason)?;
                first
            }
            (None, None) => {
                let reason = "a group needs a country of two letters, or first_number";
                return Err(PeopleError::new(at("country"), reason));
            }
        };
        let offset = match (file.utc_offset, country) {
            (Some(offset), _) => offset,
            // Numbers are enough to write to somebody; their clock is UTC then.
            (None, None) => Offset(0),
            (None, Some(country)) => {
                let unknown = || {
                    PeopleError::new(
                        at("utc_offset"),
                        "the country's time is not known: give an offset",
                    )
                };
                country::offset(country)
                    .map(|minutes| Offset(minutes.into()))
                    .ok_or_else(unknown)?
            }
        };
        for (key, lines) in [("says", &file.says), ("stop_words", &file.stop_words)] {
            let sound = lines.len() <= LINES_MAX && lines.iter().all(|line| !line.is_empty());
            check(sound, at(key), "at most 1,000 lines, none of them empty")?;
        }
        let mind = |from, key: &str, reason| Mind::of(from, &at(key), reason);
        let mut likes = Vec::new();
        for (ix, like) in file.template.into_iter().enumerate() {
            let path = at(&format!("template[{ix}]"));
            let names = like.name.is_some() || like.category.is_some();
            check(names, path.clone(), "it says neither name nor category")?;
            let usual = like.usual.as_ref();
            let usual =
                usual.map(|usual| Mind::of(usual, &format!("{path}.usual"), BlockReason::NoLongerNeeded));
            likes.push((like, usual.transpose()?));
        }
        Ok(Group {
            usual: mind(&file.usual, "usual", BlockReason::NoLongerNeeded)?,
            unasked: mind(&file.unasked, "unasked", BlockReason::DidntSignUp)?,
            greeting: mind(&file.greeting, "greeting", BlockReason::Spam)?,
            too_many: mind(&file.too_many, "too_many", BlockReason::Spam)?,
            foreign: mind(&file.foreign, "foreign", BlockReason::Other)?,
            name: file.name,
            first,
            size: file.size,
            language: file.language,
            offset,
            awake: file.awake,
            fixed: file.times == Times::Fixed,
            has_app: file.has_app,
            phone_on: file.phone_on,
            back_after: back_after(file.back_after),
            receipts: file.receipts,
            reads: file.reads,
            reads_after: file.reads_after.0,
            muted_reads: file.muted_reads,
            archived_reads: file.archived_reads,
            reacts_after: file.reacts_after.0,
            replies: file.replies,
            chats: file.chats,
            replies_after: file.replies_after.0,
            says: or(file.says, "Thank you."),
            follows_links: file.follows_links,
            asked: file.asked,
            tolerance: file.tolerance,
            stops_by_word: file.stops_by == StopsBy::Word,
            stop_words: or(file.stop_words, "STOP"),
            likes,
        })
    }

    /// How they like a template: the first entry that it fits.
    pub(super) fn like(&self, template: &Template<'_>) -> Option<&(Like, Option<Mind>)> {
        self.likes.iter().find(|(like, _)| {
            like.name.as_ref().is_none_or(|name| name.fits(template.name))
                && like.category.is_none_or(|category| category == template.category)
        })
    }

    /// Whether they understand a template's language; those whose language is not said understand all.
    pub(super) fn understands(&self, language: &str) -> bool {
        fn primary(of: &str) -> &str {
            of.split(['_', '-']).next().unwrap_or_default()
        }
        self.language.is_empty() || primary(&self.language).eq_ignore_ascii_case(primary(language))
    }

    /// The number of the last person.
    pub fn last(&self) -> u64 {
        self.first + u64::from(self.size) - 1
    }

    /// What they write: a line of what they say, or a stop word.
    pub(super) fn line(&self, line: u16, stops: bool) -> &str {
        let lines = if stops { &self.stop_words } else { &self.says };
        let place = usize::from(line) % lines.len().max(1);
        lines.get(place).map_or("", String::as_str)
    }
}

fn back_after(BackAfter(span): BackAfter) -> Option<Millis> {
    span.map(|span| span.0)
}

fn or(lines: Vec<String>, default: &str) -> Vec<String> {
    if lines.is_empty() {
        vec![default.to_owned()]
    } else {
        lines
    }
}

fn check(holds: bool, path: String, reason: &str) -> Result<(), PeopleError> {
    if holds {
        Ok(())
    } else {
        Err(PeopleError::new(path, reason))
    }
}

/// The country of these letters; none for none.
fn country_of(letters: &str, path: String) -> Result<Option<Country>, PeopleError> {
    let unknown = || {
        PeopleError::new(
            path,
            format!("no country with phone numbers has the letters {letters:?}"),
        )
    };
    let named = Country::named(letters).map(Some);
    if letters.is_empty() {
        Ok(None)
    } else {
        named.ok_or_else(unknown)
    }
}
