//! What a business's answer offers to somebody who asks for a person.
//!
//! Read from plain text and from the titles of buttons and rows. Links are judged by what the business declared them to
//! be, else by where they lead. The words are English (assumed); who talks to people in another language declares
//! the word that calls a person. Promises: the same answer gives the same offer; a menu is not a person.

use super::{Kinds, Path, PathKind};

/// An answer of the business.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Its text, headers and footers and links of buttons included.
    pub text: &'a str,
    /// Titles of buttons and rows that can be chosen.
    pub options: &'a [String],
}

/// What an answer offers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Offer {
    /// Ways that it names.
    pub kinds: Kinds,
    /// What leads on to a person.
    pub next: Option<Next>,
}

/// What somebody who looks for a person does next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Next {
    /// Chooses this option: its place among the titles.
    Choose(usize),
    /// Writes this.
    Write(String),
}

/// Words for a person.
const PERSONS: &[&str] = &[
    "agent",
    "advisor",
    "adviser",
    "assistant",
    "associate",
    "attendant",
    "colleague",
    "consultant",
    "employee",
    "expert",
    "human",
    "operator",
    "person",
    "representative",
    "somebody",
    "someone",
    "specialist",
    "staff",
    "teammate",
];
/// Words that say that the person is on the way.
const COMING: &[&str] = &[
    "answer",
    "assist",
    "connected",
    "connecting",
    "contact",
    "forwarded",
    "forwarding",
    "handed",
    "handing",
    "help",
    "joined",
    "joins",
    "joining",
    "passed",
    "passing",
    "reply",
    "respond",
    "shortly",
    "soon",
    "takes",
    "taking",
    "transferred",
    "transferring",
];
/// Words before what is to be written.
const WRITE: &[&str] = &["press", "reply", "send", "type", "write"];
/// Words that make digits a number to call.
const CALL: &[&str] = &["call", "dial", "hotline", "phone", "ring", "tel", "telephone"];
/// Where other services live.
const SOCIAL: &[&str] = &[
    "discord.gg",
    "facebook.com",
    "fb.com",
    "fb.me",
    "instagram.com",
    "line.me",
    "linkedin.com",
    "m.me",
    "messenger.com",
    "t.me",
    "telegram.me",
    "tiktok.com",
    "twitter.com",
    "x.com",
];
/// Where apps live.
const APPS: &[&str] = &[
    "apps.apple.com",
    "itunes.apple.com",
    "onelink.me",
    "play.google.com",
];
/// Parts of links to pages without anybody behind them.
const HELP: &[&str] = &[
    "/docs",
    "/help",
    "/hc",
    "faq",
    "help.",
    "helpcenter",
    "helpcentre",
    "knowledge",
];
/// Parts of links to a form.
const FORM: &[&str] = &["contact", "form", "ticket"];

/// What an answer offers, given the ways that were declared. `called` is set when the business's own word for calling a
/// person was just written: then any answer that offers nothing else is that person's.
pub fn read(answer: Answer<'_>, declared: &[Path], called: bool) -> Offer {
    let mut kinds = Kinds::default();
    for token in answer.text.split_whitespace() {
        if let Some(kind) = link_kind(token, declared).or_else(|| mail_kind(token)) {
            kinds = kinds.with(kind);
        }
    }
    for sentence in answer.text.split(['\n', '.', '!', '?', ';']) {
        if has_phone(sentence) {
            kinds = kinds.with(PathKind::PhoneCall);
        }
    }
    if names_declared(answer.text, declared, PathKind::PhoneCall) {
        kinds = kinds.with(PathKind::PhoneCall);
    }
    if names_declared(answer.text, declared, PathKind::StoreVisit) {
        kinds = kinds.with(PathKind::StoreVisit);
    }
    let next = option(answer.options).or_else(|| menu(answer.text));
    let comes = answer.text.split(['\n', '.', '!', '?', ';']).any(person_comes);
    if next.is_none() && (comes || called) {
        kinds = kinds.with(PathKind::InChatTransfer);
    }
    Offer { kinds, next }
}

/// Words of a text in lower case, without what stands around them.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn any_of(text: &str, list: &[&str]) -> bool {
    words(text)
        .any(|word| list.contains(&word.strip_suffix('s').unwrap_or(&word)) || list.contains(&word.as_str()))
}

/// A sentence that says that a person comes, not that one could be asked for.
fn person_comes(sentence: &str) -> bool {
    any_of(sentence, PERSONS)
        && any_of(sentence, COMING)
        && written(sentence).is_none()
        && label(sentence).is_none()
}

/// The first option that names a person.
fn option(options: &[String]) -> Option<Next> {
    options
        .iter()
        .position(|title| any_of(title, PERSONS))
        .map(Next::Choose)
}

