//! What can be typed. The texts here are the manual.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgGroup, Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Keeps WhatsApp Business numbers and message templates in good standing.
#[derive(Parser, Debug)]
#[command(name = "goodstanding", version, max_term_width = 100)]
pub(crate) struct Args {
    /// What is logged to standard error: a level, or `target=level` pairs.
    #[arg(
        long,
        global = true,
        env = "GOODSTANDING_LOG",
        default_value = "warn",
        value_name = "FILTER"
    )]
    pub(crate) log: String,
    /// How log lines look. Numbers of people are masked in both.
    #[arg(
        long,
        global = true,
        env = "GOODSTANDING_LOG_FORMAT",
        default_value = "text",
        value_name = "FORMAT"
    )]
    pub(crate) log_format: LogFormat,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// See [`Args::log_format`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// The WhatsApp Business Platform on your own machine: Graph API, webhooks, ratings, limits, and a clock of yours.
    Sandbox(Box<Sandbox>),
    /// Stands in front of the Graph API: every send is checked at the last moment, webhooks are relayed, replies flow.
    Gateway(Box<Gateway>),
    /// Looks at the configuration of the gateway without starting it.
    #[command(subcommand)]
    Config(Config),
    /// Looks whether everything that sending needs is in order: token, accounts, webhooks, payment, numbers, templates.
    Doctor(Doctor),
    /// Accounts that the gateway looks after.
    #[command(subcommand)]
    Accounts(Accounts),
    /// Tells the story of three numbers, their templates and a gateway against a sandbox of its own, in under a minute.
    Demo(Demo),
    /// Checks templates, or the text of a message, before they are submitted: format, category, tone, links, a way out.
    Check(Check),
    /// Asks a running gateway why a message was admitted, held or refused: by which check, facts and edition.
    Why(Why),
    /// Files of what people agreed to.
    #[command(subcommand)]
    Consents(Records),
    /// Files of people who are not to be written to.
    #[command(subcommand)]
    Suppressions(Records),
    /// Files of what was sent before.
    #[command(subcommand)]
    Sends(Sends),
    /// Looks after data directories.
    #[command(subcommand)]
    Data(Data),
    /// The platform's rules in their editions: what there is, every value with its source, what differs, and why.
    #[command(subcommand)]
    Rules(Rules),
}

/// `goodstanding sandbox`.
#[derive(ClapArgs, Debug, Clone)]
#[command(group = ArgGroup::new("storage").args(["data", "ephemeral"]).required(true))]
pub(crate) struct Sandbox {
    /// Where to listen; port 0 takes a free one.
    #[arg(
        long,
        default_value = "127.0.0.1:8787",
        env = "GOODSTANDING_LISTEN",
        value_name = "ADDR"
    )]
    pub(crate) listen: SocketAddr,
    /// Keep everything in this directory; it is made if it is not there.
    #[arg(
        long,
        conflicts_with = "ephemeral",
        env = "GOODSTANDING_DATA",
        value_name = "DIR"
    )]
    pub(crate) data: Option<PathBuf>,
    /// Keep nothing: everything is gone when the process ends.
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// The same seed and the same calls give the same ids and the same history; drawn if not given.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// The rules that new portfolios are under: the name of an edition, or a file that begins with `extends = "NAME"` and
    /// gives the values that differ. `goodstanding rules list` names the editions.
    #[arg(long, default_value = "2023-per-number", value_name = "NAME|FILE")]
    pub(crate) edition: String,
    /// A value of the edition to replace for new portfolios, such as `flagged.recovery="on_day_7"`; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Take up what `GET /sandbox/v1/snapshot` gave: state, history, clock and seed. A data directory must be empty.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seed", "start"])]
    pub(crate) restore: Option<PathBuf>,
    /// A file of simulated people for the default portfolio and for new ones: they read, answer, block.
    #[arg(long, env = "GOODSTANDING_PEOPLE", value_name = "FILE")]
    pub(crate) people: Option<PathBuf>,
    /// How fast simulated time runs: 1 is real time, 60 a minute in a second, 0 stands still until it is advanced.
    #[arg(long, default_value_t = 1.0, value_name = "S")]
    pub(crate) speed: f64,
    /// Start the clock of an empty sandbox here instead of now (such as 2026-03-02T09:00:00Z).
    #[arg(long, value_name = "TIME")]
    pub(crate) start: Option<jiff::Timestamp>,
    /// Errors that the platform reports by webhook (such as 131047) come in the answer instead.
    #[arg(long)]
    pub(crate) errors_at_once: bool,
    /// Enforce the limits for each second, each pair and each hour of management calls also while the clock stands still.
    #[arg(long)]
    pub(crate) enforce_rates: bool,
    /// Speak TLS as well, on the same port, with a certificate authority kept in this directory: clients trust `ca.pem` in
    /// it. The certificate is for localhost, graph.facebook.com and lookaside.fbsbx.com.
    #[arg(long, value_name = "DIR")]
    pub(crate) tls: Option<PathBuf>,
    /// Write the addresses and credentials here, as shell assignments, once the sandbox listens.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) mail: Mail,
}

