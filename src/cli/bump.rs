//! The flags of `bump`.

use clap::Args;
use jiff::civil::Date;
use std::path::PathBuf;

/// The flags of `bump`.
#[derive(Clone, Debug, Args)]
pub struct BumpArgs {
    /// Entries: DOC.md and SKILL.md files, or folders of entries
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// The version of the package that the entries cover now. Without it `versions` stays as it is
    #[arg(long, value_name = "VERSION", value_parser = parse_versions)]
    pub to: Option<String>,
    /// The date to write instead of today's
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    pub date: Option<Date>,
}

/// What can stand between quotes of either kind as it is.
fn parse_versions(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ,.+-_!".contains(c);
    let text = text.trim();
    if !text.is_empty() && text.chars().all(allowed) && text.chars().any(|c| c.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("write a version such as 2.1.0; separate several with commas".to_owned())
    }
}

fn parse_date(text: &str) -> Result<Date, String> {
    let date = text.parse::<Date>().ok().filter(|date| date.to_string() == text);
    date.ok_or_else(|| "write the date as YYYY-MM-DD".to_owned())
}
