//! Numbers, accounts, apps, health, and their settings.

use insta::assert_snapshot;
use serde_json::json;

use crate::account::{AppNode, AppSubscription, BusinessInfo, WabaNode};
use crate::fields::Fields;
use crate::health::{EntityType, HealthEntity, HealthError, HealthStatus};
use crate::phone::{
    AccountMode, CodeVerification, NameStatus, PhoneNode, PhoneSettings, PhoneStatus, Quality, QualityScore,
    RegisterRequest, Throughput, ThroughputLevel, Tier, WebhookConfiguration, WebhookOverride,
};
use crate::{GraphId, Kind, NodeId, Params};

fn id(kind: Kind) -> NodeId {
    GraphId::new(kind, 1, 1).expect("small").into()
}

fn health() -> HealthStatus {
    let error = HealthError {
        error_code: 141_006,
        error_description: "There is an error with the payment method.".to_owned(),
        possible_solution: "Add a payment method.".to_owned(),
    };
    HealthStatus::of(vec![
        HealthEntity::limited(
            EntityType::PhoneNumber,
            id(Kind::Phone),
            vec!["Display name not approved.".to_owned()],
        ),
        HealthEntity::available(EntityType::App, id(Kind::App)),
        HealthEntity::blocked(EntityType::Business, id(Kind::Portfolio), vec![error]),
    ])
}

fn phone() -> PhoneNode {
    PhoneNode {
        id: id(Kind::Phone),
        display_phone_number: "+1 555-078-3881".to_owned(),
        verified_name: "Lucky Shrub".to_owned(),
        quality_rating: Quality::Green,
        quality_score: QualityScore {
            score: Quality::Green,
        },
        status: PhoneStatus::Connected,
        messaging_limit_tier: Some(Tier::Tier1K),
        whatsapp_business_manager_messaging_limit: Tier::Tier1K,
        throughput: Throughput {
            level: ThroughputLevel::Standard,
        },
        platform_type: "CLOUD_API".to_owned(),
        code_verification_status: CodeVerification::Verified,
        name_status: NameStatus::Approved,
        new_name_status: NameStatus::None,
        account_mode: AccountMode::Live,
        is_pin_enabled: true,
        is_official_business_account: false,
        certificate: None,
        last_onboarded_time: Some(crate::time::graph_time(1_755_889_553)),
        webhook_configuration: WebhookConfiguration {
            application: Some("https://example.com/hook".to_owned()),
            ..WebhookConfiguration::default()
        },
        health_status: health(),
    }
}

fn waba() -> WabaNode {
    WabaNode {
        id: id(Kind::Waba),
        name: "Lucky Shrub".to_owned(),
        timezone_id: "1".to_owned(),
        message_template_namespace: "ba30dd89_2ebd_41e4_b805_f2c05ae04cc9".to_owned(),
        currency: "USD".to_owned(),
        account_review_status: "APPROVED".to_owned(),
        business_verification_status: "verified".to_owned(),
        ownership_type: "SELF".to_owned(),
        status: "ACTIVE".to_owned(),
        owner_business_info: BusinessInfo {
            id: id(Kind::Portfolio),
            name: "Lucky".to_owned(),
        },
        whatsapp_business_manager_messaging_limit: None,
        is_enabled_for_insights: false,
        health_status: HealthStatus::of(Vec::new()),
    }
}

#[test]
fn nodes_as_clients_see_them() {
    let fields = |text: &str| Fields::parse(text).expect(text);
    let asked = "id,display_phone_number,verified_name,quality_rating,quality_score,status,messaging_limit_tier,\
                 whatsapp_business_manager_messaging_limit,throughput,name_status,platform_type,\
                 code_verification_status,account_mode,is_pin_enabled,certificate,health_status{can_send_message}";
    let app = AppNode {
        id: id(Kind::App),
        name: "Sandbox app".to_owned(),
    };
    let shown = [
        ("number, default fields", phone().select(None)),
        ("number, on request", phone().select(Some(&fields(asked)))),
        ("number, health", phone().select(Some(&fields("health_status")))),
        ("account, default fields", waba().select(None)),
        (
            "account, on request",
            waba().select(Some(&fields(
                "owner_business_info{id},status,health_status,currency,phone_numbers",
            ))),
        ),
        ("app", app.select(None)),
        ("subscribed app", Ok(app.subscribed(None))),
        (
            "subscribed app, override",
            Ok(app.subscribed(Some("https://example.com/hook"))),
        ),
    ];
    let text: Vec<String> = shown
        .iter()
        .map(|(name, value)| format!("{name}\n{:#}", value.as_ref().expect(name)))
        .collect();
    assert_snapshot!(text.join("\n\n"));
    for (node_type, error) in [
        (
            "WhatsAppBusinessPhoneNumber",
            phone().select(Some(&fields("mood"))),
        ),
        ("WhatsAppBusinessAccount", waba().select(Some(&fields("mood")))),
        ("Application", app.select(Some(&fields("mood")))),
    ] {
        let expected = format!("(#100) Tried accessing nonexisting field (mood) on node type ({node_type})");
        assert_eq!(error.expect_err(node_type).message, expected);
    }
}

