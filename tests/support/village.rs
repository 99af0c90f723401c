//! The demo's blogs under their own names: their server, named as the proxy to the real binary, answers for all of them.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use penpal::{
    demo::{Neighbourhood, Server, Site, render},
    model::Timestamp,
};

use super::{Penpal, server::RUNTIME};

pub struct Village {
    pub pages: Site,
    server: Server,
    list: String,
}

impl Village {
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    /// With more pages, or others.
    pub fn with(change: impl FnOnce(&mut Site)) -> Self {
        let neighbourhood = Neighbourhood::read(Timestamp::now()).unwrap();
        let mut pages = render::site(&neighbourhood);
        change(&mut pages);
        let server = RUNTIME.block_on(Server::start(Arc::new(pages.clone()))).unwrap();
        Self { pages, server, list: neighbourhood.opml() }
    }

    /// A user who follows six of the blogs and has looked around them.
    pub fn reader(&self, config: &str) -> Penpal {
        let proxy = PathBuf::from(format!("http://{}", self.server.address()));
        let penpal =
            Penpal::configured(&format!("[discover]\nallow_private = true\n{config}")).with("http_proxy", proxy);
        assert_eq!(penpal.run_with(&["import", "-"], self.list.as_bytes()).status, Some(0));
        penpal.done(&["refresh"]);
        penpal.done(&["discover"]);
        penpal
    }

    /// The text of a page as a browser's "view source" has it; empty if there is none.
    pub fn page(&self, url: &str) -> &str {
        let bare = url.split(['#', '?']).next().unwrap();
        let (host, path) = bare.strip_prefix("http://").unwrap().split_once('/').unwrap();
        self.pages.get(&(host.to_owned(), format!("/{path}"))).map_or("", |(_, body)| body.as_str())
    }

    /// All pages of a host.
    pub fn host(&self, host: &str) -> HashMap<&str, &str> {
        let of_host = self.pages.iter().filter(|((name, _), _)| name == host);
        of_host.map(|((_, path), (_, body))| (path.as_str(), body.as_str())).collect()
    }
}
