//! What becomes of a message at its person: whether and when it arrives, and what they do about it.
//!
//! Promises: the outcome follows from (seed, person, message) and the circumstances given, and from nothing else.
//! More to resent never makes anybody milder.

use decider::{Millis, Timestamp};
use rulebook::rating::Signal;
use rulebook::template::draft::Category;
use serde::{Deserialize, Serialize};

use super::cast::Person;
use super::draw::{Draws, Question};
use super::group::Mind;
use super::values::Share;

/// The platform's code for somebody who cannot be reached.
const UNDELIVERABLE: u32 = 131_026;
/// Whoever wakes up looks at their messages within so long, half of them in a twentieth of it.
const MORNING: Millis = Millis::hours(1);

/// What a person does, or what becomes of a message: the variants are stored by their place and never reordered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Act {
    /// It arrives.
    Arrive,
    /// It fails with this code.
    Fail(u32),
    /// They read it, with receipts on.
    Read,
    /// They answer, with this line of what they say.
    Reply(u16),
    /// They write this one of their stop words.
    StopWord(u16),
    /// They do something against it.
    Against(Signal),
    /// They follow a link in it.
    FollowLink,
}

impl Act {
    /// In words, before the instant.
    pub fn words(self) -> String {
        match self {
            Act::Arrive => "it arrives at".to_owned(),
            Act::Fail(code) => format!("it fails with {code} at"),
            Act::Read => "its person reads it at".to_owned(),
            Act::Reply(_) => "its person answers at".to_owned(),
            Act::StopWord(_) => "its person writes a stop word at".to_owned(),
            Act::Against(signal) => format!("its person will have {} at", signal.kind().label()),
            Act::FollowLink => "its person follows a link at".to_owned(),
        }
    }
}

/// Whether a message arrives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// Like any other.
    AtOnce,
    /// So long after it was accepted.
    After(Millis),
    /// Not at all.
    Never,
    /// It fails with this code.
    Fails(u32),
}

/// A template as people see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Template<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its language, such as `en_US`.
    pub language: &'a str,
    /// Its category.
    pub category: Category,
    /// It has a button with a link.
    pub has_link: bool,
}

/// How things stand when a message arrives.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The instant.
    pub at: Timestamp,
    /// With which template; `None` for a free-form message.
    pub template: Option<Template<'a>>,
    /// Outside an open customer service window.
    pub business_initiated: bool,
    /// Nothing passed between this number and the person before.
    pub stranger: bool,
    /// Marketing messages of this number to the person in the last 7 days, this one included.
    pub promotions: u32,
    /// They have asked for no more promotions.
    pub stopped: bool,
    /// They have muted the chat.
    pub muted: bool,
    /// They have archived the chat.
    pub archived: bool,
}

/// What a person will do about one message, in order of time: a handful at most.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Planned {
    acts: [Option<(Timestamp, Act)>; 3],
}

impl Planned {
    /// The most that one person does about one message.
    pub const MAX: usize = 3;

    fn add(&mut self, at: Timestamp, act: Act) {
        if let Some(free) = self.acts.iter_mut().find(|act| act.is_none()) {
            *free = Some((at, act));
        }
    }

    /// What they do, and when.
    pub fn acts(&self) -> impl Iterator<Item = (Timestamp, Act)> + '_ {
        self.acts.iter().flatten().copied()
    }
}

