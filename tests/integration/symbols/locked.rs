//! Symbols in a lock file: CI checks without a network, and whoever writes the files can do no harm.

use super::{Ran, World, shelf};
use std::collections::BTreeMap;
use std::fs;

const LOCKED: [&str; 4] = ["content", "--symbols", "--locked", "releases.json"];

fn world() -> World {
    World::new(&["demo", "other"], shelf(&["demo", "other"]))
}

#[track_caller]
fn lock(world: &World, args: &[&str]) -> String {
    let output = world.output(&[&["packages", "content", "--lock", "releases.json"], args].concat());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{error}");
    error
}

/// The files of the folder by name.
fn files(world: &World) -> BTreeMap<String, Vec<u8>> {
    let folder = world.path("releases.json.symbols");
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

/// Check with the lock file alone: without a cache, and on an index that would be noticed.
#[track_caller]
fn locked(world: &World) -> Ran {
    let _ = fs::remove_dir_all(world.path("cache"));
    world.index.take();
    let ran = world.run(&LOCKED);
    assert_eq!(world.index.take().len(), 0);
    ran
}

#[test]
fn a_locked_run_finds_the_same_without_a_network() {
    let world = world();
    let direct = world.run(&["content", "--symbols"]);
    lock(&world, &["--symbols"]);
    let ran = locked(&world);
    assert_eq!(ran.findings(), direct.findings());
    assert_eq!(ran.report["symbols"], direct.report["symbols"]);
    let names: Vec<String> = files(&world)
        .into_keys()
        .map(|name| name[..name.rfind('-').unwrap()].to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "pypi-demo-1.0",
            "pypi-demo-2.0",
            "pypi-other-1.0",
            "pypi-other-2.0"
        ]
    );
}

#[test]
fn the_same_bytes_on_every_machine_and_no_old_files() {
    let world = world();
    // What another hub needed of the release is in the cache.
    world.write(
        "another/acme/docs/demo/DOC.md",
        &super::entry("demo").replace("import demo\n", "import demo\nfrom demo.other import helper\n"),
    );
    world.run(&["another", "--symbols"]);
    lock(&world, &["--symbols"]);
    let first = files(&world);
    fs::remove_dir_all(world.path("cache")).unwrap();
    lock(&world, &["--symbols"]);
    assert_eq!(files(&world), first);
    lock(&world, &["--symbols=declared"]);
    assert_eq!(files(&world).len(), 2);
    // A folder may hold other files of the project.
    world.write("releases.json.symbols/README", "about these files");
    lock(&world, &["--symbols=declared"]);
    assert_eq!(files(&world).len(), 3);
    lock(&world, &[]);
    assert_eq!(files(&world).len(), 3, "they are kept without --symbols");
}

#[test]
fn what_is_not_in_the_folder_is_not_checked() {
    let world = world();
    lock(&world, &[]);
    assert!(files(&world).is_empty());
    let ran = locked(&world);
    assert_eq!(ran.findings(), Vec::<String>::new());
    assert_eq!(ran.not_checked(0).as_deref(), Some("not in the lock file"));
    // A text that needs more of the release than the one that was locked.
    lock(&world, &["--symbols"]);
    world.write(
        "content/acme/docs/demo/DOC.md",
        &super::entry("demo").replace("import demo\n", "import demo\nfrom demo.other import helper\n"),
    );
    let ran = locked(&world);
    assert_eq!(ran.not_checked(0).as_deref(), Some("not in the lock file"));
    assert_eq!(ran.not_checked(1), None);
    assert_eq!(ran.findings().len(), 2);
}

#[test]
fn hostile_tables_are_not_used() {
    let world = world();
    lock(&world, &["--symbols"]);
    let all = files(&world);
    let (name, honest) = all.iter().find(|(name, _)| name.contains("demo-1.0")).unwrap();
    let (_, other) = all.iter().find(|(name, _)| name.contains("other-1.0")).unwrap();
    let end = honest.iter().position(|byte| *byte == b'\n').unwrap();
    let with = |table: &[u8]| [&honest[..=end], table].concat();
    let packed = |text: &[u8]| {
        use std::io::Write;
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(text).unwrap();
        with(&packer.finish().unwrap())
    };
    let deep = format!("{{\"places\":{}", "[".repeat(100_000));
    for (what, hostile) in [
        ("nothing", Vec::new()),
        ("of another release", other.clone()),
        ("no table", with(b"\x1b[31m")),
        ("cut off", honest[..honest.len() - 9].to_vec()),
        ("a bomb", packed(&vec![b' '; 40 << 20])),
        ("deep", packed(deep.as_bytes())),
        ("a list", packed(b"[]")),
        ("large", with(&vec![b'x'; 5 << 20])),
    ] {
        let path = world.path(&format!("releases.json.symbols/{name}"));
        fs::write(&path, hostile).unwrap();
        let ran = locked(&world);
        assert_eq!(
            ran.not_checked(0).as_deref(),
            Some("not in the lock file"),
            "{what}"
        );
        assert!(!ran.error.contains('\u{1b}'), "{what}: {}", ran.error);
        assert!(
            !ran.findings().iter().any(|found| found.contains("demo 1.0")),
            "{what}"
        );
        assert_eq!(ran.not_checked(1), None, "{what}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_neither_read_nor_written_through() {
    use std::os::unix::fs::symlink;
    let world = world();
    lock(&world, &["--symbols"]);
    fs::create_dir(world.path(".git")).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let folder = world.path("releases.json.symbols");
    for (name, bytes) in files(&world) {
        fs::write(outside.path().join(name), bytes).unwrap();
    }
    fs::remove_dir_all(&folder).unwrap();
    symlink(outside.path(), &folder).unwrap();
    let cache = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let mut command = crate::support::program(world.folder.path());
        command.env("CHUB_LINT_CACHE_DIR", cache.path()).args(args);
        command
            .args(["--pypi-index", &world.index.url("/simple/")])
            .output()
            .unwrap()
    };
    let output = run(&[&LOCKED[..], &["--output", "json"]].concat());
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        report["symbols"][0]["declared"]["not_checked"],
        "not in the lock file"
    );
    let output = run(&["packages", "content", "--lock", "releases.json", "--symbols"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("symbolic link"),
        "{output:?}"
    );
}

#[test]
fn one_hub_and_a_lock_file() {
    let world = world();
    world.write("more/content/acme/docs/demo/DOC.md", &super::entry("demo"));
    let two = [
        "packages",
        "content",
        "more/content",
        "--lock",
        "releases.json",
        "--symbols",
    ];
    let output = world.output(&two);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("takes one hub"), "{error}");
}
