//! Whatever comes in: nothing panics, nothing that could send passes for something harmless, and nothing is changed that
//! need not be. Fuzz targets of the webhook path and the proxy path: `cargo test` tries some inputs, `cargo bolero test` more.

use std::borrow::Cow;

use axum::http::Method;
use cloud_api::webhook::received;
use decider::CellId;

use crate::graph::kind::{Kind, kind};
use crate::graph::outline::outline;
use crate::wire::callback::{Mark, marked, put_back};
use crate::wire::links::{Links, of_link};

const MARK: Mark = Mark {
    installation: 7,
    cell: 1,
    attempt: 2,
};

/// The webhook path: any body is read, and comes out as it was unless a mark of ours is in it.
#[test]
fn webhooks() {
    bolero::check!().for_each(|body: &[u8]| {
        // Unreadable is an answer, too.
        let _ = received::read(body);
        let out = put_back(body, MARK.installation);
        let prefix = b"gs1.";
        if !body.windows(prefix.len()).any(|window| window == prefix) {
            assert!(matches!(out, Cow::Borrowed(_)), "changed without need");
        }
        assert!(out.len() <= body.len(), "putting back only takes away");
    });
}

/// The proxy path: any request line is judged, and one to a path for messages is never taken for harmless.
#[test]
fn request_lines() {
    let methods = ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "get", "post"];
    bolero::check!()
        .with_type::<(u8, String, String, Option<String>)>()
        .for_each(|(method, path, query, in_body)| {
            let method = Method::from_bytes(methods[usize::from(*method) % methods.len()].as_bytes());
            let Ok(method) = method else { return };
            let judged = kind(&method, path, query, in_body.as_deref());
            if matches!(judged, Kind::Write { .. }) {
                assert!(
                    !path.trim_end_matches('/').ends_with("messages"),
                    "{method} {path} is taken for a write"
                );
            }
            let line = kind(&Method::POST, &format!("/106/messages{path}"), query, None);
            assert!(
                !matches!(line, Kind::Read { .. } | Kind::Write { .. }),
                "/106/messages{path} passes unseen"
            );
        });
}

/// Bodies of sends: read or refused; marked ones differ in nothing but the mark.
#[test]
fn sends() {
    bolero::check!().for_each(|body: &[u8]| {
        // Refused is an answer, too.
        let _ = outline("", None, body);
        let _ = outline("", Some("application/x-www-form-urlencoded"), body);
        let json: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_slice(body).ok();
        let Some(mut before) = json else { return };
        let out = marked(body, false, None, MARK);
        let mut after: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&out).expect("what was JSON still is");
        before.remove("biz_opaque_callback_data");
        assert!(
            after.remove("biz_opaque_callback_data").is_some(),
            "the mark is there"
        );
        assert_eq!(before, after);
    });
}

/// Answers and links: any are rewritten without a panic, and no link opens that was not made here.
#[test]
fn answers() {
    let links = Links {
        base: "https://wa.example",
        key: b"key",
        cell: CellId(1),
    };
    bolero::check!().for_each(|body: &[u8]| {
        links.rewritten(body);
        if let Ok(text) = core::str::from_utf8(body) {
            links.moved(text);
            assert_eq!(of_link(b"key", text), None, "a link out of nothing");
        }
    });
}
