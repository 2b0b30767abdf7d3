//! How much was sent, and what it cost: the figures of analytics, by day.

use askama::Template;
use axum::extract::State;
use decider::{Millis, Timestamp};
use platform::ids::WabaIx;
use platform::portfolio::Portfolio;
use platform::portfolio::analytics::query::{Apart, Asked};
use platform::portfolio::analytics::traffic::Kind;
use rulebook::analytics::Granularity;
use rulebook::pricing::PriceCategory;

use super::chart::{self, Chart, Series};
use super::frame::{Frame, Tab};
use super::words;
use super::{Failure, Manager, Page, View};
use crate::ids::{portfolio_id, waba_id};

/// Days of a chart.
const DAYS: u64 = 30;
/// The colours of categories.
const TONES: [&str; PriceCategory::ALL.len()] = ["s1", "s2", "s3", "s4", "s5", "s6"];
const DELIVERIES: [Series; 2] = [
    Series {
        label: "arrived",
        tone: "accent",
    },
    Series {
        label: "left and did not arrive",
        tone: "s4",
    },
];

#[derive(Template)]
#[template(path = "manager/volumes.html")]
pub(super) struct Volumes {
    frame: Frame,
    accounts: Vec<Account>,
}

/// The figures of an account.
struct Account {
    portfolio: String,
    portfolio_id: String,
    name: String,
    id: String,
    charts: Vec<Chart>,
    costs: Vec<Cost>,
}

/// What one category cost.
struct Cost {
    category: String,
    messages: String,
    amount: String,
}

/// `GET /manager/volumes`.
pub(super) async fn page(view: View, State(manager): State<Manager>) -> Result<Page<Volumes>, Failure> {
    let now = manager.seat().now();
    let read = move |portfolio: &Portfolio| {
        let all = (0..portfolio.wabas.len() as u16).map(WabaIx);
        all.map(|waba| account(portfolio, waba, now)).collect::<Vec<_>>()
    };
    let accounts = manager.read(&view.cells(&manager), read).await?;
    Ok(Page(Volumes {
        accounts: accounts.into_iter().flatten().collect(),
        frame: view.frame(&manager, "Volumes", Tab::Volumes),
    }))
}

fn account(portfolio: &Portfolio, waba: WabaIx, now: Timestamp) -> Account {
    let (today, end) = Granularity::Day.period(now);
    let start = today.back(Millis::days(DAYS - 1));
    let asked = Asked {
        waba,
        start,
        end,
        granularity: Granularity::Day,
        numbers: Vec::new(),
        countries: Vec::new(),
    };
    let days: Vec<Timestamp> = (0..DAYS).map(|day| start + Millis::days(day)).collect();
    let names: Vec<String> = days.iter().map(|day| words::day(*day)).collect();
    let place = |at: Timestamp| (at.since(start).get() / Millis::DAY.get()) as usize;
    let small = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);

    let mut deliveries = vec![vec![0_u32; 2]; days.len()];
    for ((at, ..), sum) in portfolio.sums(&asked, Apart::default(), Kind::is_message, |_| None) {
        if let Some(day) = deliveries.get_mut(place(at)) {
            day[0] = small(sum.delivered);
            day[1] = small(sum.sent.saturating_sub(sum.delivered));
        }
    }
    let mut categories = vec![vec![0_u32; PriceCategory::ALL.len()]; days.len()];
    let mut totals = [(0_u64, 0_u64); PriceCategory::ALL.len()];
    for ((at, _, _, kind), sum) in portfolio.sums(&asked, Apart::default(), Kind::is_message, Some) {
        let Some((category, _)) = kind.and_then(Kind::price) else {
            continue;
        };
        let column = category as usize - 1;
        if let Some(day) = categories.get_mut(place(at)) {
            day[column] = day[column].saturating_add(small(sum.delivered));
        }
        totals[column].0 += sum.delivered;
    }
    // Messages or conversations: those that the edition gives no price to cost nothing here.
    for ((_, _, _, kind), sum) in portfolio.sums(&asked, Apart::default(), |_| true, Some) {
        if let Some((category, _)) = kind.and_then(Kind::price) {
            totals[category as usize - 1].1 += sum.micros;
        }
    }
    let series = PriceCategory::ALL.map(|category| Series {
        label: label(category),
        tone: TONES[category as usize - 1],
    });
    let cost = |(category, (messages, micros)): (PriceCategory, (u64, u64))| Cost {
        category: words::sentence_case(label(category)),
        messages: words::count(messages),
        amount: format!("{:.3}", micros as f64 / 1e6),
    };
    let told = PriceCategory::ALL.into_iter().zip(totals);
    Account {
        portfolio: portfolio.name.clone(),
        portfolio_id: portfolio_id(portfolio.cell).to_string(),
        name: portfolio.wabas.get(waba.index()).cloned().unwrap_or_default(),
        id: waba_id(portfolio.cell, waba).to_string(),
        charts: vec![
            chart::bars("Messages by day", &names, &DELIVERIES, &deliveries),
            chart::bars("Arrived, by category", &names, &series, &categories),
        ],
        costs: told
            .filter(|(_, (messages, _))| *messages > 0)
            .map(cost)
            .collect(),
    }
}

fn label(category: PriceCategory) -> &'static str {
    match category {
        PriceCategory::Marketing => "marketing",
        PriceCategory::MarketingLite => "marketing, by its own interface",
        PriceCategory::Utility => "utility",
        PriceCategory::Authentication => "authentication",
        PriceCategory::Service => "service",
        PriceCategory::ReferralConversion => "free entry point",
    }
}
