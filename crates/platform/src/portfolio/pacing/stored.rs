//! The stored form of [`Pacing`]: lists in order, stamps in milliseconds since the Unix epoch.

use std::collections::{BTreeMap, VecDeque};

use decider::Timestamp;
use rulebook::template::pacing::History;
use serde::{Deserialize, Serialize};

use super::{Pacing, Round};
use crate::ids::{MessageId, TemplateIx};
use crate::portfolio::event::Verdict;
use crate::portfolio::snapshot::sections::{Section, write};

/// What pacing knows.
pub(crate) const SECTION: Section = Section {
    id: 20,
    version: 1,
    store: |portfolio| {
        let pacing = &portfolio.pacing;
        let nothing = pacing.rounds.is_empty() && pacing.histories.is_empty() && pacing.paused.is_empty();
        (!nothing).then(|| write(&PacingV1::of(pacing)))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|stored: PacingV1| portfolio.pacing = stored.pacing())),
        _ => None,
    },
};

/// What the portfolio sent, and whether it is watched. Read after [`SECTION`].
pub(crate) const TRAFFIC: Section = Section {
    id: 75,
    version: 1,
    store: |portfolio| {
        let pacing = &portfolio.pacing;
        let nothing = pacing.traffic.is_empty() && !pacing.watched;
        (!nothing).then(|| write(&(&pacing.traffic, pacing.watched)))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(postcard::from_bytes(bytes).map(|(traffic, watched)| {
            portfolio.pacing.traffic = traffic;
            portfolio.pacing.watched = watched;
        })),
        _ => None,
    },
};

#[derive(Serialize, Deserialize)]
struct PacingV1 {
    rounds: Vec<(TemplateIx, RoundV1)>,
    /// By WABA: last trouble, last pause of a utility template, GREEN ones.
    histories: Vec<(Option<u64>, Option<u64>, u32)>,
    paused: Vec<(TemplateIx, u64)>,
}

#[derive(Serialize, Deserialize)]
struct RoundV1 {
    began: u64,
    accepted: u32,
    reads: u32,
    held: Vec<MessageId>,
    since: Option<u64>,
    verdict: Option<(Verdict, u64)>,
    left: Vec<MessageId>,
    arrivals: Vec<(u64, u32)>,
}

impl PacingV1 {
    fn of(pacing: &Pacing) -> Self {
        let history = |h: &History| {
            let millis = |at: Option<Timestamp>| at.map(Timestamp::millis);
            (millis(h.last_bad), millis(h.utility_paused), h.green)
        };
        PacingV1 {
            rounds: pacing
                .rounds
                .iter()
                .map(|(of, round)| (*of, RoundV1::of(round)))
                .collect(),
            histories: pacing.histories.iter().map(history).collect(),
            paused: pacing
                .paused
                .iter()
                .map(|(of, since)| (*of, since.millis()))
                .collect(),
        }
    }

    fn pacing(self) -> Pacing {
        let history = |(last_bad, utility_paused, green): (Option<u64>, Option<u64>, u32)| History {
            last_bad: last_bad.map(Timestamp::from_millis),
            utility_paused: utility_paused.map(Timestamp::from_millis),
            green,
        };
        let rounds: BTreeMap<_, _> = (self.rounds.into_iter())
            .map(|(of, round)| (of, round.round()))
            .collect();
        let paused = self.paused.into_iter();
        Pacing {
            rounds,
            histories: self.histories.into_iter().map(history).collect(),
            paused: paused
                .map(|(of, since)| (of, Timestamp::from_millis(since)))
                .collect(),
            ..Pacing::default()
        }
    }
}

impl RoundV1 {
    fn of(round: &Round) -> Self {
        RoundV1 {
            began: round.began.millis(),
            accepted: round.accepted,
            reads: round.reads,
            held: round.held.iter().copied().collect(),
            since: round.since.map(Timestamp::millis),
            verdict: round.verdict.map(|(verdict, at)| (verdict, at.millis())),
            left: round.left.iter().copied().collect(),
            arrivals: round
                .arrivals
                .iter()
                .map(|(at, count)| (at.millis(), *count))
                .collect(),
        }
    }

    fn round(self) -> Round {
        let arrivals = self.arrivals.into_iter();
        Round {
            began: Timestamp::from_millis(self.began),
            accepted: self.accepted,
            reads: self.reads,
            held: VecDeque::from(self.held),
            since: self.since.map(Timestamp::from_millis),
            verdict: (self.verdict).map(|(verdict, at)| (verdict, Timestamp::from_millis(at))),
            left: VecDeque::from(self.left),
            arrivals: arrivals
                .map(|(at, count)| (Timestamp::from_millis(at), count))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{NumberIx, WabaIx};
    use crate::portfolio::snapshot::sections::tests::check;
    use rulebook::edition::{Edition, EditionId};

    #[test]
    fn what_a_portfolio_sent_is_stored() {
        let rules = &Edition::builtin(EditionId::PER_PORTFOLIO_2026).pacing.portfolio;
        check(&TRAFFIC, 0, "01 c79f01 02 02 01 e0fe820e 02 02 01", |portfolio| {
            let pacing = &mut portfolio.pacing;
            pacing
                .traffic
                .note(rules, Timestamp::from_millis(1_764_547_200_000));
            pacing
                .traffic
                .note(rules, Timestamp::from_millis(1_764_547_200_001));
            pacing.watched = true;
        });
    }

    #[test]
    fn what_pacing_knows_is_stored() {
        let at = Timestamp::from_millis;
        let message = |seq| MessageId {
            number: NumberIx(0),
            seq,
        };
        let hex = "01 05 01 02 01 0100 03 0102 01 00 03 0100 01 01 04 01 01 0105 00 02 01 06 07";
        check(&SECTION, 0, hex, |portfolio| {
            let round = Round {
                accepted: 2,
                reads: 1,
                held: [message(3)].into(),
                since: Some(at(2)),
                verdict: Some((Verdict::Drop, at(3))),
                left: [message(1)].into(),
                arrivals: [(at(4), 1)].into(),
                ..Round::new(at(1))
            };
            let pacing = &mut portfolio.pacing;
            pacing.rounds.insert(TemplateIx(5), round);
            *pacing.history_mut(WabaIx(0)) = History {
                last_bad: Some(at(5)),
                utility_paused: None,
                green: 2,
            };
            pacing.set_paused(TemplateIx(6), Some(at(7)));
        });
    }
}
