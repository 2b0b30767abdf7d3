//! A template, as far as its owner knows it.

use decider::mix;
use rulebook::rating::Rating;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use serde::{Deserialize, Serialize};

use super::number::fact_digest;
use crate::ids::{TemplateKey, WabaIx};
use crate::lane::Lane;
use crate::mirror::Known;

/// What is known of a template: one name in one language of one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// Its account.
    pub waba: WabaIx,
    /// Name and language, hashed.
    pub key: TemplateKey,
    /// Its status.
    pub status: Known<TemplateStatus>,
    /// Its rating.
    pub quality: Known<Rating>,
    /// Its category.
    pub category: Known<Category>,
}

impl Template {
    /// A template of which nothing is known yet.
    pub fn new(waba: WabaIx, key: TemplateKey) -> Self {
        Template {
            waba,
            key,
            status: Known::default(),
            quality: Known::default(),
            category: Known::default(),
        }
    }

    /// How sends with it are treated.
    pub fn lane(&self) -> Lane {
        Lane::of_template(self.category.value())
    }

    pub(super) fn digest(&self) -> u64 {
        let facts = [
            fact_digest(&self.status),
            fact_digest(&self.quality),
            fact_digest(&self.category),
        ];
        facts
            .into_iter()
            .fold(mix(self.key.0), |digest, part| mix(digest ^ part))
    }
}
