//! A number whose true harm is known: sends, is blocked, is rated; from one seed, in simulated time.

use super::*;
use decider::mix;
use std::collections::BTreeMap;

/// A small generator: the same seed gives the same history.
pub(super) struct Draws(u64);

impl Draws {
    pub(super) fn new(seed: u64) -> Self {
        Draws(mix(seed))
    }

    /// Uniform in (0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(1);
        ((mix(self.0) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// A count with this mean: by inversion, or for large means by the normal law.
    pub(super) fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 200.0 {
            let (u, v) = (self.unit(), self.unit());
            let normal = libm::sqrt(-2.0 * libm::log(u)) * libm::cos(core::f64::consts::TAU * v);
            return libm::round(mean + libm::sqrt(mean) * normal).max(0.0) as u32;
        }
        let (mut left, mut count) = (libm::exp(-mean), 0);
        let mut u = self.unit();
        while u > left && count < 1_000 {
            u -= left;
            count += 1;
            left *= mean / f64::from(count);
        }
        count
    }
}

/// How the number sends and what people think of it.
pub(super) struct Plan<'a> {
    /// Business-initiated messages on this day, each to another person.
    pub(super) volume: &'a dyn Fn(u64) -> f64,
    /// True harm for each message on this day, in blocks.
    pub(super) harm: &'a dyn Fn(u64) -> f64,
    /// Hours from a message to the block.
    pub(super) delay: u64,
    /// Which signals: share of the signals.
    pub(super) mix: &'a [(Signal, f64)],
    /// How long it is watched.
    pub(super) days: u64,
}

pub(super) const BLOCKS: &[(Signal, f64)] = &[(BLOCK, 1.0)];
pub(super) const MIXED: &[(Signal, f64)] = &[
    (Signal::OptOut, 0.2),
    (BLOCK, 0.4),
    (Signal::Block(BlockReason::Spam), 0.25),
    (REPORT, 0.15),
];

/// The changes of rating, with the hour since the start.
pub(super) type Changes = Vec<(u64, Rating)>;

pub(super) fn live(params: &RatingParams, plan: &Plan<'_>, seed: u64) -> Changes {
    let mut world = World::new(params, seed);
    let mut later: BTreeMap<u64, Vec<(Timestamp, u32)>> = BTreeMap::new();
    let weight = |signal: &Signal| f64::from(signal.weight(&params.weights)) / 1e3;
    let mean_weight: f64 = plan
        .mix
        .iter()
        .map(|(signal, share)| share * weight(signal))
        .sum();
    for hour in 0..plan.days * 24 {
        let now = at(hour);
        world.begin_hour(hour, now);
        let sent = world.draws.poisson((plan.volume)(hour / 24) / 24.0);
        for _ in 0..sent {
            world.evidence.delivered(now, true);
            let rating = after_delivery(params, &world.evidence, &world.standing, now);
            world.changed(hour, rating);
        }
        let harmed = world
            .draws
            .poisson(f64::from(sent) * (plan.harm)(hour / 24) / mean_weight);
        later.entry(hour + plan.delay).or_default().push((now, harmed));
        for (message_at, count) in later.remove(&hour).unwrap_or_default() {
            world.harm(hour, now, message_at, count, plan.mix);
        }
    }
    world.changes
}

struct World<'a> {
    params: &'a RatingParams,
    draws: Draws,
    evidence: Evidence,
    standing: Standing,
    changes: Changes,
}

impl<'a> World<'a> {
    fn new(params: &'a RatingParams, seed: u64) -> Self {
        let (evidence, standing) = (Evidence::default(), Standing::default());
        World {
            params,
            draws: Draws::new(seed),
            evidence,
            standing,
            changes: Vec::new(),
        }
    }

    fn begin_hour(&mut self, hour: u64, now: Timestamp) {
        self.evidence.prune(now, self.params.window);
        let hourly = hourly(self.params, &self.evidence, &self.standing, now);
        self.standing.peak = hourly.peak;
        self.changed(hour, hourly.rating);
    }

    /// Judged after each signal, or, where there are many in an hour, after each eighth of them.
    fn harm(
        &mut self,
        hour: u64,
        now: Timestamp,
        message_at: Timestamp,
        count: u32,
        kinds: &[(Signal, f64)],
    ) {
        let every = count / 8 + 1;
        for n in 1..=count {
            let signal = self.pick(kinds);
            self.evidence.harmed(message_at, signal, false);
            if n % every == 0 || n == count {
                let rating = after_harm(self.params, &self.evidence, &self.standing, now);
                self.changed(hour, rating);
            }
        }
    }

    fn pick(&mut self, kinds: &[(Signal, f64)]) -> Signal {
        let mut at = self.draws.unit();
        for (signal, share) in kinds {
            if at < *share {
                return *signal;
            }
            at -= share;
        }
        kinds[0].0
    }

    fn changed(&mut self, hour: u64, rating: Option<Rating>) {
        if let Some(rating) = rating {
            self.standing.rating = rating;
            self.standing.since = at(hour);
            self.changes.push((hour, rating));
        }
    }
}
