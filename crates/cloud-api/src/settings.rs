//! Settings of a number that are kept as they were given: calling and storage, conversational components, commerce,
//! the key for flows (cloud-api-wire.md §2.5).
//!
//! Promises: what passes is one JSON object of known keys with values of the right types.

use serde_json::{Map, Value};

use crate::{GraphError, Params};

/// Characters of a key in PEM.
const KEY_MAX: usize = 4_096;
/// Conversational components (the platform's page).
const PROMPTS_MAX: usize = 4;
const PROMPT_CHARS_MAX: usize = 80;
const COMMANDS_MAX: usize = 30;
const COMMAND_NAME_MAX: usize = 32;
const COMMAND_DESCRIPTION_MAX: usize = 256;

/// Which settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettingsTopic {
    /// `/settings`.
    Settings,
    /// `/conversational_automation`.
    Automation,
    /// `/whatsapp_commerce_settings`.
    Commerce,
    /// `/whatsapp_business_encryption`.
    Encryption,
}

impl SettingsTopic {
    /// By the edge that they have.
    pub fn of_edge(edge: &str) -> Option<Self> {
        match edge {
            "settings" => Some(SettingsTopic::Settings),
            "conversational_automation" => Some(SettingsTopic::Automation),
            "whatsapp_commerce_settings" => Some(SettingsTopic::Commerce),
            "whatsapp_business_encryption" => Some(SettingsTopic::Encryption),
            _ => None,
        }
    }

    /// What is kept after a change: what was there, and what is given now.
    pub fn changed(self, before: Option<&str>, params: &Params) -> Result<Value, GraphError> {
        let mut kept: Map<String, Value> = before
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let given = match self {
            SettingsTopic::Settings => objects(params)?,
            SettingsTopic::Automation => automation(params)?,
            SettingsTopic::Commerce => flags(params, &["is_cart_visible", "is_catalog_visible"])?,
            SettingsTopic::Encryption => key(params)?,
        };
        kept.extend(given);
        Ok(Value::Object(kept))
    }

    /// How they are shown; what was never set has the platform's values.
    pub fn shown(self, kept: Option<&str>, phone: &str) -> Value {
        let kept: Map<String, Value> = kept
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let of = |name: &str, otherwise: Value| kept.get(name).cloned().unwrap_or(otherwise);
        match self {
            SettingsTopic::Settings => {
                let storage = serde_json::json!({"status": "DEFAULT"});
                let mut shown = kept.clone();
                shown.entry("storage_configuration").or_insert(storage);
                Value::Object(shown)
            }
            SettingsTopic::Automation => serde_json::json!({"conversational_automation": {
                "id": phone,
                "enable_welcome_message": of("enable_welcome_message", false.into()),
                "prompts": of("prompts", Value::Array(Vec::new())),
                "commands": of("commands", Value::Array(Vec::new())),
            }, "id": phone}),
            SettingsTopic::Commerce => serde_json::json!({"data": [{
                "is_cart_visible": of("is_cart_visible", false.into()),
                "is_catalog_visible": of("is_catalog_visible", false.into()),
                "id": phone,
            }]}),
            SettingsTopic::Encryption => match kept.get("business_public_key") {
                Some(key) => serde_json::json!({"data": [{
                    "business_public_key": key,
                    "business_public_key_signature_status": "VALID",
                }]}),
                None => serde_json::json!({"data": []}),
            },
        }
    }
}

/// `settings`: one object a subject.
fn objects(params: &Params) -> Result<Map<String, Value>, GraphError> {
    let known = [
        "calling",
        "user_identity_change",
        "storage_configuration",
        "payload_encryption",
    ];
    let mut given = Map::new();
    for name in known {
        if let Some(value) = params.object(name)? {
            given.insert(name.to_owned(), Value::Object(value));
        }
    }
    if given.is_empty() {
        return Err(GraphError::missing_parameter(known[0]));
    }
    Ok(given)
}

fn automation(params: &Params) -> Result<Map<String, Value>, GraphError> {
    let mut given = flags(params, &["enable_welcome_message"])?;
    if params.given_at_all("prompts") {
        let prompts = params.list("prompts")?;
        let long = |prompt: &String| prompt.chars().count() > PROMPT_CHARS_MAX;
        if prompts.len() > PROMPTS_MAX || prompts.iter().any(long) {
            let why =
                format!("must have at most {PROMPTS_MAX} entries of at most {PROMPT_CHARS_MAX} characters");
            return Err(GraphError::invalid_parameter("prompts", &why));
        }
        given.insert("prompts".to_owned(), prompts.into());
    }
    if let Some(commands) = params.array("commands")? {
        if commands.len() > COMMANDS_MAX {
            let why = format!("must have at most {COMMANDS_MAX} entries");
            return Err(GraphError::invalid_parameter("commands", &why));
        }
        for (at, command) in commands.iter().enumerate() {
            for (key, most) in [
                ("command_name", COMMAND_NAME_MAX),
                ("command_description", COMMAND_DESCRIPTION_MAX),
            ] {
                let text = command.get(key).and_then(Value::as_str);
                if text.is_none_or(|text| text.is_empty() || text.chars().count() > most) {
                    let why = format!("must have 1 to {most} characters");
                    let name = format!("commands[{at}]['{key}']");
                    return Err(GraphError::invalid_parameter(&name, &why));
                }
            }
        }
        given.insert("commands".to_owned(), Value::Array(commands));
    }
    Ok(given)
}

fn flags(params: &Params, names: &[&str]) -> Result<Map<String, Value>, GraphError> {
    let mut given = Map::new();
    for name in names {
        match params.text(name)?.as_deref() {
            None => {}
            Some("true" | "1") => {
                given.insert((*name).to_owned(), true.into());
            }
            Some("false" | "0") => {
                given.insert((*name).to_owned(), false.into());
            }
            Some(_) => return Err(GraphError::invalid_parameter(name, "must be a boolean")),
        }
    }
    Ok(given)
}

fn key(params: &Params) -> Result<Map<String, Value>, GraphError> {
    let name = "business_public_key";
    let key = params.required(name)?;
    if key.len() > KEY_MAX || !key.contains("BEGIN PUBLIC KEY") {
        return Err(GraphError::invalid_parameter(
            name,
            "must be an RSA public key in PEM format",
        ));
    }
    Ok(Map::from_iter([(name.to_owned(), key.into())]))
}
