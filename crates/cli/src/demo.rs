//! `goodstanding demo`: the story of a number, told through HTTP only, in simulated time; its second half with a gateway in
//! front of the platform.
//!
//! Promises: every line is what the sandbox or the gateway answered; the exit code is 0 only if every outcome was the expected one.

mod behind;
mod client;
mod story;
mod teller;

use std::process::ExitCode;

use decider::Timestamp;
use server::{ClockConfig, SeatConfig, ServeConfig};

use crate::args::Demo;
use crate::error::CliError;
use crate::sandbox;
use client::Client;
use teller::Teller;

/// Monday, 2 March 2026, 09:00 UTC.
const START: Timestamp = Timestamp::from_millis(1_772_442_000_000);
/// One story, the same each time.
const SEED: u64 = 7;

/// Runs the demo.
pub(crate) fn run(options: &Demo) -> Result<ExitCode, CliError> {
    sandbox::runtime()?.block_on(async {
        let mut config =
            SeatConfig::new("2023-per-number").map_err(|error| CliError::Sandbox(error.to_string()))?;
        config.clock = ClockConfig::Virtual {
            start: START,
            speed: 0.0,
        };
        config.seed = SEED;
        let seat = sandbox::open(config, None)?;
        let clock = seat.clock().clone();
        let (running, account) = sandbox::start(seat, options.listen, ServeConfig::default()).await?;
        let mut teller = Teller::new(options.json);
        let client = Client::new(running.address(), &account.token);
        let told = async {
            story::tell(&client, &mut teller).await?;
            behind::tell(&client, &account, clock, &mut teller).await
        };
        let told = told.await;
        let expected = told.is_ok() && teller.all_expected();
        teller.end(running.address(), options.stay);
        if options.stay {
            sandbox::stop_signal().await;
        }
        running.stop().await;
        told?;
        Ok(if expected {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    })
}
