//! Archives and folders of the user's own packages.

use crate::support::pack::{ZipFile, tarball, wheel, zip};
use chub_lint::releases::{Archive, ArchiveError};
use tempfile::TempDir;

fn names(archive: &Archive) -> Vec<&str> {
    archive.names().collect()
}

#[test]
fn each_kind_by_its_name() {
    let files: &[(&str, &[u8])] = &[("demo-1.0/demo/a.py", b"a"), ("demo-1.0/PKG-INFO", b"b")];
    let zipped: Vec<ZipFile> = files
        .iter()
        .map(|(name, content)| ZipFile::new(*name, *content))
        .collect();
    for (name, bytes) in [
        ("demo-1.0.tar.gz", tarball(files)),
        ("Demo-1.0.TGZ", tarball(files)),
        ("demo-1.0.zip", zip(&zipped)),
    ] {
        let archive = Archive::open_file(name, bytes).unwrap();
        assert_eq!(names(&archive), ["PKG-INFO", "demo/a.py"], "{name}");
        assert_eq!(archive.read("demo/a.py").unwrap().unwrap(), b"a", "{name}");
        assert_eq!(archive.read("demo/b.py"), Ok(None));
    }
    let archive = Archive::open_file("demo-1.0-py3-none-any.whl", wheel(&[("demo/a.py", b"a")])).unwrap();
    assert_eq!(names(&archive), ["demo-1.0.dist-info/RECORD", "demo/a.py"]);
    let npm = tarball(&[
        ("package/package.json", b"{}"),
        ("package/lib/index.d.ts", b"export {}"),
    ]);
    assert_eq!(
        names(&Archive::open_file("x.tgz", npm).unwrap()),
        ["lib/index.d.ts", "package.json"]
    );
}

#[test]
fn a_folder_of_sources() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    for (path, text) in [
        ("src/acme/__init__.py", "x = 1\n"),
        ("src/acme/py.typed", ""),
        ("src/acme/__pycache__/a.py", ""),
        (".venv/lib/a.py", ""),
        ("node_modules/a/index.js", ""),
        ("README.md", "# Acme\n"),
    ] {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let archive = Archive::open_folder(root).unwrap();
    assert_eq!(
        names(&archive),
        ["README.md", "src/acme/__init__.py", "src/acme/py.typed"]
    );
    assert_eq!(archive.read("src/acme/__init__.py").unwrap().unwrap(), b"x = 1\n");
    assert_eq!(archive.read("../secret"), Ok(None));
    assert_eq!(archive.read(".venv/lib/a.py"), Ok(None));

    std::fs::File::create(root.join("large.py"))
        .unwrap()
        .set_len((8 << 20) + 1)
        .unwrap();
    let archive = Archive::open_folder(root).unwrap();
    assert!(matches!(
        archive.read("large.py"),
        Err(ArchiveError::Unreadable(_))
    ));
    std::fs::remove_file(root.join("large.py")).unwrap();
    assert!(matches!(
        archive.read("large.py"),
        Err(ArchiveError::Unreadable(_))
    ));
    assert!(matches!(
        Archive::open_folder(&root.join("none")),
        Err(ArchiveError::Unreadable(_))
    ));

    let deep = root.join("d/".repeat(40));
    std::fs::create_dir_all(&deep).unwrap();
    assert_eq!(Archive::open_folder(root).unwrap_err(), ArchiveError::LongName);
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    std::fs::write(root.join("a.py"), "x = 1\n").unwrap();
    symlink("/etc/hosts", root.join("LICENSE")).unwrap();
    assert_eq!(names(&Archive::open_folder(root).unwrap()), ["a.py"]);
    let archive = Archive::open_folder(root).unwrap();
    // A file that became a link after it was listed.
    std::fs::remove_file(root.join("a.py")).unwrap();
    symlink("/etc/hosts", root.join("a.py")).unwrap();
    assert!(matches!(archive.read("a.py"), Err(ArchiveError::Unreadable(_))));
    assert_eq!(Archive::open_folder(root).unwrap_err(), ArchiveError::Link);
    std::fs::remove_file(root.join("a.py")).unwrap();
    symlink("/etc", root.join("vendor")).unwrap();
    assert_eq!(Archive::open_folder(root).unwrap_err(), ArchiveError::Link);
    // The folder itself, as a pull request may have added it.
    let checkout = TempDir::new().unwrap();
    std::fs::create_dir(checkout.path().join(".git")).unwrap();
    symlink("/etc", checkout.path().join("src")).unwrap();
    assert!(matches!(
        Archive::open_folder(&checkout.path().join("src")),
        Err(ArchiveError::Unreadable(_))
    ));
}
