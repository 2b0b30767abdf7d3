//! Templates over the wire.

use decider::Millis;

use crate::support::World;

const CREATE: &str = "POST /$WABA/message_templates";
const LIST: &str = "GET /$WABA/message_templates";

/// A template with every kind of part, and things that no rule reads.
const FULL: &str = r#"{"name":"full","language":"en_US","category":"marketing","parameter_format":"positional","components":[
{"type":"header","format":"TEXT","text":"News for {{1}}","example":{"header_text":["Ann"]}},
{"type":"body","text":"Hello {{1}}, the spring collection has arrived in our shop at {{2}} in town.","example":{"body_text":[["Ann","Main Street"]]}},
{"type":"footer","text":"Reply STOP to hear no more"},
{"type":"buttons","buttons":[{"type":"quick_reply","text":"Stop"},{"type":"URL","text":"Shop","url":"https://example.com/{{1}}","example":["spring"]},{"type":"PHONE_NUMBER","text":"Call","phone_number":"+15550001111"}]}]}"#;
const PLAIN: &str = r#"{"name":"plain","language":"en_US","category":"UTILITY","components":[{"type":"BODY","text":"Your order has been shipped to you today."}]}"#;
const NAMED: &str = r#"{"name":"named","language":"de","category":"UTILITY","parameter_format":"NAMED","components":[{"type":"BODY","text":"Hallo {{first_name}}, Ihre Bestellung ist heute unterwegs.","example":{"body_text_named_params":[{"param_name":"first_name","example":"Ann"}]}}]}"#;

