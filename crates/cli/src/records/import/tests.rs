//! Files that go into a real gateway, and come out of it.

use std::path::{Path, PathBuf};

use ::records::{ConsentRow, SuppressionRow};

use super::*;
use crate::args::{Export, Output};
use crate::records::export;
use crate::records::wire::Listed;
use crate::remote::world::World;

const CONSENTS: &str = "phone,user_id,topic,categories,channel,given_at,expires_at,withdrawn_at,wording,proof
15550001111,,Offers,,website,2026-02-01T10:00:00Z,,,\"Yes, write to me\",form 7
15550001111,,,marketing,point of sale,2026-02-02,2027-02-02,,,
15550002222,,receipts,utility,,2026-02-03,,2026-02-20,,
,US.13491208655302741918,Offers,,app,2026-02-04,,,,\"=link(\"\"x\"\")\"
0151,,Offers,,app,2026-02-04,,,,
15550003333,,Offers,,app,2026-12-04,,,,
15550004444,,Offers,service marketing,app,2026-02-04,,,,
";
const SUPPRESSIONS: &str = "{\"phone\":\"15550001111\",\"reason\":\"legal\"}
{\"user_id\":\"US.13491208655302741918\",\"reason\":\"request\",\"categories\":\"marketing\",\"expires_at\":\"2027-01-01\"}
";

struct Here {
    world: World,
    dir: tempfile::TempDir,
}

impl Here {
    fn new() -> Self {
        Here {
            world: World::new(),
            dir: tempfile::tempdir().expect("a directory"),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> RecordsFile {
        std::fs::write(self.file(name), text).expect("a file");
        file(&self.file(name))
    }

    /// What an import tells.
    fn import<R: Wire>(&self, from: &RecordsFile) -> String {
        let runtime = crate::sandbox::runtime().expect("a runtime");
        let remote = Remote::new(&self.world.remote()).expect("it can be asked");
        let came = Calls::new(&runtime, &remote, R::PATH, None).all::<R>(from);
        let (report, total) = came.expect("it can be read");
        told("FILE", &report, &total, None)
    }

    fn export<R: Listed>(&self, name: &str) -> String {
        let options = Export {
            output: Some(self.file(name)),
            format: None,
            remote: self.world.remote(),
        };
        export::run::<R>(&options).expect("it is written");
        std::fs::read_to_string(self.file(name)).expect("a file")
    }
}

fn file(path: &Path) -> RecordsFile {
    RecordsFile {
        file: path.to_owned(),
        format: None,
        output: Output { json: false },
    }
}

#[test]
fn consents_go_in_once_and_come_out_as_they_were() {
    let here = Here::new();
    let from = here.write("consents.csv", CONSENTS);
    let first = here.import::<ConsentRow>(&from);
    let again = here.import::<ConsentRow>(&from);
    let out = here.export::<ConsentRow>("out.csv");
    insta::assert_snapshot!(format!("{first}\nagain:\n{again}\nexported:\n{out}"));
    // What was exported changes nothing where it came from, and gives the same elsewhere.
    for name in ["out.csv", "out.jsonl"] {
        here.export::<ConsentRow>(name);
        let told = here.import::<ConsentRow>(&file(&here.file(name)));
        assert_eq!(
            told, "FILE: 0 rows taken, 4 unchanged, 0 cannot be used\n",
            "{name}"
        );
        let other = Here::new();
        let told = other.import::<ConsentRow>(&file(&here.file(name)));
        assert_eq!(
            told, "FILE: 4 rows taken, 0 unchanged, 0 cannot be used\n",
            "{name}"
        );
        assert_eq!(other.export::<ConsentRow>("again.csv"), out, "{name}");
    }
}

#[test]
fn the_suppression_list_goes_in_once_and_comes_out_as_it_was() {
    let here = Here::new();
    let from = here.write("list.jsonl", SUPPRESSIONS);
    assert_eq!(
        here.import::<SuppressionRow>(&from),
        "FILE: 2 rows taken, 0 unchanged, 0 cannot be used\n"
    );
    assert_eq!(
        here.import::<SuppressionRow>(&from),
        "FILE: 0 rows taken, 2 unchanged, 0 cannot be used\n"
    );
    let out = here.export::<SuppressionRow>("out.csv");
    insta::assert_snapshot!(out);
    let other = Here::new();
    other.import::<SuppressionRow>(&file(&here.file("out.csv")));
    assert_eq!(other.export::<SuppressionRow>("out.csv"), out);
}

#[test]
fn many_rows_go_in_several_calls_and_come_out_in_several_pages() {
    let here = Here::new();
    let row = |n: u64| format!("{},offers,2026-02-01\n", 15_550_000_000 + n);
    let many: String = (0..4_500).map(row).collect();
    let from = here.write(
        "many.csv",
        &format!("phone,topic,given_at\n{many}x,offers,2026-02-01\n"),
    );
    let told = here.import::<ConsentRow>(&from);
    assert!(
        told.starts_with("FILE: 4500 rows taken, 0 unchanged, 1 cannot be used\n  line 4502, column phone"),
        "{told}"
    );
    assert_eq!(here.export::<ConsentRow>("out.jsonl").lines().count(), 4_500);
}

/// A log of what was sent before ends the caution of the first day.
#[test]
fn a_log_of_sends_goes_in_once_and_ends_the_first_day_s_caution() {
    let here = Here::new();
    let import = |text: &str, partial: bool, number: Option<&str>| {
        let options = ImportSends {
            number: number.map(str::to_owned),
            partial,
            file: here.write("sends.csv", text),
            remote: here.world.remote(),
        };
        sends(&options).unwrap_or_else(|error| error.exit_code())
    };
    let code = |code: u8| format!("{:?}", ExitCode::from(code));
    let state = || {
        let numbers = here.world.call("GET /v1/numbers", &Value::Null);
        let used = numbers["data"][0]["messaging_limit"]["used"]
            .as_u64()
            .unwrap_or_default();
        let body =
            json!({"number": here.world.account.phone_number_id, "data": [{"person": "1", "sent_ms": 0}]});
        let told = here.world.call("POST /v1/sends", &body);
        (used, told["complete"].as_bool().unwrap_or_default())
    };
    let good = "phone,sent_at\n15550001111,2026-03-01T20:00:00Z\n15550002222,2026-03-02T08:00:00Z\n15550003333,2026-02-20\n";
    let bad = format!("{good}1555,\n");
    let number = here.world.account.phone_number_id.clone();
    // (file, partial, number, exit code, people in use, whether the caution is over)
    let rows = [
        (bad.as_str(), false, None, 1, (2, false)),
        (good, true, None, 0, (2, false)),
        (good, true, Some("15550009999"), 2, (2, false)),
        ("name\nAnn\n", false, None, 2, (2, false)),
        (good, false, Some(number.as_str()), 0, (2, true)),
        (good, false, None, 0, (2, true)),
    ];
    for (place, (text, partial, number, exit, expected)) in rows.into_iter().enumerate() {
        assert_eq!(
            format!("{:?}", import(text, partial, number)),
            code(exit),
            "row {place}"
        );
        assert_eq!(state(), expected, "row {place}");
    }
}

#[test]
fn a_report_of_a_log_says_what_follows() {
    let total = Taken {
        taken: 5,
        unchanged: 1,
        over: 7,
        refused: vec![],
        complete: true,
    };
    let report = Report {
        good: 13,
        ..Report::default()
    };
    let words = told("sends.csv", &report, &total, Some("the caution is over"));
    insta::assert_snapshot!(format!("{words}{:#}", json(&report, &total, true)));
}

#[test]
fn an_import_without_a_gateway_says_so() {
    let here = Here::new();
    let from = here.write("consents.csv", CONSENTS);
    let code = |change: fn(&mut crate::args::Remote)| {
        let mut options = Import {
            file: from.clone(),
            remote: here.world.remote(),
        };
        change(&mut options.remote);
        format!(
            "{:?}",
            run::<ConsentRow>(&options).unwrap_or_else(|error| error.exit_code())
        )
    };
    let expected = |code: u8| format!("{:?}", ExitCode::from(code));
    assert_eq!(code(|_| {}), expected(1), "some rows cannot be used");
    assert_eq!(code(|remote| remote.token = None), expected(2));
    let other = |remote: &mut crate::args::Remote| remote.token = Some(crate::args::Secret("other".into()));
    assert_eq!(code(other), expected(4));
}
