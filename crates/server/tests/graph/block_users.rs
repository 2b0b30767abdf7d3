//! Whom a number has blocked, over the wire.

use crate::support::World;

const CALL: &str = "POST /$PHONE/block_users";
const LIFT: &str = "DELETE /$PHONE/block_users";
const LIST: &str = "GET /$PHONE/block_users";

#[tokio::test]
async fn people_are_blocked_listed_and_unblocked() {
    let world = World::new().await;
    for person in [15_550_001_111, 15_550_002_222, 15_550_003_333] {
        world.inbound(person).await;
    }
    let two = r#"{"messaging_product":"whatsapp","block_users":[{"user":"+1 555-000-1111"},{"user_id":"US.$SECOND"}]}"#;
    let second = server::ids::user_id(crate::support::CELL, platform::ids::ContactIx(1));
    let two = two.replace("US.$SECOND", &second.to_string());
    let mixed = r#"{"messaging_product":"whatsapp","block_users":[{"user":"15550003333"},{"user":"15550009999"},{"user":"nobody"}]}"#;
    let one = r#"{"messaging_product":"whatsapp","block_users":[{"user":"15550001111"}]}"#;
    let nobody = r#"{"messaging_product":"whatsapp","block_users":[{"user":"15550009999"}]}"#;
    let text = r#"{"messaging_product":"whatsapp","to":"15550001111","text":{"body":"hi"}}"#;
    let table = world
        .table(&[
            ("nobody yet", LIST, ""),
            ("by number and by id", CALL, &two),
            ("again", CALL, one),
            ("some cannot be", CALL, mixed),
            ("none can be", CALL, nobody),
            ("the list", LIST, ""),
            ("a page", "GET /$PHONE/block_users?limit=1", ""),
            ("a message to one of them", "POST /$PHONE/messages", text),
            ("unblocked, with a body", LIFT, one),
            ("what was not blocked is unblocked as well", LIFT, one),
            ("a message to one who was", "POST /$PHONE/messages", text),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn bad_input_is_named() {
    let world = World::new().await;
    let many: Vec<String> = (0..1_001)
        .map(|person| format!(r#"{{"user":"1555000{person:04}"}}"#))
        .collect();
    let many = format!(
        r#"{{"messaging_product":"whatsapp","block_users":[{}]}}"#,
        many.join(",")
    );
    let table = world
        .table_of_nothing(&[
            ("nothing", CALL, "{}"),
            ("no users", CALL, r#"{"messaging_product":"whatsapp"}"#),
            (
                "an empty list",
                CALL,
                r#"{"messaging_product":"whatsapp","block_users":[]}"#,
            ),
            (
                "no list",
                CALL,
                r#"{"messaging_product":"whatsapp","block_users":"15550001111"}"#,
            ),
            (
                "an empty user",
                CALL,
                r#"{"messaging_product":"whatsapp","block_users":[{}]}"#,
            ),
            (
                "another product",
                CALL,
                r#"{"messaging_product":"sms","block_users":[{"user":"1"}]}"#,
            ),
            ("too many", CALL, &many),
            ("no such number", "GET /300000010000009/block_users", ""),
            ("no number at all", "GET /$WABA/block_users", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}
