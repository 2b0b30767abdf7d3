//! What a message costs, and the conversation that a free one belongs to.

use cloud_api::webhook::messages::{DeliveryStatus, Pricing, PricingCategory, PricingType};
use decider::mix;
use platform::ids::{MessageId, TemplateIx};
use platform::portfolio::Portfolio;
use platform::portfolio::messages::{Record, flag};
use rulebook::edition::PricingModel;
use rulebook::template::draft::Category;

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
    let rules = &portfolio.edition().pricing;
    let free_entry = record.is(flag::FREE_ENTRY);
    let category = if free_entry {
        PricingCategory::ReferralConversion
    } else {
        category(portfolio, record)
    };
    let free_in_window = match category {
        PricingCategory::Service => true,
        PricingCategory::Utility => !record.is(flag::BUSINESS_INITIATED),
        _ => false,
    };
    match rules.model {
        PricingModel::Conversation => Pricing::per_conversation(!free_entry, category),
        PricingModel::Message if free_entry => Pricing::per_message(PricingType::FreeEntryPoint, category),
        PricingModel::Message if rules.window_free && free_in_window => {
            Pricing::per_message(PricingType::FreeCustomerService, category)
        }
        PricingModel::Message => Pricing::per_message(PricingType::Regular, category),
    }
}

fn category(portfolio: &Portfolio, record: &Record) -> PricingCategory {
    let template = (record.template != TemplateIx::NONE)
        .then(|| portfolio.template(record.template))
        .flatten();
    match template.map(|template| template.draft.category) {
        None => PricingCategory::Service,
        Some(Category::Marketing) if record.is(flag::MARKETING_INTERFACE) => PricingCategory::MarketingLite,
        Some(Category::Marketing) => PricingCategory::Marketing,
        Some(Category::Utility) => PricingCategory::Utility,
        Some(Category::Authentication) => PricingCategory::Authentication,
    }
}

/// The conversation of a message that is free because of where its person came from, as long as that is known.
pub(super) fn free_conversation(
    portfolio: &Portfolio,
    message: MessageId,
    record: &Record,
    status: DeliveryStatus,
) -> Option<FreeConversation> {
    if !record.is(flag::FREE_ENTRY) || status == DeliveryStatus::Failed {
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
