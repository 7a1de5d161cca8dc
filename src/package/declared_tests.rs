//! Every trap of reading a declared version.

use super::super::Ecosystem::{Npm, PyPi};
use super::*;

/// A short description of what a text was read as.
fn read(ecosystem: Ecosystem, text: &str) -> String {
    match DeclaredVersions::parse(ecosystem, text) {
        DeclaredVersions::Version(_) => "version".to_owned(),
        DeclaredVersions::Range(_) => "range".to_owned(),
        DeclaredVersions::List(pieces) => format!("list of {}", pieces.len()),
        DeclaredVersions::Invalid(what) => what.to_string(),
    }
}

#[test]
fn what_a_text_is() {
    for (text, pypi, npm) in [
        ("1.2.3", "version", "version"),
        ("10.0", "version", "range"),
        ("18", "version", "range"),
        ("0.61b0", "version", "not a version"),
        ("2026.1.post1", "version", "not a version"),
        ("1.2.3.4", "version", "not a version"),
        ("1.0.0-beta.2", "version", "version"),
        ("1.0.0-next.2", "not a version", "version"),
        ("v1.2.3", "version", "version"),
        ("=1.2.3", "not a version", "version"),
        ("1!2.0", "version", "not a version"),
        ("20240131", "version", "range"),
        ("2026.03.01", "version", "not a version"),
        ("v1", "the version of an API", "the version of an API"),
        ("V2beta1", "the version of an API", "the version of an API"),
        ("v1.1", "the version of an API", "the version of an API"),
        ("API 3", "the version of an API", "the version of an API"),
        ("2026-03", "a date", "a date"),
        ("2026-03-01", "a date", "a date"),
        ("2026-03-01-preview", "a date", "a date"),
        ("latest", "a tag that moves", "a tag that moves"),
        ("Next", "a tag that moves", "a tag that moves"),
        ("@latest", "a tag that moves", "a tag that moves"),
        ("*", "a wildcard for any version", "a wildcard for any version"),
        ("X", "a wildcard for any version", "a wildcard for any version"),
        ("1.x", "range", "range"),
        ("v1.x", "range", "range"),
        (">=1.0", "range", "range"),
        ("^1.2.3", "range", "range"),
        (">=1.0,<2.0", "range", "range"),
        ("1.0.0, 2.0.0", "list of 2", "list of 2"),
        ("1.0.0,2.0.0,", "list of 2", "list of 2"),
        ("1.x, 2.1.0", "list of 2", "list of 2"),
        ("1.0.0, latest", "not a version", "not a version"),
        (",", "not a version", "not a version"),
        ("", "empty", "empty"),
        ("  ", "empty", "empty"),
        ("Postgres 16", "not a version", "not a version"),
        ("1.0 or later", "not a version", "not a version"),
        ("\u{661}.0.0", "not a version", "not a version"),
        ("1.0.0\u{0}", "not a version", "not a version"),
    ] {
        assert_eq!(
            (read(PyPi, text).as_str(), read(Npm, text).as_str()),
            (pypi, npm),
            "{text:?}"
        );
    }
}

#[test]
fn long_and_odd_texts_end() {
    let many = "1,".repeat(100_000);
    let nested = "(".repeat(100_000);
    for text in [
        "9".repeat(300),
        ".".repeat(300),
        many,
        nested,
        "v".repeat(1000),
        "@".to_owned(),
    ] {
        let _ = (read(PyPi, &text), read(Npm, &text));
    }
    assert_eq!(read(PyPi, "999999999999999999999999"), "not a version");
}

#[test]
fn the_highest_of_a_list_decides_and_each_must_exist() {
    let declared = DeclaredVersions::parse(PyPi, "2.0, 1.5, 10.1");
    assert_eq!(declared.effective(&[]).unwrap().as_str(), "10.1");
    assert!(declared.covers(&Version::parse(PyPi, "10.1.0").unwrap()));
}

#[test]
fn a_range_that_the_newest_satisfies_is_fresh() {
    let published: Vec<Version> = ["17.9.9", "18.0.0", "18.3.1", "19.0.0"]
        .iter()
        .filter_map(|text| Version::parse(Npm, text))
        .collect();
    let declared = DeclaredVersions::parse(Npm, "18");
    assert!(declared.covers(&published[2]) && !declared.covers(&published[3]));
    assert_eq!(declared.effective(&published).unwrap().as_str(), "18.3.1");
    assert!(
        DeclaredVersions::parse(Npm, "20.x")
            .effective(&published)
            .is_none()
    );
    assert_eq!(declared.lookup_versions(), ["18"]);
}
