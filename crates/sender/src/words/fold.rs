//! A text as words that can be compared: case, accents, width and the ways to write one letter are folded away.
//!
//! Promises: a word knows the bytes that it stands at; the same text gives the same words whatever the machine's locale.
//! Must not know: languages; what folds one language's letters must not hurt another's.

use core::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// Folded.
    pub text: String,
    /// The bytes of the text that it stands at.
    pub at: Range<usize>,
}

/// The words of a text, in order. A sign of percent is a word, for offers are known by it.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut begun = None;
    for (at, letter) in text.char_indices() {
        if is_letter(letter) {
            begun.get_or_insert(at);
            continue;
        }
        push(text, begun.take(), at, &mut found);
        if matches!(letter, '%' | '٪' | '％') {
            let at = at..at + letter.len_utf8();
            found.push(Word {
                text: "%".to_owned(),
                at,
            });
        }
    }
    push(text, begun, text.len(), &mut found);
    found
}

/// One word folded; what holds several is folded into one.
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    let kept = word.nfkd().filter(|letter| !is_dropped(*letter));
    for letter in kept.flat_map(char::to_lowercase) {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            // Written for each other at the ends of Arabic words.
            'ى' => folded.push('ي'),
            'ة' => folded.push('ه'),
            // Two signs for one sound in Devanagari.
            '\u{901}' => folded.push('\u{902}'),
            other => folded.push(other),
        }
    }
    folded
}

fn push(text: &str, begun: Option<usize>, end: usize, found: &mut Vec<Word>) {
    let Some(start) = begun else { return };
    let folded = fold(&text[start..end]);
    if !folded.is_empty() {
        found.push(Word {
            text: folded,
            at: start..end,
        });
    }
}

/// Vowel signs, the sign that silences a vowel, and joiners belong to words.
fn is_letter(letter: char) -> bool {
    letter.is_alphanumeric()
        || is_combining_mark(letter)
        || matches!(letter, '\u{200c}' | '\u{200d}' | '\u{640}')
}

/// Accents of Latin, Greek and Cyrillic, the vowel marks and the stretching sign of Arabic, the dot below of Devanagari,
/// joiners. Vowel signs of Devanagari are letters, not marks to be dropped.
fn is_dropped(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{93c}' | '\u{200c}' | '\u{200d}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{20d0}'..='\u{20ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_alike() {
        // (text, words)
        let rows: [(&str, &[&str]); 14] = [
            ("", &[]),
            ("STOP!!!", &["stop"]),
            (
                "Arrêtez, s'il vous plaît",
                &["arretez", "s", "il", "vous", "plait"],
            ),
            ("don’t", &["don", "t"]),
            ("Straße GROẞ", &["strasse", "gross"]),
            ("ＳＴＯＰ 𝐒𝐓𝐎𝐏 ⓢⓣⓞⓟ", &["stop", "stop", "stop"]),
            ("إيقاف الرسائل", &["ايقاف", "الرسايل"]),
            ("تَوَقَّف توقـــف", &["توقف", "توقف"]),
            ("خدمة على", &["خدمه", "علي"]),
            ("बंद करो, कृपया", &["बंद", "करो", "कृपया"]),
            ("प्लीज़ हूँ", &["प्लीज", "हूं"]),
            ("50% off", &["50", "%", "off"]),
            ("🛑 stop 🛑", &["stop"]),
            ("e-mail bit.ly/x", &["e", "mail", "bit", "ly", "x"]),
        ];
        for (text, expected) in rows {
            let found = words(text);
            let texts: Vec<&str> = found.iter().map(|word| word.text.as_str()).collect();
            assert_eq!(texts, expected, "{text:?}");
            assert!(
                found.iter().all(|word| text.get(word.at.clone()).is_some()),
                "{text:?}"
            );
        }
        assert_eq!(words("¡Señor!")[0].at, 2..8);
    }
}
