//! The fixtures of every language: `fixtures/languages/<id>/good.*` parses, `bad.*` does not.

use std::path::{Path, PathBuf};

use crate::support::program::Scene;
use chub_lint::lang::{LANGUAGES, Language, ParseResult, Precision, check_snippet, parse};

/// The languages that this build parses.
fn languages() -> impl Iterator<Item = &'static Language> {
    let all = cfg!(feature = "all-languages");
    LANGUAGES
        .iter()
        .filter(move |language| all || language.precision == Precision::Error)
}

/// All fixtures of a language whose names start with `prefix`.
fn fixtures(id: &str, prefix: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/languages")
        .join(id);
    let entries = std::fs::read_dir(&folder).expect("a folder of fixtures for each language");
    let mut found: Vec<(PathBuf, String)> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
        })
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a readable fixture");
            (path, text)
        })
        .collect();
    found.sort();
    found
}

#[test]
fn good_fixtures_parse() {
    for language in languages() {
        let good = fixtures(language.id, "good");
        assert!(!good.is_empty(), "{} has no good fixture", language.id);
        for (path, code) in good {
            assert_eq!(parse(language, &code), ParseResult::Valid, "{}", path.display());
        }
    }
}

#[test]
fn bad_fixtures_do_not_parse_and_no_leniency_excuses_them() {
    for language in languages() {
        let bad = fixtures(language.id, "bad");
        assert!(!bad.is_empty(), "{} has no bad fixture", language.id);
        for (path, code) in bad {
            let checked = check_snippet(language, &code);
            let ParseResult::Invalid(error) = checked.verdict else {
                panic!("{}: {checked:?}", path.display());
            };
            assert!(error.span.start < error.span.end, "{}: {error:?}", path.display());
            assert!(
                code.get(error.span.clone()).is_some(),
                "{}: {error:?}",
                path.display()
            );
            assert!(!error.message.is_empty(), "{}", path.display());
        }
    }
}

#[test]
fn every_fixture_folder_has_a_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/languages");
    for entry in std::fs::read_dir(folder).expect("the fixtures") {
        let name = entry
            .expect("a readable folder")
            .file_name()
            .to_string_lossy()
            .into_owned();
        assert!(LANGUAGES.iter().any(|language| language.id == name), "{name}");
    }
}

#[test]
fn parts_of_programs_are_notes_in_a_hub_and_nothing_in_a_skill() {
    let cut = "```js\nkit.start({\n  port: 80,\n```\n";
    let broken = "```js\nkit.start({\n```\n\n```js\nkit.start(;\n```\n";
    let front =
        "---\nname: kit\ndescription: \"Starts kits. Use when a project has kits.\"\n---\n\n# Kit\n\n";
    let hub = format!("r/content/acme/docs/kit/DOC.md={cut}");
    let skill = format!("s/skills/kit/SKILL.md={front}{cut}");
    let wrong = format!("t/skills/kit/SKILL.md={front}{broken}");
    let scene = Scene::new(&[&hub, &skill, &wrong]);
    let found =
        |root: &str, more: &[&str]| scene.findings(root, &[&["--select", "code-syntax"], more].concat());
    assert_eq!(
        found("r", &["content"]),
        ["content/acme/docs/kit/DOC.md code-syntax note"]
    );
    assert_eq!(found("s", &[]), [""; 0]);
    assert_eq!(
        found("s", &["--extend-select", "pedantic"])
            .iter()
            .filter(|one| one.contains("code-syntax"))
            .count(),
        1
    );
    assert_eq!(found("t", &[]), ["skills/kit/SKILL.md code-syntax warning"]);
}
