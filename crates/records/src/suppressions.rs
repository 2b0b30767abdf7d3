//! The suppression list in a file.

use decider::Timestamp;
use sender::lane::Lanes;
use sender::portfolio::suppression::{Reason, Suppression};

use super::Record;
use super::fields::{BadValue, Fields};
use super::values::{CATEGORIES, PHONE, USER_ID, Who, lanes_of, lanes_text, time_of, time_text};

const REASON: &[&str] = &["reason", "why"];
const EXPIRES: &[&str] = &["expires_at", "until"];

/// A place on the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SuppressionRow {
    /// Who is not to be written to.
    pub who: Who,
    /// What for.
    pub suppression: Suppression,
}

impl Record for SuppressionRow {
    const COLUMNS: &'static [&'static [&'static str]] = &[PHONE, USER_ID, CATEGORIES, REASON, EXPIRES];

    fn from_fields(fields: &Fields) -> Result<Self, BadValue> {
        let reason = match fields.get(REASON[0]) {
            None => Reason::Other,
            Some(name) => Reason::ALL
                .into_iter()
                .find(|reason| reason.name().eq_ignore_ascii_case(name))
                .ok_or_else(|| {
                    let advice = "Use complaint, request, legal, unreachable or other.";
                    BadValue::new(REASON[0], format!("{name:?} is no reason"), advice)
                })?,
        };
        let until = fields
            .get(EXPIRES[0])
            .map(|text| time_of(EXPIRES[0], text))
            .transpose()?;
        Ok(SuppressionRow {
            who: Who::read(fields)?,
            suppression: Suppression {
                lanes: lanes_of(fields, Lanes::TEMPLATES)?,
                reason,
                until_ms: until.map(Timestamp::millis),
            },
        })
    }

    fn to_values(&self) -> Vec<String> {
        let [phone, user] = self.who.to_values();
        let Suppression {
            lanes,
            reason,
            until_ms,
        } = self.suppression;
        vec![
            phone,
            user,
            lanes_text(lanes),
            reason.name().to_owned(),
            until_ms.map_or_else(String::new, |until| time_text(Timestamp::from_millis(until))),
        ]
    }
}
