//! Code actions: the fixes of findings, all safe fixes of a file, and allows.

use super::convert;
use super::state::OpenDocument;
use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::document::{BlockKind, Document, Structure, blocks};
use crate::edit::Edit;
use crate::fix;
use crate::rule::Check;
use crate::rule::page::{RuleCategory, RulePage};
use crate::rules;
use crate::text::{ColumnUnit, Span};
use lsp_types as lsp;
use std::collections::HashMap;

/// The kind of the action that applies every safe fix of a file.
pub const FIX_ALL: &str = "source.fixAll.chub-lint";

/// What can be done about the findings in a range.
#[must_use]
pub fn actions(
    uri: &lsp::Uri,
    open: &OpenDocument,
    document: &Document,
    params: &lsp::CodeActionParams,
    unit: ColumnUnit,
) -> Vec<lsp::CodeActionOrCommand> {
    let mut out = Vec::new();
    let mut push = |title: String, kind: lsp::CodeActionKind, found: Option<&Diagnostic>, edits: &[Edit]| {
        let diagnostics = found.map(|d| vec![convert::diagnostic(document, d, unit)]);
        let preferred = found
            .and_then(|d| d.fix.as_ref())
            .is_some_and(|fix| fix.safety == Applicability::Safe && fix.edits == edits);
        out.push(lsp::CodeActionOrCommand::CodeAction(lsp::CodeAction {
            title,
            kind: Some(kind),
            diagnostics,
            edit: Some(workspace_edit(uri, document, edits, unit)),
            is_preferred: preferred.then_some(true),
            ..lsp::CodeAction::default()
        }));
    };
    if is_wanted(params, lsp::CodeActionKind::QUICKFIX.as_str()) {
        for found in open
            .findings
            .iter()
            .filter(|d| meets(document, d, params.range, unit))
        {
            if let Some(fix) = &found.fix
                && fix::keeps_structure(document, found.rule, &fix.edits)
            {
                let mut title = upper_first(&fix.title);
                if fix.safety == Applicability::Unsafe {
                    title.push_str(" (review it)");
                }
                push(title, lsp::CodeActionKind::QUICKFIX, Some(found), &fix.edits);
            }
        }
        for found in open
            .findings
            .iter()
            .filter(|d| meets(document, d, params.range, unit))
        {
            if let Some(edit) = allow(document, found) {
                let title = format!("Allow {} here", found.rule);
                push(title, lsp::CodeActionKind::QUICKFIX, Some(found), &[edit]);
            }
        }
    }
    if is_wanted(params, FIX_ALL) {
        let edits = safe_edits(document, &open.findings);
        if !edits.is_empty() {
            push(
                "Apply all safe fixes".to_owned(),
                lsp::CodeActionKind::new(FIX_ALL),
                None,
                &edits,
            );
        }
    }
    out
}

/// Whether the client asks for actions of a kind, or of a kind that it is a part of.
fn is_wanted(params: &lsp::CodeActionParams, kind: &str) -> bool {
    params.context.only.as_ref().is_none_or(|only| {
        only.iter().any(|wanted| {
            let rest = kind.strip_prefix(wanted.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    })
}

fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    first + chars.as_str()
}

fn meets(document: &Document, found: &Diagnostic, range: lsp::Range, unit: ColumnUnit) -> bool {
    let own = convert::range(document, found.span, unit);
    own.start <= range.end && range.start <= own.end
}

/// The edits of safe fixes that can be made together. When together they would change the structure around them,
/// those that change it on their own are dropped.
fn safe_edits(document: &Document, findings: &[Diagnostic]) -> Vec<Edit> {
    let structure = Structure::from_document(document);
    let fixes: Vec<(&str, &Fix)> = findings
        .iter()
        .filter_map(|found| Some((found.rule, found.fix.as_ref()?)))
        .filter(|(_, fix)| fix.safety == Applicability::Safe)
        .collect();
    let together = |fixes: &[(&str, &Fix)]| {
        let mut taken: Vec<Edit> = Vec::new();
        let mut chosen: Vec<(&str, &[Edit])> = Vec::new();
        for (rule, fix) in fixes {
            let apart = |edit: &Edit| {
                taken.iter().all(|other| {
                    edit.span.start != other.span.start
                        && (edit.span.end <= other.span.start || other.span.end <= edit.span.start)
                })
            };
            if fix.edits.iter().all(apart) {
                taken.extend(fix.edits.iter().cloned());
                chosen.push((rule, &fix.edits));
            }
        }
        fix::apply_together(document, &structure, chosen).map(|_| taken)
    };
    let alone = || {
        let kept = fixes.iter().copied().filter(|(rule, fix)| {
            structure.is_preserved_by(document, &fix.edits, fix::allowed_changes(rule))
        });
        together(&kept.collect::<Vec<_>>())
    };
    together(&fixes).or_else(alone).unwrap_or_default()
}

fn workspace_edit(
    uri: &lsp::Uri,
    document: &Document,
    edits: &[Edit],
    unit: ColumnUnit,
) -> lsp::WorkspaceEdit {
    let edits = edits
        .iter()
        .map(|edit| lsp::TextEdit::new(convert::range(document, edit.span, unit), edit.text.clone()))
        .collect();
    lsp::WorkspaceEdit::new(HashMap::from([(uri.clone(), edits)]))
}

/// The comment that allows a finding; its reason is left to be written. `None` where a comment cannot.
fn allow(document: &Document, found: &Diagnostic) -> Option<Edit> {
    let rule = rules::by_id(found.rule)?;
    if matches!(rule.check, Check::Suppress) || RulePage::for_rule(rule).category == RuleCategory::Safety {
        return None;
    }
    let lines = document.lines();
    let line_of = |at: u32| lines.line_span(&document.text, lines.line(at));
    let eol = if document.text.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let line = line_of(found.span.start);
    let indent = |line: Span| {
        let text = document.slice(line);
        text[..text.len() - text.trim_start().len()].to_owned()
    };
    if let Some(front) = document
        .front_matter()
        .filter(|front| found.span.start < front.whole.end)
    {
        // Nothing may be above the opening `---`.
        let (word, line) = if found.span.start < front.block.start {
            ("allow-file", line_of(front.block.start))
        } else {
            ("allow", line)
        };
        return Some(Edit {
            span: Span::empty_at(line.start as usize),
            text: format!("{}# chub-lint: {word}({}) REASON{eol}", indent(line), found.rule),
        });
    }
    if document.front.is_err() {
        return None;
    }
    // The innermost block that starts a line: a comment in front of it covers it.
    let block = blocks(document)
        .into_iter()
        .rfind(|b| {
            b.kind != BlockKind::Container
                && b.span.start <= found.span.start
                && found.span.start < b.span.end.max(b.span.start + 1)
        })
        .map(|block| line_of(block.span.start))
        .filter(|line| {
            let text = document.slice(*line).trim_start();
            !text.starts_with(['>', '-', '*', '+']) && !text.starts_with(|c: char| c.is_ascii_digit())
        })?;
    Some(Edit {
        span: Span::empty_at(block.start as usize),
        text: format!(
            "{0}<!-- chub-lint: allow({1}) REASON -->{eol}{eol}",
            indent(block),
            found.rule
        ),
    })
}
