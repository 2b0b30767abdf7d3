//! What is refused, and how it is told.

use std::path::Path;

use super::{Config, ConfigError, Sources};

fn read(
    file: &str,
    environment: &[(&str, &str)],
    flags: &[(&'static str, &str)],
) -> Result<Config, ConfigError> {
    let environment = |name: &str| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let flags: Vec<(&'static str, String)> = flags
        .iter()
        .map(|(key, value)| (*key, (*value).to_owned()))
        .collect();
    Config::read(&Sources {
        file: Some(file),
        base: Path::new("/nowhere"),
        environment: &environment,
        flags: &flags,
    })
}

/// A file that can be used, and what is in the environment beside it.
const GOOD: &str = r#"
listen = "127.0.0.1:0"
[upstream]
url = "http://127.0.0.1:8787/"
[[apps]]
name = "main"
secrets = [{ env = "SECRET" }, { env = "OLD_SECRET" }]
verify_token = { env = "VERIFY" }
[[relays]]
name = "crm"
url = "http://127.0.0.1:9/hook"
secret = { env = "SECRET" }
[[portfolios]]
name = "shop"
app = "main"
token = { env = "TOKEN" }
accounts = [{ id = "102290129340398", relay = "crm" }]
numbers = [{ id = "106540352242922", relay = "crm" }]
"#;
const SECRETS: &[(&str, &str)] = &[
    ("SECRET", "s1"),
    ("OLD_SECRET", "s0"),
    ("VERIFY", "v"),
    ("TOKEN", "EAAx\nrest"),
];

#[test]
fn defaults_are_a_configuration_by_themselves() {
    let config = read("", &[], &[]).expect("the defaults can be used");
    assert_eq!(config.upstream.url, "https://graph.facebook.com");
    assert!(config.portfolios.is_empty());
}

#[test]
fn later_sources_win() {
    let config = read(GOOD, SECRETS, &[]).expect("it can be used");
    assert_eq!(config.upstream.url, "http://127.0.0.1:8787");
    assert_eq!(config.portfolios[0].token.reveal(), "EAAx");
    assert_eq!(config.apps[0].secrets.len(), 2);
    let mut environment = SECRETS.to_vec();
    environment.push(("GOODSTANDING_UPSTREAM_URL", "http://two.example"));
    environment.push(("GOODSTANDING_LISTEN", "127.0.0.1:2"));
    let config = read(GOOD, &environment, &[("listen", "127.0.0.1:3")]).expect("it can be used");
    assert_eq!(config.upstream.url, "http://two.example");
    assert_eq!(config.listen.port(), 3);
}

#[test]
fn every_fault_is_told_at_once() {
    let file = r#"
listen = "here"
public_url = "wa.example.com"
lissten = 1
[upstream]
ca_file = "/nowhere/ca.pem"
time_out = 3
time_out_ms = "soon"
[proxy]
unknown_writes = "perhaps"
[policy]
stop_lanes = ["service"]
caps = [{ lanes = ["marketing"], most = 2 }, { lanes = ["marketing"], per = "year", most = 99 }]
quiet_hours = [{ lanes = ["marketing"], from = "25:00", until = "08:00" }]
[policy.consent]
marketing = "perhaps"
[[apps]]
name = "main app"
secrets = ["written-down"]
[[relays]]
name = "crm"
url = "ftp://crm"
secret = { file = "missing" }
[[portfolios]]
name = "shop"
app = "other"
token = { env = "NOT_THERE" }
accounts = [{ id = "7", relay = "gone" }, { id = "7" }, { id = "x" }]
surplus = true
[[portfolios]]
name = "shop"
token = { env = "TOKEN", file = "too" }
"#;
    let environment = [
        ("GOODSTANDING_WATCH_SILENT_SENDS_MIN", "none"),
        ("TOKEN", "EAAsecret"),
    ];
    let error =
        read(file, &environment, &[("proxy.hold_ms_max", "99999999")]).expect_err("it cannot be used");
    let told = error.to_string();
    for secret in ["written-down", "EAAsecret"] {
        assert!(!told.contains(secret), "{secret} is told: {told}");
    }
    insta::assert_snapshot!(told);
    let broken = read("listen = ", &[], &[]).expect_err("it is not TOML");
    insta::assert_snapshot!("broken", broken.to_string());
}

/// What is written for the owner's policy by default is the seat's own default.
#[test]
fn the_default_policy_is_the_seats() {
    let config = read("", &[], &[]).expect("the defaults can be used");
    assert_eq!(config.policy, sender::policy::Policy::default());
    let file = r#"
        [policy]
        caps = [{ lanes = ["marketing"], per = "week", most = 2 }, { lanes = ["marketing", "utility"], hours = 24, most = 3 }]
        quiet_hours = [{ lanes = ["marketing"], from = "21:00", until = "08:30" }]
    "#;
    let policy = read(file, &[], &[]).expect("it can be used").policy;
    assert_eq!(policy.caps.len(), 2);
    assert_eq!(
        (policy.quiet_hours[0].from, policy.quiet_hours[0].until),
        (1_260, 510)
    );
}

#[test]
fn secrets_are_not_shown() {
    let config = read(GOOD, SECRETS, &[]).expect("it can be used");
    let shown = format!("{config:?}");
    for (_, secret) in SECRETS {
        let hidden = ["EAAx", "s1", "s0"]
            .iter()
            .filter(|text| secret.starts_with(**text));
        for text in hidden {
            assert!(!shown.contains(&format!("\"{text}\"")), "{text} is shown");
        }
    }
    assert!(shown.contains("Secret(not shown)"));
}

#[test]
fn words_are_added_and_taken_out() {
    let file = "[words]\nlanguages = [\"en\"]\n[words.add]\nstop = [\"enough socks\"]\n[words.remove]\nstop = [\"stop\"]\n";
    let config = read(file, &[], &[]).expect("it can be used");
    let stops = |text: &str| config.words.hear(text).wish.is_some();
    assert_eq!(
        (stops("Enough socks"), stops("stop"), stops("unsubscribe")),
        (true, false, true)
    );
    let wrong = [
        "[words]\nlanguages = [\"tlh\"]\n",
        "[words.add]\nstop = [\"?\"]\n",
        "[words.remove]\nstop = [\"never there\"]\n",
        "[words.add]\nhalt = [\"x\"]\n",
    ];
    let told = wrong.map(|file| read(file, &[], &[]).expect_err(file).to_string());
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn caution_is_off_smaller_or_none() {
    use sender::policy::Caution;
    let rows = [
        ("", Some(Caution::NoNewMarketing)),
        ("caution = \"off\"", Some(Caution::Off)),
        ("caution = \"smaller_waves\"", Some(Caution::SmallerWaves(250))),
        (
            "caution = \"smaller_waves\"\ncaution_permille = 50",
            Some(Caution::SmallerWaves(50)),
        ),
        ("caution = \"some\"", None),
        ("caution_permille = 1001", None),
    ];
    for (text, expected) in rows {
        let read = read(&format!("[policy]\n{text}\n"), &[], &[]);
        assert_eq!(read.ok().map(|config| config.policy.caution), expected, "{text}");
    }
}
