//! Who calls, and what they may do where.
//!
//! Promises: a token opens its own portfolio and its own numbers and nothing else; what it does not open looks as if it
//! did not exist. Must not know: what is done there.

use cloud_api::{GraphError, NodeId};
use decider::CellId;
use sender::directory::{Directory, Rights, Token};
use sender::ids::{PhoneNumberId, WabaId};

use crate::keys::token_hash;
use crate::portfolios::Portfolios;

/// Somebody with a good token.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The portfolio that it opens; `None`: all of them.
    cell: Option<CellId>,
    numbers: Vec<PhoneNumberId>,
    rights: Rights,
}

/// A portfolio, and what in it a call is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The place of the portfolio in the configuration.
    pub(crate) portfolio: usize,
    /// Its cell.
    pub(crate) cell: CellId,
    /// The account that the call is about, if that is known.
    pub(crate) waba: Option<u64>,
}

impl Caller {
    /// Who has this token.
    pub(crate) fn of(directory: &Directory, token: Option<&str>) -> Result<Self, GraphError> {
        let token = token.ok_or_else(GraphError::missing_token)?;
        let (_, known) = directory
            .token(&token_hash(token))
            .ok_or_else(GraphError::bad_token)?;
        Ok(Caller::from(known))
    }

    /// Whether they may do something at all.
    pub(crate) fn may(&self, rights: Rights) -> Result<(), GraphError> {
        if self.rights.allow(rights) {
            return Ok(());
        }
        let names = crate::seat::rights::NAMED
            .iter()
            .filter(|(_, right)| rights.allow(*right));
        let names: Vec<&str> = names.map(|(name, _)| *name).collect();
        let details = format!(
            "The gateway token does not have the right to {}.",
            names.join(" and to ")
        );
        Err(GraphError::permission_denied().with_details(&details))
    }

    /// Where a call about an object goes. An object that is not known belongs to the caller's portfolio, as far as
    /// anybody knows here; the platform has the last word.
    pub(crate) fn place(
        &self,
        method: &str,
        node: Option<NodeId>,
        directory: &Directory,
        portfolios: &Portfolios,
    ) -> Result<Place, GraphError> {
        let known = node.and_then(|node| known(node, directory, portfolios));
        let unknown =
            || GraphError::unknown_object(method, &node.map_or_else(String::new, |node| node.to_string()));
        let Some((cell, waba, number)) = known else {
            let cell = self.cell.or_else(|| portfolios.only()).ok_or_else(undecided)?;
            let portfolio = portfolios.of_cell(cell).ok_or_else(unknown)?;
            return Ok(Place {
                portfolio,
                cell,
                waba: None,
            });
        };
        let mine = self.cell.is_none_or(|own| own == cell);
        let open = number.is_none_or(|number| self.numbers.is_empty() || self.numbers.contains(&number));
        match portfolios.of_cell(cell) {
            Some(portfolio) if mine && open => Ok(Place {
                portfolio,
                cell,
                waba: Some(waba.0),
            }),
            _ => Err(unknown()),
        }
    }

    /// Whether a number is one of the portfolio in `cell`, and the token opens it.
    pub(crate) fn opens(&self, number: PhoneNumberId, cell: CellId, directory: &Directory) -> bool {
        let known = directory.numbers.find(number);
        known.is_some_and(|place| place.cell == cell.0)
            && self.cell.is_none_or(|own| own == cell)
            && (self.numbers.is_empty() || self.numbers.contains(&number))
    }

    /// The portfolio that the token opens; `None`: all of them.
    pub(crate) fn cell(&self) -> Option<CellId> {
        self.cell
    }
}

impl From<&Token> for Caller {
    fn from(token: &Token) -> Self {
        Caller {
            cell: token.cell.map(CellId),
            numbers: token.numbers.clone(),
            rights: token.rights,
        }
    }
}

/// The portfolio of a number or an account, its account, and the number if it is one.
fn known(
    node: NodeId,
    directory: &Directory,
    portfolios: &Portfolios,
) -> Option<(CellId, WabaId, Option<PhoneNumberId>)> {
    let number = PhoneNumberId(node.0);
    if let Some(place) = directory.numbers.find(number) {
        return Some((CellId(place.cell), place.waba, Some(number)));
    }
    let cell = portfolios.of_waba(node.0)?;
    Some((cell, WabaId(node.0), None))
}

#[cold]
fn undecided() -> GraphError {
    let details = "The gateway token opens several portfolios, and the object does not say which is meant: use a token \
                   of one portfolio.";
    GraphError::permission_denied().with_details(details)
}
