//! The stored bytes of every version of every event ever written: they never change.

mod first_step;
mod limits;
mod people;
mod policy;
mod templates;

use decider::{Decider, Millis, Stored, Timestamp};
use platform::directory::uploads::Uploads;
use platform::directory::{self, AppIx, Callback, Subject};
use platform::ids::{ContactIx, MediumIx, MessageId, NumberIx, ScopeIx, TemplateIx, WabaIx};
use platform::portfolio::event::{self as e, Event};
use platform::portfolio::surface::access::PinOutcome;
use platform::portfolio::surface::pages::{Profile, Topic};
use platform::{Event as SeatEvent, Platform};
use rulebook::rating::{Rating, RedReason};
use rulebook::status::StageChange;

use crate::world::{CELL, World, draft, settings};

const MESSAGE: MessageId = MessageId {
    number: NumberIx(3),
    seq: 70_000,
};
const WHY: e::Why = e::Why {
    cause: e::Cause::Harm,
    exposure_milli: 900_000,
    harm_milli: 45_000,
    over_yellow_ppm: 999_999,
    over_red_ppm: 961_234,
};

fn portfolio_events() -> Vec<Event> {
    let (number, contact, template, scope) = (NumberIx(3), ContactIx(80_000), TemplateIx(5), ScopeIx(3));
    let draft = || draft("sale", "Hello {{1}}, our sale begins.");
    let (from, to) = (Rating::Green, Rating::Red);
    let reject = e::Decision::Reject {
        reason: "INVALID_FORMAT".into(),
        explanation: "two placeholders touch".into(),
        recommendation: "put words between them".into(),
    };
    vec![
        e::Opened {
            name: "Shop".into(),
            settings: settings("flagged.recovery = \"on_day_7\""),
        }
        .into(),
        e::WabaAdded { name: "Shop".into() }.into(),
        e::NumberAdded {
            waba: WabaIx(1),
            e164: 15_550_783_881,
            verified_name: "Shop".into(),
        }
        .into(),
        e::Staged {
            number,
            change: StageChange::Register,
            tier: 1,
        }
        .into(),
        e::ContactSeen {
            contact,
            e164: 15_550_001_111,
        }
        .into(),
        e::ContactsMerged {
            from: contact,
            into: ContactIx(1),
        }
        .into(),
        e::Accepted {
            message: MESSAGE,
            contact,
            template,
            business_initiated: true,
        }
        .into(),
        e::Received {
            message: MESSAGE,
            contact,
            reply_to: Some(69_999),
            call: false,
        }
        .into(),
        e::SentThrough {
            number,
            from: 69_990,
            until: 70_001,
        }
        .into(),
        e::DeliveredThrough {
            number,
            from: 69_980,
            until: 70_001,
        }
        .into(),
        e::Delivered { message: MESSAGE }.into(),
        e::Read { message: MESSAGE }.into(),
        e::Failed {
            message: MESSAGE,
            code: 131_026,
        }
        .into(),
        e::Refused {
            number,
            contact: ContactIx::NONE,
            refusal: 610,
        }
        .into(),
        e::MarkedRead { message: MESSAGE }.into(),
        e::Signalled {
            number,
            contact,
            charged: Some(70_000),
            signal: 18,
            replaces: Some(1),
            replaced_burst: false,
            counts: true,
            burst: true,
        }
        .into(),
        e::Unblocked { number, contact }.into(),
        e::NumberRated {
            number,
            from,
            to,
            why: WHY,
        }
        .into(),
        e::TemplateRated {
            template,
            from,
            to,
            why: WHY,
        }
        .into(),
        e::NumberEvaluated {
            number,
            peak_milli: 900_000,
        }
        .into(),
        e::TemplateEvaluated {
            template,
            peak_milli: 900_000,
        }
        .into(),
        e::NumberHeld {
            number,
            hold: Some(RedReason::ProhibitedContent),
        }
        .into(),
        e::Flagged { number, tier: 2 }.into(),
        e::FlagEnded {
            number,
            recovered: false,
            tier: 2,
        }
        .into(),
        e::FlagExtended { number }.into(),
        e::LimitReached { scope, used: 1_000 }.into(),
        e::LimitFreed { scope }.into(),
        e::TierChanged {
            scope,
            from: 0,
            to: 1,
            reached: 2_000,
        }
        .into(),
        e::UpgradeExpected {
            scope,
            at_ms: 1_690_000_000_000,
        }
        .into(),
        e::UpgradeMissed { scope, blocked: true }.into(),
        e::TemplateCreated {
            waba: WabaIx(1),
            draft: draft(),
        }
        .into(),
        e::TemplateReviewed {
            template,
            decision: reject,
            by_tester: false,
        }
        .into(),
        e::TemplateEdited {
            template,
            draft: draft(),
        }
        .into(),
        e::TemplateDeleted { template }.into(),
        e::TemplatePaused {
            template,
            instance: 1,
            until_ms: 1_690_000_000_000,
        }
        .into(),
        e::TemplateUnpaused { template }.into(),
        e::TemplateDisabled { template }.into(),
        e::Noticed {
            notice: e::Notice::FlagEnded(number, false),
        }
        .into(),
        e::PacingBegan { of: template }.into(),
        e::Held {
            of: template,
            message: MESSAGE,
        }
        .into(),
        e::PacingJudged {
            of: template,
            verdict: e::Verdict::Release(1_000),
            by_time: true,
        }
        .into(),
        e::HeldReleased {
            of: TemplateIx::NONE,
            messages: vec![MESSAGE, MESSAGE],
        }
        .into(),
        e::HeldArrived {
            of: template,
            messages: vec![MESSAGE],
        }
        .into(),
        e::HeldDropped {
            of: template,
            code: 132_015,
            messages: vec![MESSAGE],
        }
        .into(),
        e::PacingPaused { template }.into(),
        e::NameReserved {
            template,
            until_ms: 1_690_000_000_000,
            every_language: true,
        }
        .into(),
        e::DeletionDeferred { template }.into(),
        e::TtlSet {
            template,
            seconds: -1,
        }
        .into(),
        e::MarketingStopped { number, contact }.into(),
        e::MarketingResumed { number, contact }.into(),
        e::UserBlocked { number, contact }.into(),
        e::UserUnblocked { number, contact }.into(),
        e::RegistrationCalled {
            number,
            pin: PinOutcome::Wrong,
        }
        .into(),
        e::PinSet {
            number,
            salt: [1, 2],
            hash: [7; 32],
        }
        .into(),
        e::CodeSent {
            number,
            code: 123_456,
            voice: true,
            until_ms: 1_690_000_000_000,
        }
        .into(),
        e::CodeEntered { number, right: true }.into(),
        e::MediumStored {
            medium: MediumIx(9),
            number,
            mime: 7,
            size: 4_096,
            sha256: [9; 32],
            inbound: false,
            until_ms: 1_690_000_000_000,
        }
        .into(),
        e::MediumDeleted { medium: MediumIx(9) }.into(),
        e::ProfileSet {
            number,
            profile: Box::new(Profile {
                about: Some("Tea and more".into()),
                websites: vec!["https://example.com".into()],
                ..Profile::default()
            }),
        }
        .into(),
        e::QrSaved {
            number,
            code: 77,
            text: "Hello".into(),
        }
        .into(),
        e::QrDeleted { number, code: 77 }.into(),
        e::SettingsSet {
            number,
            topic: Topic::Commerce,
            json: "{}".into(),
        }
        .into(),
        e::InsightsEnabled { waba: WabaIx(1) }.into(),
        e::SentAsMarketing { message: MESSAGE }.into(),
    ]
}

