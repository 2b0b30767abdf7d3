//! Administrators, ways to a person, violations and appeals: their stored bytes never change.

use platform::ids::{ContactIx, MessageId, NumberIx, TemplateIx, WabaIx};
use platform::portfolio::event as e;
use rulebook::appeal::Outcome;
use rulebook::escalation::{Follow, Kinds, Path, PathKind};
use rulebook::policy::Gate;

use super::{Event, lines};

fn events() -> Vec<Event> {
    let ann = e::Administrator {
        name: "Ann".into(),
        email: "ann@shop.example".into(),
    };
    let (number, waba) = (NumberIx(3), WabaIx(1));
    let message = MessageId { number, seq: 70_000 };
    let until_ms = 1_690_000_000_000;
    let path = Path {
        kind: PathKind::Email,
        target: "care@shop.example".into(),
    };
    let violated = |violation, number, measure, gate| {
        let kind = "ALCOHOL".to_owned();
        e::Violated {
            violation,
            waba,
            number,
            kind,
            measure,
            gate,
        }
        .into()
    };
    let contact = ContactIx(80_000);
    let offered = Kinds::default()
        .with(PathKind::HelpCentre)
        .with(PathKind::PhoneCall);
    let restriction = e::Measure::Restriction { until_ms };
    vec![
        e::AdministratorsSet {
            administrators: vec![ann],
        }
        .into(),
        e::PathsDeclared {
            number,
            paths: vec![path],
        }
        .into(),
        e::TestBegun { number, contact }.into(),
        e::TesterRead {
            message,
            offered,
            follow: Some(Follow::Option(3)),
        }
        .into(),
        e::TesterRead {
            message,
            offered,
            follow: Some(Follow::Ask),
        }
        .into(),
        e::TestEnded {
            number,
            found: Some(PathKind::StoreVisit),
        }
        .into(),
        e::TestEnded { number, found: None }.into(),
        violated(0, None, e::Measure::Warning, Gate::OPEN),
        violated(
            1,
            Some(number),
            restriction,
            Gate::BUSINESS_INITIATED.and(Gate::NUMBERS),
        ),
        violated(2, None, e::Measure::Lock, Gate::LOCKED),
        violated(3, None, e::Measure::Disable, Gate::DISABLED),
        violated(4, None, e::Measure::OffBoarding, Gate::DISABLED),
        e::ViolationEnded {
            violation: 1,
            reversed: true,
            left: vec![
                e::Blocked {
                    gate: Gate::MESSAGES,
                    until_ms: Some(until_ms),
                },
                e::Blocked {
                    gate: Gate::LOCKED,
                    until_ms: None,
                },
            ],
        }
        .into(),
        e::AppealFiled {
            appeal: 0,
            subject: e::Subject::Number(number),
            due_ms: until_ms,
        }
        .into(),
        e::AppealFiled {
            appeal: 1,
            subject: e::Subject::Violation(4),
            due_ms: until_ms,
        }
        .into(),
        e::AppealFiled {
            appeal: 2,
            subject: e::Subject::Rejection(TemplateIx(300)),
            due_ms: until_ms,
        }
        .into(),
        e::AppealFiled {
            appeal: 3,
            subject: e::Subject::Disabling(TemplateIx(300)),
            due_ms: until_ms,
        }
        .into(),
        e::AppealDecided {
            appeal: 1,
            outcome: Outcome::Granted,
            by_moderator: true,
        }
        .into(),
        e::Filtered { message }.into(),
        e::Throttled { number }.into(),
    ]
}

#[test]
fn the_bytes_of_policy_events_stay() {
    insta::assert_snapshot!(lines(events().into_iter().map(super::SeatEvent::Portfolio)));
}
