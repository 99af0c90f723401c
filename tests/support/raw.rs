//! A server that sends bytes as a test says, also bytes that no server should send. One request a connection.

use std::{future::pending, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::server::RUNTIME;

/// What is done to a request, one step after the other; after the last the connection is closed.
#[derive(Clone, Debug)]
pub enum Step {
    Send(Vec<u8>),
    /// One byte each time.
    Drip(Duration),
    /// Nothing more, and the connection stays open.
    Hang,
}

/// The head of a request, as it came.
pub struct Head(String);

impl Head {
    /// Without the proxy's `http://host`, if a proxy was asked.
    pub fn path(&self) -> &str {
        let target = self.0.split(' ').nth(1).unwrap_or_default();
        match target.strip_prefix("http://") {
            Some(rest) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => target,
        }
    }

    pub fn method(&self) -> &str {
        self.0.split(' ').next().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// Serves until it is dropped.
pub struct Raw {
    address: SocketAddr,
    task: JoinHandle<()>,
}

type Script = Arc<dyn Fn(&Head) -> Vec<Step> + Send + Sync>;

impl Raw {
    pub fn start(script: impl Fn(&Head) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::start_on(None, Arc::new(script))
    }

    pub fn start_tls(tls: TlsAcceptor, script: impl Fn(&Head) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::start_on(Some(tls), Arc::new(script))
    }

    /// Closes each connection before anything is said.
    pub fn closing() -> Self {
        let (listener, address) = listen();
        let task = RUNTIME.spawn(async move { while listener.accept().await.is_ok() {} });
        Self { address, task }
    }

    /// Connections are begun and never made: the queue of those that wait is full.
    pub fn never_accepting() -> Self {
        let patience = Duration::from_millis(100);
        let (address, full) = RUNTIME.block_on(async {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
            let listener = socket.listen(1).unwrap();
            let address = listener.local_addr().unwrap();
            let mut waiting = Vec::new();
            while let Ok(Ok(stream)) = tokio::time::timeout(patience, TcpStream::connect(address)).await {
                waiting.push(stream);
            }
            (address, (listener, waiting))
        });
        let task = RUNTIME.spawn(async move {
            let _full = full;
            pending().await
        });
        Self { address, task }
    }

    fn start_on(tls: Option<TlsAcceptor>, script: Script) -> Self {
        let (listener, address) = listen();
        let task = RUNTIME.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, script) = (tls.clone(), Arc::clone(&script));
                // A client that hangs up is what some rows are about.
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => serve(tls.accept(stream).await.ok()?, &script).await,
                        None => serve(stream, &script).await,
                    }
                });
            }
        });
        Self { address, task }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn listen() -> (TcpListener, SocketAddr) {
    let listener = RUNTIME.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, script: &Script) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
        if head == [22] {
            // The first byte of TLS (RFC 8446, 5.1), which is no HTTP.
            return stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await.ok();
        }
    }
    for step in script(&Head(String::from_utf8_lossy(&head).into_owned())) {
        match step {
            Step::Send(bytes) => stream.write_all(&bytes).await.ok()?,
            Step::Hang => pending().await,
            Step::Drip(pause) => loop {
                stream.write_all(b" ").await.ok()?;
                stream.flush().await.ok()?;
                tokio::time::sleep(pause).await;
            },
        }
        stream.flush().await.ok()?;
    }
    stream.shutdown().await.ok()
}
