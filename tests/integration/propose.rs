//! `propose` against a bare repository on the disk, with a stand-in for `gh` and `glab` that records what it is asked.

use crate::support;
use crate::verdict::{ENTRIES, World};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Answers from files of its folder, and writes down each call: the arguments, and what it reads.
const STAND_IN: &str = r#"#!/bin/sh
folder=$(dirname "$0")
name=$(basename "$0")
{
  printf '%s' "$name"
  for word in "$@"; do printf ' [%s]' "$word"; done
  printf '\n'
} >> "$folder/calls"
case "$name $*" in
  "gh "*"--body-file -"*) cat > "$folder/body" ;;
esac
case "$name $*" in
  "gh pr list --state open "*) answer=open ;;
  "gh pr list --state closed "*) answer=closed ;;
  "gh label list "*) answer=labels ;;
  "gh issue list "*) answer=issues ;;
  *"merge_requests?state=opened"*) answer=open ;;
  *"merge_requests?state=closed"*) answer=closed ;;
  *"labels?"*) answer=labels ;;
  *"issues?"*) answer=issues ;;
  *) exit 0 ;;
esac
cat "$folder/$answer.json" 2>/dev/null || echo '[]'
"#;

const BRANCH: &str = "chub-lint/bump/pypi-demo";

/// A hub in a repository, its bare remote, and the stand-ins.
struct Scene {
    world: World,
    remote: TempDir,
    tools: TempDir,
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=A Person", "-c", "user.email=person@example.com"])
        .args(["-c", "init.defaultBranch=main"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

impl Scene {
    fn new() -> Self {
        Self::with(World::new())
    }

    fn with(world: World) -> Self {
        let (remote, tools) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in ["gh", "glab"] {
            let path = tools.path().join(name);
            fs::write(&path, STAND_IN).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        git(remote.path(), &["init", "-q", "--bare"]);
        let scene = Self { world, remote, tools };
        let folder = scene.folder();
        git(&folder, &["init", "-q"]);
        fs::write(folder.join(".gitignore"), "cache/\n").unwrap();
        git(&folder, &["add", "."]);
        git(&folder, &["commit", "-qm", "first"]);
        git(
            &folder,
            &["remote", "add", "origin", scene.remote.path().to_str().unwrap()],
        );
        git(&folder, &["push", "-q", "origin", "main"]);
        scene
    }

    fn folder(&self) -> PathBuf {
        self.world.folder.path().to_path_buf()
    }

    fn answer(&self, name: &str, rows: &Value) {
        fs::write(self.tools.path().join(format!("{name}.json")), rows.to_string()).unwrap();
    }

    fn output(&self, args: &[&str]) -> Output {
        let path = std::env::var_os("PATH").unwrap();
        let mut folders = vec![self.tools.path().to_path_buf()];
        folders.extend(std::env::split_paths(&path));
        support::program(&self.folder())
            .args(["propose", "content"])
            .args(if args.contains(&"--date") {
                &[][..]
            } else {
                &["--date", "2026-06-15"]
            })
            .args(args)
            .args(["--pypi-index", &self.world.server.url("/simple/")])
            .env("CHUB_LINT_CACHE_DIR", self.tools.path().join("cache"))
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap()
    }

    /// What a run says, and what it asked of the forge.
    #[track_caller]
    fn run(&self, args: &[&str]) -> (String, Vec<String>) {
        let calls = self.tools.path().join("calls");
        let _ = fs::remove_file(&calls);
        let output = self.output(args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{error}");
        let calls = fs::read_to_string(calls).unwrap_or_default();
        (
            String::from_utf8(output.stdout).unwrap(),
            calls.lines().map(str::to_owned).collect(),
        )
    }

    fn body(&self) -> String {
        fs::read_to_string(self.tools.path().join("body")).unwrap()
    }

    fn tip(&self, branch: &str) -> String {
        git(self.remote.path(), &["rev-parse", branch]).trim().to_owned()
    }

    fn branches(&self) -> Vec<String> {
        let listed = git(self.remote.path(), &["branch", "--format=%(refname:short)"]);
        listed.lines().map(str::to_owned).collect()
    }

    /// The pull request that was opened is listed from now on.
    fn is_open(&self) {
        let row = json!({ "number": 7, "headRefName": BRANCH, "isCrossRepository": false, "body": "x" });
        self.answer("open", &json!([row]));
    }

    /// Somebody commits to a branch of the remote.
    fn somebody_pushes(&self, branch: &str, change: &str, file: &str) {
        let clone = tempfile::tempdir().unwrap();
        git(
            clone.path(),
            &[
                "clone",
                "-q",
                "-b",
                branch,
                self.remote.path().to_str().unwrap(),
                ".",
            ],
        );
        let path = clone.path().join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&path, text + change).unwrap();
        git(clone.path(), &["add", "."]);
        git(clone.path(), &["commit", "-qm", "a change of a person"]);
        git(clone.path(), &["push", "-q", "origin", branch]);
    }
}

const SAFE: &str = "content/acme/docs/safe/DOC.md";

#[test]
fn a_pull_request_is_opened_with_the_evidence_and_then_left_alone() {
    let scene = Scene::new();
    let before = git(&scene.folder(), &["status", "--porcelain"]);
    let (said, calls) = scene.run(&[]);
    assert_eq!(
        said,
        "opened: Raise 1 entry of pypi:demo to 2.0 (chub-lint/bump/pypi-demo)\nopened: issue: Entries that a newer release breaks\n"
    );
    let create = "gh [pr] [create] [--head] [chub-lint/bump/pypi-demo] [--base] [main] [--title] [Raise 1 entry of pypi:demo \
                  to 2.0] [--body-file] [-]";
    assert!(calls.contains(&create.to_owned()), "{calls:?}");
    // The work tree and the branch that is checked out are as before; the remote has one commit more.
    assert_eq!(git(&scene.folder(), &["status", "--porcelain"]), before);
    assert_eq!(
        git(&scene.folder(), &["branch", "--format=%(refname:short)"]),
        "main\n"
    );
    let range = format!("main..{BRANCH}");
    let log = git(
        scene.remote.path(),
        &["log", "--format=%an %s", "--name-only", &range],
    );
    assert_eq!(
        log,
        format!("chub-lint Raise 1 entry of pypi:demo to 2.0\n\n{SAFE}\n")
    );
    let text = git(scene.remote.path(), &["show", &format!("{BRANCH}:{SAFE}")]);
    assert!(
        text.contains("versions: \"2.0\"") && text.contains("demo==2.0\n"),
        "{text}"
    );
    // The next run has nothing to do, also on another day.
    scene.is_open();
    let tip = scene.tip(BRANCH);
    let (said, calls) = scene.run(&["--date", "2026-07-01"]);
    assert!(said.starts_with("up to date: #7: Raise 1 entry"), "{said}");
    assert!(
        !calls
            .iter()
            .any(|call| call.contains("[pr] [edit]") || call.contains("[pr] [create]")),
        "{calls:?}"
    );
    assert_eq!(scene.tip(BRANCH), tip);
}

#[test]
fn a_change_on_the_base_makes_the_branch_again() {
    let scene = Scene::new();
    scene.run(&[]);
    scene.is_open();
    let tip = scene.tip(BRANCH);
    // A change of another file does not.
    scene.somebody_pushes("main", "\nMore.\n", "content/acme/docs/current/DOC.md");
    git(&scene.folder(), &["pull", "-q", "origin", "main"]);
    assert!(scene.run(&[]).0.starts_with("up to date: #7"));
    assert_eq!(scene.tip(BRANCH), tip);
    // The line that the branch changed is another one now: they are in conflict.
    let path = scene.world.file("safe");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("revision: 1", "revision: 5");
    fs::write(&path, text).unwrap();
    git(&scene.folder(), &["commit", "-qam", "another revision"]);
    git(&scene.folder(), &["push", "-q", "origin", "main"]);
    let (said, calls) = scene.run(&[]);
    assert!(said.starts_with("updated: #7: Raise 1 entry"), "{said}");
    assert!(
        calls
            .iter()
            .any(|call| call.starts_with("gh [pr] [edit] [7] [--title]")),
        "{calls:?}"
    );
    assert_ne!(scene.tip(BRANCH), tip);
    let text = git(scene.remote.path(), &["show", &format!("{BRANCH}:{SAFE}")]);
    assert!(text.contains("revision: 6"), "{text}");
    assert_eq!(
        git(
            scene.remote.path(),
            &["rev-list", "--count", &format!("main..{BRANCH}")]
        ),
        "1\n"
    );
}

#[test]
fn commits_of_people_are_never_overwritten() {
    let scene = Scene::new();
    scene.run(&[]);
    scene.is_open();
    scene.somebody_pushes(BRANCH, "\nA better text.\n", SAFE);
    let tip = scene.tip(BRANCH);
    let path = scene.world.file("safe");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("revision: 1", "revision: 5");
    fs::write(&path, text).unwrap();
    git(&scene.folder(), &["commit", "-qam", "another revision"]);
    let (said, calls) = scene.run(&[]);
    assert!(
        said.starts_with("skipped: #7: others pushed to chub-lint/bump/pypi-demo\n"),
        "{said}"
    );
    assert!(
        !calls
            .iter()
            .any(|call| call.contains("[edit]") && call.contains("[pr]")),
        "{calls:?}"
    );
    assert_eq!(scene.tip(BRANCH), tip);
    // Also a commit of chub-lint that a person changed, and a branch without a pull request.
    let clone = tempfile::tempdir().unwrap();
    git(
        clone.path(),
        &[
            "clone",
            "-q",
            "-b",
            BRANCH,
            scene.remote.path().to_str().unwrap(),
            ".",
        ],
    );
    git(clone.path(), &["reset", "-q", "--hard", "HEAD~1"]);
    fs::write(clone.path().join("notes.md"), "x").unwrap();
    git(clone.path(), &["add", "."]);
    git(clone.path(), &["commit", "-q", "--amend", "--no-edit"]);
    git(clone.path(), &["push", "-qf", "origin", BRANCH]);
    let tip = scene.tip(BRANCH);
    scene.answer("open", &json!([]));
    assert!(scene.run(&[]).0.starts_with("skipped: Raise 1 entry"));
    assert_eq!(scene.tip(BRANCH), tip);
}

#[test]
fn a_pull_request_of_a_fork_is_somebody_elses() {
    let scene = Scene::new();
    let row = json!({ "number": 7, "headRefName": BRANCH, "isCrossRepository": true, "body": "x" });
    scene.answer("open", &json!([row]));
    let (said, calls) = scene.run(&[]);
    assert!(said.starts_with("opened: Raise"), "{said}");
    assert!(!calls.iter().any(|call| call.contains("[edit]")), "{calls:?}");
}

#[test]
fn a_pull_request_that_was_closed_is_not_opened_again() {
    let scene = Scene::new();
    scene.run(&[]);
    let body = fs::read_to_string(scene.tools.path().join("calls")).unwrap();
    assert!(body.contains("[pr] [create]"));
    // The body that is on the disk is that of the issue, which comes last: ask for the pull request alone.
    scene
        .world
        .config("[bump]\nignore-paths = [\"acme/docs/breaks\"]\n");
    git(scene.remote.path(), &["branch", "-D", BRANCH]);
    scene.run(&[]);
    let closed = |merged: Value| json!([{ "number": 4, "headRefName": BRANCH, "isCrossRepository": false, "body": scene.body(), "mergedAt": merged }]);
    git(scene.remote.path(), &["branch", "-D", BRANCH]);
    scene.answer("closed", &closed(Value::Null));
    let (said, _) = scene.run(&[]);
    assert_eq!(
        said,
        "declined: Raise 1 entry of pypi:demo to 2.0: #4 was closed\n"
    );
    assert_eq!(scene.branches(), ["main"]);
    scene.answer("closed", &closed(json!("2026-06-01T00:00:00Z")));
    assert!(scene.run(&[]).0.starts_with("opened: "));
}

#[test]
fn with_nothing_to_raise_nothing_is_pushed() {
    let scene = Scene::with(World::with(&[ENTRIES[1], ENTRIES[2]]));
    let (said, calls) = scene.run(&[]);
    assert_eq!(said, "nothing to raise\n");
    assert!(calls.iter().all(|call| call.contains("[list]")), "{calls:?}");
    assert_eq!(scene.branches(), ["main"]);
    scene.is_open();
    let (said, _) = scene.run(&[]);
    assert_eq!(
        said,
        "nothing left to raise: #7 (chub-lint/bump/pypi-demo): close it\nnothing to raise\n"
    );
}

#[test]
fn a_dry_run_pushes_nothing() {
    let scene = Scene::new();
    let (said, calls) = scene.run(&["--dry-run"]);
    assert!(said.starts_with("would be opened: Raise 1 entry"), "{said}");
    assert!(calls.iter().all(|call| call.contains("[list]")), "{calls:?}");
    assert_eq!(scene.branches(), ["main"]);
}

#[test]
fn groups_limits_and_labels_come_from_the_config() {
    let safe = ENTRIES[4].2;
    let world = World::with(&[("safe", "1.0", safe)]);
    let other = world.folder.path().join("content/zeta/docs/safe/DOC.md");
    fs::create_dir_all(other.parent().unwrap()).unwrap();
    fs::copy(world.file("safe"), &other).unwrap();
    world.config("[bump]\ngroup = \"author\"\nlimit = 1\nlabels = [\"docs\", \"no such label\"]\n");
    let scene = Scene::with(world);
    scene.answer("labels", &json!([{ "name": "docs" }, { "name": "bug" }]));
    let (said, calls) = scene.run(&[]);
    assert_eq!(
        said,
        "opened: Raise 1 entry of acme (chub-lint/bump/acme)\ndeferred: Raise 1 entry of zeta: 1 pull requests are open\n"
    );
    let create = calls.iter().find(|call| call.contains("[create]")).unwrap();
    assert!(create.ends_with("[--label] [docs]"), "{create}");
    assert_eq!(scene.branches(), ["chub-lint/bump/acme", "main"]);
    let (said, _) = scene.run(&["--group", "package", "--dry-run"]);
    assert_eq!(
        said,
        "would be opened: Raise 2 entries of pypi:demo to 2.0 (chub-lint/bump/pypi-demo)\n"
    );
}

#[test]
fn one_issue_says_what_breaks_and_where() {
    let scene = Scene::new();
    scene.run(&[]);
    let body = scene.body();
    assert!(
        body.contains("| `breaks: 1 of 5 decided symbols is gone, at lines 24 and 26` |"),
        "{body}"
    );
    let issue = |title: &str, body: &str| json!([{ "number": 3, "title": title, "body": body }]);
    let title = "Entries that a newer release breaks";
    scene.answer("issues", &issue(title, &body.replace('\n', "\r\n")));
    let (said, calls) = scene.run(&[]);
    assert!(
        said.ends_with("up to date: issue #3: Entries that a newer release breaks\n"),
        "{said}"
    );
    assert!(
        !calls.iter().any(|call| call.contains("[issue] [edit]")),
        "{calls:?}"
    );
    scene.answer("issues", &issue(title, &body.replace("24", "9")));
    let (_, calls) = scene.run(&[]);
    assert!(
        calls.iter().any(|call| call.starts_with("gh [issue] [edit] [3]")),
        "{calls:?}"
    );
    // An issue of a person with the same title is not touched.
    scene.answer("issues", &issue(title, "What about these?"));
    let (_, calls) = scene.run(&[]);
    assert!(
        calls.iter().any(|call| call.starts_with("gh [issue] [create]")),
        "{calls:?}"
    );
    // Nothing breaks any more.
    scene.answer("issues", &issue(title, &body));
    fs::remove_dir_all(scene.world.file("breaks").parent().unwrap()).unwrap();
    let (said, _) = scene.run(&[]);
    assert!(
        said.ends_with("updated: issue #3: Entries that a newer release breaks\n"),
        "{said}"
    );
    assert!(scene.body().starts_with("No entry uses what"), "{}", scene.body());
}

#[test]
fn gitlab_gets_the_same_through_its_api() {
    let scene = Scene::new();
    scene.world.config("[bump]\nlabels = [\"docs\"]\n");
    scene.answer("labels", &json!([{ "name": "docs" }]));
    let (said, _) = scene.run(&["--forge", "gitlab"]);
    assert!(said.starts_with("opened: Raise 1 entry"), "{said}");
    let calls = fs::read_to_string(scene.tools.path().join("calls")).unwrap();
    for part in [
        "glab [api] [--paginate] [projects/:id/merge_requests?state=opened&per_page=100]\n",
        "glab [api] [--method] [POST] [projects/:id/merge_requests] [--raw-field] [source_branch=chub-lint/bump/pypi-demo] \
         [--raw-field] [target_branch=main] [--raw-field] [title=Raise 1 entry of pypi:demo to 2.0] [--raw-field] \
         [description=| Entry |",
        "[--raw-field] [labels=docs]\n",
        "glab [api] [--method] [POST] [projects/:id/issues] [--raw-field] [title=Entries that a newer release breaks]",
    ] {
        assert!(calls.contains(part), "{part}\n{calls}");
    }
    let row = |source: u64| {
        json!([{ "iid": 5, "source_branch": BRANCH, "description": null, "source_project_id": source,
            "target_project_id": 1, "merged_at": null }])
    };
    scene.answer("open", &row(1));
    assert!(scene.run(&["--forge", "gitlab"]).0.starts_with("up to date: #5"));
    // That of a fork is another one. Pages come one after another.
    scene.answer("open", &row(2));
    fs::write(
        scene.tools.path().join("labels.json"),
        "[{\"name\": \"x\"}]\n[{\"name\": \"docs\"}]",
    )
    .unwrap();
    let (said, calls) = scene.run(&["--forge", "gitlab"]);
    assert!(said.starts_with("opened: "), "{said}");
    assert!(
        calls.iter().any(|call| call.ends_with("[labels=docs]")),
        "{calls:?}"
    );
}

#[test]
fn names_are_never_options_commands_or_markup() {
    let name = "-x\n::error::@team fixes #1 `$(touch pwned)` <img>";
    let safe = ENTRIES[4].2;
    let world = World::with(&[]);
    let file = world
        .folder
        .path()
        .join("content")
        .join(name)
        .join("docs/safe/DOC.md");
    let template = World::with(&[("safe", "1.0", safe)]);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::copy(template.file("safe"), &file).unwrap();
    let scene = Scene::with(world);
    let (said, calls) = scene.run(&["--group", "author"]);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.starts_with("opened: Raise 1 entry of -x-::error::team fixes -1"),
        "{said}"
    );
    assert!(!calls.iter().any(|call| call.contains("@team")), "{calls:?}");
    let body = scene.body();
    for event in pulldown_cmark::Parser::new_ext(&body, pulldown_cmark::Options::all()) {
        use pulldown_cmark::{Event, Tag};
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::InlineHtml(_) => panic!("{body}"),
            Event::Html(html) => assert!(html.starts_with("<!-- chub-lint: "), "{html}"),
            Event::Text(text) => assert!(!text.contains('@'), "{text}"),
            _ => {}
        }
    }
    let branches = scene.branches();
    assert_eq!(branches.len(), 2, "{branches:?}");
    let log = git(scene.remote.path(), &["log", "-1", "--format=%B", &branches[0]]);
    assert!(!log.contains(['@', '#', '`']), "{log}");
    assert!(!scene.folder().join("pwned").exists());
}

#[test]
fn errors_say_what_to_do() {
    let scene = Scene::new();
    let fails = |args: &[&str], part: &str| {
        let output = scene.output(args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(part), "{error}");
    };
    fails(&["--remote=-x"], "write the name of a remote");
    fails(
        &["--remote", "nowhere"],
        "`git ls-remote` failed: 'nowhere' does not appear to be a git repository",
    );
    let path = scene.world.file("safe");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.clone() + "\nMore.\n").unwrap();
    fails(
        &[],
        "error: `content/acme/docs/safe/DOC.md` differs from HEAD; commit or restore it first\n",
    );
    fs::write(&path, text).unwrap();
    fs::write(scene.tools.path().join("open.json"), "not JSON").unwrap();
    fails(&[], "`gh pr list`: an answer that is not understood");
    fs::write(
        scene.tools.path().join("gh"),
        "#!/bin/sh\necho 'HTTP 401 at https://u:secret@h/' >&2\nexit 4\n",
    )
    .unwrap();
    fails(&[], "`gh pr list` failed: HTTP 401 at https://h/\n");
    git(&scene.folder(), &["checkout", "-q", "--detach"]);
    fails(&[], "name the branch that changes are for with `--base BRANCH`");
}

#[test]
fn attributes_hooks_and_settings_of_the_checkout_have_no_effect() {
    let scene = Scene::new();
    let folder = scene.folder();
    fs::write(folder.join(".gitattributes"), "* filter=evil text eol=crlf\n").unwrap();
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-qm", "attributes"]);
    let mark = folder.join("cache-mark");
    let command = format!("touch {}; cat", mark.display());
    git(&folder, &["config", "filter.evil.clean", &command]);
    for hook in ["pre-push", "post-index-change", "reference-transaction"] {
        let path = folder.join(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\ntouch {}\n", mark.display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    scene.run(&[]);
    assert!(!mark.exists());
    let text = git(scene.remote.path(), &["show", &format!("{BRANCH}:{SAFE}")]);
    assert!(!text.contains('\r'), "{text}");
}
