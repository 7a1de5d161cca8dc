//! Checks the rules of docs/architecture.md: file length, imports and their cycles, the core types, and the modules that
//! access files, the network, the clock, the environment and processes.

mod graph;

use graph::{Graph, Modules, cycle, types};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

const MAX_LINES: usize = 600;

/// The only modules that access files, the environment, the clock, the network or processes.
const IO_MODULES: &[&str] = &[
    "branches.rs",
    "chub/build/content.rs",
    "chub/build/stage.rs",
    "chub/build/target.rs",
    "chub/build/unchanged.rs",
    "chub/build/write.rs",
    "chub/client/preview.rs",
    "config/find.rs",
    "fix/write.rs",
    "forge.rs",
    "fsio.rs",
    "git.rs",
    "hub/attached.rs",
    "hub/discover.rs",
    "hub/ignored.rs",
    "hub/root.rs",
    "main.rs",
    "pager.rs",
    "releases/cache.rs",
    "releases/client.rs",
    "releases/environment.rs",
    "safe_path.rs",
    "site/folder.rs",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of `src/`, each with its path there. Read once for all tests here.
fn sources() -> &'static [(String, String)] {
    static SOURCES: LazyLock<Vec<(String, String)>> = LazyLock::new(read_sources);
    &SOURCES
}

/// The modules of `src/`, read once for all tests here.
fn modules() -> &'static Modules {
    static MODULES: LazyLock<Modules> = LazyLock::new(|| Modules::new(sources()));
    &MODULES
}

fn read_sources() -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files.sort();
    let named = |path: &PathBuf| {
        let name = path
            .strip_prefix(&src)
            .unwrap()
            .to_str()
            .unwrap()
            .replace('\\', "/");
        (name, fs::read_to_string(path).unwrap())
    };
    files.iter().map(named).collect()
}

/// What each top-level folder or file of `src/` imports, without unit tests.
fn top_level() -> Graph {
    modules().siblings(&[])
}

fn architecture() -> String {
    fs::read_to_string(root().join("docs/architecture.md")).unwrap()
}

/// The part of a text between two others.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).unwrap().1;
    rest.split_once(end).unwrap().0
}

#[test]
fn files_are_short() {
    let long: Vec<_> = sources()
        .iter()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .collect();
    assert!(long.is_empty(), "over {MAX_LINES} lines: {long:?}");
}

#[test]
fn rules_import_only_what_the_page_says() {
    let page = architecture();
    let sentence = between(&page, "Allowed imports: `rules/` uses", "and nothing else");
    let allowed: BTreeSet<&str> = sentence.split('`').skip(1).step_by(2).collect();
    let graph = top_level();
    let imported: BTreeSet<&str> = graph["rules"].keys().map(String::as_str).collect();
    assert_eq!(imported, allowed, "{:#?}", graph["rules"]);
    for (name, text) in sources().iter().filter(|(name, _)| name.starts_with("rules/")) {
        for module in [
            "releases::client",
            "releases::cache",
            "releases::fetch",
            "hub::discover",
        ] {
            assert!(!text.contains(module), "src/{name} imports crate::{module}");
        }
    }
}

#[test]
fn reports_see_a_run_and_nothing_that_makes_one() {
    let graph = top_level();
    for maker in [
        "chub", "commands", "config", "fix", "fsio", "git", "lsp", "package", "pipeline", "releases",
        "suppress",
    ] {
        assert!(graph.contains_key(maker), "src/ has no {maker}");
        assert_eq!(graph["report"].get(maker), None, "report/ imports {maker}");
    }
}

#[test]
fn top_level_modules_import_each_other_without_a_cycle() {
    assert_eq!(cycle(&top_level()), None);
}

#[test]
fn modules_inside_a_folder_import_each_other_without_a_cycle() {
    let modules = modules();
    let parents = modules.parents();
    assert!(parents.len() > 20, "{parents:?}");
    for parent in parents {
        assert_eq!(
            cycle(&modules.siblings(&parent)),
            None,
            "in src/{}",
            parent.join("/")
        );
    }
}

/// Modules made of a file for each pair of a path and a text.
fn made_up(files: &[(&str, &str)]) -> Modules {
    let owned = |(file, text): &(&str, &str)| ((*file).to_owned(), (*text).to_owned());
    Modules::new(&files.iter().map(owned).collect::<Vec<_>>())
}

#[test]
fn a_cycle_is_found_and_its_path_printed() {
    let modules = made_up(&[
        (
            "a.rs",
            "//! A.\nuse std::fmt;\nuse crate::{text, b::{self, inner::Thing as Other}};",
        ),
        ("b/mod.rs", "pub mod inner;\npub use inner::Thing;"),
        ("b/inner.rs", "fn f() -> super::super::c::Kind { todo!() }"),
        ("c.rs", "pub use crate::a::A;"),
        ("text.rs", ""),
    ]);
    assert_eq!(
        cycle(&modules.siblings(&[])).unwrap(),
        "a -> b (a.rs:3) -> c (b/inner.rs:1) -> a (c.rs:1)"
    );
}

