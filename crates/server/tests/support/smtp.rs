//! A mail server for tests: it speaks SMTP as the library `mailin` does, over sockets of its own, keeps what it takes, and
//! answers as it is told.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailin::{Action, AuthMechanism, Handler, Response, Session, SessionBuilder, response};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tokio::sync::watch;

/// How long anything may take that should happen at once.
const PATIENCE: Duration = Duration::from_secs(30);
/// Who may sign in.
pub(crate) const USER: &str = "alerts@shop.example";
pub(crate) const PASSWORD: &str = "p@ss/word";

/// How clients connect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Connection {
    Plain,
    StartTls,
    Tls,
}

/// A mail that was taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Head and body.
    pub(crate) data: String,
    /// Who had signed in.
    pub(crate) user: Option<String>,
    pub(crate) encrypted: bool,
}

impl Mail {
    /// A field of its head, unfolded.
    pub(crate) fn field(&self, name: &str) -> String {
        let head = self
            .data
            .split("\r\n\r\n")
            .next()
            .unwrap_or_default()
            .replace("\r\n ", " ");
        let field = head
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        field.unwrap_or_else(|| panic!("no {name} in {head}"))
    }
}

/// What the server answers instead of taking a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// Not now: 450.
    Later,
    /// No such mailbox: 550.
    NoMailbox,
    /// Nothing: it hangs up.
    HangUp,
}

/// The server. Clones are handles to the same one; it ends with the process.
#[derive(Clone)]
pub(crate) struct MailServer {
    pub(crate) port: u16,
    /// The certificate that it shows, as PEM.
    pub(crate) certificate: Vec<u8>,
    connection: Connection,
    tls: Arc<ServerConfig>,
    mails: watch::Sender<Vec<Mail>>,
    script: Arc<Mutex<VecDeque<Answer>>>,
}

impl MailServer {
    /// Listens on a free port of loopback, as `localhost`.
    pub(crate) fn start(connection: Connection) -> MailServer {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
        MailServer::on(listener, connection)
    }

    /// Listens here.
    pub(crate) fn on(listener: TcpListener, connection: Connection) -> MailServer {
        // An error says that another test of this process has chosen it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder().with_no_client_auth();
        let config = config.with_single_cert(vec![made.cert.der().clone()], key);
        let server = MailServer {
            port: listener.local_addr().expect("it is bound").port(),
            certificate: made.cert.pem().into_bytes(),
            connection,
            tls: Arc::new(config.expect("the certificate fits its key")),
            mails: watch::Sender::default(),
            script: Arc::default(),
        };
        let listening = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = listening.clone();
                // How a conversation ends is the client's matter.
                std::thread::spawn(move || server.talk(stream));
            }
        });
        server
    }

    /// How a client is to connect, signing in where that is safe.
    pub(crate) fn url(&self) -> String {
        let port = self.port;
        match self.connection {
            Connection::Plain => format!("smtp://localhost:{port}"),
            Connection::StartTls => format!(
                "smtp://{}@localhost:{port}?tls=required",
                USER.replace('@', "%40")
            ),
            Connection::Tls => format!("smtps://{}@localhost:{port}", USER.replace('@', "%40")),
        }
    }

    /// Answers the next mails with these.
    pub(crate) fn answer(&self, answers: &[Answer]) {
        self.script.lock().expect("unpoisoned").extend(answers);
    }

    /// What it took so far.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.borrow().clone()
    }

    /// Waits until it took so many.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Mail> {
        let mut mails = self.mails.subscribe();
        let waited = tokio::time::timeout(PATIENCE, mails.wait_for(|mails| mails.len() >= count)).await;
        match waited {
            Ok(mails) => mails.expect("the sender lives in self").clone(),
            Err(_) => panic!("{count} mails were expected, these came: {:?}", self.mails()),
        }
    }

    fn talk(self, stream: TcpStream) -> io::Result<()> {
        let mut builder = SessionBuilder::new("mail.test");
        // Who could sign in has to.
        if self.connection != Connection::Plain {
            builder.enable_auth(AuthMechanism::Plain);
        }
        if self.connection == Connection::StartTls {
            builder.enable_start_tls();
        }
        let (connection, tls) = (self.connection, Arc::clone(&self.tls));
        let encrypted = Arc::new(Mutex::new(connection == Connection::Tls));
        let desk = Desk {
            server: self,
            encrypted: Arc::clone(&encrypted),
            mail: Mail::default(),
        };
        let mut session = builder.build(IpAddr::V4(Ipv4Addr::LOCALHOST), desk);
        let secured = |stream| {
            io::Result::Ok(StreamOwned::new(
                ServerConnection::new(tls).map_err(io::Error::other)?,
                stream,
            ))
        };
        if connection == Connection::Tls {
            session.tls_active();
            let mut stream = secured(stream)?;
            session.greeting().write_to(&mut stream)?;
            return serve(&mut stream, &mut session).map(drop);
        }
        let mut stream = stream;
        session.greeting().write_to(&mut stream)?;
        if serve(&mut stream, &mut session)? {
            session.tls_active();
            *encrypted.lock().expect("unpoisoned") = true;
            serve(&mut secured(stream)?, &mut session)?;
        }
        Ok(())
    }
}

/// Answers line by line; `true` when the client wants to go on encrypted.
fn serve<S: Read + Write>(stream: &mut S, session: &mut Session<Desk>) -> io::Result<bool> {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(false);
        }
        let answer = session.process(&line);
        if answer.action != Action::NoReply {
            answer.write_to(&mut *reader.get_mut())?;
            reader.get_mut().flush()?;
        }
        match answer.action {
            Action::UpgradeTls => return Ok(true),
            Action::Close => return Ok(false),
            Action::Reply | Action::NoReply => {}
        }
    }
}

/// What the server does with the mails of one conversation.
struct Desk {
    server: MailServer,
    encrypted: Arc<Mutex<bool>>,
    mail: Mail,
}

impl Desk {
    /// The next answer of the script, if it is `wanted` at this point.
    fn scripted(&self, wanted: impl Fn(Answer) -> bool) -> Option<Answer> {
        let mut script = self.server.script.lock().expect("unpoisoned");
        let next = script.front().copied().filter(|answer| wanted(*answer))?;
        script.pop_front();
        Some(next)
    }
}

impl Handler for Desk {
    fn mail(&mut self, _ip: IpAddr, _domain: &str, from: &str) -> Response {
        let user = self.mail.user.take();
        let encrypted = *self.encrypted.lock().expect("unpoisoned");
        self.mail = Mail {
            from: from.to_owned(),
            user,
            encrypted,
            ..Mail::default()
        };
        response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        self.mail.to.push(to.to_owned());
        match self.scripted(|answer| answer != Answer::HangUp) {
            Some(Answer::Later) => Response::custom(450, "try again later".to_owned()),
            Some(_) => response::NO_MAILBOX,
            None => response::OK,
        }
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.mail.data.push_str(&String::from_utf8_lossy(line));
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        if self.scripted(|answer| answer == Answer::HangUp).is_some() {
            return response::NO_SERVICE;
        }
        let mail = self.mail.clone();
        self.server.mails.send_modify(|mails| mails.push(mail));
        response::OK
    }

    fn auth_plain(&mut self, _authorization: &str, user: &str, password: &str) -> Response {
        if (user, password) == (USER, PASSWORD) {
            self.mail.user = Some(user.to_owned());
            response::AUTH_OK
        } else {
            response::INVALID_CREDENTIALS
        }
    }
}
