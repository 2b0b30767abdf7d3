//! A portfolio as bytes: a small core, and sections, one a subject.
//!
//! What is kept is lists in order; maps are indexes over them and are built again.

use std::collections::BTreeMap;

use decider::{CellId, Undecodable};
use rulebook::escalation::Path;
use rulebook::window::{Window, WindowParts};
use serde::{Deserialize, Serialize};
use stored::{Loaded, Section, StoredSection};

use super::account::Account;
use super::attempts::Attempts;
use super::number::Number;
use super::opt_outs::OptOuts;
use super::people::People;
use super::scope::Scope;
use super::stops::Stops;
use super::suppression::Suppression;
use super::template::Template;
use super::{Portfolio, Settings};
use crate::consent::Consents;
use crate::ids::{ContactIx, NumberIx, TemplateIx};
use crate::mirror::{Known, LimitValue};
use crate::person_requests::{PersonRequests, PersonRequestsV1};
use crate::policy::Policy;

/// Version 1 of a stored portfolio.
#[derive(Debug, Serialize, Deserialize)]
pub struct PortfolioV1 {
    settings: Option<Settings>,
    policy: (Policy, u32),
    accounts: Vec<Account>,
    decisions: u64,
    sections: Vec<StoredSection>,
}

/// Every section, by number. Numbers are permanent.
const SECTIONS: &[Section<Portfolio>] = &[
    NUMBERS, TEMPLATES, SCOPES, PEOPLE, ATTEMPTS, OPT_OUTS, CARE, WATCH, FOREIGN, CONSENTS, REQUESTS, TOPICS,
];

impl Portfolio {
    /// The stored form.
    pub fn to_stored(&self) -> PortfolioV1 {
        PortfolioV1 {
            settings: self.settings.clone(),
            policy: (self.policy.clone(), self.policy_version),
            accounts: self.accounts.clone(),
            decisions: self.decisions,
            sections: stored::store(SECTIONS, self),
        }
    }

    /// From the stored form.
    pub fn from_stored(cell: CellId, stored: PortfolioV1) -> Result<Self, Undecodable> {
        let mut portfolio = Portfolio::new(cell);
        portfolio.settings = stored.settings;
        portfolio.set_edition();
        (portfolio.policy, portfolio.policy_version) = stored.policy;
        portfolio.accounts = stored.accounts;
        portfolio.decisions = stored.decisions;
        stored::load(SECTIONS, &mut portfolio, &stored.sections)?;
        Ok(portfolio)
    }
}

/// Reads version 1 of a section.
fn v1<T: serde::de::DeserializeOwned>(version: u8, bytes: &[u8], take: impl FnOnce(T)) -> Loaded {
    (version == 1).then(|| stored::read(bytes).map(take))
}

const NUMBERS: Section<Portfolio> = Section {
    id: 1,
    version: 1,
    store: |portfolio| (!portfolio.numbers.is_empty()).then(|| stored::to_bytes(&portfolio.numbers)),
    load: |portfolio, version, bytes| {
        v1(version, bytes, |numbers: Vec<Number>| {
            for (number, ix) in numbers.iter().zip(0..) {
                portfolio.by_number.insert(number.id.0, ix);
            }
            portfolio.numbers = numbers;
        })
    },
};

const TEMPLATES: Section<Portfolio> = Section {
    id: 2,
    version: 1,
    store: |portfolio| (!portfolio.templates.is_empty()).then(|| stored::to_bytes(&portfolio.templates)),
    load: |portfolio, version, bytes| {
        v1(version, bytes, |templates: Vec<Template>| {
            let keys = templates.iter().zip(0..);
            portfolio.by_key = keys
                .map(|(template, ix)| ((template.waba, template.key), TemplateIx(ix)))
                .collect();
            portfolio.templates = templates;
        })
    },
};

const SCOPES: Section<Portfolio> = Section {
    id: 3,
    version: 1,
    store: |portfolio| {
        let scopes: Vec<(WindowParts, Known<LimitValue>)> = (portfolio.scopes.iter())
            .map(|scope| (scope.window.to_parts(), scope.limit))
            .collect();
        (!scopes.is_empty()).then(|| stored::to_bytes(&scopes))
    },
    load: |portfolio, version, bytes| {
        v1(version, bytes, |scopes: Vec<(WindowParts, Known<LimitValue>)>| {
            let scope = |(window, limit): &(WindowParts, Known<LimitValue>)| Scope {
                window: Window::from_parts(window),
                limit: *limit,
            };
            portfolio.scopes = scopes.iter().map(scope).collect();
        })
    },
};

