//! What a template expects of a send, worked out once from its draft.

use super::{BODY_MAX, CODE_MAX, HEADER_MAX, Mismatch, Parameter, ParameterKind, SentParameters};
use crate::template::draft::{Button, ButtonKind, Category, Header, Media, ParameterFormat, TemplateDraft};
use crate::template::placeholder::{distinct, placeholders};

/// What a send must give for a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    named: bool,
    header: HeaderSlot,
    body: TextSlots,
    /// By index of the button.
    buttons: Vec<ButtonSlot>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum HeaderSlot {
    #[default]
    Nothing,
    Text(TextSlots),
    Medium(ParameterKind),
    Unjudged,
}

/// The placeholders of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TextSlots {
    /// Each distinct placeholder and how often it occurs.
    slots: Vec<(String, u32)>,
    /// Characters beside the placeholders.
    fixed: u32,
    /// The most characters a single value may have.
    each_max: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ButtonSlot {
    Nothing,
    Optional,
    Required(ParameterKind),
}

impl Expected {
    /// What this template expects.
    pub fn of(draft: &TemplateDraft) -> Self {
        let authentication = draft.category == Category::Authentication;
        let each_max = if authentication { CODE_MAX } else { BODY_MAX };
        let body = match draft.body() {
            // The platform writes the body of an authentication template: one placeholder for the code.
            Some(body) if authentication && body.text.is_empty() => TextSlots {
                slots: vec![("1".to_owned(), 1)],
                fixed: 0,
                each_max,
            },
            Some(body) => TextSlots::of(&body.text, each_max),
            None => TextSlots::default(),
        };
        let header = match draft.header() {
            None => HeaderSlot::Nothing,
            Some(Header::Text(text)) => HeaderSlot::Text(TextSlots::of(&text.text, HEADER_MAX)),
            Some(Header::Media(media, _)) => HeaderSlot::Medium(medium(*media)),
            Some(Header::Location) => HeaderSlot::Medium(ParameterKind::Location),
            Some(Header::Other(_)) => HeaderSlot::Unjudged,
        };
        let named = draft.parameter_format == ParameterFormat::Named;
        Expected {
            named,
            header,
            body,
            buttons: draft.buttons().map(button_slot).collect(),
        }
    }

    /// Whether a send matches.
    pub fn check(&self, sent: &SentParameters) -> Result<(), Mismatch> {
        self.check_header(&sent.header)?;
        self.body.check("body", self.named, &sent.body, BODY_MAX)?;
        for given in &sent.buttons {
            let slot = self
                .buttons
                .get(given.index as usize)
                .copied()
                .unwrap_or(ButtonSlot::Nothing);
            if slot == ButtonSlot::Nothing && !given.parameters.is_empty() {
                return Err(Mismatch::ButtonTakesNone { index: given.index });
            }
        }
        for (index, slot) in (0u32..).zip(&self.buttons) {
            let ButtonSlot::Required(kind) = *slot else {
                continue;
            };
            let given = sent.buttons.iter().find(|given| given.index == index);
            check_button(
                index,
                kind,
                given.map_or(&[], |given| given.parameters.as_slice()),
            )?;
        }
        Ok(())
    }

    fn check_header(&self, given: &[Parameter]) -> Result<(), Mismatch> {
        let part = "header";
        match &self.header {
            HeaderSlot::Unjudged => Ok(()),
            HeaderSlot::Nothing if given.is_empty() => Ok(()),
            HeaderSlot::Nothing => Err(Mismatch::Count {
                part,
                expected: 0,
                given: given.len(),
            }),
            HeaderSlot::Text(slots) => slots.check(part, self.named, given, HEADER_MAX),
            HeaderSlot::Medium(kind) => {
                let got = given.first().map(|parameter| parameter.kind);
                if got != Some(*kind) {
                    let given = got.map_or("nothing", ParameterKind::api_value);
                    return Err(Mismatch::Kind {
                        part,
                        expected: kind.api_value(),
                        given,
                    });
                }
                if given.len() > 1 {
                    return Err(Mismatch::Count {
                        part,
                        expected: 1,
                        given: given.len(),
                    });
                }
                Ok(())
            }
        }
    }
}

