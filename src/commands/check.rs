//! `chub-lint check`: check hubs, or fix them, and write the reports. `--watch` does so again when files change.

use super::args::{CommonArgs, OutputParser, OutputTarget};
use super::symbols_arg::SymbolsParser;
use super::unchecked;
use super::watch::{Change, HubWatcher};
use super::{CommandError, RunEnv, show_settings, stdin};
use crate::config::Overrides;
use crate::config::file::FailOn;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::exit::{self, Exit};
use crate::fix::{self, engine};
use crate::fsio;
use crate::hub::discover;
use crate::hub::shard::Shard;
use crate::pipeline::{self, LoadRequest, RegistryOptions, SymbolRequest, Workspace};
use crate::report::statistics::StatisticsReporter;
use crate::report::text::TextReporter;
use crate::report::{
    Format, NextCommands, RenderOptions, Reporter, Run, RunSummary, pluralize, text_summary,
};
use crate::safe_text::{self, SafeText};
use clap::Args;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Check hubs, folders or files (the default command)
#[derive(Clone, Debug, Args)]
#[command(mut_arg("verbose", |arg| arg.help(
    "Explain what was skipped. Given twice (`-vv`): also log to standard error what is decided, and why"
)))]
pub struct CheckArgs {
    /// Content hubs, folders in them, or files; `-` for standard input. Files still respect `exclude`
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// The path of the file whose text is read from standard input. It need not exist. With `--fix`, the fixed text is
    /// written to standard output, and the report to standard error
    #[arg(long, value_name = "PATH", conflicts_with_all = ["watch", "shard"])]
    pub stdin_filename: Option<PathBuf>,
    /// List the files that would be checked, without checking them. With `-v`: also those that are skipped
    #[arg(long, conflicts_with_all = ["show_settings", "statistics", "fix", "diff", "patch", "watch", "output"])]
    pub show_files: bool,
    /// Show the settings in force and where each is from, without checking
    #[arg(long, conflicts_with_all = ["statistics", "fix", "diff", "patch", "watch", "output"])]
    pub show_settings: bool,
    /// Write the results as FORMAT, to standard output or to a file. May be repeated
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = OutputParser)]
    pub output: Vec<OutputTarget>,
    /// Settings and registries.
    #[command(flatten)]
    pub common: CommonArgs,
    /// The lowest severity that sets the exit code to 1
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Check only one of several equal parts of each hub: 2/8. `merge` joins the reports
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
    /// Check what code uses (Python, JavaScript, TypeScript) against releases of its package: the declared one, `both` (also the
    /// newest) or `off`. `oldest:N` checks N entries, those that were checked longest ago. By default only for named files and
    /// with `--since`
    #[arg(long, value_name = "RELEASES", value_parser = SymbolsParser, num_args = 0..=1, require_equals = true, default_missing_value = "both")]
    pub symbols: Option<SymbolRequest>,
    /// Report only on entries that changed since a branch, tag or commit
    #[arg(long, value_name = "REF")]
    pub since: Option<String>,
    /// Show at most this many findings as text; all are counted
    #[arg(long, value_name = "N")]
    pub max_findings: Option<usize>,
    /// Also report the findings in the baseline
    #[arg(long)]
    pub no_baseline: bool,
    /// Apply safe fixes, then report the remaining findings
    #[arg(long)]
    pub fix: bool,
    /// Show what `--fix` would change, without changing files. Use `--patch` for a patch that applies
    #[arg(long, conflicts_with_all = ["fix", "output", "watch"])]
    pub diff: bool,
    /// Write what `--fix` would change to a file, as a patch for `git apply`, without changing files
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fix", "output", "watch"])]
    pub patch: Option<PathBuf>,
    /// Also apply (or show) fixes that need review
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Watch for changes and check again
    #[arg(long, conflicts_with_all = ["fix", "output"])]
    pub watch: bool,
    /// Show how many findings each rule has in place of the findings; as `text` or `json`
    #[arg(long, conflicts_with_all = ["diff", "patch"])]
    pub statistics: bool,
    /// Write the findings and nothing else: no summary and no progress
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
}

