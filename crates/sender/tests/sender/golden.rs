//! The stored bytes of every version of every event ever written: they never change.

use decider::{Decider, Stored, Timestamp};
use rulebook::edition::Limit;
use rulebook::escalation::{Path, PathKind};
use rulebook::rating::Rating;
use rulebook::status::Status;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use rulebook::throughput::Level;
use sender::consent::{Channel, Consent};
use sender::directory::{self, DIRECTORY, Rights, TokenIx};
use sender::ids::{
    AttemptId, ContactIx, DecisionId, MessageKey, NumberIx, PersonKey, PhoneNumberId, ScopeIx, TemplateIx,
    TemplateKey, TopicKey, WabaId, WabaIx,
};
use sender::lane::{Lane, Lanes};
use sender::mirror::Source;
use sender::person_requests::HandOver;
use sender::policy::{Caution, Policy};
use sender::portfolio::account::{NO_END, Restriction};
use sender::portfolio::event::{self as e, Event};
use sender::portfolio::facts::Facts;
use sender::portfolio::opt_outs::How;
use sender::portfolio::stops::{Stop, StopOf};
use sender::portfolio::suppression::{Reason, Suppression};
use sender::portfolio::template::Standing;
use sender::{Event as SeatEvent, Refusal, Sender};

const AT: u64 = 1_790_000_000_000;
const NUMBER: NumberIx = NumberIx(3);
const CONTACT: ContactIx = ContactIx(80_000);
const TEMPLATE: TemplateIx = TemplateIx(5);
const MESSAGE: MessageKey = MessageKey(0x0123_4567_89ab_cdef);

fn facts() -> Facts {
    Facts {
        edition: 3,
        policy: 2,
        used: 1_999,
        limit: 2_000,
        limit_from: Source::Webhook,
        limit_age_s: 300,
        number_status: Status::Connected as u8,
        number_rating: Rating::Green as u8,
        template_status: TemplateStatus::Approved as u8,
        template_rating: Rating::Yellow as u8,
        category: 1,
        window_open_s: 0,
        counts: true,
        age_s: 90,
        silent: false,
    }
}

fn by() -> e::By {
    e::By {
        source: Source::Poll,
        at_ms: AT,
    }
}

/// The default policy, changed.
fn policy(change: impl FnOnce(&mut Policy)) -> Event {
    let mut policy = Box::new(Policy::default());
    change(&mut policy);
    e::PolicySet { policy }.into()
}

fn setup() -> Vec<Event> {
    let (waba, key) = (WabaIx(1), TemplateKey(0xfeed));
    vec![
        e::Opened {
            name: "Shop".into(),
            edition: 3,
        }
        .into(),
        e::AccountAdded { waba: WabaId(900) }.into(),
        e::NumberAdded {
            waba,
            number: PhoneNumberId(106_540_352_242_922),
            e164: 15_550_783_881,
            brand: 2,
        }
        .into(),
        e::TemplateSeen { waba, key }.into(),
        policy(|_| ()),
        policy(|policy| policy.caution = Caution::Off),
        policy(|policy| policy.caution = Caution::SmallerWaves(250)),
        e::ContactSeen {
            contact: CONTACT,
            key: PersonKey(15_550_001_111),
        }
        .into(),
        e::ContactsMerged {
            from: CONTACT,
            into: ContactIx(1),
        }
        .into(),
    ]
}

fn sends() -> Vec<Event> {
    let (decision, attempt) = (DecisionId(9_000), AttemptId(8_000));
    let mut all: Vec<Event> = vec![
        e::Admitted {
            decision,
            attempt,
            number: NUMBER,
            contact: CONTACT,
            template: TEMPLATE,
            lane: Lane::Marketing,
            topic: TopicKey(77),
            text: 12_345,
            key: Some(1 << 100),
            elsewhere: true,
            facts: facts(),
        }
        .into(),
        e::Declined {
            decision,
            number: NUMBER,
            contact: CONTACT,
            template: TemplateIx::NONE,
            lane: Lane::Service,
            topic: TopicKey::NONE,
            refusal: Refusal::LimitUsedUp.number(),
            until_ms: Some(AT),
            held: true,
            facts: facts(),
        }
        .into(),
        e::AttemptsLost {
            from: attempt,
            until: AttemptId(8_002),
        }
        .into(),
        e::StatusSeen {
            attempt,
            message: MESSAGE,
            progress: e::Progress::Failed,
            code: 131_026,
            at_ms: AT,
        }
        .into(),
        e::ForeignSeen {
            number: NUMBER,
            contact: CONTACT,
            message: MESSAGE,
            at_ms: AT,
        }
        .into(),
        e::InboundSeen {
            number: NUMBER,
            contact: CONTACT,
            at_s: 1_790_000_000,
        }
        .into(),
    ];
    let (message, held) = (MESSAGE, true);
    for outcome in [
        e::SettledAs::Accepted { message, held },
        e::SettledAs::Refused { code: 131_047 },
        e::SettledAs::Unknown,
    ] {
        all.push(e::Settled { attempt, outcome }.into());
    }
    all
}

