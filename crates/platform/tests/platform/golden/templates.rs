//! What happens to templates and their messages beside reviews and pauses: the stored bytes never change.

use platform::ids::TemplateIx;
use platform::portfolio::event as e;
use rulebook::template::draft::Category;

use super::{Event, MESSAGE, lines};

fn events() -> Vec<Event> {
    let template = TemplateIx(5);
    vec![
        e::Clicked {
            message: MESSAGE,
            button: 2,
        }
        .into(),
        e::CategoryNoticed {
            template,
            from: Category::Utility,
            correct: Category::Marketing,
            at_ms: 1_776_384_000_000,
        }
        .into(),
        e::CategoryChanged {
            template,
            from: Category::Utility,
            to: Category::Marketing,
            reversed: true,
        }
        .into(),
        e::CategoryReviewAsked {
            template,
            due_ms: 1_776_384_000_000,
        }
        .into(),
        e::CategoryReviewed {
            template,
            reversed: true,
            by_tester: false,
        }
        .into(),
        e::Archived {
            template,
            until_ms: 1_776_384_000_000,
            by_business: true,
        }
        .into(),
        e::Unarchived { template }.into(),
        e::UseSeen {
            template,
            until_ms: 1_776_384_000_000,
        }
        .into(),
    ]
}

#[test]
fn the_bytes_about_templates_stay() {
    insta::assert_snapshot!(lines(events().into_iter().map(super::SeatEvent::Portfolio)));
}
