//! Boundary rows, a model that keeps everything, and memory.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::Counting::{Accepted, NotFailed};
use super::*;

const START: u64 = 1_700_000_000_000;
const DAY: u64 = 86_400_000;
const USED_SPAN: Millis = Millis::DAY;
const REACHED_SPAN: Millis = Millis::days(7);

fn window() -> Window {
    Window::new(USED_SPAN, REACHED_SPAN)
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(START + millis)
}

/// Everything that ever happened, counted the slow way.
#[derive(Default)]
struct Model {
    /// Contact, stamp, failed, noted on the present tier.
    entries: Vec<(u32, Timestamp, bool, bool)>,
}

impl Model {
    fn latest(&self, keep: impl Fn(bool, bool) -> bool) -> BTreeMap<u32, Timestamp> {
        let mut latest = BTreeMap::new();
        for &(contact, stamp, failed, on_tier) in &self.entries {
            if keep(failed, on_tier) {
                latest.insert(contact, stamp);
            }
        }
        latest
    }

    fn stamps(&self, counting: Counting) -> BTreeMap<u32, Timestamp> {
        self.latest(|failed, _| counting == Accepted || !failed)
    }

    fn used(&self, now: Timestamp, counting: Counting) -> u32 {
        let alive = |stamp: &&Timestamp| **stamp + USED_SPAN > now;
        self.stamps(counting).values().filter(alive).count() as u32
    }

    fn reached(&self, now: Timestamp) -> BTreeMap<u32, Timestamp> {
        let mut latest = self.latest(|failed, on_tier| !failed && on_tier);
        latest.retain(|_, stamp| *stamp + REACHED_SPAN > now);
        latest
    }

    fn frees_at(&self, now: Timestamp, limit: u32, counting: Counting) -> Option<Timestamp> {
        let instants = self.stamps(counting).into_values().map(|stamp| stamp + USED_SPAN);
        let mut instants: Vec<_> = instants.filter(|&instant| instant > now).chain([now]).collect();
        instants.sort_unstable();
        instants
            .into_iter()
            .find(|&instant| self.used(instant, counting) < limit)
    }

