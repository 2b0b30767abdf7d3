//! Admissions over HTTP in calls of 500, durable, on the two cores of one machine: server and load share them.

use std::time::Duration;

use super::admit::{Batches, Ours};
use super::child::median;

const TARGET: f64 = 1_000_000.0;

pub(crate) fn measure(span: Duration, runs: u64) {
    println!(
        "of 1M/s   kept     calls under way   decisions/s (median of {runs})   spread   p50 ms   server CPU us a decision"
    );
    for (kept, connections) in [
        ("disk", 1),
        ("disk", 4),
        ("disk", 16),
        ("disk", 64),
        ("memory", 64),
    ] {
        let (mut rates, mut times, mut costs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..runs {
            // A run does not inherit what the one before wrote.
            let ours = Ours::start(kept, "2023-per-number");
            let mut batches = Batches::new(&ours.token, 500);
            ours.decide(connections, Duration::from_secs(1), &mut batches);
            let run = ours.decide(connections, span, &mut batches);
            rates.push(run.rate);
            times.push(run.p50.as_secs_f64() * 1e3);
            costs.push(run.cpu_us);
        }
        let (rate, spread) = median(rates);
        println!(
            "{:>6.2}x   {kept:<8} {connections:>15} {rate:>29.0} {:>7.0} % {:>8.2} {:>24.2}",
            rate / TARGET,
            spread * 100.0,
            median(times).0,
            median(costs).0,
        );
    }
}
