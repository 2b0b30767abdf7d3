//! What is asked, and what the platform says: as much as the findings need.
//!
//! Promises: a field that is not told is absent. Must not know: what is good and what is bad.

use serde::Deserialize;

use crate::upstream::{Api, ApiError};

/// What a token is good for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Token {
    pub(super) app_id: Option<String>,
    pub(super) is_valid: Option<bool>,
    /// In seconds since the Unix epoch; 0: never.
    pub(super) expires_at: Option<u64>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) error: Option<TokenError>,
}

/// Why a token is not valid.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct TokenError {
    pub(super) message: Option<String>,
}

/// Everything about one account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) node: Result<Waba, ApiError>,
    pub(super) subscribed: Result<Vec<Subscribed>, ApiError>,
    pub(super) numbers: Result<Vec<Number>, ApiError>,
    pub(super) templates: Result<Vec<Template>, ApiError>,
}

/// An account.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Waba {
    pub(super) name: Option<String>,
    pub(super) status: Option<String>,
    pub(super) account_review_status: Option<String>,
    pub(super) business_verification_status: Option<String>,
    pub(super) health_status: Option<Health>,
}

/// An app that is subscribed to an account.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Subscribed {
    pub(super) whatsapp_business_api_data: Option<App>,
}

/// See [`Subscribed`].
#[derive(Clone, Debug, Deserialize)]
pub(super) struct App {
    pub(super) id: Option<String>,
}

/// A phone number.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Number {
    pub(super) id: String,
    pub(super) display_phone_number: Option<String>,
    pub(super) status: Option<String>,
    pub(super) code_verification_status: Option<String>,
    pub(super) name_status: Option<String>,
    pub(super) is_pin_enabled: Option<bool>,
    pub(super) webhook_configuration: Option<Callbacks>,
    pub(super) health_status: Option<Health>,
}

/// Where webhooks go, from the widest to the narrowest.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Callbacks {
    pub(super) application: Option<String>,
    pub(super) whatsapp_business_account: Option<String>,
    pub(super) phone_number: Option<String>,
}

/// Whether messages can be sent, entity by entity.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Health {
    #[serde(default)]
    pub(super) entities: Vec<Entity>,
}

/// See [`Health`].
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Entity {
    pub(super) entity_type: Option<String>,
    #[serde(default)]
    pub(super) errors: Vec<HealthError>,
    #[serde(default)]
    pub(super) additional_info: Vec<String>,
}

/// What stands in the way.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct HealthError {
    pub(super) error_code: Option<u32>,
    #[serde(default)]
    pub(super) error_description: String,
    #[serde(default)]
    pub(super) possible_solution: String,
}

/// A template.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Template {
    pub(super) name: String,
    pub(super) language: String,
    pub(super) status: Option<String>,
    pub(super) category: Option<String>,
}

/// Has a token tell about itself.
pub(super) async fn token(api: &mut Api<'_>) -> Result<Token, ApiError> {
    #[derive(Deserialize)]
    struct Told {
        data: Token,
    }
    let pair = serde_urlencoded::to_string([("input_token", api.token().reveal())]);
    let told: Told = api
        .one(&format!("/debug_token?{}", pair.unwrap_or_default()))
        .await?;
    Ok(told.data)
}

/// Asks about an account; no further if it does not answer.
pub(super) async fn account(api: &mut Api<'_>, id: u64) -> Account {
    let waba = "name,status,account_review_status,business_verification_status,health_status";
    let number = "id,display_phone_number,status,code_verification_status,name_status,is_pin_enabled,\
                  webhook_configuration,health_status";
    let node = api.one(&format!("/{id}?fields={waba}")).await;
    if node.is_err() {
        return Account {
            node,
            subscribed: Ok(Vec::new()),
            numbers: Ok(Vec::new()),
            templates: Ok(Vec::new()),
        };
    }
    Account {
        node,
        subscribed: api.list(&format!("/{id}/subscribed_apps?limit=100")).await,
        numbers: api
            .list(&format!("/{id}/phone_numbers?fields={number}&limit=100"))
            .await,
        templates: api
            .list(&format!(
                "/{id}/message_templates?fields=name,language,status,category&limit=100"
            ))
            .await,
    }
}
