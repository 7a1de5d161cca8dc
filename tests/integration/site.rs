//! The site that `report` writes: its folder, its markup with hostile documents, and its pages in a browser.

mod browser;
mod hub;
mod markup;
mod pages;

use crate::support::program::{Ran, Scene};
use hub::{run, scene, site_files};
use std::fs;

fn report(scene: &Scene, args: &[&str]) -> Ran {
    let all = [&["report", "content", "--locked", "lock.json"], args].concat();
    run(scene, &all)
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let scene = scene(40);
    for (folder, jobs) in [("one", "1"), ("two", "4")] {
        let ran = report(&scene, &["-o", folder, "-j", jobs]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    }
    let files = |folder: &str| site_files(&scene.path(folder));
    assert_eq!(files("one"), files("two"));
    // A second run over an earlier site, too.
    report(&scene, &["-o", "two"]);
    assert_eq!(files("one"), files("two"));
    assert_eq!(files("one").len(), 40 + hub::HOSTILE + 5);
}

#[test]
fn a_page_keeps_its_name_when_other_entries_come_and_go() {
    let scene = scene(3);
    report(&scene, &["-o", "site"]);
    let before = site_files(&scene.path("site"));
    scene.add("content/aaa/docs/first/DOC.md");
    report(&scene, &["-o", "site"]);
    let after = site_files(&scene.path("site"));
    assert!(
        before.keys().all(|name| after.contains_key(name)),
        "{:?}",
        after.keys()
    );
    assert_eq!(after.len(), before.len() + 1);
}

#[test]
fn the_output_is_a_new_folder_or_an_earlier_site() {
    let scene = scene(2);
    fs::create_dir_all(scene.path("work")).unwrap();
    fs::write(scene.path("work/mine.txt"), "mine").unwrap();
    for (folder, why) in [
        ("work", "is not empty and is not a site"),
        ("work/mine.txt", "is a file"),
        ("content", "is not empty and is not a site"),
        ("content/site", "is inside the hub"),
        (".", "is not empty and is not a site"),
    ] {
        let ran = report(&scene, &["-o", folder]);
        assert_eq!(ran.code, 2, "{folder}: {ran:?}");
        assert!(ran.err.contains(why), "{folder}: {ran:?}");
        assert!(!ran.err.contains('\u{1b}'), "{ran:?}");
    }
    assert_eq!(fs::read_to_string(scene.path("work/mine.txt")).unwrap(), "mine");
    assert!(!scene.path("content/site").exists());
    // A hidden folder in a hub is not read by a build.
    assert_eq!(report(&scene, &["-o", "content/.site"]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_link_of_the_checkout_is_not_written_through() {
    let scene = scene(2);
    fs::create_dir_all(scene.path("elsewhere")).unwrap();
    for link in ["site", "history.jsonl"] {
        std::os::unix::fs::symlink("elsewhere", scene.path(link)).unwrap();
    }
    let ran = report(&scene, &["-o", "site"]);
    assert!(ran.code == 2 && ran.err.contains("link"), "{ran:?}");
    let ran = report(&scene, &["-o", "fine", "--history", "history.jsonl"]);
    assert!(ran.code == 2 && ran.err.contains("link"), "{ran:?}");
    assert_eq!(fs::read_dir(scene.path("elsewhere")).unwrap().count(), 0);
    assert!(!scene.path("fine").exists());
}

#[test]
fn a_history_grows_by_one_line_a_day() {
    let scene = scene(4);
    let old = r#"{"date":"2026-03-01","entries":9,"fresh":1,"behind":2,"errors":3,"warnings":4}"#;
    fs::write(scene.path("history.jsonl"), format!("{old}\n")).unwrap();
    for _ in 0..2 {
        let ran = report(&scene, &["-o", "site", "--history", "history.jsonl"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let text = fs::read_to_string(scene.path("history.jsonl")).unwrap();
        let days: Vec<_> = text.lines().map(|line| line.get(..20).unwrap()).collect();
        assert_eq!(days, [r#"{"date":"2026-03-01""#, r#"{"date":"2026-06-01""#]);
    }
    let page = fs::read_to_string(scene.path("site/index.html")).unwrap();
    assert!(page.contains("2 runs from 2026-03-01 to 2026-06-01"));
    fs::write(scene.path("history.jsonl"), "{\"date\":\"\u{1b}[31m\"}").unwrap();
    let ran = report(&scene, &["-o", "site", "--history", "history.jsonl"]);
    assert!(
        ran.code == 2 && ran.err.contains("`history.jsonl`:1: "),
        "{ran:?}"
    );
    assert!(!ran.err.contains('\u{1b}'), "{ran:?}");
}

#[test]
fn what_readers_said_is_shown_as_outdated_shows_it() {
    let scene = scene(2);
    for label in ["outdated", "outdated", "wrong-version"] {
        let ran = run(
            &scene,
            &["feedback", "acme/entry 0", "down", "<b>x</b>", "--label", label],
        );
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    run(&scene, &["feedback", "acme/<script>", "up"]);
    let words = "0 up, 3 down; 2 readers said outdated, 1 reader said wrong-version";
    assert!(run(&scene, &["feedback"]).out.contains(words));
    let outdated = run(&scene, &["outdated", "content", "--locked", "lock.json"]);
    assert!(outdated.out.contains(words), "{outdated:?}");
    report(&scene, &["-o", "site"]);
    let files = site_files(&scene.path("site"));
    let with: Vec<&String> = files
        .iter()
        .filter(|(_, text)| text.contains(words))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(with.len(), 3, "{with:?}");
    let page = with.iter().find(|name| name.starts_with("entries/")).unwrap();
    assert!(files[*page].contains(&format!("<dt>Readers</dt><dd>{words}</dd>")));
    assert!(with.iter().any(|name| *name == "index.html") && with.iter().any(|name| *name == "entries.html"));
    // Only counts: no comment, and nothing of ids that are not there.
    assert!(files.values().all(|text| !text.contains("<b>x</b>")));
}

#[test]
fn an_overview_of_many_entries_is_small() {
    let scene = scene(1_600);
    report(&scene, &["-o", "site"]);
    let size = fs::metadata(scene.path("site/index.html")).unwrap().len();
    assert!(size < 500_000, "{size} bytes");
}
