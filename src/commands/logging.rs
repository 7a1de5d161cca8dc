//! The log of `-vv`: what a run decides and why, on standard error.

use crate::safe_text::SafeText;
use log::{Level, LevelFilter, Log, Metadata, Record};
use std::io::{self, Write};

/// How often `-v` must be given for a log.
const LOG_VERBOSITY: u8 = 2;

/// Log to standard error when the command line asks for it. Without that, nothing is formatted.
pub fn start(verbosity: u8) {
    if verbosity >= LOG_VERBOSITY && log::set_logger(&StderrLogger).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}

/// Writes lines to standard error.
struct StderrLogger;

impl Log for StderrLogger {
    /// Libraries log addresses and headers unmasked, so only lines of this crate are written.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().split("::").next() == Some(env!("CARGO_CRATE_NAME"))
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = line(record.level(), &record.args().to_string());
            // In one piece, because threads log at the same time. There is no place to report that standard error is
            // closed.
            let _ = io::stderr().lock().write_all(line.as_bytes());
        }
    }

    fn flush(&self) {}
}

/// One line: names and addresses come from the hub and from registries. The level in front keeps what is obeyed at the
/// start of a line (`::error::`) away from it.
fn line(level: Level, message: &str) -> String {
    format!(
        "{}: {}\n",
        level.as_str().to_ascii_lowercase(),
        SafeText::new(message)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_act_on_a_terminal_or_a_log() {
        let shown = line(
            Level::Debug,
            "a\n::error::b\u{1b}[31m\r##vso[task.complete]\u{202e}",
        );
        assert_eq!(
            shown,
            "debug: a\\n::error::b\\u{1b}[31m\\r#\\u{23}vso[task.complete]\\u{202e}\n"
        );
    }

    #[test]
    fn libraries_are_not_logged() {
        let is_logged = |target| StderrLogger.enabled(&Metadata::builder().target(target).build());
        assert!(is_logged("chub_lint::releases::client"));
        for library in ["rustls::client", "reqwest::connect", "chub_lintel"] {
            assert!(!is_logged(library), "{library}");
        }
    }
}
