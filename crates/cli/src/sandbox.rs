//! `goodstanding sandbox`: starts the platform seat, says how to use it, and runs until it is told to stop.

use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use decider::Timestamp;
use rulebook::edition::Overrides;
use server::notify::MailConfig;
use server::{
    ClockConfig, DefaultAccount, Image, OpenError, Running, Seat, SeatConfig, ServeConfig, Storage, Tls,
};

use crate::args::Sandbox;
use crate::edition::Chosen;
use crate::error::CliError;
use crate::mail;

/// Runs the command until it is interrupted.
pub(crate) fn run(options: &Sandbox) -> Result<ExitCode, CliError> {
    let runtime = runtime()?;
    runtime.block_on(async {
        let seed = match options.seed {
            Some(seed) => seed,
            None => server::secret::random_seed().map_err(|error| CliError::Sandbox(error.to_string()))?,
        };
        let edition = Chosen::of(&options.edition)?;
        let config = config(options, &edition, seed)?;
        let seat = open(config, options.restore.as_deref())?;
        let seed = seat.seed();
        let tls = options.tls.as_deref().map(Tls::of_dir).transpose();
        let tls = tls.map_err(CliError::Tls)?;
        let authority = tls.as_ref().map(|tls| tls.authority().to_owned());
        let mail = mail::config(&options.mail)?;
        let mails = mail.as_ref().map(MailConfig::told);
        let (running, account) = start(seat, options.listen, ServeConfig { tls, mail }).await?;
        let rows = rows(running.address(), &account, authority.as_deref());
        let greeting = greeting(running.address(), &rows, &account, options, &edition.name, seed);
        anstream::print!("{greeting}");
        if let Some(mails) = mails {
            anstream::println!("Mail to administrators goes through {mails}");
        }
        if let Some(file) = &options.env_file {
            write_env_file(file, &env_file(&rows))?;
        }
        stop_signal().await;
        anstream::eprintln!("stopping: what was answered is kept");
        running.stop().await;
        Ok(ExitCode::SUCCESS)
    })
}

/// The runtime of every command that opens sockets.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CliError::Start)
}

/// Opens the seat, or takes up the file of another one.
pub(crate) fn open(config: SeatConfig, restore: Option<&Path>) -> Result<Seat, CliError> {
    let opened = match restore {
        Some(file) => Seat::open_image(config, read_image(file)?),
        None => Seat::open(config),
    };
    opened.map_err(|error| match error {
        OpenError::People(error) => CliError::People(error.to_string()),
        OpenError::Image(error) => CliError::Restore(error),
        error => CliError::Open(error),
    })
}

fn read_image(file: &Path) -> Result<Image, CliError> {
    let read = File::open(file).map_err(|source| CliError::Read {
        path: file.display().to_string(),
        source,
    })?;
    Image::read(&mut BufReader::new(read)).map_err(CliError::Restore)
}

/// Makes the default account if there is none, and listens.
pub(crate) async fn start(
    seat: Seat,
    listen: SocketAddr,
    serve: ServeConfig,
) -> Result<(Running, DefaultAccount), CliError> {
    let account = seat
        .first_start()
        .await
        .map_err(|error| CliError::Sandbox(error.to_string()))?;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .map_err(|source| CliError::Listen {
            address: listen.to_string(),
            source,
        })?;
    let running = server::serve_with(seat, listener, serve).map_err(|source| CliError::Listen {
        address: listen.to_string(),
        source,
    })?;
    Ok((running, account))
}

fn config(options: &Sandbox, edition: &Chosen, seed: u64) -> Result<SeatConfig, CliError> {
    let wrong = |source| CliError::Edition {
        asked: options.edition.clone(),
        source,
    };
    let mut config = SeatConfig::new(edition.id.name()).map_err(wrong)?;
    config.storage = options.data.clone().map_or(Storage::Ephemeral, Storage::Dir);
    let start = options.start.map_or_else(
        || engine::Clock::system().now(),
        |start| Timestamp::from_millis(u64::try_from(start.as_millisecond()).unwrap_or(0)),
    );
    config.clock = ClockConfig::Virtual {
        start,
        speed: options.speed,
    };
    config.seed = seed;
    config.people = options.people.as_deref().map(read_text).transpose()?;
    let set = Overrides::parse(&options.set.join("\n")).map_err(wrong)?;
    config.defaults.overrides = edition.overrides.clone().and(set).to_string();
    config.defaults.errors_at_once = options.errors_at_once;
    // A clock that stands still would let nobody send again.
    config.defaults.enforce_rates = options.enforce_rates || options.speed > 0.0;
    Ok(config)
}

fn greeting(
    address: SocketAddr,
    rows: &[(&str, String)],
    account: &DefaultAccount,
    options: &Sandbox,
    edition: &str,
    seed: u64,
) -> String {
    let kept = match &options.data {
        Some(dir) => format!("kept in {}", dir.display()),
        None => "kept in memory only".to_owned(),
    };
    let mut text = String::new();
    let _ = writeln!(
        text,
        "goodstanding sandbox listens on http://{address} ({edition}, seed {seed}, {kept})\n"
    );
    for (name, value) in rows {
        let _ = writeln!(text, "  {name:<16} {value}");
    }
    let _ = writeln!(text, "  number           {}", account.display_phone_number);
    let _ = write!(
        text,
        "\nA first message, from the template that is there:\n\n  \
         curl -s http://{address}/v25.0/{phone}/messages \\\n    \
         -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \\\n    \
         -d '{{\"messaging_product\":\"whatsapp\",\"to\":\"15550001111\",\"type\":\"template\",\
         \"template\":{{\"name\":\"hello_world\",\"language\":{{\"code\":\"en_US\"}}}}}}'\n\n\
         Look at it in a browser: http://{address}/manager\n\
         What happened and why: http://{address}/sandbox/v1/events\n\
         Everything a tester can do: http://{address}/sandbox/v1/openapi.json\n",
        phone = account.phone_number_id,
        token = account.token,
    );
    text
}

