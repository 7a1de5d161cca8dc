//! One file, parsed once, never changed.

mod anchor;
mod blocks;
mod body;
mod containers;
mod fence;
pub mod fences;
mod front;
mod html_code;
mod html_links;
mod path;
pub mod prose;
pub mod snippets;
mod structure;
mod yaml;

pub use anchor::{Anchors, attributes as html_attributes, slug as heading_slug};
pub use blocks::{BlockKind, MarkdownBlock, blocks};
pub use body::{Body, Heading, Link};
pub use fence::{BlockOrigin, CodeBlock, CodeText};
pub use front::{FrontMatter, FrontMatterError, MissingFrontMatter, parse as read_front_matter};
pub use html_links::{HtmlLink, html_links};
pub use path::{HubPath, is_markdown, join_normal};
pub use snippets::DIRECTIVE_PREFIX;
pub use structure::{AllowedChanges, Structure};
pub use yaml::{YamlError, YamlNode, YamlValue};

use crate::secret::{self, Secret};
use crate::text::{ColumnUnit, LineIndex, Position, Span, line_around};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The names of the files that are entries.
pub const ENTRY_NAMES: [&str; 2] = ["DOC.md", "SKILL.md"];
/// The folders of an author that hold entries.
pub const KIND_FOLDERS: [&str; 2] = ["docs", "skills"];

/// The kind of a file of a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// `DOC.md`: documentation of a library.
    Doc,
    /// `SKILL.md`: an agent skill.
    Skill,
    /// Another Markdown file in the folder of an entry, which an agent reads on demand.
    Companion,
    /// Any other text file in the folder of a skill: a script, settings, data. It is not parsed.
    Attachment,
}

impl DocumentKind {
    /// The kind by the exact file name, as the hub's builder looks for it.
    #[must_use]
    pub fn from_file_name(file_name: &str) -> Self {
        match file_name {
            "DOC.md" => Self::Doc,
            "SKILL.md" => Self::Skill,
            _ => Self::Companion,
        }
    }

    /// Whether it is an entry with front matter rather than a companion of one.
    #[must_use]
    pub fn is_entry(self) -> bool {
        matches!(self, Self::Doc | Self::Skill)
    }
}

/// What the folder of a document is for. `hub/collection.rs` decides it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Collection {
    /// A content hub, with the fields and the layout that `chub build` needs.
    #[default]
    Hub,
    /// Agent Skills that clients read as they are: no rule of a hub applies.
    Skills,
}

/// One Markdown file of a hub.
#[derive(Debug)]
pub struct Document {
    /// Where it is.
    pub path: HubPath,
    /// What it is.
    pub kind: DocumentKind,
    /// What its folder is for.
    pub collection: Collection,
    /// Its text.
    pub text: String,
    /// Its front matter, or why it has none. That of a companion is empty.
    pub front: Result<FrontMatter, FrontMatterError>,
    /// What follows the front matter.
    pub body: Body,
    /// The only `chub-lint: skip` that count, as they are written; `None` for all of them.
    known_skips: Option<BTreeSet<String>>,
    lines: OnceLock<LineIndex>,
    samples: OnceLock<snippets::Snippets>,
    secrets: OnceLock<Vec<Secret>>,
    shown: OnceLock<Option<String>>,
}

impl Document {
    /// Parse a file.
    #[must_use]
    pub fn new(path: HubPath, text: String) -> Self {
        let kind = DocumentKind::from_file_name(path.file_name());
        let front = if kind.is_entry() {
            front::parse(&text)
        } else {
            Ok(FrontMatter::default())
        };
        let start = match &front {
            Ok(front) => front.whole.end,
            Err(FrontMatterError::Yaml { whole, .. }) => whole.end,
            Err(FrontMatterError::Missing(_)) => 0,
        };
        let body = html_code::parse(&text, start as usize);
        Self {
            path,
            kind,
            collection: Collection::default(),
            text,
            front,
            body,
            known_skips: None,
            lines: OnceLock::new(),
            samples: OnceLock::new(),
            secrets: OnceLock::new(),
            shown: OnceLock::new(),
        }
    }

    /// A file of a skill that is not Markdown.
    #[must_use]
    pub fn attachment(path: HubPath, text: String) -> Self {
        Self {
            kind: DocumentKind::Attachment,
            ..Self::unparsed(path, text)
        }
    }

