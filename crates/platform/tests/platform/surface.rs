//! PINs and codes, media, profiles, QR codes, settings: what is taken, what is refused, and that a snapshot keeps it.

use decider::{Millis, Stored};
use platform::Platform;
use platform::ids::{MediumIx, NumberIx, WabaIx};
use platform::portfolio::command::{Send, SurfaceCommand, Upload, What};
use platform::portfolio::surface::access::Pin;
use platform::portfolio::surface::pages::{Profile, Topic};
use platform::portfolio::{Answer, Command, Event};
use rulebook::media::{MediaKind, type_of};
use rulebook::refusal::Refusal;
use rulebook::status::{Stage, StageChange};

use crate::world::{CELL, NUMBER, World, refusal};

const PERSON: u64 = 15_550_001_111;

fn pin(text: &str) -> Pin {
    Pin::parse(text).expect("six digits")
}

fn surface(world: &mut World, command: SurfaceCommand) -> Answer {
    world.run(Command::Surface(command))
}

fn register(world: &mut World, number: NumberIx, text: &str) -> Option<Refusal> {
    refusal(&surface(
        world,
        SurfaceCommand::Register {
            number,
            pin: pin(text),
        },
    ))
}

fn upload(world: &mut World, mime: &str, bytes: usize) -> Answer {
    let upload = Upload {
        number: NUMBER,
        mime: type_of(mime).expect("a known type"),
        sha256: [1; 32],
        inbound: false,
        bytes: vec![0; bytes].into(),
    };
    surface(world, SurfaceCommand::StoreMedium(upload))
}

/// The state read back from its stored form has the same digest and is stored the same again.
fn check_snapshot(world: &World) {
    let bytes = Platform::encode_state(&world.state);
    let read = Platform::decode_state(CELL, &bytes).expect("what was stored is read");
    assert_eq!(Platform::digest(&read), Platform::digest(&world.state));
    assert_eq!(Platform::encode_state(&read), bytes);
    assert_eq!(
        Platform::digest(&world.replayed()),
        Platform::digest(&world.state)
    );
}

#[test]
fn the_first_pin_is_set_and_then_asked_for() {
    let mut world = World::with("registration.calls = 100");
    let has_pin = |world: &World| {
        let access = world.portfolio().surface.access(NUMBER);
        access.is_some_and(|access| access.pin().is_some())
    };
    assert!(!has_pin(&world), "a tester connects a number without a PIN");
    assert_eq!(register(&mut world, NUMBER, "123456"), None);
    assert!(has_pin(&world));
    assert_eq!(register(&mut world, NUMBER, "654321"), Some(Refusal::PinMismatch));
    assert!(
        refusal(&surface(
            &mut world,
            SurfaceCommand::Deregister { number: NUMBER }
        ))
        .is_none()
    );
    assert_eq!(
        register(&mut world, NUMBER, "654321"),
        Some(Refusal::PinMismatch),
        "it outlives the registration"
    );
    let new = SurfaceCommand::SetPin {
        number: NUMBER,
        pin: pin("654321"),
    };
    assert!(refusal(&surface(&mut world, new)).is_none());
    assert_eq!(register(&mut world, NUMBER, "654321"), None);
    let number = world.portfolio().number(NUMBER).expect("it is there");
    assert_eq!(number.facts.stage, Stage::Connected);
    check_snapshot(&world);
    let stored = Platform::encode_state(&world.state);
    for clear in [&b"123456"[..], b"654321"] {
        assert!(
            !stored.windows(6).any(|window| window == clear),
            "no PIN in clear"
        );
    }
    assert!(
        !format!(
            "{:?}",
            Command::Surface(SurfaceCommand::SetPin {
                number: NUMBER,
                pin: pin("123456")
            })
        )
        .contains("123456")
    );
}

#[test]
fn wrong_pins_are_counted() {
    let mut world = World::with("registration.calls = 100\nregistration.pin_guesses = 3");
    assert_eq!(register(&mut world, NUMBER, "123456"), None);
    // (hours later, PIN, what is said)
    let rows = [
        (0, "000001", Some(Refusal::PinMismatch)),
        (0, "000002", Some(Refusal::PinMismatch)),
        (1, "000003", Some(Refusal::PinMismatch)),
        (0, "123456", Some(Refusal::PinGuesses)),
        (22, "123456", Some(Refusal::PinGuesses)),
        (1, "123456", None),
        (0, "000004", Some(Refusal::PinMismatch)),
        (0, "000005", Some(Refusal::PinMismatch)),
        (0, "123456", None),
    ];
    for (hours, text, expected) in rows {
        world.advance(Millis::hours(hours));
        assert_eq!(register(&mut world, NUMBER, text), expected, "{hours} {text}");
    }
}

