//! What a check says: findings with their places, and what it takes the category to be.
//!
//! The shapes are those of `--json` and of the API: every field is part of that contract.

use rulebook::template::check::{Part, Place};
use rulebook::template::draft::Category;
use serde::{Serialize, Serializer};

use super::code::Code;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The platform refuses or rejects it, or takes it for misuse.
    Error,
    /// It costs goodwill, of people or of the platform.
    Warning,
    /// It could be better.
    Advice,
}

impl Severity {
    /// In lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        }
    }
}

/// Where it is, with what stands there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Spot {
    /// `body`, `button 2` and so on.
    #[serde(serialize_with = "as_text")]
    pub part: Part,
    /// The first byte of the part's text (UTF-8), and the one after the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<[usize; 2]>,
    /// The same in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chars: Option<[usize; 2]>,
    /// What stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Something that was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// What kind, by its permanent number.
    pub code: Code,
    /// The name of the code.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub place: Spot,
    /// What is wrong: a sentence.
    pub message: String,
    /// What to do: a sentence.
    pub advice: String,
}

/// A reason for a category.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Reason {
    /// The category that it speaks for.
    #[serde(serialize_with = "as_word")]
    pub toward: Category,
    /// What was seen: a lower-case fragment.
    pub what: String,
    /// Where.
    pub place: Spot,
}

/// What the category is taken to be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Guess {
    /// The category.
    #[serde(serialize_with = "as_word")]
    pub category: Category,
    /// Why, the decisive ones first.
    pub reasons: Vec<Reason>,
}

/// All that a check says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// What was found, the worst first, in order of codes.
    pub findings: Vec<Finding>,
    /// Of a template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guess: Option<Guess>,
}

impl Report {
    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|found| found.severity == severity)
            .count()
    }
}

impl Spot {
    /// A place in a text.
    pub(super) fn of(place: Place, text: Option<&str>) -> Spot {
        let Place { part, bytes } = place;
        let stands = bytes
            .as_ref()
            .and_then(|at| Some((at, text?.get(at.clone())?, text?.get(..at.start)?)));
        let Some((at, excerpt, before)) = stands else {
            return Spot {
                part,
                bytes: None,
                chars: None,
                text: None,
            };
        };
        let start = before.chars().count();
        Spot {
            part,
            bytes: Some([at.start, at.end]),
            chars: Some([start, start + excerpt.chars().count()]),
            text: Some(excerpt.to_owned()),
        }
    }
}

fn as_text<S: Serializer>(part: &Part, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(part)
}

fn as_word<S: Serializer>(category: &Category, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(category.api_value())
}
