//! Which settings there are, and what each may be.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use cloud_api::NodeId;
use toml::Table;

use super::policy;
use super::reader::{Common, Reader};
use super::words;
use super::{Account, App, Config, ConfigError, DEFAULTS, Fault, Origin, Portfolio, Proxy, Relay};
use super::{Secret, Sources, Upstream, Watch, Webhooks};

/// A day in milliseconds: no setting needs more.
pub(super) const DAY_MS: u64 = 86_400_000;
/// The platform's own edition of today.
const EDITION: &str = "2026-per-portfolio";

pub(super) fn config(sources: &Sources<'_>) -> Result<Config, ConfigError> {
    let whole = |what: String, hint: &str| {
        let (key, hint) = (String::new(), hint.to_owned());
        let origin = Origin::File;
        ConfigError(vec![Fault {
            key,
            origin,
            what,
            hint,
        }])
    };
    let broken = |error: toml::de::Error| {
        let what = format!("it is not TOML: {}", error.to_string().trim_end());
        whole(
            what,
            "`goodstanding config show-default` shows how it is written.",
        )
    };
    let defaults: Table = DEFAULTS.parse().map_err(broken)?;
    let file: Table = sources.file.unwrap_or_default().parse().map_err(broken)?;
    let common = Common::new(sources);
    let config = of_root(&Reader::new(&file, &defaults, &common));
    let faults = common.into_faults();
    match config {
        Some(config) if faults.is_empty() => Ok(config),
        _ => Err(ConfigError(faults)),
    }
}

/// `None` only beside a fault.
fn of_root(root: &Reader<'_>) -> Option<Config> {
    let listen = root.parsed::<SocketAddr>("listen", "Give an address and a port, such as 127.0.0.1:8788.");
    let public_url = root
        .text("public_url")
        .and_then(|text| address(root, "public_url", &text));
    let follow_clock = root
        .text("follow_clock")
        .and_then(|text| address(root, "follow_clock", &text));
    let data = root.text("data").map(PathBuf::from);
    let upstream = upstream(&root.section("upstream"));
    let proxy = proxy(&root.section("proxy"));
    let webhooks = webhooks(&root.section("webhooks"));
    let watch = watch(&root.section("watch"));
    let policy = policy::read(&root.section("policy"));
    let words = words::read(&root.section("words"));
    let relays: Vec<Relay> = root.entries("relays").iter().map(relay).collect();
    let apps: Vec<App> = root.entries("apps").iter().map(app).collect();
    let portfolios = root.entries("portfolios");
    let mut ids = BTreeSet::new();
    let read = |entry: &Reader<'_>| portfolio(entry, &apps, &relays, &mut ids);
    let portfolios = portfolios.iter().map(read).collect::<Vec<_>>();
    once(root, "relays", relays.iter().map(|relay| &relay.name));
    once(root, "apps", apps.iter().map(|app| &app.name));
    let portfolios: Vec<Portfolio> = portfolios.into_iter().flatten().collect();
    once(
        root,
        "portfolios",
        portfolios.iter().map(|portfolio| &portfolio.name),
    );
    root.end();
    Some(Config {
        listen: listen?,
        public_url,
        data,
        follow_clock,
        upstream: upstream?,
        proxy,
        webhooks,
        watch,
        policy,
        words,
        apps,
        portfolios,
        relays,
    })
}

fn upstream(section: &Reader<'_>) -> Option<Upstream> {
    let url = section.needed("url");
    let url = address(section, "url", &url);
    let bounds = 1..=DAY_MS;
    let read = Upstream {
        url: url.clone().unwrap_or_default(),
        ca_file: section.text("ca_file").map(PathBuf::from),
        connect_time_out: section.millis("connect_time_out_ms", bounds.clone()),
        time_out: section.millis("time_out_ms", bounds),
        media_hosts: section.texts("media_hosts"),
        prove: section.flag("prove"),
    };
    if let Some(file) = read.ca_file.as_ref().filter(|file| !file.is_file()) {
        let what = format!("there is no file {}", file.display());
        section.fault("ca_file", what, "Name a PEM file, or leave it empty.");
    }
    let plain = |host: &String| format!("http://{host}/").parse::<Uri>().is_ok() && !host.contains('/');
    if !read.media_hosts.iter().all(plain) {
        section.fault(
            "media_hosts",
            "holds what is no host",
            "Write hosts only, such as lookaside.fbsbx.com.",
        );
    }
    section.end();
    url.map(|_| read)
}

fn proxy(section: &Reader<'_>) -> Proxy {
    let passes = section.word("unknown_writes", &[("refuse", false), ("pass", true)]);
    let hold_max = section.millis("hold_ms_max", 0..=60_000);
    section.end();
    Proxy {
        unknown_writes_pass: passes.unwrap_or_default(),
        hold_max,
    }
}

fn webhooks(section: &Reader<'_>) -> Webhooks {
    let hours = |name| Duration::from_secs(3_600 * section.number(name, 1..=8_760));
    let read = Webhooks {
        body_bytes_max: section.number("body_bytes_max", 1_024..=67_108_864) as usize,
        patience: section.millis("patience_ms", 1..=300_000),
        first_retry: section.millis("first_retry_ms", 1..=DAY_MS),
        longest_retry: section.millis("longest_retry_ms", 1..=DAY_MS),
        give_up_after: hours("give_up_after_hours"),
        log_kept: hours("log_kept_hours"),
    };
    section.end();
    read
}

