//! A message from the wire to what the seat decides on, and what is kept of its text.

use std::borrow::Cow;

use cloud_api::message::{ComponentKind, Outgoing, OutgoingKind, Parameter as WireParameter};
use cloud_api::message::{ParameterKind as WireKind, SendComponent, TemplateSend};
use platform::portfolio::command::{TemplateKey, What};
use rulebook::template::parameters::{ButtonParameters, Parameter, ParameterKind, SentParameters};

use crate::content::MessageContent;

/// What is kept of the message apart from its event.
pub(super) fn content_of(outgoing: &Outgoing) -> Vec<u8> {
    let mut content = MessageContent {
        context: outgoing.context.as_deref().map(Cow::Borrowed),
        biz_opaque_callback_data: outgoing.biz_opaque_callback_data.as_deref().map(Cow::Borrowed),
        ..MessageContent::default()
    };
    match &outgoing.kind {
        OutgoingKind::Text { body, .. } => content.body = Some(Cow::Borrowed(body)),
        OutgoingKind::Template(template) => {
            let parameters = template.parameters(&ComponentKind::Body).iter();
            content.params = parameters
                .map(|p| Cow::Borrowed(p.shown().unwrap_or_default()))
                .collect();
        }
        OutgoingKind::Free(free) => {
            content.kind = Some(Cow::Borrowed(free.kind.as_str()));
            content.value = Some(Cow::Borrowed(&free.value));
        }
    }
    content.to_bytes()
}

/// A template with its parameters, as the rules see it.
pub(super) fn template_of(template: TemplateSend) -> What {
    let key = TemplateKey::of(&template.name, &template.language.code);
    let mut parameters = SentParameters::default();
    for SendComponent {
        kind,
        index,
        parameters: given,
        ..
    } in template.components
    {
        let given = given.into_iter().map(parameter_of);
        match kind {
            ComponentKind::Header => parameters.header.extend(given),
            ComponentKind::Body => parameters.body.extend(given),
            // A button without an index, or with a negative one, was refused when the message was read.
            ComponentKind::Button => parameters.buttons.push(ButtonParameters {
                index: index
                    .and_then(|index| u32::try_from(index).ok())
                    .unwrap_or(u32::MAX),
                parameters: given.collect(),
            }),
            ComponentKind::Carousel | ComponentKind::LimitedTimeOffer | ComponentKind::Other(_) => {}
        }
    }
    What::Template { key, parameters }
}

fn parameter_of(parameter: WireParameter) -> Parameter {
    let kind = kind_of(&parameter.kind);
    let text = match kind {
        // The usual case takes the text as it is.
        ParameterKind::Text => parameter.text.unwrap_or_default(),
        _ => parameter.shown().unwrap_or_default().to_owned(),
    };
    Parameter {
        kind,
        name: parameter.parameter_name,
        text,
    }
}

fn kind_of(kind: &WireKind) -> ParameterKind {
    match kind {
        WireKind::Text => ParameterKind::Text,
        WireKind::Currency => ParameterKind::Currency,
        WireKind::DateTime => ParameterKind::DateTime,
        WireKind::Image => ParameterKind::Image,
        WireKind::Video => ParameterKind::Video,
        WireKind::Document => ParameterKind::Document,
        WireKind::Payload => ParameterKind::Payload,
        WireKind::CouponCode => ParameterKind::CouponCode,
        WireKind::Action => ParameterKind::Action,
        WireKind::Other(word) if word.eq_ignore_ascii_case("location") => ParameterKind::Location,
        WireKind::Other(_) => ParameterKind::Other,
    }
}
