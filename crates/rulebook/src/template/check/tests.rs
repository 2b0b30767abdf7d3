//! Drafts that are well formed, and drafts with one fault each; what is said of them is under snapshot.

use super::*;
use crate::template::draft::{Button, ButtonKind, Category, Media, NamedSample, ParameterFormat};

fn text(text: &str, samples: &[&str]) -> Text {
    let samples = samples.iter().map(|sample| (*sample).to_owned()).collect();
    Text {
        text: text.to_owned(),
        samples,
        ..Text::default()
    }
}

fn button(kind: ButtonKind, label: &str, target: &str, samples: &[&str]) -> Button {
    let samples = samples.iter().map(|sample| (*sample).to_owned()).collect();
    Button {
        kind,
        text: label.to_owned(),
        target: target.to_owned(),
        samples,
        extra: String::new(),
    }
}

fn reply(label: &str) -> Button {
    button(ButtonKind::QuickReply, label, "", &[])
}

fn with(components: Vec<Component>) -> TemplateDraft {
    TemplateDraft {
        name: "order_news".to_owned(),
        language: "en_US".to_owned(),
        category: Category::Utility,
        parameter_format: ParameterFormat::Positional,
        components,
    }
}

fn body(words: &str, samples: &[&str]) -> TemplateDraft {
    with(vec![Component::Body(text(words, samples))])
}

fn beside(part: Component) -> TemplateDraft {
    with(vec![
        part,
        Component::Body(text("Thank you for your order.", &[])),
    ])
}

fn good() -> TemplateDraft {
    with(vec![
        Component::Header(Header::Text(text("News for {{1}}", &["Ana"]))),
        Component::Body(text(
            "Hi {{1}}, your order {{2}} left our house today.",
            &["Ana", "77"],
        )),
        Component::Footer(text("Reply STOP to end", &[])),
        Component::Buttons(vec![
            reply("Thanks"),
            button(
                ButtonKind::Url,
                "Track",
                "https://shop.example/{{1}}",
                &["https://shop.example/77"],
            ),
        ]),
    ])
}

fn authentication(buttons: Vec<Button>) -> TemplateDraft {
    let parts = vec![Component::Body(Text::default()), Component::Buttons(buttons)];
    TemplateDraft {
        category: Category::Authentication,
        ..with(parts)
    }
}

fn named(words: &str, samples: &[(&str, &str)]) -> TemplateDraft {
    let sample = |(name, sample): &(&str, &str)| NamedSample {
        name: (*name).to_owned(),
        sample: (*sample).to_owned(),
    };
    let named_samples = samples.iter().map(sample).collect();
    let part = Component::Body(Text {
        text: words.to_owned(),
        named_samples,
        ..Text::default()
    });
    TemplateDraft {
        parameter_format: ParameterFormat::Named,
        ..with(vec![part])
    }
}

#[test]
fn well_formed_templates_pass() {
    let drafts = [
        good(),
        body("Hello and welcome.", &[]),
        body("Hi {{1}}, we wrote {{1}} in our book of names.", &["Ana"]),
        named(
            "Hi {{first_name}}, your order has left.",
            &[("first_name", "Ana")],
        ),
        authentication(vec![button(ButtonKind::Otp, "Copy code", "", &[])]),
        beside(Component::Header(Header::Media(
            Media::Image,
            vec!["4::aW".to_owned()],
        ))),
        beside(Component::Header(Header::Location)),
        beside(Component::Header(Header::Text(text(
            "News of order_77 and _ more",
            &[],
        )))),
        beside(Component::Buttons(vec![button(
            ButtonKind::CopyCode,
            "",
            "",
            &["SPRING25"],
        )])),
    ];
    for draft in drafts {
        assert_eq!(all(&draft), [], "{draft:?}");
    }
}

