//! What a path or name in a registry may be. Clients join them to a folder or an address, and keep files under them.

/// Why a path leads out of the folder that it is joined to, as the end of a sentence. `None` when it does not.
#[must_use]
pub fn unsafe_path_reason(path: &str) -> Option<&'static str> {
    let bytes = path.as_bytes();
    if path.starts_with('/') {
        Some("is absolute")
    } else if path.contains('\\') {
        Some("has a backslash")
    } else if path.split('/').any(|part| part == "..") {
        Some("has a `..`")
    } else if bytes.first().is_some_and(u8::is_ascii_alphabetic) && bytes.get(1) == Some(&b':') {
        Some("begins with a drive letter")
    } else if path.chars().any(char::is_control) {
        Some("has a control character")
    } else if path.split('/').any(is_device) {
        Some("has a name that Windows keeps for devices")
    } else if path.split('/').any(|part| part.len() > MAX_NAME_BYTES) {
        Some("has a part of more than 255 bytes")
    } else {
        None
    }
}

/// What in a name could become a way out of a folder, where it is made a part of a path or of an id.
#[must_use]
pub fn unsafe_name_reason(name: &str) -> Option<&'static str> {
    if name.contains('\0') {
        Some("has a NUL character")
    } else if name.split(['/', '\\']).any(|part| part == "..") {
        Some("has a `..` where a folder's name would be")
    } else if name.starts_with(['/', '\\']) {
        Some("begins with a slash")
    } else {
        None
    }
}

/// The longest name of a file that the common file systems take.
const MAX_NAME_BYTES: usize = 255;

/// Names that Windows opens as devices in every folder and with every extension.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end();
    let numbered = |name: &str| {
        let rest = stem.get(..3).filter(|start| start.eq_ignore_ascii_case(name));
        rest.is_some() && matches!(stem.as_bytes(), [_, _, _, b'1'..=b'9'])
    };
    ["con", "prn", "aux", "nul"]
        .iter()
        .any(|name| stem.eq_ignore_ascii_case(name))
        || numbered("com")
        || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_their_folder() {
        for path in [
            "docs/kit",
            "",
            ".",
            "./a..b/...",
            "a b/c:d",
            "aux-notes.md",
            "com",
            "com10",
            "é",
        ] {
            assert_eq!(unsafe_path_reason(path), None, "{path}");
        }
        let long = "x".repeat(256);
        for path in [
            "..",
            "a/../b",
            "a/..",
            "/etc",
            "//host/x",
            "a\\b",
            "C:x",
            "c:/x",
            "a\0b",
            "a\nb",
            "nul",
            "a/Com1.md",
            "b/AUX .txt",
            &long,
        ] {
            assert!(unsafe_path_reason(path).is_some(), "{path}");
        }
    }

    #[test]
    fn names_are_parts_of_ids() {
        for name in ["kit", "@scope/kit", "1.0..2", "...", "C++", "a:b", "*/\\&"] {
            assert_eq!(unsafe_name_reason(name), None, "{name}");
        }
        for name in ["..", "../x", "a/..", "a\\..\\b", "/etc", "\\\\host\\x", "a\0"] {
            assert!(unsafe_name_reason(name).is_some(), "{name}");
        }
    }
}
