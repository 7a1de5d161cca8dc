//! The members of the classes of Python's own library, for packages that derive from them.
//!
//! Source: the stubs of typeshed and Python itself, recorded by `tests/tools/record_standard_classes.py`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// By each name of a class, its public members with spaces between them.
static CLASSES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let lines = include_str!("standard.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| {
            let (names, members) = line.split_once(' ').unwrap_or((line, ""));
            names.split(',').map(move |name| (name, members))
        })
        .collect()
});

/// The public members of a class, with spaces between them, when there are no others.
pub(super) fn members(path: &str) -> Option<&'static str> {
    let known = CLASSES.get(path).copied();
    // What `typing_extensions` has is what a later `typing` has.
    known.or_else(|| {
        let name = path.strip_prefix("typing_extensions.")?;
        CLASSES.get(format!("typing.{name}").as_str()).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_packages_derive_from_are_known() {
        let has =
            |path: &str, name: &str| members(path).is_some_and(|all| all.split(' ').any(|one| one == name));
        for (path, name) in [
            ("threading.Thread", "is_alive"),
            ("builtins.OSError", "errno"),
            ("builtins.IOError", "errno"),
            ("collections.abc.MutableMapping", "setdefault"),
            ("typing.MutableMapping", "setdefault"),
            ("typing_extensions.Mapping", "items"),
            ("collections.UserDict", "data"),
            ("asyncio.Protocol", "data_received"),
            ("logging.Handler", "formatter"),
            ("enum.Enum", "value"),
            ("builtins.dict", "items"),
        ] {
            assert!(has(path, name), "{path}.{name}");
        }
        assert_eq!(members("abc.ABC"), Some(""));
    }

    #[test]
    fn classes_that_may_have_any_member_are_not() {
        for path in [
            "threading.local",
            "argparse.Namespace",
            "types.SimpleNamespace",
            "types.ModuleType",
            "unittest.mock.Mock",
            "logging.LogRecord",
            "typing.Any",
            "other.Thread",
        ] {
            assert_eq!(members(path), None, "{path}");
        }
    }
}