#[tokio::test]
async fn a_life() {
    let world = World::new().await;
    let made = world
        .table(&[
            ("every kind of part", CREATE, FULL),
            ("a plain one", CREATE, PLAIN),
            ("with named placeholders", CREATE, NAMED),
            ("read while in review", "GET /400000010000001", ""),
        ])
        .await;
    world.advance(Millis::days(2)).await;
    let rest = world
        .table(&[
            ("read after the review", "GET /400000010000001?fields=name,status,quality_score,rejected_reason,last_updated_time,health_status", ""),
            ("a footer alone is no template", "POST /400000010000002", r#"{"components":[{"type":"FOOTER","text":"x"}]}"#),
            ("edited", "POST /400000010000002", r#"{"components":[{"type":"BODY","text":"Your order has been shipped to you this morning."}]}"#),
            ("edited while in review", "POST /400000010000002", r#"{"category":"MARKETING"}"#),
            ("the category of an approved one", "POST /400000010000001", r#"{"category":"UTILITY"}"#),
            ("unpaused though not paused", "POST /400000010000001/unpause", ""),
            ("one language deleted", "DELETE /$WABA/message_templates?name=named&hsm_id=400000010000003", ""),
            ("all languages deleted", "DELETE /$WABA/message_templates?name=plain", ""),
            ("deleted again", "DELETE /$WABA/message_templates?name=plain", ""),
            ("several deleted by id", "DELETE /$WABA/message_templates?hsm_ids=[400000010000000,400000010000001]", ""),
            ("nothing is left", LIST, ""),
            ("a deleted one", "GET /400000010000001", ""),
        ])
        .await;
    insta::assert_snapshot!(format!("{made}{rest}"));
}

#[tokio::test]
async fn listed() {
    let world = World::new().await;
    for body in [FULL, PLAIN, NAMED] {
        assert_eq!(world.call(CREATE, body).await.status, 200);
    }
    let ids = "fields=id,status";
    let list = |rest: &str| format!("{LIST}?{ids}&{rest}");
    let first = world.call(&list("limit=2&name_or_content=a"), "").await.body;
    let value: serde_json::Value = serde_json::from_str(&first).expect("answers are JSON");
    let next = value["paging"]["next"].as_str().expect("there is a second page");
    let next = next
        .strip_prefix("http://sandbox.test")
        .expect("links lead back here");
    let filters = [
        ("one status", list("status=APPROVED")),
        ("in lower case", list("status=approved")),
        ("several", list("status=APPROVED,PENDING&limit=1")),
        (
            "as JSON",
            list("status=%5B%22PENDING%22%5D&category=%5B%22MARKETING%22%5D"),
        ),
        ("by language", list("language=de")),
        ("by name, in part", list("name=PLA")),
        ("by content", list("content=spring")),
        ("by quality", list("quality_score=RED")),
        ("by quality not yet known", list("quality_score=UNKNOWN&limit=1")),
        ("the first page", list("limit=2&name_or_content=a")),
        ("the page after it", format!("GET {next}")),
        (
            "nested fields",
            format!("{LIST}?name=plain&fields=name,components%7Btype%7D"),
        ),
        (
            "with a summary",
            list(
                "limit=1&summary=total_count,message_template_count,message_template_limit,are_translations_complete",
            ),
        ),
        ("a summary of something else", list("summary=colour")),
        ("a cursor of another list", list("after=QVFI")),
        ("no items a page", list("limit=0")),
        ("a limit that is no number", list("limit=many")),
        (
            "an account that is not there",
            "GET /200000010000007/message_templates".to_owned(),
        ),
    ];
    let rows: Vec<(&str, &str, &str)> = filters
        .iter()
        .map(|(what, call)| (*what, call.as_str(), ""))
        .collect();
    insta::assert_snapshot!(world.table_of_nothing(&rows).await);
}

#[tokio::test]
async fn every_defect() {
    let world = World::new().await;
    let with = |components: &str| {
        format!(r#"{{"name":"t","language":"en_US","category":"UTILITY","components":{components}}}"#)
    };
    let body = |text: &str, samples: &str| {
        with(&format!(
            r#"[{{"type":"BODY","text":"{text}","example":{{"body_text":[{samples}]}}}}]"#
        ))
    };
    let long = body(&"long ".repeat(300), "[]");
    let ids = ["400000010000000"; 101].join(",");
    let too_many = format!("DELETE /$WABA/message_templates?hsm_ids=[{ids}]");
    let table = world
        .table_of_nothing(&[
            ("nothing", CREATE, "{}"),
            ("no name", CREATE, &FULL.replace(r#""name":"full","#, "")),
            (
                "a name that is none",
                CREATE,
                &FULL.replace("\"full\"", "\"Full Name\""),
            ),
            ("no language", CREATE, &FULL.replace(r#""language":"en_US","#, "")),
            (
                "no category",
                CREATE,
                &FULL.replace(r#""category":"marketing","#, ""),
            ),
            ("an unknown category", CREATE, &FULL.replace("marketing", "FUN")),
            ("an unknown format", CREATE, &FULL.replace("positional", "FREE")),
            ("no components", CREATE, &with("[]")),
            (
                "from the library",
                CREATE,
                r#"{"name":"t","language":"en_US","category":"UTILITY","library_template_name":"x"}"#,
            ),
            ("components of the wrong type", CREATE, &with("5")),
            ("an unknown component", CREATE, &with(r#"[{"type":"SIDEBAR"}]"#)),
            (
                "a text of the wrong type",
                CREATE,
                &with(r#"[{"type":"BODY","text":5}]"#),
            ),
            ("no body", CREATE, &with(r#"[{"type":"FOOTER","text":"x"}]"#)),
            (
                "two bodies",
                CREATE,
                &with(r#"[{"type":"BODY","text":"one body"},{"type":"BODY","text":"two bodies"}]"#),
            ),
            (
                "begins with a placeholder",
                CREATE,
                &body("{{1}}, your order is on its way to you.", r#"["Ann"]"#),
            ),
            (
                "ends with a placeholder",
                CREATE,
                &body("Your order is on its way to you, {{1}}", r#"["Ann"]"#),
            ),
            ("too long", CREATE, &long),
            (
                "exists already",
                CREATE,
                &PLAIN.replace("\"plain\"", "\"hello_world\""),
            ),
            ("edited with nothing", "POST /400000010000000", "{}"),
            ("edited, not there", "POST /400000010000077", PLAIN),
            (
                "deleted, unknown",
                "DELETE /$WABA/message_templates?name=nope",
                "",
            ),
            ("deleted, no name", "DELETE /$WABA/message_templates", ""),
            (
                "deleted, another account's id",
                "DELETE /$WABA/message_templates?name=hello_world&hsm_id=400000020000000",
                "",
            ),
            ("deleted, too many by id", &too_many, ""),
            ("unpaused, not there", "POST /400000010000077/unpause", ""),
        ])
        .await;
    insta::assert_snapshot!(table);
}
