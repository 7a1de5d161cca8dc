//! `package.json`: resolve a path of the package to a file.

use super::ty::ModuleMode;
use crate::package::Ecosystem;
use crate::package::range::VersionRange;
use crate::package::version::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::OnceLock;

/// The largest `package.json` that is read, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// The version of TypeScript that conditions such as `types@>=5` and `typesVersions` are held against.
const TYPESCRIPT: &str = "5.9.3";

/// The longest path of a file, in bytes. Those of packages have a hundred.
pub(super) const MAX_PATH: usize = 4_096;

/// How deep conditions are nested at most.
const MAX_DEPTH: usize = 16;

/// What `package.json` says about files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Manifest {
    /// `commonjs` or `module`.
    #[serde(rename = "type", skip_serializing_if = "Value::is_null")]
    format: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    main: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    types: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    typings: Value,
    #[serde(rename = "typesVersions", skip_serializing_if = "Value::is_null")]
    types_versions: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    exports: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    imports: Value,
    /// See [`Manifest::weight`].
    #[serde(skip)]
    weight: OnceLock<usize>,
}

/// Replace what is nested too deep by a value that names no file: what is deeper is not looked at, and a table with it
/// could not be read.
fn prune(value: &mut Value, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        *value = Value::Bool(false);
        return;
    };
    match value {
        Value::Array(values) => values.iter_mut().for_each(|inner| prune(inner, depth)),
        Value::Object(map) => map.values_mut().for_each(|inner| prune(inner, depth)),
        _ => {}
    }
}

/// How many values a value is made of.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(count).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// Replace the first `most` occurrences of `*` in a pattern by `matched`. `None` when the result is too long for a
/// path.
fn fill_in(pattern: &str, matched: &str, most: usize) -> Option<String> {
    let stars = pattern.matches('*').count().min(most);
    let length = stars.saturating_mul(matched.len()).saturating_add(pattern.len());
    (length <= MAX_PATH).then(|| pattern.replacen('*', matched, most))
}

/// What a map of `exports` or `imports` says about a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target<T> {
    /// It resolves to this.
    Found(T),
    /// It is not in the map, or closed with `null`.
    NotListed,
    /// It is in the map, and no condition holds or no file is there.
    NoFile,
}

impl Manifest {
    /// Read a `package.json`; `None` when it is invalid.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_BYTES {
            return None;
        }
        // npm allows a byte order mark.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut read: Self = serde_json::from_slice(bytes).ok()?;
        let Self {
            format,
            main,
            types,
            typings,
            types_versions,
            exports,
            imports,
            ..
        } = &mut read;
        for value in [format, main, types, typings, types_versions, exports, imports] {
            prune(value, MAX_DEPTH + 2);
        }
        Some(read)
    }

    /// How many values its maps have. Each look-up may go through all of them.
    pub fn weight(&self) -> usize {
        *self.weight.get_or_init(|| {
            let maps = [&self.types_versions, &self.exports, &self.imports];
            maps.into_iter().map(count).sum()
        })
    }

    /// Whether `.js` files are ES modules.
    pub fn is_module(&self) -> bool {
        self.format.as_str() == Some("module")
    }

    /// Whether there is a map of `exports`.
    pub fn has_exports(&self) -> bool {
        !self.exports.is_null()
    }

    /// The files that may be the entry where there are no `exports`, best first.
    pub fn entries(&self) -> impl Iterator<Item = &str> {
        [&self.typings, &self.types, &self.main]
            .into_iter()
            .filter_map(Value::as_str)
            .filter(|path| !path.is_empty())
    }

    /// The code that is the entry where there are no `exports`.
    pub fn main(&self) -> Option<&str> {
        self.main.as_str().filter(|path| !path.is_empty())
    }

    /// Look a path (`.` or `./sub`) up in `exports`. `open` says whether a target is there, and what it is.
    pub fn export<T>(&self, path: &str, mode: ModuleMode, open: &dyn Fn(&str) -> Option<T>) -> Target<T> {
        let map = match &self.exports {
            Value::Object(map) if map.keys().any(|key| key.starts_with('.')) => map,
            one if path == "." => return resolve(one, "", mode, open, MAX_DEPTH),
            _ => return Target::NotListed,
        };
        find(map, path, mode, open)
    }

    /// Look `#path` up in `imports`.
    pub fn import<T>(&self, path: &str, mode: ModuleMode, open: &dyn Fn(&str) -> Option<T>) -> Target<T> {
        match &self.imports {
            Value::Object(map) => find(map, path, mode, open),
            _ => Target::NotListed,
        }
    }

    /// The subpaths that `exports` lists by name.
    pub fn subpaths(&self) -> impl Iterator<Item = &str> {
        let map = self.exports.as_object();
        map.into_iter()
            .flat_map(serde_json::Map::keys)
            .filter_map(|key| key.strip_prefix("./"))
            .filter(|key| !key.contains('*') && !key.ends_with('/'))
    }

    /// The paths that `typesVersions` puts in the place of a path, best first.
    pub fn types_versions(&self, path: &str) -> Vec<String> {
        let Some(map) = self.types_versions.as_object() else {
            return Vec::new();
        };
        let Some((_, paths)) = map.iter().find(|(range, _)| is_for_typescript(range)) else {
            return Vec::new();
        };
        let Some(paths) = paths.as_object() else {
            return Vec::new();
        };
        let path = path.trim_start_matches("./");
        let Some((key, matched)) = best_match(paths.keys().map(String::as_str), path, true) else {
            return Vec::new();
        };
        let targets = paths.get(key).and_then(Value::as_array);
        let targets = targets.into_iter().flatten().filter_map(Value::as_str);
        targets.filter_map(|target| fill_in(target, matched, 1)).collect()
    }
}

