use super::*;

#[test]
fn one_block_of_three_messages_is_not_red() {
    let check = |deliveries, signals: &[(Signal, u32)], expected| {
        let evidence = evidence(0, deliveries, signals);
        let told = after_harm(&params(""), &evidence, &standing(Rating::Unknown, 0), at(0));
        assert_eq!(told, expected, "{signals:?} of {deliveries}");
    };
    check(3, &[(BLOCK, 1)], None);
    check(3, &[(REPORT, 1)], None);
    check(3, &[(BLOCK, 3)], None);
    check(10, &[(REPORT, 3)], None);
    check(99, &[(BLOCK, 2)], None);
    // Clearly bad, although not yet known otherwise.
    check(50, &[(BLOCK, 30)], Some(Rating::Red));
    check(99, &[(REPORT, 15)], Some(Rating::Red));
}

#[test]
fn unknown_until_there_is_evidence() {
    let check = |deliveries, signals: &[(Signal, u32)], expected| {
        let evidence = evidence(0, deliveries, signals);
        assert_eq!(
            after_delivery(&params(""), &evidence, &standing(Rating::Unknown, 0), at(1)),
            expected
        );
    };
    check(99, &[], None);
    check(100, &[], Some(Rating::Green));
    check(100, &[(BLOCK, 7)], Some(Rating::Yellow));
    check(100, &[(BLOCK, 40)], Some(Rating::Red));
    let known = evidence(0, 100, &[]);
    assert_eq!(
        after_delivery(&params(""), &known, &standing(Rating::Green, 0), at(1)),
        None
    );
    // Deliveries that add no exposure count too.
    let mut again = Evidence::default();
    (0..100).for_each(|_| again.delivered(at(0), false));
    assert_eq!(
        after_delivery(&params(""), &again, &standing(Rating::Unknown, 0), at(1)),
        Some(Rating::Green)
    );
}

#[test]
fn harm_worsens_at_once_and_by_as_much_as_it_must() {
    let check = |from, blocks, expected| {
        let evidence = evidence(0, 2_000, &[(BLOCK, blocks)]);
        assert_eq!(
            after_harm(&params(""), &evidence, &standing(from, 0), at(0)),
            expected,
            "{from:?} {blocks}"
        );
    };
    check(Rating::Green, 10, None);
    check(Rating::Green, 50, Some(Rating::Yellow));
    check(Rating::Green, 120, Some(Rating::Red));
    check(Rating::Yellow, 50, None);
    check(Rating::Yellow, 120, Some(Rating::Red));
    check(Rating::Red, 120, None);
    check(Rating::Unknown, 50, None);
    check(Rating::Unknown, 120, Some(Rating::Red));
}

#[test]
fn better_comes_by_the_hour_in_steps_a_day_apart() {
    let check = |from, evidence: &Evidence, hour, expected| {
        let hourly = hourly(&params(""), evidence, &standing(from, 0), at(hour));
        assert_eq!(hourly.rating, expected, "{from:?} after {hour} h");
    };
    let clean = evidence(0, 2_000, &[]);
    check(Rating::Red, &clean, 23, None);
    check(Rating::Red, &clean, 24, Some(Rating::Yellow));
    check(Rating::Yellow, &clean, 24, Some(Rating::Green));
    check(Rating::Green, &clean, 24, None);
    // UNKNOWN comes when the window is empty, and only from GREEN.
    check(Rating::Green, &clean, 167, None);
    check(Rating::Green, &clean, 168, Some(Rating::Unknown));
    check(Rating::Red, &clean, 168, Some(Rating::Yellow));
    check(Rating::Unknown, &clean, 168, None);
    let bad = evidence(0, 2_000, &[(BLOCK, 120)]);
    check(Rating::Red, &bad, 24, None);
}

#[test]
fn a_reason_holds_red() {
    let clean = evidence(0, 2_000, &[]);
    let held = Standing {
        hold: Some(RedReason::NoWayToPerson),
        ..standing(Rating::Red, 0)
    };
    assert_eq!(hourly(&params(""), &clean, &held, at(48)).rating, None);
    let free = Standing { hold: None, ..held };
    assert_eq!(
        hourly(&params(""), &clean, &free, at(48)).rating,
        Some(Rating::Yellow)
    );
}

#[test]
fn the_peak_rises_and_halves() {
    let params = params("");
    let evidence = evidence(0, 1_000, &[]);
    let first = hourly(&params, &evidence, &Standing::default(), at(0)).peak;
    assert_eq!(
        first,
        Peak {
            exposure_milli: 1_000_000,
            at: at(0)
        }
    );
    let silent = Standing {
        peak: first,
        ..Standing::default()
    };
    assert_eq!(
        hourly(&params, &Evidence::default(), &silent, at(240)).peak,
        first,
        "kept as it was"
    );
    let weight = |hour| assess(&params, &Evidence::default(), &silent, at(hour)).prior_weight();
    assert_eq!(
        (weight(0), weight(240)),
        (150.0, 150.0),
        "the least weight counts"
    );
    let big = Standing {
        peak: Peak {
            exposure_milli: 100_000_000,
            at: at(0),
        },
        ..silent
    };
    let weight = |hour| assess(&params, &Evidence::default(), &big, at(hour)).prior_weight();
    assert_eq!(
        (weight(0), weight(240), weight(480)),
        (15_000.0, 7_500.0, 3_750.0)
    );
}

#[test]
fn numbers_are_permanent() {
    let ratings: Vec<_> = Rating::ALL.iter().map(|r| (r.number(), r.label())).collect();
    assert_eq!(ratings, [(0, "UNKNOWN"), (1, "GREEN"), (2, "YELLOW"), (3, "RED")]);
    assert_eq!(Rating::from_number(3), Some(Rating::Red));
    assert_eq!(Rating::from_number(4), None);
    let known: Vec<(u8, Signal)> = (0..=255)
        .filter_map(|n| Signal::from_number(n).map(|s| (n, s)))
        .collect();
    assert!(known.iter().all(|(number, signal)| signal.number() == *number));
    let numbers: Vec<u8> = known.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [1, 2, 3, 16, 17, 18, 19, 20, 21, 22, 32, 33, 34, 35, 36]);
    assert_eq!(Signal::from_number(18), Some(Signal::Block(BlockReason::Spam)));
}

#[test]
fn the_heavier_signal_counts() {
    let spam = Signal::Block(BlockReason::Spam);
    assert_eq!(heavier(BLOCK, REPORT), REPORT);
    assert_eq!(heavier(REPORT, BLOCK), REPORT);
    assert_eq!(heavier(BLOCK, spam), spam);
    assert_eq!(heavier(Signal::OptOut, Signal::Mute), Signal::OptOut);
    assert_eq!(heavier(BLOCK, Signal::Block(BlockReason::Other)), BLOCK);
    let weights = params("").weights;
    let all = [Signal::Archive, Signal::Mute, Signal::OptOut, BLOCK, spam, REPORT];
    assert_eq!(
        all.map(|signal| signal.weight(&weights)),
        [0, 0, 300, 1_000, 1_500, 2_000]
    );
}
