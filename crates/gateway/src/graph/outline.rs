//! What a send is, as far as admission needs to know.
//!
//! The platform judges messages; the gateway only has to find whom a message goes to and what kind it is, also of types
//! that came after this program. Promises: a body in which that cannot be found, or is said twice, is no send that could
//! be admitted. Must not know: who may send.

use cloud_api::{GraphError, Params, normalise_recipient};
use sender::ids::{PersonKey, TemplateKey, hash};
use sender::portfolio::command::What;
use serde_json::{Map, Value};

use crate::wire::callback;
use crate::wire::scan::members;

/// Keys that say what happens; given twice, two readers may take different ones.
const DECISIVE: [&str; 7] = [
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "status",
    callback::KEY,
];

/// One request to a path for messages.
#[derive(Debug, PartialEq)]
pub(crate) enum Outline {
    /// Mark as read.
    Read,
    /// A message.
    Send(Box<Message>),
}

/// A message to a person.
#[derive(Debug, PartialEq)]
pub(crate) struct Message {
    /// To whom.
    pub(crate) to: PersonKey,
    /// A template, or anything else.
    pub(crate) what: What,
    /// All that the person will read, hashed.
    pub(crate) text: u64,
    /// The app's own value that comes back in statuses.
    pub(crate) callback: Option<String>,
    /// The request as one JSON object, for a body that cannot be changed where it stands.
    pub(crate) whole: Map<String, Value>,
}

/// Reads a request. Parameters may stand in the query, in a form, or in JSON; the body wins.
pub(crate) fn outline(query: &str, content_type: Option<&str>, body: &[u8]) -> Result<Outline, GraphError> {
    once(body)?;
    let whole: Map<String, Value> = Params::merge(query, content_type, body)?
        .decode()
        .map_err(with_details)?;
    if whole.get("status").is_some_and(|status| !status.is_null()) {
        return Ok(Outline::Read);
    }
    let text = |name: &str| text_of(&whole, name);
    let to = recipient(&whole)?;
    let kind = text("type").unwrap_or_else(|| "text".to_owned());
    let (what, read) = if kind == "template" {
        template(&whole)?
    } else {
        (What::Free, free(&whole, &kind))
    };
    let callback = text(callback::KEY);
    Ok(Outline::Send(Box::new(Message {
        to,
        what,
        text: read,
        callback,
        whole,
    })))
}

fn recipient(whole: &Map<String, Value>) -> Result<PersonKey, GraphError> {
    if text_of(whole, "recipient_type").is_some_and(|kind| kind == "group") {
        let why = "must be individual: the gateway admits no messages to groups";
        return Err(with_details(GraphError::invalid_parameter("recipient_type", why)));
    }
    if let Some(to) = text_of(whole, "to").filter(|to| !to.is_empty()) {
        let number = normalise_recipient(&to)?;
        let invalid = || GraphError::bad_value("Parameter to is not a valid WhatsApp phone number.");
        return PersonKey::phone(number).ok_or_else(invalid);
    }
    match text_of(whole, "recipient").filter(|recipient| !recipient.is_empty()) {
        Some(recipient) => Ok(PersonKey::scoped(&recipient)),
        None => Err(with_details(GraphError::missing_parameter("to"))),
    }
}

