//! The owner's policy: one value in the state, with a version; set as a whole by a command.
//!
//! Promises: every value has a default that lets an unchanged app go on working; each bound says what it is for.
//! Must not know: the platform's rules ([`rulebook`]), how a policy is written down at the edge.

use decider::Millis;
use serde::{Deserialize, Serialize};

use crate::caps::Cap;
use crate::lane::{Lane, Lanes};
use crate::quiet_hours::QuietHours;

/// How far something reaches that was said to one number. The order is permanent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// That number.
    Number,
    /// All numbers of its brand.
    Brand,
    /// All numbers of the portfolio.
    Portfolio,
}

/// Whether consent is asked for before a send of a lane. A consent that was taken back counts always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asked {
    /// It is not.
    Never,
    /// Of people of whom any consent is recorded, or whose identity changed.
    IfRecorded,
    /// Of everybody.
    Always,
}

/// In which lanes consent is asked for. Of replies it never is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentPolicy {
    /// One-time codes.
    pub authentication: Asked,
    /// What the person asked for or takes part in.
    pub utility: Asked,
    /// All else.
    pub marketing: Asked,
}

impl ConsentPolicy {
    /// Of a lane.
    pub fn of(&self, lane: Lane) -> Asked {
        match lane {
            Lane::Service => Asked::Never,
            Lane::Authentication => self.authentication,
            Lane::Utility => self.utility,
            Lane::Marketing => self.marketing,
        }
    }
}

/// What becomes of marketing to people who are not in use yet while what is known is too old. The order is permanent: the first
/// two are stored as the no and yes that they were before there was a third.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Caution {
    /// Nothing: it goes on.
    Off,
    /// None of it goes.
    NoNewMarketing,
    /// It goes in smaller waves: while fewer people are in use than so many thousandths of the messaging limit; of no limit, of
    /// the highest one that there is.
    SmallerWaves(u16),
}

/// Version 1 of a policy. Frozen: it stands in events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Thousandths of the messaging limit that marketing leaves to utility and authentication.
    pub reserve_permille: u16,
    /// Thousandths of the limit that are used in the first 24 hours, unless a send log was imported.
    pub first_day_permille: u16,
    /// Thousandths of a number's throughput that are kept for replies.
    pub replies_permille: u16,
    /// Per-second rates are kept. Off where the clock does not run by itself.
    pub enforce_rates: bool,
    /// A send that could go within this time is held; else it is refused, with its time. In milliseconds.
    pub hold_max_ms: u64,
    /// How far an opt-out reaches that was said to one number.
    pub opt_out_reach: Reach,
    /// What a person no longer gets who said a word such as STOP.
    pub stop_lanes: Lanes,
    /// Whether consent is asked for.
    pub consent: ConsentPolicy,
    /// How many messages a person gets at most.
    pub caps: Vec<Cap>,
    /// When people are not written to.
    pub quiet_hours: Vec<QuietHours>,
    /// A request for a person is to be answered within this time; 0: it is not watched. In milliseconds.
    pub person_within_ms: u64,
    /// A number's marketing stops in the commit in which its rating falls.
    pub stop_on_drop: bool,
    /// The same text does not go to the same person again within this time; 0: it does. In milliseconds.
    pub repetition_ms: u64,
    /// No status for so long though sends were accepted: an alarm, and caution; 0: never. In milliseconds.
    pub silence_ms: u64,
    /// What is known of a number is too old after this long without a word; 0: never. In milliseconds.
    pub stale_after_ms: u64,
    /// What becomes of marketing to new people while what is known is too old.
    pub caution: Caution,
    /// An attempt of which nothing was heard for this long will never be known. In milliseconds.
    pub attempt_deadline_ms: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            reserve_permille: 100,
            first_day_permille: 500,
            replies_permille: 200,
            enforce_rates: true,
            opt_out_reach: Reach::Portfolio,
            stop_lanes: Lanes::MARKETING.with(Lane::Utility),
            consent: ConsentPolicy {
                authentication: Asked::Never,
                utility: Asked::Never,
                marketing: Asked::IfRecorded,
            },
            caps: Vec::new(),
            quiet_hours: Vec::new(),
            // Within the window in which a person can still be answered, with room for a night.
            person_within_ms: Millis::hours(12).get(),
            stop_on_drop: true,
            // Longer than a program repeats by mistake, shorter than anybody plans to.
            repetition_ms: Millis::minutes(10).get(),
            silence_ms: Millis::minutes(15).get(),
            stale_after_ms: Millis::hours(6).get(),
            caution: Caution::NoNewMarketing,
            hold_max_ms: Millis::DAY.get(),
            // Longer than an upstream call can take, shorter than anybody waits for an answer.
            attempt_deadline_ms: Millis::minutes(15).get(),
        }
    }
}

/// Thousandths of `whole`, rounded up.
pub(crate) fn share_up(whole: u32, permille: u16) -> u32 {
    let part = u64::from(whole) * u64::from(permille.min(1_000));
    part.div_ceil(1_000) as u32
}

/// Thousandths of `whole`, rounded down.
pub(crate) fn share_down(whole: u32, permille: u16) -> u32 {
    (u64::from(whole) * u64::from(permille.min(1_000)) / 1_000) as u32
}
