//! The rating itself and its changes: worse at once and only on a harmful signal, better by the hour and in steps.
//!
//! Promises: silence never worsens a rating; a rating is left one step at a time for the better (Q1, Q4, Q5).
//! Must not know: what follows from a change (statuses, pauses, notices).

use super::belief::{Assessment, assess, raised};
use super::{Evidence, RatingParams};
use decider::Timestamp;
use serde::{Deserialize, Serialize};

/// A quality rating (Q1). The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[repr(u8)]
pub enum Rating {
    /// Not yet known.
    #[default]
    Unknown = 0,
    /// High.
    Green = 1,
    /// Medium.
    Yellow = 2,
    /// Low.
    Red = 3,
}

impl Rating {
    /// Every rating, in the order of their numbers.
    pub const ALL: [Rating; 4] = [Rating::Unknown, Rating::Green, Rating::Yellow, Rating::Red];

    /// The permanent number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The rating of a permanent number.
    pub fn from_number(number: u8) -> Option<Rating> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The platform's word: `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub fn label(self) -> &'static str {
        match self {
            Rating::Unknown => "UNKNOWN",
            Rating::Green => "GREEN",
            Rating::Yellow => "YELLOW",
            Rating::Red => "RED",
        }
    }

    /// Whether this is lower than `other`. UNKNOWN ranks with GREEN: it is neither worse nor better.
    pub fn is_worse_than(self, other: Rating) -> bool {
        self.rank() > other.rank()
    }

    /// Whether this is higher than `other`.
    pub fn is_better_than(self, other: Rating) -> bool {
        self.rank() < other.rank()
    }

    const fn rank(self) -> u8 {
        match self {
            Rating::Unknown | Rating::Green => 0,
            Rating::Yellow => 1,
            Rating::Red => 2,
        }
    }
}

/// Why a rating is RED by itself, whatever the feedback. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum RedReason {
    /// Review found prohibited content (Q7, Q9).
    ProhibitedContent = 0,
    /// There is no way to a person (Q6, H1).
    NoWayToPerson = 1,
}

impl RedReason {
    /// In words, for a person.
    pub fn label(self) -> &'static str {
        match self {
            RedReason::ProhibitedContent => "prohibited content",
            RedReason::NoWayToPerson => "no direct way to a person",
        }
    }
}

/// The greatest exposure of late; it halves as time passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Peak {
    /// In thousandths of a message.
    pub exposure_milli: u64,
    /// When it was so great.
    #[serde(with = "super::stamp")]
    pub at: Timestamp,
}

/// A rating with what its next change depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Standing {
    /// The rating in force.
    pub rating: Rating,
    /// When it was last changed.
    #[serde(with = "super::stamp")]
    pub since: Timestamp,
    /// The greatest exposure of late.
    pub peak: Peak,
    /// While there is a reason the rating stays RED.
    pub hold: Option<RedReason>,
}

/// What an hourly evaluation comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hourly {
    /// The new rating, if it changes.
    pub rating: Option<Rating>,
    /// The peak from now on.
    pub peak: Peak,
}

/// The worse rating that a harmful signal, just counted, brings; at once, and from GREEN straight to RED if need be.
/// UNKNOWN becomes RED when it is clearly bad, and stays otherwise.
pub fn after_harm(
    params: &RatingParams,
    evidence: &Evidence,
    standing: &Standing,
    now: Timestamp,
) -> Option<Rating> {
    if standing.rating == Rating::Red {
        return None;
    }
    judged(params, standing, &assess(params, evidence, standing, now))
}

/// The worse rating that an assessment after a harmful signal brings.
pub(super) fn judged(params: &RatingParams, standing: &Standing, assessment: &Assessment) -> Option<Rating> {
    let told = told(params, assessment);
    let clearly = standing.rating != Rating::Unknown || told == Rating::Red;
    (clearly && told.is_worse_than(standing.rating)).then_some(told)
}

/// The rating with which UNKNOWN is left once enough was delivered; the delivery is already counted.
pub fn after_delivery(
    params: &RatingParams,
    evidence: &Evidence,
    standing: &Standing,
    now: Timestamp,
) -> Option<Rating> {
    if standing.rating != Rating::Unknown {
        return None;
    }
    let assessment = assess(params, evidence, standing, now);
    (assessment.deliveries >= u64::from(params.known_after)).then(|| told(params, &assessment))
}

/// What the passing of time brings: a better rating, one step at a time, [`RatingParams::dwell`] after the last
/// change. The last step is UNKNOWN, when the window holds no delivery at all.
pub fn hourly(params: &RatingParams, evidence: &Evidence, standing: &Standing, now: Timestamp) -> Hourly {
    let assessment = assess(params, evidence, standing, now);
    let peak = raised(params, &standing.peak, assessment.exposure, now);
    let rests = standing.hold.is_some() || now.since(standing.since) < params.dwell;
    Hourly {
        rating: if rests {
            None
        } else {
            better(params, standing.rating, &assessment)
        },
        peak,
    }
}

fn better(params: &RatingParams, rating: Rating, assessment: &Assessment) -> Option<Rating> {
    match rating {
        Rating::Red => assessment
            .is_below(params, params.red_ppm)
            .then_some(Rating::Yellow),
        Rating::Yellow => assessment
            .is_below(params, params.yellow_ppm)
            .then_some(Rating::Green),
        Rating::Green => (assessment.deliveries == 0).then_some(Rating::Unknown),
        Rating::Unknown => None,
    }
}

fn told(params: &RatingParams, assessment: &Assessment) -> Rating {
    if assessment.is_over(params, params.red_ppm) {
        Rating::Red
    } else if assessment.is_over(params, params.yellow_ppm) {
        Rating::Yellow
    } else {
        Rating::Green
    }
}

/// The rating that feedback alone gives, as if the number had none: UNKNOWN while too little was delivered, unless it is
/// clearly bad.
pub fn afresh(params: &RatingParams, evidence: &Evidence, standing: &Standing, now: Timestamp) -> Rating {
    let assessment = assess(params, evidence, standing, now);
    let told = told(params, &assessment);
    if told == Rating::Red || assessment.deliveries >= u64::from(params.known_after) {
        told
    } else {
        Rating::Unknown
    }
}