fn template(whole: &Map<String, Value>) -> Result<(What, u64), GraphError> {
    let missing = |name: &str| with_details(GraphError::missing_parameter(name));
    let template = whole
        .get("template")
        .and_then(Value::as_object)
        .ok_or_else(|| missing("template"))?;
    let name = text_of(template, "name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| missing("template['name']"))?;
    let language = template.get("language").and_then(|language| match language {
        Value::String(code) => Some(code.as_str()),
        other => other.get("code")?.as_str(),
    });
    let language = language.ok_or_else(|| missing("template['language']['code']"))?;
    let values = template
        .get("components")
        .map(ToString::to_string)
        .unwrap_or_default();
    let what = What::Template {
        key: TemplateKey::of(&name, language),
        planned: None,
    };
    Ok((
        what,
        hash(&[name.as_bytes(), language.as_bytes(), values.as_bytes()]),
    ))
}

/// Of a text its words; of anything else the object of its type.
fn free(whole: &Map<String, Value>, kind: &str) -> u64 {
    let value = whole.get(kind);
    let words = value.and_then(|value| value.get("body")).and_then(Value::as_str);
    let object = || value.map(ToString::to_string).unwrap_or_default();
    match words {
        Some(words) => hash(&[kind.as_bytes(), words.as_bytes()]),
        None => hash(&[kind.as_bytes(), object().as_bytes()]),
    }
}

/// A scalar as text.
fn text_of(map: &Map<String, Value>, name: &str) -> Option<String> {
    match map.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Refuses a JSON body that gives one of the decisive keys twice.
fn once(body: &[u8]) -> Result<(), GraphError> {
    let mut seen = [0_u8; DECISIVE.len()];
    members(body, |member| {
        if member.depth == 1 {
            for (count, key) in seen.iter_mut().zip(DECISIVE) {
                *count = count.saturating_add(u8::from(member.is(key)));
            }
        }
    });
    match seen.iter().zip(DECISIVE).find(|(count, _)| **count > 1) {
        Some((_, key)) => Err(with_details(GraphError::invalid_parameter(key, "is given twice"))),
        None => Ok(()),
    }
}

/// On these paths 100 carries its text in `error_data` too, where clients look for it.
fn with_details(error: GraphError) -> GraphError {
    if error.code != 100 || error.details.is_some() {
        return error;
    }
    let details = error.message.trim_start_matches("(#100) ").to_owned();
    error.with_details(&details)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

    fn message(query: &str, content_type: Option<&str>, body: &str) -> Message {
        match outline(query, content_type, body.as_bytes()).expect("it can be read") {
            Outline::Send(message) => *message,
            Outline::Read => panic!("{body} sends"),
        }
    }

    #[test]
    fn one_message_however_it_is_written() {
        let expected = message(
            "",
            None,
            r#"{"to":"15550001111","type":"text","text":{"body":"hi"}}"#,
        );
        for (query, content_type, body) in [
            (
                "",
                None,
                r#"{"to":15550001111,"text":{"body":"hi","preview_url":true}}"#,
            ),
            (
                "",
                FORM,
                "to=%2B1+555+000+1111&type=text&text=%7B%22body%22%3A%22hi%22%7D",
            ),
            ("to=15550001111&type=text", FORM, "text={\"body\":\"hi\"}"),
            ("to=15550001111", None, r#"{"type":"text","text":{"body":"hi"}}"#),
            (
                "to=19990009999",
                None,
                r#"{"to":"15550001111","text":{"body":"hi"}}"#,
            ),
        ] {
            let found = message(query, content_type, body);
            assert_eq!(
                (found.to, found.what, found.text),
                (expected.to, expected.what, expected.text),
                "{body}"
            );
        }
    }

    #[test]
    fn kinds_that_came_later_are_replies() {
        let told = message(
            "",
            None,
            r#"{"to":"15550001111","type":"hologram","hologram":{"id":"7"}}"#,
        );
        assert_eq!(told.what, What::Free);
        let other = message(
            "",
            None,
            r#"{"to":"15550001111","type":"hologram","hologram":{"id":"8"}}"#,
        );
        assert_ne!(told.text, other.text);
    }

    #[test]
    fn templates_are_named() {
        let body = r#"{"recipient":"US.1","type":"template","biz_opaque_callback_data":"x","template":{"name":"sale","language":{"code":"en_US"},
            "components":[{"type":"body","parameters":[{"type":"text","text":"Ann"}]}]}}"#;
        let told = message("", None, body);
        let key = TemplateKey::of("sale", "en_US");
        assert_eq!(told.what, What::Template { key, planned: None });
        assert_eq!(
            (told.to, told.callback.as_deref()),
            (PersonKey::scoped("US.1"), Some("x"))
        );
        let other = message("", None, &body.replace("Ann", "Bea"));
        assert_ne!(told.text, other.text);
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        let mut told = String::new();
        for body in [
            "",
            "{",
            "[]",
            r#"{"type":"text"}"#,
            r#"{"to":"015550001111"}"#,
            r#"{"to":{"a":1}}"#,
            r#"{"to":"15550001111","to":"15550002222"}"#,
            r#"{"to":"15550001111","t\u006f":"15550002222"}"#,
            r#"{"to":"1","recipient_type":"group"}"#,
            r#"{"to":"15550001111","type":"template"}"#,
            r#"{"to":"15550001111","type":"template","template":{"name":"x"}}"#,
        ] {
            let error = outline("", None, body.as_bytes()).expect_err(body);
            told.push_str(&format!(
                "{body}\n  {} {}\n",
                error.code,
                error.details.unwrap_or_default()
            ));
        }
        insta::assert_snapshot!(told);
        let read = outline(
            "",
            None,
            br#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x"}"#,
        );
        assert_eq!(read.expect("it can be read"), Outline::Read);
    }
}
