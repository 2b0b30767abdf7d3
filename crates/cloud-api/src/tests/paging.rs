//! Pages and cursors.

use serde_json::Value;

use crate::paging::PageRequest;
use crate::{Params, json};

const ADDRESS: &str = "http://127.0.0.1:8080/v25.0/2/message_templates";

/// One page of the numbers 10, 20 ... 100, with the answer as JSON.
fn page(query: &str) -> (Vec<u64>, Value) {
    let items: Vec<u64> = (1..=10).map(|tens| tens * 10).collect();
    let request = PageRequest::of(&Params::of_query(query), 100).expect(query);
    let page = request.cut(&items, |item| *item);
    let data = page.items.iter().map(|item| Value::from(*item)).collect();
    (
        page.items.to_vec(),
        json::to_value(&page.answer(data, ADDRESS, query)),
    )
}

fn follow(answer: &Value, link: &str) -> Option<String> {
    let address = answer["paging"][link].as_str()?;
    let (base, query) = address.split_once('?').expect("a link has a query");
    assert_eq!(base, ADDRESS);
    Some(query.to_owned())
}

#[test]
fn links_walk_the_list_both_ways() {
    let start = "fields=name%2Cid&limit=4&access_token=SECRET&method=get";
    let mut query = start.to_owned();
    let mut seen = Vec::new();
    let mut last = loop {
        let (items, answer) = page(&query);
        seen.push(items);
        match follow(&answer, "next") {
            Some(next) => query = next,
            None => break answer,
        }
        assert!(
            query.starts_with("fields=name%2Cid&limit=4&after=QVFI") && !query.contains("SECRET"),
            "{query}"
        );
    };
    while let Some(previous) = follow(&last, "previous") {
        let (items, answer) = page(&previous);
        seen.push(items);
        last = answer;
    }
    let expected: [&[u64]; 5] = [
        &[10, 20, 30, 40],
        &[50, 60, 70, 80],
        &[90, 100],
        &[50, 60, 70, 80],
        &[10, 20, 30, 40],
    ];
    assert_eq!(seen, expected);
}

#[test]
fn lists_that_change_repeat_and_miss_nothing() {
    let (_, answer) = page("limit=4");
    let after = answer["paging"]["cursors"]["after"]
        .as_str()
        .expect("a cursor")
        .to_owned();
    let request = PageRequest::of(&Params::of_query(&format!("limit=2&after={after}")), 100).expect("good");
    // 40 is gone, 45 is new.
    assert_eq!(request.cut(&[10, 20, 30, 45, 50], |item| *item).items, [45, 50]);
    let none: [u64; 0] = [];
    let empty = request.cut(&none, |item| *item).answer(Vec::new(), ADDRESS, "");
    assert_eq!(
        String::from_utf8(json::to_bytes(&empty)).expect("ASCII"),
        r#"{"data":[]}"#
    );
}

#[test]
fn requests_are_checked_by_name() {
    let rows = [
        ("", Ok(25)),
        ("limit=3", Ok(3)),
        ("limit=5000", Ok(100)),
        (
            "limit=99999999999999999999",
            Err("(#100) Param limit must be a non-negative integer."),
        ),
        ("limit=0", Err("(#100) Param limit must be at least 1.")),
        (
            "limit=-1",
            Err("(#100) Param limit must be a non-negative integer."),
        ),
        (
            "after=zzz",
            Err("(#100) Param after must be a cursor of this list."),
        ),
        (
            "before=QVFIAAAAAAAAAAAA",
            Err("(#100) Param before must be a cursor of this list."),
        ),
    ];
    for (query, expected) in rows {
        let got = PageRequest::of(&Params::of_query(query), 100);
        assert_eq!(
            got.map(|request| request.limit)
                .map_err(|error| error.message.into_owned()),
            expected.map_err(str::to_owned),
            "{query}"
        );
    }
}
