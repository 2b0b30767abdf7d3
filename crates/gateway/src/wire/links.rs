//! Absolute addresses in answers and webhooks: pages, and media. A client is led to the gateway and to no other host.
//!
//! Addresses of media are wrapped: the gateway fetches what is behind them with the platform's token, so it must know
//! its own links from those that somebody made up. Promises: what holds no link is the very bytes that came.
//! Must not know: who asks.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::Uri;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloud_api::json;
use cloud_api::webhook::signature::{same_secret, sign};
use decider::CellId;

use super::scan::{Edit, Member, edited, members};

/// Where media are fetched through the gateway.
pub(crate) const MEDIA: &str = "/goodstanding/media/";
/// Hexadecimal digits of a link's seal: 128 bits.
const SEAL_DIGITS: usize = 32;
/// Parameters of a page's address that are the gateway's business.
const SECRETS: [&str; 2] = ["access_token", "appsecret_proof"];

/// Rewrites addresses.
pub(crate) struct Links<'a> {
    /// The gateway as whoever asks knows it, without a slash at the end.
    pub(crate) base: &'a str,
    /// Seals links to media.
    pub(crate) key: &'a [u8],
    /// The portfolio that is asked about: links to its media open nobody else's.
    pub(crate) cell: CellId,
}

/// What is behind a link to a medium.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Medium {
    /// The portfolio that it belongs to.
    pub(crate) cell: CellId,
    /// Where it is.
    pub(crate) address: String,
}

impl Links<'_> {
    /// The answer with its addresses leading to the gateway.
    pub(crate) fn rewritten<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        // Most answers hold no address.
        if !holds(body, b"http") {
            return Cow::Borrowed(body);
        }
        let medium = is_medium(body);
        let mut edits: Vec<Edit> = Vec::new();
        members(body, |member| {
            let page = member.is_in("paging") && (member.is("next") || member.is("previous"));
            let address = if page {
                member.unescaped().and_then(|address| self.page(&address))
            } else if medium && member.depth == 1 && member.is("url") {
                member.unescaped().map(|address| self.medium(&address))
            } else {
                None
            };
            edits.extend(address.map(|address| quoted(body, &member, &address)));
        });
        if edits.is_empty() {
            Cow::Borrowed(body)
        } else {
            Cow::Owned(edited(body, &edits))
        }
    }

    /// A webhook whose files are fetched through the gateway: every object that describes one (`image`, `audio`,
    /// `document` ...) may hold its address.
    pub(crate) fn in_webhook<'b>(&self, body: &'b [u8]) -> Cow<'b, [u8]> {
        // Most webhooks hold no file.
        if !holds(body, b"\"sha256\"") {
            return Cow::Borrowed(body);
        }
        let mut objects: BTreeMap<usize, Description> = BTreeMap::new();
        members(body, |member| {
            let seen = objects.entry(member.object).or_default();
            if member.is("url") {
                seen.address = Some(member);
            } else {
                seen.mime_type |= member.is("mime_type");
                seen.sha256 |= member.is("sha256");
            }
        });
        let files = objects.into_values().filter(|seen| seen.mime_type && seen.sha256);
        let mut edits: Vec<Edit> = files
            .filter_map(|seen| {
                let member = seen.address?;
                let address = member.unescaped().filter(|address| is_absolute(address))?;
                Some(quoted(body, &member, &self.medium(&address)))
            })
            .collect();
        edits.sort_by_key(|(range, _)| range.start);
        if edits.is_empty() {
            Cow::Borrowed(body)
        } else {
            Cow::Owned(edited(body, &edits))
        }
    }

    /// The address of a page: path and query stay, host and secrets do not. `None` if it is no address.
    fn page(&self, address: &str) -> Option<String> {
        let uri: Uri = address.parse().ok()?;
        uri.host()?;
        let path = uri.path();
        let pairs = uri.query().unwrap_or_default().split('&');
        let public =
            |pair: &&str| !pair.is_empty() && !SECRETS.contains(&pair.split('=').next().unwrap_or(pair));
        let query: Vec<&str> = pairs.filter(public).collect();
        let joint = if query.is_empty() { "" } else { "?" };
        Some(format!("{}{path}{joint}{}", self.base, query.join("&")))
    }

    /// The link through which the gateway fetches an address.
    pub(crate) fn medium(&self, address: &str) -> String {
        let named = format!("{} {address}", self.cell.0);
        let text = URL_SAFE_NO_PAD.encode(&named);
        format!("{}{MEDIA}{text}.{}", self.base, seal(self.key, &named))
    }

    /// Where a redirection leads through the gateway; one within a host stays. `None` if it is no address.
    pub(crate) fn moved(&self, location: &str) -> Option<String> {
        if location.starts_with('/') && !location.starts_with("//") {
            return Some(location.to_owned());
        }
        let uri: Uri = location.parse().ok()?;
        uri.host()
            .filter(|_| matches!(uri.scheme_str(), Some("http" | "https")))?;
        Some(self.medium(location))
    }
}

/// What is behind a link; `name` is what comes after [`MEDIA`]. `None` for a link that this gateway did not make.
pub(crate) fn of_link(key: &[u8], name: &str) -> Option<Medium> {
    let (text, given) = name.trim_end_matches('/').split_once('.')?;
    let named = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    if !same_secret(given, &seal(key, &named)) {
        return None;
    }
    let (cell, address) = named.split_once(' ')?;
    Some(Medium {
        cell: CellId(cell.parse().ok()?),
        address: address.to_owned(),
    })
}

