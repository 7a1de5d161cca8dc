//! The action, the hooks and the snippets of docs/ci.md: commands exist, actions are pinned, and no input is pasted
//! into a script.

use chub_lint::commands::Cli;
use clap::Parser;
use std::fs;
use std::path::PathBuf;

fn file(name: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The lines of the fenced blocks of a page.
fn blocks(page: &str) -> Vec<&str> {
    let mut inside = false;
    let lines = page.lines().filter(|line| {
        let fence = line.starts_with("```");
        inside ^= fence;
        inside && !fence
    });
    lines.collect()
}

/// The YAML blocks of a page.
fn yaml_blocks(page: &str) -> Vec<String> {
    page.split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap().to_owned())
        .collect()
}

/// The output of `init` for a folder with this name.
fn init(name: &str) -> String {
    file(&format!("src/commands/init/{name}"))
        .replace("@VERSION@", env!("CARGO_PKG_VERSION"))
        .replace("@CONTENT@", "\"content\"")
        .replace("@FILES@", "\"^content/\"")
        .replace("@CRON@", "41 5 * * 1")
}

/// All workflows in the docs and from `init`.
fn workflows() -> Vec<String> {
    let mut texts: Vec<_> = yaml_blocks(&file("docs/ci.md"))
        .into_iter()
        .filter(|text| text.contains("\njobs:\n"))
        .collect();
    assert!(texts.len() >= 4, "{}", texts.len());
    texts.push(init("workflow.yml"));
    texts.push(init("bump.yml"));
    texts.push(file(".github/workflows/release.yml"));
    texts
}

#[test]
fn all_yaml_can_be_read() {
    let mut texts = yaml_blocks(&file("docs/ci.md"));
    assert!(texts.len() >= 7, "{}", texts.len());
    for name in [
        "action.yml",
        ".pre-commit-hooks.yaml",
        ".github/workflows/release.yml",
    ] {
        texts.push(file(name));
    }
    texts.push(init("workflow.yml"));
    texts.push(init("bump.yml"));
    texts.push(init("bump.gitlab-ci.yml"));
    texts.push(init("pre-commit.yaml"));
    for text in texts {
        for event in saphyr_parser::Parser::new_from_str(&text) {
            assert!(event.is_ok(), "{event:?}\n{text}");
        }
    }
}

/// Parse the arguments in a line of shell. Quotes and variables are treated as any other text.
fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.replace("$PART/8", "1/8").replace('"', "").split_whitespace())
}

#[test]
fn every_command_of_the_docs_is_one() {
    let mut commands = 0;
    for name in ["docs/ci.md", "docs/json.md", "docs/release.md"] {
        for line in blocks(&file(name)) {
            let line = line
                .trim_start()
                .trim_start_matches("- ")
                .trim_start_matches("$ ");
            let line = line.strip_prefix("entry: ").unwrap_or(line);
            if line.starts_with("chub-lint ") && !line.starts_with("chub-lint.") {
                commands += 1;
                if let Err(error) = parse(line) {
                    assert!(!error.use_stderr(), "{name}: {line}\n{error}");
                }
            }
        }
    }
    assert!(commands >= 7, "{commands}");
}

