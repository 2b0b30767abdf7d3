//! Review of templates: a rejection says why, and what is mended is looked at again (T1, T3).

use super::number::TEMPLATE_UNKNOWN;
use super::world::{MINUTE, World};

/// Two placeholders without a word between them.
const TOUCHING: &str = "Hello {{1}}{{2}}, your order is on its way to you.";

#[test]
fn rejected_template_says_why() {
    let world = World::new();
    let shop = world.shop("");
    let template = shop.submit("order_update", TOUCHING);
    assert_eq!(
        [template.status(), template.rejected_reason()],
        ["PENDING", "NONE"]
    );
    assert_eq!(shop.number.send("order_update", 1), Err(TEMPLATE_UNKNOWN));
    // Review takes its time.
    world.advance(MINUTE - 1);
    assert_eq!(template.status(), "PENDING");
    world.advance(1);
    assert_eq!(
        [template.status(), template.rejected_reason()],
        ["REJECTED", "INVALID_FORMAT"]
    );
    let why = template.event("TemplateReviewed").text;
    assert!(why.contains("INVALID_FORMAT: ") && why.contains("{{1}}"), "{why}");
    let told = template.notices();
    assert!(
        told.iter().any(|subject| subject.ends_with("was rejected")),
        "{told:?}"
    );
    assert_eq!(shop.number.send("order_update", 1), Err(TEMPLATE_UNKNOWN));
}

#[test]
fn resubmitted_after_edit() {
    let world = World::new();
    let shop = world.shop("");
    let template = shop.submit("order_update", TOUCHING);
    world.advance(MINUTE);
    assert_eq!(template.status(), "REJECTED");
    let edited = template.edit("Hello {{1}}, your order is on its way to you.");
    assert_eq!(edited["success"], true, "{edited}");
    assert_eq!(
        [template.status(), template.rejected_reason()],
        ["PENDING", "NONE"]
    );
    world.advance(MINUTE);
    assert_eq!(
        [template.status(), template.rejected_reason()],
        ["APPROVED", "NONE"]
    );
    assert!(template.event("TemplateReviewed").text.contains("approved"));
    assert!(shop.number.send("order_update", 1).is_ok());
}
