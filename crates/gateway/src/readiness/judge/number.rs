//! Findings about one phone number.

use super::super::facts::{Callbacks, Number};
use super::super::{Finding, Subject};
use super::{Bad, add, error, health, notice, warning};

/// Status, verification, display name, PIN, webhooks, and what stands in its way.
pub(super) fn number(number: &Number, callback: Option<&str>, out: &mut Vec<Finding>) {
    let shown = number.display_phone_number.clone().unwrap_or_default();
    let subject = Subject::Number(number.id.clone(), shown);
    let told = |field: &Option<String>| field.clone().unwrap_or_else(|| "not told".to_owned());
    let looked_at = [
        ("status", told(&number.status), status(number.status.as_deref())),
        (
            "number_verification",
            told(&number.code_verification_status),
            verification(number.code_verification_status.as_deref()),
        ),
        (
            "display_name",
            told(&number.name_status),
            display_name(number.name_status.as_deref()),
        ),
    ];
    for (code, what, bad) in looked_at {
        add(out, code, &subject, what, bad);
    }
    pin(&subject, number.is_pin_enabled, out);
    webhooks(&subject, number.webhook_configuration.as_ref(), callback, out);
    if let Some(told) = &number.health_status {
        health(&subject, told, "PHONE_NUMBER", out);
    }
}

fn status(status: Option<&str>) -> Bad {
    match status {
        Some("CONNECTED") => None,
        Some("FLAGGED") => warning("Its quality is low: send less promotion until it has recovered."),
        Some("RESTRICTED" | "RATE_LIMITED") => {
            warning("Its limit is used up: new conversations wait, replies go on.")
        }
        Some("PENDING" | "DISCONNECTED" | "UNVERIFIED") => {
            error("Register it: POST /<number>/register with its PIN.")
        }
        Some("BANNED") => error("Look at the reason in the platform's manager; an appeal is filed there."),
        Some(_) => error("It cannot send: look at it in the platform's manager."),
        None => notice("The platform did not tell its status."),
    }
}

fn verification(status: Option<&str>) -> Bad {
    match status {
        Some("VERIFIED") => None,
        Some("EXPIRED") => warning("Verify it again by code before it has to be registered the next time."),
        Some(_) => error("Verify it by code: POST /<number>/request_code, then verify_code."),
        None => notice("The platform did not tell whether it is verified."),
    }
}

fn display_name(status: Option<&str>) -> Bad {
    match status {
        Some("APPROVED" | "AVAILABLE_WITHOUT_REVIEW") => None,
        Some("PENDING_REVIEW") => {
            notice("Its display name is under review; people see the number until then.")
        }
        Some("DECLINED" | "EXPIRED") => error("Give it another display name, and register the number again."),
        Some(_) | None => notice("It has no display name that is known: people see the number."),
    }
}

fn pin(subject: &Subject, enabled: Option<bool>, out: &mut Vec<Finding>) {
    let hint = "Set a PIN: POST /<number> with `pin`; without one anybody who can read its messages may register it.";
    let (what, bad) = match enabled {
        Some(true) => ("two-step verification is on", None),
        Some(false) => ("there is no PIN: two-step verification is off", warning(hint)),
        None => ("whether there is a PIN is not told", notice(hint)),
    };
    add(out, "pin", subject, what, bad);
}

/// The narrowest address counts: of the number, of its account, of the app.
fn webhooks(subject: &Subject, told: Option<&Callbacks>, callback: Option<&str>, out: &mut Vec<Finding>) {
    let Some(told) = told else {
        let hint = "Ask the platform's manager where webhooks go.";
        let what = "where its webhooks go is not told";
        return add(out, "webhooks", subject, what, notice(hint));
    };
    let present = |address: &Option<String>| address.clone().filter(|address| !address.is_empty());
    let address = present(&told.phone_number)
        .or_else(|| present(&told.whatsapp_business_account))
        .or_else(|| present(&told.application));
    let hint = "Have the webhooks come to the gateway: an override of the account (`override_callback_uri` of \
                subscribed_apps), or the app's own address; what the gateway relays them to is its configuration.";
    let (what, bad) = match (address, callback) {
        (None, _) => ("its webhooks go nowhere".to_owned(), error(hint)),
        (Some(address), None) => (
            format!("its webhooks go to {address}"),
            notice("Set public_url, and it is compared with the gateway's own address."),
        ),
        (Some(address), Some(own)) if address == own => (format!("its webhooks come to {address}"), None),
        (Some(address), Some(own)) => (format!("its webhooks go to {address}, not to {own}"), error(hint)),
    };
    add(out, "webhooks", subject, what, bad);
}
