//! The HTTP client: limits per host, retries, Retry-After, redirects, credentials, and bounds on time and size.
#![expect(
    clippy::disallowed_methods,
    reason = "a Retry-After header may be a date, which only the clock turns into seconds"
)]

use super::UnknownReason;
use super::byte_range::{ArchiveGet, content_range};
use super::credentials::Credentials;
use super::host::{HostLimiter, MAX_CONCURRENT};
use super::logged::{Address, Outcome, Size};
use super::outages::{Outages, TrafficCounter};
use crate::package::Package;
use crate::package::patterns::PackagePatterns;
use crate::timing::Timer;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RANGE, RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode, Url};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// The user agent that registries see.
pub(crate) const USER_AGENT: &str = concat!(
    "chub-lint/",
    env!("CARGO_PKG_VERSION"),
    " (package release look-up)"
);
/// The time limit of one request, from the first byte sent to the last byte read. It is not repeated after that.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// The time limit of one request for an archive, which may be large; a server that sends nothing is given up earlier.
const ARCHIVE_TIMEOUT: Duration = Duration::from_secs(60);
/// The time between two connections that are not kept alive. A server with a listen queue of five, as in Python's
/// standard library, drops connections that come faster, and TCP retries a dropped one only after a second.
const CONNECTION_GAP: Duration = Duration::from_millis(2);
/// How often a failed request is repeated.
const RETRIES: u32 = 2;
/// The maximum number of redirects of one request.
const REDIRECTS: usize = 5;
/// The maximum size of a decoded reply. The largest full packuments of npm are close to it.
pub(crate) const MAX_DOCUMENT_BYTES: usize = 32 << 20;
/// The maximum size of a reply of an endpoint with little data: dist-tags, one version.
pub(crate) const MAX_SHORT_REPLY_BYTES: usize = 1 << 20;
/// A reply larger than this waits for one of `MAX_LARGE_CONCURRENT` permits, so that memory stays bounded.
const LARGE_REPLY_BYTES: usize = 256 << 10;
const MAX_LARGE_CONCURRENT: usize = 2;
/// The maximum number of concurrent requests to all hosts together: the project can name any number of registries.
const MAX_TOTAL_CONCURRENT: usize = 64;

/// A GET request. No other method is used.
pub(crate) struct GetRequest<'a> {
    pub url: Url,
    pub accept: &'static str,
    /// The value of `If-None-Match`.
    pub etag: Option<&'a str>,
    /// The value of `If-Modified-Since`.
    pub modified: Option<&'a str>,
    /// The maximum size of the decoded reply.
    pub limit: usize,
    /// Whether the address names a private package, so that no other host may see it.
    pub private: bool,
    /// For an archive and not a document of the registry.
    pub archive: Option<ArchiveGet<'a>>,
}

/// A reply with a final status: it answers the question, or a retry would not change it.
pub(crate) struct HttpReply {
    pub status: u16,
    /// Empty unless the status is 200 or 206.
    pub body: Vec<u8>,
    /// With status 206: where the body is in the file, and the size of the file.
    pub part: Option<(Range<u64>, u64)>,
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub modified: Option<String>,
    pub content_type: String,
    /// The address after redirects.
    pub url: Url,
}

/// The client of one ecosystem, with its own credentials and certificates. Single-threaded.
pub(crate) struct Http<'a> {
    pub client: Client,
    pub credentials: &'a Credentials,
    pub private: &'a PackagePatterns,
    pub shared: &'a SharedLimits,
}

/// The state that the clients of one run share.
pub(crate) struct SharedLimits {
    deadline: Cell<Instant>,
    traffic: Arc<TrafficCounter>,
    hosts: RefCell<HashMap<String, Rc<HostLimiter>>>,
    large: Semaphore,
    all: Semaphore,
    /// How long a server may send nothing before a request ends.
    silence: Duration,
    outages: Outages,
}

/// A failed attempt.
enum RequestFailure {
    /// A retry may succeed.
    Passing(UnknownReason, Option<Duration>),
    /// A retry would fail as well.
    Final(UnknownReason),
    /// The server sent nothing for too long. A retry would take as long again.
    Silent,
}

impl SharedLimits {
    /// All requests end by `deadline`.
    pub(crate) fn new(deadline: Instant, silence: Duration, outages: Outages) -> Self {
        Self {
            deadline: Cell::new(deadline),
            traffic: Arc::default(),
            silence,
            outages,
            hosts: RefCell::default(),
            large: Semaphore::new(MAX_LARGE_CONCURRENT),
            all: Semaphore::new(MAX_TOTAL_CONCURRENT),
        }
    }

    /// Count in a counter of the caller.
    pub(crate) fn counted(self, traffic: Arc<TrafficCounter>) -> Self {
        Self { traffic, ..self }
    }

