//! Violations, what they block, appeals, and what low quality costs, at the decider.

use decider::{Millis, Stored};
use platform::Platform;
use platform::ids::{NumberIx, TemplateIx, WabaIx};
use platform::portfolio::command::{Feedback, Inbound, PolicyCommand};
use platform::portfolio::event::{Blocked, Decision, Measure, Notice};
use platform::portfolio::messages::flag;
use platform::portfolio::policy::Standing;
use platform::portfolio::{Answer, Command, Event};
use rulebook::appeal::Outcome;
use rulebook::escalation::{Path, PathKind, VIOLATION};
use rulebook::policy::{Gate, Step};
use rulebook::rating::{Rating, RedReason};
use rulebook::refusal::Refusal;
use rulebook::status::{StageChange, Status};
use rulebook::template::draft::Component;
use rulebook::template::lifecycle::TemplateStatus;

use crate::world::{CELL, NUMBER, World, draft, refusal};

const WABA: WabaIx = WabaIx(0);
const STRANGER: u64 = 15_550_002_222;
const WRITER: u64 = 15_550_003_333;

fn policy(world: &mut World, command: PolicyCommand) -> Answer {
    world.run(Command::Policy(Box::new(command)))
}

fn violate(world: &mut World, kind: &str, step: Option<Step>) -> u32 {
    let command = PolicyCommand::Violate {
        waba: WABA,
        number: Some(NUMBER),
        kind: kind.into(),
        step,
    };
    match policy(world, command) {
        Answer::Violation(violation) => violation,
        other => panic!("{other:?}"),
    }
}

fn appeal_number(world: &mut World, paths: Option<&[PathKind]>) -> Answer {
    let path = |kind: &PathKind| Path {
        kind: *kind,
        target: "https://shop.example/talk".into(),
    };
    let paths = paths.map(|kinds| kinds.iter().map(path).collect());
    policy(
        world,
        PolicyCommand::AppealNumber {
            number: NUMBER,
            text: "We answer within an hour.".into(),
            paths,
        },
    )
}

fn appeal_violation(world: &mut World, violation: u32) -> Answer {
    policy(
        world,
        PolicyCommand::AppealViolation {
            violation,
            text: "It was not us.".into(),
        },
    )
}

fn decide(world: &mut World, appeal: u32, granted: bool) -> Answer {
    policy(world, PolicyCommand::DecideAppeal { appeal, granted })
}

fn hears_from(world: &mut World, from: u64) -> Answer {
    let inbound = Inbound {
        number: NUMBER,
        from,
        reply_to: None,
        content: Vec::new(),
        profile: String::new(),
    };
    world.run(Command::Inbound(Box::new(inbound)))
}

/// What a template to a stranger, a template inside the window and a reply come to; then whether a number can be added.
fn goes(world: &mut World) -> [Option<Refusal>; 4] {
    hears_from(world, WRITER);
    let sends = [world.send(STRANGER), world.send(WRITER), world.reply(WRITER)];
    let [template, in_window, reply] = sends.map(|answer| refusal(&answer));
    let add = world.run(Command::AddNumber {
        waba: WABA,
        e164: 15_550_999_000,
        verified_name: "Shop".into(),
    });
    [template, in_window, reply, refusal(&add)]
}

fn snapshot_is_the_state(world: &World) {
    let digest = Platform::digest(&world.state);
    let stored = Platform::encode_state(&world.state);
    let again = Platform::decode_state(CELL, &stored).expect("readable");
    assert_eq!(Platform::digest(&again), digest, "the snapshot differs");
    assert_eq!(
        Platform::encode_state(&again),
        stored,
        "the snapshot is not stable"
    );
    assert_eq!(Platform::digest(&world.replayed()), digest, "replay differs");
}

