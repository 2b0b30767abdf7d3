//! Ids round-trip; anything else is refused. Recipients in almost any format.

use proptest::prelude::*;

use crate::ids::{CELL_MAX, INDEX_MAX};
use crate::{Direction, GraphId, Kind, NodeId, UserId, Wamid, normalise_recipient};

const KINDS: [Kind; 8] = [
    Kind::Portfolio,
    Kind::Waba,
    Kind::Phone,
    Kind::Template,
    Kind::App,
    Kind::User,
    Kind::Media,
    Kind::Flow,
];

proptest! {
    #[test]
    fn objects(kind in 0..8_usize, cell in 0..=CELL_MAX, index in 0..=INDEX_MAX) {
        let id = GraphId::new(KINDS[kind], cell, index).expect("in range");
        prop_assert_eq!(GraphId::parse(&id.to_string()), Some(id));
        prop_assert_eq!((id.kind(), id.cell(), id.index()), (KINDS[kind], cell, index));
        prop_assert_eq!(id.to_string().len(), 15);
        prop_assert!(id.number() < 1 << 53);
        prop_assert_eq!(NodeId::from(id).to_string(), id.to_string());
    }

    #[test]
    fn messages(cell in 0..=CELL_MAX, number: u32, sequence: u32, inbound: bool) {
        let direction = if inbound { Direction::Inbound } else { Direction::Outbound };
        let wamid = Wamid::new(cell, number, sequence, direction).expect("in range");
        let text = wamid.to_string();
        prop_assert!(text.starts_with("wamid.HBg"), "{}", text);
        prop_assert_eq!(Wamid::parse(&text), Some(wamid));
        prop_assert_eq!(
            (wamid.cell(), wamid.number(), wamid.sequence(), wamid.direction()),
            (cell, number, sequence, direction)
        );
    }

    #[test]
    fn a_changed_message_id_is_refused(sequence: u32, at in 9..30_usize, ch in "[A-Za-z0-9_-]") {
        let text = Wamid::new(3, 1, sequence, Direction::Outbound).expect("in range").to_string();
        let mut changed = text.clone();
        changed.replace_range(at..=at, &ch);
        prop_assert!(changed == text || Wamid::parse(&changed).is_none(), "{}", changed);
    }

    #[test]
    fn people(cell in 0..=CELL_MAX, contact: u32) {
        let id = UserId::new(cell, contact).expect("in range");
        prop_assert_eq!(UserId::parse(&id.to_string()), Some(id));
        prop_assert_eq!((id.cell(), id.contact()), (cell, contact));
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC*", digits in "(US\\.)?[0-9]{0,25}", bytes in "wamid\\.[A-Za-z0-9_=-]{0,40}") {
        for text in [text, digits, bytes] {
            if let Some(id) = GraphId::parse(&text) { prop_assert_eq!(id.to_string(), text.as_str()); }
            if let Some(id) = NodeId::parse(&text) { prop_assert_eq!(id.to_string(), text.as_str()); }
            if let Some(id) = UserId::parse(&text) { prop_assert_eq!(id.to_string(), text.as_str()); }
            if let Some(id) = Wamid::parse(&text) { prop_assert_eq!(id.to_string(), text.as_str()); }
            let _ = normalise_recipient(&text);
        }
    }
}

#[test]
fn ids_have_their_form() {
    let rows = [
        (
            GraphId::new(Kind::Phone, 1, 2).map(|id| id.to_string()),
            Some("300000010000002"),
        ),
        (
            GraphId::new(Kind::Flow, CELL_MAX, INDEX_MAX).map(|id| id.to_string()),
            Some("899999999999999"),
        ),
        (
            GraphId::new(Kind::Waba, CELL_MAX + 1, 0).map(|id| id.to_string()),
            None,
        ),
        (
            GraphId::new(Kind::Waba, 0, INDEX_MAX + 1).map(|id| id.to_string()),
            None,
        ),
        (
            UserId::new(12, 34).map(|id| id.to_string()),
            Some("US.100000120000000034"),
        ),
        (UserId::new(CELL_MAX + 1, 0).map(|id| id.to_string()), None),
        (
            Wamid::new(CELL_MAX + 1, 0, 0, Direction::Inbound).map(|id| id.to_string()),
            None,
        ),
    ];
    for (id, expected) in rows {
        assert_eq!(id.as_deref(), expected);
    }
    for text in [
        "",
        "0",
        "9000000100000020",
        "000000010000002",
        "900000010000002",
        "wamid.",
        "wamid.HBgL",
        "US.1",
    ] {
        let read = (GraphId::parse(text), Wamid::parse(text), UserId::parse(text));
        assert_eq!(read, (None, None, None), "{text}");
    }
}

#[test]
fn recipients() {
    let rows = [
        ("+1 650 555 1234", Ok(16_505_551_234)),
        ("16505551234", Ok(16_505_551_234)),
        ("+1 (650) 555-1234", Ok(16_505_551_234)),
        ("001.650.555.1234", Ok(16_505_551_234)),
        (" +49\u{a0}30/901820\u{2013}0 ", Ok(49_309_018_200)),
        ("999999999999999", Ok(999_999_999_999_999)),
        ("1234567", Ok(1_234_567)),
        ("9999999999999999", Err("it has more than 15 digits")),
        ("123456", Err("it has fewer than 7 digits")),
        ("", Err("it has fewer than 7 digits")),
        (
            "0650 555 1234",
            Err("it starts with 0; give the country code, without leading zeros"),
        ),
        (
            "call me",
            Err("it holds something that is no part of a phone number"),
        ),
        (
            "++16505551234",
            Err("it holds something that is no part of a phone number"),
        ),
    ];
    for (to, expected) in rows {
        let got = normalise_recipient(to);
        match expected {
            Ok(number) => assert_eq!(got, Ok(number), "{to}"),
            Err(why) => {
                let error = got.expect_err(to);
                let details = error.details.as_deref().unwrap_or_default();
                assert_eq!(error.code, 131_009);
                assert!(
                    details.starts_with("Parameter to is not") && details.contains(why),
                    "{details}"
                );
            }
        }
    }
}
