//! Archives that somebody wrote to do harm: each is refused or harmless, and what is read is never wrong.

use crate::support::pack::{ZipFile, noise, raw_entry, tar_with, tarball, wheel, zip};
use chub_lint::releases::{Archive, ArchiveError};
use std::time::{Duration, Instant};
use tar::EntryType;

fn open_zip(files: &[ZipFile]) -> Result<Archive, ArchiveError> {
    Archive::open_file("demo-1.0-py3-none-any.whl", zip(files))
}

fn error_of_zip(files: &[ZipFile]) -> ArchiveError {
    open_zip(files).expect_err("it is refused")
}

fn open_tar(bytes: Vec<u8>) -> Result<Archive, ArchiveError> {
    Archive::open_file("demo-1.0.tar.gz", bytes)
}

fn file(name: &str) -> ZipFile {
    ZipFile::new(name, "x = 1\n")
}

#[test]
fn names_that_lead_out_or_are_no_paths() {
    for name in [
        "../a.py",
        "a/../../b.py",
        "/etc/a.py",
        "C:\\a.py",
        "a\\..\\b.py",
        "a\\b.py",
        "\u{1b}[31m.py",
    ] {
        assert_eq!(error_of_zip(&[file(name)]), ArchiveError::Name, "{name:?}");
        let tar = tar_with(|tar| raw_entry(tar, name.as_bytes(), EntryType::Regular, b"x"));
        assert_eq!(open_tar(tar).unwrap_err(), ArchiveError::Name, "{name:?}");
    }
    assert_eq!(
        error_of_zip(&[ZipFile::new(b"caf\xe9.py", "x")]),
        ArchiveError::Name
    );
    assert_eq!(
        error_of_zip(&[file(&format!("{}b.py", "a/".repeat(40)))]),
        ArchiveError::LongName
    );
    assert_eq!(error_of_zip(&[file(&"a".repeat(2000))]), ArchiveError::LongName);
    // What cannot be a source is left out.
    let archive = open_zip(&[file("a.py"), ZipFile::new(b"caf\xe9.txt", "x")]).unwrap();
    assert_eq!(archive.names().collect::<Vec<_>>(), ["a.py"]);
}

#[test]
fn duplicates_links_and_encryption() {
    assert_eq!(
        error_of_zip(&[file("a.py"), file("a.py")]),
        ArchiveError::Duplicate
    );
    assert_eq!(
        error_of_zip(&[file("a.py"), file("./a.py")]),
        ArchiveError::Duplicate
    );
    let twice = tarball(&[("d/a.py", b"1"), ("d/a.py", b"2")]);
    assert_eq!(open_tar(twice).unwrap_err(), ArchiveError::Duplicate);
    let link = |name: &str| ZipFile {
        mode: 0o120_777,
        ..ZipFile::new(name, "/etc/passwd")
    };
    assert_eq!(error_of_zip(&[link("a.py")]), ArchiveError::Link);
    assert_eq!(error_of_zip(&[link("vendor")]), ArchiveError::Link);
    let archive = open_zip(&[file("a.py"), link("LICENSE")]).unwrap();
    assert_eq!(archive.names().collect::<Vec<_>>(), ["a.py"]);
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Fifo,
        EntryType::Char,
        EntryType::GNUSparse,
    ] {
        let tar = tar_with(|tar| raw_entry(tar, b"d/a.py", kind, b""));
        assert_eq!(open_tar(tar).unwrap_err(), ArchiveError::Link, "{kind:?}");
    }
    for flags in [1, 0x41, 0x2000] {
        assert_eq!(
            error_of_zip(&[ZipFile {
                flags,
                ..file("a.py")
            }]),
            ArchiveError::Encrypted
        );
    }
}