    /// A file of a hub by its name: parsed when it is Markdown, else an attachment.
    #[must_use]
    pub fn of_file(path: HubPath, text: String) -> Self {
        if is_markdown(path.path_in_hub()) {
            Self::new(path, text)
        } else {
            Self::attachment(path, text)
        }
    }

    /// A text that is only shown, without parsing it.
    #[must_use]
    pub fn unparsed(path: HubPath, text: String) -> Self {
        Self {
            kind: DocumentKind::Companion,
            collection: Collection::default(),
            text,
            front: Ok(FrontMatter::default()),
            body: Body::default(),
            path,
            known_skips: None,
            lines: OnceLock::new(),
            samples: OnceLock::new(),
            secrets: OnceLock::new(),
            shown: OnceLock::new(),
        }
    }

    /// Count only those `chub-lint: skip` that the document had before the change under review. Call it before
    /// the code is checked.
    pub fn keep_skips_of(&mut self, before: Option<&Self>) {
        if !self.text.contains(DIRECTIVE_PREFIX) {
            return;
        }
        let known = before.into_iter().flat_map(|before| {
            let skips = before
                .snippets()
                .all
                .iter()
                .filter_map(|sample| sample.skip.as_ref());
            skips.map(|skip| before.slice(skip.span).trim().to_owned())
        });
        self.known_skips = Some(known.collect());
    }

    /// Whether a `chub-lint: skip` counts.
    fn counts_skip(&self, span: Span) -> bool {
        let known = self.known_skips.as_ref();
        known.is_none_or(|known| known.contains(self.slice(span).trim()))
    }

    /// The lines, indexed on first use: most documents have no finding.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// The code with its parse results, computed on first use: several rules report on the same blocks.
    #[must_use]
    pub fn snippets(&self) -> &snippets::Snippets {
        self.samples
            .get_or_init(|| snippets::Snippets::from_document(self))
    }

    /// The code with its parse results, if a rule used them.
    #[must_use]
    pub fn checked_snippets(&self) -> Option<&snippets::Snippets> {
        self.samples.get()
    }

    /// The text as output may show it: the values of credentials are asterisks. Every byte is where it was. Worked
    /// out when first asked for.
    #[must_use]
    pub fn masked_text(&self) -> &str {
        let masked = self
            .shown
            .get_or_init(|| match secret::mask(&self.text, self.secrets()) {
                Cow::Borrowed(_) => None,
                Cow::Owned(masked) => Some(masked),
            });
        masked.as_deref().unwrap_or(&self.text)
    }

    /// The credentials in the text, in order. Searched for when first asked for.
    #[must_use]
    pub fn secrets(&self) -> &[Secret] {
        self.secrets.get_or_init(|| secret::find(&self.text))
    }

    /// The line and column of a byte.
    #[must_use]
    pub fn position(&self, offset: u32, unit: ColumnUnit) -> Position {
        self.lines().position(&self.text, offset, unit)
    }

    /// The part of a span on its first line, to point at.
    #[must_use]
    pub fn first_line(&self, span: Span) -> Span {
        let line = line_around(&self.text, span.start as usize);
        Span {
            start: span.start,
            end: span.end.min(line.end.max(span.start)),
        }
    }

    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        span.slice(&self.text)
    }

    /// Whether it is part of a collection of skills, where no rule of a hub applies.
    #[must_use]
    pub fn is_plain_skill(&self) -> bool {
        self.collection == Collection::Skills
    }

    /// Whether it is a file of a skill that is not Markdown.
    #[must_use]
    pub fn is_attachment(&self) -> bool {
        self.kind == DocumentKind::Attachment
    }

    /// Whether it is an attachment with text for people rather than code or settings, by the end of its name.
    #[must_use]
    pub fn is_attached_text(&self) -> bool {
        const ENDS: &[&str] = &[
            "adoc", "csv", "htm", "html", "rst", "svg", "tex", "tsv", "txt", "xml",
        ];
        let end = self
            .path
            .file_name()
            .rsplit_once('.')
            .map(|(_, end)| end.to_ascii_lowercase());
        self.is_attachment() && end.is_none_or(|end| ENDS.contains(&end.as_str()))
    }

    /// The front matter, when it could be read and the file is an entry.
    #[must_use]
    pub fn front_matter(&self) -> Option<&FrontMatter> {
        self.front.as_ref().ok().filter(|_| self.kind.is_entry())
    }
}
