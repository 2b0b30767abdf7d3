//! What a business's message says to a tester who looks for a way to a person.
//!
//! Must not know: which ways count.

use cloud_api::message::{Outgoing, OutgoingKind};
use decider::CellId;
use platform::ids::MessageId;
use platform::portfolio::Command;
use platform::portfolio::command::{PolicyCommand, Said};
use serde_json::{Value, json};

use super::Graph;
use crate::content::MessageContent;

/// What can be read of a message; a template says nothing that its account did not say before.
pub(super) fn said(outgoing: &Outgoing) -> Said {
    let mut said = Said {
        text: String::new(),
        options: Vec::new(),
        replies: Vec::new(),
        words,
    };
    match &outgoing.kind {
        OutgoingKind::Text { body, .. } => said.text.push_str(body),
        OutgoingKind::Template(_) => {}
        OutgoingKind::Free(free) => {
            readable(&free.value, &mut said.text);
            choices(&free.value["action"], &mut said);
        }
    }
    said
}

/// Everything that is shown, a line each, but for what can be chosen.
fn readable(value: &Value, text: &mut String) {
    const SHOWN: [&str; 8] = [
        "text",
        "caption",
        "url",
        "display_text",
        "name",
        "address",
        "email",
        "formatted_name",
    ];
    match value {
        Value::Array(items) => items.iter().for_each(|item| readable(item, text)),
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str() {
                    Some(shown) if SHOWN.contains(&key.as_str()) => text.push_str(&format!("{shown}\n")),
                    // A phone number of a contact is one to call.
                    Some(phone) if key == "phone" => text.push_str(&format!("phone {phone}\n")),
                    Some(_) => {}
                    None => readable(value, text),
                }
            }
        }
        _ => {}
    }
}

/// Buttons, and rows of lists, with the answers that choosing them sends.
fn choices(action: &Value, said: &mut Said) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let buttons = list(&action["buttons"])
        .into_iter()
        .map(|button| ("button_reply", button["reply"].clone()));
    let rows = list(&action["sections"])
        .into_iter()
        .flat_map(|section| list(&section["rows"]));
    for (kind, choice) in buttons.chain(rows.map(|row| ("list_reply", row))) {
        let Some(title) = choice["title"].as_str() else {
            continue;
        };
        said.options.push(title.to_owned());
        let value = json!({"type": kind, kind: choice});
        said.replies
            .push(MessageContent::object("interactive", &value).to_bytes());
    }
}

fn words(words: &str) -> Vec<u8> {
    MessageContent::text(words).to_bytes()
}

/// The tester reads a message that was accepted. Should the process end in between, the tester waits in vain.
pub(super) async fn read(graph: &Graph, cell: CellId, message: MessageId, said: Said) {
    let command = Command::Policy(Box::new(PolicyCommand::TesterReads { message, said }));
    if let Err(error) = graph.seat.portfolio(cell, command).await {
        tracing::warn!(%error, "a tester could not read a message");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: Value) -> (String, Vec<String>) {
        let mut said = Said {
            text: String::new(),
            options: Vec::new(),
            replies: Vec::new(),
            words,
        };
        readable(&message, &mut said.text);
        choices(&message["action"], &mut said);
        assert_eq!(said.options.len(), said.replies.len());
        (said.text.lines().collect::<Vec<_>>().join("|"), said.options)
    }

    #[test]
    fn buttons_rows_links_and_contacts_are_read() {
        let (text, options) = check(
            json!({"type": "button", "body": {"text": "What is it about?"}, "footer": {"text": "Shop"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "Orders"}},
                {"type": "reply", "reply": {"id": "2", "title": "An agent"}}]}}),
        );
        assert_eq!(
            (text.as_str(), options.as_slice()),
            (
                "What is it about?|Shop",
                &["Orders".to_owned(), "An agent".to_owned()][..]
            )
        );
        let (_, options) = check(
            json!({"type": "list", "body": {"text": "Choose"}, "action": {"button": "Menu",
            "sections": [{"title": "All", "rows": [{"id": "h", "title": "Human", "description": "9 to 5"}]}]}}),
        );
        assert_eq!(options, ["Human"]);
        let (text, _) = check(json!({"type": "cta_url", "body": {"text": "Talk to us"},
            "action": {"name": "cta_url", "parameters": {"display_text": "Support", "url": "https://shop.example/contact"}}}));
        assert!(text.contains("https://shop.example/contact"), "{text}");
        let (text, _) = check(
            json!([{"name": {"formatted_name": "Care"}, "phones": [{"phone": "+1 555 010 0199", "type": "WORK"}]}]),
        );
        assert!(text.contains("phone +1 555 010 0199"), "{text}");
    }
}
