//! Lengths in characters: header 60, body 1,024, footer 60, button label 25, link 2,000, phone number 20, code 15.
//! Source: template components; 2388040.

use super::{Component, Finding, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::draft::{Button, ButtonKind, Header};
use crate::template::parameters::{BODY_MAX, HEADER_MAX};

const FOOTER_MAX: u32 = 60;
const LABEL_MAX: u32 = 25;
const LINK_MAX: u32 = 2_000;
const PHONE_MAX: u32 = 20;
const COUPON_MAX: u32 = 15;

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let mut limit = |what: &str, text: &str, max: u32| {
        let length = text.chars().count();
        if length > max as usize {
            let message = format!("The {what} has {length} characters; at most {max} are allowed.");
            let refusal = Refusal::TemplateFieldTooLong;
            findings.push(Finding::refused("lengths", refusal, message, "Shorten it."));
        }
    };
    for part in &draft.components {
        match part {
            Component::Header(Header::Text(text)) => limit("header", &text.text, HEADER_MAX),
            Component::Body(text) => limit("body", &text.text, BODY_MAX),
            Component::Footer(text) => limit("footer", &text.text, FOOTER_MAX),
            Component::Buttons(buttons) => buttons.iter().for_each(|button| limit_button(button, &mut limit)),
            Component::Header(_) | Component::Other(..) => {}
        }
    }
}

fn limit_button(button: &Button, limit: &mut impl FnMut(&str, &str, u32)) {
    limit("label of a button", &button.text, LABEL_MAX);
    match button.kind {
        ButtonKind::Url => limit("link of a button", &button.target, LINK_MAX),
        ButtonKind::PhoneNumber => limit("phone number of a button", &button.target, PHONE_MAX),
        ButtonKind::CopyCode => button
            .samples
            .iter()
            .for_each(|code| limit("code of a button", code, COUPON_MAX)),
        ButtonKind::QuickReply | ButtonKind::Flow | ButtonKind::Otp | ButtonKind::Other(_) => {}
    }
}
