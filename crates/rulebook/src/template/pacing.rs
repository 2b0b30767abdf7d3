//! Pacing of templates (rule T7, all editions: `pacing.template`): of a template whose quality is in doubt the first
//! messages go, the rest are held until feedback on those is known. Then they are released in order, or dropped.
//!
//! Promises: the decision about one send is O(1). Must not know: where held messages wait, what a drop is told as.
//! Sources: seed 002; the platform's page on template pacing, which publishes neither threshold nor batch size.

use decider::Timestamp;

use super::draft::Category;
use crate::edition::TemplatePacing;
use crate::rating::Rating;

/// What is known of the quality of an account's templates.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct History {
    /// When one of them was rated RED, paused or disabled last.
    pub last_bad: Option<Timestamp>,
    /// When a utility template of the account was paused last.
    pub utility_paused: Option<Timestamp>,
    /// How many active ones are GREEN.
    pub green: u32,
}

/// What feedback on the messages that went means for those that are held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// Not enough is known.
    Wait,
    /// They go, in order.
    Release,
    /// They fail, and the template is paused until somebody unpauses it.
    Drop,
}

/// Whether a template's own quality is in doubt where there is pacing: it is not GREEN, or was unpaused a short while
/// ago.
pub fn in_doubt(rules: &TemplatePacing, rating: Rating, unpaused: Option<Timestamp>, now: Timestamp) -> bool {
    let doubtful = rating != Rating::Green || unpaused.is_some_and(|at| now.since(at) < rules.unpaused);
    doubtful && rules.first.is_some()
}

/// Whether a template whose own quality is in doubt falls under pacing: its account has had trouble lately, or has
/// nothing good to show. Utility templates only after the pause of one of them; authentication templates never.
pub fn applies(rules: &TemplatePacing, category: Category, history: &History, now: Timestamp) -> bool {
    let within = |at: Option<Timestamp>, span| at.is_some_and(|at| now.since(at) < span);
    let doubtful = history.green == 0 || within(history.last_bad, rules.history);
    match category {
        Category::Marketing => doubtful,
        Category::Utility => {
            doubtful && (rules.utility).is_some_and(|span| within(history.utility_paused, span))
        }
        Category::Authentication => false,
    }
}

/// Whether a message is held after `went` others of the template.
pub fn holds(rules: &TemplatePacing, went: u32) -> bool {
    rules.first.is_some_and(|first| went >= first)
}

/// What the rating means, when so many of the messages that went were read.
pub fn judge(rules: &TemplatePacing, rating: Rating, reads: u32) -> Judgement {
    match rating {
        Rating::Red => Judgement::Drop,
        Rating::Green if reads >= rules.reads => Judgement::Release,
        Rating::Green | Rating::Yellow | Rating::Unknown => Judgement::Wait,
    }
}

#[cfg(test)]
mod tests {
    use decider::Millis;

    use super::*;
    use crate::edition::Edition;

    fn start() -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    fn rules() -> TemplatePacing {
        let edition = Edition::named("2023-per-number").unwrap();
        let overrides = "pacing.template.utility = \"7d\"";
        edition.with_overrides(overrides).unwrap().pacing.template
    }

    #[test]
    fn a_template_is_in_doubt_until_it_is_green_and_for_seven_days_after_a_pause() {
        let week = 7 * 86_400_000;
        // (rating, ms since it was unpaused, in doubt)
        let rows = [
            (Rating::Unknown, None, true),
            (Rating::Yellow, None, true),
            (Rating::Red, None, true),
            (Rating::Green, None, false),
            (Rating::Green, Some(week - 1), true),
            (Rating::Green, Some(week), false),
            (Rating::Yellow, Some(week), true),
        ];
        for (rating, ago, expected) in rows {
            let unpaused = ago.map(|ms| start().back(Millis::new(ms)));
            let got = in_doubt(&rules(), rating, unpaused, start());
            assert_eq!(got, expected, "{rating:?}, unpaused {ago:?} ms ago");
            let off = TemplatePacing {
                first: None,
                ..rules()
            };
            assert!(!in_doubt(&off, rating, unpaused, start()), "there is no pacing");
        }
    }

    #[test]
    fn an_account_with_a_bad_history_or_none_is_paced_by_category() {
        let day = 86_400_000;
        let ago = |ms: Option<u64>| ms.map(|ms| start().back(Millis::new(ms)));
        // (category, GREEN ones, ms since trouble, ms since a utility pause, paced)
        let rows = [
            (Category::Marketing, 0, None, None, true),
            (Category::Marketing, 1, None, None, false),
            (Category::Marketing, 1, Some(30 * day - 1), None, true),
            (Category::Marketing, 1, Some(30 * day), None, false),
            (Category::Utility, 0, None, None, false),
            (Category::Utility, 0, Some(day), None, false),
            (Category::Utility, 3, Some(day), Some(7 * day - 1), true),
            (Category::Utility, 3, Some(day), Some(7 * day), false),
            (Category::Authentication, 0, Some(day), Some(day), false),
        ];
        for (category, green, bad, utility, expected) in rows {
            let history = History {
                last_bad: ago(bad),
                utility_paused: ago(utility),
                green,
            };
            let got = applies(&rules(), category, &history, start());
            assert_eq!(got, expected, "{category:?} {history:?}");
        }
        let never = Edition::named("2023-per-number").unwrap().pacing.template.clone();
        let paused = History {
            last_bad: Some(start()),
            utility_paused: Some(start()),
            green: 0,
        };
        assert!(
            !applies(&never, Category::Utility, &paused, start()),
            "marketing only in 2023"
        );
    }

    #[test]
    fn the_first_500_go_and_feedback_decides_about_the_rest() {
        for (went, held) in [(0, false), (499, false), (500, true), (501, true)] {
            assert_eq!(holds(&rules(), went), held, "after {went}");
        }
        let rows = [
            (Rating::Unknown, 500, Judgement::Wait),
            (Rating::Yellow, 500, Judgement::Wait),
            (Rating::Green, 49, Judgement::Wait),
            (Rating::Green, 50, Judgement::Release),
            (Rating::Red, 0, Judgement::Drop),
        ];
        for (rating, reads, expected) in rows {
            assert_eq!(
                judge(&rules(), rating, reads),
                expected,
                "{rating:?}, {reads} reads"
            );
        }
    }
}
