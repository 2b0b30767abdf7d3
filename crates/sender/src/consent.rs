//! What people agreed to get: for which topic or lanes, when, where, shown which words, with which proof, until when (B6).
//!
//! A consent covers what it was given for and nothing else: consent for receipts is no consent for offers. One without a
//! topic is for everything of its lanes. The texts (wording and proof) stand in the content table under
//! [`content_key`]; here are hashes.
//!
//! Promises: pure; 24 bytes a consent; of two people who turn out to be one, the stricter of both holds. Must not know:
//! opt-outs and suppression (`portfolio::opt_outs`, `portfolio::suppression`), which are asked before.

mod registry;

use decider::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{ContactIx, TopicKey, hash};
use crate::lane::{Lane, Lanes};

pub use registry::{CONSENTS_MAX, Consents, ConsentsV1};

/// Where a consent was given. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Channel {
    /// Not told.
    Unknown = 0,
    /// On a web page.
    Website = 1,
    /// In an app.
    App = 2,
    /// On paper.
    Paper = 3,
    /// By telephone.
    Phone = 4,
    /// By a text message.
    Sms = 5,
    /// By e-mail.
    Email = 6,
    /// In a WhatsApp chat.
    Whatsapp = 7,
    /// In a shop.
    Store = 8,
    /// At a till or a terminal.
    PointOfSale = 9,
}

impl Channel {
    /// All of them, by number.
    pub const ALL: [Channel; 10] = [
        Channel::Unknown,
        Channel::Website,
        Channel::App,
        Channel::Paper,
        Channel::Phone,
        Channel::Sms,
        Channel::Email,
        Channel::Whatsapp,
        Channel::Store,
        Channel::PointOfSale,
    ];

    /// The name, in snake case.
    pub const fn name(self) -> &'static str {
        match self {
            Channel::Unknown => "unknown",
            Channel::Website => "website",
            Channel::App => "app",
            Channel::Paper => "paper",
            Channel::Phone => "phone",
            Channel::Sms => "sms",
            Channel::Email => "email",
            Channel::Whatsapp => "whatsapp",
            Channel::Store => "store",
            Channel::PointOfSale => "point_of_sale",
        }
    }

    /// The channel of a name, in any case.
    pub fn named(name: &str) -> Option<Channel> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.name().eq_ignore_ascii_case(name))
    }
}

/// One consent. Frozen: it stands in events.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Consent {
    /// The proof (a record, a link to one), hashed by [`crate::ids::hash`]; 0 for none.
    pub proof: u64,
    /// What it is for; [`TopicKey::NONE`] for everything of its lanes.
    pub topic: TopicKey,
    /// When it was given, in seconds since the Unix epoch.
    pub given_s: u32,
    /// When it ends or was withdrawn, in seconds since the Unix epoch; 0 for never.
    pub ends_s: u32,
    /// The words that the person was shown, hashed; 0 if that is not known.
    pub wording: u16,
    /// Where.
    pub channel: Channel,
    /// In which lanes, and whether it was withdrawn.
    bits: u8,
}

/// Beside the lanes in [`Consent::bits`].
const WITHDRAWN: u8 = 1 << 7;

/// Whether a message is covered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// There is consent.
    Covered,
    /// There was; since then the identity of the person changed.
    Suspended,
    /// There was, and the person took it back.
    Withdrawn,
    /// There was, until its end.
    Expired,
    /// There is, for something else.
    Elsewhere,
    /// Nothing is recorded.
    Missing,
}

impl Consent {
    /// A consent for a topic, or without one for everything, in some lanes.
    pub fn new(topic: TopicKey, lanes: Lanes, channel: Channel, given_s: u32) -> Self {
        Consent {
            proof: 0,
            topic,
            given_s,
            ends_s: 0,
            wording: 0,
            channel,
            bits: lanes.bits(),
        }
    }

    /// The same, with an end in seconds since the Unix epoch; 0 for none.
    #[must_use]
    pub fn until(self, ends_s: u32) -> Self {
        Consent { ends_s, ..self }
    }

    /// The same, with the words that the person was shown and the proof; empty where there are none.
    #[must_use]
    pub fn with_texts(self, wording: &str, proof: &str) -> Self {
        let hashed = |text: &str| {
            if text.is_empty() {
                0
            } else {
                hash(&[text.as_bytes()]).max(1)
            }
        };
        Consent {
            proof: hashed(proof),
            // 0 means that there are none.
            wording: hashed(wording) as u16 | u16::from(!wording.is_empty()),
            ..self
        }
    }

