use super::*;

#[test]
fn hours_are_kept_in_order_whatever_comes_first() {
    let mut evidence = Evidence::default();
    evidence.delivered(at(5), true);
    evidence.delivered(at(2), true);
    evidence.delivered(at(5), false);
    evidence.harmed(at(3), BLOCK, true);
    evidence.read(at(2));
    let hours: Vec<_> = evidence
        .hours()
        .map(|h| {
            (
                h.start().since(START).get() / 3_600_000,
                h.deliveries(),
                h.exposures(),
                h.reads(),
            )
        })
        .collect();
    assert_eq!(hours, [(2, 1, 1, 1), (3, 0, 0, 0), (5, 2, 1, 0)]);
    assert_eq!(evidence.deliveries(at(5), Millis::days(7)), 3);
    assert_eq!(evidence.deliveries(at(5), Millis::hours(3)), 2);
    evidence.prune(at(170), Millis::days(7));
    assert_eq!(evidence.hours().count(), 2);
    evidence.prune(at(400), Millis::days(7));
    assert!(evidence.is_empty());
}

#[test]
fn a_replaced_signal_leaves_no_trace() {
    let mut evidence = evidence(0, 10, &[(BLOCK, 1)]);
    let expected = super::evidence(0, 10, &[(REPORT, 1)]);
    evidence.unharmed(at(0), BLOCK, false);
    evidence.harmed(at(0), REPORT, false);
    assert_eq!(evidence, expected);
    assert_eq!(evidence.digest(), expected.digest());
    // The hour became a burst after the signal had been counted as ordinary.
    evidence.unharmed(at(0), REPORT, true);
    assert!(evidence.hours().all(|hour| hour.counts().all(|count| count == 0)));
}

#[test]
fn a_signal_without_message_brings_its_exposure() {
    let mut evidence = Evidence::default();
    evidence.harmed_without_message(at(1), BLOCK);
    let assessment = assess(&params(""), &evidence, &Standing::default(), at(1));
    assert_eq!(
        (assessment.exposure, assessment.harm, assessment.deliveries),
        (1.0, 1.0, 0)
    );
}

#[test]
fn digests_differ() {
    let base = evidence(0, 10, &[(BLOCK, 1)]);
    let others = [
        evidence(0, 11, &[(BLOCK, 1)]),
        evidence(1, 10, &[(BLOCK, 1)]),
        evidence(0, 10, &[(REPORT, 1)]),
        evidence(0, 10, &[]),
        Evidence::default(),
    ];
    assert!(others.iter().all(|other| other.digest() != base.digest()));
}

/// Evidence fades by age, but not while feedback on the last messages is awaited.
#[test]
fn evidence_fades() {
    let params = params("rating.half_life = \"24h\"");
    let check = |evidence: &Evidence, hour, expected: (f64, f64)| {
        let found = assess(&params, evidence, &Standing::default(), at(hour));
        let close = |a: f64, b: f64| libm::fabs(a - b) < 1e-9;
        assert!(
            close(found.exposure, expected.0) && close(found.harm, expected.1),
            "{hour} h: {found:?}"
        );
    };
    let one = evidence(0, 100, &[(REPORT, 2), (Signal::OptOut, 10)]);
    check(&one, 0, (100.0, 7.0));
    check(&one, 12, (100.0, 7.0));
    check(&one, 36, (50.0, 3.5));
    check(&one, 60, (25.0, 1.75));
    check(
        &one,
        167,
        (100.0 * libm::exp2(-155.0 / 24.0), 7.0 * libm::exp2(-155.0 / 24.0)),
    );
    check(&one, 168, (0.0, 0.0));
    let mut two = one.clone();
    two.delivered(at(24), true);
    check(&two, 24, (51.0, 3.5));
}

#[test]
fn bursts_are_measured_against_the_own_hours() {
    let burst = params("").burst;
    let check = |before: &[(u64, u32)], now: u32, expected| {
        let mut rate = SendRate::default();
        for (hour, count) in before {
            (0..*count).for_each(|_| rate.sent(at(*hour)));
        }
        (0..now).for_each(|_| rate.sent(at(200)));
        assert_eq!(rate.is_burst(&burst, at(200)), expected, "{before:?} then {now}");
    };
    let steady: Vec<(u64, u32)> = (100..200).map(|hour| (hour, 60)).collect();
    check(&steady, 600, false);
    check(&steady, 601, true);
    let small: Vec<(u64, u32)> = (100..200).map(|hour| (hour, 10)).collect();
    check(&small, 499, false);
    check(&small, 500, true);
    // A broadcast a day is compared with the broadcasts of the days before.
    check(&[(56, 900), (80, 1_000), (104, 950)], 9_000, false);
    check(&[(56, 900), (80, 1_000), (104, 950)], 10_001, true);
    // Nothing to compare with: never sent, or not in the last week.
    check(&[], 5_000, false);
    check(&[(20, 10)], 5_000, false);
    // One loud hour in a hundred does not set the measure.
    let mut odd = steady.clone();
    odd[50].1 = 5_000;
    check(&odd, 601, true);
}

#[test]
fn harm_on_a_burst_weighs_more() {
    let params = params("");
    let harm = |burst| {
        let mut evidence = evidence(0, 100, &[]);
        evidence.harmed(at(0), BLOCK, burst);
        assess(&params, &evidence, &Standing::default(), at(0)).harm
    };
    assert_eq!((harm(false), harm(true)), (1.0, 1.5));
}
