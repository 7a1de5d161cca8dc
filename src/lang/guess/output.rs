//! What programs write, in blocks that say they are code: patches, drawings of trees and tables, traces of errors.

use super::super::Family;

/// The tag of output: `diff` for a patch, `text` for all else.
pub(super) fn tag(family: Family, code: &str) -> Option<&'static str> {
    let lines = || code.lines().filter(|line| !line.trim().is_empty());
    let first = lines().next().unwrap_or_default().trim_start();
    let second = lines().nth(1).unwrap_or_default().trim_start();
    if first.starts_with("diff --git ") || first.starts_with("--- ") && second.starts_with("+++ ") {
        return Some("diff");
    }
    let drawn = lines().filter(|line| is_drawn(line)).count();
    let logged = lines().filter(|line| is_logged(line)).count();
    // Only a shell block is retagged as a trace: in other languages, the trace may follow the code that failed.
    let traced = family == Family::Shell && (lines().any(is_trace) || is_diagnostic(code));
    let table = family == Family::Shell && is_table(code);
    let logged = is_logged(first) && logged * 2 >= lines().count();
    (drawn >= 2 && drawn * 2 >= lines().count() || traced || logged || table).then_some("text")
}

/// A line of a log: it starts with a time, a date or a level: `10:08:02.948 | INFO`, `[INFO] open`, `INFO:     open`.
fn is_logged(line: &str) -> bool {
    let text = line.trim_start().trim_start_matches('[');
    let word = text.split([' ', ']', '|']).next().unwrap_or_default();
    let shape: String = word
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let timed = shape.starts_with("00:00:00") || shape.starts_with("0000-00-00") && text.len() > word.len();
    let levels = ["DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL"];
    let level = levels.iter().any(|level| {
        let rest = text.strip_prefix(level);
        rest.is_some_and(|rest| rest.starts_with(": ") || rest.starts_with("] "))
    });
    timed || level
}

/// A table of a command line tool: a head of names in capitals with wide gaps, and lines with as wide ones.
fn is_table(code: &str) -> bool {
    let columns = |line: &str| {
        line.trim()
            .split("   ")
            .filter(|cell| !cell.trim().is_empty())
            .count()
    };
    let mut lines = code.lines().filter(|line| !line.trim().is_empty());
    let Some(head) = lines.next() else { return false };
    let named = head
        .chars()
        .all(|c| c.is_ascii_uppercase() || " _-()/#".contains(c));
    let mut rows = lines.peekable();
    named && columns(head) >= 3 && rows.peek().is_some() && rows.all(|row| columns(row) >= 2)
}

/// A line of a tree or a table: `├── a`, `|   +-- a`, `` `-- a``, `│ a │`, `| a | 2 |`.
fn is_drawn(line: &str) -> bool {
    let text = line.trim_start_matches(['|', ' ', '\t', '\u{a0}']);
    let branch = ["+-- ", "`-- ", "+---"];
    branch.iter().any(|branch| text.starts_with(branch))
        || line.trim_start().starts_with("|-- ")
        || line.len() > 4 && line.starts_with(['|', '+']) && line.trim_end().ends_with(['|', '+'])
        || text.starts_with(|c| matches!(c, '\u{2500}'..='\u{257f}'))
}

/// A line of a trace: `    at Widget.open (/app/widget.js:12:3)` of Node, or the head of one of Python.
fn is_trace(line: &str) -> bool {
    let text = line.trim();
    let place = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    let numbered = place.is_some_and(|(_, place)| {
        let mut parts = place.rsplit(':');
        let mut digits = || {
            parts
                .next()
                .is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty())
        };
        digits() && digits()
    });
    text.starts_with("at ") && numbered || text == "Traceback (most recent call last):"
}

/// What compilers of the kind of Rust's write: `--> src/widget.rs:12:3`, and lines of code behind a bar.
fn is_diagnostic(code: &str) -> bool {
    let place = code.lines().map(str::trim).any(|line| {
        line.strip_prefix("--> ")
            .and_then(|place| place.rsplit(':').next())
            .is_some_and(|column| !column.is_empty() && column.bytes().all(|b| b.is_ascii_digit()))
    });
    let bar = |line: &str| {
        line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
            .starts_with('|')
    };
    place && code.lines().any(bar)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_told_from_code() {
        for (code, tag_of_it) in [
            ("diff --git a/a b/a\n@@ -1 +1 @@\n-(\n", "diff"),
            ("--- a/a\n+++ b/a\n", "diff"),
            ("kit\n+-- widget (1.0)\n|   `-- bolt\n", "text"),
            ("┌──────┬───┐\n│ size │ 2 │\n└──────┴───┘\n", "text"),
            ("Error: no widget\n    at open (/app/widget.js:12:3)\n", "text"),
            (
                "error: no widget\n --> src/kit.rs:12:3\n  |\n12 | open()\n",
                "text",
            ),
            (
                "10:08:02.948 | INFO | Kit 'a' - open (1)\n10:08:03 | INFO | done\n",
                "text",
            ),
            ("2026-01-02 10:08:02,948 - kit - INFO - open (1)\n...\n", "text"),
            ("[2026-01-02T10:08:02Z] open (1)\n", "text"),
            ("INFO:     Started (1)\nWARNING:  slow (2)\n", "text"),
            ("[INFO] open (1)\n[DEBUG] done (2)\n", "text"),
            ("____________\n| Kit (1)  |\n|          |\n| is open  |\n", "text"),
            ("Kits\n|-----|---|\n| a   | 2 |\n|-----|---|\n", "text"),
            (
                "NAME      READY   AGE OF IT\nkit-a     1/1     3m (2)\nkit-b     0/1     2m->1m\n",
                "text",
            ),
        ] {
            assert_eq!(tag(Family::Shell, code), Some(tag_of_it), "{code}");
        }
        for code in [
            "widget open (1)\n",
            "echo '|-- a'\nif a; then\nb\nc\n",
            "widget look at (x)\n",
            "a --> b\n",
            "KIT=2   NAME=3\nopen (1)\n",
            "open (1)\n# 10:08:02 INFO done\n",
            "10:08:02 done\nopen (1)\nshow (2)\nhide (3)\n",
        ] {
            assert_eq!(tag(Family::Shell, code), None, "{code}");
        }
        let code = "widget.open(;\n// at open (/app/widget.js:12:3)\n    at open (/app/widget.js:12:3)\n";
        assert_eq!(tag(Family::JavaScript, code), None);
    }
}
