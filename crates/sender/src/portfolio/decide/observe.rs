//! News of the platform, of people, and of whoever runs the gateway.

use decider::Timestamp;
use rulebook::rating::Rating;
use rulebook::status::Status;

use super::consequences::Sender;
use crate::ids::{ContactIx, NumberIx, PersonKey, TemplateIx, WabaId};
use crate::lane::Lanes;
use crate::mirror::{Fact, Value};
use crate::person_requests::HandOver;
use crate::portfolio::account::{LIFTED, NO_END};
use crate::portfolio::attempts::{Record, flag};
use crate::portfolio::command::{AccountNews, News, NumberNews, Observe, Said, StatusNews, TemplateNews};
use crate::portfolio::event::{
    AccountFact, AccountTold, By, ContactsMerged, ForeignSeen, IdentityChanged, InboundSeen, LimitTold,
    NumberFact, NumberTold, OptOutTold, Progress, StatusSeen, StopSet, TemplateFact, TemplateTold,
};
use crate::portfolio::opt_outs::How;
use crate::portfolio::stops::{Stop, StopOf};
use crate::portfolio::template::Standing;
use crate::portfolio::{Answer, Portfolio};
use crate::seat::Out;

impl Portfolio {
    pub(super) fn observe(&self, observe: &Observe, now: Timestamp, out: &mut Out<'_>) -> Answer {
        let at = observe.at.min(now);
        let by = By {
            source: observe.source,
            at_ms: at.millis(),
        };
        let known = match observe.news {
            News::Number { number, fact } => self
                .number_of(number)
                .map(|ix| self.number_news(ix, fact, by, out)),
            News::Limit { number, limit } => self.number_of(number).map(|ix| {
                let scope = self.scope_of(ix);
                let fact = Fact::new(limit.into(), by.source, at);
                if self.scope(scope).is_some_and(|known| known.limit.is_news(&fact)) {
                    let limit = fact.value;
                    out.push(LimitTold { scope, limit, by }.into());
                }
            }),
            News::Account { waba, fact } => self.account_news(waba, fact, by, out),
            News::Template { waba, key, fact } => self.waba_of(waba).map(|waba| {
                let template = self.find_template(waba, key, out);
                self.template_news(template, fact, by, out);
            }),
            News::Status(status) => self
                .number_of(status.number)
                .map(|ix| self.status_news(ix, &status, at, now, out)),
            News::Inbound {
                number,
                from,
                also,
                said,
            } => self.number_of(number).map(|ix| {
                let contact = self.meet_as(from, also, out);
                self.inbound_news(ix, (contact, from), said, by, out);
            }),
            News::Echo { number, to, message } => self.number_of(number).map(|ix| {
                self.foreign_news(ix, to, message, None, at, now, out);
                if let Some(contact) = self.people.find(to) {
                    self.taken_over(ix, contact, HandOver::Echo, out);
                }
            }),
            News::Preference {
                number,
                person,
                stopped,
            } => self.number_of(number).map(|ix| {
                let contact = self.meet(person, out);
                self.opt_out(contact, ix, How::Platform, stopped, by, out);
            }),
            News::SamePerson { key, of } => {
                self.meet_as(of, Some(key), out);
                Some(())
            }
            News::IdentityChanged { was, is } => {
                self.changed(was, is, by, out);
                Some(())
            }
        };
        known.map_or(Answer::Unknown("number or account"), |()| Answer::Done)
    }

    fn number_news(&self, ix: NumberIx, news: NumberNews, by: By, out: &mut Out<'_>) {
        let Some(number) = self.number(ix) else { return };
        let (fact, is_news) = match news {
            NumberNews::Status(value) => (NumberFact::Status(value), number.status.is_news(&by.fact(value))),
            NumberNews::Rating(value) => (NumberFact::Rating(value), number.rating.is_news(&by.fact(value))),
            NumberNews::Level(value) => (NumberFact::Level(value), number.level.is_news(&by.fact(value))),
            NumberNews::ThrottleOver => {
                let over = number
                    .throttled_until
                    .fact()
                    .is_some_and(|fact| fact.value > LIFTED);
                (NumberFact::ThrottledUntil(LIFTED), over)
            }
        };
        if !is_news {
            return;
        }
        out.push(NumberTold { number: ix, fact, by }.into());
        let fell = match news {
            NumberNews::Rating(to) => {
                let from = number.rating.value().unwrap_or(Rating::Green);
                matches!(to, Rating::Yellow | Rating::Red) && from.caution() < to.caution()
            }
            // The only webhook about a number's quality tells this, and no rating.
            NumberNews::Status(to) => to == Status::Flagged && number.status.value() != Some(to),
            NumberNews::Level(_) | NumberNews::ThrottleOver => false,
        };
        if fell {
            self.stop_on_drop(ix, out);
        }
    }

