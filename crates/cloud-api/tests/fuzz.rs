//! Whatever comes from outside, no parser panics.
//!
//! `cargo test` runs each target briefly; `cargo bolero test --package cloud-api graph_calls` (with `cargo install
//! cargo-bolero`) runs one for as long as one likes, guided by coverage.

use cloud_api::batch::batch_of;
use cloud_api::template::{CreateTemplate, EditTemplate};
use cloud_api::webhook::challenge::Challenge;
use cloud_api::webhook::received::read;
use cloud_api::webhook::signature::verify;
use cloud_api::{Params, access_token, parse_message, route};

/// Runs of one target in a test run: about a second in all.
const RUNS: usize = 20_000;

const METHODS: [&str; 4] = ["GET", "POST", "DELETE", "PATCH"];
const CONTENT_TYPES: [Option<&str>; 4] = [
    None,
    Some("application/json"),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=b"),
];

const PATHS: [&str; 6] = [
    "/v25.0/300000010000000/messages",
    "/300000010000000/message_qrdls/ABC",
    "/v25.0/upload:abc?sig=x",
    "/v99/message_template_library/",
    "/",
    "//v25.0//200000010000000/message_templates/",
];

const QUERIES: [&str; 4] = [
    "fields=id,name{x,y}.limit(3)&access_token=EAA&method=delete",
    "hub.mode=subscribe&hub.challenge=1&hub.verify_token=t",
    "ids=[1,2]&name=%F0%9F%98%80&limit=10&after=abc",
    "",
];

const BODIES: [&str; 8] = [
    r#"{"messaging_product":"whatsapp","to":"+1 (555) 000-1111","type":"text","text":{"body":"hi","preview_url":true}}"#,
    r#"{"messaging_product":"whatsapp","to":"1","type":"template","template":{"name":"a","language":{"code":"en"},"components":[{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"x"}]}]}}"#,
    r#"{"messaging_product":"whatsapp","status":"read","message_id":"wamid.A","typing_indicator":{"type":"text"}}"#,
    r#"{"messaging_product":"whatsapp","to":"1","type":"interactive","interactive":{"type":"list","body":{"text":"b"},"action":{"button":"x","sections":[{"rows":[{"id":"1","title":"t"}]}]}}}"#,
    "messaging_product=whatsapp&to=1&type=text&text=%7B%22body%22%3A%22x%22%7D",
    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n",
    r#"{"batch":[{"method":"POST","relative_url":"v25.0/1/messages","body":"to=1"}],"include_headers":false}"#,
    "",
];

const TEMPLATES: [&str; 2] = [
    r#"{"name":"sale","language":"en_US","category":"MARKETING","parameter_format":"POSITIONAL","components":[{"type":"HEADER","format":"TEXT","text":"{{1}}","example":{"header_text":["x"]}},{"type":"BODY","text":"Hi {{1}}","example":{"body_text":[["x"]]}},{"type":"BUTTONS","buttons":[{"type":"URL","text":"t","url":"https://e.com/{{1}}","example":["x"]}]}]}"#,
    r#"{"name":"code","language":"en_US","category":"AUTHENTICATION","components":[{"type":"BODY","add_security_recommendation":true},{"type":"FOOTER","code_expiration_minutes":5},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]}"#,
];

const WEBHOOKS: [&str; 3] = [
    r#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"display_phone_number":"1","phone_number_id":"2"},"statuses":[{"id":"wamid.A","status":"failed","timestamp":"1","recipient_id":"3","errors":[{"code":131049,"error_data":{"details":"x"}}]}]}}]}]}"#,
    r#"{"object":"whatsapp_business_account","entry":[{"id":"1","time":2,"changes":[{"field":"business_capability_update","value":{"max_daily_conversations_per_business":-1}},{"field":"account_update","value":{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"R","expiration":1}]}}]}]}"#,
    r#"{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"wamid.B","type":"interactive","interactive":{"type":"list_reply","list_reply":{"title":"x"}}}]}}]}]}"#,
];

/// Bytes put in place of others, or in between, at places named by large numbers.
type Edits = Vec<(u16, Vec<u8>, bool)>;

/// One of `samples`, changed.
fn changed(samples: &[&str], which: u8, edits: &Edits) -> Vec<u8> {
    let mut bytes = samples[usize::from(which) % samples.len()].as_bytes().to_vec();
    for (place, new, insert) in edits {
        let start = usize::from(*place) % (bytes.len() + 1);
        let end = if *insert {
            start
        } else {
            (start + new.len()).min(bytes.len())
        };
        bytes.splice(start..end, new.iter().copied());
    }
    bytes
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn graph_calls() {
    bolero::check!()
        .with_type::<([u8; 5], Edits, Edits, Edits)>()
        .with_iterations(RUNS)
        .for_each(|(which, in_path, in_query, in_body)| {
            let method = METHODS[usize::from(which[0]) % METHODS.len()];
            let content_type = CONTENT_TYPES[usize::from(which[1]) % CONTENT_TYPES.len()];
            let path = text(changed(&PATHS, which[2], in_path));
            let query = text(changed(&QUERIES, which[3], in_query));
            let body = changed(&BODIES, which[4], in_body);
            let _ = route(method, &path, &query);
            let _ = access_token(Some(&path), &query);
            let _ = parse_message(&query, content_type, &body);
            let _ = cloud_api::multipart::parts(content_type.unwrap_or_default(), &body);
            let _ = Params::merge(&query, content_type, &body).and_then(|params| batch_of(&params));
        });
}

#[test]
fn templates() {
    bolero::check!()
        .with_type::<(u8, Edits)>()
        .with_iterations(RUNS)
        .for_each(|(which, edits)| {
            let body = changed(&TEMPLATES, *which, edits);
            if let Ok(params) = Params::merge("", Some("application/json"), &body) {
                let _ = CreateTemplate::of(params.clone());
                let _ = EditTemplate::of(params);
            }
        });
}

#[test]
fn webhooks() {
    bolero::check!()
        .with_type::<(u8, Edits, Vec<u8>)>()
        .with_iterations(RUNS)
        .for_each(|(which, edits, header)| {
            let body = changed(&WEBHOOKS, *which, edits);
            for change in read(&body).unwrap_or_default() {
                // What was read can be told.
                let _ = format!("{change:?}");
            }
            let header = text(header.clone());
            assert!(!verify(b"secret", &body, &header), "a signature by chance");
            let _ = Challenge::parse(&header);
        });
}