/// One fault a row: what is found, by whom, and how it is to be mended.
#[test]
fn every_fault_of_a_template_is_told() {
    let long = |length| "x".repeat(length);
    let link = |target: &str, samples: &[&str]| {
        beside(Component::Buttons(vec![button(
            ButtonKind::Url,
            "Open",
            target,
            samples,
        )]))
    };
    let rows = [
        (
            "empty name",
            TemplateDraft {
                name: String::new(),
                ..good()
            },
        ),
        (
            "capitals in the name",
            TemplateDraft {
                name: "Order_News".to_owned(),
                ..good()
            },
        ),
        (
            "long name",
            TemplateDraft {
                name: long(513),
                ..good()
            },
        ),
        ("no body", with(vec![Component::Footer(text("Bye", &[]))])),
        ("two headers", {
            let mut draft = good();
            draft.components.push(Component::Header(Header::Location));
            draft
        }),
        ("no buttons in BUTTONS", beside(Component::Buttons(Vec::new()))),
        ("authentication without OTP", authentication(vec![reply("Yes")])),
        (
            "header with two placeholders",
            beside(Component::Header(Header::Text(text(
                "Hi {{1}} and {{2}} !",
                &["a", "b"],
            )))),
        ),
        (
            "header with markup",
            beside(Component::Header(Header::Text(text("*News*", &[])))),
        ),
        (
            "header on two lines",
            beside(Component::Header(Header::Text(text("News\nToday", &[])))),
        ),
        (
            "long header",
            beside(Component::Header(Header::Text(text(&long(61), &[])))),
        ),
        ("long body", body(&long(1_025), &[])),
        ("long footer", beside(Component::Footer(text(&long(61), &[])))),
        ("long label", beside(Component::Buttons(vec![reply(&long(26))]))),
        (
            "footer with a placeholder",
            beside(Component::Footer(text("Bye {{1}}", &["Ana"]))),
        ),
        (
            "eleven buttons",
            beside(Component::Buttons(
                (0..11).map(|nth| reply(&format!("No {nth}"))).collect(),
            )),
        ),
        (
            "three links",
            beside(Component::Buttons(
                (0..3)
                    .map(|_| button(ButtonKind::Url, "Open", "https://a.example", &[]))
                    .collect(),
            )),
        ),
        (
            "two phone numbers",
            beside(Component::Buttons(
                (0..2)
                    .map(|_| button(ButtonKind::PhoneNumber, "Call", "+15550100", &[]))
                    .collect(),
            )),
        ),
        (
            "two codes",
            beside(Component::Buttons(
                (0..2)
                    .map(|_| button(ButtonKind::CopyCode, "", "", &["SPRING25"]))
                    .collect(),
            )),
        ),
        (
            "long link",
            link(&format!("https://a.example/{}", long(1_983)), &[]),
        ),
        (
            "long phone number",
            beside(Component::Buttons(vec![button(
                ButtonKind::PhoneNumber,
                "Call",
                "+15550100155501001555",
                &[],
            )])),
        ),
        (
            "long code",
            beside(Component::Buttons(vec![button(
                ButtonKind::CopyCode,
                "",
                "",
                &["SPRING25SPRING25"],
            )])),
        ),
        (
            "header in italics",
            beside(Component::Header(Header::Text(text("_News_ of today", &[])))),
        ),
        (
            "mixed buttons",
            beside(Component::Buttons(vec![
                reply("Yes"),
                button(ButtonKind::PhoneNumber, "Call", "+15550100", &[]),
                reply("No"),
            ])),
        ),
        (
            "button without label",
            beside(Component::Buttons(vec![reply(" ")])),
        ),
        ("link to nowhere", link("", &[])),
        (
            "placeholder inside a link",
            link("https://a.example/{{1}}/x", &["y"]),
        ),
        (
            "a gap in the numbers",
            body("Hi {{1}}, your order {{3}} left our house.", &["Ana", "77"]),
        ),
        (
            "numbers from 2",
            body("Hi {{2}}, your order left our house.", &["Ana"]),
        ),
        (
            "a name among numbers",
            body("Hi {{name}}, your order left our house.", &["Ana"]),
        ),
        ("loose braces", body("Hi {{1}, your order left our house.", &[])),
        (
            "a number among names",
            named("Hi {{1}}, your order has left.", &[("1", "Ana")]),
        ),
        (
            "a name twice",
            named(
                "Hi {{name}}, dear {{name}}, your order has left.",
                &[("name", "Ana")],
            ),
        ),
        (
            "begins with a placeholder",
            body("{{1}} your order left our house.", &["Ana"]),
        ),
        (
            "ends with a placeholder",
            body("Your order left our house, {{1}}", &["Ana"]),
        ),
        ("too few words", body("Hi {{1}}, see {{2}} now.", &["Ana", "it"])),
        (
            "placeholders side by side",
            body("Hi {{1}} {{2}}, your order left our house today.", &["Ana", "77"]),
        ),
        (
            "no sample",
            body("Hi {{1}}, your order {{2}} left our house.", &["Ana"]),
        ),
        (
            "no named sample",
            named("Hi {{name}}, your order has left.", &[("other", "Ana")]),
        ),
        (
            "no sample of a picture",
            beside(Component::Header(Header::Media(Media::Image, Vec::new()))),
        ),
        ("no sample of a link", link("https://a.example/{{1}}", &[])),
        (
            "no sample of a code",
            beside(Component::Buttons(vec![button(
                ButtonKind::CopyCode,
                "",
                "",
                &[],
            )])),
        ),
    ];
    let mut table = String::new();
    for (name, draft) in rows {
        let findings = all(&draft);
        assert!(!findings.is_empty(), "{name}");
        table.push_str(&format!("{name}\n"));
        for finding in findings {
            let at = match finding.at {
                At::Submission(refusal) => format!("not taken, {:?}", refusal.graph_subcode()),
                At::Review(reason) => format!("rejected, {}", reason.api_value()),
            };
            let Finding {
                rule,
                message,
                recommendation,
                ..
            } = finding;
            table.push_str(&format!("  [{rule}] {at}: {message} {recommendation}\n"));
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn submission_and_review_share_the_findings() {
    let both = body(
        "{{1}}{{2}} went out to you today, dear reader of ours.",
        &["a", "b"],
    );
    let at_once: Vec<_> = on_submission(&both).iter().map(|finding| finding.rule).collect();
    let in_review: Vec<_> = on_review(&both).iter().map(|finding| finding.rule).collect();
    assert_eq!(at_once, ["edges"]);
    assert_eq!(in_review, ["edges", "adjacent"]);
    assert_eq!(on_review(&both)[1].reason(), "INVALID_FORMAT");
}

#[test]
fn findings_say_where() {
    let long = "x".repeat(1_025);
    let reply = |label: &str| beside(Component::Buttons(vec![reply(label)]));
    // (draft, place, bytes)
    let rows = [
        (
            body("{{1}} your order left our house.", &["Ana"]),
            Part::Body,
            Some(0..5),
        ),
        (
            body(" Your order left our house, {{1}} ", &["Ana"]),
            Part::Body,
            Some(28..33),
        ),
        (
            body("Ää {{1}} {{2}}, your order left our house.", &["Ana", "7"]),
            Part::Body,
            Some(5..16),
        ),
        (body(&long, &[]), Part::Body, Some(1_024..1_025)),
        (reply(&long[..26]), Part::Button(0), Some(25..26)),
        (reply(" "), Part::Button(0), None),
        (
            beside(Component::Footer(text("Bye {{1}}", &["Ana"]))),
            Part::Footer,
            None,
        ),
        (with(Vec::new()), Part::Template, None),
    ];
    for (draft, part, bytes) in rows {
        assert_eq!(all(&draft)[0].place, Place { part, bytes }, "{draft:?}");
    }
    let told = [Part::Body, Part::Button(2), Part::ButtonTarget(0)].map(|part| part.to_string());
    assert_eq!(told, ["body", "button 2", "target of button 0"]);
}

#[test]
fn twins_have_the_same_body_and_footer() {
    let other = |words: &str| TemplateDraft {
        name: "other".to_owned(),
        ..body(words, &[])
    };
    let one = body("Your order has left.", &[]);
    let code = || authentication(vec![button(ButtonKind::Otp, "", "", &[])]);
    let rows = [
        (&one, other("your  order has LEFT."), true),
        (&one, other("Your order has come."), false),
        (
            &one,
            TemplateDraft {
                language: "de".to_owned(),
                ..one.clone()
            },
            false,
        ),
        (&one, good(), false),
        (
            &code(),
            TemplateDraft {
                name: "other".to_owned(),
                ..code()
            },
            false,
        ),
    ];
    for (one, other, twin) in rows {
        assert_eq!(same_wording(one, &other), twin, "{other:?}");
    }
    assert_eq!(duplicate_of("a", "en").reason(), "INVALID_FORMAT");
}
