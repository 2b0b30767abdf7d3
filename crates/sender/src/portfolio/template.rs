//! A template, as far as its owner knows it.

use decider::mix;
use rulebook::rating::Rating;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use serde::{Deserialize, Serialize};

use super::number::fact_digest;
use crate::ids::{TemplateKey, WabaIx};
use crate::lane::Lane;
use crate::mirror::{Known, Value};

/// A template's status; of a pause, its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The status.
    pub status: TemplateStatus,
    /// The end of a pause, in milliseconds since the Unix epoch; 0 where nobody told it.
    pub until_ms: u64,
}

/// Instants are below this until the year 10889.
const INSTANTS: u64 = 1 << 48;

impl Value for Standing {
    fn caution(self) -> u64 {
        self.status.caution() * INSTANTS + self.until_ms.min(INSTANTS - 1)
    }
}

/// What is known of a template: one name in one language of one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// Its account.
    pub waba: WabaIx,
    /// Name and language, hashed.
    pub key: TemplateKey,
    /// Its status.
    pub status: Known<Standing>,
    /// Its rating.
    pub quality: Known<Rating>,
    /// Its category.
    pub category: Known<Category>,
    /// The category that its owner agreed to: the first that was told, or the last agreed to.
    pub agreed: Option<Category>,
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
            agreed: None,
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
            self.agreed.map_or(0, |category| category as u64 + 1),
        ];
        facts
            .into_iter()
            .fold(mix(self.key.0), |digest, part| mix(digest ^ part))
    }
}
