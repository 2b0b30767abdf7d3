//! First steps: their stored bytes never change.

use platform::ids::ScopeIx;
use platform::portfolio::event as e;
use rulebook::first_step::{Outcome, Path};

use super::{Event, lines};

fn events() -> Vec<Event> {
    let scope = ScopeIx(3);
    let verified = |path, numbers| e::Verified { path, numbers }.into();
    let mut events: Vec<Event> = vec![
        verified(Path::Business, 20),
        verified(Path::Partner, 20),
        verified(Path::Identity, 0),
        e::AnalysisBegan {
            scope,
            path: Path::Volume,
            due_ms: 1_776_384_000_000,
        }
        .into(),
    ];
    let analysed = |outcome| e::Analysed {
        scope,
        path: Some(Path::Volume),
        outcome,
        by_tester: true,
    };
    events.extend(Outcome::ALL.map(analysed).map(Event::from));
    events
}

#[test]
fn the_bytes_of_first_steps_stay() {
    insta::assert_snapshot!(lines(events().into_iter().map(super::SeatEvent::Portfolio)));
}
