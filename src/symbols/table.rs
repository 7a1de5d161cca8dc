//! The form in which what was read of a release is stored: JSON, compressed with gzip.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read;

/// The most bytes of a table that are read, after it is unpacked.
const MAX_BYTES: u64 = 128 << 20;

/// Read a table; `None` when it is damaged, too large or of another form.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let mut json = Vec::new();
    GzDecoder::new(bytes)
        .take(MAX_BYTES)
        .read_to_end(&mut json)
        .ok()?;
    serde_json::from_slice(&json).ok()
}

/// Write a table.
pub(super) fn encode<T: Serialize>(table: &T) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(&mut out, table);
    out.finish().unwrap_or_default()
}
