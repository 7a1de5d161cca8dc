//! The commands about the tree that clients read: `build`, `search` and `get`.

use crate::chub::build::command::{self, BuildOptions, Outcome};
use crate::chub::build::problem::Problem;
use crate::chub::client::preview::{self, GetOptions, SearchOptions};
use crate::chub::client::rank::Filters;
use crate::cli::tree::{BuildArgs, GetArgs, SearchArgs};
use crate::diagnostic::Severity;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::hub::Hub;
use crate::pipeline::{self, Lookups, Request, Workspace};
use crate::place;
use crate::report::safe;
use crate::text::Unit;
use jiff::Timestamp;
use std::io::{self, Write};
use std::path::Path;

/// Build a hub: registry, search index and content tree. `moment` is what the registry is dated with.
///
/// # Errors
/// When the content or the output is behind a link of a pull request, `--strict` cannot read the hub or its settings, or
/// standard output breaks.
pub fn build(args: &BuildArgs, cwd: &Path, moment: Timestamp, out: &mut dyn Write) -> Result<Exit, Error> {
    let options = BuildOptions {
        content: args.content.clone(),
        output: args.output.clone(),
        base_url: args.base_url.clone(),
        validate_only: args.validate_only,
        json: args.json,
        manifest: args.manifest,
        recommend: args.recommend,
        moment,
    };
    place::readable(&options.content)?;
    place::checked(&command::output(&options), Some(&options.content))?;
    let refusals = if args.strict {
        refusals(args, cwd, moment)?
    } else {
        Vec::new()
    };
    say(&command::build(&options, &refusals), out)
}

/// What `check` calls an error, which `--strict` takes for a reason not to build: the same findings, with the same
/// severities, allows and baseline. Releases are not looked up, since they change without the hub.
fn refusals(args: &BuildArgs, cwd: &Path, moment: Timestamp) -> Result<Vec<Problem>, Error> {
    if !Path::try_exists(&args.content).unwrap_or(false) {
        // The build itself says so.
        return Ok(Vec::new());
    }
    let request = Request {
        paths: std::slice::from_ref(&args.content),
        lookups: Lookups::Never,
        baseline: true,
        ..Request::default()
    };
    let today = jiff::tz::TimeZone::UTC.to_datetime(moment).date();
    let workspaces = Workspace::load_and_check(&request, cwd, today)?;
    let findings = pipeline::suppress(&workspaces)?;
    let errors = findings
        .diagnostics
        .iter()
        // What is wrong with registries that authors supply, the build says itself.
        .filter(|diagnostic| diagnostic.severity == Severity::Error && diagnostic.rule != "invalid-registry");
    let problems = errors.map(|diagnostic| {
        let mut hubs = workspaces.iter().map(Workspace::hub);
        problem(hubs.find(|hub| hub.shown == diagnostic.path.hub()), diagnostic)
    });
    Ok(problems.collect())
}

/// A finding in a hub, or in the config or baseline beside it.
fn problem(hub: Option<&Hub>, diagnostic: &crate::diagnostic::Diagnostic) -> Problem {
    let path = diagnostic.path.in_hub();
    let message = format!("[{}] {}", diagnostic.rule, diagnostic.message);
    let document = hub.and_then(|hub| hub.text_at(path));
    Problem {
        position: document.map(|document| document.position(diagnostic.span.start, Unit::Chars)),
        ..Problem::error(path, message)
    }
}

/// Search a built tree or a content folder as the hub's client does.
///
/// # Errors
/// When the folder is named through a link that leads elsewhere, or standard output breaks.
pub fn search(args: &SearchArgs, moment: Timestamp, out: &mut dyn Write) -> Result<Exit, Error> {
    place::readable(&args.folder)?;
    let options = SearchOptions {
        folder: args.folder.clone(),
        query: args.query.clone(),
        filters: Filters {
            tags: args.tags.clone(),
            lang: args.lang.clone(),
        },
        limit: args.limit,
        json: args.json,
        moment,
    };
    say(&preview::search(&options), out)
}

/// Print what a client fetches for an id.
///
/// # Errors
/// When the folder is named through a link that leads elsewhere, or standard output breaks.
pub fn get(args: &GetArgs, moment: Timestamp, out: &mut dyn Write) -> Result<Exit, Error> {
    place::readable(&args.folder)?;
    let options = GetOptions {
        folder: args.folder.clone(),
        id: args.id.clone(),
        lang: args.lang.clone(),
        version: args.version.clone(),
        full: args.full,
        file: args.file.clone(),
        json: args.json,
        moment,
    };
    say(&preview::get(&options), out)
}

/// Print what a command has to say. Names of files and fields come from the hub: nothing in them may steer a
/// terminal.
fn say(outcome: &Outcome, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut stderr = io::stderr().lock();
    for line in outcome.stderr.lines() {
        // There is no place to report that standard error is closed.
        let _ = writeln!(stderr, "{}", safe::text(line));
    }
    let stdout = outcome.stdout.as_bytes();
    exit::written(out.write_all(stdout).and_then(|()| out.flush()))?;
    Ok(if outcome.success {
        Exit::Clean
    } else {
        Exit::Findings
    })
}
