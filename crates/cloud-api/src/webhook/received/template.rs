//! Fields about templates. Their ids are integers here and text everywhere else.

use serde::Deserialize;

use crate::lenient;
use crate::phone::Quality;
use crate::template::Category;
use crate::webhook::template::{PauseTitle, TemplateEvent};

/// The value of `message_template_status_update`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TemplateStatusChange {
    /// What happened.
    pub event: TemplateEvent,
    /// The template.
    #[serde(default, deserialize_with = "lenient::text")]
    pub message_template_id: Option<String>,
    /// Its name.
    #[serde(default)]
    pub message_template_name: String,
    /// Its language; written `en-US` in places.
    #[serde(default)]
    pub message_template_language: String,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
    /// Its category.
    #[serde(default)]
    pub message_template_category: Option<Category>,
    /// On pause, recovery and lock.
    #[serde(default)]
    pub other_info: Option<Info>,
}

/// See [`TemplateStatusChange::other_info`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Info {
    /// Which step of the ladder.
    pub title: PauseTitle,
    /// For a person.
    #[serde(default)]
    pub description: String,
}

/// The value of `message_template_quality_update`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TemplateQuality {
    /// The rating before.
    #[serde(default)]
    pub previous_quality_score: Option<Quality>,
    /// The rating from now on.
    pub new_quality_score: Quality,
    /// The template.
    #[serde(default, deserialize_with = "lenient::text")]
    pub message_template_id: Option<String>,
    /// Its name.
    #[serde(default)]
    pub message_template_name: String,
    /// Its language.
    #[serde(default)]
    pub message_template_language: String,
}

/// The value of `template_category_update`, in both of its forms.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CategoryUpdate {
    /// The template.
    #[serde(default, deserialize_with = "lenient::text")]
    pub message_template_id: Option<String>,
    /// Its name.
    #[serde(default)]
    pub message_template_name: String,
    /// Its language.
    #[serde(default)]
    pub message_template_language: String,
    /// The category before: only once it is done.
    #[serde(default)]
    pub previous_category: Option<Category>,
    /// The present category, in both forms.
    pub new_category: Category,
    /// The category that it will have: only while it is announced.
    #[serde(default)]
    pub correct_category: Option<Category>,
}
