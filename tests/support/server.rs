//! A web server on loopback that answers as a test says and remembers what it was asked. Each server has a port of its
//! own, which makes it a host of its own.

use std::{
    collections::HashMap,
    convert::Infallible,
    io::{self, Write},
    net::SocketAddr,
    sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{
    HeaderMap, Request, Response,
    body::{Frame, Incoming},
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION},
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpSocket},
    runtime::Runtime,
    sync::watch,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::Authority;

/// How long a request may be missing before a test gives up; nothing waits as long when all is well.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
});

/// The route of what has none; no path is called so.
const OTHER: &str = "*";

/// A request as it came in.
#[derive(Clone, Debug)]
pub struct Asked {
    /// With its query.
    pub path: String,
    pub version: hyper::Version,
    pub headers: HeaderMap,
    /// What was sent along; empty for a GET.
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }
}

/// What a server says to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
    /// Whether the connection breaks after the body, before its end was said.
    breaks_off: bool,
}

impl Answer {
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), breaks_off: false }
    }

    pub fn ok(content_type: &str, body: impl Into<Bytes>) -> Self {
        let content_type = HeaderValue::from_str(content_type).unwrap();
        Self { headers: vec![(CONTENT_TYPE, content_type)], body: body.into(), ..Self::status(200) }
    }

    pub fn feed(body: impl Into<Bytes>) -> Self {
        Self::ok("application/xml", body)
    }

    pub fn page(body: impl Into<Bytes>) -> Self {
        Self::ok("text/html; charset=utf-8", body)
    }

    pub fn text(body: impl Into<Bytes>) -> Self {
        Self::ok("text/plain", body)
    }

    pub fn redirect(status: u16, to: &str) -> Self {
        let mut answer = Self::status(status);
        answer.headers.push((LOCATION, HeaderValue::from_str(to).unwrap()));
        answer
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap()));
        self
    }

    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub fn gzip(mut self) -> Self {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&self.body).unwrap();
        self.body = encoder.finish().unwrap().into();
        self.headers.push((CONTENT_ENCODING, HeaderValue::from_static("gzip")));
        self
    }

    pub fn brotli(mut self) -> Self {
        let mut compressed = Vec::new();
        brotli::BrotliCompress(&mut &self.body[..], &mut compressed, &Default::default()).unwrap();
        self.body = compressed.into();
        self.headers.push((CONTENT_ENCODING, HeaderValue::from_static("br")));
        self
    }

    /// The connection breaks when all of the body has been sent but its end.
    pub fn breaking_off(mut self) -> Self {
        self.breaks_off = true;
        self
    }

    fn response(self) -> Response<Body> {
        let body = match self.breaks_off {
            false => Full::new(self.body).map_err(|never| match never {}).boxed(),
            true => {
                let broken = Err(io::Error::from(io::ErrorKind::ConnectionReset));
                StreamBody::new(stream::iter([Ok(Frame::data(self.body)), broken])).boxed()
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status.try_into().unwrap();
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}

type Body = BoxBody<Bytes, io::Error>;
type Route = Arc<dyn Fn(&Asked) -> Answer + Send + Sync>;

/// Serves until it is dropped. What no route answers is a 404.
pub struct Server {
    origin: String,
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

struct State {
    known: Mutex<Known>,
    arrived: Condvar,
    /// From which request on answers are held back, counted as in [`Known::asked`].
    held: watch::Sender<Option<usize>>,
}

#[derive(Default)]
struct Known {
    routes: HashMap<String, Route>,
    asked: Vec<Asked>,
    open: usize,
    most_open: usize,
}

impl State {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }
}

/// A request that waits for its answer; also one whose client goes away is done.
struct Open<'a>(&'a State);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.known().open -= 1;
    }
}

impl Server {
    pub fn start() -> Self {
        Self::start_on("http", None)
    }

    /// With a certificate for 127.0.0.1, `blog.example` and all names in `.blogs.example` by `authority`.
    pub fn start_tls(authority: &Authority) -> Self {
        Self::start_on("https", Some(authority.acceptor(&[])))
    }

    /// The same, with HTTP/2 for who wants it.
    pub fn start_h2(authority: &Authority) -> Self {
        Self::start_on("https", Some(authority.acceptor(&[b"h2", b"http/1.1"])))
    }

