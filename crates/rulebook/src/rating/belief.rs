//! From evidence to a belief about the harm of one message: the only place of the rating with floating point.
//!
//! Promises: a function of its arguments; nothing it returns is stored but integers rounded from it.

use super::{Burst, Evidence, Hour, Kind, Peak, RatingParams, Standing, Weights};
use decider::{Millis, Timestamp};
use statrs::function::gamma::gamma_ur;

const MILLI: f64 = 1e-3;
const PPM: f64 = 1e-6;
const HALF: u32 = 500_000;

/// What the evidence says at one instant.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Assessment {
    /// Messages of the window, each weighted by its age.
    pub exposure: f64,
    /// Signals of the window, weighted by kind and by the age of their message.
    pub harm: f64,
    /// How much more uncertain heavy signals make the belief; at least 1.
    pub phi: f64,
    /// Messages of the window, unweighted.
    pub deliveries: u64,
    /// Harm for each message that the prior stands for.
    prior_mean: f64,
    /// Messages that the prior weighs.
    prior_weight: f64,
}

impl Assessment {
    /// The expected harm for each message.
    pub fn mean(&self) -> f64 {
        (self.prior_mean * self.prior_weight + self.harm) / (self.prior_weight + self.exposure)
    }

    /// How many messages the prior weighs.
    pub fn prior_weight(&self) -> f64 {
        self.prior_weight
    }

    /// The probability that the harm for each message is over `ppm` millionths.
    pub fn over(&self, ppm: u32) -> f64 {
        let shape = (self.prior_mean * self.prior_weight + self.harm) / self.phi;
        let rate = (self.prior_weight + self.exposure) / self.phi;
        gamma_ur(shape, f64::from(ppm) * PPM * rate)
    }

    /// Whether the rating must be worse than what `ppm` stands for.
    pub(super) fn is_over(&self, params: &RatingParams, ppm: u32) -> bool {
        // The median of a gamma distribution is below its mean: no need for the tail when the mean is not over.
        let possible = self.mean() > f64::from(ppm) * PPM || params.worse_ppm < HALF;
        possible && self.over(ppm) >= f64::from(params.worse_ppm) * PPM
    }

    /// Whether the belief fell clearly enough below `ppm` for a better rating.
    pub(super) fn is_below(&self, params: &RatingParams, ppm: u32) -> bool {
        self.over(params.lowered(ppm)) <= f64::from(params.better_ppm) * PPM
    }

    /// The same with `blocks` more on messages of this hour.
    pub(super) fn with_blocks(mut self, params: &RatingParams, blocks: u32) -> Self {
        let weight = f64::from(params.weights.block_milli) * MILLI;
        let squares = self.phi * self.harm + f64::from(blocks) * weight * weight;
        self.harm += f64::from(blocks) * weight;
        self.phi = libm::fmax(1.0, squares / self.harm);
        self
    }
}

impl RatingParams {
    /// The threshold below which a rating betters, in millionths.
    pub fn lowered(&self, ppm: u32) -> u32 {
        (u64::from(ppm) * u64::from(self.margin_ppm) / 1_000_000) as u32
    }
}

/// What `evidence` says at `now`; of `standing` only the peak counts. As many steps as the window has hours.
pub fn assess(params: &RatingParams, evidence: &Evidence, standing: &Standing, now: Timestamp) -> Assessment {
    let sums = sums(params, evidence, &Ages::new(params, evidence, now));
    let peak = libm::fmax(peak_now(params, &standing.peak, now), sums.exposure);
    let share = f64::from(params.prior.peak_share_ppm) * PPM;
    Assessment {
        exposure: sums.exposure,
        harm: sums.harm,
        phi: if sums.harm > 0.0 {
            libm::fmax(1.0, sums.squares / sums.harm)
        } else {
            1.0
        },
        deliveries: sums.deliveries,
        prior_mean: f64::from(params.prior.mean_ppm) * PPM,
        prior_weight: libm::fmax(f64::from(params.prior.exposure), share * peak),
    }
}

