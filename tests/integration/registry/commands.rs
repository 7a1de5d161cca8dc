//! Flags of `build` that the reference does not have, and `search` and `get`.

use super::tree::{contents, doc, program, run, succeeds, texts};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const WIDGET: &str = "name: widget\ndescription: Draws small widgets\nmetadata:\n  languages: python\n  \
    versions: \"1.0.0-beta,0.9,1.0.0\"\n  source: maintainer\n  tags: ui,drawing\n  updated-on: \"2026-01-02\"\n  revision: 1";

fn hub() -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    let entry = root.path().join("content/acme/docs/widget");
    fs::create_dir_all(&entry).unwrap();
    fs::write(entry.join("DOC.md"), format!("---\n{WIDGET}\n---\n# Widget\n")).unwrap();
    fs::write(entry.join("extra.md"), "Extra.\n").unwrap();
    doc(
        root.path(),
        "acme/docs/gadget",
        "name: gadget\ndescription: Measures things",
        "# Gadget",
    );
    let skill = root.path().join("content/acme/skills/fold");
    fs::create_dir_all(&skill).unwrap();
    let front = "name: fold\ndescription: Folds paper widgets\nmetadata:\n  source: community\n  updated-on: \"2026-01-02\"";
    fs::write(skill.join("SKILL.md"), format!("---\n{front}\n---\n# Fold\n")).unwrap();
    root
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn the_same_epoch_gives_the_same_bytes() {
    let hub = hub();
    let root = hub.path();
    succeeds(root, "build content -o one");
    succeeds(root, "build content -o two --base-url=");
    assert_eq!(contents(&root.join("one")), contents(&root.join("two")));
    assert_eq!(
        json(&root.join("one/registry.json"))["generated"],
        "2026-01-02T00:00:00.000Z"
    );
    let output = program(root)
        .args(["build", "content"])
        .env("SOURCE_DATE_EPOCH", "soon")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!root.join("content/dist").exists());
}

#[test]
fn a_manifest_has_the_checksum_of_every_file() {
    let hub = hub();
    let root = hub.path();
    succeeds(root, "build content -o out --manifest");
    let manifest = json(&root.join("out/manifest.json"));
    let mut listed = BTreeSet::new();
    for row in manifest["files"].as_array().unwrap() {
        let path = row["path"].as_str().unwrap();
        let bytes = fs::read(root.join("out").join(path)).unwrap();
        let sum: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(row["sha256"], sum.as_str(), "{path}");
        assert_eq!(row["size"], bytes.len(), "{path}");
        listed.insert(path.to_owned());
    }
    let there = contents(&root.join("out")).into_iter().map(|(path, _)| path);
    let files: BTreeSet<String> = there
        .filter(|path| !path.ends_with('/') && path != "manifest.json")
        .collect();
    assert_eq!(listed, files);
    // Without the flag an old manifest is removed, because it would be wrong; the file of another tool is kept.
    succeeds(root, "build content -o out");
    assert!(!root.join("out/manifest.json").exists());
    fs::write(root.join("out/manifest.json"), "{\"name\":\"web app\"}").unwrap();
    succeeds(root, "build content -o out");
    assert_eq!(json(&root.join("out/manifest.json"))["name"], "web app");
}

#[test]
fn semver_recommends_the_highest_release() {
    let hub = hub();
    let root = hub.path();
    for (flag, expected) in [("client", "1.0.0-beta"), ("semver", "1.0.0")] {
        succeeds(root, &format!("build content -o out --recommend {flag}"));
        let registry = json(&root.join("out/registry.json"));
        let docs = registry["docs"].as_array().unwrap();
        let widget = docs.iter().find(|doc| doc["name"] == "widget").unwrap();
        assert_eq!(widget["languages"][0]["recommendedVersion"], expected);
        assert_eq!(widget["languages"][0]["versions"][0]["version"], "1.0.0-beta");
    }
}

