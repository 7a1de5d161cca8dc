//! Credentials by address: each is sent only to its own host and path.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use reqwest::header::HeaderValue;

/// Credentials by the address they are for.
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    entries: Vec<CredentialEntry>,
    /// The origins of the registries that the user names with a flag, a variable or a file of the user. The project may
    /// name registries too; a credential is sent to those only where it cannot leak.
    named: Vec<UrlOrigin>,
}

/// Scheme, host and port.
type UrlOrigin = (String, String, Option<u16>);

#[derive(Clone)]
struct CredentialEntry {
    /// `None` for netrc and npm's `//host/path/`, which have no scheme: they are for https, and for http if the user
    /// names such a registry.
    scheme: Option<String>,
    /// Host, and `:port` when it has one.
    host: String,
    /// Whether it has no port, as in netrc: then it is for the default port, and for another one if the
    /// user names such a registry.
    any_port: bool,
    /// A path prefix that ends in `/`.
    path: String,
    header: HeaderValue,
}

/// Shows only the number of credentials.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.entries.len())
    }
}

impl Credentials {
    /// Add a user and password for an address and everything below its folder.
    pub(crate) fn add_basic(&mut self, url: &Url, user: &str, password: &str) {
        self.add_for_url(url, basic(user, password));
    }

    /// Remove the user and password from an address, and store them for it.
    pub(crate) fn take_from_url(&mut self, url: &mut Url) {
        if url.username().is_empty() && url.password().is_none() {
            return;
        }
        let user = percent_decode_str(url.username())
            .decode_utf8_lossy()
            .into_owned();
        let password = percent_decode_str(url.password().unwrap_or_default())
            .decode_utf8_lossy()
            .into_owned();
        // Both fail only for an address without a host, which `base_url` refuses.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        self.add_basic(url, &user, &password);
    }

    /// Record that the user names a registry.
    pub(crate) fn add_registry(&mut self, url: &Url) {
        self.named.push(origin(url));
    }

    /// Whether the user names a registry with this origin.
    fn is_named(&self, url: &Url) -> bool {
        self.named.contains(&origin(url))
    }

    fn add_for_url(&mut self, url: &Url, header: Option<HeaderValue>) {
        if let (Some(header), Some(host)) = (header, host_and_port(url)) {
            self.entries.push(CredentialEntry {
                scheme: Some(url.scheme().to_owned()),
                host,
                any_port: false,
                path: folder(url.path()),
                header,
            });
        }
    }

    /// Add a netrc line: it is for every path of a host, on the default port or another.
    pub(crate) fn add_host(&mut self, host: &str, user: &str, password: &str) {
        if let Some(header) = basic(user, password) {
            self.entries.push(CredentialEntry {
                scheme: None,
                host: host.to_ascii_lowercase(),
                any_port: true,
                path: "/".to_owned(),
                header,
            });
        }
    }

    /// Add npm's `//host[:port]/path/` with a complete `Bearer` or `Basic` value.
    pub(crate) fn add_npm(&mut self, nerf: &str, scheme: &str, secret: &str) {
        let (host, path) = nerf.split_at(nerf.find('/').unwrap_or(nerf.len()));
        if let Some(header) = secret_header(&format!("{scheme} {secret}")) {
            self.entries.push(CredentialEntry {
                scheme: None,
                host: host.to_ascii_lowercase(),
                any_port: false,
                path: folder(&format!("{path}/")),
                header,
            });
        }
    }

    /// The header for a request that began at `first` and was redirected to `url`, if these differ. A registry that only
    /// the project names cannot send the user's credentials elsewhere by a redirect.
    pub(crate) fn header_for_redirect(&self, first: &Url, url: &Url) -> Option<&HeaderValue> {
        let own = origin(first) == origin(url) || self.is_named(first);
        self.header_for(url).filter(|_| own)
    }

    /// The header for a request, from the entry with the longest path.
    pub(crate) fn header_for(&self, url: &Url) -> Option<&HeaderValue> {
        let host = url.host_str()?.to_ascii_lowercase();
        let with_port = host_and_port(url)?;
        let named = self.is_named(url);
        // Url normalises `..` and `%2e`, so that comparing prefixes is safe.
        self.entries
            .iter()
            .filter(|e| match &e.scheme {
                Some(scheme) => scheme == url.scheme(),
                None => url.scheme() == "https" || named,
            })
            .filter(|e| match e.any_port {
                true => e.host == host && (url.port().is_none() || named),
                false => e.host == with_port,
            })
            .filter(|e| url.path().starts_with(&e.path) || format!("{}/", url.path()) == e.path)
            // Of equal ones the first is used, because its source has precedence.
            .rev()
            .max_by_key(|e| e.path.len())
            .map(|e| &e.header)
    }
}

