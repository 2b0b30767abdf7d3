//! A template (one name in one language) as the platform sees it.

pub(crate) mod care;
mod story;
pub(crate) mod upkeep;

use decider::{Timestamp, mix};
use rulebook::rating::{Evidence, Rating, Standing};
use rulebook::template::draft::TemplateDraft;
use rulebook::template::lifecycle::TemplateStatus;
use rulebook::template::parameters::Expected;

use super::analytics::insights::Insights;
use super::command::TemplateKey;
use crate::ids::WabaIx;
use care::Care;
use upkeep::Upkeep;

/// A template and its standing.
#[derive(Clone, Debug)]
pub struct Template {
    /// The owner.
    pub waba: WabaIx,
    /// Its content.
    pub draft: TemplateDraft,
    /// Name and language.
    pub key: TemplateKey,
    /// What a send must give for its placeholders.
    pub expected: Expected,
    /// Where it is in its life.
    pub status: TemplateStatus,
    /// Feedback on messages sent since `epoch`.
    pub evidence: Evidence,
    /// The rating, and since when.
    pub standing: Standing,
    /// Only feedback on messages sent from here on counts (T5).
    pub epoch: Timestamp,
    /// Pauses so far, and when the last RED was.
    pub pauses: u8,
    /// When it was RED last.
    pub last_red: Option<Timestamp>,
    /// When the pause ends, while paused.
    pub paused_until: Option<Timestamp>,
    /// Why it was rejected.
    pub rejection: Option<Rejection>,
    /// When it was submitted.
    pub created: Timestamp,
    /// When it was last submitted or decided.
    pub updated: Timestamp,
    /// What managing it needs.
    pub upkeep: Upkeep,
    /// Its figures by day.
    pub insights: Insights,
    /// What became of it after its approval.
    pub(in crate::portfolio) care: Care,
}

/// Why a template was rejected: reason, explanation, recommendation.
pub type Rejection = (String, String, String);

impl Template {
    /// A template in review.
    pub fn new(waba: WabaIx, draft: TemplateDraft, at: Timestamp) -> Self {
        Template {
            waba,
            key: TemplateKey::of(&draft.name, &draft.language),
            expected: Expected::of(&draft),
            draft,
            status: TemplateStatus::InReview,
            evidence: Evidence::default(),
            standing: Standing {
                since: at,
                ..Standing::default()
            },
            epoch: at,
            pauses: 0,
            last_red: None,
            paused_until: None,
            rejection: None,
            created: at,
            updated: at,
            upkeep: Upkeep::default(),
            insights: Insights::default(),
            care: Care::default(),
        }
    }

    /// The rating now.
    pub fn rating(&self) -> Rating {
        self.standing.rating
    }

    /// Changes with every change.
    pub fn digest(&self) -> u64 {
        mix(self.evidence.digest() ^ (u64::from(self.status as u8) << 56) ^ self.epoch.millis())
            ^ mix(u64::from(self.pauses)
                ^ (u64::from(self.standing.rating as u8) << 32)
                ^ self.updated.millis())
            ^ self.upkeep.digest()
            ^ self.care.digest()
    }
}
