//! Every reason for which the gateway itself does not let a send through, in one list.
//!
//! Promises: numbers are permanent; the declaration is the order of precedence: of several reasons the first is named.
//! Each is told as a Graph error that programs know already (its code is the platform's for the nearest thing); titles
//! and hints say what really happened.
//! Must not know: the wire format of an error, the facts of a case. The platform's own refusals are
//! [`rulebook::refusal`].

mod table;

pub use rulebook::refusal::Fault;
pub use table::Refusal;

/// What is known of a refusal, whatever the case.
#[derive(Clone, Copy, Debug)]
struct Facts {
    name: &'static str,
    code: u32,
    http: u16,
    fault: Fault,
    retryable: bool,
    title: &'static str,
    hint: &'static str,
}

impl Refusal {
    /// The permanent number.
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The refusal of a permanent number.
    pub fn from_number(number: u16) -> Option<Refusal> {
        Self::ALL
            .binary_search_by_key(&number, |refusal| refusal.number())
            .ok()
            .map(|place| Self::ALL[place])
    }

    /// The permanent name, in snake case.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The `code` of the Graph error that it is told as.
    pub fn graph_code(self) -> u32 {
        self.facts().code
    }

    /// The HTTP status of the answer.
    pub fn http_status(self) -> u16 {
        self.facts().http
    }

    /// Whose fault it is.
    pub fn fault(self) -> Fault {
        self.facts().fault
    }

    /// Whether the same send may succeed later though nobody mends anything, so that repeating it is sensible.
    pub fn retryable(self) -> bool {
        self.facts().retryable
    }

    /// What is wrong, in a few words.
    pub fn title(self) -> &'static str {
        self.facts().title
    }

    /// What to do, in a sentence.
    pub fn hint(self) -> &'static str {
        self.facts().hint
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_is_the_order_of_precedence() {
        for pair in Refusal::ALL.windows(2) {
            assert!(pair[0].number() < pair[1].number(), "{pair:?}");
        }
    }

    #[test]
    fn numbers_and_names_lead_back() {
        for &refusal in Refusal::ALL {
            assert_eq!(Refusal::from_number(refusal.number()), Some(refusal));
            let same = Refusal::ALL.iter().filter(|other| other.name() == refusal.name());
            assert_eq!(same.count(), 1, "{}", refusal.name());
            assert!(!refusal.title().ends_with('.'), "{refusal:?}");
            assert!(refusal.hint().ends_with('.'), "{refusal:?}");
        }
        assert_eq!(Refusal::from_number(0), None);
    }

    /// Published numbers, codes and status: a line that changes breaks clients.
    #[test]
    fn the_whole_list() {
        let mut list = String::new();
        for &refusal in Refusal::ALL {
            let (number, name) = (refusal.number(), refusal.name());
            let (code, http, fault) = (refusal.graph_code(), refusal.http_status(), refusal.fault());
            let retry = if refusal.retryable() { ", retry" } else { "" };
            list.push_str(&format!(
                "{number} {name}: {code} http {http}, {fault:?}{retry}\n"
            ));
            list.push_str(&format!("    {}. {}\n", refusal.title(), refusal.hint()));
        }
        insta::assert_snapshot!(list);
    }
}
