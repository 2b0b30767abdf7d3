//! What the platform told, and what goes then.

use decider::{Millis, Timestamp};
use rulebook::edition::{EditionId, Limit};
use rulebook::rating::Rating;
use rulebook::status::Status;
use rulebook::template::draft::Category;
use rulebook::template::lifecycle::TemplateStatus;
use sender::Refusal;
use sender::ids::TemplateKey;
use sender::mirror::Source;
use sender::policy::Caution;
use sender::portfolio::command::{
    AccountNews, Admit, News, NumberNews, Observe, Restriction, Said, StopCommand, StopWhat, TemplateNews,
    What,
};
use sender::portfolio::{Answer, Command};

use crate::world::{NUMBER, WABA, World, free, refusal, template};

const ANNA: u64 = 15_550_001_000;
/// Wrote a moment ago.
const BERT: u64 = 15_550_002_000;

/// What becomes of: a reply, a template to Bert inside his window, and a code, a notice and an offer to somebody new.
type Row = [Option<Refusal>; 5];

const GOES: Option<Refusal> = None;

fn world() -> World {
    let mut world = World::new();
    for (name, category) in [
        ("code", Category::Authentication),
        ("notice", Category::Utility),
        ("sale", Category::Marketing),
    ] {
        world.about(name, TemplateNews::Category(category));
        world.about(name, TemplateNews::Status(TemplateStatus::Approved, None));
    }
    world.wrote(BERT, Said::Nothing);
    world
}

#[track_caller]
fn check(world: &mut World, what: &str, row: Row) {
    let sends = [
        free(BERT),
        template("sale", BERT),
        template("code", ANNA),
        template("notice", ANNA),
        template("sale", ANNA),
    ];
    let got = sends.map(|send| refusal(world.admit(send)));
    assert_eq!(got, row, "{what}");
    world.check_stored();
}

#[test]
fn the_number_stops_what_is_no_reply() {
    use Refusal::{NumberBanned, NumberGone, NumberNotConnected, NumberThrottled};
    let rows = [
        (Status::Connected, GOES, GOES),
        // FLAGGED is a low rating: that is an incident.
        (Status::Flagged, GOES, Some(Refusal::IncidentOpen)),
        (Status::Unknown, GOES, GOES),
        (Status::RateLimited, GOES, Some(NumberThrottled)),
        (
            Status::Offline,
            Some(NumberNotConnected),
            Some(NumberNotConnected),
        ),
        (
            Status::Pending,
            Some(NumberNotConnected),
            Some(NumberNotConnected),
        ),
        (Status::Banned, Some(NumberBanned), Some(NumberBanned)),
        (Status::Migrated, Some(NumberGone), Some(NumberGone)),
        (
            Status::Restricted,
            Some(Refusal::LimitUsedUp),
            Some(Refusal::LimitUsedUp),
        ),
    ];
    for (status, others, marketing) in rows {
        let mut world = world();
        world.told(NumberNews::Status(status));
        check(
            &mut world,
            &format!("{status:?}"),
            [GOES, GOES, others, others, marketing],
        );
    }
}

#[test]
fn the_account_stops_replies_only_where_the_platform_does() {
    let account = Some(Refusal::AccountDisabled);
    let restricted = Some(Refusal::AccountRestricted);
    let payment = Some(Refusal::PaymentTrouble);
    let rows: [(AccountNews, Row); 6] = [
        (AccountNews::Disabled(true), [account; 5]),
        (AccountNews::Disabled(false), [GOES; 5]),
        (
            AccountNews::Restricted(Restriction::BusinessInitiated, None),
            [GOES, restricted, restricted, restricted, restricted],
        ),
        (
            AccountNews::Restricted(Restriction::Everything, None),
            [restricted; 5],
        ),
        (
            AccountNews::Payment(true),
            [GOES, payment, payment, payment, payment],
        ),
        (
            AccountNews::Restricted(Restriction::UtilityVolume, None),
            [GOES, GOES, GOES, Some(Refusal::CategoryMisuse), GOES],
        ),
    ];
    for (fact, row) in rows {
        let mut world = world();
        world.account(fact);
        check(&mut world, &format!("{fact:?}"), row);
    }
}

#[test]
fn a_restriction_ends_at_its_time_and_is_held_until_then() {
    let mut world = world();
    let until = world.now + Millis::hours(3);
    world.account(AccountNews::Restricted(
        Restriction::BusinessInitiated,
        Some(until),
    ));
    let answer = world.template(ANNA);
    assert!(
        matches!(answer, Answer::Held { until: told, .. } if told == until),
        "{answer:?}"
    );
    world.advance(Millis::hours(3));
    assert_eq!(refusal(world.template(ANNA)), None);
}

