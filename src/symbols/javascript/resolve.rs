//! Resolve a specifier to a file, as TypeScript does.

use super::manifest::{MAX_PATH, Manifest, Target};
use super::store::{Store, TYPES};
use super::ty::ModuleMode;
use crate::document::join_normal;
use crate::symbols::reference::Undecided;

/// The endings of files with types that a specifier may leave out, best first.
const TYPED_ENDINGS: [&str; 3] = [".ts", ".tsx", ".d.ts"];

/// The endings that a specifier may leave out, best first. TypeScript and Node.js never add the last four.
const ENDINGS: [&str; 11] = [
    ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".json", ".node", ".d.mts", ".d.cts", ".mjs", ".cjs",
];

/// How many values of a `package.json` are searched in one step.
const VALUES_PER_STEP: usize = 16;

/// What a specifier resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resolution {
    /// A file of the release.
    File(String),
    /// A module of another package.
    External,
    /// Nothing.
    Missing,
    /// It may be there.
    Unknown(Undecided),
}

/// Which files are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sought {
    /// Those that have types.
    Typed,
    /// All files of a package without types.
    Code,
    /// All files.
    Any,
}

impl Store {
    /// A path below the package, `sub` empty for the package itself. `root` is where its files are.
    pub fn package_path(&self, root: &str, sub: &str, mode: ModuleMode) -> Resolution {
        if sub.len() > MAX_PATH {
            return Resolution::Unknown(Undecided::Unread);
        }
        // TypeScript takes code only where no condition and no entry leads to types.
        match self.sought_path(root, sub, mode, Sought::Typed) {
            Resolution::File(file) => Resolution::File(file),
            _ => self.sought_path(root, sub, mode, Sought::Code),
        }
    }

    fn sought_path(&self, root: &str, sub: &str, mode: ModuleMode, sought: Sought) -> Resolution {
        let manifest = self.manifest(root);
        if !self.may_search(manifest.as_deref()) {
            return Resolution::Unknown(Undecided::Unread);
        }
        if let Some(manifest) = &manifest
            && manifest.has_exports()
        {
            let path = if sub.is_empty() {
                ".".to_owned()
            } else {
                format!("./{sub}")
            };
            let open = |target: &str| {
                let path = below(root, target)?;
                self.exact(&path, sought).or_else(|| self.code_for(&path, sought))
            };
            return match manifest.export(&path, mode, &open) {
                Target::Found(file) => Resolution::File(file),
                // A condition of some bundler may hold.
                Target::NoFile => Resolution::Unknown(Undecided::Unread),
                Target::NotListed => Resolution::Missing,
            };
        }
        if sub.is_empty() {
            return match self.folder_entry(root, sought) {
                Some(file) => Resolution::File(file),
                None => Resolution::Unknown(Undecided::Unread),
            };
        }
        let Some(path) = below(root, sub) else {
            return Resolution::Unknown(Undecided::Unread);
        };
        for mapped in manifest.iter().flat_map(|manifest| manifest.types_versions(sub)) {
            if let Some(file) = below(root, &mapped).and_then(|path| self.file_or_folder(&path, sought)) {
                return Resolution::File(file);
            }
        }
        match self.file_or_folder(&path, sought) {
            Some(file) => Resolution::File(file),
            None if self.is_folder(&path) => Resolution::Unknown(Undecided::Unread),
            None => Resolution::Missing,
        }
    }

    /// What a file of the release names: `./x`, `#x` or a package. `names` are how the package is called.
    pub fn find_from(&self, file: &str, specifier: &str, names: &[String], mode: ModuleMode) -> Resolution {
        let root = root_of(file);
        if specifier.len() > MAX_PATH || !self.spend(1) {
            return Resolution::Unknown(Undecided::Unread);
        }
        if specifier.starts_with('.') {
            let folder = file.rfind('/').and_then(|at| file.get(..=at)).unwrap_or_default();
            let folder = folder.strip_prefix(root).unwrap_or_default();
            let found = below(root, &format!("{folder}{specifier}")).and_then(|path| {
                let is_folder = specifier.ends_with('/') || matches!(specifier, "." | "..");
                if is_folder {
                    self.folder_entry(&as_folder(&path), Sought::Any)
                } else {
                    self.file_or_folder(&path, Sought::Any)
                }
            });
            return found.map_or(Resolution::Unknown(Undecided::Unread), Resolution::File);
        }
        if specifier.starts_with('#') {
            return self.private_import(root, specifier, mode);
        }
        match own_path(specifier, names) {
            Some(sub) => self.package_path(root, sub, mode),
            None => Resolution::External,
        }
    }

