//! Numbers and accounts: flagged, limits, banned.

use cloud_api::phone::Tier;
use cloud_api::time::spoken_date;
use cloud_api::webhook::account::{
    AccountEvent, BanInfo, BanState, BusinessCapabilityUpdate, PhoneQualityEvent, SecurityEvent,
};
use decider::Timestamp;
use platform::ids::{NumberIx, WabaIx};
use platform::portfolio::Portfolio;
use platform::portfolio::event::{FlagEnded, Flagged, NumberHeld, Staged, TierChanged};
use rulebook::edition::{Limit, Scope};
use rulebook::rating::RedReason;
use rulebook::status::StageChange;

use super::{Change, Draft, tier_of};

/// Items of whole accounts are counted from here, behind those of numbers.
pub(super) const WABA_ITEMS: u32 = 1 << 16;

/// Something about a number's quality or limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct PhoneQuality {
    pub(in crate::hooks) e164: u64,
    pub(in crate::hooks) event: PhoneQualityEvent,
    /// The limit before, where it changed.
    pub(in crate::hooks) old: Option<Tier>,
    pub(in crate::hooks) current: Option<Tier>,
}

/// Something about the account itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct Account {
    /// The number that it is about, if about one.
    pub(in crate::hooks) e164: Option<u64>,
    pub(in crate::hooks) event: AccountEvent,
    /// Which policy, on a violation.
    pub(in crate::hooks) violation: Option<String>,
    /// What is restricted, and until when in seconds since the Unix epoch.
    pub(in crate::hooks) restrictions: Vec<(&'static str, Option<u64>)>,
    pub(in crate::hooks) ban: Option<BanInfo>,
}

/// Something about the PIN of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hooks) struct Security {
    pub(in crate::hooks) e164: u64,
    pub(in crate::hooks) event: SecurityEvent,
}

/// A number has a new PIN.
pub(super) fn pin_set(portfolio: &Portfolio, ix: NumberIx, out: &mut Vec<Draft>) {
    let Some(number) = portfolio.number(ix) else {
        return;
    };
    let change = Change::Security(Security {
        e164: number.e164,
        event: SecurityEvent::PinChanged,
    });
    out.push(Draft {
        item: 0,
        waba: number.waba,
        number: Some(ix),
        change,
    });
}

/// A number that was registered, banned or let go; the other moves are told by nobody.
pub(super) fn staged(portfolio: &Portfolio, e: &Staged, at: Timestamp, out: &mut Vec<Draft>) {
    let ban = |state| BanInfo {
        waba_ban_state: state,
        waba_ban_date: spoken_date(at.seconds()),
    };
    match e.change {
        StageChange::Register => {
            quality(
                portfolio,
                e.number,
                PhoneQualityEvent::Onboarding,
                None,
                e.tier,
                out,
            );
        }
        StageChange::Ban => {
            account(
                portfolio,
                e.number,
                AccountEvent::DisabledUpdate,
                None,
                Some(ban(BanState::Disable)),
                out,
            );
        }
        StageChange::Unban => {
            account(
                portfolio,
                e.number,
                AccountEvent::DisabledUpdate,
                None,
                Some(ban(BanState::Reinstate)),
                out,
            );
        }
        _ => {}
    }
}

/// Reviewers found a violation (the word is assumed).
pub(super) fn held(portfolio: &Portfolio, e: &NumberHeld, out: &mut Vec<Draft>) {
    if e.hold == Some(RedReason::ProhibitedContent) {
        let violation = Some("PROHIBITED_CONTENT");
        account(
            portfolio,
            e.number,
            AccountEvent::AccountViolation,
            violation,
            None,
            out,
        );
    }
}

pub(super) fn flagged(portfolio: &Portfolio, e: &Flagged, out: &mut Vec<Draft>) {
    quality(portfolio, e.number, PhoneQualityEvent::Flagged, None, e.tier, out);
}

pub(super) fn flag_ended(portfolio: &Portfolio, e: &FlagEnded, out: &mut Vec<Draft>) {
    quality(
        portfolio,
        e.number,
        PhoneQualityEvent::Unflagged,
        None,
        e.tier,
        out,
    );
}

/// Each number of the scope has another limit; each account is told what its numbers may do. Where the limit is the
/// portfolio's, that is all: the field of a number's quality then tells of throughput only.
pub(super) fn tier_changed(portfolio: &Portfolio, e: &TierChanged, out: &mut Vec<Draft>) {
    let limits = &portfolio.edition().limits;
    let Some(&limit) = limits.tiers.get(usize::from(e.to)) else {
        return;
    };
    let event = if e.to > e.from {
        PhoneQualityEvent::Upgrade
    } else {
        PhoneQualityEvent::Downgrade
    };
    // With verification or a higher limit more numbers may be registered; whether that holds below it says another field.
    let registration = &portfolio.edition().registration;
    let numbers = registration
        .numbers
        .filter(|_| registration.is_raised_by(limit) || portfolio.verification.business())
        .map(|_| registration.numbers_raised);
    let mut wabas = Vec::new();
    for number in portfolio.numbers_of(e.scope) {
        let Some(of) = portfolio
            .number(number)
            .filter(|of| !of.facts.deleted && !of.facts.migrated)
        else {
            continue;
        };
        if limits.scope == Scope::Number {
            quality(portfolio, number, event.clone(), Some(e.from), e.to, out);
        }
        if !wabas.contains(&of.waba) {
            wabas.push(of.waba);
        }
    }
    out.extend(
        wabas
            .into_iter()
            .map(|waba| capability(waba, limits.scope, limit, numbers)),
    );
}

fn capability(waba: WabaIx, scope: Scope, limit: Limit, numbers: Option<u32>) -> Draft {
    let people = Some(limit.people().map_or(-1, i64::from));
    let update = match scope {
        Scope::Number => BusinessCapabilityUpdate {
            max_daily_conversation_per_phone: people,
            max_phone_numbers_per_waba: numbers,
            ..Default::default()
        },
        Scope::Portfolio => BusinessCapabilityUpdate {
            max_daily_conversations_per_business: people,
            max_phone_numbers_per_waba: numbers,
            ..Default::default()
        },
    };
    Draft {
        item: WABA_ITEMS + u32::from(waba.0),
        waba,
        number: None,
        change: Change::Capability(update),
    }
}

fn quality(
    portfolio: &Portfolio,
    ix: NumberIx,
    event: PhoneQualityEvent,
    old: Option<u8>,
    current: u8,
    out: &mut Vec<Draft>,
) {
    let Some(number) = portfolio.number(ix) else {
        return;
    };
    let tiers = &portfolio.edition().limits.tiers;
    let tier = |index: u8| tiers.get(usize::from(index)).copied().map(tier_of);
    let change = Change::PhoneQuality(PhoneQuality {
        e164: number.e164,
        event,
        old: old.and_then(tier),
        current: tier(current),
    });
    out.push(Draft {
        item: u32::from(ix.0),
        waba: number.waba,
        number: Some(ix),
        change,
    });
}

fn account(
    portfolio: &Portfolio,
    ix: NumberIx,
    event: AccountEvent,
    violation: Option<&'static str>,
    ban: Option<BanInfo>,
    out: &mut Vec<Draft>,
) {
    let Some(number) = portfolio.number(ix) else {
        return;
    };
    let change = Change::Account(Account {
        e164: Some(number.e164),
        event,
        violation: violation.map(str::to_owned),
        restrictions: Vec::new(),
        ban,
    });
    out.push(Draft {
        item: 0,
        waba: number.waba,
        number: Some(ix),
        change,
    });
}