/// How administrators of portfolios get mail.
#[derive(ClapArgs, Debug, Clone, Default)]
#[command(next_help_heading = "Mail")]
pub(crate) struct Mail {
    /// Send administrators real mail through this server: smtp://HOST:PORT, smtp://...?tls=required for STARTTLS, smtps://
    /// for TLS; with USER@ or USER:PASSWORD@ before the host to sign in.
    #[arg(
        long,
        env = "GOODSTANDING_SMTP",
        hide_env_values = true,
        requires = "mail_from",
        value_name = "URL"
    )]
    pub(crate) smtp: Option<Secret>,
    /// The password for it; give it in the environment or in a file, where nobody else sees it.
    #[arg(
        long,
        env = "GOODSTANDING_SMTP_PASSWORD",
        hide_env_values = true,
        requires = "smtp",
        conflicts_with = "smtp_password_file",
        value_name = "PASSWORD"
    )]
    pub(crate) smtp_password: Option<Secret>,
    /// A file whose first line is the password for it.
    #[arg(
        long,
        env = "GOODSTANDING_SMTP_PASSWORD_FILE",
        requires = "smtp",
        value_name = "FILE"
    )]
    pub(crate) smtp_password_file: Option<PathBuf>,
    /// A certificate (PEM) to trust as its issuer, beside those that the system trusts.
    #[arg(long, requires = "smtp", value_name = "FILE")]
    pub(crate) smtp_ca: Option<PathBuf>,
    /// Who these mails are from, such as "Goodstanding <alerts@shop.example>".
    #[arg(long, env = "GOODSTANDING_MAIL_FROM", value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
}

/// What may hold a password: it is not shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(not shown)")
    }
}

impl std::str::FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Secret(text.to_owned()))
    }
}

/// `goodstanding gateway`. Whatever is not a flag is in the file; `goodstanding config show-default` lists it.
#[derive(ClapArgs, Debug, Clone)]
pub(crate) struct Gateway {
    /// The configuration (TOML).
    #[arg(long, env = "GOODSTANDING_CONFIG", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Keep everything in this directory; it is made if it is not there. A person who is erased is in no file of it after 32
    /// days at most, while the gateway runs; what their consents were given with is gone at once.
    #[arg(long, conflicts_with = "ephemeral", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Keep nothing: everything is gone when the process ends. For tests.
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// The Graph API: the real one, or a sandbox.
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
    /// Follow the clock of a sandbox: its control address, such as http://127.0.0.1:8787/sandbox/v1.
    #[arg(long, value_name = "URL")]
    pub(crate) follow_clock: Option<String>,
    /// Write the address and the first token here, as shell assignments, once the gateway listens.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
}

