//! Ids: the platform's, as numbers, and dense ones of our own inside a portfolio.
//!
//! Promises: no text; whatever the outside names by text (a template, a topic, a message, a business-scoped id) is a
//! hash here, made by one function each, so that every edge makes the same.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub struct $name(pub $inner);
    };
}

macro_rules! dense_id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        id!($(#[$doc])* $name($inner));

        impl $name {
            /// The index into the portfolio's list.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// The platform's id of a business phone number (`phone_number_id`).
    PhoneNumberId(u64)
);
id!(
    /// The platform's id of a WhatsApp Business Account.
    WabaId(u64)
);
id!(
    /// A template's name and language, hashed.
    TemplateKey(u64)
);
id!(
    /// What a consent is for, hashed: `receipts`, `offers` ... [`TopicKey::NONE`] where a send names none.
    TopicKey(u32)
);
id!(
    /// The platform's id of a message (`wamid`), hashed.
    MessageKey(u64)
);
id!(
    /// Whom the outside means: a phone number, or a business-scoped id, hashed. Several may lead to one person.
    PersonKey(u64)
);
id!(
    /// An attempt to send: counted from 0 within its portfolio, never used twice.
    AttemptId(u64)
);
id!(
    /// A decision about a send: counted from 1 within its portfolio.
    DecisionId(u64)
);
dense_id!(
    /// An account, counted from 0 within its portfolio.
    WabaIx(u16)
);
dense_id!(
    /// A business phone number, counted from 0 within its portfolio.
    NumberIx(u16)
);
dense_id!(
    /// A template (one name in one language of one account), counted from 0 within its portfolio.
    TemplateIx(u32)
);
dense_id!(
    /// A person, counted from 0 within the portfolio.
    ContactIx(u32)
);
dense_id!(
    /// What a messaging limit counts for: a number (its index) or the whole portfolio (0), by edition.
    ScopeIx(u16)
);

impl TemplateIx {
    /// "No template": a free-form message.
    pub const NONE: TemplateIx = TemplateIx(u32::MAX);
}

impl TopicKey {
    /// "No topic was named."
    pub const NONE: TopicKey = TopicKey(0);

    /// The key of a topic's name; upper and lower case are the same.
    pub fn of(name: &str) -> Self {
        let key = || hash(&[name.trim().to_lowercase().as_bytes()]) as u32;
        Self::hashed(name).unwrap_or_else(|| TopicKey(key().max(1)))
    }

    /// The key that a text is, as lists show a topic without a name: `#` and eight hexadecimal digits.
    pub fn hashed(text: &str) -> Option<Self> {
        let digits = hex_digits(text, 8)?;
        let key = u32::from_str_radix(digits, 16).ok().filter(|key| *key > 0)?;
        Some(TopicKey(key))
    }

    /// As [`TopicKey::hashed`] reads it.
    pub fn to_text(self) -> String {
        format!("#{:08x}", self.0)
    }
}

impl TemplateKey {
    /// The key of `name` in `language`; `en-US` and `en_US` are the same.
    pub fn of(name: &str, language: &str) -> Self {
        let of = |language: &str| TemplateKey(hash(&[name.as_bytes(), language.as_bytes()]));
        // Most are written so already, and cost nothing.
        if language.contains('-') {
            of(&language.replace('-', "_"))
        } else {
            of(language)
        }
    }
}

impl MessageKey {
    /// "Not known yet."
    pub const NONE: MessageKey = MessageKey(0);

    /// The key of a message's id.
    pub fn of(wamid: &str) -> Self {
        MessageKey(hash(&[wamid.as_bytes()]).max(1))
    }
}

/// Set in the keys of business-scoped ids, so that none is taken for a phone number.
const SCOPED: u64 = 1 << 63;
/// Phone numbers have at most 15 digits (ITU-T E.164).
const E164_MAX: u64 = 999_999_999_999_999;

impl PersonKey {
    /// The key of a phone number, digits with country code. `None` if there can be no such number.
    pub fn phone(e164: u64) -> Option<Self> {
        (1..=E164_MAX).contains(&e164).then_some(PersonKey(e164))
    }

    /// The key of a business-scoped id, as the platform writes it.
    pub fn scoped(id: &str) -> Self {
        PersonKey(hash(&[id.as_bytes()]) | SCOPED)
    }

    /// The key that a text is, as lists show somebody of whom only a business-scoped id is known: `#` and 16 hexadecimal
    /// digits.
    pub fn hashed(text: &str) -> Option<Self> {
        let digits = hex_digits(text, 16)?;
        let key = u64::from_str_radix(digits, 16).ok()?;
        (key & SCOPED != 0).then_some(PersonKey(key))
    }

    /// The digits of a phone number, else as [`PersonKey::hashed`] reads it.
    pub fn to_text(self) -> String {
        match self.e164() {
            Some(e164) => e164.to_string(),
            None => format!("#{:016x}", self.0),
        }
    }

    /// The phone number, if it is one.
    pub fn e164(self) -> Option<u64> {
        (self.0 & SCOPED == 0).then_some(self.0)
    }

    /// Whether it was made by one of the functions above.
    pub fn is_valid(self) -> bool {
        self.0 & SCOPED != 0 || Self::phone(self.0).is_some()
    }
}

/// So many hexadecimal digits behind a `#`.
fn hex_digits(text: &str, count: usize) -> Option<&str> {
    let digits = text.strip_prefix('#')?;
    (digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digits)
}

/// A 64-bit hash of some texts, the same in every run and version. The key of texts that make one thing together: a
/// template's parameters, what a person will read.
pub fn hash(parts: &[&[u8]]) -> u64 {
    let mut hash = decider::mix(parts.len() as u64);
    for part in parts {
        hash = decider::mix(hash ^ part.len() as u64);
        for chunk in part.chunks(8) {
            let mut word = [0_u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            hash = decider::mix(hash ^ u64::from_le_bytes(word));
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_what_they_are() {
        // They are stored: a value that changes loses every key there is.
        assert_eq!(hash(&[]), 0xe220_a839_7b1d_cdaf);
        assert_eq!(TemplateKey::of("sale", "en_US"), TemplateKey::of("sale", "en-US"));
        assert_ne!(TemplateKey::of("sale", "en_US"), TemplateKey::of("sal", "een_US"));
        assert_eq!(TopicKey::of(" Offers"), TopicKey::of("offers"));
        assert_ne!(TopicKey::of(""), TopicKey::NONE);
    }

    #[test]
    fn keys_that_are_shown_lead_back() {
        let (topic, person) = (TopicKey::of("offers"), PersonKey::scoped("US.1"));
        assert_eq!(TopicKey::of(&topic.to_text()), topic);
        assert_eq!(PersonKey::hashed(&person.to_text()), Some(person));
        for text in ["#", "#00000000", "#+1234567", "offers", "#123456789"] {
            assert_eq!(TopicKey::hashed(text), None, "{text}");
        }
        for text in ["#0000000000000001", "#800000000000000g", "8000000000000001"] {
            assert_eq!(PersonKey::hashed(text), None, "{text}");
        }
    }

    #[test]
    fn a_scoped_id_is_no_phone_number() {
        let scoped = PersonKey::scoped("US.13491208655302741918");
        assert_eq!((scoped.e164(), scoped.is_valid()), (None, true));
        let phone = PersonKey::phone(15_550_001_111).expect("a number");
        assert_eq!(phone.e164(), Some(15_550_001_111));
        // (number, whether there can be one)
        for (e164, valid) in [(0, false), (1, true), (E164_MAX, true), (E164_MAX + 1, false)] {
            assert_eq!(PersonKey::phone(e164).is_some(), valid, "{e164}");
            assert_eq!(PersonKey(e164).is_valid(), valid, "{e164}");
        }
    }
}
