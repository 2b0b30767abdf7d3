//! What is to be checked, from JSON as the Graph API takes or gives it.

use cloud_api::Params;
use cloud_api::message::{MessageRequest, OutgoingKind, parse_message};
use cloud_api::template::CreateTemplate;
use rulebook::template::draft::TemplateDraft;
use serde_json::Value;
use template_wire::draft_of;

/// What is to be checked.
#[derive(Debug)]
pub enum Input {
    /// One template, or several of an account.
    Templates(Vec<TemplateDraft>),
    /// The text of a message.
    Message(String),
}

const JSON: Option<&str> = Some("application/json");

impl Input {
    /// Reads it; the error is a fragment that says what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Input, String> {
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON: {error}"))?;
        let list = match &value {
            Value::Array(list) => Some(list),
            Value::Object(object) => object.get("data").and_then(Value::as_array),
            _ => return Err("it is no object".to_owned()),
        };
        if let Some(list) = list {
            return templates(list);
        }
        if value.get("messaging_product").is_some() {
            return message(bytes);
        }
        Ok(Input::Templates(vec![template(&value)?]))
    }
}

fn templates(list: &[Value]) -> Result<Input, String> {
    if list.is_empty() {
        return Err("the list is empty".to_owned());
    }
    let each = list
        .iter()
        .enumerate()
        .map(|(index, value)| template(value).map_err(|why| format!("the template at index {index}: {why}")));
    Ok(Input::Templates(each.collect::<Result<_, _>>()?))
}

fn template(value: &Value) -> Result<TemplateDraft, String> {
    let params = Params::merge("", JSON, value.to_string().as_bytes()).map_err(|error| words_of(&error))?;
    let request = CreateTemplate::of(params).map_err(|error| words_of(&error))?;
    if request.components.is_empty() {
        return Err("a copy of a library template has no text of its own".to_owned());
    }
    Ok(draft_of(request))
}

fn message(bytes: &[u8]) -> Result<Input, String> {
    let request = parse_message("", JSON, bytes).map_err(|error| words_of(&error))?;
    let text = match request {
        MessageRequest::MarkRead(_) => None,
        MessageRequest::Send(message) => match message.kind {
            OutgoingKind::Text { body, .. } => Some(body),
            OutgoingKind::Free(free) => text_of(&free.value),
            OutgoingKind::Template(_) => {
                return Err("it sends a template: check the template itself".to_owned());
            }
        },
    };
    text.map(Input::Message)
        .ok_or_else(|| "it has no text".to_owned())
}

/// The caption of a medium, or the body of an interactive message.
fn text_of(value: &Value) -> Option<String> {
    let text = value.get("caption").or_else(|| value.get("body")?.get("text"))?;
    text.as_str().map(str::to_owned)
}

/// What a Graph error says.
fn words_of(error: &cloud_api::GraphError) -> String {
    error.details.as_deref().unwrap_or(&error.message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_input_says_why() {
        let rows = [
            "{",
            "7",
            "[]",
            "{}",
            r#"{"name":"a","language":"en","category":"UTILITY"}"#,
            r#"{"name":"a","language":"en","category":"FUN","components":[{"type":"BODY","text":"x"}]}"#,
            r#"[{"name":"a","language":"en","category":"UTILITY","components":[{"type":"FOOT"}]}]"#,
            r#"{"name":"a","language":"en","category":"UTILITY","library_template_name":"x"}"#,
            r#"{"messaging_product":"whatsapp","to":"1","type":"text"}"#,
            r#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.A"}"#,
            r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a","language":{"code":"en"}}}"#,
        ];
        let told = rows.map(|row| format!("{row}\n  {}", Input::read(row.as_bytes()).expect_err(row)));
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn texts_of_messages_are_found() {
        let rows = [
            (r#""type":"text","text":{"body":"hi"}"#, "hi"),
            (
                r#""type":"image","image":{"link":"https://a.example/b.png","caption":"look"}"#,
                "look",
            ),
            (
                r#""type":"interactive","interactive":{"type":"button","body":{"text":"choose"},"action":{"buttons":[{"type":"reply","reply":{"id":"1","title":"a"}}]}}"#,
                "choose",
            ),
        ];
        for (rest, expected) in rows {
            let json = format!(r#"{{"messaging_product":"whatsapp","to":"15550001111",{rest}}}"#);
            match Input::read(json.as_bytes()) {
                Ok(Input::Message(text)) => assert_eq!(text, expected),
                other => panic!("{json}: {other:?}"),
            }
        }
    }
}
