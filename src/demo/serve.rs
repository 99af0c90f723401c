//! An HTTP server for the whole neighbourhood on one loopback port, told apart by the `Host` header. With ETags, so that
//! a refresh in the demo is as polite as any.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH},
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinHandle};

use super::Site;

/// Serves until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Binds a free port on loopback.
    pub async fn start(site: Arc<Site>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            // An accept that fails (too many open files) is tried again with the next connection.
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let site = Arc::clone(&site);
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let answer = answer(&site, &request);
                        async move { Ok::<_, Infallible>(answer) }
                    });
                    // A client that hangs up is no concern of ours.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Ok(Self { address, task })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(site: &Site, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let host = header(HOST).split(':').next().unwrap_or_default().to_owned();
    let found = site.get(&(host, request.uri().path().to_owned()));
    let (status, content_type, body, etag) = match found {
        _ if !matches!(*request.method(), Method::GET | Method::HEAD) => {
            (StatusCode::METHOD_NOT_ALLOWED, "text/plain", Bytes::new(), None)
        }
        Some((content_type, body)) => {
            let etag = format!("\"{}\"", &blake3::hash(body.as_bytes()).to_hex()[..16]);
            if header(IF_NONE_MATCH) == etag {
                (StatusCode::NOT_MODIFIED, *content_type, Bytes::new(), Some(etag))
            } else {
                (StatusCode::OK, *content_type, Bytes::from(body.clone()), Some(etag))
            }
        }
        None => (StatusCode::NOT_FOUND, "text/plain", Bytes::from_static(b"nothing here\n"), None),
    };
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type));
    if let Some(etag) = etag.and_then(|etag| etag.parse().ok()) {
        response.headers_mut().insert(ETAG, etag);
    }
    response
}
