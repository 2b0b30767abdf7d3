//! Simulated people and magic recipients: what becomes of a message, to the millisecond.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use decider::{Millis, Stored};
use platform::Platform;
use platform::ids::MessageId;
use platform::people::{Cast, EXAMPLE, magic};
use platform::portfolio::command::Feedback;
use platform::portfolio::event as e;
use platform::portfolio::{Answer, Command, Event};
use rulebook::rating::Signal;
use rulebook::refusal::Refusal;
use rulebook::template::draft::{Button, ButtonKind, Component};

use crate::world::{NUMBER, World, draft, refusal};

const DAY: Millis = Millis::DAY;

/// What happened since, after how long, but for what is only expected.
fn told(world: &World, since: usize) -> String {
    let Some((start, _)) = world.events.get(since) else {
        return String::new();
    };
    let mut rows = String::new();
    for (at, event) in &world.events[since..] {
        let gist = match event {
            Event::Accepted(_) => "accepted".to_owned(),
            Event::SentThrough(_) => "sent".to_owned(),
            Event::Delivered(_) | Event::DeliveredThrough(_) => "delivered".to_owned(),
            Event::Read(_) => "read".to_owned(),
            Event::Failed(e) => format!("failed {}", e.code),
            Event::Received(_) => "wrote".to_owned(),
            Event::LinkFollowed(_) => "followed a link".to_owned(),
            Event::MagicRefused(e) => format!("refused {}", e.code),
            Event::Signalled(e) => {
                let signal = Signal::from_number(e.signal);
                signal.map_or_else(String::new, |signal| format!("{signal:?}"))
            }
            _ => continue,
        };
        let after = at.since(*start).get();
        // These are said of a range that the message is left out of.
        let apart = match event {
            Event::DeliveredThrough(_) => left_out(world, since),
            Event::SentThrough(_) => rows.contains("failed"),
            _ => false,
        };
        if !apart {
            let _ = write!(rows, "{}{gist} +{after}", if rows.is_empty() { "" } else { ", " });
        }
    }
    rows
}

fn left_out(world: &World, since: usize) -> bool {
    world.events[since..].iter().any(|(_, event)| match event {
        Event::Apart(_) => true,
        Event::Expected(e) => {
            use platform::people::Act::{Arrive, Fail};
            matches!(e.act, Arrive | Fail(_))
        }
        _ => false,
    })
}

/// Sends the template once and lets two days pass.
fn row(world: &mut World, to: u64) -> String {
    let since = world.events.len();
    world.send(to);
    world.advance(Millis::days(2));
    told(world, since)
}

#[test]
fn magic_recipients_always_do_the_same() {
    let mut rows = String::new();
    for group in magic().groups() {
        for person in [group.first, group.last] {
            let mut world = World::with("");
            let told = row(&mut world, person);
            if person == group.first {
                let _ = writeln!(rows, "+{person} {}: {told}", group.name);
            } else {
                assert!(rows.ends_with(&format!(": {told}\n")), "+{person}: {told}");
            }
        }
    }
    for to in [1_998_131_049, 19_980_131_026, 1_999_131_056, 19_990_000_004] {
        let _ = writeln!(rows, "+{to}: {}", row(&mut World::with(""), to));
    }
    insta::assert_snapshot!(rows);
}

#[test]
fn a_code_is_answered_at_once_whatever_else_is_wrong() {
    let mut world = World::with("");
    let since = world.events.len();
    for template in ["sale", "no_such_template"] {
        let answer = world.send_from(NUMBER, 19_990_131_031, template);
        assert!(matches!(answer, Answer::Code(131_031)), "{answer:?}");
    }
    assert_eq!(
        world.events.len(),
        since + 1,
        "the same within a minute is one event"
    );
    world.advance(Millis::minutes(1));
    world.send(19_990_131_031);
    assert_eq!(world.events.len(), since + 2);
}

#[test]
fn the_fifth_in_a_week_is_one_too_many() {
    let to = 19_972_200_007;
    let blocked = |world: &World| world.count(|event| matches!(event, Event::Signalled(_)));
    let mut world = World::with("");
    for _ in 0..4 {
        world.send(to);
        world.advance(DAY);
    }
    assert_eq!(blocked(&world), 0);
    world.send(to);
    world.advance(DAY);
    assert_eq!(blocked(&world), 1);
    let mut patient = World::with("");
    for _ in 0..8 {
        patient.send(to);
        patient.advance(Millis::days(2));
    }
    assert_eq!(blocked(&patient), 0, "four in a week are not");
}

