//! What is published about admissions says what is so.

use std::fmt::Write;

use rulebook::refusal::Fault;
use sender::Refusal;

/// The table of reasons, as `docs/admission.md` has it.
fn table() -> String {
    let mut table = String::from(
        "| Number | Name | Told as | Fault | Again | What it says | What to do |\n|---|---|---|---|---|---|---|\n",
    );
    for refusal in Refusal::ALL {
        let fault = match refusal.fault() {
            Fault::Caller => "caller",
            Fault::Business => "business",
            Fault::Person => "person",
            Fault::Platform => "platform",
        };
        let again = if refusal.retryable() { "yes" } else { "no" };
        let told = writeln!(
            table,
            "| {} | `{}` | {}, HTTP {} | {fault} | {again} | {} | {} |",
            refusal.number(),
            refusal.name(),
            refusal.graph_code(),
            refusal.http_status(),
            refusal.title(),
            refusal.hint()
        );
        assert!(told.is_ok());
    }
    table
}

#[test]
fn the_published_order_is_the_order() {
    let page = include_str!("../../../../docs/admission.md");
    let table = table();
    assert!(
        page.contains(&table),
        "docs/admission.md should have this table:\n{table}"
    );
}
