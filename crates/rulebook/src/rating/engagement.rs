//! Templates: beside feedback, whether people read what they were sent (T4, T10, Q8).
//!
//! Promises: low engagement lowers a rating only when the template is sent again, never in silence; the better
//! rating waits until both feedback and engagement allow it. A new epoch after a pause is a new [`Evidence`].

use super::standing::{self, Hourly, Standing};
use super::{Engagement, Evidence, Rating, TemplateRatingParams};
use decider::Timestamp;
use statrs::function::beta::beta_reg;

const PPM: f64 = 1e-6;

/// The messages that are old enough to have been read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Cohort {
    /// How many were delivered.
    pub deliveries: u64,
    /// How many of them were read.
    pub reads: u64,
}

impl Cohort {
    /// The probability that the read rate is below `ppm` millionths (a uniform prior).
    pub fn below(&self, ppm: f64) -> f64 {
        let reads = self.reads.min(self.deliveries);
        beta_reg(
            reads as f64 + 1.0,
            (self.deliveries - reads) as f64 + 1.0,
            ppm * PPM,
        )
    }
}

/// The cohort of `evidence` at `now`.
pub fn cohort(params: &TemplateRatingParams, evidence: &Evidence, now: Timestamp) -> Cohort {
    let old = evidence.within(now, params.belief.window).filter(|hour| {
        // The whole hour must be old enough.
        now.since(hour.start().next_hour()) >= params.engagement.cohort_age
    });
    old.fold(Cohort::default(), |sum, hour| Cohort {
        deliveries: sum.deliveries + u64::from(hour.deliveries()),
        reads: sum.reads + u64::from(hour.reads()),
    })
}

/// What engagement alone says, when it must be as sure as `certainty_ppm`; GREEN if it finds no fault. Without a
/// single read nothing is known: receipts are off, or nobody reports them (as when a tester only sends).
fn told(params: &Engagement, cohort: Cohort, certainty_ppm: u32) -> Rating {
    if cohort.reads == 0 {
        return Rating::Green;
    }
    let sure = f64::from(certainty_ppm) * PPM;
    let floor = f64::from(params.floor_ppm);
    if cohort.below(floor * f64::from(params.red_share_ppm) * PPM) >= sure {
        Rating::Red
    } else if cohort.below(floor) >= sure {
        Rating::Yellow
    } else {
        Rating::Green
    }
}

/// As [`standing::after_delivery`], for a template: engagement may worsen the rating too, in an hour in which
/// it was sent and at the evaluation that ends that hour.
pub fn after_template_delivery(
    params: &TemplateRatingParams,
    evidence: &Evidence,
    standing: &Standing,
    now: Timestamp,
) -> Option<Rating> {
    let sent_lately = evidence
        .hours()
        .next_back()
        .is_some_and(|hour| hour.start().next_hour() >= now);
    if standing.rating == Rating::Unknown {
        let feedback = standing::after_delivery(&params.belief, evidence, standing, now)?;
        return Some(worse_of(feedback, engaged(params, evidence, now)));
    }
    let engaged = if sent_lately {
        engaged(params, evidence, now)
    } else {
        Rating::Green
    };
    engaged.is_worse_than(standing.rating).then_some(engaged)
}

/// As [`standing::hourly`], for a template: the better rating also needs the readers.
pub fn template_hourly(
    params: &TemplateRatingParams,
    evidence: &Evidence,
    standing: &Standing,
    now: Timestamp,
) -> Hourly {
    let hourly = standing::hourly(&params.belief, evidence, standing, now);
    let cohort = cohort(params, evidence, now);
    let allowed = told(&params.engagement, cohort, params.belief.better_ppm);
    let rating = hourly.rating.filter(|rating| !allowed.is_worse_than(*rating));
    Hourly { rating, ..hourly }
}

fn engaged(params: &TemplateRatingParams, evidence: &Evidence, now: Timestamp) -> Rating {
    told(
        &params.engagement,
        cohort(params, evidence, now),
        params.engagement.certainty_ppm,
    )
}

fn worse_of(first: Rating, second: Rating) -> Rating {
    if second.is_worse_than(first) {
        second
    } else {
        first
    }
}