#[test]
fn each_step_blocks_what_it_says() {
    const BLOCKED: Option<Refusal> = Some(Refusal::AccountPolicyBlocked);
    const LOCKED: Option<Refusal> = Some(Refusal::AccountLocked);
    let templates = "policy.short_blocks = \"templates\"";
    // (edition, step, template to a stranger, template inside the window, reply, a number more)
    let rows = [
        ("", "warning", [None, None, None, None]),
        ("", "1d", [BLOCKED, None, None, BLOCKED]),
        ("", "3d", [BLOCKED, None, None, BLOCKED]),
        (templates, "3d", [BLOCKED, BLOCKED, None, BLOCKED]),
        ("", "5d", [BLOCKED; 4]),
        ("", "7d", [BLOCKED; 4]),
        ("", "30d", [BLOCKED; 4]),
        ("", "lock", [LOCKED; 4]),
        ("", "disable", [LOCKED; 4]),
        ("", "off_boarding", [LOCKED; 4]),
    ];
    for (overrides, step, expected) in rows {
        let mut world = World::with(overrides);
        hears_from(&mut world, WRITER);
        violate(&mut world, "SPAM", Step::named(step));
        assert_eq!(goes(&mut world), expected, "{step} {overrides}");
        snapshot_is_the_state(&world);
    }
}

#[test]
fn a_restriction_ends_by_itself_to_the_millisecond() {
    let mut world = World::with("");
    violate(&mut world, "SPAM", Step::named("3d"));
    world.advance(Millis::new(Millis::days(3).get() - 1));
    assert_eq!(
        refusal(&world.send(STRANGER)),
        Some(Refusal::AccountPolicyBlocked)
    );
    world.advance(Millis::new(1));
    assert!(matches!(world.send(STRANGER), Answer::Accepted { .. }));
    assert_eq!(world.portfolio().policy.violations[0].standing, Standing::Over);
}

#[test]
fn violations_climb_the_ladder_and_severe_harm_leaves_it() {
    let mut world = World::with("");
    let mut measures = Vec::new();
    for _ in 0..8 {
        let violation = violate(&mut world, "ALCOHOL", None);
        let measure = world.portfolio().policy.violations[violation as usize].measure;
        measures.push(match measure {
            Measure::Restriction { until_ms } => format!("{}d", (until_ms - world.now.millis()) / 86_400_000),
            other => format!("{other:?}"),
        });
        world.advance(Millis::days(31));
    }
    assert_eq!(
        measures,
        ["Warning", "1d", "3d", "5d", "7d", "30d", "Lock", "Disable"]
    );
    assert_eq!(world.status(), Status::Banned);
    let mut world = World::with("");
    violate(&mut world, "SCAM", None);
    assert_eq!(
        world.portfolio().policy.violations[0].measure,
        Measure::OffBoarding
    );
    assert_eq!(
        refusal(&hears_from(&mut world, WRITER)),
        Some(Refusal::NumberNotRegistered)
    );
}

#[test]
fn what_was_taken_back_counts_no_more() {
    let mut world = World::with("");
    let first = violate(&mut world, "ALCOHOL", None);
    assert!(matches!(
        policy(&mut world, PolicyCommand::Reverse { violation: first }),
        Answer::Done
    ));
    let second = violate(&mut world, "ALCOHOL", None);
    assert_eq!(
        world.portfolio().policy.violations[second as usize].measure,
        Measure::Warning
    );
    let lock = violate(&mut world, "ALCOHOL", Some(Step::Lock));
    assert_eq!(refusal(&world.reply(WRITER)), Some(Refusal::AccountLocked));
    policy(&mut world, PolicyCommand::Reverse { violation: lock });
    assert!(matches!(world.send(STRANGER), Answer::Accepted { .. }));
    assert!(
        refusal(&policy(&mut world, PolicyCommand::Reverse { violation: lock })).is_some(),
        "twice"
    );
}