fn origin(url: &Url) -> UrlOrigin {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    (url.scheme().to_owned(), host, url.port_or_known_default())
}

/// `host`, or `host:port` for a port that is not the default of the scheme.
fn host_and_port(url: &Url) -> Option<String> {
    let host = url.host_str()?.to_ascii_lowercase();
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

/// Everything up to the last `/`.
fn folder(path: &str) -> String {
    let end = path.rfind('/').map_or(0, |at| at + 1);
    let trimmed = path.get(..end).unwrap_or("/").trim_end_matches('/');
    format!("{trimmed}/")
}

fn basic(user: &str, password: &str) -> Option<HeaderValue> {
    secret_header(&format!(
        "Basic {}",
        STANDARD.encode(format!("{user}:{password}"))
    ))
}

/// A header that debug output does not show. `None` for a secret with line breaks in it.
fn secret_header(value: &str) -> Option<HeaderValue> {
    let mut header = HeaderValue::from_str(value).ok()?;
    header.set_sensitive(true);
    Some(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_secret_stays_with_its_host_port_scheme_and_path() {
        let mut base = url("https://me:p%40ss@pypi.example/team/simple/");
        let mut c = Credentials::default();
        c.take_from_url(&mut base);
        assert_eq!(base.as_str(), "https://pypi.example/team/simple/");
        let value = c.header_for(&url("https://pypi.example/team/simple/x/")).unwrap();
        assert_eq!(value, &format!("Basic {}", STANDARD.encode("me:p@ss")));
        for other in [
            "https://pypi.example/other/x/",
            "https://pypi.example/team/simple/../../x/",
            "https://pypi.example:8443/team/simple/x/",
            "http://pypi.example/team/simple/x/",
            "https://evil.example/team/simple/x/",
            "https://pypi.example.evil/team/simple/x/",
        ] {
            assert!(c.header_for(&url(other)).is_none(), "{other}");
        }
        assert_eq!(format!("{c:?} {value:?}"), "Credentials(1) Sensitive");
    }

    #[test]
    fn no_spelling_of_an_address_borrows_a_token() {
        let mut c = Credentials::default();
        c.add_npm("npm.example/npm/", "Bearer", "npm");
        c.add_host("pypi.example", "me", "netrc");
        for own in [
            "https://npm.example/npm/x",
            "https://NPM.example:443/npm/x",
            "https://pypi.example/x",
        ] {
            assert!(c.header_for(&url(own)).is_some(), "{own}");
        }
        for other in [
            "https://npm.example@evil.example/npm/x",
            "https://npm.example%2fnpm@evil.example/npm/x",
            "https://npm.example.evil.example/npm/x",
            "https://npm.example./npm/x",
            "https://npm.example:8443/npm/x",
            "https://npm.example/npm-evil/x",
            "https://npm.example/npm%2fx",
            "https://npm.example/npm/../x",
            "https://npm.example/npm/%2e%2e/x",
            "https://npm.example//npm/x",
            "http://npm.example/npm/x",
            "http://npm.example:443/npm/x",
            "http://pypi.example/x",
            "https://pypi.example:8443/x",
            "https://pypi.example./x",
        ] {
            assert!(c.header_for(&url(other)).is_none(), "{other}");
        }
        // The user may name an http registry.
        c.add_registry(&url("http://pypi.example:8080/simple/"));
        assert!(c.header_for(&url("http://pypi.example:8080/simple/x/")).is_some());
        assert!(c.header_for(&url("http://pypi.example:8081/simple/x/")).is_none());
    }

    #[test]
    fn a_redirect_carries_a_token_only_from_a_registry_of_the_users() {
        let mut c = Credentials::default();
        c.add_npm("npm.example/", "Bearer", "npm");
        let (own, other) = (url("https://npm.example/x"), url("https://other.example/"));
        assert!(c.header_for_redirect(&own, &own).is_some());
        assert!(c.header_for_redirect(&other, &own).is_none());
        c.add_registry(&other);
        assert!(c.header_for_redirect(&other, &own).is_some());
    }

    #[test]
    fn npm_takes_the_longest_path() {
        let mut c = Credentials::default();
        c.add_npm("npm.example/", "Bearer", "short");
        c.add_npm("npm.example/team/", "Bearer", "long");
        assert_eq!(
            c.header_for(&url("https://npm.example/team/x")).unwrap(),
            "Bearer long"
        );
        assert_eq!(
            c.header_for(&url("https://npm.example/teams/x")).unwrap(),
            "Bearer short"
        );
    }
}
