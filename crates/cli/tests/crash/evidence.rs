//! What a data directory holds, read without the sandbox.

use std::collections::BTreeMap;
use std::path::Path;

use cloud_api::Wamid;
use decider::Timestamp;
use engine::{Clock, Config, Engine, HistoryRange};
use ledger::Ledger;
use ledger::segments::{Options, SegmentLedger, verify};
use platform::Platform;
use platform::portfolio::Event;

use crate::load::Load;

/// The messages of the ledger: (cell, number, sequence) to recipient.
pub(crate) struct Evidence {
    messages: BTreeMap<(u64, u32, u32), u64>,
}

impl Evidence {
    /// Reads everything, and checks on the way that nothing is damaged, doubled, or different from the replay.
    pub(crate) fn read(data: &Path) -> Result<Evidence, String> {
        let ledger = SegmentLedger::open(data, Options::default()).map_err(|error| error.to_string())?;
        let replayed = engine::replay::<Platform>(&*ledger.reader()).map_err(|error| error.to_string())?;
        let clock = Clock::virtual_at(Timestamp::ZERO, 0.0);
        let engine = Engine::<Platform>::open(
            Box::new(ledger),
            clock,
            Config {
                seed: 7,
                ..Config::default()
            },
        )
        .map_err(|error| error.to_string())?;
        let running = engine.digests().map_err(|error| error.to_string())?;
        let evidence = Evidence::gather(&engine);
        engine.shutdown();
        drop(engine);
        if running != replayed {
            return Err("the state differs from the replay".into());
        }
        let report = verify(data).map_err(|error| error.to_string())?;
        if !report.sound() {
            return Err(format!("verify finds fault:\n{report}"));
        }
        evidence
    }

    fn gather(engine: &Engine<Platform>) -> Result<Evidence, String> {
        let mut people = BTreeMap::new();
        let mut messages = BTreeMap::new();
        let mut recipients = BTreeMap::new();
        for recorded in engine
            .history(HistoryRange::default())
            .map_err(|error| error.to_string())?
        {
            let recorded = recorded.map_err(|error| error.to_string())?;
            let cell = recorded.cell.0;
            match recorded.event {
                platform::Event::Portfolio(Event::ContactSeen(e)) => {
                    let before = people.insert((cell, e.contact), e.e164);
                    if before.is_some() {
                        return Err(format!("person {:?} became known twice", e.contact));
                    }
                }
                platform::Event::Portfolio(Event::Accepted(e)) => {
                    let Some(to) = people.get(&(cell, e.contact)).copied() else {
                        return Err(format!("a message to an unknown person: {e:?}"));
                    };
                    let id = (cell, u32::from(e.message.number.0), e.message.seq);
                    if messages.insert(id, to).is_some() {
                        return Err(format!("message {id:?} is there twice"));
                    }
                    if recipients.insert(to, id).is_some() {
                        return Err(format!("{to} was written to once, and has two messages"));
                    }
                }
                _ => {}
            }
        }
        Ok(Evidence { messages })
    }

    /// Everything acknowledged is there, to the right person; nothing is there that was never sent.
    pub(crate) fn check(&self, load: &Load) -> Result<(), String> {
        load.each_acknowledged(|id, to| {
            let wamid = Wamid::parse(id).ok_or_else(|| format!("{id} is no message id"))?;
            let found = self
                .messages
                .get(&(wamid.cell(), wamid.number(), wamid.sequence()));
            match found {
                Some(found) if *found == to => Ok(()),
                Some(found) => Err(format!(
                    "{id} was acknowledged to {to} and is in the ledger to {found}"
                )),
                None => Err(format!("{id} to {to} was acknowledged and is not in the ledger")),
            }
        })?;
        if self.messages.len() as u64 > load.begun() {
            return Err(format!(
                "{} messages in the ledger, {} sent",
                self.messages.len(),
                load.begun()
            ));
        }
        Ok(())
    }

    pub(crate) fn accepted(&self) -> usize {
        self.messages.len()
    }
}