#[test]
fn directories_that_lie() {
    let lies = [
        ZipFile {
            stated_size: Some(3),
            ..file("a.py")
        },
        ZipFile {
            stated_size: Some(7),
            ..file("a.py")
        },
        ZipFile {
            stated_offset: Some(1),
            ..file("a.py")
        },
        ZipFile {
            local_name: Some(b"b.py".to_vec()),
            ..file("a.py")
        },
        ZipFile {
            method: 0,
            ..file("a.py")
        },
    ];
    for (at, lie) in lies.iter().enumerate() {
        let read = open_zip(std::slice::from_ref(lie)).and_then(|archive| archive.read("a.py"));
        let honest = at == 4;
        assert_eq!(read.is_ok(), honest, "{at}: {read:?}");
        assert!(
            honest || matches!(read, Err(ArchiveError::Damaged(_))),
            "{at}: {read:?}"
        );
    }
    assert!(matches!(
        error_of_zip(&[ZipFile {
            stated_offset: Some(1 << 30),
            ..file("a.py")
        }]),
        ArchiveError::Damaged(_)
    ));
    assert!(matches!(
        error_of_zip(&[ZipFile {
            stated_size: Some(9),
            method: 0,
            ..file("a.py")
        }]),
        ArchiveError::Damaged(_)
    ));
    let unsupported = open_zip(&[ZipFile {
        method: 12,
        ..file("a.py")
    }])
    .unwrap();
    assert_eq!(unsupported.read("a.py"), Err(ArchiveError::Compression));

    let good = zip(&[file("a.py"), file("b.py")]);
    let end = good.len() - 22;
    let with = |at: usize, bytes: &[u8]| {
        let mut wrong = good.clone();
        wrong[end + at..end + at + bytes.len()].copy_from_slice(bytes);
        Archive::open_file("a.whl", wrong).map(|_| ())
    };
    assert_eq!(with(8, &[2, 0]), Ok(()));
    for (at, bytes) in [
        (8, &[1_u8, 0, 1, 0][..]),
        (8, &[3, 0, 3, 0]),
        (10, &[1, 0]),
        (4, &[1, 0]),
        (12, &[0, 0]),
        (16, &[0, 0]),
        (20, &[1, 0]),
    ] {
        assert!(matches!(with(at, bytes), Err(ArchiveError::Damaged(_))), "{at}");
    }
    for (at, bytes) in [(8, &[255_u8; 4][..]), (12, &[255; 4]), (16, &[255; 4])] {
        assert_eq!(with(at, bytes), Err(ArchiveError::Zip64), "{at}");
    }
    // Bytes before the archive, and a second end in the comment of the first.
    let shifted = [b"#!/bin/sh\n".as_slice(), &good].concat();
    assert!(Archive::open_file("a.whl", shifted).is_err());
    let mut two = good.clone();
    two[end + 20..].copy_from_slice(&22_u16.to_le_bytes());
    two.extend(b"PK\x05\x06");
    two.extend([0; 18]);
    assert!(Archive::open_file("a.whl", two).is_err());
}

#[test]
fn fields_of_zip64_in_an_entry_are_read() {
    let archive = open_zip(&[ZipFile {
        large: true,
        ..file("a.py")
    }])
    .unwrap();
    assert_eq!(archive.read("a.py").unwrap().unwrap(), b"x = 1\n");
}

#[test]
fn bombs() {
    let zeros = vec![b' '; 8 << 20];
    let archive = open_zip(&[
        ZipFile::new("a.py", zeros.clone()),
        ZipFile::new("b.py", vec![b' '; (8 << 20) + 1]),
    ])
    .unwrap();
    assert_eq!(archive.read("a.py"), Err(ArchiveError::Unpacked));
    assert_eq!(archive.read("b.py"), Err(ArchiveError::LargeFile));
    let bomb = tar_with(|tar| {
        for at in 0..4 {
            raw_entry(tar, format!("d/{at}.txt").as_bytes(), EntryType::Regular, &zeros);
        }
    });
    assert_eq!(open_tar(bomb).unwrap_err(), ArchiveError::Unpacked);
    // A name of 8 MB, in both forms.
    for kind in [
        EntryType::GNULongName,
        EntryType::XHeader,
        EntryType::XGlobalHeader,
    ] {
        let tar = tar_with(|tar| raw_entry(tar, b"x", kind, &noise(1 << 20)));
        assert_eq!(open_tar(tar).unwrap_err(), ArchiveError::LongName, "{kind:?}");
    }
}

#[test]
fn all_reads_of_one_archive_are_bounded() {
    let content = [noise(1 << 20), vec![b' '; 7 << 20]].concat();
    let file = ZipFile {
        method: 0,
        ..ZipFile::new("a.py", content)
    };
    let archive = open_zip(&[file]).unwrap();
    let reads: Vec<_> = (0..33).map(|_| archive.read("a.py").map(|_| ())).collect();
    assert!(reads[..32].iter().all(Result::is_ok), "{reads:?}");
    assert_eq!(reads[32], Err(ArchiveError::Unpacked));
}

