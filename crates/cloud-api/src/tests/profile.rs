//! Profiles, QR codes, settings, codes: what is read, what is said of each defect, what is shown.

use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::Value;

use crate::fields::Fields;
use crate::phone::{CodeEntry, CodeRequest};
use crate::profile::{ProfileChange, ProfileNode};
use crate::qr::{QrImage, SaveQr, code_text, qr_node, read_code};
use crate::settings::SettingsTopic;
use crate::{GraphError, Params};

fn params(json: &str) -> Params {
    Params::merge("", Some("application/json"), json.as_bytes()).expect("JSON")
}

#[test]
fn profiles_are_changed_field_by_field() {
    let change = ProfileChange::of(&params(
        r#"{"messaging_product":"whatsapp","about":"Tea","address":"","vertical":"retail","websites":["https://a.example"],"email":"a@b.example"}"#,
    ));
    let expected = ProfileChange {
        about: Some("Tea".to_owned()),
        address: Some(String::new()),
        vertical: Some("RETAIL".to_owned()),
        websites: Some(vec!["https://a.example".to_owned()]),
        email: Some("a@b.example".to_owned()),
        ..ProfileChange::default()
    };
    assert_eq!(change, Ok(expected));
    let sites = ["https://a.example".to_owned()];
    let node = ProfileNode {
        about: Some("Tea"),
        websites: &sites,
        ..ProfileNode::default()
    };
    let shown = |fields: Option<&str>| {
        let fields = fields.map(|text| Fields::parse(text).expect("well formed"));
        node.answer(fields.as_ref()).map(|value| value.to_string())
    };
    assert_snapshot!(format!(
        "{}\n{}\n{}",
        shown(None).expect("all"),
        shown(Some("about,email")).expect("some"),
        shown(Some("colour")).expect_err("unknown").message
    ));
}

