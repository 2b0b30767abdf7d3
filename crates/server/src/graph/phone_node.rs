//! A business phone number as the wire shows it.

use cloud_api::NodeId;
use cloud_api::health::HealthStatus;
use cloud_api::phone::{
    AccountMode, CodeVerification, NameStatus, PhoneNode, PhoneStatus, Quality, QualityScore, Throughput,
    ThroughputLevel, Tier, WebhookConfiguration,
};
use decider::Timestamp;
use platform::directory::{AppIx, Callback, Directory, Subject};
use platform::ids::NumberIx;
use platform::portfolio::Portfolio;
use platform::portfolio::number::Number;
use platform::portfolio::surface::access::Access;
use rulebook::throughput::Level;

use super::health;
use crate::display_phone_number;
use crate::ids::phone_id;

/// The node of a number that was not removed. `app` is who asks: addresses of webhooks are those of its own.
pub(super) fn phone_node(
    portfolio: &Portfolio,
    ix: NumberIx,
    directory: &Directory,
    app: AppIx,
    now: Timestamp,
) -> Option<PhoneNode> {
    let number = portfolio.number(ix).filter(|number| !number.facts.deleted)?;
    let scope = portfolio.scope(portfolio.scope_of(ix))?;
    let limits = &portfolio.edition().limits;
    let tier = Tier::parse(&scope.limit(limits).tier_name());
    let quality = Quality::parse(number.rating().label());
    let id = phone_id(portfolio.cell, ix);
    let mut health = vec![health::of_number(portfolio, ix, now)?];
    health.extend(health::others(portfolio, number.waba, app, now));
    let facts = &number.facts;
    let connected = number.is_connected();
    let (throughput, platform_type) = if connected {
        let level = match number.level {
            Level::High => ThroughputLevel::High,
            // A number shared with the phone app has no word of its own.
            Level::Standard | Level::Coexistence => ThroughputLevel::Standard,
        };
        (level, "CLOUD_API")
    } else {
        (ThroughputLevel::NotApplicable, "NOT_APPLICABLE")
    };
    Some(PhoneNode {
        id: NodeId::from(id),
        display_phone_number: display_phone_number(number.e164),
        verified_name: number.verified_name.clone(),
        quality_score: QualityScore {
            score: quality.clone(),
        },
        quality_rating: quality,
        status: PhoneStatus::parse(number.status(scope.is_used_up()).api_value()),
        // Deprecated where portfolios have limits, and answered with theirs (platform-rules.md §1).
        messaging_limit_tier: Some(tier.clone()),
        whatsapp_business_manager_messaging_limit: tier,
        throughput: Throughput { level: throughput },
        platform_type: platform_type.to_owned(),
        code_verification_status: verification(number, portfolio.surface.access(ix)),
        name_status: if facts.name_approved {
            NameStatus::Approved
        } else {
            NameStatus::PendingReview
        },
        new_name_status: NameStatus::None,
        account_mode: AccountMode::Live,
        is_pin_enabled: portfolio
            .surface
            .access(ix)
            .is_some_and(|access| access.pin().is_some()),
        is_official_business_account: false,
        certificate: facts.certificate.then(|| certificate(number)),
        last_onboarded_time: number
            .onboarded
            .map(|at| cloud_api::time::graph_time(at.seconds())),
        webhook_configuration: webhooks(directory, app, portfolio.cell.0, number.waba.0, ix.0),
        health_status: HealthStatus::of(health),
    })
}

/// S1: a number that has its certificate was verified before, by code or by the tester's word.
fn verification(number: &Number, access: Option<&Access>) -> CodeVerification {
    let by_code = access.is_some_and(Access::is_verified);
    let verified = (by_code || number.facts.certificate) && !number.facts.linked_elsewhere;
    if verified {
        CodeVerification::Verified
    } else {
        CodeVerification::NotVerified
    }
}

/// The platform's certificate is a base64 blob that names number and display name; so is this one.
fn certificate(number: &Number) -> String {
    use base64::Engine;
    let text = format!(
        "goodstanding sandbox certificate\n+{}\n{}",
        number.e164, number.verified_name
    );
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Where the webhooks of a number go for one app, from the widest to the narrowest.
fn webhooks(directory: &Directory, app: AppIx, cell: u64, waba: u16, number: u16) -> WebhookConfiguration {
    let of = |subject: Subject| {
        let over: Option<&Callback> = directory.subscriptions.get(&subject)?.get(&app)?.as_ref();
        over.map(|callback| callback.url.clone())
    };
    let own = directory
        .apps
        .get(app.0 as usize)
        .and_then(|app| app.callback.as_ref());
    WebhookConfiguration {
        application: own.map(|(callback, _)| callback.url.clone()),
        whatsapp_business_account: of(Subject::Waba { cell, waba }),
        phone_number: of(Subject::Number { cell, number }),
    }
}
