//! Free-form messages of every type: what passes, and what is said of each defect.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::message::{FreeKind, MessageRequest, OutgoingKind};
use crate::parse_message;

fn parse(kind: &str, value: &Value) -> Result<OutgoingKind, crate::GraphError> {
    let body = json!({"messaging_product": "whatsapp", "to": "1", "type": kind, kind: value});
    match parse_message("", Some("application/json"), body.to_string().as_bytes())? {
        MessageRequest::Send(message) => Ok(message.kind),
        MessageRequest::MarkRead(_) => panic!("a message was sent"),
    }
}

fn button(id: &str, title: &str) -> Value {
    json!({"type": "reply", "reply": {"id": id, "title": title}})
}

/// An interactive message with a body.
fn interactive(kind: &str, rest: Value) -> Value {
    let mut value = json!({"type": kind, "body": {"text": "Body"}});
    if let (Value::Object(value), Value::Object(rest)) = (&mut value, rest) {
        value.extend(rest.into_iter().filter(|(_, value)| !value.is_null()));
    }
    value
}

fn list(sections: Value) -> Value {
    interactive(
        "list",
        json!({"action": {"button": "Choose", "sections": sections}}),
    )
}

fn flow(parameters: Value) -> Value {
    interactive(
        "flow",
        json!({"action": {"name": "flow", "parameters": parameters}}),
    )
}

#[test]
fn every_type_passes_and_keeps_its_object() {
    let name = json!({"formatted_name": "Ann Lee", "first_name": "Ann"});
    let action = |name: &str| json!({"action": {"name": name}});
    let card = |index: u32| {
        json!({"card_index": index, "type": "cta_url", "header": {"type": "image", "image": {"id": "7"}}, "body": {"text": "B"},
            "action": {"name": "cta_url", "parameters": {"display_text": "See", "url": "https://example.com"}}})
    };
    let money = json!({"value": 2_100, "offset": 100});
    let order = json!({"reference_id": "r", "type": "digital-goods", "currency": "INR", "total_amount": money,
        "order": {"status": "pending", "subtotal": money, "items": [{"name": "Tea", "amount": money, "quantity": 1}]}});
    // (type, object, media that it names)
    let rows = [
        ("image", json!({"id": "12", "caption": "A"}), &["12"][..]),
        ("image", json!({"id": 12}), &["12"]),
        ("image", json!({"link": "https://example.com/a.png"}), &[]),
        (
            "video",
            json!({"id": "12", "link": "https://example.com/a.mp4"}),
            &["12"],
        ),
        ("audio", json!({"id": "12", "voice": true}), &["12"]),
        (
            "document",
            json!({"id": "12", "filename": "a.pdf", "caption": "A"}),
            &["12"],
        ),
        ("sticker", json!({"id": "12"}), &["12"]),
        (
            "location",
            json!({"latitude": 37.48, "longitude": "-122.15", "name": "A", "address": "B"}),
            &[],
        ),
        (
            "contacts",
            json!([{"name": name, "phones": [{"phone": "+1"}], "birthday": "1990-12-31", "org": {"company": "C"}}]),
            &[],
        ),
        (
            "reaction",
            json!({"message_id": "wamid.X", "emoji": "\u{1f469}\u{200d}\u{1f680}"}),
            &[],
        ),
        ("reaction", json!({"message_id": "wamid.X", "emoji": ""}), &[]),
        (
            "interactive",
            interactive(
                "button",
                json!({"header": {"type": "image", "image": {"id": "5"}}, "footer": {"text": "F"},
            "action": {"buttons": [button("a", "A"), button("b", "B")]}}),
            ),
            &["5"],
        ),
        (
            "interactive",
            list(json!([{"rows": [{"id": "a", "title": "A", "description": "D"}]}])),
            &[],
        ),
        (
            "interactive",
            interactive(
                "cta_url",
                json!({"action": {"name": "cta_url", "parameters": {"display_text": "See", "url": "https://example.com"}}}),
            ),
            &[],
        ),
        (
            "interactive",
            flow(
                json!({"flow_message_version": "3", "flow_id": "1", "flow_cta": "Go", "flow_action": "navigate", "flow_action_payload": {"screen": "A"}}),
            ),
            &[],
        ),
        (
            "interactive",
            interactive(
                "product",
                json!({"body": null, "action": {"catalog_id": "1", "product_retailer_id": "2"}}),
            ),
            &[],
        ),
        (
            "interactive",
            interactive(
                "product_list",
                json!({"header": {"type": "text", "text": "H"}, "action": {"catalog_id": "1", "sections": [{"title": "S", "product_items": [{"product_retailer_id": "2"}]}]}}),
            ),
            &[],
        ),
        (
            "interactive",
            interactive(
                "catalog_message",
                json!({"action": {"name": "catalog_message", "parameters": {"thumbnail_product_retailer_id": "2"}}}),
            ),
            &[],
        ),
        (
            "interactive",
            interactive("location_request_message", action("send_location")),
            &[],
        ),
        (
            "interactive",
            interactive(
                "address_message",
                json!({"action": {"name": "address_message", "parameters": {"country": "IN"}}}),
            ),
            &[],
        ),
        (
            "interactive",
            interactive("call_permission_request", action("call_permission_request")),
            &[],
        ),
        (
            "interactive",
            interactive(
                "voice_call",
                json!({"action": {"name": "voice_call", "parameters": {"display_text": "Call"}}}),
            ),
            &[],
        ),
        (
            "interactive",
            interactive("request_contact_info", action("request_contact_info")),
            &[],
        ),
        (
            "interactive",
            interactive("carousel", json!({"action": {"cards": [card(0), card(1)]}})),
            &["7", "7"],
        ),
        (
            "interactive",
            interactive(
                "order_details",
                json!({"action": {"name": "review_and_pay", "parameters": order}}),
            ),
            &[],
        ),
    ];
    for (kind, value, media) in rows {
        let OutgoingKind::Free(free) =
            parse(kind, &value).unwrap_or_else(|error| panic!("{kind} {value}: {error:?}"))
        else {
            panic!("{kind}")
        };
        assert_eq!((free.kind.as_str(), &free.value), (kind, &value));
        let named: Vec<&str> = free.media.iter().map(|(_, id)| id.as_str()).collect();
        assert_eq!(named, media, "{kind} {value}");
        let reacts = (free.kind == FreeKind::Reaction).then_some("wamid.X");
        assert_eq!(free.reacts_to(), reacts);
    }
}

