//! The pipeline, step by step: discover, parse, resolve, fetch, check, settle, report.

use crate::check;
use crate::cli::args::{CheckArgs, CommonArgs, Output};
use crate::config::{Overrides, Settings, find};
use crate::diagnostic::Severity;
use crate::error::Error;
use crate::exit::Exit;
use crate::fsio;
use crate::hub::{Hub, discover};
use crate::package::coverage::Coverage;
use crate::package::resolve;
use crate::report::{Format, Look, Run, Summary};
use crate::rule::Context;
use jiff::civil::Date;
use rayon::prelude::*;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What a run needs of the world around it.
#[derive(Debug)]
pub struct World {
    /// The working folder.
    pub cwd: PathBuf,
    /// The day.
    pub today: Date,
    /// How standard output may look.
    pub look: Look,
}

/// Check hubs and write the results.
///
/// # Errors
/// When the run itself fails.
pub fn check(args: &CheckArgs, world: &World, out: &mut dyn Write) -> Result<Exit, Error> {
    let started = Instant::now();
    let mut hubs = Vec::new();
    let mut diagnostics = Vec::new();
    let mut fail_on: Option<Severity> = None;
    for folder in discover::hubs(&args.paths)? {
        let settings = settings(&folder.root, args)?;
        fail_on = fail_on.into_iter().chain(settings.fail_on).min();
        let mut hub = discover::read(&folder, &shown(&folder.root, &world.cwd), &settings.exclude)?;
        if let Some(shard) = args.shard {
            shard.narrow(&mut hub);
        }
        let coverage = cover(&hub, &settings);
        let context = Context {
            today: world.today,
            settings: &settings,
            coverage: &coverage,
        };
        diagnostics.extend(check::check(&hub, None, &context));
        hubs.push(hub);
    }
    check::sort(&mut diagnostics);
    let worst = diagnostics.iter().map(|d| d.severity).max();
    let mut summary = summarise(&hubs);
    summary.shard = args.shard;
    summary.elapsed = started.elapsed();
    let run = Run {
        hubs: &hubs,
        diagnostics,
        summary,
    };
    write_reports(
        &run,
        &args.output,
        Look {
            verbose: args.verbose,
            ..world.look
        },
        out,
    )?;
    Ok(match (worst, fail_on) {
        (Some(worst), Some(least)) if worst >= least => Exit::Findings,
        _ => Exit::Clean,
    })
}

fn settings(hub: &Path, args: &CheckArgs) -> Result<Settings, Error> {
    let CommonArgs {
        config,
        isolated,
        select,
        ignore,
        exclude,
        ..
    } = args.common.clone();
    let overrides = Overrides {
        config,
        isolated,
        select,
        ignore,
        exclude,
        fail_on: args.fail_on,
    };
    Settings::load(hub, &overrides)
}

/// How a hub is named in output: relative to the repository root, else to the working folder, else by its own
/// name. Never absolute, and never with `..`, so that reports can be compared and uploaded.
fn shown(root: &Path, cwd: &Path) -> String {
    let base = find::repository(root);
    let relative = base.as_deref().and_then(|base| root.strip_prefix(base).ok());
    let relative = relative.or_else(|| root.strip_prefix(cwd).ok());
    let path = relative.map_or_else(
        || root.file_name().map(PathBuf::from).unwrap_or_default(),
        Path::to_path_buf,
    );
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// The packages of every document to report on.
#[must_use]
pub fn cover(hub: &Hub, settings: &Settings) -> Coverage {
    let focused: Vec<_> = hub.focused().collect();
    let covered: Vec<_> = focused
        .par_iter()
        .map(|d| (d.path.clone(), resolve::cover(d, settings)))
        .collect();
    let mut coverage = Coverage::default();
    for (path, covered) in covered {
        coverage.insert(path, covered);
    }
    coverage
}

fn summarise(hubs: &[Hub]) -> Summary {
    let mut summary = Summary::default();
    for hub in hubs {
        summary.documents += hub.focused().count();
        summary.code_blocks += hub
            .focused()
            .map(|document| document.body.code_blocks.len())
            .sum::<usize>();
        summary.skipped.extend(hub.skipped.iter().cloned());
    }
    summary
}

/// Write every report. Files are written before standard output, so that a closed pipe costs none of them.
fn write_reports(run: &Run<'_>, outputs: &[Output], look: Look, out: &mut dyn Write) -> Result<(), Error> {
    let text = [Output {
        format: Format::Text,
        file: None,
    }];
    let outputs = if outputs.is_empty() { &text } else { outputs };
    for (output, file) in outputs
        .iter()
        .filter_map(|o| o.file.as_ref().map(|file| (o, file)))
    {
        let mut bytes = Vec::new();
        let plain = Look {
            colour: false,
            width: None,
            ..look
        };
        output
            .format
            .reporter(plain)
            .report(run, &mut bytes)
            .map_err(Error::Output)?;
        fsio::write_atomic(file, &bytes)?;
    }
    for output in outputs.iter().filter(|o| o.file.is_none()) {
        match output
            .format
            .reporter(look)
            .report(run, out)
            .and_then(|()| out.flush())
        {
            // The reader has seen enough: `chub-lint | head`.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            other => other.map_err(Error::Output)?,
        }
    }
    Ok(())
}
