//! Allows: accepted findings, in the config (`[[allow]]`) or in a comment next to the code.
//!
//! Every allow needs a reason, and an allow that suppresses nothing is reported.

use super::comment::{self, AllowComment, AllowScope};
use super::paths::PathPattern;
use super::{SuppressedBy, SuppressedFinding, SuppressionInput, sink};
use crate::config::Settings;
use crate::diagnostic::Diagnostic;
use crate::document::{Document, HubPath};
use crate::edit::Edit;
use crate::error::Error;
use crate::hub::Hub;
use crate::rule::page::{RuleCategory, RulePage};
use crate::rule::{Check, Rule};
use crate::rules;
use crate::text::Span;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The maximum number of related locations in a report of new allows.
const MAX_RELATED: usize = 20;

/// The allows of one config, with how they were used.
#[derive(Debug)]
pub struct ConfigAllows<'a> {
    settings: &'a Settings,
    path: HubPath,
    rows: Vec<ConfigAllow>,
}

#[derive(Debug)]
struct ConfigAllow {
    rule: &'static Rule,
    span: Span,
    pattern: Option<PathPattern>,
    written: String,
    reasoned: bool,
    /// The date it expired, if it has.
    ended: Option<Date>,
    used: bool,
    /// Whether it applies to any file, and whether the rule ran in all of them.
    meant: bool,
    can_report_unused: bool,
}

impl<'a> ConfigAllows<'a> {
    /// Read the allows of a config that is shown as `path`.
    ///
    /// # Errors
    /// An invalid pattern.
    pub fn new(settings: &'a Settings, path: HubPath, today: Date) -> Result<Self, Error> {
        let mut rows = Vec::new();
        for allow in &settings.allows {
            // The config was validated when it was read, so the rule exists and the date is valid.
            let Some(rule) = rules::by_id(allow.rule.get_ref()) else {
                continue;
            };
            let until = allow
                .until
                .as_ref()
                .and_then(|until| until.get_ref().parse::<Date>().ok());
            rows.push(ConfigAllow {
                rule,
                span: allow.rule.span().into(),
                pattern: match &allow.path {
                    Some(pattern) => Some(PathPattern::new(pattern, "`path` in `[[allow]]`")?),
                    None => None,
                },
                written: allow.path.clone().unwrap_or_default(),
                reasoned: allow.reason.chars().any(char::is_alphanumeric),
                ended: until.filter(|until| *until < today),
                used: false,
                meant: false,
                can_report_unused: true,
            });
        }
        Ok(Self { settings, path, rows })
    }

    /// The config's file.
    #[must_use]
    pub fn path(&self) -> &HubPath {
        &self.path
    }

    /// Record which allows apply to files of a hub, and whether this run shows if they are used.
    fn look_at(&mut self, input: &SuppressionInput<'_>) {
        for row in &mut self.rows {
            let meant = |path: &str| row.pattern.as_ref().is_none_or(|p| p.matches_inside(path));
            row.can_report_unused &= input.hub.is_whole() && self.settings.options.is_enabled(row.rule.id);
            for path in input.hub.files.keys().filter(|path| meant(path)) {
                row.meant = true;
                let document = input.hub.document(path).is_some();
                row.can_report_unused &= !document || input.can_report_unused(row.rule, path);
            }
        }
    }

    fn allows(&mut self, diagnostic: &Diagnostic) -> bool {
        let mut any = false;
        for row in &mut self.rows {
            if row.rule.id == diagnostic.rule
                && row.ended.is_none()
                && row.pattern.as_ref().is_none_or(|p| p.matches(&diagnostic.path))
            {
                row.used = true;
                any = true;
            }
        }
        any
    }

    /// Report the allows that have no reason, have expired, or are not used.
    pub fn report(&self, out: &mut Vec<Diagnostic>) {
        for row in &self.rows {
            let id = row.rule.id;
            if !row.reasoned
                && let Some(mut sink) =
                    sink(&rules::allow_without_reason::RULE, self.settings, &self.path, out)
            {
                sink.report(row.span, format!("the allow of `{id}` has no reason"))
                    .help("add `reason = \"...\"` and say why the finding is accepted");
            }
            let Some(mut sink) = sink(&rules::unused_allow::RULE, self.settings, &self.path, out) else {
                continue;
            };
            if let Check::Suppress = row.rule.check {
                sink.report(row.span, format!("`{id}` cannot be allowed"))
                    .help("set its severity under `[severity]`");
            } else if let Some(day) = row.ended {
                sink.report(row.span, format!("the allow of `{id}` expired on {day}"))
                    .help("remove it, or set a later `until` if the reason still applies");
            } else if !row.used && row.can_report_unused && !row.meant {
                sink.report(
                    row.span,
                    format!(
                        "the allow of `{id}` is for `{}`, which no file matches",
                        row.written
                    ),
                )
                .help("patterns are relative to the hub, as in ignore files");
            } else if !row.used && row.can_report_unused {
                sink.report(row.span, format!("the allow of `{id}` hides nothing"))
                    .help("remove it");
            }
        }
    }
}

