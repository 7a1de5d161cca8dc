//! Which hub a path belongs to: what was named, within the repository, whatever folders are called and whatever files a
//! pull request adds.

use crate::support::program::{Scene, opens};

const NOTES: &str = "severity = { code-syntax = \"note\" }\n";

#[test]
fn a_root_does_not_climb_above_the_repository() {
    for name in ["r", "skills", "docs", "content"] {
        let at = |path: &str| format!("{name}/{name}/{path}");
        let scene = Scene::new(&[
            &at(".git/"),
            &at("skills/x/SKILL.md"),
            &at(&format!("chub-lint.toml={NOTES}")),
            // Neighbours, which have the same id.
            &format!("{name}/other/skills/x/SKILL.md"),
            &format!("{name}/chub-lint.toml=ignore = [\"all\"]\n"),
        ]);
        let repository = format!("{name}/{name}");
        for args in [
            &[][..],
            &["."],
            &["skills"],
            &["skills/x"],
            &["skills/x/SKILL.md"],
        ] {
            let found = scene.findings(&repository, args);
            assert_eq!(found, ["skills/x/SKILL.md code-syntax note"], "{name} {args:?}");
        }
        let from_above = scene.findings(name, &[name]);
        assert_eq!(from_above, ["skills/x/SKILL.md code-syntax note"], "{name}");
    }
}

#[test]
fn without_a_repository_the_working_folder_is_the_border() {
    let scene = Scene::new(&["r/skills/x/SKILL.md", "other/skills/x/SKILL.md"]);
    for (cwd, args) in [
        ("r", &[][..]),
        ("r", &["skills/x"]),
        ("", &["r"]),
        ("", &["r/skills/x/SKILL.md"]),
    ] {
        let found = scene.findings(cwd, args);
        assert_eq!(found.len(), 1, "{cwd} {args:?}: {found:?}");
        assert!(found[0].contains("skills/x/SKILL.md code-syntax"), "{found:?}");
    }
    let elsewhere = scene.path("r");
    let found = scene.findings("other", &[elsewhere.to_str().unwrap()]);
    assert_eq!(found, ["r/skills/x/SKILL.md code-syntax error"]);
}

#[test]
fn names_of_folders_have_no_effect() {
    for hub in [
        "content",
        "docs",
        "skills",
        "site/docs",
        "docs/skills",
        "a/content",
    ] {
        for (author, entry) in [("acme", "kit"), ("repo", "docs"), ("content", "content")] {
            let file = |name: &str| format!("{hub}/{author}/docs/{entry}/{name}");
            let scene = Scene::new(&[
                "repo/.git/",
                &format!("repo/{}", file("DOC.md")),
                &format!("repo/{}", file("docs/guide.md=[gone](gone.md)\n")),
                &format!("repo/{hub}/beta/docs/other/DOC.md"),
                &format!("repo/{hub}/chub-lint.toml={NOTES}"),
            ]);
            let found = |path: &str| scene.findings("repo", &[path, "--ignore", "bad-name"]);
            let entry = [
                format!("{} code-syntax note", file("DOC.md")),
                format!("{} broken-link error", file("docs/guide.md")),
            ];
            let other = format!("{hub}/beta/docs/other/DOC.md code-syntax note");
            let mut all = [&entry[..], &[other]].concat();
            all.sort();
            assert_eq!(found(hub), all, "{hub} {author}");
            for path in [format!("{hub}/{author}"), format!("{hub}/{author}/docs")] {
                assert_eq!(found(&path), entry, "{path}");
            }
            let folder = file("").trim_end_matches('/').to_owned();
            assert_eq!(found(&folder), entry, "{folder}");
            assert_eq!(found(&file("DOC.md")), entry[..1], "{hub} {author}");
            assert_eq!(found(&file("docs/guide.md")), entry[1..], "{hub} {author}");
        }
    }
}

/// Files that a pull request may add, to move the root of a hub.
const PLANTED: [&str; 9] = [
    "repo/skills/p/SKILL.md",
    "repo/docs/p/DOC.md",
    "repo/tools/docs/p/DOC.md",
    "repo/content/docs/p/DOC.md",
    "repo/content/skills/p/SKILL.md",
    "repo/content/p/docs/p/DOC.md",
    "repo/content/acme/DOC.md",
    "repo/content/DOC.md",
    "repo/content/acme/docs/kit/docs/p/DOC.md",
];

