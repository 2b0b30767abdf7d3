//! What the check can find: permanent codes.
//!
//! Promises: a number is never used twice, and never for something else. 1xx is what the platform refuses or rejects; 2xx is
//! what makes people, or the platform, think less of a message.

use core::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $number:literal, $name:literal;)+) => {
        /// A kind of finding, by its permanent number.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum Code { $($(#[$doc])* $code = $number),+ }

        impl Code {
            /// All of them, by number.
            pub const ALL: &[Code] = &[$(Code::$code),+];

            /// The permanent name, in kebab case.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$code => $name),+ }
            }
        }
    };
}

codes! {
    /// The name is not well formed.
    Name = 101, "name";
    /// Parts are missing or doubled.
    Components = 102, "components";
    /// An authentication template that is not what the platform writes.
    Authentication = 103, "authentication";
    /// The header is not well formed.
    Header = 104, "header";
    /// A text is too long.
    Lengths = 105, "lengths";
    /// The footer is not well formed.
    Footer = 106, "footer";
    /// Buttons are not well formed.
    Buttons = 107, "buttons";
    /// Placeholders are not well formed.
    Placeholders = 108, "placeholders";
    /// The body begins or ends with a placeholder.
    Edges = 109, "edges";
    /// Too few words for the placeholders.
    Ratio = 110, "ratio";
    /// Placeholders stand next to each other.
    Adjacent = 111, "adjacent";
    /// Samples are missing.
    Samples = 112, "samples";
    /// Another template has the same wording.
    Duplicate = 113, "duplicate";
    /// The category looks wrong.
    Category = 201, "category";
    /// It greets nobody in particular, or does nothing else.
    GenericGreeting = 202, "generic-greeting";
    /// It leaves open what it is about.
    OpenEnded = 203, "open-ended";
    /// Promotion where there must be none.
    PromotionalTone = 204, "promotional-tone";
    /// Capitals, marks and the like.
    Shouting = 205, "shouting";
    /// A link that hides where it leads.
    LinkShortener = 206, "link-shortener";
    /// A link back into a chat.
    ChatLink = 207, "chat-link";
    /// Promotion without a way out.
    NoWayOut = 208, "no-way-out";
    /// A way out that would not be heard.
    WayOutNotHeard = 209, "way-out-not-heard";
    /// No way to a person.
    NoWayToPerson = 210, "no-way-to-a-person";
    /// It says the same twice.
    Repetition = 211, "repetition";
    /// Another template says nearly the same.
    NearDuplicate = 212, "near-duplicate";
    /// Longer than people read.
    LongText = 213, "long-text";
    /// More emoji than words can bear.
    Emoji = 214, "emoji";
    /// The language declared is not the one written in.
    WrongLanguage = 215, "wrong-language";
    /// There are no lists for the language.
    UnknownLanguage = 216, "unknown-language";
}

impl Code {
    /// The permanent number.
    pub const fn number(self) -> u16 {
        self as u16
    }
}

/// Number and name: `206 link-shortener`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number(), self.name())
    }
}

/// By its number.
impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.number()));
        let mut names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