#[test]
fn a_strangers_greeting_is_resented_a_known_numbers_is_not() {
    let to = 19_972_300_000;
    for (first, signals) in [("hello_there", 1), ("sale", 0)] {
        let mut world = World::with("");
        world.add_template("hello_there", "Hello {{1}}, nice to meet you.");
        for template in [first, "hello_there"] {
            world.send_from(NUMBER, to, template);
            world.advance(Millis::hours(25));
        }
        assert_eq!(
            world.count(|event| matches!(event, Event::Signalled(_))),
            signals,
            "{first}"
        );
    }
}

#[test]
fn a_link_is_followed_where_there_is_one() {
    let mut world = World::with("");
    let mut linked = draft("linked", "Hello {{1}}, our sale begins today.");
    linked.components.push(Component::Buttons(vec![Button {
        kind: ButtonKind::Url,
        text: "Shop".into(),
        target: "https://example.com/sale".into(),
        samples: Vec::new(),
        extra: String::new(),
    }]));
    let template = world.add_draft(linked);
    let since = world.events.len();
    world.send_from(NUMBER, 19_970_200_000, "linked");
    world.advance(DAY);
    let expected = "accepted +0, sent +200, delivered +900, read +2900, followed a link +5900";
    assert_eq!(told(&world, since), expected);
    let people = world.portfolio().people.as_ref().expect("a magic recipient");
    assert_eq!(people.links_followed(template), 1);
}

#[test]
fn where_nothing_travels_by_itself_people_wait_for_the_testers_word() {
    let mut world = World::manual("");
    let since = world.events.len();
    let Answer::Accepted { message, .. } = world.send(19_972_000_000) else {
        panic!("accepted")
    };
    world.advance(DAY);
    assert_eq!(told(&world, since), "accepted +0");
    world.feedback(message, Feedback::Delivered);
    world.advance(DAY);
    let after = "delivered +86400000, read +86402000, Block(Spam) +86403000";
    assert_eq!(told(&world, since), format!("accepted +0, {after}"));
}

/// What happens to single messages, by their place in the thread of the number.
fn told_by_message(world: &World) -> String {
    let start = world.events[0].0;
    let mut rows = String::new();
    for (at, event) in &world.events {
        let (gist, messages) = match event {
            Event::Held(e) => ("held", vec![e.message]),
            Event::HeldReleased(e) => ("released", e.messages.clone()),
            Event::Delivered(e) => ("delivered", vec![e.message]),
            Event::Read(e) => ("read", vec![e.message]),
            Event::Failed(e) => ("failed", vec![e.message]),
            Event::Signalled(_) => ("signal", Vec::new()),
            _ => continue,
        };
        let messages: Vec<u32> = messages.iter().map(|message| message.seq).collect();
        let _ = writeln!(rows, "+{} {gist} {messages:?}", at.since(start).get());
    }
    rows
}

/// Nobody does anything about a message that is held; once it is let go it reaches them as any other.
#[test]
fn who_is_held_back_is_reached_when_it_is_let_go() {
    let mut world =
        World::paced("pacing.template.first = 5\npacing.template.reads = 3\nrating.known_after = 5");
    world.done(Command::SetPeople {
        file: file("1"),
        seed: 7,
    });
    // One who reads and four who never do; then: blocks, never gets it, fails, is of the file, reads.
    let (reads, never) = (19_970_000_000, 19_971_100_000);
    for to in [reads, never, never + 1, never + 2, never + 3] {
        world.send(to);
    }
    for to in [19_972_000_000, 19_971_300_000, 19_980_131_026, FIRST, reads + 1] {
        let answer = world.send(to);
        assert!(
            matches!(answer, Answer::Accepted { held: true, .. }),
            "{answer:?}"
        );
    }
    world.advance(Millis::minutes(5));
    let released = |event: &Event| matches!(event, Event::HeldReleased(_));
    assert_eq!(world.count(released), 0, "one reader is not enough");
    let read = world
        .events
        .iter()
        .filter(|(_, event)| matches!(event, Event::Read(_)));
    assert_eq!(read.count(), 1, "who has nothing reads nothing");
    for seq in [1, 2] {
        let number = NUMBER;
        world.feedback(MessageId { number, seq }, Feedback::Read);
    }
    world.advance(Millis::days(2));
    insta::assert_snapshot!(told_by_message(&world));
    let same = Platform::digest(&world.replayed());
    assert_eq!(same, Platform::digest(&world.state), "replay differs");
}

