//! Runs any decider over any ledger.
