//! Instants as the wire writes them: seconds since the Unix epoch come in, text goes out.

/// `2025-08-22T19:05:53+0000`, the platform's form of ISO 8601, in UTC.
pub fn graph_time(seconds: u64) -> String {
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+0000")
}

/// `April 17, 2025`: the text in `ban_info.waba_ban_date`.
pub fn spoken_date(seconds: u64) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let (year, month, day) = civil(seconds / 86_400);
    format!("{} {day}, {year}", MONTHS[month as usize - 1])
}

/// Year, month (1 to 12) and day (1 to 31) in the Gregorian calendar of a day counted from 1970-01-01.
fn civil(day: u64) -> (u64, u64, u64) {
    // Years are counted from March, so that the leap day is the last of its year; day 0 is then 0000-03-01.
    let day = day + 719_468;
    let (era, day) = (day / 146_097, day % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

/// The first second of a day given as `YYYY-MM-DD`, from 1970 on.
pub fn day(text: &str) -> Option<u64> {
    let parts: Vec<u64> = text.split('-').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [year, month, of_month] = parts[..] else {
        return None;
    };
    let sane = (1970..=9_999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&of_month);
    if !sane {
        return None;
    }
    // As in `civil`: years begin in March.
    let (of_year, year) = if month > 2 {
        (month - 3, year)
    } else {
        (month + 9, year - 1)
    };
    let day = year * 365 + year / 4 - year / 100 + year / 400 + (153 * of_year + 2) / 5 + of_month - 1;
    let day = day - 719_468;
    // A day that its month does not have is the next month's.
    (civil(day) == (if of_year < 10 { year } else { year + 1 }, month, of_month)).then_some(day * 86_400)
}
