//! Values that are one of a few words: an enum whose words are listed once.

/// A value that is one of a few words.
pub trait Choice: Copy + 'static {
    /// Every word with its value, in the order in which a person is shown them.
    const ALL: &'static [(&'static str, Self)];

    /// The value of a word.
    fn of(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, value)| *value)
    }

    /// All words, for a person: `one of a, b, c`.
    fn words() -> String {
        let words: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
        format!("one of {}", words.join(", "))
    }
}

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($(#[$value_doc])* $value,)+ }

        impl $crate::edition::Choice for $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($word, $name::$value)),+];
        }
    };
}
pub(crate) use choices;
