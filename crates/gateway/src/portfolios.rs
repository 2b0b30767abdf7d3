//! The configured portfolios and the cells that they live in.
//!
//! Must not know: what happens in a cell.

use std::collections::BTreeMap;

use decider::CellId;

use crate::config::{Config, Secret};

/// Which portfolio is where.
#[derive(Debug, Default)]
pub(crate) struct Portfolios {
    /// By place in the configuration.
    cells: Vec<CellId>,
    by_cell: BTreeMap<CellId, usize>,
    wabas: BTreeMap<u64, (usize, usize)>,
}

impl Portfolios {
    /// `cells` are those of the configuration's portfolios, in their order.
    pub(crate) fn new(config: &Config, cells: Vec<CellId>) -> Self {
        let by_cell = cells
            .iter()
            .enumerate()
            .map(|(place, cell)| (*cell, place))
            .collect();
        let mut wabas = BTreeMap::new();
        for (place, portfolio) in config.portfolios.iter().enumerate() {
            let accounts = portfolio.accounts.iter().enumerate();
            wabas.extend(accounts.map(|(nth, account)| (account.id, (place, nth))));
        }
        Portfolios {
            cells,
            by_cell,
            wabas,
        }
    }

    /// The cell of the portfolio at a place.
    pub(crate) fn cell(&self, portfolio: usize) -> Option<CellId> {
        self.cells.get(portfolio).copied()
    }

    /// The place of the portfolio in a cell.
    pub(crate) fn of_cell(&self, cell: CellId) -> Option<usize> {
        self.by_cell.get(&cell).copied()
    }

    /// The cell of an account.
    pub(crate) fn of_waba(&self, waba: u64) -> Option<CellId> {
        let (portfolio, _) = self.wabas.get(&waba)?;
        self.cell(*portfolio)
    }

    /// The only cell, if there is only one.
    pub(crate) fn only(&self) -> Option<CellId> {
        match self.cells.as_slice() {
            [cell] => Some(*cell),
            _ => None,
        }
    }

    /// The platform's token for an account, or for the portfolio as a whole.
    pub(crate) fn token<'a>(
        &self,
        config: &'a Config,
        portfolio: usize,
        waba: Option<u64>,
    ) -> Option<&'a Secret> {
        Some(config.portfolios.get(portfolio)?.token_of(waba))
    }

    /// Where webhooks of an account, or of one of its numbers, are relayed to: the place of the relay.
    pub(crate) fn relay(&self, config: &Config, waba: u64, number: Option<u64>) -> Option<usize> {
        let (place, nth) = *self.wabas.get(&waba)?;
        let portfolio = config.portfolios.get(place)?;
        let of_number = number.and_then(|number| portfolio.numbers.get(&number).copied());
        of_number.or_else(|| portfolio.accounts.get(nth)?.relay)
    }
}
