//! What is kept apart from the events: the platform's answers, for whoever repeats an idempotency key.

use decider::{Content, Millis, Timestamp};

use super::Portfolio;
use super::attempts::KEY_KEPT;
use super::command::{Command, ConsentTexts, PeopleCommand, Settle};
use super::event::{ConsentTold, Event, PersonErased, Settled};
use crate::consent;
use crate::ids::AttemptId;

/// An answer to a send is a few hundred bytes; what is longer is not kept.
const ANSWER_BYTES_MAX: usize = 4_096;
/// The words of a form and a link to a record are a few hundred bytes; what is longer is not kept.
const CONSENT_BYTES_MAX: usize = 16_384;
/// How long after its end a consent may have to be proved: ten years, the longest limitation that is common.
const PROOF_KEPT: Millis = Millis::days(3_650);

/// The key under which the edge may keep what belongs to an attempt.
pub const fn content_key(attempt: AttemptId) -> u64 {
    attempt.0
}

/// The key under which the platform's answer to an attempt is kept.
pub const fn answer_key(attempt: AttemptId) -> u64 {
    (1 << 60) | attempt.0
}

impl Portfolio {
    /// See [`decider::Stored::erased_content`]: the words and proofs of all consents of a person, and the answers to sends to
    /// them, which name them.
    pub(crate) fn erased_content(&self, event: &Event) -> Vec<u64> {
        let Event::PersonErased(PersonErased { contact }) = event else {
            return Vec::new();
        };
        let person = self.people.get(*contact);
        let consents = self.consents.of(person.consents);
        let mut keys: Vec<u64> = consents
            .flat_map(|consent| self.text_keys(*contact, consent))
            .collect();
        let answers = self.attempts.chain(*contact, person.last);
        keys.extend(answers.map(|(attempt, _)| answer_key(attempt)));
        keys
    }
}

/// See [`decider::Stored::content`].
pub(crate) fn content(command: &Command, event: &Event, at: Timestamp) -> Option<Content> {
    match (command, event) {
        (Command::Settle(Settle { answer, .. }), Event::Settled(settled)) => answer_of(answer, settled, at),
        (Command::People(PeopleCommand::Agree { texts, .. }), Event::ConsentTold(told)) => {
            texts_of(texts, told, at)
        }
        _ => None,
    }
}

fn answer_of(answer: &Option<Vec<u8>>, settled: &Settled, at: Timestamp) -> Option<Content> {
    let bytes = answer
        .as_ref()
        .filter(|bytes| (1..=ANSWER_BYTES_MAX).contains(&bytes.len()))?;
    Some(Content {
        key: answer_key(settled.attempt),
        bytes: bytes.clone(),
        expires: at + KEY_KEPT,
    })
}

/// The words shown and the proof, kept as long as the consent and some years more, for whoever has to prove it.
fn texts_of(texts: &ConsentTexts, told: &ConsentTold, at: Timestamp) -> Option<Content> {
    let length = texts.wording.len() + texts.proof.len();
    if !(1..=CONSENT_BYTES_MAX).contains(&length) {
        return None;
    }
    let ends = Timestamp::from_millis(u64::from(told.consent.ends_s) * 1_000);
    Some(Content {
        key: consent::content_key(told.contact, &told.consent),
        bytes: stored::to_bytes(texts),
        expires: ends.max(at) + PROOF_KEPT,
    })
}
