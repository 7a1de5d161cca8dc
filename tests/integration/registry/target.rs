//! What happens to the output folder.

use super::tree::{contents, doc, run, succeeds, texts};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

fn hub() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    doc(root.path(), "acme/widget", "name: widget", "Body.");
    doc(root.path(), "beta/gadget", "name: gadget", "Body.");
    root
}

fn inode(path: &Path) -> u64 {
    fs::metadata(path).unwrap().ino()
}

#[test]
fn stale_files_go_and_what_no_build_made_stays() {
    let hub = hub();
    let root = hub.path();
    succeeds(root, "build content -o out");
    fs::write(root.join("out/CNAME"), "hub.example\n").unwrap();
    fs::create_dir_all(root.join("out/.git/refs")).unwrap();
    fs::write(root.join("out/.git/HEAD"), "ref\n").unwrap();
    std::os::unix::fs::symlink("nowhere", root.join("out/link")).unwrap();
    let kept = inode(&root.join("out/.git/HEAD"));
    fs::write(root.join("out/acme/stale.md"), "old\n").unwrap();
    fs::remove_dir_all(root.join("content/beta")).unwrap();
    succeeds(root, "build content -o out");
    let left: Vec<String> = contents(&root.join("out"))
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let expected = [
        ".git/",
        ".git/HEAD",
        ".git/refs/",
        "CNAME",
        "acme/",
        "acme/widget/",
        "acme/widget/DOC.md",
        "link",
        "registry.json",
        "search-index.json",
    ];
    assert_eq!(left, expected);
    // Moved, not copied.
    assert_eq!(inode(&root.join("out/.git/HEAD")), kept);
    assert_eq!(fs::read_dir(root).unwrap().count(), 2);
}

#[test]
fn a_rebuild_links_to_unchanged_files_and_never_to_the_content() {
    let hub = hub();
    let root = hub.path();
    let (same, changed) = ("acme/widget/DOC.md", "beta/gadget/DOC.md");
    let built = |name: &str| inode(&root.join("out").join(name));
    succeeds(root, "build content -o out");
    let before = [built(same), built(changed)];
    doc(root, "beta/gadget", "name: gadget", "Bodx.");
    succeeds(root, "build content -o out");
    assert_eq!(built(same), before[0]);
    assert_ne!(built(changed), before[1]);
    assert_ne!(built(same), inode(&root.join("content").join(same)));
    assert!(
        fs::read_to_string(root.join("out").join(changed))
            .unwrap()
            .ends_with("Bodx.\n")
    );
    // A file with another mode is another file.
    use std::os::unix::fs::PermissionsExt;
    let path = root.join("content").join(same);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    succeeds(root, "build content -o out");
    assert_eq!(
        fs::metadata(root.join("out").join(same)).unwrap().mode() & 0o777,
        0o755
    );
}

#[test]
fn a_folder_of_somebody_else_is_not_replaced() {
    let hub = hub();
    let root = hub.path();
    fs::create_dir_all(root.join("site/acme")).unwrap();
    fs::write(root.join("site/acme/precious.txt"), "mine\n").unwrap();
    let before = contents(root);
    for command in ["build content -o site", "build content -o site --validate-only"] {
        let output = run(root, command);
        let (stdout, stderr) = texts(&output);
        assert_eq!((output.status.code(), stdout.as_str()), (Some(1), ""));
        assert_eq!(
            stderr.lines().last().unwrap(),
            "Error: site: already has `acme`, which was not written by a build and which an author's folder would replace"
        );
    }
    assert_eq!(contents(root), before);
}

#[test]
fn an_output_behind_a_link_inside_the_checkout_is_refused() {
    let hub = hub();
    let root = hub.path();
    fs::create_dir(root.join("real")).unwrap();
    std::os::unix::fs::symlink("real", root.join("out")).unwrap();
    std::os::unix::fs::symlink("content", root.join("alias")).unwrap();
    let before = contents(root);
    for output in ["out", "out/new", "alias/dist"] {
        let run = run(root, &format!("build content -o {output}"));
        let (stdout, stderr) = texts(&run);
        assert_eq!(
            (run.status.code(), stdout.as_str()),
            (Some(2), ""),
            "{output}: {stderr}"
        );
        assert!(
            stderr.contains("is a symbolic link inside the checkout; remove the link or name another place"),
            "{stderr}"
        );
    }
    assert_eq!(contents(root), before);
}