#[test]
fn a_template_goes_while_it_is_approved() {
    use TemplateStatus::{Approved, Disabled, InReview, Paused, Rejected};
    let mut world = world();
    let end = world.now + Millis::hours(3);
    let rows = [
        (Approved, None, None),
        (InReview, None, Some(Refusal::TemplateNotApproved)),
        (Rejected, None, Some(Refusal::TemplateNotApproved)),
        (Disabled, None, Some(Refusal::TemplateDisabled)),
        (Paused, None, Some(Refusal::TemplatePaused)),
        (Paused, Some(end), Some(Refusal::TemplatePaused)),
    ];
    for (status, until, expected) in rows {
        world.advance(Millis::MINUTE);
        world.about("sale", TemplateNews::Status(status, until));
        for to in [ANNA, BERT] {
            assert_eq!(refusal(world.template(to)), expected, "{status:?}");
        }
    }
    assert_eq!(
        refusal(world.admit(template("never_heard_of", ANNA))),
        None,
        "the platform decides"
    );
    world.now = end;
    assert_eq!(refusal(world.template(ANNA)), None, "at the end instant it goes");
}

#[test]
fn template_recategorised_between_planning_and_sending_is_held() {
    let mut world = world();
    let planned = |category| match template("notice", ANNA) {
        Admit {
            what: What::Template { key, .. },
            ..
        } => Admit {
            what: What::Template {
                key,
                planned: Some(category),
            },
            ..template("notice", ANNA)
        },
        other => other,
    };
    assert_eq!(refusal(world.admit(planned(Category::Utility))), None);
    world.advance(Millis::MINUTE);
    world.about("notice", TemplateNews::Category(Category::Marketing));
    for send in [planned(Category::Utility), template("notice", ANNA)] {
        let answer = world.admit(send);
        assert!(
            matches!(
                answer,
                Answer::Held {
                    refusal: Refusal::CategoryDrift,
                    ..
                }
            ),
            "{answer:?}"
        );
    }
    world.about("notice", TemplateNews::CategoryAgreed);
    assert_eq!(refusal(world.admit(template("notice", ANNA))), None);
    let late = world.admit(planned(Category::Utility));
    assert_eq!(
        refusal(late),
        Some(Refusal::CategoryDrift),
        "it was planned as something else"
    );
}

#[test]
fn a_limit_that_was_told_counts_and_an_older_one_does_not() {
    let mut world = world();
    world.set(|policy| policy.reserve_permille = 0);
    world.limit(Limit::People(2));
    let earlier = Observe {
        source: Source::Poll,
        at: world.now.back(Millis::MINUTE),
        news: News::Limit {
            number: NUMBER,
            limit: Limit::Unlimited,
        },
    };
    world.done(Command::Observe(earlier));
    let mut went = (0..4).map(|n| refusal(world.template(ANNA + n)));
    let went: Vec<_> = went.by_ref().collect();
    let used_up = Some(Refusal::LimitUsedUp);
    assert_eq!(went, [None, None, used_up, used_up]);
    assert_eq!(
        refusal(world.template(ANNA)),
        None,
        "who is in use takes no place"
    );
    world.limit(Limit::Unlimited);
    world.advance(Millis::MINUTE);
    world.limit(Limit::Unlimited);
    assert_eq!(refusal(world.template(ANNA + 3)), None);
    world.check_stored();
}

#[test]
fn utility_and_authentication_keep_their_room() {
    let mut world = world();
    world.limit(Limit::People(10));
    let marketing = (0..10)
        .filter(|n| refusal(world.template(ANNA + n)).is_none())
        .count();
    assert_eq!(marketing, 9);
    assert_eq!(refusal(world.admit(template("notice", ANNA + 100))), None);
    assert_eq!(
        refusal(world.admit(template("code", ANNA + 101))),
        Some(Refusal::LimitUsedUp)
    );
}

#[test]
fn restricted_blocks_everybody_outside_windows_where_the_edition_says_so() {
    for (edition, expected) in [
        (EditionId::PER_NUMBER_2023, Some(Refusal::LimitUsedUp)),
        (EditionId::PER_PORTFOLIO_2026, None),
    ] {
        let mut world = World::under(edition);
        world.limit(Limit::People(1));
        world.set(|policy| policy.reserve_permille = 0);
        world.wrote(BERT, Said::Nothing);
        assert_eq!(refusal(world.template(ANNA)), None);
        assert_eq!(refusal(world.template(ANNA)), expected, "{edition:?}");
        assert_eq!(
            refusal(world.template(BERT)),
            None,
            "a reply inside the window goes"
        );
    }
}