#[test]
fn an_end_tells_what_others_still_block() {
    let mut world = World::with("");
    let short = violate(&mut world, "ALCOHOL", Step::named("3d"));
    violate(&mut world, "ALCOHOL", Some(Step::Lock));
    violate(&mut world, "ALCOHOL", Some(Step::Warning));
    let long = violate(&mut world, "ALCOHOL", Step::named("5d"));
    let until_ms = (world.now + Millis::days(5)).millis();
    world.advance(Millis::days(3));
    policy(&mut world, PolicyCommand::Reverse { violation: long });
    let gate = Gate::LOCKED.and(Gate::NUMBERS);
    let lock = Blocked { gate, until_ms: None };
    let gate = Gate::MESSAGES.and(Gate::NUMBERS);
    let messages = Blocked {
        gate,
        until_ms: Some(until_ms),
    };
    let ended = world.events.iter().filter_map(|(_, event)| match event {
        Event::ViolationEnded(e) => Some((e.violation, e.reversed, e.left.clone())),
        _ => None,
    });
    let expected = [(short, false, vec![lock, messages]), (long, true, vec![lock])];
    assert_eq!(ended.collect::<Vec<_>>(), expected);
}

#[test]
fn a_violation_blocks_its_own_account_only() {
    let mut world = World::with("");
    world.run(Command::AddWaba { name: "Other".into() });
    let command = PolicyCommand::Violate {
        waba: WabaIx(1),
        number: None,
        kind: "SPAM".into(),
        step: Some(Step::Lock),
    };
    policy(&mut world, command);
    assert!(matches!(world.send(STRANGER), Answer::Accepted { .. }));
    // A number that joins the locked account is refused.
    let add = world.run(Command::AddNumber {
        waba: WabaIx(1),
        e164: 15_550_999_000,
        verified_name: "Other".into(),
    });
    assert_eq!(refusal(&add), Some(Refusal::AccountLocked));
}

#[test]
fn appeals_of_numbers_are_decided_by_declared_ways() {
    use Outcome::{Granted, Refused};
    let no_way = Some(RedReason::NoWayToPerson);
    // (why it is RED, ways declared with the appeal, outcome, status afterwards)
    type Row<'a> = (Option<RedReason>, Option<&'a [PathKind]>, Outcome, Status);
    let rows: [Row<'_>; 5] = [
        (no_way, Some(&[PathKind::PhoneCall]), Granted, Status::Connected),
        (
            no_way,
            Some(&[PathKind::HelpCentre, PathKind::AppLink]),
            Refused,
            Status::Flagged,
        ),
        (no_way, None, Refused, Status::Flagged),
        (
            Some(RedReason::ProhibitedContent),
            Some(&[PathKind::PhoneCall]),
            Refused,
            Status::Flagged,
        ),
        (
            no_way,
            Some(&[PathKind::InChatTransfer]),
            Granted,
            Status::Connected,
        ),
    ];
    for recovery in ["at_once", "on_day_7", "good_for_7_days"] {
        for (hold, paths, outcome, status) in rows {
            let mut world = World::with(&format!("flagged.recovery = \"{recovery}\""));
            world.done(Command::Moderate { number: NUMBER, hold });
            let since = world
                .portfolio()
                .number(NUMBER)
                .and_then(|n| n.flag)
                .expect("flagged")
                .since;
            assert!(matches!(appeal_number(&mut world, paths), Answer::Appeal(0)));
            world.advance(Millis::new(Millis::days(1).get() - 1));
            assert_eq!(world.portfolio().policy.appeals[0].decided, None);
            world.advance(Millis::new(1));
            let decided = world.portfolio().policy.appeals[0].decided.expect("decided");
            assert_eq!((decided.0, decided.1), (outcome, false), "{hold:?} {paths:?}");
            assert_eq!(world.status(), status, "{hold:?} {paths:?} {recovery}");
            snapshot_is_the_state(&world);
            // Refused: the flag is still the same one.
            let flag = world.portfolio().number(NUMBER).and_then(|n| n.flag);
            assert_eq!(flag.map(|flag| flag.since), (outcome == Refused).then_some(since));
        }
    }
}