fn told() -> Vec<Event> {
    let (number, by, waba, template) = (NUMBER, by(), WabaIx(1), TEMPLATE);
    let standing = Standing {
        status: TemplateStatus::Paused,
        until_ms: AT,
    };
    let mut all: Vec<Event> = vec![
        e::LimitTold {
            scope: ScopeIx(3),
            limit: Limit::People(2_000).into(),
            by,
        }
        .into(),
    ];
    for fact in [
        e::NumberFact::Status(Status::Offline),
        e::NumberFact::Rating(Rating::Red),
        e::NumberFact::Level(Level::High),
        e::NumberFact::ThrottledUntil(AT),
        e::NumberFact::SlowUntil(AT),
    ] {
        all.push(e::NumberTold { number, fact, by }.into());
    }
    for fact in [
        e::AccountFact::Disabled(true),
        e::AccountFact::Restricted(Restriction::UtilityVolume, NO_END),
        e::AccountFact::Payment(false),
    ] {
        all.push(e::AccountTold { waba, fact, by }.into());
    }
    for fact in [
        e::TemplateFact::Standing(standing),
        e::TemplateFact::Quality(Rating::Green),
        e::TemplateFact::Category(Category::Utility),
        e::TemplateFact::Agreed(Category::Marketing),
    ] {
        all.push(e::TemplateTold { template, fact, by }.into());
    }
    all
}

fn care() -> Vec<Event> {
    let contact = CONTACT;
    let suppression = Some(Suppression {
        lanes: Lanes::TEMPLATES,
        reason: Reason::Legal,
        until_ms: Some(AT),
    });
    let stop = Some(Stop {
        lanes: Lanes::MARKETING,
        incident: true,
    });
    let mut all: Vec<Event> = vec![
        e::OptOutTold {
            contact,
            number: NUMBER,
            how: How::Words,
            out: true,
            by: by(),
        }
        .into(),
        e::NotBefore {
            contact,
            until_s: 1_790_000_000,
        }
        .into(),
        e::IdentityChanged {
            contact,
            at_s: 1_790_000_000,
        }
        .into(),
        e::SuppressionSet { contact, suppression }.into(),
        e::PersonErased { contact }.into(),
        e::LogImported {}.into(),
    ];
    let consent = Consent::new(
        TopicKey(77),
        Lanes::TEMPLATES,
        Channel::PointOfSale,
        1_789_000_000,
    )
    .with_texts("Yes, write to me", "form 7")
    .withdrawn(1_790_000_000);
    let (number, how, within_ms) = (NUMBER, HandOver::Echo, 3_600_000);
    let ways = vec![Path {
        kind: PathKind::Email,
        target: "help@shop.example".into(),
    }];
    let asked: [Event; 6] = [
        e::ConsentTold { contact, consent }.into(),
        e::TopicNamed {
            topic: TopicKey(77),
            name: "Offers".into(),
        }
        .into(),
        e::PersonAsked {
            number,
            contact,
            within_ms,
        }
        .into(),
        e::TakenOver { number, contact, how }.into(),
        e::PersonMissed { number, contact }.into(),
        e::WaysDeclared { number, ways }.into(),
    ];
    all.extend(asked);
    for of in [
        StopOf::Portfolio,
        StopOf::Number(NUMBER),
        StopOf::Template(TEMPLATE),
    ] {
        all.push(e::StopSet { of, stop }.into());
    }
    for alarm in [
        e::Alarm::Throttled(NUMBER),
        e::Alarm::AccountStopped(WabaIx(1)),
        e::Alarm::Payment(WabaIx(1)),
        e::Alarm::Silence(AT),
    ] {
        all.push(e::Alarmed { alarm }.into());
    }
    all
}

fn directory_events() -> Vec<directory::Event> {
    let number = PhoneNumberId(106_540_352_242_922);
    vec![
        directory::PortfolioOpened { name: "Shop".into() }.into(),
        directory::NumberClaimed {
            number,
            waba: WabaId(900),
            cell: 1,
        }
        .into(),
        directory::TokenCreated {
            hash: [7; 32],
            cell: Some(1),
            label: "shop".into(),
            numbers: vec![number],
            rights: Rights(5),
        }
        .into(),
        directory::TokenRevoked { token: TokenIx(0) }.into(),
        directory::NumberReleased { number }.into(),
    ]
}

#[test]
fn the_bytes_of_every_event_stay() {
    let portfolio = setup().into_iter().chain(sends()).chain(told()).chain(care());
    let all =
        (portfolio.map(SeatEvent::Portfolio)).chain(directory_events().into_iter().map(SeatEvent::Directory));
    insta::assert_snapshot!(lines(all));
}

/// Kind, version, name and bytes of events, one a line; each is read back.
fn lines(events: impl IntoIterator<Item = SeatEvent>) -> String {
    let mut lines = Vec::new();
    for event in events {
        let mut bytes = Vec::new();
        let (kind, version) = Sender::encode_event(&event, &mut bytes);
        assert_eq!(Sender::decode_event(kind, version, &bytes).as_ref(), Ok(&event));
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = match &event {
            SeatEvent::Portfolio(event) => event.name(),
            SeatEvent::Directory(event) => event.name(),
        };
        lines.push(format!("{kind:4} v{version} {name}: {hex}"));
    }
    lines.join("\n")
}

#[test]
fn a_directory_is_read_back() {
    let mut state = Sender::create(DIRECTORY);
    for event in directory_events() {
        Sender::evolve(
            &mut state,
            &SeatEvent::Directory(event),
            Timestamp::from_millis(AT),
        );
    }
    let stored = Sender::encode_state(&state);
    let hex: String = stored.iter().map(|byte| format!("{byte:02x}")).collect();
    insta::assert_snapshot!(hex);
    let read = Sender::decode_state(DIRECTORY, &stored).expect("readable");
    assert_eq!(read.directory(), state.directory());
}

#[test]
fn what_is_unknown_or_torn_is_refused() {
    for (kind, version, bytes) in [
        (9_999, 1, &[][..]),
        (1_020, 2, &[]),
        (1_020, 1, &[1]),
        (1_001, 1, &[0xff; 3]),
    ] {
        assert!(
            Sender::decode_event(kind, version, bytes).is_err(),
            "{kind} v{version}"
        );
    }
    assert!(Sender::decode_state(DIRECTORY, &[9]).is_err());
}
