//! The blocks of a document whose symbols are checked, with what the text around them says.

use super::python::Release;
use super::python::usage::{self, Block};
use super::reference::SymbolUse;
use crate::document::snippets::Snippet;
use crate::document::{Document, DocumentKind};
use crate::text::line_around;

/// Whether a document has code whose symbols can be looked up.
#[must_use]
pub fn has_code(document: &Document) -> bool {
    document.snippets().all.iter().any(is_python)
}

fn is_python(snippet: &Snippet) -> bool {
    snippet.language.is_some_and(|language| language.id == "python")
}

/// Every use of a release in the Python blocks of a document, in order.
#[must_use]
pub fn uses(document: &Document, release: &Release) -> Vec<SymbolUse> {
    let snippets: Vec<&Snippet> = document
        .snippets()
        .all
        .iter()
        .filter(|snippet| is_python(snippet) && !snippet.is_skipped() && !snippet.beside_fault)
        .collect();
    let is_history = is_history(document);
    let blocks: Vec<Block<'_>> = snippets
        .iter()
        .map(|snippet| Block {
            code: snippet.code(document),
            is_quiet: is_history || is_quiet(document, snippet),
        })
        .collect();
    usage::references(release, &blocks)
        .into_iter()
        .filter_map(|found| {
            let snippet = snippets.get(found.block)?;
            Some(SymbolUse {
                path: document.path.clone(),
                span: snippet.file_span(document, &found.range),
                kind: found.kind,
                symbol: found.symbol,
                outcome: found.outcome,
                signature: found.signature,
            })
        })
        .collect()
}

/// Whether the name of a file beside an entry says that it is about other versions: `migration.md`, `CHANGELOG.md`.
fn is_history(document: &Document) -> bool {
    let name = document.path.file_name().to_ascii_lowercase();
    let words = name.trim_end_matches(".md").replace(['-', '_', '.'], " ");
    document.kind == DocumentKind::Companion
        && (usage::says_old_or_wrong(&words)
            || words
                .split(' ')
                .any(|word| ["changelog", "changes", "history", "releases"].contains(&word)))
}

/// Whether a heading above a block or the line before it says that the code is old, wrong or for another version.
fn is_quiet(document: &Document, snippet: &Snippet) -> bool {
    let Some(block) = document.body.code_blocks.get(snippet.block) else {
        return false;
    };
    let start = block.span.start as usize;
    let mut level = u8::MAX;
    let above = document.body.headings.iter().rev();
    for heading in above.filter(|heading| (heading.span.start as usize) < start) {
        // Only the headings that the block is under: each higher than the one before.
        if heading.level < level {
            level = heading.level;
            if usage::says_old_or_wrong(&heading.text) {
                return true;
            }
        }
    }
    let before = document.text.get(..start).unwrap_or_default().trim_end();
    // The line before may be the end of another block.
    let is_code = document
        .body
        .code_blocks
        .iter()
        .any(|other| other.span.range().contains(&before.len().saturating_sub(1)));
    !is_code
        && usage::says_old_or_wrong(
            line_around(&document.text, before.len().saturating_sub(1)).slice(&document.text),
        )
}