#[test]
fn an_appeal_against_behaviour_is_refused_unless_a_moderator_grants_it() {
    let mut world = World::with("rating.known_after = 5");
    let messages = world.broadcast(1_000, 40);
    world.advance(Millis::minutes(1));
    for message in messages {
        world.feedback(
            message,
            Feedback::Signal(rulebook::rating::Signal::Report(
                rulebook::rating::ReportReason::Spam,
            )),
        );
    }
    assert_eq!(world.status(), Status::Flagged);
    appeal_number(&mut world, Some(&[PathKind::PhoneCall]));
    assert!(
        refusal(&appeal_number(&mut world, None)).is_some(),
        "one at a time"
    );
    world.advance(Millis::days(1));
    assert_eq!(world.status(), Status::Flagged);
    appeal_number(&mut world, None);
    assert!(matches!(decide(&mut world, 1, true), Answer::Done));
    // The flag is gone; feedback still says RED.
    assert_eq!((world.status(), world.rating()), (Status::Connected, Rating::Red));
    assert!(refusal(&decide(&mut world, 1, false)).is_some(), "twice");
    assert!(
        refusal(&appeal_number(&mut world, None)).is_some(),
        "nothing is left to appeal against"
    );
}

#[test]
fn an_appeal_that_outlives_its_cause_is_closed() {
    let mut world = World::with("");
    world.done(Command::Moderate {
        number: NUMBER,
        hold: Some(RedReason::NoWayToPerson),
    });
    appeal_number(&mut world, Some(&[PathKind::PhoneCall]));
    decide(&mut world, 0, true);
    let violation = violate(&mut world, "ALCOHOL", Some(Step::Lock));
    appeal_violation(&mut world, violation);
    policy(&mut world, PolicyCommand::Reverse { violation });
    world.advance(Millis::days(1));
    let outcomes: Vec<_> = world
        .portfolio()
        .policy
        .appeals
        .iter()
        .filter_map(|of| Some(of.decided?.0))
        .collect();
    assert_eq!(outcomes, [Outcome::Granted, Outcome::Moot]);
}

#[test]
fn appeals_against_violations() {
    // (type, step, heard, what the rules say, what blocks afterwards)
    let rows = [
        (
            "ALCOHOL",
            "3d",
            true,
            Outcome::Refused,
            Some(Refusal::AccountPolicyBlocked),
        ),
        (
            "SPAM",
            "3d",
            false,
            Outcome::Refused,
            Some(Refusal::AccountPolicyBlocked),
        ),
        (
            "SPAM",
            "lock",
            true,
            Outcome::Refused,
            Some(Refusal::AccountLocked),
        ),
        (VIOLATION, "warning", true, Outcome::Granted, None),
        (VIOLATION, "5d", true, Outcome::Granted, None),
    ];
    for (kind, step, heard, outcome, blocked) in rows {
        let mut world = World::with("");
        let path = Path {
            kind: PathKind::Email,
            target: "care@shop.example".into(),
        };
        policy(
            &mut world,
            PolicyCommand::DeclarePaths {
                number: NUMBER,
                paths: vec![path],
            },
        );
        let violation = violate(&mut world, kind, Step::named(step));
        let filed = appeal_violation(&mut world, violation);
        assert_eq!(
            matches!(filed, Answer::Appeal(_)),
            heard,
            "{kind} {step}: {filed:?}"
        );
        world.advance(Millis::days(1));
        if heard {
            assert_eq!(
                world.portfolio().policy.appeals[0].decided.map(|of| of.0),
                Some(outcome),
                "{kind} {step}"
            );
        }
        assert_eq!(refusal(&world.send(STRANGER)), blocked, "{kind} {step}");
    }
    // A moderator reverses what the rules would not.
    let mut world = World::with("");
    let violation = violate(&mut world, "ALCOHOL", Some(Step::Disable));
    appeal_violation(&mut world, violation);
    decide(&mut world, 0, true);
    assert_eq!(
        (refusal(&world.send(STRANGER)), world.status()),
        (None, Status::Connected)
    );
}

