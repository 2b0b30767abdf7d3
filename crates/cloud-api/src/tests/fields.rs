//! `fields=`: reading it, and selecting by it.

use serde_json::{Value, json};

use crate::GraphError;
use crate::fields::{Fields, NodeType, select};

const NODE: NodeType = NodeType {
    name: "Thing",
    defaults: &["name", "size"],
    on_request: &["profile", "parts", "phone_numbers", "limit"],
};

/// Written back in a form of its own: calls as `name<argument>`.
fn shown(fields: &Fields) -> String {
    let one = |field: &crate::fields::Field| {
        let calls: String = field
            .calls
            .iter()
            .map(|(name, argument)| format!(".{name}<{argument}>"))
            .collect();
        let inner = field
            .inner
            .as_ref()
            .map(|inner| format!("{{{}}}", shown(inner)))
            .unwrap_or_default();
        format!("{}{calls}{inner}", field.name)
    };
    fields.iter().map(one).collect::<Vec<_>>().join(",")
}

#[test]
fn lists_calls_and_nested_selections_are_read() {
    let rows = [
        ("id", "id"),
        (" id , name ", "id,name"),
        (
            "id,whatsapp_business_profile{about,vertical},status",
            "id,whatsapp_business_profile{about,vertical},status",
        ),
        (
            "phone_numbers.limit(2){id,quality_rating}",
            "phone_numbers.limit<2>{id,quality_rating}",
        ),
        (
            "analytics.start(1).end(2).granularity(DAY).phone_numbers([\"1\",\"2\"])",
            "analytics.start<1>.end<2>.granularity<DAY>.phone_numbers<[\"1\",\"2\"]>",
        ),
        (
            "pricing_analytics.dimensions(PRICING_CATEGORY,COUNTRY),id",
            "pricing_analytics.dimensions<PRICING_CATEGORY,COUNTRY>,id",
        ),
        ("a.f({\"x\":\")\"}){b{c}}", "a.f<{\"x\":\")\"}>{b{c}}"),
        ("a.f()", "a.f<>"),
    ];
    for (text, expected) in rows {
        let fields = Fields::parse(text).expect(text);
        assert_eq!(shown(&fields), expected);
    }
    assert_eq!(
        Fields::parse("a.limit(2)")
            .expect("good")
            .get("a")
            .and_then(|a| a.argument("limit")),
        Some("2")
    );
}

#[test]
fn broken_lists_say_where() {
    let deep = "a{".repeat(40);
    for text in [
        "", ",", "id,", "id}", "a{", "a{b", "a{b}}", "a.f", "a.f(", "a.f([)]", "a.f(\")", "a b", "é", &deep,
    ] {
        let error = Fields::parse(text).expect_err(text);
        assert_eq!(error.code, 2500, "{text}");
        assert!(error.message.contains("at character "), "{}", error.message);
    }
}

#[test]
fn nodes_give_what_was_asked_for() {
    let node = json!({
        "id": "7", "name": "n", "size": 3, "hidden": 1, "limit": null,
        "profile": {"about": "a", "vertical": "v", "id": "p"},
        "parts": [{"x": 1, "y": 2}, {"x": 3}],
        "phone_numbers": {"data": [{"id": "1", "q": 1, "r": 2}], "paging": {}},
    });
    let check = |fields: &str, expected: Result<Value, &str>| {
        let fields = (!fields.is_empty()).then(|| Fields::parse(fields).expect(fields));
        let got = select(&node, fields.as_ref(), &NODE);
        assert_eq!(
            got.map_err(|GraphError { message, .. }| message),
            expected.map_err(|text| text.to_owned().into())
        );
    };
    check("", Ok(json!({"id": "7", "name": "n", "size": 3})));
    check("name", Ok(json!({"id": "7", "name": "n"})));
    check("limit", Ok(json!({"id": "7"})));
    check(
        "id,profile{about,nothing}",
        Ok(json!({"id": "7", "profile": {"about": "a", "id": "p"}})),
    );
    check("parts{x}", Ok(json!({"id": "7", "parts": [{"x": 1}, {"x": 3}]})));
    check(
        "phone_numbers.limit(2){q}",
        Ok(json!({"id": "7", "phone_numbers": {"data": [{"id": "1", "q": 1}], "paging": {}}})),
    );
    check(
        "name,colour",
        Err("(#100) Tried accessing nonexisting field (colour) on node type (Thing)"),
    );
    check(
        "hidden",
        Err("(#100) Tried accessing nonexisting field (hidden) on node type (Thing)"),
    );
}
