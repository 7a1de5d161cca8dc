//! Manifests of plugins and marketplaces: which are read, which values are refused, and what is looked up on the disk.

use crate::support::program::Scene;
use std::fmt::Write;
use std::time::{Duration, Instant};

const SKILL: &str = "skills/kit/SKILL.md=---\nname: kit\ndescription: \"A kit. Use when a project has kits.\"\n---\n\n# Kit\n";

/// The findings of a run as `line severity message`.
#[track_caller]
fn messages(scene: &Scene, args: &[&str]) -> Vec<String> {
    let ran = scene.run("r", &[args, &["--output", "json"]].concat());
    let report: serde_json::Value =
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{args:?}: {error}: {ran:?}"));
    let found = report["diagnostics"].as_array().unwrap().iter();
    found
        .map(|one| {
            let severity = one["severity"].as_str().unwrap();
            format!("{severity} {}", one["message"].as_str().unwrap())
        })
        .collect()
}

/// A repository with a skill and one manifest.
fn scene(file: &str, text: &str) -> Scene {
    let scene = Scene::new(&["r/.git/", &format!("r/{SKILL}")]);
    scene.add(&format!("r/{file}={text}"));
    scene
}

#[test]
fn a_plugin_has_a_name_and_values_of_known_types() {
    for (text, expected) in [
        (r#"{"name": "kit"}"#, &[][..]),
        (r#"{"name": "kit", "unknown": [1]}"#, &[]),
        (r#"{"name": "kit-2", "skills": "./skills/", "keywords": []}"#, &[]),
        (r#"{"name": "kit", "skills": ["./skills/kit", "./"]}"#, &[]),
        (
            r#"{"name": "kit", "mcpServers": "https://example.com/kit.mcpb"}"#,
            &[],
        ),
        (r#"{"name": "kit", "hooks": {"Stop": []}}"#, &[]),
        (
            r#"{"name": "kit", "commands": {"go": {"source": "./skills/kit/SKILL.md"}}}"#,
            &[],
        ),
        ("", &["error not JSON: a value is missing here"]),
        ("[]", &["error the manifest must be a mapping, not a list"]),
        ("{}", &["error `name` is missing"]),
        (r#"{"name": null}"#, &["error `name` must be a string, not null"]),
        (r#"{"name": " "}"#, &["error `name` is empty"]),
        (
            r#"{"name": "My Kit"}"#,
            &["error the name of the plugin has a space"],
        ),
        (
            r#"{"name": "my_kit"}"#,
            &["warning the name of the plugin is not in kebab case"],
        ),
        (
            r#"{"name": "kit--a"}"#,
            &["warning the name of the plugin is not in kebab case"],
        ),
        (
            r#"{"name": "kit", "version": 1}"#,
            &["error `version` must be a string, not a number"],
        ),
        (
            r#"{"name": "kit", "repository": {"url": "a"}}"#,
            &["error `repository` must be a string, not a mapping"],
        ),
        (
            r#"{"name": "kit", "keywords": "a"}"#,
            &["error `keywords` must be a list, not a string"],
        ),
        (
            r#"{"name": "kit", "author": "me"}"#,
            &["error `author` must be a mapping, not a string"],
        ),
        (
            r#"{"name": "kit", "author": {}}"#,
            &["error `author.name` is missing"],
        ),
        (
            r#"{"name": "kit", "agents": "agents"}"#,
            &["error the path `agents` does not begin with `./`"],
        ),
        (
            r#"{"name": "kit", "skills": ["/etc"]}"#,
            &["error the path `/etc` does not begin with `./`"],
        ),
        (
            r#"{"name": "kit", "hooks": "../h.json"}"#,
            &["error the path `../h.json` has a `..`"],
        ),
        (
            r#"{"name": "kit", "hooks": "./skills/../../h"}"#,
            &["error the path `./skills/../../h` has a `..`"],
        ),
        (
            r#"{"name": "kit", "skills": "./skill"}"#,
            &["error the plugin has no `./skill`"],
        ),
        (
            r#"{"name": "kit", "commands": {"go": {"source": "./go.md"}}}"#,
            &["error the plugin has no `./go.md`"],
        ),
    ] {
        let found = messages(&scene(".claude-plugin/plugin.json", text), &[]);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_marketplace_has_an_owner_and_plugins_with_sources() {
    let listed =
        |plugins: &str| format!(r#"{{"name": "m", "owner": {{"name": "o"}}, "plugins": [{plugins}]}}"#);
    for (text, expected) in [
        (listed(""), &[][..]),
        (listed(r#"{"name": "a", "source": "./"}"#), &[]),
        (
            listed(r#"{"name": "a", "source": {"source": "github", "repo": "a/b"}}"#),
            &[],
        ),
        (listed(r#"{"name": "a", "source": {"source": "later"}}"#), &[]),
        (
            listed(r#"{"name": "a", "source": "./", "skills": ["./skills/kit"]}"#),
            &[],
        ),
        (
            r#"{"name": "m", "plugins": []}"#.to_owned(),
            &["error `owner` is missing"],
        ),
        (
            r#"{"name": "m", "owner": {}, "plugins": []}"#.to_owned(),
            &["error `owner.name` is missing"],
        ),
        (
            r#"{"name": "m", "owner": {"name": "o"}}"#.to_owned(),
            &["error `plugins` is missing"],
        ),
        (listed("1"), &["error a plugin must be a mapping, not a number"]),
        (
            listed(r#"{"source": "./"}"#),
            &["error `plugins[].name` is missing"],
        ),
        (
            listed(r#"{"name": "a"}"#),
            &["error `plugins[].source` is missing"],
        ),
        (
            listed(r#"{"name": "a", "source": 1}"#),
            &["error `source` must be a string or a mapping, not a number"],
        ),
        (
            listed(r#"{"name": "a", "source": {}}"#),
            &["error `source.source` is missing"],
        ),
        (
            listed(r#"{"name": "a", "source": {"source": "npm"}}"#),
            &["error `source.package` is missing"],
        ),
        (
            listed(r#"{"name": "a", "source": "a"}"#),
            &["error the path `a` does not begin with `./`"],
        ),
        (
            listed(r#"{"name": "a", "source": "./../a"}"#),
            &["error the path `./../a` has a `..`"],
        ),
        (
            listed(r#"{"name": "a", "source": "./a"}"#),
            &["error the marketplace has no `./a`"],
        ),
        (
            listed(r#"{"name": "a", "source": "./skills", "skills": "./skills/kit"}"#),
            &["error the plugin has no `./skills/kit`"],
        ),
        (
            listed(r#"{"name": "a", "source": "./"}, {"name": "a", "source": "./skills"}"#),
            &["error the plugin `a` is listed twice"],
        ),
    ] {
        let found = messages(&scene(".claude-plugin/marketplace.json", &text), &[]);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn sources_may_be_relative_to_the_root_of_plugins() {
    for (source, count) in [("kit", 0), ("./skills/kit", 0), ("gone", 1), ("../kit", 1)] {
        let text = format!(
            r#"{{"name": "m", "owner": {{"name": "o"}}, "metadata": {{"pluginRoot": "./skills"}},
                "plugins": [{{"name": "a", "source": "{source}"}}]}}"#
        );
        let found = messages(&scene(".claude-plugin/marketplace.json", &text), &[]);
        assert_eq!(found.len(), count, "{source}: {found:?}");
    }
}

#[test]
fn versions_of_a_plugin_agree() {
    for (version, strict, count) in [("1.0", "true", 0), ("1.1", "true", 1), ("1.1", "false", 0)] {
        let text = format!(
            r#"{{"name": "m", "owner": {{"name": "o"}},
                "plugins": [{{"name": "a", "source": "./", "version": "{version}", "strict": {strict}}}]}}"#
        );
        let scene = scene(".claude-plugin/marketplace.json", &text);
        scene.add(r#"r/.claude-plugin/plugin.json={"name": "a", "version": "1.0"}"#);
        // Also when the run reports on the marketplace alone.
        for args in [&[][..], &[".claude-plugin/marketplace.json"]] {
            let found = messages(&scene, args);
            assert_eq!(found.len(), count, "{version} {strict} {args:?}: {found:?}");
        }
    }
}

#[test]
fn files_that_are_not_listed_exist() {
    let text =
        r#"{"name": "kit", "mcpServers": "./.mcp.json", "hooks": "./dist/hooks.json", "agents": "./.gone"}"#;
    let scene = scene(".claude-plugin/plugin.json", text);
    scene.add("r/.mcp.json={}");
    scene.add("r/dist/hooks.json={}");
    assert_eq!(messages(&scene, &[]), ["error the plugin has no `./.gone`"]);
}

#[test]
fn manifests_are_read_when_the_run_reports_on_them() {
    let scene = scene("plugins/a/.claude-plugin/plugin.json", "{}");
    scene.add("r/.gitignore=vendor/\n");
    scene.add("r/vendor/a/.claude-plugin/plugin.json={}");
    scene.add("r/plugins/a/plugin.json={}");
    scene.add(
        "r/plugins/a/skills/b/SKILL.md=---\nname: b\ndescription: \"Deploys. Use when it is built.\"\n---\n",
    );
    for (args, count) in [
        (&[][..], 1),
        (&["."], 1),
        (&["plugins"], 1),
        (&["plugins/a"], 1),
        (&["plugins/a/.claude-plugin"], 1),
        (&["plugins/a/.claude-plugin/plugin.json"], 1),
        (&["skills"], 0),
        (&["plugins/a/skills/b/SKILL.md"], 0),
        (&[".", "--exclude", "plugins/a/.claude-plugin"], 0),
        (&[".", "--ignore", "invalid-plugin"], 0),
    ] {
        let found = scene.findings("r", args);
        assert_eq!(found.len(), count, "{args:?}: {found:?}");
        let place = "plugins/a/.claude-plugin/plugin.json invalid-plugin error";
        assert!(found.iter().all(|one| one == place), "{found:?}");
    }
    let listed = scene.run("r", &["check", "--show-files"]).out;
    assert!(
        listed.contains("plugins/a/.claude-plugin/plugin.json\n"),
        "{listed}"
    );
    assert!(!listed.contains("vendor"), "{listed}");
}

#[test]
fn a_plugin_without_documents_is_checked() {
    let scene = Scene::new(&["r/.git/", r#"r/.claude-plugin/plugin.json={"name": "kit"}"#]);
    let ran = scene.run("r", &["check", "."]);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn names_of_skills_differ_in_one_scope() {
    let skill = |folder: &str, name: &str| {
        format!(
            "r/{folder}/SKILL.md=---\nname: {name}\ndescription: \"Builds kits. Use when it is built.\"\n---\n\n# A\n"
        )
    };
    for (first, second, count) in [
        ("skills/a/kit", "skills/b/kit", 1),
        ("skills/.curated/kit", "skills/kit", 1),
        (".claude/skills/kit", ".agents/skills/kit", 0),
        ("plugins/a/skills/kit", "plugins/b/skills/kit", 0),
        ("a/kit", "b/kit", 0),
        ("skills/a/kit", "skills/p/kit", 0),
    ] {
        let scene = Scene::new(&[
            "r/.git/",
            r#"r/skills/p/.claude-plugin/plugin.json={"name": "p"}"#,
        ]);
        scene.add(&skill(first, "kit"));
        scene.add(&skill(second, "kit"));
        let args = ["--select", "duplicate-skill"];
        let found = scene.findings("r", &args);
        assert_eq!(found.len(), count, "{first} {second}: {found:?}");
        // A run over one of them reports it there.
        let named = format!("{first}/SKILL.md");
        let found = scene.findings("r", &[&args[..], &[&named]].concat());
        let expected: Vec<String> = (0..count)
            .map(|_| format!("{named} duplicate-skill warning"))
            .collect();
        assert_eq!(found, expected, "{first} {second}");
    }
}

#[test]
fn hostile_manifests_take_little_time() {
    let mut paths = String::from(r#"{"name": "kit", "commands": ["#);
    for number in 0..40_000 {
        let _ = write!(paths, r#""./.x/{number}/a/b/c/d/e/f/g","#);
    }
    paths.push_str("\"./\"]}");
    let deep = format!(r#"{{"name": "kit", "commands": ["./{}"]}}"#, "a/".repeat(900_000));
    let nested = "[".repeat(1_000_000);
    for text in [
        paths,
        deep,
        nested,
        " ".repeat(3_000_000),
        "\u{feff}{}".to_owned(),
    ] {
        let scene = scene(".claude-plugin/plugin.json", &text);
        let start = Instant::now();
        let ran = scene.run("r", &["check", "--output", "concise"]);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        assert_eq!(ran.code, 1, "{}", &ran.err);
        assert!(ran.out.len() < 1_000_000, "{}", ran.out.len());
    }
}

/// What is outside of the repository stays unknown, and a manifest that is a link or a pipe is not read.
#[cfg(unix)]
#[test]
fn nothing_outside_of_the_repository_is_looked_up() {
    let manifest = r#"{
      "name": "kit",
      "commands": ["./.out/there.json", "./.out/absent.json", "./.a\n::error::b\u001b[2J"]
    }"#;
    let scene = scene(".claude-plugin/plugin.json", manifest);
    scene.add("outside/there.json={ \"name\": \"the secret\" }");
    scene.add("r/linked/.claude-plugin/");
    scene.add("r/piped/.claude-plugin/");
    let link =
        |target: &str, path: &str| std::os::unix::fs::symlink(scene.path(target), scene.path(path)).unwrap();
    link("outside", "r/.out");
    link("outside/there.json", "r/linked/.claude-plugin/plugin.json");
    let pipe = scene.path("r/piped/.claude-plugin/plugin.json");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(pipe)
            .status()
            .unwrap()
            .success()
    );
    let found = messages(&scene, &["--select", "invalid-plugin"]);
    let missing = |path: &str| format!("error the plugin has no `{path}`");
    assert_eq!(
        found[..2],
        [missing("./.out/there.json"), missing("./.out/absent.json")]
    );
    // The other one is about the link, by another rule.
    assert_eq!(found.len(), 4, "{found:?}");
    for format in ["text", "concise", "github", "sarif"] {
        let out = scene.run("r", &["check", "--output", format]).out;
        assert!(
            !out.contains("\n::error::b") && !out.contains('\u{1b}'),
            "{format}: {out}"
        );
        assert!(!out.contains("the secret"), "{format}: {out}");
    }
}