#[test]
fn strict_refuses_what_check_calls_an_error() {
    let hub = hub();
    let root = hub.path();
    let file = root.join("content/acme/docs/widget/DOC.md");
    fs::write(
        &file,
        format!("---\n{WIDGET}\n---\n").replace("maintainer", "nobody"),
    )
    .unwrap();
    let output = run(root, "build content -o out --strict");
    let (stdout, stderr) = texts(&output);
    assert_eq!((output.status.code(), stdout.as_str()), (Some(1), ""));
    assert!(
        stderr.contains("Error: content/acme/docs/widget/DOC.md:7:11: [bad-source] "),
        "{stderr}"
    );
    assert!(!root.join("out").exists());
    succeeds(root, "build content -o out");
}

#[test]
fn a_short_file_cannot_make_a_huge_registry() {
    let hub = hub();
    let root = hub.path();
    let list = |count: usize| (0..count).map(|i| format!("x{i}")).collect::<Vec<_>>().join(",");
    let front = WIDGET
        .replace("python", &list(10_000))
        .replace("1.0.0-beta,0.9,1.0.0", &list(10_000));
    let file = root.join("content/acme/docs/widget/DOC.md");
    fs::write(&file, format!("---\n{front}\n---\n")).unwrap();
    let output = run(root, "build content -o out");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        texts(&output).1,
        "Error: content/acme/docs/widget/DOC.md:6:13: 10000 languages with 10000 versions each are more than the 1000 \
        rows of the registry that a file may have\n"
    );
}

#[test]
fn names_from_the_hub_cannot_steer_a_terminal() {
    let hub = hub();
    let root = hub.path();
    fs::create_dir_all(root.join("content/a\u{1b}[31mb")).unwrap();
    fs::write(root.join("content/a\u{1b}[31mb/DOC.md"), "no front matter\n").unwrap();
    let (_, stderr) = texts(&run(root, "build content --validate-only"));
    assert!(
        stderr.contains("missing 'name' in frontmatter") && !stderr.contains('\u{1b}'),
        "{stderr:?}"
    );
}

#[test]
fn search_shows_what_a_client_finds_in_a_tree_and_in_its_content() {
    let hub = hub();
    let root = hub.path();
    succeeds(root, "build content -o out");
    for folder in ["content", "out"] {
        let (stdout, stderr) = texts(&run(root, &format!("search widgets {folder}")));
        assert_eq!(stderr, "");
        let expected = "2 results for \"widgets\":\n\n  acme/widget  [doc]  py  [maintainer]\n       Draws small widgets\n  \
            acme/fold  [skill]    [community]\n       Folds paper widgets\n";
        assert_eq!(stdout, expected);
        let (stdout, _) = texts(&run(root, &format!("search gadgte {folder} --json --limit 1")));
        let found: serde_json::Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(found["results"][0]["id"], "acme/gadget");
        assert_eq!(found["query"], "gadgte");
        let (stdout, _) = texts(&run(root, &format!("search acme/widget {folder}")));
        assert!(
            stdout.starts_with(
                "widget\n  Quality: maintainer\n  Draws small widgets\n  Tags: ui, drawing\n\n  py\n"
            ),
            "{stdout}"
        );
        for (filter, count) in [
            ("--lang py", "2 entries"),
            ("--tags UI", "1 entries"),
            ("--lang ruby", "No entries"),
        ] {
            let output = program(root)
                .args(["search", "", folder])
                .args(filter.split(' '))
                .output()
                .unwrap();
            assert!(texts(&output).0.starts_with(count), "{filter}");
        }
    }
    fs::write(root.join("out/search-index.json"), "{}").unwrap();
    let (_, stderr) = texts(&run(root, "search widgets out"));
    assert!(
        stderr.starts_with("Warning: search-index.json does not match registry.json"),
        "{stderr}"
    );
}

