//! A template as it is read: a template's id is one language of one name.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Category, Component, ParameterFormat, RejectedReason, TemplateStatus};
use crate::fields::{Fields, NodeType, select};
use crate::health::HealthStatus;
use crate::phone::Quality;
use crate::route::NodeId;
use crate::{GraphError, json as wire};

/// Fields of a template (cloud-api-wire.md §1.5).
pub const TEMPLATE_NODE: NodeType = NodeType {
    name: "WhatsAppMessageTemplate",
    defaults: &[
        "name",
        "parameter_format",
        "components",
        "language",
        "status",
        "category",
        "sub_category",
    ],
    on_request: &[
        "correct_category",
        "cta_url_link_tracking_opted_out",
        "degrees_of_freedom_spec",
        "health_status",
        "last_updated_time",
        "library_template_name",
        "message_send_ttl_seconds",
        "previous_category",
        "quality_score",
        "rejected_reason",
    ],
};

/// `quality_score` of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TemplateQuality {
    /// The rating.
    pub score: Quality,
    /// Its last change (creation at first), in seconds since the Unix epoch: clients cannot do without it.
    pub date: u64,
    /// What moved it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// A template with every field that it has a value for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TemplateNode {
    /// Its id: text in the API, an integer in webhooks.
    #[serde(serialize_with = "wire::as_text")]
    pub id: NodeId,
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// Its status.
    pub status: TemplateStatus,
    /// Its category.
    pub category: Category,
    /// Numbered or named placeholders.
    pub parameter_format: ParameterFormat,
    /// Its parts.
    pub components: Vec<Component>,
    /// Its rating.
    pub quality_score: TemplateQuality,
    /// `NONE` unless it is rejected.
    pub rejected_reason: RejectedReason,
    /// The category before the platform changed it.
    pub previous_category: Option<Category>,
    /// The category that the platform will change it to.
    pub correct_category: Option<Category>,
    /// How long a message may wait for delivery, in seconds.
    pub message_send_ttl_seconds: Option<i64>,
    /// The template of the platform's library that it is a copy of.
    pub library_template_name: Option<String>,
    /// Its last change, as [`crate::time::graph_time`] writes it.
    pub last_updated_time: Option<String>,
    /// Whether it can be sent.
    pub health_status: Option<HealthStatus>,
}

impl TemplateNode {
    /// The fields that were asked for.
    pub fn select(&self, fields: Option<&Fields>) -> Result<Value, GraphError> {
        select(&wire::to_value(self), fields, &TEMPLATE_NODE)
    }
}

/// The answer to creating a template; status and category may differ from what was asked for.
pub fn created(id: NodeId, status: &TemplateStatus, category: &Category) -> Value {
    json!({"id": id.to_string(), "status": status, "category": category})
}

/// The answer to editing a template, in the long form that clients need.
pub fn edited(id: NodeId, name: &str, category: &Category) -> Value {
    json!({"success": true, "id": id.to_string(), "name": name, "category": category})
}
