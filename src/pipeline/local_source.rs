//! The wheel, sdist, tarball or folder that the config names as the source of a package.

use crate::fsio;
use crate::releases::{Archive, MAX_LOCAL_ARCHIVE_BYTES};
use crate::safe_path;
use std::path::Path;

/// Open a source, which is `shown` in reasons. The error says what and why.
pub(super) fn open(source: &Path, shown: &Path) -> Result<Archive, String> {
    let shown = shown.display();
    if safe_path::is_missing(source) {
        return Err(format!("`{shown}` does not exist"));
    }
    let opened = if safe_path::is_file(source) {
        let name = source.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fsio::read_regular(source, MAX_LOCAL_ARCHIVE_BYTES)
            .map_err(|error| format!("`{shown}`: {error}"))?;
        Archive::open_file(&name, bytes)
    } else {
        Archive::open_folder(source)
    };
    opened.map_err(|error| format!("`{shown}`: {error}"))
}

/// The version in the name of a wheel, sdist (PEP 427, 625) or tarball of npm; the name of a folder.
pub(super) fn version(source: &Path) -> String {
    let name = source.file_name().unwrap_or_default().to_string_lossy();
    let version = match name.strip_suffix(".whl") {
        Some(wheel) => wheel.split('-').nth(1),
        None => name
            .strip_suffix(".tar.gz")
            .or_else(|| name.strip_suffix(".zip"))
            .and_then(|sdist| sdist.rsplit_once('-'))
            .map(|(_, version)| version)
            // A version of npm may have hyphens, a name digits.
            .or_else(|| npm_version(name.strip_suffix(".tgz")?)),
    };
    version.map_or_else(|| format!("from `{name}`"), str::to_owned)
}

/// The version in `name-1.2.0-rc.1`, as `npm pack` writes it.
fn npm_version(stem: &str) -> Option<&str> {
    stem.match_indices('-')
        .filter_map(|(at, _)| stem.get(at + 1..))
        .find(|rest| semver::Version::parse(rest).is_ok())
}
