//! Templates and messages, and what is said of them. The report is under snapshot, for a person reads it.

use std::fmt::Write;

use rulebook::escalation::{Path, PathKind};
use rulebook::template::draft::{
    Button, ButtonKind, Category, Component, Header, ParameterFormat, TemplateDraft, Text,
};

use super::*;

fn text(text: &str, samples: &[&str]) -> Text {
    Text {
        text: text.to_owned(),
        samples: samples.iter().map(|sample| (*sample).to_owned()).collect(),
        ..Text::default()
    }
}

fn button(kind: ButtonKind, label: &str, target: &str) -> Button {
    Button {
        kind,
        text: label.to_owned(),
        target: target.to_owned(),
        samples: Vec::new(),
        extra: String::new(),
    }
}

/// A template with a sample for each placeholder, and a way out and a way to a person where `rest` has none.
fn draft(category: Category, language: &str, body: &str, rest: Vec<Component>) -> TemplateDraft {
    let count = rulebook::template::placeholder::distinct(body).len();
    let samples = ["Ana", "77", "5 May"];
    let mut components = vec![Component::Body(text(body, &samples[..count]))];
    components.extend(rest);
    TemplateDraft {
        name: "news".to_owned(),
        language: language.to_owned(),
        category,
        parameter_format: ParameterFormat::Positional,
        components,
    }
}

fn quiet() -> Vec<Component> {
    vec![
        Component::Footer(text("Reply STOP to end", &[])),
        Component::Buttons(vec![button(ButtonKind::PhoneNumber, "Call", "+15550100")]),
    ]
}

fn utility(body: &str) -> TemplateDraft {
    draft(Category::Utility, "en_US", body, quiet())
}

fn marketing(body: &str) -> TemplateDraft {
    draft(Category::Marketing, "en_US", body, quiet())
}

fn told(report: &Report) -> String {
    let mut told = String::new();
    for Finding {
        code,
        severity,
        place,
        message,
        advice,
        ..
    } in &report.findings
    {
        let at = place
            .bytes
            .map_or(String::new(), |[start, end]| format!(" {start}..{end}"));
        let _ = writeln!(
            told,
            "  [{code}] {} {}{at}: {message} {advice}",
            severity.name(),
            place.part
        );
    }
    told
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.findings.iter().map(|found| found.name).collect()
}

#[test]
fn good_templates_pass() {
    let drafts = [
        utility("Hi {{1}}, your order {{2}} left our house today and will arrive on Friday."),
        utility("Hello {{1}}, this is a reminder of your appointment on {{2}} at our shop."),
        marketing("Hi {{1}}, as you asked, here is our spring sale: 20% off everything until {{2}}."),
        draft(
            Category::Utility,
            "es_MX",
            "Hola {{1}}, su pedido {{2}} fue enviado hoy y llegará el viernes. Gracias por su compra.",
            vec![Component::Buttons(vec![button(
                ButtonKind::QuickReply,
                "Hablar con un asesor",
                "",
            )])],
        ),
        draft(
            Category::Utility,
            "de",
            "Hallo {{1}}, Ihre Bestellung {{2}} wurde heute versandt. Bei Fragen rufen Sie uns an, wir helfen gern.",
            Vec::new(),
        ),
        draft(
            Category::Marketing,
            "pt_BR",
            "Oi {{1}}, temos 20% de desconto em toda a loja até sexta. Responda SAIR para não receber mais.",
            vec![Component::Buttons(vec![button(
                ButtonKind::QuickReply,
                "Falar com atendente",
                "",
            )])],
        ),
        draft(
            Category::Utility,
            "hi",
            "नमस्ते {{1}}, आपका ऑर्डर {{2}} आज भेज दिया गया है। मदद के लिए हमें कॉल करें।",
            Vec::new(),
        ),
        draft(
            Category::Utility,
            "ar",
            "مرحبا {{1}}، تم شحن طلبك رقم {{2}} اليوم. للتواصل مع خدمة العملاء اتصل بنا.",
            Vec::new(),
        ),
    ];
    for draft in drafts {
        let report = template(&draft, Around::default());
        assert_eq!(told(&report), "", "{draft:?}");
        let guess = report.guess.expect("of a template");
        assert_eq!(guess.category, draft.category, "{guess:?}");
    }
}

