//! Whatever people write and whatever a template holds, nothing panics, and places lie inside their texts.
//!
//! `cargo test` runs each target briefly; `cargo bolero test --package sender texts` (with `cargo install cargo-bolero`) runs
//! one for as long as one likes, guided by coverage.

use rulebook::template::draft::{
    Button, ButtonKind, Category, Component, Header, ParameterFormat, TemplateDraft, Text,
};
use sender::check::{Around, Report, message, template};
use sender::words::{Pattern, WordSettings, Words, words};

/// Runs of one target in a test run: about two seconds in all.
const RUNS: usize = 300;

const TEXTS: [&str; 8] = [
    "Hi {{1}}, your order {{2}} left our house today. Reply STOP to end, see https://bit.ly/x?y=1!!",
    "please do not stop sending me messages, I want to talk to a real person",
    "S T O P",
    "कृपया मैसेज भेजना बंद करें, एजेंट से बात",
    "إلغاء الاشتراك، أريد التحدث مع موظف {{1}} {{",
    "¡Hola! ¿Cómo estás? 50% DE DESCUENTO HOY SOLO 🎉🎉👩‍👩‍👧",
    "talk|speak to|with? a|an|the? person* x|y?",
    "",
];

/// Characters put in at places named by large numbers, in place of so many others.
type Edits = Vec<(u16, String, u8)>;

fn changed(which: u8, edits: &Edits) -> String {
    let mut letters: Vec<char> = TEXTS[usize::from(which) % TEXTS.len()].chars().collect();
    for (place, new, gone) in edits {
        let start = usize::from(*place) % (letters.len() + 1);
        let end = (start + usize::from(gone % 8)).min(letters.len());
        letters.splice(start..end, new.chars());
    }
    letters.into_iter().collect()
}

/// Every place can be shown.
fn check(report: &Report) {
    for found in &report.findings {
        let place = &found.place;
        assert_eq!(place.bytes.is_some(), place.text.is_some(), "{found:?}");
        if let (Some([start, end]), Some([first, last]), Some(text)) = (place.bytes, place.chars, &place.text)
        {
            assert_eq!(end - start, text.len(), "{found:?}");
            assert_eq!(last - first, text.chars().count(), "{found:?}");
        }
    }
}

#[test]
fn texts() {
    bolero::check!()
        .with_type::<(u8, Edits)>()
        .with_iterations(RUNS)
        .for_each(|(which, edits)| {
            let text = changed(*which, edits);
            for word in words(&text) {
                assert!(text.get(word.at.clone()).is_some(), "{word:?} in {text:?}");
            }
            let _ = Words::builtin().hear(&text);
            check(&message(&text, Some("es"), Around::default()));
        });
}

#[test]
fn templates() {
    bolero::check!()
        .with_type::<(u8, Edits, Edits, bool)>()
        .with_iterations(RUNS)
        .for_each(|(which, body, label, utility)| {
            let text = |text: String| Text {
                text,
                samples: vec!["Ana".to_owned()],
                ..Text::default()
            };
            let button = Button {
                kind: ButtonKind::Url,
                text: changed(which.wrapping_add(1), label),
                target: changed(*which, label),
                samples: Vec::new(),
                extra: String::new(),
            };
            let draft = TemplateDraft {
                name: "news".to_owned(),
                language: ["en", "es", "hi", "ar", "xx"][usize::from(*which) % 5].to_owned(),
                category: if *utility {
                    Category::Utility
                } else {
                    Category::Marketing
                },
                parameter_format: ParameterFormat::Positional,
                components: vec![
                    Component::Header(Header::Text(text(changed(which.wrapping_add(2), label)))),
                    Component::Body(text(changed(*which, body))),
                    Component::Buttons(vec![button]),
                ],
            };
            check(&template(&draft, Around::default()));
        });
}

#[test]
fn entries() {
    bolero::check!()
        .with_type::<(u8, Edits, Edits)>()
        .with_iterations(RUNS)
        .for_each(|(which, entry, text)| {
            let entry = changed(6, entry);
            if let Ok(pattern) = Pattern::read(&entry) {
                let words = words(&changed(*which, text));
                let taken = pattern.at_start_of(&words);
                assert!(taken.is_none_or(|count| count <= words.len()), "{entry:?}");
            }
            let settings: Result<WordSettings, _> = toml::from_str(&format!("add.stop = ['{entry}']"));
            let _ = settings.map(|settings| Words::with(&settings).is_ok());
        });
}
