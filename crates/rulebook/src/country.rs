//! The country of a phone number, by its country code; inside +1 by its area code.
//!
//! Source: the list of country codes of ITU-T E.164 and the area codes of the North American Numbering Plan, as of 2026.
//! Promises: a number that belongs to no country (a code not given out, the area codes 555, N9X, N11, 37X and 96X kept
//! for fiction, expansion and services) has none. Where countries share a code, the largest is named.
//! Must not know: what follows from a country; editions list countries.

use core::fmt;

/// A country by the two letters of ISO 3166-1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The United States.
    pub const US: Country = Country(*b"US");

    /// Reads two letters that name a country with phone numbers of its own.
    pub fn named(letters: &str) -> Option<Country> {
        let name: [u8; 2] = letters.as_bytes().try_into().ok()?;
        let country = Country(name);
        let known = country == Country::US
            || CODES.iter().any(|(_, code)| *code == &name)
            || AREAS.iter().any(|(area, _)| *area == &name);
        known.then_some(country)
    }

    /// Where a number (digits with country code) belongs.
    pub fn of(e164: u64) -> Option<Country> {
        let digits = e164.checked_ilog10()? + 1;
        let leading = |count: u32| digits.checked_sub(count).map(|rest| e164 / 10_u64.pow(rest));
        if leading(1) == Some(1) {
            // One digit of country code, three of area code.
            return leading(4).and_then(|code| of_area((code % 1_000) as u16));
        }
        // No code begins with another, so that the order of looking does not matter.
        (1..=3).filter_map(leading).find_map(|code| {
            let place = CODES.binary_search_by_key(&code, |(of, _)| u64::from(*of)).ok()?;
            Some(Country(*CODES[place].1))
        })
    }

    /// The country code of its numbers, such as 49; where countries share one, this is not all of it.
    pub fn code(&self) -> u16 {
        let code = CODES.iter().find(|(_, country)| **country == self.0);
        code.map_or(1, |(code, _)| *code)
    }

    /// The two letters.
    pub fn letters(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letters())
    }
}

fn of_area(area: u16) -> Option<Country> {
    let (first, second, third) = (area / 100, area / 10 % 10, area % 10);
    let kept =
        first < 2 || area == 555 || second == 9 || (second, third) == (1, 1) || matches!(area / 10, 37 | 96);
    if kept {
        return None;
    }
    let other = AREAS.iter().find(|(_, areas)| areas.contains(&area));
    Some(other.map_or(Country::US, |(country, _)| Country(**country)))
}

/// Area codes of +1 that do not belong to the United States.
const AREAS: &[(&[u8; 2], &[u16])] = &[
    (b"CA", CANADA),
    (b"AG", &[268]),
    (b"AI", &[264]),
    (b"AS", &[684]),
    (b"BB", &[246]),
    (b"BM", &[441]),
    (b"BS", &[242]),
    (b"DM", &[767]),
    (b"DO", &[809, 829, 849]),
    (b"GD", &[473]),
    (b"GU", &[671]),
    (b"JM", &[658, 876]),
    (b"KN", &[869]),
    (b"KY", &[345]),
    (b"LC", &[758]),
    (b"MP", &[670]),
    (b"MS", &[664]),
    (b"PR", &[787, 939]),
    (b"SX", &[721]),
    (b"TC", &[649]),
    (b"TT", &[868]),
    (b"VC", &[784]),
    (b"VG", &[284]),
    (b"VI", &[340]),
];

const CANADA: &[u16] = &[
    204, 226, 236, 249, 250, 257, 263, 273, 289, 306, 343, 354, 365, 367, 368, 382, 403, 416, 418, 428, 431,
    437, 438, 450, 468, 474, 506, 514, 519, 548, 579, 581, 584, 587, 600, 604, 613, 622, 633, 639, 647, 672,
    683, 705, 709, 742, 753, 778, 780, 782, 807, 819, 825, 867, 873, 879, 902, 905, 942,
];