impl Person<'_> {
    /// Whether and when `message`, which names it for ever, reaches this person.
    pub fn arrival(&self, message: u64) -> Arrival {
        let group = self.group;
        if !self.has_app() {
            return Arrival::Fails(UNDELIVERABLE);
        }
        let draws = self.draws(message);
        if draws.chance(Question::PhoneOn, group.phone_on) {
            return Arrival::AtOnce;
        }
        match group.back_after {
            Some(median) => Arrival::After(self.span(draws, Question::BackAfter, median)),
            None => Arrival::Never,
        }
    }

    /// What they do about a message that has arrived.
    pub fn reactions(&self, message: u64, now: &Circumstances<'_>) -> Planned {
        let (group, draws) = (self.group, self.draws(message));
        let like = now.template.as_ref().and_then(|template| group.like(template));
        let seen = self.seen(draws, now.at);
        let mut planned = Planned::default();
        let reads = like.and_then(|(like, _)| like.reads).unwrap_or(group.reads);
        let reads = if now.muted {
            reads.of(group.muted_reads)
        } else {
            reads
        };
        let reads = if now.archived {
            reads.of(group.archived_reads)
        } else {
            reads
        };
        let reads = draws.chance(Question::Reads, reads);
        if reads && self.gives_receipts() {
            planned.add(seen, Act::Read);
        }
        if let Some(act) = self.resents(draws, now) {
            let after = self.span(draws, Question::ResentsAfter, group.reacts_after);
            planned.add(seen + after, act);
            return planned;
        }
        if !reads {
            return planned;
        }
        let links = like
            .and_then(|(like, _)| like.follows_links)
            .unwrap_or(group.follows_links);
        let has_link = now.template.is_some_and(|template| template.has_link);
        if has_link && draws.chance(Question::FollowsLink, links) {
            let after = self.span(draws, Question::LinkAfter, group.reacts_after);
            planned.add(seen + after, Act::FollowLink);
        }
        let replies = match now.template {
            None => group.chats,
            Some(_) => like.and_then(|(like, _)| like.replies).unwrap_or(group.replies),
        };
        if draws.chance(Question::Replies, replies) {
            let after = self.span(draws, Question::ReplyAfter, group.replies_after);
            let line = draws.one_of(Question::Line, group.says.len());
            planned.add(seen + after, Act::Reply(line as u16));
        }
        planned
            .acts
            .sort_by_key(|act| act.map_or(Timestamp::MAX, |(at, _)| at));
        planned
    }

    /// When they look at it.
    fn seen(&self, draws: Draws, arrived: Timestamp) -> Timestamp {
        let group = self.group;
        let seen = arrived + self.span(draws, Question::ReadAfter, group.reads_after);
        let wait = group.awake.wait(group.offset.local(seen.millis()));
        if wait == Millis::ZERO {
            return seen;
        }
        let morning = Millis::new(MORNING.get() / 20);
        seen + wait + self.span(draws, Question::GetsUp, morning)
    }

    /// What they do against it, if they resent it. Nobody resents an answer.
    fn resents(&self, draws: Draws, now: &Circumstances<'_>) -> Option<Act> {
        let template = now.template?;
        let mind = self.mind(&template, now);
        let drawn = draws.ppm(Question::Resents);
        let mut until = 0;
        let mut falls = |share: Share| {
            until += share.ppm();
            drawn < until
        };
        if falls(mind.report) {
            Some(Act::Against(Signal::Report(mind.report_reason)))
        } else if falls(mind.block) {
            Some(Act::Against(Signal::Block(mind.block_reason)))
        } else if falls(mind.stop) {
            let line = draws.one_of(Question::Line, self.group.stop_words.len());
            let by_word = self.group.stops_by_word;
            Some(if by_word {
                Act::StopWord(line as u16)
            } else {
                Act::Against(Signal::OptOut)
            })
        } else if falls(mind.mute) {
            Some(Act::Against(Signal::Mute))
        } else if falls(mind.archive) {
            Some(Act::Against(Signal::Archive))
        } else {
            None
        }
    }

    /// What they think of it: everything that applies, from what is least to what is most resented.
    fn mind(&self, template: &Template<'_>, now: &Circumstances<'_>) -> Mind {
        let group = self.group;
        let like = group.like(template);
        let promotion = template.category == Category::Marketing;
        let greets = like.is_some_and(|(like, _)| like.greeting);
        let applies = [
            (!group.understands(template.language), group.foreign),
            (promotion && now.promotions > group.tolerance, group.too_many),
            (now.business_initiated && now.stranger && greets, group.greeting),
            (
                now.business_initiated && (!self.asked() || (now.stopped && promotion)),
                group.unasked,
            ),
        ];
        let usual = like.and_then(|(_, usual)| *usual).unwrap_or(group.usual);
        let harder = applies.into_iter().filter(|(applies, _)| *applies);
        harder.fold(usual, |mind, (_, harder)| mind.with(harder))
    }

    fn draws(&self, message: u64) -> Draws {
        Draws::of_person(self.seed, self.e164).of_message(message)
    }

    fn span(&self, draws: Draws, question: Question, median: Millis) -> Millis {
        if self.group.fixed {
            median
        } else {
            draws.span(question, median)
        }
    }
}
