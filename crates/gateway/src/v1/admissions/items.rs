//! The entries of a call, turned into commands while they are read: a call has thousands.
//!
//! Promises: what is wrong with an entry is kept, with its place, and what comes after it is only counted.

use std::fmt;

use cloud_api::NodeId;
use sender::ids::{PhoneNumberId, TemplateKey, TopicKey, hash};
use sender::portfolio::Command;
use sender::portfolio::command::{Admit, What};
use serde::de::{Deserialize, Deserializer, IgnoredAny, SeqAccess, Visitor};
use sha2::{Digest, Sha256};

use super::{ITEMS_MAX, NewAdmission, TOGETHER};
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
}

impl Items {
    fn take(&mut self, item: &NewAdmission<'_>) {
        match command(item) {
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
fn command(item: &NewAdmission<'_>) -> Result<Admit, Problem> {
    let number = NodeId::parse(&item.number).ok_or_else(|| Problem::invalid("number must be an id"))?;
    let what = match &item.template {
        None => What::Free,
        Some(template) => {
            let planned = template.planned_category.as_deref().map(|word| {
                words::category(word)
                    .ok_or_else(|| Problem::invalid(format!("planned_category cannot be {word:?}")))
            });
            What::Template {
                key: TemplateKey::of(&template.name, &template.language),
                planned: planned.transpose()?,
            }
        }
    };
    let key = item
        .idempotency_key
        .as_deref()
        .filter(|key| !key.is_empty())
        .map(|key| {
            let digest = Sha256::new()
                .chain_update(number.0.to_be_bytes())
                .chain_update(key)
                .finalize();
            digest[..16]
                .iter()
                .fold(0, |key, byte| key << 8 | u128::from(*byte))
        });
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
