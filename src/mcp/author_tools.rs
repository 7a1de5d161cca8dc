//! The tools for authors: check, fix, look up packages and their symbols, begin an entry.

use super::answer::Answer;
use super::checked::CheckedDocument;
use super::hubs::Hubs;
use super::tool_args::{CheckArgs, ExplainArgs, FixArgs, NewEntryArgs, PathArgs, RegistryArg, SymbolsArgs};
use crate::config::file::SymbolReleases;
use crate::diagnostic::Severity;
use crate::error::Error;
use crate::fix::{self, engine};
use crate::hub::Hub;
use crate::package::Package;
use crate::pipeline::reason_words;
use crate::pipeline::{self, LoadRequest, Lookups, RegistryOptions, SymbolRequest, UnsavedFile, Workspace};
use crate::releases::PackageLookup;
use crate::report::{Run, RunSummary, json};
use crate::safe_path;
use crate::safe_text::SafeText;
use crate::symbols::{Outcome, ReleaseSymbols, SymbolUse, suggest};
use serde_json::{Value, json};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The most names that one call looks up.
const MAX_NAMES: usize = 50;
/// The longest name, in bytes.
const MAX_NAME: usize = 300;
/// What a name is.
const NAME_HELP: &str =
    "write identifiers with dots between them, from the import on, as in `requests.Session.mount`.";

fn failed(error: &Error) -> Answer {
    Answer::failed(&error.text())
}

/// Run a command of the program, and answer with its output.
fn command(hubs: &Hubs, arguments: &[String]) -> Answer {
    match (hubs.settings.run)(arguments) {
        Ok(said) => Answer::text(said.trim_end()).within_limit(),
        Err(error) => failed(&error),
    }
}

/// Run a command that may ask the registries. Their replies are then in the cache, and the hubs are read again
/// with them.
fn look_up(hubs: &Hubs, arguments: &[String]) -> Answer {
    let answer = command(hubs, arguments);
    hubs.forget();
    answer
}

/// The flags about registries that the server was started with.
fn registry_flags(hubs: &Hubs) -> Vec<String> {
    let registries = &hubs.settings.registries;
    let mut flags = Vec::new();
    if registries.offline {
        flags.push("--offline".to_owned());
    }
    let urls = [
        ("--pypi-index", &registries.pypi_index),
        ("--npm-registry", &registries.npm_registry),
    ];
    flags.extend(
        urls.iter()
            .filter_map(|(flag, url)| Some(format!("{flag}={}", url.as_ref()?))),
    );
    flags
}

/// `check`.
pub(super) fn check(hubs: &Hubs, args: &CheckArgs) -> Answer {
    let path = PathBuf::from(&args.path);
    let (source, file) = match hubs.place(&path) {
        Ok(place) => place,
        Err(why) => return Answer::failed(&why),
    };
    if args.text.is_none() && safe_path::is_folder(&file) {
        let mut arguments: Vec<String> = ["check", "--output", "json"].map(str::to_owned).to_vec();
        arguments.extend(registry_flags(hubs));
        arguments.extend(["--".to_owned(), file.display().to_string()]);
        return look_up(hubs, &arguments);
    }
    match hubs.check(source, &file, args.text.clone(), findings_of) {
        Ok(report) => Answer::json(&report).within_limit(),
        Err(error) => failed(&error),
    }
}

/// The findings in one document, in the format of `--output json`.
fn findings_of(checked: &CheckedDocument<'_>) -> Value {
    let hubs: &[Hub] = std::slice::from_ref(checked.workspace.hub());
    let run = Run {
        hubs,
        diagnostics: checked.findings.clone(),
        summary: RunSummary::default(),
        marks: Vec::new(),
    };
    let findings: Vec<Value> = run.findings().map(|finding| json::finding(&finding)).collect();
    json!({
        "path": SafeText::new(checked.path.as_str()),
        "errors": run.count(Severity::Error),
        "warnings": run.count(Severity::Warning),
        "notes": run.count(Severity::Note),
        "diagnostics": findings,
        "symbols": symbols_of(checked),
    })
}

