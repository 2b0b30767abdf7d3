//! Templates: bodies in, filters, answers out.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::fields::Fields;
use crate::phone::Quality;
use crate::template::{
    ButtonKind, Category, CreateTemplate, DeleteTemplates, EditTemplate, ParameterFormat, RejectedReason,
    Summary, TemplateFilter, TemplateNode, TemplateQuality, TemplateStatus, created, edited,
};
use crate::{GraphId, Kind, NodeId, Params};

const JSON: Option<&str> = Some("application/json");

fn params(body: &str) -> Params {
    Params::merge("", JSON, body.as_bytes()).expect(body)
}

fn full() -> Value {
    json!({
        "name": "order_update", "language": "en_US", "category": "utility", "parameter_format": "named",
        "allow_category_change": "true", "message_send_ttl_seconds": "60",
        "components": [
            {"type": "header", "format": "TEXT", "text": "Hi {{1}}", "example": {"header_text": "Ann"}},
            {"type": "BODY", "text": "Order {{1}} of {{2}}", "example": {"body_text": [["7", "May"]]}, "add_security_recommendation": true},
            {"type": "FOOTER", "text": "Bye"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Stop"},
                {"type": "url", "text": "See", "url": "https://example.com/{{1}}", "example": ["https://example.com/a"]},
                {"type": "COPY_CODE", "example": "ABC"},
                {"type": "HOLOGRAM", "beam": 3},
            ]},
        ],
    })
}

fn node() -> TemplateNode {
    let template = CreateTemplate::of(params(&full().to_string())).expect("good");
    TemplateNode {
        id: GraphId::new(Kind::Template, 1, 4).expect("small").into(),
        name: template.name,
        language: template.language,
        status: TemplateStatus::Approved,
        category: template.category,
        parameter_format: template.parameter_format,
        components: template.components,
        quality_score: TemplateQuality {
            score: Quality::Green,
            date: 1_739_321_024,
            reasons: Vec::new(),
        },
        rejected_reason: RejectedReason::None,
        previous_category: None,
        correct_category: None,
        message_send_ttl_seconds: template.message_send_ttl_seconds,
        library_template_name: None,
        last_updated_time: Some(crate::time::graph_time(1_739_321_024)),
        health_status: None,
    }
}

#[test]
fn a_template_is_read_leniently_and_kept_whole() {
    let template = CreateTemplate::of(params(&full().to_string())).expect("good");
    assert_eq!(template.category, Category::Utility);
    assert_eq!(template.parameter_format, ParameterFormat::Named);
    assert!(template.allow_category_change);
    assert_eq!(template.message_send_ttl_seconds, Some(60));
    let example = |at: usize| template.components[at].example.clone().expect("an example");
    assert_eq!(example(0).header_text, ["Ann"]);
    assert_eq!(example(1).body_text, [["7", "May"]]);
    assert_eq!(template.components[1].extra["add_security_recommendation"], true);
    let buttons = &template.components[3].buttons;
    assert_eq!(
        (&buttons[1].kind, buttons[2].example.as_slice()),
        (&ButtonKind::Url, &["ABC".to_owned()][..])
    );
    assert_eq!(buttons[3].kind, ButtonKind::Other("HOLOGRAM".to_owned()));
    assert_eq!(buttons[3].extra["beam"], 3);

    let flat = r#"{"name":"a","language":"en","category":"MARKETING","components":[{"type":"BODY","text":"{{1}} {{2}} x","example":{"body_text":["1","2"]}}]}"#;
    let flat = CreateTemplate::of(params(flat)).expect("good");
    assert_eq!(
        flat.components[0].example.clone().expect("an example").body_text,
        [["1", "2"]]
    );
    assert_eq!(flat.parameter_format, ParameterFormat::Positional);

    let form = "name=a&language=en&category=UTILITY&components=[{\"type\":\"BODY\",\"text\":\"x\"}]";
    let form = Params::merge("", Some("application/x-www-form-urlencoded"), form.as_bytes()).expect("form");
    assert_eq!(
        CreateTemplate::of(form).expect("good").components[0]
            .text
            .as_deref(),
        Some("x")
    );
}

