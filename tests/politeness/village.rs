//! A server for all feeds on one loopback port, told apart by the `Host` header. It answers, and writes all down.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming, header::HeaderValue, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::{
    habits::{self, Feed, Habit, Said},
    ledger::{Fault, Ledger},
};

pub struct Village {
    /// By address, without the scheme; `true` where it is the new one.
    feeds: HashMap<String, (Feed, bool)>,
    ledger: Mutex<Ledger>,
    /// Open requests of each host, and the most of one host at any time.
    open: Mutex<(HashMap<String, usize>, usize)>,
    hangs: AtomicBool,
}

impl Village {
    /// Serves until the runtime ends.
    pub async fn start() -> (Arc<Self>, SocketAddr) {
        let mut feeds = HashMap::new();
        for feed in habits::all() {
            feeds.insert(format!("{}{}", feed.host, feed.path), (feed.clone(), false));
            feeds.insert(format!("{}{}", feed.new_host(), feed.path), (feed, true));
        }
        let village =
            Arc::new(Self { feeds, ledger: Mutex::default(), open: Mutex::default(), hangs: AtomicBool::new(false) });
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Arc::clone(&village);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let village = Arc::clone(&serving);
                tokio::spawn(async move {
                    let service = service_fn(|request| {
                        let village = Arc::clone(&village);
                        async move { village.serve(request).await }
                    });
                    // Hundreds of hosts would be as many connections held open.
                    let mut server = hyper::server::conn::http1::Builder::new();
                    // A connection that breaks off is one of the habits.
                    let _ = server.keep_alive(false).serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        (village, address)
    }

    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap()
    }

    pub fn most_open_on_a_host(&self) -> usize {
        self.open.lock().unwrap().1
    }

    /// Whether feeds of the habit [`Habit::Hangs`] answer.
    pub fn hang(&self, hangs: bool) {
        self.hangs.store(hangs, SeqCst);
    }

    async fn serve(&self, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
        {
            let mut open = self.open.lock().unwrap();
            let (hosts, most) = &mut *open;
            let here = hosts.entry(host.clone()).or_default();
            *here += 1;
            *most = (*most).max(*here);
        }
        let _open = Open { village: self, host: host.clone() };
        // Whoever would ask again meanwhile gets the chance.
        tokio::task::yield_now().await;
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let address = format!("{host}{path}");
        let Some((feed, is_new)) = self.feeds.get(&address) else {
            self.ledger().fault(Fault::Invented, address);
            return Ok(response(Said::status(404)));
        };
        if feed.habit == Habit::Hangs && self.hangs.load(SeqCst) {
            self.ledger().judge(feed, &address, request.headers());
            self.ledger().note(feed, &address, None);
            std::future::pending::<()>().await;
        }
        let said = {
            let mut ledger = self.ledger();
            let (nth, conditions) = ledger.judge(feed, &address, request.headers());
            let said = if feed.habit == Habit::Crowded && ledger.is_crowded(&host) {
                // One in two says for how long.
                let says = ["crowd-0.", "crowd-2.", "crowd-4."].iter().any(|crowd| host.starts_with(crowd));
                let too_many = Said::status(429);
                Some(if says { too_many.with("retry-after", (3 * crate::clock::HOUR).to_string()) } else { too_many })
            } else if *is_new {
                Some(feed.answer_at_new(nth, &conditions))
            } else {
                feed.answer(nth, &conditions)
            };
            ledger.note(feed, &address, said.as_ref());
            said
        };
        said.map(response).ok_or_else(|| io::ErrorKind::ConnectionReset.into())
    }
}

/// A request that waits for its answer.
struct Open<'a> {
    village: &'a Village,
    host: String,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        *self.village.open.lock().unwrap().0.entry(self.host.clone()).or_default() -= 1;
    }
}

fn response(said: Said) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(said.body.into()));
    *response.status_mut() = said.status.try_into().unwrap();
    for (name, value) in said.headers {
        response.headers_mut().append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    response
}