/// What was decided about the symbols that an entry uses, from what is in the cache; `null` where nothing was looked
/// at.
fn symbols_of(checked: &CheckedDocument<'_>) -> Value {
    let Some(symbols) = checked.workspace.symbols().get(&checked.path) else {
        return Value::Null;
    };
    let side = |side: &ReleaseSymbols| match &side.uses {
        Ok(uses) => {
            let count = |is: fn(&Outcome) -> bool| uses.iter().filter(|found| is(&found.outcome)).count();
            json!({
                "version": SafeText::new(&side.version),
                "found": count(|outcome| matches!(outcome, Outcome::Found)),
                "missing": count(|outcome| matches!(outcome, Outcome::Missing { .. })),
                "not_decided": count(|outcome| matches!(outcome, Outcome::Undecided(_))),
            })
        }
        Err(why) => json!({ "version": SafeText::new(&side.version), "not_checked": SafeText::new(why) }),
    };
    json!({
        "package": SafeText::new(&symbols.package.to_string()),
        "declared": symbols.declared.as_ref().map(side),
        "newest": symbols.newest.as_ref().map(side),
    })
}

/// `fix`.
pub(super) fn fix(hubs: &Hubs, args: &FixArgs) -> Answer {
    let write = args.write.unwrap_or_default();
    if write && args.text.is_some() {
        return Answer::failed(
            "`write` and `text` exclude each other: a given text is returned, and never written.",
        );
    }
    let file = match hubs.place(Path::new(&args.path)) {
        Ok((_, file)) if safe_path::is_folder(&file) => {
            return Answer::failed("`path` names a folder: name one file.");
        }
        Ok((_, file)) => file,
        Err(why) => return Answer::failed(&why),
    };
    let fixed = || -> Result<Value, Error> {
        let unsaved = args.text.as_ref().map(|text| UnsavedFile {
            path: file.clone(),
            bytes: text.clone().into_bytes(),
        });
        let paths = [file.clone()];
        let request = LoadRequest {
            paths: &paths,
            registries: RegistryOptions {
                offline: true,
                ..hubs.settings.registries.clone()
            },
            baseline: true,
            refuse_empty: true,
            unsaved: unsaved.as_ref(),
            ..LoadRequest::default()
        };
        let mut workspaces = Workspace::load_and_check(&request, &hubs.settings.cwd, hubs.today()?)?;
        let outcome = engine::apply_fixes(&mut workspaces, args.also_unsafe.unwrap_or_default())?;
        let diff: String = outcome.changed.iter().map(fix::diff::render).collect();
        let changed = outcome.changed.first().map(|changed| changed.after.clone());
        let text = args.text.clone().map(|given| changed.unwrap_or(given));
        if write {
            let files = outcome.changed.iter();
            fix::save::save_files(files.filter_map(|file| Some((workspaces.get(file.hub)?.root(), file))))?;
        }
        let left = pipeline::suppress(&workspaces)?.diagnostics.len();
        Ok(json!({
            "fixed": outcome.fixed,
            "written": write && !outcome.changed.is_empty(),
            "diff": diff,
            "text": text,
            "findings_left": left,
        }))
    };
    match fixed() {
        Ok(report) => Answer::json(&report).within_limit(),
        Err(error) => failed(&error),
    }
}

/// `explain`.
pub(super) fn explain(hubs: &Hubs, args: &ExplainArgs) -> Answer {
    command(hubs, &["explain".to_owned(), "--".to_owned(), args.rule.clone()])
}

/// `packages` and `outdated`: the commands of these names.
pub(super) fn list(hubs: &Hubs, name: &str, args: &PathArgs) -> Answer {
    let paths = match &args.path {
        None => hubs
            .folders()
            .map(|(_, folder)| folder.to_path_buf())
            .collect::<Vec<_>>(),
        Some(path) => match hubs.place(Path::new(path)) {
            Ok((_, file)) => vec![file],
            Err(why) => return Answer::failed(&why),
        },
    };
    if paths.is_empty() {
        return Answer::failed("This server serves no folder: start it with one.");
    }
    let mut arguments = vec![name.to_owned(), "--output".to_owned(), "json".to_owned()];
    arguments.extend(registry_flags(hubs));
    arguments.push("--".to_owned());
    arguments.extend(paths.iter().map(|path| path.display().to_string()));
    look_up(hubs, &arguments)
}

