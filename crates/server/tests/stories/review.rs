//! Review of templates: a rejection says why, what is mended is looked at again, and an appeal is decided (T1, T3, T8).

use serde_json::json;

use super::number::TEMPLATE_UNKNOWN;
use super::world::{DAY, MINUTE, World};

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

#[test]
fn appeal_with_sample_is_decided() {
    let world = World::new();
    // (body, samples in it, what the review takes it for, what the appeal comes to)
    let body = "Hello {{1}}, your order is on its way to you.";
    let rows = [
        (body, json!({}), "APPROVED", "NONE", "the appeal was granted"),
        (
            TOUCHING,
            json!({"body_text": [["Anna", "Lee"]]}),
            "REJECTED",
            "INVALID_FORMAT",
            "the appeal was refused",
        ),
    ];
    for (body, samples, status, reason, told) in rows {
        let shop = world.shop("");
        let parts = json!([{"type": "BODY", "text": body, "example": samples}]);
        let template = shop.submit_components("order_update", &parts);
        world.advance(MINUTE);
        assert_eq!(
            [template.status(), template.rejected_reason()],
            ["REJECTED", "INVALID_FORMAT"]
        );
        template.appeal();
        assert_eq!(template.status(), "IN_APPEAL");
        assert_eq!(shop.number.send("order_update", 1), Err(TEMPLATE_UNKNOWN));
        world.advance(DAY - 1);
        assert_eq!(template.status(), "IN_APPEAL");
        world.advance(1);
        assert_eq!([template.status(), template.rejected_reason()], [status, reason]);
        assert!(
            template.notices().iter().any(|subject| subject.ends_with(told)),
            "{told}"
        );
        assert_eq!(shop.number.send("order_update", 1).is_ok(), status == "APPROVED");
    }
}
