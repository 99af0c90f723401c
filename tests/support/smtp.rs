//! A mail server on loopback: takes letters over TLS, STARTTLS or in the clear, remembers them, and goes wrong where a test
//! says so.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use data_encoding::BASE64;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::{Authority, server::RUNTIME};

/// What a mail server does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// 535 whatever the password.
    Login,
    /// 550 to the recipient.
    Recipient,
    /// 554 to the letter.
    Letter,
    /// Never greets.
    Silent,
    /// Takes the letter and hangs up without a word.
    DropsAfterLetter,
    /// Takes the letter and says nothing.
    SilentAfterLetter,
    /// Speaks STARTTLS, and does not say so.
    HidesTls,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secured {
    Tls,
    Starttls,
    No,
}

/// A letter that arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    /// As it came, without the dots that SMTP adds.
    pub text: String,
    /// Name and password that were given.
    pub login: Option<String>,
    pub encrypted: bool,
}

pub struct Smtp {
    address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    task: JoinHandle<()>,
}

impl Smtp {
    pub fn start(authority: &Authority, secured: Secured, fault: Fault) -> Self {
        let listener = RUNTIME.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let arrived: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let (keeping, acceptor) = (Arc::clone(&arrived), authority.acceptor(&[]));
        let task = RUNTIME.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (arrived, acceptor) = (Arc::clone(&keeping), acceptor.clone());
                tokio::spawn(async move {
                    if fault == Fault::Silent {
                        std::future::pending::<()>().await;
                    }
                    match secured {
                        Secured::Tls => {
                            let stream = acceptor.accept(stream).await?;
                            talk(stream, None, true, fault, &arrived).await?;
                        }
                        Secured::No => drop(talk(stream, None, false, fault, &arrived).await?),
                        Secured::Starttls => {
                            if let Some(stream) = talk(stream, Some(&acceptor), false, fault, &arrived).await? {
                                let stream = acceptor.accept(stream).await?;
                                talk_on(stream, true, fault, &arrived).await?;
                            }
                        }
                    }
                    // Who hangs up is no business of a mail server.
                    Ok::<_, std::io::Error>(())
                });
            }
        });
        Self { address, arrived, task }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Greets and talks; gives the stream back where STARTTLS was agreed on.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    tls: Option<&TlsAcceptor>,
    encrypted: bool,
    fault: Fault,
    arrived: &Mutex<Vec<Arrived>>,
) -> std::io::Result<Option<S>> {
    let mut stream = BufReader::new(stream);
    say(&mut stream, "220 mail.example ESMTP").await?;
    commands(stream, tls.is_some(), encrypted, fault, arrived).await
}

/// Goes on after STARTTLS, without a greeting (RFC 3207).
async fn talk_on<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    encrypted: bool,
    fault: Fault,
    arrived: &Mutex<Vec<Arrived>>,
) -> std::io::Result<()> {
    commands(BufReader::new(stream), false, encrypted, fault, arrived).await.map(drop)
}

async fn say<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, line: &str) -> std::io::Result<()> {
    stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).await?;
    stream.get_mut().flush().await
}

async fn commands<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    offers_tls: bool,
    encrypted: bool,
    fault: Fault,
    arrived: &Mutex<Vec<Arrived>>,
) -> std::io::Result<Option<S>> {
    let (mut from, mut to, mut login) = (String::new(), Vec::new(), None);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end().to_owned();
        let verb = line.split(' ').next().unwrap().to_ascii_uppercase();
        let address = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        match verb.as_str() {
            "EHLO" if offers_tls && fault != Fault::HidesTls => {
                say(&mut stream, "250-mail.example\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN").await?;
            }
            "EHLO" => say(&mut stream, "250-mail.example\r\n250 AUTH PLAIN LOGIN").await?,
            "STARTTLS" => {
                say(&mut stream, "220 go ahead").await?;
                return Ok(Some(stream.into_inner()));
            }
            "AUTH" if fault == Fault::Login => say(&mut stream, "535 5.7.8 no such name or password").await?,
            "AUTH" => {
                let given = BASE64.decode(line.split(' ').nth(2).unwrap_or_default().as_bytes()).unwrap_or_default();
                login = Some(String::from_utf8(given).unwrap().replace('\0', " ").trim().to_owned());
                say(&mut stream, "235 welcome").await?;
            }
            "MAIL" => {
                from = address();
                say(&mut stream, "250 fine").await?;
            }
            "RCPT" if fault == Fault::Recipient => say(&mut stream, "550 5.1.1 nobody of that name").await?,
            "RCPT" => {
                to.push(address());
                say(&mut stream, "250 fine").await?;
            }
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                let mut text = String::new();
                loop {
                    let mut line = String::new();
                    if stream.read_line(&mut line).await? == 0 {
                        return Ok(None);
                    }
                    if line == ".\r\n" {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                if fault == Fault::Letter {
                    say(&mut stream, "554 5.7.1 it looks like spam").await?;
                    continue;
                }
                let (from, to) = (from.clone(), std::mem::take(&mut to));
                arrived.lock().unwrap().push(Arrived { from, to, text, login: login.clone(), encrypted });
                match fault {
                    Fault::DropsAfterLetter => return Ok(None),
                    Fault::SilentAfterLetter => std::future::pending::<()>().await,
                    _ => say(&mut stream, "250 taken").await?,
                }
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await?;
                return Ok(None);
            }
            _ => say(&mut stream, "500 what?").await?,
        }
    }
}
