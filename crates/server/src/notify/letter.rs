//! From an event to the mails that tell of it.

use decider::Timestamp;
use platform::portfolio::{Event, Portfolio};

use super::Letter;

/// One mail for each administrator who was there when it happened; none if it is no matter for them.
pub(crate) fn letters(portfolio: &Portfolio, event: &Event, at: Timestamp) -> Vec<Letter> {
    let Some(notice) = portfolio.notice(event, at) else {
        return Vec::new();
    };
    let time = crate::v1::iso(at);
    let text = format!(
        "{}\n\nPortfolio {}, {time} by the sandbox's clock.\n",
        notice.text(),
        portfolio.name
    );
    let to = |who: &platform::portfolio::event::Administrator| Letter {
        name: who.name.clone(),
        email: who.email.clone(),
        subject: notice.subject.clone(),
        text: text.clone(),
    };
    portfolio.told(at).map(to).collect()
}
