use super::*;

#[test]
fn a_rating_explains_itself() {
    let params = params("");
    let welcome = evidence(40, 900, &[(BLOCK, 2)]);
    let mut promotion = evidence(
        60,
        800,
        &[(BLOCK, 30), (Signal::Block(BlockReason::Spam), 14), (REPORT, 6)],
    );
    promotion.harmed(at(60), Signal::OptOut, true);
    let mut all = evidence(40, 900, &[(BLOCK, 2)]);
    for _ in 0..800 {
        all.delivered(at(60), true);
    }
    for (signal, count) in [(BLOCK, 30), (Signal::Block(BlockReason::Spam), 14), (REPORT, 6)] {
        (0..count).for_each(|_| all.harmed(at(60), signal, false));
    }
    all.harmed(at(60), Signal::OptOut, true);
    let red = standing(Rating::Red, 61);
    let explanation = explain(&params, &all, &red, at(66), &[(7, &welcome), (9, &promotion)]);
    let whole: f64 = explanation.kinds.iter().map(|kind| kind.share).sum();
    assert!(libm::fabs(whole - 1.0) < 1e-9);
    let whole: f64 = explanation.keys.iter().map(|key| key.share).sum();
    assert!(libm::fabs(whole - 1.0) < 1e-9);
    insta::assert_snapshot!("red", explanation);
    let (hour, rating) = explanation.outlook.better.unwrap();
    assert_eq!(
        hourly(&params, &all, &red, hour).rating,
        Some(rating),
        "as foretold"
    );
    assert_eq!(
        hourly(&params, &all, &red, hour.back(Millis::HOUR)).rating,
        None,
        "and not before"
    );
    let named = explanation.lines(|key| format!("template {key}"));
    assert!(
        named
            .iter()
            .any(|line| line.starts_with("  template 9: 800 delivered"))
    );
}

#[test]
fn what_would_worsen_it_is_exact() {
    let params = params("");
    let known = evidence(40, 900, &[(BLOCK, 2)]);
    let green = standing(Rating::Green, 0);
    let explanation = explain(&params, &known, &green, at(40), &[]);
    insta::assert_snapshot!("green", explanation);
    let (blocks, rating) = explanation.outlook.worse.unwrap();
    let with = |blocks| {
        after_harm(
            &params,
            &evidence(40, 900, &[(BLOCK, 2 + blocks)]),
            &green,
            at(40),
        )
    };
    assert_eq!((with(blocks - 1), with(blocks)), (None, Some(rating)));
}

#[test]
fn what_is_unknown_or_held_says_so() {
    let params = params("");
    let unknown = explain(
        &params,
        &evidence(0, 40, &[]),
        &standing(Rating::Unknown, 0),
        at(1),
        &[],
    );
    insta::assert_snapshot!("unknown", unknown);
    let held = Standing {
        hold: Some(RedReason::NoWayToPerson),
        ..standing(Rating::Red, 0)
    };
    insta::assert_snapshot!(
        "held",
        explain(&params, &evidence(0, 400, &[]), &held, at(30), &[])
    );
}
