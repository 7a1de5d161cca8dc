//! Archives with a fault give no finding: the entry is not checked, and the report says why.

use super::{Shelf, World, module, releases};
use crate::support::pack::{ZipFile, raw_entry, tar_with, tarball, wheel_files, zip};
use crate::support::server::{Answer, Server};
use tar::EntryType;
use tempfile::TempDir;

const DOC: &str = "content/acme/docs/demo/DOC.md";
const WHEEL: &str = "demo-1.0-py3-none-any.whl";
const SDIST: &str = "demo-1.0.tar.gz";
const ZIP: &str = "demo-1.0.zip";

/// The files of a sound wheel, with `demo/__init__.py` first.
fn sound() -> Vec<ZipFile> {
    wheel_files(&[("demo/__init__.py", module(&["open"]).as_bytes())])
}

/// A sound wheel with one more file.
fn with(file: ZipFile) -> Vec<u8> {
    zip(&[sound(), vec![file]].concat())
}

/// A sound wheel whose module was changed.
fn changed(change: impl FnOnce(&mut ZipFile)) -> Vec<u8> {
    let mut files = sound();
    change(&mut files[0]);
    zip(&files)
}

/// A sound sdist with one more entry.
fn sdist(name: &[u8], kind: EntryType, content: &[u8]) -> Vec<u8> {
    tar_with(|tar| {
        let module = module(&["open"]);
        raw_entry(
            tar,
            b"demo-1.0/demo/__init__.py",
            EntryType::Regular,
            module.as_bytes(),
        );
        raw_entry(tar, name, kind, content);
    })
}

/// Run on an index that has this file in place of the declared release.
#[track_caller]
fn check(name: &str, bytes: Vec<u8>, reason: &str) {
    let [_, newest] = releases("demo");
    let shelf = Shelf::from([(name.to_owned(), bytes), newest]);
    let world = World::new(&["demo"], shelf);
    let ran = world.run(&[DOC]);
    let told = ran.not_checked(0).unwrap_or_default();
    assert!(told.contains(reason), "{name}: {told:?} and not {reason:?}");
    // What the newest release lacks is known; nothing is said about the one that could not be read.
    let about_declared = ran.findings().into_iter().any(|found| found.ends_with(" 1.0"));
    assert!(!about_declared, "{reason}: {:?}", ran.findings());
    assert_eq!(
        ran.report["summary"]["not_checked"]["symbols"][&told], 1,
        "{}",
        ran.report["summary"]
    );
    // And not in another way the next time.
    assert_eq!(world.run(&[DOC]).not_checked(0).as_deref(), Some(told.as_str()));
}

#[test]
fn cut_off_or_not_an_archive() {
    let wheel = zip(&sound());
    check(
        WHEEL,
        wheel[..wheel.len() - 30].to_vec(),
        "the archive is damaged",
    );
    check(
        WHEEL,
        b"<html>not found</html>".to_vec(),
        "the archive is damaged",
    );
    let whole = sdist(b"demo-1.0/PKG-INFO", EntryType::Regular, b"x");
    check(SDIST, whole[..whole.len() / 2].to_vec(), "the archive is damaged");
    check(SDIST, b"PK".to_vec(), "the archive is damaged");
    check(
        "demo-1.0.tar.bz2",
        whole,
        "the release has no wheel, sdist or tarball",
    );
}

#[test]
fn changed_bytes() {
    let mut wheel = changed(|file| file.method = 0);
    let at = wheel.windows(8).position(|bytes| bytes == b"def open").unwrap();
    wheel[at + 4] = b'a';
    // The index lists the hash of these bytes, so that only the checksum of the member can show it.
    check(WHEEL, wheel, "the archive is damaged");
    check(
        WHEEL,
        changed(|file| file.stated_size = Some(3)),
        "the archive is damaged",
    );
    check(
        WHEEL,
        changed(|file| file.local_name = Some(b"demo/__other__.py".to_vec())),
        "the archive is damaged",
    );
    check(
        WHEEL,
        changed(|file| file.method = 12),
        "compressed in a way that is not supported",
    );
}

#[test]
fn bytes_that_are_not_those_of_the_index() {
    let [(name, honest), newest] = releases("demo");
    let shelf = Shelf::from([(name.clone(), honest), newest]);
    let server = Server::start(move |request| match request.path.as_str() {
        path if path.ends_with(&name) => Answer::status(200).body(changed(|_| {})),
        _ => super::answer(&shelf, request),
    });
    let world = World {
        folder: TempDir::new().unwrap(),
        index: server,
    };
    world.write(DOC, &super::entry("demo"));
    let ran = world.run(&[DOC]);
    assert_eq!(
        ran.not_checked(0).as_deref(),
        Some("the archive does not have the hash that the index lists")
    );
}

