//! What somebody, or an incident, stopped: for the portfolio, a number or a template; never replies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{NumberIx, TemplateIx};
use crate::lane::{Lane, Lanes};

/// What is stopped. The order is permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum StopOf {
    /// Everything that the portfolio sends.
    Portfolio,
    /// What a number sends.
    Number(NumberIx),
    /// What is sent with a template.
    Template(TemplateIx),
}

/// A stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stop {
    /// In which lanes; replies are never stopped.
    pub lanes: Lanes,
    /// By an incident, not by a person.
    pub incident: bool,
}

/// All stops in force.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stops(BTreeMap<StopOf, Stop>);

impl Stops {
    /// The stop of something.
    pub fn get(&self, of: StopOf) -> Option<Stop> {
        self.0.get(&of).copied()
    }

    /// Sets or ends a stop.
    pub fn set(&mut self, of: StopOf, stop: Option<Stop>) {
        match stop {
            Some(stop) => self.0.insert(of, stop),
            None => self.0.remove(&of),
        };
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (StopOf, Stop)> {
        self.0.iter().map(|(&of, &stop)| (of, stop))
    }

    /// Whether nothing is stopped.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What stops a send; of several, a person's word before an incident.
    pub fn against(&self, number: NumberIx, template: TemplateIx, lane: Lane) -> Option<Stop> {
        if self.0.is_empty() {
            return None;
        }
        let of = [
            StopOf::Portfolio,
            StopOf::Number(number),
            StopOf::Template(template),
        ];
        let found = of.into_iter().filter_map(|of| self.get(of));
        found
            .filter(|stop| stop.lanes.contains(lane))
            .min_by_key(|stop| stop.incident)
    }
}
