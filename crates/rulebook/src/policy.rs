//! The policy ladder: what a violation brings, and what each step blocks (H5, Q10; all editions: `policy`).
//!
//! Steps, what they block and for how long are the platform's (page on policy enforcement, 4 November 2025; the older text
//! of a partner for the first two restrictions); which violation brings which step is not published: the ladder is
//! climbed one step a violation (assumed), and severe harm leaves it at once.
//!
//! Promises: a step depends on the violations that stand and on nothing else; what blocks is a set of bits that costs a
//! send one look. Must not know: who finds violations, what an account is told.

use decider::{Millis, Timestamp};
use serde::{Deserialize, Serialize};

use crate::edition::{EditionError, Reader, choices};

/// What violations bring.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// What the first violation that counts brings, the second, and so on; the last step stays.
    pub ladder: Vec<Step>,
    /// Violations count for so long; `None`: for ever.
    pub remembered: Option<Millis>,
    /// What a short restriction blocks.
    pub short_blocks: ShortBlocks,
    /// A restriction of at least this length blocks all messages.
    pub long_from: Millis,
    /// Violations that end the account at once.
    pub off_boarded_for: Vec<String>,
    /// Violations against whose restriction no appeal is heard: it has to be waited for.
    pub not_appealable: Vec<String>,
    /// From an appeal to its decision by the rules.
    pub review: Millis,
}

/// A step of the ladder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A notice that names the policy.
    Warning,
    /// Messages are restricted for a time, and no numbers can be added.
    Restriction(Millis),
    /// Nothing is sent until an appeal is granted.
    Lock,
    /// The account is disabled.
    Disable,
    /// The account is taken off the platform.
    OffBoarding,
}

choices! {
    /// What a restriction of one or three days blocks.
    ShortBlocks {
        /// Every template.
        Templates = "templates",
        /// Every message outside a customer service window.
        BusinessInitiated = "business_initiated",
    }
}

/// What an account, or a number, may not do: a set.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Gate(u8);

impl Gate {
    /// Nothing is in the way.
    pub const OPEN: Gate = Gate(0);
    /// Templates do not go.
    pub const TEMPLATES: Gate = Gate(1);
    /// Messages outside a customer service window do not go.
    pub const BUSINESS_INITIATED: Gate = Gate(1 << 1);
    /// Nothing goes, for a time.
    pub const MESSAGES: Gate = Gate(1 << 2);
    /// Nothing goes until an appeal is granted.
    pub const LOCKED: Gate = Gate(1 << 3);
    /// The account is disabled, or off the platform: nothing goes and nothing comes.
    pub const DISABLED: Gate = Gate(1 << 4);
    /// No numbers can be added.
    pub const NUMBERS: Gate = Gate(1 << 5);
    /// Whatever is in the way of an account as a whole.
    pub const ACCOUNT: Gate = Gate(0b1_1111);
    /// Low quality is in the way of some messages (see `low_quality`).
    pub const QUALITY: Gate = Gate(1 << 6);

    /// No templates can be submitted.
    pub const CREATION: Gate = Gate(1 << 7);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Gate) -> Gate {
        Gate(self.0 | other.0)
    }

    /// Without the bits of `other`.
    #[must_use]
    pub const fn without(self, other: Gate) -> Gate {
        Gate(self.0 & !other.0)
    }

    /// Whether any of `other` is in the way.
    pub const fn any(self, other: Gate) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing is in the way.
    pub const fn is_open(self) -> bool {
        self.0 == 0
    }

    /// The bits.
    pub const fn bits(self) -> u8 {
        self.0
    }
}

/// What a violation of this type brings, given when the violations that stand against the account were found.
pub fn step(policy: &Policy, kind: &str, standing: impl Iterator<Item = Timestamp>, now: Timestamp) -> Step {
    if policy.off_boarded_for.iter().any(|severe| severe == kind) {
        return Step::OffBoarding;
    }
    let counts = |at: &Timestamp| policy.remembered.is_none_or(|span| now.since(*at) < span);
    let before = standing.filter(counts).count();
    let last = policy.ladder.len().saturating_sub(1);
    policy
        .ladder
        .get(before.min(last))
        .copied()
        .unwrap_or(Step::Warning)
}

/// What a step blocks while it stands.
pub fn gate(policy: &Policy, step: Step) -> Gate {
    match step {
        Step::Warning => Gate::OPEN,
        Step::Restriction(span) if span >= policy.long_from => Gate::MESSAGES.and(Gate::NUMBERS),
        Step::Restriction(_) => Gate::NUMBERS.and(match policy.short_blocks {
            ShortBlocks::Templates => Gate::TEMPLATES,
            ShortBlocks::BusinessInitiated => Gate::BUSINESS_INITIATED,
        }),
        Step::Lock => Gate::LOCKED.and(Gate::NUMBERS),
        Step::Disable | Step::OffBoarding => Gate::DISABLED.and(Gate::NUMBERS),
    }
}

/// Whether an appeal against a violation of this type is heard. A lock or worse can always be appealed.
pub fn is_appealable(policy: &Policy, kind: &str, step: Step) -> bool {
    let timed = matches!(step, Step::Warning | Step::Restriction(_));
    !(timed && policy.not_appealable.iter().any(|final_| final_ == kind))
}

impl Step {
    /// The name: `warning`, `3d`, `lock` ...
    pub fn name(self) -> String {
        match self {
            Step::Warning => "warning".to_owned(),
            Step::Restriction(span) if span.get().is_multiple_of(Millis::DAY.get()) => {
                format!("{}d", span.get() / Millis::DAY.get())
            }
            Step::Restriction(span) => format!("{}ms", span.get()),
            Step::Lock => "lock".to_owned(),
            Step::Disable => "disable".to_owned(),
            Step::OffBoarding => "off_boarding".to_owned(),
        }
    }

