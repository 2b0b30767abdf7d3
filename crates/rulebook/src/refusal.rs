//! Every reason for which a send or a management command is refused, in one list (all editions).
//!
//! Promises: numbers are permanent; the declaration is the order of precedence, so that of several reasons the first
//! is named: the call itself, then what concerns the account, the number, the template, the recipient, the limit and
//! the rates. Graph codes, sub-codes and HTTP status are those of the platform's error table; titles and hints ours.
//! Must not know: the wire format of an error, the facts of a case.

mod table;

pub use table::Refusal;

/// What a refusal concerns, in order of precedence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Concern {
    /// The call itself: token, path, parameters.
    Call,
    /// The WhatsApp Business Account or the portfolio.
    Account,
    /// The sending number.
    Number,
    /// The template that is sent.
    Template,
    /// The person written to.
    Recipient,
    /// The messaging limit.
    Limit,
    /// Messages or calls for each span of time.
    Rate,
    /// Creating, editing or deleting a template.
    TemplateManagement,
    /// Registering a number.
    Registration,
    /// The platform is at fault.
    Platform,
}

/// Whose fault a refusal is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fault {
    /// The program that called: mend the request.
    Caller,
    /// The business: its account, number, template, limit or pace.
    Business,
    /// The person written to, or what applies to them.
    Person,
    /// The platform.
    Platform,
}

impl Fault {
    /// As interfaces write it.
    pub const fn name(self) -> &'static str {
        match self {
            Fault::Caller => "caller",
            Fault::Business => "business",
            Fault::Person => "person",
            Fault::Platform => "platform",
        }
    }
}

/// What is known of a refusal, whatever the case.
#[derive(Clone, Copy, Debug)]
struct Facts {
    name: &'static str,
    code: u32,
    subcode: Option<u32>,
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

    /// What it concerns.
    pub fn concern(self) -> Concern {
        match self.number() / 100 {
            1 => Concern::Call,
            2 => Concern::Account,
            3 => Concern::Number,
            4 => Concern::Template,
            5 => Concern::Recipient,
            6 => Concern::Limit,
            7 => Concern::Rate,
            8 => Concern::TemplateManagement,
            9 => Concern::Registration,
            _ => Concern::Platform,
        }
    }

    /// The `code` of the Graph error. For [`Refusal::LimitUsedUp`] the edition says it (`limits.exceeded.code`, L9);
    /// this is its usual value.
    pub fn graph_code(self) -> u32 {
        self.facts().code
    }

    /// The `error_subcode` of the Graph error, where the platform gives one.
    pub fn graph_subcode(self) -> Option<u32> {
        self.facts().subcode
    }

    /// The HTTP status of the answer.
    pub fn http_status(self) -> u16 {
        self.facts().http
    }

    /// Whose fault it is.
    pub fn fault(self) -> Fault {
        self.facts().fault
    }

    /// Whether the same request may succeed later though nobody mends anything, so that repeating it is sensible.
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
            assert!(pair[0].concern() <= pair[1].concern(), "{pair:?}");
            assert!(pair[0] < pair[1], "{pair:?}");
        }
        let order = [
            Refusal::AccountLocked,
            Refusal::NumberNotRegistered,
            Refusal::TemplateNotFound,
            Refusal::TemplateParameterCount,
            Refusal::RecipientIsSender,
            Refusal::LimitUsedUp,
            Refusal::PairRate,
            Refusal::Throughput,
        ];
        assert!(order.is_sorted());
    }

    #[test]
    fn numbers_and_names_lead_back() {
        for &refusal in Refusal::ALL {
            assert_eq!(Refusal::from_number(refusal.number()), Some(refusal));
            let same_name = Refusal::ALL.iter().filter(|other| other.name() == refusal.name());
            assert_eq!(same_name.count(), 1, "{}", refusal.name());
        }
        assert_eq!(Refusal::from_number(0), None);
    }

    #[test]
    fn texts_are_titles_and_sentences() {
        for &refusal in Refusal::ALL {
            assert!(!refusal.title().ends_with('.'), "{refusal:?}");
            assert!(refusal.hint().ends_with('.'), "{refusal:?}");
        }
    }

    /// Published numbers, codes and status: a line that changes breaks clients.
    #[test]
    fn the_whole_list() {
        let mut list = String::new();
        for &refusal in Refusal::ALL {
            let Facts {
                name,
                code,
                subcode,
                http,
                fault,
                retryable,
                title,
                hint,
            } = refusal.facts();
            let number = refusal.number();
            let subcode = subcode.map(|subcode| format!("/{subcode}")).unwrap_or_default();
            let retry = if retryable { ", retry" } else { "" };
            list.push_str(&format!(
                "{number} {name}: {code}{subcode} http {http}, {fault:?}{retry}\n"
            ));
            list.push_str(&format!("    {title}. {hint}\n"));
        }
        insta::assert_snapshot!(list);
    }
}
