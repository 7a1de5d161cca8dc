//! Parse arguments, run, return the exit code. Nothing else.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that asks where and when it is"
)]

use anstream::ColorChoice;
use chub_lint::commands::{Cli, CommandError, RunEnv, logging};
use chub_lint::error::Error;
use chub_lint::exit::Exit;
use chub_lint::report::RenderOptions;
use clap::Parser;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

/// Bytes of stack for each worker. Only reserved: a parser that recurses deeper than usual finds it there instead of
/// mapping a new one for every larger block.
const WORKER_STACK: usize = 64 << 20;

/// Parsing makes and drops millions of small values on all threads; the system's allocator takes a sixth of a run.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    logging::start(cli.verbosity());
    // It fails only when threads cannot be started at all; the default pool then says so.
    let _ = rayon::ThreadPoolBuilder::new()
        .stack_size(WORKER_STACK)
        .build_global();
    match run(&cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            let _ = writeln!(io::stderr(), "{}", error.render());
            Exit::Failed.into()
        }
    }
}

fn run(cli: &Cli) -> Result<Exit, Error> {
    // Not locked: the language server writes from a separate thread.
    cli.run(&run_env()?, &mut BufWriter::new(io::stdout()))
}

fn run_env() -> Result<RunEnv, Error> {
    let cwd = std::env::current_dir()
        .and_then(|cwd| cwd.canonicalize())
        .map_err(|source| Error::Unreadable {
            path: ".".into(),
            source,
        })?;
    let stdout = io::stdout();
    let colour = !matches!(anstream::AutoStream::choice(&stdout), ColorChoice::Never);
    let width = stdout.is_terminal().then(terminal_width).flatten();
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    Ok(RunEnv {
        cwd,
        today,
        moment,
        look: RenderOptions {
            colour,
            width,
            verbose: false,
            most: None,
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

fn terminal_width() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}