/// One fault a row.
#[test]
fn every_fault_is_told() {
    let footer = |words: &str| vec![Component::Footer(text(words, &[]))];
    let link = |target: &str| vec![Component::Buttons(vec![button(ButtonKind::Url, "Open", target)])];
    let order = "Hi {{1}}, your order {{2}} left our house today and will arrive on Friday.";
    let offer = "Hi {{1}}, as you asked, here is our spring sale: 20% off everything until {{2}}.";
    let items: String = (0..70).map(|nth| format!("item{nth} no{nth} ")).collect();
    let rows = [
        (
            "begins with a placeholder",
            utility("{{1}}, your order left our house today."),
        ),
        (
            "promotion as utility",
            utility("Hi {{1}}, your order left today. Use coupon {{2}} for 10% off your next order!"),
        ),
        (
            "pressing in utility",
            utility("Hi {{1}}, your order {{2}} is ready. Hurry, last chance to get it!"),
        ),
        (
            "unclear",
            utility("Hi {{1}}, we wanted to tell you about the weather in our town this week."),
        ),
        ("utility as marketing", marketing(order)),
        (
            "a code as utility",
            utility("Hi {{1}}, your verification code is {{2}}, valid for ten minutes."),
        ),
        (
            "dear customer",
            utility("Dear customer, your order {{1}} left our house today."),
        ),
        (
            "a greeting only",
            marketing("Hello {{1}} and welcome to our shop!"),
        ),
        (
            "a greeting without a name",
            marketing("Hello! Our spring sale: 20% off everything until {{1}} in all our shops."),
        ),
        (
            "open-ended",
            marketing("Hi {{1}}, how are you? Do you have a minute? We would love to talk to you this week."),
        ),
        (
            "capitals",
            marketing("Hi {{1}}, BIG SPRING SALE TODAY in all our shops until {{2}} evening."),
        ),
        (
            "marks",
            marketing("Hi {{1}}, our sale is on now in all our shops until {{2}} evening!!"),
        ),
        (
            "many marks",
            marketing("Hi {{1}}! It is on! Our sale! In all our shops! Until {{2}} evening."),
        ),
        (
            "a shortener in the body",
            utility(&format!("{order} Follow it on https://bit.ly/abc now.")),
        ),
        (
            "a shortener behind a button",
            draft(Category::Utility, "en", order, link("https://go.tinyurl.com/x")),
        ),
        (
            "back into a chat",
            draft(
                Category::Utility,
                "en",
                order,
                link("https://wa.me/15550100?support"),
            ),
        ),
        (
            "no way out",
            draft(Category::Marketing, "en", offer, quiet().split_off(1)),
        ),
        (
            "a word that is not heard",
            draft(
                Category::Marketing,
                "en",
                offer,
                footer("Call us, or reply ENOUGH to unsubscribe"),
            ),
        ),
        (
            "no way to a person",
            draft(Category::Utility, "en", order, Vec::new()),
        ),
        (
            "said again",
            utility(
                "Hi {{1}}, your order has left our house. Again: your order has left our house, {{2}} today.",
            ),
        ),
        (
            "one word in a row",
            utility("Hi {{1}}, your order left left left our house, with {{2}} today."),
        ),
        (
            "long",
            utility(&format!("Hi {{{{1}}}}, your order is done. {}Bye.", items)),
        ),
        (
            "emoji",
            marketing(&format!(
                "Hi {{{{1}}}}, our spring sale is on until {{{{2}}}} {}, come along.",
                "🎉".repeat(11)
            )),
        ),
        (
            "another language",
            draft(
                Category::Utility,
                "en",
                "Hola {{1}}, su pedido fue enviado y llegará el viernes. Gracias por su compra, llámanos.",
                Vec::new(),
            ),
        ),
        (
            "a language without lists",
            draft(
                Category::Utility,
                "tr",
                "Merhaba {{1}}, siparişiniz {{2}} bugün yola çıktı, bilginize.",
                quiet(),
            ),
        ),
        ("promotion in a sample", {
            let mut draft = utility(order);
            draft.components[0] = Component::Body(text(order, &["Ana", "77, and 20% off your next order"]));
            draft
        }),
        ("a header without text", {
            let mut draft = utility(order);
            draft
                .components
                .push(Component::Header(Header::Text(text(" ", &[]))));
            draft
        }),
    ];
    let mut table = String::new();
    for (name, draft) in rows {
        let report = template(&draft, Around::default());
        assert!(!report.findings.is_empty(), "{name}");
        let _ = writeln!(table, "{name}\n{}", told(&report));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn twins_are_told_from_the_rest_of_the_account() {
    let body = "Hi {{1}}, your order {{2}} left our house today and will arrive on Friday.";
    let other = |name: &str, language: &str, body: &str| TemplateDraft {
        name: name.to_owned(),
        language: language.to_owned(),
        ..utility(body)
    };
    let rows = [
        (other("news", "en_US", body), vec![]),
        (other("other", "en_US", body), vec!["duplicate"]),
        (
            other("other", "en_US", &body.replace("Friday", "Saturday")),
            vec!["near-duplicate"],
        ),
        (
            other("other", "en_GB", &body.replace("Friday", "Saturday")),
            vec![],
        ),
        (
            other(
                "other",
                "en_US",
                "Hi {{1}}, your appointment {{2}} was moved to another day, we are sorry.",
            ),
            vec![],
        ),
    ];
    for (twin, expected) in rows {
        let others = [twin];
        let around = Around {
            others: &others,
            ..Around::default()
        };
        assert_eq!(
            codes(&template(&utility(body), around)),
            expected,
            "{:?}",
            others[0]
        );
    }
}

#[test]
fn a_declared_way_to_a_person_is_enough() {
    let alone = draft(
        Category::Utility,
        "en",
        "Hi {{1}}, your order {{2}} left our house today.",
        Vec::new(),
    );
    let way = |kind| Path {
        kind,
        target: "x".to_owned(),
    };
    for (ways, expected) in [
        (vec![], vec!["no-way-to-a-person"]),
        (vec![way(PathKind::HelpCentre)], vec!["no-way-to-a-person"]),
        (vec![way(PathKind::Email)], vec![]),
    ] {
        let around = Around {
            ways_to_person: &ways,
            ..Around::default()
        };
        assert_eq!(codes(&template(&alone, around)), expected, "{ways:?}");
    }
}

#[test]
fn own_stop_words_are_known() {
    let settings = toml::from_str("add.stop = ['enough']").expect("settings");
    let words = crate::words::Words::with(&settings).expect("words");
    let offer = "Hi {{1}}, as you asked, here is our spring sale: 20% off everything until {{2}}. Call us!";
    let footer = vec![Component::Footer(text("Reply ENOUGH to unsubscribe", &[]))];
    let draft = draft(Category::Marketing, "en", offer, footer);
    let around = Around {
        words: &words,
        ..Around::default()
    };
    assert_eq!(codes(&template(&draft, around)), Vec::<&str>::new());
    assert_eq!(codes(&template(&draft, Around::default())), ["way-out-not-heard"]);
}

#[test]
fn messages_are_checked_too() {
    // (text, language, codes)
    let rows: [(&str, Option<&str>, &[&str]); 7] = [
        ("Thanks, we will look into it.", None, &[]),
        ("Hi! How can we help you?", None, &[]),
        ("Dear customer, thanks.", None, &["generic-greeting"]),
        ("PLEASE SEND THE PICTURE AGAIN", None, &["shouting"]),
        ("See https://bit.ly/x", None, &["link-shortener"]),
        ("Estimado cliente, gracias.", Some("es"), &["generic-greeting"]),
        ("", None, &[]),
    ];
    for (text, language, expected) in rows {
        assert_eq!(
            codes(&message(text, language, Around::default())),
            expected,
            "{text}"
        );
    }
    let long = "a ".repeat(2_100);
    assert!(codes(&message(&long, None, Around::default())).contains(&"lengths"));
}

#[test]
fn places_are_in_bytes_and_in_characters() {
    let report = message("Schön für Sie, siehe bit.ly/x", Some("de"), Around::default());
    let place = &report.findings[0].place;
    assert_eq!(place.bytes, Some([23, 31]));
    assert_eq!(place.chars, Some([21, 29]));
    assert_eq!(place.text.as_deref(), Some("bit.ly/x"));
}
