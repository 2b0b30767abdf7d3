//! Which mail server the sandbox sends mail through: from flags, environment and files.
//!
//! Promises: a password is never shown.

use std::fs;
use std::path::Path;

use server::notify::{MailConfig, Password};

use crate::args::{Mail, Secret};
use crate::error::CliError;

/// The mail server that was asked for, if one was.
pub(crate) fn config(options: &Mail) -> Result<Option<MailConfig>, CliError> {
    let (Some(Secret(url)), Some(from)) = (&options.smtp, &options.mail_from) else {
        return Ok(None);
    };
    let password = match (&options.smtp_password, &options.smtp_password_file) {
        (Some(Secret(password)), _) => Some(Password::new(password)),
        (None, Some(file)) => Some(Password::new(first_line(file)?)),
        (None, None) => None,
    };
    let config = MailConfig::new(url, password, from).map_err(CliError::Mail)?;
    let authority = options.smtp_ca.as_deref().map(read).transpose()?;
    Ok(Some(MailConfig { authority, ..config }))
}

fn first_line(file: &Path) -> Result<String, CliError> {
    let bytes = read(file)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(file).map_err(|source| CliError::Read {
        path: file.display().to_string(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use clap::Parser;

    use super::*;
    use crate::args::{Args, Command};

    /// What the options come to, and that they show no password.
    fn check(words: &[&str]) -> String {
        let args = ["goodstanding", "sandbox", "--ephemeral"].iter().chain(words);
        let args = Args::try_parse_from(args).expect("right usage");
        let Command::Sandbox(options) = args.command else {
            panic!("sandbox was asked for")
        };
        assert!(!format!("{options:?}").contains("s3cret"));
        match config(&options.mail) {
            Ok(None) => "no mail".to_owned(),
            Ok(Some(config)) => {
                assert!(!format!("{config:?}").contains("s3cret"));
                format!(
                    "{}, {}",
                    config.told(),
                    config.account.map_or("nobody".to_owned(), |who| who.user)
                )
            }
            Err(error) => {
                let told = error.for_people();
                assert!(!told.contains("s3cret"), "{told}");
                told.lines().next().unwrap_or_default().to_owned()
            }
        }
    }

    #[test]
    fn a_mail_server_comes_from_flags_and_files() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        writeln!(file, "s3cret").expect("it is written");
        let file = file.path().to_str().expect("a path of text");
        let from = ["--mail-from", "alerts@shop.example"];
        let with = |words: &[&str]| check(&[words, &from].concat());
        assert_eq!(check(&[]), "no mail");
        assert_eq!(with(&[]), "no mail");
        assert_eq!(
            with(&["--smtp", "smtp://localhost:1025"]),
            "localhost:1025 (not encrypted), from alerts@shop.example, nobody"
        );
        assert_eq!(
            with(&["--smtp", "smtps://ann@m.example", "--smtp-password-file", file]),
            "m.example:465 (TLS), from alerts@shop.example, ann"
        );
        assert_eq!(
            with(&["--smtp", "smtp://ann:s3cret@m.example?tls=required"]),
            "m.example:587 (STARTTLS), from alerts@shop.example, ann"
        );
        assert_eq!(
            with(&["--smtp", "http://ann:s3cret@m.example"]),
            "error: mail cannot be sent that way"
        );
        assert!(
            with(&["--smtp", "smtps://m.example", "--smtp-ca", "/nowhere/ca.pem"])
                .starts_with("error: cannot read")
        );
    }
}
