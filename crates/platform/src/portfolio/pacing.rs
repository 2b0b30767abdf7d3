//! Pacing at work (T7): messages that wait for feedback on others, by the template that is paced.
//!
//! Promises: messages are judged, released and dropped in the order in which they were accepted; what falls under no
//! pacing costs one look at an empty map. Must not know: when a rule holds a message or lets it go.

mod stored;

use std::collections::{BTreeMap, VecDeque};

use decider::{Millis, Timestamp, mix};
use rulebook::portfolio_pacing::Traffic;
use rulebook::template::pacing::History;

use super::event::Verdict;
use crate::ids::{MessageId, TemplateIx, WabaIx};

pub(crate) use stored::{SECTION, TRAFFIC};

/// What pacing knows of a portfolio.
#[derive(Debug, Default)]
pub struct Pacing {
    /// Templates that are paced now.
    pub(super) rounds: BTreeMap<TemplateIx, Round>,
    /// By WABA; shorter while nothing happened to its templates.
    histories: Vec<History>,
    /// Templates paused by pacing, and since when.
    paused: BTreeMap<TemplateIx, Timestamp>,
    /// The templates that the portfolio sent, where that is asked for.
    pub traffic: Traffic,
    /// The platform watches the portfolio.
    pub watched: bool,
}

/// One paced template: from the first message that counts until all that were held are gone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Round {
    /// When it began; feedback on earlier messages says nothing.
    pub(super) began: Timestamp,
    /// Messages accepted since.
    pub(super) accepted: u32,
    /// How many of them were read.
    pub(super) reads: u32,
    /// Those that wait.
    pub(super) held: VecDeque<MessageId>,
    /// When the first of them was held.
    pub(super) since: Option<Timestamp>,
    /// What was decided about them, and when.
    pub(super) verdict: Option<(Verdict, Timestamp)>,
    /// Those that were released and have not arrived yet.
    pub(super) left: VecDeque<MessageId>,
    /// How many of these arrive when.
    pub(super) arrivals: VecDeque<(Timestamp, u32)>,
}

impl Round {
    pub(super) fn new(began: Timestamp) -> Self {
        Round {
            began,
            accepted: 0,
            reads: 0,
            held: VecDeque::new(),
            since: None,
            verdict: None,
            left: VecDeque::new(),
            arrivals: VecDeque::new(),
        }
    }

    pub(super) fn hold(&mut self, message: MessageId, at: Timestamp) {
        self.held.push_back(message);
        self.since.get_or_insert(at);
    }

    /// The first `count` of those that wait are gone; with the last of them, or of those that were let go, what was
    /// decided is done.
    pub(super) fn gone(&mut self, count: usize, at: Timestamp) {
        self.held.drain(..count.min(self.held.len()));
        if let Some((Verdict::Release(rest), _)) = &mut self.verdict {
            *rest = rest.saturating_sub(count as u32);
        }
        let done = matches!(self.verdict, Some((Verdict::Release(0), _)));
        if self.held.is_empty() {
            let (left, arrivals) = (
                core::mem::take(&mut self.left),
                core::mem::take(&mut self.arrivals),
            );
            *self = Round {
                left,
                arrivals,
                ..Round::new(at)
            };
        } else if done {
            // The rest waits for the next judgement.
            (self.since, self.verdict) = (Some(at), None);
        }
    }

    /// Released messages arrive after `span`.
    pub(super) fn travels(&mut self, messages: &[MessageId], arrive: Timestamp) {
        self.left.extend(messages);
        self.arrivals.push_back((arrive, messages.len() as u32));
    }

    /// The first batch of those that were released has arrived.
    pub(super) fn arrived(&mut self) {
        if let Some((_, count)) = self.arrivals.pop_front() {
            self.left.drain(..(count as usize).min(self.left.len()));
        }
    }

    /// Nothing waits, nothing travels, nothing counts.
    pub(super) fn is_over(&self) -> bool {
        self.held.is_empty() && self.left.is_empty() && self.accepted == 0
    }

