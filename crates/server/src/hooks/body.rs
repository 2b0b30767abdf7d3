//! From drafts to the bytes that are posted.
//!
//! Promises: one change a post; account-level posts that would be the same to the byte differ in their time, because
//! clients drop what they have seen before. Must not know: who gets them.

use std::collections::VecDeque;

use cloud_api::webhook::account::{
    AccountAlert, AccountUpdate, AlertEntity, AlertInfo, AlertSeverity, AlertStatus, PhoneQualityUpdate,
    RestrictionInfo, SecurityUpdate, ViolationInfo,
};
use cloud_api::webhook::messages::{Contact, Content, Context, Inbound, Messages, Metadata, WebhookError};
use cloud_api::webhook::preferences::UserPreferences;
use cloud_api::webhook::template::{
    TemplateCategoryUpdate, TemplateQualityUpdate, TemplateRef, TemplateStatusUpdate,
};
use cloud_api::webhook::{WebhookValue, body, messages};
use cloud_api::{Direction, UserId};
use decider::{CellId, Timestamp, mix};
use ledger::{LedgerError, Tables};
use platform::ids::{ContactIx, MessageId, NumberIx, TemplateIx, profile_key};
use rulebook::refusal::Refusal;

use super::draft::{self, Change, Draft, Entity};
use crate::content::MessageContent;
use crate::ids::{phone_id, portfolio_id, template_id, user_id, waba_id, wamid};

/// How a conversation began that statuses still name.
const FREE_ENTRY: &str = "referral_conversion";
/// Account-level posts remembered so that none is repeated: far more than happen in one second.
const RECENT_MAX: usize = 1_024;

/// Makes bodies for one reader of the ledger.
pub(super) struct Bodies<'a> {
    tables: &'a Tables,
    recent: &'a mut Recent,
}

/// Fingerprints of the latest account-level posts, and of the names of what they are about.
#[derive(Default)]
pub(super) struct Recent(VecDeque<(u64, u64)>);

/// What is posted.
struct Told<'a> {
    /// The fingerprint of its name.
    name: u64,
    cell: CellId,
    at: Timestamp,
    draft: &'a Draft,
}

impl<'a> Bodies<'a> {
    pub(super) fn new(tables: &'a Tables, recent: &'a mut Recent) -> Self {
        Bodies { tables, recent }
    }

    /// The bytes of a draft of an event of `at`; `name` names the draft for ever.
    pub(super) fn write(
        &mut self,
        name: &str,
        cell: CellId,
        at: Timestamp,
        draft: &Draft,
    ) -> Result<Vec<u8>, LedgerError> {
        let name = fingerprint(name.as_bytes());
        let told = Told {
            name,
            cell,
            at,
            draft,
        };
        match &draft.change {
            Change::Status(status) => self.status(&told, status),
            Change::Inbound(inbound) => self.inbound(&told, inbound),
            Change::Preference(preference) => self.preference(&told, preference),
            Change::TemplateStatus(status) => Ok(self.recent.distinct(&told, &template_status(cell, status))),
            Change::TemplateQuality(quality) => {
                let value = TemplateQualityUpdate {
                    previous_quality_score: quality.from.clone(),
                    new_quality_score: quality.to.clone(),
                    template: template_ref(cell, quality.of.template, &quality.of.name, &quality.of.language),
                };
                Ok(self.recent.distinct(&told, &value))
            }
            Change::TemplateCategory(category) => {
                let of = &category.of;
                let coming = category.coming.as_ref();
                let value = TemplateCategoryUpdate {
                    template: template_ref(cell, of.template, &of.name, &of.language),
                    previous_category: category.previous.clone(),
                    new_category: category.now.clone(),
                    correct_category: coming.map(|(category, _)| category.clone()),
                    category_update_timestamp: coming.map(|(_, at)| *at),
                };
                Ok(self.recent.distinct(&told, &value))
            }
            Change::PhoneQuality(quality) => Ok(self.phone_quality(&told, quality)),
            Change::Capability(update) => Ok(self.recent.distinct(&told, update)),
            Change::Account(account) => Ok(self.account(&told, account)),
            Change::Security(security) => {
                let value = SecurityUpdate {
                    display_phone_number: &security.e164.to_string(),
                    event: security.event.clone(),
                    requester: None,
                };
                Ok(self.recent.distinct(&told, &value))
            }
            Change::Review(update) => Ok(self.recent.distinct(&told, update)),
            Change::Alert(alert) => Ok(self.alert(&told, alert)),
        }
    }

