//! Certificates for servers on loopback, good and bad.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio_rustls::TlsAcceptor;

/// Who signs certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    Expired,
    NotYetValid,
    OtherName,
    SignedByItself,
}

impl Authority {
    pub fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Each a name of its own, as strangers have.
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("Authority {}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let folder = tempfile::tempdir().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        std::fs::write(folder.path().join("ca.pem"), certificate.pem()).unwrap();
        Self { issuer: Issuer::new(params, key), folder }
    }

    /// The file for `SSL_CERT_FILE` or `network.ca_file`.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// With a certificate for 127.0.0.1 and `blog.example` and all names in `.blogs.example`, and these protocols.
    pub fn acceptor(&self, protocols: &[&[u8]]) -> TlsAcceptor {
        acceptor(self.certificate(None), protocols)
    }

    /// With a certificate that nobody should trust.
    pub fn bad_acceptor(&self, flaw: Flaw) -> TlsAcceptor {
        acceptor(self.certificate(Some(flaw)), &[])
    }

    fn certificate(&self, flaw: Option<Flaw>) -> (CertificateDer<'static>, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let names: &[&str] = match flaw {
            Some(Flaw::OtherName) => &["other.example.org"],
            _ => &["127.0.0.1", "blog.example", "*.blogs.example"],
        };
        let mut params =
            CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
        match flaw {
            Some(Flaw::Expired) => params.not_after = date_time_ymd(2020, 2, 29),
            Some(Flaw::NotYetValid) => params.not_before = date_time_ymd(2999, 1, 1),
            _ => {}
        }
        let certificate = match flaw {
            Some(Flaw::SignedByItself) => params.self_signed(&key).unwrap(),
            _ => params.signed_by(&key, &self.issuer).unwrap(),
        };
        (certificate.der().clone(), key)
    }
}

fn acceptor((certificate, key): (CertificateDer<'static>, KeyPair), protocols: &[&[u8]]) -> TlsAcceptor {
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], private)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}
