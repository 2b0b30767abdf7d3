//! Making portfolios, WABAs and numbers: what takes more than one cell.

use cloud_api::ids::CELL_MAX;
use decider::CellId;
use platform::directory;
use platform::ids::{NumberIx, WabaIx};
use platform::portfolio::command::Open;
use platform::portfolio::event::Settings;
use platform::portfolio::{Answer, Command};
use rulebook::refusal::Refusal;
use rulebook::status::StageChange;

use super::Seat;
use crate::SeatError;

impl Seat {
    /// Makes a portfolio; without settings it behaves like the seat's default.
    pub async fn create_portfolio(
        &self,
        name: &str,
        settings: Option<Settings>,
    ) -> Result<CellId, SeatError> {
        let settings = settings.unwrap_or_else(|| self.defaults().clone());
        // A cell that was taken cannot be given back: what the portfolio would refuse is refused before.
        super::check_settings(&settings).map_err(|error| refused(error.to_string()))?;
        if self.view().portfolios.len() as u64 >= CELL_MAX {
            return Err(refused("the seat has as many portfolios as ids can name"));
        }
        let reserve = directory::Command::ReservePortfolio {
            name: name.to_owned(),
        };
        let directory::Answer::Cell(cell) = self.directory(reserve).await? else {
            return Err(SeatError::Unknown("directory"));
        };
        self.open_portfolio(cell, name, settings).await?;
        self.set_default_people(cell).await?;
        Ok(cell)
    }

    pub(super) async fn open_portfolio(
        &self,
        cell: CellId,
        name: &str,
        settings: Settings,
    ) -> Result<(), SeatError> {
        let open = Command::Open(Box::new(Open {
            name: name.to_owned(),
            settings,
        }));
        done(self.portfolio(cell, open).await?)
    }

    /// Adds a WABA.
    pub async fn add_waba(&self, cell: CellId, name: &str) -> Result<WabaIx, SeatError> {
        match self
            .portfolio(
                cell,
                Command::AddWaba {
                    name: name.to_owned(),
                },
            )
            .await?
        {
            Answer::Waba(waba) => Ok(waba),
            other => Err(unexpected(other)),
        }
    }

    /// Adds a phone number (digits with country code), which is PENDING then. It is claimed first, and given back when
    /// the portfolio refuses it.
    pub async fn add_number(
        &self,
        cell: CellId,
        waba: WabaIx,
        e164: u64,
        verified_name: &str,
    ) -> Result<NumberIx, SeatError> {
        let turn = self.0.numbers.lock().await;
        match self
            .directory(directory::Command::ClaimNumber { e164, cell: cell.0 })
            .await?
        {
            directory::Answer::Done => {}
            directory::Answer::Taken { cell } => return Err(SeatError::Taken { holder: CellId(cell) }),
            _ => return Err(SeatError::Unknown("directory")),
        }
        let add = Command::AddNumber {
            waba,
            e164,
            verified_name: verified_name.to_owned(),
        };
        let added = match self.portfolio(cell, add).await? {
            Answer::Number(number) => Ok(number),
            other => {
                self.release_unless_held(cell, e164).await?;
                Err(unexpected(other))
            }
        };
        drop(turn);
        added
    }

    /// Moves a number from stage to stage; one that leaves the portfolio gives its phone number back.
    pub async fn stage(&self, cell: CellId, number: NumberIx, change: StageChange) -> Result<(), SeatError> {
        let turn = self.0.numbers.lock().await;
        let e164 = self
            .query(cell, move |portfolio| portfolio.number(number).map(|n| n.e164))
            .await?;
        done(self.portfolio(cell, Command::Stage { number, change }).await?)?;
        if let (Some(Some(e164)), StageChange::Delete | StageChange::Migrate) = (e164, change) {
            self.release_unless_held(cell, e164).await?;
        }
        drop(turn);
        Ok(())
    }

    /// Approves the name and issues the certificate: PENDING to OFFLINE. What was done before stays done.
    pub async fn certify(&self, cell: CellId, number: NumberIx) -> Result<(), SeatError> {
        let facts = self
            .query(cell, move |portfolio| portfolio.number(number).map(|n| n.facts))
            .await?;
        let facts = facts.flatten().ok_or(SeatError::Unknown("phone number"))?;
        if !facts.name_approved {
            self.stage(cell, number, StageChange::NameApproved).await?;
        }
        if !facts.certificate {
            self.stage(cell, number, StageChange::CertificateIssued).await?;
        }
        Ok(())
    }

    async fn release_unless_held(&self, cell: CellId, e164: u64) -> Result<(), SeatError> {
        let held = self.query(cell, move |portfolio| {
            let living = |n: &platform::portfolio::number::Number| !n.facts.deleted && !n.facts.migrated;
            portfolio.numbers.iter().any(|n| n.e164 == e164 && living(n))
        });
        if !held.await?.unwrap_or(false) {
            self.directory(directory::Command::ReleaseNumber { e164 }).await?;
        }
        Ok(())
    }
}

pub(super) fn done(answer: Answer) -> Result<(), SeatError> {
    match answer {
        Answer::Done => Ok(()),
        other => Err(unexpected(other)),
    }
}

/// An answer that is not the one hoped for.
pub(super) fn unexpected(answer: Answer) -> SeatError {
    match answer {
        Answer::Refused { refusal, detail } => SeatError::Refused { refusal, detail },
        Answer::Unknown(what) => SeatError::Unknown(what),
        Answer::Findings(findings) => refused(
            findings
                .first()
                .map_or_else(String::new, |finding| finding.message.clone()),
        ),
        _ => refused("the portfolio answered something else"),
    }
}

fn refused(detail: impl Into<String>) -> SeatError {
    SeatError::Refused {
        refusal: Refusal::InvalidParameter,
        detail: detail.into(),
    }
}
