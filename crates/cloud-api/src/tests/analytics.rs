//! Questions about figures, in the spellings of several clients.

use crate::Params;
use crate::analytics::{Comparison, Dimension, Granularity, Question, TemplateQuestion};
use crate::fields::Fields;
use crate::time::day;

fn question(text: &str) -> Result<Question, String> {
    let fields = Fields::parse(text).expect(text);
    let field = fields.iter().next().expect("there is one");
    Question::of(field).map_err(|error| error.message.into_owned())
}

#[test]
fn every_spelling_is_read() {
    let rows = [
        "pricing_analytics.start(1).end(2).granularity(DAILY).country_codes([US,IN]).dimensions(PHONE,TIER).phone_numbers([1555])",
        "pricing_analytics.start(1).end(2).granularity(DAY).country_codes(US,IN).dimensions([PHONE,TIER]).phone_numbers(+1-555)",
        r#"pricing_analytics.start(1).end(2).granularity("DAY").country_codes(["us","in"]).dimensions(["PHONE","TIER"]).phone_numbers(["1555"])"#,
        "pricing_analytics.start(1000).end(2000).granularity(day).country_codes(['US', 'IN']).dimensions(['PHONE','TIER']).phone_numbers(['1555'])",
    ];
    for text in rows {
        let got = question(text).expect(text);
        assert_eq!(got.granularity, Granularity::Day, "{text}");
        assert_eq!(got.country_codes, ["US", "IN"], "{text}");
        assert_eq!(got.dimensions, [Dimension::Phone, Dimension::Tier], "{text}");
        assert_eq!(got.phone_numbers, [1_555], "{text}");
        assert!(got.wants("COST") && got.categories.is_empty());
    }
    let millis = question("analytics.start(1700000000000).end(1700000001000).granularity(MONTH)").unwrap();
    assert_eq!((millis.start, millis.end), (1_700_000_000, 1_700_000_001));
    let conversations = question(
        "conversation_analytics.start(1).end(2).granularity(HALF_HOUR).metric_types([COST]).conversation_categories([UTILITY]).conversation_types([]).conversation_directions([USER_INITIATED])",
    );
    let conversations = conversations.unwrap();
    assert!(!conversations.wants("CONVERSATION"));
    assert_eq!(
        (conversations.categories, conversations.directions),
        (vec!["UTILITY".into()], vec!["USER_INITIATED".into()])
    );
}

#[test]
fn what_is_wrong_is_named() {
    let rows = [
        (
            "analytics.end(2).granularity(DAY)",
            "The parameter start is required.",
        ),
        (
            "analytics.start(x).end(2).granularity(DAY)",
            "start must be a Unix timestamp",
        ),
        (
            "analytics.start(1).end(2).granularity(DAY).phone_numbers([x])",
            "phone_numbers must be a list of phone numbers",
        ),
        (
            "analytics.start(1).end(2).granularity(DAY).product_types([x])",
            "product_types must be a list of integers",
        ),
        (
            "analytics.start(1).end(2).granularity(DAY).dimensions(X)",
            "dimensions may hold PHONE, COUNTRY, the category, type and direction, and TIER",
        ),
    ];
    for (text, told) in rows {
        let got = question(text).unwrap_err();
        assert!(got.contains(told), "{text}: {got}");
    }
}

#[test]
fn templates_are_asked_for_by_day() {
    let of = |query: &str| TemplateQuestion::of(&Params::of_query(query));
    let both = of("start=1718064000&end=2024-06-12&granularity=daily&metric_types=cost%2Csent&template_ids=[1421988012088524%2C2632273056924580]").unwrap();
    assert_eq!(
        (both.start, both.end, both.template_ids.len()),
        (1_718_064_000, 1_718_150_400, 2)
    );
    assert!(both.wants("COST") && both.wants("SENT") && !both.wants("READ"));
    assert!(of("start=1&end=2&granularity=daily&template_ids=1&product_type=OTHER").is_err());
    let compared = Comparison::of(&Params::of_query(
        "template_ids=[5]&start=1700000000000&end=1700604800",
    ));
    assert_eq!(compared.unwrap().start, 1_700_000_000);
    assert!(Comparison::of(&Params::of_query("template_ids=[5,6]&start=1&end=2")).is_err());
}

#[test]
fn days_are_read_as_days() {
    let rows = [
        ("1970-01-01", Some(0)),
        ("2000-02-29", Some(951_782_400)),
        ("2001-02-29", None),
        ("2024-06-12", Some(1_718_150_400)),
        ("2025-12-31", Some(1_767_139_200)),
        ("2026-01-01", Some(1_767_225_600)),
        ("2026-13-01", None),
        ("2026-04-31", None),
        ("99999-01-01", None),
        ("yesterday", None),
    ];
    for (text, expected) in rows {
        assert_eq!(day(text), expected, "{text}");
    }
}
