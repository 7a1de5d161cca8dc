//! The packages that documents cover and install.

use crate::support;
use chub_lint::lang::{Family, LANGUAGES};
use chub_lint::package::resolution::{Confidence, PackageChoice, ResolvedPackages};

/// The packages of one document.
fn covered_with(config: &str, path: &str, text: &str) -> ResolvedPackages {
    let hub = support::hub(&[(path, text)]);
    let settings = support::settings(config, &[]);
    let workspace = support::workspace(hub, settings, None);
    let document = &workspace.hub().documents()[0];
    workspace.coverage().get(&document.path).unwrap().clone()
}

fn covered(path: &str, text: &str) -> ResolvedPackages {
    covered_with("", path, text)
}

fn document(language: &str, version: &str, body: &str) -> String {
    format!(
        "---\nname: entry\ndescription: \"How to use it\"\nmetadata:\n  languages: \"{language}\"\n  versions: \"{version}\"\n---\n\n{body}"
    )
}

fn answer(covered: &ResolvedPackages) -> String {
    match &covered.choice {
        PackageChoice::Packages(packages) => packages[0].to_string(),
        PackageChoice::None => "none".to_owned(),
        PackageChoice::Unresolved => "unresolved".to_owned(),
    }
}

fn installs(covered: &ResolvedPackages, text: &str) -> Vec<String> {
    covered
        .installs
        .iter()
        .map(|install| {
            let pin = install.pin.as_ref().map_or(String::new(), |(version, span)| {
                assert_eq!(span.slice(text), version);
                format!("={version}")
            });
            let mark = if install.negative { "-" } else { "" };
            format!("{mark}{}{pin}", install.span.slice(text))
        })
        .collect()
}

#[test]
fn strong_evidence_is_high() {
    let body = "# Acme Widget for Python\n\nUse `acme-widget` to build widgets.\n\n```bash\npip install acme-widget==2.1.0\n```\n";
    let found = covered(
        "acme/docs/widget/python/DOC.md",
        &document("python", "2.1.0", body),
    );
    assert_eq!(
        (answer(&found).as_str(), found.confidence),
        ("pypi:acme-widget", Confidence::High)
    );
    assert!(
        found.candidates[0]
            .reasons
            .iter()
            .any(|(points, why)| *points == 30 && why.contains("2.1.0"))
    );
}

#[test]
fn the_host_of_a_plugin_is_not_the_subject() {
    let body = "# gizmo-plugin-lines\n\n`gizmo-plugin-lines` counts lines.\n\n```bash\nnpm install --save-dev gizmo gizmo-plugin-lines\n```\n";
    let found = covered(
        "gizmo/docs/plugin-lines/javascript/DOC.md",
        &document("javascript", "1.4.0", body),
    );
    assert_eq!(answer(&found), "npm:gizmo-plugin-lines");
}

#[test]
fn what_the_text_warns_against_is_not_the_subject() {
    let body = "# Widget client\n\n- **Correct:** `pip install widget-client`\n- **Incorrect:** `pip install widget`\n\n\
        **Python Package:** `widget-client`\n\n```bash\n# ❌ Wrong\npip install widget\n\n# Right\npip install widget-client\n```\n";
    let text = document("python", "3.0.0", body);
    let found = covered("widget/docs/cloud/python/DOC.md", &text);
    assert_eq!(answer(&found), "pypi:widget-client");
    assert_eq!(installs(&found, &text), ["-widget", "widget-client"]);
}

#[test]
fn several_packages_of_one_scope_are_nobodys_guess() {
    let body = "# Acme sign-in\n\nPick the package of your framework.\n\n```bash\nnpm install @vendor/vue\nnpm install @vendor/react\nnpm install @vendor/next\n```\n";
    let found = covered(
        "acme/docs/auth/javascript/DOC.md",
        &document("javascript", "5.0.0", body),
    );
    assert_eq!(
        (answer(&found).as_str(), found.confidence),
        ("unresolved", Confidence::Unresolved)
    );
    assert_eq!(found.candidates.len(), 3);
}

#[test]
fn a_service_has_no_package() {
    let body = "# Acme Query\n\nCall it from SQL.\n\n```bash\npip install requests\n```\n";
    let dated = covered("acme/docs/query/DOC.md", &document("sql,python", "2026-03", body));
    assert_eq!(answer(&dated), "none");
    let rest = covered("acme/docs/rest/DOC.md", &document("http", "v1", body));
    assert_eq!(answer(&rest), "none");
}

#[test]
fn type_declarations_are_told_from_what_they_declare() {
    let body = |tie: &str| {
        format!(
            "# Widget TypeScript Guide\n\nInstall `widget`{tie} and its declarations `@types/widget`.\n\n\
            ```bash\nnpm install widget\nnpm install -D typescript @types/widget\n```\n\n```ts\nimport w from 'widget';\n```\n"
        )
    };
    let answer_at =
        |path: &str, tie: &str| answer(&covered(path, &document("typescript", "4.0.2", &body(tie))));
    // A collection of declarations: the author is only the name of the language.
    assert_eq!(
        answer_at("typescript/docs/widget/typescript/DOC.md", ""),
        "npm:@types/widget"
    );
    // The document of the vendor.
    assert_eq!(
        answer_at("acme/docs/widget/typescript/DOC.md", " 4.0.2"),
        "npm:widget"
    );
}

