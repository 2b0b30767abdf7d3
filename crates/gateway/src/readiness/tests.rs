//! What is said about facts as the platform tells them.

use decider::Timestamp;
use serde_json::{Value, json};

use super::facts::{Account, Token};
use super::{Finding, Severity, Subject, judge};
use crate::upstream::ApiError;

/// 2026-03-02T09:00:00Z.
const NOW: Timestamp = Timestamp::from_millis(1_772_442_000_000);
const NOW_S: u64 = NOW.seconds();
const DAY_S: u64 = 86_400;

fn lines(findings: &[Finding]) -> String {
    let line = |finding: &Finding| {
        let Finding {
            code,
            severity,
            subject,
            what,
            hint,
        } = finding;
        assert_eq!(
            hint.is_some(),
            *severity != Severity::Ok,
            "a hint is for what is not in order"
        );
        format!("{} {code} of {subject}: {what}\n", severity.name())
    };
    findings.iter().map(line).collect()
}

fn refused(status: u16) -> ApiError {
    let message = "Error validating access token".to_owned();
    ApiError::Refused { status, message }
}

#[test]
fn tokens() {
    let scopes = ["whatsapp_business_messaging", "whatsapp_business_management"];
    let rows: &[(&str, Value)] = &[
        (
            "good",
            json!({"app_id": "7", "is_valid": true, "expires_at": 0, "scopes": scopes}),
        ),
        (
            "expires in time",
            json!({"is_valid": true, "expires_at": NOW_S + 15 * DAY_S}),
        ),
        (
            "expires soon",
            json!({"is_valid": true, "expires_at": NOW_S + 14 * DAY_S}),
        ),
        (
            "expires tomorrow",
            json!({"is_valid": true, "expires_at": NOW_S + DAY_S}),
        ),
        ("is over", json!({"is_valid": true, "expires_at": NOW_S - 1})),
        ("not told", json!({"is_valid": true})),
        (
            "cannot send",
            json!({"is_valid": true, "expires_at": 0, "scopes": scopes[1..]}),
        ),
        (
            "not valid",
            json!({"is_valid": false, "error": {"message": "it was revoked"}}),
        ),
    ];
    let mut told = String::new();
    let mut tell = |name: &str, token: Result<Token, ApiError>| {
        let mut out = Vec::new();
        judge::token(Subject::Portfolio("shop".into()), &token, NOW, &mut out);
        told.push_str(&format!("# {name}\n{}", lines(&out)));
    };
    for (name, facts) in rows {
        tell(
            name,
            Ok(serde_json::from_value(facts.clone()).expect("facts of a token")),
        );
    }
    tell("refused", Err(refused(401)));
    tell(
        "not answered",
        Err(ApiError::Unanswered("the platform could not be reached")),
    );
    insta::assert_snapshot!(told);
}

/// An account with which all is well.
fn well() -> Value {
    json!({
        "node": {"name": "Lucky Shrub", "status": "ACTIVE", "account_review_status": "APPROVED",
            "business_verification_status": "verified",
            "health_status": {"can_send_message": "AVAILABLE", "entities": [
                {"entity_type": "WABA", "id": "1", "can_send_message": "AVAILABLE"}]}},
        "subscribed": [{"whatsapp_business_api_data": {"id": "7", "name": "App"}}],
        "numbers": [{"id": "106540352242922", "display_phone_number": "+1 555-078-3881", "status": "CONNECTED",
            "code_verification_status": "VERIFIED", "name_status": "APPROVED", "is_pin_enabled": true,
            "webhook_configuration": {"application": "https://wa.example.com/webhooks/main"},
            "health_status": {"entities": [{"entity_type": "PHONE_NUMBER"}, {"entity_type": "WABA"}]}}],
        "templates": [{"name": "offer", "language": "en", "status": "APPROVED", "category": "MARKETING"}],
    })
}

