//! Dependency tables: `pyproject.toml`, `package.json`, `requirements.txt`.

use super::options::REGISTRY_OPTIONS;
use super::requirement::{self, PackageRequirement};
use crate::package::{Ecosystem, Package};
use jsonc_parser::ast::{ObjectProp, Value as Json};
use jsonc_parser::{CollectOptions, ParseOptions};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The longest table that is read.
const MAX_LEN: usize = 64 * 1024;
/// Tables of `package.json` that name packages of the registry.
const NPM_TABLES: [&str; 4] = [
    "dependencies",
    "devDependencies",
    "peerDependencies",
    "optionalDependencies",
];

/// The packages of the dependency tables in a TOML text.
#[must_use]
pub fn toml(text: &str) -> Vec<PackageRequirement> {
    let mut out = Vec::new();
    if text.len() > MAX_LEN
        || !text.contains("dependencies") && !text.contains("requires") && !text.contains("packages")
    {
        return out;
    }
    let (root, _) = DeTable::parse_recoverable(text);
    let root = root.get_ref();
    if let Some(project) = table(root, "project") {
        list(project, "dependencies", &mut out);
        each(project, "optional-dependencies", &mut out);
    }
    each(root, "dependency-groups", &mut out);
    if let Some(system) = table(root, "build-system") {
        list(system, "requires", &mut out);
    }
    for name in ["packages", "dev-packages"] {
        if let Some(rows) = table(root, name) {
            keyed(rows, &mut out);
        }
    }
    if let Some(poetry) = table(root, "tool").and_then(|tool| table(tool, "poetry")) {
        for name in ["dependencies", "dev-dependencies"] {
            if let Some(rows) = table(poetry, name) {
                keyed(rows, &mut out);
            }
        }
        for (_, group) in table(poetry, "group").into_iter().flatten() {
            if let Some(rows) = group
                .get_ref()
                .as_table()
                .and_then(|group| table(group, "dependencies"))
            {
                keyed(rows, &mut out);
            }
        }
    }
    out.sort_by_key(|requirement| requirement.name.start);
    without_others(root, out)
}

/// The packages of inline script metadata (PEP 723): TOML in comments of a Python script.
#[must_use]
pub fn script(text: &str) -> Vec<PackageRequirement> {
    let mut out = Vec::new();
    let Some((at, comments)) = script_metadata(text).filter(|(_, it)| it.len() <= MAX_LEN) else {
        return out;
    };
    // Each `#` becomes a blank, so that places stay.
    let toml: String = comments
        .split_inclusive('\n')
        .map(|line| format!(" {}", line.strip_prefix('#').unwrap_or_default()))
        .collect();
    let (root, _) = DeTable::parse_recoverable(&toml);
    let root = root.get_ref();
    list(root, "dependencies", &mut out);
    let found = without_others(root, out).into_iter();
    found.map(|requirement| requirement.shifted(at)).collect()
}

/// The comments between `# /// script` and `# ///`, and where they begin. Every line is a comment.
fn script_metadata(text: &str) -> Option<(usize, &str)> {
    const OPEN: &str = "# /// script";
    let mut opens = memchr::memmem::find_iter(text.as_bytes(), OPEN);
    let open = opens.find(|at| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(at + OPEN.len()..).unwrap_or_default();
        (before.is_empty() || before.ends_with('\n'))
            && after.trim_start_matches([' ', '\r']).starts_with('\n')
    })?;
    let start = open + text.get(open..)?.find('\n')? + 1;
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n') {
        if line.trim_end() == "# ///" {
            return Some((start, text.get(start..at)?));
        }
        if !line.starts_with('#') {
            return None;
        }
        at += line.len();
    }
    None
}

