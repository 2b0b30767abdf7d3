//! What a number shows of the business, and how it is set up: profile, QR codes, settings. And whether an account keeps
//! insights.
//!
//! Promises: kept as the business gave it. Must not know: what is valid; the edge has checked it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{NumberIx, WabaIx};

/// What people see of the business behind a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// A line about it.
    pub about: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// What it does.
    pub description: Option<String>,
    /// Its e-mail address.
    pub email: Option<String>,
    /// Its industry, as the wire names it.
    pub vertical: Option<String>,
    /// Its pages.
    pub websites: Vec<String>,
    /// The handle of its picture.
    pub picture: Option<String>,
}

/// A QR code, or short link, that opens a chat with a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCode {
    /// What it is called: 65 bits of letters and digits on the wire.
    pub code: u64,
    /// The text in the chat.
    pub text: String,
}

/// Settings that are kept as the JSON that the business gave. The numbers are permanent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Topic {
    /// `settings`.
    Settings = 1,
    /// `conversational_automation`.
    Automation = 2,
    /// `whatsapp_commerce_settings`.
    Commerce = 3,
    /// `whatsapp_business_encryption`.
    Encryption = 4,
}

/// Everything of this subject. Stored as it is: section 62, version 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pages {
    profiles: BTreeMap<NumberIx, Profile>,
    qr_codes: BTreeMap<NumberIx, Vec<QrCode>>,
    settings: BTreeMap<(NumberIx, Topic), String>,
    insights: BTreeSet<WabaIx>,
}

impl Pages {
    /// The profile of a number; an empty one before it was set.
    pub fn profile(&self, number: NumberIx) -> Profile {
        self.profiles.get(&number).cloned().unwrap_or_default()
    }

    /// The QR codes of a number, oldest first.
    pub fn qr_codes(&self, number: NumberIx) -> &[QrCode] {
        self.qr_codes.get(&number).map_or(&[], Vec::as_slice)
    }

    /// One QR code of a number.
    pub fn qr_code(&self, number: NumberIx, code: u64) -> Option<&QrCode> {
        self.qr_codes(number).iter().find(|qr| qr.code == code)
    }

    /// Settings of a number as JSON; `None` before they were set.
    pub fn settings(&self, number: NumberIx, topic: Topic) -> Option<&str> {
        self.settings.get(&(number, topic)).map(String::as_str)
    }

    /// Whether an account keeps insights.
    pub fn has_insights(&self, waba: WabaIx) -> bool {
        self.insights.contains(&waba)
    }

    pub(in crate::portfolio) fn on_profile_set(&mut self, number: NumberIx, profile: Profile) {
        self.profiles.insert(number, profile);
    }

    pub(in crate::portfolio) fn on_qr_saved(&mut self, number: NumberIx, saved: QrCode) {
        let codes = self.qr_codes.entry(number).or_default();
        match codes.iter_mut().find(|qr| qr.code == saved.code) {
            Some(qr) => *qr = saved,
            None => codes.push(saved),
        }
    }

    pub(in crate::portfolio) fn on_qr_deleted(&mut self, number: NumberIx, code: u64) {
        if let Some(codes) = self.qr_codes.get_mut(&number) {
            codes.retain(|qr| qr.code != code);
        }
    }

    pub(in crate::portfolio) fn on_settings_set(&mut self, number: NumberIx, topic: Topic, json: String) {
        self.settings.insert((number, topic), json);
    }

    pub(in crate::portfolio) fn on_insights_enabled(&mut self, waba: WabaIx) {
        self.insights.insert(waba);
    }
}
