//! What the facts mean: one finding for each thing that was looked at.
//!
//! Promises: pure. Sources: platform-rules.md on numbers, accounts and health status; how many days ahead an expiry is told is
//! ours. Must not know: how the facts came.

mod number;

use std::collections::BTreeSet;

use decider::{Millis, Timestamp};

use super::facts::{Account, Health, HealthError, Template, Token, Waba};
use super::{Finding, Severity, Subject};
use crate::graph::answers::iso;
use crate::upstream::ApiError;

/// Without these a token cannot send, or cannot be told what the gateway has to know.
const SCOPES: [&str; 2] = ["whatsapp_business_messaging", "whatsapp_business_management"];
/// An expiry is a warning so long before, and an error from the day before.
const EXPIRY_AHEAD: Millis = Millis::days(14);
/// What a payment method that is missing or refused is told as: in sends, and in `health_status`.
const PAYMENT_CODES: [u32; 2] = [131_042, 141_006];

const NEW_TOKEN: &str = "Make a new token of the system user, without an end if you can, put it where the \
    configuration says, and restart the gateway.";

fn add(out: &mut Vec<Finding>, code: &'static str, subject: &Subject, what: impl Into<String>, bad: Bad) {
    let (severity, hint) = match bad {
        None => (Severity::Ok, None),
        Some((severity, hint)) => (severity, Some(hint)),
    };
    out.push(Finding {
        code,
        severity,
        subject: subject.clone(),
        what: what.into(),
        hint,
    });
}