/// One line a row: the call, its parameters, and what is said of them.
#[test]
fn every_defect_names_its_parameter() {
    fn error<T: std::fmt::Debug>(result: Result<T, GraphError>, row: &str) -> String {
        result.expect_err(row).message.into_owned()
    }
    let product = r#""messaging_product":"whatsapp""#;
    let long = format!(r#"{{{product},"about":"{}"}}"#, "x".repeat(140));
    let profile = [
        r#"{"about":"x"}"#.to_owned(),
        format!(r#"{{{product},"about":""}}"#),
        long,
        format!(r#"{{{product},"vertical":"SPACE"}}"#),
        format!(r#"{{{product},"email":"nobody"}}"#),
        format!(r#"{{{product},"websites":["a.example"]}}"#),
        format!(r#"{{{product},"websites":["https://a","https://b","https://c"]}}"#),
        format!(r#"{{{product},"about":7.5,"address":[]}}"#),
    ];
    let qr = [
        "{}".to_owned(),
        format!(r#"{{"prefilled_message":"{}"}}"#, "x".repeat(141)),
        r#"{"prefilled_message":"x","generate_qr_image":"GIF"}"#.to_owned(),
    ];
    let codes = [
        r#"{}"#,
        r#"{"code_method":"SMS"}"#,
        r#"{"code_method":"FAX","language":"en"}"#,
    ];
    let entries = [r#"{}"#, r#"{"code":"12345"}"#, r#"{"code":"12345a"}"#];
    let settings = [
        ("settings", r#"{}"#),
        ("settings", r#"{"calling":"on"}"#),
        (
            "conversational_automation",
            r#"{"enable_welcome_message":"perhaps"}"#,
        ),
        (
            "conversational_automation",
            r#"{"prompts":["a","b","c","d","e"]}"#,
        ),
        (
            "conversational_automation",
            r#"{"commands":[{"command_name":"x"}]}"#,
        ),
        ("whatsapp_commerce_settings", r#"{"is_cart_visible":5}"#),
        ("whatsapp_business_encryption", r#"{"business_public_key":"x"}"#),
    ];
    let mut table = String::new();
    let mut line = |row: &str, said: String| {
        let row: String = row.replace(&format!("{product},"), "").chars().take(70).collect();
        table.push_str(&format!("{row}\n    {said}\n"));
    };
    for row in &profile {
        line(row, error(ProfileChange::of(&params(row)), row));
    }
    for row in &qr {
        line(row, error(SaveQr::of(&params(row)), row));
    }
    for row in codes {
        line(row, error(CodeRequest::of(&params(row)), row));
    }
    for row in entries {
        line(row, error(CodeEntry::of(&params(row)), row));
    }
    for (edge, row) in settings {
        let topic = SettingsTopic::of_edge(edge).expect("an edge of ours");
        line(
            &format!("{edge} {row}"),
            error(topic.changed(None, &params(row)), row),
        );
    }
    assert_snapshot!(table);
}

#[test]
fn settings_are_kept_and_shown() {
    let check = |edge: &str, before: Option<&str>, change: &str, kept: &str, shown: &str| {
        let topic = SettingsTopic::of_edge(edge).expect("an edge of ours");
        let after = topic.changed(before, &params(change)).expect(change);
        assert_eq!(
            after,
            serde_json::from_str::<Value>(kept).expect("JSON"),
            "{edge}"
        );
        let text = after.to_string();
        assert_eq!(
            topic.shown(Some(&text), "1"),
            serde_json::from_str::<Value>(shown).expect("JSON"),
            "{edge}"
        );
    };
    check(
        "whatsapp_commerce_settings",
        Some(r#"{"is_catalog_visible":true}"#),
        r#"{"is_cart_visible":"true"}"#,
        r#"{"is_catalog_visible":true,"is_cart_visible":true}"#,
        r#"{"data":[{"is_cart_visible":true,"is_catalog_visible":true,"id":"1"}]}"#,
    );
    check(
        "settings",
        None,
        r#"{"calling":{"status":"ENABLED"}}"#,
        r#"{"calling":{"status":"ENABLED"}}"#,
        r#"{"calling":{"status":"ENABLED"},"storage_configuration":{"status":"DEFAULT"}}"#,
    );
    check(
        "conversational_automation",
        None,
        r#"{"enable_welcome_message":true,"prompts":["Hi"],"commands":[{"command_name":"a","command_description":"b"}]}"#,
        r#"{"enable_welcome_message":true,"prompts":["Hi"],"commands":[{"command_name":"a","command_description":"b"}]}"#,
        r#"{"id":"1","conversational_automation":{"id":"1","enable_welcome_message":true,"prompts":["Hi"],"commands":[{"command_name":"a","command_description":"b"}]}}"#,
    );
    check(
        "whatsapp_business_encryption",
        None,
        r#"{"business_public_key":"-----BEGIN PUBLIC KEY-----"}"#,
        r#"{"business_public_key":"-----BEGIN PUBLIC KEY-----"}"#,
        r#"{"data":[{"business_public_key":"-----BEGIN PUBLIC KEY-----","business_public_key_signature_status":"VALID"}]}"#,
    );
    assert_eq!(SettingsTopic::of_edge("messages"), None);
    let none = SettingsTopic::Encryption.shown(None, "1");
    assert_eq!(none.to_string(), r#"{"data":[]}"#);
}

proptest! {
    #[test]
    fn a_code_reads_back(code: u64) {
        let text = code_text(code);
        prop_assert_eq!(text.len(), 13);
        prop_assert_eq!(read_code(&text), Some(code));
    }
}

#[test]
fn codes_of_others_are_none() {
    for text in ["", "ABC", "0000000000001I", "ZZZZZZZZZZZZZ", "000000000000i"] {
        assert_eq!(read_code(text), None, "{text}");
    }
    let node = qr_node("0000000000001", "Hi", Some("http://x/y.png"));
    let expected = r#"{"code":"0000000000001","deep_link_url":"https://wa.me/message/0000000000001","prefilled_message":"Hi","qr_image_url":"http://x/y.png"}"#;
    assert_eq!(node.to_string(), expected);
    assert_eq!(QrImage::of_extension("svg"), Some(QrImage::Svg));
}
