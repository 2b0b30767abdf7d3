//! Webhooks to the byte, their signatures, and the handshake.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::phone::{Quality, Tier};
use crate::template::{Category, RejectedReason};
use crate::webhook::account::{
    AccountEvent, AccountUpdate, BanInfo, BanState, BusinessCapabilityUpdate, PhoneQualityEvent,
    PhoneQualityUpdate, RestrictionInfo, ViolationInfo,
};
use crate::webhook::challenge::{Challenge, challenge_address, check_answer};
use crate::webhook::messages::{
    Contact, Content, Context, Conversation, DeliveryStatus, Inbound, Messages, Metadata, Pricing,
    PricingCategory, PricingType, Status, WebhookError,
};
use crate::webhook::received::{News, read};
use crate::webhook::signature::{same_secret, sign, verify};
use crate::webhook::template::{
    DisableInfo, OtherInfo, PauseTitle, RejectionInfo, TemplateEvent, TemplateQualityUpdate, TemplateRef,
    TemplateStatusUpdate,
};
use crate::webhook::{WebhookValue, body, raw_body};
use crate::{Direction, GraphId, Kind, NodeId, UserId, Wamid};

const AT: u64 = 1_749_416_383;

fn id(kind: Kind) -> NodeId {
    GraphId::new(kind, 1, 1).expect("small").into()
}

fn wamid(sequence: u32, direction: Direction) -> Wamid {
    Wamid::new(1, 0, sequence, direction).expect("small")
}

fn metadata() -> Metadata<'static> {
    Metadata {
        display_phone_number: "15550783881",
        phone_number_id: id(Kind::Phone),
    }
}

fn contact() -> Contact<'static> {
    let user_id = UserId::new(1, 7).expect("small");
    Contact {
        name: "Zoë 😀 a/b @x \"q\"",
        wa_id: Some(16_505_551_234),
        user_id: Some(user_id),
    }
}

