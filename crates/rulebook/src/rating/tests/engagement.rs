use super::*;

/// With the default window of 7 days, or values of its own.
fn template(overrides: &str) -> TemplateRatingParams {
    Edition::builtin(EditionId::PER_NUMBER_2023)
        .with_overrides(overrides)
        .unwrap()
        .template_rating
}

/// Both documented windows, and how old messages must be in each before their reads count.
const WINDOWS: [(&str, u64); 2] = [("", 24), ("rating.window = \"24h\"", 12)];

fn read(deliveries: u32, reads: u32) -> Evidence {
    let mut evidence = evidence(0, deliveries, &[]);
    (0..reads).for_each(|_| evidence.read(at(0)));
    evidence
}

#[test]
fn low_engagement_lowers_a_template_when_it_is_sent_again() {
    for (window, cohort_age) in WINDOWS {
        let check = |rating, deliveries, reads, hour, expected| {
            let mut evidence = read(deliveries, reads);
            evidence.delivered(at(hour), true);
            let found = after_template_delivery(&template(window), &evidence, &standing(rating, 0), at(hour));
            assert_eq!(
                found, expected,
                "{window}: {reads} of {deliveries} read, at {hour} h"
            );
        };
        let old = cohort_age + 1;
        check(Rating::Green, 1_000, 300, old, None);
        check(Rating::Green, 1_000, 80, old, Some(Rating::Yellow));
        check(Rating::Green, 1_000, 20, old, Some(Rating::Red));
        check(Rating::Yellow, 1_000, 80, old, None);
        check(Rating::Yellow, 1_000, 20, old, Some(Rating::Red));
        // Too young to have been read, or too few to tell.
        check(Rating::Green, 1_000, 20, cohort_age, None);
        check(Rating::Green, 20, 0, old, None);
        check(Rating::Unknown, 20, 0, old, None);
        check(Rating::Unknown, 1_000, 20, old, Some(Rating::Red));
        check(Rating::Unknown, 1_000, 300, old, Some(Rating::Green));
    }
}

/// High, Medium and Low by feedback (T10): the same thresholds as for numbers, in both windows.
#[test]
fn harm_lowers_a_template_in_both_windows() {
    for (window, _) in WINDOWS {
        let belief = &template(window).belief;
        let check = |blocks, expected| {
            let evidence = evidence(0, 1_000, &[(BLOCK, blocks)]);
            let found = after_harm(belief, &evidence, &standing(Rating::Green, 0), at(1));
            assert_eq!(found, expected, "{window}: {blocks} of 1000 blocked");
        };
        check(5, None);
        check(20, Some(Rating::Yellow));
        check(50, Some(Rating::Red));
    }
}

#[test]
fn silence_does_not_lower_a_template() {
    // Few enough for RED, had it been sent again.
    let unread = read(1_000, 20);
    for (window, _) in WINDOWS {
        for hour in 1..200 {
            let green = standing(Rating::Green, 0);
            let found = template_hourly(&template(window), &unread, &green, at(hour)).rating;
            assert!(
                found.is_none_or(|rating| rating == Rating::Unknown),
                "{window}: {hour}"
            );
        }
    }
}

#[test]
fn a_template_betters_only_with_its_readers() {
    for (window, cohort_age) in WINDOWS {
        // A day after the last change, the messages old enough and still in the window.
        let now = 30;
        let sent = now - cohort_age - 3;
        let check = |rating, reads, expected| {
            let mut evidence = evidence(sent, 1_000, &[]);
            (0..reads).for_each(|_| evidence.read(at(sent)));
            let found = template_hourly(&template(window), &evidence, &standing(rating, 0), at(now)).rating;
            assert_eq!(found, expected, "{window}: {reads} of 1000 read");
        };
        check(Rating::Red, 20, None);
        check(Rating::Red, 80, Some(Rating::Yellow));
        check(Rating::Yellow, 80, None);
        check(Rating::Yellow, 300, Some(Rating::Green));
    }
}

#[test]
fn the_cohort_is_what_is_old_enough() {
    let mut evidence = read(100, 30);
    evidence.delivered(at(10), true);
    let cohort = |hour| cohort(&template(""), &evidence, at(hour));
    assert_eq!(cohort(24), Cohort::default());
    assert_eq!(
        cohort(25),
        Cohort {
            deliveries: 100,
            reads: 30
        }
    );
    assert_eq!(
        cohort(35),
        Cohort {
            deliveries: 101,
            reads: 30
        }
    );
    assert_eq!(
        cohort(170),
        Cohort {
            deliveries: 1,
            reads: 0
        }
    );
}

#[test]
fn the_cohort_of_a_short_window_is_half_as_old_as_the_window() {
    let evidence = read(100, 30);
    let judged = |hour| cohort(&template("rating.window = \"24h\""), &evidence, at(hour)).deliveries;
    assert_eq!([12, 13, 23, 24].map(judged), [0, 100, 100, 0]);
}