fn appeal_template(world: &mut World, template: TemplateIx) -> Answer {
    let text = "Sample: Hello Ann, here are this week's news.".into();
    policy(world, PolicyCommand::AppealTemplate { template, text })
}

#[test]
fn appeals_of_templates_are_decided_by_what_a_review_finds() {
    use TemplateStatus::{Approved, Rejected};
    let reject = |reason: &str| Decision::Reject {
        reason: reason.into(),
        explanation: "it does not say what it is for".into(),
        recommendation: String::new(),
    };
    // (body, samples kept, why a reviewer rejects it, status at the end)
    let (good, touching) = (
        "Hello {{1}}, here are this week's news.",
        "Hello {{1}}{{2}}, here are this week's news.",
    );
    let rows = [
        (good, true, "INVALID_FORMAT", Approved),
        (good, false, "INVALID_FORMAT", Approved),
        (touching, true, "INVALID_FORMAT", Rejected),
        (good, true, "SCAM", Rejected),
    ];
    for (body, sampled, reason, end) in rows {
        let mut world = World::with("");
        let mut draft = draft("news", body);
        for part in &mut draft.components {
            if let Component::Body(text) = part
                && !sampled
            {
                text.samples.clear();
            }
        }
        let template = world.add_draft_in_review(draft);
        assert!(
            refusal(&appeal_template(&mut world, template)).is_some(),
            "too early"
        );
        world.done(Command::Review {
            template,
            decision: reject(reason),
        });
        assert!(matches!(appeal_template(&mut world, template), Answer::Appeal(0)));
        let status = |world: &World| world.portfolio().template(template).expect("it").status;
        assert_eq!(status(&world), TemplateStatus::AppealRequested);
        assert!(
            refusal(&appeal_template(&mut world, template)).is_some(),
            "one at a time"
        );
        snapshot_is_the_state(&world);
        world.advance(Millis::new(Millis::days(1).get() - 1));
        assert_eq!(status(&world), TemplateStatus::AppealRequested);
        world.advance(Millis::new(1));
        assert_eq!(status(&world), end, "{body} {sampled} {reason}");
        let sent = refusal(&world.send_from(NUMBER, STRANGER, "news"));
        let expected = (end == Rejected).then_some(Refusal::TemplateNotApproved);
        assert_eq!(sent, expected, "{body} {sampled} {reason}");
        snapshot_is_the_state(&world);
    }
}

#[test]
fn the_appeal_of_a_deleted_template_is_closed() {
    let mut world = World::with("");
    let template = world.add_draft_in_review(draft("news", "Hello {{1}}, here are this week's news."));
    let decision = Decision::Reject {
        reason: "SCAM".into(),
        explanation: String::new(),
        recommendation: String::new(),
    };
    world.done(Command::Review { template, decision });
    appeal_template(&mut world, template);
    world.done(Command::DeleteTemplate {
        waba: WABA,
        name: "news".into(),
        only: None,
    });
    world.advance(Millis::days(1));
    let decided = world.portfolio().policy.appeals[0].decided.expect("decided");
    assert_eq!(decided.0, Outcome::Moot);
    assert_eq!(
        world.portfolio().template(template).expect("it").status,
        TemplateStatus::Deleted
    );
}

