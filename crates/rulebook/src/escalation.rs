//! Human escalation: which ways to a person count, and what a tester who looks for one concludes (H1 to H3; all
//! editions: `escalation`).
//!
//! Testers write to the number, ask for a person, and follow what they are offered. A way counts when it is direct:
//! a transfer in the chat, a phone call, e-mail, support on the business's own site, a form, a visit to a store. Accounts
//! on other services, help centres and links to apps do not count. Sources: seed 003 names both lists; the platform's
//! messaging policy (23 September 2026) names the first.
//!
//! Promises: the same declarations and answers give the same verdict.
//! Must not know: who writes when, what a number without a way is rated.

mod answer;

use decider::Millis;
use serde::{Deserialize, Serialize};

use crate::edition::{EditionError, Reader, choices};

pub use answer::{Answer, Next, Offer, read};

/// A kind of way that a business names for reaching a person, or takes for one. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum PathKind {
    /// A person takes over the chat.
    InChatTransfer = 1,
    /// A phone number to call.
    PhoneCall = 2,
    /// A mail address.
    Email = 3,
    /// Support on the business's own site.
    WebSupport = 4,
    /// A form that a person answers.
    SupportForm = 5,
    /// A store to visit.
    StoreVisit = 6,
    /// An account on another service, which needs a login there.
    SocialAccount = 7,
    /// Pages of help without anybody behind them.
    HelpCentre = 8,
    /// A link to an app.
    AppLink = 9,
}

impl PathKind {
    /// All of them, by number.
    pub const ALL: [PathKind; 9] = [
        PathKind::InChatTransfer,
        PathKind::PhoneCall,
        PathKind::Email,
        PathKind::WebSupport,
        PathKind::SupportForm,
        PathKind::StoreVisit,
        PathKind::SocialAccount,
        PathKind::HelpCentre,
        PathKind::AppLink,
    ];

    /// The permanent number.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The kind of a permanent number.
    pub fn from_number(number: u8) -> Option<PathKind> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Whether it is a direct way to a person (H2, H3).
    pub const fn counts(self) -> bool {
        match self {
            PathKind::InChatTransfer
            | PathKind::PhoneCall
            | PathKind::Email
            | PathKind::WebSupport
            | PathKind::SupportForm
            | PathKind::StoreVisit => true,
            PathKind::SocialAccount | PathKind::HelpCentre | PathKind::AppLink => false,
        }
    }

    /// The name, in snake case.
    pub const fn name(self) -> &'static str {
        match self {
            PathKind::InChatTransfer => "in_chat_transfer",
            PathKind::PhoneCall => "phone",
            PathKind::Email => "email",
            PathKind::WebSupport => "web_support",
            PathKind::SupportForm => "support_form",
            PathKind::StoreVisit => "store_visit",
            PathKind::SocialAccount => "social_account",
            PathKind::HelpCentre => "help_centre",
            PathKind::AppLink => "app_link",
        }
    }

    /// In words, for a person.
    pub const fn label(self) -> &'static str {
        match self {
            PathKind::InChatTransfer => "a transfer in the chat",
            PathKind::PhoneCall => "a phone call",
            PathKind::Email => "e-mail",
            PathKind::WebSupport => "support on the web",
            PathKind::SupportForm => "a support form",
            PathKind::StoreVisit => "a visit to a store",
            PathKind::SocialAccount => "a social account",
            PathKind::HelpCentre => "a help centre",
            PathKind::AppLink => "a link to an app",
        }
    }

    /// Whether it can be taken without anybody answering in the chat.
    const fn is_outside_chat(self) -> bool {
        !matches!(self, PathKind::InChatTransfer)
    }
}

/// A way to a person that a business declares for a number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Path {
    /// What it is.
    pub kind: PathKind,
    /// Where it leads: a phone number, a mail address, a link, an address. For a transfer in the chat, the word that a
    /// person has to write; empty if asking for a person is enough.
    pub target: String,
}

/// Kinds of ways, as a set.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Kinds(u16);

