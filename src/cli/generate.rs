//! The flags of the commands that write files for other tools.

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Schema {
    /// `chub-lint.toml`.
    Config,
    /// The front matter of DOC.md.
    Doc,
    /// The front matter of SKILL.md.
    Skill,
}