const PEOPLE: Section<Portfolio> = Section {
    id: 4,
    version: 1,
    store: |portfolio| (!portfolio.people.is_empty()).then(|| stored::to_bytes(&portfolio.people.to_parts())),
    load: |portfolio, version, bytes| {
        v1(version, bytes, |parts| {
            portfolio.people = People::from_parts(parts)
        })
    },
};

const ATTEMPTS: Section<Portfolio> = Section {
    id: 5,
    version: 1,
    store: |portfolio| {
        let used = portfolio.attempts.next().0 > 0;
        used.then(|| stored::to_bytes(&portfolio.attempts.to_parts()))
    },
    load: |portfolio, version, bytes| {
        v1(version, bytes, |parts| {
            portfolio.attempts = Attempts::from_parts(parts)
        })
    },
};

const OPT_OUTS: Section<Portfolio> = Section {
    id: 6,
    version: 1,
    store: |portfolio| {
        let used = portfolio.opt_outs.digest() != 0;
        used.then(|| stored::to_bytes(&portfolio.opt_outs.to_parts()))
    },
    load: |portfolio, version, bytes| {
        v1(version, bytes, |parts| {
            portfolio.opt_outs = OptOuts::from_parts(parts)
        })
    },
};

/// Suppressions, changes of identity, stops.
type CareV1 = (BTreeMap<ContactIx, Suppression>, BTreeMap<ContactIx, u32>, Stops);

const CARE: Section<Portfolio> = Section {
    id: 7,
    version: 1,
    store: |portfolio| {
        let nothing =
            portfolio.suppressions.is_empty() && portfolio.changes.is_empty() && portfolio.stops.is_empty();
        let all = (&portfolio.suppressions, &portfolio.changes, &portfolio.stops);
        (!nothing).then(|| stored::to_bytes(&all))
    },
    load: |portfolio, version, bytes| {
        v1(version, bytes, |(suppressions, changes, stops): CareV1| {
            portfolio.suppressions = suppressions;
            portfolio.changes = changes;
            portfolio.stops = stops;
        })
    },
};

/// The log is imported; waiting for a status since; silent; changes that webhooks missed.
type WatchV1 = (bool, Option<u64>, bool, u64);

const WATCH: Section<Portfolio> = Section {
    id: 8,
    version: 1,
    store: |portfolio| {
        let Portfolio {
            log_imported,
            waiting_since,
            silent,
            missed,
            ..
        } = *portfolio;
        let watch: WatchV1 = (log_imported, waiting_since, silent, missed);
        (watch != WatchV1::default()).then(|| stored::to_bytes(&watch))
    },
    load: |portfolio, version, bytes| {
        v1(
            version,
            bytes,
            |(log_imported, waiting_since, silent, missed): WatchV1| {
                portfolio.log_imported = log_imported;
                portfolio.waiting_since = waiting_since;
                portfolio.silent = silent;
                portfolio.missed = missed;
            },
        )
    },
};

const FOREIGN: Section<Portfolio> = Section {
    id: 9,
    version: 1,
    store: |portfolio| (!portfolio.foreign.is_empty()).then(|| stored::to_bytes(&portfolio.foreign)),
    load: |portfolio, version, bytes| v1(version, bytes, |foreign| portfolio.foreign = foreign),
};

const CONSENTS: Section<Portfolio> = Section {
    id: 10,
    version: 1,
    store: |portfolio| {
        (!portfolio.consents.is_empty()).then(|| stored::to_bytes(&portfolio.consents.to_parts()))
    },
    load: |portfolio, version, bytes| {
        v1(version, bytes, |parts| {
            portfolio.consents = Consents::from_parts(parts)
        })
    },
};

/// Requests for a person, and the declared ways to one.
type RequestsV1 = (PersonRequestsV1, BTreeMap<NumberIx, Vec<Path>>);

const REQUESTS: Section<Portfolio> = Section {
    id: 11,
    version: 1,
    store: |portfolio| {
        let nothing = portfolio.requests.is_empty() && portfolio.ways.is_empty();
        (!nothing).then(|| stored::to_bytes(&(portfolio.requests.to_parts(), &portfolio.ways)))
    },
    load: |portfolio, version, bytes| {
        v1(version, bytes, |(requests, ways): RequestsV1| {
            portfolio.requests = PersonRequests::from_parts(requests);
            portfolio.ways = ways;
        })
    },
};

const TOPICS: Section<Portfolio> = Section {
    id: 12,
    version: 1,
    store: |portfolio| (!portfolio.topics.is_empty()).then(|| stored::to_bytes(&portfolio.topics)),
    load: |portfolio, version, bytes| v1(version, bytes, |topics| portfolio.topics = topics),
};
