//! Where a request comes from.
//!
//! Whoever reaches the sandbox's socket owns it, but a page of somebody else that a developer has open must not move their
//! clock or make people report a number. Browsers say with each `POST` where it comes from, and no page can make them
//! say otherwise; so comparing that with the host that was asked suffices, and no token is kept. Whoever is no browser says
//! nothing, and is let through.
//!
//! A page whose own name was made to lead to this machine (DNS rebinding) is, to a browser, a page of this very server. So a
//! sandbox that listens on loopback hears, apart from Graph calls, only who calls it by a loopback name or address.

use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// Whether a request comes from a page of this very server, or from no browser at all.
pub(crate) fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        // `none`: the user did it themselves, by loading a page again.
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text(HOST.as_str())
        }
        (None, None) => true,
    }
}

/// Whether a request names this machine by a loopback name or address; one that names nothing comes from no browser.
pub(crate) fn is_local(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST) else {
        return true;
    };
    let host = host.to_str().unwrap_or("?");
    // An address of version 6 stands in brackets; what is behind the last colon is the port.
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_loopback_names_lead_here() {
        let rows = [
            ("localhost", true),
            ("localhost:8787", true),
            ("LOCALHOST.:8787", true),
            ("sandbox.localhost:8787", true),
            ("127.0.0.1", true),
            ("127.3.2.1:8787", true),
            ("[::1]:8787", true),
            ("[::1]", true),
            ("evil.test:8787", false),
            ("localhost.evil.test", false),
            ("evillocalhost", false),
            ("10.0.0.1:8787", false),
            ("[2001:db8::1]:80", false),
            ("", false),
        ];
        for (host, expected) in rows {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static(host));
            assert_eq!(is_local(&headers), expected, "{host}");
        }
        assert!(is_local(&HeaderMap::new()));
    }

    #[test]
    fn only_pages_of_this_server_and_programs_are_heard() {
        let check = |rows: &[(&'static str, &'static str)], expected| {
            let row = |(name, value): &(&'static str, &'static str)| {
                let name = axum::http::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            };
            let headers: HeaderMap = rows.iter().map(row).collect();
            assert_eq!(is_own(&headers), expected, "{rows:?}");
        };
        let host = ("host", "127.0.0.1:8787");
        check(&[host], true);
        check(&[host, ("sec-fetch-site", "same-origin")], true);
        check(&[host, ("sec-fetch-site", "none")], true);
        check(&[host, ("sec-fetch-site", "cross-site")], false);
        check(&[host, ("sec-fetch-site", "same-site")], false);
        check(&[host, ("origin", "http://127.0.0.1:8787")], true);
        check(&[host, ("origin", "http://127.0.0.1:8788")], false);
        check(&[host, ("origin", "null")], false);
        check(&[("origin", "http://evil.test")], false);
        check(
            &[
                host,
                ("origin", "http://127.0.0.1:8787"),
                ("sec-fetch-site", "cross-site"),
            ],
            false,
        );
    }
}