#[test]
fn a_cycle_inside_a_folder_is_found_through_what_its_parent_re_exports() {
    let modules = made_up(&[
        (
            "b/mod.rs",
            "mod one;\nmod two;\npub use one::One;\npub struct Own;",
        ),
        ("b/one.rs", "use super::two;\nuse super::Own;"),
        ("b/two.rs", "use crate::b;\nfn f(one: &b::One) {}"),
    ]);
    assert_eq!(cycle(&modules.siblings(&[])), None);
    assert_eq!(
        cycle(&modules.siblings(&["b".to_owned()])).unwrap(),
        "one -> two (b/one.rs:1) -> one (b/two.rs:2)"
    );
}

#[test]
fn comments_strings_and_tests_import_nothing() {
    let modules = made_up(&[
        (
            "a.rs",
            "use crate::b;\n#[cfg(test)]\nmod tests {\n    use crate::c;\n}\nfn f<'a>(x: &'a str) -> char { '\"' }",
        ),
        (
            "b.rs",
            "//! crate::a\n/* crate::a */\nconst A: &str = \"\\\"crate::a\"; const B: &str = r#\"\"crate::a\"#;\n\
             #[cfg(test)]\nmod tests;\nuse crate::c;",
        ),
        ("b/tests.rs", "use crate::a;"),
        (
            "c.rs",
            "use other::{a, b};\n#[cfg(test)]\nuse crate::a::A;\nfn f() { self::g(); Self::a() }",
        ),
    ]);
    let graph = modules.siblings(&[]);
    assert_eq!(cycle(&graph), None);
    let imported = |name: &str| graph[name].keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        [imported("a"), imported("b"), imported("c")],
        [vec!["b".to_owned()], vec!["c".to_owned()], Vec::new()]
    );
}

#[test]
fn the_types_on_the_page_are_those_of_the_code() {
    let page = architecture();
    let section = between(&page, "## The core types\n", "\n## ");
    let shown = types(between(section, "```rust\n", "```"));
    assert!(shown.len() >= 9, "{shown:?}");
    let written: Vec<_> = sources().iter().flat_map(|(_, text)| types(text)).collect();
    for (name, members) in shown {
        let missing: Option<Vec<_>> = written
            .iter()
            .filter(|(of, _)| *of == name)
            .map(|(_, all)| members.iter().filter(|member| !all.contains(member)).collect())
            .min_by_key(Vec::len);
        assert_eq!(missing, Some(Vec::new()), "what src/ does not have of `{name}`");
    }
}

#[test]
fn only_commands_know_the_command_line() {
    let outside = |name: &str| !name.starts_with("commands/") && name != "main.rs";
    for (name, text) in sources().iter().filter(|(name, _)| outside(name)) {
        assert!(!text.contains("clap"), "src/{name} uses clap");
    }
}

#[test]
fn only_io_modules_touch_files_network_clock_environment_and_processes() {
    let found: Vec<&str> = sources()
        .iter()
        .filter(|(_, text)| text.contains("clippy::disallowed_methods"))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(
        found, IO_MODULES,
        "clippy.toml forbids it elsewhere; docs/architecture.md lists the I/O modules"
    );
    let architecture = architecture();
    for module in IO_MODULES {
        assert!(
            architecture.contains(module),
            "docs/architecture.md does not name the I/O module {module}"
        );
    }
}

#[test]
fn rule_ids_are_written_in_rules_only() {
    let ids: Vec<String> = chub_lint::rules::RULES
        .iter()
        .map(|rule| format!("\"{}\"", rule.id))
        .collect();
    let outside = |name: &str| !name.starts_with("rules/") && !name.ends_with("tests.rs");
    for (name, text) in sources().iter().filter(|(name, _)| outside(name)) {
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (at, line) in code.lines().enumerate() {
            let written = ids.iter().find(|id| line.contains(id.as_str()));
            assert!(
                written.is_none(),
                "src/{name}:{}: ask the rule instead of {written:?}",
                at + 1
            );
        }
    }
}

#[test]
fn every_folder_is_in_the_map_and_every_file_says_what_it_is() {
    let architecture = architecture();
    let map = architecture.split("```\nsrc/\n").nth(1).unwrap();
    let listed: BTreeSet<String> = map
        .lines()
        .take_while(|line| *line != "```")
        .filter_map(|line| {
            line.strip_prefix("  ")?
                .split_whitespace()
                .next()?
                .strip_suffix('/')
        })
        .map(str::to_owned)
        .collect();
    let sources = sources();
    let folders: BTreeSet<String> = sources
        .iter()
        .filter_map(|(name, _)| Some(name.split_once('/')?.0.to_owned()))
        // A top-level file may have a folder with the same name.
        .filter(|folder| !sources.iter().any(|(name, _)| *name == format!("{folder}.rs")))
        .collect();
    assert_eq!(
        listed, folders,
        "docs/architecture.md has one line for each folder of src/"
    );
    for (name, text) in sources {
        let first = text.lines().next().unwrap();
        assert!(
            first.starts_with("//! ") && first.len() > 12,
            "src/{name} begins with a line that says what it is, not with {first:?}"
        );
    }
}
