//! Files of a skill that its text names and that do not exist.

use crate::document::{Document, DocumentKind, Link};
use crate::hub::skill_path::{SkillPath, SkillPathBase};
use crate::hub::{FileKind, Hub, join_path};
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::suggest;
use crate::text::Span;
use std::collections::{BTreeSet, HashMap};

/// The rule; see its page.
pub static RULE: Rule = rule!("missing-file", Check::Hub(check));

/// The folders of a skill by the specification. Others may be folders of the project that the agent works in.
const SKILL_FOLDERS: [&str; 3] = ["assets", "references", "scripts"];
/// Other folders that skills have. A path in them counts where the text tells the agent to read it.
const OTHER_FOLDERS: [&str; 5] = ["checklists", "guides", "prompts", "reference", "resources"];
/// Folders that projects have as well. A path in them counts where the skill has the folder too.
const SHARED_FOLDERS: [&str; 4] = ["examples", "rules", "templates", "workflows"];
/// The tags of code blocks with commands.
pub(super) const SHELLS: [&str; 6] = ["bash", "sh", "shell", "zsh", "console", "terminal"];
/// The most paths of one document that are looked at.
const MAX_PATHS: usize = 500;
/// How far before and behind a path words are searched.
const REACH: usize = 400;
/// How many bytes of documents are searched for the names of other skills in one hub, so that the time stays in
/// proportion to its size.
const MAX_SEARCHED: usize = 512 << 20;
/// The most files that a suggestion compares.
const MAX_FILES: usize = 2_000;

/// Words that show that a path is an example, or that the file is made later, unless the text tells the agent to read
/// it.
const EXAMPLE_WORDS: &[&str] = &[
    "example",
    "examples",
    "may",
    "could",
    "should be",
    "creating",
    "generates",
    "generating",
    "writes",
    "writing",
    "saves",
    "saved",
    "output",
    "outputs",
    "add",
    "adds",
    "adding",
    "like",
    "instead of",
    "new",
    "optional",
    "optionally",
    "copy",
    "move",
    "rename",
    "delete",
    "deleted",
    "remove",
    "removed",
    "produce",
    "produces",
    "extract",
    "convention",
    "candidate",
    "candidates",
    "exist",
    "exists",
];
/// The words that show this even when the text tells the agent to read it.
const STRONG_WORDS: &[&str] = &[
    "e.g",
    "such as",
    "for example",
    "might",
    "would",
    "create",
    "creates",
    "created",
    "generate",
    "generated",
    "write",
    "save",
    "if present",
    "if it exists",
    "if exists",
    "if available",
    "when present",
    "your",
    "imagine",
    "suppose",
    "project's",
    "repo's",
    "repository's",
    "user's",
    "wrong",
    "not found",
    "missing",
    "does not exist",
    "doesn't exist",
    "never",
];
/// Headings above lists and tables of the files of a skill.
const FILE_HEADINGS: &[&str] = &[
    "additional resources",
    "asset files",
    "assets",
    "bundled files",
    "bundled references",
    "bundled resources",
    "example files",
    "reference documentation",
    "reference files",
    "references",
    "resources",
    "scripts",
    "skill files",
    "supporting files",
    "template files",
];
/// The same in the heading or the sentence above.
const EXAMPLE_LEADS: &[&str] = &[
    "e.g",
    "example",
    "examples",
    "create",
    "creating",
    "generate",
    "generated",
    "output",
    "outputs",
    "your",
    "optional",
    "layout",
    "convention",
    "if present",
    "deliverables",
    "such as",
    "might",
    "could",
    "would",
    "wrong",
    "bad",
];

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    let mut suggestions = suggest::SuggestionBudget::default();
    let mut others = OtherSkills::new(hub);
    for document in hub.focused() {
        let Some(entry) = hub.entry_of(&document.path) else {
            continue;
        };
        let is_skill = document.kind == DocumentKind::Skill
            || (document.kind == DocumentKind::Companion && is_skill_folder(hub, document));
        if !is_skill || is_about_skills(entry) {
            continue;
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (span, written) in mentions(document).into_iter().take(MAX_PATHS) {
            if seen.contains(written)
                || !is_missing(hub, document, (span, written))
                || is_example(document, span)
            {
                continue;
            }
            if others.has_named(document, SkillPath::parse(written).rest) {
                continue;
            }
            seen.insert(written);
            report(hub, document, (span, written), suggestions.spend(), sink);
        }
    }
}

