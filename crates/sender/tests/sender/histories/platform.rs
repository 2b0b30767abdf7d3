//! A platform to test against, that counts by its own rules: who is in use, whose window is open. As strict as any
//! edition: it counts from acceptance and again from delivery.

use std::collections::{BTreeMap, BTreeSet};

use decider::{Millis, Timestamp};
use rulebook::edition::{Blocks, Edition, EditionId};
use sender::ids::AttemptId;
use sender::portfolio::command::Progress;

/// What becomes of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    /// Milliseconds until the platform has it.
    arrives: u64,
    /// Milliseconds from then until the answer is there; `None`: it is lost.
    answers: Option<u64>,
    /// The code that it is refused with.
    refused: Option<u32>,
}

impl Fate {
    pub(super) fn accepted(arrives: u64, answers: u64) -> Self {
        Fate {
            arrives,
            answers: Some(answers),
            refused: None,
        }
    }

    pub(super) fn refused(arrives: u64, answers: u64, code: u32) -> Self {
        Fate {
            refused: Some(code),
            ..Self::accepted(arrives, answers)
        }
    }

    pub(super) fn lost(arrives: u64) -> Self {
        Fate {
            arrives,
            answers: None,
            refused: None,
        }
    }
}

pub(super) enum Answered {
    Accepted(u64),
    Refused(u32),
}

enum Due {
    Arrives {
        who: u64,
        template: bool,
        fate: Fate,
        limits: u32,
    },
    Answers(Answered),
}

#[derive(Clone, Copy)]
struct Message {
    who: u64,
    counted: Option<Timestamp>,
    delivered: bool,
    failed: bool,
}

pub(super) struct Platform {
    edition: &'static Edition,
    limit: u32,
    /// How often the limit was lowered.
    limits: u32,
    inbound: BTreeMap<u64, Timestamp>,
    /// Numbers that nobody has any more.
    dead: BTreeSet<u64>,
    under_way: BTreeMap<(Timestamp, AttemptId), Due>,
    messages: BTreeMap<AttemptId, Message>,
    foreign: Vec<(u64, Timestamp)>,
    /// How often somebody new came while the limit was used up.
    pub(super) surprises: u32,
}

impl Platform {
    pub(super) fn new(edition: EditionId, limit: u32) -> Self {
        Platform {
            edition: Edition::builtin(edition),
            limit,
            limits: 0,
            inbound: BTreeMap::new(),
            dead: BTreeSet::new(),
            under_way: BTreeMap::new(),
            messages: BTreeMap::new(),
            foreign: Vec::new(),
            surprises: 0,
        }
    }

    pub(super) fn set_limit(&mut self, people: u32) {
        self.limits += u32::from(people < self.limit);
        self.limit = people;
    }

    pub(super) fn inbound(&mut self, from: u64, at: Timestamp) {
        self.inbound.insert(from, at);
    }

    /// A person takes another number, if nobody ever wrote from it or left it: a number that is given out again is
    /// somebody else, which the sender is not told.
    pub(super) fn changed(&mut self, was: u64, is: u64) -> bool {
        let free = !self.dead.contains(&is) && !self.inbound.contains_key(&is);
        if free {
            self.dead.insert(was);
        }
        free
    }

    pub(super) fn is_dead(&self, who: u64) -> bool {
        self.dead.contains(&who)
    }

    pub(super) fn expect(
        &mut self,
        attempt: AttemptId,
        who: u64,
        template: bool,
        now: Timestamp,
        fate: Fate,
    ) {
        let at = now + Millis::new(fate.arrives);
        let limits = self.limits;
        let arrives = Due::Arrives {
            who,
            template,
            fate,
            limits,
        };
        self.under_way.insert((at, attempt), arrives);
    }

    pub(super) fn next(&self) -> Option<Timestamp> {
        self.under_way.keys().next().map(|(at, _)| *at)
    }

