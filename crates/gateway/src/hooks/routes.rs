//! Who is told of a webhook: the relay of the number, else of the account.
//!
//! Promises: a body that is all for one app is relayed byte for byte but for the app's own callback data; one for several
//! is taken apart, so that no app sees what is another's. Must not know: how it is delivered.

use cloud_api::NodeId;
use cloud_api::webhook::raw_body;
use cloud_api::webhook::received::{Change, News};
use ledger::NewDelivery;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::gateway::Gateway;
use crate::relay::Relay;
use crate::wire::callback::put_back;

/// The deliveries that a webhook leads to.
pub(super) fn rows(gateway: &Gateway, body: &[u8], changes: &[Change]) -> Vec<NewDelivery> {
    let now = gateway.real_now().millis();
    let id = id(body);
    let targets: Vec<Option<String>> = changes.iter().map(|change| target(gateway, change)).collect();
    let mut names: Vec<&String> = targets.iter().flatten().collect();
    names.sort();
    names.dedup();
    let body = put_back(body, gateway.installation());
    match names.as_slice() {
        [] => Vec::new(),
        [only] if targets.iter().all(Option::is_some) => vec![Relay::row(&id, only, now, body.into_owned())],
        _ => {
            let parts = parts(&body, &targets);
            let row = |(nth, (target, part)): (usize, (String, Vec<u8>))| {
                Relay::row(&format!("{id}-{nth}"), &target, now, part)
            };
            parts.into_iter().enumerate().map(row).collect()
        }
    }
}

/// The same for the same body, so that one that comes twice is relayed once.
fn id(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name of the target of a change.
fn target(gateway: &Gateway, change: &Change) -> Option<String> {
    let number = match &change.news {
        News::Messages(messages) => Some(&messages.metadata),
        News::Preferences(preferences) => Some(&preferences.metadata),
        News::Echoes(echoes) => Some(&echoes.metadata),
        _ => None,
    };
    let number = number.and_then(|metadata| NodeId::parse(&metadata.phone_number_id));
    let waba = NodeId::parse(&change.entry)?;
    gateway.target(waba.0, number.map(|number| number.0))
}

/// A body for each change that somebody is told of.
fn parts(body: &[u8], targets: &[Option<String>]) -> Vec<(String, Vec<u8>)> {
    let whole: Value = serde_json::from_slice(body).unwrap_or_default();
    let entries = whole.get("entry").and_then(Value::as_array);
    let changes = entries.into_iter().flatten().flat_map(|entry| {
        let changes = entry.get("changes").and_then(Value::as_array);
        changes.into_iter().flatten().map(move |change| (entry, change))
    });
    let told = changes.zip(targets).filter_map(|((entry, change), target)| {
        let id = entry.get("id").and_then(|id| NodeId::parse(&plain(id)))?;
        let seconds = entry.get("time").and_then(Value::as_u64);
        let field = change.get("field").and_then(Value::as_str).unwrap_or_default();
        let value = change.get("value").unwrap_or(&Value::Null);
        Some((target.clone()?, raw_body(id, seconds, field, value)))
    });
    told.collect()
}

fn plain(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sees_what_is_anothers() {
        let change = |text: &str| serde_json::json!({"field": "messages", "value": {"x": text}});
        let body = serde_json::json!({"object": "whatsapp_business_account", "entry": [
            {"id": "7", "time": 5, "changes": [change("one"), change("two")]},
            {"id": 8, "changes": [change("three")]},
        ]});
        let name = |name: &str| Some(name.to_owned());
        let parts = parts(&cloud_api::json::to_bytes(&body), &[name("a"), None, name("b")]);
        let shown: Vec<(String, String)> = parts
            .into_iter()
            .map(|(target, part)| (target, String::from_utf8_lossy(&part).into_owned()))
            .collect();
        let of = |id: &str, time: &str, text: &str| {
            format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{id}"{time},"changes":[{{"field":"messages","value":{{"x":"{text}"}}}}]}}]}}"#
            )
        };
        let expected = [("a", of("7", r#","time":5"#, "one")), ("b", of("8", "", "three"))];
        assert_eq!(shown, expected.map(|(target, part)| (target.to_owned(), part)));
    }
}
