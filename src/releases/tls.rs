//! Certificates and proxies of the HTTP client, as pip, uv and npm use them.

use super::UnknownReason;
use super::client::USER_AGENT;
use super::environment::Environment;
use super::error::RegistrySettingsError;
use super::host::MAX_CONCURRENT;
use super::settings::CertificateBundle;
use reqwest::{Certificate, Client, ClientBuilder, NoProxy, Proxy, redirect};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::collections::BTreeSet;
use std::time::Duration;

/// The time limit for a connection: a host that does not exist must not use up the time of the whole request.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The certificates of some bundles, in DER. They are trusted in addition to those of the system.
///
/// # Errors
/// When a required file is missing or holds no certificate.
pub(crate) fn certificates(
    env: &Environment,
    bundles: &[CertificateBundle],
) -> Result<Vec<CertificateDer<'static>>, RegistrySettingsError> {
    let mut seen = BTreeSet::new();
    let mut found = BTreeSet::new();
    for bundle in bundles.iter().filter(|bundle| seen.insert(&bundle.path)) {
        let bytes = match env.read_bytes(&bundle.path) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(error) if bundle.required => return Err(error),
            Err(_) => continue,
        };
        let before = found.len();
        let mut any = false;
        for certificate in CertificateDer::pem_slice_iter(&bytes).flatten() {
            // An invalid trust anchor would make the whole client fail.
            if RootCertStore::empty().add(certificate.clone()).is_ok() {
                any = true;
                found.insert(certificate.to_vec());
            }
        }
        if bundle.required && !any && found.len() == before {
            return Err(RegistrySettingsError::Certificates {
                from: bundle.from.clone(),
                path: bundle.path.clone(),
            });
        }
    }
    Ok(found.into_iter().map(CertificateDer::from).collect())
}

/// A client of reqwest with the proxies and certificates of one ecosystem.
///
/// # Errors
/// When the platform's certificates cannot be used at all.
pub(crate) fn client(
    proxies: &Proxies,
    certificates: &[CertificateDer<'static>],
) -> Result<Client, UnknownReason> {
    // reqwest uses the process-wide provider. If one is already installed, it is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || {
        let builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            // A brotli stream may require a window of a gigabyte; gzip needs 32 KB.
            .no_brotli()
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_max_idle_per_host(MAX_CONCURRENT)
            .referer(false);
        proxies.apply(builder)
    };
    let failed = |_| UnknownReason::Connection("the system's certificates cannot be used".to_owned());
    trust(builder(), certificates)
        .and_then(reqwest::ClientBuilder::build)
        // A machine without certificates can still use a registry over http, or the certificates of the user.
        .or_else(|_| trust_only(builder(), certificates)?.build())
        .map_err(failed)
}

/// Trust additional certificates.
fn trust(
    builder: ClientBuilder,
    certificates: &[CertificateDer<'static>],
) -> Result<ClientBuilder, reqwest::Error> {
    // Without a bundle only the verifier of the platform is used, as macOS and Windows recommend.
    if certificates.is_empty() {
        return Ok(builder);
    }
    Ok(builder.tls_certs_merge(wrap(certificates)?))
}

/// Trust only these certificates.
fn trust_only(
    builder: ClientBuilder,
    certificates: &[CertificateDer<'static>],
) -> Result<ClientBuilder, reqwest::Error> {
    Ok(builder.tls_certs_only(wrap(certificates)?))
}

fn wrap(certificates: &[CertificateDer<'static>]) -> Result<Vec<Certificate>, reqwest::Error> {
    certificates
        .iter()
        .map(|der| Certificate::from_der(der))
        .collect()
}

/// The proxies of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (either case), read once.
#[derive(Clone)]
pub(crate) struct Proxies {
    proxies: Vec<Proxy>,
    system: bool,
}

impl Proxies {
    /// # Errors
    /// When the value of a variable is not an address.
    pub(crate) fn read(env: &Environment) -> Result<Self, RegistrySettingsError> {
        let except = env
            .first_var(&["no_proxy", "NO_PROXY"])
            .and_then(NoProxy::from_string);
        let mut proxies = Vec::new();
        let mut add = |names: &[&str], make: fn(&str) -> reqwest::Result<Proxy>| {
            if let Some(address) = env.first_var(names) {
                let from = || format!("the variable {}", names.last().unwrap_or(&"proxy"));
                let proxy = make(address).map_err(|_| RegistrySettingsError::Proxy { from: from() })?;
                proxies.push(proxy.no_proxy(except.clone()));
            }
            Ok::<(), RegistrySettingsError>(())
        };
        add(&["https_proxy", "HTTPS_PROXY"], |a| Proxy::https(a))?;
        // A CGI server sets HTTP_PROXY from a request header ("httpoxy").
        if env.var("REQUEST_METHOD").is_none() {
            add(&["http_proxy", "HTTP_PROXY"], |a| Proxy::http(a))?;
        }
        add(&["all_proxy", "ALL_PROXY"], |a| Proxy::all(a))?;
        Ok(Self {
            proxies,
            system: env.is_process(),
        })
    }

    /// Use the proxies. Without any, use those of the system, unless the environment is one of a test.
    pub(crate) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        if self.proxies.is_empty() && self.system {
            return builder;
        }
        // Ignore the proxies of the system.
        let builder = builder.no_proxy();
        self.proxies.iter().cloned().fold(builder, ClientBuilder::proxy)
    }
}
