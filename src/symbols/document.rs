//! The blocks of a document whose symbols are checked, and whether the text around them marks them as outdated.

use super::block::Block;
use super::outdated_text::says_old_or_wrong;
use super::reference::SymbolUse;
use super::release::Release;
use super::{javascript, python};
use crate::document::snippets::Snippet;
use crate::document::{Document, DocumentKind};
use crate::package::Ecosystem;
use crate::text::line_around;

/// Whether a document has code in which symbols of a package of this ecosystem can be looked up.
#[must_use]
pub fn has_code(document: &Document, ecosystem: Ecosystem) -> bool {
    document
        .snippets()
        .all
        .iter()
        .any(|snippet| language_id(snippet, ecosystem).is_some())
}

/// The id of the language of a snippet, when it is one of this ecosystem.
fn language_id(snippet: &Snippet, ecosystem: Ecosystem) -> Option<&'static str> {
    let ids: &[&str] = match ecosystem {
        Ecosystem::PyPi => &["python"],
        Ecosystem::Npm => &["javascript", "jsx", "typescript", "tsx"],
    };
    let id = snippet.language?.id;
    ids.contains(&id).then_some(id)
}

/// Every use of a release in the blocks of a document that are in its language, in order.
#[must_use]
pub fn uses(document: &Document, release: &Release) -> Vec<SymbolUse> {
    let ecosystem = match release {
        Release::Python(_) => Ecosystem::PyPi,
        Release::JavaScript(_) => Ecosystem::Npm,
    };
    let is_history = is_history(document);
    let (snippets, blocks): (Vec<&Snippet>, Vec<Block<'_>>) = document
        .snippets()
        .all
        .iter()
        .filter(|snippet| !snippet.is_skipped() && !snippet.beside_fault)
        .filter_map(|snippet| {
            let block = Block {
                code: snippet.code(document),
                language: language_id(snippet, ecosystem)?,
                is_marked_outdated: is_history || is_marked_outdated(document, snippet),
            };
            Some((snippet, block))
        })
        .unzip();
    let found = match release {
        Release::Python(release) => python::usage::references(release, &blocks),
        Release::JavaScript(release) => javascript::usage::references(release, &blocks),
    };
    found
        .into_iter()
        .filter_map(|found| {
            let snippet = snippets.get(found.block)?;
            Some(SymbolUse {
                path: document.path.clone(),
                span: snippet.file_span(document, &found.range),
                place: snippet.file_span(document, &found.place),
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
        && (says_old_or_wrong(&words)
            || words
                .split(' ')
                .any(|word| ["changelog", "changes", "history", "releases"].contains(&word)))
}

/// Whether a heading above a block or the line before it says that the code is old, wrong or for another version.
fn is_marked_outdated(document: &Document, snippet: &Snippet) -> bool {
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
            if says_old_or_wrong(&heading.text) {
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
        && says_old_or_wrong(
            line_around(&document.text, before.len().saturating_sub(1)).slice(&document.text),
        )
}