fn post<V: WebhookValue>(value: &V) -> String {
    let text = String::from_utf8(body(id(Kind::Waba), AT, value)).expect("text");
    assert!(text.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{text}");
    let parsed: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(parsed["entry"][0]["changes"][0]["field"], V::FIELD);
    assert_eq!(parsed["entry"][0]["time"].as_u64(), V::TIMED.then_some(AT));
    can_be_read(&text, V::FIELD);
    text
}

/// What this crate writes, it reads.
fn can_be_read(text: &str, field: &str) {
    let changes = read(text.as_bytes()).expect("a webhook");
    let [change] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!(
        (change.entry.as_str(), change.field.as_str()),
        (id(Kind::Waba).to_string().as_str(), field)
    );
    match &change.news {
        News::Misfit(why) => panic!("{why}: {text}"),
        News::Other => assert_eq!(field, "security"),
        _ => {}
    }
}

fn inbound(content: Content<'_>, context: Option<Context<'_>>) -> String {
    let message = Inbound {
        from: contact().wa_id,
        from_user_id: contact().user_id,
        id: wamid(1, Direction::Inbound),
        timestamp: AT,
        content,
        context,
        referral: None,
        errors: &[],
    };
    post(&Messages::inbound(metadata(), &[contact()], &[message]))
}

#[test]
fn what_people_write() {
    let context = Some(Context {
        from: Some("15550783881"),
        id: Some(wamid(5, Direction::Outbound)),
        more: None,
    });
    let message_id = wamid(5, Direction::Outbound);
    let posts = [
        inbound(
            Content::Text {
                body: "Café/naïve\n\u{1f600}\u{7}",
            },
            None,
        ),
        inbound(
            Content::Button {
                payload: "STOP",
                text: "Stop",
            },
            context,
        ),
        inbound(
            Content::ButtonReply {
                id: "yes",
                title: "Yes",
            },
            context,
        ),
        inbound(
            Content::ListReply {
                id: "row",
                title: "Row",
                description: Some("Second line"),
            },
            context,
        ),
        inbound(
            Content::ListReply {
                id: "row",
                title: "Row",
                description: None,
            },
            None,
        ),
        inbound(
            Content::Reaction {
                message_id,
                emoji: Some("👍"),
            },
            None,
        ),
        inbound(
            Content::Reaction {
                message_id,
                emoji: None,
            },
            None,
        ),
    ];
    assert_snapshot!(posts.join("\n"));
}

#[test]
fn whatever_people_send() {
    let location = serde_json::json!({"latitude": 37.48, "longitude": -122.15});
    let unsupported = serde_json::json!({"type": "poll"});
    let more = serde_json::json!({"forwarded": true});
    let referral = serde_json::json!({"source_type": "ad", "ctwa_clid": "x"});
    let errors = [WebhookError {
        code: 131_051,
        details: "Message type is currently not supported.",
    }];
    let plain = Inbound {
        from: contact().wa_id,
        from_user_id: contact().user_id,
        id: wamid(1, Direction::Inbound),
        timestamp: AT,
        content: Content::Object {
            kind: "location",
            value: &location,
        },
        context: None,
        referral: None,
        errors: &[],
    };
    let forwarded = Inbound {
        context: Some(Context {
            more: more.as_object(),
            ..Context::default()
        }),
        referral: Some(&referral),
        ..plain
    };
    let odd = Inbound {
        content: Content::Object {
            kind: "unsupported",
            value: &unsupported,
        },
        errors: &errors,
        ..plain
    };
    let posts =
        [plain, forwarded, odd].map(|message| post(&Messages::inbound(metadata(), &[contact()], &[message])));
    assert_snapshot!(posts.join("\n"));
}

fn status<'a>(status: DeliveryStatus, errors: &'a [WebhookError<'a>]) -> Status<'a> {
    let pricing = || Pricing::per_message(PricingType::Regular, PricingCategory::Marketing);
    Status {
        id: wamid(5, Direction::Outbound),
        status,
        timestamp: AT,
        recipient_id: contact().wa_id,
        recipient_user_id: contact().user_id,
        conversation: None,
        pricing: (status == DeliveryStatus::Sent).then(pricing),
        biz_opaque_callback_data: Some("order/7"),
        errors,
    }
}

#[test]
fn what_became_of_messages() {
    let errors = [WebhookError {
        code: 131_049,
        details: "In order to keep people's chats healthy.",
    }];
    let contacts = [contact()];
    let one = |status: Status<'_>, contacts_on_failed: bool| {
        post(&Messages::statuses(
            metadata(),
            &contacts,
            &[status],
            contacts_on_failed,
        ))
    };
    let conversation = Conversation {
        id: "abc",
        expiration_timestamp: Some(AT),
        origin_type: "marketing",
    };
    let older = Status {
        conversation: Some(conversation),
        recipient_id: None,
        ..status(DeliveryStatus::Sent, &[])
    };
    let posts = [
        one(status(DeliveryStatus::Sent, &[]), false),
        one(status(DeliveryStatus::Delivered, &[]), true),
        one(status(DeliveryStatus::Read, &[]), true),
        one(status(DeliveryStatus::Failed, &errors), true),
        one(status(DeliveryStatus::Failed, &errors), false),
        one(older, true),
        post(&Messages::errors(
            metadata(),
            &[WebhookError {
                code: 130_429,
                details: "Too fast.",
            }],
        )),
    ];
    assert!(!posts[4].contains("\"contacts\"") && posts[3].contains("\"contacts\""));
    assert_snapshot!(posts.join("\n"));
}

#[test]
fn templates_change() {
    let template = TemplateRef {
        id: id(Kind::Template).0,
        name: "order_update",
        language: "en_US",
    };
    let plain = TemplateStatusUpdate {
        event: TemplateEvent::Approved,
        template,
        reason: Some(RejectedReason::None),
        message_template_category: Category::Marketing,
        other_info: None,
        disable_info: None,
        rejection_info: None,
    };
    let rejected = TemplateStatusUpdate {
        event: TemplateEvent::Rejected,
        reason: Some(RejectedReason::InvalidFormat),
        rejection_info: Some(RejectionInfo {
            reason: "Adjacent.".to_owned(),
            recommendation: "Put text between.".to_owned(),
        }),
        ..plain.clone()
    };
    let description = "Your WhatsApp message template has been paused for 3 hours.".to_owned();
    let paused = TemplateStatusUpdate {
        event: TemplateEvent::Paused,
        other_info: Some(OtherInfo {
            title: PauseTitle::FirstPause,
            description,
        }),
        ..plain.clone()
    };
    let disabled = TemplateStatusUpdate {
        event: TemplateEvent::Disabled,
        disable_info: Some(DisableInfo { disable_date: AT }),
        ..plain.clone()
    };
    let deleted = TemplateStatusUpdate {
        event: TemplateEvent::PendingDeletion,
        reason: None,
        ..plain.clone()
    };
    let quality = TemplateQualityUpdate {
        previous_quality_score: Quality::Green,
        new_quality_score: Quality::Yellow,
        template,
    };
    let mut posts: Vec<String> = [plain, rejected, paused, disabled, deleted]
        .iter()
        .map(post)
        .collect();
    posts.push(post(&quality));
    assert_snapshot!(posts.join("\n"));
}

#[test]
fn accounts_change() {
    let phone = |event: PhoneQualityEvent, old: Option<Tier>, new: Option<Tier>| {
        post(&PhoneQualityUpdate {
            display_phone_number: "15550783881",
            event,
            old_limit: old,
            current_limit: new.clone(),
            max_daily_conversations_per_business: new,
        })
    };
    let capability = |limit| BusinessCapabilityUpdate {
        max_daily_conversations_per_business: Some(limit),
        max_phone_numbers_per_business: Some(2),
        ..BusinessCapabilityUpdate::default()
    };
    let empty = AccountUpdate {
        event: AccountEvent::AccountViolation,
        phone_number: None,
        violation_info: Some(ViolationInfo {
            violation_type: "SPAM",
            remediation: None,
        }),
        restriction_info: &[],
        ban_info: None,
    };
    let restrictions = [RestrictionInfo {
        restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING",
        expiration: Some(AT),
        remediation: None,
    }];
    let restricted = AccountUpdate {
        event: AccountEvent::AccountRestriction,
        violation_info: None,
        restriction_info: &restrictions,
        ..empty.clone()
    };
    let ban = BanInfo {
        waba_ban_state: BanState::Disable,
        waba_ban_date: crate::time::spoken_date(AT),
    };
    let banned = AccountUpdate {
        event: AccountEvent::DisabledUpdate,
        violation_info: None,
        ban_info: Some(ban),
        ..empty.clone()
    };
    let posts = [
        phone(PhoneQualityEvent::Flagged, None, Some(Tier::Tier1K)),
        phone(
            PhoneQualityEvent::Upgrade,
            Some(Tier::Tier1K),
            Some(Tier::Tier10K),
        ),
        post(&capability(10_000)),
        post(&capability(-1)),
        post(&empty),
        post(&restricted),
        post(&banned),
    ];
    assert_snapshot!(posts.join("\n"));
}

#[test]
fn a_post_of_a_testers_own() {
    let value = json!({"requester": "1", "display_phone_number": "15550783881"});
    let post = raw_body(id(Kind::Waba), Some(AT), "security", &value);
    assert_eq!(
        String::from_utf8(post).expect("text"),
        r#"{"object":"whatsapp_business_account","entry":[{"id":"200000010000001","time":1749416383,"changes":[{"field":"security","value":{"display_phone_number":"15550783881","requester":"1"}}]}]}"#
    );
}

/// Digests computed with another implementation (Python's `hmac`).
#[test]
fn signatures_are_over_the_exact_bytes() {
    let body = br#"{"object":"whatsapp_business_account","text":"Caf\u00e9 a\/b"}"#;
    let signature = sign(b"app-secret", body);
    assert_eq!(
        signature.sha256,
        "sha256=6ad5b904e1748fb7cc5e916805da15d0a077fb358f51aaf4836710a05d45d3c2"
    );
    assert_eq!(signature.sha1, "sha1=f6fc8ef290f4f4055dabede23865624864b4b1ac");
    let check = |secret: &[u8], body: &[u8], header: &str| verify(secret, body, header);
    assert!(check(b"app-secret", body, &signature.sha256));
    assert!(check(
        b"app-secret",
        body,
        &signature.sha256.to_uppercase().replacen("SHA256", "sha256", 1)
    ));
    let mut changed = body.to_vec();
    changed[20] ^= 1;
    assert!(!check(b"app-secret", &changed, &signature.sha256));
    assert!(!check(b"other", body, &signature.sha256));
    for header in [
        "",
        "sha256=",
        "sha256=zz",
        "sha256=abc",
        &signature.sha1,
        &signature.sha256[..70],
    ] {
        assert!(!check(b"app-secret", body, header), "{header}");
    }
    assert!(same_secret("token", "token") && !same_secret("token", "tokex") && !same_secret("token", "toke"));
}

#[test]
fn handshakes() {
    let address = challenge_address("https://e.com/hook?a=b#part", 1_158_201_444, "to ken/ü");
    assert_eq!(
        address,
        "https://e.com/hook?a=b&hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=to+ken%2F%C3%BC"
    );
    let query = address.split_once('?').expect("a query").1;
    let expected = Challenge {
        challenge: "1158201444".to_owned(),
        verify_token: "to ken/ü".to_owned(),
    };
    assert_eq!(Challenge::parse(query), Some(expected));
    assert!(challenge_address("https://e.com", 1, "t").starts_with("https://e.com?hub.mode="));
    for query in [
        "",
        "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=t",
        "hub.mode=subscribe&hub.challenge=1",
    ] {
        assert_eq!(Challenge::parse(query), None, "{query}");
    }
    let rows: [(u16, &[u8], bool); 5] = [
        (200, b"7", true),
        (200, b"7\n", true),
        (200, b"\"7\"", false),
        (403, b"7", false),
        (201, b"7", false),
    ];
    for (status, body, good) in rows {
        assert_eq!(check_answer(status, body, 7).is_ok(), good, "{status}");
    }
}
