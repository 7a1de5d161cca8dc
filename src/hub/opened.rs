//! Paths as a program opens them from the working folder.

use super::discover::inside;
use std::path::{Path, PathBuf};

/// A folder and the working folder, both absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedFrom {
    /// The folder.
    pub root: PathBuf,
    /// The working folder.
    pub cwd: PathBuf,
}

impl OpenedFrom {
    /// The path of a file in the folder as a program opens it from the working folder.
    #[must_use]
    pub fn path(&self, in_folder: &str) -> String {
        let parts = in_folder.split('/').filter(|part| !part.is_empty());
        let path = parts.fold(self.root.clone(), |path, part| path.join(part));
        opened_path(&path, &self.cwd)
    }

    /// As [`OpenedFrom::path`], for a displayed path. `shown` is the displayed path of the folder.
    #[must_use]
    pub fn shown_path(&self, shown: &str, path: &str) -> String {
        let depth = shown.split('/').filter(|part| !part.is_empty()).count();
        let above = Self {
            root: self
                .root
                .ancestors()
                .nth(depth)
                .unwrap_or(&self.root)
                .to_path_buf(),
            cwd: self.cwd.clone(),
        };
        above.path(path)
    }
}

/// The path of a file or folder as a program opens it from the working folder, with forward slashes; empty for the
/// working folder itself.
#[must_use]
fn opened_path(path: &Path, cwd: &Path) -> String {
    let common = path.ancestors().find(|above| cwd.starts_with(above));
    let Some((common, below)) = common.and_then(|common| Some((common, inside(common, path)?))) else {
        // Another drive.
        return path.display().to_string();
    };
    let up = cwd
        .strip_prefix(common)
        .map_or(0, |rest| rest.components().count());
    let up = vec![".."; up].join("/");
    match (up.is_empty(), below.is_empty()) {
        (true, _) => below,
        (_, true) => up,
        _ => format!("{up}/{below}"),
    }
}

#[cfg(test)]
mod tests {
    use super::opened_path;
    use std::path::Path;

    #[test]
    fn a_path_opens_from_the_working_folder() {
        for (path, cwd, opened) in [
            ("/r/content", "/r", "content"),
            ("/r/content", "/r/content", ""),
            ("/r/content", "/r/content/acme/docs", "../.."),
            ("/r/chub-lint.toml", "/r/content/acme", "../../chub-lint.toml"),
            ("/other/hub", "/r", "../other/hub"),
        ] {
            assert_eq!(
                opened_path(Path::new(path), Path::new(cwd)),
                opened,
                "{path} from {cwd}"
            );
        }
    }
}
