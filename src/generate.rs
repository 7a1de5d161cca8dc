//! Files for other tools: completions for shells, the manual page, JSON Schemas for editors.

use crate::cli::Cli;
use crate::cli::generate::Schema;
use crate::error::Error;
use crate::exit::{self, Exit};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

/// Write the completions of a shell.
///
/// # Errors
/// When the output cannot be written.
pub fn completions(shell: Shell, out: &mut dyn Write) -> Result<Exit, Error> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "chub-lint", &mut bytes);
    finish(&bytes, out)
}

/// Write the manual page: the options of the tool, then those of each command.
///
/// # Errors
/// When the output cannot be written.
pub fn man(out: &mut dyn Write) -> Result<Exit, Error> {
    let mut command = Cli::command();
    command.build();
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command.clone())
        .render(&mut bytes)
        .map_err(Error::Output)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let page = clap_mangen::Man::new(sub.clone());
        writeln!(bytes, ".SH \"THE COMMAND {}\"", sub.get_name().to_uppercase()).map_err(Error::Output)?;
        let mut part = Vec::new();
        page.render_synopsis_section(&mut part).map_err(Error::Output)?;
        page.render_description_section(&mut part)
            .map_err(Error::Output)?;
        page.render_options_section(&mut part).map_err(Error::Output)?;
        // One page has one set of sections: those of a command become its subsections.
        for line in String::from_utf8_lossy(&part).lines() {
            let line = line
                .strip_prefix(".SH ")
                .map_or_else(|| line.to_owned(), |t| format!(".SS {t}"));
            writeln!(bytes, "{line}").map_err(Error::Output)?;
        }
    }
    finish(&bytes, out)
}

/// Write a JSON Schema.
///
/// # Errors
/// When the output cannot be written.
pub fn schema(which: Schema, out: &mut dyn Write) -> Result<Exit, Error> {
    let text = match which {
        Schema::Config => include_str!("../rules/schema/config.json"),
        Schema::Doc => include_str!("../rules/schema/doc.json"),
        Schema::Skill => include_str!("../rules/schema/skill.json"),
    };
    finish(text.as_bytes(), out)
}

fn finish(bytes: &[u8], out: &mut dyn Write) -> Result<Exit, Error> {
    exit::written(out.write_all(bytes).and_then(|()| out.flush())).map(|()| Exit::Clean)
}