impl CheckArgs {
    /// What to load.
    pub(super) fn request(&self) -> LoadRequest<'_> {
        let request = self.common.request(&self.paths);
        LoadRequest {
            overrides: Overrides {
                fail_on: self.fail_on,
                ..request.overrides
            },
            symbols: self.symbols.unwrap_or_default(),
            since: self.since.as_deref(),
            registries: RegistryOptions {
                quiet: self.quiet,
                ..request.registries
            },
            shard: self.shard,
            baseline: !self.no_baseline,
            ..request
        }
    }
}

/// Check hubs and write the results.
///
/// # Errors
/// When the run fails.
pub fn run(args: &CheckArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let countable = |output: &OutputTarget| matches!(output.format, Format::Text | Format::Json);
    if args.statistics && !args.output.iter().all(countable) {
        return Err(CommandError::StatisticsFormat.into());
    }
    let rotates = args.symbols.is_some_and(|symbols| symbols.oldest.is_some());
    if rotates && args.common.locked.is_some() {
        return Err(CommandError::RotationLocked.into());
    }
    let unsaved = stdin::read(&args.paths, args.stdin_filename.as_deref())?;
    let request = LoadRequest {
        unsaved: unsaved.as_ref(),
        ..args.request()
    };
    if args.show_files {
        show_settings::files(args.common.verbosity.verbose > 0, &request, env, out)
    } else if args.show_settings {
        show_settings::settings(&request, env, out)
    } else if args.watch {
        watch(args, env, out)
    } else {
        check(args, &request, None, env, out)
    }
}

/// The most files that are named when several change at once.
const MAX_LISTED_FILES: usize = 3;

/// Check, and check again when something changes, until it is stopped. Errors on the way (a config that does not parse
/// yet) are reported, and the watch goes on.
fn watch(args: &CheckArgs, env: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut watch = HubWatcher::new(&args.paths, args.common.config.as_deref())?;
    let mut exit = check(args, &args.request(), None, env, out)?;
    loop {
        writeln!(out, "\nwatching for changes (Ctrl-C to stop)").map_err(Error::Output)?;
        out.flush().map_err(Error::Output)?;
        let (what, changed) = match watch.next(None) {
            None => return Ok(exit),
            Some(Change::Settings) => {
                // The config may name other files now. One that does not parse is watched until it does.
                watch = HubWatcher::new(&args.paths, args.common.config.as_deref())?;
                ("everything".to_owned(), None)
            }
            Some(Change::Files(files)) => (listed(&files, &env.cwd), Some(files)),
        };
        writeln!(out, "\nchecking again: {}", safe_text::escape(&what)).map_err(Error::Output)?;
        match check(args, &args.request(), changed.as_ref(), env, out) {
            Ok(next) => exit = next,
            Err(Error::Output(error)) => return Err(Error::Output(error)),
            Err(error) => writeln!(out, "{}", error.render()).map_err(Error::Output)?,
        }
    }
}

