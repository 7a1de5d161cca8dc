//! Write every fixed file, and say which could not be.

use super::engine::ChangedFile;
use super::error::SaveError;
use super::write;
use crate::error::Error;
use crate::safe_text::SafeText;
use std::path::Path;

/// Write the fixed files. One that cannot be written does not stop the others.
///
/// # Errors
/// When some could not be written: which and why, and which files were written.
pub fn save_files<'a>(files: impl IntoIterator<Item = (&'a Path, &'a ChangedFile)>) -> Result<(), Error> {
    let mut written = Vec::new();
    let mut failed = Vec::new();
    for (root, file) in files {
        match write::replace(root, file.path.path_in_hub(), &file.before, &file.after) {
            Ok(()) => written.push(SafeText::new(file.path.as_str())),
            Err(error) => failed.push(SafeText::new(&error.text())),
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    let list = |lines: &[SafeText]| lines.iter().map(|line| format!("\n  {line}")).collect::<String>();
    let done = if written.is_empty() {
        "\nno file was fixed".to_owned()
    } else {
        format!("\nfixed and written:{}", list(&written))
    };
    Err(SaveError::Some {
        failed: failed.len(),
        of: failed.len() + written.len(),
        list: list(&failed) + &done,
    }
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::HubPath;
    use crate::fsio;

    #[test]
    fn a_file_that_cannot_be_written_does_not_stop_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let root = crate::safe_path::canonicalize_or_keep(folder.path());
        let changed = |name: &str, before: &str| ChangedFile {
            path: HubPath::new("content", name),
            hub: 0,
            before: before.to_owned(),
            after: "new\n".to_owned(),
        };
        for name in ["a.md", "b.md", "c.md"] {
            fsio::write_new(&root, &root.join(name), b"old\n").unwrap();
        }
        let files = [
            changed("a.md", "old\n"),
            changed("b.md", "another\n"),
            changed("b\n::error::x.md", "old\n"),
            changed("c.md", "old\n"),
        ];
        let error = save_files(files.iter().map(|file| (&*root, file)))
            .unwrap_err()
            .render();
        for name in ["a.md", "c.md"] {
            assert_eq!(fsio::read_text(&root.join(name), 9).unwrap(), "new\n");
            assert!(error.contains(&format!("\n  content/{name}")), "{error}");
        }
        assert_eq!(fsio::read_text(&root.join("b.md"), 9).unwrap(), "old\n");
        assert!(error.contains("2 of 4 files could not be fixed"), "{error}");
        assert!(error.contains("`") && error.contains("b.md"), "{error}");
        assert!(!error.contains("\n::error"), "{error}");
    }
}
