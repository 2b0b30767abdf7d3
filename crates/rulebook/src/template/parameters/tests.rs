//! Sends against templates, in rows.

use super::*;
use crate::template::draft::{Button, ButtonKind, Category, Component, Header, Media, ParameterFormat, Text};

fn text(text: &str) -> Text {
    Text {
        text: text.to_owned(),
        ..Text::default()
    }
}

fn button(kind: ButtonKind, target: &str) -> Button {
    let text = "Tap".to_owned();
    Button {
        kind,
        text,
        target: target.to_owned(),
        samples: Vec::new(),
        extra: String::new(),
    }
}

fn draft(format: ParameterFormat, components: Vec<Component>) -> TemplateDraft {
    TemplateDraft {
        name: "order_news".to_owned(),
        language: "en_US".to_owned(),
        category: Category::Utility,
        parameter_format: format,
        components,
    }
}

fn positional(body: &str) -> TemplateDraft {
    draft(ParameterFormat::Positional, vec![Component::Body(text(body))])
}

fn kind(kind: ParameterKind) -> Parameter {
    Parameter {
        kind,
        name: None,
        text: "x".to_owned(),
    }
}

fn body(parameters: &[Parameter]) -> SentParameters {
    SentParameters {
        body: parameters.to_vec(),
        ..SentParameters::default()
    }
}

fn header(parameters: &[Parameter]) -> SentParameters {
    SentParameters {
        header: parameters.to_vec(),
        ..SentParameters::default()
    }
}

fn tap(index: u32, parameters: &[Parameter]) -> SentParameters {
    let buttons = vec![ButtonParameters {
        index,
        parameters: parameters.to_vec(),
    }];
    SentParameters {
        buttons,
        ..SentParameters::default()
    }
}

/// Checks one send; gives the code and the text of what is wrong.
fn check(draft: &TemplateDraft, sent: &SentParameters) -> String {
    match Expected::of(draft).check(sent) {
        Ok(()) => "fits".to_owned(),
        Err(mismatch) => format!("{} {mismatch}", mismatch.refusal().graph_code()),
    }
}

#[test]
fn bodies() {
    let two = positional("Hi {{1}}, your order {{2}} left.");
    let swapped = positional("Order {{2}} of {{1}} left.");
    let twice = positional(&format!("{{{{1}}}} and {{{{1}}}}{}.", "x".repeat(1_000)));
    let named = draft(
        ParameterFormat::Named,
        vec![Component::Body(text("Hi {{first}}, see {{item}}!"))],
    );
    let [a, b] = ["Ana", "77"].map(Parameter::text);
    let rows = [
        (&two, body(&[a.clone(), b.clone()]), "fits"),
        (&swapped, body(&[a.clone(), b.clone()]), "fits"),
        (
            &two,
            body(&[kind(ParameterKind::Currency), kind(ParameterKind::DateTime)]),
            "fits",
        ),
        (
            &two,
            body(&[]),
            "132000 body: the template has 2 parameters, the message 0",
        ),
        (
            &two,
            body(core::slice::from_ref(&a)),
            "132000 body: the template has 2 parameters, the message 1",
        ),
        (
            &two,
            body(&[a.clone(), b.clone(), b.clone()]),
            "132000 body: the template has 2 parameters, the message 3",
        ),
        (
            &two,
            body(&[a.clone(), kind(ParameterKind::Image)]),
            "132012 body: expected text, got image",
        ),
        (
            &two,
            body(&[a.clone(), Parameter::named("x", "y")]),
            "132012 body: the template's placeholders are positional: parameter_name is not used",
        ),
        (
            &named,
            body(&[
                Parameter::named("item", "a lamp"),
                Parameter::named("first", "Ana"),
            ]),
            "fits",
        ),
        (
            &named,
            body(&[
                Parameter::named("first", "Ana"),
                Parameter::named("thing", "a lamp"),
            ]),
            "132012 body: there is no parameter named item",
        ),
        (
            &named,
            body(&[a.clone(), b.clone()]),
            "132012 body: the template's placeholders are named: parameter_name is missing",
        ),
        (&twice, body(&[Parameter::text("12345678")]), "fits"),
        (
            &twice,
            body(&[Parameter::text("1234567890")]),
            "132005 body: 1026 characters with its parameters, at most 1024 are allowed",
        ),
        (&positional("Nothing here."), SentParameters::default(), "fits"),
        (
            &positional("Nothing here."),
            header(core::slice::from_ref(&a)),
            "132000 header: the template has 0 parameters, the message 1",
        ),
    ];
    for (draft, sent, outcome) in rows {
        assert_eq!(check(draft, &sent), outcome, "{:?} with {sent:?}", draft.body());
    }
}

