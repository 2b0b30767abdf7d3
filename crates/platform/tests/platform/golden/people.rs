//! Simulated people: the stored bytes of their events, and of what is kept of them, never change.

use platform::ids::NumberIx;
use platform::people::Act;
use platform::portfolio::event as e;
use rulebook::rating::{BlockReason, Signal};

use super::{Event, MESSAGE, lines};

fn expected(act: Act) -> Event {
    let (message, at_ms) = (MESSAGE, 1_690_000_000_000);
    e::Expected { message, act, at_ms }.into()
}

fn events() -> Vec<Event> {
    let (number, code) = (NumberIx(3), 131_049);
    let file = "[[group]]".to_owned();
    vec![
        e::MagicRefused { number, code }.into(),
        e::Apart { message: MESSAGE }.into(),
        expected(Act::Arrive),
        expected(Act::Fail(131_026)),
        expected(Act::Read),
        expected(Act::Reply(300)),
        expected(Act::StopWord(1)),
        expected(Act::Against(Signal::Block(BlockReason::Spam))),
        expected(Act::FollowLink),
        e::Acted { count: 300 }.into(),
        e::LinkFollowed { message: MESSAGE }.into(),
        e::PeopleSet { seed: 7, file }.into(),
    ]
}

#[test]
fn the_bytes_of_events_of_people_stay() {
    insta::assert_snapshot!(lines(events().into_iter().map(super::SeatEvent::Portfolio)));
}
