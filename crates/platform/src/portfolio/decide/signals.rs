//! Signals of people against messages: whom they are charged to, what they add, what follows (Q2, Q7).

use decider::Timestamp;
use rulebook::rating::{Signal, after_harm};

use super::ratings::flags_again;
use crate::ids::{ContactIx, NumberIx, TemplateIx};
use crate::portfolio::event::{Cause, Signalled};
use crate::portfolio::messages::{Record, flag};
use crate::portfolio::number::{Harm, Number};
use crate::portfolio::{Event, Portfolio};

/// The evidence that an event stands for.
pub(in crate::portfolio) fn harm_of(e: &Signalled) -> Option<Harm> {
    let signal = Signal::from_number(e.signal)?;
    let replaces = match e.replaces {
        Some(number) => Some((Signal::from_number(number)?, e.replaced_burst)),
        None => None,
    };
    Some(Harm {
        signal,
        replaces,
        burst: e.burst,
        alone: e.charged.is_none(),
    })
}

impl Portfolio {
    /// A signal charged to a message, or to the number with an exposure of one.
    pub(super) fn charge(
        &self,
        ix: NumberIx,
        contact: ContactIx,
        signal: Signal,
        charged: Option<u32>,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let Some(number) = self.number(ix) else { return };
        let record = charged.and_then(|seq| number.messages.get(seq)).copied();
        let event = self.weigh(ix, number, contact, signal, charged.zip(record));
        out.push(event.into());
        let (Some(harm), true) = (harm_of(&event), event.counts) else {
            return;
        };
        self.number_after(ix, number, record, &harm, now, out);
        if let Some(record) = record {
            self.template_after(record.template, record.at(), &harm, now, out);
        }
    }

    /// What the signal adds: of several by a person on one message only the heaviest counts.
    fn weigh(
        &self,
        ix: NumberIx,
        number: &Number,
        contact: ContactIx,
        signal: Signal,
        charged: Option<(u32, Record)>,
    ) -> Signalled {
        let params = &self.rules.rating;
        let earlier = charged.and_then(|(_, record)| Signal::from_number(record.signal()));
        let counts = signal.weight(&params.weights) > 0
            && earlier.is_none_or(|earlier| signal.kind() > earlier.kind());
        Signalled {
            number: ix,
            contact,
            charged: charged.map(|(seq, _)| seq),
            signal: signal.number(),
            replaces: earlier.filter(|_| counts).map(Signal::number),
            replaced_burst: charged.is_some_and(|(_, record)| record.is(flag::BURST)),
            counts,
            burst: charged.is_some_and(|(_, record)| number.rate.is_burst(&params.burst, record.at())),
        }
    }

    fn number_after(
        &self,
        ix: NumberIx,
        number: &Number,
        record: Option<Record>,
        harm: &Harm,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let message_at = record.map_or(now, |record| record.at());
        let mut evidence = number.evidence.clone();
        harm.apply(&mut evidence, message_at);
        match after_harm(&self.rules.rating, &evidence, &number.standing, now) {
            Some(to) => self.rate_number(ix, &evidence, to, Cause::Harm, now, out),
            None if self.rules.flagged.is_some() && flags_again(number, message_at) => {
                self.flag_number(ix, out)
            }
            None => {}
        }
    }

    fn template_after(
        &self,
        ix: TemplateIx,
        message_at: Timestamp,
        harm: &Harm,
        now: Timestamp,
        out: &mut Vec<Event>,
    ) {
        let Some(template) = self.template(ix) else { return };
        if message_at < template.epoch {
            return;
        }
        let mut evidence = template.evidence.clone();
        harm.apply(&mut evidence, message_at);
        let params = &self.rules.template_rating;
        if let Some(to) = after_harm(&params.belief, &evidence, &template.standing, now) {
            self.rate_template(ix, &evidence, to, Cause::Harm, now, out);
        }
    }
}
