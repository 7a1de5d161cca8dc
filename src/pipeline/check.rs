//! Run every rule on a hub: pure, in parallel, with sorted results.

use crate::diagnostic::Diagnostic;
use crate::document::{Document, HubPath};
use crate::hub::{BATCH_SIZE, Hub};
use crate::releases::PackageLookups;
use crate::rule::order::{cap, sort};
use crate::rule::page::{RuleCategory, RulePage};
use crate::rule::{Check, Context, MAX_KEPT, Property, Rule, Sink};
use crate::rules::RULES;
use crate::timing::Timer;
use rayon::prelude::*;

/// The findings of every enabled rule in the files to report on, in total order: path, span, rule, message. `releases`
/// is `None` when look-ups are off or not needed; rules about releases then do not run.
#[must_use]
pub(super) fn check(hub: &Hub, releases: Option<&PackageLookups>, context: &Context<'_>) -> Vec<Diagnostic> {
    let timer = Timer::start();
    let enabled = enabled(context);
    let focused: Vec<&Document> = hub.focused().collect();
    let mut diagnostics: Vec<Diagnostic> = focused
        .par_iter()
        .with_max_len(BATCH_SIZE)
        .flat_map_iter(|document| check_document(document, &enabled, releases, context))
        .collect();
    diagnostics.extend(hub_rules(hub, &enabled, context));
    diagnostics.extend(attachments(hub, &enabled, releases, context));
    diagnostics.extend(registry_safety(hub, &enabled, releases, context));
    sort(&mut diagnostics);
    cap(&mut diagnostics, MAX_KEPT);
    log::debug!(
        "rules {timer}; enabled: {} of {}, findings: {}",
        enabled.len(),
        RULES.len(),
        diagnostics.len()
    );
    diagnostics
}

/// The findings in the text files of skills that are not Markdown. They have no fixes, because fixes are for Markdown.
fn attachments(
    hub: &Hub,
    enabled: &[&'static Rule],
    releases: Option<&PackageLookups>,
    context: &Context<'_>,
) -> Vec<Diagnostic> {
    let rules = enabled.iter().copied();
    let rules: Vec<&'static Rule> = rules
        .filter(|rule| rule.has(Property::ChecksAttachments))
        .collect();
    let focused: Vec<&Document> = hub.focused_attachments().collect();
    focused
        .par_iter()
        .with_max_len(BATCH_SIZE)
        .flat_map_iter(|attachment| check_document(attachment, &rules, releases, context))
        .map(without_fix)
        .collect()
}

fn without_fix(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.fix = None;
    diagnostic
}

/// The findings of the safety rules in the registries that authors supply: clients show their texts to agents. They
/// have no fixes, because fixes are for Markdown.
fn registry_safety(
    hub: &Hub,
    enabled: &[&'static Rule],
    releases: Option<&PackageLookups>,
    context: &Context<'_>,
) -> Vec<Diagnostic> {
    let is_safety = |rule: &&&'static Rule| RulePage::for_rule(rule).category == RuleCategory::Safety;
    let safety: Vec<&'static Rule> = enabled.iter().filter(is_safety).copied().collect();
    let focused = hub
        .supplied
        .iter()
        .filter(|supplied| hub.in_focus(&supplied.file.path));
    let found = focused.flat_map(|supplied| check_document(&supplied.file, &safety, releases, context));
    found.map(without_fix).collect()
}

/// The findings of the rules about one document, or about one other text file of a skill.
#[must_use]
pub(super) fn check_document_rules(
    document: &Document,
    releases: Option<&PackageLookups>,
    context: &Context<'_>,
) -> Vec<Diagnostic> {
    let mut rules = enabled(context);
    let is_attachment = document.is_attachment();
    rules.retain(|rule| !is_attachment || rule.has(Property::ChecksAttachments));
    let mut diagnostics = check_document(document, &rules, releases, context);
    if is_attachment {
        diagnostics = diagnostics.into_iter().map(without_fix).collect();
    }
    sort(&mut diagnostics);
    cap(&mut diagnostics, MAX_KEPT);
    diagnostics
}

/// The findings of the rules about the hub as a whole.
#[must_use]
pub(super) fn check_hub_rules(hub: &Hub, context: &Context<'_>) -> Vec<Diagnostic> {
    let mut diagnostics = hub_rules(hub, &enabled(context), context);
    sort(&mut diagnostics);
    cap(&mut diagnostics, MAX_KEPT);
    diagnostics
}

fn enabled(context: &Context<'_>) -> Vec<&'static Rule> {
    let rules = RULES.iter().copied();
    rules.filter(|rule| context.options.is_enabled(rule.id)).collect()
}

fn hub_rules(hub: &Hub, enabled: &[&'static Rule], context: &Context<'_>) -> Vec<Diagnostic> {
    enabled
        .par_iter()
        .flat_map_iter(|rule| {
            let mut out = Vec::new();
            let only_hubs = rule.has(Property::OnlyHubs);
            if let Check::Hub(check) = rule.check
                && !(only_hubs && hub.is_skills_only())
            {
                let mut sink = Sink::new(rule, context.options, HubPath::new(&hub.shown, ""), &mut out);
                check(hub, context, &mut sink);
            }
            out.retain(|diagnostic| !(only_hubs && is_plain_skill(hub, diagnostic)));
            out
        })
        .filter(|diagnostic| hub.in_focus(&diagnostic.path))
        .collect()
}

/// Whether a finding is in a collection of skills.
fn is_plain_skill(hub: &Hub, diagnostic: &Diagnostic) -> bool {
    let document = hub.document(diagnostic.path.path_in_hub());
    document.is_some_and(Document::is_plain_skill)
}

fn check_document(
    document: &Document,
    enabled: &[&'static Rule],
    releases: Option<&PackageLookups>,
    context: &Context<'_>,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for rule in enabled {
        if document.is_plain_skill() && rule.has(Property::OnlyHubs) {
            continue;
        }
        let mut sink = Sink::new(rule, context.options, document.path.clone(), &mut out);
        match (rule.check, releases) {
            (Check::Document(check), _) => check(document, context, &mut sink),
            (Check::Releases(check), Some(releases)) => check(document, releases, context, &mut sink),
            (Check::Symbols(check), _) => {
                if let Some(symbols) = context.symbols.get(&document.path) {
                    check(document, symbols, &mut sink);
                }
            }
            (Check::Releases(_) | Check::Hub(_) | Check::Suppress, _) => {}
        }
    }
    out
}
