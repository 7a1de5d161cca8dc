//! The commands about the tree that clients read: `build`, `search` and `get`.

use crate::check;
use crate::cli::tree::{BuildArgs, GetArgs, SearchArgs};
use crate::config::{Overrides, Settings};
use crate::diagnostic::Severity;
use crate::error::Error;
use crate::exit::Exit;
use crate::hub::{Hub, discover};
use crate::place;
use crate::registry::command::{self, BuildOptions, Outcome};
use crate::registry::preview::{self, GetOptions, SearchOptions};
use crate::registry::problem::Problem;
use crate::registry::rank::Filters;
use crate::report::safe;
use crate::rule::Context;
use crate::run;
use crate::text::Unit;
use jiff::Timestamp;
use std::io::{self, Write};

/// Build a hub: registry, search index and content tree. `moment` is what the registry is dated with.
///
/// # Errors
/// When the content or the output is behind a link of a pull request, `--strict` cannot read the hub or its settings, or
/// standard output breaks.
pub fn build(args: &BuildArgs, moment: Timestamp, out: &mut dyn Write) -> Result<Exit, Error> {
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
        refusals(args, moment)?
    } else {
        Vec::new()
    };
    say(&command::build(&options, &refusals), out)
}

/// What the linter calls an error, which `--strict` takes for a reason not to build.
fn refusals(args: &BuildArgs, moment: Timestamp) -> Result<Vec<Problem>, Error> {
    let mut problems = Vec::new();
    if !std::path::Path::try_exists(&args.content).unwrap_or(false) {
        // The build itself says so.
        return Ok(problems);
    }
    for folder in discover::hubs(std::slice::from_ref(&args.content))? {
        let settings = Settings::load(&folder.root, &Overrides::default())?;
        let hub = discover::read(&folder, "", &settings.exclude, None)?;
        let coverage = run::cover(&hub, &settings);
        let context = Context {
            today: jiff::tz::TimeZone::UTC.to_datetime(moment).date(),
            settings: &settings,
            coverage: &coverage,
        };
        let found = check::check(&hub, None, &context);
        let errors = found
            .iter()
            // What is wrong with registries that authors supply, the build says itself.
            .filter(|diagnostic| {
                diagnostic.severity == Severity::Error && diagnostic.rule != "invalid-registry"
            });
        problems.extend(errors.map(|diagnostic| problem(&hub, diagnostic)));
    }
    Ok(problems)
}

fn problem(hub: &Hub, diagnostic: &crate::diagnostic::Diagnostic) -> Problem {
    let path = diagnostic.path.in_hub();
    let message = format!("[{}] {}", diagnostic.rule, diagnostic.message);
    let document = hub.text_at(path);
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

/// Show what a client gets for an id.
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
        // Nobody is left to be told when standard error is gone.
        let _ = writeln!(stderr, "{}", safe::text(line));
    }
    match out
        .write_all(outcome.stdout.as_bytes())
        .and_then(|()| out.flush())
    {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        result => result.map_err(Error::Output)?,
    }
    Ok(if outcome.success {
        Exit::Clean
    } else {
        Exit::Findings
    })
}
