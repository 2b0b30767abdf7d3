//! `goodstanding`: one file a command; this one only chooses.

mod accounts;
mod args;
mod check;
mod config;
mod data;
mod demo;
mod doctor;
mod edition;
mod error;
mod gateway;
mod log;
mod mail;
mod records;
mod remote;
mod rules;
mod sandbox;
mod why;

use std::process::ExitCode;

use ::records::{ConsentRow, SuppressionRow};
use args::{Args, Command};
use clap::Parser;

/// What a send is made of is given from thread to thread, which takes the allocator of the C library 8 % of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
    log::begin(&args.log, args.log_format);
    let outcome = match args.command {
        Command::Sandbox(options) => sandbox::run(&options),
        Command::Gateway(options) => gateway::run(&options),
        Command::Config(command) => config::run(&command),
        Command::Doctor(options) => doctor::run(&options),
        Command::Accounts(args::Accounts::Add(options)) => accounts::add(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Why(options) => why::run(&options),
        Command::Consents(command) => records::run::<ConsentRow>(&command),
        Command::Suppressions(command) => records::run::<SuppressionRow>(&command),
        Command::Sends(command) => records::run_sends(&command),
        Command::Data(command) => data::run(&command),
        Command::Rules(command) => rules::run(&command),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            anstream::eprint!("{}", error.for_people());
            error.exit_code()
        }
    }
}