#[test]
fn somebodys_word_decides() {
    let body = "# Widget\n\n```bash\npip install widget==1.0.0\n```\n";
    let plain = document("python", "1.0.0", body);
    let said = plain.replace("  versions", "  package: \"pypi:other\"\n  versions");
    assert_eq!(answer(&covered("a/docs/widget/DOC.md", &said)), "pypi:other");
    let row = "[[package]]\npath = \"a/docs/{name}\"\npackage = \"pypi:{name}-core\"\n";
    let found = covered_with(row, "a/docs/widget/DOC.md", &plain);
    assert_eq!(
        (answer(&found).as_str(), found.confidence),
        ("pypi:widget-core", Confidence::Explicit)
    );
    // Installed packages are still resolved.
    assert_eq!(installs(&found, &plain), ["widget=1.0.0"]);
}

#[test]
fn only_real_installs_are_installs() {
    let body = "# Widget\n\nRun `pip install prose-one`.\n\n```console\n$ pip install widget\nSuccessfully installed output-one\n```\n\n\
        ```bash\n# pip install comment-one\npip install -r requirements.txt ./local git+https://e.org/x.git \"$NAME\"\n\
        pip install --index-url https://pypi.acme.example/simple private-one\nnpm install @corp/secret\nuv add 'widget[fast]>=2'\n\
        pip uninstall removed-one\n```\n\n```ini\n@corp:registry=https://npm.corp.example\n```\n\n\
        ```toml\n[project]\ndependencies = [\"table-one>=1\", \"widget==2.0\"]\n```\n\n\
        ```json\n{ \"dependencies\": { \"row-one\": \"^1.0.0\", \"ws\": \"workspace:*\" } }\n```\n";
    let text = document("python", "2.0", body);
    let found = covered("widget/docs/widget/python/DOC.md", &text);
    assert_eq!(
        installs(&found, &text),
        [
            "widget",
            "-private-one",
            "-@corp/secret",
            "widget",
            "table-one",
            "widget=2.0",
            "row-one"
        ]
    );
}

#[test]
fn companions_install_and_cover_nothing() {
    let hub = support::hub(&[
        ("a/docs/w/DOC.md", &document("python", "1.0", "# W\n")),
        ("a/docs/w/more.md", "```bash\nnpm i widget\n```\n"),
    ]);
    let settings = support::settings("", &[]);
    let workspace = support::workspace(hub, settings, None);
    let more = workspace
        .coverage()
        .get(&workspace.hub().document("a/docs/w/more.md").unwrap().path)
        .unwrap();
    assert_eq!((answer(more).as_str(), more.installs.len()), ("none", 1));
}

#[test]
fn hostile_documents_end_in_time() {
    let started = std::time::Instant::now();
    let many: String = (0..20_000)
        .map(|i| format!("pip install p{i}==1.{i}\n"))
        .collect();
    let ticks = "`a==1.0.0` ".repeat(50_000);
    let versions = "1.0.0 ".repeat(100_000);
    let nested = format!("{}pip install x{}", "$(".repeat(20_000), ")".repeat(20_000));
    let quotes = "pip install \"".repeat(4_000);
    let odd = "```bash\n$ pip install é\u{202e}x '\n(v) $ npm i @/ @a @a/ a@ @a/b@\n\\\n!pip\n%pip install\n```\n\n`@`, `@/`, ``, `==`\n";
    for body in [
        format!("```bash\n{many}```\n"),
        format!("# T\n\n{ticks}\n"),
        versions,
        format!("```bash\n{nested}\n```\n"),
        format!("```bash\n{quotes}\n```\n"),
        format!("```toml\n[project]\ndependencies = [{}\n```\n", "[".repeat(5_000)),
        format!("```json\n{{\"dependencies\": {}\n```\n", "[".repeat(5_000)),
        format!("```python\nimport a{}\n```\n", ".a".repeat(50_000)),
        odd.to_owned(),
    ] {
        covered("a/docs/w/DOC.md", &document("python,javascript", "1.0.0", &body));
    }
    let seconds = started.elapsed().as_secs();
    assert!(seconds < 60, "took {seconds} s");
}

#[test]
fn every_tag_of_a_shell_holds_commands() {
    let tags = LANGUAGES
        .iter()
        .filter(|language| language.family == Family::Shell)
        .flat_map(|language| language.tags)
        .chain(&["powershell", "cmd", "fish", "dockerfile"]);
    for tag in tags {
        let text = document(
            "python",
            "2.1.0",
            &format!("# Kit\n\n```{tag}\npip install acme-widget\n```\n"),
        );
        let found = covered("acme/docs/widget/python/DOC.md", &text);
        assert_eq!(installs(&found, &text), ["acme-widget"], "{tag}");
    }
}
