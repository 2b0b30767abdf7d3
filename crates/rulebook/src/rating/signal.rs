//! What people do to a message that they did not want, and how heavily it weighs (Q2, Q7).

use super::Weights;
use serde::{Deserialize, Serialize};

/// Feedback of one person on one message. Permanent numbers: [`Signal::number`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Signal {
    /// The person stopped marketing or wrote a stop word.
    OptOut,
    /// The person muted the chat.
    Mute,
    /// The person archived the chat.
    Archive,
    /// The person blocked the business.
    Block(BlockReason),
    /// The person reported the business.
    Report(ReportReason),
}

/// Why a person blocked; the words are those of the platform's template comparison.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum BlockReason {
    /// The messages are no longer needed.
    NoLongerNeeded = 0,
    /// The person never signed up.
    DidntSignUp = 1,
    /// Spam.
    Spam = 2,
    /// Offensive messages.
    Offensive = 3,
    /// A one-time password that the person did not request.
    OtpDidNotRequest = 4,
    /// Another reason.
    Other = 5,
    /// The person gave none.
    NoReason = 6,
}

/// Why a person reported (assumed: the platform publishes no list).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum ReportReason {
    /// Spam.
    Spam = 0,
    /// Offensive messages.
    Offensive = 1,
    /// An attempt to deceive.
    Scam = 2,
    /// Another reason.
    Other = 3,
    /// The person gave none.
    NoReason = 4,
}

/// What weighs the same. From the lightest to the heaviest; stored as an index, so the order is permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    /// An archived chat.
    Archive = 0,
    /// A muted chat.
    Mute = 1,
    /// An opt-out.
    OptOut = 2,
    /// A block.
    Block = 3,
    /// A block because of spam, or because the person did not sign up.
    UnwantedBlock = 4,
    /// A report.
    Report = 5,
}

impl Kind {
    /// Every kind, in the order of their numbers.
    pub const ALL: [Kind; 6] = [
        Kind::Archive,
        Kind::Mute,
        Kind::OptOut,
        Kind::Block,
        Kind::UnwantedBlock,
        Kind::Report,
    ];

    /// Harm in thousandths of a block.
    pub fn weight_milli(self, weights: &Weights) -> u32 {
        match self {
            Kind::Archive => weights.archive_milli,
            Kind::Mute => weights.mute_milli,
            Kind::OptOut => weights.opt_out_milli,
            Kind::Block => weights.block_milli,
            Kind::UnwantedBlock => weights.unwanted_block_milli,
            Kind::Report => weights.report_milli,
        }
    }

    /// In words, for a person.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Archive => "archived",
            Kind::Mute => "muted",
            Kind::OptOut => "opted out",
            Kind::Block => "blocked",
            Kind::UnwantedBlock => "blocked as spam or not signed up",
            Kind::Report => "reported",
        }
    }
}

impl Signal {
    /// What it weighs as.
    pub fn kind(self) -> Kind {
        match self {
            Signal::OptOut => Kind::OptOut,
            Signal::Mute => Kind::Mute,
            Signal::Archive => Kind::Archive,
            Signal::Block(BlockReason::Spam | BlockReason::DidntSignUp) => Kind::UnwantedBlock,
            Signal::Block(_) => Kind::Block,
            Signal::Report(_) => Kind::Report,
        }
    }

    /// Harm in thousandths of a block.
    pub fn weight(self, weights: &Weights) -> u32 {
        self.kind().weight_milli(weights)
    }

    /// The permanent number: 1 to 3, blocks from 16, reports from 32.
    pub const fn number(self) -> u8 {
        match self {
            Signal::OptOut => 1,
            Signal::Mute => 2,
            Signal::Archive => 3,
            Signal::Block(reason) => 16 + reason as u8,
            Signal::Report(reason) => 32 + reason as u8,
        }
    }

    /// The signal of a permanent number.
    pub fn from_number(number: u8) -> Option<Signal> {
        let block = |reason: &BlockReason| Signal::Block(*reason).number() == number;
        let report = |reason: &ReportReason| Signal::Report(*reason).number() == number;
        match number {
            1 => Some(Signal::OptOut),
            2 => Some(Signal::Mute),
            3 => Some(Signal::Archive),
            16..32 => BlockReason::ALL.into_iter().find(block).map(Signal::Block),
            _ => ReportReason::ALL.into_iter().find(report).map(Signal::Report),
        }
    }
}

/// The heavier of two signals of one person on one message, which is the one that counts; the first of equals.
pub fn heavier(first: Signal, second: Signal) -> Signal {
    if second.kind() > first.kind() {
        second
    } else {
        first
    }
}

impl BlockReason {
    /// Every reason, in the order of their numbers.
    pub const ALL: [BlockReason; 7] = [
        BlockReason::NoLongerNeeded,
        BlockReason::DidntSignUp,
        BlockReason::Spam,
        BlockReason::Offensive,
        BlockReason::OtpDidNotRequest,
        BlockReason::Other,
        BlockReason::NoReason,
    ];

    /// The platform's word, such as `NO_SIGN_UP`.
    pub fn label(self) -> &'static str {
        match self {
            BlockReason::NoLongerNeeded => "NO_LONGER_NEEDED",
            BlockReason::DidntSignUp => "NO_SIGN_UP",
            BlockReason::Spam => "SPAM",
            BlockReason::Offensive => "OFFENSIVE_MESSAGES",
            BlockReason::OtpDidNotRequest => "OTP_DID_NOT_REQUEST",
            BlockReason::Other => "OTHER",
            BlockReason::NoReason => "NO_REASON",
        }
    }
}

impl ReportReason {
    /// Every reason, in the order of their numbers.
    pub const ALL: [ReportReason; 5] = [
        ReportReason::Spam,
        ReportReason::Offensive,
        ReportReason::Scam,
        ReportReason::Other,
        ReportReason::NoReason,
    ];

    /// In the manner of the platform's words.
    pub fn label(self) -> &'static str {
        match self {
            ReportReason::Spam => "SPAM",
            ReportReason::Offensive => "OFFENSIVE_MESSAGES",
            ReportReason::Scam => "SCAM",
            ReportReason::Other => "OTHER",
            ReportReason::NoReason => "NO_REASON",
        }
    }
}
