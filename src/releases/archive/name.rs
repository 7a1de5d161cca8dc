//! The names of files in an archive: which are accepted, and which files could hold sources.

use super::error::ArchiveError;
use super::limits::{MAX_DEPTH, MAX_NAME_BYTES};

/// The ends of the names of files that are kept of a tarball.
const SOURCES: &[&str] = &[
    ".py", ".pyi", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx",
];
/// Other files that say something about sources.
const METADATA: &[&str] = &[
    "py.typed",
    "RECORD",
    "METADATA",
    "PKG-INFO",
    "top_level.txt",
    "package.json",
];

/// The name of a regular file, with `/`, and without `.` parts; `None` for a file that is not needed.
///
/// # Errors
/// For a name that leads out of the archive, and for one of a possible source that cannot be written as a plain path.
/// The archive is then not used: what is left out would look as if it did not exist.
pub(super) fn check(name: &[u8]) -> Result<Option<String>, ArchiveError> {
    if name.len() > MAX_NAME_BYTES {
        return Err(ArchiveError::LongName);
    }
    let is_drive = name.get(1) == Some(&b':') && name.first().is_some_and(u8::is_ascii_alphabetic);
    let mut parts = name.split(|byte| matches!(byte, b'/' | b'\\'));
    if name.is_empty() || matches!(name.first(), Some(b'/' | b'\\')) || is_drive || parts.any(|p| p == b"..")
    {
        return Err(ArchiveError::Name);
    }
    let text = match std::str::from_utf8(name) {
        Ok(text) if !text.contains(|c: char| c == '\\' || c.is_control()) => text,
        _ if could_be_source(name) => return Err(ArchiveError::Name),
        _ => return Ok(None),
    };
    let parts: Vec<&str> = text
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    match parts.last() {
        None => Err(ArchiveError::Name),
        _ if parts.len() > MAX_DEPTH => Err(ArchiveError::LongName),
        // An AppleDouble file: the metadata of another file on macOS.
        Some(last) if last.starts_with("._") => Ok(None),
        Some(_) => Ok(Some(parts.join("/"))),
    }
}

/// Check the name of a link or a special file, which is never followed.
///
/// # Errors
/// When the name could be that of a source file or of a folder with source files.
pub(super) fn check_link(name: &[u8]) -> Result<(), ArchiveError> {
    match check(name)? {
        Some(name) if could_be_source(name.as_bytes()) => Err(ArchiveError::Link),
        _ => Ok(()),
    }
}

/// Whether a file is kept of a tarball.
pub(super) fn is_source(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    METADATA.contains(&file) || SOURCES.iter().any(|end| file.ends_with(end))
}

/// Whether a name is one of a source file, or could be one of a folder: it has no other extension, and is not written
/// in capitals as `LICENSE` is.
fn could_be_source(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name);
    let file = name.rsplit(['/', '\\']).next().unwrap_or(&name);
    let other = file.contains('.') || file.chars().all(|c| c.is_ascii_uppercase() || "-_".contains(c));
    is_source(file) || !other
}

/// Take the first folder off, if every name has the same.
pub(super) fn strip_common_folder(names: &mut [&mut String]) {
    let folder = |name: &str| name.split_once('/').map(|(folder, _)| folder.len() + 1);
    let Some(first) = names
        .first()
        .and_then(|name| Some(name.get(..folder(name)?)?.to_owned()))
    else {
        return;
    };
    if names.iter().all(|name| name.starts_with(&first)) {
        for name in names {
            name.drain(..first.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative_paths_or_nothing() {
        let good = |name: &str| check(name.as_bytes()).unwrap().unwrap();
        assert_eq!(good("a/b.py"), "a/b.py");
        assert_eq!(good("./a//b.py"), "a/b.py");
        assert_eq!(good("a/..b/c...py"), "a/..b/c...py");
        for bad in [
            "/a.py",
            "../a.py",
            "a/../b.py",
            "a/..",
            "\\a.py",
            "a\\..\\b",
            "C:/a.py",
            "c:a.py",
            "",
            "/",
            "./",
            "a\\b.py",
            "a/\u{1b}[31m.py",
            "a\0.py",
            "..",
        ] {
            assert!(check(bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert_eq!(check(b"docs/caf\xe9.txt"), Ok(None));
        assert_eq!(check(b"a/caf\xe9.py"), Err(ArchiveError::Name));
        assert_eq!(check(b"a/._b.py"), Ok(None));
        assert_eq!(
            check("a/".repeat(31).as_bytes()).unwrap().map(|n| n.len()),
            Some(61)
        );
        assert_eq!(
            check(format!("{}b.py", "a/".repeat(32)).as_bytes()),
            Err(ArchiveError::LongName)
        );
        assert_eq!(check("a".repeat(1025).as_bytes()), Err(ArchiveError::LongName));
    }

    #[test]
    fn links_matter_where_sources_could_be() {
        for harmless in ["LICENSE", "doc/README.md", "a/AUTHORS", "x.so.1"] {
            assert_eq!(check_link(harmless.as_bytes()), Ok(()), "{harmless}");
        }
        for source in ["a.py", "pkg/vendor", "x/index.d.ts", "RECORD"] {
            assert_eq!(check_link(source.as_bytes()), Err(ArchiveError::Link), "{source}");
        }
    }

    #[test]
    fn only_a_folder_of_all_is_taken_off() {
        let strip = |names: &[&str]| {
            let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            strip_common_folder(&mut names.iter_mut().collect::<Vec<_>>());
            names
        };
        assert_eq!(strip(&["a-1/b.py", "a-1/c/d.py"]), ["b.py", "c/d.py"]);
        assert_eq!(strip(&["a-1/b.py", "a-10/d.py"]), ["a-1/b.py", "a-10/d.py"]);
        assert_eq!(strip(&["a-1/b.py", "c.py"]), ["a-1/b.py", "c.py"]);
        assert!(strip(&[]).is_empty());
    }
}