#[test]
fn an_added_file_does_not_move_the_root_of_others() {
    let layouts: [(&[&str], &str, &[&str]); 4] = [
        (
            &["repo/content/acme/docs/kit/DOC.md"],
            "repo/content",
            &["", "content", "content/acme/docs/kit/DOC.md"],
        ),
        (
            &["repo/content/acme/docs/kit/DOC.md"],
            "repo",
            &["", "content", "content/acme"],
        ),
        (
            &["repo/acme/docs/kit/DOC.md"],
            "repo",
            &["", "acme", "acme/docs/kit/DOC.md"],
        ),
        (
            &["repo/skills/kit/SKILL.md"],
            "repo",
            &["", "skills", "skills/kit"],
        ),
    ];
    for (files, config, named) in layouts {
        let lay_out = || {
            let scene = Scene::new(files);
            scene.add("repo/.git/");
            scene.add(&format!("{config}/chub-lint.toml={NOTES}"));
            scene
        };
        let path = files[0].trim_start_matches("repo/");
        for planted in PLANTED {
            let scene = lay_out();
            scene.add(planted);
            for named in named {
                let args: &[&str] = if named.is_empty() { &[] } else { &[named] };
                let found = scene.findings("repo", args);
                let own = format!("{path} code-syntax note");
                assert!(found.contains(&own), "{planted} {args:?} {config}: {found:?}");
                let misplaced = format!("{path} misplaced-entry");
                // In the repository of one author, an author beside it makes the author necessary.
                let is_bare = path.starts_with("skills/");
                assert!(
                    is_bare || !found.iter().any(|one| one.starts_with(&misplaced)),
                    "{planted}: {found:?}"
                );
            }
        }
    }
}

#[test]
fn folders_of_agents_are_checked_by_default_and_others_when_named() {
    for agent in [
        ".agents",
        ".claude",
        ".codex",
        ".cursor",
        ".gemini",
        ".github",
        ".opencode",
    ] {
        let file = format!("{agent}/skills/x/SKILL.md");
        let scene = Scene::new(&[
            "repo/.git/",
            &format!("repo/{file}"),
            "repo/content/acme/docs/kit/DOC.md",
        ]);
        // Whole checkouts may be beside the skills.
        scene.add(&format!("repo/{agent}/worktrees/one/skills/x/SKILL.md"));
        let found = [
            // Skills of agents are no part of a hub.
            format!("{file} code-syntax warning"),
            "content/acme/docs/kit/DOC.md code-syntax error".to_owned(),
        ];
        assert_eq!(scene.findings("repo", &[]), found);
        for named in [agent, &format!("{agent}/skills"), &file] {
            assert_eq!(scene.findings("repo", &[named]), found[..1], "{named}");
        }
    }
    for other in [".other", "dist", "node_modules"] {
        let file = format!("{other}/skills/x/SKILL.md");
        let scene = Scene::new(&["repo/.git/", &format!("repo/{file}"), "repo/acme/docs/kit/DOC.md"]);
        assert_eq!(
            scene.findings("repo", &[]),
            ["acme/docs/kit/DOC.md code-syntax error"]
        );
        let said = scene.run("repo", &["-v"]).out;
        assert!(said.contains(&format!("skipped {other}: ")), "{said}");
        for named in [other, &format!("{other}/skills"), &file] {
            assert_eq!(
                scene.findings("repo", &[named]),
                [format!("{file} code-syntax warning")],
                "{named}"
            );
        }
    }
}

