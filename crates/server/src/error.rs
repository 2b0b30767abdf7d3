//! What can go wrong with a seat, apart from what the platform's rules refuse.

use decider::CellId;
use engine::EngineError;
use ledger::LedgerError;
use ledger::archive::ArchiveError;
use platform::people::PeopleError;
use rulebook::edition::EditionError;
use rulebook::refusal::Refusal;

/// Why a seat does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger does not give a state.
    #[error(transparent)]
    Engine(#[from] engine::OpenError),
    /// The edition, or a value that is to differ from it, cannot be.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// The snapshot cannot be taken up.
    #[error(transparent)]
    Image(#[from] ArchiveError),
    /// The people file cannot be.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The directory could not be read.
    #[error("the directory could not be read")]
    Directory(#[from] EngineError),
}

/// Why something could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SeatError {
    /// The engine gave no answer.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The rules say no.
    #[error("{detail}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// The facts of the case.
        detail: String,
    },
    /// There is no such thing.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// The phone number is another portfolio's.
    #[error("the phone number belongs to another portfolio")]
    Taken {
        /// The holder.
        holder: CellId,
    },
    /// The default account is not what it was made as.
    #[error("the default account is incomplete: {0}")]
    Incomplete(&'static str),
}