/// The names of some files, as many as fit.
fn listed(files: &BTreeSet<PathBuf>, cwd: &Path) -> String {
    let names = files.iter().take(MAX_LISTED_FILES);
    let names: Vec<_> = names.map(|file| pipeline::display_path(file, cwd)).collect();
    let more = match files.len().saturating_sub(MAX_LISTED_FILES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", names.join(", "))
}

/// Check hubs, and write the results. `changed`: show only the findings in the entries of these files; all are counted.
fn check(
    args: &CheckArgs,
    request: &LoadRequest<'_>,
    changed: Option<&BTreeSet<PathBuf>>,
    env: &RunEnv,
    out: &mut dyn Write,
) -> Result<Exit, Error> {
    let started = Instant::now();
    let mut workspaces = Workspace::load_and_check(request, &env.cwd, env.today)?;
    show_settings::warn_unused_tables(request, &workspaces);
    let mut fixed = 0;
    let mut fixed_text = None;
    let preview = args.diff || args.patch.is_some();
    if args.fix || preview {
        let outcome = engine::apply_fixes(&mut workspaces, args.unsafe_fixes)?;
        for path in &outcome.links {
            let path = SafeText::new(path.as_str());
            let note =
                format!("note: {path}: not fixed, because it is a link; fix the file that it leads to");
            let _ = writeln!(io::stderr(), "{note}");
        }
        if preview {
            let exit = show_diff(args, &outcome, out)?;
            unchecked::report_workspaces(&workspaces, args.common.fail_on_unchecked)?;
            return Ok(exit);
        }
        fixed = outcome.fixed;
        if let Some(file) = request.unsaved {
            fixed_text = Some(stdin::fixed(file, outcome));
        } else {
            let files = outcome.changed.iter();
            fix::save::save_files(files.filter_map(|file| Some((workspaces.get(file.hub)?.root(), file))))?;
        }
    }
    let findings = pipeline::suppress(&workspaces)?;
    let summary = RunSummary {
        shard: args.shard,
        fixed,
        fail_on_unchecked: args.common.fail_on_unchecked,
        elapsed: started.elapsed(),
        ..pipeline::summarise(&workspaces, &findings)
    };
    let render = render_options(args, env);
    let Some(text) = fixed_text else {
        return finish(
            args,
            changed,
            &render,
            workspaces,
            findings.diagnostics,
            summary,
            out,
        );
    };
    exit::ignore_broken_pipe(out.write_all(&text).and_then(|()| out.flush()))?;
    // Nothing is known about the terminal of standard error.
    let (render, mut stderr) = (plain(&render), io::stderr());
    finish(
        args,
        changed,
        &render,
        workspaces,
        findings.diagnostics,
        summary,
        &mut stderr,
    )
}

/// Show what `--fix` would do. Something to fix is exit code 1.
fn show_diff(args: &CheckArgs, outcome: &engine::FixOutcome, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut shown = String::new();
    if let Some(file) = &args.patch {
        let patch: String = outcome.changed.iter().map(fix::diff::patch).collect();
        fsio::write_atomic(file, patch.as_bytes())?;
        let files = match outcome.changed.len() {
            0 => "nothing to fix; the patch is empty".to_owned(),
            1 => "wrote a patch of 1 file".to_owned(),
            count => format!("wrote a patch of {count} files"),
        };
        shown = format!("{files}: {}\n", SafeText::new(&file.display().to_string()));
    }
    if args.diff {
        shown.extend(outcome.changed.iter().map(fix::diff::render));
    }
    exit::ignore_broken_pipe(out.write_all(shown.as_bytes()).and_then(|()| out.flush()))?;
    Ok(if outcome.changed.is_empty() {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// How the reports look on standard output.
fn render_options(args: &CheckArgs, env: &RunEnv) -> RenderOptions {
    RenderOptions {
        verbose: args.common.verbosity.verbose > 0,
        most: args.max_findings,
        quiet: args.quiet,
        next: next_commands(args, &env.arguments),
        ..env.render.clone()
    }
}

/// How they look where there is no terminal.
fn plain(render: &RenderOptions) -> RenderOptions {
    RenderOptions {
        colour: false,
        width: None,
        height: None,
        ..render.clone()
    }
}

/// Write the reports, and return the exit code.
fn finish(
    args: &CheckArgs,
    changed: Option<&BTreeSet<PathBuf>>,
    render: &RenderOptions,
    mut workspaces: Vec<Workspace>,
    diagnostics: Vec<Diagnostic>,
    summary: RunSummary,
    out: &mut dyn Write,
) -> Result<Exit, Error> {
    let fail_on = workspaces.iter().filter_map(|w| w.settings().fail_on).min();
    let worst = diagnostics.iter().map(|d| d.severity).max();
    let mut hubs = pipeline::take_hubs(&mut workspaces);
    if let Some(changed) = changed {
        for (hub, workspace) in hubs.iter_mut().zip(&workspaces) {
            let inside = |file: &PathBuf| discover::inside(workspace.root(), file);
            hub.narrow_to(&changed.iter().filter_map(inside).collect());
        }
    }
    let run = Run {
        hubs: &hubs,
        diagnostics,
        summary,
        marks: Vec::new(),
    };
    match changed {
        Some(_) => write_focused(&run, render, out)?,
        None => write_reports(&run, args, render, out)?,
    }
    unchecked::report(&run.summary.not_checked, args.common.fail_on_unchecked)?;
    if !args.watch {
        // The process ends here, and its memory with it: taking a hub apart piece by piece is a twentieth of a run.
        std::mem::forget(run);
        std::mem::forget(hubs);
        std::mem::forget(workspaces);
    }
    Ok(Exit::from_severity(worst, fail_on))
}

/// The longest command that is suggested as a whole, in characters.
const MAX_COMMAND: usize = 60;

/// What to try after this command.
fn next_commands(args: &CheckArgs, arguments: &[OsString]) -> NextCommands {
    let command = command_line(arguments).filter(|_| args.output.is_empty());
    let with = |flags: &str| match &command {
        Some(command) => format!("`{command} {flags}`"),
        None if args.fix => format!("this command with `{flags}` in place of `--fix`"),
        None => format!("this command with `{flags}`"),
    };
    let (fix, review) = match (args.fix, args.unsafe_fixes) {
        _ if args.watch => (None, None),
        (true, true) => (None, None),
        // What is suggested for a review only shows.
        (true, false) => (None, Some(with("--diff --unsafe-fixes"))),
        (false, true) => (Some(with("--fix")), Some(with("--diff"))),
        (false, false) => (Some(with("--fix")), Some(with("--diff --unsafe-fixes"))),
    };
    NextCommands { fix, review }
}

/// The command as somebody can paste it, without `--fix`; `None` when it is long, or a shell would read an argument in another way.
fn command_line(arguments: &[OsString]) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./,=+@:".contains(c);
    let mut command = env!("CARGO_PKG_NAME").to_owned();
    // `--diff` cannot be used with `--fix`.
    let is_repeated = |argument: &&OsString| *argument != "--statistics" && *argument != "--fix";
    for argument in arguments.iter().filter(is_repeated) {
        let argument = argument.to_str()?;
        if argument == "--" || argument.is_empty() || !argument.chars().all(is_plain) {
            return None;
        }
        command.push(' ');
        command.push_str(argument);
    }
    (command.len() <= MAX_COMMAND).then_some(command)
}

/// Write the findings in the files that the hubs are narrowed to, and count all.
fn write_focused(run: &Run<'_>, render: &RenderOptions, out: &mut dyn Write) -> Result<(), Error> {
    let is_shown = |diagnostic: &Diagnostic| {
        let mut hubs = run.hubs.iter().filter(|hub| hub.shown == diagnostic.path.hub());
        hubs.any(|hub| hub.in_focus(&diagnostic.path))
    };
    let shown = Run {
        hubs: run.hubs,
        diagnostics: run.diagnostics.iter().filter(|d| is_shown(d)).cloned().collect(),
        summary: RunSummary::default(),
        marks: Vec::new(),
    };
    let mut text = Vec::new();
    let count = |run: &Run<'_>| run.diagnostics.iter().map(Diagnostic::count).sum::<usize>();
    let others = count(run).saturating_sub(count(&shown));
    TextReporter {
        render: render.clone(),
    }
    .findings(&shown, &mut text)
    .and_then(|()| match others {
        0 => Ok(()),
        others => writeln!(text, "{} in other files\n", pluralize(others, "finding")),
    })
    .and_then(|()| writeln!(text, "{}", text_summary::one_line(run)))
    .map_err(Error::Output)?;
    exit::ignore_broken_pipe(out.write_all(&text))
}

/// Write every report. Files are written before standard output, so that a closed pipe does not prevent them.
fn write_reports(
    run: &Run<'_>,
    args: &CheckArgs,
    render: &RenderOptions,
    out: &mut dyn Write,
) -> Result<(), Error> {
    let text = [OutputTarget {
        format: Format::Text,
        file: None,
    }];
    let outputs = match args.output.as_slice() {
        [] => &text,
        outputs => outputs,
    };
    let reporter = |format: Format, render: RenderOptions| -> Box<dyn Reporter> {
        if args.statistics {
            let json = format == Format::Json;
            return Box::new(StatisticsReporter { render, json });
        }
        format.reporter(render)
    };
    for (output, file) in outputs
        .iter()
        .filter_map(|o| o.file.as_ref().map(|file| (o, file)))
    {
        let mut bytes = Vec::new();
        reporter(output.format, plain(render))
            .report(run, &mut bytes)
            .map_err(Error::Output)?;
        fsio::write_atomic(file, &bytes)?;
    }
    for output in outputs.iter().filter(|o| o.file.is_none()) {
        let reporter = reporter(output.format, render.clone());
        exit::ignore_broken_pipe(reporter.report(run, out).and_then(|()| out.flush()))?;
    }
    Ok(())
}