#[test]
fn bombs_and_many_files() {
    let spaces = || vec![b' '; (8 << 20) + 1];
    check(
        WHEEL,
        changed(|file| file.content = spaces()),
        "the file is larger than 8 MB",
    );
    let bomb = || vec![b' '; 5 << 20];
    check(
        WHEEL,
        changed(|file| file.content = bomb()),
        "the archive unpacks to more than",
    );
    let tar = tar_with(|tar| {
        for at in 0..4 {
            let name = format!("demo-1.0/demo/{at}.py");
            raw_entry(tar, name.as_bytes(), EntryType::Regular, &bomb());
        }
    });
    check(SDIST, tar, "the archive unpacks to more than");
    let many: Vec<ZipFile> = (0..50_001)
        .map(|at| ZipFile {
            method: 0,
            ..ZipFile::new(format!("demo/m{at}.py"), "")
        })
        .collect();
    check(WHEEL, zip(&many), "the archive has more than 50000 files");
}

#[test]
fn ten_thousand_files_are_read() {
    let mut files = sound();
    files.extend((0..10_000).map(|at| ZipFile {
        method: 0,
        ..ZipFile::new(format!("demo/m{at}.py"), "")
    }));
    let [_, newest] = releases("demo");
    let world = World::new(&["demo"], Shelf::from([(WHEEL.to_owned(), zip(&files)), newest]));
    let ran = world.run(&[DOC]);
    assert_eq!(ran.not_checked(0), None);
    assert!(
        ran.findings()
            .contains(&"unknown-symbol Client.never 1.0".to_owned())
    );
}

#[test]
fn names_that_lead_out() {
    let reason = "a name that is not a relative path of plain text";
    for name in ["../demo/a.py", "/etc/a.py", "demo\\a.py", "\u{1b}[31m.py"] {
        check(WHEEL, with(ZipFile::new(name, "")), reason);
        check(SDIST, sdist(name.as_bytes(), EntryType::Regular, b"x"), reason);
    }
    check(
        WHEEL,
        with(ZipFile::new("a/".repeat(40) + "b.py", "")),
        "longer than",
    );
}

#[test]
fn links_encryption_and_duplicates() {
    let link = ZipFile {
        mode: 0o120_777,
        ..ZipFile::new("demo/a.py", "/etc/passwd")
    };
    check(WHEEL, with(link), "a link or a special file");
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Fifo] {
        check(
            SDIST,
            sdist(b"demo-1.0/demo/a.py", kind, b""),
            "a link or a special file",
        );
    }
    check(WHEEL, changed(|file| file.flags = 1), "the archive is encrypted");
    let twice = || ZipFile::new("demo/__init__.py", module(&["never"]));
    check(WHEEL, with(twice()), "two files with the same name");
    check(ZIP, with(twice()), "two files with the same name");
    let module = module(&["never"]);
    check(
        SDIST,
        tarball(&[
            ("demo-1.0/demo/__init__.py", b"x = 1\n"),
            ("demo-1.0/demo/__init__.py", module.as_bytes()),
        ]),
        "two files with the same name",
    );
}

#[test]
fn a_zip64() {
    let mut wheel = zip(&sound());
    let end = wheel.len() - 22;
    wheel[end + 12..end + 16].copy_from_slice(&[255; 4]);
    check(WHEEL, wheel, "the archive is a zip64");
}

#[test]
fn a_release_without_files_or_on_a_server_that_fails() {
    let [(name, bytes), newest] = releases("demo");
    let shelf = Shelf::from([(name.clone(), bytes), newest]);
    for status in [403, 404, 500] {
        let (shelf, name) = (shelf.clone(), name.clone());
        let world = World {
            folder: TempDir::new().unwrap(),
            index: Server::start(move |request| match request.path.ends_with(&name) {
                true => Answer::status(status),
                false => super::answer(&shelf, request),
            }),
        };
        world.write(DOC, &super::entry("demo"));
        let ran = world.run(&[DOC]);
        let reason = format!("the registry answered {status}");
        assert_eq!(ran.not_checked(0).as_deref(), Some(reason.as_str()));
        let of_declared = ran.findings().into_iter().any(|found| found.ends_with(" 1.0"));
        assert!(!of_declared, "{:?}", ran.findings());
    }
}

#[test]
fn nothing_to_read() {
    let reason = "no Python module was found in it";
    // A release that only depends on others.
    check(WHEEL, zip(&wheel_files(&[])), reason);
    let docs = wheel_files(&[("demo/README.md", b"# demo\n")]);
    check(WHEEL, zip(&docs), reason);
}
