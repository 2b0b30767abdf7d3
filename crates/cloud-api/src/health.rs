//! `health_status`: whether an object can send, and what stands in the way, entity by entity.

use serde::Serialize;

/// Whether messages can be sent through an entity. Ordered from good to bad.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CanSend {
    /// Without restriction.
    Available,
    /// Partly: see `additional_info`.
    Limited,
    /// Not at all: see `errors`.
    Blocked,
}

/// What an entity is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EntityType {
    /// A phone number.
    PhoneNumber,
    /// A template.
    MessageTemplate,
    /// An account.
    Waba,
    /// A portfolio.
    Business,
    /// An app.
    App,
}

/// One entity on the way of a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HealthEntity {
    /// What it is.
    pub entity_type: EntityType,
    /// Its id, as text.
    pub id: String,
    /// Whether it can send.
    pub can_send_message: CanSend,
    /// Why it is blocked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<HealthError>,
    /// Why it is limited.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_info: Vec<String>,
}

/// One reason for a block.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HealthError {
    /// Such as 141000-odd.
    pub error_code: u32,
    /// What is wrong.
    pub error_description: String,
    /// What to do.
    pub possible_solution: String,
}

/// The whole: the worst of its entities.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HealthStatus {
    can_send_message: CanSend,
    entities: Vec<HealthEntity>,
}

impl HealthStatus {
    /// Blocked if any entity is, else limited if any is, else available.
    pub fn of(entities: Vec<HealthEntity>) -> Self {
        let worst = entities.iter().map(|entity| entity.can_send_message).max();
        HealthStatus {
            can_send_message: worst.unwrap_or(CanSend::Available),
            entities,
        }
    }
}

impl HealthEntity {
    /// An entity with nothing in the way.
    pub fn available(entity_type: EntityType, id: impl ToString) -> Self {
        HealthEntity {
            entity_type,
            id: id.to_string(),
            can_send_message: CanSend::Available,
            errors: Vec::new(),
            additional_info: Vec::new(),
        }
    }

    /// An entity that sends only partly, and why.
    pub fn limited(entity_type: EntityType, id: impl ToString, info: Vec<String>) -> Self {
        let available = Self::available(entity_type, id);
        HealthEntity {
            can_send_message: CanSend::Limited,
            additional_info: info,
            ..available
        }
    }

    /// An entity that does not send, and why.
    pub fn blocked(entity_type: EntityType, id: impl ToString, errors: Vec<HealthError>) -> Self {
        HealthEntity {
            can_send_message: CanSend::Blocked,
            errors,
            ..Self::available(entity_type, id)
        }
    }
}