#[test]
fn ten_calls_in_72_hours() {
    let mut world = World::with("");
    for _ in 0..5 {
        assert_eq!(register(&mut world, NUMBER, "123456"), None);
        assert!(
            refusal(&surface(
                &mut world,
                SurfaceCommand::Deregister { number: NUMBER }
            ))
            .is_none()
        );
    }
    assert_eq!(
        register(&mut world, NUMBER, "123456"),
        Some(Refusal::RegistrationRate)
    );
    world.advance(Millis::hours(72));
    assert_eq!(register(&mut world, NUMBER, "123456"), None);
}

#[test]
fn a_code_verifies_a_number() {
    let mut world = World::with("");
    let Answer::Number(number) = world.run(Command::AddNumber {
        waba: WabaIx(0),
        e164: 4_915_112_345_678,
        verified_name: "Zweite".into(),
    }) else {
        panic!("it is added")
    };
    let request =
        |world: &mut World, number| surface(world, SurfaceCommand::RequestCode { number, voice: false });
    let verify =
        |world: &mut World, code| refusal(&surface(world, SurfaceCommand::VerifyCode { number, code }));
    assert_eq!(
        register(&mut world, number, "123456"),
        Some(Refusal::NumberNotVerified)
    );
    let early = SurfaceCommand::SetPin {
        number,
        pin: pin("123456"),
    };
    assert_eq!(
        refusal(&surface(&mut world, early)),
        Some(Refusal::NumberNotVerified)
    );
    assert_eq!(
        verify(&mut world, 111_111),
        Some(Refusal::CodeWrong),
        "none was sent"
    );
    assert!(refusal(&request(&mut world, number)).is_none());
    let sent = |world: &World| {
        let access = world.portfolio().surface.access(number).expect("a code was sent");
        access.code(world.now).map(|code| code.code)
    };
    let code = sent(&world).expect("it is good");
    assert_eq!(verify(&mut world, code + 1), Some(Refusal::CodeWrong));
    world.advance(Millis::minutes(10) + Millis::new(1));
    assert_eq!(verify(&mut world, code), Some(Refusal::CodeWrong), "too late");
    assert!(refusal(&request(&mut world, number)).is_none());
    let code = sent(&world).expect("another one");
    assert_eq!(verify(&mut world, code), None);
    check_snapshot(&world);
    let facts = world.portfolio().number(number).expect("it is there").facts;
    assert_eq!(
        (facts.stage, facts.certificate, facts.name_approved),
        (Stage::Offline, true, true)
    );
    assert_eq!(
        refusal(&request(&mut world, number)),
        Some(Refusal::CodeNotSent),
        "verified already"
    );
    assert_eq!(register(&mut world, number, "123456"), None);
}

#[test]
fn codes_are_not_sent_without_end() {
    let mut world = World::with("registration.codes = 2");
    let Answer::Number(number) = world.run(Command::AddNumber {
        waba: WabaIx(0),
        e164: 4_915_112_345_678,
        verified_name: "Zweite".into(),
    }) else {
        panic!("it is added")
    };
    let request = SurfaceCommand::RequestCode { number, voice: true };
    for (hours, expected) in [(0, None), (1, None), (1, Some(Refusal::CodeNotSent)), (70, None)] {
        world.advance(Millis::hours(hours));
        assert_eq!(
            refusal(&surface(&mut world, request.clone())),
            expected,
            "{hours}"
        );
    }
}

#[test]
fn a_number_just_removed_cannot_be_registered() {
    let mut world = World::with("");
    world.done(Command::Stage {
        number: NUMBER,
        change: StageChange::Delete,
    });
    let number = {
        let Answer::Number(number) = world.run(Command::AddNumber {
            waba: WabaIx(0),
            e164: 15_550_783_881,
            verified_name: "Shop".into(),
        }) else {
            panic!("it is added")
        };
        for change in [StageChange::NameApproved, StageChange::CertificateIssued] {
            world.done(Command::Stage { number, change });
        }
        number
    };
    assert_eq!(
        register(&mut world, number, "123456"),
        Some(Refusal::RegisterTooSoon)
    );
    world.advance(Millis::minutes(5));
    assert_eq!(register(&mut world, number, "123456"), None);
}

#[test]
fn files_are_taken_by_type_and_size() {
    let mut world = World::with("media.image = 10\nmedia.sticker = 5");
    for (mime, bytes, taken) in [
        ("image/png", 10, true),
        ("image/png", 11, false),
        ("image/png", 0, false),
        ("image/webp", 5, true),
        ("image/webp", 6, false),
        ("application/pdf", 1_000, true),
    ] {
        let answer = upload(&mut world, mime, bytes);
        let medium = matches!(answer, Answer::Medium(_));
        assert_eq!(medium, taken, "{mime} {bytes}: {answer:?}");
        assert!(taken || refusal(&answer) == Some(Refusal::MediaUpload));
    }
    check_snapshot(&world);
}

