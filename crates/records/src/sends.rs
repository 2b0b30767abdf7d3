//! A log of what was sent before: whom and when, of messages that counted towards the messaging limit.

use decider::Timestamp;

use super::Record;
use super::fields::{BadValue, Fields};
use super::values::{PHONE, USER_ID, Who, time_of, time_text};

const SENT: &[&str] = &["sent_at", "timestamp", "time", "date", "created_at"];

/// A message that was sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendRow {
    /// To whom.
    pub who: Who,
    /// When.
    pub sent: Timestamp,
}

impl Record for SendRow {
    const COLUMNS: &'static [&'static [&'static str]] = &[PHONE, USER_ID, SENT];

    fn from_fields(fields: &Fields) -> Result<Self, BadValue> {
        let advice = "Say when the message was sent, to the second if you can.";
        Ok(SendRow {
            sent: time_of(SENT[0], fields.required(SENT[0], advice)?)?,
            who: Who::read(fields)?,
        })
    }

    fn to_values(&self) -> Vec<String> {
        let [phone, user] = self.who.to_values();
        vec![phone, user, time_text(self.sent)]
    }
}