#[test]
fn settings_name_what_is_wrong() {
    let merge = |body: &str| Params::merge("", Some("application/json"), body.as_bytes()).expect(body);
    let register = |body: &str| RegisterRequest::of(&merge(body)).map(|request| request.pin);
    let message = |error: crate::GraphError| error.message.into_owned();
    let rows = [
        (r#"{"messaging_product":"whatsapp","pin":"012345"}"#, Ok("012345")),
        (r#"{"messaging_product":"whatsapp","pin":123456}"#, Ok("123456")),
        (
            r#"{"pin":"123456"}"#,
            Err("(#100) The parameter messaging_product is required."),
        ),
        (
            r#"{"messaging_product":"sms","pin":"123456"}"#,
            Err("(#100) Param messaging_product must be one of {WHATSAPP} - got \"sms\"."),
        ),
        (
            r#"{"messaging_product":"whatsapp"}"#,
            Err("(#100) The parameter pin is required."),
        ),
        (
            r#"{"messaging_product":"whatsapp","pin":"12345"}"#,
            Err("(#100) Param pin must be 6 digits."),
        ),
        (
            r#"{"messaging_product":"whatsapp","pin":{}}"#,
            Err("(#100) Param pin must be a string."),
        ),
    ];
    for (body, expected) in rows {
        assert_eq!(
            register(body).map_err(message),
            expected.map(str::to_owned).map_err(str::to_owned),
            "{body}"
        );
    }

    let set = WebhookOverride::Set {
        uri: "https://e.com/".to_owned(),
        verify_token: "t".to_owned(),
    };
    let long = format!(
        r#"{{"webhook_configuration":{{"override_callback_uri":"{}"}}}}"#,
        "x".repeat(201)
    );
    let rows = [
        (r#"{"pin":"123456"}"#, Ok((Some("123456"), None))),
        (
            r#"{"webhook_configuration":{"override_callback_uri":"https://e.com/","verify_token":"t"}}"#,
            Ok((None, Some(set))),
        ),
        (
            r#"{"webhook_configuration":{"override_callback_uri":""}}"#,
            Ok((None, Some(WebhookOverride::Remove))),
        ),
        (
            r#"{"webhook_configuration":5}"#,
            Err("(#100) Param webhook_configuration must be an object."),
        ),
        (
            r#"{"webhook_configuration":{"override_callback_uri":"https://e.com/"}}"#,
            Err("(#100) The parameter webhook_configuration['verify_token'] is required."),
        ),
        (
            &long,
            Err(
                "(#100) Param webhook_configuration['override_callback_uri'] must be at most 200 characters long.",
            ),
        ),
    ];
    for (body, expected) in rows {
        let got = PhoneSettings::of(&merge(body)).map_err(message);
        let expected = expected.map(|(pin, webhook)| PhoneSettings {
            pin: pin.map(str::to_owned),
            webhook,
        });
        assert_eq!(got, expected.map_err(str::to_owned), "{body}");
    }
}

#[test]
fn app_subscriptions() {
    let query = "object=whatsapp_business_account&callback_url=https%3A%2F%2Fe.com%2F&verify_token=t&fields=messages,account_update&access_token=1%7Cs";
    let subscription = AppSubscription::of(&Params::of_query(query)).expect("good");
    assert_eq!(subscription.verify_token, "t");
    assert_eq!(
        subscription.item("v25.0"),
        json!({"object": "whatsapp_business_account", "callback_url": "https://e.com/", "active": true,
               "fields": [{"name": "messages", "version": "v25.0"}, {"name": "account_update", "version": "v25.0"}]})
    );
    for (query, name) in [
        ("", "object"),
        ("object=page", "object"),
        ("object=whatsapp_business_account", "callback_url"),
    ] {
        let error = AppSubscription::of(&Params::of_query(query)).expect_err(query);
        assert!(
            error.code == 100 && error.message.contains(name),
            "{}",
            error.message
        );
    }
}
