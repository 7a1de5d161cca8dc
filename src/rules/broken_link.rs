//! Links, images and anchors that do not resolve inside their entry.

use crate::diagnostic::Severity;
use crate::document::{Anchors, Document, ENTRY_NAMES, Link, heading_slug, html_links};
use crate::hub::skill_path::SkillPath;
use crate::hub::target::LinkTarget;
use crate::hub::{FileKind, Hub};
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::suggest;
use crate::text::{Span, is_first_on_line};
use std::collections::HashMap;

/// The rule; see its page.
pub static RULE: Rule = rule!("broken-link", Check::Hub(check));

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    let mut checker = LinkChecker {
        hub,
        anchors: HashMap::new(),
        forms: HashMap::new(),
        suggestions: suggest::SuggestionBudget::default(),
    };
    for document in hub.focused() {
        for link in document.body.links.iter().filter(|link| !link.autolink) {
            let what = if link.image { "image" } else { "link" };
            checker.link(document, &link.target, || place(document, link), what, sink);
        }
        for link in html_links(document) {
            checker.link(document, link.target, || link.span, link.what, sink);
        }
    }
}

struct LinkChecker<'a> {
    hub: &'a Hub,
    /// The anchors of the documents that links point to.
    anchors: HashMap<&'a str, Anchors>,
    /// Whether a document is a form to fill in, by its path.
    forms: HashMap<&'a str, bool>,
    /// How many more suggestions are searched for; each search compares every file or heading.
    suggestions: suggest::SuggestionBudget,
}

/// The maximum number of files or headings that one search compares. Normal entries have fewer.
const MAX_SUGGESTION_PATHS: usize = 5_000;

impl<'a> LinkChecker<'a> {
    fn link(
        &mut self,
        document: &'a Document,
        target: &str,
        place: impl Fn() -> Span,
        what: &str,
        sink: &mut Sink<'_>,
    ) {
        let path = &document.path;
        let entry = self.hub.entry_folder(path).unwrap_or_else(|| path.folder());
        let is_skill = document.is_plain_skill();
        if is_skill && is_no_link(target) {
            return;
        }
        match LinkTarget::parse(path, target) {
            LinkTarget::Elsewhere => {}
            LinkTarget::SiteAbsolute if is_skill => {
                sink.report_in(
                    path,
                    place(),
                    format!("the {what} `{target}` starts at the root of a site"),
                )
                .severity(Severity::Warning)
                .help("write the full URL, with `https://` and the host, or a path in the skill's folder");
            }
            LinkTarget::Above if is_skill => {
                sink.report_in(
                    path,
                    place(),
                    format!("the {what} `{target}` leaves the collection"),
                )
                .severity(Severity::Warning)
                .help("write the full URL, or put the file into the skill's folder");
            }
            LinkTarget::Inside { path: to, .. } if is_skill && self.hub.file_kind(&to).is_none() => {
                // The specification has paths relative to the skill's folder, also in its references.
                let found = self
                    .hub
                    .has_skill_path(path, SkillPath::parse(target_path(target)));
                let is_form = what == "link" && self.is_form(document);
                if found != Some(true) && !is_form {
                    let inside = is_inside(&to, entry);
                    self.missing(document, target, (&to, entry, inside), (place(), what), sink);
                }
            }
            LinkTarget::Inside { path: to, .. } if is_skill && !is_inside(&to, entry) => {
                sink.report_in(path, place(), format!("the {what} `{target}` leaves the skill"))
                    .severity(Severity::Warning)
                    .help("name the other skill instead: the file is not there when only this skill is installed");
            }
            LinkTarget::SiteAbsolute => {
                sink.report_in(
                    path,
                    place(),
                    format!("the {what} `{target}` starts at the root of a site, which a hub does not have"),
                )
                .help("write the full URL, with `https://` and the host");
            }
            LinkTarget::Above => {
                sink.report_in(path, place(), format!("the {what} `{target}` leaves the hub"))
                    .help("write the full URL, or put the file into the entry's folder");
            }
            LinkTarget::Inside { path: to, anchor } => {
                let inside = is_inside(&to, entry);
                match self.hub.file_kind(&to) {
                    None => self.missing(document, target, (&to, entry, inside), (place(), what), sink),
                    Some(_) if !inside => {
                        sink.report_in(path, place(), format!("the {what} `{target}` leaves the entry: clients fetch only the files of `{entry}`"))
                            .help("refer to the other entry by its id, or put the file into this entry's folder");
                    }
                    Some(FileKind::File) => self.anchor(document, target, (&to, anchor), &place, sink),
                    Some(_) => {}
                }
            }
        }
    }

