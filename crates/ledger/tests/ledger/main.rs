//! The tests of the ledger crate: the contract on every backend, and what only a ledger on disk can do.

mod archive;
mod contract;
mod damage;
mod disk;
mod golden;
mod support;
mod tables;
mod verify;
