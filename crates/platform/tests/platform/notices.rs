//! What administrators are told: every kind of notice in full, and who is told.

use decider::{Millis, Timestamp};
use platform::ids::{NumberIx, ScopeIx, TemplateIx, WabaIx};
use platform::portfolio::command::PolicyCommand;
use platform::portfolio::event::{self as e, Administrator, Cause, Decision, Event, Notice};
use platform::portfolio::notices::is_notice;
use platform::portfolio::{Answer, Command};
use rulebook::appeal::Outcome as Decided;
use rulebook::first_step::{self, Outcome};
use rulebook::misuse;
use rulebook::policy::{Gate, Step};
use rulebook::portfolio_pacing;
use rulebook::rating::{Rating, RedReason};
use rulebook::status::StageChange;
use rulebook::template::draft::Category;

use crate::world::{NUMBER, TEMPLATE, World, draft, refusal};

fn administrator(name: &str) -> Administrator {
    Administrator {
        name: name.to_owned(),
        email: format!("{}@shop.example", name.to_lowercase()),
    }
}

fn set(world: &mut World, names: &[&str]) -> Answer {
    let administrators = names.iter().map(|name| administrator(name)).collect();
    world.run(Command::SetAdministrators { administrators })
}

fn why(cause: Cause) -> e::Why {
    e::Why {
        cause,
        exposure_milli: 900_000,
        harm_milli: 45_000,
        over_yellow_ppm: 999_999,
        over_red_ppm: 961_234,
    }
}

fn number_rated(from: Rating, to: Rating, cause: Cause) -> Event {
    e::NumberRated {
        number: NUMBER,
        from,
        to,
        why: why(cause),
    }
    .into()
}

fn template_rated(from: Rating, to: Rating, cause: Cause) -> Event {
    e::TemplateRated {
        template: TEMPLATE,
        from,
        to,
        why: why(cause),
    }
    .into()
}

fn reviewed(decision: Decision) -> Event {
    e::TemplateReviewed {
        template: TEMPLATE,
        decision,
        by_tester: false,
    }
    .into()
}

/// Everything that is told, in the order of the list in the rule: rating, status, limit, template.
fn told(world: &World) -> Vec<Event> {
    use Rating::{Green, Red, Unknown, Yellow};
    let (number, template, scope) = (NUMBER, TEMPLATE, ScopeIx(0));
    let until = world.now + Millis::hours(3);
    let staged = |change| {
        e::Staged {
            number,
            change,
            tier: 0,
        }
        .into()
    };
    let mut events = vec![
        number_rated(Green, Yellow, Cause::Harm),
        number_rated(Yellow, Red, Cause::Review),
        number_rated(Red, Yellow, Cause::Hour),
        number_rated(Unknown, Yellow, Cause::Evidence),
        e::Flagged { number, tier: 1 }.into(),
        e::FlagEnded {
            number,
            recovered: true,
            tier: 1,
        }
        .into(),
        e::FlagEnded {
            number,
            recovered: false,
            tier: 1,
        }
        .into(),
        e::Noticed {
            notice: Notice::Restricted(scope),
        }
        .into(),
        e::TierChanged {
            scope,
            from: 0,
            to: 1,
            reached: 2_000,
        }
        .into(),
        e::TierChanged {
            scope,
            from: 1,
            to: 0,
            reached: 7,
        }
        .into(),
        template_rated(Green, Yellow, Cause::Engagement),
        template_rated(Yellow, Green, Cause::Hour),
        reviewed(Decision::Approve),
        reviewed(Decision::Reject {
            reason: "INVALID_FORMAT".into(),
            explanation: "{{1}} and {{2}} touch".into(),
            recommendation: "put words between them".into(),
        }),
        reviewed(Decision::Reject {
            reason: "SCAM".into(),
            explanation: String::new(),
            recommendation: String::new(),
        }),
        e::TemplatePaused {
            template,
            instance: 1,
            until_ms: until.millis(),
        }
        .into(),
        e::TemplateUnpaused { template }.into(),
        e::TemplateDisabled { template }.into(),
    ];
    events.extend(cared_for(until));
    events.extend(policy(number, world));
    events.extend(misused(world));
    events.extend(analysed(scope));
    events.push(
        e::Violated {
            violation: 0,
            waba: WabaIx(0),
            number: None,
            kind: portfolio_pacing::VIOLATION.to_owned(),
            measure: e::Measure::Restriction {
                until_ms: until.millis(),
            },
            gate: Gate::TEMPLATES.and(Gate::CREATION),
        }
        .into(),
    );
    events.extend(StageChange::ALL.into_iter().map(staged));
    events
}