    fn is_form(&mut self, document: &'a Document) -> bool {
        let path = document.path.path_in_hub();
        *self.forms.entry(path).or_insert_with(|| is_form(document))
    }

    fn missing(
        &mut self,
        document: &Document,
        target: &str,
        (to, entry, inside): (&str, &str, bool),
        (span, what): (Span, &str),
        sink: &mut Sink<'_>,
    ) {
        let relative = |path: &str| relative_path(document.path.folder(), path);
        let (hub, suggests) = (self.hub, self.suggestions.spend());
        let files = || {
            hub.files_below(entry)
                .take(MAX_SUGGESTION_PATHS)
                .filter(|(_, kind)| suggests && *kind != FileKind::Folder)
                .map(|(path, _)| path)
        };
        let other_case = files().find(|path| path.to_lowercase() == to.to_lowercase());
        let name = to.rsplit('/').next().unwrap_or(to);
        // Every entry has a file of this name.
        let is_common = ENTRY_NAMES.contains(&name);
        let same_name = |path: &&str| !is_common && path.rsplit('/').next() == Some(name);
        // A site has pages without the ending of their files.
        let page = || {
            let ends = [".md", ".mdx", "/index.md", "/README.md", "/DOC.md"];
            let mut pages = ends
                .iter()
                .map(|end| format!("{}{end}", to.trim_end_matches('/')));
            pages.find(|page| hub.file_kind(page) == Some(FileKind::File) && is_inside(page, entry))
        };
        let near = other_case
            .map(str::to_owned)
            .or_else(page)
            .or_else(|| files().find(same_name).map(str::to_owned))
            .or_else(|| suggest::nearest(to, files()).map(str::to_owned));
        let entry_word = match document.is_plain_skill() {
            true => "skill",
            false => "entry",
        };
        let message = match (inside, other_case) {
            (false, _) => {
                format!("the {what} `{target}` leaves the {entry_word}, and the file does not exist")
            }
            (true, Some(_)) => {
                format!("the {what} `{target}` is broken: the file's name differs in case")
            }
            (true, None) => format!("the {what} `{target}` is broken: the {entry_word} has no such file"),
        };
        let help = match near.and_then(|near| relative(&near)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add the file, or write the full URL with `https://` and the host".to_owned(),
        };
        let report = sink.report_in(&document.path, span, message).help(help);
        // Agents read text, so a missing image is less severe.
        if document.is_plain_skill() && what == "image" {
            report.severity(Severity::Warning);
        }
    }

    fn anchor(
        &mut self,
        document: &'a Document,
        target: &str,
        (to, anchor): (&str, Option<String>),
        place: impl Fn() -> Span,
        sink: &mut Sink<'_>,
    ) {
        let Some(anchor) = anchor.filter(|anchor| !anchor.is_empty()) else {
            return;
        };
        let Some(other) = self.hub.document(to) else {
            return;
        };
        let anchors = self
            .anchors
            .entry(other.path.path_in_hub())
            .or_insert_with(|| Anchors::from_document(other));
        if anchors.contains(&anchor) {
            return;
        }
        let whose = if other.path == document.path {
            "this document"
        } else {
            other.path.file_name()
        };
        let message = format!("the link `{target}` is broken: {whose} has no such heading");
        let suggests = self.suggestions.spend();
        let wanted = anchor.to_lowercase();
        if suggests && is_hidden_heading(other, &wanted) {
            return;
        }
        let headings = || anchors.headings().take(MAX_SUGGESTION_PATHS).filter(|_| suggests);
        let near = suggest::nearest(&wanted, headings())
            .or_else(|| headings().find(|heading| heading.starts_with(&wanted)));
        let help = match near {
            Some(near) => format!("did you mean `#{near}`?"),
            None => "write anchors as GitHub does: lower case, hyphens for spaces, no punctuation".to_owned(),
        };
        let mut report = sink.report_in(&document.path, place(), message).help(help);
        // The agent can read the file and find the place in it.
        if document.is_plain_skill() {
            report = report.severity(Severity::Warning);
        }
        if other.path != document.path {
            report.related_in(&other.path, other.lines().line_span(&other.text, 1), "the target");
        }
    }
}

/// Whether a fence that is not closed takes a heading for code. The heading is there, and `broken-fence` says what to do.
fn is_hidden_heading(document: &Document, anchor: &str) -> bool {
    let is_it = |line: &str| {
        let line = line.trim_start();
        let text = line.trim_start_matches('#');
        text.len() < line.len() && text.starts_with(' ') && heading_slug(text.trim()) == *anchor
    };
    !document.snippets().fences.faults.is_empty() && document.text.lines().any(is_it)
}