fn directory_events() -> Vec<directory::Event> {
    let over = Some(Callback {
        url: "https://example.com/hook".into(),
        verify_token: "secret".into(),
    });
    let (app, subject) = (AppIx(2), Subject::Waba { cell: 1, waba: 0 });
    vec![
        directory::AppCreated {
            name: "App".into(),
            secret: "0123456789abcdef".into(),
        }
        .into(),
        directory::TokenIssued {
            app,
            token: "EAAx".into(),
        }
        .into(),
        directory::TokenRevoked { token: "EAAx".into() }.into(),
        directory::CallbackSet {
            app,
            callback: over.clone().map(|c| (c, vec!["messages".into()])),
        }
        .into(),
        directory::Subscribed { subject, app, over }.into(),
        directory::Unsubscribed { subject, app }.into(),
        directory::PortfolioReserved { name: "Shop".into() }.into(),
        directory::NumberClaimed {
            e164: 15_550_783_881,
            cell: 1,
        }
        .into(),
        directory::NumberReleased { e164: 15_550_783_881 }.into(),
        directory::UploadBegun {
            number: 3,
            app,
            mime: "image/png".into(),
            length: 70_000,
            until_ms: 1_690_000_000_000,
        }
        .into(),
        directory::UploadReceived {
            number: 3,
            piece: 1,
            bytes: 4_096,
            until_ms: 1_690_000_000_000,
        }
        .into(),
    ]
}

