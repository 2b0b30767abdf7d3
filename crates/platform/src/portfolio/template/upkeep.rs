//! What managing a template needs beside its core: its edits, the name that it leaves behind, the time to live that the
//! business asked for.

use decider::{Millis, Timestamp, mix};
use rulebook::edition::Templates;
use rulebook::template::ttl;
use serde::{Deserialize, Serialize};

use super::Template;
use crate::ids::TemplateIx;
use crate::portfolio::snapshot::sections::{Section, write};

/// What managing a template needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Upkeep {
    /// It was approved once.
    pub approved: bool,
    /// When it was edited while approved, oldest first, as long as that may count.
    pub edits: Vec<Timestamp>,
    /// Of a deleted one: its name, for a time.
    pub reserved: Option<Reserved>,
    /// How long its messages may wait, in seconds, where the business asked for that; -1 for the longest.
    pub ttl: Option<i64>,
}

/// The name of a deleted template is not free yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reserved {
    /// Until when.
    pub until: Timestamp,
    /// In every language, or only in its own.
    pub every_language: bool,
}

impl Template {
    /// How long its messages may wait for their delivery.
    pub fn time_to_live(&self, rules: &Templates) -> Millis {
        ttl::of(&rules.ttl, self.draft.category, self.upkeep.ttl)
    }

    /// Until when it keeps this name from being used, if it does.
    pub(in crate::portfolio) fn reserves(
        &self,
        name: &str,
        language: &str,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let reserved = self.upkeep.reserved.filter(|reserved| now < reserved.until)?;
        let same = self.draft.name == name && (reserved.every_language || self.draft.language == language);
        same.then_some(reserved.until)
    }
}

impl Upkeep {
    /// Changes with every change.
    pub(super) fn digest(&self) -> u64 {
        let reserved = self
            .reserved
            .map_or(0, |r| r.until.millis() ^ u64::from(r.every_language));
        let digest = self
            .edits
            .iter()
            .fold(reserved, |digest, at| mix(digest ^ at.millis()));
        digest ^ self.ttl.map_or(0, |seconds| mix(seconds as u64)) ^ u64::from(self.approved)
    }
}

/// Stored of each template that has any of it.
pub(crate) const SECTION: Section = Section {
    id: 21,
    version: 1,
    store: |portfolio| {
        let templates = (0..).map(TemplateIx).zip(&portfolio.templates);
        let kept: Vec<(TemplateIx, UpkeepV1)> = templates
            .filter(|(_, template)| template.upkeep != Upkeep::default())
            .map(|(ix, template)| (ix, UpkeepV1::of(&template.upkeep)))
            .collect();
        (!kept.is_empty()).then(|| write(&kept))
    },
    load: |portfolio, version, bytes| match version {
        1 => Some(
            postcard::from_bytes(bytes).map(|kept: Vec<(TemplateIx, UpkeepV1)>| {
                for (ix, upkeep) in kept {
                    if let Some(template) = portfolio.templates.get_mut(ix.index()) {
                        template.upkeep = upkeep.upkeep();
                    }
                }
            }),
        ),
        _ => None,
    },
};

#[derive(Serialize, Deserialize)]
struct UpkeepV1 {
    approved: bool,
    edits: Vec<u64>,
    reserved: Option<(u64, bool)>,
    ttl: Option<i64>,
}

impl UpkeepV1 {
    fn of(upkeep: &Upkeep) -> Self {
        UpkeepV1 {
            approved: upkeep.approved,
            edits: upkeep.edits.iter().map(|at| at.millis()).collect(),
            reserved: (upkeep.reserved).map(|reserved| (reserved.until.millis(), reserved.every_language)),
            ttl: upkeep.ttl,
        }
    }

    fn upkeep(self) -> Upkeep {
        Upkeep {
            approved: self.approved,
            edits: self.edits.into_iter().map(Timestamp::from_millis).collect(),
            reserved: self.reserved.map(|(until, every_language)| Reserved {
                until: Timestamp::from_millis(until),
                every_language,
            }),
            ttl: self.ttl,
        }
    }
}

#[cfg(test)]
mod tests {
    use rulebook::template::draft::{Category, ParameterFormat, TemplateDraft};

    use super::*;
    use crate::ids::WabaIx;
    use crate::portfolio::Portfolio;

    fn with_two_templates() -> Portfolio {
        let draft = || TemplateDraft {
            name: "news".into(),
            language: "en".into(),
            category: Category::Utility,
            parameter_format: ParameterFormat::Positional,
            components: Vec::new(),
        };
        let mut portfolio = Portfolio::new(decider::CellId(1));
        let new = || Template::new(WabaIx(0), draft(), Timestamp::from_millis(1));
        portfolio.templates.extend([new(), new()]);
        portfolio
    }

    #[test]
    fn what_managing_needs_is_stored() {
        let mut portfolio = with_two_templates();
        assert_eq!((SECTION.store)(&portfolio), None, "nothing is stored of nothing");
        portfolio.templates[1].upkeep = Upkeep {
            approved: true,
            edits: vec![Timestamp::from_millis(3)],
            reserved: Some(Reserved {
                until: Timestamp::from_millis(9),
                every_language: true,
            }),
            ttl: Some(-1),
        };
        let bytes = (SECTION.store)(&portfolio).expect("there is content");
        assert_eq!(bytes, [1, 1, 1, 1, 3, 1, 9, 1, 1, 1]);
        let mut again = with_two_templates();
        assert!(matches!((SECTION.load)(&mut again, 1, &bytes), Some(Ok(()))));
        assert_eq!(again.templates[1].upkeep, portfolio.templates[1].upkeep);
        assert_eq!(again.templates[0].upkeep, Upkeep::default());
        assert!((SECTION.load)(&mut again, 0, &bytes).is_none());
    }
}
