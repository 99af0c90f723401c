//! Making reqwest's client: rustls with the system's CAs, or webpki's where the system has none; proxies from the
//! environment; no cookies, no referrer, no redirects of its own.

use std::{
    path::Path,
    sync::{Arc, LazyLock},
    time::Duration,
};

use hyper_util::client::proxy::matcher::Matcher;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use url::Url;

use super::{
    Settings, WebError,
    guard::Trust,
    names::{Names, Resolver},
    per_feed::Way,
};

/// The system's CAs. To read them takes as long as to open a cache, so the two are done side by side.
static ROOTS: LazyLock<rustls::RootCertStore> = LazyLock::new(|| {
    let mut roots = rustls::RootCertStore::empty();
    // Honours SSL_CERT_FILE and SSL_CERT_DIR. What cannot be read is passed over; the rest may do.
    let native = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(native.certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
});

/// Begins to read the system's CAs, for whoever is about to use the network.
pub fn prepare() {
    std::thread::spawn(|| LazyLock::force(&ROOTS));
}

/// Certificates that are trusted, the user's own among them, and the protocols that are offered.
pub(super) fn tls(ca_file: Option<&Path>) -> Result<rustls::ClientConfig, WebError> {
    let mut roots = ROOTS.clone();
    if let Some(path) = ca_file {
        for certificate in read_certificates(path)? {
            let added = roots.add(certificate);
            added.map_err(|error| ca_error(path, &format!("a certificate in it is of no use ({error})")))?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| WebError::Setup(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Certificates that are trusted, for whoever speaks TLS over another protocol.
#[derive(Debug)]
pub struct Trusted {
    /// The system's and the user's own.
    pub list: Vec<CertificateDer<'static>>,
    /// Whether the system has any; else webpki's are meant.
    pub has_system: bool,
}

/// The same certificates as [`crate::web::Web`] trusts. Reads files.
pub fn trusted_certificates(ca_file: Option<&Path>) -> Result<Trusted, WebError> {
    let is_sound = |one: &CertificateDer<'static>| rustls::RootCertStore::empty().add(one.clone()).is_ok();
    let mut list: Vec<CertificateDer<'static>> =
        rustls_native_certs::load_native_certs().certs.into_iter().filter(is_sound).collect();
    let has_system = !list.is_empty();
    if let Some(path) = ca_file {
        list.extend(read_certificates(path)?);
    }
    Ok(Trusted { list, has_system })
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, WebError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(ca_error(path, "it holds no certificate in PEM")),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(ca_error(path, &error.to_string())),
    }
}

fn ca_error(path: &Path, why: &str) -> WebError {
    WebError::Setup(format!(
        "{}, which the configuration names as `network.ca_file`, cannot be used: {why}",
        path.display()
    ))
}

/// Which addresses go through a proxy, and which hosts those proxies are.
#[derive(Debug)]
pub(super) struct Proxies {
    matcher: Option<Matcher>,
    hosts: Vec<String>,
}

impl Proxies {
    pub(super) fn from_environment(settings: &Settings) -> Self {
        if !settings.proxies {
            return Self { matcher: None, hosts: Vec::new() };
        }
        let hosts = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
            .iter()
            .filter_map(|name| std::env::var(name).ok())
            .filter_map(|value| Url::parse(&value).or_else(|_| Url::parse(&format!("http://{value}"))).ok())
            .filter_map(|url| url.host_str().map(str::to_owned))
            .collect();
        Self { matcher: Some(Matcher::from_env()), hosts }
    }

    /// Whether a proxy would be asked for this address, which then is the proxy's to resolve.
    pub(super) fn takes(&self, url: &Url) -> bool {
        let Some(matcher) = &self.matcher else { return false };
        url.as_str().parse::<hyper::Uri>().is_ok_and(|uri| matcher.intercept(&uri).is_some())
    }
}

/// How long a connection is kept for the next request to a host: shorter than servers keep theirs, so that none is used
/// that they are about to close.
const IDLE: Duration = Duration::from_secs(4);

/// What becomes of a connection after its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idle {
    Kept,
    Closed,
}

pub(super) fn build(
    settings: &Settings,
    proxies: &Proxies,
    tls: rustls::ClientConfig,
    names: &Arc<Names>,
    trust: Trust,
    way: Option<&Way>,
    idle: Idle,
) -> Result<reqwest::Client, WebError> {
    let resolver = Resolver {
        names: Arc::clone(names),
        everything_at: settings.everything_at,
        only_public: trust == Trust::Found && !settings.allow_private,
        proxy_hosts: match way {
            Some(Way::Proxy(url)) => url.host_str().map(str::to_owned).into_iter().collect(),
            Some(Way::Direct) => Vec::new(),
            None => proxies.hosts.clone(),
        },
    };
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(&settings.user_agent)
        .referer(false)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(settings.connect_timeout)
        // One bad header among good ones is not worth a feed.
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .pool_max_idle_per_host(match idle {
            Idle::Kept => 1,
            Idle::Closed => 0,
        })
        .pool_idle_timeout(IDLE)
        .dns_resolver(resolver);
    let setup = |error: reqwest::Error| WebError::Setup(error.to_string());
    if !settings.proxies || way.is_some() {
        builder = builder.no_proxy();
    }
    if let Some(Way::Proxy(url)) = way {
        builder = builder.proxy(reqwest::Proxy::all(url.clone()).map_err(setup)?);
    }
    builder.build().map_err(setup)
}