#[test]
fn links_above_the_checkout_are_followed() {
    let hub = hub();
    let root = hub.path();
    let elsewhere = tempfile::tempdir().unwrap();
    let other = elsewhere.path();
    fs::create_dir(other.join("real")).unwrap();
    std::os::unix::fs::symlink("real", other.join("out")).unwrap();
    std::os::unix::fs::symlink(root, other.join("home")).unwrap();
    succeeds(root, &format!("build content -o {}/out/site", other.display()));
    assert!(other.join("real/site/registry.json").is_file());
    // A home or a `/tmp` that is a link.
    succeeds(root, &format!("build {}/home/content", other.display()));
    assert!(root.join("content/dist/registry.json").is_file());
}

#[test]
fn old_files_behind_a_link_are_not_taken_for_the_last_build() {
    let hub = hub();
    let root = hub.path();
    let elsewhere = tempfile::tempdir().unwrap();
    let other = elsewhere.path().join("acme");
    succeeds(root, "build content -o out");
    fs::rename(root.join("out/acme"), &other).unwrap();
    std::os::unix::fs::symlink(&other, root.join("out/acme")).unwrap();
    succeeds(root, "build content -o out");
    assert_ne!(
        inode(&root.join("out/acme/widget/DOC.md")),
        inode(&other.join("widget/DOC.md"))
    );
    assert!(root.join("out/acme").symlink_metadata().unwrap().is_dir());
}

#[test]
fn builds_at_the_same_time_leave_one_whole_tree() {
    let hub = hub();
    let root = hub.path();
    succeeds(root, "build content -o out");
    let expected = contents(&root.join("out"));
    let builds: Vec<_> = (0..8)
        .map(|_| {
            super::tree::program(root)
                .args(["build", "content", "-o", "out"])
                .stderr(std::process::Stdio::null())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut build in builds {
        assert!(build.wait().unwrap().success());
    }
    assert_eq!(contents(&root.join("out")), expected);
    assert_eq!(fs::read_dir(root).unwrap().count(), 2);
}

#[test]
fn a_rebuild_of_the_same_content_replaces_the_registry_alone() {
    let hub = hub();
    let root = hub.path();
    let out = root.join("out");
    succeeds(root, "build content -o out");
    let (tree, registry) = (inode(&out), inode(&out.join("registry.json")));
    let later = |seconds: &str| {
        let mut build = super::tree::program(root);
        build
            .args(["build", "content", "-o", "out"])
            .env("SOURCE_DATE_EPOCH", seconds);
        assert!(build.output().unwrap().status.success());
    };
    later("1767398400");
    assert_eq!(inode(&out), tree);
    assert_ne!(inode(&out.join("registry.json")), registry);
    assert!(
        fs::read_to_string(out.join("registry.json"))
            .unwrap()
            .contains("2026-01-03T00:00:00.000Z")
    );
    assert_eq!(
        fs::metadata(out.join("registry.json")).unwrap().mode() & 0o077,
        0o044
    );
    // With any other difference, the whole tree is new.
    type Change = fn(&std::path::Path);
    let changes: [(&str, Change); 6] = [
        ("stale file", |root| {
            fs::write(root.join("out/acme/widget/stale.md"), "x").unwrap();
        }),
        ("stale folder", |root| {
            fs::create_dir(root.join("out/acme/stale")).unwrap();
        }),
        ("tampered file", |root| {
            fs::write(root.join("out/acme/widget/DOC.md"), "x").unwrap();
        }),
        ("lost file", |root| {
            fs::remove_file(root.join("out/beta/gadget/DOC.md")).unwrap();
        }),
        ("bad index", |root| {
            fs::write(root.join("out/search-index.json"), "{}").unwrap();
        }),
        ("new author", |root| {
            fs::create_dir(root.join("content/empty")).unwrap();
        }),
    ];
    for (what, change) in changes {
        let before = inode(&out);
        change(root);
        later("1767398400");
        assert_ne!(inode(&out), before, "{what}");
        succeeds(root, "build content -o fresh");
        later("1767312000");
        assert_eq!(contents(&out), contents(&root.join("fresh")), "{what}");
    }
}
