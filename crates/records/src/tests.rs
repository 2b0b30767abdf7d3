//! Files as people send them, and what is made of them.

use super::*;

fn told<R: Record + std::fmt::Debug>(format: Format, text: &str) -> String {
    let mut told = String::new();
    let report = match read(format, text.as_bytes(), |line, row: R| {
        told.push_str(&format!("{line}: {}\n", row.to_values().join(" | ")))
    }) {
        Ok(report) => report,
        Err(error) => return format!("{error}\n"),
    };
    for bad in &report.bad_rows {
        told.push_str(&format!(
            "line {}, {:?} {}. {}\n",
            bad.line, bad.column, bad.what, bad.advice
        ));
    }
    told.push_str(&format!(
        "{} good, {} bad, unknown: {:?}\n",
        report.good, report.bad, report.unknown_columns
    ));
    told
}

const CONSENTS: &str = "\u{feff}WA ID,Topic,category,Source,Timestamp,expires-at,text,proof,favourite colour
+49 151 1234-5678,offers,,website,2026-03-01T09:30:00Z,,\"Yes, write to me\",form 7,red
4915112345678,,marketing;utility,Point of sale,2026-03-01,2027-03-01,,,
15550001111,receipts,,,1772357400,,,,
0151123456,offers,,website,2026-03-01,,,,
4.91511E+12,offers,,website,2026-03-01,,,,
15550001111,,,website,2026-03-01,,,,
15550001111,offers,fun,website,2026-03-01,,,,
15550001111,offers,,pigeon,2026-03-01,,,,
15550001111,offers,,website,,,,,
15550001111,offers,,website,yesterday,,,,
15550001111,offers,,website,2026-03-01,2025-03-01,,,
,offers,,website,2026-03-01,,,,
15550001111,offers,,website,2026-03-01,,Yes, write to me,form 7,red,more
15550001111,offers,,website,9999999999999,,,,
";

#[test]
fn rows_that_cannot_be_used_are_told_by_line_and_column() {
    insta::assert_snapshot!(told::<ConsentRow>(Format::Csv, CONSENTS));
}

#[test]
fn the_other_kinds_of_rows() {
    let suppressions = "phone;reason;until\n15550001111;Complaint;\n15550001112;legal;2027-01-01T00:00:00+01:00\n15550001113;fun;\n";
    let sends = "phone\tuser_id\tsent_at\n15550001111\t\t2026-03-01 09:30:00Z\n\tUS.1349\t1772357400123\n\tUS 1349\t1\n15550001111\t\t\n";
    let json = "{\"phone\":15550001111,\"categories\":[\"marketing\",\"utility\"],\"reason\":\"request\",\"note\":1}\n\n[]\n{\"phone\":null}\nnonsense\n";
    let all = [
        told::<SuppressionRow>(Format::Csv, suppressions),
        told::<SendRow>(Format::Csv, sends),
        told::<SuppressionRow>(Format::JsonLines, json),
        told::<SendRow>(Format::Csv, "name,colour\nAnn,red\n"),
        told::<SendRow>(Format::Csv, ""),
        told::<SendRow>(Format::JsonLines, ""),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_was_written_is_read_back() {
    let mut rows: Vec<ConsentRow> = Vec::new();
    read(Format::Csv, CONSENTS.as_bytes(), |_, row| rows.push(row)).expect("readable");
    rows[0].proof = "=cmd|' /C calc'!A0".to_owned();
    rows[1].withdrawn = rows[1].expires.take();
    rows[2].who = Who::User("US.13491208655302741918".to_owned());
    let hashed = rows[2].who.key().map(sender::ids::PersonKey::to_text);
    let mut same = rows[2].clone();
    same.who = Who::of_text(&hashed.expect("a key"));
    assert_eq!(same.who.key(), rows[2].who.key());
    rows.push(same);
    for format in [Format::Csv, Format::JsonLines] {
        let mut writer = Writer::new::<ConsentRow>(format, Vec::new()).expect("memory");
        for row in &rows {
            writer.write(row).expect("memory");
        }
        let bytes = writer.finish().expect("memory");
        assert!(
            !bytes.windows(2).any(|pair| pair == b",="),
            "no formula for a spreadsheet"
        );
        let mut again: Vec<ConsentRow> = Vec::new();
        let report = read(format, bytes.as_slice(), |_, row| again.push(row)).expect("readable");
        assert_eq!((report.bad, &again), (0, &rows), "{format:?}");
    }
}

#[test]
fn rows_become_what_the_sender_keeps() {
    let mut rows: Vec<ConsentRow> = Vec::new();
    read(Format::Csv, CONSENTS.as_bytes(), |_, row| rows.push(row)).expect("readable");
    let (consent, texts) = rows[1].consent();
    assert_eq!(
        (consent.given_s, consent.ends_s, consent.is_withdrawn()),
        (1_772_323_200, 1_803_859_200, false)
    );
    assert_eq!(texts.proof, "");
    rows[1].withdrawn = rows[1].expires;
    assert!(rows[1].consent().0.is_withdrawn());
    assert_eq!(
        rows[0].who.key().and_then(sender::ids::PersonKey::e164),
        Some(4_915_112_345_678)
    );
}

#[test]
fn formats_are_known_by_the_name_of_a_file() {
    let rows = [
        ("a.csv", Some(Format::Csv)),
        ("a.b.JSONL", Some(Format::JsonLines)),
        ("csv", None),
        ("a.xlsx", None),
    ];
    for (name, expected) in rows {
        assert_eq!(Format::of_name(name), expected, "{name}");
    }
}

/// Whatever a file holds.
#[test]
fn files() {
    bolero::check!()
        .with_type::<(bool, Vec<u8>)>()
        .with_iterations(5_000)
        .for_each(|(json, bytes)| {
            let format = if *json { Format::JsonLines } else { Format::Csv };
            let mut text = if *json {
                b"{\"phone\":\"1".to_vec()
            } else {
                b"phone,topic,given_at,expires_at\n1".to_vec()
            };
            text.extend(bytes);
            if let Ok(report) = read(format, text.as_slice(), |_, row: ConsentRow| drop(row.consent())) {
                assert_eq!(report.bad_rows.len() as u64, report.bad.min(BAD_ROWS_MAX as u64));
            }
        });
}
