//! The account (WABA) and app nodes, and which apps hear of what.

use serde::Serialize;
use serde_json::{Value, json};

use crate::fields::{Fields, NodeType, select};
use crate::health::HealthStatus;
use crate::phone::Tier;
use crate::route::NodeId;
use crate::{GraphError, Params, json as wire};

/// Fields of an account (cloud-api-wire.md §1.6).
pub const WABA_NODE: NodeType = NodeType {
    name: "WhatsAppBusinessAccount",
    defaults: &["name", "timezone_id", "message_template_namespace"],
    on_request: &[
        "account_review_status",
        "audiences",
        "analytics",
        "auth_international_rate_eligibility",
        "business_verification_status",
        "conversation_analytics",
        "country",
        "currency",
        "dcc_config",
        "disable_marketing_messages_on_cloud_api",
        "health_status",
        "is_enabled_for_insights",
        "marketing_messages_lite_api_status",
        "marketing_messages_onboarding_status",
        "message_templates",
        "on_behalf_of_business_info",
        "owner_business_info",
        "ownership_type",
        "phone_numbers",
        "pricing_analytics",
        "primary_business_location",
        "purchase_order_number",
        "schedules",
        "status",
        "subscribed_apps",
        "whatsapp_business_manager_messaging_limit",
    ],
};

/// Fields of an app.
pub const APP_NODE: NodeType = NodeType {
    name: "Application",
    defaults: &["name", "link", "category"],
    on_request: &["namespace"],
};

/// An account with every field that it has a value for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WabaNode {
    /// Its id.
    #[serde(serialize_with = "wire::as_text")]
    pub id: NodeId,
    /// Its name.
    pub name: String,
    /// The platform's number of a time zone, as text.
    pub timezone_id: String,
    /// Namespace of its templates.
    pub message_template_namespace: String,
    /// ISO 4217.
    pub currency: String,
    /// `APPROVED`, `PENDING`, `REJECTED` or `RESTRICTED`.
    pub account_review_status: String,
    /// Lower case: `verified`, `not_verified` ...
    pub business_verification_status: String,
    /// Such as `SELF`.
    pub ownership_type: String,
    /// `ACTIVE`, `DISABLED` ...
    pub status: String,
    /// Its portfolio.
    pub owner_business_info: BusinessInfo,
    /// The portfolio's limit.
    pub whatsapp_business_manager_messaging_limit: Option<Tier>,
    /// Whether analytics are on.
    pub is_enabled_for_insights: bool,
    /// Whether it can send.
    pub health_status: HealthStatus,
}

/// A portfolio by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BusinessInfo {
    /// Its id.
    #[serde(serialize_with = "wire::as_text")]
    pub id: NodeId,
    /// Its name.
    pub name: String,
}

impl WabaNode {
    /// The fields that were asked for.
    pub fn select(&self, fields: Option<&Fields>) -> Result<Value, GraphError> {
        select(&wire::to_value(self), fields, &WABA_NODE)
    }
}

/// An app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppNode {
    /// Its id.
    pub id: NodeId,
    /// Its name.
    pub name: String,
}

impl AppNode {
    /// The fields that were asked for.
    pub fn select(&self, fields: Option<&Fields>) -> Result<Value, GraphError> {
        let node = json!({"id": self.id.to_string(), "name": self.name, "link": self.link(), "category": "Business"});
        select(&node, fields, &APP_NODE)
    }

    /// One item of `GET /<waba>/subscribed_apps`; `override_uri` is where this account's webhooks go instead.
    pub fn subscribed(&self, override_uri: Option<&str>) -> Value {
        let data = json!({"id": self.id.to_string(), "link": self.link(), "name": self.name});
        let mut item = json!({ "whatsapp_business_api_data": data });
        if let Some(uri) = override_uri {
            item["override_callback_uri"] = uri.into();
        }
        item
    }

    fn link(&self) -> String {
        format!("https://www.facebook.com/games/?app_id={}", self.id)
    }
}

/// The object that all webhooks of this platform belong to.
pub const WEBHOOK_OBJECT: &str = "whatsapp_business_account";

/// `POST /<app>/subscriptions`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppSubscription {
    /// Where webhooks go.
    pub callback_url: String,
    /// What the challenge carries.
    pub verify_token: String,
    /// Which webhook fields are wanted: `messages`, `account_update` ...
    pub fields: Vec<String>,
}

impl AppSubscription {
    /// Reads it; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let object = params.required("object")?;
        if object != WEBHOOK_OBJECT {
            let why = format!("must be {WEBHOOK_OBJECT}");
            return Err(GraphError::invalid_parameter("object", &why));
        }
        Ok(AppSubscription {
            callback_url: params.required("callback_url")?,
            verify_token: params.required("verify_token")?,
            fields: params.list("fields")?,
        })
    }

    /// One item of `GET /<app>/subscriptions`; `version` such as `v25.0`. The token is never shown.
    pub fn item(&self, version: &str) -> Value {
        let fields: Vec<Value> = self
            .fields
            .iter()
            .map(|name| json!({"name": name, "version": version}))
            .collect();
        json!({"object": WEBHOOK_OBJECT, "callback_url": self.callback_url, "active": true, "fields": fields})
    }
}
