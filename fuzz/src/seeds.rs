//! Seeds: the fixtures and the examples on the rule pages.

use chub_lint::lang::LANGUAGES;
use std::fs;
use std::path::{Path, PathBuf};

/// The seeds of a target.
#[must_use]
pub fn of(target: &str) -> Vec<Vec<u8>> {
    // The smoke test of the crate is built from its root.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here
        .ancestors()
        .find(|folder| folder.join("rules").is_dir())
        .unwrap_or(here);
    match target {
        "languages" => languages(&root.join("fixtures/languages")),
        "shell" => SHELL
            .iter()
            .map(|text| text.as_bytes().to_vec())
            .chain(blocks(root))
            .collect(),
        "versions" => VERSIONS.iter().map(|text| text.as_bytes().to_vec()).collect(),
        "replies" => REPLIES.iter().map(|text| text.as_bytes().to_vec()).collect(),
        "safety" => files(&root.join("tests/safety"))
            .iter()
            .filter_map(|file| fs::read(file).ok())
            .chain(documents(root))
            .collect(),
        _ => documents(root),
    }
}

/// The examples of each language, after the byte that selects the language.
fn languages(folder: &Path) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (at, language) in LANGUAGES.iter().enumerate() {
        for file in files(&folder.join(language.id)) {
            let mut seed = vec![u8::try_from(at).unwrap_or(0)];
            seed.extend(fs::read(file).unwrap_or_default());
            seeds.push(seed);
        }
    }
    seeds
}

/// Documents of the fixtures, and the examples of the rule pages.
fn documents(root: &Path) -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = files(&root.join("fixtures/hub"))
        .iter()
        .filter_map(|file| fs::read(file).ok())
        .collect();
    for page in files(&root.join("rules")) {
        let text = fs::read_to_string(page).unwrap_or_default();
        let mut inside: Option<String> = None;
        for line in text.split_inclusive('\n') {
            match &mut inside {
                None if line.starts_with("````") => inside = Some(String::new()),
                None => {}
                Some(example) if line.starts_with("````") => {
                    seeds.push(std::mem::take(example).into_bytes());
                    inside = None;
                }
                Some(example) => example.push_str(line),
            }
        }
    }
    seeds
}

/// The code of the fixtures' blocks.
fn blocks(root: &Path) -> Vec<Vec<u8>> {
    files(&root.join("fixtures/languages/bash"))
        .into_iter()
        .chain(files(&root.join("fixtures/languages/console")))
        .filter_map(|file| fs::read(file).ok())
        .collect()
}

/// Every file below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push(path);
        }
    }
    out.sort();
    out
}

const SHELL: &[&str] = &[
    "pip install \"widget[fast]==1.2.3\" 'gadget>=2,<3'\n",
    "$ npm i -D @acme/kit@^1.2.3 other@npm:real@2.0.0 --registry https://e.org\nadded 3 packages\n",
    "uv add widget --index https://e.org && poetry add gadget@latest; pdm add x\n",
    "python -m pip install -r requirements.txt -e . widget==$VERSION\n",
    "FOO=1 sudo env A=b yarn workspace web add kit@1.0.0 # never use\n",
    "cat <<EOF | tee x\nnpm i a\nEOF\nif true; then pnpm dlx kit; fi\n",
    "PS C:\\> npm install kit\n(venv) $ pip install kit ^\n  more\n",
    "[project]\ndependencies = [\"a>=1.0\", 'b[x]==2']\n[tool.poetry.dependencies]\nd = { version = \"^4.1\" }\n",
    "{ \"dependencies\": { \"a\": \"^1.0.0\", \"x\": \"npm:real@3.0.0\" } }\n",
    "a==1.0  # why\n-r base.txt\nb[x]>=2 ; python_version > '3'\n",
    "import a, {\n  b,\n} from 'a/sub';\nconst d = require(\"d\");\nexport * from '@s/j';\n",
    "import a.b as c\nfrom e.f import (\n    g,\n)\n",
];

const VERSIONS: &[&str] = &[
    "1.2.3",
    "2!1.0.post1.dev2+local.7",
    "1.0.0-rc.1+build.5",
    "v1.2",
    "1.x",
    ">=1.2,<2",
    "^1.2.3 || ~2.0",
    "latest",
    "1.2.3, 2.0.0",
    "1.0a1",
    "00.1",
    "999999999999999999999.1",
    "1.2.3 - 2.3.4",
    "~=1.4.2",
    "!=1.5.*",
    "",
    "*",
    "2024.10.1",
];

const REPLIES: &[&str] = &[
    "\0{\"meta\":{\"api-version\":\"1.1\"},\"versions\":[\"1.0\"],\"files\":[{\"filename\":\"widget-1.0.tar.gz\",\
     \"yanked\":\"why\",\"upload-time\":\"2024-01-02T03:04:05Z\"}]}",
    "\0<!DOCTYPE html><a href=\"../../w/widget-1.0-py3-none-any.whl#sha256=0\" data-yanked=\"x &amp; y\">widget-1.0-py3-none-any.whl</a>",
    "\0<a href=widget-2.0.zip data-yanked>widget-2.0.zip<a href='widget-1!3.tar.gz'>&#x41;&bogus;",
    "\u{1}{\"name\":\"widget\",\"dist-tags\":{\"latest\":\"2.0.0\",\"next\":\"3.0.0-a\"},\"versions\":{\"2.0.0\":\
     {\"deprecated\":\"no\"},\"1.0.0\":{\"deprecated\":false}},\"time\":{\"2.0.0\":\"2024-01-02T03:04:05.000Z\"}}",
    "\u{1}{\"name\":\"widget\",\"time\":{\"created\":\"2020-01-01T00:00:00Z\",\"unpublished\":{\"versions\":[]}}}",
];
