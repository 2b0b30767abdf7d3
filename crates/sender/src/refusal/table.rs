//! The list itself. A new reason takes a free number at its place; numbers are never reused.

use super::{Facts, Fault};

/// Writes the enum and its facts from one row a reason.
macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal:
        $code:literal, $http:literal, $fault:ident, $retry:ident,
        $title:literal, $hint:literal;)*) => {
        /// Why a send does not go. Earlier ones come first where several apply.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum Refusal {
            $($(#[$doc])* $variant = $number,)*
        }

        impl Refusal {
            /// All of them, in order of precedence.
            pub const ALL: &[Refusal] = &[$(Refusal::$variant),*];

            pub(super) fn facts(self) -> Facts {
                match self {
                    $(Refusal::$variant => Facts {
                        name: $name,
                        code: $code,
                        http: $http,
                        fault: Fault::$fault,
                        retryable: refusals!(@$retry),
                        title: $title,
                        hint: $hint,
                    },)*
                }
            }
        }
    };
    (@retry) => { true };
    (@final) => { false };
}

refusals! {
    /// The number is none of this portfolio.
    NumberUnknown = 110, "number_unknown": 100, 400, Caller, final,
        "The gateway does not know this phone number", "Add the number to the gateway, or check its id.";
    /// The recipient is neither a phone number nor a business-scoped id.
    RecipientInvalid = 120, "recipient_invalid": 131009, 400, Caller, final,
        "The recipient is no phone number", "Write the number with country code, digits only.";

    /// The account was disabled or locked.
    AccountDisabled = 210, "account_disabled": 131031, 403, Business, final,
        "The account is disabled or locked", "Read the notice and appeal if it is wrong.";
    /// The account is restricted for a violation of policy.
    AccountRestricted = 220, "account_restricted": 368, 403, Business, retry,
        "The account is restricted", "Mend what the notice names; the restriction ends at its time.";
    /// Something is wrong with the payment method.
    PaymentTrouble = 230, "payment_trouble": 131042, 400, Business, final,
        "The account has a payment problem", "Settle the payment method of the account, then tell the gateway.";
    /// Utility messages are capped after misuse of the category.
    CategoryMisuse = 240, "category_misuse": 131064, 400, Business, retry,
        "The account is capped for misuse of template categories", "Correct the categories; the cap lifts by itself.";

    /// The number was removed or moved to another account.
    NumberGone = 310, "number_gone": 133010, 400, Business, final,
        "The phone number was deleted or moved", "Send from another number.";
    /// The number may neither send nor receive.
    NumberBanned = 320, "number_banned": 131031, 403, Business, final,
        "The phone number is banned", "Read the notice and appeal if it is wrong.";
    /// The number is pending or offline.
    NumberNotConnected = 330, "number_not_connected": 133010, 400, Business, retry,
        "The phone number is not connected", "Register the number; it is looked at again soon.";
    /// The platform throttles the number for its quality.
    NumberThrottled = 340, "number_throttled": 131048, 400, Business, retry,
        "The platform limits this number for its quality", "Stop promotions and wait; replies still go.";

    /// The template is in review, rejected, archived or gone.
    TemplateNotApproved = 410, "template_not_approved": 132001, 404, Business, retry,
        "The template is not approved", "Wait for its review, or mend it and submit it again.";
    /// The template is paused.
    TemplatePaused = 420, "template_paused": 132015, 400, Business, retry,
        "The template is paused", "Use another template; improve this one before it returns.";
    /// The template is disabled.
    TemplateDisabled = 430, "template_disabled": 132016, 400, Business, final,
        "The template is disabled", "Use another template, or appeal.";
    /// The template's category became a costlier one, and nobody has agreed to that.
    CategoryDrift = 440, "category_drift": 132015, 400, Business, retry,
        "The template's category has changed", "Agree to the new category, or use another template.";

    /// The person does not want messages of this kind.
    OptedOut = 510, "opted_out": 131050, 400, Person, final,
        "The person has opted out", "Do not write to this person about this.";
    /// The person stopped marketing in WhatsApp itself.
    MarketingStopped = 520, "marketing_stopped": 131050, 400, Person, final,
        "The person has stopped marketing messages", "Send no marketing until the person resumes it.";
    /// The person is on the suppression list.
    Suppressed = 530, "suppressed": 131050, 400, Business, final,
        "The person is on the suppression list", "Take the person off the list if it is wrong.";
    /// The platform did not deliver marketing to this person lately.
    NotAgainYet = 540, "not_again_yet": 131049, 400, Person, retry,
        "The platform asked not to send marketing to this person again yet", "Wait a day; do not resend.";

    /// The number may belong to somebody else by now.
    IdentityChanged = 610, "identity_changed": 131050, 400, Person, final,
        "The person's identity has changed", "Ask for consent again.";
    /// There is no consent.
    ConsentMissing = 620, "consent_missing": 131050, 400, Business, final,
        "No consent of this person is recorded", "Ask for consent and record it.";
    /// There is consent, for something else.
    ConsentElsewhere = 630, "consent_for_other_topic": 131050, 400, Business, final,
        "The person's consent is for something else", "Ask for consent for this topic.";
    /// There was consent.
    ConsentExpired = 640, "consent_expired": 131050, 400, Business, final,
        "The person's consent has expired", "Ask for consent again.";

    /// The person has had enough messages lately.
    FrequencyCap = 710, "frequency_cap": 131049, 400, Business, retry,
        "The person has had as many messages as the policy allows", "Wait until the time that is named.";
    /// It is night where the person lives.
    QuietHours = 720, "quiet_hours": 131049, 400, Business, retry,
        "It is a quiet hour for this person", "Wait until the time that is named.";

    /// Somebody stopped what is not a reply.
    Stopped = 810, "stopped": 131048, 400, Business, retry,
        "Sending was stopped", "Resume it when the cause is mended; replies still go.";
    /// An incident is open.
    IncidentOpen = 820, "incident_open": 131048, 400, Business, retry,
        "An incident stopped sending", "Mend the cause; sending resumes in steps. Replies still go.";

    /// Nobody new can be written to within the messaging limit.
    LimitUsedUp = 910, "limit_used_up": 131048, 400, Business, retry,
        "The messaging limit is used up", "Wait until a recipient leaves the window; replies still go.";
    /// What is left of the limit is kept for utility and authentication.
    RoomReserved = 920, "room_reserved": 131048, 400, Business, retry,
        "What is left of the limit is kept for utility and authentication", "Wait until the time that is named.";
    /// In its first day the gateway does not know what was sent before, and uses a share of the limit only.
    FirstDay = 930, "first_day": 131048, 400, Business, retry,
        "In its first day the gateway uses a part of the limit only", "Import a send log, or wait out the first day.";

    /// Too many messages to one person in a short time.
    PairRate = 1010, "pair_rate": 131056, 400, Business, retry,
        "Too many messages to this person in a short time", "Wait until the time that is named.";
    /// Too many messages of one number a second.
    Throughput = 1020, "throughput": 130429, 400, Business, retry,
        "The number's throughput is used up", "Wait until the time that is named.";

    /// The same text to the same person.
    Repetition = 1110, "repetition": 131049, 400, Caller, retry,
        "The same message went to this person already", "Send something new, or wait until the time that is named.";

    /// What is known of the number or of what became of messages is too old.
    FactsStale = 1210, "facts_stale": 131016, 503, Business, retry,
        "What the gateway knows is too old to send promotions by", "Look after webhooks and polling; replies still go.";
}
