//! Who is told of a webhook: the relay of the number, else of the account.
//!
//! Promises: a body that is all for one app is relayed byte for byte but for the app's own callback data and the addresses
//! of files; one for several apps or portfolios is taken apart, so that no app sees what is another's. Must not know: how
//! it is delivered.

use cloud_api::NodeId;
use cloud_api::webhook::raw_body;
use cloud_api::webhook::received::{Change, News};
use decider::CellId;
use ledger::NewDelivery;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::gateway::Gateway;
use crate::relay::Relay;
use crate::wire::callback::put_back;
use crate::wire::links::Links;

/// Who is told of a change, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct To {
    /// The name of the relay.
    target: String,
    /// The portfolio: links to its files open nobody else's.
    cell: Option<CellId>,
}

/// The deliveries that a webhook leads to. `base`: the gateway as it is known outside.
pub(super) fn rows(gateway: &Gateway, body: &[u8], changes: &[Change], base: &str) -> Vec<NewDelivery> {
    let now = gateway.real_now().millis();
    let id = id(body);
    let told: Vec<Option<To>> = changes.iter().map(|change| to(gateway, change)).collect();
    let mut all: Vec<&To> = told.iter().flatten().collect();
    all.sort();
    all.dedup();
    let body = put_back(body, gateway.installation());
    let row = |id: &str, to: &To, body: &[u8]| {
        let key = gateway.link_key();
        let linked = to.cell.map(|cell| Links { base, key, cell });
        let body = match &linked {
            Some(links) => links.in_webhook(body).into_owned(),
            None => body.to_vec(),
        };
        Relay::row(id, &to.target, now, body)
    };
    match all.as_slice() {
        [] => Vec::new(),
        [only] if told.iter().all(Option::is_some) => vec![row(&id, only, &body)],
        _ => {
            let parts = parts(&body, &told);
            let part = |(nth, (to, part)): (usize, (To, Vec<u8>))| row(&format!("{id}-{nth}"), &to, &part);
            parts.into_iter().enumerate().map(part).collect()
        }
    }
}

/// The same for the same body, so that one that comes twice is relayed once.
fn id(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    digest[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Who is told of a change.
fn to(gateway: &Gateway, change: &Change) -> Option<To> {
    let number = match &change.news {
        News::Messages(messages) => Some(&messages.metadata),
        News::Preferences(preferences) => Some(&preferences.metadata),
        News::Echoes(echoes) => Some(&echoes.metadata),
        _ => None,
    };
    let number = number.and_then(|metadata| NodeId::parse(&metadata.phone_number_id));
    let waba = NodeId::parse(&change.entry)?;
    Some(To {
        target: gateway.target(waba.0, number.map(|number| number.0))?,
        cell: gateway.portfolios().of_waba(waba.0),
    })
}

/// A body for each change that somebody is told of.
fn parts(body: &[u8], told: &[Option<To>]) -> Vec<(To, Vec<u8>)> {
    let whole: Value = serde_json::from_slice(body).unwrap_or_default();
    let entries = whole.get("entry").and_then(Value::as_array);
    let changes = entries.into_iter().flatten().flat_map(|entry| {
        let changes = entry.get("changes").and_then(Value::as_array);
        changes.into_iter().flatten().map(move |change| (entry, change))
    });
    let told = changes.zip(told).filter_map(|((entry, change), to)| {
        let id = entry.get("id").and_then(|id| NodeId::parse(&plain(id)))?;
        let seconds = entry.get("time").and_then(Value::as_u64);
        let field = change.get("field").and_then(Value::as_str).unwrap_or_default();
        let value = change.get("value").unwrap_or(&Value::Null);
        Some((to.clone()?, raw_body(id, seconds, field, value)))
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
        let name = |name: &str| {
            Some(To {
                target: name.to_owned(),
                cell: None,
            })
        };
        let parts = parts(&cloud_api::json::to_bytes(&body), &[name("a"), None, name("b")]);
        let shown: Vec<(String, String)> = parts
            .into_iter()
            .map(|(to, part)| (to.target, String::from_utf8_lossy(&part).into_owned()))
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