    /// The step of a name; a restriction is named by its span.
    pub fn named(name: &str) -> Option<Step> {
        match name {
            "warning" => Some(Step::Warning),
            "lock" => Some(Step::Lock),
            "disable" => Some(Step::Disable),
            "off_boarding" => Some(Step::OffBoarding),
            span => crate::edition::span(span)
                .filter(|span| *span > Millis::ZERO)
                .map(Step::Restriction),
        }
    }
}

impl Policy {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        let ladder: Vec<Option<Step>> = r
            .words("policy.ladder")?
            .iter()
            .map(|name| Step::named(name))
            .collect();
        let ladder: Option<Vec<Step>> = ladder.into_iter().collect();
        let ladder = ladder.filter(|ladder| !ladder.is_empty()).ok_or_else(|| {
            EditionError::wrong(
                "policy.ladder",
                "a list of steps: warning, a span such as 3d, lock, disable, off_boarding",
            )
        })?;
        Ok(Policy {
            ladder,
            remembered: r.span_or_never("policy.remembered")?,
            short_blocks: r.choice("policy.short_blocks")?,
            long_from: r.span("policy.long_from")?,
            off_boarded_for: r.words("policy.off_boarded_for")?,
            not_appealable: r.words("policy.not_appealable")?,
            review: r.span("policy.review")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    fn policy() -> Policy {
        Edition::named("2023-per-number")
            .expect("the edition")
            .policy
            .clone()
    }

    #[test]
    fn each_violation_that_stands_brings_the_next_step() {
        let (policy, now) = (policy(), Timestamp::from_millis(1_700_000_000_000));
        let names = [
            "warning", "1d", "3d", "5d", "7d", "30d", "lock", "disable", "disable",
        ];
        for (before, name) in names.iter().enumerate() {
            let standing = (0..before).map(|n| now.back(Millis::days(n as u64)));
            assert_eq!(step(&policy, "SPAM", standing, now).name(), *name, "{before}");
        }
        // What happened long ago counts no more; severe harm ends it at once.
        let old = [now.back(Millis::days(365)), now.back(Millis::days(400))];
        assert_eq!(step(&policy, "SPAM", old.into_iter(), now), Step::Warning);
        let fresh = [now.back(Millis::new(Millis::days(365).get() - 1))];
        assert_eq!(
            step(&policy, "SPAM", fresh.into_iter(), now),
            Step::Restriction(Millis::days(1))
        );
        assert_eq!(step(&policy, "TERRORISM", [].into_iter(), now), Step::OffBoarding);
        let for_ever = Policy {
            remembered: None,
            ..policy
        };
        assert_eq!(
            step(&for_ever, "SPAM", old.into_iter(), now),
            Step::Restriction(Millis::days(3))
        );
    }

    #[test]
    fn steps_block_more_and_more() {
        let policy = policy();
        let days = |days| Step::Restriction(Millis::days(days));
        let [open, initiated, templates] = [Gate::OPEN, Gate::BUSINESS_INITIATED, Gate::TEMPLATES];
        let rows = [
            (Step::Warning, open, open),
            (
                days(1),
                initiated.and(Gate::NUMBERS),
                templates.and(Gate::NUMBERS),
            ),
            (
                days(3),
                initiated.and(Gate::NUMBERS),
                templates.and(Gate::NUMBERS),
            ),
            (
                days(5),
                Gate::MESSAGES.and(Gate::NUMBERS),
                Gate::MESSAGES.and(Gate::NUMBERS),
            ),
            (
                days(30),
                Gate::MESSAGES.and(Gate::NUMBERS),
                Gate::MESSAGES.and(Gate::NUMBERS),
            ),
            (
                Step::Lock,
                Gate::LOCKED.and(Gate::NUMBERS),
                Gate::LOCKED.and(Gate::NUMBERS),
            ),
            (
                Step::Disable,
                Gate::DISABLED.and(Gate::NUMBERS),
                Gate::DISABLED.and(Gate::NUMBERS),
            ),
            (
                Step::OffBoarding,
                Gate::DISABLED.and(Gate::NUMBERS),
                Gate::DISABLED.and(Gate::NUMBERS),
            ),
        ];
        for (step, of_initiated, of_templates) in rows {
            let of = |short_blocks| {
                gate(
                    &Policy {
                        short_blocks,
                        ..policy.clone()
                    },
                    step,
                )
            };
            assert_eq!(of(ShortBlocks::BusinessInitiated), of_initiated, "{step:?}");
            assert_eq!(of(ShortBlocks::Templates), of_templates, "{step:?}");
        }
    }

    #[test]
    fn spam_is_waited_for_but_a_lock_is_appealed() {
        let policy = policy();
        let day = Step::Restriction(Millis::days(1));
        for (kind, step, heard) in [
            ("SPAM", day, false),
            ("SPAM", Step::Lock, true),
            ("ALCOHOL", day, true),
        ] {
            assert_eq!(is_appealable(&policy, kind, step), heard, "{kind} {step:?}");
        }
    }

    #[test]
    fn steps_lead_back_from_their_names() {
        for name in ["warning", "1d", "30d", "lock", "disable", "off_boarding"] {
            assert_eq!(Step::named(name).map(Step::name).as_deref(), Some(name));
        }
        for name in ["", "0d", "soon", "d"] {
            assert_eq!(Step::named(name), None, "{name}");
        }
    }
}
