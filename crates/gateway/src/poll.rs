//! Asks the platform about numbers, limits and templates, as webhooks may be lost.
//!
//! Promises: one account that does not answer holds up no other; accounts do not ask at the same moments; the platform's
//! allowance of management calls is kept. Must not know: what follows from an answer.

mod ask;

use std::time::Duration;

use cloud_api::NodeId;
use decider::{CellId, mix};
use sender::directory;
use sender::ids::{PhoneNumberId, WabaId};
use sender::portfolio::Command;

use crate::alarms::Name;
use crate::gateway::Gateway;
use crate::news;
use ask::Asked;
pub(crate) use ask::{Number, Template};

/// Numbers of one brand share opt-outs where policy says so: all of a portfolio, unless somebody says otherwise.
const BRAND: u16 = 0;

/// Which account.
#[derive(Clone, Copy, Debug)]
struct Account {
    portfolio: usize,
    cell: CellId,
    waba: u64,
}

/// Asks about every account from time to time, for ever.
pub(crate) fn start(gateway: &Gateway) {
    for account in accounts(gateway) {
        let gateway = gateway.clone();
        tokio::spawn(async move {
            let mut rounds = 0;
            let mut failed = 0;
            while !gateway.closing() {
                let calls = match poll(&gateway, account).await {
                    Some(calls) => {
                        failed = 0;
                        calls
                    }
                    None => {
                        failed += 1;
                        1
                    }
                };
                rounds += 1;
                tokio::time::sleep(pause(&gateway, account, rounds, failed, calls)).await;
            }
        });
    }
}

/// Asks about all accounts once, in turn; `false` if one did not answer.
pub(crate) async fn all(gateway: &Gateway) -> bool {
    let mut well = true;
    for account in accounts(gateway) {
        well &= poll(gateway, account).await.is_some();
    }
    well
}

/// Asks about the accounts of one portfolio once, in turn.
pub(crate) async fn of_portfolio(gateway: &Gateway, portfolio: usize) {
    for account in accounts(gateway)
        .into_iter()
        .filter(|account| account.portfolio == portfolio)
    {
        poll(gateway, account).await;
    }
}

fn accounts(gateway: &Gateway) -> Vec<Account> {
    let portfolios = gateway.config().portfolios.iter().enumerate();
    let of = |(portfolio, config): (usize, &crate::config::Portfolio)| {
        let cell = gateway.portfolios().cell(portfolio);
        let account = |cell, waba| Account {
            portfolio,
            cell,
            waba,
        };
        let wabas = config.accounts.iter().map(|account| account.id);
        cell.map(|cell| wabas.map(|waba| account(cell, waba)).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    portfolios.flat_map(of).collect()
}

/// Until the next round: the setting, give or take a tenth; longer while the account does not answer, and as long as its
/// allowance of calls asks for.
fn pause(gateway: &Gateway, account: Account, rounds: u64, failed: u32, calls: u32) -> Duration {
    let config = gateway.config().watch;
    let doubled = config
        .poll_every
        .saturating_mul(1_u32.checked_shl(failed).unwrap_or(u32::MAX));
    let wait = if failed == 0 {
        config.poll_every
    } else {
        doubled.min(config.poll_longest).max(config.poll_every)
    };
    let allowance = Duration::from_secs(3_600) * calls / config.poll_calls_per_hour;
    let draw = mix(mix(account.waba) ^ rounds) % 201;
    wait.max(allowance) * (900 + draw as u32) / 1_000
}

/// Asks about one account; how many calls it took, or `None` if it did not answer.
async fn poll(gateway: &Gateway, account: Account) -> Option<u32> {
    let subject = account.waba.to_string();
    let asked = ask::ask(gateway, account.portfolio, account.waba).await;
    gateway.metrics().polled(asked.is_ok());
    match asked {
        Ok(Asked {
            numbers,
            templates,
            calls,
        }) => {
            gateway.alarms().clear(Name::PollFails, &subject);
            for number in &numbers {
                know(gateway, account, number).await;
            }
            news::polled(gateway, account.cell, account.waba, &numbers, &templates).await;
            Some(calls)
        }
        Err(error) => {
            let what = format!("account {subject} does not answer: {error}");
            gateway
                .alarms()
                .raise(Name::PollFails, &subject, what, gateway.now());
            None
        }
    }
}

/// Makes a number known: whose it is, and in its portfolio.
async fn know(gateway: &Gateway, account: Account, number: &Number) {
    let (Some(NodeId(id)), Some(e164)) = (NodeId::parse(&number.id), number.digits()) else {
        tracing::warn!(
            account = account.waba,
            "the platform lists a number that cannot be read"
        );
        return;
    };
    let id = PhoneNumberId(id);
    if gateway
        .seat()
        .view()
        .numbers
        .get(&id)
        .is_some_and(|place| place.waba.0 == account.waba)
    {
        return;
    }
    let add = Command::AddNumber {
        waba: WabaId(account.waba),
        number: id,
        e164,
        brand: BRAND,
    };
    let claim = directory::Command::ClaimNumber {
        number: id,
        waba: WabaId(account.waba),
        cell: account.cell,
    };
    let known = async {
        gateway.seat().portfolio(account.cell, add).await?;
        gateway.seat().directory(claim).await
    };
    match known.await {
        Ok(directory::Answer::Done) => {
            tracing::info!(number = id.0, account = account.waba, "a number is known")
        }
        Ok(other) => tracing::error!(number = id.0, ?other, "a number cannot be taken up"),
        Err(error) => tracing::error!(number = id.0, %error, "a number cannot be taken up"),
    }
}