/// Other categories, archival, and a pause by pacing.
fn cared_for(until: Timestamp) -> Vec<Event> {
    use Category::{Authentication, Marketing, Utility};
    let (template, at_ms) = (TEMPLATE, until.millis());
    let noticed = |correct| {
        e::CategoryNoticed {
            template,
            from: Utility,
            correct,
            at_ms,
        }
        .into()
    };
    let changed = |from, to, reversed| {
        e::CategoryChanged {
            template,
            from,
            to,
            reversed,
        }
        .into()
    };
    let reviewed = |reversed| {
        e::CategoryReviewed {
            template,
            reversed,
            by_tester: false,
        }
        .into()
    };
    let archived = |by_business| {
        e::Archived {
            template,
            until_ms: at_ms,
            by_business,
        }
        .into()
    };
    vec![
        noticed(Marketing),
        noticed(Authentication),
        changed(Utility, Marketing, false),
        changed(Marketing, Utility, true),
        reviewed(true),
        reviewed(false),
        archived(false),
        archived(true),
        e::PacingPaused { template }.into(),
    ]
}

/// Analyses that did not end well.
fn analysed(scope: ScopeIx) -> impl Iterator<Item = Event> {
    let ends = [Outcome::Deferred, Outcome::Failed, Outcome::NeedMoreInfo];
    ends.into_iter().map(move |outcome| {
        let (path, by_tester) = (Some(first_step::Path::Business), false);
        e::Analysed {
            scope,
            path,
            outcome,
            by_tester,
        }
        .into()
    })
}

/// Misuse of the utility category, and its end.
fn misused(world: &World) -> Vec<Event> {
    use misuse::Step::{Capped, PortfolioRestricted, Restricted, Warned};
    let waba = WabaIx(0);
    let until = |days| (world.now + Millis::days(days)).millis();
    let found = |step, until_ms| e::MisuseFound { waba, step, until_ms }.into();
    let mut events = vec![
        found(Warned, 0),
        found(Capped, until(7)),
        found(Restricted, until(7)),
        found(PortfolioRestricted, until(30)),
    ];
    for step in [Capped, Restricted, PortfolioRestricted] {
        events.push(e::MisuseEnded { waba, step }.into());
    }
    events
}

/// The template that is appealed for.
const REJECTED: TemplateIx = TemplateIx(1);

/// Violations, restrictions and appeals.
fn policy(number: NumberIx, world: &World) -> Vec<Event> {
    let until_ms = (world.now + Millis::days(3)).millis();
    let restriction = e::Measure::Restriction { until_ms };
    let violated = |kind: &str, number, measure, gate| {
        e::Violated {
            violation: 0,
            waba: WabaIx(0),
            number,
            kind: kind.into(),
            measure,
            gate,
        }
        .into()
    };
    let decided = |appeal, outcome, by_moderator| {
        e::AppealDecided {
            appeal,
            outcome,
            by_moderator,
        }
        .into()
    };
    let filed = |appeal, subject| {
        let due_ms = (world.now + Millis::days(1)).millis();
        e::AppealFiled {
            appeal,
            subject,
            due_ms,
        }
        .into()
    };
    vec![
        violated("ALCOHOL", Some(number), e::Measure::Warning, Gate::OPEN),
        violated("ALCOHOL", None, restriction, Gate::BUSINESS_INITIATED),
        violated("ALCOHOL", None, restriction, Gate::TEMPLATES),
        violated("ALCOHOL", None, restriction, Gate::MESSAGES),
        violated("ALCOHOL", None, e::Measure::Lock, Gate::LOCKED),
        violated("ALCOHOL", None, e::Measure::Disable, Gate::DISABLED),
        violated("SCAM", None, e::Measure::OffBoarding, Gate::DISABLED),
        e::ViolationEnded {
            violation: 0,
            reversed: true,
            left: Vec::new(),
        }
        .into(),
        e::ViolationEnded {
            violation: 0,
            reversed: false,
            left: Vec::new(),
        }
        .into(),
        e::ViolationEnded {
            violation: 0,
            reversed: false,
            left: vec![e::Blocked {
                gate: Gate::LOCKED,
                until_ms: None,
            }],
        }
        .into(),
        filed(0, e::Subject::Number(number)),
        filed(1, e::Subject::Violation(0)),
        filed(2, e::Subject::Rejection(REJECTED)),
        decided(0, Decided::Granted, false),
        decided(0, Decided::Refused, true),
        decided(0, Decided::Moot, false),
        decided(1, Decided::Granted, true),
        decided(1, Decided::Refused, false),
        decided(2, Decided::Granted, true),
        decided(2, Decided::Refused, false),
    ]
}

