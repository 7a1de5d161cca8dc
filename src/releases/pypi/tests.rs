//! Pages as indexes send them, and pages that are broken.

use super::*;

fn package(name: &str) -> Package {
    Package::parse(&format!("pypi:{name}")).unwrap()
}

fn published(versions: &[&str], files: &[(&str, bool)]) -> PublishedPackage {
    let package = package("a-b");
    let mut groups = FilesByVersion::new(&package);
    for version in versions {
        groups.group(version);
    }
    for (name, yanked) in files {
        groups.add_file(name, yanked.then(String::new), None, None);
    }
    groups.finish().unwrap()
}

fn newest_of(list: &[(&str, bool)]) -> Option<String> {
    published(&[], list).newest
}

#[test]
fn the_newest_is_what_pip_would_install() {
    assert_eq!(
        newest_of(&[("a_b-1.9.tar.gz", false), ("a_b-1.10.tar.gz", false)]).unwrap(),
        "1.10"
    );
    assert_eq!(
        newest_of(&[("a_b-1.0.zip", false), ("a_b-2.0rc1.zip", false)]).unwrap(),
        "1.0"
    );
    assert_eq!(
        newest_of(&[("a_b-1.0.dev1.zip", false), ("a_b-1.0a1.zip", false)]).unwrap(),
        "1.0a1"
    );
    assert_eq!(
        newest_of(&[("a_b-1.0.zip", false), ("a_b-1.1.zip", true)]).unwrap(),
        "1.0"
    );
    let half = [
        ("a_b-1.1.zip", true),
        ("a_b-1.1-py3-none-any.whl", false),
        ("a_b-1.0.zip", false),
    ];
    assert_eq!(newest_of(&half).unwrap(), "1.1");
    assert_eq!(newest_of(&[("a_b-1.0.zip", true)]), None);
    assert_eq!(
        newest_of(&[("a_b-1.0.post1.zip", false), ("a_b-1!0.1.zip", false)]).unwrap(),
        "1!0.1"
    );
}

#[test]
fn a_version_without_files_exists_but_cannot_be_newest() {
    let known = published(&["1.0", "2.0"], &[("a_b-1.0.zip", false)]);
    assert_eq!((known.newest.as_deref(), known.versions.len()), (Some("1.0"), 2));
}

#[test]
fn versions_are_read_from_file_names() {
    for (file, version) in [
        ("a_b-1.0-py3-none-any.whl", Some("1.0")),
        ("A.B-1.0-2-cp39-cp39-linux_x86_64.whl", Some("1.0")),
        ("a-b-1.0.post1.tar.gz", Some("1.0.post1")),
        ("a-b-1.0-1.tar.gz", Some("1.0-1")),
        ("a_b-1.0-py2.7.egg", Some("1.0")),
        ("a-b-1.0.win32-py2.7.exe", Some("1.0")),
        ("a_b-1.0.linux-x86_64.tar.gz", Some("1.0")),
        ("a-_.b-1.0.tar.gz", Some("1.0")),
        ("ab-1.0.tar.gz", None),
        ("a_b_c-1.0.tar.gz", None),
        ("a_b-1.0.txt", None),
        ("a-b", None),
        ("é-1.zip", None),
    ] {
        assert_eq!(version_of("a-b", file), version, "{file}");
    }
}

#[test]
fn more_versions_than_any_package_has_are_too_large() {
    let page = |count: usize| {
        let versions: Vec<String> = (0..count).map(|n| format!("\"{n}\"")).collect();
        let body = format!(
            r#"{{"meta":{{"api-version":"1.1"}},"versions":[{}]}}"#,
            versions.join(",")
        );
        parse(&package("a"), "", body.as_bytes()).map(|found| found.versions.len())
    };
    assert_eq!(page(size::MAX_VERSIONS), Ok(size::MAX_VERSIONS));
    assert_eq!(page(size::MAX_VERSIONS + 1), Err(UnknownReason::TooLarge));
    let long = "x".repeat(300);
    let links: String = (0..15_000)
        .map(|n| format!("<a data-yanked={long} href=a-{n}.zip>"))
        .collect();
    assert_eq!(
        parse(&package("a"), "", links.as_bytes()),
        Err(UnknownReason::TooLarge)
    );
    // Equal reasons are stored once.
    let links = format!("<a data-yanked={long} href=a-1.zip>").repeat(15_000);
    assert_eq!(
        parse(&package("a"), "", links.as_bytes()).map(|p| p.versions.len()),
        Ok(1)
    );
}

#[test]
fn a_page_that_is_no_index_is_no_answer() {
    for body in [
        "<html>Sign in <a href='/login'>here</a>",
        "{}",
        "[]",
        "",
        "{\"meta\":{\"api-version\":\"2.0\"}}",
    ] {
        assert!(
            parse(&package("a"), "text/html", body.as_bytes()).is_err(),
            "{body}"
        );
    }
}
