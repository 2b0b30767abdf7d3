//! News about single messages and people.

use cloud_api::NodeId;
use cloud_api::webhook::received::{Echoes, Message, Messages, Metadata, Preferences, Status};
use sender::ids::{AttemptId, MessageKey, PersonKey, PhoneNumberId};
use sender::portfolio::command::{News, Progress, Said, StatusNews};
use sender::words::{Wish, Words};

use super::{Report, instant};
use crate::wire::callback::Mark;

/// The field `messages`: what people wrote, and what became of what was sent. `false` if it names no number.
pub(super) fn read(report: &mut Report<'_>, told: &Messages) -> bool {
    let Some(number) = number(&told.metadata) else {
        return false;
    };
    if !told.statuses.is_empty() {
        report
            .gateway
            .silence()
            .heard(report.waba, report.gateway.alarms());
    }
    for status in &told.statuses {
        became(report, number, status);
    }
    for message in &told.messages {
        wrote(report, number, message);
    }
    true
}

fn number(metadata: &Metadata) -> Option<PhoneNumberId> {
    NodeId::parse(&metadata.phone_number_id).map(|NodeId(id)| PhoneNumberId(id))
}

/// The keys of a person, the phone number first.
fn keys(phone: Option<&str>, scoped: Option<&str>) -> (Option<PersonKey>, Option<PersonKey>) {
    let phone = phone
        .and_then(|digits| digits.trim_start_matches('+').parse().ok())
        .and_then(PersonKey::phone);
    let scoped = scoped.filter(|id| !id.is_empty()).map(PersonKey::scoped);
    match phone {
        None => (scoped, None),
        phone => (phone, scoped),
    }
}

/// What became of a message.
fn became(report: &mut Report<'_>, number: PhoneNumberId, status: &Status) {
    let progress = match status.status.as_str() {
        "sent" => Progress::Sent,
        "delivered" => Progress::Delivered,
        "read" | "played" => Progress::Read,
        "failed" => Progress::Failed,
        _ => return,
    };
    let mark = status.biz_opaque_callback_data.as_deref().and_then(Mark::of);
    let own =
        mark.filter(|mark| mark.installation == report.gateway.installation() && mark.cell == report.cell.0);
    let (to, also) = keys(
        status.recipient_id.as_deref(),
        status.recipient_user_id.as_deref(),
    );
    let at = instant(Some(status.timestamp)).unwrap_or(report.at);
    let news = StatusNews {
        number,
        attempt: own.map(|mark| AttemptId(mark.attempt)),
        message: MessageKey::of(&status.id),
        to,
        progress,
        code: status.errors.first().map_or(0, |failure| failure.code),
        counts: status
            .pricing
            .as_ref()
            .and_then(|price| counts(price.category.as_deref(), price.kind.as_deref())),
    };
    report.tell_at(at, News::Status(news));
    if let (Some(of), Some(key)) = (to, also) {
        report.tell_at(at, News::SamePerson { key, of });
    }
}

/// Whether a message counts towards the limit, as far as its price says so.
fn counts(category: Option<&str>, kind: Option<&str>) -> Option<bool> {
    let free = kind == Some("free_customer_service");
    match category {
        _ if free => Some(false),
        Some("service" | "referral_conversion") => Some(false),
        Some(_) => Some(true),
        None => None,
    }
}

/// What a person wrote, or what the platform says of them.
fn wrote(report: &mut Report<'_>, number: PhoneNumberId, message: &Message) {
    let (from, also) = keys(message.from.as_deref(), message.from_user_id.as_deref());
    let at = instant(Some(message.timestamp)).unwrap_or(report.at);
    let Some(from) = from else { return };
    if message.kind == "system" {
        let (is, _) = keys(message.new_number(), None);
        let kind = message
            .content
            .get("system")
            .and_then(|system| system.get("type")?.as_str());
        let is = match kind {
            Some("customer_identity_changed") => Some(from),
            _ => is,
        };
        if let Some(is) = is {
            report.tell_at(at, News::IdentityChanged { was: from, is });
        }
        return;
    }
    report.tell_at(
        at,
        News::Inbound {
            number,
            from,
            also,
            said: message
                .words()
                .map_or(Said::Nothing, |words| said(&report.gateway.words(), words)),
        },
    );
}

/// What the words of a person ask for, in any of the languages. They go no further than this.
fn said(known: &Words, words: &str) -> Said {
    let heard = known.hear(words);
    match (heard.wish, heard.person) {
        (Some((Wish::StopAll | Wish::StopOffers, _)), _) => Said::Stop,
        (Some((Wish::Resume, _)), _) => Said::Start,
        (None, Some(_)) => Said::Person,
        (None, None) => Said::Nothing,
    }
}

/// The field `user_preferences`.
pub(super) fn preferences(report: &mut Report<'_>, told: &Preferences) -> bool {
    let Some(number) = number(&told.metadata) else {
        return false;
    };
    for preference in told
        .user_preferences
        .iter()
        .filter(|told| told.category == "marketing_messages")
    {
        let (person, also) = keys(preference.wa_id.as_deref(), preference.user_id.as_deref());
        let stopped = match preference.value.as_str() {
            "stop" => true,
            "resume" => false,
            _ => continue,
        };
        let at = instant(Some(preference.timestamp)).unwrap_or(report.at);
        if let Some(person) = person {
            let news = News::Preference {
                number,
                person,
                stopped,
            };
            report.tell_at(at, news);
            if let Some(key) = also {
                report.tell_at(at, News::SamePerson { key, of: person });
            }
        }
    }
    true
}

/// The field `smb_message_echoes`: sent from the number without the gateway.
pub(super) fn echoes(report: &mut Report<'_>, told: &Echoes) -> bool {
    let Some(number) = number(&told.metadata) else {
        return false;
    };
    for echo in &told.message_echoes {
        let (to, _) = keys(echo.to.as_deref(), echo.to_user_id.as_deref());
        let at = instant(Some(echo.timestamp)).unwrap_or(report.at);
        if let Some(to) = to {
            let message = MessageKey::of(&echo.id);
            report.tell_at(at, News::Echo { number, to, message });
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_says_whether_it_counts() {
        for (category, kind, expected) in [
            (Some("marketing"), Some("regular"), Some(true)),
            (Some("utility"), Some("regular"), Some(true)),
            (Some("utility"), Some("free_customer_service"), Some(false)),
            (Some("service"), Some("free_customer_service"), Some(false)),
            (Some("service"), None, Some(false)),
            (None, None, None),
        ] {
            assert_eq!(counts(category, kind), expected, "{category:?} {kind:?}");
        }
    }

    #[test]
    fn words_are_understood_at_the_edge() {
        for (words, expected) in [
            ("STOP", Said::Stop),
            ("baja", Said::Stop),
            ("start", Said::Start),
            ("Can I talk to a human please", Said::Person),
            ("Stop by tomorrow", Said::Nothing),
            ("", Said::Nothing),
        ] {
            assert_eq!(said(Words::builtin(), words), expected, "{words}");
        }
    }

    #[test]
    fn people_have_one_or_two_keys() {
        let (phone, scoped) = (PersonKey::phone(15_550_001_111), PersonKey::scoped("US.1"));
        for (given, expected) in [
            ((Some("15550001111"), Some("US.1")), (phone, Some(scoped))),
            ((Some("15550001111"), None), (phone, None)),
            ((None, Some("US.1")), (Some(scoped), None)),
            ((Some("nobody"), Some("US.1")), (Some(scoped), None)),
            ((None, Some("")), (None, None)),
        ] {
            assert_eq!(keys(given.0, given.1), expected, "{given:?}");
        }
    }
}