#[derive(Default)]
struct Sums {
    exposure: f64,
    harm: f64,
    squares: f64,
    deliveries: u64,
}

fn sums(params: &RatingParams, evidence: &Evidence, ages: &Ages) -> Sums {
    let mut sums = Sums::default();
    let mut weights = [0.0; 2 * Kind::ALL.len()];
    for (place, (kind, burst)) in weights.iter_mut().zip(kinds()) {
        *place = weight(&params.weights, &params.burst, kind, burst);
    }
    each_hour(params, evidence, ages, |hour, fading| {
        sums.deliveries += u64::from(hour.deliveries());
        sums.exposure += f64::from(hour.exposures()) * fading;
        let (mut harm, mut squares) = (0.0, 0.0);
        for (count, weight) in hour.counts().zip(weights) {
            if count > 0 {
                harm += f64::from(count) * weight;
                squares += f64::from(count) * weight * weight;
            }
        }
        sums.harm += harm * fading;
        sums.squares += squares * fading;
    });
    sums
}

/// From when back the ages of evidence are counted.
pub(super) struct Ages {
    now: Timestamp,
    from: Timestamp,
}

impl Ages {
    /// While feedback on the newest messages of `evidence` is awaited, ages are counted from those.
    pub(super) fn new(params: &RatingParams, evidence: &Evidence, now: Timestamp) -> Self {
        let newest = evidence
            .within(now, params.window)
            .find(|hour| hour.deliveries() > 0);
        let awaited = now.back(params.late_feedback);
        Ages {
            now,
            from: newest.map_or(awaited, |hour| hour.start().max(awaited)).min(now),
        }
    }
}

/// Calls `see` with each hour of the window, newest first, and what evidence of its age still weighs.
pub(super) fn each_hour(
    params: &RatingParams,
    evidence: &Evidence,
    ages: &Ages,
    mut see: impl FnMut(&Hour, f64),
) {
    let an_hour = libm::exp2(-(Millis::HOUR.get() as f64) / params.half_life.get() as f64);
    let (mut age, mut fading) = (0, 1.0);
    for hour in evidence.within(ages.now, params.window) {
        match hour.age(ages.from) - age {
            0 => {}
            1 => fading *= an_hour,
            gap => fading *= libm::pow(an_hour, f64::from(gap)),
        }
        age = hour.age(ages.from);
        see(hour, fading);
    }
}

/// The harm of the window, in blocks, with ages as for other evidence.
pub(super) fn harm(params: &RatingParams, evidence: &Evidence, ages: &Ages) -> f64 {
    sums(params, evidence, ages).harm
}

/// Every kind on ordinary messages and on those of a burst, in the order of [`Hour::counts`].
pub(super) fn kinds() -> impl Iterator<Item = (Kind, bool)> {
    Kind::ALL
        .into_iter()
        .flat_map(|kind| [(kind, false), (kind, true)])
}

/// The harm of one signal, in blocks.
pub(super) fn weight(weights: &Weights, bursts: &Burst, kind: Kind, burst: bool) -> f64 {
    let factor = if burst {
        f64::from(bursts.weight_milli) * MILLI
    } else {
        1.0
    };
    f64::from(kind.weight_milli(weights)) * MILLI * factor
}

fn peak_now(params: &RatingParams, peak: &Peak, now: Timestamp) -> f64 {
    let halvings = now.since(peak.at).get() as f64 / params.prior.peak_halving.get() as f64;
    peak.exposure_milli as f64 * MILLI * libm::exp2(-halvings)
}

/// The peak from `now` on, given the exposure of this instant.
pub(super) fn raised(params: &RatingParams, peak: &Peak, exposure: f64, now: Timestamp) -> Peak {
    if exposure > peak_now(params, peak, now) {
        Peak {
            exposure_milli: libm::round(exposure / MILLI) as u64,
            at: now,
        }
    } else {
        *peak
    }
}