/// A path inside the hub, relative to a folder, as a link in that folder has it.
fn relative_path(folder: &str, path: &str) -> Option<String> {
    let (mut from, mut to) = (folder.split('/').peekable(), path.split('/').peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.filter(|part| !part.is_empty()).count();
    let down: Vec<&str> = to.collect();
    (!down.is_empty()).then(|| format!("{}{}", "../".repeat(up), down.join("/")))
}

/// Whether a path is a folder, or in it.
fn is_inside(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path == folder
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// The path of a link, without its anchor.
fn target_path(target: &str) -> &str {
    target.split(['#', '?']).next().unwrap_or_default()
}

/// Whether the target of a link in a skill is a command, a variable or a placeholder: `/plugin:skill`, `${DIR}/x.md`,
/// `path/to/file.md`.
fn is_no_link(target: &str) -> bool {
    let is_command = target.starts_with('/') && !target[1..].contains(['/', '.']);
    let is_pattern = target.contains(['{', '}', '<', '>', '$', '*'])
        || target.contains("...")
        || target.contains('\u{2026}');
    let path = target_path(target);
    let is_word = !path.is_empty() && !path.contains(['/', '.']) && !path.starts_with('#');
    let is_made_up = ["path/to/", "./path/to/", "/path/to/"]
        .iter()
        .any(|start| target.starts_with(start));
    is_command || is_pattern || is_word || is_made_up
}

/// Whether a document is a form to fill in: it has several words in brackets that are not links, as in `[Name of the
/// part]`. Its links lead to files to come.
fn is_form(document: &Document) -> bool {
    const MIN_FORM_BLANKS: usize = 5;
    let body = &document.body;
    let is_code = |at: usize| {
        let inside = |after: usize, end: &dyn Fn(usize) -> Option<u32>| {
            after
                .checked_sub(1)
                .and_then(end)
                .is_some_and(|end| at < end as usize)
        };
        let (blocks, inline) = (&body.code_blocks, &body.inline_code);
        let block = blocks.partition_point(|block| block.span.start as usize <= at);
        let span = inline.partition_point(|span| span.start as usize <= at);
        inside(block, &|last| Some(blocks.get(last)?.span.end))
            || inside(span, &|last| Some(inline.get(last)?.end))
    };
    let text = document.text.as_str();
    let blanks = text.match_indices('[').filter(|(at, _)| {
        let inside = text.get(at + 1..).unwrap_or_default();
        let end = inside.find(['[', ']', '\n', '(', '`']).unwrap_or(inside.len());
        let after = inside.get(end..).unwrap_or_default();
        let is_word =
            inside.starts_with(|c: char| c.is_ascii_uppercase()) && end > 2 && after.starts_with(']');
        let is_link = after.get(1..).is_some_and(|rest| {
            rest.starts_with(['(', '[']) || rest.starts_with(':') && is_first_on_line(text, *at)
        });
        is_word && !is_link && !is_code(*at)
    });
    blanks.take(MIN_FORM_BLANKS).count() == MIN_FORM_BLANKS
}

/// The span of the target. It is the whole link when the target is defined elsewhere or has escapes.
fn place(document: &Document, link: &Link) -> Span {
    let written = document.slice(link.span);
    if written.starts_with(['[', '!']) && !written.contains("](") {
        // `[guide.md][]` names its definition, and no file.
        return link.span;
    }
    match written.rfind(&link.target).filter(|_| !link.target.is_empty()) {
        Some(at) => {
            let start = link.span.start as usize + at;
            Span::new(start, start + link.target.len())
        }
        None => link.span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_links_have_it() {
        for (folder, path, expected) in [
            ("a/docs/b", "a/docs/b/c.md", "c.md"),
            ("a/docs/b/x", "a/docs/b/y/c.md", "../y/c.md"),
            ("", "c.md", "c.md"),
        ] {
            assert_eq!(relative_path(folder, path).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_heading_that_a_broken_fence_hides_is_one() {
        let hidden = |text: &str| {
            let path = crate::document::HubPath::new("", "a/docs/b/notes.md");
            is_hidden_heading(&Document::new(path, text.to_owned()), "the-end")
        };
        assert!(hidden(
            "```py\nx = 1\n\nIt is started by the program.\n\n## The end\n"
        ));
        assert!(!hidden("```py\nx = 1\n# The end\n```\n"));
        assert!(!hidden(
            "```py\nx = 1\n\nIt is started by the program.\n\n## An end\n"
        ));
    }
}
