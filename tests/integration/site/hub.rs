//! A hub for the tests of the site: entries in every state, and some that attack its pages.

use crate::support::program::{Ran, Scene};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

/// How many hostile entries there are.
pub const HOSTILE: usize = 3;

/// A document that attacks the page it is shown on: elements, handlers, styles, ends of elements, links and invisible text.
const ATTACK: &str = r#"# <script>window.pwned = 1</script>

<img src="x" onerror="window.pwned = 2"><svg onload="window.pwned = 3"></svg>
<style>body { display: none }</style><meta http-equiv="refresh" content="0; url=https://evil.example/">
</div></main></body></html><script>window.pwned = 4</script>
<a href="javascript:window.pwned = 5" target="_blank">click</a> [link](javascript:window.pwned=6) <https://evil.example/>
<iframe src="https://evil.example/"></iframe><base href="https://evil.example/"><link rel="stylesheet" href="//evil.example/x.css">
&lt;script&gt; --> <!-- ]]> {{7*7}} ${7*7} `code` "quotes" 'single'

[broken](references/none.md)

```json
{"</script><script>window.pwned = 7</script>": 1,}
```

```js
const x = ;
```
"#;

/// A hub with `entries` plain entries and the hostile ones, a lock file that knows their packages, and a history.
pub fn scene(entries: usize) -> Scene {
    let scene = Scene::new(&[]);
    let mut lock = Vec::new();
    for at in 0..entries {
        let author = ["acme", "globex", "initech"][at % 3];
        let declared = ["1.0.0", "2.0.0", "3.1.0", "9.9.9"][at % 4];
        let package = format!("npm:widget-{at}");
        write_entry(
            &scene,
            &format!("{author}/docs/entry-{at}"),
            &format!("entry {at}"),
            &package,
            declared,
            "# Entry\n\nText.\n",
        );
        let day = at % 27 + 1;
        lock.push(format!(
            r#""{package}": {{"newest":"3.1.0","date":"2026-05-{day:02}","complete":true,"versions":[["1.0.0","20{:02}-01-{day:02}"],["2.0.0","2025-06-{day:02}"],["3.1.0","2026-05-{day:02}"]]}}"#,
            10 + at % 14,
        ));
    }
    let long = "w".repeat(180);
    let names = [
        ("evil/docs/a'b&c", "<script>window.pwned = 8</script>"),
        (
            long.as_str(),
            "\u{202e}\u{202d}\u{200b} mixed \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{4f60}\u{597d} \u{1f469}\u{200d}\u{1f4bb}",
        ),
        (
            "zalgo/docs/z\u{310}\u{303}\u{334}\u{35f}",
            "</title></head><body onload=alert(1)>",
        ),
    ];
    for (at, (folder, name)) in names.into_iter().enumerate() {
        let folder = match folder.contains('/') {
            true => folder.to_owned(),
            false => format!("huge/docs/{folder}/{folder}"),
        };
        let body = format!("{ATTACK}\n{}\n", "x".repeat(9_000));
        let package = format!("npm:missing-{at}");
        write_entry(
            &scene,
            &folder,
            name,
            &package,
            "1.0.0\\\"><script>window.pwned = 9</script>",
            &body,
        );
        lock.push(format!("\"{package}\": null"));
    }
    let lock = format!(
        "{{\n\"schema\": 1,\n\"packages\": {{\n{}\n}}\n}}\n",
        lock.join(",\n")
    );
    fs::write(scene.path("lock.json"), lock).unwrap();
    scene
}

fn write_entry(scene: &Scene, folder: &str, name: &str, package: &str, version: &str, body: &str) {
    let folder = scene.path(&format!("content/{folder}"));
    fs::create_dir_all(&folder).unwrap();
    let mut text = String::new();
    write!(
        text,
        "---\nname: {}\ndescription: \"How to do <b>{}</b> with it from programs\"\nmetadata:\n  languages: \"javascript\"\n  versions: \"{version}\"\n  \
         package: {package}\n  revision: 1\n  updated-on: \"2026-02-01\"\n  source: community\n  tags: \"kit\"\n---\n\n{body}",
        serde_json::to_string(name).unwrap(),
        name.replace(['\\', '"'], "")
    )
    .unwrap();
    fs::write(folder.join("DOC.md"), text).unwrap();
}

/// Run the program, dated 2026-06-01.
pub fn run(scene: &Scene, args: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_chub-lint"))
        .args(args)
        .current_dir(scene.path(""))
        .env("CHUB_LINT_OFFLINE", "1")
        .env("CHUB_LINT_CACHE_DIR", scene.path("cache-of-the-test"))
        .env("CHUB_DIR", scene.path("client"))
        .env("SOURCE_DATE_EPOCH", "1780272000")
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The files of a site, by path.
pub fn site_files(site: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for folder in ["", "assets", "entries"] {
        for entry in fs::read_dir(site.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path
                    .strip_prefix(site)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                files.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    files
}
