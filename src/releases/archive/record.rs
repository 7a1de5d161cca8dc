//! The RECORD of a wheel: the hash of each of its files. It shows that a file that was read in parts is complete.

use crate::releases::checksum::Checksum;
use std::collections::BTreeMap;

/// The hashes of files, by name.
#[derive(Debug, Default)]
pub(super) struct Record(BTreeMap<String, Checksum>);

impl Record {
    /// The name of the RECORD among the names of a wheel.
    pub(super) fn find<'a>(names: impl IntoIterator<Item = &'a String>) -> Option<&'a String> {
        let mut found = names.into_iter().filter(|name| is_record(name));
        // With two files it is unclear which one counts.
        found.next().filter(|_| found.next().is_none())
    }

    /// Read lines of `NAME,HASH,SIZE`. A name with a comma or a quote is quoted.
    pub(super) fn parse(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let line = |line: &str| {
            let (name, rest) = match line.strip_prefix('"') {
                Some(quoted) => quoted
                    .split_once("\",")
                    .map(|(name, rest)| (name.replace("\"\"", "\""), rest)),
                None => line.split_once(',').map(|(name, rest)| (name.to_owned(), rest)),
            }?;
            let hash = Checksum::record(rest.split(',').next()?.trim_matches('"'))?;
            Some((name, hash))
        };
        Self(text.lines().filter_map(line).collect())
    }

    /// Whether a file is the one that is listed. RECORD has no hash of itself.
    pub(super) fn accepts(&self, name: &str, bytes: &[u8]) -> bool {
        is_record(name) || self.0.get(name).is_some_and(|hash| hash.is_of(bytes))
    }
}

/// Whether a name is `NAME-VERSION.dist-info/RECORD`.
fn is_record(name: &str) -> bool {
    name.strip_suffix(".dist-info/RECORD")
        .is_some_and(|folder| !folder.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_one_that_is_listed() {
        let record = Record::parse(
            b"a.py,sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0,3\r\n\
              \"b,\"\"c\"\".py\",sha256=ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0,3\n\
              d.py,,\ne.py,md5=AAAA,3\n\"x\n,\nd-1.dist-info/RECORD,,\n",
        );
        assert!(record.accepts("a.py", b"abc") && record.accepts("b,\"c\".py", b"abc"));
        assert!(!record.accepts("a.py", b"abd"));
        assert!(
            !record.accepts("d.py", b"abc")
                && !record.accepts("e.py", b"abc")
                && !record.accepts("f.py", b"")
        );
        assert!(record.accepts("d-1.dist-info/RECORD", b"anything"));
    }

    #[test]
    fn there_is_one_record() {
        let find = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            Record::find(&names).cloned()
        };
        assert_eq!(
            find(&["a/RECORD", "a.py", "a-1.dist-info/RECORD"]).as_deref(),
            Some("a-1.dist-info/RECORD")
        );
        assert_eq!(find(&["a-1.dist-info/RECORD", "b-1.dist-info/RECORD"]), None);
        assert_eq!(find(&["x/a-1.dist-info/RECORD"]), None);
    }
}