fn rows(
    address: SocketAddr,
    account: &DefaultAccount,
    authority: Option<&Path>,
) -> Vec<(&'static str, String)> {
    let mut rows = vec![
        ("BASE_URL", format!("http://{address}")),
        ("PHONE_NUMBER_ID", account.phone_number_id.clone()),
        ("WABA_ID", account.waba_id.clone()),
        ("APP_ID", account.app_id.clone()),
        ("TOKEN", account.token.clone()),
        ("APP_SECRET", account.app_secret.clone()),
        ("CONTROL_URL", format!("http://{address}/sandbox/v1")),
    ];
    if let Some(authority) = authority {
        rows.push(("TLS_URL", format!("https://localhost:{}", address.port())));
        rows.push(("CA_FILE", authority.display().to_string()));
    }
    rows
}

/// A file that the user gave.
fn read_text(file: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(file).map_err(|source| CliError::Read {
        path: file.display().to_string(),
        source,
    })
}

/// Shell assignments. Only the name of a file may need quoting.
fn env_file(rows: &[(&str, String)]) -> String {
    let plain = |value: &str| !value.contains(|ch: char| ch.is_whitespace() || "'\"\\$`".contains(ch));
    let line = |(name, value): &(&str, String)| match plain(value) {
        true => format!("{name}={value}\n"),
        false => format!("{name}='{}'\n", value.replace('\'', r"'\''")),
    };
    rows.iter().map(line).collect()
}

/// Whole or not at all: whoever waits for the file never reads half of it.
pub(crate) fn write_env_file(file: &Path, text: &str) -> Result<(), CliError> {
    let partial = file.with_extension("partial");
    std::fs::write(&partial, text)
        .and_then(|()| std::fs::rename(&partial, file))
        .map_err(|source| CliError::Write {
            path: file.display().to_string(),
            source,
        })
}

/// Until the user, or the system, asks the process to end.
pub(crate) async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn what_is_printed_and_written() {
        let address = SocketAddr::from(([127, 0, 0, 1], 8787));
        let account = DefaultAccount {
            phone_number_id: "300000010000000".into(),
            display_phone_number: "+1 555-078-3881".into(),
            waba_id: "200000010000000".into(),
            portfolio_id: "100000010000000".into(),
            app_id: "500000000000000".into(),
            token: "EAAtoken".into(),
            app_secret: "secret".into(),
        };
        let args = crate::args::Args::parse_from(["goodstanding", "sandbox", "--ephemeral"]);
        let crate::args::Command::Sandbox(options) = args.command else {
            panic!("sandbox was asked for")
        };
        let plain = rows(address, &account, None);
        let greeting = greeting(address, &plain, &account, &options, &options.edition, 7);
        insta::assert_snapshot!("greeting", greeting);
        let with_tls = rows(address, &account, Some(Path::new("/home/ann's/tls/ca.pem")));
        insta::assert_snapshot!("env_file", env_file(&with_tls));
    }

    /// The settings that a command line asks for.
    fn asked(args: &[&str]) -> (SeatConfig, Option<std::path::PathBuf>) {
        let line = ["goodstanding", "sandbox", "--ephemeral", "--speed", "0"];
        let args = crate::args::Args::parse_from(line.iter().chain(args));
        let crate::args::Command::Sandbox(options) = args.command else {
            panic!("sandbox was asked for")
        };
        let edition = Chosen::of(&options.edition).expect("the edition exists");
        let seed = options.seed.unwrap_or_default();
        (
            config(&options, &edition, seed).expect("it is sound"),
            options.restore,
        )
    }

    fn opened(args: &[&str]) -> Result<Seat, CliError> {
        let (config, restore) = asked(args);
        open(config, restore.as_deref())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_sandbox_takes_up_the_file_of_another() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sandbox.snapshot");
        let name = file.to_str().expect("a name of text");
        let seat = opened(&["--seed", "7"]).expect("it opens");
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let started = start(seat.clone(), loopback, ServeConfig::default()).await;
        let (running, before) = started.expect("it starts");
        let added = seat.add_waba(decider::CellId(1), "Second").await;
        added.expect("there is room");
        let address = format!("http://{}/sandbox/v1/snapshot", running.address());
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let image = client.get(address).send().await.expect("it answers");
        let image = image.bytes().await.expect("it is whole");
        running.stop().await;
        std::fs::write(&file, &image).expect("there is room");

        // Seed and settings are those of the file.
        let taken_up = opened(&["--restore", name]).expect("it is taken up");
        let after = taken_up.first_start().await.expect("it is there already");
        assert_eq!(after.token, before.token);
        let wabas = |portfolio: &platform::portfolio::Portfolio| portfolio.wabas.clone();
        let wabas = taken_up
            .query(decider::CellId(1), wabas)
            .await
            .expect("it answers");
        assert_eq!(
            wabas.expect("it is there").last().map(String::as_str),
            Some("Second")
        );

        std::fs::write(&file, &image[..image.len() / 2]).expect("there is room");
        let torn = opened(&["--restore", name]).map(drop);
        assert!(matches!(torn, Err(CliError::Restore(_))), "{torn:?}");
        std::fs::remove_file(&file).expect("it is there");
        let gone = opened(&["--restore", name]).map(drop);
        assert!(matches!(gone, Err(CliError::Read { .. })), "{gone:?}");
    }
}
