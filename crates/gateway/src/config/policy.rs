//! The owner's policy as it is written down.
//!
//! Must not know: what follows from it.

use sender::caps::{Cap, Span};
use sender::lane::{Lane, Lanes};
use sender::policy::{Asked, Caution, ConsentPolicy, Policy, Reach};
use sender::quiet_hours::QuietHours;

use super::check::DAY_MS;
use super::reader::Reader;

/// More rules than anybody keeps in mind; each is looked at with every send.
const RULES_MAX: usize = 32;
/// A cap that counts more than this counts nothing that a person would notice.
const CAP_MAX: u64 = 60;

pub(super) fn read(section: &Reader<'_>) -> Policy {
    let permille = |name| section.number(name, 0..=1_000) as u16;
    let week = |name| section.number(name, 0..=7 * DAY_MS);
    let reaches = [
        ("number", Reach::Number),
        ("brand", Reach::Brand),
        ("portfolio", Reach::Portfolio),
    ];
    let read = Policy {
        reserve_permille: permille("reserve_permille"),
        first_day_permille: permille("first_day_permille"),
        replies_permille: permille("replies_permille"),
        hold_max_ms: week("hold_max_ms"),
        opt_out_reach: section
            .word("opt_out_reach", &reaches)
            .unwrap_or(Reach::Portfolio),
        stop_lanes: lanes(section, "stop_lanes"),
        consent: consent(&section.section("consent")),
        caps: rules(section, "caps", cap),
        quiet_hours: rules(section, "quiet_hours", quiet),
        person_within_ms: week("person_within_ms"),
        stop_on_drop: section.flag("stop_on_drop"),
        repetition_ms: week("repetition_ms"),
        silence_ms: section.number("silence_ms", 0..=DAY_MS),
        stale_after_ms: week("stale_after_ms"),
        caution: caution(section),
        attempt_deadline_ms: section.number("attempt_deadline_ms", 60_000..=DAY_MS),
        ..Policy::default()
    };
    section.end();
    read
}

/// `off`, `smaller_waves` (of a share) or `no_new_marketing`.
fn caution(section: &Reader<'_>) -> Caution {
    let share = section.number("caution_permille", 0..=1_000) as u16;
    let words = [
        ("off", Caution::Off),
        ("smaller_waves", Caution::SmallerWaves(share)),
        ("no_new_marketing", Caution::NoNewMarketing),
    ];
    section.word("caution", &words).unwrap_or(Caution::NoNewMarketing)
}

fn consent(section: &Reader<'_>) -> ConsentPolicy {
    let words = [
        ("never", Asked::Never),
        ("if_recorded", Asked::IfRecorded),
        ("always", Asked::Always),
    ];
    let asked = |name| section.word(name, &words).unwrap_or(Asked::Always);
    let read = ConsentPolicy {
        authentication: asked("authentication"),
        utility: asked("utility"),
        marketing: asked("marketing"),
    };
    section.end();
    read
}

fn rules<T>(section: &Reader<'_>, name: &str, rule: impl Fn(&Reader<'_>) -> Option<T>) -> Vec<T> {
    let entries = section.entries(name);
    if entries.len() > RULES_MAX {
        section.fault(name, "there are too many", &format!("Give at most {RULES_MAX}."));
    }
    entries.iter().filter_map(rule).collect()
}

/// `{ lanes = ["marketing"], per = "day", most = 2 }`, or `hours = 24` for a window that rolls.
fn cap(entry: &Reader<'_>) -> Option<Cap> {
    let calendar = [
        ("day", Span::CalendarDay),
        ("week", Span::CalendarWeek),
        ("month", Span::CalendarMonth),
    ];
    let span = match (entry.gives("per"), entry.gives("hours")) {
        (true, false) => entry.word("per", &calendar),
        (false, true) => Some(Span::Rolling(3_600_000 * entry.number("hours", 1..=744))),
        _ => {
            let hint = "Give per = \"day\", \"week\" or \"month\" (of the calendar), or hours = 24 (a window that rolls).";
            entry.fault("per", "it is not said over which time is counted", hint);
            None
        }
    };
    let most = entry.number("most", 0..=CAP_MAX) as u16;
    let lanes = lanes(entry, "lanes");
    entry.end();
    Some(Cap {
        lanes,
        span: span?,
        most,
    })
}

/// `{ lanes = ["marketing"], from = "21:00", until = "08:00" }`.
fn quiet(entry: &Reader<'_>) -> Option<QuietHours> {
    let minute = |name| {
        let text = entry.needed(name);
        let read = text.split_once(':').and_then(|(hour, minute)| {
            let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
            (hour < 24 && minute < 60).then_some(hour * 60 + minute)
        });
        if read.is_none() && !text.is_empty() {
            entry.fault(
                name,
                format!("{text:?} is no time of the day"),
                "Write it as 21:00.",
            );
        }
        read
    };
    let (from, until) = (minute("from"), minute("until"));
    let lanes = lanes(entry, "lanes");
    entry.end();
    Some(QuietHours {
        lanes,
        from: from?,
        until: until?,
    })
}

/// Lanes by name. Replies are in none: they are never stopped.
fn lanes(section: &Reader<'_>, name: &str) -> Lanes {
    let mut lanes = Lanes::NONE;
    for word in section.texts(name) {
        match Lane::ALL
            .into_iter()
            .find(|lane| lane.name() == word && *lane != Lane::Service)
        {
            Some(lane) => lanes = lanes.with(lane),
            None => {
                let hint = "Write some of: authentication, utility, marketing.";
                section.fault(name, format!("{word:?} is not known"), hint);
            }
        }
    }
    lanes
}