impl TextSlots {
    fn of(text: &str, each_max: u32) -> Self {
        let all = placeholders(text);
        let slot = |name: &&str| {
            let times = all.iter().filter(|placeholder| placeholder.name == *name).count();
            ((*name).to_owned(), times as u32)
        };
        let braces: usize = all.iter().map(|at| text[at.start..at.end].chars().count()).sum();
        TextSlots {
            slots: distinct(text).iter().map(slot).collect(),
            fixed: (text.chars().count() - braces) as u32,
            each_max,
        }
    }

    fn check(&self, part: &'static str, named: bool, given: &[Parameter], max: u32) -> Result<(), Mismatch> {
        if given.len() != self.slots.len() {
            return Err(Mismatch::Count {
                part,
                expected: self.slots.len(),
                given: given.len(),
            });
        }
        let mut length = self.fixed;
        for (place, (name, times)) in self.slots.iter().enumerate() {
            let parameter = self.value(part, named, given, place, name)?;
            let characters = parameter.text.chars().count() as u32;
            if characters > self.each_max {
                return Err(Mismatch::TooLong {
                    part,
                    length: characters,
                    max: self.each_max,
                });
            }
            length += times * characters;
        }
        if length > max {
            return Err(Mismatch::TooLong { part, length, max });
        }
        Ok(())
    }

    /// The value for one placeholder: by its name, or else by its number.
    fn value<'a>(
        &self,
        part: &'static str,
        named: bool,
        given: &'a [Parameter],
        place: usize,
        name: &str,
    ) -> Result<&'a Parameter, Mismatch> {
        let number = name
            .parse::<usize>()
            .ok()
            .and_then(|number| number.checked_sub(1))
            .unwrap_or(place);
        let in_place = given.get(if named { place } else { number }).or(given.get(place));
        if in_place.is_some_and(|parameter| parameter.name.is_some() != named) {
            return Err(Mismatch::Naming { part, named });
        }
        let found = match named {
            true => given
                .iter()
                .find(|parameter| parameter.name.as_deref() == Some(name)),
            false => in_place,
        };
        let Some(parameter) = found else {
            return Err(Mismatch::Name {
                part,
                name: name.to_owned(),
            });
        };
        if !parameter.kind.is_text() {
            return Err(Mismatch::Kind {
                part,
                expected: "text",
                given: parameter.kind.api_value(),
            });
        }
        Ok(parameter)
    }
}

fn medium(media: Media) -> ParameterKind {
    match media {
        Media::Image => ParameterKind::Image,
        Media::Video | Media::Gif => ParameterKind::Video,
        Media::Document => ParameterKind::Document,
    }
}

fn button_slot(button: &Button) -> ButtonSlot {
    match button.kind {
        ButtonKind::Url if !placeholders(&button.target).is_empty() => {
            ButtonSlot::Required(ParameterKind::Text)
        }
        ButtonKind::Url | ButtonKind::PhoneNumber => ButtonSlot::Nothing,
        ButtonKind::CopyCode => ButtonSlot::Required(ParameterKind::CouponCode),
        ButtonKind::Otp => ButtonSlot::Required(ParameterKind::Text),
        ButtonKind::QuickReply | ButtonKind::Flow | ButtonKind::Other(_) => ButtonSlot::Optional,
    }
}

fn check_button(index: u32, kind: ParameterKind, given: &[Parameter]) -> Result<(), Mismatch> {
    let part = "buttons";
    match given {
        [] => Err(Mismatch::ButtonNeeds { index }),
        [one] if one.kind == kind => Ok(()),
        [one] => Err(Mismatch::Kind {
            part,
            expected: kind.api_value(),
            given: one.kind.api_value(),
        }),
        more => Err(Mismatch::Count {
            part,
            expected: 1,
            given: more.len(),
        }),
    }
}