#[test]
fn every_defect_names_its_parameter() {
    let rows = [
        r#"{}"#,
        r#"{"name":"a"}"#,
        r#"{"name":5,"language":"en"}"#,
        r#"{"name":"a","language":"en"}"#,
        r#"{"name":"a","language":"en","category":"SPAM"}"#,
        r#"{"name":"a","language":"en","category":"UTILITY"}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","components":{}}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","parameter_format":"ROMAN","components":[]}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","components":[{"text":"x"}]}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","components":[{"type":"TORSO"}]}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","components":[{"type":"HEADER","format":"SMELL"}]}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","components":[{"type":"BODY","text":5}]}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","components":[{"type":"BODY","example":{"body_text":"x"}}]}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","components":[{"type":"BODY","example":{"body_text":[[1]]}}]}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","components":[{"type":"BODY","example":{"body_text_named_params":[{"param_name":"x"}]}}]}"#,
        r#"{"name":"a","language":"en","category":"UTILITY","components":[{"type":"BUTTONS","buttons":[{"text":"x"}]}]}"#,
    ];
    let mut table = String::new();
    for row in rows {
        let error = CreateTemplate::of(params(row)).expect_err(row);
        assert_eq!((error.code, error.details), (100, None), "{row}");
        table.push_str(&format!("{row}\n    {}\n", error.message));
    }
    assert_snapshot!(table);
}

#[test]
fn edits_and_deletions() {
    let edit = EditTemplate::of(params(r#"{"category":"MARKETING"}"#)).expect("good");
    assert_eq!(
        (edit.category, edit.components),
        (Some(Category::Marketing), None)
    );
    let nothing = EditTemplate::of(params(r#"{"name":"a","components":[]}"#)).expect_err("nothing to do");
    assert_eq!(nothing.message, "(#100) The parameter components is required.");

    let rows = [
        ("name=a", Ok(DeleteTemplates::ByName("a".to_owned()))),
        (
            "name=a&hsm_id=7",
            Ok(DeleteTemplates::One {
                name: "a".to_owned(),
                id: NodeId(7),
            }),
        ),
        (
            "hsm_ids=[7,8]",
            Ok(DeleteTemplates::Bulk(vec![NodeId(7), NodeId(8)])),
        ),
        ("", Err("(#100) The parameter name is required.")),
        ("hsm_id=7", Err("(#100) The parameter name is required.")),
        ("name=a&hsm_id=x", Err("(#100) Param hsm_id must be an id.")),
    ];
    for (query, expected) in rows {
        let got = DeleteTemplates::of(&Params::of_query(query)).map_err(|error| error.message.into_owned());
        assert_eq!(got, expected.map_err(str::to_owned), "{query}");
    }
}

#[test]
fn filters_come_in_all_spellings() {
    let rows = [
        ("", true),
        ("status=APPROVED,PAUSED", true),
        ("status=[\"APPROVED\"]", true),
        ("status=approved", true),
        ("status=PAUSED", false),
        ("category=UTILITY", true),
        ("category=MARKETING", false),
        ("language=en_US", true),
        ("language=[\"de\",\"en_US\"]", true),
        ("language=en", false),
        ("name=order", true),
        ("name=Nothing", false),
        ("content=order%20%7B%7B1", true),
        ("content=update", false),
        ("name_or_content=update", true),
        ("name_or_content=bye", true),
        ("quality_score=GREEN", true),
        ("quality_score=RED", false),
        ("status=APPROVED&category=MARKETING", false),
    ];
    for (query, expected) in rows {
        let filter = TemplateFilter::of(&Params::of_query(query)).expect(query);
        assert_eq!(filter.matches(&node()), expected, "{query}");
    }
}

#[test]
fn summaries_hold_what_was_asked_for() {
    let summary = Summary {
        total_count: 3,
        message_template_count: 5,
        message_template_limit: 250,
        are_translations_complete: true,
    };
    let check = |query: &str, expected: Option<Value>| {
        assert_eq!(summary.select(&Params::of_query(query)).expect(query), expected);
    };
    check("", None);
    check("summary=total_count", Some(json!({"total_count": 3})));
    check("summary=true", Some(json!({"total_count": 3})));
    check(
        "summary=message_template_count,message_template_limit,are_translations_complete",
        Some(
            json!({"message_template_count": 5, "message_template_limit": 250, "are_translations_complete": true}),
        ),
    );
    let error = summary
        .select(&Params::of_query("summary=mood"))
        .expect_err("unknown");
    assert!(error.message.contains("(mood)"));
}

#[test]
fn templates_as_clients_see_them() {
    let id = node().id;
    let all = "quality_score,rejected_reason,last_updated_time,message_send_ttl_seconds,previous_category";
    let shown = [
        ("default fields", node().select(None).expect("defaults")),
        (
            "on request",
            node()
                .select(Some(&Fields::parse(all).expect("fields")))
                .expect("known"),
        ),
        (
            "created",
            created(id, &TemplateStatus::Pending, &Category::Utility),
        ),
        ("edited", edited(id, "order_update", &Category::Utility)),
    ];
    let text: Vec<String> = shown
        .iter()
        .map(|(name, value)| format!("{name}\n{value:#}"))
        .collect();
    assert_snapshot!(text.join("\n\n"));
    let fields = Fields::parse("id,mood").expect("fields");
    assert!(
        node()
            .select(Some(&fields))
            .expect_err("unknown")
            .message
            .contains("(mood)")
    );
}