#[test]
fn the_bytes_of_every_event_stay() {
    let events = (portfolio_events().into_iter().map(SeatEvent::Portfolio))
        .chain(directory_events().into_iter().map(SeatEvent::Directory));
    insta::assert_snapshot!(lines(events));
}

/// Kind, version, name and bytes of events, one a line; each is read back.
fn lines(events: impl IntoIterator<Item = SeatEvent>) -> String {
    let mut lines = Vec::new();
    for event in events {
        let mut bytes = Vec::new();
        let (kind, version) = Platform::encode_event(&event, &mut bytes);
        assert_eq!(Platform::decode_event(kind, version, &bytes).as_ref(), Ok(&event));
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = match &event {
            SeatEvent::Portfolio(event) => event.name(),
            SeatEvent::Directory(event) => event.name(),
        };
        lines.push(format!("{kind:3} v{version} {name}: {hex}"));
    }
    lines.join("\n")
}

#[test]
fn a_directory_is_read_in_both_versions() {
    let mut state = Platform::create(directory::DIRECTORY);
    for event in directory_events() {
        Platform::evolve(
            &mut state,
            &SeatEvent::Directory(event),
            Timestamp::from_millis(1),
        );
    }
    let stored = Platform::encode_state(&state);
    let read = Platform::decode_state(directory::DIRECTORY, &stored).expect("readable");
    assert_eq!(read.directory(), state.directory());
    // Version 1 ends where the uploads begin.
    let known = state.directory().expect("the directory's cell");
    let without = directory::Directory {
        uploads: Uploads::default(),
        ..known.clone()
    };
    let mut first = postcard::to_stdvec(&without).expect("it can be written");
    first.insert(0, 1);
    let read = Platform::decode_state(directory::DIRECTORY, &first).expect("readable");
    assert_eq!(read.directory(), Some(&without));
}

#[test]
fn what_is_unknown_or_torn_is_refused() {
    for (kind, version, bytes) in [
        (9_999, 1, &[][..]),
        (20, 2, &[]),
        (20, 1, &[1]),
        (1, 1, &[0xff; 3]),
    ] {
        assert!(
            Platform::decode_event(kind, version, bytes).is_err(),
            "{kind} v{version}"
        );
    }
}

/// A small portfolio: sends, a reply, a block, and a pause of the clock.
fn small() -> World {
    // Version 1 knew no webhooks about used-up limits.
    let mut world = World::with("limits.tiers = [3, 10]\nnotices.restricted_webhook = false");
    for person in 0..4 {
        world.send(15_550_001_000 + person);
    }
    world.advance(Millis::HOUR);
    world
}

#[test]
fn a_portfolio_stored_in_version_1_is_still_read() {
    let hex = include_str!("golden/portfolio_v1.hex");
    let bytes: Vec<u8> = (hex.split_whitespace())
        .map(|byte| u8::from_str_radix(byte, 16).expect("hex"))
        .collect();
    assert_eq!(bytes.first(), Some(&1));
    let read = Platform::decode_state(CELL, &bytes).expect("readable");
    assert_eq!(Platform::digest(&read), Platform::digest(&small().state));
}

#[test]
fn a_portfolio_with_an_unknown_version_or_section_is_refused() {
    let mut stored = Platform::encode_state(&small().state);
    stored[0] = 9;
    let refused = Platform::decode_state(CELL, &stored)
        .map(|_| ())
        .map_err(|e| e.reason);
    assert_eq!(
        refused,
        Err("snapshot of cell 1: its version is unknown".to_owned())
    );
    let nothing = Platform::encode_state(&World::empty().state);
    let sections = nothing.len() - 1;
    let mut stored = nothing;
    stored.splice(sections.., [1, 0xff, 0x7f, 1, 0]);
    let refused = Platform::decode_state(CELL, &stored)
        .map(|_| ())
        .map_err(|e| e.reason);
    assert_eq!(
        refused,
        Err("section 16383 v1 of a portfolio: unknown to this version".to_owned())
    );
}
