//! A portfolio as bytes: a versioned encoding of its own, apart from the live structures.
//!
//! What is kept is lists in order; hash maps are indexes over them and are built again. The core has one form;
//! what subjects keep beside it stands in [`sections`].

pub(crate) mod sections;

use std::collections::{BTreeMap, BTreeSet};

use decider::{CellId, Timestamp, Undecodable};
use rulebook::contacts::{Contacts, ContactsParts};
use rulebook::flag::Flag;
use rulebook::index::Index;
use rulebook::policy::Gate;
use rulebook::rating::{Evidence, SendRate, Standing};
use rulebook::status::NumberFacts;
use rulebook::template::draft::TemplateDraft;
use rulebook::template::lifecycle::TemplateStatus;
use rulebook::template::parameters::Expected;
use rulebook::throughput::Level;
use rulebook::window::{Window, WindowParts};
use serde::{Deserialize, Serialize};

use super::agenda::{Agenda, Due};
use super::analytics::insights::Insights;
use super::command::TemplateKey;
use super::event::Settings;
use super::first_step::Progress;
use super::messages::{Messages, MessagesV1};
use super::number::Number;
use super::policy::Throttle;
use super::refusals::RecentRefusals;
use super::scope::{Scope, TierState};
use super::template::care::Care;
use super::template::upkeep::Upkeep;
use super::template::{Rejection, Template};
use super::{Portfolio, Rules};
use crate::ids::{ContactIx, TemplateIx, WabaIx};
use sections::StoredSection;

/// Version 2 of a stored portfolio: the core as in version 1, and sections.
#[derive(Serialize, Deserialize)]
pub struct PortfolioV2 {
    core: PortfolioV1,
    sections: Vec<StoredSection>,
}

/// Version 1 of a stored portfolio.
#[derive(Serialize, Deserialize)]
pub struct PortfolioV1 {
    name: String,
    settings: Option<Settings>,
    wabas: Vec<String>,
    contacts: ContactsParts,
    numbers: Vec<NumberV1>,
    scopes: Vec<(WindowParts, TierState)>,
    templates: Vec<TemplateV1>,
    agenda: Vec<(Timestamp64, Due)>,
}

/// Milliseconds since the Unix epoch.
type Timestamp64 = u64;

#[derive(Serialize, Deserialize)]
struct NumberV1 {
    waba: WabaIx,
    e164: u64,
    verified_name: String,
    facts: NumberFacts,
    messages: MessagesV1,
    evidence: Evidence,
    harm_by_template: BTreeMap<TemplateIx, Evidence>,
    standing: Standing,
    rate: SendRate,
    flag: Option<FlagV1>,
    lowered_at: Option<Timestamp64>,
    blocked_by: BTreeSet<ContactIx>,
    refusals: Vec<(u32, u16, u64)>,
    pairs: Vec<(u32, u64)>,
    throughput: u64,
}

/// Since when; since when not RED; the last time it turned RED.
type FlagV1 = (Timestamp64, Option<Timestamp64>, Timestamp64);

#[derive(Serialize, Deserialize)]
struct TemplateV1 {
    waba: WabaIx,
    draft: TemplateDraft,
    status: TemplateStatus,
    evidence: Evidence,
    standing: Standing,
    epoch: Timestamp64,
    pauses: u8,
    last_red: Option<Timestamp64>,
    paused_until: Option<Timestamp64>,
    rejection: Option<Rejection>,
    created: Timestamp64,
    updated: Timestamp64,
}

impl Portfolio {
    /// The stored form.
    pub fn to_stored(&self) -> PortfolioV2 {
        PortfolioV2 {
            core: self.to_core(),
            sections: sections::store(self),
        }
    }

    /// From the stored form.
    pub fn from_stored(cell: CellId, stored: PortfolioV2) -> Result<Self, Undecodable> {
        let mut portfolio = Self::from_core(cell, stored.core);
        sections::load(&mut portfolio, &stored.sections)?;
        portfolio.regate_all();
        portfolio.set_guard();
        Ok(portfolio)
    }

    fn to_core(&self) -> PortfolioV1 {
        let people = self.contacts.len() as u32;
        PortfolioV1 {
            name: self.name.clone(),
            settings: self.settings.clone(),
            wabas: self.wabas.clone(),
            contacts: self.contacts.to_parts(),
            numbers: self.numbers.iter().map(|n| store_number(n, people)).collect(),
            scopes: self
                .scopes
                .iter()
                .map(|s| (s.window.to_parts(), s.tier.clone()))
                .collect(),
            templates: self.templates.iter().map(store_template).collect(),
            agenda: self.agenda.iter().map(|(at, due)| (at.millis(), due)).collect(),
        }
    }