/// Remove allowed findings, and report problems of the allows in comments.
pub(super) fn apply(
    input: &SuppressionInput<'_>,
    found: Vec<Diagnostic>,
    mut config: Option<&mut ConfigAllows<'_>>,
    hidden: &mut Vec<SuppressedFinding>,
    said: &mut Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    if let Some(config) = &mut config {
        config.look_at(input);
    }
    let mut comments = HubComments::of(input, said);
    let mut visible = Vec::with_capacity(found.len());
    for diagnostic in found {
        // Both are evaluated, so that neither of two allows of one finding is reported as unused.
        let by_config = config.as_mut().is_some_and(|config| config.allows(&diagnostic));
        if comments.allow(&diagnostic) || by_config {
            hidden.push(SuppressedFinding {
                diagnostic,
                by: SuppressedBy::Allow,
            });
        } else {
            visible.push(diagnostic);
        }
    }
    comments.report(input, said);
    visible
}

/// The allows in the comments of one hub.
struct HubComments<'a> {
    by_path: BTreeMap<&'a HubPath, (&'a Document, Vec<CommentUse>)>,
}

struct CommentUse {
    comment: AllowComment,
    /// Whether the change under review added it; then it has no effect.
    new: bool,
    /// Whether the allow of each rule was used.
    used: Vec<bool>,
}

/// Whether a comment in the document may allow a rule. The author of a page cannot allow its safety findings; the
/// owners of the hub can, in the config.
fn in_comment(rule: &Rule) -> bool {
    RulePage::for_rule(rule).category != RuleCategory::Safety && !matches!(rule.check, Check::Suppress)
}

impl<'a> HubComments<'a> {
    fn of(input: &SuppressionInput<'a>, said: &mut Vec<Diagnostic>) -> Self {
        let mut by_path = BTreeMap::new();
        for document in input.hub.focused().chain(input.hub.focused_attachments()) {
            let (comments, malformed) = comment::read(document);
            for wrong in malformed {
                if let Some(mut sink) = sink(&rules::unused_allow::RULE, input.settings, &document.path, said)
                {
                    sink.report(wrong.span, format!("invalid allow: {}", wrong.message))
                        .help("write `chub-lint: allow(RULE) REASON`, or remove it");
                }
            }
            let mut old =
                (input.allows_of_base && !comments.is_empty()).then(|| BaseComments::of(input.hub, document));
            let comments: Vec<CommentUse> = comments
                .into_iter()
                .map(|comment| CommentUse {
                    used: vec![false; comment.rules.len()],
                    new: old.as_mut().is_some_and(|old| !old.take(document, &comment)),
                    comment,
                })
                .collect();
            if input.allows_of_base {
                report_new(input, document, &comments, said);
                report_dropped_package(input, document, said);
            }
            if comments.is_empty() {
                continue;
            }
            by_path.insert(&document.path, (document, comments));
        }
        Self { by_path }
    }

    fn allow(&mut self, diagnostic: &Diagnostic) -> bool {
        let Some((document, comments)) = self.by_path.get_mut(&diagnostic.path) else {
            return false;
        };
        if !rules::by_id(diagnostic.rule).is_some_and(in_comment) {
            return false;
        }
        let mut any = false;
        for CommentUse { comment, used, .. } in comments.iter_mut().filter(|used| !used.new) {
            let at = comment.rules.iter().position(|(rule, _)| rule == diagnostic.rule);
            if let Some(used) = at.and_then(|at| used.get_mut(at))
                && comment.covers(document, diagnostic.span.start)
                // The findings that were left out after this one may be outside of the scope of the comment.
                && (diagnostic.more == 0 || comment.scope == AllowScope::File)
            {
                *used = true;
                any = true;
            }
        }
        any
    }

    fn report(&self, input: &SuppressionInput<'_>, said: &mut Vec<Diagnostic>) {
        for (document, comments) in self.by_path.values() {
            for used in comments.iter().filter(|used| !used.new) {
                let comment = &used.comment;
                if !comment.reasoned
                    && let Some(mut sink) = sink(
                        &rules::allow_without_reason::RULE,
                        input.settings,
                        &document.path,
                        said,
                    )
                {
                    sink.report(comment.span, "an allow without a reason")
                        .help("write the reason after the closing bracket");
                }
                let all = used.used.iter().all(|used| !used);
                for (at, (name, span)) in comment.rules.iter().enumerate() {
                    let Some(rule) = rules::by_id(name) else { continue };
                    if used.used.get(at) == Some(&true) {
                        continue;
                    }
                    let Some(mut sink) =
                        sink(&rules::unused_allow::RULE, input.settings, &document.path, said)
                    else {
                        continue;
                    };
                    if let Check::Suppress = rule.check {
                        sink.report(*span, format!("`{name}` cannot be allowed"))
                            .help("set its severity in the config");
                    } else if !in_comment(rule) {
                        sink.report(
                            *span,
                            format!("`{name}` cannot be allowed in the document itself"),
                        )
                        .help("use `[[allow]]` in chub-lint.toml, which the owners of the hub control");
                    } else if input.can_report_unused(rule, document.path.path_in_hub()) {
                        let edit = Edit {
                            span: if all {
                                comment.whole
                            } else {
                                name_with_comma(comment, at)
                            },
                            text: String::new(),
                        };
                        sink.report(*span, format!("the allow of `{name}` hides nothing"))
                            .fix("remove it", vec![edit]);
                    }
                }
            }
        }
    }
}