fn is_skill_folder(hub: &Hub, document: &Document) -> bool {
    hub.entry_folder(&document.path)
        .is_some_and(|folder| hub.document(&join_path(folder, "SKILL.md")).is_some())
}

/// Whether a skill is about making skills or plugins: its paths are those of skills to come.
fn is_about_skills(entry: &Document) -> bool {
    let folder = entry.path.folder().rsplit('/').next().unwrap_or_default();
    let mut words = folder.split(['-', '_']);
    words.any(|word| matches!(word, "skill" | "skills" | "plugin" | "plugins" | "marketplace"))
}

/// The paths in code spans and commands, each with its place, in the order of the text.
fn mentions(document: &Document) -> Vec<(Span, &str)> {
    let mut found = Vec::new();
    let links = &document.body.links;
    for span in &document.body.inline_code {
        if !is_in_link(links, *span) {
            let written = document.slice(*span);
            paths(written, span.start as usize, &mut found);
        }
    }
    for block in &document.body.code_blocks {
        let tag = block.info.split([' ', ',', '{']).next().unwrap_or_default();
        let code = document.slice(block.span);
        let mut commands = Vec::new();
        if SHELLS.contains(&tag.to_ascii_lowercase().as_str()) {
            paths(code, block.span.start as usize, &mut commands);
            commands.retain(|(span, _)| !is_title(code, span.start as usize - block.span.start as usize));
        } else {
            comments(code, block.span.start as usize, &mut commands);
        }
        found.append(&mut commands);
    }
    found.sort_by_key(|(span, _)| *span);
    found
}

/// The paths in comments of code that tell to read a file: `# See references/setup.md`.
fn comments<'a>(code: &'a str, at: usize, found: &mut Vec<(Span, &'a str)>) {
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        let words = line.trim_start_matches(['#', '/', ' ', '\t', '-']);
        let is_comment = ["#", "//", "--"]
            .iter()
            .any(|mark| line.trim_start().starts_with(mark));
        if is_comment && (words.starts_with("See ") || words.starts_with("see ")) {
            paths(line, at + start, found);
        }
        start += line.len();
    }
}

/// Whether a path at a byte of a block is the title of the file that the block shows: `# scripts/run.sh`.
fn is_title(code: &str, at: usize) -> bool {
    let before = code.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default().trim();
    line.strip_prefix('#').is_some_and(|comment| {
        let words = comment.trim_matches(|c: char| c == '#' || c.is_whitespace());
        let words = words.trim_end_matches(':').to_ascii_lowercase();
        matches!(words.as_str(), "" | "file" | "filename" | "in" | "path")
    })
}

fn is_in_link(links: &[Link], span: Span) -> bool {
    let after = links.partition_point(|link| link.span.start <= span.start);
    links[..after]
        .iter()
        .rev()
        .take(8)
        .any(|link| link.span.end >= span.end)
}

/// The words of a text that look like paths of files in a skill.
fn paths<'a>(text: &'a str, at: usize, found: &mut Vec<(Span, &'a str)>) {
    let is_end = |c: char| c.is_whitespace() || "`\"'()[],;|=<>&!?".contains(c);
    let mut start = 0;
    for (i, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if !is_end(c) {
            continue;
        }
        if let Some(word) = text.get(start..i) {
            let path = word.trim_end_matches([':', '.']);
            // What follows shows a pattern or a placeholder: `scripts/<name>.py`, `scripts/run.sh(1)`.
            if !matches!(c, '<' | '[' | '(' | '=') && looks_like_file(path) {
                found.push((Span::new(at + start, at + start + path.len()), path));
            }
        }
        start = i + c.len_utf8();
    }
}

/// Whether a word names a file of a skill: below one of its folders, or behind a variable, with an extension.
fn looks_like_file(word: &str) -> bool {
    let path = SkillPath::parse(word);
    if path.base == SkillPathBase::Unknown || word.len() > 200 {
        return false;
    }
    let rest = path.rest;
    let mut parts = rest.split('/').peekable();
    let first = parts.next().unwrap_or_default();
    let is_folder =
        SKILL_FOLDERS.contains(&first) || OTHER_FOLDERS.contains(&first) || SHARED_FOLDERS.contains(&first);
    let has_folder = path.base != SkillPathBase::None || (is_folder && parts.peek().is_some());
    let name = rest.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty());
    let is_file = extension.is_some_and(|(_, extension)| {
        (1..=10).contains(&extension.len())
            && extension.bytes().all(|b| b.is_ascii_alphanumeric())
            && extension.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '@' | '+');
    has_folder && is_file && rest.chars().all(is_plain) && !is_placeholder(rest)
}