fn seal(key: &[u8], named: &str) -> String {
    let signature = sign(key, named.as_bytes()).sha256;
    let digits = signature.trim_start_matches("sha256=");
    digits.chars().take(SEAL_DIGITS).collect()
}

/// Whether an answer is a medium: no other node has an address together with a checksum.
fn is_medium(body: &[u8]) -> bool {
    let mut has = (false, false);
    members(body, |member| {
        if member.depth == 1 {
            has.0 |= member.is("mime_type");
            has.1 |= member.is("sha256");
        }
    });
    has == (true, true)
}

/// What of an object tells that it describes a file, and where that is.
#[derive(Default)]
struct Description<'a> {
    mime_type: bool,
    sha256: bool,
    address: Option<Member<'a>>,
}

fn is_absolute(address: &str) -> bool {
    let uri = address.parse::<Uri>();
    uri.is_ok_and(|uri| uri.host().is_some() && matches!(uri.scheme_str(), Some("http" | "https")))
}

/// A text in the manner of the one that it replaces: with `\/` if that has it.
fn quoted(body: &[u8], member: &Member<'_>, text: &str) -> Edit {
    let escaped = holds(&body[member.value.clone()], b"\\/");
    let text = if escaped {
        json::to_bytes(text)
    } else {
        serde_json::Value::String(text.to_owned())
            .to_string()
            .into_bytes()
    };
    (member.value.clone(), text)
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS: Links<'static> = Links {
        base: "https://wa.example",
        key: b"key",
        cell: CellId(3),
    };

    #[test]
    fn pages_lead_to_the_gateway() {
        for (body, expected) in [
            (
                r#"{"data":[],"paging":{"next":"https:\/\/graph.facebook.com\/v25.0\/1\/x?limit=2&access_token=EAA&after=Q"}}"#,
                r#"{"data":[],"paging":{"next":"https:\/\/wa.example\/v25.0\/1\/x?limit=2&after=Q"}}"#,
            ),
            (
                r#"{"a":{"paging":{"previous" : "http://other.host:1/1/x?access_token=EAA"}}}"#,
                r#"{"a":{"paging":{"previous" : "https://wa.example/1/x"}}}"#,
            ),
            (
                r#"{"paging":{"next":"not an address"}}"#,
                r#"{"paging":{"next":"not an address"}}"#,
            ),
            (
                r#"{"next":"https://graph.facebook.com/"}"#,
                r#"{"next":"https://graph.facebook.com/"}"#,
            ),
            (
                r#"{"url":"https://shop.example/"}"#,
                r#"{"url":"https://shop.example/"}"#,
            ),
        ] {
            let out = LINKS.rewritten(body.as_bytes());
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn media_come_through_the_gateway() {
        let address = "https://lookaside.fbsbx.com/x/?mid=1&ext=2";
        let body = format!(r#"{{"url":"{address}","mime_type":"image/png","sha256":"ab","id":"7"}}"#);
        let out = LINKS.rewritten(body.as_bytes());
        let node: serde_json::Value = serde_json::from_slice(&out).expect("still JSON");
        let link = node["url"].as_str().expect("a link");
        let name = link
            .strip_prefix("https://wa.example/goodstanding/media/")
            .expect("ours");
        let medium = Medium {
            cell: CellId(3),
            address: address.to_owned(),
        };
        assert_eq!(of_link(b"key", name), Some(medium));
        assert_eq!(of_link(b"other", name), None);
        let (text, seal) = name.split_once('.').expect("sealed");
        let forged = URL_SAFE_NO_PAD.encode("3 https://evil.example/");
        for wrong in [
            format!("{forged}.{seal}"),
            text.to_owned(),
            format!("{text}."),
            String::new(),
        ] {
            assert_eq!(of_link(b"key", &wrong), None, "{wrong}");
        }
    }

    #[test]
    fn files_in_webhooks_come_through_the_gateway() {
        let address = "https://lookaside.fbsbx.com/x/?mid=1&ext=2";
        let link = LINKS.medium(address);
        let escaped = |text: &str| text.replace('/', "\\/");
        for (value, expected) in [
            (
                format!(
                    r#"{{"image":{{"url":"{address}","mime_type":"image\/png" , "sha256":"ab=","id":"7"}}}}"#
                ),
                format!(
                    r#"{{"image":{{"url":"{link}","mime_type":"image\/png" , "sha256":"ab=","id":"7"}}}}"#
                ),
            ),
            (
                format!(
                    r#"[{{"audio":{{"sha256":"a","mime_type":"b","url":"{}"}}}},{{"text":{{"url":"{address}"}}}}]"#,
                    escaped(address)
                ),
                format!(
                    r#"[{{"audio":{{"sha256":"a","mime_type":"b","url":"{}"}}}},{{"text":{{"url":"{address}"}}}}]"#,
                    escaped(&link)
                ),
            ),
            (
                format!(r#"{{"image":{{"mime_type":"a","x":{{"sha256":"b","url":"{address}"}}}}}}"#),
                format!(r#"{{"image":{{"mime_type":"a","x":{{"sha256":"b","url":"{address}"}}}}}}"#),
            ),
            (
                r#"{"image":{"mime_type":"a","sha256":"b","url":"no address"}}"#.to_owned(),
                r#"{"image":{"mime_type":"a","sha256":"b","url":"no address"}}"#.to_owned(),
            ),
        ] {
            let out = LINKS.in_webhook(value.as_bytes());
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
