//! The I/O module for the pager: shows a text that is longer than the terminal, as `git` and `cargo help` do.
//!
//! The pager is that of the user's environment, `PAGER`, or `less`. Nothing in a checkout chooses it: it is started
//! without a shell, and only from outside of the checkout. Without a pager, the text is written directly.

#![expect(clippy::disallowed_methods, reason = "the I/O module for the pager")]

use crate::safe_path;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The pager when the user has not chosen one.
const DEFAULT_PAGER: &str = "less";
/// Characters that a shell would have to read.
const SHELL_CHARACTERS: &[char] = &[
    '\'', '"', '\\', '$', '`', '|', '&', ';', '<', '>', '(', ')', '*', '?', '[', '~', '#', '=', '%', '!',
];

/// Show a text with the pager, and wait until the user has read it. False when there is no pager to use.
#[must_use]
pub fn show(text: &str, cwd: &Path) -> bool {
    if std::env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return false;
    }
    let chosen = match std::env::var("PAGER") {
        Ok(chosen) => chosen,
        Err(std::env::VarError::NotPresent) => DEFAULT_PAGER.to_owned(),
        Err(std::env::VarError::NotUnicode(_)) => return false,
    };
    let Some((name, arguments)) = split(&chosen) else {
        return false;
    };
    let checkout = safe_path::repository_root(cwd).unwrap_or_else(|| cwd.to_path_buf());
    let Some(program) = find(name, &[&checkout, cwd]) else {
        return false;
    };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    // As git does: keep colours and the screen, and end at once when everything fits.
    for (variable, value) in [("LESS", "FRX"), ("LV", "-c")] {
        if std::env::var_os(variable).is_none() {
            command.env(variable, value);
        }
    }
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    if let Some(mut stdin) = child.stdin.take() {
        // A user who has read enough closes it early.
        let _ = stdin.write_all(text.as_bytes());
    }
    let _ = child.wait();
    true
}

/// The program and the arguments of a pager. `None` for none, for `cat`, and for what needs a shell.
fn split(chosen: &str) -> Option<(&str, Vec<&str>)> {
    let mut words = chosen.split_whitespace();
    let name = words.next()?;
    (name != "cat" && !chosen.contains(SHELL_CHARACTERS)).then(|| (name, words.collect()))
}

/// Where a program is: at its absolute path, or on the path of the environment.
fn find(name: &str, checkouts: &[&Path]) -> Option<PathBuf> {
    let path = Path::new(name);
    if path.is_absolute() {
        return safe_path::is_program_outside(path, checkouts).then(|| path.to_path_buf());
    }
    // A relative path leads into the working folder.
    let is_name = path.components().count() == 1;
    is_name
        .then(|| safe_path::find_program(name, checkouts))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_is_a_program_and_words() {
        assert_eq!(split("less -R +G"), Some(("less", vec!["-R", "+G"])));
        for none in [
            "",
            "  ",
            "cat",
            "less | tee log",
            "sh -c 'less'",
            "$HOME/pager",
            "less; id",
        ] {
            assert_eq!(split(none), None, "{none}");
        }
    }

    #[test]
    fn a_pager_of_the_checkout_is_not_found() {
        let checkout = tempfile::tempdir().unwrap();
        let pager = checkout.path().join("pager");
        std::fs::write(&pager, "").unwrap();
        let name = pager.to_str().unwrap();
        assert_eq!(find(name, &[Path::new("/no/such/folder")]), Some(pager.clone()));
        assert_eq!(find(name, &[checkout.path()]), None);
        assert_eq!(find("./pager", &[]), None);
    }
}
