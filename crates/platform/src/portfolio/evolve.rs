//! How a portfolio changes: one arm an event, nothing is refused here.
//!
//! Deadlines follow from events and from the values of the edition that the portfolio was opened with, which never
//! change once an edition is released.

mod care;
mod messages;
mod pacing;
mod raise;
mod rates;
mod ratings;
mod reactions;
mod recipients;
mod surface;
mod templates;

use decider::Timestamp;
use rulebook::edition::UpgradeTemplates;
use rulebook::status::{StageChange, apply};
use rulebook::template::lifecycle::TemplateStatus;

use super::agenda::Due;
use super::event::{self, Event, Notice};
use super::messages::flag as bit;
use super::number::Number;
use super::policy::Throttle;
use super::scope::{Scope, UpgradeState};
use super::template::Template;
use super::{Portfolio, Rules};
use crate::ids::{ContactIx, MessageId, NumberIx, ScopeIx, TemplateIx};

impl Portfolio {
    /// Applies one event.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Opened(e) => self.on_opened(e),
            Event::WabaAdded(e) => self.wabas.push(e.name.clone()),
            Event::NumberAdded(e) => self.on_number_added(e, at),
            Event::Staged(e) => self.on_staged(e, at),
            Event::ContactSeen(e) => {
                self.contacts.add(e.e164);
            }
            Event::ContactsMerged(e) => self.on_merged(e),
            Event::Accepted(e) => self.on_accepted(e, at),
            Event::Received(e) => self.on_received(e, at),
            Event::SentThrough(e) => self.on_sent_through(e, at),
            Event::DeliveredThrough(e) => self.on_delivered_through(e, at),
            Event::Delivered(e) => self.on_delivered(e.message, at),
            Event::Read(e) => self.on_read(e.message),
            Event::Failed(e) => self.on_failed(e, at),
            Event::Refused(e) => self.on_refused(e, at),
            Event::MarkedRead(e) => self.set_flags(e.message, bit::READ),
            Event::Signalled(e) => {
                self.on_signalled(e, at);
                self.note_mood(e);
            }
            Event::Unblocked(e) => self.with_number(e.number, |n| {
                n.blocked_by.remove(&e.contact);
            }),
            Event::NumberRated(e) => self.on_number_rated(e, at),
            Event::TemplateRated(e) => self.on_template_rated(e, at),
            Event::NumberEvaluated(e) => self.on_number_evaluated(e, at),
            Event::TemplateEvaluated(e) => self.on_template_evaluated(e, at),
            Event::NumberHeld(e) => {
                self.with_number(e.number, |n| n.standing.hold = e.hold);
                self.agenda
                    .set(Due::NumberRating(e.number.0), Some(at.next_hour()));
            }
            Event::Flagged(e) => self.on_flagged(e.number, at),
            Event::FlagEnded(e) => self.on_flag_ended(e, at),
            Event::FlagExtended(e) => self.set_flag_deadline(e.number),
            Event::LimitReached(e) => self.on_limit_reached(e.scope, at),
            Event::LimitFreed(e) => self.on_limit_freed(e.scope, at),
            Event::TierChanged(e) => self.on_tier_changed(e, at),
            Event::UpgradeExpected(e) => {
                self.with_scope(e.scope, |s| s.tier.upgrade = UpgradeState::Expected);
                self.agenda
                    .set(Due::Upgrade(e.scope.0), Some(Timestamp::from_millis(e.at_ms)));
            }
            Event::UpgradeMissed(e) => {
                let state = if e.blocked {
                    UpgradeState::Blocked
                } else {
                    UpgradeState::Open
                };
                self.with_scope(e.scope, |s| s.tier.upgrade = state);
                self.agenda.set(Due::Upgrade(e.scope.0), None);
            }
            Event::TemplateCreated(e) => self.on_template_created(e, at),
            Event::TemplateReviewed(e) => self.on_template_reviewed(e, at),
            Event::TemplateEdited(e) => self.on_template_edited(e, at),
            Event::TemplateDeleted(e) => self.on_template_deleted(e.template, at),
            Event::TemplatePaused(e) => self.on_template_paused(e, at),
            Event::TemplateUnpaused(e) => self.on_template_unpaused(e.template, at),
            Event::TemplateDisabled(e) => {
                self.end_template(e.template, TemplateStatus::Disabled, at);
                self.note_trouble(e.template, at, false);
            }
            Event::Noticed(e) => self.on_noticed(e.notice, at),
            Event::PacingBegan(e) => self.on_pacing_began(e, at),
            Event::Held(e) => self.on_held(e, at),
            Event::PacingJudged(e) => self.on_pacing_judged(e, at),
            Event::HeldReleased(e) => self.on_held_released(e, at),
            Event::HeldArrived(e) => self.on_held_arrived(e, at),
            Event::HeldDropped(e) => self.on_held_dropped(e, at),
            Event::PacingPaused(e) => self.on_pacing_paused(e.template, at),
            Event::NameReserved(e) => self.on_name_reserved(e),
            Event::DeletionDeferred(e) => self.with_template(e.template, |t| {
                (t.status, t.updated) = (TemplateStatus::PendingDeletion, at);
            }),
            Event::TtlSet(e) => self.with_template(e.template, |t| t.upkeep.ttl = Some(e.seconds)),
            Event::MarketingStopped(e) => self.on_settled(e.number, |people| {
                people.stopped.insert(e.contact);
            }),
            Event::MarketingResumed(e) => self.on_settled(e.number, |people| {
                people.stopped.remove(&e.contact);
            }),
            Event::UserBlocked(e) => self.on_settled(e.number, |people| {
                people.blocked.insert(e.contact);
            }),
            Event::UserUnblocked(e) => self.on_settled(e.number, |people| {
                people.blocked.remove(&e.contact);
            }),
            Event::ThroughputSet(e) => self.on_throughput_set(e),
            Event::ThroughputExpected(e) => self.on_throughput_expected(e),
            Event::ThroughputRaising(e) => self.on_throughput_raising(e),
            Event::CameByEntryPoint(e) => self.on_entry_point(e, at),
            Event::StatusTold(e) => self.on_status_told(e, at),
            Event::StatusQuiet(e) => self.agenda.set(Due::StatusWebhook(e.scope.0), None),
            Event::MisuseFound(e) => self.on_misuse_found(e, at),
            Event::MisuseEnded(e) => self.on_misuse_ended(e),
            Event::AdministratorsSet(e) => self.administrators.set(e, at),
            Event::SentAsMarketing(e) => self.set_flags(e.message, bit::MARKETING_INTERFACE),
            Event::RegistrationCalled(_)
            | Event::PinSet(_)
            | Event::CodeSent(_)
            | Event::CodeEntered(_)
            | Event::MediumStored(_)
            | Event::MediumDeleted(_)
            | Event::ProfileSet(_)
            | Event::QrSaved(_)
            | Event::QrDeleted(_)
            | Event::SettingsSet(_) => self.on_surface(event, at),
            Event::InsightsEnabled(e) => {
                self.on_insights_since(e.waba, at);
                self.on_surface(event, at);
            }
            Event::WatchSet(e) => self.pacing.watched = e.watched,
            Event::Verified(e) => self.on_verified(e, at),
            Event::AnalysisBegan(e) => self.on_analysis_began(e),
            Event::Analysed(e) => self.on_analysed(e, at),
            Event::MagicRefused(e) => {
                let marked = event::MagicRefused::marked(e.code);
                self.with_number(e.number, |n| n.refusals.note(ContactIx::NONE, marked, at));
            }
            Event::Apart(e) => self.on_apart(e),
            Event::Expected(e) => self.on_expected(e),
            Event::Acted(e) => self.on_acted(e),
            Event::LinkFollowed(e) => {
                self.on_link_followed(e);
                self.count_link(e.message);
            }
            Event::Clicked(e) => self.on_clicked(e),
            Event::CategoryNoticed(e) => self.on_category_noticed(e),
            Event::CategoryChanged(e) => self.on_category_changed(e, at),
            Event::CategoryReviewAsked(e) => self.on_category_review_asked(e),
            Event::CategoryReviewed(e) => self.on_category_reviewed(e),
            Event::Archived(e) => self.on_archived(e, at),
            Event::Unarchived(e) => self.on_unarchived(e.template, at),
            Event::UseSeen(e) => self.on_use_seen(e),
            Event::PeopleSet(e) => self.on_people_set(e),
            Event::PathsDeclared(e) => self.with_number(e.number, |n| n.paths.clone_from(&e.paths)),
            Event::TestBegun(e) => self.on_test_begun(e, at),
            Event::TesterRead(e) => self.on_tester_read(e, at),
            Event::TestEnded(e) => self.on_test_ended(e, at),
            Event::Violated(e) => self.on_violated(e, at),
            Event::ViolationEnded(e) => self.on_violation_ended(e),
            Event::AppealFiled(e) => self.on_appeal_filed(e, at),
            Event::AppealDecided(e) => self.on_appeal_decided(e, at),
            Event::Filtered(e) => self.set_flags(e.message, bit::FILTERED),
            Event::Throttled(e) => self.on_throttled(e.number),
        }
    }

    pub(super) fn with_number(&mut self, number: NumberIx, change: impl FnOnce(&mut Number)) {
        if let Some(number) = self.numbers.get_mut(number.index()) {
            change(number);
        }
    }

    fn with_scope(&mut self, scope: ScopeIx, change: impl FnOnce(&mut Scope)) {
        if let Some(scope) = self.scopes.get_mut(scope.index()) {
            change(scope);
        }
    }

    fn with_template(&mut self, template: TemplateIx, change: impl FnOnce(&mut Template)) {
        if let Some(template) = self.templates.get_mut(template.index()) {
            change(template);
        }
    }

    fn set_flags(&mut self, message: MessageId, flags: u16) {
        self.with_number(message.number, |n| {
            n.messages.update(message.seq, |record| record.flags |= flags)
        });
    }

    fn on_opened(&mut self, e: &event::Opened) {
        self.name.clone_from(&e.name);
        // `decide` has read the same text: it is sound, and stays so, because released editions never change.
        if let Ok(rules) = Rules::of(&e.settings) {
            self.rules = rules;
        }
        self.settings = Some(e.settings.clone());
        self.set_guard();
    }

    fn on_number_added(&mut self, e: &event::NumberAdded, at: Timestamp) {
        self.numbers
            .push(Number::new(e.waba, e.e164, e.verified_name.clone(), at));
        let scope = self.scope_of(NumberIx(self.numbers.len() as u16 - 1));
        if scope.index() == self.scopes.len() {
            self.scopes.push(Scope::new(&self.rules.limits));
        }
        self.regate(e.waba);
    }

    fn on_staged(&mut self, e: &event::Staged, at: Timestamp) {
        self.with_number(e.number, |n| {
            if let Ok(facts) = apply(&n.facts, e.change) {
                n.facts = facts;
            }
            if e.change == StageChange::Register {
                n.onboarded = Some(at);
            }
            if e.change == StageChange::RateLimitLifted {
                n.throttle = Throttle::default();
            }
        });
        if e.change == StageChange::Delete {
            self.surface.access_mut(e.number).on_removed(at);
        }
        self.on_quality_changed(e.number, at);
        self.look_for_upgrade(self.scope_of(e.number), at, UpgradeState::Blocked);
        self.expect_first_step(self.scope_of(e.number), at);
        self.look_for_raise(e.number, at);
    }

    fn on_merged(&mut self, e: &event::ContactsMerged) {
        self.contacts.merge(e.from.0, e.into.0);
        for scope in &mut self.scopes {
            scope.window.merge(e.from.0, e.into.0);
            if let Some(first) = &mut scope.first {
                first.merge(e.from, e.into);
            }
        }
        self.marketing.merge(e.from, e.into);
        for number in &mut self.numbers {
            number.messages.merge(e.from, e.into);
            number.merge_recipients(e.from, e.into);
            number.merge_entries(e.from, e.into);
            number.merge_raising(e.from, e.into);
            if number.blocked_by.remove(&e.from) {
                number.blocked_by.insert(e.into);
            }
        }
        if let Some(people) = &mut self.people {
            people.merge(e.from, e.into);
        }
    }

    /// Looks at once whether a scope may go up a tier, if enough people were reached and it is in `state`.
    fn look_for_upgrade(&mut self, scope: ScopeIx, at: Timestamp, state: UpgradeState) {
        let Some(s) = self.scopes.get_mut(scope.index()) else {
            return;
        };
        if s.tier.upgrade == state && s.has_volume(&self.rules.limits, at) {
            s.tier.upgrade = UpgradeState::Open;
            self.agenda.set(Due::Upgrade(scope.0), Some(at));
        }
    }

    /// A template is rated otherwise: where that holds up a rise, looks again.
    fn look_for_upgrades_by_templates(&mut self, at: Timestamp) {
        if self.rules.limits.upgrade.templates != UpgradeTemplates::Any {
            for scope in 0..self.scopes.len() as u16 {
                self.look_for_upgrade(ScopeIx(scope), at, UpgradeState::Blocked);
            }
        }
    }

    fn on_limit_reached(&mut self, scope: ScopeIx, at: Timestamp) {
        self.with_scope(scope, |s| s.tier.used_up_since = Some(at.millis()));
        self.set_limit_deadline(scope, at);
        self.gather_status(scope, at);
    }

    fn set_limit_deadline(&mut self, scope: ScopeIx, now: Timestamp) {
        let end = self.rules.restricted.end;
        let at = self
            .scope(scope)
            .and_then(|s| s.frees_at(&self.rules.limits, end, now));
        self.agenda.set(Due::Limit(scope.0), at);
    }

    fn on_limit_freed(&mut self, scope: ScopeIx, at: Timestamp) {
        self.with_scope(scope, |s| s.tier.used_up_since = None);
        self.agenda.set(Due::Limit(scope.0), None);
        self.gather_status(scope, at);
    }

    fn on_tier_changed(&mut self, e: &event::TierChanged, at: Timestamp) {
        if let Some(scope) = self.scopes.get_mut(e.scope.index()) {
            scope.move_to(e.to, &self.rules.limits, at);
        }
        self.agenda.set(Due::Upgrade(e.scope.0), None);
        self.agenda.set(Due::FirstStep(e.scope.0), None);
        for number in self.numbers_of(e.scope).collect::<Vec<_>>() {
            self.look_for_raise(number, at);
        }
        if self.scope(e.scope).is_some_and(Scope::is_used_up) {
            self.set_limit_deadline(e.scope, at);
        }
    }

    fn on_noticed(&mut self, notice: Notice, at: Timestamp) {
        if let Notice::Restricted(scope) = notice {
            self.with_scope(scope, |s| s.tier.noticed = Some(at.millis()));
        }
    }
}