#[test]
fn accounts() {
    let number = |field: &str, value: Value| (format!("/numbers/0/{field}"), value);
    let node = |field: &str, value: Value| (format!("/node/{field}"), value);
    let template = |status: &str| {
        json!([
            {"name": "offer", "language": "en", "status": status, "category": "MARKETING"},
            {"name": "order", "language": "en", "status": "APPROVED", "category": "UTILITY"},
        ])
    };
    let payment = json!({"entities": [{"entity_type": "WABA", "errors": [{"error_code": 141006,
        "error_description": "There is an error with the payment method.",
        "possible_solution": "Mend it."}]}]});
    let limited = json!({"entities": [{"entity_type": "PHONE_NUMBER",
        "additional_info": ["The display name has not been approved yet."]}]});
    let elsewhere = json!({"application": "https://old.example.com/hook", "phone_number": ""});
    let own = json!({"application": "https://old.example.com/hook",
        "whatsapp_business_account": "https://wa.example.com/webhooks/main"});
    let rows = [
        node("name", json!("Lucky Shrub")),
        node("status", json!("DISABLED")),
        node("account_review_status", json!("PENDING")),
        node("account_review_status", json!("REJECTED")),
        node("business_verification_status", json!("not_verified")),
        node("health_status", payment),
        ("/subscribed".into(), json!([])),
        ("/numbers".into(), json!([])),
        number("status", json!("FLAGGED")),
        number("status", json!("RESTRICTED")),
        number("status", json!("DISCONNECTED")),
        number("status", json!("BANNED")),
        number("status", Value::Null),
        number("code_verification_status", json!("EXPIRED")),
        number("code_verification_status", json!("NOT_VERIFIED")),
        number("name_status", json!("PENDING_REVIEW")),
        number("name_status", json!("DECLINED")),
        number("is_pin_enabled", json!(false)),
        number("is_pin_enabled", Value::Null),
        number("webhook_configuration", elsewhere),
        number("webhook_configuration", own),
        number("webhook_configuration", json!({})),
        number("health_status", limited),
        ("/templates".into(), template("PAUSED")),
        ("/templates/0/status".into(), json!("DISABLED")),
    ];
    let mut told = String::new();
    let usual = judged(&well(), Some("7"), Some(CALLBACK));
    told.push_str(&format!("# all is well\n{}", lines(&usual)));
    for (place, value) in rows {
        let mut facts = well();
        *facts.pointer_mut(&place).unwrap_or_else(|| panic!("{place}")) = value.clone();
        let found = judged(&facts, Some("7"), Some(CALLBACK));
        let new: Vec<Finding> = found
            .into_iter()
            .filter(|finding| !usual.contains(finding))
            .collect();
        told.push_str(&format!("# {place} = {value}\n{}", lines(&new)));
    }
    for (name, app, callback) in [
        ("its app is not known", None, Some(CALLBACK)),
        ("no public_url", Some("7"), None),
    ] {
        let found = judged(&well(), app, callback);
        let new: Vec<Finding> = found
            .into_iter()
            .filter(|finding| !usual.contains(finding))
            .collect();
        told.push_str(&format!("# {name}\n{}", lines(&new)));
    }
    insta::assert_snapshot!(told);
}

const CALLBACK: &str = "https://wa.example.com/webhooks/main";

fn judged(facts: &Value, app: Option<&str>, callback: Option<&str>) -> Vec<Finding> {
    fn read<T: serde::de::DeserializeOwned>(facts: &Value, field: &str) -> Result<T, ApiError> {
        Ok(serde_json::from_value(facts[field].clone()).expect("facts of an account"))
    }
    let account = Account {
        node: read(facts, "node"),
        subscribed: read(facts, "subscribed"),
        numbers: read(facts, "numbers"),
        templates: read(facts, "templates"),
    };
    let mut out = Vec::new();
    judge::account(1, &account, app, callback, &mut out);
    out
}

/// One list that cannot be read hides nothing else.
#[test]
fn what_does_not_answer_is_said() {
    let account = Account {
        node: Ok(super::facts::Waba::default()),
        subscribed: Err(refused(500)),
        numbers: Err(ApiError::Unanswered("the platform did not answer in time")),
        templates: Ok(Vec::new()),
    };
    let mut out = Vec::new();
    judge::account(1, &account, None, None, &mut out);
    let gone = Account {
        node: Err(refused(400)),
        subscribed: Ok(Vec::new()),
        numbers: Ok(Vec::new()),
        templates: Ok(Vec::new()),
    };
    judge::account(2, &gone, None, None, &mut out);
    insta::assert_snapshot!(lines(&out));
}