/// Whether a path is a placeholder: `scripts/foo.py`, `references/YYYY-MM.md`, `scripts/...`.
fn is_placeholder(path: &str) -> bool {
    let words = path.split(|c: char| !c.is_ascii_alphanumeric());
    path.contains("...")
        || words.into_iter().any(|word| {
            let is_capital = word.len() > 1
                && word
                    .bytes()
                    .all(|b| matches!(b, b'X' | b'Y' | b'N' | b'M' | b'D'));
            is_capital
                || matches!(
                    word,
                    "foo"
                        | "bar"
                        | "baz"
                        | "my"
                        | "your"
                        | "example"
                        | "xxx"
                        | "xyz"
                        | "abc"
                        | "NAME"
                        | "file"
                        | "filename"
                        | "some"
                        | "something"
                        | "path"
                        | "script"
                        | "topic"
                        | "name"
                        | "new"
                )
        })
}

fn is_missing(hub: &Hub, document: &Document, (span, written): (Span, &str)) -> bool {
    let path = SkillPath::parse(written);
    if hub.has_skill_path(&document.path, path) != Some(false) {
        return false;
    }
    if path.base != SkillPathBase::None {
        return true;
    }
    // Without such a folder in the skill, it may be one of the project that the agent works in.
    let Some(folder) = hub.entry_folder(&document.path) else {
        return false;
    };
    let first = path.rest.split('/').next().unwrap_or_default();
    let has_folder = hub.files.contains_key(&join_path(folder, first));
    match first {
        "references" => true,
        _ if SHARED_FOLDERS.contains(&first) => {
            has_folder && tells_to_read(document, span) || is_listed(document, span)
        }
        _ if OTHER_FOLDERS.contains(&first) => tells_to_read(document, span),
        _ => has_folder || tells_to_read(document, span),
    }
}

/// Whether the text tells the agent to read a path: "See `assets/x.yml`", or the path starts an item or a row below the
/// heading of such a list.
fn tells_to_read(document: &Document, span: Span) -> bool {
    let number = document.lines().line(span.start);
    let line = document.lines().line_span(&document.text, number);
    let before = Span::new(line.start as usize, span.start as usize).slice(&document.text);
    let before = before.trim_end_matches(['`', ' ', '"', '*']).to_lowercase();
    let says = [
        "see",
        "read",
        "open",
        "load",
        "consult",
        "reference:",
        "refer to",
        "reference:**",
    ];
    if says.iter().any(|word| has_word_at_end(&before, word)) {
        return true;
    }
    is_listed(document, span)
}

/// Whether a path starts an item or a row of a list of the skill's files.
fn is_listed(document: &Document, span: Span) -> bool {
    let number = document.lines().line(span.start);
    let line = document.lines().line_span(&document.text, number);
    let before = Span::new(line.start as usize, span.start as usize).slice(&document.text);
    let starts = before
        .chars()
        .all(|c| c.is_ascii_digit() || " `\t-*+.)|".contains(c));
    starts && is_below_files(document, number)
}

fn has_word_at_end(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '-'))
}

/// Whether the heading above a line, or the sentence that leads to its list, names the files of the skill.
fn is_below_files(document: &Document, number: usize) -> bool {
    const NEAR: usize = 40;
    let lines = document.lines();
    (1..number)
        .rev()
        .take(NEAR)
        .map(|number| document.slice(lines.line_span(&document.text, number)).trim())
        .find_map(|line| {
            let heading = line.starts_with('#');
            let text = line.trim_matches(|c: char| c.is_ascii_digit() || "#*-.: ".contains(c));
            let text = text.to_lowercase();
            let leads = ["see ", "read ", "load ", "open "]
                .iter()
                .any(|word| text.starts_with(word));
            let is_list = FILE_HEADINGS.contains(&text.as_str());
            if heading || !line.ends_with(':') {
                return heading.then_some(is_list);
            }
            let is_example = EXAMPLE_LEADS.iter().any(|word| has_word(&text, word));
            // There may be another sentence between the heading and its list.
            (is_list || leads || is_example).then_some(is_list || leads)
        })
        .unwrap_or_default()
}

/// The files of all skills of a hub, to find out whether a path is that of another skill.
struct OtherSkills<'a> {
    hub: &'a Hub,
    /// The names of the skills that have a file, by its path in the skill. It is made when it is needed first.
    owners: Option<HashMap<&'a str, Vec<&'a str>>>,
    /// How many more bytes are searched.
    left: usize,
}

