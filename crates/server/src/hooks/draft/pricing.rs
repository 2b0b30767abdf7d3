//! What a message costs, and the conversation that a free one belongs to.

use cloud_api::webhook::messages::{DeliveryStatus, Pricing, PricingCategory, PricingType};
use decider::mix;
use platform::ids::MessageId;
use platform::portfolio::Portfolio;
use platform::portfolio::messages::Record;
use rulebook::edition::PricingModel;
use rulebook::pricing::{PriceCategory, PriceType};

/// A conversation that began at a free entry point: the only kind that statuses still name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct FreeConversation {
    pub(in crate::hooks) id: String,
    /// Its end in seconds since the Unix epoch; on `sent` only.
    pub(in crate::hooks) expires: Option<u64>,
}

/// By the edition's model: conversations have a category, messages a kind beside it. The category is that of the
/// message itself, whatever conversation it falls into.
pub(super) fn pricing(portfolio: &Portfolio, record: &Record) -> Pricing {
    let (category, kind) = portfolio.price(record);
    let category = match category {
        PriceCategory::Marketing => PricingCategory::Marketing,
        PriceCategory::MarketingLite => PricingCategory::MarketingLite,
        PriceCategory::Utility => PricingCategory::Utility,
        PriceCategory::Authentication => PricingCategory::Authentication,
        PriceCategory::Service => PricingCategory::Service,
        PriceCategory::ReferralConversion => PricingCategory::ReferralConversion,
    };
    match portfolio.edition().pricing.model {
        PricingModel::Conversation => Pricing::per_conversation(kind != PriceType::FreeEntryPoint, category),
        PricingModel::Message => Pricing::per_message(
            match kind {
                PriceType::Regular => PricingType::Regular,
                PriceType::FreeCustomerService => PricingType::FreeCustomerService,
                PriceType::FreeEntryPoint => PricingType::FreeEntryPoint,
            },
            category,
        ),
    }
}

/// The conversation of a message that is free because of where its person came from, as long as that is known.
pub(super) fn free_conversation(
    portfolio: &Portfolio,
    message: MessageId,
    record: &Record,
    status: DeliveryStatus,
) -> Option<FreeConversation> {
    if !record.is_free() || status == DeliveryStatus::Failed {
        return None;
    }
    let rule = &portfolio.edition().entry_point;
    let number = portfolio.number(message.number)?;
    let since = number.free_since(record.contact, rule, record.at())?;
    let half = mix(mix(portfolio.cell.0 ^ u64::from(message.number.0) << 48) ^ u64::from(record.contact.0));
    let half = mix(half ^ since.millis());
    Some(FreeConversation {
        id: format!("{half:016x}{:016x}", mix(half)),
        expires: (status == DeliveryStatus::Sent).then_some((since + rule.period).seconds()),
    })
}
