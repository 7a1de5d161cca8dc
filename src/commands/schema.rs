//! `chub-lint schema`: JSON Schemas for editors.

use super::RunEnv;
use crate::config;
use crate::error::Error;
use crate::exit::{self, Exit};
use clap::{Args, ValueEnum};
use std::io::Write;

/// Write a JSON Schema for editors: of chub-lint.toml, or of the front matter of an entry
#[derive(Clone, Copy, Debug, Args)]
pub struct SchemaArgs {
    /// What it describes
    pub what: Schema,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Schema {
    /// `chub-lint.toml`.
    Config,
    /// The front matter of DOC.md.
    Doc,
    /// The front matter of SKILL.md.
    Skill,
}

/// Write a JSON Schema.
///
/// # Errors
/// When the output cannot be written.
pub fn run(args: &SchemaArgs, _: &RunEnv, out: &mut dyn Write) -> Result<Exit, Error> {
    let text = match args.what {
        Schema::Config => config::schema::text(),
        Schema::Doc => include_str!("../../rules/schema/doc.json").to_owned(),
        Schema::Skill => include_str!("../../rules/schema/skill.json").to_owned(),
    };
    exit::ignore_broken_pipe(out.write_all(text.as_bytes())).map(|()| Exit::Clean)
}