/// A document that is not in the hub, to ask about its package.
struct ProbeEntry {
    workspace: Workspace,
    package: Package,
    /// Where the code of each block is in the document, in bytes.
    blocks: Vec<Range<usize>>,
}

impl ProbeEntry {
    /// Look up a package, with the settings of the first hub, and check the symbols of some blocks of code.
    fn ask(
        hubs: &Hubs,
        registry: RegistryArg,
        package: &str,
        version: Option<&str>,
        code: &[String],
    ) -> Result<Self, Error> {
        let package = Package::parse(&format!("{}:{package}", registry.prefix()))?;
        let folder = hubs.folders().next().map(|(_, folder)| folder.to_path_buf());
        let folder = folder.unwrap_or_else(|| hubs.settings.cwd.clone());
        let language = registry.language();
        // The name of a package of npm may have a slash.
        let name = package.name().rsplit('/').next().unwrap_or_default();
        let path = folder.join(format!("chub-lint-question/docs/{name}/{language}/DOC.md"));
        let install = match registry {
            RegistryArg::Pypi => format!("pip install {}", package.name()),
            RegistryArg::Npm => format!("npm install {}", package.name()),
        };
        let mut text = format!(
            "---\nname: {name}\ndescription: A question\nmetadata:\n  languages: {language}\n  versions: {}\n---\n\
             \n```bash\n{install}\n```\n",
            quoted(version.unwrap_or("0")),
        );
        let mut blocks = Vec::new();
        for code in code {
            text.push_str(&format!("\n```{language}\n"));
            blocks.push(text.len()..text.len() + code.len());
            text.push_str(code);
            text.push_str("```\n");
        }
        let unsaved = UnsavedFile {
            path,
            bytes: text.into_bytes(),
        };
        let request = LoadRequest {
            registries: hubs.settings.registries.clone(),
            lookups: Lookups::Always,
            symbols: SymbolRequest::from(match code.is_empty() {
                true => SymbolReleases::Off,
                false => SymbolReleases::Declared,
            }),
            unsaved: Some(&unsaved),
            ..LoadRequest::default()
        };
        let workspaces = Workspace::load(&request, &hubs.settings.cwd, hubs.today()?);
        // The results of look-ups are in the cache, even when something else failed.
        hubs.forget();
        let workspace = workspaces?.pop().ok_or_else(|| Error::NoSuchPath(folder))?;
        Ok(Self {
            workspace,
            package,
            blocks,
        })
    }

    /// The newest release, or why it is not known.
    fn newest(&self) -> Result<(String, Option<String>), String> {
        let release = self
            .workspace
            .releases()
            .and_then(|releases| releases.get(&self.package));
        match release {
            Some(PackageLookup::Published(published)) => match &published.newest {
                Some(newest) => Ok((newest.clone(), published.newest_date.map(|date| date.to_string()))),
                None => Err(format!("`{}` has no release that can be installed", self.package)),
            },
            Some(PackageLookup::Missing) => Err(format!("the registry has no package `{}`", self.package)),
            Some(PackageLookup::Unknown(reason)) => Err(format!(
                "`{}` was not looked up: {}",
                self.package,
                reason_words(reason)
            )),
            None => Err(format!("`{}` was not looked up", self.package)),
        }
    }

    /// What was found out about the symbols of the release that the document declares.
    fn symbols(&self) -> Option<&ReleaseSymbols> {
        let mut documents = self.workspace.hub().focused();
        let symbols = self.workspace.symbols().get(&documents.next()?.path)?;
        symbols.declared.as_ref()
    }
}

/// A text as a scalar of YAML: in the quotes of JSON.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The code that uses a name, as the reader of symbols follows it.
fn code_for(registry: RegistryArg, package: &str, name: &str, at: usize) -> Option<String> {
    let is_identifier = |part: &str| {
        let mut chars = part.chars();
        chars
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_' || c == '$')
            && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '$')
    };
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    if name.len() > MAX_NAME || !name.split('.').all(is_identifier) {
        return None;
    }
    let rest = if rest.is_empty() {
        String::new()
    } else {
        format!(".{rest}")
    };
    Some(match registry {
        RegistryArg::Pypi => format!("import {first}\n{first}{rest}\n"),
        RegistryArg::Npm => {
            format!("import {{ {first} as name{at} }} from \"{package}\";\nname{at}{rest};\n")
        }
    })
}

