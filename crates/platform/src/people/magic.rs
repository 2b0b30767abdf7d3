//! Magic recipients: numbers with a fixed outcome, in every portfolio, without a people file.
//!
//! `1999` and a code, seven to eleven digits in all, is refused at once with that code; `1998` and a code is accepted
//! and fails with it. `1997` begins the groups of the built-in file. None of these are real: no area code of the North
//! American plan begins with 99.

use std::sync::OnceLock;

use super::cast::Cast;

/// The first number that is magic, and the last.
pub(super) const MAGIC_FIRST: u64 = 19_970_000_000;
pub(super) const MAGIC_LAST: u64 = 19_999_999_999;

const TEXT: &str = include_str!("../../people/magic.toml");

/// The people of `1997`.
pub fn magic() -> &'static Cast {
    static MAGIC: OnceLock<Cast> = OnceLock::new();
    // A test reads the built-in file; that it is sound does not depend on anything outside.
    MAGIC.get_or_init(|| match Cast::unchecked(TEXT, 0) {
        Ok(cast) => cast,
        Err(error) => panic!("the built-in people: {error}"),
    })
}

/// The Graph error code with which a send to this number is refused.
#[inline]
pub fn code_at_once(e164: u64) -> Option<u32> {
    code_after(1_999, e164)
}

/// The Graph error code with which a message to this number fails.
#[inline]
pub fn code_later(e164: u64) -> Option<u32> {
    code_after(1_998, e164)
}

/// Whether the number has a fixed outcome other than an error at once.
#[inline]
pub fn is_magic(e164: u64) -> bool {
    (MAGIC_FIRST..=MAGIC_LAST).contains(&e164) || code_later(e164).is_some()
}

/// The digits after a prefix of four, of a number of seven to eleven.
#[inline]
fn code_after(prefix: u64, e164: u64) -> Option<u32> {
    if e164 > MAGIC_LAST {
        return None;
    }
    let mut unit = 1_000;
    while unit <= 10_000_000 {
        if (prefix * unit..(prefix + 1) * unit).contains(&e164) {
            return Some((e164 - prefix * unit) as u32);
        }
        unit *= 10;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_with_and_without_zeros() {
        for (e164, at_once, later) in [
            (1_999_131_026, Some(131_026), None),
            (19_990_131_026, Some(131_026), None),
            (19_990_000_004, Some(4), None),
            (1_999_004, Some(4), None),
            (1_998_131_049, None, Some(131_049)),
            (19_980_131_049, None, Some(131_049)),
            (19_970_100_000, None, None),
            (199_900, None, None),
            (199_900_000_000, None, None),
            (16_505_551_999, None, None),
        ] {
            assert_eq!((code_at_once(e164), code_later(e164)), (at_once, later), "{e164}");
        }
    }

    #[test]
    fn the_built_in_file_is_sound() {
        assert!(
            magic()
                .groups()
                .all(|group| group.first >= MAGIC_FIRST && group.last <= 19_979_999_999)
        );
        assert!(magic().person(19_970_100_000).is_some() && magic().person(19_980_000_000).is_none());
    }
}
