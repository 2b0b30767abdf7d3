//! Templates between the wire and the rulebook, both ways.
//!
//! Both seats and the command need it: the platform seat takes templates in and shows them, the sender seat and `goodstanding
//! check` judge them. Promises: pure; what the rules read is converted, the rest is carried along as JSON, so that what comes back is what was
//! sent (of several samples of a body, the first).
//! Must not know: whether a template is any good.

use cloud_api::template as wire;
use cloud_api::template::{ButtonKind as WireKind, ComponentType, Example, HeaderFormat};
use rulebook::template::draft::{
    Button, ButtonKind, Category, Component, Header, Media, NamedSample, ParameterFormat, TemplateDraft, Text,
};
use serde_json::{Map, Value};

/// What is submitted by `POST /<waba>/message_templates`.
pub fn draft_of(request: wire::CreateTemplate) -> TemplateDraft {
    TemplateDraft {
        name: request.name,
        language: request.language,
        category: category_of(&request.category),
        parameter_format: format_of(&request.parameter_format),
        components: components_of(request.components),
    }
}

/// The parts of a template from the wire.
pub fn components_of(components: Vec<wire::Component>) -> Vec<Component> {
    components.into_iter().map(component_of).collect()
}

/// A category from the wire. Unknown words were refused when the request was read.
pub fn category_of(category: &wire::Category) -> Category {
    Category::parse(category.as_str()).unwrap_or(Category::Marketing)
}

/// A parameter format from the wire. Unknown words were refused when the request was read.
pub fn format_of(format: &wire::ParameterFormat) -> ParameterFormat {
    ParameterFormat::parse(format.as_str()).unwrap_or_default()
}

fn component_of(component: wire::Component) -> Component {
    match component.kind {
        ComponentType::Header => Component::Header(header_of(component)),
        ComponentType::Body => Component::Body(text_of(component)),
        ComponentType::Footer => Component::Footer(text_of(component)),
        ComponentType::Buttons => Component::Buttons(component.buttons.into_iter().map(button_of).collect()),
        _ => Component::Other(
            component.kind.as_str().to_owned(),
            cloud_api::json::to_value(&component).to_string(),
        ),
    }
}

fn header_of(component: wire::Component) -> Header {
    let media = match component.format {
        None | Some(HeaderFormat::Text) => return Header::Text(text_of(component)),
        Some(HeaderFormat::Location) => return Header::Location,
        Some(HeaderFormat::Image) => Media::Image,
        Some(HeaderFormat::Video) => Media::Video,
        Some(HeaderFormat::Gif) => Media::Gif,
        Some(HeaderFormat::Document) => Media::Document,
        Some(other) => return Header::Other(other.as_str().to_owned()),
    };
    Header::Media(
        media,
        component
            .example
            .map_or_else(Vec::new, |example| example.header_handle),
    )
}

fn text_of(component: wire::Component) -> Text {
    let example = component.example.unwrap_or_default();
    let (samples, named) = if component.kind == ComponentType::Header {
        (example.header_text, example.header_text_named_params)
    } else {
        (
            example.body_text.into_iter().next().unwrap_or_default(),
            example.body_text_named_params,
        )
    };
    let named = named.into_iter().map(|n| NamedSample {
        name: n.param_name,
        sample: n.example,
    });
    Text {
        text: component.text.unwrap_or_default(),
        samples,
        named_samples: named.collect(),
        extra: extra_of(component.extra),
    }
}

fn button_of(button: wire::Button) -> Button {
    let kind = ButtonKind::parse(button.kind.as_str());
    let target = if kind == ButtonKind::PhoneNumber {
        button.phone_number
    } else {
        button.url
    };
    Button {
        kind,
        text: button.text.unwrap_or_default(),
        target: target.unwrap_or_default(),
        samples: button.example,
        extra: extra_of(button.extra),
    }
}

fn extra_of(extra: Map<String, Value>) -> String {
    if extra.is_empty() {
        String::new()
    } else {
        Value::Object(extra).to_string()
    }
}

/// A template's parts as they are shown.
pub fn wire_components(draft: &TemplateDraft) -> Vec<wire::Component> {
    draft.components.iter().map(wire_component).collect()
}

fn wire_component(component: &Component) -> wire::Component {
    match component {
        Component::Header(header) => wire_header(header),
        Component::Body(text) => wire_text(ComponentType::Body, text),
        Component::Footer(text) => wire_text(ComponentType::Footer, text),
        Component::Buttons(buttons) => wire::Component {
            buttons: buttons.iter().map(wire_button).collect(),
            ..empty(ComponentType::Buttons)
        },
        Component::Other(kind, json) => {
            serde_json::from_str(json).unwrap_or_else(|_| empty(ComponentType::parse(kind)))
        }
    }
}

fn wire_header(header: &Header) -> wire::Component {
    let shown = match header {
        Header::Text(text) => wire_text(ComponentType::Header, text),
        Header::Media(_, handles) if !handles.is_empty() => {
            let example = Example {
                header_handle: handles.clone(),
                ..Example::default()
            };
            wire::Component {
                example: Some(example),
                ..empty(ComponentType::Header)
            }
        }
        Header::Media(..) | Header::Location | Header::Other(_) => empty(ComponentType::Header),
    };
    wire::Component {
        format: Some(HeaderFormat::parse(header.api_value())),
        ..shown
    }
}

fn wire_text(kind: ComponentType, text: &Text) -> wire::Component {
    let named = text.named_samples.iter();
    let named: Vec<wire::NamedExample> = named
        .map(|n| wire::NamedExample {
            param_name: n.name.clone(),
            example: n.sample.clone(),
        })
        .collect();
    let samples = text.samples.clone();
    let example = if samples.is_empty() && named.is_empty() {
        None
    } else if kind == ComponentType::Header {
        Some(Example {
            header_text: samples,
            header_text_named_params: named,
            ..Example::default()
        })
    } else {
        let rows = if samples.is_empty() {
            Vec::new()
        } else {
            vec![samples]
        };
        Some(Example {
            body_text: rows,
            body_text_named_params: named,
            ..Example::default()
        })
    };
    wire::Component {
        text: Some(text.text.clone()),
        example,
        extra: wire_extra(&text.extra),
        ..empty(kind)
    }
}

fn wire_button(button: &Button) -> wire::Button {
    let given = |text: &String| (!text.is_empty()).then(|| text.clone());
    let is_phone = button.kind == ButtonKind::PhoneNumber;
    let target = given(&button.target);
    wire::Button {
        kind: WireKind::parse(button.kind.api_value()),
        text: given(&button.text),
        url: target.clone().filter(|_| !is_phone),
        phone_number: target.filter(|_| is_phone),
        example: button.samples.clone(),
        extra: wire_extra(&button.extra),
    }
}

/// What was stored is what [`extra_of`] wrote.
fn wire_extra(extra: &str) -> Map<String, Value> {
    serde_json::from_str(extra).unwrap_or_default()
}

fn empty(kind: ComponentType) -> wire::Component {
    wire::Component {
        kind,
        format: None,
        text: None,
        example: None,
        buttons: Vec::new(),
        cards: Vec::new(),
        extra: Map::new(),
    }
}

/// The category of a draft as the wire has it.
pub fn wire_category(draft: &TemplateDraft) -> wire::Category {
    wire::Category::parse(draft.category.api_value())
}