    /// A quality that fell stops the number's marketing in the same commit (B1); replies go on.
    fn stop_on_drop(&self, number: NumberIx, out: &mut Out<'_>) {
        let of = StopOf::Number(number);
        if !self.policy.stop_on_drop || self.stops.get(of).is_some() {
            return;
        }
        let stop = Some(Stop {
            lanes: Lanes::MARKETING,
            incident: true,
        });
        out.push(StopSet { of, stop }.into());
    }

    fn account_news(&self, waba: WabaId, news: AccountNews, by: By, out: &mut Out<'_>) -> Option<()> {
        let ix = self.waba_of(waba)?;
        let account = self.accounts.get(ix.index())?;
        let (fact, is_news) = match news {
            AccountNews::Disabled(value) => (
                AccountFact::Disabled(value),
                account.disabled.is_news(&by.fact(value)),
            ),
            AccountNews::Payment(value) => (
                AccountFact::Payment(value),
                account.payment.is_news(&by.fact(value)),
            ),
            AccountNews::Restricted(what, until) => {
                let end = until.map_or(NO_END, Timestamp::millis);
                let known = account.restricted[what as usize];
                (AccountFact::Restricted(what, end), known.is_news(&by.fact(end)))
            }
            AccountNews::Lifted(what) => {
                let known = account.restricted[what as usize];
                let is_news = known.fact().is_some() && known.is_news(&by.fact(LIFTED));
                (AccountFact::Restricted(what, LIFTED), is_news)
            }
        };
        if is_news {
            out.push(AccountTold { waba: ix, fact, by }.into());
        }
        Some(())
    }

    fn template_news(&self, ix: TemplateIx, news: TemplateNews, by: By, out: &mut Out<'_>) {
        let known = self.template(ix);
        let (fact, is_news) = match news {
            TemplateNews::Status(status, until) => {
                // Who knows no end says nothing against one that was told.
                let told = known.and_then(|known| known.status.value());
                let told = told.filter(|told| told.status == status && told.until_ms > by.at_ms);
                let until_ms = until.map_or(told.map_or(0, |told| told.until_ms), Timestamp::millis);
                let value = Standing { status, until_ms };
                let is_news = known.is_none_or(|known| known.status.is_news(&by.fact(value)));
                (TemplateFact::Standing(value), is_news)
            }
            TemplateNews::Quality(value) => {
                let is_news = known.is_none_or(|known| known.quality.is_news(&by.fact(value)));
                (TemplateFact::Quality(value), is_news)
            }
            TemplateNews::Category(value) => {
                let is_news = known.is_none_or(|known| known.category.is_news(&by.fact(value)));
                (TemplateFact::Category(value), is_news)
            }
            TemplateNews::CategoryAgreed => match known.and_then(|known| known.category.value()) {
                Some(value) => (
                    TemplateFact::Agreed(value),
                    known.is_some_and(|known| known.agreed != Some(value)),
                ),
                None => return,
            },
        };
        if is_news {
            out.push(
                TemplateTold {
                    template: ix,
                    fact,
                    by,
                }
                .into(),
            );
        }
    }

    /// A status: of one of our attempts, or of somebody else's message.
    fn status_news(
        &self,
        number: NumberIx,
        news: &StatusNews,
        at: Timestamp,
        now: Timestamp,
        out: &mut Out<'_>,
    ) {
        let named = news
            .attempt
            .and_then(|attempt| Some((attempt, self.attempts.get(attempt)?)));
        let named = named.filter(|(_, record)| record.number == number && is_of(record, news));
        let found = named.or_else(|| {
            let attempt = self.attempts.of_message(news.message)?;
            Some((attempt, self.attempts.get(attempt)?))
        });
        if let Some((attempt, record)) = found {
            if !is_status_news(record, news) {
                return;
            }
            let seen = StatusSeen {
                attempt,
                message: news.message,
                progress: news.progress,
                code: news.code,
                at_ms: at.millis(),
            };
            out.push(seen.into());
            if news.progress == Progress::Failed && !record.any(flag::FAILED) {
                let of = Sender::of(record);
                self.consequences(&of, news.code, now, out);
            }
            return;
        }
        // One of ours that nothing counts any more, or somebody else's.
        let forgotten = news
            .attempt
            .is_some_and(|attempt| self.attempts.was_made(attempt));
        if let (Some(to), false) = (news.to, forgotten || news.progress == Progress::Failed) {
            self.foreign_news(number, to, news.message, news.counts, at, now, out);
        }
    }