/// `symbols`.
pub(super) fn symbols(hubs: &Hubs, args: &SymbolsArgs) -> Answer {
    if args.names.is_empty() || args.names.len() > MAX_NAMES {
        return Answer::failed(&format!("`names` takes 1 to {MAX_NAMES} names."));
    }
    let numbered = args.names.iter().enumerate();
    let codes: Vec<Option<String>> = numbered
        .map(|(at, name)| code_for(args.registry, &args.package, name, at))
        .collect();
    let code: Vec<String> = codes.iter().flatten().cloned().collect();
    if let (true, Some(name)) = (code.is_empty(), args.names.first()) {
        return Answer::failed(&format!("`{name}` is not a name: {NAME_HELP}"));
    }
    let ask = |version: Option<&str>, code: &[String]| {
        ProbeEntry::ask(hubs, args.registry, &args.package, version, code).map_err(|error| error.text())
    };
    let answer = || -> Result<Value, String> {
        let version = match &args.version {
            Some(version) => version.clone(),
            None => ask(None, &[])?.newest()?.0,
        };
        let question = ask(Some(&version), &code)?;
        question.newest()?;
        let unread = || format!("`{}` {version} cannot be read", question.package);
        let side = question.symbols().ok_or_else(unread)?;
        let uses = side.uses.as_ref().map_err(|why| format!("{}: {why}", unread()))?;
        let of_block = |block: &Range<usize>| -> Vec<&SymbolUse> {
            let inside = |found: &&SymbolUse| block.contains(&(found.span.start as usize));
            uses.iter().filter(inside).collect()
        };
        let mut blocks = question.blocks.iter();
        let names = args.names.iter().zip(&codes);
        let results: Vec<Value> = names
            .map(|(name, code)| match code.as_ref().and_then(|_| blocks.next()) {
                Some(block) => {
                    // The name is followed by a line break, and in JavaScript by a semicolon before that.
                    let behind = 1 + usize::from(args.registry == RegistryArg::Npm);
                    outcome(name, block.end - behind, &of_block(block))
                }
                None => json!({ "name": name, "result": "not a name", "why": NAME_HELP }),
            })
            .collect();
        Ok(json!({
            "package": SafeText::new(&question.package.to_string()),
            "version": SafeText::new(&side.version),
            "symbols": results,
        }))
    };
    match answer() {
        Ok(report) => Answer::json(&report).within_limit(),
        Err(why) => Answer::failed(&why),
    }
}

/// What was found out about a name whose last part ends at a byte: its first part that is missing or not decided decides.
fn outcome(name: &str, end: usize, uses: &[&SymbolUse]) -> Value {
    let missing = uses
        .iter()
        .find(|found| matches!(found.outcome, Outcome::Missing { .. }));
    let undecided = uses
        .iter()
        .find(|found| matches!(found.outcome, Outcome::Undecided(_)));
    match missing.or(undecided).map(|found| (found, &found.outcome)) {
        Some((found, Outcome::Missing { candidates, .. })) => {
            let (owner, last) = found
                .symbol
                .rsplit_once(['.', '#'])
                .unwrap_or(("", &found.symbol));
            let near: Vec<SafeText> = suggest(last, owner, candidates)
                .into_iter()
                .map(SafeText::new)
                .collect();
            json!({
                "name": name,
                "result": "missing",
                "symbol": SafeText::new(&found.symbol),
                "suggestions": near,
            })
        }
        Some((_, Outcome::Undecided(why))) => json!({
            "name": name,
            "result": "not decided",
            "why": why.as_str(),
        }),
        _ if uses.is_empty() => json!({
            "name": name,
            "result": "not decided",
            "why": "this use cannot be analysed",
        }),
        _ => match uses
            .iter()
            .rev()
            .find(|found| found.span.end as usize == end || !name.contains('.'))
        {
            Some(last) => json!({
                "name": name,
                "result": "found",
                "signature": last.signature.as_deref().map(SafeText::new),
            }),
            None => json!({
                "name": name,
                "result": "not decided",
                "why": "the type of a part of the name is not known",
            }),
        },
    }
}