#[test]
fn headers() {
    let with = |header| {
        draft(
            ParameterFormat::Positional,
            vec![Component::Header(header), Component::Body(text("Hello."))],
        )
    };
    let image = with(Header::Media(Media::Image, Vec::new()));
    let place = with(Header::Location);
    let line = with(Header::Text(text("News for {{1}}")));
    let rows = [
        (&image, header(&[kind(ParameterKind::Image)]), "fits"),
        (&image, header(&[]), "132012 header: expected image, got nothing"),
        (
            &image,
            header(&[kind(ParameterKind::Video)]),
            "132012 header: expected image, got video",
        ),
        (&place, header(&[kind(ParameterKind::Location)]), "fits"),
        (&line, header(&[Parameter::text("Ana")]), "fits"),
        (
            &line,
            header(&[]),
            "132000 header: the template has 1 parameters, the message 0",
        ),
        (
            &line,
            header(&[Parameter::text("A".repeat(52))]),
            "132005 header: 61 characters with its parameters, at most 60 are allowed",
        ),
    ];
    for (draft, sent, outcome) in rows {
        assert_eq!(check(draft, &sent), outcome, "{:?} with {sent:?}", draft.header());
    }
}

#[test]
fn buttons() {
    let buttons = vec![
        button(ButtonKind::QuickReply, ""),
        button(ButtonKind::Url, "https://shop.example/{{1}}"),
        button(ButtonKind::Url, "https://shop.example/"),
    ];
    let link = draft(
        ParameterFormat::Positional,
        vec![Component::Body(text("Hello.")), Component::Buttons(buttons)],
    );
    let coupon = vec![button(ButtonKind::CopyCode, "")];
    let coupon = draft(
        ParameterFormat::Positional,
        vec![Component::Body(text("Hello.")), Component::Buttons(coupon)],
    );
    let mut both = tap(0, &[kind(ParameterKind::Payload)]);
    both.buttons.extend(tap(1, &[Parameter::text("77")]).buttons);
    let rows = [
        (&link, tap(1, &[Parameter::text("77")]), "fits"),
        (&link, both, "fits"),
        (
            &link,
            SentParameters::default(),
            "131008 buttons: the button at index 1 requires a parameter",
        ),
        (
            &link,
            tap(2, &[Parameter::text("77")]),
            "132018 buttons: the button at index 2 takes no parameter",
        ),
        (
            &link,
            tap(9, &[Parameter::text("77")]),
            "132018 buttons: the button at index 9 takes no parameter",
        ),
        (
            &link,
            tap(1, &[kind(ParameterKind::Payload)]),
            "132012 buttons: expected text, got payload",
        ),
        (&coupon, tap(0, &[kind(ParameterKind::CouponCode)]), "fits"),
        (
            &coupon,
            tap(0, &[]),
            "131008 buttons: the button at index 0 requires a parameter",
        ),
    ];
    for (draft, sent, outcome) in rows {
        assert_eq!(check(draft, &sent), outcome, "{sent:?}");
    }
}

#[test]
fn the_platform_writes_the_body_of_an_authentication_template() {
    let mut code = draft(
        ParameterFormat::Positional,
        vec![
            Component::Body(text("")),
            Component::Buttons(vec![button(ButtonKind::Otp, "")]),
        ],
    );
    code.category = Category::Authentication;
    let sent = |code: &str| SentParameters {
        body: vec![Parameter::text(code)],
        ..tap(0, &[Parameter::text(code)])
    };
    assert_eq!(check(&code, &sent("123456")), "fits");
    assert_eq!(
        check(&code, &sent("1234567890123456")),
        "132005 body: 16 characters with its parameters, at most 15 are allowed"
    );
}

#[test]
fn bodies_are_rendered() {
    let two = positional("Hi {{1}}, your order {{2}} left, {{1}}.");
    let sent = body(&[Parameter::text("Ana"), Parameter::text("77")]);
    assert_eq!(render_body(&two, &sent), "Hi Ana, your order 77 left, Ana.");
    let named = draft(
        ParameterFormat::Named,
        vec![Component::Body(text("Hi {{first}}, {{gone}}!"))],
    );
    assert_eq!(
        render_body(&named, &body(&[Parameter::named("first", "Ana")])),
        "Hi Ana, {{gone}}!"
    );
}
