//! News about accounts, numbers, limits and templates.

use cloud_api::webhook::account::{AccountEvent, BanState, PhoneQualityEvent};
use cloud_api::webhook::received::{
    AccountUpdate, Capability, CategoryUpdate, NumberQuality, TemplateQuality, TemplateStatusChange,
};
use engine::EngineError;
use rulebook::status::Status;
use rulebook::throughput::Level;
use sender::ids::{TemplateKey, WabaId};
use sender::portfolio::command::{AccountNews, News, NumberNews, Restriction, TemplateNews};

use super::{Report, instant};
use crate::words;

impl Report<'_> {
    fn template(&mut self, name: &str, language: &str, fact: TemplateNews) {
        let waba = WabaId(self.waba);
        let key: TemplateKey = self.gateway.names().note(name, language);
        self.tell(News::Template { waba, key, fact });
    }

    fn account(&mut self, fact: AccountNews) {
        let waba = WabaId(self.waba);
        self.tell(News::Account { waba, fact });
    }
}

/// `message_template_status_update`.
pub(super) fn template_status(report: &mut Report<'_>, told: &TemplateStatusChange) {
    let (name, language) = (&told.message_template_name, &told.message_template_language);
    if let Some(status) = words::template_status(told.event.as_str()) {
        report.template(name, language, TemplateNews::Status(status, None));
    }
    if let Some(category) = told
        .message_template_category
        .as_ref()
        .and_then(|word| words::category(word.as_str()))
    {
        report.template(name, language, TemplateNews::Category(category));
    }
}

/// `message_template_quality_update`.
pub(super) fn template_quality(report: &mut Report<'_>, told: &TemplateQuality) {
    if let Some(quality) = words::rating(told.new_quality_score.as_str()) {
        let (name, language) = (&told.message_template_name, &told.message_template_language);
        report.template(name, language, TemplateNews::Quality(quality));
    }
}

/// `template_category_update`: in both forms `new_category` is the one in force.
pub(super) fn template_category(report: &mut Report<'_>, told: &CategoryUpdate) {
    if let Some(category) = words::category(told.new_category.as_str()) {
        let (name, language) = (&told.message_template_name, &told.message_template_language);
        report.template(name, language, TemplateNews::Category(category));
    }
}

/// `phone_number_quality_update`, which names the number by its digits. `false` if there is no such one.
pub(super) async fn number_quality(
    report: &mut Report<'_>,
    told: &NumberQuality,
) -> Result<bool, EngineError> {
    let digits: String = told
        .display_phone_number
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let Ok(e164) = digits.parse::<u64>() else {
        return Ok(false);
    };
    let find = move |portfolio: &sender::portfolio::Portfolio| {
        let found = portfolio.numbers.iter().find(|number| number.e164 == e164);
        found.map(|number| number.id)
    };
    let Some(number) = report.gateway.seat().query(report.cell, find).await?.flatten() else {
        return Ok(false);
    };
    let fact = match &told.event {
        PhoneQualityEvent::Flagged => Some(NumberNews::Status(Status::Flagged)),
        PhoneQualityEvent::Restricted => Some(NumberNews::Status(Status::Restricted)),
        PhoneQualityEvent::Unflagged | PhoneQualityEvent::Unrestricted => {
            Some(NumberNews::Status(Status::Connected))
        }
        PhoneQualityEvent::ThroughputUpgrade => Some(NumberNews::Level(Level::High)),
        PhoneQualityEvent::Onboarding
        | PhoneQualityEvent::Upgrade
        | PhoneQualityEvent::Downgrade
        | PhoneQualityEvent::Other(_) => None,
    };
    if let Some(fact) = fact {
        report.tell(News::Number { number, fact });
    }
    if let Some(limit) = told.limit().and_then(words::limit) {
        report.tell(News::Limit { number, limit });
    }
    Ok(true)
}

/// `business_capability_update`: a limit that cannot be read is no news, and least of all "no limit".
pub(super) fn capability(report: &mut Report<'_>, told: &Capability) {
    let told = told
        .max_daily_conversations_per_business
        .as_ref()
        .or(told.max_daily_conversation_per_phone.as_ref());
    if let Some(limit) = told.and_then(words::limit) {
        for number in report.numbers() {
            report.tell(News::Limit { number, limit });
        }
    }
}

/// `account_update`.
pub(super) fn account(report: &mut Report<'_>, told: &AccountUpdate) {
    match &told.event {
        AccountEvent::DisabledUpdate => match told.ban_info.as_ref().map(|ban| &ban.waba_ban_state) {
            Some(BanState::Disable) => report.account(AccountNews::Disabled(true)),
            Some(BanState::Reinstate) => report.account(AccountNews::Disabled(false)),
            Some(BanState::ScheduleForDisable | BanState::Other(_)) | None => {}
        },
        AccountEvent::AccountDeleted | AccountEvent::AccountOffboarded => {
            report.account(AccountNews::Disabled(true))
        }
        AccountEvent::AccountReconnected => report.account(AccountNews::Disabled(false)),
        AccountEvent::AccountRestriction => {
            for restriction in &told.restriction_info {
                let Some(kind) = restriction_of(&restriction.restriction_type) else {
                    continue;
                };
                let until = restriction
                    .expiration
                    .and_then(|seconds| u64::try_from(seconds).ok());
                report.account(AccountNews::Restricted(kind, instant(until)));
            }
        }
        AccountEvent::AccountViolation
        | AccountEvent::PartnerAdded
        | AccountEvent::PartnerRemoved
        | AccountEvent::VerifiedAccount
        | AccountEvent::Other(_) => {}
    }
}

/// Which kind of messages a restriction is about; `None` for calls, new numbers and the like.
fn restriction_of(word: &str) -> Option<Restriction> {
    match word {
        "RESTRICTED_BIZ_INITIATED_MESSAGING" => Some(Restriction::BusinessInitiated),
        "RESTRICTED_CUSTOMER_INITIATED_MESSAGING" => Some(Restriction::Replies),
        "RESTRICTED_UTILITY_TEMPLATES" | "RATE_LIMITED_UTILITY_TEMPLATE_MESSAGING" => {
            Some(Restriction::UtilityVolume)
        }
        _ => None,
    }
}
