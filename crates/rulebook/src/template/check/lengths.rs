//! Lengths in characters: header 60, body 1,024, footer 60, button label 25, link 2,000, phone number 20, code 15.
//! Source: template components; 2388040.

use super::{Component, Finding, Part, TemplateDraft};
use crate::refusal::Refusal;
use crate::template::draft::{Button, ButtonKind, Header};
use crate::template::parameters::{BODY_MAX, HEADER_MAX};

const FOOTER_MAX: u32 = 60;
const LABEL_MAX: u32 = 25;
const LINK_MAX: u32 = 2_000;
const PHONE_MAX: u32 = 20;
const COUPON_MAX: u32 = 15;

pub(super) fn check(draft: &TemplateDraft, findings: &mut Vec<Finding>) {
    let mut limit = |part: Part, what: &str, text: &str, max: u32| {
        let length = text.chars().count();
        if length > max as usize {
            let message = format!("The {what} has {length} characters; at most {max} are allowed.");
            let refusal = Refusal::TemplateFieldTooLong;
            let finding = Finding::refused("lengths", refusal, message, "Shorten it.");
            let end = text
                .char_indices()
                .nth(max as usize)
                .map_or(text.len(), |(at, _)| at);
            findings.push(finding.at_bytes(part, end..text.len()));
        }
    };
    for part in &draft.components {
        match part {
            Component::Header(Header::Text(text)) => limit(Part::Header, "header", &text.text, HEADER_MAX),
            Component::Body(text) => limit(Part::Body, "body", &text.text, BODY_MAX),
            Component::Footer(text) => limit(Part::Footer, "footer", &text.text, FOOTER_MAX),
            Component::Header(_) | Component::Buttons(_) | Component::Other(..) => {}
        }
    }
    for (index, button) in draft.buttons().enumerate() {
        limit_button(index, button, &mut limit);
    }
}

fn limit_button(index: usize, button: &Button, limit: &mut impl FnMut(Part, &str, &str, u32)) {
    let (label, target) = (Part::Button(index), Part::ButtonTarget(index));
    limit(label, "label of a button", &button.text, LABEL_MAX);
    match button.kind {
        ButtonKind::Url => limit(target, "link of a button", &button.target, LINK_MAX),
        ButtonKind::PhoneNumber => limit(target, "phone number of a button", &button.target, PHONE_MAX),
        ButtonKind::CopyCode => button
            .samples
            .iter()
            .for_each(|code| limit(label, "code of a button", code, COUPON_MAX)),
        ButtonKind::QuickReply | ButtonKind::Flow | ButtonKind::Otp | ButtonKind::Other(_) => {}
    }
}