    fn fail(&mut self, contact: u32, accepted_at: Timestamp) {
        let same = |entry: &&mut (u32, Timestamp, bool, bool)| {
            entry.0 == contact && entry.1 == accepted_at && !entry.2
        };
        if let Some(entry) = self.entries.iter_mut().rev().find(same) {
            entry.2 = true;
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Note(u32),
    Fail(usize),
    Tier,
    Merge(u32, u32),
    Wait(u64),
    Restore,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let wait = prop_oneof![
        6 => 1..600_000u64,
        3 => 1..DAY,
        1 => Just(DAY),
        1 => Just(DAY - 1),
        1 => Just(7 * DAY),
        1 => Just(50 * DAY),
    ];
    let step = prop_oneof![
        12 => (0..12u32).prop_map(Step::Note),
        5 => any::<usize>().prop_map(Step::Fail),
        1 => Just(Step::Tier),
        1 => (0..12u32, 0..12u32).prop_map(|(from, into)| Step::Merge(from, into)),
        6 => wait.prop_map(Step::Wait),
        1 => Just(Step::Restore),
    ];
    prop::collection::vec(step, 0..200)
}

fn compare(window: &Window, model: &Model, now: Timestamp) {
    let reached = model.reached(now);
    assert_eq!(window.reached(now) as usize, reached.len(), "reached at {now:?}");
    for counting in [Accepted, NotFailed] {
        assert_eq!(
            window.used(now, counting),
            model.used(now, counting),
            "used {counting:?} at {now:?}"
        );
        let stamps = model.stamps(counting);
        for contact in 0..12 {
            let expected = stamps.get(&contact).is_some_and(|&stamp| stamp + USED_SPAN > now);
            assert_eq!(
                window.in_use(contact, now, counting),
                expected,
                "{contact} in use {counting:?}"
            );
        }
        for limit in 0..4 {
            let expected = if limit == 0 {
                None
            } else {
                model.frees_at(now, limit, counting)
            };
            assert_eq!(
                window.frees_at(now, limit, counting),
                expected,
                "frees for {limit} {counting:?}"
            );
        }
    }
    for contact in 0..12 {
        assert_eq!(
            window.reached_already(contact, now),
            reached.contains_key(&contact)
        );
        let last = model.stamps(Accepted).get(&contact).copied();
        if last.is_some_and(|last| last + REACHED_SPAN > now) {
            assert_eq!(window.last(contact), last);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn counts_as_the_model_does(steps in steps()) {
        let (mut window, mut model, mut now) = (window(), Model::default(), at(0));
        for step in steps {
            match step {
                Step::Note(contact) => {
                    window.note(contact, now);
                    model.entries.push((contact, now, false, true));
                }
                Step::Fail(pick) => {
                    let recent = model.entries.len().min(30);
                    if recent > 0 {
                        let (contact, stamp, ..) = model.entries[model.entries.len() - 1 - pick % recent];
                        window.fail(contact, stamp);
                        model.fail(contact, stamp);
                    }
                }
                Step::Tier => {
                    window.begin_tier(now);
                    model.entries.iter_mut().for_each(|entry| entry.3 = false);
                }
                Step::Merge(from, into) => {
                    window.merge(from, into);
                    model.entries.iter_mut().filter(|entry| entry.0 == from).for_each(|entry| entry.0 = into);
                }
                Step::Wait(millis) => now = now + Millis::new(millis),
                Step::Restore => {
                    let restored = Window::from_parts(&window.to_parts());
                    prop_assert_eq!(restored.digest(), window.digest());
                    prop_assert_eq!(restored.to_parts(), window.to_parts());
                    window = restored;
                }
            }
            compare(&window, &model, now);
        }
    }
}

#[test]
fn a_slot_is_free_again_24_hours_later_to_the_millisecond() {
    let mut window = window();
    window.note(7, at(0));
    for (millis, used) in [(0, 1), (1, 1), (DAY - 1, 1), (DAY, 0), (DAY + 1, 0)] {
        assert_eq!(window.used(at(millis), Accepted), used, "{millis} ms later");
        assert_eq!(
            window.in_use(7, at(millis), Accepted),
            used == 1,
            "{millis} ms later"
        );
    }
    for (millis, reached) in [(DAY, 1), (7 * DAY - 1, 1), (7 * DAY, 0)] {
        assert_eq!(window.reached(at(millis)), reached, "{millis} ms later");
    }
}

/// 500 people at 13:00 and 500 at 13:30: 500 slots are free at 13:00 the next day (S7).
#[test]
fn slots_return_recipient_by_recipient() {
    let mut window = window();
    for person in 0..1_000 {
        window.note(person, at(if person < 500 { 0 } else { 1_800_000 }));
    }
    let rows = [
        (1_800_000, 1_000),
        (DAY - 1, 1_000),
        (DAY, 500),
        (DAY + 1_799_999, 500),
        (DAY + 1_800_000, 0),
    ];
    for (millis, used) in rows {
        assert_eq!(window.used(at(millis), Accepted), used, "{millis} ms later");
    }
    let frees = |limit| window.frees_at(at(1_800_000), limit, Accepted);
    assert_eq!(frees(1_001), Some(at(1_800_000)));
    assert_eq!([frees(1_000), frees(501)], [Some(at(DAY)); 2]);
    assert_eq!([frees(500), frees(1)], [Some(at(DAY + 1_800_000)); 2]);
    assert_eq!(frees(0), None);
}

#[test]
fn the_same_person_counts_once_and_is_renewed() {
    let mut window = window();
    for hour in 0..7 {
        window.note(1, at(hour * 3_600_000));
    }
    assert_eq!(window.used(at(6 * 3_600_000), Accepted), 1);
    assert_eq!(
        window.used(at(DAY), Accepted),
        1,
        "renewed six hours after the first"
    );
    assert_eq!(window.used(at(DAY + 6 * 3_600_000), Accepted), 0);
}

#[test]
fn a_failed_message_counts_as_accepted_and_gives_way_to_the_one_before() {
    let mut window = window();
    window.note(1, at(0));
    window.note(1, at(1_000));
    window.fail(1, at(1_000));
    assert_eq!(
        (
            window.used(at(1_000), Accepted),
            window.used(at(1_000), NotFailed)
        ),
        (1, 1)
    );
    assert_eq!(
        window.used(at(DAY), NotFailed),
        0,
        "the one before is a second older"
    );
    assert_eq!(window.used(at(DAY), Accepted), 1);
    window.fail(1, at(0));
    assert_eq!(
        (
            window.used(at(1_000), Accepted),
            window.used(at(1_000), NotFailed)
        ),
        (1, 0)
    );
    assert_eq!(window.reached(at(1_000)), 0);
}

#[test]
fn time_may_run_for_ever() {
    let mut window = window();
    for day in 0..60 {
        window.note(day as u32 % 3, at(day * DAY));
        assert_eq!(window.used(at(day * DAY), Accepted), 1, "day {day}");
    }
    let later = 59 * DAY + 50 * DAY;
    assert_eq!(
        (window.used(at(later), Accepted), window.reached(at(later))),
        (0, 0)
    );
    window.note(5, at(later));
    let a_day_later = (
        window.used(at(later + DAY - 1), Accepted),
        window.used(at(later + DAY), Accepted),
    );
    assert_eq!(a_day_later, (1, 0));
    window.note(6, at(later + 400 * DAY));
    assert_eq!(window.used(at(later + 400 * DAY), Accepted), 1);
    assert_eq!(window.last(6), Some(at(later + 400 * DAY)));
}

#[test]
fn expired_entries_go_a_few_at_a_time() {
    let mut window = window();
    for person in 0..10_000 {
        window.note(person, at(0));
    }
    for step in 1..=100 {
        window.note(20_000, at(8 * DAY));
        assert_eq!(window.len(), 10_000 + step - step * DROPS_A_STEP);
    }
    assert_eq!(window.used(at(8 * DAY), Accepted), 1);
    // A new tier notes nobody, and drops as many.
    let drop_all = |window: &mut Window, day: u64| {
        (0..2_000).for_each(|_| window.begin_tier(at(day * DAY)));
        window.len()
    };
    assert_eq!(drop_all(&mut window, 9), 100);
    assert_eq!(drop_all(&mut window, 16), 0);
    (0..300).for_each(|person| window.note(person, at(16 * DAY)));
    drop_all(&mut window, 30);
    assert_eq!(
        (window.len(), window.heads.len()),
        (0, 0),
        "heads go with the last entry"
    );
}

#[test]
fn an_idle_window_owns_no_heap_and_one_with_a_person_little() {
    let mut window = window();
    assert_eq!(window.heap_bytes(), 0);
    window.note(1, at(0));
    assert!(window.heap_bytes() <= 2_048, "{} bytes", window.heap_bytes());
}

/// 1,000 people and 10 of 100 windows each, or 10,000 people in one window; the bench measures 1M people.
#[test]
fn at_most_48_bytes_a_live_pair() {
    for (windows, people) in [(10u32, 10_000u32), (1, 200_000)] {
        let mut all: Vec<Window> = (0..windows).map(|_| window()).collect();
        for person in 0..people {
            all.iter_mut()
                .for_each(|window| window.note(person, at(u64::from(person))));
        }
        let bytes: usize = all.iter().map(Window::heap_bytes).sum();
        let pairs = f64::from(windows) * f64::from(people);
        assert!(
            bytes as f64 / pairs <= 48.0,
            "{} bytes a pair",
            bytes as f64 / pairs
        );
    }
}