/// `goodstanding doctor`: exit code 0 when nothing of severity error was found, 1 when something was.
#[derive(ClapArgs, Debug)]
pub(crate) struct Doctor {
    /// The configuration of the gateway (TOML). The platform is only read from, and no gateway has to run.
    #[arg(long, env = "GOODSTANDING_CONFIG", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The Graph API, if it is another than the configuration says.
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
    /// Show what is in order as well.
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `goodstanding accounts`.
#[derive(Subcommand, Debug)]
pub(crate) enum Accounts {
    /// Takes a WhatsApp Business Account into the configuration of the gateway, once the platform has shown it. What else is
    /// in the file stays as it is; if anything is wrong, nothing is changed.
    Add(AddAccount),
}

/// `goodstanding accounts add`.
#[derive(ClapArgs, Debug)]
pub(crate) struct AddAccount {
    /// The account's id.
    #[arg(value_name = "WABA_ID")]
    pub(crate) id: u64,
    /// The configuration of the gateway (TOML).
    #[arg(long, env = "GOODSTANDING_CONFIG", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The portfolio that it belongs to; not needed if there is only one.
    #[arg(long, value_name = "NAME")]
    pub(crate) portfolio: Option<String>,
    /// Where its webhooks go on to: the name of one of the relays.
    #[arg(long, value_name = "NAME")]
    pub(crate) relay: Option<String>,
    /// A file with a token of its own, instead of the portfolio's; relative to the configuration.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<String>,
    /// Subscribe the token's app to the account, and have its webhooks come to the gateway, which must run and be reached at
    /// its public_url: the platform looks.
    #[arg(long)]
    pub(crate) subscribe: bool,
    /// The Graph API, if it is another than the configuration says.
    #[arg(long, value_name = "URL")]
    pub(crate) upstream: Option<String>,
}

/// `goodstanding config`.
#[derive(Subcommand, Debug)]
pub(crate) enum Config {
    /// Reads a configuration as `goodstanding gateway` would, and tells everything that is wrong with it.
    Check {
        /// The configuration (TOML).
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Shows every setting with its default and what it is for.
    ShowDefault,
}

/// `goodstanding demo`.
#[derive(ClapArgs, Debug, Clone)]
pub(crate) struct Demo {
    /// One JSON object a line, for programs.
    #[arg(long)]
    pub(crate) json: bool,
    /// Leave the sandbox running at the end and say where to look.
    #[arg(long)]
    pub(crate) stay: bool,
    /// Where the demo's sandbox listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR")]
    pub(crate) listen: SocketAddr,
}

/// `goodstanding check`. Exit code 0: nothing of severity error; 1: something; 2: the input cannot be used; 4: the file
/// cannot be read.
#[derive(ClapArgs, Debug, Clone)]
#[command(
    after_long_help = "Exit code 0: nothing of severity error was found; 1: something was; 2: the input cannot be used; \
    4: the file cannot be read."
)]
pub(crate) struct Check {
    /// JSON as the Graph API takes it: a template as for POST /{WABA}/message_templates, a list of them or what GET answers
    /// (each is then compared with the others too), or a message as for POST /{NUMBER}/messages. `-` reads standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The language of a message's text, such as `es`; templates name theirs.
    #[arg(long, default_value = "en", value_name = "CODE")]
    pub(crate) language: String,
    /// Stop words and the like that differ from those that come with the command: a TOML file with `languages`, `add` and
    /// `remove`.
    #[arg(long, value_name = "FILE")]
    pub(crate) words: Option<PathBuf>,
    /// A way to a person that is declared for the number: in_chat_transfer, phone, email, web_support, support_form or
    /// store_visit; may be repeated.
    #[arg(long = "way-to-person", value_name = "KIND")]
    pub(crate) ways: Vec<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A running gateway, and how to be let in.
#[derive(ClapArgs, Debug, Clone)]
#[command(next_help_heading = "Gateway")]
pub(crate) struct Remote {
    /// Where it listens.
    #[arg(
        long = "gateway",
        env = "GOODSTANDING_URL",
        default_value = "http://127.0.0.1:8788",
        value_name = "URL"
    )]
    pub(crate) url: String,
    /// A token of it; give it in the environment or in a file, where nobody else sees it.
    #[arg(
        long,
        env = "GOODSTANDING_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub(crate) token: Option<Secret>,
    /// A file whose first line is the token, such as local-token in the gateway's data directory; before the one in the
    /// environment.
    #[arg(long, env = "GOODSTANDING_TOKEN_FILE", value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// Of this portfolio (its name in the gateway's configuration); needed where the token opens several.
    #[arg(long, value_name = "NAME")]
    pub(crate) portfolio: Option<String>,
}