#[test]
fn a_template_counts_unless_the_window_stays_open_for_a_minute() {
    // (ms after the person wrote, counts)
    let day = Millis::DAY.get();
    for (later, counts) in [
        (0, false),
        (day - 61_000, false),
        (day - 60_000, true),
        (day, true),
    ] {
        let mut world = World::new();
        // Seconds are what webhooks tell.
        world.now = Timestamp::from_millis(world.now.seconds() * 1_000);
        world.wrote(BERT, Said::Nothing);
        world.advance(Millis::new(later));
        assert_eq!(refusal(world.template(BERT)), None);
        assert_eq!(world.used() == 1, counts, "{later} ms later");
    }
}

#[test]
fn paused_broadcasts_replies_flow() {
    let mut world = world();
    world.done(Command::Stop(StopCommand {
        what: StopWhat::Portfolio,
        lanes: Some(sender::lane::Lanes::TEMPLATES.with(sender::lane::Lane::Service)),
    }));
    let stopped = Some(Refusal::Stopped);
    check(&mut world, "stopped", [GOES, GOES, stopped, stopped, stopped]);
    world.done(Command::Stop(StopCommand {
        what: StopWhat::Portfolio,
        lanes: None,
    }));
    check(&mut world, "resumed", [GOES; 5]);
}

#[test]
fn number_drop_stops_all_marketing_in_the_same_commit() {
    let mut world = world();
    world.told(NumberNews::Rating(Rating::Green));
    check(&mut world, "GREEN", [GOES; 5]);
    world.advance(Millis::MINUTE);
    world.told(NumberNews::Rating(Rating::Yellow));
    let incident = Some(Refusal::IncidentOpen);
    check(&mut world, "YELLOW", [GOES, GOES, GOES, GOES, incident]);
    world.advance(Millis::HOUR);
    world.told(NumberNews::Rating(Rating::Green));
    check(
        &mut world,
        "GREEN again, but nobody has resumed it",
        [GOES, GOES, GOES, GOES, incident],
    );
    world.done(Command::Stop(StopCommand {
        what: StopWhat::Number(NUMBER),
        lanes: None,
    }));
    check(&mut world, "resumed", [GOES; 5]);
    world.told(NumberNews::Status(Status::Flagged));
    check(&mut world, "FLAGGED", [GOES, GOES, GOES, GOES, incident]);
}

#[test]
fn one_bad_template_does_not_stop_the_others() {
    let mut world = world();
    world.about("other", TemplateNews::Category(Category::Marketing));
    world.about("sale", TemplateNews::Quality(Rating::Red));
    world.about("sale", TemplateNews::Status(TemplateStatus::Paused, None));
    assert_eq!(refusal(world.template(ANNA)), Some(Refusal::TemplatePaused));
    assert_eq!(refusal(world.admit(template("other", ANNA))), None);
}

#[test]
fn webhooks_stop_coming_raises_an_alarm_and_caution() {
    let mut world = world();
    let first = world.sent(ANNA);
    world.advance(Millis::minutes(14));
    assert_eq!(world.count("Alarmed"), 0);
    world.advance(Millis::minutes(1));
    assert_eq!(world.count("Alarmed"), 1);
    let stale = Some(Refusal::FactsStale);
    assert_eq!(refusal(world.template(ANNA + 1)), stale);
    assert_eq!(refusal(world.template(ANNA)), None, "nobody new");
    assert_eq!(
        refusal(world.admit(template("notice", ANNA + 1))),
        None,
        "no marketing"
    );
    world.status(first, sender::portfolio::command::Progress::Delivered, 0);
    assert_eq!(refusal(world.template(ANNA + 1)), None);
    world.advance(Millis::HOUR);
    assert_eq!(world.count("Alarmed"), 1, "nothing was accepted since");
    world.check_stored();
}

#[test]
fn old_facts_mean_caution() {
    let mut world = world();
    world.told(NumberNews::Rating(Rating::Green));
    world.advance(Millis::hours(6));
    assert_eq!(refusal(world.template(ANNA)), None);
    world.advance(Millis::new(1));
    assert_eq!(refusal(world.template(ANNA + 1)), Some(Refusal::FactsStale));
    world.told(NumberNews::Rating(Rating::Green));
    assert_eq!(refusal(world.template(ANNA + 1)), None);
}