    /// Somebody else wrote to a person from one of our numbers: it takes a place in the window as ours would.
    #[expect(
        clippy::too_many_arguments,
        reason = "a message, whose, when, and where to say so"
    )]
    fn foreign_news(
        &self,
        number: NumberIx,
        to: PersonKey,
        message: crate::ids::MessageKey,
        counts: Option<bool>,
        at: Timestamp,
        now: Timestamp,
        out: &mut Out<'_>,
    ) {
        let known = self.people.find(to);
        let contact = known.unwrap_or_else(|| self.people.next());
        let person = self.people.get(contact);
        let counted = self.people.own_id(contact, to);
        let open = || {
            self.open_window((contact, counted), &person, number, at)
                .is_some()
        };
        let over = at + self.edition.limits.window <= now;
        if !to.is_valid() || over || !counts.unwrap_or_else(|| !open()) {
            return;
        }
        if !self.foreign.is_news(self.scope_of(number), counted, at) {
            return;
        }
        self.meet(to, out);
        let seen = ForeignSeen {
            number,
            contact: counted,
            message,
            at_ms: at.millis(),
        };
        out.push(seen.into());
    }

    fn inbound_news(
        &self,
        number: NumberIx,
        (contact, from): (ContactIx, PersonKey),
        said: Said,
        by: By,
        out: &mut Out<'_>,
    ) {
        let at_s = u32::try_from(by.at_ms / 1_000).unwrap_or(u32::MAX);
        let person = self.people.get(contact);
        let known = self.people.last_inbound(contact, &person, number);
        // Whoever writes from a number that the person has left is somebody else: no window of theirs opens.
        let own = self.people.own_id(contact, from) == contact;
        if own && known.is_none_or(|known| u64::from(at_s) > known.seconds()) {
            out.push(
                InboundSeen {
                    number,
                    contact,
                    at_s,
                }
                .into(),
            );
        }
        match said {
            Said::Stop => self.opt_out(contact, number, How::Words, true, by, out),
            Said::Start => self.opt_out(contact, number, How::Words, false, by, out),
            Said::Person => self.asked(number, contact, by, out),
            Said::Nothing => {}
        }
    }

    pub(super) fn opt_out(
        &self,
        contact: ContactIx,
        number: NumberIx,
        how: How,
        stopped: bool,
        by: By,
        out: &mut Out<'_>,
    ) {
        if self.opt_outs.is_news((contact, number, how), &by.fact(stopped)) {
            let told = OptOutTold {
                contact,
                number,
                how,
                out: stopped,
                by,
            };
            out.push(told.into());
        }
    }

    /// The person of a key, whom another key may name as well.
    fn meet_as(&self, key: PersonKey, also: Option<PersonKey>, out: &mut Out<'_>) -> ContactIx {
        let mut fresh = Vec::new();
        let into = self.meet_among(key, &mut fresh, out);
        let Some(also) = also.filter(|also| also.is_valid() && *also != key) else {
            return into;
        };
        let from = self.meet_among(also, &mut fresh, out);
        if from != into {
            out.push(ContactsMerged { from, into }.into());
        }
        into
    }

    /// The person behind a key may be another, or has another key.
    fn changed(&self, was: PersonKey, is: PersonKey, by: By, out: &mut Out<'_>) {
        let Some(old) = self.people.find(was) else { return };
        let at_s = u32::try_from(by.at_ms / 1_000).unwrap_or(u32::MAX);
        if !is.is_valid() || self.changes.get(&old).is_some_and(|known| *known >= at_s) {
            return;
        }
        let contact = self.meet(is, out);
        // Known to have changed before the two become one.
        out.push(IdentityChanged { contact, at_s }.into());
        if contact != old {
            let (from, into) = (old, contact);
            out.push(ContactsMerged { from, into }.into());
        }
    }
}

impl By {
    /// A value that is told.
    pub(super) fn fact<T>(self, value: T) -> Fact<T> {
        Fact::new(value, self.source, Timestamp::from_millis(self.at_ms))
    }
}

fn is_of(record: &Record, news: &StatusNews) -> bool {
    record.message == crate::ids::MessageKey::NONE || record.message == news.message
}

fn is_status_news(record: &Record, news: &StatusNews) -> bool {
    let bits = crate::portfolio::attempts::progress_bits(news.progress);
    !record.is(bits | flag::ACCEPTED) || record.message != news.message
}