/// Flags that workflows pass to the action.
#[test]
fn every_argument_of_the_docs_is_one() {
    let page = file("docs/ci.md");
    let lines: Vec<_> = page.lines().collect();
    let mut seen = 0;
    for (at, line) in lines.iter().enumerate() {
        let Some(flags) = line.trim().strip_prefix("args: ") else {
            continue;
        };
        let folded = || lines[at + 1..].iter().take_while(|l| l.trim().starts_with("--"));
        let flags = match flags {
            ">-" => folded().map(|line| line.trim()).collect::<Vec<_>>().join(" "),
            flags if flags.starts_with('[') => continue,
            flags => flags.to_owned(),
        };
        let flags = flags
            .replace("${{ matrix.part }}", "1")
            .replace("${{ runner.temp }}", "/tmp");
        parse(&format!("chub-lint check {flags} -- content")).unwrap();
        seen += 1;
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn the_entries_of_the_hooks_are_commands() {
    let hooks = file(".pre-commit-hooks.yaml");
    let entries: Vec<_> = hooks
        .lines()
        .filter_map(|line| line.trim().strip_prefix("entry: "))
        .collect();
    assert_eq!(entries.len(), 2);
    for entry in entries {
        parse(&format!("{entry} a/docs/b/DOC.md")).unwrap();
    }
}

/// Skills in the folders of agents and manifests are files of the hooks, and of the one that `init` writes.
#[test]
fn the_hooks_match_skills_and_manifests() {
    let hooks = file(".pre-commit-hooks.yaml");
    let mut patterns: Vec<String> = hooks
        .lines()
        .filter_map(|line| line.trim().strip_prefix("files: "))
        .map(str::to_owned)
        .collect();
    assert_eq!(patterns.len(), 2);
    let written = file("tests/cli/init-skills.out/.pre-commit-config.yaml");
    let written = written
        .lines()
        .find_map(|line| line.trim().strip_prefix("files: "));
    patterns.push(serde_json::from_str(written.unwrap()).unwrap());
    for pattern in patterns {
        let pattern = regex::Regex::new(&pattern).unwrap();
        for path in [
            "skills/a/SKILL.md",
            ".claude/skills/a/SKILL.md",
            ".agents/skills/a/SKILL.md",
            ".github/skills/a/SKILL.md",
            "plugins/p/skills/a/SKILL.md",
            "plugins/p/.claude-plugin/plugin.json",
            ".claude-plugin/marketplace.json",
        ] {
            assert!(pattern.is_match(path), "{pattern} {path}");
        }
        assert!(!pattern.is_match("package.json"), "{pattern}");
    }
}

#[test]
fn actions_of_others_are_pinned_to_a_commit() {
    let mut uses = 0;
    for text in [
        file("action.yml"),
        file("docs/ci.md"),
        init("workflow.yml"),
        init("bump.yml"),
        file(".github/workflows/release.yml"),
    ] {
        for line in text.lines() {
            let Some(action) = line.trim().trim_start_matches("- ").strip_prefix("uses: ") else {
                continue;
            };
            uses += 1;
            // These names are not valid, so that an example that is copied unchanged runs no code of others.
            if action.starts_with("<OWNER>/chub-lint@<COMMIT> # v") {
                continue;
            }
            let commit = action
                .split_whitespace()
                .next()
                .unwrap()
                .rsplit('@')
                .next()
                .unwrap();
            let hash = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(hash && action.contains(" # v"), "{action}");
        }
    }
    assert!(uses > 8, "{uses}");
}

/// An expression in a script would run code of the one who controls its value.
#[test]
fn no_expression_stands_in_a_script() {
    for text in [
        file("action.yml"),
        file("docs/ci.md"),
        init("workflow.yml"),
        init("bump.yml"),
        file(".github/workflows/release.yml"),
    ] {
        let mut script: Option<usize> = None;
        for line in text.lines() {
            let indent = line.len() - line.trim_start().len();
            let key = line.trim_start().trim_start_matches("- ");
            if script.is_some_and(|of| !line.trim().is_empty() && indent <= of) {
                script = None;
            }
            if key.starts_with("run:") {
                script = Some(indent);
            }
            assert!(script.is_none() || !line.contains("${{"), "{line}");
        }
    }
}

/// The jobs of a workflow.
fn jobs(workflow: &str) -> Vec<String> {
    let (_, jobs) = workflow.split_once("\njobs:\n").unwrap();
    let mut out: Vec<String> = Vec::new();
    for line in jobs.lines() {
        let job = line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
        if job || out.is_empty() {
            out.push(String::new());
        }
        let last = out.last_mut().unwrap();
        last.push_str(line);
        last.push('\n');
    }
    out
}

#[test]
fn workflows_hold_no_more_than_they_need() {
    for workflow in workflows() {
        let (head, _) = workflow.split_once("\njobs:\n").unwrap();
        let least = ["permissions: {}", "permissions:\n  contents: read"];
        assert!(least.iter().any(|least| head.contains(least)), "{head}");
        assert!(!head.contains(": write"), "{head}");
        let on = head.split("\npermissions").next().unwrap();
        for event in ["pull_request_target", "workflow_run", "issue_comment"] {
            assert!(!on.contains(event), "{on}");
        }
        assert!(!workflow.contains("secrets."), "{workflow}");
        let checkouts = workflow.matches("uses: actions/checkout@").count();
        let forgotten = workflow.matches("persist-credentials: false").count();
        assert_eq!(checkouts, forgotten, "{workflow}");
    }
}

/// A job that can sign with the identity of the project may run no compiler and no dependency.
#[test]
fn a_job_that_may_sign_runs_no_code_of_others() {
    let mut signing = 0;
    for job in workflows().iter().flat_map(|workflow| jobs(workflow)) {
        // What `propose` pushes is reviewed before it is merged, and nothing is released from it.
        let is_proposing = job.contains("pull-requests: write") && job.contains("chub-lint propose ");
        if !job.contains("id-token: write") && (!job.contains("contents: write") || is_proposing) {
            continue;
        }
        signing += 1;
        assert!(job.contains("\n    environment: release\n"), "{job}");
        for tool in [
            "checkout@",
            "cargo",
            "pip",
            "npm ",
            "node ",
            "maturin",
            "apt-get",
            "rustup",
        ] {
            assert!(!job.contains(tool), "{tool}: {job}");
        }
    }
    assert_eq!(signing, 1);
}

#[test]
fn caches_lie_outside_of_the_checkout() {
    for workflow in workflows() {
        for line in workflow.lines().map(str::trim) {
            if line.starts_with("CHUB_LINT_CACHE_DIR:")
                || line.ends_with("-cache") && line.starts_with("path:")
            {
                assert!(line.contains("${{ runner.temp }}/"), "{line}");
            }
        }
    }
}

/// The block of a page after a marker.
fn marked(page: &str, mark: &str) -> String {
    let (_, rest) = page.split_once(&format!("<!-- {mark} -->\n```yaml\n")).unwrap();
    rest.split_once("```\n").unwrap().0.to_owned()
}

#[test]
fn init_writes_what_the_docs_show() {
    let page = file("docs/ci.md");
    assert_eq!(init("workflow.yml"), marked(&page, "workflow: init"));
    assert_eq!(init("bump.yml"), marked(&page, "workflow: bump"));
    assert_eq!(init("bump.gitlab-ci.yml"), marked(&page, "gitlab: bump"));
    assert_eq!(init("pre-commit.yaml"), marked(&page, "pre-commit"));
}

/// The token that can push is in the environment of one step only, which runs nothing but `gh`, `git` and chub-lint.
#[test]
fn only_the_step_that_proposes_has_the_token() {
    let workflow = init("bump.yml");
    let steps: Vec<&str> = workflow.split("\n      - ").collect();
    let with_token: Vec<&&str> = steps
        .iter()
        .filter(|step| step.contains("github.token"))
        .collect();
    let [step] = with_token.as_slice() else {
        panic!("{workflow}")
    };
    assert!(!step.contains("cargo"), "{step}");
    assert!(
        step.ends_with("gh auth setup-git\n          chub-lint propose -- \"$CONTENT\"\n"),
        "{step}"
    );
}
