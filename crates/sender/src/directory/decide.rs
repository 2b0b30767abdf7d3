//! The directory's decisions.

use decider::CellId;

use super::{
    Answer, Command, Directory, Event, NumberClaimed, NumberReleased, PortfolioOpened, TokenCreated, TokenIx,
    TokenRevoked,
};
use crate::ids::{PhoneNumberId, WabaId};

/// Decides one command.
pub fn decide(directory: &Directory, command: &Command, out: &mut Vec<Event>) -> Answer {
    match command {
        Command::OpenPortfolio { name } => match directory.portfolio(name) {
            Some(cell) => Answer::Cell(cell),
            None => {
                out.push(PortfolioOpened { name: name.clone() }.into());
                Answer::Cell(CellId(directory.portfolios.len() as u64 + 1))
            }
        },
        Command::ClaimNumber { number, waba, cell } => claim(directory, *number, *waba, *cell, out),
        Command::ReleaseNumber { number } => {
            if !directory.numbers.contains_key(number) {
                return Answer::Unknown("phone number");
            }
            out.push(NumberReleased { number: *number }.into());
            Answer::Done
        }
        Command::CreateToken {
            hash,
            cell,
            label,
            numbers,
            rights,
        } => {
            if cell.is_some_and(|cell| !is_portfolio(directory, cell)) {
                return Answer::Unknown("portfolio");
            }
            let created = TokenCreated {
                hash: *hash,
                cell: cell.map(|cell| cell.0),
                label: label.clone(),
                numbers: numbers.clone(),
                rights: *rights,
            };
            create(directory, created, out)
        }
        Command::RevokeToken { token } => match directory.tokens.get(token.0 as usize) {
            None => Answer::Unknown("token"),
            Some(known) => {
                if known.revoked_ms.is_none() {
                    out.push(TokenRevoked { token: *token }.into());
                }
                Answer::Done
            }
        },
    }
}

fn claim(
    directory: &Directory,
    number: PhoneNumberId,
    waba: WabaId,
    cell: CellId,
    out: &mut Vec<Event>,
) -> Answer {
    if !is_portfolio(directory, cell) {
        return Answer::Unknown("portfolio");
    }
    let held = directory.numbers.find(number);
    let holder = held
        .map(|place| place.cell)
        .or_else(|| directory.wabas.get(&waba).copied());
    match holder {
        Some(holder) if holder != cell.0 => Answer::Taken { cell: CellId(holder) },
        Some(_) if held.is_some_and(|place| place.waba == waba) => Answer::Done,
        _ => {
            let claimed = NumberClaimed {
                number,
                waba,
                cell: cell.0,
            };
            out.push(claimed.into());
            Answer::Done
        }
    }
}

/// A hash that is known already is the same token; a revoked one does not come back.
fn create(directory: &Directory, token: TokenCreated, out: &mut Vec<Event>) -> Answer {
    match directory.by_hash.get(&token.hash) {
        Some(ix) if directory.token(&token.hash).is_some() => Answer::Token(*ix),
        Some(_) => Answer::Unknown("token"),
        None => {
            out.push(token.into());
            Answer::Token(TokenIx(directory.tokens.len() as u32))
        }
    }
}

fn is_portfolio(directory: &Directory, cell: CellId) -> bool {
    (1..=directory.portfolios.len() as u64).contains(&cell.0)
}