    fn status(&self, told: &Told<'_>, status: &draft::Status) -> Result<Vec<u8>, LedgerError> {
        let stored = self.content(told.cell, status.message)?;
        let content = MessageContent::read(&stored);
        let name = self.name(told.cell, status.parties.contact, status.parties.phone)?;
        let details = status.failure.map(details);
        let error = status
            .failure
            .zip(details.as_deref())
            .map(|(failure, details)| WebhookError {
                code: failure.code,
                details,
            });
        let user = user_of(told.cell, &status.parties);
        let contact = Contact {
            name: &name,
            wa_id: status.parties.phone,
            user_id: user,
        };
        let conversation = status.conversation.as_ref();
        let wire = messages::Status {
            id: wamid(told.cell, status.message, Direction::Outbound),
            status: status.status,
            timestamp: told.at.seconds(),
            recipient_id: status.parties.phone,
            recipient_user_id: user,
            conversation: conversation.map(|of| messages::Conversation {
                id: &of.id,
                expiration_timestamp: of.expires,
                origin_type: FREE_ENTRY,
            }),
            pricing: status.pricing.clone(),
            biz_opaque_callback_data: content.biz_opaque_callback_data.as_deref(),
            errors: error.as_slice(),
        };
        let display = status.parties.e164.to_string();
        let metadata = metadata(told, status.message.number, &display);
        Ok(told.body(
            &Messages::statuses(metadata, &[contact], &[wire], CONTACTS_ON_FAILED),
            0,
        ))
    }

    fn preference(&self, told: &Told<'_>, preference: &draft::Preference) -> Result<Vec<u8>, LedgerError> {
        let parties = preference.parties;
        let name = self.name(told.cell, parties.contact, parties.phone)?;
        let contact = Contact {
            name: &name,
            wa_id: parties.phone,
            user_id: user_of(told.cell, &parties),
        };
        let display = parties.e164.to_string();
        let metadata = metadata(told, preference.number, &display);
        let value = UserPreferences::marketing(metadata, contact, preference.stopped, told.at.seconds());
        Ok(told.body(&value, 0))
    }

    fn inbound(&self, told: &Told<'_>, inbound: &draft::Inbound) -> Result<Vec<u8>, LedgerError> {
        let stored = self.content(told.cell, inbound.message)?;
        let content = MessageContent::read(&stored);
        let name = self.name(told.cell, inbound.parties.contact, inbound.parties.phone)?;
        let name = content.name.as_deref().unwrap_or(&name);
        let user = user_of(told.cell, &inbound.parties);
        let contact = Contact {
            name,
            wa_id: inbound.parties.phone,
            user_id: user,
        };
        let (display, person) = (inbound.parties.e164.to_string(), digits(inbound.parties.phone));
        let answered = inbound.reply_to.map(|(message, by_person)| {
            let (direction, from) = if by_person {
                (Direction::Inbound, &person)
            } else {
                (Direction::Outbound, &display)
            };
            (from.as_str(), wamid(told.cell, message, direction))
        });
        let more = content.context_more.as_ref();
        let context = (answered.is_some() || more.is_some()).then(|| Context {
            from: answered.map(|(from, _)| from),
            id: answered.map(|(_, id)| id),
            more,
        });
        let error = content.unsupported.as_deref().map(|details| WebhookError {
            code: Refusal::UnsupportedMessageType.graph_code(),
            details,
        });
        let wire = Inbound {
            from: inbound.parties.phone,
            from_user_id: user,
            id: wamid(told.cell, inbound.message, Direction::Inbound),
            timestamp: told.at.seconds(),
            content: wire_content(&content),
            context,
            referral: content.referral.as_ref(),
            errors: error.as_slice(),
        };
        // What the platform itself tells of a person comes without them, as on the wire.
        let contacts = if content.kind.as_deref() == Some("system") {
            &[][..]
        } else {
            &[contact]
        };
        let metadata = metadata(told, inbound.message.number, &display);
        Ok(told.body(&Messages::inbound(metadata, contacts, &[wire]), 0))
    }

    fn phone_quality(&mut self, told: &Told<'_>, quality: &draft::PhoneQuality) -> Vec<u8> {
        let value = PhoneQualityUpdate {
            display_phone_number: &quality.e164.to_string(),
            event: quality.event.clone(),
            old_limit: quality.old.clone(),
            current_limit: quality.current.clone(),
            max_daily_conversations_per_business: quality.current.clone(),
        };
        self.recent.distinct(told, &value)
    }

    fn account(&mut self, told: &Told<'_>, account: &draft::Account) -> Vec<u8> {
        let phone = account.e164.map(|e164| e164.to_string());
        let restriction = |(restriction_type, expiration): &(&'static str, Option<u64>)| RestrictionInfo {
            restriction_type,
            expiration: *expiration,
            remediation: None,
        };
        let restrictions: Vec<_> = account.restrictions.iter().map(restriction).collect();
        let value = AccountUpdate {
            event: account.event.clone(),
            phone_number: phone.as_deref(),
            violation_info: account.violation.as_deref().map(|of| ViolationInfo {
                violation_type: of,
                remediation: None,
            }),
            restriction_info: &restrictions,
            ban_info: account.ban.clone(),
        };
        self.recent.distinct(told, &value)
    }