#[test]
fn get_shows_what_a_client_fetches() {
    let hub = hub();
    let root = hub.path();
    succeeds(root, "build content -o out");
    let text = fs::read_to_string(root.join("content/acme/docs/widget/DOC.md")).unwrap();
    for folder in ["content", "out"] {
        let get = |args: &str| {
            let output = run(root, &format!("get {}", args.replace("DIR", folder)));
            let (stdout, stderr) = texts(&output);
            (output.status.code().unwrap(), stdout, stderr)
        };
        assert_eq!(get("acme/widget DIR --lang py"), (0, text.clone(), String::new()));
        assert_eq!(get("acme/widget DIR --lang python --version 0.9").1, text);
        assert_eq!(get("acme/widget DIR --lang py --file extra.md").1, "Extra.\n");
        let full = format!("# FILE: DOC.md\n\n{text}\n\n---\n\n# FILE: extra.md\n\nExtra.\n");
        assert_eq!(get("acme/widget DIR --lang py --full").1, full);
        assert!(get("acme/fold DIR").1.ends_with("# Fold\n"));
        for (args, message) in [
            (
                "acme/widget DIR",
                "Multiple languages available for \"acme/widget\": python. Specify --lang.",
            ),
            (
                "acme/widget DIR --lang go",
                "Language \"go\" is not available for \"acme/widget\". Available languages: python.",
            ),
            (
                "acme/widget DIR --lang py --version 9",
                "Version \"9\" not found for \"acme/widget\". Available versions: 1.0.0-beta, 1.0.0, 0.9",
            ),
            (
                "acme/widget DIR --lang py --file ../x",
                "File \"../x\" not found in acme/widget. Available: extra.md",
            ),
            ("acme/none DIR", "No doc or skill found with id \"acme/none\"."),
        ] {
            assert_eq!(get(args), (1, String::new(), format!("Error: {message}\n")));
        }
    }
}

#[test]
fn a_registry_cannot_lead_out_of_its_folder() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    fs::create_dir(root.join("tree")).unwrap();
    fs::write(root.join("SKILL.md"), "private").unwrap();
    let registry = r#"{"docs":[],"skills":[{"id":"a/b","name":"b","path":"..","files":["SKILL.md"]}]}"#;
    fs::write(root.join("tree/registry.json"), registry).unwrap();
    let (stdout, stderr) = texts(&run(root, "get a/b tree"));
    assert_eq!(stdout, "");
    assert!(stderr.contains("outside the folder"), "{stderr}");
}

#[test]
fn strict_builds_what_check_passes() {
    for config in [
        "[[allow]]\nrule = \"broken-link\"\nreason = \"the page comes next week\"\n",
        "[[paths]]\npath = \"acme/\"\nseverity = { broken-link = \"off\" }\n",
        "[severity]\nbroken-link = \"warning\"\n",
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let fields = "name: kit\ndescription: How to use the kit library from Python";
        doc(root, "acme/docs/kit", fields, "# Kit\n\n[gone](gone.md)");
        let refused = run(root, "build content -o out --strict");
        assert_eq!(refused.status.code(), Some(1), "{refused:?}");
        std::fs::write(root.join("chub-lint.toml"), config).expect("a file");
        succeeds(root, "build content -o out --strict");
    }
    // In the baseline, and allowed by a comment.
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let fields = "name: kit\ndescription: How to use the kit library from Python";
    doc(root, "acme/docs/kit", fields, "# Kit\n\n[gone](gone.md)");
    std::fs::write(root.join("chub-lint.toml"), "").expect("a file");
    succeeds(root, "baseline content");
    succeeds(root, "build content -o out --strict");
    let comment = "<!-- chub-lint: allow(broken-link) the page comes next week -->";
    doc(
        root,
        "acme/docs/other",
        fields,
        &format!("# Kit\n\n{comment}\n[gone](gone.md)"),
    );
    let output = run(root, "build content -o out --strict");
    let (_, errors) = texts(&output);
    assert!(!errors.contains("broken-link"), "{errors}");
}
