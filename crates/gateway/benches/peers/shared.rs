//! The same decision where it is usually put: a Lua script in Redis, a function in PostgreSQL. Each holds who was written to
//! in the last 24 hours, exactly, and says whether one more person may be; each is durable before it answers (`appendfsync
//! always`, `synchronous_commit on`). The gateway decides everything else as well.
//!
//! In batches: 500 decisions at a time, 16 or 64 such calls under way, for the gateway and for Redis whichever each does better
//! with; 16 for PostgreSQL, where one transaction waits for the other and more of them only make the end of a run long.
//! One by one: 64 connections with one decision under way each, over the wire. Redis and PostgreSQL are loaded by their
//! own programs (`redis-benchmark`, `pgbench`). All share both cores with their load.

use std::time::Duration;

use super::admit::{Batches, Ours};
use super::child::median;
use super::postgres::Postgres;
use super::redis::Redis;

/// Decisions of a batch, and batches under way.
const BATCH: usize = 500;
const UNDER_WAY: &[usize] = &[16, 64];
/// Connections with one decision under way each.
const ONE_BY_ONE: &[usize] = &[64];
/// One window for all numbers, as the peers have it.
const EDITION: &str = "2026-per-portfolio";

pub(crate) fn measure(span: Duration, runs: u64) {
    for (what, each, under_way) in [
        ("in batches of 500", BATCH, UNDER_WAY),
        ("one by one", 1, ONE_BY_ONE),
    ] {
        // Each run begins with an empty window.
        let ours = best(runs, under_way, |under_way| {
            let ours = Ours::start("disk", EDITION);
            let mut batches = Batches::new(&ours.token, each);
            ours.decide(under_way, span, &mut batches).rate
        });
        let redis = best(runs, under_way, |under_way| {
            Redis::start().decide(each, under_way, span)
        });
        let postgres = best(runs, &under_way[..1], |under_way| {
            Postgres::start().decide(each, under_way, span)
        });
        println!("{what}: decisions/s (median of {runs} runs; spread; under way)");
        println!(
            "  {:>6.1}x of Redis, {:.1}x of PostgreSQL",
            ours.rate / redis.rate,
            ours.rate / postgres.rate
        );
        for (name, best) in [("gateway", ours), ("Redis", redis), ("PostgreSQL", postgres)] {
            let (rate, spread) = (best.rate, best.spread * 100.0);
            println!("  {name:<12} {rate:>12.0}  ({spread:.0} %; {})", best.under_way);
        }
    }
}

/// What a server came to, with as many calls under way as it does best with.
struct Best {
    rate: f64,
    spread: f64,
    under_way: usize,
}

fn best(runs: u64, ways: &[usize], mut run: impl FnMut(usize) -> f64) -> Best {
    let rows = ways.iter().map(|&under_way| {
        let (rate, spread) = median((0..runs).map(|_| run(under_way)).collect());
        Best {
            rate,
            spread,
            under_way,
        }
    });
    let best = rows.max_by(|a, b| a.rate.total_cmp(&b.rate));
    best.expect("there is a number of calls under way")
}
