//! `primaryLocationLineHash`, as the upload step of GitHub code scanning computes it.
//!
//! The upload step (`github/codeql-action`, `src/fingerprints.ts`) adds the hash when a result has none. The API does
//! not, and the step warns when a hash is different. So this is exactly the same algorithm: a polynomial hash with base
//! 37 modulo 2^64 over the 100 UTF-16 code units from the start of a line, spaces and tabs left out, CR and CRLF read
//! as LF, the end of the file as one unit 0xFFFF and zeros from there on; then a colon and how often the file had that
//! hash so far.

use super::Run;
use super::finding::FindingLocation;
use super::fingerprint::FindingMarks;
use std::collections::HashMap;

/// UTF-16 code units that one hash covers.
const WINDOW: usize = 100;
const BASE: u64 = 37;
/// The unit that the upload step hashes at the end of a file.
const END_OF_FILE: u16 = 0xFFFF;

/// The hash of every line, in order. A line ends with LF, CRLF or a lone CR.
#[must_use]
pub fn line_hashes(text: &str) -> Vec<String> {
    let mut hasher = Hasher::default();
    let mut after_cr = false;
    for unit in text.encode_utf16().chain([END_OF_FILE]) {
        let blank = unit == u16::from(b' ') || unit == u16::from(b'\t');
        if blank || (after_cr && unit == u16::from(b'\n')) {
            after_cr = false;
            continue;
        }
        after_cr = unit == u16::from(b'\r');
        hasher.push(if after_cr { u16::from(b'\n') } else { unit });
    }
    hasher.finish()
}

/// The line hashes of the current file. Findings are sorted by file, so one file is cached.
#[derive(Debug)]
pub struct FileLineHashes<'a> {
    known: std::slice::Iter<'a, FindingMarks>,
    path: String,
    lines: Vec<String>,
}

impl<'a> FileLineHashes<'a> {
    /// For the findings of a run.
    #[must_use]
    pub fn new(run: &'a Run<'_>) -> Self {
        Self {
            known: run.marks.iter(),
            path: String::new(),
            lines: Vec::new(),
        }
    }

    /// The hash of the first line of the next finding.
    pub fn next(&mut self, place: &FindingLocation<'_>) -> Option<String> {
        if let Some(known) = self.known.next() {
            return known.line_hash.clone();
        }
        let document = place.document?;
        let line = document.lines().line(place.span.start);
        if self.lines.is_empty() || self.path != document.path.as_str() {
            document.path.as_str().clone_into(&mut self.path);
            self.lines = line_hashes(&document.text);
        }
        self.lines.get(line - 1).cloned()
    }
}

/// The rolling hash, and the lines whose window is not yet full.
struct Hasher {
    window: [u16; WINDOW],
    at: usize,
    hash: u64,
    /// The number of units so far.
    units: usize,
    /// Where each line starts, in units.
    starts: Vec<usize>,
    new_line: bool,
    seen: HashMap<u64, usize>,
    hashes: Vec<String>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            window: [0; WINDOW],
            at: 0,
            hash: 0,
            units: 0,
            starts: Vec::new(),
            new_line: true,
            seen: HashMap::new(),
            hashes: Vec::new(),
        }
    }
}

impl Hasher {
    fn push(&mut self, unit: u16) {
        self.emit();
        if self.new_line {
            self.starts.push(self.units);
        }
        self.new_line = unit == u16::from(b'\n');
        self.roll(unit);
    }

    /// Write the hash of the line whose window has just become full.
    fn emit(&mut self) {
        let due = self.starts.get(self.hashes.len());
        if due.is_some_and(|start| start + WINDOW == self.units) {
            let nth = self.seen.entry(self.hash).or_default();
            *nth += 1;
            self.hashes.push(format!("{:x}:{nth}", self.hash));
        }
    }

    fn roll(&mut self, unit: u16) {
        const GONE: u64 = BASE.wrapping_pow(100);
        let first = u64::from(std::mem::replace(&mut self.window[self.at], unit));
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(unit))
            .wrapping_sub(GONE.wrapping_mul(first));
        self.at = (self.at + 1) % WINDOW;
        self.units += 1;
    }

    fn finish(mut self) -> Vec<String> {
        for _ in 0..WINDOW {
            self.emit();
            self.roll(0);
        }
        self.emit();
        self.hashes
    }
}

#[cfg(test)]
mod tests {
    use super::line_hashes;

    /// The vectors of the upload step's own tests (`fingerprints.test.ts`).
    #[test]
    fn the_published_vectors_hold() {
        let lorem = "Lorem ipsum dolor sit amet.\n".repeat(10);
        let vectors: [(&str, &[&str]); 4] = [
            ("", &["c129715d7a2bc9a3:1"]),
            (
                " a\nb\n  \t\tc\n d",
                &[
                    "271789c17abda88f:1",
                    "54703d4cd895b18:1",
                    "180aee12dab6264:1",
                    "a23a3dc5e078b07b:1",
                ],
            ),
            (
                " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
                &[
                    "e9496ae3ebfced30:1",
                    "fb7c023a8b9ccb3f:1",
                    "ce8ba1a563dcdaca:1",
                    "e20e36e16fcb0cc8:1",
                    "b3edc88f2938467e:1",
                    "c8e28b0b4002a3a0:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
            (
                &lorem,
                &[
                    "a7f2ff13bc495cf2:1",
                    "a7f2ff13bc495cf2:2",
                    "a7f2ff13bc495cf2:3",
                    "a7f2ff13bc495cf2:4",
                    "a7f2ff13bc495cf2:5",
                    "a7f2ff13bc495cf2:6",
                    "a7f2ff1481e87703:1",
                    "a9cf91f7bbf1862b:1",
                    "55ec222b86bcae53:1",
                    "cc97dc7b1d7d8f7b:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
        ];
        for (text, expected) in vectors {
            assert_eq!(line_hashes(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_line_has_a_hash_however_the_file_ends() {
        for (text, lines) in [
            ("a", 1),
            ("a\n", 2),
            ("a\r\rb", 3),
            ("   ", 1),
            ("😀\n\u{feff}x", 2),
        ] {
            assert_eq!(line_hashes(text).len(), lines, "{text:?}");
        }
    }
}