    /// When there is something to do, where what is held is judged by time after `guard`.
    pub(super) fn deadline(&self, guard: Millis) -> Option<Timestamp> {
        let judged = match (self.held.is_empty(), self.verdict) {
            (true, _) => None,
            (false, Some((_, at))) => Some(at),
            (false, None) => self.since.map(|since| since + guard),
        };
        let arrival = self.arrivals.front().map(|(at, _)| *at);
        match (judged, arrival) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    fn digest(&self) -> u64 {
        let last = self.held.back().map_or(0, |message| message.content_key());
        let since = self.since.map_or(0, Timestamp::millis);
        mix(self.began.millis() ^ (u64::from(self.accepted) << 32) ^ u64::from(self.reads))
            ^ mix(last ^ (self.held.len() as u64) << 40)
            ^ mix(since ^ (self.left.len() as u64) << 48)
    }
}

impl Pacing {
    /// What is known of the quality of an account's templates.
    pub fn history(&self, waba: WabaIx) -> History {
        self.histories.get(waba.index()).copied().unwrap_or_default()
    }

    pub(super) fn history_mut(&mut self, waba: WabaIx) -> &mut History {
        if self.histories.len() <= waba.index() {
            self.histories.resize(waba.index() + 1, History::default());
        }
        &mut self.histories[waba.index()]
    }

    /// Since when a template is paused by pacing; `None` if it is not.
    pub fn paused_since(&self, template: TemplateIx) -> Option<Timestamp> {
        self.paused.get(&template).copied()
    }

    pub(super) fn set_paused(&mut self, template: TemplateIx, since: Option<Timestamp>) {
        match since {
            Some(since) => self.paused.insert(template, since),
            None => self.paused.remove(&template),
        };
    }

    /// The messages of the whole portfolio that wait.
    pub(super) fn of_portfolio(&self) -> impl Iterator<Item = MessageId> + '_ {
        let round = self.rounds.get(&TemplateIx::NONE);
        round.into_iter().flat_map(|round| round.held.iter().copied())
    }

    /// How many messages of a template wait for feedback on others of it; of [`TemplateIx::NONE`], of the portfolio.
    pub fn held(&self, template: TemplateIx) -> usize {
        self.rounds.get(&template).map_or(0, |round| round.held.len())
    }

    /// Changes with every change.
    pub(super) fn digest(&self) -> u64 {
        let mut digest = self.histories.len() as u64;
        let millis = |at: Option<Timestamp>| at.map_or(0, Timestamp::millis);
        for history in &self.histories {
            digest = mix(digest ^ millis(history.last_bad) ^ (u64::from(history.green) << 48));
            digest = mix(digest ^ millis(history.utility_paused));
        }
        for (template, round) in &self.rounds {
            digest = mix(digest ^ round.digest() ^ u64::from(template.0));
        }
        for (template, since) in &self.paused {
            digest = mix(digest ^ since.millis() ^ (u64::from(template.0) << 44));
        }
        digest ^ self.traffic.digest() ^ u64::from(self.watched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::NumberIx;

    fn message(seq: u32) -> MessageId {
        MessageId {
            number: NumberIx(0),
            seq,
        }
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000) + Millis::seconds(seconds)
    }

    /// Three held, two let go first, then the rest: each judgement is done when its messages are gone.
    #[test]
    fn a_round_is_judged_in_parts_and_ends_when_the_last_has_arrived() {
        let guard = Millis::minutes(60);
        let mut round = Round::new(at(0));
        round.accepted = 3;
        for seq in 0..3 {
            round.hold(message(seq), at(1 + u64::from(seq)));
        }
        assert_eq!(round.deadline(guard), Some(at(3_601)));
        round.verdict = Some((Verdict::Release(2), at(9)));
        assert_eq!(round.deadline(guard), Some(at(9)));
        round.travels(&[message(0), message(1)], at(10));
        round.gone(2, at(9));
        assert_eq!((round.held.len(), round.verdict), (1, None));
        assert_eq!(round.deadline(guard), Some(at(10)), "the first have to arrive");
        round.arrived();
        assert_eq!(round.deadline(guard), Some(at(3_609)), "judged anew from here on");
        round.verdict = Some((Verdict::Drop, at(20)));
        round.gone(1, at(20));
        assert_eq!(round.deadline(guard), None);
        assert!(round.is_over());
    }
}
