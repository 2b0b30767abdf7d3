//! The offsets from UTC of the countries that phone numbers name, in minutes: the least and the most, all zones of a country,
//! with and without daylight saving.
//!
//! Source: the zones in civil use in 2026 (IANA time zone database). Islands far from the country that gives them their code
//! (Easter Island, the Azores, the Canaries) are counted in; research stations are not. Kazakhstan shares +7 with Russia.

/// Letters of a country, least and most.
#[rustfmt::skip] // a table, not code: one entry a line would be 230 lines
pub(super) const ALL: &[(&str, i16, i16)] = &[
    ("AC", 0, 0), ("AD", 60, 120), ("AE", 240, 240), ("AF", 270, 270), ("AG", -240, -240),
    ("AI", -240, -240), ("AL", 60, 120), ("AM", 240, 240), ("AO", 60, 60), ("AR", -180, -180),
    ("AS", -660, -660), ("AT", 60, 120), ("AU", 480, 660), ("AW", -240, -240), ("AZ", 240, 240),
    ("BA", 60, 120), ("BB", -240, -240), ("BD", 360, 360), ("BE", 60, 120), ("BF", 0, 0), ("BG", 120, 180),
    ("BH", 180, 180), ("BI", 120, 120), ("BJ", 60, 60), ("BM", -240, -180), ("BN", 480, 480),
    ("BO", -240, -240), ("BR", -300, -120), ("BS", -300, -240), ("BT", 360, 360), ("BW", 120, 120),
    ("BY", 180, 180), ("BZ", -360, -360), ("CA", -480, -150), ("CD", 60, 120), ("CF", 60, 60),
    ("CG", 60, 60), ("CH", 60, 120), ("CI", 0, 0), ("CK", -600, -600), ("CL", -360, -180), ("CM", 60, 60),
    ("CN", 480, 480), ("CO", -300, -300), ("CR", -360, -360), ("CU", -300, -240), ("CV", -60, -60),
    ("CW", -240, -240), ("CY", 120, 180), ("CZ", 60, 120), ("DE", 60, 120), ("DJ", 180, 180),
    ("DK", 60, 120), ("DM", -240, -240), ("DO", -240, -240), ("DZ", 60, 60), ("EC", -360, -300),
    ("EE", 120, 180), ("EG", 120, 180), ("ER", 180, 180), ("ES", 0, 120), ("ET", 180, 180),
    ("FI", 120, 180), ("FJ", 720, 720), ("FK", -180, -180), ("FM", 600, 660), ("FO", 0, 60),
    ("FR", 60, 120), ("GA", 60, 60), ("GB", 0, 60), ("GD", -240, -240), ("GE", 240, 240),
    ("GF", -180, -180), ("GH", 0, 0), ("GI", 60, 120), ("GL", -120, 0), ("GM", 0, 0), ("GN", 0, 0),
    ("GP", -240, -240), ("GQ", 60, 60), ("GR", 120, 180), ("GT", -360, -360), ("GU", 600, 600),
    ("GW", 0, 0), ("GY", -240, -240), ("HK", 480, 480), ("HN", -360, -360), ("HR", 60, 120),
    ("HT", -300, -240), ("HU", 60, 120), ("ID", 420, 540), ("IE", 0, 60), ("IL", 120, 180),
    ("IN", 330, 330), ("IO", 360, 360), ("IQ", 180, 180), ("IR", 210, 210), ("IS", 0, 0), ("IT", 60, 120),
    ("JM", -300, -300), ("JO", 180, 180), ("JP", 540, 540), ("KE", 180, 180), ("KG", 360, 360),
    ("KH", 420, 420), ("KI", 720, 840), ("KM", 180, 180), ("KN", -240, -240), ("KP", 540, 540),
    ("KR", 540, 540), ("KW", 180, 180), ("KY", -300, -300), ("LA", 420, 420), ("LB", 120, 180),
    ("LC", -240, -240), ("LI", 60, 120), ("LK", 330, 330), ("LR", 0, 0), ("LS", 120, 120), ("LT", 120, 180),
    ("LU", 60, 120), ("LV", 120, 180), ("LY", 120, 120), ("MA", 0, 60), ("MC", 60, 120), ("MD", 120, 180),
    ("ME", 60, 120), ("MG", 180, 180), ("MH", 720, 720), ("MK", 60, 120), ("ML", 0, 0), ("MM", 390, 390),
    ("MN", 420, 480), ("MO", 480, 480), ("MP", 600, 600), ("MQ", -240, -240), ("MR", 0, 0),
    ("MS", -240, -240), ("MT", 60, 120), ("MU", 240, 240), ("MV", 300, 300), ("MW", 120, 120),
    ("MX", -480, -300), ("MY", 480, 480), ("MZ", 120, 120), ("NA", 120, 120), ("NC", 660, 660),
    ("NE", 60, 60), ("NF", 390, 720), ("NG", 60, 60), ("NI", -360, -360), ("NL", 60, 120), ("NO", 60, 120),
    ("NP", 345, 345), ("NR", 720, 720), ("NU", -660, -660), ("NZ", 720, 825), ("OM", 240, 240),
    ("PA", -300, -300), ("PE", -300, -300), ("PF", -600, -540), ("PG", 600, 660), ("PH", 480, 480),
    ("PK", 300, 300), ("PL", 60, 120), ("PM", -180, -120), ("PR", -240, -240), ("PS", 120, 180),
    ("PT", -60, 60), ("PW", 540, 540), ("PY", -240, -180), ("QA", 180, 180), ("RE", 180, 240),
    ("RO", 120, 180), ("RS", 60, 120), ("RU", 120, 720), ("RW", 120, 120), ("SA", 180, 180),
    ("SB", 660, 660), ("SC", 240, 240), ("SD", 120, 120), ("SE", 60, 120), ("SG", 480, 480), ("SH", 0, 0),
    ("SI", 60, 120), ("SK", 60, 120), ("SL", 0, 0), ("SM", 60, 120), ("SN", 0, 0), ("SO", 180, 180),
    ("SR", -180, -180), ("SS", 120, 120), ("ST", 0, 0), ("SV", -360, -360), ("SX", -240, -240),
    ("SY", 180, 180), ("SZ", 120, 120), ("TC", -300, -240), ("TD", 60, 60), ("TG", 0, 0), ("TH", 420, 420),
    ("TJ", 300, 300), ("TK", 780, 780), ("TL", 540, 540), ("TM", 300, 300), ("TN", 60, 60),
    ("TO", 780, 780), ("TR", 180, 180), ("TT", -240, -240), ("TV", 720, 720), ("TW", 480, 480),
    ("TZ", 180, 180), ("UA", 120, 180), ("UG", 180, 180), ("US", -600, -240), ("UY", -180, -180),
    ("UZ", 300, 300), ("VC", -240, -240), ("VE", -240, -240), ("VG", -240, -240), ("VI", -240, -240),
    ("VN", 420, 420), ("VU", 660, 660), ("WF", 720, 720), ("WS", 780, 780), ("XK", 60, 120),
    ("YE", 180, 180), ("ZA", 120, 120), ("ZM", 120, 120), ("ZW", 120, 120),
];

/// The range of a country.
pub(super) fn of(letters: &str) -> Option<(i16, i16)> {
    let place = ALL
        .binary_search_by_key(&letters, |(country, _, _)| country)
        .ok()?;
    let (_, west, east) = ALL[place];
    Some((west, east))
}

#[cfg(test)]
mod tests {
    use rulebook::country::Country;

    use super::*;

    #[test]
    fn the_table_is_in_order_and_possible() {
        assert!(ALL.is_sorted_by(|a, b| a.0 < b.0));
        for (country, west, east) in ALL {
            assert!(west <= east && *west >= -720 && *east <= 840, "{country}");
            assert!(
                Country::named(country).is_some(),
                "{country} has no phone numbers"
            );
        }
    }

    /// Whatever country a number names, there is a range for it.
    #[test]
    fn no_country_is_left_out() {
        let letters = ('A'..='Z').flat_map(|one| ('A'..='Z').map(move |two| format!("{one}{two}")));
        for country in letters.filter(|letters| Country::named(letters).is_some()) {
            assert!(of(&country).is_some(), "{country}");
        }
    }
}
