//! Which credential goes with which address: to its own host and path, and nowhere else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::HeaderValue;

/// Credentials by the address they are for.
#[derive(Clone, Default)]
pub(crate) struct Credentials(Vec<Entry>);

#[derive(Clone)]
struct Entry {
    /// `None`: either scheme (netrc and npm's `//host/path/` do not say).
    scheme: Option<String>,
    /// Host, and `:port` where it is given.
    host: String,
    /// netrc names hosts, not ports.
    any_port: bool,
    /// A path prefix that ends in `/`.
    path: String,
    header: HeaderValue,
}

/// Only how many there are.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.0.len())
    }
}

impl Credentials {
    /// Add a user and password for an address and everything below its folder.
    pub(crate) fn add_basic(&mut self, url: &Url, user: &str, password: &str) {
        self.add_for_url(url, basic(user, password));
    }

    /// Take the user and password out of an address, and remember them for it.
    pub(crate) fn take_from(&mut self, url: &mut Url) {
        if url.username().is_empty() && url.password().is_none() {
            return;
        }
        let user = percent_decode(url.username());
        let password = percent_decode(url.password().unwrap_or_default());
        // Both fail only for addresses without a host, which `base_url` has refused.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        self.add_basic(url, &user, &password);
    }

    fn add_for_url(&mut self, url: &Url, header: Option<HeaderValue>) {
        if let (Some(header), Some(host)) = (header, host_and_port(url)) {
            self.0.push(Entry {
                scheme: Some(url.scheme().to_owned()),
                host,
                any_port: false,
                path: folder(url.path()),
                header,
            });
        }
    }

    /// Add a netrc line: any path of a host, on its usual port or another.
    pub(crate) fn add_host(&mut self, host: &str, user: &str, password: &str) {
        if let Some(header) = basic(user, password) {
            self.0.push(Entry {
                scheme: None,
                host: host.to_ascii_lowercase(),
                any_port: true,
                path: "/".to_owned(),
                header,
            });
        }
    }

    /// Add npm's `//host[:port]/path/` with a ready `Bearer` or `Basic` value.
    pub(crate) fn add_npm(&mut self, nerf: &str, scheme: &str, secret: &str) {
        let (host, path) = nerf.split_at(nerf.find('/').unwrap_or(nerf.len()));
        if let Some(header) = secret_header(&format!("{scheme} {secret}")) {
            self.0.push(Entry {
                scheme: None,
                host: host.to_ascii_lowercase(),
                any_port: false,
                path: folder(&format!("{path}/")),
                header,
            });
        }
    }

    /// The header for a request, from the entry with the longest path.
    pub(crate) fn header_for(&self, url: &Url) -> Option<&HeaderValue> {
        let host = url.host_str()?.to_ascii_lowercase();
        let with_port = host_and_port(url)?;
        // `..` and `%2e` are gone: Url normalises them, so a prefix is a prefix.
        self.0
            .iter()
            .filter(|e| e.scheme.as_deref().is_none_or(|scheme| scheme == url.scheme()))
            .filter(|e| e.host == with_port || (e.any_port && e.host == host))
            .filter(|e| url.path().starts_with(&e.path) || format!("{}/", url.path()) == e.path)
            // The first one wins among equals: it came from the stronger place.
            .rev()
            .max_by_key(|e| e.path.len())
            .map(|e| &e.header)
    }
}

/// `host`, or `host:port` for a port that is not the scheme's own.
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

/// Undo `%41`; what is no escape stays.
pub(crate) fn percent_decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        let mut ahead = bytes.clone();
        let hex = |d: Option<u8>| {
            d.and_then(|d| char::from(d).to_digit(16))
                .and_then(|d| u8::try_from(d).ok())
        };
        match (b, hex(ahead.next()), hex(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                bytes = ahead;
            }
            _ => out.push(b),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
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
        c.take_from(&mut base);
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