/// The allows that a document had before the change under review, each with its text and the text that it covers. An
/// allow that moves to another text is new.
struct BaseComments {
    /// `None` for a document that did not change: all its allows are old.
    left: Option<BTreeMap<(String, String), usize>>,
}

impl BaseComments {
    fn of(hub: &Hub, document: &Document) -> Self {
        let base = hub
            .base
            .as_ref()
            .and_then(|base| base.get(document.path.path_in_hub()));
        let left = base.map(|before| {
            let mut left = BTreeMap::new();
            if let Some(before) = before {
                for comment in comment::read(before).0 {
                    *left.entry(written(before, &comment)).or_default() += 1;
                }
            }
            left
        });
        Self { left }
    }

    /// Whether an equal comment existed and is not yet taken.
    fn take(&mut self, document: &Document, comment: &AllowComment) -> bool {
        let Some(left) = &mut self.left else { return true };
        match left.get_mut(&written(document, comment)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }
}

/// The text of a comment and the text that it covers.
fn written(document: &Document, comment: &AllowComment) -> (String, String) {
    let covered = match comment.scope {
        AllowScope::Lines(first, last) => {
            let lines = document.lines();
            let end = lines.line_span(&document.text, last).end as usize;
            let start = lines.line_span(&document.text, first).start as usize;
            document.text.get(start..end).unwrap_or_default().trim()
        }
        AllowScope::File | AllowScope::Nothing => "",
    };
    (document.slice(comment.span).trim().to_owned(), covered.to_owned())
}

/// Report the new allows and skips of a document: one finding, at the first of them.
fn report_new(
    input: &SuppressionInput<'_>,
    document: &Document,
    comments: &[CommentUse],
    said: &mut Vec<Diagnostic>,
) {
    let allows = comments
        .iter()
        .filter(|used| used.new)
        .map(|used| used.comment.span);
    let samples = document
        .checked_snippets()
        .into_iter()
        .flat_map(|samples| &samples.all);
    let mut new: Vec<Span> = allows
        .chain(samples.filter_map(|sample| sample.new_skip))
        .collect();
    new.sort_unstable();
    let Some((first, others)) = new.split_first() else {
        return;
    };
    let Some(mut sink) = sink(&rules::changed_checks::RULE, input.settings, &document.path, said) else {
        return;
    };
    let what = match others.len() {
        0 => "an allow is new: it is not used in this run".to_owned(),
        n => format!("{} allows are new: they are not used in this run", n + 1),
    };
    let mut report = sink.report(*first, what);
    report = report.help("review it as you review code; to check with it, name the config: `--config FILE`");
    for span in others.iter().take(MAX_RELATED) {
        report = report.related(*span, "another one");
    }
}

/// Report that an entry no longer has a package to compare with.
fn report_dropped_package(input: &SuppressionInput<'_>, document: &Document, said: &mut Vec<Diagnostic>) {
    let package = |document: &Document| {
        let (_, node) = document.front_matter()?.metadata("package")?;
        Some((node.span, node.as_str() == Some("none")))
    };
    let Some((span, true)) = package(document) else {
        return;
    };
    let base = input.hub.base.as_ref();
    let Some(Some(before)) = base.and_then(|base| base.get(document.path.path_in_hub())) else {
        return;
    };
    if package(before).is_some_and(|(_, is_none)| is_none) {
        return;
    }
    if let Some(mut sink) = sink(&rules::changed_checks::RULE, input.settings, &document.path, said) {
        sink.report(
            span,
            "the entry no longer covers a package: its versions are not checked",
        )
        .help("check that this is intended");
    }
}

/// The span of a name in the brackets, with its comma.
fn name_with_comma(comment: &AllowComment, at: usize) -> Span {
    let span = |at: usize| comment.rules.get(at).map(|(_, span)| *span);
    let own = span(at).unwrap_or_default();
    match (at.checked_sub(1).and_then(span), span(at + 1)) {
        (Some(before), _) => Span::new(before.end as usize, own.end as usize),
        (None, Some(after)) => Span::new(own.start as usize, after.start as usize),
        (None, None) => own,
    }
}
