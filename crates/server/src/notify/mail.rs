//! Sends mails through a mail server.
//!
//! Promises: the same mail has the same `Message-ID` however often it is sent; connections are kept and used again.
//! Must not know: what a mail says, when it is sent again.

use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::response::Category;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde::{Deserialize, Serialize};

use super::config::{MailConfig, MailConfigError, Security};

/// How long a step of a conversation with the mail server may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// One mail, as the outbox keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Letter {
    /// Who it is for.
    pub(crate) name: String,
    /// Where it goes.
    pub(crate) email: String,
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// Why a mail was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Refused {
    /// Not this time.
    Now(String),
    /// Never: the server says so, or it is no mail.
    Always(String),
}

/// A connection to a mail server, or several.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
}

impl Mailer {
    /// Sends through this server. Nothing is connected yet.
    pub(crate) fn new(config: &MailConfig) -> Result<Self, MailConfigError> {
        crate::serve::install_tls();
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .timeout(Some(PATIENCE))
            .tls(match config.security {
                Security::Plain => Tls::None,
                Security::StartTls => Tls::Required(tls(config)?),
                Security::Tls => Tls::Wrapper(tls(config)?),
            });
        if let Some(account) = &config.account {
            let credentials = Credentials::new(account.user.clone(), account.password.reveal().to_owned());
            transport = transport.credentials(credentials);
        }
        Ok(Mailer {
            transport: transport.build(),
            from: config.from.clone(),
            domain: config.domain().to_owned(),
        })
    }

    /// Sends one mail, named by `id` for ever and written at `written_ms` (milliseconds since the Unix epoch).
    pub(crate) async fn send(&self, id: &str, written_ms: u64, letter: &Letter) -> Result<(), Refused> {
        let message = self.message(id, written_ms, letter).map_err(Refused::Always)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if is_about_this_mail(&error) => Err(Refused::Always(told(&error))),
            Err(error) => Err(Refused::Now(told(&error))),
        }
    }

    fn message(&self, id: &str, written_ms: u64, letter: &Letter) -> Result<Message, String> {
        let address = letter
            .email
            .parse()
            .map_err(|error| format!("{}: {error}", letter.email))?;
        let written = SystemTime::UNIX_EPOCH + Duration::from_millis(written_ms);
        Message::builder()
            .message_id(Some(format!("<{}@{}>", id.replace('@', ".at."), self.domain)))
            .date(written)
            .from(self.from.clone())
            .to(Mailbox::new(Some(letter.name.clone()), address))
            .subject(&letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|error| error.to_string())
    }
}

fn tls(config: &MailConfig) -> Result<TlsParameters, MailConfigError> {
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(pem) = &config.authority {
        let certificate = Certificate::from_pem(pem).map_err(|_| MailConfigError::Authority)?;
        parameters = parameters.add_root_certificate(certificate);
    }
    parameters.build().map_err(|_| MailConfigError::Tls)
}

/// Whether the server refused this mail for good (55x: mailbox, size, content), and not whoever sends it: a wrong password
/// is mended sooner or later.
fn is_about_this_mail(error: &lettre::transport::smtp::Error) -> bool {
    error.is_permanent()
        && error
            .status()
            .is_some_and(|code| code.category == Category::MailSystem)
}

/// What the server said, or why there was no server, on one line.
fn told(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text.lines().collect::<Vec<_>>().join(" ")
}
