//! Whatever comes in, nothing panics, and what is written stays ASCII and reads back.

use proptest::prelude::*;
use serde_json::Value;

use crate::account::AppSubscription;
use crate::fields::Fields;
use crate::paging::PageRequest;
use crate::phone::{PhoneSettings, RegisterRequest};
use crate::template::{CreateTemplate, DeleteTemplates, EditTemplate, TemplateFilter};
use crate::webhook::challenge::Challenge;
use crate::webhook::signature::verify;
use crate::{Params, access_token, json, parse_message, route};

/// Every reader of a request at once.
fn read_everything(method: &str, path: &str, query: &str, content_type: Option<&str>, body: &[u8]) {
    let _ = route(method, path, query);
    let _ = access_token(Some(path), query);
    let _ = parse_message(query, content_type, body);
    let _ = Challenge::parse(query);
    let _ = verify(b"k", body, query);
    let _ = Fields::parse(query);
    let _ = crate::multipart::parts(query, body);
    let _ = crate::qr::read_code(query);
    if let Ok(params) = Params::merge(query, content_type, body) {
        let _ = PageRequest::of(&params, 100);
        let _ = RegisterRequest::of(&params);
        let _ = crate::phone::CodeRequest::of(&params);
        let _ = crate::phone::CodeEntry::of(&params);
        let _ = crate::profile::ProfileChange::of(&params);
        let _ = crate::qr::SaveQr::of(&params);
        let _ = crate::batch::batch_of(&params);
        for edge in [
            "settings",
            "conversational_automation",
            "whatsapp_commerce_settings",
        ] {
            let topic = crate::settings::SettingsTopic::of_edge(edge).expect("an edge of ours");
            let _ = topic.changed(Some(query), &params);
            let _ = topic.shown(Some(query), "1");
        }
        let _ = PhoneSettings::of(&params);
        let _ = AppSubscription::of(&params);
        let _ = DeleteTemplates::of(&params);
        let _ = TemplateFilter::of(&params);
        let _ = Fields::of(&params);
        let _ = CreateTemplate::of(params.clone());
        let _ = EditTemplate::of(params);
    }
}

/// JSON out of the words of real requests, so that it gets past the first check.
fn requests() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "messaging_product",
        "whatsapp",
        "to",
        "16505551234",
        "type",
        "text",
        "body",
        "template",
        "name",
        "language",
        "code",
        "components",
        "parameters",
        "HEADER",
        "button",
        "index",
        "0",
        "status",
        "read",
        "message_id",
        "context",
        "example",
        "body_text",
        "buttons",
        "cards",
        "category",
        "UTILITY",
        "pin",
        "123456",
        "image",
        "contacts",
        "reaction",
        "interactive",
        "action",
        "sections",
        "carousel",
        "id",
        "fields",
        "limit",
        "",
    ]);
    let leaf = prop_oneof![
        word.clone().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(5, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..8).prop_map(|pairs| pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes(method in "[A-Za-z]{0,6}", path in "\\PC{0,40}", query in "\\PC{0,60}", body: Vec<u8>, form: bool) {
        let content_type = if form { "application/x-www-form-urlencoded" } else { "application/json" };
        read_everything(&method, &path, &query, Some(content_type), &body);
    }

    #[test]
    fn likely_requests(value in requests(), query in "(v25.0/|[a-z_.]{0,9}|[0-9]{0,18}|[=&,(){}\\[\\]\"%])*") {
        read_everything("POST", &query, &query, None, value.to_string().as_bytes());
    }

    #[test]
    fn what_is_written_is_ascii_and_reads_back(text: String) {
        let bytes = json::to_bytes(&text);
        prop_assert!(bytes.is_ascii());
        prop_assert_eq!(serde_json::from_slice::<String>(&bytes).expect("JSON"), text);
    }
}

#[test]
fn deep_nesting_is_refused() {
    let body = format!("{{\"template\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(
        parse_message("", None, body.as_bytes()).map_err(|error| error.code),
        Err(100)
    );
    assert!(Fields::parse(&"a{".repeat(100_000)).is_err());
}
