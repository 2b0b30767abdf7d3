//! The committed description of the control API is the one that is served.

use std::path::Path;

#[test]
fn the_committed_document_is_the_served_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (committed, fresh) = (
        root.join("docs/openapi-sandbox.json"),
        root.join("target/openapi-sandbox.json"),
    );
    let served = server::v1::openapi() + "\n";
    let kept = std::fs::read_to_string(&committed).unwrap_or_default();
    if kept != served {
        std::fs::write(&fresh, served).expect("target is writable");
        panic!("the control API changed: cp target/openapi-sandbox.json docs/openapi-sandbox.json");
    }
}
