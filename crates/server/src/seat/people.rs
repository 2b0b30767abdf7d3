//! Simulated people: which portfolio has which.

use decider::{CellId, mix};
use platform::portfolio::Command;

use super::Seat;
use super::make::done;
use crate::SeatError;

impl Seat {
    /// Gives a portfolio the people of a file; an empty one takes them away. Without a seed theirs derives from the
    /// seat's.
    pub async fn set_people(&self, cell: CellId, file: String, seed: Option<u64>) -> Result<(), SeatError> {
        let seed = seed.unwrap_or_else(|| self.people_seed(cell));
        done(self.portfolio(cell, Command::SetPeople { file, seed }).await?)
    }

    /// Gives a portfolio the people that the seat was started with, unless it has them.
    pub(super) async fn set_default_people(&self, cell: CellId) -> Result<(), SeatError> {
        let Some(file) = self.config().people.clone() else {
            return Ok(());
        };
        let wanted = file.clone();
        let has = self.query(cell, move |portfolio| {
            let cast = portfolio.people.as_ref().and_then(|people| people.cast());
            cast.is_some_and(|cast| cast.text() == wanted)
        });
        if has.await? == Some(false) {
            self.set_people(cell, file, None).await?;
        }
        Ok(())
    }

    fn people_seed(&self, cell: CellId) -> u64 {
        mix(mix(self.seed() ^ 0x0063_726f_7764) ^ cell.0)
    }
}
