//! 206 and 207: links that hide where they lead, and links back into a chat. Source: template review (rejects shortened links,
//! for the domain is to be the business's own; and buttons that lead to wa.me). The list of shorteners is ours.

use core::ops::Range;

use rulebook::template::check::{Part, Place};
use rulebook::template::draft::ButtonKind;

use super::super::code::Code;
use super::super::finding::{Finding, Guess, Severity};
use super::super::subject::Subject;

/// Hosts that shorten links; their sub-domains do too.
const SHORTENERS: &[&str] = &[
    "adf.ly",
    "amzn.to",
    "bit.do",
    "bit.ly",
    "bitly.com",
    "bl.ink",
    "buff.ly",
    "clck.ru",
    "clicky.me",
    "cutt.ly",
    "dlvr.it",
    "fb.me",
    "goo.gl",
    "goo.su",
    "is.gd",
    "j.mp",
    "lnkd.in",
    "mcaf.ee",
    "me2.do",
    "n9.cl",
    "ow.ly",
    "qr.ae",
    "rb.gy",
    "rebrand.ly",
    "s.id",
    "short.gy",
    "short.io",
    "shorte.st",
    "shorturl.at",
    "shrtco.de",
    "snip.ly",
    "soo.gd",
    "surl.li",
    "t.co",
    "t.ly",
    "t2m.io",
    "tiny.cc",
    "tiny.one",
    "tinyurl.com",
    "tny.im",
    "trib.al",
    "u.to",
    "urlz.fr",
    "v.gd",
    "vk.cc",
    "x.gd",
    "yourls.org",
];
/// Hosts that open a chat.
const CHATS: &[&str] = &["wa.me", "api.whatsapp.com", "chat.whatsapp.com"];

pub(super) fn check(subject: &Subject<'_>, _: Option<&Guess>, findings: &mut Vec<Finding>) {
    // The review rejects templates; nobody reviews a free-form message.
    let severity = if subject.template.is_some() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let texts = subject
        .passages
        .iter()
        .map(|passage| (passage.part, passage.text));
    let targets = subject
        .buttons()
        .enumerate()
        .filter(|(_, button)| button.kind == ButtonKind::Url);
    let targets = targets.map(|(index, button)| (Part::ButtonTarget(index), button.target.as_str()));
    for (part, text) in texts.chain(targets) {
        for (host, bytes) in hosts(text) {
            let place = Place {
                part,
                bytes: Some(bytes),
            };
            if is_of(&host, SHORTENERS) {
                let message = format!("{host} shortens links: nobody sees where it leads.");
                let advice = "Give the full link, on a domain that people know as yours.";
                findings.push(subject.finding(Code::LinkShortener, severity, place, message, advice));
            } else if is_of(&host, CHATS) && subject.template.is_some() {
                let message = format!("{host} leads into a chat.");
                let advice = "Use a quick reply: the person is in a chat with you already.";
                findings.push(subject.finding(Code::ChatLink, Severity::Warning, place, message, advice));
            }
        }
    }
}

fn is_of(host: &str, list: &[&str]) -> bool {
    let within = |known: &&str| {
        let rest = host.strip_suffix(*known);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    list.iter().any(within)
}

/// The hosts of the links of a text, in lower case, with the bytes of each link.
pub(super) fn hosts(text: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    for token in text
        .split(char::is_whitespace)
        .filter(|token| token.contains('.'))
    {
        let start = token.as_ptr() as usize - text.as_ptr() as usize;
        let outside =
            |c: char| !c.is_alphanumeric() && !matches!(c, '/' | '_' | '-' | '#' | '=' | '&' | '}' | '{');
        let bare = token.trim_matches(outside);
        let lead = token.len() - token.trim_start_matches(outside).len();
        if let Some(host) = host_of(bare) {
            let begin = start + lead;
            found.push((host, begin..begin + bare.len()));
        }
    }
    found
}

/// The host of `https://user@host:1/path`, or of `host/path`.
fn host_of(link: &str) -> Option<String> {
    let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    (labels.len() > 1 && labels.iter().all(is_label)).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_texts() {
        let rows: [(&str, &[&str]); 9] = [
            ("See https://shop.example/a?b=1.", &["shop.example"]),
            ("(bit.ly/abc), WWW.Shop.Example!", &["bit.ly", "shop.example"]),
            ("http://ann:pw@host.example:8080/x", &["host.example"]),
            ("https://shop.example/{{1}}", &["shop.example"]),
            ("No link. At all ...", &[]),
            ("at 10.30", &["10.30"]),
            ("a..b .com", &[]),
            ("münchen.example/ä", &["münchen.example"]),
            ("", &[]),
        ];
        for (text, expected) in rows {
            let found: Vec<String> = hosts(text).into_iter().map(|(host, _)| host).collect();
            assert_eq!(found, expected, "{text}");
            for (_, bytes) in hosts(text) {
                assert!(text.get(bytes).is_some(), "{text}");
            }
        }
        assert!(
            is_of("bit.ly", SHORTENERS) && is_of("go.bit.ly", SHORTENERS) && !is_of("rabbit.ly", SHORTENERS)
        );
    }
}
