mod behaviour;
mod engagement;
mod evidence;
mod explain;
mod properties;
mod standing;
mod world;

use super::*;
use crate::edition::{Edition, EditionId};
use decider::{Millis, Timestamp};

const BLOCK: Signal = Signal::Block(BlockReason::NoReason);
const REPORT: Signal = Signal::Report(ReportReason::Spam);

/// Monday at midnight.
const START: Timestamp = Timestamp::from_millis(1_699_833_600_000);

fn params(overrides: &str) -> RatingParams {
    Edition::builtin(EditionId::PER_NUMBER_2023)
        .with_overrides(overrides)
        .unwrap()
        .rating
}

fn at(hours: u64) -> Timestamp {
    START + Millis::hours(hours)
}

/// `deliveries` messages of one hour, with `signals` on them.
fn evidence(hour: u64, deliveries: u32, signals: &[(Signal, u32)]) -> Evidence {
    let mut evidence = Evidence::default();
    for _ in 0..deliveries {
        evidence.delivered(at(hour), true);
    }
    for (signal, count) in signals {
        for _ in 0..*count {
            evidence.harmed(at(hour), *signal, false);
        }
    }
    evidence
}

fn standing(rating: Rating, since: u64) -> Standing {
    Standing {
        rating,
        since: at(since),
        ..Standing::default()
    }
}
