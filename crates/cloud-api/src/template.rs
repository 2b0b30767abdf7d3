//! Templates on the wire: creating, editing, deleting, listing and reading them.
//!
//! Promises: shapes and types are checked and every defect names its parameter; unknown words and keys are kept, so
//! that what comes back is what was sent. Must not know: whether a template is any good; that is the rulebook's.

mod component;
mod list;
mod node;

use serde::Deserialize;

pub use component::{
    Button, ButtonKind, Card, Component, ComponentType, Example, HeaderFormat, NamedExample,
};
pub use list::{Summary, TemplateFilter};
pub use node::{TEMPLATE_NODE, TemplateNode, TemplateQuality, created, edited};

use crate::open_enum::open_enum;
use crate::route::NodeId;
use crate::{GraphError, Params, lenient};

/// Templates that one deletion may name by id (the platform's page on managing templates).
const DELETED_MAX: usize = 100;

open_enum! {
    /// `category`.
    Category { Marketing = "MARKETING", Utility = "UTILITY", Authentication = "AUTHENTICATION" }
}

open_enum! {
    /// `status` of a template.
    TemplateStatus {
        Approved = "APPROVED",
        Pending = "PENDING",
        Rejected = "REJECTED",
        Paused = "PAUSED",
        Disabled = "DISABLED",
        InAppeal = "IN_APPEAL",
        PendingDeletion = "PENDING_DELETION",
        Deleted = "DELETED",
        LimitExceeded = "LIMIT_EXCEEDED",
        Archived = "ARCHIVED",
    }
}

open_enum! {
    /// `parameter_format`: numbered or named placeholders.
    ParameterFormat { Positional = "POSITIONAL", Named = "NAMED" }
}

open_enum! {
    /// `rejected_reason`, and `reason` in webhooks.
    RejectedReason {
        None = "NONE",
        AbusiveContent = "ABUSIVE_CONTENT",
        IncorrectCategory = "INCORRECT_CATEGORY",
        InvalidFormat = "INVALID_FORMAT",
        Promotional = "PROMOTIONAL",
        Scam = "SCAM",
        TagContentMismatch = "TAG_CONTENT_MISMATCH",
    }
}

/// `POST /<waba>/message_templates`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTemplate {
    /// Its name, never empty.
    pub name: String,
    /// Its language, never empty.
    pub language: String,
    /// Its category, one of the three.
    pub category: Category,
    /// Numbered placeholders unless asked for otherwise.
    pub parameter_format: ParameterFormat,
    /// Its parts; never empty, unless it comes from the library.
    pub components: Vec<Component>,
    /// Whether the platform may change the category.
    pub allow_category_change: bool,
    /// How long a message may wait for delivery, in seconds.
    pub message_send_ttl_seconds: Option<i64>,
    /// The template of the platform's library that it is a copy of.
    pub library_template_name: Option<String>,
}

/// `POST /<template>`; at least one of its fields is given.
#[derive(Clone, Debug, PartialEq)]
pub struct EditTemplate {
    /// New parts, all of them.
    pub components: Option<Vec<Component>>,
    /// A new category.
    pub category: Option<Category>,
    /// Numbered or named placeholders.
    pub parameter_format: Option<ParameterFormat>,
    /// How long a message may wait for delivery, in seconds.
    pub message_send_ttl_seconds: Option<i64>,
}

/// `DELETE /<waba>/message_templates`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeleteTemplates {
    /// All languages of a name.
    ByName(String),
    /// One language of a name: its id.
    One {
        /// The name.
        name: String,
        /// The template.
        id: NodeId,
    },
    /// These, whatever their names.
    Bulk(Vec<NodeId>),
}

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Raw {
    name: Option<String>,
    language: Option<String>,
    category: Option<Category>,
    parameter_format: Option<ParameterFormat>,
    components: Option<Vec<Component>>,
    #[serde(default, deserialize_with = "lenient::boolean")]
    allow_category_change: Option<bool>,
    #[serde(default, deserialize_with = "lenient::integer")]
    message_send_ttl_seconds: Option<i64>,
    library_template_name: Option<String>,
}

impl Raw {
    fn of(params: Params) -> Result<Self, GraphError> {
        let raw: Raw = params.decode()?;
        if let Some(Category::Other(got)) = &raw.category {
            return Err(one_of("category", "UTILITY, MARKETING, AUTHENTICATION", got));
        }
        if let Some(ParameterFormat::Other(got)) = &raw.parameter_format {
            return Err(one_of("parameter_format", "POSITIONAL, NAMED", got));
        }
        component::check(raw.components.as_deref().unwrap_or_default(), "components")?;
        Ok(raw)
    }
}

impl CreateTemplate {
    /// Reads it; the error names the parameter.
    pub fn of(params: Params) -> Result<Self, GraphError> {
        let raw = Raw::of(params)?;
        let text = |value: Option<String>, name: &str| {
            value
                .filter(|text| !text.is_empty())
                .ok_or_else(|| GraphError::missing_parameter(name))
        };
        let components = raw.components.unwrap_or_default();
        let template = CreateTemplate {
            name: text(raw.name, "name")?,
            language: text(raw.language, "language")?,
            category: raw
                .category
                .ok_or_else(|| GraphError::missing_parameter("category"))?,
            parameter_format: raw.parameter_format.unwrap_or(ParameterFormat::Positional),
            components,
            allow_category_change: raw.allow_category_change.unwrap_or(false),
            message_send_ttl_seconds: raw.message_send_ttl_seconds,
            library_template_name: raw.library_template_name,
        };
        if template.components.is_empty() && template.library_template_name.is_none() {
            return Err(GraphError::missing_parameter("components"));
        }
        Ok(template)
    }
}

impl EditTemplate {
    /// Reads it; the error names the parameter.
    pub fn of(params: Params) -> Result<Self, GraphError> {
        let raw = Raw::of(params)?;
        let edit = EditTemplate {
            components: raw.components.filter(|components| !components.is_empty()),
            category: raw.category,
            parameter_format: raw.parameter_format,
            message_send_ttl_seconds: raw.message_send_ttl_seconds,
        };
        let nothing = edit.components.is_none()
            && edit.category.is_none()
            && edit.parameter_format.is_none()
            && edit.message_send_ttl_seconds.is_none();
        if nothing {
            Err(GraphError::missing_parameter("components"))
        } else {
            Ok(edit)
        }
    }
}

impl DeleteTemplates {
    /// Reads it; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let ids = params.ids("hsm_ids")?;
        if ids.len() > DELETED_MAX {
            let why = format!("must name at most {DELETED_MAX} templates");
            return Err(GraphError::invalid_parameter("hsm_ids", &why));
        }
        if !ids.is_empty() {
            return Ok(DeleteTemplates::Bulk(ids));
        }
        let name = params.required("name")?;
        Ok(match params.id("hsm_id")? {
            Some(id) => DeleteTemplates::One { name, id },
            None => DeleteTemplates::ByName(name),
        })
    }
}

fn one_of(name: &str, allowed: &str, got: &str) -> GraphError {
    GraphError::invalid_parameter(name, &format!("must be one of {{{allowed}}} - got {got:?}"))
}
