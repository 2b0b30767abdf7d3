//! What a message costs (all editions: `pricing`): its category and kind, by the edition's model. Until June 2025
//! conversations of 24 hours had a price, since then delivered messages; what is inside a customer service window or
//! came by a free entry point is free.
//! Source: platform-rules.md §9 (page on pricing, 2 March 2026). The rates are assumed: the platform's depend on the
//! market and the volume; here a category has one.
//!
//! Promises: pure; permanent numbers. Must not know: who sends, where figures are kept.

use serde::{Deserialize, Serialize};

use crate::edition::{Pricing, PricingModel};
use crate::template::draft::Category;

/// As what a message is priced. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum PriceCategory {
    /// A marketing template.
    Marketing = 1,
    /// The same by the interface for marketing.
    MarketingLite = 2,
    /// A utility template.
    Utility = 3,
    /// An authentication template.
    Authentication = 4,
    /// No template.
    Service = 5,
    /// Anything to a person who came by a free entry point.
    ReferralConversion = 6,
}

/// Whether it is billed, and if not, why. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum PriceType {
    /// Billed.
    Regular = 0,
    /// Free inside a customer service window.
    FreeCustomerService = 1,
    /// Free because the person came by a free entry point.
    FreeEntryPoint = 2,
}

/// What decides about a price.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    /// Of its template, if it has one.
    pub category: Option<Category>,
    /// It went by the interface for marketing.
    pub by_marketing_interface: bool,
    /// It was accepted outside a customer service window.
    pub business_initiated: bool,
    /// Its person came by a free entry point.
    pub free_entry: bool,
}

/// Category and kind of a message.
pub fn of(rule: &Pricing, sent: Sent) -> (PriceCategory, PriceType) {
    if sent.free_entry {
        return (PriceCategory::ReferralConversion, PriceType::FreeEntryPoint);
    }
    let category = match sent.category {
        None => PriceCategory::Service,
        Some(Category::Marketing) if sent.by_marketing_interface => PriceCategory::MarketingLite,
        Some(Category::Marketing) => PriceCategory::Marketing,
        Some(Category::Utility) => PriceCategory::Utility,
        Some(Category::Authentication) => PriceCategory::Authentication,
    };
    let free = match category {
        PriceCategory::Service => true,
        PriceCategory::Utility => !sent.business_initiated,
        _ => false,
    };
    let kind = if rule.model == PricingModel::Message && rule.window_free && free {
        PriceType::FreeCustomerService
    } else {
        PriceType::Regular
    };
    (category, kind)
}

/// The price of one, in millionths of the account's currency.
pub fn micros(rule: &Pricing, category: PriceCategory, kind: PriceType) -> u64 {
    if kind != PriceType::Regular {
        return 0;
    }
    let rate = match category {
        PriceCategory::Marketing | PriceCategory::MarketingLite => rule.rates.marketing,
        PriceCategory::Utility => rule.rates.utility,
        PriceCategory::Authentication => rule.rates.authentication,
        PriceCategory::Service => rule.rates.service,
        PriceCategory::ReferralConversion => 0,
    };
    rate.into()
}

impl PriceCategory {
    /// Every one, in the order of their numbers.
    pub const ALL: [PriceCategory; 6] = [
        PriceCategory::Marketing,
        PriceCategory::MarketingLite,
        PriceCategory::Utility,
        PriceCategory::Authentication,
        PriceCategory::Service,
        PriceCategory::ReferralConversion,
    ];

    /// The word of the platform's analytics.
    pub fn api_value(self) -> &'static str {
        match self {
            PriceCategory::Marketing => "MARKETING",
            PriceCategory::MarketingLite => "MARKETING_LITE",
            PriceCategory::Utility => "UTILITY",
            PriceCategory::Authentication => "AUTHENTICATION",
            PriceCategory::Service => "SERVICE",
            PriceCategory::ReferralConversion => "REFERRAL_CONVERSION",
        }
    }
}

impl PriceType {
    /// Every one, in the order of their numbers.
    pub const ALL: [PriceType; 3] = [
        PriceType::Regular,
        PriceType::FreeCustomerService,
        PriceType::FreeEntryPoint,
    ];

    /// The word of the platform's analytics.
    pub fn api_value(self) -> &'static str {
        match self {
            PriceType::Regular => "REGULAR",
            PriceType::FreeCustomerService => "FREE_CUSTOMER_SERVICE",
            PriceType::FreeEntryPoint => "FREE_ENTRY_POINT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    #[test]
    fn priced_by_model_window_and_entry_point() {
        let of_edition = |name: &str| Edition::named(name).unwrap().pricing.clone();
        let (old, new) = (of_edition("2023-per-number"), of_edition("2026-per-portfolio"));
        let (marketing, utility) = (Some(Category::Marketing), Some(Category::Utility));
        // (rule, category, by the marketing interface, initiated, free entry; told)
        let rows = [
            (&new, marketing, false, true, false, "MARKETING REGULAR"),
            (&new, marketing, true, true, false, "MARKETING_LITE REGULAR"),
            (&new, marketing, false, false, false, "MARKETING REGULAR"),
            (&new, utility, false, true, false, "UTILITY REGULAR"),
            (
                &new,
                utility,
                false,
                false,
                false,
                "UTILITY FREE_CUSTOMER_SERVICE",
            ),
            (&new, None, false, false, false, "SERVICE FREE_CUSTOMER_SERVICE"),
            (
                &new,
                None,
                false,
                false,
                true,
                "REFERRAL_CONVERSION FREE_ENTRY_POINT",
            ),
            (&old, None, false, false, false, "SERVICE REGULAR"),
            (&old, utility, false, false, false, "UTILITY REGULAR"),
        ];
        for (rule, category, by_marketing_interface, business_initiated, free_entry, told) in rows {
            let sent = Sent {
                category,
                by_marketing_interface,
                business_initiated,
                free_entry,
            };
            let (category, kind) = of(rule, sent);
            let words = format!("{} {}", category.api_value(), kind.api_value());
            assert_eq!(words, told, "{sent:?}");
            let free = kind != PriceType::Regular;
            let costs_nothing = micros(rule, category, kind) == 0;
            assert_eq!(
                costs_nothing,
                free || rule.rates.service == 0 && category == PriceCategory::Service
            );
        }
    }
}
