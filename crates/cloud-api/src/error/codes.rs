//! The platform's titles and HTTP statuses, by error code (cloud-api-wire.md §0.1).

/// The HTTP status that goes with `code`. Pages and reality differ for some: clients key on the code.
pub fn http_status(code: u32) -> u16 {
    match code {
        0 | 104 | 190 => 401,
        10 | 200..=299 | 368 | 131_005 | 131_031 | 130_497 => 403,
        132_001 => 404,
        3 | 131_000 | 131_016 | 131_045 | 131_057 | 133_000 | 134_102 => 500,
        2 | 133_004 => 503,
        _ => 400,
    }
}

/// The platform's title of `code`, as it stands behind `(#code) ` in a message and in a webhook's `errors[].title`.
pub fn title(code: u32) -> &'static str {
    match code {
        1 => "API Unknown",
        2 => "API Service",
        3 => "API Method",
        4 => "API Too Many Calls",
        10 => "API Permission Denied",
        33 => "Parameter value is not valid",
        100 => "Invalid parameter",
        368 => "Temporarily blocked for policies violations",
        80_007 => "Rate limit issues",
        130_000..=130_999 => sending(code),
        131_000..=131_999 => delivery(code),
        132_000..=132_999 => template(code),
        133_000..=133_999 => registration(code),
        136_024 => "Verification code cannot be sent",
        136_025 => "Verification code is wrong",
        139_100..=139_199 => blocking(code),
        _ => "Generic user error",
    }
}

fn sending(code: u32) -> &'static str {
    match code {
        130_403 => "Recipient is blocked by the business",
        130_429 => "Rate limit hit",
        130_472 => "User's number is part of an experiment",
        130_497 => "Business account is restricted from messaging users in this country.",
        _ => "Something went wrong",
    }
}

fn delivery(code: u32) -> &'static str {
    match code {
        131_005 => "Access denied",
        131_008 => "Required parameter is missing",
        131_009 => "Parameter value is not valid",
        131_016 => "Service unavailable",
        131_021 => "Recipient cannot be sender",
        131_026 => "Message undeliverable",
        131_030 => "Recipient phone number not in allowed list",
        131_031 => "Account has been locked",
        131_037 => "WhatsApp provided number needs display name approval before message can be sent.",
        131_042 => "Business eligibility payment issue",
        131_045 => "Incorrect certificate",
        131_047 => "Re-engagement message",
        131_048 => "Spam rate limit hit",
        131_049 => "This message was not delivered to maintain healthy ecosystem engagement.",
        131_050 => "User has stopped marketing messages from this business",
        131_051 => "Unsupported message type",
        131_052 => "Media download error",
        131_053 => "Media upload error",
        131_055 => "Method not allowed",
        131_056 => "(Business Account, Consumer Account) pair rate limit hit",
        131_057 => "Account in maintenance mode",
        131_062 => "Authentication templates cannot be sent to a business-scoped user ID",
        131_063 => "Marketing templates are disabled on Cloud API",
        131_064 => "Template category misuse limit hit",
        _ => "Something went wrong",
    }
}

fn template(code: u32) -> &'static str {
    match code {
        132_000 => "Number of parameters does not match the expected number of params",
        132_001 => "Template name does not exist in the translation",
        132_005 => "Translated text too long",
        132_007 => "Template format character policy violated",
        132_012 => "Parameter format does not match format in the created template",
        132_015 => "Template is paused",
        132_016 => "Template is disabled",
        132_018 => "Template parameter problem",
        132_068 => "Flow is blocked",
        132_069 => "Flow is throttled",
        _ => "Template error",
    }
}

fn blocking(code: u32) -> &'static str {
    match code {
        139_100 => "Failed to block/unblock users",
        139_101 => "Blocklist limit reached",
        139_102 => "Blocklist concurrent update",
        _ => "Internal error",
    }
}

fn registration(code: u32) -> &'static str {
    match code {
        133_000 => "Incomplete deregistration",
        133_004 => "Server temporarily unavailable",
        133_005 => "Two step verification PIN mismatch",
        133_006 => "Phone number re-verification needed",
        133_008 => "Too many two step verification PIN guesses",
        133_009 => "Two step verification PIN guessed too fast",
        133_010 => "Phone number not registered",
        133_015 => "Please wait a few minutes before attempting to register this phone number",
        133_016 => "Account register deregister rate limit exceeded",
        _ => "Registration error",
    }
}
