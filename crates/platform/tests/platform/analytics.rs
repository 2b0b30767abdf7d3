//! What a business may see of its own figures.

use decider::{Millis, Timestamp};
use platform::ids::{MessageId, TemplateIx, WabaIx};
use platform::portfolio::analytics::query::{Apart, Asked};
use platform::portfolio::analytics::traffic::Kind;
use platform::portfolio::command::{Feedback, Inbound, SurfaceCommand};
use platform::portfolio::{Answer, Command};
use rulebook::analytics::Granularity;
use rulebook::edition::EditionId;
use rulebook::rating::{BlockReason, Signal};
use rulebook::refusal::Refusal;
use rulebook::template::draft::{Button, ButtonKind, Category, Component, TemplateDraft};

use crate::world::{NUMBER, TEMPLATE, World, draft, refusal};

const GERMAN: u64 = 4_915_112_340_000;
const INDIAN: u64 = 919_876_540_000;

fn asked(world: &World, granularity: Granularity) -> Asked {
    Asked {
        waba: WabaIx(0),
        start: Timestamp::from_millis(1_690_000_000_000),
        end: world.now + Millis::new(1),
        granularity,
        numbers: Vec::new(),
        countries: Vec::new(),
    }
}

/// (sent, delivered) of messages to people, one a period.
fn totals(world: &World, asked: &Asked) -> Vec<(u64, u64)> {
    let sums = world
        .portfolio()
        .sums(asked, Apart::default(), Kind::is_message, |_| None);
    sums.values().map(|sum| (sum.sent, sum.delivered)).collect()
}

/// By country, then category, price and whether it was with a template: so many arrived.
fn by_price(world: &World) -> Vec<String> {
    let apart = Apart {
        country: true,
        ..Apart::default()
    };
    let asked = asked(world, Granularity::Month);
    let sums = world.portfolio().sums(&asked, apart, Kind::is_message, Some);
    sums.iter()
        .map(|((_, _, region, kind), sum)| {
            let (category, price) = kind.and_then(Kind::price).expect("a message has a price");
            let region = region
                .and_then(|of| of.letters().map(str::to_owned))
                .unwrap_or_default();
            format!(
                "{region} {} {} {} for {}",
                category.api_value(),
                price.api_value(),
                sum.delivered,
                sum.micros
            )
        })
        .collect()
}

fn message(answer: &Answer) -> MessageId {
    match answer {
        Answer::Accepted { message, .. } => *message,
        other => panic!("{other:?}"),
    }
}

fn write(world: &mut World, from: u64) {
    world.run(Command::Inbound(Box::new(Inbound {
        number: NUMBER,
        from,
        reply_to: None,
        content: Vec::new(),
        profile: String::new(),
    })));
}

#[test]
fn sent_and_delivered_by_half_hour_day_and_month() {
    let mut world = World::with("");
    world.broadcast(GERMAN, 3);
    world.advance(Millis::minutes(31));
    world.broadcast(INDIAN, 2);
    // Nobody who has blocked the number is reached.
    let blocked = message(&world.send(INDIAN));
    world.advance(Millis::SECOND);
    world.feedback(blocked, Feedback::Signal(Signal::Block(BlockReason::Spam)));
    world.send(INDIAN);
    world.advance(Millis::days(3));
    world.broadcast(GERMAN, 1);
    world.advance(Millis::SECOND);
    let rows = [
        (Granularity::HalfHour, vec![(3, 3), (4, 3), (1, 1)]),
        (Granularity::Day, vec![(7, 6), (1, 1)]),
        (Granularity::Month, vec![(8, 7)]),
    ];
    for (granularity, expected) in rows {
        assert_eq!(
            totals(&world, &asked(&world, granularity)),
            expected,
            "{granularity:?}"
        );
    }
    let of_india = Asked {
        countries: vec!["IN".into()],
        ..asked(&world, Granularity::Month)
    };
    assert_eq!(totals(&world, &of_india), [(4, 3)]);
    let of_nobody = Asked {
        numbers: vec![15_550_000_000],
        ..asked(&world, Granularity::Month)
    };
    assert_eq!(totals(&world, &of_nobody), []);
}

#[test]
fn what_arrives_by_hand_counts_as_sent_too() {
    let mut world = World::manual("");
    let first = message(&world.send(GERMAN));
    world.send(INDIAN);
    world.feedback(first, Feedback::Delivered);
    world.feedback(first, Feedback::Delivered);
    assert_eq!(totals(&world, &asked(&world, Granularity::Day)), [(1, 1)]);
}

#[test]
fn volume_and_cost_by_what_is_priced() {
    let mut world = World::under(EditionId::PER_PORTFOLIO_2026, "");
    let utility = TemplateDraft {
        category: Category::Utility,
        ..*draft("receipt", "Hello {{1}}, your order was received.")
    };
    world.add_draft(Box::new(utility));
    world.send(GERMAN);
    world.send_from(NUMBER, GERMAN, "receipt");
    world.advance(Millis::SECOND);
    write(&mut world, GERMAN);
    world.reply(GERMAN);
    world.send_from(NUMBER, GERMAN, "receipt");
    world.advance(Millis::SECOND);
    let expected = [
        "DE UTILITY REGULAR 1 for 4000",
        "DE UTILITY FREE_CUSTOMER_SERVICE 1 for 0",
        "DE SERVICE FREE_CUSTOMER_SERVICE 1 for 0",
        "DE MARKETING REGULAR 1 for 25000",
    ];
    let mut told = by_price(&world);
    told.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(told, expected);
}

