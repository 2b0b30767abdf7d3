//! `goodstanding accounts add`: an account is taken into the configuration of the gateway.
//!
//! Promises: nothing is written unless the platform has shown the account and the whole configuration can be used; the
//! file keeps its comments and its order, and is never half written.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use gateway::config::Config;
use gateway::readiness::{self, Severity};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use crate::args;
use crate::config;
use crate::doctor;
use crate::error::CliError;
use crate::sandbox::runtime;

/// Runs the command.
pub(crate) fn add(options: &args::AddAccount) -> Result<ExitCode, CliError> {
    let file = &options.config;
    let text = std::fs::read_to_string(file).map_err(|source| CliError::Read {
        path: file.display().to_string(),
        source,
    })?;
    let text = edited(&text, options).map_err(CliError::Account)?;
    let flags: Vec<(&'static str, String)> = options
        .upstream
        .iter()
        .map(|url| ("upstream.url", url.clone()))
        .collect();
    let config = config::read_text(&text, file, &flags)?;
    let told = runtime()?.block_on(taken_up(&config, options))?;
    write(file, &text)?;
    anstream::print!("{told}");
    anstream::println!(
        "account {} is in {}; the gateway takes it up when it is started again",
        options.id,
        file.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// Asks the platform about the account, and has its webhooks come if that is wanted; what was found.
async fn taken_up(config: &Config, options: &args::AddAccount) -> Result<String, CliError> {
    let now = engine::Clock::system().now();
    let look = async || {
        let report = readiness::look_at(config, options.id, now).await;
        report.map_err(|error| CliError::Gateway(error.into()))
    };
    let report = look().await?;
    let unread = report
        .findings
        .iter()
        .find(|finding| matches!(finding.code, "account" | "token") && finding.severity == Severity::Error);
    if let Some(finding) = unread {
        return Err(CliError::Account(format!(
            "{}: {}",
            finding.subject, finding.what
        )));
    }
    if !options.subscribe {
        return Ok(doctor::text(&report, true));
    }
    let address = gateway::subscribe(config, options.id).await;
    let address = address.map_err(|error| CliError::Account(format!("its webhooks do not come: {error}")))?;
    let told = doctor::text(&look().await?, true);
    Ok(format!(
        "{told}webhooks of account {} come to {address}\n",
        options.id
    ))
}

/// The text of the configuration with the account in it.
fn edited(text: &str, options: &args::AddAccount) -> Result<String, String> {
    let mut document: DocumentMut = text.parse().map_err(|error| format!("it is no TOML: {error}"))?;
    let portfolio = portfolio(&mut document, options.portfolio.as_deref())?;
    let mut account = InlineTable::new();
    account.insert("id", options.id.to_string().into());
    if let Some(relay) = &options.relay {
        account.insert("relay", relay.into());
    }
    if let Some(token) = &options.token_file {
        let mut secret = InlineTable::new();
        secret.insert("file", token.into());
        account.insert("token", Value::InlineTable(secret));
    }
    match portfolio
        .entry("accounts")
        .or_insert(Item::Value(Array::new().into()))
    {
        Item::Value(Value::Array(accounts)) => accounts.push(account),
        Item::ArrayOfTables(accounts) => accounts.push(account.into_table()),
        _ => return Err("its accounts are not a list".to_owned()),
    }
    Ok(document.to_string())
}

/// The portfolio of that name, or the only one.
fn portfolio<'a>(document: &'a mut DocumentMut, name: Option<&str>) -> Result<&'a mut Table, String> {
    let list = document
        .get_mut("portfolios")
        .and_then(Item::as_array_of_tables_mut)
        .ok_or(
            "there is no [[portfolios]] in it: `goodstanding config show-default` shows how one is written",
        )?;
    let names: Vec<String> = list
        .iter()
        .map(|table| {
            let name = table.get("name").and_then(Item::as_str);
            name.unwrap_or_default().to_owned()
        })
        .collect();
    let place = match name {
        Some(name) => names.iter().position(|known| known == name),
        None => (names.len() == 1).then_some(0),
    };
    place.and_then(|place| list.get_mut(place)).ok_or_else(|| {
        let named = name.map_or("which portfolio is not said".to_owned(), |name| {
            format!("there is no portfolio {name}")
        });
        format!("{named}; known: {}", names.join(", "))
    })
}

/// Beside the file first, then in its place.
fn write(file: &Path, text: &str) -> Result<(), CliError> {
    let failed = |source| CliError::Write {
        path: file.display().to_string(),
        source,
    };
    let mut fresh = file.as_os_str().to_owned();
    fresh.push(".new");
    let written = whole(Path::new(&fresh), text)
        .and_then(|()| std::fs::set_permissions(&fresh, std::fs::metadata(file)?.permissions()))
        .and_then(|()| std::fs::rename(&fresh, file));
    written.map_err(|source| {
        let _ = std::fs::remove_file(&fresh);
        failed(source)
    })
}

/// Writes a file that is on the disk before it takes another's place.
fn whole(file: &Path, text: &str) -> std::io::Result<()> {
    let mut to = std::fs::File::create(file)?;
    to.write_all(text.as_bytes())?;
    to.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::world::{VERIFY_TOKEN, World};

    const FILE: &str = r#"# Our gateway.
listen = "127.0.0.1:0" # a free port
[[portfolios]]
name = "shop"
token = { env = "TOKEN" }
accounts = [{ id = "1", relay = "crm" }] # the first

[[portfolios]]
name = "school"
token = { env = "TOKEN" }
"#;

    fn asked(portfolio: Option<&str>, relay: Option<&str>, token_file: Option<&str>) -> args::AddAccount {
        args::AddAccount {
            id: 102290129340398,
            config: "gateway.toml".into(),
            portfolio: portfolio.map(Into::into),
            relay: relay.map(Into::into),
            token_file: token_file.map(Into::into),
            subscribe: false,
            upstream: None,
        }
    }

    #[test]
    fn what_becomes_of_the_file() {
        let one = FILE
            .split("\n[[portfolios]]\nname = \"school\"")
            .next()
            .expect("a part");
        let tables = "[[portfolios]]\nname = \"shop\"\n[[portfolios.accounts]]\nid = \"1\"\n";
        let rows = [
            (FILE, asked(Some("shop"), Some("crm"), None)),
            (FILE, asked(Some("school"), None, Some("school.token"))),
            (one, asked(None, None, None)),
            (tables, asked(None, None, None)),
            (FILE, asked(None, None, None)),
            (FILE, asked(Some("shopp"), None, None)),
            ("listen = \"x\"", asked(None, None, None)),
            ("listen = ", asked(None, None, None)),
            ("[[portfolios]]\naccounts = 7", asked(None, None, None)),
        ];
        let mut told = String::new();
        for (file, options) in rows {
            let what = match edited(file, &options) {
                Ok(text) => text,
                Err(why) => format!("refused: {why}\n"),
            };
            told.push_str(&format!(
                "---- {:?} {:?}\n{what}",
                options.portfolio, options.relay
            ));
        }
        insta::assert_snapshot!(told);
    }

    #[test]
    fn the_file_is_replaced_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("gateway.toml");
        std::fs::write(&file, "old").expect("it can be written");
        write(&file, "new").expect("it can be replaced");
        assert_eq!(std::fs::read_to_string(&file).expect("it is there"), "new");
        assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 1);
        assert!(
            write(&dir.path().join("none.toml"), "new").is_err(),
            "there is nothing to replace"
        );
        assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 1);
    }

    /// From the platform, which looks at the gateway before it posts there; what is not to be had changes nothing.
    #[test]
    fn an_account_is_taken_up_with_its_webhooks() {
        let world = World::new();
        let dir = tempfile::tempdir().expect("a directory");
        let secrets = [
            ("secret", world.account.app_secret.as_str()),
            ("token", &world.account.token),
            ("verify", VERIFY_TOKEN),
        ];
        for (name, text) in secrets {
            std::fs::write(dir.path().join(name), text).expect("it can be written");
        }
        let file = dir.path().join("gateway.toml");
        let text = format!(
            r#"public_url = "http://{}"
[upstream]
url = "{}"
[[apps]]
name = "main"
secrets = [{{ file = "secret" }}]
verify_token = {{ file = "verify" }}
[[portfolios]]
name = "shop"
app = "main"
edition = "2023-per-number"
token = {{ file = "token" }}
"#,
            world.gateway.address(),
            world.sandbox()
        );
        std::fs::write(&file, &text).expect("it can be written");
        let id = world.account.waba_id.parse().expect("an id");
        let options = |id| args::AddAccount {
            id,
            config: file.clone(),
            subscribe: true,
            ..asked(None, None, None)
        };
        let now = || std::fs::read_to_string(&file).expect("it is there");
        assert!(add(&options(77)).is_err(), "there is no such account");
        assert_eq!(now(), text);
        add(&options(id)).expect("it is taken up");
        let taken_up = now();
        assert!(
            taken_up.ends_with(&format!("accounts = [{{ id = \"{id}\" }}]\n")),
            "{taken_up}"
        );
        assert!(add(&options(id)).is_err(), "it is there already");
        assert_eq!(now(), taken_up);
        let looked = world
            .call("POST /v1/readiness", &serde_json::Value::Null)
            .to_string();
        assert!(
            looked.contains(&format!("{}/webhooks/main", world.gateway.address())),
            "{looked}"
        );
    }
}
