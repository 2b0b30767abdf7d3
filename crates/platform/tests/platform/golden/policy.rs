//! Administrators, ways to a person, violations and appeals: their stored bytes never change.

use platform::portfolio::event as e;

use super::{Event, lines};

fn events() -> Vec<Event> {
    let ann = e::Administrator {
        name: "Ann".into(),
        email: "ann@shop.example".into(),
    };
    vec![
        e::AdministratorsSet {
            administrators: vec![ann],
        }
        .into(),
    ]
}

#[test]
fn the_bytes_of_policy_events_stay() {
    insta::assert_snapshot!(lines(events().into_iter().map(super::SeatEvent::Portfolio)));
}
