//! Draws about a person or a message: each depends on its own question alone, not on what was asked before.

use decider::{Millis, mix};

use super::values::{Share, WHOLE};

/// What is drawn. The numbers are part of every history: they are never used twice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub(super) enum Question {
    // About a person, once and for all.
    HasApp = 1,
    Receipts = 2,
    Asked = 3,
    // About a message.
    PhoneOn = 16,
    BackAfter = 17,
    Reads = 18,
    ReadAfter = 19,
    GetsUp = 20,
    Resents = 21,
    ResentsAfter = 22,
    Replies = 23,
    ReplyAfter = 24,
    Line = 25,
    FollowsLink = 26,
    LinkAfter = 27,
}

/// The draws of one subject.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draws(u64);

impl Draws {
    /// Of a person, by their number.
    pub(super) fn of_person(seed: u64, e164: u64) -> Self {
        Draws(mix(mix(seed ^ 0x7065_6f70_6c65) ^ e164))
    }

    /// Of a message to this person; `message` names it for ever.
    pub(super) fn of_message(self, message: u64) -> Self {
        Draws(mix(mix(self.0 ^ 0x006d_6573_7361_6765) ^ message))
    }

    pub(super) fn draw(self, question: Question) -> u64 {
        mix(self.0 ^ mix(question as u64))
    }

    /// Below [`WHOLE`].
    pub(super) fn ppm(self, question: Question) -> u32 {
        ((u128::from(self.draw(question)) * u128::from(WHOLE)) >> 64) as u32
    }

    pub(super) fn chance(self, question: Question, share: Share) -> bool {
        self.ppm(question) < share.0
    }

    /// A span of which half are shorter than `median`: exponential, at most twenty times as long.
    pub(super) fn span(self, question: Question, median: Millis) -> Millis {
        let draw = self.draw(question) | 1;
        // -log2 of the draw: whole steps from the leading zeros, between them a straight line (off by 0.09 at most).
        let whole = u64::from(draw.leading_zeros());
        let fraction = 0x1_0000 - (((draw << whole) >> 47) & 0xffff);
        let halvings = ((whole << 16) + fraction).min(20 << 16);
        Millis::new(((u128::from(median.get()) * u128::from(halvings)) >> 16) as u64)
    }

    /// One of so many.
    pub(super) fn one_of(self, question: Question, count: usize) -> usize {
        ((u128::from(self.draw(question)) * count as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draws() -> impl Iterator<Item = Draws> {
        (0..20_000).map(|e164| Draws::of_person(7, e164))
    }

    #[test]
    fn shares_are_met_and_questions_independent() {
        for share in [0, 10_000, 500_000, WHOLE] {
            let share = Share(share);
            let first = draws().filter(|d| d.chance(Question::Reads, share)).count();
            let both =
                draws().filter(|d| d.chance(Question::Reads, share) && d.chance(Question::Replies, share));
            let expected = f64::from(share.0) / f64::from(WHOLE);
            assert!((first as f64 / 2e4 - expected).abs() < 0.01, "{share:?}: {first}");
            assert!(
                (both.count() as f64 / 2e4 - expected * expected).abs() < 0.01,
                "{share:?}"
            );
        }
    }

    #[test]
    fn half_of_the_spans_are_shorter_than_the_median() {
        let median = Millis::minutes(20);
        let mut spans: Vec<u64> = draws()
            .map(|d| d.span(Question::ReadAfter, median).get())
            .collect();
        spans.sort_unstable();
        let at = |share: usize| spans[spans.len() * share / 100] as f64 / median.get() as f64;
        assert!(
            (at(50) - 1.0).abs() < 0.06 && (at(75) - 2.0).abs() < 0.12,
            "{} {}",
            at(50),
            at(75)
        );
        assert!(at(25) < 0.5 && spans[spans.len() - 1] <= 20 * median.get());
    }
}
