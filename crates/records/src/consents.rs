//! Consents in a file.

use decider::Timestamp;
use sender::consent::{Channel, Consent};
use sender::ids::TopicKey;
use sender::lane::{Lane, Lanes};
use sender::portfolio::command::{ConsentTexts, TEXT_CHARS_MAX};

use super::Record;
use super::fields::{BadValue, Fields};
use super::values::{CATEGORIES, PHONE, USER_ID, Who, lanes_of, lanes_text, seconds, time_of, time_text};

const TOPIC: &[&str] = &["topic", "purpose", "list"];
const CHANNEL: &[&str] = &["channel", "source", "opt_in_source"];
const GIVEN: &[&str] = &["given_at", "consented_at", "opted_in_at", "timestamp", "date"];
const EXPIRES: &[&str] = &["expires_at", "valid_until"];
const WITHDRAWN: &[&str] = &["withdrawn_at", "opted_out_at", "revoked_at"];
const WORDING: &[&str] = &["wording", "text"];
const PROOF: &[&str] = &["proof", "evidence", "record"];

/// A consent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentRow {
    /// Whose.
    pub who: Who,
    /// What it is for; empty for everything of its categories.
    pub topic: String,
    /// In which categories; without a topic they must be told.
    pub lanes: Lanes,
    /// Where it was given.
    pub channel: Channel,
    /// When it was given.
    pub given: Timestamp,
    /// When it ends, if it does.
    pub expires: Option<Timestamp>,
    /// When it was taken back, if it was.
    pub withdrawn: Option<Timestamp>,
    /// The words that the person was shown.
    pub wording: String,
    /// The proof.
    pub proof: String,
}

impl ConsentRow {
    /// What it is for, as the sender knows it.
    pub fn topic_key(&self) -> TopicKey {
        if self.topic.is_empty() {
            TopicKey::NONE
        } else {
            TopicKey::of(&self.topic)
        }
    }

    /// As the sender keeps it.
    pub fn consent(&self) -> (Consent, ConsentTexts) {
        let given = Consent::new(self.topic_key(), self.lanes, self.channel, seconds(self.given));
        let consent = match self.withdrawn {
            Some(at) => given.withdrawn(seconds(at)),
            None => given.until(self.expires.map_or(0, seconds)),
        };
        let texts = ConsentTexts {
            wording: self.wording.clone(),
            proof: self.proof.clone(),
        };
        (consent, texts)
    }
}

impl Record for ConsentRow {
    const COLUMNS: &'static [&'static [&'static str]] = &[
        PHONE, USER_ID, TOPIC, CATEGORIES, CHANNEL, GIVEN, EXPIRES, WITHDRAWN, WORDING, PROOF,
    ];

    fn from_fields(fields: &Fields) -> Result<Self, BadValue> {
        let time = |names: &[&'static str]| {
            let column = names[0];
            fields.get(column).map(|text| time_of(column, text)).transpose()
        };
        let topic = fields.get(TOPIC[0]).unwrap_or_default().to_owned();
        let lanes = lanes_of(
            fields,
            if topic.is_empty() {
                Lanes::NONE
            } else {
                Lanes::TEMPLATES
            },
        )?;
        if lanes.without(Lane::Service) == Lanes::NONE {
            let advice = "Say what the consent is for: a topic, or categories such as marketing.";
            return Err(BadValue::new(
                TOPIC[0],
                "is missing, and so are categories",
                advice,
            ));
        }
        let channel = match fields.get(CHANNEL[0]) {
            None => Channel::Unknown,
            Some(name) => Channel::named(&name.replace([' ', '-'], "_")).ok_or_else(|| {
                let advice =
                    "Use website, app, paper, phone, sms, email, whatsapp, store, point_of_sale or unknown.";
                BadValue::new(CHANNEL[0], format!("{name:?} is no channel"), advice)
            })?,
        };
        let advice = "Say when the consent was given; without that it proves nothing.";
        let given = time_of(GIVEN[0], fields.required(GIVEN[0], advice)?)?;
        let (expires, withdrawn) = (time(EXPIRES)?, time(WITHDRAWN)?);
        for (column, end) in [(EXPIRES[0], expires), (WITHDRAWN[0], withdrawn)] {
            if end.is_some_and(|end| end < given) {
                let advice = "Look whether two columns were mixed up.";
                return Err(BadValue::new(column, "lies before the consent was given", advice));
            }
        }
        for column in [WORDING[0], PROOF[0]] {
            let text = fields.get(column).unwrap_or_default();
            if text.chars().count() > TEXT_CHARS_MAX {
                let what = format!("has more than {TEXT_CHARS_MAX} characters");
                return Err(BadValue::new(column, what, "Give a link to the document."));
            }
        }
        Ok(ConsentRow {
            who: Who::read(fields)?,
            topic,
            lanes,
            channel,
            given,
            expires,
            withdrawn,
            wording: fields.get(WORDING[0]).unwrap_or_default().to_owned(),
            proof: fields.get(PROOF[0]).unwrap_or_default().to_owned(),
        })
    }

    fn to_values(&self) -> Vec<String> {
        let [phone, user] = self.who.to_values();
        let time = |at: Option<Timestamp>| at.map_or_else(String::new, time_text);
        vec![
            phone,
            user,
            self.topic.clone(),
            lanes_text(self.lanes),
            self.channel.name().to_owned(),
            time_text(self.given),
            time(self.expires),
            time(self.withdrawn),
            self.wording.clone(),
            self.proof.clone(),
        ]
    }
}