/// Readers who come at the same instant release what is held once.
#[test]
fn the_read_that_is_enough_releases_once() {
    let mut world =
        World::paced("pacing.template.first = 5\npacing.template.reads = 2\nrating.known_after = 5");
    for nth in 0..8 {
        world.send(19_970_000_000 + nth);
    }
    world.advance(Millis::minutes(1));
    assert_eq!(world.count(|event| matches!(event, Event::PacingJudged(_))), 1);
    assert_eq!(world.count(|event| matches!(event, Event::Read(_))), 8);
}

/// A thousand people of two groups get the same message.
fn file(reads: &str) -> String {
    format!(
        r#"
        [[group]]
        name = "regulars"
        size = 800
        country = "DE"
        awake = "08:00-22:00"
        reads = {reads}
        replies = 0.1
        usual = {{ block = 0.01, mute = 0.02 }}
        [[group]]
        name = "bought list"
        size = 200
        country = "DE"
        has_app = 0.9
        asked = 0
        stops_by = "word"
        unasked = {{ stop = 0.05, block = 0.1, report = 0.05 }}
        "#
    )
}

fn with_people(file: &str, seed: u64) -> World {
    let mut world = World::with("limits.tiers = [\"unlimited\"]");
    world.done(Command::SetPeople {
        file: file.to_owned(),
        seed,
    });
    world
}

const FIRST: u64 = 495_500_000_000;

fn counts(world: &World) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for (_, event) in &world.events {
        let name = match event {
            Event::Signalled(e) => Signal::from_number(e.signal).map(|signal| format!("{signal:?}")),
            Event::Read(_) | Event::Received(_) | Event::Failed(_) | Event::Delivered(_) => {
                Some(event.name().to_owned())
            }
            _ => None,
        };
        *counts.entry(name.unwrap_or_default()).or_default() += 1;
    }
    counts.remove("");
    counts
}

#[test]
fn groups_do_what_their_shares_say() {
    let mut world = with_people(&file("0.7"), 7);
    world.broadcast(FIRST, 1_000);
    world.advance(Millis::days(3));
    insta::assert_debug_snapshot!(counts(&world));
    let same = Platform::digest(&world.replayed());
    assert_eq!(same, Platform::digest(&world.state), "replay differs");
}

/// What one person does does not depend on who else is written to, nor on what else is asked.
#[test]
fn a_persons_outcome_is_theirs_alone() {
    let of = |world: &World, contact: u64| -> Vec<(u64, String)> {
        let portfolio = world.portfolio();
        let about = |seq: u32| {
            let record = portfolio.number(NUMBER).and_then(|n| n.messages.get(seq));
            record.is_some_and(|record| portfolio.phone_of(record.contact) == Some(contact))
        };
        let mut found = Vec::new();
        for (at, event) in &world.events {
            let (kind, seq) = match event {
                Event::Read(e::Read { message }) => ("read", message.seq),
                Event::Received(e) => ("wrote", e.message.seq),
                Event::Signalled(e) => ("signal", e.charged.unwrap_or(0)),
                _ => continue,
            };
            if about(seq) {
                found.push((at.millis(), kind.to_owned()));
            }
        }
        found
    };
    let mut alone = with_people(&file("0.7"), 7);
    let first: Vec<u64> = (FIRST..FIRST + 40).collect();
    for to in &first {
        alone.send(*to);
    }
    let mut among = with_people(&file("0.7"), 7);
    for to in &first {
        among.send(*to);
    }
    among.add_template("other", "A word about something else, {{1}}, is here.");
    among.broadcast(FIRST + 500, 300);
    alone.advance(Millis::days(2));
    among.advance(Millis::days(2));
    let all = |world: &World| first.iter().map(|to| of(world, *to)).collect::<Vec<_>>();
    assert_eq!(all(&alone), all(&among));
    assert!(all(&alone).iter().flatten().count() > 20);
    let mut other_seed = with_people(&file("0.7"), 8);
    for to in &first {
        other_seed.send(*to);
    }
    other_seed.advance(Millis::days(2));
    assert_ne!(all(&alone), all(&other_seed));
}

