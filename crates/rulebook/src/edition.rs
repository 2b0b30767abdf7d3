//! Editions: the platform's rules as dated, sourced, switchable sets of values.
//!
//! Promises: every value names its source and whether it was published or assumed; an edition is read and checked
//! as a whole, or refused with the path at fault; what the rules read is plain typed fields.
//! Must not know: what the rules do with the values.

mod analytics;
mod care;
mod choice;
mod error;
mod id;
mod limits;
mod misuse;
mod overrides;
mod pacing;
mod pricing;
mod rates;
mod read;
mod recipients;
mod sections;
mod surface;
mod templates;
mod values;

pub use analytics::Analytics;
pub use care::{Archival, Categories, CategoryNotice, Submitted};
pub use choice::Choice;
pub(crate) use choice::choices;
pub use error::EditionError;
pub use id::EditionId;
pub use limits::{Exceeded, ExceededAt, Limit, Limits, Scope, Upgrade, UpgradeRating, UpgradeTemplates};
pub use misuse::Misuse;
pub use overrides::Overrides;
pub use pacing::{Pacing, TemplatePacing};
pub use pricing::{EntryPoint, Pricing, PricingModel, Rates};
pub use rates::Management;
pub(crate) use read::Reader;
pub use read::span;
pub use recipients::{Countries, MarketingCounted, PerUser, Recipients};
pub use sections::{
    Blocks, Flagged, Messages, Notices, PairRate, Pausing, Recovery, Restricted, RestrictedEnd, Review,
    Throughput, Transit,
};
pub use surface::{MediaLimits, Registration};
pub use templates::{Quota, Templates, Ttls};
pub use values::{Given, Mark, Provenance};

use crate::escalation::Escalation;
use crate::low_quality::LowQuality;
use crate::policy::Policy;
use crate::rating::{RatingParams, TemplateRatingParams};
use decider::Millis;
use values::Values;

/// One complete set of the platform's values.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    /// Permanent number; an edition with overrides keeps the number of the one it was made from.
    pub id: EditionId,
    /// Messaging limits (L1 to L9).
    pub limits: Limits,
    /// The FLAGGED status (S4 to S6); `None` where RED flags nothing.
    pub flagged: Option<Flagged>,
    /// What a used-up limit blocks, and until when (S7).
    pub restricted: Restricted,
    /// How long after the user's last message or call the customer service window is open (L3).
    pub service_window: Millis,
    /// Template pausing (T5).
    pub pausing: Pausing,
    /// Messages held until feedback on others is known (T7).
    pub pacing: Pacing,
    /// Managing templates: how many, how often changed, how long kept.
    pub templates: Templates,
    /// Categories of templates.
    pub categories: Categories,
    /// Templates that nobody uses.
    pub archival: Archival,
    /// Template review (T1).
    pub review: Review,
    /// How long simulated messages travel.
    pub transit: Transit,
    /// How often notices may come (S8).
    pub notices: Notices,
    /// How long single messages are kept.
    pub messages: Messages,
    /// Who may not be written to, and who gets no marketing.
    pub recipients: Recipients,
    /// Ways to a person (H1 to H3).
    pub escalation: Escalation,
    /// What violations of policy bring (H5, H6).
    pub policy: Policy,
    /// What low quality costs beside a flag (Q10).
    pub low_quality: LowQuality,
    /// Messages to one person.
    pub pair_rate: PairRate,
    /// Calls of the Graph API other than messages.
    pub management: Management,
    /// People who come from an ad or a page.
    pub entry_point: EntryPoint,
    /// What messages cost.
    pub pricing: Pricing,
    /// What a business may see of its own figures.
    pub analytics: Analytics,
    /// Misuse of the utility category.
    pub misuse: Misuse,
    /// Messages of one number a second.
    pub throughput: Throughput,
    /// Registering numbers.
    pub registration: Registration,
    /// Uploaded files.
    pub media: MediaLimits,
    /// Quality rating of numbers (Q1 to Q9).
    pub rating: RatingParams,
    /// Quality rating of templates (T4, T10).
    pub template_rating: TemplateRatingParams,
    values: Values,
}

impl Edition {
    /// The edition as it was published with this program. Read and checked once.
    pub fn builtin(id: EditionId) -> &'static Edition {
        id::builtin(id)
    }

    /// The built-in edition of this name, such as `2023-per-number`.
    pub fn named(name: &str) -> Result<&'static Edition, EditionError> {
        EditionId::named(name).map(Edition::builtin)
    }

    /// The name, such as `2023-per-number`.
    pub fn name(&self) -> &'static str {
        self.id.name()
    }

    /// The same edition with some values replaced: lines such as `flagged.recovery = "on_day_7"`, or tables of them. A
    /// value may bring a source and a mark with it, as those of an edition do.
    pub fn with_overrides(&self, toml: &str) -> Result<Edition, EditionError> {
        Edition::read(self.id, self.values.replaced(toml, self.id)?)
    }

    /// Every value with its path, text, source and mark, in order of path.
    pub fn provenance(&self) -> impl Iterator<Item = Provenance<'_>> {
        self.values.provenance()
    }

    fn parse(id: EditionId, toml: &str) -> Result<Edition, EditionError> {
        Edition::read(id, Values::parse(toml)?)
    }

    fn read(id: EditionId, values: Values) -> Result<Edition, EditionError> {
        let mut r = Reader::new(&values);
        let rating = RatingParams::read(&mut r)?;
        let edition = Edition {
            id,
            limits: Limits::read(&mut r)?,
            flagged: Flagged::read(&mut r)?,
            restricted: Restricted::read(&mut r)?,
            service_window: r.millis("service_window.period")?,
            pausing: Pausing::read(&mut r)?,
            pacing: Pacing::read(&mut r)?,
            templates: Templates::read(&mut r)?,
            categories: Categories::read(&mut r)?,
            archival: Archival::read(&mut r)?,
            review: Review::read(&mut r)?,
            transit: Transit::read(&mut r)?,
            notices: Notices::read(&mut r)?,
            messages: Messages::read(&mut r, rating.window)?,
            recipients: Recipients::read(&mut r)?,
            escalation: Escalation::read(&mut r)?,
            policy: Policy::read(&mut r)?,
            low_quality: LowQuality::read(&mut r)?,
            management: Management::read(&mut r)?,
            entry_point: EntryPoint::read(&mut r)?,
            pricing: Pricing::read(&mut r)?,
            analytics: Analytics::read(&mut r)?,
            misuse: Misuse::read(&mut r)?,
            pair_rate: PairRate::read(&mut r)?,
            throughput: Throughput::read(&mut r)?,
            registration: Registration::read(&mut r)?,
            media: MediaLimits::read(&mut r)?,
            template_rating: TemplateRatingParams::read(&mut r, &rating)?,
            rating,
            values: Values::default(),
        };
        r.finish()?;
        Ok(Edition { values, ..edition })
    }
}

#[cfg(test)]
mod tests;
