//! What the README shows of `goodstanding demo` is what it prints.

use std::path::Path;
use std::process::Command;

/// Where the README shows it.
const SHOWN: (&str, &str) = ("<!-- demo: begin -->\n```text\n", "```\n<!-- demo: end -->");

#[test]
fn the_readme_shows_the_demo() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).expect("there is a README");
    let (_, rest) = readme.split_once(SHOWN.0).expect("it begins to show the demo");
    let (shown, _) = rest.split_once(SHOWN.1).expect("it ends to show it");
    let told = Command::new(env!("CARGO_BIN_EXE_goodstanding"))
        .arg("demo")
        .output();
    let told = told.expect("the demo runs");
    let text = String::from_utf8(told.stdout).expect("it prints text");
    assert!(
        told.status.success(),
        "an outcome was not the expected one:\n{text}"
    );
    let text = text.trim_start();
    if text != shown {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo.txt");
        std::fs::write(&file, text).expect("there is room");
        panic!(
            "the README shows another demo: copy {} between its marks",
            file.display()
        );
    }
}