#[test]
fn unheard_of_things_are_refused() {
    let mut world = World::with("");
    let of = |waba, number, kind: &str| PolicyCommand::Violate {
        waba: WabaIx(waba),
        number,
        kind: kind.into(),
        step: None,
    };
    let path = |target: String| PolicyCommand::DeclarePaths {
        number: NUMBER,
        paths: vec![Path {
            kind: PathKind::Email,
            target,
        }],
    };
    let commands = [
        of(7, None, "SPAM"),
        of(0, Some(NumberIx(7)), "SPAM"),
        of(0, None, ""),
        of(0, None, "spam"),
        PolicyCommand::Reverse { violation: 0 },
        PolicyCommand::DecideAppeal {
            appeal: 0,
            granted: true,
        },
        PolicyCommand::AppealViolation {
            violation: 0,
            text: String::new(),
        },
        PolicyCommand::AppealNumber {
            number: NUMBER,
            text: String::new(),
            paths: None,
        },
        PolicyCommand::AppealTemplate {
            template: TemplateIx(7),
            text: String::new(),
        },
        path("x".repeat(201)),
        path("a\nb".into()),
    ];
    let before = world.events.len();
    for command in commands {
        let told = format!("{command:?}");
        let answer = policy(&mut world, command);
        assert!(
            matches!(answer, Answer::Refused { .. } | Answer::Unknown(_)),
            "{told}: {answer:?}"
        );
    }
    assert_eq!(world.events.len(), before);
}

#[test]
fn no_tester_comes_to_a_number_that_cannot_answer() {
    for (step, refused) in [
        ("3d", None),
        ("5d", Some(Refusal::AccountPolicyBlocked)),
        ("lock", Some(Refusal::AccountLocked)),
        ("disable", Some(Refusal::NumberNotRegistered)),
    ] {
        let mut world = World::with("");
        violate(&mut world, "ALCOHOL", Step::named(step));
        let begin = PolicyCommand::BeginTest {
            number: NUMBER,
            content: Vec::new(),
        };
        assert_eq!(refusal(&policy(&mut world, begin)), refused, "{step}");
    }
}

/// RED by review, and sending on.
fn red(overrides: &str) -> World {
    let mut world = World::with(overrides);
    world.done(Command::Moderate {
        number: NUMBER,
        hold: Some(RedReason::ProhibitedContent),
    });
    world
}

#[test]
fn messages_of_a_red_number_are_filtered() {
    let delivered = |world: &World| {
        let number = world.portfolio().number(NUMBER).expect("the number");
        (0..400)
            .filter(|seq| {
                number
                    .messages
                    .get(*seq)
                    .is_some_and(|record| record.is(flag::DELIVERED))
            })
            .count()
    };
    let mut good = World::with("low_quality.filtered = 0.3");
    good.broadcast(1_000, 400);
    good.advance(Millis::minutes(1));
    assert_eq!(delivered(&good), 400);
    let mut world = red("low_quality.filtered = 0.3");
    let messages = world.broadcast(1_000, 400);
    world.advance(Millis::minutes(1));
    let filtered = world.count(|e| matches!(e, Event::Filtered(_)));
    assert_eq!(delivered(&world), 400 - filtered);
    assert!((80..160).contains(&filtered), "{filtered}");
    snapshot_is_the_state(&world);
    let lost = messages.iter().find(|message| {
        let number = world.portfolio().number(NUMBER).expect("the number");
        number
            .messages
            .get(message.seq)
            .is_some_and(|record| record.is(flag::FILTERED))
    });
    let feedback = Command::Feedback {
        message: *lost.expect("some are"),
        feedback: Feedback::Read,
    };
    assert!(refusal(&world.run(feedback)).is_some(), "nobody got it");
    // Replies are not filtered.
    hears_from(&mut world, WRITER);
    let before = world.count(|e| matches!(e, Event::Filtered(_)));
    for _ in 0..40 {
        world.reply(WRITER);
    }
    assert_eq!(world.count(|e| matches!(e, Event::Filtered(_))), before);
}

#[test]
fn what_was_filtered_reaches_nobody_when_it_is_let_go() {
    // Magic recipients who get everything after 6 h; all but the first are held.
    const SLOW: u64 = 19_971_200_000;
    let mut world = World::paced("low_quality.filtered = 1.0\npacing.template.first = 1");
    world.done(Command::Moderate {
        number: NUMBER,
        hold: Some(RedReason::ProhibitedContent),
    });
    for person in 0..4 {
        assert!(matches!(world.send(SLOW + person), Answer::Accepted { .. }));
    }
    world.advance(Millis::days(3));
    let count = |of: fn(&Event) -> bool| world.count(of);
    assert_eq!(count(|e| matches!(e, Event::Filtered(_))), 4);
    assert_eq!(count(|e| matches!(e, Event::Held(_))), 3);
    assert_eq!(count(|e| matches!(e, Event::HeldReleased(_))), 1);
    assert_eq!(count(|e| matches!(e, Event::Delivered(_))), 0);
    snapshot_is_the_state(&world);
}

