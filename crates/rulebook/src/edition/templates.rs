//! Managing templates: how many, how often they may be changed, how long names and messages live.

use super::EditionError;
use super::read::Reader;
use crate::template::draft::Category;
use decider::Millis;

/// Managing templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Templates {
    /// How often an approved template may be edited.
    pub edits: [Quota; 2],
    /// How long the name of a deleted template that had been approved is reserved.
    pub name_reserved: Millis,
    /// Templates of an account, each language counted.
    pub cap: u32,
    /// The same of a verified business that has a number with an approved display name.
    pub cap_verified: u32,
    /// How many may be submitted in a span.
    pub creations: Quota,
    /// How long messages may wait for their delivery.
    pub ttl: Ttls,
}

/// At most so many in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many.
    pub most: u32,
    /// In which span.
    pub span: Millis,
}

/// How long messages of templates may wait for their delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ttls {
    /// The longest, and what -1 stands for.
    pub longest: Millis,
    /// Of authentication templates that say nothing.
    pub authentication: Millis,
    /// Which values an authentication template may ask for.
    pub authentication_range: Option<(Millis, Millis)>,
    /// Which values a utility template may ask for; `None`: none.
    pub utility_range: Option<(Millis, Millis)>,
}

impl Ttls {
    /// Which values a template may ask for; `None`: none. Marketing has them on another interface only.
    pub fn range(&self, category: Category) -> Option<(Millis, Millis)> {
        match category {
            Category::Authentication => self.authentication_range,
            Category::Utility => self.utility_range,
            Category::Marketing => None,
        }
    }
}

impl Templates {
    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, EditionError> {
        Ok(Templates {
            edits: [
                Quota {
                    most: r.u32("templates.edits_a_day")?,
                    span: Millis::DAY,
                },
                Quota {
                    most: r.u32("templates.edits_in_30_days")?,
                    span: Millis::days(30),
                },
            ],
            name_reserved: r.millis("templates.name_reserved")?,
            cap: r.u32("templates.cap")?,
            cap_verified: r.u32("templates.cap_verified")?,
            creations: Quota {
                most: r.u32("templates.creations_an_hour")?,
                span: Millis::HOUR,
            },
            ttl: Ttls {
                longest: r.span("templates.ttl.longest")?,
                authentication: r.span("templates.ttl.authentication")?,
                authentication_range: r.range_or_never("templates.ttl.authentication_range")?,
                utility_range: r.range_or_never("templates.ttl.utility_range")?,
            },
        })
    }
}
