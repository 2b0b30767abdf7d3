//! What messages cost: the model, and what is free.

use super::EditionError;
use super::choice::choices;
use super::read::Reader;
use decider::Millis;

/// The price of messages, as far as statuses tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pricing {
    /// What is priced.
    pub model: PricingModel,
    /// Inside an open customer service window free-form messages and utility templates are free.
    pub window_free: bool,
    /// What one costs.
    pub rates: Rates,
}

/// What one message, or conversation, costs by category, in millionths of the account's currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Marketing.
    pub marketing: u32,
    /// Utility.
    pub utility: u32,
    /// Authentication.
    pub authentication: u32,
    /// What is no template.
    pub service: u32,
}

choices! {
    /// What is priced.
    PricingModel {
        /// Conversations of 24 h.
        Conversation = "conversation",
        /// Delivered messages.
        Message = "message",
    }
}

/// People who come from an ad or a page into the chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPoint {
    /// The business must answer within this span.
    pub answer_within: Millis,
    /// From the answer on everything is free for so long.
    pub period: Millis,
}

impl Pricing {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Pricing {
            model: r.choice("pricing.model")?,
            window_free: r.bool("pricing.window_free")?,
            rates: Rates {
                marketing: r.ppm("pricing.rates.marketing")?,
                utility: r.ppm("pricing.rates.utility")?,
                authentication: r.ppm("pricing.rates.authentication")?,
                service: r.ppm("pricing.rates.service")?,
            },
        })
    }
}

impl EntryPoint {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(EntryPoint {
            answer_within: r.span("entry_point.answer_within")?,
            period: r.span("entry_point.period")?,
        })
    }
}