#[test]
fn nobody_reads_at_night() {
    let mut world = with_people(&file("1"), 7);
    for _ in 0..6 {
        world.broadcast(FIRST, 60);
        world.advance(Millis::hours(4));
    }
    world.advance(DAY);
    let mut reads = 0;
    for (at, event) in &world.events {
        if matches!(event, Event::Read(_)) {
            let hour = (at.millis() / 3_600_000 + 1) % 24;
            assert!((8..22).contains(&hour), "read at {hour} h");
            reads += 1;
        }
    }
    assert!(reads > 200, "{reads}");
}

#[test]
fn bad_files_name_the_place() {
    let group = |more: &str| format!("[[group]]\nname = \"a\"\nsize = 10\ncountry = \"DE\"\n{more}");
    let rows = [
        "[[group]".to_owned(),
        "[[group]]\nsize = 1".to_owned(),
        group("size = 10"),
        group("awake = \"7-23\""),
        group("awake = \"09:00-09:30\""),
        group("reads = 1.5"),
        group("reads_after = \"soon\""),
        group("back_after = \"later\""),
        group("utc_offset = \"CET\""),
        group("first_number = \"0049\""),
        group("first_number = \"19970000000\""),
        group("colour = \"red\""),
        group("usual = { block = 0.6, report = 0.6 }"),
        group("usual = { block = 0.6, block_reason = \"BORED\" }"),
        group("template = [{ reads = 1 }]"),
        group("template = [{ category = \"spam\" }]"),
        "[[group]]\nname = \"a\"\nsize = 1\ncountry = \"XX\"".to_owned(),
        "[[group]]\nname = \"a\"\nsize = 0\ncountry = \"DE\"".to_owned(),
        [
            group(""),
            group("first_number = \"495500000009\"").replace("\"a\"", "\"b\""),
        ]
        .concat(),
        [group(""), group("")].concat(),
    ];
    let mut told = String::new();
    for text in &rows {
        let error = Cast::read(text, 0).expect_err(text);
        let _ = writeln!(told, "{}\n-> {error}\n", text.replace('\n', "; "));
    }
    insta::assert_snapshot!(told);
    let mut world = World::with("");
    let answer = world.run(Command::SetPeople {
        file: rows[5].clone(),
        seed: 0,
    });
    assert_eq!(refusal(&answer), Some(Refusal::InvalidParameter));
}

#[test]
fn the_example_is_sound_and_costs_next_to_nothing() {
    let cast = Cast::read(EXAMPLE, 7).expect("the example");
    let people: u64 = cast.groups().map(|group| u64::from(group.size)).sum();
    assert_eq!(people, 1_000_000);
    assert!(
        cast.heap_bytes() < 8_192,
        "{} bytes for a million people",
        cast.heap_bytes()
    );
    insta::assert_debug_snapshot!(cast.groups().collect::<Vec<_>>());
}

#[test]
fn every_magic_recipient_is_in_the_documentation() {
    let page = include_str!("../../../../docs/magic-recipients.md");
    for group in magic().groups() {
        let digits = group.first.to_string();
        let number = format!("`{}`", digits.trim_end_matches("00000").to_owned() + "xxxxx");
        let row = page.lines().find(|line| line.contains(&number));
        assert!(
            row.is_some_and(|row| row.contains(&group.name)),
            "{number} {}",
            group.name
        );
    }
    let rows = page.lines().filter(|line| line.starts_with("| `1997")).count();
    assert_eq!(rows, magic().groups().count());
}

/// Who is written to takes room while something is expected of them; afterwards only what they did stays.
#[test]
fn room_is_taken_by_what_is_expected() {
    let mut world = with_people(&file("0.7"), 7);
    world.broadcast(FIRST, 1_000);
    world.advance(Millis::seconds(2));
    let people = |world: &World| {
        let people = world.portfolio().people.as_ref().expect("people");
        (people.pending(), people.heap_bytes())
    };
    let (pending, bytes) = people(&world);
    assert!(
        pending > 600 && bytes < 64 * 1_000,
        "{pending} pending, {bytes} bytes"
    );
    world.advance(Millis::days(3));
    let (pending, bytes) = people(&world);
    assert!(pending == 0 && bytes < 4_000, "{pending} pending, {bytes} bytes");
}
