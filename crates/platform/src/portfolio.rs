//! One portfolio: its WABAs, numbers, templates, people, ratings and limits.
//!
//! Promises: pure; every change is an [`Event`]; what is refused changes nothing but the count of refusals.
//! Must not know: HTTP, webhooks, files, other portfolios.

pub mod agenda;
pub mod analytics;
pub mod answer;
pub mod command;
mod decide;
pub mod event;
mod evolve;
pub mod explain;
pub mod first_step;
mod look_ahead;
pub mod marketing;
pub mod messages;
mod misuse;
pub mod notices;
pub mod number;
pub mod pacing;
pub mod policy;
mod refusals;
pub mod scope;
pub(crate) mod snapshot;
pub mod surface;
pub mod template;
mod view;

use core::ops::Deref;
use std::collections::BTreeMap;

use decider::{CellId, Timestamp, mix};
use rulebook::contacts::Contacts;
use rulebook::edition::{self, Edition, EditionError, EditionId, Limit};
use rulebook::index::Index;
use rulebook::misuse::Conduct;

use crate::ids::{ContactIx, NumberIx, ScopeIx, TemplateIx, WabaIx};
use crate::people::People;
use agenda::Agenda;
use analytics::Analytics;
use command::TemplateKey;
use event::Settings;
use first_step::Verification;
use marketing::Marketing;
use notices::Administrators;
use number::Number;
use pacing::Pacing;
use scope::Scope;
use surface::Surface;
use template::Template;

pub use answer::Answer;
pub use command::Command;
pub use event::Event;
pub use snapshot::{PortfolioV1, PortfolioV2};
pub use view::Footprint;

/// The state of one portfolio.
#[derive(Debug)]
pub struct Portfolio {
    /// Its cell.
    pub cell: CellId,
    /// Its name; empty before it was opened.
    pub name: String,
    /// How it behaves; `None` before it was opened.
    pub settings: Option<Settings>,
    rules: Rules,
    /// Names of its WABAs.
    pub wabas: Vec<String>,
    /// Its numbers.
    pub numbers: Vec<Number>,
    scopes: Vec<Scope>,
    /// Its templates, deleted ones included.
    pub templates: Vec<Template>,
    by_key: Index<(u16, u64), u32>,
    contacts: Contacts,
    /// Anything can stand against writing to anybody: what a send asks first.
    guarded: bool,
    marketing: Marketing,
    /// What a business may see of its own figures.
    pub analytics: Analytics,
    /// Messages held until feedback on others is known.
    pub pacing: Pacing,
    /// What it has verified.
    pub verification: Verification,
    /// Accounts that were found to misuse the utility category.
    misuse: BTreeMap<WabaIx, Conduct>,
    /// Its deadlines.
    pub agenda: Agenda,
    /// Who is told of what concerns it.
    pub administrators: Administrators,
    /// What surrounds its messages.
    pub surface: Surface,
    /// Its simulated people; `None` before the first of them is written to.
    pub people: Option<Box<People>>,
    /// Violations and appeals.
    pub policy: policy::Record,
}

/// The edition in force: built in, or with values of this portfolio's own.
#[derive(Debug)]
enum Rules {
    Builtin(&'static Edition),
    Own(Box<Edition>),
}

impl Rules {
    fn of(settings: &Settings) -> Result<Self, EditionError> {
        let id = EditionId::try_from(settings.edition)?;
        let builtin = Edition::builtin(id);
        if settings.overrides.is_empty() {
            return Ok(Rules::Builtin(builtin));
        }
        Ok(Rules::Own(Box::new(builtin.with_overrides(&settings.overrides)?)))
    }
}

impl Deref for Rules {
    type Target = Edition;