    /// Whether the maps of a `package.json` may be searched once more.
    fn may_search(&self, manifest: Option<&Manifest>) -> bool {
        self.spend(manifest.map_or(0, Manifest::weight) / VALUES_PER_STEP)
    }

    /// `#x` of the package.
    fn private_import(&self, root: &str, specifier: &str, mode: ModuleMode) -> Resolution {
        let manifest = self.manifest(root);
        let Some(manifest) = manifest.filter(|manifest| self.may_search(Some(manifest))) else {
            return Resolution::Unknown(Undecided::Unread);
        };
        let open = |target: &str| {
            if target.starts_with("./") {
                self.exact(&below(root, target)?, Sought::Any)
                    .map(Resolution::File)
            } else {
                Some(Resolution::External)
            }
        };
        match manifest.import(specifier, mode, &open) {
            Target::Found(resolution) => resolution,
            _ => Resolution::Unknown(Undecided::Unread),
        }
    }

    /// Whether the `.js` and `.d.ts` files of a folder are ES modules, as the nearest `package.json` says.
    pub fn is_es_module(&self, file: &str) -> bool {
        let name = file.rsplit('/').next().unwrap_or(file);
        if name.ends_with(".mts") || name.ends_with(".mjs") {
            return true;
        }
        if name.ends_with(".cts") || name.ends_with(".cjs") {
            return false;
        }
        let root = root_of(file);
        let mut folder = file;
        loop {
            folder = match folder.trim_end_matches('/').rfind('/') {
                Some(at) if at + 1 >= root.len() => folder.get(..=at).unwrap_or_default(),
                _ => root,
            };
            if let Some(manifest) = self.manifest(folder) {
                return manifest.is_module();
            }
            if folder.len() <= root.len() {
                return false;
            }
        }
    }

    /// The file that a folder resolves to.
    fn folder_entry(&self, folder: &str, sought: Sought) -> Option<String> {
        let manifest = self.manifest(folder);
        let manifest = manifest
            .as_deref()
            .filter(|manifest| self.may_search(Some(manifest)));
        let entries: Vec<&str> = manifest.into_iter().flat_map(Manifest::entries).collect();
        let main = manifest.and_then(Manifest::main);
        let first = match sought {
            Sought::Code => main,
            Sought::Typed | Sought::Any => entries.first().copied(),
        };
        // TypeScript tries one field and then `index`. Code of another field is better than nothing.
        let others = entries
            .iter()
            .copied()
            .take(if sought == Sought::Typed { 0 } else { usize::MAX });
        for entry in first.into_iter().chain(["index"]).chain(others) {
            let mapped = manifest.map(|manifest| manifest.types_versions(entry));
            let mapped = mapped.into_iter().flatten();
            let paths = mapped.chain([entry.to_owned()]);
            let mut paths = paths.filter_map(|path| below(folder, &path));
            let found = paths.find_map(|path| {
                self.any_file(&path, sought)
                    .or_else(|| self.any_file(&format!("{path}/index"), sought))
            });
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn file_or_folder(&self, path: &str, sought: Sought) -> Option<String> {
        self.any_file(path, sought).or_else(|| {
            self.is_folder(path)
                .then(|| self.folder_entry(&as_folder(path), sought))?
        })
    }

    /// A file with its extension, or one that describes it.
    fn exact(&self, path: &str, sought: Sought) -> Option<String> {
        if let Some(found) = described(path).and_then(|names| self.first_of(names)) {
            return Some(found);
        }
        let may_be_it = sought != Sought::Typed || is_typed(path);
        (may_be_it && self.is_file(path)).then(|| path.to_owned())
    }

    /// A file whose extension may have been left out.
    fn any_file(&self, path: &str, sought: Sought) -> Option<String> {
        if let Some(found) = self.exact(path, sought) {
            return Some(found);
        }
        let endings: &[&str] = match sought {
            Sought::Typed => &TYPED_ENDINGS,
            Sought::Code | Sought::Any => &ENDINGS,
        };
        declared(path)
            .and_then(|names| self.first_of(names))
            .or_else(|| self.code_for(path, sought))
            .or_else(|| self.first_of((path, endings)))
    }

    /// The code file for a name with another extension.
    fn code_for(&self, path: &str, sought: Sought) -> Option<String> {
        if sought == Sought::Typed {
            return None;
        }
        code(path).and_then(|names| self.first_of(names))
    }

    /// The first of a name with each of some endings that is a file.
    fn first_of(&self, (stem, endings): (&str, &[&str])) -> Option<String> {
        let mut names = endings.iter().map(|ending| format!("{stem}{ending}"));
        names.find(|name| self.is_file(name))
    }
}

/// Whether a file has types.
pub(super) fn is_typed(file: &str) -> bool {
    [".ts", ".tsx", ".mts", ".cts"]
        .iter()
        .any(|ending| file.ends_with(ending))
}

/// Where the files of the package of a file are.
fn root_of(file: &str) -> &'static str {
    if file.starts_with(TYPES) { TYPES } else { "" }
}

/// The name of a file without its ending, and the endings of the files that describe it, best first.
fn described(path: &str) -> Option<(&str, &'static [&'static str])> {
    let endings: [(&str, &[&str]); 5] = [
        (".mjs", &[".mts", ".d.mts"]),
        (".cjs", &[".cts", ".d.cts"]),
        (".jsx", &[".tsx", ".ts", ".d.ts"]),
        (".js", &[".ts", ".tsx", ".d.ts"]),
        (".json", &[".d.json.ts"]),
    ];
    with_ending(path, &endings)
}

