//! The behaviours that must hold whatever the formula: numbers of known true harm, many seeds, weeks of hours.

use super::world::{BLOCKS, Changes, Draws, MIXED, Plan, live};
use super::*;

/// Days from the stop to YELLOW and to GREEN, for a number that was RED.
fn recovery(changes: &Changes, stop: u64) -> Option<(f64, f64)> {
    let red = changes.iter().position(|(_, rating)| *rating == Rating::Red)?;
    let after: Vec<Rating> = changes[red..].iter().map(|(_, rating)| *rating).collect();
    assert_eq!(
        after,
        [Rating::Red, Rating::Yellow, Rating::Green, Rating::Unknown],
        "{changes:?}"
    );
    let days = |index: usize| (changes[red + index].0 - stop * 24) as f64 / 24.0;
    Some((days(1), days(2)))
}

/// 20 clean days, two bad ones, full stop. `missed`: so many of the runs may be lucky enough never to be RED.
fn check_stop(overrides: &str, volume: f64, bad: f64, runs: u64, missed: usize, days: (f64, f64)) {
    let params = params(overrides);
    for delay in [0, 12] {
        for mix in [BLOCKS, MIXED] {
            let plan = Plan {
                volume: &|day| if day < 22 { volume } else { 0.0 },
                harm: &|day| if day < 20 { 0.003 } else { bad },
                delay,
                mix,
                days: 36,
            };
            let found: Vec<_> = (0..runs)
                .map(|seed| recovery(&live(&params, &plan, seed), 22))
                .collect();
            let row = format!("{volume} a day, {bad}, blocks {delay} h late");
            assert!(
                found.iter().filter(|run| run.is_none()).count() <= missed,
                "{row}: not RED"
            );
            for (yellow, green) in found.into_iter().flatten() {
                assert!(
                    yellow >= days.0 && yellow <= days.1,
                    "{row}: YELLOW after {yellow} days"
                );
                assert!(green >= yellow + 0.999, "{row}: GREEN after {green} days");
            }
        }
    }
}

#[test]
fn stopping_leaves_red_in_4_to_7_days() {
    check_stop("", 1e3, 0.06, 15, 1, (4.0, 7.0));
    check_stop("", 1e3, 0.10, 15, 0, (4.0, 7.0));
    check_stop("", 1e4, 0.06, 3, 0, (4.0, 7.0));
    check_stop("", 1e4, 0.10, 3, 0, (4.0, 7.0));
    check_stop("", 1e5, 0.06, 1, 0, (4.0, 7.0));
    check_stop("", 1e5, 0.10, 1, 0, (4.0, 7.0));
}

/// In the window of 24 h all evidence is gone a day after the last message: RED is left in that day, or at the latest
/// a day after the last late signal made it RED (the header of [`crate::rating`] says why not in 4 to 7 days).
#[test]
fn a_24_hour_window_forgets_in_a_day() {
    let window = "rating.window = \"24h\"";
    for (volume, runs, missed) in [(1e3, 15, 6), (1e4, 3, 0), (1e5, 1, 0)] {
        check_stop(window, volume, 0.06, runs, missed, (0.75, 1.5));
        check_stop(window, volume, 0.10, runs, 0, (0.75, 1.5));
    }
}

/// In how many of `runs` a number with this true harm is RED at any time.
fn check_red(volume: f64, harm: f64, days: u64, runs: u64, expected: core::ops::RangeInclusive<usize>) {
    let params = params("");
    let plan = Plan {
        volume: &|_| volume,
        harm: &|_| harm,
        delay: 0,
        mix: BLOCKS,
        days,
    };
    let is_red = |seed: &u64| {
        live(&params, &plan, *seed)
            .iter()
            .any(|(_, rating)| *rating == Rating::Red)
    };
    let red = (0..runs).filter(is_red).count();
    assert!(
        expected.contains(&red),
        "{volume} a day at {harm}: RED in {red} of {runs}"
    );
}

#[test]
fn red_is_entered_between_2_5_and_4_percent() {
    check_red(1e3, 0.020, 30, 25, 0..=1);
    check_red(1e3, 0.025, 30, 25, 0..=7);
    check_red(1e3, 0.030, 30, 25, 22..=25);
    check_red(1e3, 0.040, 14, 25, 25..=25);
    check_red(1e4, 0.025, 14, 4, 0..=1);
    check_red(1e4, 0.030, 14, 4, 4..=4);
    check_red(1e5, 0.025, 7, 1, 0..=0);
    check_red(1e5, 0.030, 7, 1, 1..=1);
}

