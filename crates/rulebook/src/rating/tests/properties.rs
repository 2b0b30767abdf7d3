use super::*;
use proptest::prelude::*;

const SIGNALS: [Signal; 4] = [Signal::OptOut, BLOCK, Signal::Block(BlockReason::Spam), REPORT];

/// Hours of messages with signals on some of them.
fn any_evidence() -> impl Strategy<Value = Evidence> {
    let hour = (
        0_u64..200,
        0_u32..400,
        prop::collection::vec((0_usize..4, any::<bool>()), 0..12),
    );
    prop::collection::vec(hour, 0..20).prop_map(|hours| {
        let mut evidence = Evidence::default();
        for (hour, deliveries, signals) in hours {
            (0..deliveries).for_each(|_| evidence.delivered(at(hour), true));
            signals
                .iter()
                .for_each(|(kind, burst)| evidence.harmed(at(hour), SIGNALS[*kind], *burst));
        }
        evidence
    })
}

fn any_standing() -> impl Strategy<Value = Standing> {
    (0_u8..4, 0_u64..200, 0_u64..5_000_000).prop_map(|(rating, since, peak)| Standing {
        rating: Rating::from_number(rating).unwrap(),
        peak: Peak {
            exposure_milli: peak,
            at: at(since),
        },
        ..standing(Rating::Unknown, since)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn time_alone_never_worsens(evidence in any_evidence(), mut standing in any_standing(), from in 200_u64..220) {
        let params = params("");
        for hour in from..from + 240 {
            let hourly = hourly(&params, &evidence, &standing, at(hour));
            if let Some(rating) = hourly.rating {
                prop_assert!(!rating.is_worse_than(standing.rating));
                standing = Standing { rating, since: at(hour), ..standing };
            }
            standing.peak = hourly.peak;
        }
    }

    #[test]
    fn more_harm_never_rates_better(
        evidence in any_evidence(), standing in any_standing(), kind in 0_usize..4, burst: bool, hour in 150_u64..200,
    ) {
        let params = params("");
        let now = at(200);
        let mut more = evidence.clone();
        more.harmed(at(hour), SIGNALS[kind], burst);
        let rank = |evidence: &Evidence| {
            let rating = after_harm(&params, evidence, &standing, now);
            rating.unwrap_or(standing.rating)
        };
        prop_assert!(!rank(&more).is_better_than(rank(&evidence)));
        let betters = |evidence| hourly(&params, evidence, &standing, now).rating.is_some_and(|r| r != Rating::Unknown);
        prop_assert!(betters(&evidence) || !betters(&more));
    }

    #[test]
    fn pruning_changes_no_assessment(evidence in any_evidence(), standing in any_standing(), hour in 0_u64..400) {
        for overrides in ["", "rating.window = \"24h\""] {
            let params = params(overrides);
            let before = assess(&params, &evidence, &standing, at(hour));
            let mut pruned = evidence.clone();
            pruned.prune(at(hour), params.window);
            prop_assert_eq!(before, assess(&params, &pruned, &standing, at(hour)));
        }
    }
}
