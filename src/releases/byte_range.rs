//! Requests for archives, or for parts of them (RFC 9110, 14).

use reqwest::Url;
use std::fmt;
use std::ops::Range;

/// What a request for an archive has in addition.
#[derive(Clone, Copy)]
pub(crate) struct ArchiveGet<'a> {
    /// The registry whose page names the address. It is untrusted as the address of a redirect is.
    pub named_by: &'a Url,
    /// The part that is wanted; all of it without one.
    pub range: Option<ByteRange>,
}

/// A part of a file (RFC 9110, 14.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ByteRange {
    /// The bytes from one offset up to another, which is not included.
    Span(u64, u64),
    /// The last bytes of a file of unknown size.
    Last(u64),
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Span(start, end) => write!(f, "bytes={start}-{}", end.saturating_sub(1)),
            Self::Last(length) => write!(f, "bytes=-{length}"),
        }
    }
}

/// The value of `Content-Range`: `bytes 0-99/1000`.
pub(super) fn content_range(text: &str) -> Option<(Range<u64>, u64)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (first, end, total) = (number(first)?, number(last)?.checked_add(1)?, number(total)?);
    (first < end && end <= total).then_some((first..end, total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_where_it_is() {
        assert_eq!(content_range("bytes 0-99/1000"), Some((0..100, 1000)));
        assert_eq!(content_range("bytes 0-0/1"), Some((0..1, 1)));
        for wrong in [
            "bytes 5-4/10",
            "bytes 0-10/10",
            "bytes */10",
            "bytes 0-9/*",
            "items 0-9/10",
            "bytes 0-18446744073709551615/18446744073709551615",
            "",
        ] {
            assert_eq!(content_range(wrong), None, "{wrong}");
        }
        assert_eq!(ByteRange::Span(5, 10).to_string(), "bytes=5-9");
        assert_eq!(ByteRange::Last(10).to_string(), "bytes=-10");
    }
}
