//! Multipart bodies and uploads, batches.

use crate::batch::{BatchAnswer, BatchHeader, batch_answer, batch_of};
use crate::media::MediaUpload;
use crate::multipart::{Part, parts};
use crate::{GraphError, Params};

const TYPE: &str = "multipart/form-data; charset=utf-8; boundary=\"b 1\"";

fn body(parts: &[(&str, &str)]) -> String {
    let part = |(head, text): &(&str, &str)| format!("--b 1\r\n{head}\r\n\r\n{text}\r\n");
    let parts: String = parts.iter().map(part).collect();
    format!("{parts}--b 1--\r\n")
}

const FILE: &str =
    "Content-Disposition: form-data; name=\"file\"; filename=\"a;b.png\"\r\ncontent-type: image/png";
const PRODUCT: (&str, &str) = (
    "Content-Disposition: form-data; name=messaging_product",
    "whatsapp",
);

#[test]
fn parts_are_found_whatever_is_in_them() {
    let text = body(&[PRODUCT, (FILE, "\r\n--b\r\n--b 2\r\n\u{0}")]);
    let found = parts(TYPE, text.as_bytes()).expect("well formed");
    let expected = [
        Part {
            name: "messaging_product",
            filename: None,
            content_type: None,
            body: b"whatsapp",
        },
        Part {
            name: "file",
            filename: Some("a;b.png"),
            content_type: Some("image/png"),
            body: b"\r\n--b\r\n--b 2\r\n\0",
        },
    ];
    assert_eq!(found, expected);
    let late = format!("preamble\r\n{text}");
    assert_eq!(parts(TYPE, late.as_bytes()), Ok(found));
    let merged = Params::merge("a=1", Some(TYPE), text.as_bytes()).expect("well formed");
    assert_eq!(merged.text("messaging_product"), Ok(Some("whatsapp".to_owned())));
    assert!(!merged.given_at_all("file"), "files are no parameters");
}

#[test]
fn broken_bodies_say_so() {
    let good = body(&[PRODUCT]);
    let many = body(&vec![PRODUCT; 101]);
    let rows = [
        ("multipart/form-data", good.as_str(), "names no boundary"),
        (TYPE, "", "first boundary"),
        (TYPE, "--b 1", "line break"),
        (TYPE, &good[..good.len() - 8], "last boundary"),
        (
            TYPE,
            "--b 1\r\nContent-Disposition: form-data; name=a\r\n--b 1--",
            "end of its headers",
        ),
        (TYPE, "--b 1\r\n\r\nx\r\n--b 1--", "no name"),
        (TYPE, &many, "too many parts"),
    ];
    for (content_type, text, expected) in rows {
        let error = parts(content_type, text.as_bytes()).expect_err(expected);
        assert_eq!(error.code, 100);
        assert!(error.message.contains(expected), "{expected}: {}", error.message);
    }
}

#[test]
fn an_upload_is_a_file_with_a_type() {
    let check = |text: &str, query: &str, expected: Result<&str, &str>| {
        let params = Params::merge(query, Some(TYPE), text.as_bytes()).expect("well formed");
        let parts = parts(TYPE, text.as_bytes()).expect("well formed");
        let told = |error: GraphError| error.message.into_owned();
        let got = MediaUpload::of(&params, &parts)
            .map(|upload| upload.mime.to_owned())
            .map_err(told);
        match expected {
            Ok(mime) => assert_eq!(got, Ok(mime.to_owned())),
            Err(part) => assert!(
                got.as_ref().is_err_and(|message| message.contains(part)),
                "{got:?}"
            ),
        }
    };
    let named = ("Content-Disposition: form-data; name=\"type\"", "image/jpeg");
    let bare = "Content-Disposition: form-data; name=\"file\"; filename=\"a\"";
    let vague = "Content-Disposition: form-data; name=\"file\"\r\nContent-Type: application/octet-stream";
    check(&body(&[PRODUCT, (FILE, "x")]), "", Ok("image/png"));
    check(
        &body(&[(FILE, "x"), named]),
        "messaging_product=whatsapp",
        Ok("image/png"),
    );
    check(&body(&[PRODUCT, (bare, "x"), named]), "", Ok("image/jpeg"));
    check(&body(&[PRODUCT, (vague, "x"), named]), "", Ok("image/jpeg"));
    check(&body(&[(FILE, "x")]), "", Err("messaging_product"));
    check(&body(&[PRODUCT]), "", Err("parameter file"));
    check(&body(&[PRODUCT, (bare, "x")]), "", Err("parameter type"));
}

#[test]
fn batches_are_lists_of_calls() {
    let batch = r#"[{"method":"GET","relative_url":"v25.0/1?fields=id"},{"method":"POST","relative_url":"1/messages","body":"a=1","omit_response_on_success":true}]"#;
    let query = serde_urlencoded::to_string([("batch", batch), ("include_headers", "false")]).expect("pairs");
    let (items, headers) = batch_of(&Params::of_query(&query)).expect("well formed");
    assert_eq!(
        (
            items.len(),
            headers,
            items[1].body.as_deref(),
            items[1].omit_response_on_success
        ),
        (2, false, Some("a=1"), true)
    );
    for (query, expected) in [
        ("", "parameter batch is required"),
        ("batch=7", "must be an array"),
        ("batch=[]", "1 to 50"),
        ("batch=[{\"method\":\"GET\"}]", "batch[0]"),
    ] {
        let error = batch_of(&Params::of_query(query)).expect_err(query);
        assert!(error.message.contains(expected), "{query}: {}", error.message);
    }
    let answer = BatchAnswer {
        code: 200,
        headers: vec![BatchHeader {
            name: "ETag".to_owned(),
            value: "\"x\"".to_owned(),
        }],
        body: r#"{"id":"1"}"#.to_owned(),
    };
    let bytes = batch_answer(&[Some(answer), None]);
    let expected =
        r#"[{"code":200,"headers":[{"name":"ETag","value":"\"x\""}],"body":"{\"id\":\"1\"}"},null]"#;
    assert_eq!(String::from_utf8(bytes).expect("ASCII"), expected);
}
