//! Managing templates: how often one may be edited, and when the name of a deleted one is free again.

use serde_json::json;

use super::world::{DAY, HOUR, World};

/// What the platform answers as sub-code: a template that cannot be changed now, and a name that is reserved.
const NOT_NOW: u64 = 2_388_039;
const NAME_RESERVED: u64 = 2_388_023;

const BODY: &str = "Hello {{1}}, your letter is for you and comes today.";

#[test]
fn edit_limits_1_per_24h_10_per_30d() {
    let world = World::new();
    let shop = world.shop("");
    let template = shop.template("letter");
    let edited = || template.edit(BODY)["error"]["error_subcode"].as_u64();
    for day in 0..10 {
        assert_eq!(edited(), None, "day {day}");
        assert_eq!(template.status(), "PENDING");
        template.approve();
        world.advance(DAY - HOUR);
        assert_eq!(edited(), Some(NOT_NOW), "a second time on day {day}");
        world.advance(HOUR);
    }
    assert_eq!(edited(), Some(NOT_NOW), "an eleventh time in 30 days");
    world.advance(20 * DAY);
    assert_eq!(edited(), None);
    // One that was rejected may be edited whenever it is mended.
    for _ in 0..3 {
        template.reject();
        assert_eq!(edited(), None);
    }
}

#[test]
fn deleted_name_locked_30_days() {
    let world = World::new();
    let shop = world.shop("");
    shop.template("letter");
    shop.delete("letter");
    let parts = json!([{"type": "BODY", "text": BODY, "example": {"body_text": [["Anna"]]}}]);
    let made = || shop.try_submit("letter", &parts)["error"]["error_subcode"].as_u64();
    assert_eq!(made(), Some(NAME_RESERVED));
    world.advance(30 * DAY - 1);
    assert_eq!(made(), Some(NAME_RESERVED));
    world.advance(1);
    assert_eq!(made(), None);
    // One that was never approved leaves no name behind.
    shop.submit("postcard", BODY);
    shop.delete("postcard");
    shop.submit("postcard", BODY);
}
