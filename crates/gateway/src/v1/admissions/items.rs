//! The entries of a call, turned into commands while they are read: a call has thousands.
//!
//! Promises: what is wrong with an entry is kept, with its place, and what comes after it is only counted.

use std::fmt;

use cloud_api::NodeId;
use sender::ids::{PhoneNumberId, TemplateKey, TopicKey, hash};
use sender::portfolio::Command;
use sender::portfolio::command::{Admit, What};
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::{ITEMS_MAX, NewAdmission, NewTemplate, TOGETHER};
use crate::keys;
use crate::v1::error::Problem;
use crate::v1::input::person;
use crate::words;

/// The commands that entries are, in chunks that are decided together.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) chunks: Vec<Vec<sender::Command>>,
    /// How many entries there are.
    pub(super) count: usize,
    /// What is wrong with the first that cannot be used; the chunks hold those before it.
    pub(super) problem: Option<Problem>,
    template: LastTemplate,
}

/// The template of the entry before: in most calls it is that of all, and a key is a hash.
#[derive(Debug, Default)]
struct LastTemplate {
    name: String,
    language: String,
    key: Option<TemplateKey>,
}

impl LastTemplate {
    fn key(&mut self, template: &NewTemplate<'_>) -> TemplateKey {
        let same = self.name == template.name && self.language == template.language;
        if let Some(key) = self.key.filter(|_| same) {
            return key;
        }
        let key = TemplateKey::of(&template.name, &template.language);
        *self = LastTemplate {
            name: template.name.clone().into_owned(),
            language: template.language.clone().into_owned(),
            key: Some(key),
        };
        key
    }
}

impl Items {
    fn take(&mut self, item: &NewAdmission<'_>) {
        match command(item, &mut self.template) {
            Ok(admit) => {
                let command = sender::Command::Portfolio(Command::Admit(admit));
                match self.chunks.last_mut() {
                    Some(chunk) if chunk.len() < TOGETHER => chunk.push(command),
                    _ => self.chunks.push(vec![command]),
                }
            }
            Err(problem) => self.problem = Some(problem.within(&format!("data[{}]", self.count))),
        }
        self.count += 1;
    }
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_seq(Entries)
    }
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Items;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a list of admissions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Items, A::Error> {
        let mut items = Items::default();
        while items.problem.is_none() && items.count < ITEMS_MAX {
            match from.next_element::<NewAdmission<'de>>()? {
                Some(item) => items.take(&item),
                None => return Ok(items),
            }
        }
        while from.next_element::<IgnoredAny>()?.is_some() {
            items.count += 1;
        }
        Ok(items)
    }
}

/// What an entry asks to be decided.
fn command(item: &NewAdmission<'_>, last: &mut LastTemplate) -> Result<Admit, Problem> {
    let number = NodeId::parse(&item.number).ok_or_else(|| Problem::invalid("number must be an id"))?;
    let what = match &item.template {
        None => What::Free,
        Some(template) => {
            let planned = template.planned_category.as_deref().map(|word| {
                words::category(word)
                    .ok_or_else(|| Problem::invalid(format!("planned_category cannot be {word:?}")))
            });
            What::Template {
                key: last.key(template),
                planned: planned.transpose()?,
            }
        }
    };
    let key = item
        .idempotency_key
        .as_deref()
        .filter(|key| !key.is_empty())
        .map(|key| keys::idempotency(number.0, key));
    Ok(Admit {
        number: PhoneNumberId(number.0),
        to: person(&item.to)?,
        what,
        text: item.text.as_deref().map_or(0, |text| hash(&[text.as_bytes()])),
        topic: item.topic.as_deref().map_or(TopicKey::NONE, TopicKey::of),
        key,
        elsewhere: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"number":"300","to":"15550001111"}"#;
    const BAD: &str = r#"{"number":"300","to":"011"}"#;

    /// So many of each in turn; what is read of them: the chunks, the count, and what is wrong.
    fn check(entries: &[(&str, usize)], chunks: &[usize], count: usize, problem: Option<&str>) {
        let all: Vec<&str> = entries
            .iter()
            .flat_map(|(entry, times)| std::iter::repeat_n(*entry, *times))
            .collect();
        let body = format!("[{}]", all.join(","));
        let items: Items = serde_json::from_str(&body).expect("it is a list of entries");
        let found: Vec<usize> = items.chunks.iter().map(Vec::len).collect();
        assert_eq!((found.as_slice(), items.count), (chunks, count), "{entries:?}");
        let place = |problem: &Problem| problem.detail().split(':').next().map(str::to_owned);
        assert_eq!(
            items.problem.as_ref().and_then(place).as_deref(),
            problem,
            "{entries:?}"
        );
    }

    #[test]
    fn each_entry_has_its_own_template_whichever_came_before() {
        let entry = |name: &str, language: &str| {
            format!(
                r#"{{"number":"300","to":"15550001111","template":{{"name":"{name}","language":"{language}"}}}}"#
            )
        };
        let templates = [("a", "en"), ("a", "en"), ("a", "de"), ("b", "de"), ("a", "en")];
        let entries: Vec<String> = templates
            .iter()
            .map(|(name, language)| entry(name, language))
            .collect();
        let items: Items = serde_json::from_str(&format!("[{}]", entries.join(","))).expect("it is a list");
        let key = |command: &sender::Command| match command {
            sender::Command::Portfolio(Command::Admit(Admit {
                what: What::Template { key, .. },
                ..
            })) => Some(*key),
            _ => None,
        };
        let found: Vec<_> = items.chunks.iter().flatten().map(key).collect();
        let expected = templates.map(|(name, language)| Some(TemplateKey::of(name, language)));
        assert_eq!(found, expected);
    }

    #[test]
    fn entries_become_commands_up_to_the_first_that_is_wrong() {
        check(&[], &[], 0, None);
        check(&[(GOOD, 1)], &[1], 1, None);
        check(&[(GOOD, 1_001)], &[500, 500, 1], 1_001, None);
        check(
            &[(GOOD, 2), (BAD, 1), (GOOD, 3), (BAD, 1)],
            &[2],
            7,
            Some("data[2]"),
        );
        // More than a call may have are counted and go no further, whatever they are.
        check(&[(GOOD, ITEMS_MAX), ("true", 5)], &[500; 20], ITEMS_MAX + 5, None);
    }
}