/// The first line or sentence that says what to write for a person: `3. Talk to an agent`, `Reply AGENT to talk to us`.
fn menu(text: &str) -> Option<Next> {
    let lines = text.lines().filter(|line| any_of(line, PERSONS));
    let labelled = lines.clone().find_map(label);
    let told = || {
        lines
            .clone()
            .flat_map(|line| line.split(['.', '!', '?', ';']))
            .find_map(written)
    };
    labelled.or_else(told).map(Next::Write)
}

/// The number or letter that a line of a menu begins with.
fn label(line: &str) -> Option<String> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || "*_-•[(".contains(c));
    let end = line.find(|c: char| !c.is_ascii_alphanumeric())?;
    let (label, rest) = line.split_at(end);
    let plain = rest.trim_start_matches(|c: char| "*_\u{fe0f}\u{20e3}".contains(c));
    let marked = plain.len() < rest.len();
    let number = label.len() <= 2 && label.chars().all(|c| c.is_ascii_digit());
    let separated = marked || plain.trim_start().starts_with([')', '.', ':', '-', ']', '=']);
    let letter = label.len() == 1 && plain.starts_with([')', ':', ']']);
    (!label.is_empty() && (letter || (number && separated))).then(|| label.to_owned())
}

/// What a sentence asks to be written, if it names a person: the word after `reply`, `type` ...
fn written(sentence: &str) -> Option<String> {
    if !any_of(sentence, PERSONS) {
        return None;
    }
    let mut words = sentence.split_whitespace();
    words.find(|word| any_of(word, WRITE))?;
    let word = words.find(|word| !matches!(*word, "the" | "word" | "with" | "us"))?;
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    // `Send an e-mail to our agents` names no word.
    let shouted = word.chars().any(char::is_alphanumeric) && !word.chars().any(char::is_lowercase);
    let quoted = sentence.contains(&format!("\"{word}\""))
        || sentence.contains(&format!("'{word}'"))
        || sentence.contains(&format!("*{word}*"));
    (!word.is_empty() && (shouted || quoted)).then(|| word.to_owned())
}

/// What kind of way a link is.
fn link_kind(token: &str, declared: &[Path]) -> Option<PathKind> {
    let bare = bare_link(token);
    let same = declared.iter().find(|path| {
        path.target.contains('.') && !path.target.contains('@') && bare_link(&path.target) == bare
    });
    if let Some(path) = same {
        return Some(path.kind);
    }
    if !(token.contains("://") || token.to_lowercase().starts_with("www.")) {
        return None;
    }
    let host = bare.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let on = |list: &[&str]| {
        list.iter()
            .any(|known| host == *known || host.ends_with(&format!(".{known}")))
    };
    let has = |list: &[&str]| list.iter().any(|part| bare.contains(part));
    if on(SOCIAL) {
        Some(PathKind::SocialAccount)
    } else if on(APPS) {
        Some(PathKind::AppLink)
    } else if has(HELP) {
        Some(PathKind::HelpCentre)
    } else if has(FORM) {
        Some(PathKind::SupportForm)
    } else if bare.contains("support") {
        Some(PathKind::WebSupport)
    } else {
        None
    }
}

/// A link as it is compared: without scheme, `www.`, closing marks.
fn bare_link(link: &str) -> String {
    let link = link.to_lowercase();
    let link = link
        .trim_matches(|c: char| "<>()[]{}\"'*,;!".contains(c))
        .trim_end_matches(['.', '/', '?']);
    let link = link.split_once("://").map_or(link, |(_, rest)| rest);
    link.strip_prefix("www.").unwrap_or(link).to_owned()
}

fn mail_kind(token: &str) -> Option<PathKind> {
    let token = token.trim_matches(|c: char| !c.is_alphanumeric());
    let (local, domain) = token.strip_prefix("mailto:").unwrap_or(token).split_once('@')?;
    (!local.is_empty() && domain.contains('.') && !domain.contains('@')).then_some(PathKind::Email)
}

/// A phone number: with a plus, or after a word for calling.
fn has_phone(sentence: &str) -> bool {
    let digits = |from: &str| {
        let run = from
            .chars()
            .take_while(|c| c.is_ascii_digit() || " -()/+.".contains(*c));
        run.filter(char::is_ascii_digit).count()
    };
    let plus = sentence
        .match_indices('+')
        .any(|(at, _)| (7..=15).contains(&digits(&sentence[at..])));
    let calls = any_of(sentence, CALL);
    let any = || {
        let starts = sentence.char_indices().filter(|(_, c)| c.is_ascii_digit());
        starts.map(|(at, _)| digits(&sentence[at..])).max().unwrap_or(0)
    };
    plus || (calls && (3..=15).contains(&any()))
}