/// Leave out packages that the usual registry does not serve: those with an explicit source, the project itself,
/// and all of them when another index comes first.
fn without_others(root: &DeTable<'_>, mut found: Vec<PackageRequirement>) -> Vec<PackageRequirement> {
    let tool = table(root, "tool");
    let uv = tool.and_then(|tool| table(tool, "uv"));
    let poetry = tool.and_then(|tool| table(tool, "poetry"));
    let pdm = tool.and_then(|tool| table(tool, "pdm"));
    let is_other = |key: &str, within: Option<&DeTable<'_>>| {
        let rows = within.and_then(|it| it.get(key)?.get_ref().as_array());
        rows.into_iter().flatten().any(|row| {
            let row = row.get_ref().as_table();
            row.is_some_and(|row| row.get("explicit").and_then(|it| it.get_ref().as_bool()) != Some(true))
        })
    };
    let has = |key: &str| uv.is_some_and(|uv| uv.contains_key(key));
    if is_other("index", uv)
        || is_other("source", poetry)
        || is_other("source", pdm)
        || has("index-url")
        || has("extra-index-url")
    {
        return Vec::new();
    }
    let name_of = |within: Option<&DeTable<'_>>| {
        let name = within.and_then(|it| it.get("name")?.get_ref().as_str());
        name.map(str::to_owned)
    };
    let own = name_of(table(root, "project")).into_iter().chain(name_of(poetry));
    let sources = uv.and_then(|uv| table(uv, "sources"));
    let sources = sources
        .into_iter()
        .flatten()
        .map(|(name, _)| name.get_ref().to_string());
    let others: Vec<Package> = own
        .chain(sources)
        .filter_map(|name| Package::new(Ecosystem::PyPi, &name).ok())
        .collect();
    found.retain(|requirement| !others.contains(&requirement.package));
    found
}

/// The name that a `pyproject.toml` or a `package.json` gives its own package.
#[must_use]
pub fn own_name(ecosystem: Ecosystem, text: &str) -> Option<Package> {
    if text.len() > MAX_LEN {
        return None;
    }
    let name = match ecosystem {
        Ecosystem::PyPi => {
            let (root, _) = DeTable::parse_recoverable(text);
            table(root.get_ref(), "project")?
                .get("name")?
                .get_ref()
                .as_str()?
                .to_owned()
        }
        Ecosystem::Npm => {
            let parsed =
                jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
            let Some(Json::Object(root)) = parsed.ok()?.value else {
                return None;
            };
            root.get_string("name")?.value.to_string()
        }
    };
    Package::new(ecosystem, &name).ok()
}

fn table<'a, 'i>(parent: &'a DeTable<'i>, key: &str) -> Option<&'a DeTable<'i>> {
    parent.get(key)?.get_ref().as_table()
}

fn list(parent: &DeTable<'_>, key: &str, out: &mut Vec<PackageRequirement>) {
    let items = parent.get(key).and_then(|value| value.get_ref().as_array());
    for item in items.into_iter().flatten() {
        if let Some(text) = item.get_ref().as_str()
            && let Some(found) = requirement::parse(Ecosystem::PyPi, text)
        {
            // Past the opening quote.
            out.push(found.shifted(item.span().start + 1));
        }
    }
}

fn each(parent: &DeTable<'_>, key: &str, out: &mut Vec<PackageRequirement>) {
    if let Some(groups) = table(parent, key) {
        for name in groups.keys() {
            list(groups, name.get_ref(), out);
        }
    }
}

/// Poetry and Pipfile: `name = "^1.2"` or `name = { version = "^1.2" }`.
fn keyed(rows: &DeTable<'_>, out: &mut Vec<PackageRequirement>) {
    for (key, value) in rows {
        let name = key.get_ref();
        if name.as_ref() == "python" {
            continue;
        }
        let version: Option<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::String(_) => Some(value),
            DeValue::Table(row) if ["path", "git", "url"].iter().any(|key| row.contains_key(*key)) => {
                continue;
            }
            DeValue::Table(row) => row.get("version"),
            _ => continue,
        };
        let Some(mut found) = requirement::parse(Ecosystem::PyPi, name) else {
            continue;
        };
        let quoted = key.span().len() > name.len();
        found = found.shifted(key.span().start + usize::from(quoted));
        if let Some(version) = version
            && let Some(text) = version.get_ref().as_str()
        {
            found.spec = spec(text, version.span().start + 1, |rest| rest.starts_with("=="));
        }
        out.push(found);
    }
}

fn spec(text: &str, at: usize, exact: impl Fn(&str) -> bool) -> Option<requirement::VersionSpec> {
    let bare = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = bare
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '!' | '*')))
        .unwrap_or(bare.len());
    let start = at + (text.len() - bare.len());
    (end > 0).then(|| requirement::VersionSpec {
        version: bare[..end].to_owned(),
        range: start..start + end,
        exact: exact(text),
    })
}

/// The packages of the dependency tables in a `package.json`.
#[must_use]
pub fn package_json(text: &str) -> Vec<PackageRequirement> {
    let mut out = Vec::new();
    if text.len() > MAX_LEN || !text.contains("ependencies\"") {
        return out;
    }
    let Ok(parsed) = jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default())
    else {
        return out;
    };
    let Some(Json::Object(root)) = parsed.value else {
        return out;
    };
    for table in &root.properties {
        if !NPM_TABLES.contains(&table.name.as_str()) {
            continue;
        }
        if let Json::Object(rows) = &table.value {
            out.extend(rows.properties.iter().filter_map(row));
        }
    }
    out
}

