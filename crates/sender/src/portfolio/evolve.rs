//! How a portfolio changes: one arm an event, nothing is refused here.

mod people;
mod sends;
mod told;

use decider::{Millis, Timestamp};
use rulebook::edition::{Edition, EditionId};

use super::account::Account;
use super::event::{self, Event};
use super::number::Number;
use super::scope::Scope;
use super::template::Template;
use super::{Portfolio, Settings};
use crate::ids::TemplateIx;

impl Portfolio {
    /// Applies one event.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Opened(e) => self.on_opened(e, at),
            Event::AccountAdded(e) => self.accounts.push(Account::new(e.waba)),
            Event::NumberAdded(e) => self.on_number_added(e),
            Event::TemplateSeen(e) => self.on_template_seen(e),
            Event::PolicySet(e) => {
                self.policy = (*e.policy).clone();
                self.policy_version += 1;
            }
            Event::ContactSeen(e) => self.people.add(e.key),
            Event::ContactsMerged(e) => self.on_merged(e),
            Event::Admitted(e) => self.on_admitted(e, at),
            Event::Declined(e) => self.on_declined(e, at),
            Event::Settled(e) => self.on_settled(e, at),
            Event::AttemptsLost(e) => self.on_lost(e, at),
            Event::StatusSeen(e) => self.on_status_seen(e, at),
            Event::ForeignSeen(e) => self.on_foreign_seen(e),
            Event::InboundSeen(e) => self.on_inbound_seen(e, at),
            Event::NumberTold(e) => self.on_number_told(e),
            Event::LimitTold(e) => self.on_limit_told(e),
            Event::AccountTold(e) => self.on_account_told(e),
            Event::TemplateTold(e) => self.on_template_told(e),
            Event::OptOutTold(e) => self.on_opt_out(e),
            Event::NotBefore(e) => self.on_not_before(e),
            Event::IdentityChanged(e) => self.on_identity_changed(e),
            Event::SuppressionSet(e) => self.on_suppression(e),
            Event::PersonErased(e) => self.on_erased(e),
            Event::StopSet(e) => self.stops.set(e.of, e.stop),
            Event::LogImported(_) => self.log_imported = true,
            Event::Alarmed(e) => self.on_alarmed(e),
            Event::ConsentTold(e) => self.on_consent(e),
            Event::TopicNamed(e) => drop(self.topics.insert(e.topic, e.name.clone())),
            Event::PersonAsked(e) => self
                .requests
                .ask(e.number, e.contact, at, Millis::new(e.within_ms)),
            Event::TakenOver(e) => drop(self.requests.hand_over(e.number, e.contact)),
            Event::PersonMissed(e) => self.requests.miss(e.number, e.contact),
            Event::WaysDeclared(e) => drop(self.ways.insert(e.number, e.ways.clone())),
        }
    }

    fn on_opened(&mut self, e: &event::Opened, at: Timestamp) {
        let opened_ms = self
            .settings
            .as_ref()
            .map_or(at.millis(), |settings| settings.opened_ms);
        self.settings = Some(Settings {
            name: e.name.clone(),
            edition: e.edition,
            opened_ms,
        });
        self.set_edition();
    }

    /// The edition of the settings. Its values never change once it is released.
    pub(super) fn set_edition(&mut self) {
        let number = self.settings.as_ref().map(|settings| settings.edition);
        if let Some(Ok(id)) = number.map(EditionId::try_from) {
            self.edition = Edition::builtin(id);
        }
    }

    fn on_number_added(&mut self, e: &event::NumberAdded) {
        self.by_number.insert(e.number.0, self.numbers.len() as u16);
        self.numbers.push(Number::new(e.number, e.waba, e.e164, e.brand));
        // One a number, so that a change of edition finds its scopes; those of a shared limit beyond the first idle.
        self.scopes.push(Scope::new(&self.edition.limits));
    }

    fn on_template_seen(&mut self, e: &event::TemplateSeen) {
        self.by_key
            .insert((e.waba, e.key), TemplateIx(self.templates.len() as u32));
        self.templates.push(Template::new(e.waba, e.key));
    }

    /// How long attempts are kept.
    pub(super) fn retention(&self) -> Millis {
        super::attempts::RETENTION_MIN
    }
}