/// One line a row: the object, and what is said of it.
#[test]
fn every_defect_names_its_field() {
    let long = |count: usize| "x".repeat(count);
    let row = |id: &str| json!({"id": id, "title": "T"});
    let rows_of = |count: usize| (0..count).map(|n| row(&n.to_string())).collect::<Vec<_>>();
    let buttons = |buttons: Value| interactive("button", json!({"action": {"buttons": buttons}}));
    let with_header = |header: Value| {
        let mut message = buttons(json!([button("a", "A")]));
        message["header"] = header;
        message
    };
    let link = |url: &str| {
        interactive(
            "cta_url",
            json!({"action": {"name": "cta_url", "parameters": {"display_text": "See", "url": url}}}),
        )
    };
    let rows = [
        ("image", json!({})),
        ("image", json!("x")),
        ("image", json!({"id": true})),
        ("image", json!({"link": "example.com/a.png"})),
        ("image", json!({"id": "1", "caption": long(1_025)})),
        ("image", json!({"id": "1", "filename": "a"})),
        ("audio", json!({"id": "1", "caption": "A"})),
        ("sticker", json!({"id": "1", "caption": "A"})),
        ("document", json!({"id": "1", "filename": long(241)})),
        ("location", json!({"latitude": 1})),
        ("location", json!({"latitude": 91, "longitude": 1})),
        ("location", json!({"latitude": "north", "longitude": 1})),
        ("contacts", json!({})),
        ("contacts", json!([])),
        ("contacts", json!([{}])),
        ("contacts", json!([{"name": {"formatted_name": "Ann"}}])),
        (
            "contacts",
            json!([{"name": {"formatted_name": "Ann", "first_name": "Ann"}, "birthday": "31.12.1990"}]),
        ),
        (
            "contacts",
            json!([{"name": {"formatted_name": "Ann", "first_name": "Ann"}, "phones": "1"}]),
        ),
        ("reaction", json!({"emoji": "\u{1f44d}"})),
        ("reaction", json!({"message_id": "wamid.X"})),
        ("reaction", json!({"message_id": "wamid.X", "emoji": "ok"})),
        ("interactive", json!({"body": {"text": "x"}})),
        ("interactive", json!({"type": "hologram"})),
        ("interactive", json!({"type": "button", "action": {}})),
        (
            "interactive",
            json!({"type": "button", "body": {"text": long(1_025)}, "action": {}}),
        ),
        ("interactive", json!({"type": "button", "body": {"text": "x"}})),
        ("interactive", buttons(json!([]))),
        (
            "interactive",
            buttons(json!([
                button("a", "A"),
                button("b", "B"),
                button("c", "C"),
                button("d", "D")
            ])),
        ),
        (
            "interactive",
            buttons(json!([button("a", "A"), button("a", "B")])),
        ),
        (
            "interactive",
            buttons(json!([button("a", "A"), button("b", "A")])),
        ),
        ("interactive", buttons(json!([button("a", &long(21))]))),
        ("interactive", buttons(json!([{"type": "link"}]))),
        ("interactive", with_header(json!({"type": "text"}))),
        (
            "interactive",
            with_header(json!({"type": "text", "text": long(61)})),
        ),
        ("interactive", with_header(json!({"type": "audio"}))),
        ("interactive", with_header(json!({"type": "video", "video": {}}))),
        ("interactive", list(json!([{"rows": []}]))),
        ("interactive", list(json!([{"rows": [row("a"), row("a")]}]))),
        (
            "interactive",
            list(json!([{"title": "A", "rows": rows_of(6)}, {"title": "B", "rows": rows_of(1)}])),
        ),
        (
            "interactive",
            list(json!([{"rows": [row("a")]}, {"rows": [row("b")]}])),
        ),
        (
            "interactive",
            list(json!([{"rows": [{"id": "a", "title": long(25)}]}])),
        ),
        (
            "interactive",
            list(json!([{"rows": [{"id": "a", "title": "A", "description": long(73)}]}])),
        ),
        (
            "interactive",
            list(json!([{"title": "A", "rows": rows_of(9)}, {"title": "B", "rows": [row("x"), row("y")]}])),
        ),
        ("interactive", link("ftp://example.com")),
        (
            "interactive",
            interactive("cta_url", json!({"action": {"name": "cta_url"}})),
        ),
        (
            "interactive",
            interactive("cta_url", json!({"action": {"name": "link"}})),
        ),
        (
            "interactive",
            flow(json!({"flow_message_version": "3", "flow_cta": "Go"})),
        ),
        (
            "interactive",
            flow(
                json!({"flow_message_version": "3", "flow_id": "1", "flow_cta": "Go", "flow_action": "navigate"}),
            ),
        ),
        (
            "interactive",
            interactive("product", json!({"action": {"catalog_id": "1"}})),
        ),
        (
            "interactive",
            interactive(
                "product",
                json!({"header": {"type": "text", "text": "x"}, "action": {}}),
            ),
        ),
        ("interactive", interactive("product_list", json!({"action": {}}))),
        (
            "interactive",
            interactive("address_message", json!({"action": {"name": "address_message"}})),
        ),
        (
            "interactive",
            interactive("carousel", json!({"action": {"cards": [{}]}})),
        ),
        (
            "interactive",
            interactive("order_details", json!({"action": {"name": "review_and_pay"}})),
        ),
    ];
    let mut table = String::new();
    for (kind, value) in rows {
        let error = parse(kind, &value).expect_err(&value.to_string());
        let details = error.details.as_deref().expect("a send says more in error_data");
        let shown: String = value.to_string().chars().take(120).collect();
        table.push_str(&format!(
            "{kind} {shown}\n    {} {} {details}\n",
            error.status, error.code
        ));
    }
    assert_snapshot!(table);
    for kind in FreeKind::ALL {
        let missing = format!(
            r#"{{"messaging_product":"whatsapp","to":"1","type":"{}"}}"#,
            kind.as_str()
        );
        let error = parse_message("", None, missing.as_bytes()).expect_err("its object is missing");
        assert_eq!(error.code, 100, "{missing}");
        assert!(error.message.contains(kind.as_str()), "{}", error.message);
    }
}