    fn alert(&mut self, told: &Told<'_>, alert: &draft::Alert) -> Vec<u8> {
        let (entity_type, id) = match alert.about {
            Entity::Portfolio => (AlertEntity::Business, portfolio_id(told.cell).to_string()),
            Entity::Number(ix) => (AlertEntity::PhoneNumber, phone_id(told.cell, ix).to_string()),
        };
        let value = AccountAlert {
            entity_type,
            entity_id: &id,
            alert_info: AlertInfo {
                alert_severity: AlertSeverity::Warning,
                alert_status: AlertStatus::Active,
                alert_type: alert.alert_type,
                alert_description: alert.description,
            },
        };
        self.recent.distinct(told, &value)
    }

    /// What is kept of a message; nothing when it carried nothing, or was erased.
    fn content(&self, cell: CellId, message: MessageId) -> Result<Vec<u8>, LedgerError> {
        Ok(self
            .tables
            .content(cell.0, message.content_key())?
            .unwrap_or_default())
    }

    /// What a person calls themselves, else their digits.
    fn name(&self, cell: CellId, contact: ContactIx, phone: Option<u64>) -> Result<String, LedgerError> {
        let stored = self.tables.content(cell.0, profile_key(contact))?;
        let name = stored
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .filter(|name| !name.is_empty());
        Ok(name.unwrap_or_else(|| digits(phone)))
    }
}

/// `contacts` come with failures too, though the platform's pages leave them out: pywa loses a failure without them.
const CONTACTS_ON_FAILED: bool = true;

impl Told<'_> {
    fn body<V: WebhookValue>(&self, value: &V, later: u64) -> Vec<u8> {
        body(
            waba_id(self.cell, self.draft.waba).into(),
            self.at.seconds() + later,
            value,
        )
    }
}

impl Recent {
    /// The post, some seconds later if something else was posted with the same bytes.
    fn distinct<V: WebhookValue>(&mut self, told: &Told<'_>, value: &V) -> Vec<u8> {
        let mut later = 0;
        loop {
            let body = told.body(value, later);
            let posted = fingerprint(&body);
            match self.0.iter().find(|(seen, _)| *seen == posted) {
                Some((_, name)) if *name != told.name => later += 1,
                // It is written again, after what came of the first time could not be stored.
                Some(_) => return body,
                None => {
                    self.0.push_back((posted, told.name));
                    if self.0.len() > RECENT_MAX {
                        self.0.pop_front();
                    }
                    return body;
                }
            }
        }
    }
}

fn wire_content<'a>(content: &'a MessageContent<'_>) -> Content<'a> {
    match (&content.kind, &content.value) {
        (Some(kind), Some(value)) => Content::Object { kind, value },
        _ => Content::Text {
            body: content.body.as_deref().unwrap_or_default(),
        },
    }
}

fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(bytes.len() as u64, |hash, chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        mix(hash ^ u64::from_le_bytes(word))
    })
}

fn metadata<'a>(told: &Told<'_>, number: NumberIx, display: &'a str) -> Metadata<'a> {
    let phone_number_id = phone_id(told.cell, number).into();
    Metadata {
        display_phone_number: display,
        phone_number_id,
    }
}

fn template_status<'a>(cell: CellId, status: &'a draft::TemplateStatus) -> TemplateStatusUpdate<'a> {
    TemplateStatusUpdate {
        event: status.event.clone(),
        template: template_ref(cell, status.of.template, &status.of.name, &status.of.language),
        reason: status.reason.clone(),
        message_template_category: status.category.clone(),
        other_info: status.other_info.clone(),
        disable_info: status.disable_info,
        rejection_info: status.rejection_info.clone(),
    }
}

fn template_ref<'a>(cell: CellId, template: TemplateIx, name: &'a str, language: &'a str) -> TemplateRef<'a> {
    TemplateRef {
        id: template_id(cell, template).number(),
        name,
        language,
    }
}

/// What a failure is about, in sentences.
fn details(failure: draft::Failure) -> String {
    let is_it = |refusal: &Refusal| refusal.graph_code() == failure.code;
    let known = failure
        .refusal
        .or_else(|| Refusal::ALL.iter().copied().find(is_it));
    let told = known.map(|refusal| format!("{}. {}", refusal.title(), refusal.hint()));
    told.unwrap_or_else(|| "The message could not be delivered.".to_owned())
}

/// The person's own id for this business, where people have such ids.
fn user_of(cell: CellId, parties: &draft::Parties) -> Option<UserId> {
    parties.has_user_id.then(|| user_id(cell, parties.contact))
}

fn digits(phone: Option<u64>) -> String {
    phone.map_or_else(String::new, |phone| phone.to_string())
}