/// `new_entry`.
pub(super) fn new_entry(hubs: &Hubs, args: &NewEntryArgs) -> Answer {
    let question = match ProbeEntry::ask(hubs, args.registry, &args.package, None, &[]) {
        Ok(question) => question,
        Err(error) => return failed(&error),
    };
    let (version, date) = match question.newest() {
        Ok(newest) => newest,
        Err(why) => return Answer::failed(&why),
    };
    let today = match hubs.today() {
        Ok(today) => today,
        Err(error) => return failed(&error),
    };
    let package = question.package.name();
    let name = args
        .name
        .as_deref()
        .unwrap_or_else(|| package.rsplit('/').next().unwrap_or(package));
    let language = args.registry.language();
    let is_name = |text: &str| {
        !text.is_empty()
            && text.len() <= 100
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    if !is_name(name) || !is_name(&args.author) || name.starts_with('.') || args.author.starts_with('.') {
        return Answer::failed("`author` and `name` are folders: use letters, digits, `-`, `_` and `.`.");
    }
    let (install, tag) = match args.registry {
        RegistryArg::Pypi => (format!("pip install {package}=={version}"), "python"),
        RegistryArg::Npm => (format!("npm install {package}@{version}"), "javascript"),
    };
    if args.description.trim().is_empty() {
        return Answer::failed("`description` is empty: say what the entry covers, agents use it to choose.");
    }
    let tags = args.tags.as_deref().unwrap_or(language);
    let text = format!(
        "---\nname: {}\ndescription: {}\nmetadata:\n  languages: {}\n  versions: {}\n  revision: 1\n  updated-on: {}\n  \
         source: {}\n  tags: {}\n---\n\n# {name}\n\n## Install\n\n```bash\n{install}\n```\n\n## Use\n\n```{tag}\n```\n",
        quoted(name),
        quoted(&args.description),
        quoted(language),
        quoted(&version),
        quoted(&today.to_string()),
        args.source.unwrap_or_default().as_str(),
        quoted(tags),
    );
    let entry = format!("{}/docs/{name}/{language}/DOC.md", args.author);
    let folder = hubs.folders().next().map(|(_, folder)| folder.join(&entry));
    let file = folder.unwrap_or_else(|| PathBuf::from(&entry));
    let shown = file.strip_prefix(&hubs.settings.cwd).unwrap_or(&file);
    let next = if safe_path::is_file(&file) {
        "This file exists: bring it up to date instead, as the prompt `refresh_entry` says."
    } else {
        "Write the page, then call `check` with the path and the text. Save it, and check the folder of its author: that \
         looks up its symbols."
    };
    Answer::json(&json!({
        "path": SafeText::new(&shown.display().to_string()),
        "package": SafeText::new(&question.package.to_string()),
        "version": SafeText::new(&version),
        "released": date,
        "text": text,
        "next": next,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbols::SymbolKind;

    #[test]
    fn only_a_whole_name_is_found() {
        let span = crate::text::Span::new(11, 19);
        let open = SymbolUse {
            path: crate::document::HubPath::new("", "a/docs/kit/DOC.md"),
            span,
            place: span,
            kind: SymbolKind::Attribute,
            symbol: "kit.open".to_owned(),
            outcome: Outcome::Found,
            signature: Some("def open()".to_owned()),
        };
        let result = |name, end| outcome(name, end, &[&open]);
        assert_eq!(result("kit.open", 19)["signature"], "def open()");
        assert_eq!(result("kit", 14)["result"], "found");
        let behind = result("kit.open.rest", 24);
        assert_eq!(behind["result"], "not decided");
        assert_eq!(behind["signature"], Value::Null);
    }

    #[test]
    fn only_identifiers_become_code() {
        let code = |registry, name| code_for(registry, "p", name, 3);
        assert_eq!(code(RegistryArg::Pypi, "a.b.c").unwrap(), "import a\na.b.c\n");
        assert_eq!(
            code(RegistryArg::Npm, "a.b").unwrap(),
            "import { a as name3 } from \"p\";\nname3.b;\n"
        );
        for name in ["", "a.", ".a", "a b", "a\n```\n", "a()", "1a", "a-b"] {
            assert_eq!(code(RegistryArg::Pypi, name), None, "{name:?}");
        }
        assert_eq!(code(RegistryArg::Npm, &"a".repeat(301)), None);
    }
}