fn row(prop: &ObjectProp<'_>) -> Option<PackageRequirement> {
    let Json::StringLit(value) = &prop.value else {
        return None;
    };
    let text = value.value.as_ref();
    let name = prop.name.as_str();
    let written = match &prop.name {
        jsonc_parser::ast::ObjectPropName::String(literal) => literal.range.start + 1,
        jsonc_parser::ast::ObjectPropName::Word(word) => word.range.start,
    };
    if text.starts_with("npm:") {
        let found = requirement::parse(Ecosystem::Npm, text)?;
        return Some(found.shifted(value.range.start + 1));
    }
    // NuGet's `project.json` has the same table, with ranges in brackets.
    if text.contains([':', '/']) || text.starts_with(['[', '(']) {
        return None;
    }
    let mut found = requirement::parse(Ecosystem::Npm, name)?.shifted(written);
    found.spec = spec(text, value.range.start + 1, requirement::is_exact_semver);
    Some(found)
}

/// The packages of a `requirements.txt`: every line is a requirement, a comment, an option or empty; otherwise the
/// text is something else.
#[must_use]
pub fn requirements(text: &str) -> Vec<PackageRequirement> {
    let mut out = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.split(" #").next().unwrap_or_default().trim_end();
        let trimmed = body.trim_start();
        let option = trimmed.split(['=', ' ']).next().unwrap_or_default();
        if REGISTRY_OPTIONS.contains(&option) {
            return Vec::new();
        }
        if trimmed.is_empty() || trimmed.starts_with(['#', '-']) {
            continue;
        }
        match requirement::parse(Ecosystem::PyPi, body) {
            Some(_) if !is_requirement(trimmed) => return Vec::new(),
            Some(found) => out.push(found.shifted(start)),
            None if trimmed.contains("://") || trimmed.starts_with(['.', '/']) => {}
            None => return Vec::new(),
        }
    }
    out
}

/// The packages of a file that is a `requirements.txt` by its name. Lines that are not requirements are left out. If it
/// names another index, the usual registry is not asked.
#[must_use]
pub fn requirements_file(text: &str) -> Vec<PackageRequirement> {
    let mut out = Vec::new();
    if text.len() > MAX_LEN {
        return out;
    }
    let mut at = 0;
    let mut is_continued = false;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let is_rest = std::mem::replace(&mut is_continued, line.ends_with('\\'));
        let option = line.trim_start().split(['=', ' ']).next().unwrap_or_default();
        if REGISTRY_OPTIONS.contains(&option) {
            return Vec::new();
        }
        if is_rest {
            continue;
        }
        let body = line
            .split([' ', '\t'])
            .scan((), |(), word| (!word.starts_with('#')).then_some(word.len() + 1));
        let body = line
            .get(..body.sum::<usize>().min(line.len()))
            .unwrap_or_default();
        // Options of one requirement: `name==1.0 --hash=sha256:...`.
        let body = body
            .split(" --")
            .next()
            .unwrap_or_default()
            .trim_end_matches(['\\', ' ', '\t']);
        if let Some(found) = requirement::parse(Ecosystem::PyPi, body) {
            out.push(found.shifted(start));
        }
    }
    out
}

