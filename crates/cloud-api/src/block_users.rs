//! `/<phone>/block_users`: whom a number has blocked (cloud-api-wire.md §2.3).
//!
//! Promises: each person has an outcome of their own; if one of them failed, the answer is an error that holds all
//! outcomes beside it, as the platform's.
//! Must not know: who may be blocked.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::json::{to_bytes, to_value};
use crate::{GraphError, Params, error};

/// People of one call at most.
pub const USERS_MAX: usize = 1_000;
/// "Failed to block/unblock users".
const SOME_FAILED: u32 = 139_100;
/// "Rate limit hit": also for too many people in one call.
const TOO_MANY: u32 = 130_429;

/// A person as the call names them.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct UserGiven {
    /// A phone number in almost any form.
    pub user: Option<String>,
    /// A business-scoped id.
    pub user_id: Option<String>,
}

impl UserGiven {
    /// What was given, as it was given.
    pub fn input(&self) -> &str {
        self.user
            .as_deref()
            .or(self.user_id.as_deref())
            .unwrap_or_default()
    }
}

#[derive(Deserialize)]
struct Request {
    messaging_product: Option<String>,
    block_users: Option<Vec<UserGiven>>,
}

/// Reads whom to block or unblock.
pub fn parse(params: Params) -> Result<Vec<UserGiven>, GraphError> {
    let Request {
        messaging_product,
        block_users,
    } = params.decode()?;
    match messaging_product.as_deref() {
        Some("whatsapp") => {}
        Some(_) => {
            return Err(GraphError::invalid_parameter(
                "messaging_product",
                "must be whatsapp",
            ));
        }
        None => return Err(GraphError::missing_parameter("messaging_product")),
    }
    let users = block_users.ok_or_else(|| GraphError::missing_parameter("block_users"))?;
    if users.is_empty() {
        return Err(GraphError::invalid_parameter(
            "block_users",
            "must name at least one user",
        ));
    }
    if let Some(place) = users.iter().position(|user| user.input().is_empty()) {
        return Err(GraphError::missing_parameter(&format!(
            "block_users[{place}][user]"
        )));
    }
    if users.len() > USERS_MAX {
        let details = format!("at most {USERS_MAX} users at once");
        return Err(GraphError::whatsapp(TOO_MANY, &details));
    }
    Ok(users)
}

/// What became of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UserOutcome {
    /// As the call named them.
    pub input: String,
    /// Their number; absent if the input names nobody.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_digits")]
    pub wa_id: Option<u64>,
    /// Why it failed: code and details; `None`: it worked.
    #[serde(
        rename = "errors",
        skip_serializing_if = "Option::is_none",
        serialize_with = "errors"
    )]
    pub failure: Option<(u32, String)>,
}

/// What the call did where it worked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// `POST`.
    Added,
    /// `DELETE`.
    Removed,
}

/// The answer: a body, or an error with what worked and what failed beside it.
pub fn answer(done: Done, outcomes: Vec<UserOutcome>) -> Result<Vec<u8>, GraphError> {
    let (key, what) = match done {
        Done::Added => ("added_users", "block"),
        Done::Removed => ("removed_users", "unblock"),
    };
    let (failed, worked): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(|user| user.failure.is_some());
    let mut users = Map::new();
    if !worked.is_empty() || failed.is_empty() {
        users.insert(key.to_owned(), to_value(&worked));
    }
    if failed.is_empty() {
        return Ok(to_bytes(
            &json!({"messaging_product": "whatsapp", "block_users": users}),
        ));
    }
    users.insert("failed_users".to_owned(), to_value(&failed));
    let details = format!("Failed to {what} some users, see the block_users response list for details");
    Err(GraphError {
        beside: Some(Box::new(Map::from_iter([
            ("messaging_product".to_owned(), Value::from("whatsapp")),
            ("block_users".to_owned(), Value::Object(users)),
        ]))),
        ..GraphError::whatsapp(SOME_FAILED, &details)
    })
}

/// One line of the list of `GET`: flat, and with `input`, which clients need.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Blocked {
    /// The person's number.
    pub wa_id: u64,
}

impl Serialize for Blocked {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat {
            messaging_product: &'static str,
            input: String,
            wa_id: String,
        }
        let digits = self.wa_id.to_string();
        Flat {
            messaging_product: "whatsapp",
            input: digits.clone(),
            wa_id: digits,
        }
        .serialize(serializer)
    }
}

fn as_digits<S: Serializer>(wa_id: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match wa_id {
        Some(wa_id) => serializer.collect_str(wa_id),
        None => serializer.serialize_none(),
    }
}

fn errors<S: Serializer>(failure: &Option<(u32, String)>, serializer: S) -> Result<S::Ok, S::Error> {
    let told = failure.iter().map(|(code, details)| {
        json!({"message": message(*code), "code": code, "error_data": {"details": details}})
    });
    serializer.collect_seq(told)
}

/// The platform's words on this call, which differ from those of sends.
fn message(code: u32) -> &'static str {
    match code {
        131_021 => "Self Block",
        131_047 => "Re-engagement required",
        139_101 => "Blocklist limit reached",
        other => error::title(other),
    }
}