impl Kinds {
    /// With `kind` too.
    #[must_use]
    pub const fn with(self, kind: PathKind) -> Kinds {
        Kinds(self.0 | 1 << kind.number())
    }

    /// Of both.
    #[must_use]
    pub const fn and(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    /// Every kind in it, by number.
    pub fn iter(self) -> impl Iterator<Item = PathKind> {
        PathKind::ALL
            .into_iter()
            .filter(move |kind| self.0 & 1 << kind.number() != 0)
    }

    /// The first that counts.
    pub fn counting(self) -> Option<PathKind> {
        self.iter().find(|kind| kind.counts())
    }
}

impl FromIterator<PathKind> for Kinds {
    fn from_iter<I: IntoIterator<Item = PathKind>>(kinds: I) -> Self {
        kinds.into_iter().fold(Kinds::default(), Kinds::with)
    }
}

/// The type of the violation of an account without a way to a person (assumed: the platform lists none).
pub const VIOLATION: &str = "HUMAN_ESCALATION";

/// Testers write from numbers of this range, which no plan gives to anybody.
const TESTERS: core::ops::RangeInclusive<u64> = 19_900_000_000..=19_909_999_999;
/// What a tester writes first (after partners' texts: a test chat says that it is from WhatsApp).
pub const HELLO: &str =
    "Hello, this is WhatsApp. We test whether people can reach a person at this number. How do I reach one?";
/// What a tester writes when nothing leads on.
pub const ASK: &str = "I would like to talk to a person, please.";

/// Whether this phone number (digits with country code) is a tester's.
pub fn is_tester(e164: u64) -> bool {
    TESTERS.contains(&e164)
}

/// The phone number of the tester of this count.
pub fn tester(count: u32) -> u64 {
    TESTERS.start() + u64::from(count) % (TESTERS.end() - TESTERS.start() + 1)
}

/// How testers go about it, and what follows when they find no way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Escalation {
    /// How long a tester waits for an answer.
    pub answer_within: Millis,
    /// So many messages a tester writes at most.
    pub messages: u32,
    /// What a number without a way is in for.
    pub effect: Effect,
}

choices! {
    /// What follows when a tester finds no way to a person.
    Effect {
        /// The number's rating is RED, with that reason.
        Red = "red",
        /// A policy warning.
        Warning = "warning",
    }
}

impl Escalation {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        let escalation = Escalation {
            answer_within: r.span("escalation.answer_within")?,
            messages: r.u32("escalation.messages")?,
            effect: r.choice("escalation.effect")?,
        };
        r.require(escalation.messages >= 1, "escalation.messages", "at least 1")?;
        Ok(escalation)
    }
}

/// What a tester does after an answer that offers no way that counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Follow {
    /// Chooses the option of this place.
    Option(u8),
    /// Writes what a menu asks for.
    Menu,
    /// Writes the word that the business declared.
    Word,
    /// Asks for a person.
    Ask,
}

/// What a tester does next, if anything: follows the answer, else writes the declared word, else asks once. Asking comes last.
pub fn follow(offer: &Offer, declared: &[Path], called: bool, asked: bool) -> Option<Follow> {
    match &offer.next {
        Some(Next::Choose(place)) => return u8::try_from(*place).ok().map(Follow::Option),
        Some(Next::Write(_)) => return Some(Follow::Menu),
        None => {}
    }
    if !called && !asked && word(declared).is_some() {
        Some(Follow::Word)
    } else {
        (!asked).then_some(Follow::Ask)
    }
}

/// The word that calls a person, as declared.
pub fn word(declared: &[Path]) -> Option<&str> {
    let transfer = declared
        .iter()
        .find(|path| path.kind == PathKind::InChatTransfer && !path.target.is_empty());
    transfer.map(|path| path.target.as_str())
}

/// What a tester saw.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Seen {
    /// Ways that answers offered, or that were taken.
    pub offered: Kinds,
    /// The business answered at all.
    pub answered: bool,
}

