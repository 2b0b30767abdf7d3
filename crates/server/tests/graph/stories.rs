//! What the tables cannot show: limits, windows, restarts.

use decider::Millis;
use server::{Seat, SeatConfig, Storage};

use crate::support::World;

#[tokio::test]
async fn restricted_still_answers() {
    let world = World::new().await;
    world.inbound(15_550_001_111).await;
    for person in 0..1_000 {
        assert_eq!(
            world.hello(15_550_100_000 + person).await.status,
            200,
            "person {person}"
        );
    }
    assert_eq!(world.field("$PHONE", "status").await, "RESTRICTED");
    assert_eq!(
        world.field("$PHONE", "health_status").await["can_send_message"],
        "LIMITED"
    );
    let refused = world.hello(15_550_200_000).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains(r#""code":131048"#), "{}", refused.body);
    assert_eq!(world.text(15_550_001_111).await.status, 200, "a reply goes");
    world.advance(Millis::DAY).await;
    assert_eq!(world.field("$PHONE", "status").await, "CONNECTED");
    assert_eq!(world.hello(15_550_200_000).await.status, 200);
}

#[tokio::test]
async fn the_window_closes_after_24_hours() {
    let world = World::with(|config| config.defaults.errors_at_once = true).await;
    // (hours since the person wrote, status)
    world.inbound(15_550_001_111).await;
    for (hours, status) in [(0, 200), (23, 200), (24, 400)] {
        let by = Millis::hours(hours)
            .get()
            .saturating_sub(world.seat.now().since(crate::support::START).get());
        world.advance(Millis::new(by)).await;
        assert_eq!(world.text(15_550_001_111).await.status, status, "after {hours} h");
    }
}

#[tokio::test]
async fn the_same_seed_makes_the_same_account() {
    let (one, two) = (World::new().await.account, World::new().await.account);
    assert_eq!(one, two);
    let other = World::with(|config| config.seed = 8).await.account;
    assert_ne!(one.token, other.token);
    insta::assert_debug_snapshot!(one);
}

#[tokio::test]
async fn a_restart_finds_the_account_as_it_was_left() {
    let dir = tempfile::tempdir().expect("there is a place for files");
    let storage = Storage::Dir(dir.path().join("data"));
    let world = World::with(|config| config.storage = storage.clone()).await;
    let account = world.account.clone();
    assert_eq!(world.call("POST /$PHONE/deregister", "").await.status, 200);
    let engine = world.seat.engine().clone();
    drop(world);
    tokio::task::spawn_blocking(move || engine.shutdown())
        .await
        .expect("nothing panics");

    let world = World::with(|config| config.storage = storage.clone()).await;
    assert_eq!(world.account, account);
    assert_eq!(world.field("$PHONE", "status").await, "DISCONNECTED");
    assert_eq!(
        world
            .call("GET /$WABA/message_templates?summary=total_count", "")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn settings_that_cannot_be_open_no_seat() {
    let mut config = SeatConfig::new("2023-per-number").expect("the edition exists");
    config.defaults.overrides = "flagged.recovery = \"some_day\"".to_owned();
    assert!(matches!(Seat::open(config), Err(server::OpenError::Edition(_))));
    assert!(SeatConfig::new("1999").is_err());
}