/// `goodstanding why`.
#[derive(ClapArgs, Debug, Clone)]
#[command(
    after_long_help = "Exit code 0: it was found; 1: there is no such decision, message or person; 2: it cannot be asked for so; \
    4: no gateway answers there, or it does not take the token."
)]
pub(crate) struct Why {
    /// A message's id (wamid...), the number of a decision, or a person: a phone number with country code, or a
    /// business-scoped id. Seven digits and more are a person; decision:N, attempt:N, message:ID and person:WHO leave no
    /// doubt.
    #[arg(value_name = "WHAT")]
    pub(crate) what: String,
    /// Of a person: at most so many decisions, the newest first.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1_000), value_name = "N")]
    pub(crate) last: u16,
    #[command(flatten)]
    pub(crate) output: Output,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// `goodstanding consents` and `suppressions`.
#[derive(Subcommand, Debug)]
pub(crate) enum Records {
    /// Reads a file and says which rows cannot be used, by line and column, why, and what to do. Changes nothing. Exit code 0:
    /// every row can be used; 1: some cannot; 2: none of the columns is known; 4: the file cannot be read.
    Check(RecordsFile),
    /// Gives the rows of a file to a running gateway. The same file again changes nothing; of two words about the same, the
    /// later counts. Exit code 0: every row was used; 1: some cannot be; 2: none of the columns is known; 4: the file
    /// cannot be read, no gateway answers, or it does not take the token.
    Import(Import),
    /// Writes what a running gateway has, as `import` takes it. People who were erased are not among them.
    Export(Export),
}

/// `goodstanding sends`.
#[derive(Subcommand, Debug)]
pub(crate) enum Sends {
    /// Reads a file and says which rows cannot be used, by line and column, why, and what to do. Changes nothing. Exit code 0:
    /// every row can be used; 1: some cannot; 2: none of the columns is known; 4: the file cannot be read.
    Check(RecordsFile),
    /// Tells a running gateway what was sent from its numbers before it was there, in order of time: messages outside of
    /// service windows, at least of the last 24 hours. Then it knows what of the messaging limit is used, and no longer keeps
    /// to a share of it for its first 24 hours. The same file again changes nothing. Exit codes as of `consents import`.
    Import(ImportSends),
}

/// Rows for a running gateway.
#[derive(ClapArgs, Debug, Clone)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) file: RecordsFile,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// A log of sends for a running gateway.
#[derive(ClapArgs, Debug, Clone)]
pub(crate) struct ImportSends {
    /// The number that they were sent from: its id or its digits; the only one if it is not given.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) number: Option<String>,
    /// The file does not hold all sends of the last 24 hours: they count, and the gateway stays careful.
    #[arg(long)]
    pub(crate) partial: bool,
    #[command(flatten)]
    pub(crate) file: RecordsFile,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// Rows from a running gateway.
#[derive(ClapArgs, Debug, Clone)]
pub(crate) struct Export {
    /// Where they are written; standard output if it is not given.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// `csv` or `jsonl`; by the file's name if it is not given, else CSV.
    #[arg(long, value_parser = ["csv", "jsonl"], value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    #[command(flatten)]
    pub(crate) remote: Remote,
}

/// A file of records.
#[derive(ClapArgs, Debug, Clone)]
pub(crate) struct RecordsFile {
    /// CSV with names of columns in the first line (commas, semicolons or tabs), or JSON lines; `-` reads standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// `csv` or `jsonl`; by the file's name if it is not given, else CSV.
    #[arg(long, value_parser = ["csv", "jsonl"], value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `goodstanding data`.
#[derive(Subcommand, Debug)]
pub(crate) enum Data {
    /// Writes the history of a data directory to standard output: one JSON object a line, in order of time.
    Export {
        /// The data directory.
        dir: PathBuf,
        /// Of this portfolio only (its id).
        #[arg(long, value_name = "ID")]
        portfolio: Option<u64>,
    },
    /// Reads every byte of a data directory and says whether all of it is what was written. Changes nothing.
    Verify {
        /// The data directory.
        dir: PathBuf,
    },
}

/// `goodstanding rules`. Wherever an edition is asked for, its name serves, or a file with one of your own.
#[derive(Subcommand, Debug)]
pub(crate) enum Rules {
    /// Lists the editions, and the rules that `explain` knows.
    List {
        #[command(flatten)]
        output: Output,
    },
    /// Shows every value of an edition: whether a source published it or it is assumed, and where it comes from.
    Show {
        /// A name, or a file that begins with `extends = "NAME"`.
        #[arg(value_name = "NAME|FILE")]
        edition: String,
        #[command(flatten)]
        output: Output,
    },
    /// Shows the values in which two editions differ.
    Diff {
        /// A name or a file.
        #[arg(value_name = "NAME|FILE")]
        one: String,
        /// Another.
        #[arg(value_name = "NAME|FILE")]
        other: String,
        #[command(flatten)]
        output: Output,
    },
    /// Says what a rule does, where it comes from, and its values in every edition.
    Explain {
        /// Such as `flag`, or the id of a rule in docs/conformance.md, such as `S5`.
        rule: String,
        #[command(flatten)]
        output: Output,
    },
}

/// How an answer is written.
#[derive(ClapArgs, Debug, Clone)]
pub(crate) struct Output {
    /// As JSON, for programs.
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_help_text() {
        let mut command = Args::command().term_width(100);
        command.build();
        let mut told = command.render_long_help().to_string();
        let paths = [
            &["sandbox"][..],
            &["gateway"],
            &["config"],
            &["config", "check"],
            &["config", "show-default"],
            &["demo"],
            &["check"],
            &["why"],
            &["consents"],
            &["consents", "check"],
            &["consents", "import"],
            &["consents", "export"],
            &["suppressions"],
            &["sends"],
            &["sends", "import"],
            &["data"],
            &["data", "export"],
            &["data", "verify"],
            &["rules"],
            &["rules", "list"],
            &["rules", "show"],
            &["rules", "diff"],
            &["rules", "explain"],
        ];
        for path in paths {
            let mut at = &mut command;
            for name in path {
                at = at.find_subcommand_mut(name).expect("a command of ours");
            }
            told.push_str(&format!("\n=== {}\n{}", path.join(" "), at.render_long_help()));
        }
        insta::assert_snapshot!(told);
    }

    #[test]
    fn wrong_usage_says_what_is_wanted() {
        let lines = [
            "sandbox",
            "sandbox --data a --ephemeral",
            "sandbox --ephemeral --speed fast",
            "sandbox --ephemeral --listen here",
            "sandbox --ephemeral --start yesterday",
            "sandbox --ephemeral --smtp smtp://ann:s3cret@localhost",
            "sandbox --ephemeral --mail-from a@b.example --smtp-password s3cret",
            "data verify",
            "check",
            "why",
            "why 1 --last 0",
            "sandbx",
        ];
        let told = lines.map(|line| {
            let words = std::iter::once("goodstanding").chain(line.split(' '));
            let error = Args::try_parse_from(words).expect_err("wrong usage");
            format!("$ goodstanding {line}\n{error}")
        });
        insta::assert_snapshot!(told.join("\n"));
    }
}
