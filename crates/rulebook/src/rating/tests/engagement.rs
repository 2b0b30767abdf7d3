use super::*;

fn template() -> TemplateRatingParams {
    Edition::builtin(EditionId::PER_NUMBER_2023)
        .template_rating
        .clone()
}

fn read(deliveries: u32, reads: u32) -> Evidence {
    let mut evidence = evidence(0, deliveries, &[]);
    (0..reads).for_each(|_| evidence.read(at(0)));
    evidence
}

#[test]
fn low_engagement_lowers_a_template_when_it_is_sent_again() {
    let check = |rating, deliveries, reads, hour, expected| {
        let mut evidence = read(deliveries, reads);
        evidence.delivered(at(hour), true);
        let found = after_template_delivery(&template(), &evidence, &standing(rating, 0), at(hour));
        assert_eq!(found, expected, "{reads} of {deliveries} read, at {hour} h");
    };
    check(Rating::Green, 1_000, 300, 25, None);
    check(Rating::Green, 1_000, 80, 25, Some(Rating::Yellow));
    check(Rating::Green, 1_000, 20, 25, Some(Rating::Red));
    check(Rating::Yellow, 1_000, 80, 25, None);
    check(Rating::Yellow, 1_000, 20, 25, Some(Rating::Red));
    // Too young to have been read, or too few to tell.
    check(Rating::Green, 1_000, 20, 24, None);
    check(Rating::Green, 20, 0, 25, None);
    check(Rating::Unknown, 20, 0, 25, None);
    check(Rating::Unknown, 1_000, 20, 25, Some(Rating::Red));
    check(Rating::Unknown, 1_000, 300, 25, Some(Rating::Green));
}

#[test]
fn silence_does_not_lower_a_template() {
    let unread = read(1_000, 0);
    for hour in 1..200 {
        let found = template_hourly(&template(), &unread, &standing(Rating::Green, 0), at(hour)).rating;
        assert!(found.is_none_or(|rating| rating == Rating::Unknown), "{hour}");
    }
}

#[test]
fn a_template_betters_only_with_its_readers() {
    let check = |rating, reads, expected| {
        let evidence = read(1_000, reads);
        let found = template_hourly(&template(), &evidence, &standing(rating, 0), at(30)).rating;
        assert_eq!(found, expected, "{reads} of 1000 read");
    };
    check(Rating::Red, 20, None);
    check(Rating::Red, 80, Some(Rating::Yellow));
    check(Rating::Yellow, 80, None);
    check(Rating::Yellow, 300, Some(Rating::Green));
}

#[test]
fn the_cohort_is_what_is_old_enough() {
    let mut evidence = read(100, 30);
    evidence.delivered(at(10), true);
    let cohort = |hour| cohort(&template(), &evidence, at(hour));
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