/// How bad, and what to do; `None`: in order.
type Bad = Option<(Severity, &'static str)>;

fn error(hint: &'static str) -> Bad {
    Some((Severity::Error, hint))
}

fn warning(hint: &'static str) -> Bad {
    Some((Severity::Warning, hint))
}

fn notice(hint: &'static str) -> Bad {
    Some((Severity::Notice, hint))
}

/// A token: valid, for how long, and for what.
pub(super) fn token(
    subject: Subject,
    token: &Result<Token, ApiError>,
    now: Timestamp,
    out: &mut Vec<Finding>,
) {
    let token = match token {
        Ok(token) => token,
        Err(why) if why.is_token_refused() => {
            let what = format!("the platform does not accept the token: {why}");
            return add(out, "token", &subject, what, error(NEW_TOKEN));
        }
        Err(why) => {
            let what = format!("the token could not be looked at: {why}");
            let hint = "If nothing else answers either, look at upstream.url and the network.";
            return add(out, "token", &subject, what, notice(hint));
        }
    };
    if token.is_valid == Some(false) {
        let why = token.error.as_ref().and_then(|error| error.message.as_deref());
        let what = format!("the token is not valid: {}", why.unwrap_or("no reason is given"));
        return add(out, "token", &subject, what, error(NEW_TOKEN));
    }
    let (what, bad) = expiry(token.expires_at, now);
    add(out, "token", &subject, what, bad);
    let Some(scopes) = &token.scopes else { return };
    let missing = SCOPES
        .iter()
        .filter(|scope| !scopes.iter().any(|has| has == *scope));
    let missing: Vec<&str> = missing.copied().collect();
    let (what, bad) = if missing.is_empty() {
        ("the token has the permissions that are needed".to_owned(), None)
    } else {
        let hint = "Give the system user these permissions, and make a new token.";
        (
            format!("the token lacks permissions: {}", missing.join(", ")),
            error(hint),
        )
    };
    add(out, "permissions", &subject, what, bad);
}

fn expiry(expires_at: Option<u64>, now: Timestamp) -> (String, Bad) {
    match expires_at {
        None => (
            "the token is valid; when it expires is not told".to_owned(),
            notice("A token of a system user need not expire."),
        ),
        Some(0) => ("the token is valid, and does not expire".to_owned(), None),
        Some(seconds) => {
            let at = Timestamp::from_millis(seconds.saturating_mul(1_000));
            let left = at.since(now);
            let what = format!("the token expires at {}", iso(at));
            let bad = if at <= now + Millis::DAY {
                error(NEW_TOKEN)
            } else if left <= EXPIRY_AHEAD {
                warning(NEW_TOKEN)
            } else {
                None
            };
            (what, bad)
        }
    }
}

/// An account, its webhooks, its numbers and its templates.
pub(super) fn account(
    id: u64,
    facts: &Account,
    app: Option<&str>,
    callback: Option<&str>,
    out: &mut Vec<Finding>,
) {
    let subject = Subject::Account(id);
    let hint = "Look whether the account is shared with the system user of the token, and the id is right.";
    let unread = |what: &str, why: &ApiError, out: &mut Vec<Finding>| {
        let hint = if why.is_token_refused() { NEW_TOKEN } else { hint };
        add(out, "account", &subject, format!("{what}: {why}"), error(hint));
    };
    match &facts.node {
        Ok(node) => waba(&subject, node, out),
        Err(why) => return unread("the account does not answer", why, out),
    }
    match &facts.subscribed {
        Ok(apps) => {
            let ids = apps
                .iter()
                .filter_map(|app| app.whatsapp_business_api_data.as_ref()?.id.as_deref());
            subscription(&subject, &ids.collect(), app, out);
        }
        Err(why) => unread("its subscribed apps cannot be listed", why, out),
    }
    match &facts.templates {
        Ok(list) => templates(&subject, list, out),
        Err(why) => unread("its templates cannot be listed", why, out),
    }
    match &facts.numbers {
        Ok(numbers) if numbers.is_empty() => {
            let what = "the account has no phone number";
            add(
                out,
                "numbers",
                &subject,
                what,
                error("Add one in the platform's manager."),
            );
        }
        Ok(numbers) => {
            for of in numbers {
                number::number(of, callback, out);
            }
        }
        Err(why) => unread("its numbers cannot be listed", why, out),
    }
}

fn waba(subject: &Subject, node: &Waba, out: &mut Vec<Finding>) {
    let name = node.name.as_deref().unwrap_or("without a name");
    let review = node.account_review_status.as_deref();
    let (what, bad) = match (node.status.as_deref(), review) {
        (Some(status), _) if status != "ACTIVE" => (
            format!("{name}: the account is {status}"),
            error("Look at the account in the platform's manager; an appeal is filed there."),
        ),
        (_, Some("REJECTED" | "RESTRICTED")) => (
            format!("{name}: its review ended as {}", review.unwrap_or_default()),
            error("Look at the reason in the platform's manager, and ask for another review."),
        ),
        (_, Some("PENDING")) => (
            format!("{name}: it is still under review"),
            notice("Wait; nothing is to be done."),
        ),
        _ => (format!("{name}: it answers"), None),
    };
    add(out, "account", subject, what, bad);
    if let Some(status) = &node.business_verification_status {
        let bad = (status != "verified")
            .then_some((
                Severity::Notice,
                "Verify the business in the platform's manager: limits can rise by it, and display names are shown.",
            ));
        add(
            out,
            "verification",
            subject,
            format!("the business is {}", status.replace('_', " ")),
            bad,
        );
    }
    if let Some(told) = &node.health_status {
        health(subject, told, "WABA", out);
    }
}

fn subscription(subject: &Subject, ids: &BTreeSet<&str>, app: Option<&str>, out: &mut Vec<Finding>) {
    let hint = "Subscribe the app at the platform: POST /<account>/subscribed_apps with the account's token.";
    let (what, bad) = match app {
        Some(app) if ids.contains(app) => (format!("app {app} is subscribed"), None),
        Some(app) => (
            format!("app {app} is not subscribed: none of its webhooks come"),
            error(hint),
        ),
        None if ids.is_empty() => ("no app is subscribed: no webhook comes".to_owned(), error(hint)),
        None => (
            "some app is subscribed; whether it is this one is not known".to_owned(),
            notice(hint),
        ),
    };
    add(out, "subscription", subject, what, bad);
}

/// What `health_status` says of one kind of entity and of those above it.
fn health(subject: &Subject, health: &Health, of: &str, out: &mut Vec<Finding>) {
    let own = |kind: &Option<String>| match of {
        "WABA" => kind.as_deref() != Some("PHONE_NUMBER"),
        _ => kind.as_deref() == Some(of),
    };
    let entities = health.entities.iter().filter(|entity| own(&entity.entity_type));
    let mut all_well = true;
    for entity in entities {
        for found in &entity.errors {
            all_well = false;
            obstacle(subject, found, out);
        }
        for info in &entity.additional_info {
            all_well = false;
            add(
                out,
                "health",
                subject,
                info.clone(),
                warning("Sending works with limits; see the platform's manager."),
            );
        }
    }
    if all_well {
        add(
            out,
            "health",
            subject,
            "nothing stands in the way of sending",
            None,
        );
    }
}

fn obstacle(subject: &Subject, found: &HealthError, out: &mut Vec<Finding>) {
    let HealthError {
        error_code,
        error_description,
        possible_solution,
    } = found;
    let is_payment = error_code.is_some_and(|code| PAYMENT_CODES.contains(&code));
    let (code, hint) = if is_payment {
        (
            "payment",
            "Mend the payment method of the account in the platform's billing settings.",
        )
    } else {
        ("health", "Do what the platform proposes.")
    };
    let number = error_code.map_or_else(String::new, |code| format!(" (code {code})"));
    let what = format!("{error_description}{number} {possible_solution}");
    add(out, code, subject, what.trim_end(), error(hint));
}

/// Templates that cannot be sent just now, and whether there is another of their category to send instead.
fn templates(subject: &Subject, templates: &[Template], out: &mut Vec<Finding>) {
    let is = |template: &Template, status: &str| template.status.as_deref() == Some(status);
    let approved = templates.iter().filter(|template| is(template, "APPROVED"));
    let left: BTreeSet<&str> = approved
        .filter_map(|template| template.category.as_deref())
        .collect();
    let mut all_well = true;
    for template in templates
        .iter()
        .filter(|template| is(template, "PAUSED") || is(template, "DISABLED"))
    {
        all_well = false;
        let status = template.status.as_deref().unwrap_or_default();
        let category = template.category.as_deref().unwrap_or_default();
        let name = format!("{} ({})", template.name, template.language);
        let (what, bad) = if left.contains(category) {
            (
                format!("{name} is {status}; another {category} template is approved"),
                warning("Do not send it as it is: change what people did not like, or send the other."),
            )
        } else {
            (
                format!("{name} is {status}, and no other {category} template is approved"),
                error(
                    "Submit another template of this category: until then nothing of the kind can be sent.",
                ),
            )
        };
        add(out, "templates", subject, what, bad);
    }
    if all_well {
        let what = "no template is paused or disabled";
        add(out, "templates", subject, what, None);
    }
}
