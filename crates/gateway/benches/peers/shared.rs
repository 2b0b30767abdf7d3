//! The same decision where it is usually put: a Lua script in Redis, a function in PostgreSQL. Each holds who was written to
//! in the last 24 hours, exactly, and says whether one more person may be; each is durable before it answers (`appendfsync
//! always`, `synchronous_commit on`). The gateway decides everything else as well.
//!
//! In batches: 500 decisions at a time, 16 such calls under way. One by one: 64 connections with one decision under way each, over the
//! wire. Redis and PostgreSQL are loaded by their own programs (`redis-benchmark`, `pgbench`). All share both cores with
//! their load.

use std::time::Duration;

use super::admit::{Batches, Ours};
use super::child::median;
use super::postgres::Postgres;
use super::redis::Redis;

/// Decisions of a batch, and batches under way.
const BATCH: usize = 500;
const UNDER_WAY: usize = 16;
/// Connections with one decision under way each.
const ONE_BY_ONE: usize = 64;
/// One window for all numbers, as the peers have it.
const EDITION: &str = "2026-per-portfolio";

pub(crate) fn measure(span: Duration, runs: u64) {
    for (what, each, under_way) in [
        ("in batches of 500", BATCH, UNDER_WAY),
        ("one by one", 1, ONE_BY_ONE),
    ] {
        // Each run begins with an empty window.
        let ours = row(runs, || {
            let ours = Ours::start("disk", EDITION);
            let mut batches = Batches::new(&ours.token, each);
            ours.decide(under_way, span, &mut batches).rate
        });
        let redis = row(runs, || Redis::start().decide(each, under_way, span));
        let postgres = row(runs, || Postgres::start().decide(each, under_way, span));
        println!("{what}: decisions/s (median of {runs} runs; spread)");
        println!(
            "  {:>6.1}x of Redis, {:.1}x of PostgreSQL",
            ours.0 / redis.0,
            ours.0 / postgres.0
        );
        for (name, (rate, spread)) in [("gateway", ours), ("Redis", redis), ("PostgreSQL", postgres)] {
            println!("  {name:<12} {rate:>12.0}  ({:.0} %)", spread * 100.0);
        }
    }
}

fn row(runs: u64, mut run: impl FnMut() -> f64) -> (f64, f64) {
    median((0..runs).map(|_| run()).collect())
}
