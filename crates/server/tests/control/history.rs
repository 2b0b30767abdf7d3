//! The history as a reader follows it: pages, tails, lines.

use std::collections::BTreeSet;

use ledger::Ledger;
use ledger::segments::{Options, SegmentLedger};
use serde_json::{Value, json};
use server::history::{self, Export};

use crate::world::{ANN, BOB, HOUR, SECOND, World, id};

/// The portfolio and the sequence of each event, in the order in which they were given out.
fn places(page: &Value) -> Vec<(String, u64)> {
    let place = |event: &Value| {
        let sequence = event["sequence"].as_u64().expect("a sequence");
        (event["portfolio_id"].to_string(), sequence)
    };
    let events = page["data"].as_array().expect("a list");
    events.iter().map(place).collect()
}

/// Reads on from `after` to the end; the tail there.
async fn follow(world: &World, query: &str, after: &str, read: &mut Vec<(String, u64)>) -> String {
    let mut after = after.to_owned();
    loop {
        let call = format!("GET /sandbox/v1/events?{query}&after={after}");
        let page = world.ok(&call, Value::Null).await;
        read.extend(places(&page));
        let tail = id(&page, "tail");
        match page["after"].as_str() {
            Some(next) => assert_eq!(next, tail, "within a part both lead on"),
            None => return tail,
        }
        after = tail;
    }
}

/// What happens while somebody reads: in two portfolios, the later one having happened first.
async fn something_happens(world: &World, other: &str) {
    world.inbound(BOB, "Hi").await;
    let waba = world
        .control(&format!("/portfolios/{other}/wabas"), json!({"name": "More"}))
        .await;
    id(&waba, "waba_id");
    world.advance(SECOND).await;
    world.hello(ANN).await;
    world.advance(HOUR).await;
}

#[tokio::test]
async fn a_tail_misses_nothing_and_repeats_nothing() {
    let world = World::new().await;
    let made = world.control("/portfolios", json!({"name": "Other"})).await;
    let other = id(&made, "portfolio_id");
    for query in ["limit=1000", "limit=2", "limit=2&portfolio=$PORTFOLIO"] {
        let mut read = Vec::new();
        let mut tail = follow(&world, query, "", &mut read).await;
        for _ in 0..3 {
            let before = read.len();
            something_happens(&world, &other).await;
            tail = follow(&world, query, &tail, &mut read).await;
            assert!(read.len() > before, "{query}");
            let (still, count) = (follow(&world, query, &tail, &mut read).await, read.len());
            assert_eq!((still, count), (tail.clone(), read.len()), "nothing happened");
        }
        let whole = query.replace("limit=2", "limit=1000");
        let all = world
            .ok(&format!("GET /sandbox/v1/events?{whole}"), Value::Null)
            .await;
        let all = places(&all);
        let distinct: BTreeSet<_> = read.iter().cloned().collect();
        assert_eq!(distinct.len(), read.len(), "{query}: twice");
        assert_eq!(distinct, all.into_iter().collect(), "{query}");
    }
}

/// A tail goes on within a part: what is news is filtered, what is not is passed over.
#[tokio::test]
async fn news_and_notices_have_a_tail() {
    let world = World::new().await;
    let admins = json!({"administrators": [{"name": "Ann", "email": "ann@shop.example"}]});
    world
        .control("/portfolios/$PORTFOLIO/administrators", admins)
        .await;
    for path in ["events?news=true", "notices?limit=100"] {
        let page = world.ok(&format!("GET /sandbox/v1/{path}"), Value::Null).await;
        let tail = id(&page, "tail");
        // No news.
        world.hello(BOB).await;
        let next = world
            .ok(&format!("GET /sandbox/v1/{path}&after={tail}"), Value::Null)
            .await;
        assert_eq!(next["data"], json!([]), "{path}");
        world.control("/numbers/$PHONE/ban", Value::Null).await;
        let tail = id(&next, "tail");
        let told = world
            .ok(&format!("GET /sandbox/v1/{path}&after={tail}"), Value::Null)
            .await;
        assert!(!told["data"].as_array().expect("a list").is_empty(), "{path}");
        world.control("/numbers/$PHONE/unban", Value::Null).await;
    }
}

/// The export as lines.
async fn lines(world: &World, query: &str) -> Vec<Value> {
    let (status, text) = world.call(&format!("GET /sandbox/v1/export?{query}"), "").await;
    assert_eq!(status, 200, "{text}");
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

#[tokio::test]
async fn the_history_comes_as_lines() {
    let world = World::new().await;
    something_happens(&world, "$PORTFOLIO").await;
    let all = lines(&world, "").await;
    let listed = world.ok("GET /sandbox/v1/events?limit=1000", Value::Null).await;
    assert_eq!(places(&json!({"data": all})), places(&listed));
    let of_portfolio = lines(&world, "portfolio=$PORTFOLIO").await;
    assert!(of_portfolio.len() < all.len());
    assert!(
        of_portfolio
            .iter()
            .all(|line| line["portfolio_id"] == json!(world.account.portfolio_id))
    );
    let start = crate::world::START.millis();
    let (early, late) = (
        lines(&world, &format!("to_ms={}", start + SECOND)).await,
        lines(&world, &format!("from_ms={}", start + SECOND)).await,
    );
    assert_eq!(early.len() + late.len(), all.len());
    assert!(early.len() > 10 && late.len() > 3);
    let (status, refused) = world.call("GET /sandbox/v1/export?portfolio=7", "").await;
    assert_eq!(status, 404, "{refused}");
    insta::assert_snapshot!(late.iter().map(|line| format!("{line}\n")).collect::<String>());
}

/// The same seed and the same calls give the same bytes.
#[tokio::test]
async fn the_same_calls_give_the_same_lines() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = World::new().await;
        something_happens(&world, "$PORTFOLIO").await;
        runs.push(world.call("GET /sandbox/v1/export", "").await.1);
    }
    assert_eq!(runs[0], runs[1]);
}

/// Without a running sandbox: `goodstanding data export` reads the same.
#[tokio::test]
async fn a_data_directory_has_the_same_lines() {
    let dir = tempfile::tempdir().expect("a directory");
    let world = World::in_dir(dir.path()).await;
    something_happens(&world, "$PORTFOLIO").await;
    let (_, expected) = world.call("GET /sandbox/v1/export", "").await;
    let (_, of_portfolio) = world
        .call("GET /sandbox/v1/export?portfolio=$PORTFOLIO", "")
        .await;
    let portfolio = world.account.portfolio_id.parse().expect("a number");
    world.stop().await;
    let ledger = SegmentLedger::open(dir.path(), Options::default()).expect("it opens");
    let read = |export: Export| {
        let mut lines = Vec::new();
        history::write(ledger.reader(), &export, &mut lines).expect("readable");
        String::from_utf8(lines).expect("text")
    };
    assert_eq!(read(Export::default()), expected);
    assert_eq!(
        read(Export::of_portfolio(portfolio).expect("its id")),
        of_portfolio
    );
    assert!(Export::of_portfolio(7).is_none());
}