    /// The first of what is under way happens; gives an answer that is there now.
    pub(super) fn happens(&mut self, now: Timestamp) -> Option<(AttemptId, Answered)> {
        let ((_, attempt), due) = self.under_way.pop_first()?;
        let (who, template, fate, limits) = match due {
            Due::Answers(answered) => return Some((attempt, answered)),
            Due::Arrives {
                who,
                template,
                fate,
                limits,
            } => (who, template, fate, limits),
        };
        let answered = match fate.refused {
            Some(code) => Answered::Refused(code),
            None if self.is_dead(who) => Answered::Refused(131_026),
            None if self.takes(attempt, who, template, limits, now) => Answered::Accepted(who),
            None => Answered::Refused(131_048),
        };
        if let Some(after) = fate.answers {
            let at = now + Millis::new(after);
            self.under_way.insert((at, attempt), Due::Answers(answered));
        }
        None
    }

    fn takes(&mut self, attempt: AttemptId, who: u64, template: bool, limits: u32, now: Timestamp) -> bool {
        let counts = template && !self.is_open(who, now);
        if counts && !self.has_room(who, now) {
            // A limit that was lowered meanwhile excuses it, and that it was used up meanwhile while it blocks everybody.
            let new = !self.users(now).contains(&who);
            self.surprises += u32::from(new && limits == self.limits);
            return false;
        }
        let message = Message {
            who,
            counted: counts.then_some(now),
            delivered: false,
            failed: false,
        };
        self.messages.insert(attempt, message);
        true
    }

    fn has_room(&self, who: u64, now: Timestamp) -> bool {
        let used = self.users(now);
        let full = used.len() as u32 >= self.limit;
        !full || (used.contains(&who) && self.edition.restricted.blocks == Blocks::NewRecipients)
    }

    fn is_open(&self, who: u64, now: Timestamp) -> bool {
        self.inbound.get(&who).is_some_and(|at| *at + Millis::DAY > now)
    }

    fn users(&self, now: Timestamp) -> BTreeSet<u64> {
        let lives = |at: Timestamp| at + self.edition.limits.window > now;
        let frees = self.edition.limits.failed_frees;
        let ours = self
            .messages
            .values()
            .filter(|m| !(m.failed && frees && !m.delivered));
        let ours = ours.filter(|m| m.counted.is_some_and(lives)).map(|m| m.who);
        let others = self
            .foreign
            .iter()
            .filter(|(_, at)| lives(*at))
            .map(|(who, _)| *who);
        ours.chain(others).collect()
    }

    pub(super) fn used(&self, now: Timestamp) -> u32 {
        self.users(now).len() as u32
    }

    /// Somebody else writes to a person; it goes if there is room beside what is under way from us.
    pub(super) fn foreign(&mut self, who: u64, now: Timestamp) -> bool {
        let under_way = self
            .under_way
            .values()
            .filter(|due| matches!(due, Due::Arrives { .. }));
        let goes = self.used(now) + under_way.count() as u32 + 1 < self.limit;
        if goes {
            self.foreign.push((who, now));
        }
        goes
    }

    /// A message comes further, if that can be.
    pub(super) fn progress(&mut self, attempt: AttemptId, progress: Progress, now: Timestamp) -> bool {
        let (frees, window) = (self.edition.limits.failed_frees, self.edition.limits.window);
        let Some(message) = self.messages.get_mut(&attempt) else {
            return false;
        };
        match progress {
            Progress::Sent => {}
            Progress::Failed if message.delivered => return false,
            Progress::Failed => message.failed = true,
            Progress::Delivered | Progress::Read if message.failed => return false,
            Progress::Delivered | Progress::Read => {
                // What arrives after more than a day nobody can foresee.
                let lives = message.counted.is_some_and(|at| at + window > now);
                if frees && !message.delivered && lives {
                    message.counted = Some(now);
                }
                message.delivered = true;
            }
        }
        true
    }
}
