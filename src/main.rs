//! Parse arguments, run, return the exit code. Nothing else.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that asks where and when it is"
)]

use anstream::ColorChoice;
use chub_lint::commands::args::ColorWhen;
use chub_lint::commands::{Cli, CommandError, RunEnv, logging};
use chub_lint::error::Error;
use chub_lint::exit::Exit;
use chub_lint::report::RenderOptions;
use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;
use terminal_size::{Height, Width, terminal_size_of};

/// Bytes of stack for each worker. Only reserved: a parser that recurses deeper than usual finds it there instead of
/// mapping a new one for every larger block.
const WORKER_STACK: usize = 64 << 20;

/// Parsing makes and drops millions of small values on all threads; the system's allocator takes a sixth of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let cli = Cli::from_arguments(arguments.clone());
    logging::start(cli.verbosity());
    match cli.color {
        ColorWhen::Auto => {}
        ColorWhen::Always => ColorChoice::Always.write_global(),
        ColorWhen::Never => ColorChoice::Never.write_global(),
    }
    // Zero means one thread for each processor. It fails only when no thread can be started; the default pool then
    // reports that.
    let _ = rayon::ThreadPoolBuilder::new()
        .num_threads(cli.jobs().unwrap_or(0))
        .stack_size(WORKER_STACK)
        .build_global();
    match run(&cli, arguments) {
        Ok(exit) => exit.into(),
        Err(error) => {
            let _ = writeln!(io::stderr(), "{}", error.render());
            Exit::Failed.into()
        }
    }
}

fn run(cli: &Cli, arguments: Vec<OsString>) -> Result<Exit, Error> {
    // Not locked: the language server writes from a separate thread.
    cli.run(&run_env(arguments)?, &mut BufWriter::new(io::stdout()))
}

fn run_env(arguments: Vec<OsString>) -> Result<RunEnv, Error> {
    let cwd = std::env::current_dir()
        .and_then(|cwd| cwd.canonicalize())
        .map_err(|source| Error::Unreadable {
            path: ".".into(),
            source,
        })?;
    let stdout = io::stdout();
    let colour = !matches!(anstream::AutoStream::choice(&stdout), ColorChoice::Never);
    let (width, height) = match stdout.is_terminal() {
        true => (
            terminal_size("COLUMNS", |(width, _)| width.0),
            terminal_size("LINES", |(_, height)| height.0),
        ),
        false => (None, None),
    };
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    Ok(RunEnv {
        cwd,
        arguments,
        today,
        moment,
        render: RenderOptions {
            colour,
            width,
            height,
            ..RenderOptions::default()
        },
    })
}

/// Now, or the moment that reproducible builds are dated with.
/// See <https://reproducible-builds.org/specs/source-date-epoch/>.
fn moment() -> Result<jiff::Timestamp, Error> {
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|epoch| !epoch.is_empty()) else {
        return Ok(jiff::Timestamp::now());
    };
    let seconds = epoch.to_str().and_then(|epoch| epoch.parse().ok());
    let moment = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    moment.ok_or_else(|| CommandError::Epoch.into())
}

/// The width or height of the terminal. Shells keep their own variable for each, which counts when it is exported.
fn terminal_size(variable: &str, part: fn((Width, Height)) -> u16) -> Option<usize> {
    let set = std::env::var(variable).ok().and_then(|size| size.parse().ok());
    set.or_else(|| terminal_size_of(io::stdout()).map(|size| usize::from(part(size))))
}