fn watch(section: &Reader<'_>) -> Watch {
    let read = Watch {
        silent_sends_min: section.number("silent_sends_min", 1..=1_000_000),
        poll_every: section.millis("poll_every_ms", 1_000..=DAY_MS),
        poll_longest: section.millis("poll_longest_ms", 1_000..=DAY_MS),
        poll_calls_per_hour: section.number("poll_calls_per_hour", 4..=5_000) as u32,
        readiness_every: Duration::from_secs(3_600 * section.number("readiness_every_hours", 0..=8_760)),
    };
    section.end();
    read
}

fn app(entry: &Reader<'_>) -> App {
    let app = App {
        name: name(entry),
        secrets: entry.secrets("secrets"),
        verify_token: entry.secret("verify_token"),
    };
    if app.secrets.is_empty() && !entry.gives("secrets") {
        let hint = "Without one no webhook can be told from a forged one: give { env = \"NAME\" } or { file = \"PATH\" }.";
        entry.fault("secrets", "has no secret", hint);
    }
    entry.end();
    app
}

fn relay(entry: &Reader<'_>) -> Relay {
    let url = entry.needed("url");
    if !url.is_empty() {
        address(entry, "url", &url);
    }
    let secret = entry.secret("secret");
    if !entry.gives("secret") {
        let hint = "The app checks signatures with it: give { env = \"NAME\" } or { file = \"PATH\" }.";
        entry.fault("secret", "is missing", hint);
    }
    let secret = secret.unwrap_or_else(|| Secret::new(""));
    let name = name(entry);
    entry.end();
    Relay { name, url, secret }
}

fn portfolio(
    entry: &Reader<'_>,
    apps: &[App],
    relays: &[Relay],
    ids: &mut BTreeSet<u64>,
) -> Option<Portfolio> {
    let name = name(entry);
    let app = entry.text("app").and_then(|wanted| {
        let found = apps.iter().position(|app| app.name == wanted);
        if found.is_none() {
            entry.fault(
                "app",
                format!("there is no app {wanted:?}"),
                "Name one of [[apps]].",
            );
        }
        found
    });
    let token = entry.secret("token");
    if !entry.gives("token") {
        let hint = "Give the platform's token as { env = \"NAME\" } or { file = \"PATH\" }.";
        entry.fault("token", "there is none", hint);
    }
    let edition = entry.text("edition").unwrap_or_else(|| EDITION.to_owned());
    let mut accounts = Vec::new();
    for account in entry.entries("accounts") {
        let read = id(&account, ids);
        let (token, relay) = (account.secret("token"), relay_of(&account, relays));
        account.end();
        accounts.extend(read.map(|id| Account { id, token, relay }));
    }
    if accounts.is_empty() {
        entry.fault(
            "accounts",
            "has none",
            "Give the ids of its WhatsApp Business Accounts.",
        );
    }
    let mut numbers = BTreeMap::new();
    for number in entry.entries("numbers") {
        let (id, relay) = (id(&number, ids), relay_of(&number, relays));
        number.end();
        numbers.extend(id.zip(relay));
    }
    entry.end();
    Some(Portfolio {
        name,
        app,
        token: token?,
        edition,
        accounts,
        numbers,
    })
}

fn relay_of(entry: &Reader<'_>, relays: &[Relay]) -> Option<usize> {
    let wanted = entry.text("relay")?;
    let found = relays.iter().position(|relay| relay.name == wanted);
    if found.is_none() {
        entry.fault(
            "relay",
            format!("there is no relay {wanted:?}"),
            "Name one of [[relays]].",
        );
    }
    found
}

/// An id of the platform, which nothing else has.
fn id(entry: &Reader<'_>, ids: &mut BTreeSet<u64>) -> Option<u64> {
    let text = entry.needed("id");
    let Some(NodeId(id)) = NodeId::parse(&text) else {
        if !text.is_empty() {
            entry.fault(
                "id",
                format!("{text:?} is no id"),
                "Give the digits that the platform shows.",
            );
        }
        return None;
    };
    if !ids.insert(id) {
        entry.fault(
            "id",
            format!("{id} is there twice"),
            "Give each account and number once.",
        );
    }
    Some(id)
}

/// A name that can stand in a path.
fn name(entry: &Reader<'_>) -> String {
    let name = entry.needed("name");
    let plain = |ch: char| ch.is_ascii_alphanumeric() || "-_.".contains(ch);
    if !name.chars().all(plain) || name.len() > 64 {
        let hint = "Use up to 64 letters, digits, dots, dashes and underscores.";
        entry.fault("name", format!("{name:?} is no name"), hint);
    }
    name
}

fn once<'a>(root: &Reader<'_>, list: &str, names: impl Iterator<Item = &'a String>) {
    let mut seen = BTreeSet::new();
    for name in names.filter(|name| !name.is_empty()) {
        if !seen.insert(name) {
            root.fault(
                list,
                format!("{name:?} is there twice"),
                "Give each a name of its own.",
            );
        }
    }
}

/// An absolute HTTP address, without a slash at its end.
fn address(section: &Reader<'_>, name: &str, text: &str) -> Option<String> {
    let uri = text.parse::<Uri>().ok();
    let fits = |uri: &Uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.authority().is_some_and(|a| !a.as_str().contains('@'))
    };
    if !uri.as_ref().is_some_and(fits) {
        let hint = "Give http:// or https://, a host, and a port if it is not the usual one.";
        section.fault(name, "is no address", hint);
        return None;
    }
    Some(text.trim_end_matches('/').to_owned())
}