#[test]
fn a_number_that_stays_red_is_throttled_until_it_recovers() {
    let mut world =
        red("low_quality.throttled_after = \"10d\"\nlow_quality.per_day = 3\nrating.known_after = 5");
    world.advance(Millis::new(Millis::days(10).get() - 1));
    assert_ne!(world.status(), Status::RateLimited);
    world.advance(Millis::new(1));
    assert_eq!(world.status(), Status::RateLimited);
    let told: Vec<String> = (world.events.iter())
        .filter(|(_, event)| matches!(event, Event::Staged(e) if e.change == StageChange::RateLimit))
        .filter_map(|(at, event)| Some(world.portfolio().notice(event, *at)?.text()))
        .collect();
    let text = "+15550783881 is RATE_LIMITED.\n\nWhy: Its quality rating was RED for 10 days without a break.\n\n\
                What now: 3 business-initiated messages go in 24 hours until its rating leaves RED; replies go on. \
                Keep to what people asked for.";
    assert_eq!(told, [text]);
    // Three business-initiated messages a day; replies go on.
    let sent: Vec<_> = (0..4).map(|n| refusal(&world.send(STRANGER + n))).collect();
    assert_eq!(sent, [None, None, None, Some(Refusal::QualityLimited)]);
    hears_from(&mut world, WRITER);
    assert!(matches!(world.reply(WRITER), Answer::Accepted { .. }));
    snapshot_is_the_state(&world);
    world.advance(Millis::days(1));
    assert_eq!(refusal(&world.send(STRANGER + 9)), None);
    world.done(Command::Moderate {
        number: NUMBER,
        hold: None,
    });
    world.advance(Millis::days(3));
    assert_ne!(world.rating(), Rating::Red);
    assert_eq!(world.status(), Status::Connected);
    assert!((0..5).all(|n| refusal(&world.send(STRANGER + 100 + n)).is_none()));
    snapshot_is_the_state(&world);
}

#[test]
fn throttling_waits_for_the_number_to_be_registered() {
    let mut world = red("low_quality.throttled_after = \"10d\"");
    world.done(Command::Stage {
        number: NUMBER,
        change: StageChange::Deregister,
    });
    world.advance(Millis::days(20));
    assert_eq!(world.status(), Status::Offline);
    world.done(Command::Stage {
        number: NUMBER,
        change: StageChange::Register,
    });
    assert_eq!(world.status(), Status::RateLimited);
    assert_eq!(
        refusal(&world.send(STRANGER)),
        Some(Refusal::QualityLimited),
        "suspended"
    );
}

#[test]
fn what_a_moderator_throttles_stays_throttled() {
    let mut world = World::with("low_quality.per_day = 1");
    world.done(Command::Stage {
        number: NUMBER,
        change: StageChange::RateLimit,
    });
    let sent: Vec<_> = (0..2).map(|n| refusal(&world.send(STRANGER + n))).collect();
    assert_eq!(sent, [None, Some(Refusal::QualityLimited)]);
    world.done(Command::Moderate {
        number: NUMBER,
        hold: Some(RedReason::ProhibitedContent),
    });
    world.done(Command::Moderate {
        number: NUMBER,
        hold: None,
    });
    world.advance(Millis::days(3));
    assert_eq!(world.status(), Status::RateLimited);
    assert_eq!(
        world.count(|e| matches!(e, Event::Noticed(n) if matches!(n.notice, Notice::Restricted(_)))),
        0
    );
}
