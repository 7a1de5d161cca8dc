//! From the bytes of a file to the text of a document.

use super::UnreadableFile;
use crate::document::HubPath;

/// The largest document that is read, in bytes. Real documents are a hundred times smaller.
pub const MAX_DOCUMENT_BYTES: u64 = 16 * 1024 * 1024;

/// What is wrong with a file that should be a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    reason: String,
    help: &'static str,
}

impl DecodeError {
    /// A reason as the end of a sentence, and what to do.
    #[must_use]
    pub fn new(reason: impl Into<String>, help: &'static str) -> Self {
        Self {
            reason: reason.into(),
            help,
        }
    }

    /// A file that is too large to read.
    #[must_use]
    pub fn too_large() -> Self {
        Self::new(
            format!("is larger than {} MiB", MAX_DOCUMENT_BYTES >> 20),
            "split it into several files",
        )
    }

    /// The error for a file.
    #[must_use]
    pub fn at_path(self, path: HubPath) -> UnreadableFile {
        UnreadableFile {
            path,
            reason: self.reason,
            help: self.help.to_owned(),
        }
    }
}

/// The text of a document.
///
/// # Errors
/// Bytes that are too many, not UTF-8, or hold a NUL, which no text has.
pub fn decode(bytes: Vec<u8>) -> Result<String, DecodeError> {
    const HELP: &str = "save it as UTF-8 text";
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
        return Err(DecodeError::too_large());
    }
    if let Some(at) = memchr::memchr(0, &bytes) {
        let line = memchr::memchr_iter(b'\n', &bytes[..at]).count() + 1;
        return Err(DecodeError::new(
            format!("contains a NUL byte (line {line})"),
            HELP,
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let byte = bytes.get(at).copied().unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', bytes.get(..at).unwrap_or_default()).count() + 1;
        DecodeError::new(format!("is not UTF-8 (byte 0x{byte:02x}, line {line})"), HELP)
    })
}