/// Country codes but +1, in order.
#[rustfmt::skip] // a table, not code: one entry a line would be 200 lines
const CODES: &[(u16, &[u8; 2])] = &[
    (7, b"RU"), (20, b"EG"), (27, b"ZA"), (30, b"GR"), (31, b"NL"), (32, b"BE"), (33, b"FR"), (34, b"ES"),
    (36, b"HU"), (39, b"IT"), (40, b"RO"), (41, b"CH"), (43, b"AT"), (44, b"GB"), (45, b"DK"),
    (46, b"SE"), (47, b"NO"), (48, b"PL"), (49, b"DE"), (51, b"PE"), (52, b"MX"), (53, b"CU"),
    (54, b"AR"), (55, b"BR"), (56, b"CL"), (57, b"CO"), (58, b"VE"), (60, b"MY"), (61, b"AU"),
    (62, b"ID"), (63, b"PH"), (64, b"NZ"), (65, b"SG"), (66, b"TH"), (81, b"JP"), (82, b"KR"),
    (84, b"VN"), (86, b"CN"), (90, b"TR"), (91, b"IN"), (92, b"PK"), (93, b"AF"), (94, b"LK"),
    (95, b"MM"), (98, b"IR"), (211, b"SS"), (212, b"MA"), (213, b"DZ"), (216, b"TN"), (218, b"LY"),
    (220, b"GM"), (221, b"SN"), (222, b"MR"), (223, b"ML"), (224, b"GN"), (225, b"CI"), (226, b"BF"),
    (227, b"NE"), (228, b"TG"), (229, b"BJ"), (230, b"MU"), (231, b"LR"), (232, b"SL"), (233, b"GH"),
    (234, b"NG"), (235, b"TD"), (236, b"CF"), (237, b"CM"), (238, b"CV"), (239, b"ST"), (240, b"GQ"),
    (241, b"GA"), (242, b"CG"), (243, b"CD"), (244, b"AO"), (245, b"GW"), (246, b"IO"), (247, b"AC"),
    (248, b"SC"), (249, b"SD"), (250, b"RW"), (251, b"ET"), (252, b"SO"), (253, b"DJ"), (254, b"KE"),
    (255, b"TZ"), (256, b"UG"), (257, b"BI"), (258, b"MZ"), (260, b"ZM"), (261, b"MG"), (262, b"RE"),
    (263, b"ZW"), (264, b"NA"), (265, b"MW"), (266, b"LS"), (267, b"BW"), (268, b"SZ"), (269, b"KM"),
    (290, b"SH"), (291, b"ER"), (297, b"AW"), (298, b"FO"), (299, b"GL"), (350, b"GI"), (351, b"PT"),
    (352, b"LU"), (353, b"IE"), (354, b"IS"), (355, b"AL"), (356, b"MT"), (357, b"CY"), (358, b"FI"),
    (359, b"BG"), (370, b"LT"), (371, b"LV"), (372, b"EE"), (373, b"MD"), (374, b"AM"), (375, b"BY"),
    (376, b"AD"), (377, b"MC"), (378, b"SM"), (380, b"UA"), (381, b"RS"), (382, b"ME"), (383, b"XK"),
    (385, b"HR"), (386, b"SI"), (387, b"BA"), (389, b"MK"), (420, b"CZ"), (421, b"SK"), (423, b"LI"),
    (500, b"FK"), (501, b"BZ"), (502, b"GT"), (503, b"SV"), (504, b"HN"), (505, b"NI"), (506, b"CR"),
    (507, b"PA"), (508, b"PM"), (509, b"HT"), (590, b"GP"), (591, b"BO"), (592, b"GY"), (593, b"EC"),
    (594, b"GF"), (595, b"PY"), (596, b"MQ"), (597, b"SR"), (598, b"UY"), (599, b"CW"), (670, b"TL"),
    (672, b"NF"), (673, b"BN"), (674, b"NR"), (675, b"PG"), (676, b"TO"), (677, b"SB"), (678, b"VU"),
    (679, b"FJ"), (680, b"PW"), (681, b"WF"), (682, b"CK"), (683, b"NU"), (685, b"WS"), (686, b"KI"),
    (687, b"NC"), (688, b"TV"), (689, b"PF"), (690, b"TK"), (691, b"FM"), (692, b"MH"), (850, b"KP"),
    (852, b"HK"), (853, b"MO"), (855, b"KH"), (856, b"LA"), (880, b"BD"), (886, b"TW"), (960, b"MV"),
    (961, b"LB"), (962, b"JO"), (963, b"SY"), (964, b"IQ"), (965, b"KW"), (966, b"SA"), (967, b"YE"),
    (968, b"OM"), (970, b"PS"), (971, b"AE"), (972, b"IL"), (973, b"BH"), (974, b"QA"), (975, b"BT"),
    (976, b"MN"), (977, b"NP"), (992, b"TJ"), (993, b"TM"), (994, b"AZ"), (995, b"GE"), (996, b"KG"),
    (998, b"UZ"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_names_its_country() {
        let rows = [
            (16_505_551_234, "US"),
            (12_125_550_100, "US"),
            (14_165_550_100, "CA"),
            (18_765_550_100, "JM"),
            (17_875_550_100, "PR"),
            (15_550_783_881, ""),
            (1_998_131_026, ""),
            (1_999_131_056, ""),
            (13_725_550_100, ""),
            (18_115_550_100, ""),
            (10_115_550_100, ""),
            (4_915_112_345_678, "DE"),
            (447_700_900_123, "GB"),
            (919_876_543_210, "IN"),
            (5_511_987_654_321, "BR"),
            (821_012_345_678, "KR"),
            (79_161_234_567, "RU"),
            (3_725_123_456, "EE"),
            (999_123_456, ""),
            (1, ""),
            (7, "RU"),
            (0, ""),
        ];
        for (e164, expected) in rows {
            let found = Country::of(e164);
            assert_eq!(found.as_ref().map_or("", Country::letters), expected, "+{e164}");
        }
    }

    #[test]
    fn letters_name_countries_with_numbers_only() {
        for letters in ["US", "CA", "DE", "JM", "GB"] {
            assert_eq!(
                Country::named(letters).as_ref().map(Country::letters),
                Some(letters)
            );
        }
        for letters in ["", "us", "U", "USA", "ZZ", "001"] {
            assert_eq!(Country::named(letters), None, "{letters}");
        }
    }

    #[test]
    fn a_country_has_a_code() {
        for (letters, code) in [("US", 1), ("JM", 1), ("DE", 49), ("IL", 972)] {
            assert_eq!(Country::named(letters).map(|country| country.code()), Some(code));
        }
    }

    #[test]
    fn no_code_begins_with_another() {
        assert!(CODES.is_sorted_by(|a, b| a.0 < b.0));
        for (code, _) in CODES {
            let mut shorter = code / 10;
            while shorter > 0 {
                assert!(!CODES.iter().any(|(other, _)| *other == shorter), "{code}");
                shorter /= 10;
            }
        }
    }
}
