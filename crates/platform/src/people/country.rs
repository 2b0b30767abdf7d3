//! Where a group's numbers begin, and what its clock shows, from the two letters of its country.
//!
//! Codes and areas are `rulebook`'s. Of a country that is not in the table here, a group says its offset itself.

use rulebook::country::Country;

/// What the time of most of a country's people is ahead of UTC, in minutes, without daylight saving.
#[rustfmt::skip] // a table, not code
const OFFSETS: &[(&[u8; 2], i16)] = &[
    (b"AE", 240), (b"AR", -180), (b"AT", 60), (b"AU", 600), (b"BD", 360), (b"BE", 60), (b"BR", -180),
    (b"CA", -300), (b"CH", 60), (b"CI", 0), (b"CL", -240), (b"CM", 60), (b"CO", -300), (b"CZ", 60), (b"DE",
    60), (b"DK", 60), (b"DZ", 60), (b"EC", -300), (b"EG", 120), (b"ES", 60), (b"ET", 180), (b"FI", 120),
    (b"FR", 60), (b"GB", 0), (b"GH", 0), (b"GR", 120), (b"HK", 480), (b"HU", 60), (b"ID", 420), (b"IE", 0),
    (b"IL", 120), (b"IN", 330), (b"IT", 60), (b"JP", 540), (b"KE", 180), (b"KR", 540), (b"KW", 180), (b"LB",
    120), (b"LK", 330), (b"MA", 60), (b"MX", -360), (b"MY", 480), (b"NG", 60), (b"NL", 60), (b"NO", 60),
    (b"NP", 345), (b"NZ", 720), (b"PE", -300), (b"PH", 480), (b"PK", 300), (b"PL", 60), (b"PT", 0), (b"QA",
    180), (b"RO", 120), (b"SA", 180), (b"SE", 60), (b"SG", 480), (b"SN", 0), (b"TH", 420), (b"TN", 60),
    (b"TR", 180), (b"TW", 480), (b"TZ", 180), (b"UA", 120), (b"UG", 180), (b"US", -300), (b"UY", -180),
    (b"VE", -240), (b"VN", 420), (b"ZA", 120),
];

/// Minutes ahead of UTC, where known.
pub(super) fn offset(country: Country) -> Option<i16> {
    let found = OFFSETS
        .iter()
        .find(|(letters, _)| letters.as_slice() == country.letters().as_bytes());
    found.map(|(_, minutes)| *minutes)
}

/// Where the numbers of its groups begin: its code and `55` before eight digits; inside +1 in one of its areas.
pub(super) fn block(country: Country) -> u64 {
    match (country.code(), country.letters()) {
        (1, "CA") => 12_040_000_000,
        (1, "US") => 16_500_000_000,
        (code, _) => u64::from(code) * 10_000_000_000 + 5_500_000_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_of_the_table_has_numbers_of_its_own() {
        for (letters, _) in OFFSETS {
            let letters = core::str::from_utf8(*letters).expect("letters");
            let country = Country::named(letters).expect(letters);
            assert_eq!(Country::of(block(country)), Some(country), "{letters}");
        }
    }
}
