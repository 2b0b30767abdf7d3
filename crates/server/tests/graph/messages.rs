//! `POST /<phone>/messages`.

use crate::support::World;

const CALL: &str = "POST /$PHONE/messages";

#[tokio::test]
async fn sent_and_marked_as_read() {
    let world = World::new().await;
    let inbound = world.inbound(15_550_001_111).await;
    let text = r#"{"messaging_product":"whatsapp","to":"+1 (555) 000-1111","type":"text","text":{"body":"grüß dich / you"},"biz_opaque_callback_data":"t-1"}"#;
    let template = r#"{"messaging_product":"whatsapp","to":"15550002222","type":"template","template":{"name":"hello_world","language":{"code":"en_US"}}}"#;
    let by_user_id =
        r#"{"messaging_product":"whatsapp","recipient":"US.100000010000000000","text":{"body":"hi"}}"#;
    let read = format!(r#"{{"messaging_product":"whatsapp","status":"read","message_id":"{inbound}"}}"#);
    let typing = format!(
        r#"{{"messaging_product":"whatsapp","status":"read","message_id":"{inbound}","typing_indicator":{{"type":"text"}}}}"#
    );
    let table = world
        .table(&[
            ("a text inside the window", CALL, text),
            ("a template to a stranger", CALL, template),
            ("by business-scoped id", CALL, by_user_id),
            ("outside the window: accepted, and fails later", CALL, &text.replace("000-1111", "000-3333")),
            ("by query parameters", "POST /$PHONE/messages?messaging_product=whatsapp&to=15550001111&text=%7B%22body%22%3A%22hi%22%7D", ""),
            ("mark as read", CALL, &read),
            ("again", CALL, &read),
            ("with a typing indicator", CALL, &typing),
        ])
        .await;
    insta::assert_snapshot!(table);
}

/// Every free-form type goes inside the window, and is kept as it was sent.
#[tokio::test]
async fn every_type() {
    let world = World::new().await;
    let inbound = world.inbound(15_550_001_111).await;
    let reaction = format!(r#""type":"reaction","reaction":{{"message_id":"{inbound}","emoji":"👍"}}"#);
    let rows = [
        r#""type":"image","image":{"link":"https://example.com/a.png","caption":"A"}"#,
        r#""type":"location","location":{"latitude":37.48,"longitude":-122.15}"#,
        r#""type":"contacts","contacts":[{"name":{"formatted_name":"Ann Lee","first_name":"Ann"}}]"#,
        r#""type":"interactive","interactive":{"type":"button","body":{"text":"B"},"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}}]}}"#,
        &reaction,
    ];
    for row in rows {
        let body = format!(r#"{{"messaging_product":"whatsapp","to":"15550001111",{row}}}"#);
        let told = world.call(CALL, &body).await;
        assert_eq!(told.status, 200, "{row}: {}", told.body);
        let id = told
            .body
            .split('"')
            .find(|part| part.starts_with("wamid."))
            .expect("a message was sent");
        let (cell, message, _) = server::ids::message_of(id).expect("an id of ours");
        let stored = world.seat.tables().content(cell.0, message.content_key());
        let stored = stored.expect("content can be read").expect("there is content");
        let content = server::content::MessageContent::read(&stored);
        let sent: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        let kind = content.kind.as_deref().expect("its type is kept");
        assert_eq!(sent["type"], kind);
        assert_eq!(Some(&sent[kind]), content.value.as_deref());
    }
}

#[tokio::test]
async fn every_defect() {
    let world = World::new().await;
    world.inbound(15_550_001_111).await;
    let outbound = world.text(15_550_001_111).await.body;
    let outbound = outbound
        .split('"')
        .find(|part| part.starts_with("wamid."))
        .expect("a message was sent");
    let message = |rest: &str| format!(r#"{{"messaging_product":"whatsapp","to":"15550001111",{rest}}}"#);
    let hello = |rest: &str| message(&format!(r#""type":"template","template":{{{rest}}}"#));
    let read =
        |id: &str| format!(r#"{{"messaging_product":"whatsapp","status":"read","message_id":"{id}"}}"#);
    let long = message(&format!(r#""text":{{"body":"{}"}}"#, "x".repeat(4_097)));
    let table = world
        .table_of_nothing(&[
            ("no product", CALL, r#"{"to":"15550001111","text":{"body":"hi"}}"#),
            ("another product", CALL, r#"{"messaging_product":"sms","to":"1","text":{"body":"hi"}}"#),
            ("nobody", CALL, r#"{"messaging_product":"whatsapp","text":{"body":"hi"}}"#),
            ("no phone number", CALL, r#"{"messaging_product":"whatsapp","to":"Ann","text":{"body":"hi"}}"#),
            ("a national number", CALL, r#"{"messaging_product":"whatsapp","to":"0170 1234567","text":{"body":"hi"}}"#),
            ("an unknown business-scoped id", CALL, r#"{"messaging_product":"whatsapp","recipient":"US.1","text":{"body":"hi"}}"#),
            ("a group", CALL, &message(r#""recipient_type":"group","text":{"body":"hi"}"#)),
            ("no text", CALL, &message(r#""type":"text""#)),
            ("an empty text", CALL, &message(r#""text":{"body":""}"#)),
            ("a text of the wrong type", CALL, &message(r#""text":{"body":5}"#)),
            ("a text that is too long", CALL, &long),
            ("a type that is not served", CALL, &message(r#""type":"pin","pin":{"message_id":"wamid.x"}"#)),
            ("a medium that is not there", CALL, &message(r#""type":"image","image":{"id":"1"}"#)),
            ("an object of the wrong type", CALL, &message(r#""type":"image","image":"1""#)),
            ("a reaction to nothing", CALL, &message(r#""type":"reaction","reaction":{"message_id":"wamid.x","emoji":"👍"}"#)),
            ("a type that is not known", CALL, &message(r#""type":"hologram""#)),
            ("a template without a name", CALL, &hello(r#""language":{"code":"en_US"}"#)),
            ("a template without a language", CALL, &hello(r#""name":"hello_world""#)),
            ("components of the wrong type", CALL, &hello(r#""name":"hello_world","language":{"code":"en_US"},"components":"x""#)),
            ("a parameter without its value", CALL, &hello(r#""name":"hello_world","language":{"code":"en_US"},"components":[{"type":"body","parameters":[{"type":"text"}]}]"#)),
            ("mark as read: nonsense", CALL, &read("wamid.nonsense")),
            ("mark as read: a message of one's own", CALL, &read(outbound)),
            ("mark as read: no message", CALL, r#"{"messaging_product":"whatsapp","status":"read"}"#),
            ("mark as delivered", CALL, r#"{"messaging_product":"whatsapp","status":"delivered","message_id":"x"}"#),
        ])
        .await;
    insta::assert_snapshot!(table);
}

#[tokio::test]
async fn every_refusal() {
    let world = World::with(|config| config.defaults.errors_at_once = true).await;
    let create = r#"{"name":"order_update","language":"en_US","category":"UTILITY","components":[{"type":"BODY","text":"Hello {{1}}, your order is on its way to you today.","example":{"body_text":[["Ann"]]}}]}"#;
    let hello = |template: &str| {
        format!(
            r#"{{"messaging_product":"whatsapp","to":"15550001111","type":"template","template":{template}}}"#
        )
    };
    let with = |parameters: &str| {
        hello(&format!(
            r#"{{"name":"order_update","language":{{"code":"en_US"}},"components":[{{"type":"body","parameters":{parameters}}}]}}"#
        ))
    };
    let own = r#"{"messaging_product":"whatsapp","to":"15550783881","type":"template","template":{"name":"hello_world","language":{"code":"en_US"}}}"#;
    let pending = world
        .table(&[("a template is submitted", "POST /$WABA/message_templates", create)])
        .await;
    let waiting = world
        .table(&[(
            "a template in review",
            CALL,
            &with(r#"[{"type":"text","text":"Ann"}]"#),
        )])
        .await;
    world.advance(decider::Millis::days(2)).await;
    let table = world
        .table(&[
            (
                "no such template",
                CALL,
                &hello(r#"{"name":"nope","language":{"code":"en_US"}}"#),
            ),
            (
                "not in this language",
                CALL,
                &hello(r#"{"name":"hello_world","language":{"code":"de"}}"#),
            ),
            ("too few parameters", CALL, &with("[]")),
            (
                "too many parameters",
                CALL,
                &with(r#"[{"type":"text","text":"a"},{"type":"text","text":"b"}]"#),
            ),
            (
                "a parameter of the wrong kind",
                CALL,
                &with(r#"[{"type":"image","image":{"id":"1"}}]"#),
            ),
            (
                "a named parameter",
                CALL,
                &with(r#"[{"type":"text","text":"a","parameter_name":"n"}]"#),
            ),
            (
                "as it should be",
                CALL,
                &with(r#"[{"type":"text","text":"Ann"}]"#),
            ),
            ("to oneself", CALL, own),
            (
                "outside the window",
                CALL,
                r#"{"messaging_product":"whatsapp","to":"15550009999","text":{"body":"hi"}}"#,
            ),
            ("the number is taken off", "POST /$PHONE/deregister", ""),
            ("from a number that is not registered", CALL, own),
        ])
        .await;
    insta::assert_snapshot!(format!("{pending}{waiting}{table}"));
}
