//! Rules about single recipients: where they live, what they asked for, how much marketing they get.

use super::EditionError;
use super::choice::choices;
use super::read::Reader;
use crate::country::Country;
use decider::Millis;

/// Countries that something applies to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Countries(Vec<Country>);

impl Countries {
    /// Whether a phone number belongs to one of them.
    pub fn hold(&self, e164: u64) -> bool {
        !self.0.is_empty() && Country::of(e164).is_some_and(|country| self.0.contains(&country))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn of(list: Vec<Country>) -> Self {
        Countries(list)
    }
}

/// Who may not be written to, and who gets no marketing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients {
    /// Countries in which nobody may be written to (130497).
    pub blocked: Countries,
    /// Countries in which nobody gets marketing templates (131049).
    pub marketing_paused: Countries,
    /// People in an experiment, who get no marketing templates (130472), in millionths of all.
    pub experiment_ppm: u32,
    /// Whether people can stop marketing of a business through the platform (131050).
    pub opt_out: bool,
    /// Whether people have an id of their own for each business beside their number.
    pub user_ids: bool,
    /// How much marketing a person gets from all businesses (131049).
    pub per_user: PerUser,
}

impl Recipients {
    /// Whether anything at all stands against anybody before anybody has asked for it.
    pub fn guard(&self) -> bool {
        !self.blocked.is_empty()
            || !self.marketing_paused.is_empty()
            || self.experiment_ppm > 0
            || self.per_user.counts != MarketingCounted::Never
    }
}

/// The limit of marketing templates a person, all businesses together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerUser {
    /// Which templates count and are held to it.
    pub counts: MarketingCounted,
    /// How many a person gets in a day.
    pub cap: u32,
    /// Other businesses send a person from none to so many of them in a day.
    pub others: u32,
    /// Countries whose people, and whose businesses, are left out of it.
    pub excluded: Countries,
    /// So many attempts within a day after the first that met the cap shut the person off.
    pub resends: u32,
    /// How long the person is shut off from the account; `None`: never.
    pub resend_penalty: Option<Millis>,
}

choices! {
    /// Which marketing templates count towards what a person gets.
    MarketingCounted {
        /// None: there is no such limit.
        Never = "never",
        /// Those that open a marketing conversation of 24 h.
        Opening = "opening",
        /// All outside a customer service window.
        Every = "every",
    }
}

impl Recipients {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Recipients {
            blocked: r.countries("recipients.blocked")?,
            marketing_paused: r.countries("marketing.paused")?,
            experiment_ppm: r.ppm("marketing.experiment")?,
            opt_out: r.bool("marketing.opt_out")?,
            user_ids: r.bool("recipients.user_ids")?,
            per_user: PerUser {
                counts: r.choice("marketing.per_user.counts")?,
                cap: r.u32("marketing.per_user.cap")?,
                others: r.u32("marketing.per_user.others")?,
                excluded: r.countries("marketing.per_user.excluded")?,
                resends: r.u32("marketing.per_user.resends")?,
                resend_penalty: r.span_or_never("marketing.per_user.resend_penalty")?,
            },
        })
    }
}
