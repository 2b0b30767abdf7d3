//! The first step (rules P9 to P11, editions 2024 and 2026: `limits.first_step`): the lowest tier is left by another way than
//! the rise by use. Who is verified, or reaches so many people in 30 days with good templates, is analysed; the limit
//! rises when the analysis ends well.
//!
//! Sources: the platform's page on messaging limits (8 May 2026), providers for 2024. When the quality of a template is
//! looked at (at each delivery), how long an analysis takes and which ratings it wants are not published: assumed.
//!
//! Promises: an outcome depends on the ratings given and on nothing else; each verification is analysed once.
//! Must not know: who is counted (`window`), who tells the business.

use decider::Millis;
use serde::{Deserialize, Serialize};

use crate::edition::{EditionError, Reader, UpgradeRating};
use crate::rating::Rating;

/// The ways off the lowest tier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FirstStep {
    /// Any one of them is enough. None: the rise by use leads off the lowest tier too.
    pub paths: Vec<Path>,
    /// Unique recipients of delivered messages outside a service window that make the path by volume.
    pub recipients: u32,
    /// The span in which they are counted.
    pub window: Millis,
    /// Which templates' messages count.
    pub templates: UpgradeRating,
    /// From the completion of a path to the end of the analysis.
    pub analysis: Millis,
}

/// One way off the lowest tier. The order is stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Path {
    /// The business is verified.
    Business,
    /// A partner has the business verified.
    Partner,
    /// A person proves who they are.
    Identity,
    /// So many people were reached with good templates.
    Volume,
}

impl Path {
    /// Every path.
    pub const ALL: [Path; 4] = [Path::Business, Path::Partner, Path::Identity, Path::Volume];

    /// The word of editions and of the control API.
    pub fn name(self) -> &'static str {
        match self {
            Path::Business => "business_verification",
            Path::Partner => "partner_verification",
            Path::Identity => "identity_verification",
            Path::Volume => "volume",
        }
    }

    /// What was done, in words.
    pub fn text(self) -> &'static str {
        match self {
            Path::Business => "the business is verified",
            Path::Partner => "the business was verified by a partner",
            Path::Identity => "the identity is verified",
            Path::Volume => "enough people were reached with good templates",
        }
    }

    /// The path of a word.
    pub fn named(word: &str) -> Option<Path> {
        Path::ALL.into_iter().find(|path| path.name() == word)
    }

    /// As a bit of a set.
    pub fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// How an analysis ends. The order is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// The limit rises.
    Approved,
    /// Not now: the path by volume is left.
    Deferred,
    /// No: the path by volume is left.
    Failed,
    /// Identity has to be verified, or the path by volume taken.
    NeedMoreInfo,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 4] = [
        Outcome::Approved,
        Outcome::Deferred,
        Outcome::Failed,
        Outcome::NeedMoreInfo,
    ];

    /// The word of the control API.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Approved => "approved",
            Outcome::Deferred => "deferred",
            Outcome::Failed => "failed",
            Outcome::NeedMoreInfo => "need_more_info",
        }
    }

    /// The outcome of a word.
    pub fn named(word: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.name() == word)
    }
}

impl FirstStep {
    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        let words = r.words("limits.first_step.paths")?;
        let paths: Vec<Path> = words.iter().filter_map(|word| Path::named(word)).collect();
        let names = Path::ALL.map(Path::name).join(", ");
        r.require(
            paths.len() == words.len(),
            "limits.first_step.paths",
            &format!("a list of some of {names}"),
        )?;
        Ok(FirstStep {
            paths,
            recipients: r.u32("limits.first_step.recipients")?,
            window: r.span("limits.first_step.window")?,
            templates: r.choice("limits.first_step.templates")?,
            analysis: r.millis("limits.first_step.analysis")?,
        })
    }

    /// Whether a message delivered with a template of this rating counts for the path by volume.
    pub fn counts(&self, template: Rating) -> bool {
        self.paths.contains(&Path::Volume) && self.templates.passes(template)
    }

    /// Whether completing a path has the scope analysed. Verifications that were analysed before are not again; who was
    /// asked for more may verify their identity, where that is no path by itself.
    pub fn leads_on(&self, path: Path, analysed: u8, last: Option<Outcome>) -> bool {
        let again = path == Path::Volume || analysed & path.bit() == 0;
        let asked = path == Path::Identity && last == Some(Outcome::NeedMoreInfo);
        again && (asked || self.paths.contains(&path))
    }
}

