//! Account-level fields about templates. Their ids are integers here, and text everywhere else.

use serde::Serialize;

use super::WebhookValue;
use crate::open_enum::open_enum;
use crate::phone::Quality;
use crate::template::{Category, RejectedReason};

open_enum! {
    /// `event` of `message_template_status_update`: statuses, and events that are no statuses.
    TemplateEvent {
        Approved = "APPROVED",
        Archived = "ARCHIVED",
        Deleted = "DELETED",
        Disabled = "DISABLED",
        Flagged = "FLAGGED",
        InAppeal = "IN_APPEAL",
        LimitExceeded = "LIMIT_EXCEEDED",
        Locked = "LOCKED",
        Paused = "PAUSED",
        Pending = "PENDING",
        PendingDeletion = "PENDING_DELETION",
        Reinstated = "REINSTATED",
        Rejected = "REJECTED",
        Unarchived = "UNARCHIVED",
    }
}

open_enum! {
    /// `other_info.title`.
    PauseTitle {
        FirstPause = "FIRST_PAUSE",
        SecondPause = "SECOND_PAUSE",
        RateLimitingPause = "RATE_LIMITING_PAUSE",
        Unpause = "UNPAUSE",
        Disabled = "DISABLED",
    }
}

/// A template as these fields name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct TemplateRef<'a> {
    /// Below 2^53.
    #[serde(rename = "message_template_id")]
    pub id: u64,
    /// Its name.
    #[serde(rename = "message_template_name")]
    pub name: &'a str,
    /// Its language, such as `en_US`.
    #[serde(rename = "message_template_language")]
    pub language: &'a str,
}

/// `message_template_status_update`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TemplateStatusUpdate<'a> {
    /// What happened.
    pub event: TemplateEvent,
    /// To which template.
    #[serde(flatten)]
    pub template: TemplateRef<'a>,
    /// Why; `null` when it is scheduled for deletion.
    pub reason: Option<RejectedReason>,
    /// Its category.
    pub message_template_category: Category,
    /// On pause, recovery and lock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_info: Option<OtherInfo>,
    /// On `DISABLED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_info: Option<DisableInfo>,
    /// On a rejection for `INVALID_FORMAT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejection_info: Option<RejectionInfo>,
}

/// See [`TemplateStatusUpdate::other_info`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OtherInfo {
    /// Which step of the ladder.
    pub title: PauseTitle,
    /// A sentence for a person.
    pub description: String,
}

/// See [`TemplateStatusUpdate::disable_info`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct DisableInfo {
    /// Seconds since the Unix epoch.
    pub disable_date: u64,
}

/// See [`TemplateStatusUpdate::rejection_info`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RejectionInfo {
    /// What is wrong.
    pub reason: String,
    /// What to change.
    pub recommendation: String,
}

impl WebhookValue for TemplateStatusUpdate<'_> {
    const FIELD: &'static str = "message_template_status_update";
    const TIMED: bool = true;
}

/// `message_template_quality_update`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TemplateQualityUpdate<'a> {
    /// The rating before.
    pub previous_quality_score: Quality,
    /// The rating from now on.
    pub new_quality_score: Quality,
    /// Of which template.
    #[serde(flatten)]
    pub template: TemplateRef<'a>,
}

/// `template_category_update`, in its two forms: told before, and done.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TemplateCategoryUpdate<'a> {
    /// Of which template.
    #[serde(flatten)]
    pub template: TemplateRef<'a>,
    /// Done: the category before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_category: Option<Category>,
    /// The category now, in both forms.
    pub new_category: Category,
    /// Told before: the category that it will have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correct_category: Option<Category>,
    /// Told before: when, in seconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_update_timestamp: Option<u64>,
}

impl WebhookValue for TemplateCategoryUpdate<'_> {
    const FIELD: &'static str = "template_category_update";
    const TIMED: bool = true;
}

impl WebhookValue for TemplateQualityUpdate<'_> {
    const FIELD: &'static str = "message_template_quality_update";
    const TIMED: bool = true;
}
