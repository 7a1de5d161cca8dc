//! Addresses of hubs and of their files. A config of a pull request names the first, and a registry the second.

use super::{UnknownReason, settings};
use reqwest::Url;
use std::net::Ipv4Addr;

/// The longest path, in bytes.
const MAX_PATH: usize = 1000;

/// Read the address of a hub: https, or http on this machine. A file of the project names it, so that it may not have
/// credentials.
///
/// # Errors
/// What it must be, as the end of a sentence.
pub fn parse_hub_address(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| format!("is not an address: {error}"))?;
    let host = url.host_str().unwrap_or_default();
    let is_loopback = |address: Ipv4Addr| address.is_loopback();
    let is_here = host == "localhost" || host == "[::1]" || host.parse().is_ok_and(is_loopback);
    if host.is_empty() || !(url.scheme() == "https" || url.scheme() == "http" && is_here) {
        return Err("must begin with https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not have a user or a password: keep them in your netrc".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a query or a fragment".to_owned());
    }
    if let Some(part) = settings::ambiguous_part(&url) {
        return Err(format!("must not have `{part}` in its path"));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// The address of a file. Its parts are escaped, so that none of them turns into several.
pub(super) fn url(hub: &Url, path: &str) -> Result<Url, UnknownReason> {
    let outside = || UnknownReason::Reply("a path outside of the hub".to_owned());
    let mut url = hub.clone();
    url.path_segments_mut()
        .map_err(|()| outside())?
        .pop_if_empty()
        .extend(path.split('/'));
    match url.as_str().starts_with(hub.as_str()) {
        true => Ok(url),
        false => Err(outside()),
    }
}

/// Whether a path stays below the hub, however a server or a system reads it.
pub(super) fn is_plain(path: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    path.len() <= MAX_PATH
        && path.split('/').all(is_plain)
        && !path.chars().any(|c| c == '\\' || c.is_control())
}

/// The path of a file of an entry in its hub.
#[must_use]
pub fn hub_path(folder: &str, name: &str) -> String {
    match folder.is_empty() {
        true => name.to_owned(),
        false => format!("{}/{name}", folder.strip_suffix('/').unwrap_or(folder)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine() {
        for good in [
            "https://hub.example.com/v1",
            "https://hub.example.com",
            "http://127.0.0.1:8000/v1/",
            "http://localhost/",
            "http://[::1]:1/",
        ] {
            assert!(parse_hub_address(good).unwrap().path().ends_with('/'), "{good}");
        }
        for bad in [
            "http://hub.example.com/",
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com/",
            "file:///etc/",
            "hub.example.com",
            "https://user@hub.example.com/",
            "https://:secret@hub.example.com/",
            "https://hub.example.com/?a",
            "https://hub.example.com/#a",
            "https://hub.example.com/a%2f..%2fb/",
        ] {
            assert!(parse_hub_address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_path_stays_below_its_hub() {
        let hub = parse_hub_address("https://a.test/v1").unwrap();
        let of = |path: &str| url(&hub, path).unwrap().to_string();
        assert_eq!(of("a/b c/D?#.md"), "https://a.test/v1/a/b%20c/D%3F%23.md");
        assert_eq!(of("a/%2e%2e/b"), "https://a.test/v1/a/%252e%252e/b");
        for plain in ["a", "a/b", "a/...", "a:b/c", "https:/a"] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in [
            "",
            "/a",
            "a/",
            "a//b",
            "..",
            "a/../b",
            "./a",
            "a\\b",
            "a\0",
            "a\n",
            "https://a",
        ] {
            assert!(!is_plain(other), "{other:?}");
        }
        assert!(!is_plain(&"a".repeat(1001)));
        assert_eq!(
            (hub_path("a/b/", "c"), hub_path("", "c")),
            ("a/b/c".to_owned(), "c".to_owned())
        );
    }
}
