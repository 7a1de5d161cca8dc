//! Parse arguments, run, return the exit code. Nothing else.

#![expect(
    clippy::disallowed_methods,
    reason = "the one place that asks where and when it is"
)]

use anstream::ColorChoice;
use chub_lint::cli::{Cli, Command};
use chub_lint::error::Error;
use chub_lint::exit::Exit;
use chub_lint::report::Look;
use chub_lint::run::{self, World};
use chub_lint::{explain, report};
use clap::Parser;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            let text = error.to_string();
            let lines: Vec<_> = text
                .lines()
                .map(|line| report::safe::text(line).into_owned())
                .collect();
            let prefix = if text.starts_with("error") { "" } else { "error: " };
            let _ = writeln!(io::stderr(), "{prefix}{}", lines.join("\n"));
            Exit::Failed.into()
        }
    }
}

fn dispatch(cli: Cli) -> Result<Exit, Error> {
    let mut out = BufWriter::new(io::stdout().lock());
    let world = world()?;
    match cli.command {
        None => run::check(&cli.check, &world, &mut out),
        Some(Command::Check(args)) => run::check(&args, &world, &mut out),
        Some(Command::Explain { rule }) => explain::explain(&rule, world.look, &mut out),
        Some(Command::Rules { output }) => explain::list(output, &mut out),
    }
}

fn world() -> Result<World, Error> {
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
    Ok(World {
        cwd,
        today,
        look: Look {
            colour,
            width,
            verbose: false,
        },
    })
}

fn terminal_width() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}