    fn deref(&self) -> &Edition {
        match self {
            Rules::Builtin(edition) => edition,
            Rules::Own(edition) => edition,
        }
    }
}

impl Portfolio {
    /// A portfolio to which nothing has happened.
    pub fn new(cell: CellId) -> Self {
        Portfolio {
            cell,
            name: String::new(),
            settings: None,
            rules: Rules::Builtin(Edition::builtin(EditionId::PER_NUMBER_2023)),
            wabas: Vec::new(),
            numbers: Vec::new(),
            scopes: Vec::new(),
            templates: Vec::new(),
            by_key: Index::new(),
            contacts: Contacts::new(),
            guarded: false,
            marketing: Marketing::default(),
            analytics: Analytics::default(),
            pacing: Pacing::default(),
            verification: Verification::default(),
            misuse: BTreeMap::new(),
            agenda: Agenda::default(),
            administrators: Administrators::default(),
            surface: Surface::default(),
            people: None,
            policy: policy::Record::default(),
        }
    }

    /// The edition in force.
    pub fn edition(&self) -> &Edition {
        &self.rules
    }

    /// A number, if there is such a one.
    pub fn number(&self, number: NumberIx) -> Option<&Number> {
        self.numbers.get(number.index())
    }

    /// A template, if there is such a one.
    pub fn template(&self, template: TemplateIx) -> Option<&Template> {
        self.templates.get(template.index())
    }

    /// The template of a name and language in a WABA.
    pub fn template_named(&self, waba: WabaIx, key: TemplateKey) -> Option<TemplateIx> {
        self.by_key.get((waba.0, key.0)).map(TemplateIx)
    }

    /// Whom a limit of this number counts together with.
    pub fn scope_of(&self, number: NumberIx) -> ScopeIx {
        match self.rules.limits.scope {
            edition::Scope::Number => ScopeIx(number.0),
            edition::Scope::Portfolio => ScopeIx(0),
        }
    }

    /// A scope, if there is such a one.
    pub fn scope(&self, scope: ScopeIx) -> Option<&Scope> {
        self.scopes.get(scope.index())
    }

    /// The limit of a scope, also before the portfolio has a number.
    pub fn limit_of(&self, scope: ScopeIx) -> Limit {
        let limits = &self.rules.limits;
        let begins = || limits.tiers.get(limits.start).copied();
        self.scope(scope)
            .map(|scope| scope.limit(limits))
            .or_else(begins)
            .unwrap_or(Limit::Unlimited)
    }

    /// The limit that the whole portfolio shares, where limits are the portfolio's.
    pub fn shared_limit(&self) -> Option<Limit> {
        (self.rules.limits.scope == edition::Scope::Portfolio).then(|| self.limit_of(ScopeIx(0)))
    }

    /// The numbers of a scope.
    pub fn numbers_of(&self, scope: ScopeIx) -> impl Iterator<Item = NumberIx> + '_ {
        (0..self.numbers.len() as u16)
            .map(NumberIx)
            .filter(move |number| self.scope_of(*number) == scope)
    }

    /// A person by phone number.
    pub fn contact(&self, e164: u64) -> Option<ContactIx> {
        self.contacts.id(e164).map(ContactIx)
    }

    /// The phone number of a person, unless erased.
    pub fn phone_of(&self, contact: ContactIx) -> Option<u64> {
        self.contacts.e164(contact.0)
    }

    /// The earliest instant at which there is something to do.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.agenda.first().map(|(at, _)| at)
    }

    /// A digest of everything that decides; no walk over people or messages.
    pub fn digest(&self) -> u64 {
        let subjects = self.marketing.digest()
            ^ self.pacing.digest()
            ^ self.administrators.digest()
            ^ self.policy.digest()
            ^ self.surface.digest()
            ^ self.misuse_digest()
            ^ mix(u64::from(self.verification.bits()));
        let mut digest = mix(self.contacts.digest() ^ self.cell.0 ^ subjects);
        let parts = (self.numbers.iter().map(Number::digest))
            .chain(self.scopes.iter().map(Scope::digest))
            .chain(self.templates.iter().map(Template::digest))
            .chain(self.agenda.iter().map(|(at, due)| agenda_digest(at, due)));
        for part in parts {
            digest = mix(digest ^ part);
        }
        match &self.people {
            Some(people) => mix(digest ^ people.digest()),
            None => digest,
        }
    }
}

fn agenda_digest(at: Timestamp, due: agenda::Due) -> u64 {
    let (kind, subject) = due.number();
    mix(at.millis() ^ (u64::from(kind) << 56) ^ (u64::from(subject) << 20))
}