/// The same for files with types: declarations name `./x.ts` where the release has `x.d.ts`.
fn declared(path: &str) -> Option<(&str, &'static [&'static str])> {
    let endings: [(&str, &[&str]); 7] = [
        (".d.mts", &[".mts"]),
        (".d.cts", &[".cts"]),
        (".d.ts", &[".ts", ".tsx"]),
        (".mts", &[".d.mts"]),
        (".cts", &[".d.cts"]),
        (".tsx", &[".ts", ".d.ts"]),
        (".ts", &[".tsx", ".d.ts"]),
    ];
    with_ending(path, &endings)
}

/// The same for the code that a declaration, or a file with another ending, was made from or compiled to.
fn code(path: &str) -> Option<(&str, &'static [&'static str])> {
    let endings: [(&str, &[&str]); 9] = [
        (".d.mts", &[".mjs"]),
        (".d.cts", &[".cjs"]),
        (".d.ts", &[".js", ".jsx"]),
        (".mts", &[".mjs"]),
        (".cts", &[".cjs"]),
        (".tsx", &[".jsx", ".js"]),
        (".ts", &[".js", ".jsx"]),
        (".jsx", &[".js"]),
        (".js", &[".jsx"]),
    ];
    with_ending(path, &endings)
}

fn with_ending<'p>(
    path: &'p str,
    endings: &[(&str, &'static [&'static str])],
) -> Option<(&'p str, &'static [&'static str])> {
    let mut endings = endings.iter();
    endings.find_map(|(own, others)| Some((path.strip_suffix(own)?, *others)))
}

/// A path below a folder, with `.` and `..` resolved; `None` when it leaves the package.
fn below(root: &str, path: &str) -> Option<String> {
    if path.len() > MAX_PATH {
        return None;
    }
    let (prefix, folder) = match root.strip_prefix(TYPES) {
        Some(folder) => (TYPES, folder),
        None => ("", root),
    };
    Some(format!("{prefix}{}", join_normal([folder, path])?))
}

fn as_folder(path: &str) -> String {
    if path.is_empty() || path == TYPES {
        path.to_owned()
    } else {
        format!("{path}/")
    }
}

/// The path below the package that a specifier names; `None` when it names another package.
pub(super) fn own_path<'s>(specifier: &'s str, names: &[String]) -> Option<&'s str> {
    names.iter().find_map(|name| {
        let rest = specifier.strip_prefix(name.as_str())?;
        if rest.is_empty() {
            Some("")
        } else {
            rest.strip_prefix('/').map(|sub| sub.trim_end_matches('/'))
        }
    })
}
