//! What can go wrong for the user, and the exit code of each.

use std::process::ExitCode;

use rulebook::edition::EditionError;

/// An error that is told on standard error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The data directory cannot be used.
    #[error("the data directory cannot be used")]
    Open(#[source] server::OpenError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// What was given for an edition is none.
    #[error("`{asked}` is no edition")]
    Edition {
        /// What was given.
        asked: String,
        /// Why it is none.
        #[source]
        source: EditionError,
    },
    /// No rule of that name.
    #[error("there is no rule `{0}`")]
    NoSuchRule(String),
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// What is to be checked is neither a template nor a message.
    #[error("{what} cannot be checked: {why}")]
    Unusable {
        /// Which input.
        what: String,
        /// Why not.
        why: String,
    },
    /// What is asked about cannot be asked about.
    #[error("`{0}` is no decision and no attempt: these are whole numbers")]
    NoNumber(String),
    /// It is not clear what is meant.
    #[error("with {what} it is not clear which number is meant: {why}")]
    NotMeant {
        /// What was given.
        what: String,
        /// What there is.
        why: String,
    },
    /// The gateway has words that this command does not know.
    #[error("the gateway is of a later version than this command")]
    LaterGateway,
    /// The mail server cannot be used as it is given.
    #[error("mail cannot be sent that way")]
    Mail(#[source] server::notify::MailConfigError),
    /// A file cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// The process could not be set up.
    #[error("cannot start")]
    Start(#[source] std::io::Error),
    /// The sandbox answered something unusable.
    #[error("the sandbox could not do what was asked: {0}")]
    Sandbox(String),
    /// The people file cannot be used.
    #[error("{0}")]
    People(String),
    /// The snapshot cannot be taken up.
    #[error("the snapshot cannot be taken up")]
    Restore(#[source] ledger::archive::ArchiveError),
    /// There is no certificate to speak TLS with.
    #[error("TLS cannot begin")]
    Tls(#[source] server::TlsError),
    /// The configuration of the gateway cannot be used.
    #[error(transparent)]
    Config(#[from] gateway::config::ConfigError),
    /// The gateway does not begin.
    #[error("the gateway does not begin")]
    Gateway(#[source] gateway::StartError),
    /// An account is not taken up.
    #[error("the account is not taken up: {0}")]
    Account(String),
    /// The id of something else.
    #[error("{0} is no portfolio's id")]
    NoPortfolio(u64),
    /// The history was not written to its end.
    #[error("the history was not written to its end: {0}")]
    Export(String),
    /// A running gateway did not do what was asked.
    #[error(transparent)]
    Remote(#[from] crate::remote::RemoteError),
    /// The data directory cannot be read.
    #[error("the data directory cannot be read")]
    Verify(#[source] ledger::LedgerError),
}

impl CliError {
    /// Named exit codes: 1 something failed, 2 wrong usage (also clap's), 3 data, 4 address or file.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            CliError::Start(_)
            | CliError::LaterGateway
            | CliError::Sandbox(_)
            | CliError::Export(_)
            | CliError::Account(_) => 1,
            CliError::Config(_)
            | CliError::Edition { .. }
            | CliError::NoSuchRule(_)
            | CliError::NoNumber(_)
            | CliError::NotMeant { .. }
            | CliError::People(_)
            | CliError::Mail(_)
            | CliError::Unusable { .. }
            | CliError::NoPortfolio(_) => 2,
            CliError::Remote(error) => error.exit_code(),
            CliError::Open(_) | CliError::Verify(_) | CliError::Restore(_) | CliError::Gateway(_) => 3,
            CliError::Listen { .. } | CliError::Read { .. } | CliError::Write { .. } | CliError::Tls(_) => 4,
        })
    }

    /// The message with its causes, and what to do.
    pub(crate) fn for_people(&self) -> String {
        let mut text = format!("error: {self}\n");
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            text.push_str(&format!("  because: {error}\n"));
            cause = error.source();
        }
        if let Some(hint) = self.hint() {
            text.push_str(&format!("  hint: {hint}\n"));
        }
        text
    }

    fn hint(&self) -> Option<&str> {
        match self {
            CliError::Remote(error) => error.hint(),
            CliError::Listen { .. } => {
                Some("Choose another address with --listen, or port 0 for a free port.")
            }
            CliError::Open(_) | CliError::Verify(_) => {
                Some("Nothing was changed. `goodstanding data verify DIR` tells what is there.")
            }
            CliError::Edition { .. } => Some("Give a name, or a file that begins with extends = \"NAME\"."),
            CliError::NoSuchRule(_) => Some("`goodstanding rules list` names them."),
            CliError::Tls(_) => Some(
                "Name a directory that can be written, or take ca.pem and ca-key.pem away to begin anew.",
            ),
            CliError::Account(_) => Some("The configuration was not changed."),
            _ => None,
        }
    }
}