#[test]
fn a_conversation_lasts_a_day() {
    let mut world = World::with("");
    let opened = |world: &World| {
        let asked = asked(world, Granularity::Month);
        let sums = (world.portfolio()).sums(&asked, Apart::default(), Kind::is_conversation, |_| None);
        sums.values().map(|sum| sum.delivered).sum::<u64>()
    };
    // (hours later, opened so far): the third is in the second's conversation, the fourth begins one.
    for (hours, expected) in [(0, 1), (23, 1), (2, 2), (22, 2), (3, 3)] {
        world.advance(Millis::hours(hours));
        world.send(GERMAN);
        world.advance(Millis::SECOND);
        assert_eq!(opened(&world), expected, "{hours} h later");
    }
    write(&mut world, GERMAN);
    world.reply(GERMAN);
    world.advance(Millis::SECOND);
    assert_eq!(opened(&world), 4, "a conversation of another category");
}

#[test]
fn a_template_by_day() {
    let mut world = World::with("");
    let with_buttons = TemplateDraft {
        components: vec![
            draft("offer", "Hello {{1}}, look at this.").components[0].clone(),
            Component::Buttons(vec![
                button(ButtonKind::QuickReply, "Stop", ""),
                button(ButtonKind::Url, "Look", "https://example.com/"),
            ]),
        ],
        ..*draft("offer", "")
    };
    let offer = world.add_draft(Box::new(with_buttons));
    let messages: Vec<MessageId> = (0..4)
        .map(|person| message(&world.send_from(NUMBER, GERMAN + person, "offer")))
        .collect();
    world.advance(Millis::days(1));
    world.feedback(messages[0], Feedback::Read);
    world.feedback(messages[0], Feedback::Tapped { button: 1 });
    world.feedback(messages[0], Feedback::Tapped { button: 1 });
    world.feedback(messages[1], Feedback::Tapped { button: 0 });
    world.feedback(
        messages[2],
        Feedback::Signal(Signal::Block(BlockReason::DidntSignUp)),
    );
    let no_such = world.run(Command::Feedback {
        message: messages[0],
        feedback: Feedback::Tapped { button: 2 },
    });
    assert_eq!(refusal(&no_such), Some(Refusal::InvalidParameter));
    let all = (Timestamp::ZERO, Timestamp::MAX);
    let days = world.portfolio().insight_days(offer, all.0, all.1);
    let [day] = days[..] else { panic!("{days:?}") };
    assert_eq!((day.sent, day.delivered, day.billed, day.read), (4, 4, 4, 1));
    assert_eq!((day.taps(0), day.taps(1), day.taps(2)), ((1, 1), (2, 1), (0, 0)));
    let blocks = world.portfolio().blocks(offer, all.0, all.1);
    assert_eq!(blocks.top_reason(), Some(BlockReason::DidntSignUp));
    let other = world.portfolio().blocks(TEMPLATE, all.0, all.1);
    assert_eq!((other.sent, other.top_reason()), (0, None));
    assert!(
        !blocks.is_better_than(&other),
        "blocked, and the other was not even sent"
    );
}

fn button(kind: ButtonKind, text: &str, target: &str) -> Button {
    Button {
        kind,
        text: text.to_owned(),
        target: target.to_owned(),
        samples: Vec::new(),
        extra: String::new(),
    }
}

#[test]
fn accounts_of_some_countries_have_no_insights() {
    let mut world = World::with("");
    let enable = || Command::Surface(SurfaceCommand::EnableInsights { waba: WabaIx(0) });
    assert_eq!(world.portfolio().analytics.since(WabaIx(0)), None);
    let at = world.now;
    world.done(enable());
    world.advance(Millis::days(1));
    world.done(enable());
    assert_eq!(world.portfolio().analytics.since(WabaIx(0)), Some(at));
    let mut german = World::with("");
    german.add_number(4_930_901_820);
    assert_eq!(refusal(&german.run(enable())), Some(Refusal::InsightsUnavailable));
}

#[test]
fn a_replay_has_the_same_figures() {
    let mut world = World::with("");
    world.broadcast(GERMAN, 20);
    write(&mut world, GERMAN);
    world.advance(Millis::days(40));
    world.broadcast(INDIAN, 20);
    world.advance(Millis::days(1));
    let again = world.replayed();
    let again = again.portfolio().expect("a portfolio");
    assert_eq!(again.digest(), world.portfolio().digest());
    let asked = asked(&world, Granularity::Day);
    let sums = |of: &platform::portfolio::Portfolio| of.sums(&asked, Apart::default(), |_| true, Some);
    assert_eq!(sums(again), sums(world.portfolio()));
    assert_eq!(
        again.insights(TemplateIx(0)),
        world.portfolio().insights(TemplateIx(0))
    );
}
