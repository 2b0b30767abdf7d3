//! Who is told: the administrators of the portfolio.

use std::collections::BTreeSet;

use rulebook::refusal::Refusal;

use crate::portfolio::event::{Administrator, AdministratorsSet};
use crate::portfolio::{Answer, Event, Portfolio};

/// One mail each for every notice: more are better served by a mailing list.
const ADMINISTRATORS_MAX: usize = 20;
/// As long as a name or a mail address can be on the wire (RFC 5321, 4.5.3.1.3).
const CHARS_MAX: usize = 254;

impl Portfolio {
    pub(super) fn set_administrators(
        &self,
        administrators: &[Administrator],
        out: &mut Vec<Event>,
    ) -> Answer {
        if administrators.len() > ADMINISTRATORS_MAX {
            let detail = format!("a portfolio has at most {ADMINISTRATORS_MAX} administrators");
            return Answer::refused(Refusal::InvalidParameter, detail);
        }
        let mut emails = BTreeSet::new();
        for Administrator { name, email } in administrators {
            if !is_name(name) {
                return Answer::refused(Refusal::InvalidParameter, format!("{name:?} is not a name"));
            }
            if !is_address(email) {
                return Answer::refused(
                    Refusal::InvalidParameter,
                    format!("{email:?} is not a mail address"),
                );
            }
            if !emails.insert(email) {
                return Answer::refused(Refusal::InvalidParameter, format!("{email} is given twice"));
            }
        }
        if !self.administrators.iter().eq(administrators) {
            out.push(
                AdministratorsSet {
                    administrators: administrators.to_vec(),
                }
                .into(),
            );
        }
        Answer::Done
    }
}

fn is_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= CHARS_MAX && !name.chars().any(char::is_control)
}

/// `local@domain`, in ASCII and without spaces. Whether mail arrives there only the mail server can say.
fn is_address(email: &str) -> bool {
    let plain =
        |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')' | '\\');
    let parts = email.split_once('@');
    email.len() <= CHARS_MAX
        && email.chars().all(plain)
        && parts.is_some_and(|(local, domain)| !local.is_empty() && is_domain(domain))
}

fn is_domain(domain: &str) -> bool {
    let label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_local_and_domain() {
        for good in [
            "ann@shop.example",
            "ann+alerts@mail.shop.example",
            "o'neil@localhost",
        ] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@shop.example", "a".repeat(250));
        for bad in [
            "",
            "ann",
            "@shop.example",
            "ann@",
            "ann@shop..example",
            "ann@@shop.example",
            "a b@shop.example",
            "ann@shop.example\r\nBcc: x@y.example",
            "<ann@shop.example>",
            &long,
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