impl<'a> OtherSkills<'a> {
    fn new(hub: &'a Hub) -> Self {
        Self {
            hub,
            owners: None,
            left: MAX_SEARCHED,
        }
    }

    /// Whether a document names another skill that has the file. When too much was searched, it is taken for one.
    fn has_named(&mut self, document: &Document, path: &str) -> bool {
        let hub = self.hub;
        let owners = self.owners.get_or_insert_with(|| owners(hub));
        for name in owners.get(path).into_iter().flatten() {
            let Some(left) = self.left.checked_sub(document.text.len()) else {
                return true;
            };
            self.left = left;
            if memchr::memmem::find(document.text.as_bytes(), name.as_bytes()).is_some() {
                return true;
            }
        }
        false
    }
}

/// The names of the skills that have a file in one of the folders of the specification, by its path in the skill.
fn owners(hub: &Hub) -> HashMap<&str, Vec<&str>> {
    let mut owners: HashMap<&str, Vec<&str>> = HashMap::new();
    for (path, kind) in &hub.files {
        if *kind == FileKind::Folder {
            continue;
        }
        for folder in SKILL_FOLDERS {
            let Some(at) = path.find(&format!("/{folder}/")) else {
                continue;
            };
            let (skill, rest) = (&path[..at], &path[at + 1..]);
            if hub.files.contains_key(&join_path(skill, "SKILL.md")) {
                let name = skill.rsplit('/').next().unwrap_or(skill);
                owners.entry(rest).or_default().push(name);
            }
        }
    }
    owners
}

/// Whether the words around a path show that it is an example, or that the file is still to be made.
fn is_example(document: &Document, span: Span) -> bool {
    let lines = document.lines();
    let number = lines.line(span.start);
    let line = |number: usize| {
        let of_line = lines.line_span(&document.text, number);
        let text = document.slice(of_line);
        let at = (span.start.max(of_line.start) - of_line.start) as usize;
        let at = if at < text.len() { at } else { 0 };
        let start = text.floor_char_boundary(at.saturating_sub(REACH));
        let end = text.floor_char_boundary(at + REACH);
        text.get(start..end).unwrap_or_default().to_lowercase()
    };
    let says = |text: &str, words: &[&str]| words.iter().any(|word| has_word(text, word));
    let own = line(number);
    if says(&own, STRONG_WORDS) {
        return true;
    }
    if tells_to_read(document, span) {
        return false;
    }
    if says(&own, EXAMPLE_WORDS) {
        return true;
    }
    // The sentence that leads to a list or to a command.
    let mut above = (1..number).rev().map(line).take(12);
    let lead = above.find(|text| text.trim_end().ends_with(':') || text.starts_with('#'));
    lead.is_some_and(|text| says(&text, EXAMPLE_LEADS))
}

/// Whether a text has a word, and not only as a part of another.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '/' || c == '.' || c == '-';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !word.starts_with(|c: char| c.is_alphanumeric())
            || (!before.is_some_and(is_part)
                && !after.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '/'))
    })
}

fn report(
    hub: &Hub,
    document: &Document,
    (span, written): (Span, &str),
    suggests: bool,
    sink: &mut Sink<'_>,
) {
    let path = SkillPath::parse(written);
    let folder = hub.entry_folder(&document.path).unwrap_or_default();
    let below = |path: &'_ str| -> Option<String> {
        path.strip_prefix(folder)
            .map(|path| path.trim_start_matches('/').to_owned())
    };
    let files: Vec<String> = hub
        .files_below(folder)
        .take(if suggests { MAX_FILES } else { 0 })
        .filter_map(|(path, _)| below(path))
        .collect();
    let name = path.rest.rsplit('/').next().unwrap_or_default();
    let same_name = files.iter().find(|file| file.rsplit('/').next() == Some(name));
    let near = same_name
        .map(String::as_str)
        .or_else(|| suggest::nearest(path.rest, files.iter().map(String::as_str)));
    let whose = match path.base {
        SkillPathBase::Plugin => "plugin",
        _ => "skill",
    };
    let help = match near.filter(|near| *near != path.rest) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "add the file, or remove the text that names it".to_owned(),
    };
    sink.report_in(
        &document.path,
        span,
        format!("the {whose} has no file `{}`", path.rest),
    )
    .help(help);
}
