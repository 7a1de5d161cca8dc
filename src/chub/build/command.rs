//! The `build` command: its messages and its outcome. Output and exit codes are those of `chub build`, with the
//! file, line and column added to its messages.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;

use super::content::{DEFAULT_OUTPUT, read_content};
use super::problem::Problem;
use super::recommend::Recommend;
use super::{Registry, Settings, target, write};

/// What `build` was asked for.
#[derive(Clone, Debug)]
pub struct BuildOptions {
    /// The content folder, as typed.
    pub content: PathBuf,
    /// The output folder, as typed; `dist` in the content folder when there is none or it is empty.
    pub output: Option<PathBuf>,
    /// `base_url` of the registry.
    pub base_url: Option<String>,
    /// Write nothing.
    pub validate_only: bool,
    /// The summary as one line of JSON.
    pub json: bool,
    /// Also write checksums.
    pub manifest: bool,
    /// How the recommended version is chosen.
    pub recommend: Recommend,
    /// The moment that the registry is dated with: now, or `SOURCE_DATE_EPOCH`.
    pub moment: Timestamp,
}

/// What a command prints and whether it did what it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// For standard output.
    pub stdout: String,
    /// For standard error.
    pub stderr: String,
    /// Whether the exit code is 0; else it is 1.
    pub success: bool,
}

impl Outcome {
    /// Nothing but one line on standard error.
    #[must_use]
    pub fn failure(message: &str) -> Self {
        Self {
            stderr: format!("Error: {message}\n"),
            ..Self::default()
        }
    }
}

/// Builds a hub. `refusals` are further errors that stop the build, such as those of the linter under
/// `--strict`.
#[must_use]
pub fn build(options: &BuildOptions, refusals: &[Problem]) -> Outcome {
    let shown = options.content.display();
    let content = match read_content(&options.content) {
        Ok(content) => content,
        Err(error) => {
            let message = match error.kind() {
                ErrorKind::NotFound => format!("Content directory not found: {shown}"),
                ErrorKind::NotADirectory => format!("Content directory is not a folder: {shown}"),
                _ => format!("{shown}: {error}"),
            };
            return Outcome::failure(&message);
        }
    };
    let settings = Settings {
        base_url: options.base_url.clone(),
        generated: iso(options.moment),
        recommend: options.recommend,
    };
    let mut registry = super::build(&content, settings);
    registry.errors.extend_from_slice(refusals);
    let output = output(options);
    let mut outcome = Outcome {
        stderr: messages(&registry, &options.content),
        ..Outcome::default()
    };
    // Also when nothing will be written: what would stop the build is reported first.
    let target = match target::check(&content, &output) {
        Ok(target) => target,
        Err(message) => {
            let _ = writeln!(outcome.stderr, "Error: {message}");
            return outcome;
        }
    };
    if !registry.errors.is_empty() {
        return outcome;
    }
    if options.validate_only {
        outcome.stdout = summary(&registry, options.json, None);
        outcome.success = true;
        return outcome;
    }
    let (json, index) = (registry.to_json(), registry.search_index().to_json());
    if let Err(error) = write::write(&content, &json, &index, options.manifest, &target) {
        let _ = writeln!(outcome.stderr, "Error: {error}; the output is unchanged");
        return outcome;
    }
    outcome.stdout = summary(&registry, options.json, Some(&output));
    outcome.success = true;
    outcome
}

/// The folder that is built to, as typed or by default.
#[must_use]
pub fn output(options: &BuildOptions) -> PathBuf {
    match &options.output {
        Some(output) if !output.as_os_str().is_empty() => output.clone(),
        _ => joined(&options.content, DEFAULT_OUTPUT),
    }
}

/// Loaded registries, then all warnings, then all errors.
fn messages(registry: &Registry, content: &Path) -> String {
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
            crate::chub::js::quote(&output.to_string_lossy(), &mut name);
            format!("{{\"docs\":{docs},\"skills\":{skills},\"warnings\":{warnings},\"output\":{name}}}\n")
        }
        (false, None) => format!("Valid: {docs} docs, {skills} skills, {warnings} warnings\n"),
        (false, Some(output)) => format!("Built: {docs} docs, {skills} skills → {}\n", output.display()),
    }
}

/// `path.join(folder, name)` of Node, which normalises the path in the last line of output.
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

/// `date.toISOString()`: UTC with milliseconds.
pub(in crate::chub) fn iso(moment: Timestamp) -> String {
    let time = jiff::tz::TimeZone::UTC.to_datetime(moment);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_javascript_writes_them() {
        assert_eq!(iso(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00.000Z");
        let moment = Timestamp::from_millisecond(1_700_000_000_042).expect("in range");
        assert_eq!(iso(moment), "2023-11-14T22:13:20.042Z");
    }

    #[test]
    fn the_default_output_is_tidied() {
        assert_eq!(joined(Path::new("./content/"), "dist"), Path::new("content/dist"));
        assert_eq!(joined(Path::new("."), "dist"), Path::new("dist"));
        assert_eq!(joined(Path::new("a/../b"), "dist"), Path::new("b/dist"));
        assert_eq!(joined(Path::new("../b"), "dist"), Path::new("../b/dist"));
    }
}
