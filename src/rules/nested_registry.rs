//! Files that the registry lists and clients cannot fetch.

use crate::document::HubPath;
use crate::hub::{FileKind, Hub};
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::text::Span;

/// The rule; see its page.
pub static RULE: Rule = rule!("nested-registry", Check::Hub(check)).with(&[Property::OnlyHubs]);

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for (path, kind) in &hub.files {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (message, help) = if name == "registry.json" && path.matches('/').count() != 1 {
            (
                "the registry lists this file, but the build skips every `registry.json`".to_owned(),
                "rename it",
            )
        } else if *kind == FileKind::Symlink {
            (
                "a symbolic link: the build copies it as a link that works on one machine only".to_owned(),
                "put the file itself here",
            )
        } else if *kind == FileKind::Other {
            (
                "neither a file nor a folder: the build stops here".to_owned(),
                "remove it",
            )
        } else if let Some(odd) = odd(name) {
            (
                format!("clients cannot fetch a file with {odd} in its name"),
                "use letters, digits, `-`, `_` and `.` only",
            )
        } else {
            continue;
        };
        let at = HubPath::new(&hub.shown, path);
        // Only files in entries are listed.
        if hub.in_focus(&at) && hub.entry_folder(&at).is_some() {
            sink.report_in(&at, Span::default(), message).help(help);
        }
    }
}

/// The part of a name that does not reach the client unchanged.
fn odd(name: &str) -> Option<&'static str> {
    if name.starts_with(char::is_whitespace) || name.ends_with(char::is_whitespace) {
        return Some("blanks around it");
    }
    name.chars().find_map(|c| match c {
        '\\' => Some("a backslash"),
        '#' => Some("`#`"),
        '?' => Some("`?`"),
        '%' => Some("`%`"),
        ',' => Some("a comma"),
        '\u{fffd}' => Some("bytes that are not UTF-8"),
        c if crate::text::is_active(c) => Some("invisible characters"),
        _ => None,
    })
}
