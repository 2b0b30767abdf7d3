//! Values that several kinds of rows have: who, when, in which categories.

use decider::Timestamp;
use sender::ids::PersonKey;
use sender::lane::{Lane, Lanes};

use super::fields::{BadValue, Fields};

/// The column of a phone number, and other names for it.
pub(crate) const PHONE: &[&str] = &[
    "phone",
    "phone_number",
    "wa_id",
    "msisdn",
    "number",
    "mobile",
    "recipient",
    "to",
];
/// The column of a business-scoped id.
pub(crate) const USER_ID: &[&str] = &["user_id", "bsuid", "business_scoped_user_id"];
/// The column of categories.
pub(crate) const CATEGORIES: &[&str] = &["categories", "category", "lanes"];

/// Whom a row is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Who {
    /// A phone number with country code.
    Phone(u64),
    /// A business-scoped id, as the platform writes it; or its hash, as the gateway exports people of whom it knows nothing
    /// else: see [`PersonKey::hashed`].
    User(String),
}

impl Who {
    /// The key that the sender knows them by.
    pub fn key(&self) -> Option<PersonKey> {
        match self {
            Who::Phone(e164) => PersonKey::phone(*e164),
            Who::User(id) => PersonKey::hashed(id).or_else(|| Some(PersonKey::scoped(id))),
        }
    }

    /// As one text, which [`Who::of_text`] reads.
    pub fn text(&self) -> String {
        match self {
            Who::Phone(e164) => e164.to_string(),
            Who::User(id) => id.clone(),
        }
    }

    /// A phone number's digits; whatever else is the id of a user.
    pub fn of_text(text: &str) -> Who {
        text.parse()
            .map_or_else(|_| Who::User(text.to_owned()), Who::Phone)
    }

    pub(crate) fn read(fields: &Fields) -> Result<Who, BadValue> {
        match (fields.get(PHONE[0]), fields.get(USER_ID[0])) {
            (Some(phone), _) => phone_of(phone).map(Who::Phone),
            (None, Some(id)) => user_of(id).map(Who::User),
            (None, None) => Err(BadValue::new(
                PHONE[0],
                "is missing, and so is user_id",
                "Give a phone number with country code, or a business-scoped user id.",
            )),
        }
    }

    /// The values of the columns phone and user_id.
    pub(crate) fn to_values(&self) -> [String; 2] {
        match self {
            Who::Phone(e164) => [e164.to_string(), String::new()],
            Who::User(id) => [String::new(), id.clone()],
        }
    }
}

fn phone_of(text: &str) -> Result<u64, BadValue> {
    let bad = |what: &str| {
        let advice = "Write it with country code and without a leading 0, such as 4915112345678.";
        BadValue::new(PHONE[0], format!("{text:?} {what}"), advice)
    };
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}'))
        .collect();
    let digits = digits
        .strip_prefix('+')
        .or_else(|| digits.strip_prefix("00"))
        .unwrap_or(&digits);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        // Spreadsheets turn long numbers into 4.91511E+12, and nobody can turn them back.
        return Err(bad("is no phone number"));
    }
    if !(7..=15).contains(&digits.len()) || digits.starts_with('0') {
        return Err(bad("is no phone number with country code"));
    }
    digits.parse().map_err(|_| bad("is no phone number"))
}

fn user_of(id: &str) -> Result<String, BadValue> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if id.len() <= 256 && id.chars().all(allowed) || PersonKey::hashed(id).is_some() {
        Ok(id.to_owned())
    } else {
        let advice = "Write it as the platform gives it, such as US.13491208655302741918.";
        Err(BadValue::new(
            USER_ID[0],
            format!("{id:?} is no business-scoped user id"),
            advice,
        ))
    }
}

/// An instant: RFC 3339, a day (its beginning in UTC), or seconds or milliseconds since the Unix epoch.
pub(crate) fn time_of(column: &'static str, text: &str) -> Result<Timestamp, BadValue> {
    let bad = || {
        let advice = "Write it as 2026-03-01T09:30:00Z, as 2026-03-01, or as seconds since 1970.";
        BadValue::new(column, format!("{text:?} is no time"), advice)
    };
    let millis = if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: u64 = text.parse().map_err(|_| bad())?;
        // Seconds have ten digits until the year 2286.
        if text.len() > 11 { number } else { number * 1_000 }
    } else if let Ok(day) = text
        .parse::<jiff::civil::Date>()
        .map_err(drop)
        .and_then(only_a_day(text))
    {
        day
    } else {
        let at: jiff::Timestamp = text.replacen(' ', "T", 1).parse().map_err(|_| bad())?;
        u64::try_from(at.as_millisecond()).map_err(|_| bad())?
    };
    // Seconds since the epoch have to fit into 32 bits: until 2106.
    let fits = millis / 1_000 < u64::from(u32::MAX);
    fits.then(|| Timestamp::from_millis(millis)).ok_or_else(bad)
}

/// The beginning of a day, if the text has nothing but a day.
fn only_a_day(text: &str) -> impl Fn(jiff::civil::Date) -> Result<u64, ()> {
    let is_day = text.len() == "2026-03-01".len();
    move |day| {
        let start = day.to_zoned(jiff::tz::TimeZone::UTC).map_err(drop)?;
        let millis = u64::try_from(start.timestamp().as_millisecond()).map_err(drop)?;
        is_day.then_some(millis).ok_or(())
    }
}

/// As RFC 3339 in UTC; empty for [`Timestamp::ZERO`].
pub(crate) fn time_text(at: Timestamp) -> String {
    if at == Timestamp::ZERO {
        return String::new();
    }
    let millis = i64::try_from(at.millis()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| String::new(), |at| at.to_string())
}

/// Seconds since the Unix epoch of an instant that [`time_of`] gave.
pub(crate) fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.seconds()).unwrap_or(u32::MAX)
}

/// Categories, by name, between spaces, commas, semicolons, bars or pluses; `otherwise` if there are none.
pub(crate) fn lanes_of(fields: &Fields, otherwise: Lanes) -> Result<Lanes, BadValue> {
    let Some(text) = fields.get(CATEGORIES[0]) else {
        return Ok(otherwise);
    };
    let names = text
        .split([' ', ',', ';', '|', '+'])
        .filter(|name| !name.is_empty());
    let mut lanes = Lanes::NONE;
    for name in names {
        lanes = if name.eq_ignore_ascii_case("all") {
            lanes.and(Lanes::TEMPLATES)
        } else {
            let found = Lane::ALL
                .into_iter()
                .find(|lane| lane.name().eq_ignore_ascii_case(name));
            let advice = "Use marketing, utility, authentication, or all.";
            let bad = || BadValue::new(CATEGORIES[0], format!("{name:?} is no category"), advice);
            lanes.with(found.ok_or_else(bad)?)
        };
    }
    Ok(lanes)
}

/// The names of lanes, between spaces.
pub(crate) fn lanes_text(lanes: Lanes) -> String {
    let names = Lane::ALL
        .into_iter()
        .filter(|lane| lanes.contains(*lane))
        .map(Lane::name);
    names.collect::<Vec<_>>().join(" ")
}