    /// From version 1, which knew no sections.
    pub fn from_core(cell: CellId, stored: PortfolioV1) -> Self {
        let mut portfolio = Portfolio::new(cell);
        if let Some(Ok(rules)) = stored.settings.as_ref().map(Rules::of) {
            portfolio.rules = rules;
        }
        portfolio.name = stored.name;
        portfolio.settings = stored.settings;
        portfolio.wabas = stored.wabas;
        portfolio.contacts = Contacts::from_parts(&stored.contacts);
        let survivor = |contact: u32| portfolio.contacts.survivor(contact);
        portfolio.numbers = stored
            .numbers
            .into_iter()
            .map(|n| load_number(n, survivor))
            .collect();
        portfolio.scopes = (stored.scopes.into_iter())
            .map(|(window, tier)| Scope {
                window: Window::from_parts(&window),
                told: None,
                first: Scope::begins_with_first_step(&portfolio.rules.limits, tier.index)
                    .then(|| Box::new(Progress::new(&portfolio.rules.limits.first_step))),
                tier,
            })
            .collect();
        portfolio.templates = stored.templates.into_iter().map(load_template).collect();
        for (ix, template) in portfolio.templates.iter().enumerate() {
            if template.status != TemplateStatus::Deleted {
                portfolio
                    .by_key
                    .insert((template.waba.0, template.key.0), ix as u32);
            }
        }
        let mut agenda = Agenda::default();
        for (at, due) in stored.agenda {
            agenda.set(due, Some(Timestamp::from_millis(at)));
        }
        portfolio.agenda = agenda;
        portfolio.set_guard();
        portfolio
    }
}

fn store_number(n: &Number, people: u32) -> NumberV1 {
    NumberV1 {
        waba: n.waba,
        e164: n.e164,
        verified_name: n.verified_name.clone(),
        facts: n.facts,
        messages: n.messages.to_parts(),
        evidence: n.evidence.clone(),
        harm_by_template: n.harm_by_template.clone(),
        standing: n.standing,
        rate: n.rate.clone(),
        flag: n.flag.map(|f| {
            (
                f.since.millis(),
                f.good_since.map(Timestamp::millis),
                f.red_since.millis(),
            )
        }),
        lowered_at: n.lowered_at.map(Timestamp::millis),
        blocked_by: n.blocked_by.clone(),
        refusals: n.refusals.to_parts(),
        pairs: if n.pairs.is_empty() {
            Vec::new()
        } else {
            (0..people)
                .filter_map(|contact| Some((contact, n.pairs.get(contact)?)))
                .collect()
        },
        throughput: n.throughput,
    }
}

fn load_number(n: NumberV1, survivor: impl Fn(u32) -> u32) -> Number {
    let mut pairs = Index::new();
    for (contact, tat) in n.pairs {
        pairs.insert(contact, tat);
    }
    Number {
        waba: n.waba,
        e164: n.e164,
        verified_name: n.verified_name,
        facts: n.facts,
        messages: Messages::from_parts(n.messages, survivor),
        evidence: n.evidence,
        harm_by_template: n.harm_by_template,
        standing: n.standing,
        rate: n.rate,
        flag: n.flag.map(|(since, good_since, red_since)| Flag {
            since: Timestamp::from_millis(since),
            good_since: good_since.map(Timestamp::from_millis),
            red_since: Timestamp::from_millis(red_since),
        }),
        lowered_at: n.lowered_at.map(Timestamp::from_millis),
        blocked_by: n.blocked_by,
        refusals: RecentRefusals::from_parts(n.refusals),
        pairs,
        throughput: n.throughput,
        gate: Gate::OPEN,
        throttle: Throttle::default(),
        paths: Vec::new(),
        tester: None,
        onboarded: None,
        recipients: None,
        level: Level::default(),
        raising: None,
        entries: None,
    }
}

fn store_template(t: &Template) -> TemplateV1 {
    TemplateV1 {
        waba: t.waba,
        draft: t.draft.clone(),
        status: t.status,
        evidence: t.evidence.clone(),
        standing: t.standing,
        epoch: t.epoch.millis(),
        pauses: t.pauses,
        last_red: t.last_red.map(Timestamp::millis),
        paused_until: t.paused_until.map(Timestamp::millis),
        rejection: t.rejection.clone(),
        created: t.created.millis(),
        updated: t.updated.millis(),
    }
}

fn load_template(t: TemplateV1) -> Template {
    // What was written before this was kept: whoever is here has passed a review.
    let approved = matches!(
        t.status,
        TemplateStatus::Approved | TemplateStatus::Paused | TemplateStatus::Disabled
    );
    Template {
        waba: t.waba,
        key: TemplateKey::of(&t.draft.name, &t.draft.language),
        expected: Expected::of(&t.draft),
        draft: t.draft,
        status: t.status,
        evidence: t.evidence,
        standing: t.standing,
        epoch: Timestamp::from_millis(t.epoch),
        pauses: t.pauses,
        last_red: t.last_red.map(Timestamp::from_millis),
        paused_until: t.paused_until.map(Timestamp::from_millis),
        rejection: t.rejection,
        created: Timestamp::from_millis(t.created),
        updated: Timestamp::from_millis(t.updated),
        upkeep: Upkeep {
            approved,
            ..Upkeep::default()
        },
        insights: Insights::default(),
        care: Care::default(),
    }
}