#[test]
fn hubs_of_one_repository_share_a_baseline_and_a_mapping() {
    let files = [
        "repo/.git/",
        "repo/.claude/skills/x/SKILL.md",
        "repo/content/acme/docs/kit/DOC.md",
        "repo/tools/skills/y/SKILL.md",
    ];
    let scene = Scene::new(&files);
    scene.add("repo/chub-lint.toml=packages = \"map.toml\"\n");
    scene.add("repo/map.toml=[packages]\n\"acme/docs/kit/DOC.md\" = \"none\"\n");
    let all = scene.findings("repo", &[]);
    assert_eq!(all.len(), 3, "{all:?}");
    // Each alone, then together.
    for args in [
        &["content"][..],
        &[".claude"],
        &["tools"],
        &[],
        &["--update"],
        &["--update", "content"],
    ] {
        let ran = scene.run("repo", &[&["baseline"], args].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert!(
        scene
            .run("repo", &["baseline"])
            .out
            .contains("3 known findings in 3 files (as before)")
    );
    assert!(scene.findings("repo", &[]).is_empty());
    let said = scene.run("repo", &["-v"]).out;
    assert!(!said.contains("reviewed mapping"), "{said}");
}

#[test]
fn links_of_agents_to_skills_are_no_escape() {
    #[cfg(unix)]
    {
        let scene = Scene::new(&[
            "repo/.git/",
            "repo/.agents/skills/x/SKILL.md",
            "repo/.claude/skills/y/SKILL.md",
        ]);
        std::os::unix::fs::symlink("../../.agents/skills/x", scene.path("repo/.claude/skills/x")).unwrap();
        std::os::unix::fs::symlink("../../../..", scene.path("repo/.claude/skills/out")).unwrap();
        let found = scene.findings("repo", &["--select", "escaping-link"]);
        assert_eq!(found, [".claude/skills/out escaping-link error"]);
        // The files of an archive are in no repository.
        let scene = Scene::new(&["archive/.agents/", "archive/skills/x/SKILL.md"]);
        std::os::unix::fs::symlink("../skills", scene.path("archive/.agents/skills")).unwrap();
        std::os::unix::fs::symlink("../..", scene.path("archive/.agents/rules")).unwrap();
        let found = scene.findings("archive", &["--select", "escaping-link"]);
        assert_eq!(found, [".agents/rules escaping-link error"]);
    }
}

#[test]
fn paths_for_people_open_from_the_working_folder_and_others_are_of_the_repository() {
    let scene = Scene::new(&[
        "repo/.git/",
        "repo/content/acme/docs/kit/DOC.md",
        "repo/content/beta/docs/kit/DOC.md",
        "repo/chub-lint.toml=[[allow]]\nrule = \"bad-date\"\nreason = \"none\"\n",
    ]);
    for cwd in [
        "repo",
        "repo/content",
        "repo/content/acme",
        "repo/content/acme/docs/kit",
    ] {
        let up = "../".repeat(cwd.matches('/').count());
        let named = format!("{up}content");
        let ran = scene.run(cwd, &[&named, "--output", "concise"]);
        let paths: Vec<&str> = ran.out.lines().filter(|line| line.contains("]")).collect();
        let paths: Vec<&str> = paths.iter().filter_map(|line| line.split(':').next()).collect();
        assert!(paths.len() >= 3, "{ran:?}");
        for path in &paths {
            assert!(opens(&scene.path(cwd), path), "{path} from {cwd}: {ran:?}");
        }
        let text = scene.run(cwd, &[&named]).out;
        for place in text
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix("--> "))
        {
            let path = place.split(':').next().unwrap();
            assert!(opens(&scene.path(cwd), path), "{path} from {cwd}");
        }
        let found = scene.findings(cwd, &[&named]);
        assert!(found[0].starts_with("chub-lint.toml "), "{found:?}");
        assert!(found[1].starts_with("content/acme/docs/kit/DOC.md "), "{found:?}");
    }
}

#[test]
fn the_hidden_config_is_read_and_two_are_refused() {
    let scene = Scene::new(&["repo/.git/", "repo/content/acme/docs/kit/DOC.md"]);
    scene.add(&format!("repo/.chub-lint.toml={NOTES}"));
    let note = "content/acme/docs/kit/DOC.md code-syntax note";
    assert_eq!(scene.findings("repo", &[]), [note]);
    // The nearer one counts.
    scene.add("repo/content/chub-lint.toml=severity = { code-syntax = \"warning\" }\n");
    assert_eq!(scene.findings("repo", &[]), [note.replace("note", "warning")]);
    scene.add("repo/content/.chub-lint.toml=");
    let ran = scene.run("repo", &[]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("are both there"), "{ran:?}");
}

#[test]
fn a_table_of_pyproject_is_mentioned() {
    let scene = Scene::new(&["repo/.git/", "repo/content/acme/docs/kit/DOC.md"]);
    scene.add("repo/pyproject.toml=[project]\nname = \"x\"\n");
    assert_eq!(scene.run("repo", &[]).err, "");
    scene.add("repo/pyproject.toml=[project]\nname = \"x\"\n\n[tool.chub-lint]\nfail-on = \"never\"\n");
    let ran = scene.run("repo", &[]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err
            .contains("warning: `pyproject.toml`: the table `[tool.chub-lint]` is not read"),
        "{ran:?}"
    );
    assert_eq!(scene.run("repo", &["--isolated"]).err, "");
}

#[test]
fn search_and_get_find_the_content_folder_of_a_repository() {
    let scene = Scene::new(&[
        "repo/.git/",
        "repo/content/acme/docs/kit/DOC.md",
        "repo/content/acme/skills/x/SKILL.md",
    ]);
    let found = scene.run("repo", &["search", ""]);
    assert!(
        found.out.contains("acme/kit") && !found.out.contains("content/"),
        "{found:?}"
    );
    assert!(scene.run("repo", &["get", "acme/x"]).out.contains("# Deploy"));
    assert_eq!(scene.run("repo", &["get", "content/x"]).code, 1);
}