    /// In which lanes.
    pub fn lanes(&self) -> Lanes {
        Lanes::from_bits(self.bits & !WITHDRAWN)
    }

    /// Whether the person took it back.
    pub const fn is_withdrawn(&self) -> bool {
        self.bits & WITHDRAWN != 0
    }

    /// The same, taken back at a time.
    #[must_use]
    pub fn withdrawn(self, at_s: u32) -> Self {
        Consent {
            ends_s: at_s.max(1),
            bits: self.bits | WITHDRAWN,
            ..self
        }
    }

    /// Whether both are for the same: a later one then replaces the earlier.
    pub fn same_scope(&self, other: &Consent) -> bool {
        self.topic == other.topic && self.lanes() == other.lanes()
    }

    /// Whether it is about a message of this lane and topic.
    fn concerns(&self, lane: Lane, topic: TopicKey) -> bool {
        let of_topic = self.topic == TopicKey::NONE || self.topic == topic;
        of_topic && self.lanes().contains(lane)
    }

    /// Its last word, in seconds since the Unix epoch: when it was given, or taken back.
    pub(crate) fn said_s(&self) -> u32 {
        if self.is_withdrawn() {
            self.ends_s
        } else {
            self.given_s
        }
    }
}

/// Whether consents cover a message of a lane and topic. `changed_s`: when the identity of the person last changed, in
/// seconds since the Unix epoch; what was given until then is suspended. Of what concerns the message, the latest word
/// counts; of two of one instant, the withdrawal.
pub fn judge(
    consents: impl Iterator<Item = Consent>,
    lane: Lane,
    topic: TopicKey,
    now: Timestamp,
    changed_s: Option<u32>,
) -> Verdict {
    let mut elsewhere = false;
    // The latest withdrawal; the latest of those in force; any that ended, any that is suspended.
    let (mut taken_back, mut given, mut expired, mut suspended) = (None, None, false, false);
    for consent in consents {
        let ended = consent.ends_s != 0 && u64::from(consent.ends_s) <= now.seconds();
        if !consent.concerns(lane, topic) {
            elsewhere |= !ended;
        } else if consent.is_withdrawn() {
            taken_back = taken_back.max(Some(consent.said_s()));
        } else if ended {
            expired = true;
        } else if changed_s.is_some_and(|changed| consent.given_s <= changed) {
            suspended = true;
        } else {
            given = given.max(Some(consent.said_s()));
        }
    }
    match (given, taken_back) {
        (Some(given), back) if back.is_none_or(|back| back < given) => Verdict::Covered,
        (_, Some(_)) => Verdict::Withdrawn,
        _ if suspended => Verdict::Suspended,
        _ if expired => Verdict::Expired,
        _ if elsewhere => Verdict::Elsewhere,
        _ => Verdict::Missing,
    }
}

/// What holds of two consents for the same, when two people turn out to be one: taken back if either was, and else the
/// earlier end. Channel, wording and proof are those of the later one.
pub fn strictest(one: Consent, other: Consent) -> Consent {
    let (earlier, later) = if one.given_s <= other.given_s {
        (one, other)
    } else {
        (other, one)
    };
    let ends = |consent: Consent| {
        if consent.ends_s == 0 {
            u32::MAX
        } else {
            consent.ends_s
        }
    };
    match (one.is_withdrawn(), other.is_withdrawn()) {
        (false, false) => {
            let ends_s = ends(earlier).min(ends(later));
            Consent {
                ends_s: if ends_s == u32::MAX { 0 } else { ends_s },
                ..later
            }
        }
        (true, true) => later.withdrawn(one.ends_s.max(other.ends_s)),
        (true, false) => later.withdrawn(one.ends_s),
        (false, true) => later.withdrawn(other.ends_s),
    }
}

