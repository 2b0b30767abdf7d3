//! Deadlines and commands of one batch.

use std::sync::Arc;

use decider::{CellId, LOOK_AHEAD_COMMANDS, Stored, Timestamp};

use super::Shard;
use crate::EngineError;
use crate::cells::{Slot, Standing};
use crate::guard::guarded;
use crate::queue::{Request, To};
use crate::reply::{Read, Reply, send};

impl<D: Stored> Shard<D> {
    /// Handles what is due, then what was asked, up to the bounds of a batch.
    pub(super) fn decide_batch(&mut self) {
        let now = self.shared.clock.now();
        match &self.run {
            Some(run) => self.tick_all(run.to),
            None if self.held => {}
            None => self.tick_all(now),
        }
        if self.held {
            return;
        }
        for count in 0..self.shared.config.batch_max {
            if self.is_full() {
                return;
            }
            if count.is_multiple_of(LOOK_AHEAD_COMMANDS) {
                let next = self.taken.requests.iter().take(LOOK_AHEAD_COMMANDS);
                self.look_ahead(next.filter_map(|request| match request {
                    Request::One { cell, command, .. } => Some((self.cells.find(*cell), command)),
                    _ => None,
                }));
            }
            match self.taken.requests.pop_front() {
                Some(request) => self.request(request, now),
                None => return,
            }
        }
    }

    /// Has the memory fetched that the next commands need. What goes wrong shows when they are decided.
    fn look_ahead<'a>(&'a self, commands: impl Iterator<Item = (Option<Slot>, &'a D::Command)> + Clone)
    where
        D::Command: 'a,
    {
        let live = |(slot, command): (Option<Slot>, &'a D::Command)| {
            let cell = self.cells.get(slot?)?;
            matches!(cell.standing, Standing::Live).then_some((&cell.state, command))
        };
        drop(guarded(|| decider::look_ahead::<D>(commands.map(live))));
    }

    /// Deadlines of all cells up to `until`, in order of due time, ties by cell id; at most a batch of them.
    fn tick_all(&mut self, until: Timestamp) {
        for _ in 0..self.shared.config.batch_max {
            match self.cells.earliest() {
                Some((due, slot)) if due <= until && self.open.size < self.shared.config.batch_bytes_max => {
                    self.tick(slot, due);
                }
                _ => return,
            }
        }
    }

    fn tick(&mut self, slot: Slot, due: Timestamp) {
        let Some(cell) = self.cells.get_mut(slot) else {
            return;
        };
        match self.desk.tick(cell, due) {
            Ok(()) => self.keep(slot),
            Err(reason) => {
                self.desk.discard();
                self.stop_cell(slot, reason);
            }
        }
    }

    /// A cell whose deadlines cannot be handled would never come to rest: it decides no more.
    pub(super) fn stop_cell(&mut self, slot: Slot, reason: String) {
        let Some(cell) = self.cells.get_mut(slot) else {
            return;
        };
        tracing::error!(cell = cell.id.0, reason, "the cell is stopped");
        let reason: Arc<str> = reason.into();
        cell.standing = Standing::Stopped(Arc::clone(&reason));
        self.shared.health.stopped(cell.id, reason);
    }

    fn request(&mut self, request: Request<D>, now: Timestamp) {
        let partition = self.shared.router.partition(request.cell());
        if self.lost[usize::from(partition.0)] {
            return request.refuse(EngineError::Unavailable);
        }
        match request {
            Request::One { cell, command, to } => {
                let slot = self.cells.find_or_create(cell, partition);
                self.one(slot, &command, to, now);
                self.forget_if_empty(slot);
            }
            Request::Many { cell, commands, to } => {
                let slot = self.cells.find_or_create(cell, partition);
                self.many(slot, &commands, to, now);
                self.forget_if_empty(slot);
            }
            Request::Read { cell, read } => self.read(cell, read, now),
        }
    }

    fn one(&mut self, slot: Slot, command: &D::Command, to: To<D::Answer>, now: Timestamp) {
        match self
            .ready(slot, now)
            .and_then(|()| self.command(slot, command, now))
        {
            Ok(answer) => {
                self.keep(slot);
                self.answer(slot, Reply::One { to, answer });
            }
            Err(error) => send(to, Err(error)),
        }
    }

    fn many(&mut self, slot: Slot, commands: &[D::Command], to: To<Vec<D::Answer>>, now: Timestamp) {
        let answers = self
            .ready(slot, now)
            .and_then(|()| self.decide_many(slot, commands, now));
        match answers {
            Ok(answers) => {
                self.keep(slot);
                self.answer(slot, Reply::Many { to, answers });
            }
            Err(error) => send(to, Err(error)),
        }
    }

    fn decide_many(
        &mut self,
        slot: Slot,
        commands: &[D::Command],
        now: Timestamp,
    ) -> Result<Vec<D::Answer>, EngineError> {
        let mut answers = Vec::with_capacity(commands.len());
        for chunk in commands.chunks(LOOK_AHEAD_COMMANDS) {
            self.look_ahead(chunk.iter().map(|command| (Some(slot), command)));
            for command in chunk {
                answers.push(self.command(slot, command, now)?);
            }
        }
        Ok(answers)
    }

    fn read(&mut self, id: CellId, mut read: Box<dyn Read<D::State>>, now: Timestamp) {
        let Some(slot) = self.cells.find(id) else {
            let ran = guarded(|| read.run(&D::create(id)));
            return read.finish(ran.map_err(|_| EngineError::Panicked));
        };
        if let Err(error) = self.ready(slot, now) {
            return read.finish(Err(error));
        }
        let Some(cell) = self.cells.get(slot) else { return };
        match guarded(|| read.run(&cell.state)) {
            Ok(()) => self.answer(slot, Reply::Read(read)),
            Err(message) => {
                tracing::error!(cell = id.0, message, "a read panicked");
                read.finish(Err(EngineError::Panicked));
            }
        }
    }

    /// Handles the deadlines of one cell that are due: what a command finds must not depend on which batch it is in.
    /// Ends, because each leaves a later deadline or stops the cell.
    fn ready(&mut self, slot: Slot, now: Timestamp) -> Result<(), EngineError> {
        while let Some(cell) = self.cells.get(slot) {
            if let Some(refusal) = cell.refusal() {
                return Err(refusal);
            }
            match cell.deadline() {
                Some(due) if due <= now => self.tick(slot, due),
                _ => return Ok(()),
            }
        }
        Err(EngineError::Unavailable)
    }

    fn command(
        &mut self,
        slot: Slot,
        command: &D::Command,
        now: Timestamp,
    ) -> Result<D::Answer, EngineError> {
        let Some(cell) = self.cells.get_mut(slot) else {
            return Err(EngineError::Unavailable);
        };
        let (id, now) = (cell.id, now.max(cell.last_at));
        self.desk.command(cell, command, now).map_err(|message| {
            tracing::error!(
                cell = id.0,
                message,
                "a command could not be decided; its cell is rebuilt"
            );
            self.desk.discard();
            self.spoil(slot);
            EngineError::Panicked
        })
    }

    /// A cell to which nothing has happened is not kept.
    fn forget_if_empty(&mut self, slot: Slot) {
        let empty = |cell: &crate::cells::Cell<D>| cell.sequence == 0 && cell.refusal().is_none();
        if self.cells.get(slot).is_some_and(empty) {
            self.cells.remove(slot);
        }
    }
}