    fn start_on(scheme: &str, tls: Option<TlsAcceptor>) -> Self {
        let listener = RUNTIME.block_on(TcpListener::bind(("127.0.0.1", 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let origin = format!("{scheme}://{address}");
        let state =
            Arc::new(State { known: Mutex::default(), arrived: Condvar::new(), held: watch::Sender::new(None) });
        let serving = Arc::clone(&state);
        let task = RUNTIME.spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (state, tls) = (Arc::clone(&serving), tls.clone());
                tokio::spawn(async move {
                    let Some(tls) = tls else { return serve(stream, state, false).await };
                    // A client that does not trust the certificate hangs up.
                    if let Ok(stream) = tls.accept(stream).await {
                        let h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                        serve(stream, state, h2).await;
                    }
                });
            }
        });
        Self { origin, address, state, task }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of a path on this server.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Answers `path` like this from now on.
    pub fn serve(&self, path: &str, answer: Answer) {
        self.serve_with(path, move |_| answer.clone());
    }

    /// Answers `path` as the request asks for.
    pub fn serve_with(&self, path: &str, answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) {
        self.state.known().routes.insert(path.to_owned(), Arc::new(answer));
    }

    /// What every path answers that nothing else was said of.
    pub fn serve_other(&self, answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) {
        self.serve_with(OTHER, answer);
    }

    /// What a path is answered with; nobody asked for it.
    pub fn body(&self, path: &str) -> String {
        let asked = Asked {
            path: path.to_owned(),
            version: hyper::Version::HTTP_11,
            headers: HeaderMap::new(),
            body: String::new(),
        };
        let route = self.state.known().routes.get(path).cloned();
        route.map_or_else(String::new, |route| String::from_utf8(route(&asked).body.to_vec()).unwrap())
    }

    /// Everything that was asked, in order.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.known().asked.clone()
    }

    /// The paths that were asked for, in order.
    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }

    /// Forgets what was asked.
    pub fn forget(&self) {
        self.state.known().asked.clear();
    }

    /// The most requests that waited for their answers at the same time.
    pub fn most_at_once(&self) -> usize {
        self.state.known().most_open
    }

    /// Forgets what was asked and holds all answers back until [`Server::release`].
    pub fn hold(&self) {
        self.hold_after(0);
    }

    /// Forgets what was asked, answers so many requests more, and holds the rest back until [`Server::release`].
    pub fn hold_after(&self, requests: usize) {
        self.forget();
        self.state.held.send_replace(Some(requests));
    }

    pub fn release(&self) {
        self.state.held.send_replace(None);
    }

    /// Waits until so many requests have come in.
    pub fn wait_for(&self, requests: usize) {
        let missing = |known: &mut Known| known.asked.len() < requests;
        let (known, waited) = self.state.arrived.wait_timeout_while(self.state.known(), PATIENCE, missing).unwrap();
        assert!(!waited.timed_out(), "{} of {requests} requests came: {:?}", known.asked.len(), known.asked);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        // Ends with the error that it was ended.
        let _ = RUNTIME.block_on(&mut self.task);
    }
}

/// An address where nobody answers, and nobody else begins to.
pub struct Nobody(TcpSocket);

impl Nobody {
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        // Bound but never listening: the port is taken, and connections are refused.
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        Self(socket)
    }

    pub fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.local_addr().unwrap())
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, state: Arc<State>, h2: bool) {
    let service = service_fn(|request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(answer(&state, request).await.response()) }
    });
    // A client that hangs up, or is killed, is what some tests are about.
    let stream = TokioIo::new(stream);
    let _ = match h2 {
        true => http2::Builder::new(TokioExecutor::new()).serve_connection(stream, service).await,
        false => http1::Builder::new().serve_connection(stream, service).await,
    };
}

async fn answer(state: &State, request: Request<Incoming>) -> Answer {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let (version, headers) = (request.version(), request.headers().clone());
    // Who hangs up in the middle sent nothing.
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let asked = Asked { path, version, headers, body: String::from_utf8_lossy(&body).into_owned() };
    let (place, route) = {
        let mut known = state.known();
        known.asked.push(asked.clone());
        known.open += 1;
        known.most_open = known.most_open.max(known.open);
        let route = known.routes.get(&asked.path).or_else(|| known.routes.get(OTHER));
        (known.asked.len() - 1, route.cloned())
    };
    let _open = Open(state);
    state.arrived.notify_all();
    // Fails only when the server is dropped, and then nobody waits for the answer.
    let _ = state.held.subscribe().wait_for(|held| held.is_none_or(|from| place < from)).await;
    route.map_or_else(|| Answer::status(404), |route| route(&asked))
}