    /// Move the end of the requests that start from now on.
    pub(crate) fn set_deadline(&self, deadline: Instant) {
        self.deadline.set(deadline);
    }

    fn host(&self, url: &Url) -> Rc<HostLimiter> {
        let name = host_name(url);
        // Without keep-alive, the server may still be closing a connection that has ended on this side.
        let (places, gap) = match is_loopback(url) {
            true => (MAX_CONCURRENT - 1, CONNECTION_GAP),
            false => (MAX_CONCURRENT, Duration::ZERO),
        };
        let mut hosts = self.hosts.borrow_mut();
        Rc::clone(hosts.entry(name).or_insert_with_key(|name| {
            let host = HostLimiter::new(places, gap);
            if let Some(reason) = self.outages.get(name) {
                host.give_up(reason);
            }
            Rc::new(host)
        }))
    }
}

/// A host and its port.
fn host_name(url: &Url) -> String {
    format!(
        "{}:{}",
        url.host_str().unwrap_or_default(),
        url.port_or_known_default().unwrap_or(0)
    )
}

impl Http<'_> {
    /// Whether only the host of the registry may see the name of a package.
    pub(crate) fn is_private(&self, package: &Package) -> bool {
        self.private.matches_or_tells(package)
    }

    /// Send a request, and retry after temporary failures.
    ///
    /// # Errors
    /// The reason of the failure. It never holds an address or a secret.
    pub(crate) async fn get(&self, get: &GetRequest<'_>) -> Result<HttpReply, UnknownReason> {
        let host = self.shared.host(&get.url);
        let result = self.get_from(&host, get).await;
        if host.is_given_up() {
            self.shared.outages.add(&host_name(&get.url), host.why());
        }
        result
    }

    async fn get_from(&self, host: &HostLimiter, get: &GetRequest<'_>) -> Result<HttpReply, UnknownReason> {
        let shown = Address(&get.url);
        let deadline = self.shared.deadline.get();
        let limit = match get.archive {
            Some(_) => ARCHIVE_TIMEOUT,
            None => REQUEST_TIMEOUT,
        };
        let mut tries = 0;
        loop {
            let _place = host.enter(deadline).await?;
            let _one = tokio::time::timeout_at(deadline, self.shared.all.acquire())
                .await
                .map_err(|_| UnknownReason::Budget)?;
            let (timer, start) = (Timer::start(), Instant::now());
            let end = deadline.min(start + limit);
            let result = host
                .unless_given_up(tokio::time::timeout_at(end, self.once(host, get)))
                .await?;
            let (reason, wait) = match result {
                Ok(Ok(reply)) => {
                    log::debug!(
                        "GET {shown} {}, {}, {timer}",
                        reply.status,
                        Size(reply.body.len())
                    );
                    host.record_success();
                    return Ok(reply);
                }
                Ok(Err(RequestFailure::Final(reason))) => {
                    log::debug!("GET {shown} {}, {timer}", Outcome(&reason));
                    match reason {
                        UnknownReason::Connection(_) => host.record_failure(&reason),
                        _ => host.record_success(),
                    }
                    return Err(reason);
                }
                Ok(Err(RequestFailure::Passing(reason, wait))) => (reason, wait),
                Ok(Err(RequestFailure::Silent)) | Err(_) => {
                    let reason = UnknownReason::Timeout;
                    log::debug!("GET {shown} {}, {timer}, not tried again", Outcome(&reason));
                    host.record_silence(start);
                    return Err(reason);
                }
            };
            host.record_failure(&reason);
            if tries == RETRIES {
                log::debug!(
                    "GET {shown} {}, {timer}, given up after {RETRIES} retries",
                    Outcome(&reason)
                );
                return Err(reason);
            }
            let wait = match wait {
                Some(asked) => {
                    host.pause(Instant::now() + asked);
                    asked
                }
                None => backoff(tries),
            };
            if Instant::now() + wait >= deadline {
                log::debug!(
                    "GET {shown} {}, {timer}, given up: no time is left",
                    Outcome(&reason)
                );
                return Err(reason);
            }
            log::debug!(
                "GET {shown} {}, {timer}, trying again in {} ms",
                Outcome(&reason),
                wait.as_millis()
            );
            tries += 1;
            drop((_place, _one));
            tokio::time::sleep(wait).await;
        }
    }

    /// Send a request once, and follow its redirects.
    async fn once(&self, host: &HostLimiter, get: &GetRequest<'_>) -> Result<HttpReply, RequestFailure> {
        let mut url = get.url.clone();
        let first = match get.archive {
            Some(archive) => {
                let named = follow(archive.named_by, url.clone());
                named.map_err(|_| refused("an address of a file on another host without https"))?;
                archive.named_by
            }
            None => &get.url,
        };
        for _ in 0..=REDIRECTS {
            let mut request = self.client.get(url.clone()).header(ACCEPT, get.accept);
            if let Some(etag) = get.etag {
                request = request.header(IF_NONE_MATCH, etag);
            }
            if let Some(modified) = get.modified {
                request = request.header(IF_MODIFIED_SINCE, modified);
            }
            if let Some(archive) = get.archive {
                // The hash is that of the encoded file, so it must not be decoded.
                request = request.header(ACCEPT_ENCODING, "identity");
                if let Some(range) = archive.range {
                    request = request.header(RANGE, range.to_string());
                }
            }
            // Looked up for each address, so that a secret is never forwarded by a redirect.
            if let Some(secret) = self.credentials.header_for_redirect(first, &url) {
                request = request.header(AUTHORIZATION, secret);
            }
            if is_loopback(&url) {
                request = request.header(CONNECTION, "close");
            }
            self.shared.traffic.requests.fetch_add(1, Ordering::Relaxed);
            let response = self.unless_silent(host, request.send()).await?;
            let status = response.status();
            if !is_redirect(status) {
                return self.read(host, response, get.limit).await;
            }
            let target = response
                .headers()
                .get(LOCATION)
                .and_then(|location| location.to_str().ok())
                .and_then(|location| url.join(location).ok())
                .ok_or_else(|| refused("a redirect without an address"))?;
            let target = follow(&url, target)?;
            // Some indexes redirect to a public one what they do not have.
            if get.private && !is_same_host(&url, &target) {
                return Err(refused(
                    "a redirect to another host, which must not see a private name",
                ));
            }
            log::debug!(
                "GET {} {} to {}",
                Address(&url),
                status.as_u16(),
                Address(&target)
            );
            url = target;
        }
        Err(refused("too many redirects"))
    }

    /// Wait for a server to send something, but not for ever.
    async fn unless_silent<T>(
        &self,
        host: &HostLimiter,
        part: impl Future<Output = reqwest::Result<T>>,
    ) -> Result<T, RequestFailure> {
        match tokio::time::timeout(self.shared.silence, part).await {
            Ok(Ok(part)) => {
                host.record_sign_of_life();
                Ok(part)
            }
            Ok(Err(error)) => Err(connection(&error)),
            Err(_) => Err(RequestFailure::Silent),
        }
    }

    async fn read(
        &self,
        host: &HostLimiter,
        response: Response,
        limit: usize,
    ) -> Result<HttpReply, RequestFailure> {
        let status = response.status();
        if matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504) {
            let wait = retry_after(response.headers());
            return Err(RequestFailure::Passing(
                UnknownReason::Status(status.as_u16()),
                wait,
            ));
        }
        let header = |name| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let etag = header(ETAG).filter(|etag| etag.len() <= 200);
        let modified = header(LAST_MODIFIED).filter(|date| date.len() <= 100);
        let content_type = header(CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
        let part = header(CONTENT_RANGE)
            .filter(|_| status == StatusCode::PARTIAL_CONTENT)
            .and_then(|text| content_range(&text));
        let url = response.url().clone();
        let body = match status {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => self.body(host, response, limit).await?,
            _ => Vec::new(),
        };
        Ok(HttpReply {
            status: status.as_u16(),
            body,
            part,
            etag,
            modified,
            content_type,
            url,
        })
    }

    async fn body(
        &self,
        host: &HostLimiter,
        mut response: Response,
        limit: usize,
    ) -> Result<Vec<u8>, RequestFailure> {
        let too_large = || RequestFailure::Final(UnknownReason::TooLarge);
        let announced = response.content_length().and_then(|n| usize::try_from(n).ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let mut place: Option<SemaphorePermit<'_>> = None;
        let mut body = Vec::with_capacity(announced.unwrap_or(0).min(LARGE_REPLY_BYTES));
        while let Some(chunk) = self.unless_silent(host, response.chunk()).await? {
            let received = u64::try_from(chunk.len()).unwrap_or_default();
            self.shared.traffic.bytes.fetch_add(received, Ordering::Relaxed);
            if body.len() + chunk.len() > limit {
                return Err(too_large());
            }
            if body.len() + chunk.len() > LARGE_REPLY_BYTES && place.is_none() {
                place = self.shared.large.acquire().await.ok();
            }
            if body.len() + chunk.len() > body.capacity() {
                // At most double the capacity, and never more than the limit.
                let most = announced.unwrap_or(limit).max(body.len() + chunk.len());
                let room = (2 * body.capacity()).clamp(LARGE_REPLY_BYTES, limit).min(most);
                body.reserve_exact(room.max(body.len() + chunk.len()) - body.len());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Allow redirects to https on any host, or to the same host with the same scheme.
fn follow(from: &Url, to: Url) -> Result<Url, RequestFailure> {
    let same = from.host_str() == to.host_str() && from.port_or_known_default() == to.port_or_known_default();
    let allowed = match to.scheme() {
        "https" => true,
        "http" => same && from.scheme() == "http",
        _ => false,
    };
    // A password in a Location header would belong to another user.
    if allowed && to.username().is_empty() && to.password().is_none() {
        Ok(to)
    } else {
        Err(refused("a redirect to another host without https"))
    }
}

/// Whether two addresses are of one server: of the same host and port, or the second is https instead of http.
fn is_same_host(from: &Url, to: &Url) -> bool {
    let ports = |url: &Url| (url.scheme() == "https", url.port_or_known_default());
    let upgraded = ports(from) == (false, Some(80)) && ports(to) == (true, Some(443));
    from.host_str() == to.host_str()
        && (upgraded || from.port_or_known_default() == to.port_or_known_default())
}

/// Whether a connection is cheap and does not need to be kept alive. With a server that writes head and body
/// separately, as in Python's standard library, each reply on a connection that is kept alive takes the 40 ms of a
/// delayed ACK.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    url.scheme() == "http" && (host == "localhost" || host == "[::1]" || host.starts_with("127."))
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn refused(what: &str) -> RequestFailure {
    RequestFailure::Final(UnknownReason::Reply(what.to_owned()))
}

/// The message of a transport error, without the address.
fn connection(error: &reqwest::Error) -> RequestFailure {
    if error.is_timeout() {
        return RequestFailure::Silent;
    }
    let mut source: &dyn Error = error;
    let mut refused = false;
    while let Some(next) = source.source() {
        source = next;
        refused |= is_tls(source);
    }
    let what = if error.is_connect() {
        "cannot connect"
    } else if error.is_decode() || error.is_body() {
        "the reply was cut off"
    } else {
        "the connection was lost"
    };
    let cause = match std::ptr::addr_eq(source, error) {
        true => String::new(),
        false => sanitize(&source.to_string(), 120),
    };
    // An address could hold a password, so a text with one is left out.
    let text = match cause.is_empty() || cause.contains("://") {
        true => what.to_owned(),
        false => format!("{what}: {cause}"),
    };
    match refused {
        // A retry does not help when a certificate is not trusted.
        true => RequestFailure::Final(UnknownReason::Connection(text)),
        false => RequestFailure::Passing(UnknownReason::Connection(text), None),
    }
}

/// Whether an error is a TLS error. I/O errors wrap other errors, and each other, without naming them as their source.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let mut inner = Some(error);
    while let Some(error) = inner {
        if error.is::<rustls::Error>() {
            return true;
        }
        let io = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        inner = io.map(|error| error as &(dyn Error + 'static));
    }
    false
}

/// Untrusted text for one line of a terminal: without control characters, and at most `limit` characters long.
pub(crate) fn sanitize(text: &str, limit: usize) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control())
        .take(limit)
        .collect()
}

/// The delay of a `Retry-After` header: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let date = jiff::fmt::rfc2822::parse(value).ok()?;
    let wait = date.timestamp().duration_since(jiff::Timestamp::now());
    Some(Duration::try_from(wait).unwrap_or_default())
}

/// The delay before a retry: a quarter of a second, then twice that. Up to half is added at random, so that many
/// clients do not retry at the same time.
fn backoff(tries: u32) -> Duration {
    // The seed of a hash map is sufficiently random for this.
    let random = RandomState::new().hash_one(tries) % 1000;
    Duration::from_millis((250_u64 << tries) * (500 + random) / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_go_to_https_or_stay() {
        let ok = |from: &str, to: &str| follow(&Url::parse(from).unwrap(), Url::parse(to).unwrap()).is_ok();
        assert!(ok("http://a/x", "https://b/y"));
        assert!(ok("https://a/x", "https://b/y"));
        assert!(ok("http://a:80/x", "http://a/y"));
        assert!(!ok("http://a/x", "http://b/y"));
        assert!(!ok("http://a/x", "http://a:81/y"));
        assert!(!ok("https://a/x", "http://a/y"));
        assert!(!ok("https://a/x", "file:///etc/passwd"));
        assert!(!ok("https://a/x", "https://me:secret@a/y"));
    }

    #[test]
    fn waits_are_seconds_or_a_date() {
        let wait = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(wait("7"), Some(Duration::from_secs(7)));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("-1"), None);
        for _ in 0..50 {
            let pause = backoff(1).as_millis();
            assert!((250..750).contains(&pause), "{pause}");
        }
    }
}
