//! Every fact against every other, and every change from every situation, in two tables.

use super::*;

fn connected() -> NumberFacts {
    NumberFacts {
        stage: Stage::Connected,
        name_approved: true,
        certificate: true,
        ..NumberFacts::default()
    }
}

#[test]
fn the_status_shown_is_the_first_of_the_order() {
    let order = [
        (
            Status::Deleted,
            NumberFacts {
                deleted: true,
                ..connected()
            },
        ),
        (
            Status::Migrated,
            NumberFacts {
                migrated: true,
                ..connected()
            },
        ),
        (
            Status::Banned,
            NumberFacts {
                banned: true,
                ..connected()
            },
        ),
        (
            Status::Pending,
            NumberFacts {
                stage: Stage::Pending,
                ..connected()
            },
        ),
        (
            Status::Offline,
            NumberFacts {
                stage: Stage::Offline,
                ..connected()
            },
        ),
        (
            Status::RateLimited,
            NumberFacts {
                rate_limited: true,
                ..connected()
            },
        ),
        (
            Status::Restricted,
            NumberFacts {
                limit_used_up: true,
                ..connected()
            },
        ),
        (
            Status::Flagged,
            NumberFacts {
                flagged: true,
                ..connected()
            },
        ),
        (Status::Connected, connected()),
    ];
    for (place, (status, facts)) in order.iter().enumerate() {
        assert_eq!(shown(facts), *status);
        for (_, lesser) in &order[place..] {
            let both = NumberFacts {
                stage: facts.stage.min(lesser.stage),
                deleted: facts.deleted | lesser.deleted,
                migrated: facts.migrated | lesser.migrated,
                banned: facts.banned | lesser.banned,
                rate_limited: facts.rate_limited | lesser.rate_limited,
                limit_used_up: facts.limit_used_up | lesser.limit_used_up,
                flagged: facts.flagged | lesser.flagged,
                ..connected()
            };
            assert_eq!(shown(&both), *status, "with {lesser:?}");
        }
    }
}

#[test]
fn numbers_and_values_are_permanent() {
    let rows: Vec<_> = Status::ALL
        .iter()
        .map(|s| (s.number(), s.api_value(), s.label()))
        .collect();
    insta::assert_debug_snapshot!(rows);
}

/// One line a situation: which changes are legal in it, and to which status they lead.
#[test]
fn every_change_from_every_situation() {
    let new = NumberFacts::default();
    let named = NumberFacts {
        name_approved: true,
        ..new
    };
    let offline = NumberFacts {
        stage: Stage::Offline,
        ..connected()
    };
    let situations = [
        ("new", new),
        ("name approved", named),
        (
            "certificate issued",
            NumberFacts {
                certificate: true,
                ..new
            },
        ),
        (
            "ready but linked elsewhere",
            NumberFacts {
                stage: Stage::Pending,
                linked_elsewhere: true,
                ..offline
            },
        ),
        ("offline", offline),
        ("connected", connected()),
        (
            "rate limited",
            NumberFacts {
                rate_limited: true,
                ..connected()
            },
        ),
        (
            "flagged",
            NumberFacts {
                flagged: true,
                ..connected()
            },
        ),
        (
            "limit used up",
            NumberFacts {
                limit_used_up: true,
                ..connected()
            },
        ),
        (
            "banned while connected",
            NumberFacts {
                banned: true,
                ..connected()
            },
        ),
        ("banned while pending", NumberFacts { banned: true, ..new }),
        (
            "migrated",
            NumberFacts {
                migrated: true,
                ..offline
            },
        ),
        (
            "deleted",
            NumberFacts {
                deleted: true,
                ..offline
            },
        ),
    ];
    let mut table = String::new();
    for (name, facts) in situations {
        table.push_str(&format!("{name} ({})\n", shown(&facts).label()));
        for change in StageChange::ALL {
            let outcome = match apply(&facts, change) {
                Ok(next) => shown(&next).label().to_owned(),
                Err(error) => format!("refused: {error}"),
            };
            table.push_str(&format!("  {:<18} {outcome}\n", change.name()));
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_ban_that_is_lifted_leaves_the_number_as_it_was() {
    for facts in [NumberFacts::default(), connected()] {
        let banned = apply(&facts, StageChange::Ban).unwrap();
        assert_eq!(shown(&banned), Status::Banned);
        assert_eq!(apply(&banned, StageChange::Unban), Ok(facts));
    }
}
