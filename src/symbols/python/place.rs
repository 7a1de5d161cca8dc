//! Where the modules of a release are among its files.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a module of the release is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum ModulePlace {
    /// A file of Python; whether it is an `__init__`.
    File(String, bool),
    /// An extension module without a stub, or its source.
    Native,
}

/// What is put after the name of a module to name the source beside its stub. No name of a module holds it.
pub(super) const BESIDE_STUB: &str = "/py";

/// The modules among files, each in its best form, and sources beside stubs.
pub(super) fn find_modules(files: &[String]) -> BTreeMap<String, ModulePlace> {
    let mut places: BTreeMap<String, ModulePlace> = BTreeMap::new();
    // PyPA's "src layout" of sdists and checkouts: `src` is not a package.
    let has_src = !files.iter().any(|file| file == "src/__init__.py");
    for file in files {
        let inside = file.strip_prefix("src/").filter(|_| has_src).unwrap_or(file);
        let Some((name, place)) = module_of(file, inside) else {
            continue;
        };
        // A stub says more than the module beside it; source says more than what is compiled.
        let rank = |place: &ModulePlace| match place {
            ModulePlace::File(file, _) if file.ends_with(".pyi") => 2,
            ModulePlace::File(..) => 1,
            ModulePlace::Native => 0,
        };
        let worse = match places.get(&name) {
            Some(old) if rank(old) >= rank(&place) => Some(place),
            _ => places.insert(name.clone(), place),
        };
        if let Some(ModulePlace::File(..)) = worse
            && matches!(places.get(&name), Some(best) if rank(best) == 2)
        {
            places.extend(worse.map(|source| (name + BESIDE_STUB, source)));
        }
    }
    places
}

/// The module that a file of a wheel is. Data folders (`X.data/purelib/`) hold modules too.
fn module_of(file: &str, inside: &str) -> Option<(String, ModulePlace)> {
    let file_in = match inside.split_once('/') {
        Some((first, rest)) if first.ends_with(".data") => rest
            .strip_prefix("purelib/")
            .or_else(|| rest.strip_prefix("platlib/"))?,
        Some((first, _)) if first.ends_with(".dist-info") || first.ends_with(".egg-info") => return None,
        // Scripts of a checkout.
        None if matches!(inside, "setup.py" | "conftest.py" | "noxfile.py" | "tasks.py") => return None,
        _ => inside,
    };
    let (folder, name) = file_in.rsplit_once('/').unwrap_or(("", file_in));
    let (stem, extension) = name.split_once('.')?;
    // What Cython compiles is source in an sdist.
    let native = extension.ends_with("so") || extension.ends_with("pyd") || extension == "pyx";
    if !native && !matches!(extension, "py" | "pyi") {
        return None;
    }
    let is_identifier = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c == '_' || c.is_alphanumeric())
            && !part.starts_with(|c: char| c.is_ascii_digit())
    };
    let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    // A package of stubs (PEP 561) is the package that it describes.
    let strip = |part: &str| part.strip_suffix("-stubs").unwrap_or(part).to_owned();
    let mut full: Vec<String> = parts.iter().map(|part| strip(part)).collect();
    if !full.iter().all(|part| is_identifier(part)) || !is_identifier(stem) {
        return None;
    }
    let is_package = stem == "__init__";
    if !is_package {
        full.push(stem.to_owned());
    }
    if full.is_empty() {
        return None;
    }
    let place = if native {
        ModulePlace::Native
    } else {
        ModulePlace::File(file.to_owned(), is_package)
    };
    Some((full.join("."), place))
}
