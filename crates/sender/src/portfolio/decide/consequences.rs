//! What follows from an error code that the platform answered a send with, or that a message failed with. Source: the
//! platform's error table (page on error codes, as of 2026); spans marked assumed are ours.
//!
//! What is concluded here lapses by itself or is corrected by the next webhook or poll: an answer to one send is weaker
//! evidence than a message about the thing itself.

use decider::{Millis, Timestamp};
use rulebook::status::Status;
use rulebook::template::lifecycle::TemplateStatus;

use crate::ids::{ContactIx, NumberIx, TemplateIx, WabaIx};
use crate::mirror::Source;
use crate::portfolio::Portfolio;
use crate::portfolio::account::Restriction;
use crate::portfolio::attempts::Record;
use crate::portfolio::event::{
    AccountFact, AccountTold, Alarm, Alarmed, By, NotBefore, NumberFact, NumberTold, TemplateFact,
    TemplateTold,
};
use crate::portfolio::opt_outs::How;
use crate::portfolio::template::Standing;
use crate::seat::Out;

/// A number that was throttled for its quality sends no promotions for so long (assumed: nothing is published).
const THROTTLED_FOR: Millis = Millis::HOUR;
/// The first pause after "too fast"; each further one within a minute is twice as long (assumed).
const SLOW_FIRST: Millis = Millis::SECOND;
/// The longest such pause, and the span within which one counts as a further one.
const SLOW_MAX: Millis = Millis::MINUTE;
/// A restriction of which only a send told is asked about again after a day.
const RESTRICTED_FOR: Millis = Millis::DAY;

/// What an attempt was, as far as a code concerns it.
pub(super) struct Sender {
    number: NumberIx,
    contact: ContactIx,
    template: TemplateIx,
}

impl Sender {
    pub(super) fn of(record: &Record) -> Self {
        Sender {
            number: record.number,
            contact: record.contact,
            template: record.template,
        }
    }
}

impl Portfolio {
    /// What follows from `code`.
    pub(super) fn consequences(&self, of: &Sender, code: u32, now: Timestamp, out: &mut Out<'_>) {
        let Some(number) = self.number(of.number) else {
            return;
        };
        let (waba, by) = (
            number.waba,
            By {
                source: Source::Answer,
                at_ms: now.millis(),
            },
        );
        let contact = self.people.survivor(of.contact);
        match code {
            131_049 => {
                let until_s = u32::try_from((now + Millis::DAY).seconds()).unwrap_or(u32::MAX);
                out.push(NotBefore { contact, until_s }.into());
            }
            131_050 => self.opt_out(contact, of.number, How::Platform, true, by, out),
            132_015 => self.template_is(of.template, TemplateStatus::Paused, by, out),
            132_016 => self.template_is(of.template, TemplateStatus::Disabled, by, out),
            130_429 => self.number_is(
                of.number,
                NumberFact::SlowUntil(self.slow_until(of.number, now)),
                by,
                out,
            ),
            131_057 => self.number_is(
                of.number,
                NumberFact::SlowUntil((now + SLOW_MAX).millis()),
                by,
                out,
            ),
            131_048 => {
                let until = (now + THROTTLED_FOR).millis();
                let before = number
                    .throttled_until
                    .value()
                    .is_some_and(|until| until > now.millis());
                self.number_is(of.number, NumberFact::ThrottledUntil(until), by, out);
                alarm_unless(before, Alarm::Throttled(of.number), out);
            }
            133_010 => self.number_is(of.number, NumberFact::Status(Status::Offline), by, out),
            368 | 131_031 | 131_042 | 131_064 => self.account_is(waba, code, now, by, out),
            _ => {}
        }
    }

    fn template_is(&self, template: TemplateIx, status: TemplateStatus, by: By, out: &mut Out<'_>) {
        let value = Standing { status, until_ms: 0 };
        let known = self.template(template).and_then(|known| known.status.value());
        // A pause whose end is known says more.
        if known.is_some_and(|known| known.status == status) || template == TemplateIx::NONE {
            return;
        }
        let fact = TemplateFact::Standing(value);
        out.push(TemplateTold { template, fact, by }.into());
    }

    fn number_is(&self, number: NumberIx, fact: NumberFact, by: By, out: &mut Out<'_>) {
        out.push(NumberTold { number, fact, by }.into());
    }

    fn account_is(&self, waba: WabaIx, code: u32, now: Timestamp, by: By, out: &mut Out<'_>) {
        let Some(account) = self.accounts.get(waba.index()) else {
            return;
        };
        let restricted = |what| account.restriction(what, now).is_some();
        let end = (now + RESTRICTED_FOR).millis();
        let (fact, known, alarm) = match code {
            131_031 => (
                AccountFact::Disabled(true),
                account.disabled.value() == Some(true),
                Some(Alarm::AccountStopped(waba)),
            ),
            131_042 => (
                AccountFact::Payment(true),
                account.payment.value() == Some(true),
                Some(Alarm::Payment(waba)),
            ),
            131_064 => (
                AccountFact::Restricted(Restriction::UtilityVolume, end),
                restricted(Restriction::UtilityVolume),
                None,
            ),
            _ => (
                AccountFact::Restricted(Restriction::Everything, end),
                restricted(Restriction::Everything),
                Some(Alarm::AccountStopped(waba)),
            ),
        };
        if known {
            return;
        }
        out.push(AccountTold { waba, fact, by }.into());
        if let Some(alarm) = alarm {
            out.push(Alarmed { alarm }.into());
        }
    }

    /// Until when a number that was too fast sends nothing but replies.
    fn slow_until(&self, number: NumberIx, now: Timestamp) -> u64 {
        let before = self.number(number).and_then(|number| number.slow_until.fact());
        let span = match before {
            Some(fact) if now.millis() < fact.value.saturating_add(SLOW_MAX.get()) => {
                (fact.value.saturating_sub(fact.at_ms) * 2).clamp(SLOW_FIRST.get(), SLOW_MAX.get())
            }
            _ => SLOW_FIRST.get(),
        };
        (now + Millis::new(span)).millis()
    }
}

fn alarm_unless(known: bool, alarm: Alarm, out: &mut Out<'_>) {
    if !known {
        out.push(Alarmed { alarm }.into());
    }
}