/// What an analysis by the rules comes to, from the worst ratings of numbers and of templates.
pub fn analyse(number: Rating, template: Rating) -> Outcome {
    let worst = if template.is_worse_than(number) {
        template
    } else {
        number
    };
    match worst {
        Rating::Red => Outcome::Failed,
        Rating::Yellow => Outcome::Deferred,
        Rating::Green | Rating::Unknown => Outcome::Approved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::{Edition, EditionId};

    fn rules(id: EditionId) -> &'static FirstStep {
        &Edition::builtin(id).limits.first_step
    }

    #[test]
    fn each_edition_has_its_ways_off_the_lowest_tier() {
        use Path::{Business, Identity, Partner, Volume};
        let old = rules(EditionId::PER_NUMBER_2024);
        let new = rules(EditionId::PER_PORTFOLIO_2026);
        assert!(rules(EditionId::PER_NUMBER_2023).paths.is_empty());
        assert_eq!(old.paths, [Business, Identity, Volume]);
        assert_eq!(new.paths, [Business, Partner, Volume]);
        assert_eq!((old.recipients, new.recipients), (1_000, 2_000));
        assert_eq!((old.window, new.window), (Millis::days(30), Millis::days(30)));
    }

    #[test]
    fn a_verification_is_analysed_once_and_identity_when_asked_for() {
        use Outcome::{Deferred, NeedMoreInfo};
        use Path::{Business, Identity, Partner, Volume};
        let (old, new) = (
            rules(EditionId::PER_NUMBER_2024),
            rules(EditionId::PER_PORTFOLIO_2026),
        );
        // (rules, path, analysed before, the last outcome, leads on)
        let rows = [
            (old, Business, None, None, true),
            (old, Business, Some(Business), Some(Deferred), false),
            (old, Identity, Some(Business), Some(Deferred), true),
            (old, Partner, None, None, false),
            (old, Volume, Some(Volume), Some(Deferred), true),
            (new, Partner, None, None, true),
            (new, Identity, None, None, false),
            (new, Identity, Some(Business), Some(NeedMoreInfo), true),
            (new, Identity, Some(Identity), Some(NeedMoreInfo), false),
        ];
        for (rules, path, analysed, last, expected) in rows {
            let analysed = analysed.map_or(0, Path::bit);
            assert_eq!(
                rules.leads_on(path, analysed, last),
                expected,
                "{path:?} after {last:?}"
            );
        }
        let none = rules(EditionId::PER_NUMBER_2023);
        assert!(Path::ALL.iter().all(|path| !none.leads_on(*path, 0, None)));
    }

    #[test]
    fn the_worst_rating_decides_an_analysis() {
        use Rating::{Green, Red, Unknown, Yellow};
        let rows = [
            (Green, Green, Outcome::Approved),
            (Unknown, Unknown, Outcome::Approved),
            (Green, Yellow, Outcome::Deferred),
            (Yellow, Green, Outcome::Deferred),
            (Unknown, Red, Outcome::Failed),
            (Red, Yellow, Outcome::Failed),
        ];
        for (number, template, expected) in rows {
            assert_eq!(analyse(number, template), expected, "{number:?}, {template:?}");
        }
        let counted: Vec<bool> = [Unknown, Red, Yellow, Green]
            .map(|rating| rules(EditionId::PER_PORTFOLIO_2026).counts(rating))
            .into();
        assert_eq!(counted, [false, false, false, true]);
    }

    #[test]
    fn words_lead_back() {
        for path in Path::ALL {
            assert_eq!(Path::named(path.name()), Some(path));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::named(outcome.name()), Some(outcome));
        }
        let wrong = Edition::builtin(EditionId::PER_PORTFOLIO_2026)
            .with_overrides("limits.first_step.paths = [\"money\"]")
            .unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "`limits.first_step.paths` must be a list of some of business_verification, partner_verification, \
             identity_verification, volume"
        );
    }
}
