//! Hashes of files, as an index, an npm document and RECORD write them.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Algorithm {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// The hash that a file must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checksum {
    algorithm: Algorithm,
    value: Vec<u8>,
}

impl Checksum {
    /// The hash of PyPI: SHA-256 in hexadecimal digits.
    pub(super) fn sha256_hex(digits: &str) -> Option<Self> {
        Self::new(Algorithm::Sha256, hex(digits)?)
    }

    /// The hash of old npm releases: SHA-1 in hexadecimal digits.
    pub(super) fn sha1_hex(digits: &str) -> Option<Self> {
        Self::new(Algorithm::Sha1, hex(digits)?)
    }

    /// The strongest hash of npm's `integrity`: `sha512-BASE64 sha1-BASE64?options`.
    pub(super) fn integrity(text: &str) -> Option<Self> {
        text.split_ascii_whitespace()
            .filter_map(|hash| {
                let (algorithm, value) = hash.split_once('-')?;
                let value = value.split('?').next().unwrap_or(value);
                Self::new(Algorithm::named(algorithm)?, STANDARD.decode(value).ok()?)
            })
            .max_by_key(|hash| hash.algorithm)
    }

    /// The hash in RECORD: `sha256=BASE64`, for URLs and without padding.
    pub(super) fn record(text: &str) -> Option<Self> {
        let (algorithm, value) = text.split_once('=')?;
        let algorithm = Algorithm::named(algorithm).filter(|algorithm| *algorithm != Algorithm::Sha1)?;
        Self::new(
            algorithm,
            URL_SAFE_NO_PAD.decode(value.trim_end_matches('=')).ok()?,
        )
    }

    fn new(algorithm: Algorithm, value: Vec<u8>) -> Option<Self> {
        (value.len() == algorithm.bytes()).then_some(Self { algorithm, value })
    }

    /// Whether bytes have this hash.
    pub(super) fn is_of(&self, bytes: &[u8]) -> bool {
        match self.algorithm {
            Algorithm::Sha1 => Sha1::digest(bytes).as_slice() == self.value,
            Algorithm::Sha256 => Sha256::digest(bytes).as_slice() == self.value,
            Algorithm::Sha384 => Sha384::digest(bytes).as_slice() == self.value,
            Algorithm::Sha512 => Sha512::digest(bytes).as_slice() == self.value,
        }
    }
}

impl Algorithm {
    fn named(name: &str) -> Option<Self> {
        match name {
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

fn hex(digits: &str) -> Option<Vec<u8>> {
    let digits = digits.trim().as_bytes();
    digits
        .chunks(2)
        .map(|pair| {
            let (high, low) = (char::from(*pair.first()?), char::from(*pair.get(1)?));
            u8::try_from(high.to_digit(16)? * 16 + low.to_digit(16)?).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_of_each_form() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert!(Checksum::sha256_hex(abc).unwrap().is_of(b"abc"));
        assert!(!Checksum::sha256_hex(abc).unwrap().is_of(b"abd"));
        let sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d";
        assert!(Checksum::sha1_hex(sha1).unwrap().is_of(b"abc"));
        let record = "sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
        assert!(Checksum::record(record).unwrap().is_of(b"abc"));
        let integrity = format!(
            "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0= sha512-{}?x md5-AA==",
            STANDARD.encode(Sha512::digest(b"abc"))
        );
        let hash = Checksum::integrity(&integrity).unwrap();
        assert!(hash.algorithm == Algorithm::Sha512 && hash.is_of(b"abc"));
    }

    #[test]
    fn what_is_no_hash_is_none() {
        for digits in ["", "00", "zz", "é", &"0".repeat(63), &"0".repeat(66)] {
            assert_eq!(Checksum::sha256_hex(digits), None, "{digits}");
        }
        for text in ["", "sha512", "sha512-", "sha512-AAAA", "md5-AAAA", "sha1-%"] {
            assert_eq!(Checksum::integrity(text), None, "{text}");
        }
        for text in ["", "sha1=qZk-NkcGgWq6PiVxeFDCbJzQ2J0", "sha256=", "md5=AAAA"] {
            assert_eq!(Checksum::record(text), None, "{text}");
        }
    }
}