/// How much goes on while nothing is heard is the owner's to say.
#[test]
fn stale_facts_mean_smaller_waves_or_none() {
    // (policy, messaging limit, new people who get marketing while facts are old)
    let rows = [
        (Caution::Off, Limit::People(40), 36),
        (Caution::NoNewMarketing, Limit::People(40), 0),
        (Caution::SmallerWaves(0), Limit::People(40), 0),
        (Caution::SmallerWaves(250), Limit::People(40), 10),
        (Caution::SmallerWaves(250), Limit::People(3), 0),
        // More than the limit leaves to marketing never goes.
        (Caution::SmallerWaves(1_000), Limit::People(40), 36),
        (Caution::SmallerWaves(1), Limit::Unlimited, 60),
    ];
    for (caution, limit, expected) in rows {
        let mut world = world();
        world.set(|policy| {
            policy.caution = caution;
            policy.enforce_rates = false;
        });
        world.limit(limit);
        world.told(NumberNews::Rating(Rating::Green));
        world.advance(Millis::hours(6) + Millis::new(1));
        let went = (0..60)
            .filter(|n| refusal(world.template(ANNA + n)).is_none())
            .count();
        assert_eq!(went, expected, "{caution:?} {limit:?}");
        assert_eq!(refusal(world.free(ANNA + 100)), None, "replies go on");
        world.told(NumberNews::Rating(Rating::Green));
        let after = refusal(world.template(ANNA + 200));
        assert_ne!(after, Some(Refusal::FactsStale), "{caution:?}: it is known again");
        world.check_stored();
    }
}

/// A wave that is used up goes on when places come back.
#[test]
fn a_smaller_wave_says_when_it_goes_on() {
    let mut world = world();
    world.set(|policy| policy.caution = Caution::SmallerWaves(100));
    world.limit(Limit::People(10));
    world.told(NumberNews::Rating(Rating::Green));
    world.advance(Millis::hours(7));
    let sent = world.now;
    assert_eq!(refusal(world.template(ANNA)), None);
    world.advance(Millis::HOUR);
    match world.template(ANNA + 1) {
        Answer::Held { refusal, until, .. } => {
            assert_eq!(refusal, Refusal::FactsStale);
            assert!(until.since(sent) >= Millis::DAY, "{until:?}");
        }
        other => panic!("{other:?}"),
    }
}

/// A poll tells something about the template `sale`, a minute later.
fn poll(world: &mut World, fact: TemplateNews) {
    world.advance(Millis::MINUTE);
    let (waba, key) = (WABA, TemplateKey::of("sale", "en_US"));
    world.hear(Source::Poll, News::Template { waba, key, fact });
}

#[test]
fn polling_counts_the_gap() {
    let mut world = world();
    let end = world.now + Millis::hours(3);
    // A webhook tells, and a poll finds the same.
    world.advance(Millis::MINUTE);
    world.about("sale", TemplateNews::Status(TemplateStatus::Paused, Some(end)));
    poll(&mut world, TemplateNews::Status(TemplateStatus::Paused, None));
    poll(&mut world, TemplateNews::Quality(Rating::Green));
    assert_eq!(world.portfolio().missed, 0, "nothing was missed");
    // A poll finds what no webhook told.
    poll(&mut world, TemplateNews::Status(TemplateStatus::Approved, None));
    poll(&mut world, TemplateNews::Quality(Rating::Red));
    poll(&mut world, TemplateNews::Quality(Rating::Red));
    assert_eq!(world.portfolio().missed, 2);
    world.limit(Limit::People(2_000));
    world.advance(Millis::MINUTE);
    let limit = Limit::People(10_000);
    world.hear(
        Source::Poll,
        News::Limit {
            number: NUMBER,
            limit,
        },
    );
    assert_eq!(world.portfolio().missed, 3);
    world.check_stored();
}

#[test]
fn a_pause_keeps_the_end_that_a_webhook_told() {
    let mut world = world();
    let end = world.now + Millis::hours(3);
    world.about("sale", TemplateNews::Status(TemplateStatus::Paused, Some(end)));
    poll(&mut world, TemplateNews::Status(TemplateStatus::Paused, None));
    let answer = world.template(ANNA);
    assert!(
        matches!(answer, Answer::Held { until, .. } if until == end),
        "{answer:?}"
    );
}

#[test]
fn an_edition_with_other_scopes_is_not_taken_once_there_are_numbers() {
    let open = |edition: EditionId| Command::Open {
        name: "Shop".into(),
        edition: edition.number(),
    };
    let mut world = World::new();
    let refused = world.run(open(EditionId::PER_NUMBER_2023));
    assert!(matches!(refused, Answer::Unknown(_)), "{refused:?}");
    let mut world = World::under(EditionId::PER_NUMBER_2023);
    world.done(open(EditionId::PER_NUMBER_2024));
    assert_eq!(world.portfolio().edition().id, EditionId::PER_NUMBER_2024);
    world.check_stored();
}