#[test]
fn a_small_quiet_number_keeps_its_rating() {
    let volume = |day: u64| if day % 7 < 5 { 50.0 } else { 0.0 };
    for overrides in ["", "rating.window = \"24h\""] {
        let params = params(overrides);
        for seed in 0..40 {
            let plan = Plan {
                volume: &volume,
                harm: &|_| 0.003,
                delay: 0,
                mix: MIXED,
                days: 60,
            };
            let changes = live(&params, &plan, seed);
            assert!(changes.len() <= 3, "{changes:?}");
        }
    }
}

/// Daily harm that differs by up to 30 %, around levels from below YELLOW to above RED.
fn check_flapping(volume: f64, levels: &[f64], runs: u64) {
    let params = params("");
    for level in levels {
        for seed in 0..runs {
            let mut draws = Draws::new(seed + 1_000);
            let daily: Vec<f64> = (0..90).map(|_| level * (0.7 + 0.6 * draws.unit())).collect();
            let harm = |day: u64| daily[day as usize];
            let plan = Plan {
                volume: &|_| volume,
                harm: &harm,
                delay: 0,
                mix: BLOCKS,
                days: 90,
            };
            let changes = live(&params, &plan, seed);
            assert!(changes.len() <= 6, "{volume} a day around {level}: {changes:?}");
        }
    }
}

#[test]
fn harm_that_varies_around_a_threshold_does_not_flap() {
    check_flapping(
        1e3,
        &[0.008, 0.010, 0.012, 0.014, 0.0225, 0.025, 0.0275, 0.030],
        6,
    );
    check_flapping(1e5, &[0.0115, 0.012, 0.026], 1);
}

/// The same tenth of the people blocks each week, at their one message or at one of five.
#[test]
fn five_messages_a_week_instead_of_one_rate_no_better() {
    let params = params("");
    assert_eq!(params.exposure_every, Millis::days(7));
    for (share, seed) in [(0.005, 1), (0.01, 2), (0.02, 3), (0.03, 4), (0.06, 5)] {
        let worst = |messages: u64| {
            let mut draws = Draws::new(seed);
            let (mut evidence, mut worst) = (Evidence::default(), 0.0_f64);
            for day in 0..28 {
                for person in 0..2_000 {
                    let nth = day % 7;
                    // Who blocks, and at which message, is drawn for the person and the week.
                    let mut of_person = Draws::new(seed * 1_000_003 + person * 31 + day / 7);
                    let blocks_at =
                        (of_person.unit() < share).then(|| (of_person.unit() * messages as f64) as u64);
                    if nth < messages && blocks_at.is_none_or(|at| at >= nth) {
                        let sent = at(day * 24 + (draws.unit() * 10.0) as u64);
                        evidence.delivered(sent, nth == 0);
                        if blocks_at == Some(nth) {
                            evidence.harmed(sent, BLOCK, false);
                        }
                    }
                }
                let assessment = assess(&params, &evidence, &Standing::default(), at(day * 24 + 12));
                worst = worst
                    .max(assessment.over(params.yellow_ppm))
                    .max(assessment.mean());
            }
            worst
        };
        assert!(
            worst(5) >= worst(1) - 1e-9,
            "{share}: {} against {}",
            worst(5),
            worst(1)
        );
    }
}

#[test]
fn nothing_happens_and_nothing_worsens() {
    let params = params("");
    for rating in Rating::ALL {
        let evidence = evidence(0, 10_000, &[(BLOCK, 900)]);
        let mut now = standing(rating, 0);
        for hour in 1..24 * 14 {
            let hourly = hourly(&params, &evidence, &now, at(hour));
            if let Some(better) = hourly.rating {
                assert!(!better.is_worse_than(now.rating), "{rating:?} became {better:?}");
                now = Standing {
                    rating: better,
                    since: at(hour),
                    ..now
                };
            }
            now.peak = hourly.peak;
        }
        assert_eq!(now.rating, Rating::Unknown);
    }
}