#[test]
fn many_files() {
    let file = |name: &String| ZipFile {
        method: 0,
        ..file(name)
    };
    let start = Instant::now();
    let names: Vec<String> = (0..60_000).map(|at| format!("d/{at}.py")).collect();
    let some: Vec<ZipFile> = names[..10_000].iter().map(file).collect();
    assert_eq!(open_zip(&some).unwrap().names().count(), 10_000);
    let all: Vec<ZipFile> = names.iter().map(file).collect();
    assert_eq!(error_of_zip(&all), ArchiveError::TooManyFiles);
    let tar = |names: &[String]| {
        open_tar(tar_with(|tar| {
            for (at, name) in names.iter().enumerate() {
                raw_entry(
                    tar,
                    name.as_bytes(),
                    EntryType::Regular,
                    at.to_string().as_bytes(),
                );
            }
        }))
    };
    assert_eq!(tar(&names[..10_000]).unwrap().names().count(), 10_000);
    assert_eq!(tar(&names).unwrap_err(), ArchiveError::TooManyFiles);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn headers_of_tarballs_that_extend_others() {
    let long = format!("d/{}.py", "n".repeat(300));
    let tar = tar_with(|tar| {
        raw_entry(
            tar,
            b"././@LongLink",
            EntryType::GNULongName,
            format!("{long}\0").as_bytes(),
        );
        raw_entry(tar, b"d/short.py", EntryType::Regular, b"1");
        let record = "25 path=d/from pax \u{e9}.py\n";
        assert_eq!(record.len(), 25);
        raw_entry(tar, b"x", EntryType::XHeader, record.as_bytes());
        raw_entry(tar, b"d/short.py", EntryType::Regular, b"2");
        raw_entry(tar, b"d/plain.py", EntryType::Regular, b"3");
    });
    let archive = open_tar(tar).unwrap();
    let names: Vec<&str> = archive.names().collect();
    assert_eq!(names, ["from pax \u{e9}.py", &long[2..], "plain.py"]);
    assert_eq!(archive.read("from pax \u{e9}.py").unwrap().unwrap(), b"2");
    // A second size, and a name for every file.
    let with = |kind, record: &str| {
        open_tar(tar_with(|tar| {
            raw_entry(tar, b"x", kind, record.as_bytes());
            raw_entry(tar, b"d/a.py", EntryType::Regular, b"1");
        }))
        .map(|_| ())
    };
    assert!(matches!(
        with(EntryType::XHeader, "10 size=1\n"),
        Err(ArchiveError::Damaged(_))
    ));
    assert!(matches!(
        with(EntryType::XHeader, "22 GNU.sparse.major=1\n"),
        Err(ArchiveError::Damaged(_))
    ));
    assert_eq!(
        with(EntryType::XGlobalHeader, "12 path=a/b\n"),
        Err(ArchiveError::Name)
    );
    assert_eq!(
        with(EntryType::XHeader, "13 path=../a\n"),
        Err(ArchiveError::Name)
    );
    assert_eq!(with(EntryType::XGlobalHeader, "13 comment=a\n"), Ok(()));
}

#[test]
fn what_is_not_kept_says_so() {
    let large = vec![b' '; (8 << 20) + 1];
    let archive = open_tar(tarball(&[
        ("d/a.py", b"1"),
        ("d/data.bin", b"2"),
        ("d/large.py", &[noise(1 << 20), large].concat()),
    ]))
    .unwrap();
    assert_eq!(
        archive.names().collect::<Vec<_>>(),
        ["a.py", "data.bin", "large.py"]
    );
    assert_eq!(archive.read("data.bin"), Err(ArchiveError::NotKept));
    assert_eq!(archive.read("large.py"), Err(ArchiveError::LargeFile));
    assert_eq!(archive.read("none.py"), Ok(None));
}

#[test]
fn other_files_are_no_archives() {
    for name in ["a.exe", "a.tar.bz2", "a.egg", ""] {
        assert_eq!(
            Archive::open_file(name, Vec::new()).unwrap_err(),
            ArchiveError::Kind,
            "{name}"
        );
    }
    for bytes in [&b""[..], b"PK", b"<html>", b"\x1f\x8b", &noise(3000)] {
        for name in ["a.whl", "a.zip", "a.tar.gz", "a.tgz"] {
            let opened = Archive::open_file(name, bytes.to_vec());
            assert!(
                matches!(opened, Err(ArchiveError::Damaged(_))),
                "{name} {opened:?}"
            );
        }
    }
}

/// Open damaged bytes and read everything. What is read under a name is what the undamaged archive has there.
fn never_wrong(name: &str, good: &Archive, damaged: Vec<u8>) {
    let Ok(archive) = Archive::open_file(name, damaged) else {
        return;
    };
    for file in archive.names() {
        if let (Ok(Some(found)), Ok(Some(right))) = (archive.read(file), good.read(file)) {
            assert!(found == right, "{file}");
        }
    }
}

#[test]
fn damage_anywhere_in_a_wheel() {
    let bytes = wheel(&[
        ("demo/__init__.py", b"def f(a, b):\n    return a\n"),
        ("demo/b.py", &b"x = 1\n".repeat(20)),
    ]);
    let good = Archive::open_file("a.whl", bytes.clone()).unwrap();
    for at in 0..bytes.len() {
        never_wrong("a.whl", &good, bytes[..at].to_vec());
        assert!(Archive::open_file("a.whl", bytes[..at].to_vec()).is_err(), "{at}");
        for bit in 0..8 {
            let mut wrong = bytes.clone();
            wrong[at] ^= 1 << bit;
            never_wrong("a.whl", &good, wrong);
        }
    }
}

#[test]
fn damage_anywhere_in_a_tarball_ends() {
    let bytes = tarball(&[("d/a.py", b"1"), ("d/b.py", &b"x = 1\n".repeat(200))]);
    for at in 0..bytes.len() {
        let _ = open_tar(bytes[..at].to_vec());
        for bit in 0..8 {
            let mut wrong = bytes.clone();
            wrong[at] ^= 1 << bit;
            // A gzip stream has one checksum at its end, after what is read: the hash of the index is what protects.
            let _ = open_tar(wrong).map(|archive| archive.names().count());
        }
    }
    assert!(open_tar(bytes[..bytes.len() / 2].to_vec()).is_err());
}
