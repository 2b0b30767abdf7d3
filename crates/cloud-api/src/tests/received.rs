//! Webhooks as a receiver reads them.

use serde_json::{Value, json};

use crate::webhook::received::{Change, Limit, News, read};

fn changes(entries: &Value) -> Vec<Change> {
    let post = json!({"object": "whatsapp_business_account", "entry": entries});
    read(post.to_string().as_bytes()).expect("a webhook")
}

fn one(field: &str, value: &Value) -> News {
    let changes = changes(&json!([{"id": "1", "changes": [{"field": field, "value": value}]}]));
    changes.into_iter().next().expect("a change").news
}

#[test]
fn every_field_is_read() {
    let rows = [
        (
            "messages",
            json!({"metadata": {"display_phone_number": "15550783881", "phone_number_id": 106},
            "contacts": [{"wa_id": "16505551234", "user_id": "US.1", "profile": {"name": "Zoë"}}],
            "messages": [{"from": "16505551234", "id": "wamid.A", "timestamp": "1749416383", "type": "text",
                "text": {"body": "hi"}, "context": {"id": "wamid.B"}}],
            "statuses": [{"id": "wamid.C", "status": "failed", "timestamp": "1749416384", "recipient_id": "16505551234",
                "biz_opaque_callback_data": "x", "errors": [{"code": 131_049, "error_data": {"details": "cap"}}]},
                {"id": "wamid.D", "status": "pondered", "pricing": {"billable": "true", "category": "marketing"}}]}),
        ),
        (
            "user_preferences",
            json!({"user_preferences": [{"wa_id": "16505551234", "category": "marketing_messages",
            "value": "stop", "timestamp": 1_749_416_383}]}),
        ),
        (
            "smb_message_echoes",
            json!({"message_echoes": [{"from": "15550783881", "to": "16505551234", "id": "wamid.E",
            "timestamp": "1749416383", "type": "text", "text": {"body": "hi"}}]}),
        ),
        (
            "message_template_status_update",
            json!({"event": "PAUSED", "message_template_id": 1_689_556_908_129_832_u64,
            "message_template_name": "sale", "message_template_language": "en-US", "reason": null,
            "other_info": {"title": "FIRST_PAUSE"}}),
        ),
        (
            "message_template_quality_update",
            json!({"new_quality_score": "RED", "message_template_id": "1"}),
        ),
        (
            "template_category_update",
            json!({"message_template_id": 1, "new_category": "UTILITY",
            "correct_category": "MARKETING"}),
        ),
        (
            "phone_number_quality_update",
            json!({"display_phone_number": "15550783881", "event": "FLAGGED",
            "current_limit": "TIER_1K", "max_daily_conversations_per_business": "TIER_2K"}),
        ),
        (
            "phone_number_name_update",
            json!({"display_phone_number": "15550783881", "decision": "APPROVED"}),
        ),
        (
            "business_capability_update",
            json!({"max_daily_conversations_per_business": -1}),
        ),
        (
            "account_update",
            json!({"event": "ACCOUNT_RESTRICTION", "restriction_info":
            [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": "1749416383"}]}),
        ),
        (
            "account_alerts",
            json!({"entity_id": 7, "alert_info": {"alert_type": "OBA_APPROVED"}}),
        ),
        ("flows", json!({"event": "anything"})),
        ("message_template_quality_update", json!({"new_quality_score": 3})),
        ("messages", json!([])),
    ];
    let told: String = rows
        .iter()
        .map(|(field, value)| format!("{field}: {:#?}\n\n", one(field, value)))
        .collect();
    insta::assert_snapshot!(told);
}

#[test]
fn one_bad_change_takes_no_other_with_it() {
    let read = changes(&json!([
        {"id": "1", "time": 5, "changes": [{"field": "messages", "value": {"statuses": 3}}, {"field": "x", "value": {}}]},
        {"id": 2, "changes": [{"field": "user_preferences", "value": {}}, {"field": "flows"}]},
        {},
    ]));
    let told: Vec<String> = read
        .iter()
        .map(|change| {
            format!(
                "{} {:?} {} {:?}",
                change.entry, change.seconds, change.field, change.news
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_limit_that_is_not_known_is_not_unlimited() {
    let rows = [
        (json!(2_000), Some(Limit::People(2_000))),
        (json!("2000"), Some(Limit::People(2_000))),
        (json!("TIER_2K"), Some(Limit::People(2_000))),
        (json!(-1), Some(Limit::Unlimited)),
        (json!("TIER_UNLIMITED"), Some(Limit::Unlimited)),
        (json!("TIER_NOT_SET"), Some(Limit::Unknown("TIER_NOT_SET".into()))),
        (json!("TIER_5M"), Some(Limit::Unknown("TIER_5M".into()))),
        (json!(-2), Some(Limit::Unknown("-2".into()))),
        (json!(null), None),
    ];
    for (value, expected) in rows {
        let update = json!({"max_daily_conversations_per_business": value});
        match one("business_capability_update", &update) {
            News::Capability(told) => assert_eq!(told.max_daily_conversations_per_business, expected),
            other => panic!("{value}: {other:?}"),
        }
    }
}

#[test]
fn what_a_person_said_in_words() {
    let words = |kind: &str, value: Value| {
        let message = json!({"id": "wamid.A", "type": kind, kind: value});
        match one("messages", &json!({"messages": [message]})) {
            News::Messages(messages) => {
                let [message] = messages.messages.as_slice() else {
                    panic!("one message")
                };
                (
                    message.words().map(str::to_owned),
                    message.new_number().map(str::to_owned),
                )
            }
            other => panic!("{other:?}"),
        }
    };
    let said = |text: &str| (Some(text.to_owned()), None);
    assert_eq!(words("text", json!({"body": "stop"})), said("stop"));
    assert_eq!(
        words("button", json!({"text": "Stop", "payload": "x"})),
        said("Stop")
    );
    let reply = json!({"type": "button_reply", "button_reply": {"id": "1", "title": "An agent"}});
    assert_eq!(words("interactive", reply), said("An agent"));
    assert_eq!(words("image", json!({"caption": "look"})), said("look"));
    assert_eq!(words("location", json!({"latitude": 1})), (None, None));
    let moved = json!({"type": "user_changed_number", "wa_id": "16505550000"});
    assert_eq!(words("system", moved), (None, Some("16505550000".to_owned())));
}

#[test]
fn what_is_no_webhook_says_so() {
    for body in [
        "",
        "{}",
        "[]",
        "{\"object\":\"page\",\"entry\":[]}",
        "{\"object\":\"whatsapp_business_account\",\"entry\":3}",
    ] {
        let error = read(body.as_bytes()).expect_err(body).to_string();
        assert!(error.starts_with("the post is no webhook: "), "{error}");
    }
}
