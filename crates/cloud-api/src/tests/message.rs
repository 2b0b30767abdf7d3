//! `POST /messages`: bodies in, answers and errors out.

use insta::assert_snapshot;

use crate::message::{ComponentKind, MarkRead, MessageRequest, OutgoingKind};
use crate::{Accepted, Direction, MessageStatus, Outgoing, UserId, Wamid, parse_message};

fn send(body: &str) -> Outgoing {
    match parse_message("", Some("application/json"), body.as_bytes()) {
        Ok(MessageRequest::Send(message)) => *message,
        got => panic!("{body}: {got:?}"),
    }
}

#[test]
fn texts_and_reads() {
    let message = send(
        r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+1 650 555 1234","type":"text",
            "text":{"preview_url":"true","body":"Caf\u00e9 😀"},"context":{"message_id":"wamid.X"},
            "biz_opaque_callback_data":"order 7","ttl":60}"#,
    );
    assert_eq!(
        message.kind,
        OutgoingKind::Text {
            body: "Café 😀".to_owned(),
            preview_url: true
        }
    );
    assert_eq!(
        (message.input(), message.context.as_deref()),
        ("+1 650 555 1234", Some("wamid.X"))
    );
    assert_eq!(message.biz_opaque_callback_data.as_deref(), Some("order 7"));

    let number = send(r#"{"messaging_product":"whatsapp","to":16505551234,"text":{"body":"x"}}"#);
    assert_eq!(number.input(), "16505551234");
    let user = send(r#"{"messaging_product":"whatsapp","recipient":"US.1349","text":{"body":"x"}}"#);
    assert_eq!((user.input(), &user.to), ("US.1349", &None));
    let read = br#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.X","typing_indicator":{"type":"text"}}"#;
    let expected = MarkRead {
        message_id: "wamid.X".to_owned(),
        typing: true,
    };
    assert_eq!(
        parse_message("", None, read),
        Ok(MessageRequest::MarkRead(expected))
    );
}

#[test]
fn forms_and_queries_are_the_same_message() {
    let json = send(r#"{"messaging_product":"whatsapp","to":"16505551234","text":{"body":"Hi"}}"#);
    let form = b"messaging_product=whatsapp&to=16505551234&text=%7B%22body%22%3A%22Hi%22%7D";
    let rows: [(&str, Option<&str>, &[u8]); 3] = [
        ("", Some("application/x-www-form-urlencoded"), form),
        (
            "messaging_product=whatsapp",
            None,
            br#"{"to":"16505551234","text":{"body":"Hi"}}"#,
        ),
        (
            "messaging_product=whatsapp&to=16505551234&text=%7B%22body%22%3A%22Hi%22%7D",
            None,
            b"",
        ),
    ];
    for (query, content_type, body) in rows {
        let request = parse_message(query, content_type, body);
        assert_eq!(
            request,
            Ok(MessageRequest::Send(Box::new(json.clone()))),
            "{query}"
        );
    }
}

#[test]
fn templates() {
    let message = send(
        r#"{"messaging_product":"whatsapp","to":"16505551234","type":"template","template":{
            "name":"order_update","language":{"policy":"deterministic","code":"en_US"},"components":[
            {"type":"HEADER","parameters":[{"type":"image","image":{"link":"https://example.com/a.png"}}]},
            {"type":"body","parameters":[{"type":"text","text":"Ann","parameter_name":"first_name"},
              {"type":"currency","currency":{"fallback_value":"$5","code":"USD","amount_1000":5000}}]},
            {"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"STOP"}]},
            {"type":"button","sub_type":"url","index":1,"parameters":[{"type":"text","text":"abc"}]}]}}"#,
    );
    let OutgoingKind::Template(template) = message.kind else {
        panic!("a template")
    };
    assert_eq!(
        (template.name.as_str(), template.language.code.as_str()),
        ("order_update", "en_US")
    );
    let body = template.parameters(&ComponentKind::Body);
    assert_eq!(body[0].parameter_name.as_deref(), Some("first_name"));
    assert_eq!(
        body.iter().map(|one| one.shown()).collect::<Vec<_>>(),
        [Some("Ann"), Some("$5")]
    );
    assert_eq!(
        template
            .components
            .iter()
            .map(|one| one.index)
            .collect::<Vec<_>>(),
        [None, None, Some(0), Some(1)]
    );
    assert_eq!(template.parameters(&ComponentKind::Carousel), []);
}

/// One line a row: the body, and what is said of it.
#[test]
fn every_defect_names_its_field() {
    let long = format!(
        r#"{{"messaging_product":"whatsapp","to":"1","text":{{"body":"{}"}}}}"#,
        "é".repeat(4_097)
    );
    let rows = [
        r#""#,
        r#"{"#,
        r#"{"messaging_product":"whatsapp","to":7,"text":{"body":"x"}"#,
        r#"[]"#,
        r#"{"messaging_product":"sms"}"#,
        r#"{"messaging_product":7}"#,
        r#"{"messaging_product":"whatsapp","text":{"body":"x"}}"#,
        r#"{"messaging_product":"whatsapp","to":true,"text":{"body":"x"}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","recipient_type":"crowd","text":{"body":"x"}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"text"}"#,
        r#"{"messaging_product":"whatsapp","to":"1","text":"x"}"#,
        r#"{"messaging_product":"whatsapp","to":"1","text":{"body":5}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","text":{"body":""}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","text":{"body":"x","preview_url":"perhaps"}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"hologram"}"#,
        r#"{"messaging_product":"whatsapp","to":"1","to":"2","text":{"body":"x"}}"#,
        r#"{"messaging_product":"whatsapp","status":"seen","message_id":"x"}"#,
        r#"{"messaging_product":"whatsapp","status":"read"}"#,
        r#"{"messaging_product":"whatsapp","status":"read","message_id":"x","typing_indicator":{"type":"audio"}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"template"}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"language":{"code":"en"}}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a"}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a","language":"en"}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a","language":{"code":"en"},"components":[{}]}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a","language":{"code":"en"},"components":[{"type":"foot"}]}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a","language":{"code":"en"},"components":[{"type":"button"}]}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a","language":{"code":"en"},"components":[{"type":"body","parameters":[{"type":"text"}]}]}}"#,
        r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a","language":{"code":"en"},"components":[{"type":"body","parameters":[{"type":"text","text":5}]}]}}"#,
        &long,
    ];
    let mut table = String::new();
    for row in rows {
        let error = parse_message("", Some("application/json"), row.as_bytes()).expect_err(row);
        assert!(error.details.is_some(), "{row}");
        let details = error
            .details
            .as_deref()
            .filter(|details| !error.message.contains(details))
            .unwrap_or("");
        let shown: String = row
            .replace(r#""messaging_product":"whatsapp","#, "")
            .chars()
            .take(150)
            .collect();
        table.push_str(&format!("{shown}\n    {} {}\n", error.message, details));
    }
    assert_snapshot!(table);
}

#[test]
fn answers() {
    let accepted = Accepted {
        input: "+1 (650) 555/1234 \"x\" é😀",
        wa_id: Some(16_505_551_234),
        user_id: UserId::new(1, 7),
        wamid: Wamid::new(1, 0, 5, Direction::Outbound).expect("small"),
        status: None,
    };
    let held = Accepted {
        wa_id: None,
        status: Some(MessageStatus::Held),
        ..accepted
    };
    let bodies = [accepted.body(), held.body()].map(|body| String::from_utf8(body).expect("ASCII"));
    for body in &bodies {
        let value: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(value["contacts"][0]["input"], accepted.input);
    }
    assert_snapshot!(bodies.join("\n"));
}

#[test]
fn a_body_that_is_no_object_is_refused_as_a_whole() {
    for body in ["[1]", "[\"whatsapp\"]", "7", "\"text\"", " null"] {
        let error = parse_message("", Some("application/json"), body.as_bytes()).expect_err(body);
        assert_eq!(error.code, 100, "{body}");
        assert!(!error.message.contains("Param ["), "{body}: {}", error.message);
    }
}
