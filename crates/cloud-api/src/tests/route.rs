//! Paths and methods, parameters in their three places, tokens.

use crate::{GraphCall, Method, NodeId, Params, access_token, route};

const ID: NodeId = NodeId(106_540_352_242_922);

#[track_caller]
fn check(request: &str, expected: Result<GraphCall, u32>) {
    let (method, target) = request.split_once(' ').expect("a row is METHOD TARGET");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    assert_eq!(
        route(method, path, query).map_err(|error| error.code),
        expected,
        "{request}"
    );
}

#[test]
fn calls_are_found_in_every_spelling() {
    let send = || Ok(GraphCall::SendMessage { phone: ID });
    check("POST /v14.0/106540352242922/messages", send());
    check("POST /106540352242922/messages", send());
    check("POST /v26.0/106540352242922/messages/", send());
    check("post 106540352242922/messages", send());
    check("GET /106540352242922/messages?method=post&access_token=x", send());
    check(
        "GET /v23.0/106540352242922/message_templates?limit=3",
        Ok(GraphCall::ListTemplates { waba: ID }),
    );
    check(
        "POST /v23.0/106540352242922/message_templates",
        Ok(GraphCall::CreateTemplate { waba: ID }),
    );
    check(
        "DELETE /106540352242922/message_templates?name=a",
        Ok(GraphCall::DeleteTemplates { waba: ID }),
    );
    check(
        "GET /106540352242922/message_templates?method=DELETE",
        Ok(GraphCall::DeleteTemplates { waba: ID }),
    );
    check(
        "GET /v23.0/106540352242922?fields=id",
        Ok(GraphCall::GetNode { id: ID }),
    );
    check("POST /v23.0/106540352242922/", Ok(GraphCall::PostNode { id: ID }));
    check(
        "GET /106540352242922/phone_numbers",
        Ok(GraphCall::ListPhoneNumbers { waba: ID }),
    );
    check(
        "POST /106540352242922/register",
        Ok(GraphCall::Register { phone: ID }),
    );
    check(
        "POST /106540352242922/deregister/",
        Ok(GraphCall::Deregister { phone: ID }),
    );
    check(
        "POST /106540352242922/unpause",
        Ok(GraphCall::UnpauseTemplate { id: ID }),
    );
    check(
        "POST /v23.0/106540352242922/marketing_messages",
        Ok(GraphCall::SendMarketing { phone: ID }),
    );
    for (name, method) in [
        ("GET", Method::Get),
        ("POST", Method::Post),
        ("DELETE", Method::Delete),
    ] {
        let subscribed = GraphCall::SubscribedApps { waba: ID, method };
        check(
            &format!("{name} /v25.0/106540352242922/subscribed_apps"),
            Ok(subscribed),
        );
        let subscriptions = GraphCall::AppSubscriptions { app: ID, method };
        check(
            &format!("{name} /v25.0/106540352242922/subscriptions"),
            Ok(subscriptions),
        );
    }
}

#[test]
fn what_no_seat_reads_is_told_from_what_does_not_exist() {
    let other = |request: &str, node: Option<NodeId>, edge: &str, refused: u32| {
        let (method, path) = request.split_once(' ').expect("a row is METHOD PATH");
        match route(method, path, "") {
            Ok(GraphCall::Other(call)) => {
                assert_eq!(
                    (call.node, call.edge.as_str(), call.refusal().code),
                    (node, edge, refused),
                    "{request}"
                );
            }
            got => panic!("{request}: {got:?}"),
        }
    };
    other("POST /v23.0/106540352242922/media", Some(ID), "media", 2500);
    other("DELETE /106540352242922", Some(ID), "", 100);
    other(
        "DELETE /106540352242922/message_qrdls/ABC",
        Some(ID),
        "message_qrdls/ABC",
        2500,
    );
    other("POST /", None, "", 2500);
    other("POST /v24.0/", None, "", 2500);
    other("GET /debug_token", None, "debug_token", 2500);
    other("POST /v24.0/upload:MTphdHRh=", None, "upload:MTphdHRh=", 2500);
    check("GET /v23.0/106540352242922/message_templates/5", Err(2500));
    check("GET /106540352242922/nonsense", Err(2500));
    check("GET /nonsense/messages", Err(2500));
    check("GET /v1/106540352242922", Err(2500));
    check("PUT /106540352242922/messages", Err(100));
    check("GET /106540352242922/messages", Err(100));
    check("GET /106540352242922/marketing_messages", Err(100));
    check("GET /00000000000", Err(100));
    check("GET /99999999999999999999999999", Err(100));
    check("GET /%F0%9F%98%80/../..", Err(2500));
}

#[test]
fn parameters_are_merged_and_the_body_wins() {
    let form = Some("application/x-www-form-urlencoded; charset=utf-8");
    let json = Some("application/json");
    let rows = [
        ("pin=1&a=q", None, "", "a=q pin=1"),
        ("pin=1", json, r#"{"pin":"2"}"#, "a= pin=2"),
        ("pin=1&a=b%20c", form, "pin=3&x=1", "a=b c pin=3"),
        ("", None, "pin=4", "a= pin=4"),
        ("", None, r#"{"pin":5,"a":true}"#, "a=true pin=5"),
        (
            "a=1",
            Some("multipart/form-data; boundary=x"),
            "--x\r\nContent-Disposition: form-data; name=\"pin\"\r\n\r\n6\r\n--x--\r\n",
            "a=1 pin=6",
        ),
    ];
    for (query, content_type, body, expected) in rows {
        let params = Params::merge(query, content_type, body.as_bytes()).expect(body);
        let text = |name| params.text(name).expect("a scalar").unwrap_or_default();
        assert_eq!(
            format!("a={} pin={}", text("a"), text("pin")),
            expected,
            "{query} {body}"
        );
    }
    let error = Params::merge("", json, b"{\"pin\":").expect_err("broken JSON");
    assert_eq!(
        error.message,
        "(#100) The request body is not valid JSON: EOF while parsing a value at line 1 column 7."
    );
}

#[test]
fn lists_have_three_spellings() {
    for spelling in [
        "status=APPROVED,PAUSED",
        "status=%5B%22APPROVED%22,%22PAUSED%22%5D",
        "status=APPROVED, PAUSED",
    ] {
        assert_eq!(
            Params::of_query(spelling).list("status").expect(spelling),
            ["APPROVED", "PAUSED"]
        );
    }
    assert!(Params::of_query("").list("status").expect("nothing").is_empty());
    assert_eq!(
        Params::of_query("status=[1")
            .list("status")
            .map_err(|error| error.code),
        Err(100)
    );
    assert_eq!(
        Params::of_query("ids=[1,2]").ids("ids").expect("ids"),
        [NodeId(1), NodeId(2)]
    );
}

#[test]
fn tokens_come_in_header_or_query() {
    let rows = [
        (Some("Bearer abc"), "", Some("abc")),
        (Some("bearer  abc"), "", Some("abc")),
        (Some("OAuth abc"), "access_token=x", Some("abc")),
        (None, "a=1&access_token=APP%7CSECRET", Some("APP|SECRET")),
        (Some("Basic abc"), "", None),
        (Some("Bearer "), "", None),
        (None, "access_token=", None),
        (None, "", None),
    ];
    for (header, query, expected) in rows {
        assert_eq!(
            access_token(header, query).as_deref(),
            expected,
            "{header:?} {query}"
        );
    }
}
