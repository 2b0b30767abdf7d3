//! A rating explained: what is believed, what it was made from, and what would change it.
//!
//! Promises: shares are of the very sums that the rating was judged by. Must not know: names; a key is a number
//! that the caller can put a name to.

use super::belief::{Ages, Assessment, assess, each_hour, harm, kinds, weight};
use super::standing::{self, Standing};
use super::{Evidence, Kind, Rating, RatingParams};
use decider::{Millis, Timestamp};

mod text;

/// Why a rating is what it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// The rating in force, since when, and what holds it.
    pub standing: Standing,
    /// The instant of the explanation.
    pub now: Timestamp,
    /// The span that was looked at.
    pub window: Millis,
    /// What the evidence says.
    pub assessment: Assessment,
    /// Each threshold: the rating it stands for, in millionths, and the probability of being over it.
    pub thresholds: [(Rating, u32, f64); 2],
    /// By kind of signal, the most harmful first.
    pub kinds: Vec<KindShare>,
    /// By key, the most harmful first.
    pub keys: Vec<KeyShare>,
    /// By day, the latest first; days without anything are left out.
    pub days: Vec<DayShare>,
    /// What would change it.
    pub outlook: Outlook,
}

/// What one kind of signal contributes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct KindShare {
    /// The kind.
    pub kind: Kind,
    /// Whether on messages of a burst.
    pub burst: bool,
    /// How many signals.
    pub count: u64,
    /// Its share of the harm, from 0 to 1.
    pub share: f64,
}

/// What the messages of one key (a template, a broadcast) contribute.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct KeyShare {
    /// The caller's key.
    pub key: u64,
    /// Messages delivered in the window.
    pub deliveries: u64,
    /// Its share of the harm, from 0 to 1.
    pub share: f64,
}

/// What the messages of one day contribute.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DayShare {
    /// Days of 24 hours before now; 0 is the last 24 hours.
    pub days_ago: u32,
    /// Messages delivered.
    pub deliveries: u64,
    /// Signals of any kind.
    pub signals: u64,
    /// Its share of the harm, from 0 to 1.
    pub share: f64,
}

/// What would change a rating.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Outlook {
    /// The hour at which it changes for the better if nothing more is sent and nobody complains.
    pub better: Option<(Timestamp, Rating)>,
    /// So many blocks on messages of this hour make it worse.
    pub worse: Option<(u32, Rating)>,
    /// So many more deliveries make it known.
    pub known_after: Option<u64>,
}

/// Explains `standing` from the evidence it is judged by; `by` splits that evidence by key.
pub fn explain(
    params: &RatingParams,
    evidence: &Evidence,
    standing: &Standing,
    now: Timestamp,
    by: &[(u64, &Evidence)],
) -> Explanation {
    let assessment = assess(params, evidence, standing, now);
    let ages = Ages::new(params, evidence, now);
    let over = |rating, ppm| (rating, ppm, assessment.over(ppm));
    let share = |harm: f64| {
        if assessment.harm > 0.0 {
            harm / assessment.harm
        } else {
            0.0
        }
    };
    Explanation {
        standing: *standing,
        now,
        window: params.window,
        thresholds: [
            over(Rating::Yellow, params.yellow_ppm),
            over(Rating::Red, params.red_ppm),
        ],
        kinds: by_kind(params, evidence, &ages, share),
        keys: by_key(params, by, &ages, now, share),
        days: by_day(params, evidence, &ages, now, share),
        outlook: outlook(params, evidence, standing, now, &assessment),
        assessment,
    }
}

fn by_kind(
    params: &RatingParams,
    evidence: &Evidence,
    ages: &Ages,
    share: impl Fn(f64) -> f64,
) -> Vec<KindShare> {
    let one = |(kind, burst)| {
        let (mut count, mut harm) = (0, 0.0);
        each_hour(params, evidence, ages, |hour, fading| {
            count += u64::from(hour.harm(kind, burst));
            harm += f64::from(hour.harm(kind, burst)) * fading;
        });
        let harm = harm * weight(&params.weights, &params.burst, kind, burst);
        KindShare {
            kind,
            burst,
            count,
            share: share(harm),
        }
    };
    let mut kinds: Vec<_> = kinds().map(one).filter(|kind| kind.count > 0).collect();
    kinds.sort_by(|a, b| b.share.total_cmp(&a.share));
    kinds
}

fn by_key(
    params: &RatingParams,
    by: &[(u64, &Evidence)],
    ages: &Ages,
    now: Timestamp,
    share: impl Fn(f64) -> f64,
) -> Vec<KeyShare> {
    let mut keys: Vec<_> = by
        .iter()
        .map(|(key, evidence)| KeyShare {
            key: *key,
            deliveries: evidence.deliveries(now, params.window),
            share: share(harm(params, evidence, ages)),
        })
        .filter(|key| key.deliveries > 0 || key.share > 0.0)
        .collect();
    keys.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.key.cmp(&b.key)));
    keys
}

fn by_day(
    params: &RatingParams,
    evidence: &Evidence,
    ages: &Ages,
    now: Timestamp,
    share: impl Fn(f64) -> f64,
) -> Vec<DayShare> {
    let mut days: Vec<DayShare> = Vec::new();
    each_hour(params, evidence, ages, |hour, fading| {
        let days_ago = hour.age(now) / 24;
        if days.last().is_none_or(|day| day.days_ago != days_ago) {
            days.push(DayShare {
                days_ago,
                deliveries: 0,
                signals: 0,
                share: 0.0,
            });
        }
        let Some(day) = days.last_mut() else { return };
        day.deliveries += u64::from(hour.deliveries());
        for (kind, burst) in kinds() {
            let count = hour.harm(kind, burst);
            day.signals += u64::from(count);
            day.share += f64::from(count) * weight(&params.weights, &params.burst, kind, burst) * fading;
        }
    });
    for day in &mut days {
        day.share = share(day.share);
    }
    days
}

fn outlook(
    params: &RatingParams,
    evidence: &Evidence,
    standing: &Standing,
    now: Timestamp,
    assessment: &Assessment,
) -> Outlook {
    let unknown = standing.rating == Rating::Unknown;
    let missing = u64::from(params.known_after).saturating_sub(assessment.deliveries);
    Outlook {
        better: if unknown {
            None
        } else {
            better(params, evidence, standing, now)
        },
        worse: worse(params, standing, assessment),
        known_after: unknown.then_some(missing),
    }
}

/// Plays the hours to come, without sends or signals.
fn better(
    params: &RatingParams,
    evidence: &Evidence,
    standing: &Standing,
    now: Timestamp,
) -> Option<(Timestamp, Rating)> {
    let end = now + params.window + params.dwell + Millis::DAY;
    let mut hour = now.next_hour();
    while hour <= end {
        if let Some(rating) = standing::hourly(params, evidence, standing, hour).rating {
            return Some((hour, rating));
        }
        hour = hour.next_hour();
    }
    None
}

/// Looks for the count by doubling, then between the last two.
fn worse(params: &RatingParams, standing: &Standing, assessment: &Assessment) -> Option<(u32, Rating)> {
    const MOST: u32 = 1 << 24;
    let becomes = |blocks| standing::judged(params, standing, &assessment.with_blocks(params, blocks));
    let mut enough = 1;
    while becomes(enough).is_none() {
        enough *= 2;
        if enough > MOST {
            return None;
        }
    }
    let mut few = enough / 2;
    while enough - few > 1 {
        let middle = few + (enough - few) / 2;
        if becomes(middle).is_some() {
            enough = middle
        } else {
            few = middle
        }
    }
    becomes(enough).map(|rating| (enough, rating))
}