#[test]
fn a_message_goes_with_a_file_that_is_there() {
    let mut world = World::with("media.kept = \"2h\"");
    world.run(Command::Inbound(Box::new(
        platform::portfolio::command::Inbound {
            number: NUMBER,
            from: PERSON,
            reply_to: None,
            content: Vec::new(),
            profile: String::new(),
        },
    )));
    for _ in 0..2 {
        assert!(matches!(upload(&mut world, "image/png", 10), Answer::Medium(_)));
    }
    assert!(
        refusal(&surface(
            &mut world,
            SurfaceCommand::DeleteMedium { medium: MediumIx(1) }
        ))
        .is_none()
    );
    let mut send = |hours: u64, medium: u32, kind| {
        world.advance(Millis::hours(hours));
        let answer = world.run(Command::Send(Send {
            number: NUMBER,
            to: PERSON,
            what: What::Media(vec![(MediumIx(medium), kind)]),
            content: Vec::new(),
        }));
        refusal(&answer)
    };
    // (hours later, file, as what, refused)
    for (hours, medium, kind, expected) in [
        (0, 0, MediaKind::Image, None),
        (0, 0, MediaKind::Document, None),
        (0, 0, MediaKind::Video, Some(Refusal::MediaUpload)),
        (0, 1, MediaKind::Image, Some(Refusal::MediaUnknown)),
        (0, 7, MediaKind::Image, Some(Refusal::MediaUnknown)),
        (2, 0, MediaKind::Image, Some(Refusal::MediaUnknown)),
    ] {
        assert_eq!(send(hours, medium, kind), expected, "{hours} {medium} {kind:?}");
    }
}

#[test]
fn pages_are_kept_as_they_were_given() {
    let mut world = World::with("");
    let profile = Profile {
        about: Some("Tea".into()),
        vertical: Some("RETAIL".into()),
        ..Profile::default()
    };
    let set = SurfaceCommand::SetProfile {
        number: NUMBER,
        profile: Box::new(profile.clone()),
    };
    assert!(matches!(surface(&mut world, set), Answer::Done));
    let save = |world: &mut World, code, text: &str| {
        let text = text.to_owned();
        surface(
            world,
            SurfaceCommand::SaveQr {
                number: NUMBER,
                code,
                text,
            },
        )
    };
    let Answer::Qr(first) = save(&mut world, None, "Hello") else {
        panic!("a code")
    };
    let Answer::Qr(second) = save(&mut world, None, "Bye") else {
        panic!("a code")
    };
    assert_ne!(first, second);
    assert!(matches!(save(&mut world, Some(first), "Hi"), Answer::Qr(code) if code == first));
    assert!(matches!(
        save(&mut world, Some(1), "Hi"),
        Answer::Unknown("QR code")
    ));
    let delete = SurfaceCommand::DeleteQr {
        number: NUMBER,
        code: second,
    };
    assert!(matches!(surface(&mut world, delete.clone()), Answer::Done));
    assert!(matches!(surface(&mut world, delete), Answer::Unknown("QR code")));
    let json = r#"{"is_cart_visible":true}"#.to_owned();
    let settings = SurfaceCommand::SetSettings {
        number: NUMBER,
        topic: Topic::Commerce,
        json: json.clone(),
    };
    assert!(matches!(surface(&mut world, settings), Answer::Done));
    let enable = SurfaceCommand::EnableInsights { waba: WabaIx(0) };
    assert!(matches!(surface(&mut world, enable.clone()), Answer::Done));
    assert!(matches!(surface(&mut world, enable), Answer::Done));
    assert_eq!(
        world.count(|event| matches!(event, Event::InsightsEnabled(_))),
        1,
        "once is enough"
    );
    let bytes = Platform::encode_state(&world.state);
    let read = Platform::decode_state(CELL, &bytes).expect("readable");
    let pages = &read.portfolio().expect("a portfolio").surface.pages;
    assert_eq!(pages.profile(NUMBER), profile);
    let texts: Vec<&str> = pages.qr_codes(NUMBER).iter().map(|qr| qr.text.as_str()).collect();
    assert_eq!(texts, ["Hi"]);
    assert_eq!(pages.settings(NUMBER, Topic::Commerce), Some(json.as_str()));
    assert!(pages.has_insights(WabaIx(0)));
    check_snapshot(&world);
}
