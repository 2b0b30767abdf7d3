//! Listing templates: filters in all spellings, and `summary`.

use serde_json::{Map, Value};

use super::{Category, TemplateNode, TemplateStatus};
use crate::phone::Quality;
use crate::{GraphError, Params};

/// Which templates an app wants to see; an empty list lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateFilter {
    status: Vec<TemplateStatus>,
    category: Vec<Category>,
    quality: Vec<Quality>,
    language: Vec<String>,
    name: Option<String>,
    content: Option<String>,
    name_or_content: Option<String>,
}

impl TemplateFilter {
    /// Reads the filters; the error names the parameter.
    pub fn of(params: &Params) -> Result<Self, GraphError> {
        let lower = |name: &str| Ok(params.text(name)?.map(|text| text.to_lowercase()));
        Ok(TemplateFilter {
            status: params
                .list("status")?
                .iter()
                .map(|word| TemplateStatus::parse(word))
                .collect(),
            category: params
                .list("category")?
                .iter()
                .map(|word| Category::parse(word))
                .collect(),
            quality: params
                .list("quality_score")?
                .iter()
                .map(|word| Quality::parse(word))
                .collect(),
            language: params.list("language")?,
            name: lower("name")?,
            content: lower("content")?,
            name_or_content: lower("name_or_content")?,
        })
    }

    /// True if `template` passes all of them. Names and contents match in part and whatever their case.
    pub fn matches(&self, template: &TemplateNode) -> bool {
        let one_of = |wanted: &[TemplateStatus]| wanted.is_empty() || wanted.contains(&template.status);
        let named = |part: &String| template.name.to_lowercase().contains(part.as_str());
        let holds = |part: &String| {
            let texts = template
                .components
                .iter()
                .filter_map(|component| component.text.as_ref());
            texts
                .into_iter()
                .any(|text| text.to_lowercase().contains(part.as_str()))
        };
        one_of(&self.status)
            && (self.category.is_empty() || self.category.contains(&template.category))
            && (self.quality.is_empty() || self.quality.contains(&template.quality_score.score))
            && (self.language.is_empty() || self.language.contains(&template.language))
            && self.name.as_ref().is_none_or(named)
            && self.content.as_ref().is_none_or(holds)
            && self
                .name_or_content
                .as_ref()
                .is_none_or(|part| named(part) || holds(part))
    }
}

/// What `summary=` can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Templates that pass the filters.
    pub total_count: u64,
    /// Templates of the account.
    pub message_template_count: u64,
    /// Templates that the account may have.
    pub message_template_limit: u64,
    /// Whether no name lacks a language that another has.
    pub are_translations_complete: bool,
}

impl Summary {
    /// The keys that were asked for, and no others; `None` if `summary` is not given.
    pub fn select(&self, params: &Params) -> Result<Option<Value>, GraphError> {
        let keys = params.list("summary")?;
        if keys.is_empty() {
            return Ok(None);
        }
        let mut selected = Map::new();
        for key in keys {
            let value: Value = match key.as_str() {
                "true" | "1" | "total_count" => self.total_count.into(),
                "message_template_count" => self.message_template_count.into(),
                "message_template_limit" => self.message_template_limit.into(),
                "are_translations_complete" => self.are_translations_complete.into(),
                other => return Err(GraphError::unknown_field(other, "WhatsAppMessageTemplateSummary")),
            };
            let key = if key == "true" || key == "1" {
                "total_count".to_owned()
            } else {
                key
            };
            selected.insert(key, value);
        }
        Ok(Some(Value::Object(selected)))
    }
}
