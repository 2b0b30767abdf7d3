//! The legal transitions of a number, each with its name (rules S1, S2 and S3).

use core::fmt;

use serde::{Deserialize, Serialize};

use super::{NumberFacts, Stage, Status, shown};

/// What can happen to a number. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum StageChange {
    /// The display name is approved: OFFLINE once the certificate is there too.
    NameApproved = 1,
    /// The certificate is issued: OFFLINE once the name is approved too.
    CertificateIssued = 2,
    /// It turns out to be linked to another account: PENDING.
    LinkedElsewhere = 3,
    /// The other account has let go of it.
    Released = 4,
    /// Registered: CONNECTED.
    Register = 5,
    /// Deregistered, or the connection is gone: OFFLINE.
    Deregister = 6,
    /// Banned; the stage is kept for the day on which the ban is lifted.
    Ban = 7,
    /// The ban is lifted.
    Unban = 8,
    /// Moved to another account; ends its life in this one.
    Migrate = 9,
    /// Removed; ends its life.
    Delete = 10,
    /// Its volume is throttled.
    RateLimit = 11,
    /// Its volume is no longer throttled.
    RateLimitLifted = 12,
}

impl StageChange {
    /// All of them, by number.
    pub const ALL: [StageChange; 12] = [
        StageChange::NameApproved,
        StageChange::CertificateIssued,
        StageChange::LinkedElsewhere,
        StageChange::Released,
        StageChange::Register,
        StageChange::Deregister,
        StageChange::Ban,
        StageChange::Unban,
        StageChange::Migrate,
        StageChange::Delete,
        StageChange::RateLimit,
        StageChange::RateLimitLifted,
    ];

    /// The name, as the control API and refusals give it.
    pub fn name(self) -> &'static str {
        match self {
            StageChange::NameApproved => "name_approved",
            StageChange::CertificateIssued => "certificate_issued",
            StageChange::LinkedElsewhere => "linked_elsewhere",
            StageChange::Released => "released",
            StageChange::Register => "register",
            StageChange::Deregister => "deregister",
            StageChange::Ban => "ban",
            StageChange::Unban => "unban",
            StageChange::Migrate => "migrate",
            StageChange::Delete => "delete",
            StageChange::RateLimit => "rate_limit",
            StageChange::RateLimitLifted => "rate_limit_lifted",
        }
    }
}

impl fmt::Display for StageChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A change that the present status does not allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{change} is not possible while the number is {}{}", .from.label(), reason(*.from, *.change))]
pub struct IllegalTransition {
    /// The status as it is shown.
    pub from: Status,
    /// What was asked for.
    pub change: StageChange,
}

fn reason(from: Status, change: StageChange) -> &'static str {
    match (from, change) {
        (Status::Deleted | Status::Migrated, _) => ", which is final",
        (Status::Pending, StageChange::Register) => {
            ": it needs an approved name, a certificate, and no link to another account"
        }
        _ => "",
    }
}

/// The facts after a change, or why it cannot be.
pub fn apply(facts: &NumberFacts, change: StageChange) -> Result<NumberFacts, IllegalTransition> {
    if !is_legal(facts, change) {
        return Err(IllegalTransition {
            from: shown(facts),
            change,
        });
    }
    let mut next = *facts;
    match change {
        StageChange::NameApproved => next.name_approved = true,
        StageChange::CertificateIssued => next.certificate = true,
        StageChange::LinkedElsewhere => next.linked_elsewhere = true,
        StageChange::Released => next.linked_elsewhere = false,
        StageChange::Register => next.stage = Stage::Connected,
        StageChange::Deregister => next.stage = Stage::Offline,
        StageChange::Ban => next.banned = true,
        StageChange::Unban => next.banned = false,
        StageChange::Migrate => next.migrated = true,
        StageChange::Delete => next.deleted = true,
        StageChange::RateLimit => next.rate_limited = true,
        StageChange::RateLimitLifted => next.rate_limited = false,
    }
    if next.stage != Stage::Connected {
        let ready = next.name_approved && next.certificate && !next.linked_elsewhere;
        next.stage = if ready { Stage::Offline } else { Stage::Pending };
    }
    Ok(next)
}

/// Nothing follows a removal, and only a removal follows a move; a banned number may be unbanned or removed.
fn is_legal(facts: &NumberFacts, change: StageChange) -> bool {
    if facts.deleted {
        return false;
    }
    if facts.migrated {
        return change == StageChange::Delete;
    }
    if facts.banned {
        return matches!(change, StageChange::Unban | StageChange::Delete);
    }
    match change {
        StageChange::NameApproved => !facts.name_approved,
        StageChange::CertificateIssued => !facts.certificate,
        StageChange::LinkedElsewhere => !facts.linked_elsewhere && facts.stage != Stage::Connected,
        StageChange::Released => facts.linked_elsewhere,
        StageChange::Register => facts.stage == Stage::Offline,
        StageChange::Deregister => facts.stage == Stage::Connected,
        StageChange::Ban | StageChange::Delete => true,
        StageChange::Unban => false,
        StageChange::Migrate => facts.stage != Stage::Pending,
        StageChange::RateLimit => facts.stage == Stage::Connected && !facts.rate_limited,
        StageChange::RateLimitLifted => facts.rate_limited,
    }
}
