//! Which mail server mails go through, and from whom they are.
//!
//! Promises: a password is never shown, not in errors either. Must not know: files, the environment.

use core::fmt;

use lettre::Address;
use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use reqwest::Url;

/// Where mails go.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who signs in, if anybody has to.
    pub account: Option<Account>,
    /// The sender of all mails.
    pub from: Mailbox,
    /// A certificate to trust beside those that the system trusts, as PEM.
    pub authority: Option<Vec<u8>>,
}

/// How a connection is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Security {
    /// Not at all: `smtp://`.
    Plain,
    /// By a plain connection that is upgraded before anything is said: `smtp://...?tls=required`.
    StartTls,
    /// From its first byte: `smtps://`.
    Tls,
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Security::Plain => "not encrypted",
            Security::StartTls => "STARTTLS",
            Security::Tls => "TLS",
        })
    }
}

/// Who signs in at the mail server.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Password,
}

/// A password, which is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Keeps a password.
    pub fn new(password: impl Into<String>) -> Self {
        Password(password.into())
    }

    /// For whoever signs in.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(not shown)")
    }
}

/// Why mails cannot be sent this way. Says nothing of the address itself: a password may be in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MailConfigError {
    /// Not an address of a mail server.
    #[error(
        "the mail server must be given as smtp://USER:PASSWORD@HOST:PORT, smtps://... or smtp://...?tls=required"
    )]
    Server,
    /// A password without a name.
    #[error("there is a password for the mail server, and no user name")]
    PasswordWithoutUser,
    /// A name without a password.
    #[error("there is a user name for the mail server, and no password")]
    UserWithoutPassword,
    /// Not a sender.
    #[error(
        "the sender of mails must be an address, such as alerts@shop.example or \"Alerts <alerts@shop.example>\""
    )]
    From,
    /// Not a certificate.
    #[error("the certificate to trust cannot be read as PEM")]
    Authority,
    /// The connection cannot be protected as asked.
    #[error("TLS cannot be set up for the mail server")]
    Tls,
}

impl MailConfig {
    /// Mails through the server of a URL. A `password` goes before one in the URL.
    pub fn new(url: &str, password: Option<Password>, from: &str) -> Result<Self, MailConfigError> {
        let url = Url::parse(url).map_err(|_| MailConfigError::Server)?;
        let tls = match url.query() {
            None => false,
            Some("tls=required") => true,
            Some(_) => return Err(MailConfigError::Server),
        };
        let (security, usual) = match (url.scheme(), tls) {
            ("smtps", _) => (Security::Tls, 465),
            ("smtp", true) => (Security::StartTls, 587),
            ("smtp", false) => (Security::Plain, 25),
            _ => return Err(MailConfigError::Server),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(MailConfigError::Server);
        }
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(MailConfigError::Server)?;
        Ok(MailConfig {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: url.port().unwrap_or(usual),
            security,
            account: account(&url, password)?,
            from: from.parse().map_err(|_| MailConfigError::From)?,
            authority: None,
        })
    }

    /// Where mails go and from whom, for people.
    pub fn told(&self) -> String {
        let MailConfig {
            host,
            port,
            security,
            from,
            ..
        } = self;
        format!("{host}:{port} ({security}), from {from}")
    }

    /// The part of the sender's address behind the `@`.
    pub(super) fn domain(&self) -> &str {
        Address::domain(&self.from.email)
    }
}

fn account(url: &Url, password: Option<Password>) -> Result<Option<Account>, MailConfigError> {
    let plain = |text: &str| {
        percent_decode_str(text)
            .decode_utf8()
            .map(|text| text.into_owned())
            .ok()
    };
    let user = plain(url.username()).ok_or(MailConfigError::Server)?;
    let within = url
        .password()
        .map(|text| plain(text).ok_or(MailConfigError::Server))
        .transpose()?;
    let password = password.or(within.map(Password));
    match (user.is_empty(), password) {
        (true, None) => Ok(None),
        (true, Some(_)) => Err(MailConfigError::PasswordWithoutUser),
        (false, None) => Err(MailConfigError::UserWithoutPassword),
        (false, Some(password)) => Ok(Some(Account { user, password })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, password: Option<&str>, from: &str) -> String {
        match MailConfig::new(url, password.map(Password::new), from) {
            Ok(config) => {
                let shown = format!("{config:?}");
                assert!(!shown.contains("s3cret"), "{shown}");
                let who = config.account.map_or("nobody".to_owned(), |who| {
                    format!("{} {}", who.user, who.password.reveal())
                });
                format!("{}:{} {:?} {who}", config.host, config.port, config.security)
            }
            Err(error) => {
                let told = error.to_string();
                assert!(!told.contains("s3cret"), "{told}");
                format!("{error:?}")
            }
        }
    }

    #[test]
    fn a_url_says_where_mail_goes_and_shows_no_password() {
        let from = "Alerts <alerts@shop.example>";
        // (URL, password beside it, what it comes to)
        let rows = [
            (
                "smtp://mail.shop.example",
                None,
                "mail.shop.example:25 Plain nobody",
            ),
            ("smtp://127.0.0.1:1025/", None, "127.0.0.1:1025 Plain nobody"),
            ("smtp://[::1]:1025", None, "::1:1025 Plain nobody"),
            (
                "smtp://mail.shop.example?tls=required",
                None,
                "mail.shop.example:587 StartTls nobody",
            ),
            (
                "smtps://mail.shop.example",
                None,
                "mail.shop.example:465 Tls nobody",
            ),
            (
                "smtps://ann:s3cret@mail.shop.example",
                None,
                "mail.shop.example:465 Tls ann s3cret",
            ),
            (
                "smtps://ann%40shop:s3cret%21@m.example:1",
                None,
                "m.example:1 Tls ann@shop s3cret!",
            ),
            (
                "smtps://ann:old@mail.shop.example",
                Some("s3cret"),
                "mail.shop.example:465 Tls ann s3cret",
            ),
            (
                "smtps://ann@mail.shop.example",
                Some("s3cret"),
                "mail.shop.example:465 Tls ann s3cret",
            ),
            ("smtps://ann@mail.shop.example", None, "UserWithoutPassword"),
            ("smtps://mail.shop.example", Some("s3cret"), "PasswordWithoutUser"),
            ("smtps://:s3cret@mail.shop.example", None, "PasswordWithoutUser"),
            ("http://ann:s3cret@mail.shop.example", None, "Server"),
            ("smtp://ann:s3cret@mail.shop.example?tls=maybe", None, "Server"),
            ("smtp://ann:s3cret@mail.shop.example/inbox", None, "Server"),
            ("mail.shop.example", None, "Server"),
            ("smtp://", None, "Server"),
        ];
        for (url, password, expected) in rows {
            assert_eq!(check(url, password, from), expected, "{url}");
        }
        assert_eq!(check("smtp://localhost", None, "nobody"), "From");
    }
}
