//! `chub-lint build`: the registry, the search index and the content tree that clients read. Output and exit codes are
//! those of `chub build`, with the file, line and column added to its messages.

use super::args::Verbosity;
use super::{RunEnv, warn};
use crate::chub::build::content::{DEFAULT_OUTPUT, read_content};
use crate::chub::build::problem::BuildProblem;
use crate::chub::build::recommend::RecommendPolicy;
use crate::chub::build::{self, BuildOptions, Registry, target, write};
use crate::chub::js;
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, with_sources};
use crate::exit::{self, Exit};
use crate::hub::Hub;
use crate::hub::discover::{self, HubFolder};
use crate::pipeline::{self, LoadRequest, Lookups, Workspace};
use crate::rule::Property;
use crate::rules::by_id;
use crate::safe_path;
use crate::text::ColumnUnit;
use clap::Args;
use jiff::Timestamp;
use std::fmt::Write as _;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

/// Build registry.json, search-index.json and the content tree that clients read
#[derive(Clone, Debug, Args)]
pub struct BuildArgs {
    /// The content folder: its top-level folders are the authors
    pub content: PathBuf,
    /// The output folder; defaults to `dist` in the content folder. It is replaced as a whole
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// The URL that the tree will be served from
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Write nothing; report only what is wrong
    #[arg(long)]
    pub validate_only: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
    /// Also write manifest.json: size and SHA-256 of every file
    #[arg(long)]
    pub manifest: bool,
    /// Do not build a hub in which `check` finds errors
    #[arg(long)]
    pub strict: bool,
    /// How the recommended version is chosen: as clients sort, or the highest release
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub recommend: RecommendPolicy,
    /// How much is explained.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

impl BuildArgs {
    /// The folder that is built to, as typed or by default.
    fn output(&self) -> PathBuf {
        match &self.output {
            Some(output) if !output.as_os_str().is_empty() => output.clone(),
            _ => joined(&self.content, DEFAULT_OUTPUT),
        }
    }
}

/// Build a hub. What is wrong with the hub goes to standard error.
///
/// # Errors
/// When the content or the output is behind a link of a pull request, `--strict` cannot read the hub or its settings, or
/// standard output breaks.
pub fn run(args: &BuildArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let moment = (env.moment)()?;
    let output = args.output();
    safe_path::check_read_path(&args.content)?;
    safe_path::check_write_path(&output, Some(&args.content))?;
    let refusals = if args.strict {
        refusals(args, &env.cwd, moment)?
    } else {
        Vec::new()
    };
    match write_tree(args, &output, moment, &refusals) {
        Ok(summary) => exit::ignore_broken_pipe(out.write_all(summary.as_bytes())).map(|()| Exit::Clean),
        Err(message) => {
            warn(&message);
            Ok(Exit::Findings)
        }
    }
}

/// The summary, or why nothing was built; empty when the problems of the hub say why. `refusals` are further errors
/// that stop the build: those of `--strict`.
fn write_tree(
    args: &BuildArgs,
    output: &Path,
    moment: Timestamp,
    refusals: &[BuildProblem],
) -> Result<String, String> {
    let content = read_content(&args.content).map_err(|error| {
        let shown = args.content.display();
        match error.kind() {
            ErrorKind::NotFound => format!("Error: Content directory not found: {shown}"),
            ErrorKind::NotADirectory => format!("Error: Content directory is not a folder: {shown}"),
            _ => format!("Error: {shown}: {error}"),
        }
    })?;
    let settings = BuildOptions {
        base_url: args.base_url.clone(),
        generated: js::iso(moment),
        recommend: args.recommend,
    };
    let mut registry = build::build(&content, settings);
    registry.errors.extend_from_slice(refusals);
    warn(&problems(&registry, &args.content));
    // Also when nothing will be written: what would stop the build is reported first.
    let target =
        target::check(&content, output).map_err(|error| format!("Error: {}", with_sources(&error)))?;
    if !registry.errors.is_empty() {
        return Err(String::new());
    }
    if args.validate_only {
        return Ok(summary(&registry, args.json, None));
    }
    let (json, index) = (registry.to_json(), registry.search_index().to_json());
    write::write(&content, &json, &index, args.manifest, &target)
        .map_err(|error| format!("Error: {error}; the output is unchanged"))?;
    Ok(summary(&registry, args.json, Some(output)))
}

/// What `check` calls an error, which `--strict` takes for a reason not to build: the same findings, with the same
/// severities, allows and baseline. Releases are not looked up, since they change without the hub.
fn refusals(args: &BuildArgs, cwd: &Path, moment: Timestamp) -> Result<Vec<BuildProblem>, Error> {
    if !Path::try_exists(&args.content).unwrap_or(false) {
        // The build itself reports it.
        return Ok(Vec::new());
    }
    let named = discover::resolve(std::slice::from_ref(&args.content))?;
    let Some(content) = named.into_iter().next() else {
        return Ok(Vec::new());
    };
    let request = LoadRequest {
        lookups: Lookups::Never,
        baseline: true,
        ..LoadRequest::default()
    };
    let today = jiff::tz::TimeZone::UTC.to_datetime(moment).date();
    // What is named is what is built, also when it holds a folder `content`.
    let mut workspace = Workspace::load_folder(&request, HubFolder::whole(content.real), cwd, today)?;
    workspace.check();
    let workspaces = [workspace];
    let findings = pipeline::suppress(&workspaces)?;
    let errors = findings
        .diagnostics
        .iter()
        // What is wrong with registries that authors supply, the build says itself.
        .filter(|diagnostic| diagnostic.severity == Severity::Error && !is_reported_by_build(diagnostic));
    let problems = errors.map(|diagnostic| {
        let mut hubs = workspaces.iter().map(Workspace::hub);
        problem(hubs.find(|hub| hub.shown == diagnostic.path.hub()), diagnostic)
    });
    Ok(problems.collect())
}

fn is_reported_by_build(diagnostic: &Diagnostic) -> bool {
    by_id(diagnostic.rule).is_some_and(|rule| rule.has(Property::ReportedByBuild))
}

/// A finding in a hub, or in the config or baseline beside it.
fn problem(hub: Option<&Hub>, diagnostic: &Diagnostic) -> BuildProblem {
    let path = diagnostic.path.path_in_hub();
    let message = format!("[{}] {}", diagnostic.rule, diagnostic.message);
    let document = hub.and_then(|hub| hub.document_or_registry(path));
    BuildProblem {
        position: document.map(|document| document.position(diagnostic.span.start, ColumnUnit::Chars)),
        ..BuildProblem::error(path, message)
    }
}

/// Loaded registries, then all warnings, then all errors.
fn problems(registry: &Registry, content: &Path) -> String {
    let hub = content.to_string_lossy();
    let hub = if hub == "." { "" } else { hub.as_ref() };
    let mut out = String::new();
    for author in &registry.supplied {
        let _ = writeln!(out, "{author}: loaded registry.json");
    }
    for problem in registry.warnings.iter().chain(&registry.errors) {
        let _ = writeln!(out, "{}", problem.line(hub));
    }
    out
}

fn summary(registry: &Registry, json: bool, output: Option<&Path>) -> String {
    let (docs, skills, warnings) = (
        registry.docs.len(),
        registry.skills.len(),
        registry.warnings.len(),
    );
    match (json, output) {
        (true, None) => format!("{{\"docs\":{docs},\"skills\":{skills},\"warnings\":{warnings}}}\n"),
        (true, Some(output)) => {
            let mut name = String::new();
            js::write_json_string(&output.to_string_lossy(), &mut name);
            format!("{{\"docs\":{docs},\"skills\":{skills},\"warnings\":{warnings},\"output\":{name}}}\n")
        }
        (false, None) => format!("Valid: {docs} docs, {skills} skills, {warnings} warnings\n"),
        (false, Some(output)) => format!("Built: {docs} docs, {skills} skills → {}\n", output.display()),
    }
}

/// `path.join(folder, name)` of Node, which tidies the path that users see in the last line.
fn joined(folder: &Path, name: &str) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in folder.components().chain(Path::new(name).components()) {
        match part {
            Component::CurDir => {}
            Component::ParentDir if tidy.file_name().is_some() => {
                tidy.pop();
            }
            part => tidy.push(part),
        }
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_output_is_tidied() {
        assert_eq!(joined(Path::new("./content/"), "dist"), Path::new("content/dist"));
        assert_eq!(joined(Path::new("."), "dist"), Path::new("dist"));
        assert_eq!(joined(Path::new("a/../b"), "dist"), Path::new("b/dist"));
        assert_eq!(joined(Path::new("../b"), "dist"), Path::new("../b/dist"));
    }
}