/// The key in the content table of what belongs to a person's consent for a scope: the words shown, and the proof.
pub fn content_key(contact: ContactIx, consent: &Consent) -> u64 {
    let scope = u64::from(consent.topic.0) << 8 | u64::from(consent.lanes().bits());
    let key = hash(&[&contact.0.to_le_bytes(), &scope.to_le_bytes()]);
    // Attempts and answers have the lower keys.
    1 << 63 | key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consent(topic: &str, lanes: Lanes, given_s: u32) -> Consent {
        let topic = if topic.is_empty() {
            TopicKey::NONE
        } else {
            TopicKey::of(topic)
        };
        Consent::new(topic, lanes, Channel::Website, given_s)
    }

    fn until(consent: Consent, ends_s: u32) -> Consent {
        Consent { ends_s, ..consent }
    }

    #[test]
    fn a_consent_is_24_bytes() {
        assert_eq!(size_of::<Consent>(), 24);
        for channel in Channel::ALL {
            assert_eq!(Channel::named(channel.name()), Some(channel));
        }
    }

    /// What was agreed to, and whether an offer (marketing, topic `offers`) is covered at second 1,000.
    #[test]
    fn a_consent_covers_what_it_was_given_for() {
        use Verdict::{Covered, Elsewhere, Expired, Missing, Suspended, Withdrawn};
        let all = Lanes::TEMPLATES;
        let offers = consent("offers", all, 100);
        let rows: [(Vec<Consent>, Option<u32>, Verdict); 17] = [
            (vec![], None, Missing),
            (vec![offers], None, Covered),
            (vec![consent("receipts", all, 100)], None, Elsewhere),
            (vec![consent("", Lanes::MARKETING, 100)], None, Covered),
            (
                vec![consent("", Lanes::NONE.with(Lane::Utility), 100)],
                None,
                Elsewhere,
            ),
            (
                vec![consent("offers", Lanes::NONE.with(Lane::Utility), 100)],
                None,
                Elsewhere,
            ),
            (vec![until(offers, 1_000)], None, Expired),
            (vec![until(offers, 1_001)], None, Covered),
            (vec![until(consent("receipts", all, 1), 500)], None, Missing),
            (vec![offers.withdrawn(500)], None, Withdrawn),
            // Everything was agreed to, offers were taken back; and the other way round in time.
            (
                vec![consent("", all, 100), offers.withdrawn(500)],
                None,
                Withdrawn,
            ),
            (vec![consent("", all, 600), offers.withdrawn(500)], None, Covered),
            (
                vec![consent("", all, 500), offers.withdrawn(500)],
                None,
                Withdrawn,
            ),
            (
                vec![consent("receipts", all, 1).withdrawn(2), offers],
                None,
                Covered,
            ),
            (vec![offers], Some(99), Covered),
            (vec![offers], Some(100), Suspended),
            (vec![offers, consent("", all, 900)], Some(500), Covered),
        ];
        let now = Timestamp::from_millis(1_000_999);
        for (consents, changed, expected) in rows {
            let told = format!("{consents:?} {changed:?}");
            let verdict = judge(
                consents.into_iter(),
                Lane::Marketing,
                TopicKey::of("offers"),
                now,
                changed,
            );
            assert_eq!(verdict, expected, "{told}");
        }
    }

    #[test]
    fn a_message_without_a_topic_needs_consent_for_everything() {
        let now = Timestamp::from_millis(1_000_000);
        let check = |consent| judge([consent].into_iter(), Lane::Marketing, TopicKey::NONE, now, None);
        assert_eq!(check(consent("offers", Lanes::TEMPLATES, 1)), Verdict::Elsewhere);
        assert_eq!(check(consent("", Lanes::TEMPLATES, 1)), Verdict::Covered);
    }

    #[test]
    fn of_two_the_stricter_holds() {
        let plain = consent("offers", Lanes::MARKETING, 100);
        let later = Consent {
            channel: Channel::Paper,
            proof: 7,
            ..consent("offers", Lanes::MARKETING, 200)
        };
        // (one, other, withdrawn, ends)
        let rows = [
            (plain, later, false, 0),
            (until(plain, 500), later, false, 500),
            (until(plain, 500), until(later, 400), false, 400),
            (plain.withdrawn(150), later, true, 150),
            (plain, later.withdrawn(300), true, 300),
            (plain.withdrawn(150), later.withdrawn(300), true, 300),
        ];
        for (one, other, withdrawn, ends) in rows {
            let both = strictest(one, other);
            assert_eq!(both, strictest(other, one), "the order does not matter");
            assert_eq!(
                (both.is_withdrawn(), both.ends_s),
                (withdrawn, ends),
                "{one:?} {other:?}"
            );
            assert_eq!((both.proof, both.channel, both.given_s), (7, Channel::Paper, 200));
            assert!(both.same_scope(&plain));
        }
    }
}
