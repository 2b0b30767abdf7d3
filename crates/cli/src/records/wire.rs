//! Rows as the gateway's native API has them.
//!
//! Promises: a row that is listed is the row that was given. Must not know: files, sockets.

use ::records::{ConsentRow, Record, SendRow, SuppressionRow, Who};
use decider::Timestamp;
use sender::consent::Channel;
use sender::lane::{Lane, Lanes};
use sender::portfolio::suppression::{Reason, Suppression};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A row that the gateway takes.
pub(crate) trait Wire: Record {
    /// Where it takes it, below `/v1`.
    const PATH: &'static str;

    /// As an entry of a call.
    fn to_json(&self) -> Value;
}

/// A row that the gateway lists as well.
pub(crate) trait Listed: Wire {
    /// As it lists it.
    type Json: DeserializeOwned;

    /// The row; `None` for a word of a later version.
    fn of(json: Self::Json) -> Option<Self>;
}

impl Wire for ConsentRow {
    const PATH: &'static str = "consents";

    fn to_json(&self) -> Value {
        json!({
            "person": self.who.text(),
            "topic": self.topic,
            "lanes": names(self.lanes),
            "channel": self.channel.name(),
            "given_ms": self.given.millis(),
            "ends_ms": self.expires.map(Timestamp::millis),
            "withdrawn_ms": self.withdrawn.map(Timestamp::millis),
            "wording": self.wording,
            "proof": self.proof,
        })
    }
}

/// See `ConsentView` of the native API.
#[derive(Deserialize)]
pub(crate) struct ConsentJson {
    person: String,
    topic: Option<String>,
    lanes: Vec<String>,
    channel: String,
    given_ms: u64,
    ends_ms: Option<u64>,
    withdrawn_ms: Option<u64>,
    wording: String,
    proof: String,
}

impl Listed for ConsentRow {
    type Json = ConsentJson;

    fn of(json: ConsentJson) -> Option<Self> {
        Some(ConsentRow {
            who: Who::of_text(&json.person),
            topic: json.topic.unwrap_or_default(),
            lanes: lanes(&json.lanes)?,
            channel: Channel::named(&json.channel)?,
            given: Timestamp::from_millis(json.given_ms),
            expires: json.ends_ms.map(Timestamp::from_millis),
            withdrawn: json.withdrawn_ms.map(Timestamp::from_millis),
            wording: json.wording,
            proof: json.proof,
        })
    }
}

impl Wire for SuppressionRow {
    const PATH: &'static str = "suppressions";

    fn to_json(&self) -> Value {
        let Suppression {
            lanes,
            reason,
            until_ms,
        } = self.suppression;
        json!({
            "person": self.who.text(),
            "lanes": names(lanes),
            "reason": reason.name(),
            "until_ms": until_ms,
        })
    }
}

/// See `SuppressedView` of the native API.
#[derive(Deserialize)]
pub(crate) struct SuppressionJson {
    person: String,
    lanes: Vec<String>,
    reason: String,
    until_ms: Option<u64>,
}

impl Listed for SuppressionRow {
    type Json = SuppressionJson;

    fn of(json: SuppressionJson) -> Option<Self> {
        let reason = Reason::ALL
            .into_iter()
            .find(|reason| reason.name() == json.reason)?;
        Some(SuppressionRow {
            who: Who::of_text(&json.person),
            suppression: Suppression {
                lanes: lanes(&json.lanes)?,
                reason,
                until_ms: json.until_ms,
            },
        })
    }
}

impl Wire for SendRow {
    const PATH: &'static str = "sends";

    fn to_json(&self) -> Value {
        json!({"person": self.who.text(), "sent_ms": self.sent.millis()})
    }
}

fn names(lanes: Lanes) -> Vec<&'static str> {
    let known = Lane::ALL.into_iter().filter(|lane| lanes.contains(*lane));
    known.map(Lane::name).collect()
}

fn lanes(names: &[String]) -> Option<Lanes> {
    names.iter().try_fold(Lanes::NONE, |lanes, name| {
        let lane = Lane::ALL.into_iter().find(|lane| lane.name() == name)?;
        Some(lanes.with(lane))
    })
}
