//! How requests are written to the log.

use super::UnknownReason;
use reqwest::Url;
use std::fmt;

/// An address in the log: without user, password and query, any of which may be a credential.
pub(super) struct Address<'a>(pub &'a Url);

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(url) = self;
        write!(f, "{}://{}", url.scheme(), url.host_str().unwrap_or_default())?;
        if let Some(port) = url.port() {
            write!(f, ":{port}")?;
        }
        f.write_str(url.path())
    }
}

/// The outcome of a failed try, in the log: the status alone, as for other replies, or the reason.
pub(super) struct Outcome<'a>(pub &'a UnknownReason);

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            UnknownReason::Status(status) => status.fmt(f),
            reason => write!(f, "({reason})"),
        }
    }
}

/// Bytes, for people.
pub(super) struct Size(pub usize);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes @ ..1_000 => write!(f, "{bytes} bytes"),
            bytes => write!(f, "{} kB", bytes / 1_000),
        }
    }
}