/// The way to a person that there is, if any: one that the conversation offered, else a declared one outside the chat. That
/// somebody takes over the chat is believed only when it happened.
pub fn verdict(declared: &[Path], seen: Seen) -> Option<PathKind> {
    let outside = declared
        .iter()
        .map(|path| path.kind)
        .filter(|kind| kind.is_outside_chat());
    seen.offered
        .counting()
        .or_else(|| outside.collect::<Kinds>().counting())
}

/// Whether the declared ways make an appeal valid (H4): the review takes the business's word.
pub fn is_valid(declared: &[Path]) -> bool {
    declared.iter().any(|path| path.kind.counts())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(kind: PathKind) -> Path {
        Path {
            kind,
            target: "x".to_owned(),
        }
    }

    #[test]
    fn six_kinds_count_and_three_do_not() {
        let counting: Vec<&str> = PathKind::ALL
            .into_iter()
            .filter(|kind| kind.counts())
            .map(PathKind::name)
            .collect();
        let expected = [
            "in_chat_transfer",
            "phone",
            "email",
            "web_support",
            "support_form",
            "store_visit",
        ];
        assert_eq!(counting, expected);
        for kind in PathKind::ALL {
            assert_eq!(PathKind::from_number(kind.number()), Some(kind));
        }
        assert_eq!(PathKind::from_number(0), None);
    }

    #[test]
    fn a_tester_follows_then_calls_then_asks_once() {
        let with = |kind, target: &str| Path {
            kind,
            target: target.to_owned(),
        };
        let (none, word) = (
            [with(PathKind::InChatTransfer, "")],
            [with(PathKind::InChatTransfer, "agente")],
        );
        let offer = |next| Offer {
            next,
            ..Offer::default()
        };
        let rows = [
            (
                offer(Some(Next::Choose(3))),
                &word,
                false,
                false,
                Some(Follow::Option(3)),
            ),
            (
                offer(Some(Next::Write("2".into()))),
                &word,
                false,
                false,
                Some(Follow::Menu),
            ),
            (offer(None), &word, false, false, Some(Follow::Word)),
            (offer(None), &word, true, false, Some(Follow::Ask)),
            (offer(None), &none, false, false, Some(Follow::Ask)),
            (offer(None), &none, false, true, None),
            (offer(Some(Next::Choose(300))), &none, false, true, None),
            // Declared only after they had asked.
            (offer(None), &word, false, true, None),
        ];
        for (offer, declared, called, asked, expected) in rows {
            assert_eq!(
                follow(&offer, declared, called, asked),
                expected,
                "{offer:?} {called} {asked}"
            );
        }
        assert!(is_tester(tester(0)) && is_tester(tester(u32::MAX)) && !is_tester(15_550_001_111));
    }

    #[test]
    fn what_was_offered_goes_before_what_is_declared() {
        use PathKind::{Email, HelpCentre, InChatTransfer, PhoneCall, SocialAccount};
        // (declared, offered, the way found, valid for an appeal)
        type Row<'a> = (&'a [PathKind], &'a [PathKind], Option<PathKind>, bool);
        let rows: [Row<'_>; 8] = [
            (&[], &[], None, false),
            (&[PhoneCall], &[], Some(PhoneCall), true),
            (&[PhoneCall], &[Email], Some(Email), true),
            (&[], &[HelpCentre, SocialAccount], None, false),
            (&[HelpCentre], &[], None, false),
            // Declared only: nobody took over the chat.
            (&[InChatTransfer], &[], None, true),
            (&[InChatTransfer], &[InChatTransfer], Some(InChatTransfer), true),
            (&[HelpCentre], &[HelpCentre, PhoneCall], Some(PhoneCall), false),
        ];
        for (declared, offered, found, valid) in rows {
            let declared: Vec<Path> = declared.iter().map(|kind| path(*kind)).collect();
            let seen = Seen {
                offered: offered.iter().copied().collect(),
                answered: true,
            };
            assert_eq!(verdict(&declared, seen), found, "{declared:?} {offered:?}");
            assert_eq!(is_valid(&declared), valid, "{declared:?}");
        }
    }
}
