//! The error object: shape, status, and where `error_data` may stand.

use insta::assert_snapshot;
use serde_json::Value;

use crate::GraphError;
use crate::error::fbtrace_id;

#[test]
fn every_constructor_has_the_platforms_shape() {
    let subject = "https://example.com/über";
    let rows = [
        GraphError::missing_token(),
        GraphError::bad_token(),
        GraphError::permission_denied(),
        GraphError::unknown_object("POST", "106540352242922"),
        GraphError::unknown_path("/nonsense/x"),
        GraphError::unknown_field("colour", "WhatsAppBusinessAccount"),
        GraphError::missing_parameter("messaging_product"),
        GraphError::invalid_parameter("text['body']", "must be a string"),
        GraphError::missing_value("Parameter of type text is missing text value."),
        GraphError::bad_value("to"),
        GraphError::unsupported_type("hologram"),
        GraphError::body_too_large(1_000_000),
        GraphError::broken_json("EOF while parsing an object at line 1 column 1"),
        GraphError::challenge_failed("HTTP Status Code = 403"),
        GraphError::management(2_593_002, "Message Template Not Found", subject),
        GraphError::whatsapp(132_001, "template name (x) does not exist in en_US"),
        GraphError::whatsapp(131_057, "busy"),
        GraphError {
            is_transient: Some(true),
            ..GraphError::from_parts(80_007, Some(2_446_079), "(#80007) Too many")
        },
    ];
    let mut table = String::new();
    for error in rows {
        let body = String::from_utf8(error.body("AbC")).expect("ASCII");
        assert!(body.is_ascii());
        let value: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(value["error"]["code"], error.code);
        assert_eq!(value["error"]["error_data"].is_object(), error.details.is_some());
        assert_eq!(error.www_authenticate().is_some(), error.code == 190);
        table.push_str(&format!("{} {body}\n", error.status));
    }
    assert_snapshot!(table);
}

#[test]
fn statuses_follow_the_platforms_table() {
    let rows = [
        (0, 401),
        (190, 401),
        (104, 401),
        (3, 500),
        (10, 403),
        (200, 403),
        (299, 403),
        (100, 400),
        (2500, 400),
        (1, 400),
        (2, 503),
        (33, 400),
        (4, 400),
        (80_007, 400),
        (130_429, 400),
        (131_048, 400),
        (131_056, 400),
        (133_016, 400),
        (368, 403),
        (131_031, 403),
        (130_497, 403),
        (131_047, 400),
        (131_000, 500),
        (131_016, 500),
        (131_005, 403),
        (131_008, 400),
        (131_009, 400),
        (131_045, 500),
        (131_057, 500),
        (131_051, 400),
        (132_000, 400),
        (132_001, 404),
        (132_012, 400),
        (132_015, 400),
        (132_016, 400),
        (134_102, 500),
    ];
    for (code, status) in rows {
        assert_eq!(GraphError::from_parts(code, None, "x").status, status, "{code}");
    }
}

#[test]
fn a_bad_token_has_its_header_and_traces_differ() {
    assert_eq!(
        GraphError::bad_token().www_authenticate().as_deref(),
        Some(
            "OAuth \"Facebook Platform\" \"invalid_token\" \"Invalid OAuth access token - Cannot parse access token\""
        )
    );
    assert_ne!(fbtrace_id(1), fbtrace_id(2));
    assert_eq!(fbtrace_id(1).len(), 12);
}