/// Whether a text names what was declared: by its digits for a phone number, else by its words.
fn names_declared(text: &str, declared: &[Path], kind: PathKind) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let text_words: Vec<String> = words(text).collect();
    declared.iter().filter(|path| path.kind == kind).any(|path| {
        if kind == PathKind::PhoneCall {
            let wanted = digits(&path.target);
            return wanted.len() >= 3 && digits(text).contains(&wanted);
        }
        let wanted: Vec<String> = words(&path.target).collect();
        !wanted.is_empty() && text_words.windows(wanted.len()).any(|window| window == wanted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an answer offers, in the words of the table: kinds, then what comes next.
    fn check(text: &str, options: &[&str], called: bool) -> String {
        let declared = [
            Path {
                kind: PathKind::WebSupport,
                target: "https://shop.example/talk".into(),
            },
            Path {
                kind: PathKind::HelpCentre,
                target: "shop.example/answers".into(),
            },
            Path {
                kind: PathKind::PhoneCall,
                target: "0800 12 34".into(),
            },
            Path {
                kind: PathKind::StoreVisit,
                target: "1 High Street".into(),
            },
            Path {
                kind: PathKind::InChatTransfer,
                target: "agente".into(),
            },
        ];
        let options: Vec<String> = options.iter().map(|title| (*title).to_owned()).collect();
        let offer = read(
            Answer {
                text,
                options: &options,
            },
            &declared,
            called,
        );
        let mut told: Vec<String> = offer.kinds.iter().map(|kind| kind.name().to_owned()).collect();
        told.extend(offer.next.map(|next| match next {
            Next::Choose(place) => format!("-> option {place}"),
            Next::Write(word) => format!("-> {word}"),
        }));
        told.join(" ")
    }

    #[test]
    fn answers_offer_ways_and_lead_on() {
        // (text, options, the business's word was written, what it offers)
        let rows: &[(&str, &[&str], bool, &str)] = &[
            ("Hello! How can I help you?", &[], false, ""),
            ("Your order 16505550001 is on its way.", &[], false, ""),
            ("Call us: 0800 555 01 23.", &[], false, "phone"),
            ("You reach our team at +1 (650) 555-0001", &[], false, "phone"),
            ("It is 0800 12 34", &[], false, "phone"),
            ("Write to care@shop.example, please.", &[], false, "email"),
            ("Follow us: @shop", &[], false, ""),
            ("See https://www.shop.example", &[], false, ""),
            ("See https://shop.example/help/returns", &[], false, "help_centre"),
            ("See https://help.shop.example.", &[], false, "help_centre"),
            (
                "Our contact form: https://shop.example/contact",
                &[],
                false,
                "support_form",
            ),
            ("https://support.shop.example/chat", &[], false, "web_support"),
            ("All about it at shop.example/answers", &[], false, "help_centre"),
            ("Talk to us at www.shop.example/talk/", &[], false, "web_support"),
            (
                "We are on https://m.me/shop and https://t.me/shop",
                &[],
                false,
                "social_account",
            ),
            (
                "Get the app: https://play.google.com/store/apps/details?id=x",
                &[],
                false,
                "app_link",
            ),
            (
                "Come to our store: 1 High Street, open till six.",
                &[],
                false,
                "store_visit",
            ),
            (
                "One moment, I am connecting you to an agent.",
                &[],
                false,
                "in_chat_transfer",
            ),
            (
                "A colleague will answer you shortly!",
                &[],
                false,
                "in_chat_transfer",
            ),
            (
                "Do you want to talk to a human?",
                &["Yes, a human", "No"],
                false,
                "-> option 0",
            ),
            (
                "What is it about?",
                &["Orders", "Speak to an agent"],
                false,
                "-> option 1",
            ),
            ("What is it about?", &["Orders", "Returns"], false, ""),
            ("1. Orders\n2. Returns\n3. Talk to an agent", &[], false, "-> 3"),
            ("*1* Orders\n*2* A person", &[], false, "-> 2"),
            ("3\u{fe0f}\u{20e3} Human support", &[], false, "-> 3"),
            ("1 - Orders\n2 - An agent", &[], false, "-> 2"),
            ("5 agents will help you shortly", &[], false, "in_chat_transfer"),
            ("Reply US to reach an agent there.", &[], false, "-> US"),
            ("Reply AGENT to talk to someone.", &[], false, "-> AGENT"),
            ("Type \"help\" and an advisor will answer", &[], false, "-> help"),
            ("Send an e-mail to our agents", &[], false, ""),
            (
                "Our agents are asleep. Visit https://shop.example/faq",
                &[],
                false,
                "help_centre",
            ),
            ("Hola, en un momento le atiendo", &[], true, "in_chat_transfer"),
            ("Hola, en un momento le atiendo", &[], false, ""),
            ("1. Orders\n2. An agent", &[], true, "-> 2"),
        ];
        for (text, options, called, offers) in rows {
            assert_eq!(check(text, options, *called), *offers, "{text:?} {options:?}");
        }
    }

    #[test]
    fn nothing_that_a_business_writes_is_too_strange() {
        let strange = [
            "", "+", "@", "@@", "://", "+++++", "www.", "\u{20e3}", "3", "3.", "https://", "reply", "'",
            "é+é1é",
        ];
        for text in strange {
            check(text, &[text], true);
        }
    }
}
