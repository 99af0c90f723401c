//! Small proxies on loopback: HTTP and SOCKS5, the first also behind TLS. Whatever name they are asked for, they go to
//! 127.0.0.1, so that a name that only the proxy can resolve is proof that nobody else tried.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::{Authority, server::RUNTIME};

/// Serves until it is dropped.
pub struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

#[derive(Clone, Copy)]
enum Kind {
    Http,
    Socks,
}

impl Proxy {
    pub fn http() -> Self {
        Self::start(Kind::Http, None)
    }

    pub fn https(authority: &Authority) -> Self {
        Self::start(Kind::Http, Some(authority.acceptor(&[])))
    }

    pub fn socks() -> Self {
        Self::start(Kind::Socks, None)
    }

    fn start(kind: Kind, tls: Option<TlsAcceptor>) -> Self {
        let listener = RUNTIME.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let recording = Arc::clone(&asked);
        let task = RUNTIME.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (asked, tls) = (Arc::clone(&recording), tls.clone());
                // Who hangs up is no business of a proxy.
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => serve(kind, tls.accept(stream).await?, &asked).await,
                        None => serve(kind, stream, &asked).await,
                    }
                });
            }
        });
        Self { address, asked, task }
    }

    /// Its address, under one of its schemes.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    /// The hosts with their ports that it was asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(kind: Kind, stream: impl AsyncRead + AsyncWrite + Unpin, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    match kind {
        Kind::Http => serve_http(stream, asked).await,
        Kind::Socks => serve_socks(stream, asked).await,
    }
}

/// CONNECT for tunnels, absolute addresses for the rest (RFC 9110, 9.3.6; RFC 9112, 3.2.2). One request a connection.
async fn serve_http(mut stream: impl AsyncRead + AsyncWrite + Unpin, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let (line, rest) = head.split_once("\r\n").unwrap();
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    if method == "CONNECT" {
        let mut upstream = connect(target, asked).await?;
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?;
        copy_bidirectional(&mut stream, &mut upstream).await?;
        return Ok(());
    }
    let (authority, path) = target.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut upstream = connect(authority, asked).await?;
    upstream.write_all(format!("{method} /{path} HTTP/1.1\r\nconnection: close\r\n{rest}").as_bytes()).await?;
    copy_bidirectional(&mut stream, &mut upstream).await?;
    Ok(())
}

/// Names and addresses without a password (RFC 1928).
async fn serve_socks(mut stream: impl AsyncRead + AsyncWrite + Unpin, asked: &Mutex<Vec<String>>) -> io::Result<()> {
    stream.read_u8().await?;
    let methods = stream.read_u8().await?;
    stream.read_exact(&mut vec![0; methods.into()]).await?;
    stream.write_all(&[5, 0]).await?;
    let mut request = [0; 4];
    stream.read_exact(&mut request).await?;
    let host = match request[3] {
        1 => std::net::Ipv4Addr::from(stream.read_u32().await?).to_string(),
        _ => {
            let mut name = vec![0; stream.read_u8().await?.into()];
            stream.read_exact(&mut name).await?;
            String::from_utf8(name).unwrap()
        }
    };
    let port = stream.read_u16().await?;
    let mut upstream = connect(&format!("{host}:{port}"), asked).await?;
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    copy_bidirectional(&mut stream, &mut upstream).await?;
    Ok(())
}

async fn connect(authority: &str, asked: &Mutex<Vec<String>>) -> io::Result<TcpStream> {
    asked.lock().unwrap().push(authority.to_owned());
    let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(80);
    TcpStream::connect(("127.0.0.1", port)).await
}
