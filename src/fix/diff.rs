//! What fixes would change, as a unified diff.

use super::engine::Changed;
use crate::report::safe;
use crate::safety::secret;
use similar::{Algorithm, TextDiff};
use std::fmt::Write;
use std::time::Duration;

/// Lines around a change.
const CONTEXT: usize = 3;

/// The diff of one file, as `git apply` and `patch -p1` take it. On a terminal (`safe`) what could act on it is made
/// visible, line by line, and credentials are masked.
#[must_use]
pub fn unified(changed: &Changed, make_safe: bool) -> String {
    let path = safe::text(changed.path.as_str());
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .timeout(Duration::from_secs(2))
        .diff_lines(&changed.before, &changed.after);
    let text = diff
        .unified_diff()
        .context_radius(CONTEXT)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string();
    if !make_safe {
        return text;
    }
    secret::masked(&text)
        .split('\n')
        .fold(String::new(), |mut out, line| {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if !out.is_empty() {
                out.push('\n');
            }
            let _ = write!(out, "{}", safe::text(line));
            out
        })
}
