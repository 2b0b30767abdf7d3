//! Rates, free entry points, and misuse of categories: their stored bytes never change.

use platform::ids::{ContactIx, NumberIx, ScopeIx, WabaIx};
use platform::portfolio::event as e;
use rulebook::misuse::Step;
use rulebook::throughput::Level;

use super::{Event, MESSAGE, lines};

fn events() -> Vec<Event> {
    let (number, contact, scope) = (NumberIx(3), ContactIx(80_000), ScopeIx(3));
    vec![
        e::ThroughputSet {
            number,
            level: Level::High,
        }
        .into(),
        e::ThroughputExpected {
            number,
            at_ms: 1_776_384_000_000,
        }
        .into(),
        e::ThroughputRaising {
            number,
            until_ms: 1_776_384_060_000,
        }
        .into(),
        e::WatchSet { watched: true }.into(),
        e::CameByEntryPoint {
            message: MESSAGE,
            contact,
        }
        .into(),
        e::StatusTold {
            scope,
            restricted: true,
        }
        .into(),
        e::StatusQuiet { scope }.into(),
        e::MisuseFound {
            waba: WabaIx(1),
            step: Step::Capped,
            until_ms: 1_776_384_000_000,
        }
        .into(),
        e::MisuseEnded {
            waba: WabaIx(1),
            step: Step::Restricted,
        }
        .into(),
    ]
}

#[test]
fn the_bytes_of_rates_and_misuse_stay() {
    insta::assert_snapshot!(lines(events().into_iter().map(super::SeatEvent::Portfolio)));
}
