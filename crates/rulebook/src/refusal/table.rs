//! The list itself. Sources: the platform's error table (pages on error codes, templates, registration) as of 2026;
//! a sub-code marked assumed is not in it. A new reason takes a free number at its place; numbers are never reused.

use super::{Facts, Fault};

/// Writes the enum and its facts from one row a reason.
macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal:
        $code:literal $(/ $subcode:literal)?, $http:literal, $fault:ident, $retry:ident,
        $title:literal, $hint:literal;)*) => {
        /// Why something is refused. Earlier ones come first where several apply.
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
                        subcode: None$(.or(Some($subcode)))?,
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
    /// No access token came with the call.
    TokenMissing = 110, "token_missing": 104, 401, Caller, final,
        "An access token is required", "Send the token in the Authorization header.";
    /// The token is unknown, expired or revoked.
    TokenInvalid = 120, "token_invalid": 190, 401, Caller, final,
        "The access token is invalid or expired", "Get a new token for this app.";
    /// The token's app may not do this.
    PermissionMissing = 130, "permission_missing": 10, 403, Caller, final,
        "The app has no permission for this", "Grant the app access to this account.";
    /// The path leads nowhere.
    UnknownPath = 140, "unknown_path": 2500, 400, Caller, final,
        "Unknown path", "Check the path of the call.";
    /// There is no such object, or it is not visible to this app.
    UnknownObject = 150, "unknown_object": 100 / 33, 400, Caller, final,
        "The object does not exist or is not visible", "Check the id and which account the token belongs to.";
    /// A parameter is wrong.
    InvalidParameter = 160, "invalid_parameter": 100, 400, Caller, final,
        "Invalid parameter", "Correct the parameter that is named.";
    /// A required parameter is missing.
    MissingParameter = 165, "missing_parameter": 131008, 400, Caller, final,
        "A required parameter is missing", "Add the parameter that is named.";
    /// A parameter's value is not one that is allowed.
    InvalidValue = 170, "invalid_value": 131009, 400, Caller, final,
        "A parameter has a value that is not allowed", "Correct the value that is named.";
    /// The message named is not one of a person to this number.
    InvalidMessageId = 175, "invalid_message_id": 131009, 400, Caller, final,
        "The message id is not valid here", "Name a message that a person sent to this number.";
    /// The type of the message is not one that can be sent.
    UnsupportedMessageType = 180, "unsupported_type": 131051, 400, Caller, final,
        "Unsupported message type", "Send a type that is supported.";
    /// The message names a medium that is not there.
    MediaUnknown = 182, "media_unknown": 100, 400, Caller, final,
        "There is no such medium", "Upload the file first, and send it before it expires.";
    /// A media file could not be fetched.
    MediaDownload = 185, "media_download": 131052, 400, Caller, final,
        "The media could not be downloaded", "Check that the link is public and the file is well formed.";
    /// A media file could not be sent.
    MediaUpload = 190, "media_upload": 131053, 400, Caller, final,
        "The media could not be uploaded", "Check type and size of the file.";

    /// Blocked for a policy violation.
    AccountPolicyBlocked = 210, "account_policy_blocked": 368, 403, Business, final,
        "The account is blocked for a policy violation", "Read the notice, mend the cause and appeal if it is wrong.";
    /// Locked, restricted or disabled; also a banned number.
    AccountLocked = 220, "account_locked": 131031, 403, Business, final,
        "The account is locked", "Read the notice and appeal if it is wrong.";
    /// Something is wrong with the payment method.
    PaymentTrouble = 230, "payment_trouble": 131042, 400, Business, final,
        "The account has a payment problem", "Settle the payment method of the account.";
    /// Capped after templates were put into the wrong category.
    CategoryMisuse = 240, "category_misuse": 131064, 400, Business, final,
        "The account is capped for misuse of template categories", "Correct the categories; the cap lifts by itself.";
    /// Marketing over this interface was switched off for the account.
    MarketingSwitchedOff = 250, "marketing_switched_off": 131063, 400, Business, final,
        "Marketing templates are switched off here", "Send them by the marketing messages interface.";

    /// The number was removed.
    NumberDeleted = 310, "number_deleted": 33, 400, Business, final,
        "The phone number was deleted", "Send from another number.";
    /// The number was moved to another account.
    NumberMigrated = 320, "number_migrated": 33, 400, Business, final,
        "The phone number was moved to another account", "Send through the account that it belongs to now.";
    /// The number may neither send nor receive.
    NumberBanned = 330, "number_banned": 131031, 403, Business, final,
        "The phone number is banned", "Read the notice and appeal if it is wrong.";
    /// The number is PENDING.
    NumberPending = 340, "number_pending": 133010, 400, Business, final,
        "The phone number is not registered: it is pending", "Have its name approved and its certificate issued.";
    /// The number is OFFLINE.
    NumberNotRegistered = 350, "number_not_registered": 133010, 400, Business, final,
        "The phone number is not registered", "Register it first.";
    /// The certificate cannot be used.
    CertificateInvalid = 360, "certificate_invalid": 131045, 500, Business, final,
        "The number's certificate cannot be used", "Register the number again with its present certificate.";
    /// The display name is not approved.
    NameNotApproved = 370, "name_not_approved": 131037, 400, Business, final,
        "The display name is not approved", "Submit a display name that is approved.";
    /// The number is being moved to a higher throughput.
    Maintenance = 380, "maintenance": 131057, 500, Platform, retry,
        "The number is under maintenance", "Try again in a minute.";

    /// There is no such template in this language.
    TemplateNotFound = 410, "template_not_found": 132001, 404, Business, final,
        "The template does not exist in this language", "Check name and language, or submit the template.";
    /// The template is in review, rejected or gone.
    TemplateNotApproved = 420, "template_not_approved": 132001, 404, Business, final,
        "The template is not approved in this language", "Wait for the review, or mend what it found.";
    /// Disabled for low quality (T8).
    TemplateDisabled = 430, "template_disabled": 132016, 400, Business, final,
        "The template is disabled for low quality", "Create a better one; this one stays disabled unless an appeal is granted.";
    /// Paused for low quality (T6).
    TemplatePaused = 440, "template_paused": 132015, 400, Business, final,
        "The template is paused for low quality", "Wait for the end of the pause, or edit the template.";
    /// Held back, and dropped when feedback turned out bad (T7).
    TemplateDropped = 445, "template_dropped": 132015, 400, Business, final,
        "The message was held back and then dropped for bad feedback",
        "Edit the template, or unpause it five minutes later; while the portfolio is under review, wait or appeal.";
    /// Its content breaks a policy.
    TemplatePolicy = 450, "template_policy": 132007, 400, Business, final,
        "The content breaks a policy", "Change the content.";
    /// Only marketing templates go by that interface.
    NotMarketing = 455, "not_marketing": 131055, 400, Caller, final,
        "Only marketing templates can be sent this way", "Send it by the messages interface.";
    /// Too many or too few parameters.
    TemplateParameterCount = 460, "template_parameter_count": 132000, 400, Caller, final,
        "The number of parameters does not match the template", "Send as many parameters as the template has.";
    /// A parameter of the wrong kind, or with an unknown name.
    TemplateParameterFormat = 470, "template_parameter_format": 132012, 400, Caller, final,
        "A parameter does not match the template", "Send parameters of the kind and name that the template has.";
    /// Something else about the parameters.
    TemplateParameterOther = 475, "template_parameter_other": 132018, 400, Caller, final,
        "There is a problem with the template's parameters", "Check the parameters against the template.";
    /// Too long once the parameters are filled in.
    TemplateTextTooLong = 480, "template_text_too_long": 132005, 400, Caller, final,
        "The text is too long with its parameters", "Shorten the parameters.";
    /// The flow behind a button is blocked.
    FlowBlocked = 485, "flow_blocked": 132068, 400, Business, final,
        "The flow is blocked", "Correct the flow.";
    /// The flow behind a button is throttled.
    FlowThrottled = 490, "flow_throttled": 132069, 400, Business, retry,
        "The flow is throttled", "Correct the flow; try again in an hour.";

    /// The number writes to itself.
    RecipientIsSender = 510, "recipient_is_sender": 131021, 400, Caller, final,
        "The recipient is the sender", "Send to another number.";
    /// Not on the list of a test account.
    RecipientNotAllowed = 515, "recipient_not_allowed": 131030, 400, Caller, final,
        "The recipient is not on the list of allowed numbers", "Add the number to the list.";
    /// The business may not write to that country.
    RecipientCountry = 520, "recipient_country": 130497, 403, Business, final,
        "The business may not message people in that country", "Leave out recipients of that country.";
    /// Authentication templates need a phone number.
    RecipientWithoutNumber = 525, "recipient_without_number": 131062, 400, Caller, final,
        "Authentication templates need a phone number", "Send to the phone number.";
    /// The business blocked this person.
    RecipientBlocked = 530, "recipient_blocked": 130403, 400, Business, final,
        "The business has blocked this person", "Unblock the person first.";
    /// Not on WhatsApp, terms not accepted, or too old a client.
    Undeliverable = 540, "undeliverable": 131026, 400, Person, final,
        "The message cannot be delivered", "Reach the person another way.";
    /// The person stopped marketing from this business.
    OptedOut = 550, "opted_out": 131050, 400, Person, final,
        "The person has stopped marketing messages", "Do not send marketing to this person again.";
    /// The person is in an experiment without marketing.
    InExperiment = 560, "in_experiment": 130472, 400, Person, final,
        "The person is part of an experiment", "Do not repeat it; the result is the same.";
    /// The person had enough marketing, from whomever.
    PerUserCap = 570, "per_user_cap": 131049, 400, Person, final,
        "Not delivered to keep the person's inbox healthy", "Do not repeat it within 24 hours.";
    /// No open service window and no template (T9).
    ReEngagement = 580, "re_engagement": 131047, 400, Caller, final,
        "More than 24 hours have passed since the person wrote", "Send an approved template.";
    /// The number has blocked as many people as it can.
    BlocklistFull = 590, "blocklist_full": 139101, 400, Business, final,
        "The list of blocked people is full", "Unblock people who no longer matter.";

    /// The messaging limit is used up (S7, L9).
    LimitUsedUp = 610, "limit_used_up": 131048, 400, Business, retry,
        "The messaging limit is used up", "Wait until recipients leave the 24 hour window; replies still go.";
    /// Sustained low quality limits the volume.
    QualityLimited = 620, "quality_limited": 131048, 400, Business, final,
        "Volume is restricted because of low quality", "Stop promotions until the rating has recovered.";

    /// Too many messages to one person.
    PairRate = 710, "pair_rate": 131056, 400, Business, retry,
        "Too many messages to this person in a short time", "Wait at least six seconds between messages to a person.";
    /// Too many messages of one number.
    Throughput = 720, "throughput": 130429, 400, Business, retry,
        "Too many messages of this number in a short time", "Send more slowly.";
    /// Too many calls of one app.
    AppCalls = 730, "app_calls": 4, 400, Caller, retry,
        "The app has made too many calls", "Call less often.";
    /// Too many calls for one account.
    AccountCalls = 740, "account_calls": 80007, 400, Caller, retry,
        "The account has had too many calls", "Call less often.";

    /// There is no such template to edit or delete.
    TemplateUnknown = 810, "template_unknown": 100 / 2593002, 400, Caller, final,
        "There is no such template", "Check name, language and id.";
    /// The account has as many templates as it may.
    TemplateCap = 815, "template_cap": 100 / 2388019, 400, Business, final,
        "The account has as many templates as it may have", "Delete templates that are not used.";
    /// The account has submitted too many templates in a short time.
    TemplateCreationRate = 817, "template_creation_rate": 80007, 400, Caller, retry,
        "Too many templates were submitted in a short time", "Submit at most 100 an hour.";
    /// The name exists in this language.
    TemplateExists = 820, "template_exists": 100 / 2388024, 400, Caller, final,
        "There is content in this language already", "Edit the template, or choose another name.";
    /// The name of a deleted template is reserved for a time.
    TemplateNameReserved = 825, "template_name_reserved": 100 / 2388023, 400, Business, final,
        "The name belongs to a template deleted lately", "Choose another name, or wait 30 days.";
    /// Its status allows no change, or it was changed too often.
    TemplateNotEditable = 830, "template_not_editable": 100 / 2388039, 400, Business, final,
        "The template cannot be changed now", "Only approved, rejected and paused templates can be edited.";
    /// Neither rejected nor disabled: there is nothing to appeal against.
    TemplateNotAppealable = 832, "template_not_appealable": 100, 400, Business, final,
        "There is nothing to appeal against", "Only rejected and disabled templates can be appealed for.";
    /// The name is not made of a-z, 0-9 and _.
    TemplateName = 835, "template_name": 100, 400, Caller, final,
        "The template's name is not valid", "Use up to 512 of the characters a to z, 0 to 9 and _.";
    /// A text is too long.
    TemplateFieldTooLong = 840, "template_field_too_long": 100 / 2388040, 400, Caller, final,
        "A text of the template is too long", "Shorten the text that is named.";
    /// The header is not well formed.
    TemplateHeader = 845, "template_header": 100 / 2388047, 400, Caller, final,
        "The header is not well formed", "Correct the header.";
    /// The body is not well formed.
    TemplateBody = 850, "template_body": 100 / 2388072, 400, Caller, final,
        "The body is not well formed", "Correct the body.";
    /// The footer is not well formed.
    TemplateFooter = 855, "template_footer": 100 / 2388073, 400, Caller, final,
        "The footer is not well formed", "Correct the footer.";
    /// Too many placeholders for so few words.
    TemplateTooManyVariables = 860, "template_too_many_variables": 100 / 2388293, 400, Caller, final,
        "There are too many placeholders for so few words", "Add words, or take placeholders out.";
    /// The body begins or ends with a placeholder.
    TemplateEdgeVariable = 865, "template_edge_variable": 100 / 2388299, 400, Caller, final,
        "The text begins or ends with a placeholder", "Put words before the first and after the last placeholder.";
    /// The buttons are not well formed.
    TemplateButtons = 870, "template_buttons": 100, 400, Caller, final,
        "The buttons are not well formed", "Correct the button that is named.";
    /// The time to live cannot be had.
    TemplateTtl = 872, "template_ttl": 100, 400, Caller, final,
        "The time to live is not allowed", "Ask for one within the range of its category.";
    /// The parts do not make up a template.
    TemplateComponents = 875, "template_components": 100, 400, Caller, final,
        "The components do not make up a template", "Send one body; header, footer and buttons at most once.";
    /// The category of an approved template is fixed.
    TemplateCategoryFixed = 880, "template_category_fixed": 100, 400, Caller, final,
        "The category of an approved template is fixed", "Create a new template in the other category.";
    /// The account may have no figures of its templates.
    InsightsUnavailable = 885, "insights_unavailable": 100 / 200005, 400, Business, final,
        "Template insights are not available for this account", "Businesses in the European Union, the United Kingdom and Japan have none.";
    /// The account has not asked for figures of its templates.
    InsightsNotEnabled = 887, "insights_not_enabled": 100 / 200007, 400, Caller, final,
        "Template insights are not enabled", "Enable them first: is_enabled_for_insights.";

    /// A deregistration is still running.
    DeregistrationIncomplete = 910, "deregistration_incomplete": 133000, 500, Platform, retry,
        "An earlier deregistration is not complete", "Deregister again, then register.";
    /// Registration is out of service.
    RegistrationUnavailable = 920, "registration_unavailable": 133004, 503, Platform, retry,
        "Registration is out of service for the moment", "Try again later.";
    /// The portfolio has as many registered numbers as it may (the code is assumed).
    NumberCap = 925, "number_cap": 100, 400, Business, final,
        "The portfolio has as many registered phone numbers as it may have", "Verify the business, or raise its messaging limit.";
    /// The PIN is wrong.
    PinMismatch = 930, "pin_mismatch": 133005, 400, Caller, final,
        "The PIN is wrong", "Send the right PIN, or reset it.";
    /// The number's code was not verified, or it has no approved name and certificate yet.
    NumberNotVerified = 940, "number_not_verified": 133006, 400, Business, final,
        "The phone number must be verified first", "Verify the number before registering it.";
    /// Too many wrong PINs.
    PinGuesses = 950, "pin_guesses": 133008, 400, Caller, final,
        "Too many wrong PINs", "Wait as long as the details say.";
    /// PINs tried too quickly.
    PinGuessRate = 960, "pin_guess_rate": 133009, 400, Caller, retry,
        "PINs are tried too quickly", "Wait a little before the next try.";
    /// The number was deleted just now.
    RegisterTooSoon = 970, "register_too_soon": 133015, 400, Business, retry,
        "The phone number was deleted a moment ago", "Wait five minutes before registering it.";
    /// Registered or deregistered too often.
    RegistrationRate = 980, "registration_rate": 133016, 400, Business, retry,
        "Registered or deregistered too often", "At most ten times in 72 hours.";

    /// No code can be sent: the number is verified already, or too many were asked for.
    CodeNotSent = 985, "code_not_sent": 136024, 400, Caller, final,
        "The verification code cannot be sent", "Ask for a code only for a number that is not verified, and not too often.";
    /// The code is wrong or no longer good.
    CodeWrong = 990, "code_wrong": 136025, 400, Caller, final,
        "The verification code is wrong or has expired", "Send the code that came last, or ask for a new one.";

    /// The platform failed.
    PlatformFault = 1010, "platform_fault": 131000, 500, Platform, retry,
        "Something went wrong", "Try again; if it stays, report it.";
    /// The platform is overloaded or down.
    Unavailable = 1020, "unavailable": 131016, 500, Platform, retry,
        "The service is out of order for the moment", "Try again later.";
}