/// Whether a line is written as a requirement, and not as a condition or a setting: `tcp.port == 80`, `error=true`.
fn is_requirement(line: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let end = line.find(|c| !is_name(c)).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let rest = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, rest)) => rest,
        None => rest,
    };
    let spec = rest.trim_start();
    if spec.is_empty() || spec.starts_with([';', '@']) {
        return true;
    }
    let operators = ["===", "==", ">=", "<=", "~=", "!=", ">", "<"];
    let found = operators.iter().find(|operator| spec.starts_with(**operator));
    let Some((operator, version)) =
        found.and_then(|operator| Some((*operator, spec.strip_prefix(operator)?)))
    else {
        return false;
    };
    let is_spaced = spec.len() < rest.len();
    // With spaces around it, `confidence >= 0.8` is a condition as well.
    version.trim_start().starts_with(|c: char| c.is_ascii_digit())
        && (!is_spaced || matches!(operator, "==" | "~=") && version.contains('.') && !name.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, found: &[PackageRequirement]) -> Vec<String> {
        found
            .iter()
            .map(|r| {
                let spec = r.spec.as_ref();
                if let Some(spec) = spec {
                    assert_eq!(&text[spec.range.clone()], spec.version);
                }
                let exact = if spec.is_some_and(|s| s.exact) { "!" } else { "" };
                let version = spec.map_or("", |s| s.version.as_str());
                format!("{}={version}{exact}", &text[r.name.clone()])
            })
            .collect()
    }

    #[test]
    fn toml_tables_are_read() {
        let text = "[project]\ndependencies = [\"a>=1.0\", 'b[x]==2']\n[project.optional-dependencies]\nt = [\"c\"]\n\
            [tool.poetry.dependencies]\npython = \"^3.10\"\nd = \"^4.1\"\ne = { version = \"==5\" }\nf = { path = \"../f\" }\n";
        assert_eq!(shown(text, &toml(text)), ["a=1.0", "b=2!", "c=", "d=4.1", "e=5!"]);
    }

    #[test]
    fn what_comes_from_elsewhere_is_left_out() {
        let text = "[project]\nname = \"me\"\ndependencies = [\"a\", \"b\", \"me[x]\"]\n[tool.uv.sources]\na = { path = \"../a\" }\n";
        assert_eq!(shown(text, &toml(text)), ["b="]);
        let text = "[project]\ndependencies = [\"a\"]\n[[tool.uv.index]]\nurl = \"https://e.org\"\n";
        assert!(toml(text).is_empty());
        let explicit = format!("{text}explicit = true\n");
        assert_eq!(shown(&explicit, &toml(&explicit)), ["a="]);
    }

    #[test]
    fn script_metadata_is_read() {
        let text = "#!/usr/bin/env python\n# /// script\n# requires-python = \">=3.12\"\n# dependencies = [\n#   \"a\",\n\
            #   'b[x]==2',\n# ]\n#\n# [tool.uv.sources]\n# a = { git = \"https://e.org\" }\n# ///\nimport a\n";
        assert_eq!(shown(text, &script(text)), ["b=2!"]);
        for other in [
            "# /// script\n# dependencies = ['a']\n",
            "x = '''\n  # /// script\n'''\n",
            "",
        ] {
            assert!(script(other).is_empty(), "{other}");
        }
    }

    #[test]
    fn requirements_files_are_read_line_by_line() {
        let text = "# pins\na==1.0  # why\n-r base.txt\n-e .\nb[x]>=2, <3 ; python_version > '3'\nc==2 \\\n    --hash=sha256:00\n\
            d==1 --hash=sha256:00\n./e\ngit+https://e.org/f.git\ng @ https://e.org/g.whl\nsome words here\nh\t# x\n<<<<<<<\n";
        let found = ["a=1.0!", "b=2", "c=2!", "d=1!", "h="];
        assert_eq!(shown(text, &requirements_file(text)), found);
        assert!(requirements_file("--extra-index-url https://e.org\na\n").is_empty());
        assert!(requirements_file("-i https://e.org\na\n").is_empty());
    }

    #[test]
    fn package_json_tables_are_read() {
        let text = r#"{ "dependencies": { "a": "^1.0.0", "@s/b": "2.0.0", "c": "workspace:*", "d": "file:../d",
            "x": "npm:real@3.0.0" }, "version": "9.9.9", "devDependencies": { "e": "latest" } }"#;
        assert_eq!(
            shown(text, &package_json(text)),
            ["a=1.0.0", "@s/b=2.0.0!", "real=3.0.0!", "e="]
        );
        assert!(package_json(r#"{ "dependencies": { "A.B": "[1.2]" } }"#).is_empty());
    }

    #[test]
    fn requirements_files_are_read_and_nothing_else() {
        let text =
            "# pins\na==1.0  # why\n-r base.txt\nb[x]>=2 ; python_version > '3'\n\nhttps://e.org/c.whl\n";
        assert_eq!(shown(text, &requirements(text)), ["a=1.0!", "b=2"]);
        for other in [
            "a tree of files\nb\n",
            "tcp.port == 80\n",
            "error=true\n",
            "a.b >= 500\n",
            "rule = a / b\n",
            "confidence >= 0.8\n",
        ] {
            assert!(requirements(other).is_empty(), "{other}");
        }
        assert_eq!(requirements("a == 1.0\nb >=2\nc\n").len(), 0);
        assert_eq!(requirements("a == 1.0\nb>=2\nc\n").len(), 3);
    }
}