#[test]
fn every_notice_says_what_why_and_what_now() {
    let mut world = World::with("");
    // What the notices of violations and appeals name.
    world.done(Command::Moderate {
        number: NUMBER,
        hold: Some(RedReason::NoWayToPerson),
    });
    let command = PolicyCommand::Violate {
        waba: WabaIx(0),
        number: None,
        kind: "SPAM".into(),
        step: Step::named("3d"),
    };
    world.run(Command::Policy(Box::new(command)));
    let lock = PolicyCommand::Violate {
        waba: WabaIx(0),
        number: None,
        kind: "SPAM".into(),
        step: Some(Step::Lock),
    };
    world.run(Command::Policy(Box::new(lock)));
    let appeal = PolicyCommand::AppealNumber {
        number: NUMBER,
        text: String::new(),
        paths: None,
    };
    world.run(Command::Policy(Box::new(appeal)));
    world.run(Command::Policy(Box::new(PolicyCommand::AppealViolation {
        violation: 1,
        text: String::new(),
    })));
    let rejected = world.add_draft_in_review(draft("news", "Hello {{1}}, here are this week's news."));
    assert_eq!(rejected, REJECTED);
    world.done(Command::Review {
        template: rejected,
        decision: Decision::Reject {
            reason: "SCAM".into(),
            explanation: String::new(),
            recommendation: String::new(),
        },
    });
    world.run(Command::Policy(Box::new(PolicyCommand::AppealTemplate {
        template: rejected,
        text: String::new(),
    })));
    world.done(Command::Moderate {
        number: NUMBER,
        hold: None,
    });
    let text = |event: &Event| {
        world
            .portfolio()
            .notice(event, world.now)
            .expect("a notice")
            .text()
    };
    let texts: Vec<String> = told(&world).iter().map(text).collect();
    insta::assert_snapshot!(texts.join("\n\n---\n\n"));
}

#[test]
fn a_hold_is_the_reason_of_a_flag() {
    let mut world = World::with("");
    world.done(Command::Moderate {
        number: NUMBER,
        hold: Some(RedReason::NoWayToPerson),
    });
    let (at, event) = world
        .events
        .iter()
        .find(|(_, e)| matches!(e, Event::Flagged(_)))
        .expect("flagged");
    let notice = world.portfolio().notice(event, *at).expect("a notice");
    assert_eq!(
        notice.reason,
        "Its quality rating is RED by review: no direct way to a person."
    );
}

#[test]
fn what_is_neither_drop_nor_recovery_is_not_told() {
    use Rating::{Green, Unknown};
    let silent = [
        number_rated(Unknown, Green, Cause::Evidence),
        number_rated(Green, Unknown, Cause::Hour),
        template_rated(Rating::Red, Unknown, Cause::Unpaused),
        e::Noticed {
            notice: Notice::Flagged(NumberIx(0)),
        }
        .into(),
        e::LimitReached {
            scope: ScopeIx(0),
            used: 1_000,
        }
        .into(),
        e::TemplateDeleted {
            template: TemplateIx(0),
        }
        .into(),
    ];
    for event in &silent {
        assert!(!is_notice(event), "{event:?}");
    }
}

#[test]
fn who_came_later_is_not_told() {
    let mut world = World::with("");
    set(&mut world, &["Ann"]);
    let first = world.now;
    world.advance(Millis::HOUR);
    set(&mut world, &["Bob", "Ann"]);
    let names = |at| {
        world
            .portfolio()
            .told(at)
            .map(|who| who.name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(first), ["Ann"]);
    assert_eq!(names(world.now), ["Bob", "Ann"]);
    let before = world.events.len();
    let again = [administrator("Bob"), administrator("Ann")].to_vec();
    world.done(Command::SetAdministrators {
        administrators: again,
    });
    assert_eq!(world.events.len(), before, "nothing changed");
    // Whoever was let go and comes back is new.
    set(&mut world, &["Bob"]);
    world.advance(Millis::HOUR);
    set(&mut world, &["Bob", "Ann"]);
    assert_eq!(world.portfolio().told(first).count(), 0);
}

#[test]
fn administrators_have_names_and_addresses() {
    let mut world = World::with("");
    let of = |name: &str, email: &str| Administrator {
        name: name.into(),
        email: email.into(),
    };
    let many = (0..21)
        .map(|n| of("Ann", &format!("ann{n}@shop.example")))
        .collect();
    let rows = [
        vec![of("", "ann@shop.example")],
        vec![of("Ann\nBcc: x@y.example", "ann@shop.example")],
        vec![of("Ann", "ann at shop.example")],
        vec![of("Ann", "ann@shop.example"), of("Ben", "ann@shop.example")],
        many,
    ];
    for administrators in rows {
        let told = format!("{administrators:?}");
        let answer = world.run(Command::SetAdministrators { administrators });
        assert!(refusal(&answer).is_some(), "{told}");
    }
}
