//! The pipeline, step by step: discover, parse, resolve, fetch, check, suppress, report.

use crate::cli::args::{CheckArgs, Output};
use crate::commands;
use crate::document::Document;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fix::{self, engine};
use crate::fsio;
use crate::hub::EXCLUDED;
use crate::pipeline::lookup;
use crate::pipeline::{self, Checked, Request, World, gather};
use crate::report::safe::Safe;
use crate::report::{Format, Look, Run, Summary};
use crate::rules::freshness;
use crate::suppress::{By, Findings};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

/// Check hubs and write the results.
///
/// # Errors
/// When the run fails.
pub fn check(args: &CheckArgs, world: &World, out: &mut dyn Write) -> Result<Exit, Error> {
    if args.watch {
        return commands::watch::run(args, world, out);
    }
    check_once(args, None, world, out)
}

/// Check hubs, or the entries of some of their files, and write the results.
///
/// # Errors
/// When the run fails.
pub fn check_once(
    args: &CheckArgs,
    only: Option<&BTreeSet<PathBuf>>,
    world: &World,
    out: &mut dyn Write,
) -> Result<Exit, Error> {
    let started = Instant::now();
    let request = Request {
        only,
        ..request(args)
    };
    let mut checked = gather(&request, &world.cwd, world.today)?;
    let mut fixed = 0;
    let preview = args.diff || args.patch.is_some();
    if args.fix || preview {
        let outcome = engine::fix(&mut checked, args.unsafe_fixes, &world.cwd, world.today)?;
        for path in &outcome.links {
            let path = Safe::new(path.as_str());
            let note =
                format!("note: {path}: not fixed, because it is a link; fix the file that it leads to");
            let _ = writeln!(io::stderr(), "{note}");
        }
        if preview {
            return show_diff(args, &outcome, out);
        }
        let files = outcome.changed.iter();
        fix::save::save(files.filter_map(|file| Some((&*checked.get(file.hub)?.root, file))))?;
        fixed = outcome.fixed;
    }
    let findings = pipeline::suppress(&checked, &world.cwd, world.today)?;
    let found = Found {
        checked,
        findings,
        fixed,
        started,
    };
    finish(args, world, found, out)
}

/// What a run found.
struct Found {
    checked: Vec<Checked>,
    findings: Findings,
    fixed: usize,
    started: Instant,
}

/// Show what `--fix` would do. Something to fix is exit code 1.
fn show_diff(args: &CheckArgs, outcome: &engine::Outcome, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut shown = String::new();
    if let Some(file) = &args.patch {
        let patch: String = outcome.changed.iter().map(fix::diff::patch).collect();
        fsio::write_atomic(file, patch.as_bytes())?;
        let files = match outcome.changed.len() {
            0 => "nothing to fix; the patch is empty".to_owned(),
            1 => "wrote a patch of 1 file".to_owned(),
            count => format!("wrote a patch of {count} files"),
        };
        shown = format!("{files}: {}\n", Safe::new(&file.display().to_string()));
    }
    if args.diff {
        shown.extend(outcome.changed.iter().map(fix::diff::shown));
    }
    exit::written(out.write_all(shown.as_bytes()).and_then(|()| out.flush()))?;
    Ok(if outcome.changed.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// What the flags of `check` ask for.
fn request(args: &CheckArgs) -> Request<'_> {
    Request {
        fail_on: args.fail_on,
        since: args.since.as_deref(),
        shard: args.shard,
        baseline: !args.no_baseline,
        ..Request::all_of(&args.paths, &args.common)
    }
}

/// Write the reports, and return the exit code.
fn finish(args: &CheckArgs, world: &World, found: Found, out: &mut dyn Write) -> Result<Exit, Error> {
    let Found {
        mut checked,
        findings,
        fixed,
        started,
    } = found;
    let fail_on = checked.iter().filter_map(|c| c.settings.fail_on).min();
    let worst = findings.diagnostics.iter().map(|d| d.severity).max();
    let mut summary = summarise(&checked);
    summary.shard = args.shard;
    for hidden in &findings.hidden {
        *match hidden.by {
            By::Allow => &mut summary.suppressed.allow,
            By::Baseline => &mut summary.suppressed.baseline,
            By::Paths => &mut summary.suppressed.paths,
        } += 1;
    }
    summary.fixed = fixed;
    summary.elapsed = started.elapsed();
    let hubs = pipeline::hubs(&mut checked, &world.cwd);
    let run = Run {
        hubs: &hubs,
        diagnostics: findings.diagnostics,
        summary,
    };
    let look = Look {
        verbose: args.verbose,
        most: args.max_findings,
        ..world.look
    };
    write_reports(&run, &args.output, look, out)?;
    if !args.watch {
        // The process ends here, and its memory with it: taking a hub apart piece by piece is a twentieth of a run.
        std::mem::forget(run);
        std::mem::forget(hubs);
        std::mem::forget(checked);
    }
    Ok(Exit::of(worst, fail_on))
}

/// Count what was checked, and what was not.
fn summarise(checked: &[Checked]) -> Summary {
    let mut summary = Summary::default();
    let not_checked = &mut summary.not_checked;
    for Checked {
        hub,
        settings,
        coverage,
        releases,
        ..
    } in checked
    {
        summary.documents += hub.focused().count();
        summary.code_blocks += hub
            .focused()
            .map(|document| document.body.code_blocks.len())
            .sum::<usize>();
        summary.skipped.extend(hub.skipped.iter().cloned());
        not_checked
            .rules
            .extend(settings.off.iter().map(|id| (*id).to_owned()));
        for reason in hub.focused_skips() {
            *not_checked.documents.entry(reason.to_owned()).or_default() += 1;
        }
        for samples in hub.focused().filter_map(Document::judged) {
            for (reason, count) in samples.unchecked() {
                let reason = reason.reason().to_owned();
                *not_checked.blocks.entry(reason).or_default() += count;
            }
        }
        if let Some(releases) = releases {
            lookup::count(releases, &mut summary.packages, not_checked);
        }
        let covered = hub.focused().filter_map(|document| coverage.get(&document.path));
        let packages = covered.flat_map(|covered| {
            let installs = covered.installs.iter().map(|install| &install.package);
            covered.packages().iter().chain(installs)
        });
        for package in packages.filter(|package| freshness::is_listed(&settings.freshness.exclude, package)) {
            not_checked
                .packages
                .insert(package.to_string(), EXCLUDED.to_owned());
        }
    }
    summary
}

/// Write every report. Files are written before standard output, so that a closed pipe does not prevent them.
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
        let reporter = output.format.reporter(look);
        exit::written(reporter.report(run, out).and_then(|()| out.flush()))?;
    }
    Ok(())
}
