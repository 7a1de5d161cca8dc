//! `chub-lint man`: the manual page.

use super::{Cli, RunEnv};
use crate::error::Error;
use crate::exit::{self, Exit};
use clap::{Args, CommandFactory};
use std::io::{self, Write};

/// Write the manual page
#[derive(Clone, Copy, Debug, Args)]
pub struct ManArgs {}

/// Write the manual page.
///
/// # Errors
/// When the output cannot be written.
pub fn run(_: &ManArgs, _: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    exit::ignore_broken_pipe(page(out)).map(|()| Exit::Clean)
}

/// The options of the tool, then those of each command.
fn page(mut out: &mut dyn Write) -> io::Result<()> {
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut out)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let page = clap_mangen::Man::new(sub.clone());
        writeln!(out, ".SH \"THE COMMAND {}\"", sub.get_name().to_uppercase())?;
        let mut part = Vec::new();
        page.render_synopsis_section(&mut part)?;
        page.render_description_section(&mut part)?;
        page.render_options_section(&mut part)?;
        // One page has one set of sections: those of a command become its subsections.
        for line in String::from_utf8_lossy(&part).lines() {
            let line = line
                .strip_prefix(".SH ")
                .map_or_else(|| line.to_owned(), |t| format!(".SS {t}"));
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
