//! The progress of look-ups, on standard error.

use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Display;
use std::io::{self, Write};

/// A progress bar on standard error, only on a terminal. It is cleared at the end.
pub(super) fn bar() -> Box<dyn Fn(usize, usize) + Send + Sync> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("looking up packages {wide_bar} {pos}/{len}") {
        bar.set_style(style);
    }
    Box::new(move |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
        if done == all {
            bar.finish_and_clear();
        }
    })
}

/// Write a line to standard error, also without a terminal: the log of a job shows what took its time.
pub(super) fn tell(line: &dyn Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