/// Look a path up in a map with patterns.
fn find<T>(
    map: &serde_json::Map<String, Value>,
    path: &str,
    mode: ModuleMode,
    open: &dyn Fn(&str) -> Option<T>,
) -> Target<T> {
    if let Some(target) = map.get(path)
        && !path.contains('*')
        && !path.ends_with('/')
    {
        return resolve(target, "", mode, open, MAX_DEPTH);
    }
    let Some((key, matched)) = best_match(map.keys().map(String::as_str), path, false) else {
        return Target::NotListed;
    };
    match map.get(key) {
        Some(target) => resolve(target, matched, mode, open, MAX_DEPTH),
        None => Target::NotListed,
    }
}

/// The key with the longest part before `*` that a path matches, and the text that `*` matches. A key that ends with
/// `/` is a folder.
fn best_match<'k, 'p>(
    keys: impl Iterator<Item = &'k str>,
    path: &'p str,
    with_exact: bool,
) -> Option<(&'k str, &'p str)> {
    let mut best: Option<(&str, &str, (usize, usize))> = None;
    for key in keys {
        let (matched, rank) = if let Some((start, end)) = key.split_once('*') {
            let matched = path
                .strip_prefix(start)
                .and_then(|rest| rest.strip_suffix(end))
                .filter(|matched| !matched.is_empty());
            (matched, (start.len(), key.len()))
        } else if key.ends_with('/') && !with_exact {
            (path.strip_prefix(key), (key.len(), key.len()))
        } else if with_exact && key == path {
            (Some(""), (usize::MAX, 0))
        } else {
            continue;
        };
        if let Some(matched) = matched
            && best.is_none_or(|(_, _, so_far)| rank > so_far)
        {
            best = Some((key, matched, rank));
        }
    }
    best.map(|(key, matched, _)| (key, matched))
}

/// The first target whose conditions hold and that is there: TypeScript goes on where no file is.
fn resolve<T>(
    target: &Value,
    matched: &str,
    mode: ModuleMode,
    open: &dyn Fn(&str) -> Option<T>,
    depth: usize,
) -> Target<T> {
    let Some(depth) = depth.checked_sub(1) else {
        return Target::NoFile;
    };
    match target {
        Value::String(path) => {
            let path = if path.ends_with('/') {
                Some(format!("{path}{matched}"))
            } else {
                fill_in(path, matched, usize::MAX)
            };
            path.and_then(|path| open(&path))
                .map_or(Target::NoFile, Target::Found)
        }
        Value::Object(conditions) => {
            for (condition, target) in conditions {
                if !holds(condition, mode) {
                    continue;
                }
                // `null` under a condition closes nothing for TypeScript.
                if let Target::Found(found) = resolve(target, matched, mode, open, depth) {
                    return Target::Found(found);
                }
            }
            Target::NoFile
        }
        Value::Array(targets) => {
            for target in targets {
                if let Target::Found(found) = resolve(target, matched, mode, open, depth) {
                    return Target::Found(found);
                }
            }
            Target::NoFile
        }
        Value::Null => Target::NotListed,
        _ => Target::NoFile,
    }
}

fn holds(condition: &str, mode: ModuleMode) -> bool {
    match condition {
        "types" | "node" | "default" => true,
        "import" => mode == ModuleMode::Import,
        "require" => mode == ModuleMode::Require,
        other => other.strip_prefix("types@").is_some_and(is_for_typescript),
    }
}

fn is_for_typescript(range: &str) -> bool {
    let version = Version::parse(Ecosystem::Npm, TYPESCRIPT);
    let range = VersionRange::parse(Ecosystem::Npm, range);
    matches!((range, version), (Some(range), Some(version)) if range.contains(&version))
}
