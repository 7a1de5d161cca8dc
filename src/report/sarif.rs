//! SARIF 2.1.0, for code scanning and editors.
//!
//! GitHub refuses a file with more than 10 MB (compressed) or 25,000 results, and keeps the 5,000 most severe results.
//! So at most 5,000 are written, and a notification says how many were left out. Suppressed findings are not written:
//! GitHub would open an alert for a suppressed result.

pub mod merge;
pub mod model;
pub mod rules;

use super::finding::{Finding, FindingLocation, FixView};
use super::fingerprint::{self, FindingMarks, Fingerprints};
use super::linehash::FileLineHashes;
use super::{Reporter, Run, escaped_json, pluralize};
use crate::diagnostic::{Applicability, Severity};
use crate::hub::shard::Shard;
use crate::rule::MAX_REPORTED;
use crate::safe_text::SafeText;
use crate::text::{ColumnUnit, Position, Span};
use model::{
    ArtifactChange, ArtifactLocation, AutomationDetails, BaseId, InsertedContent, Invocation, JsonRegion,
    Notification, PhysicalLocation, Properties, Replacement, SarifFix, SarifLocation, SarifLog, SarifMessage,
    SarifResult, SarifText,
};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// How many results of one run GitHub keeps.
pub const MAX_RESULTS: usize = 5_000;
/// The maximum number of related locations of one result. GitHub shows those that the message links to.
const MAX_RELATED: usize = 10;
/// The maximum length of a message in characters. With the other limits, 5,000 results are below 10 MB in the worst
/// case.
const MAX_MESSAGE: usize = 1_000;
/// The maximum length of a link text in characters.
const MAX_LINK: usize = 100;
/// The maximum number of bytes that a fix may insert. Larger fixes are left to `--fix`.
const MAX_INSERTED: usize = 1_000;
/// The base of relative paths.
const ROOT: &str = "%SRCROOT%";

/// The SARIF reporter.
#[derive(Debug)]
pub struct SarifReporter;

impl Reporter for SarifReporter {
    fn report(&self, run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
        let severities: Vec<Severity> = run.diagnostics.iter().map(|d| d.severity).collect();
        let kept = most_severe(&severities, MAX_RESULTS);
        let mut left_out = BTreeMap::new();
        let mut fingerprints = Fingerprints::new(run);
        let mut hashes = FileLineHashes::new(run);
        let mut results = Vec::with_capacity(kept.len());
        for (i, finding) in run.findings().enumerate() {
            // Every finding is counted, so that leaving some out does not change the fingerprints of the others.
            let marks = FindingMarks {
                fingerprint: fingerprints.next(&finding),
                line_hash: hashes.next(&finding.place),
            };
            if kept.contains(&i) {
                results.push(result(&finding, marks));
            }
            let not_written = finding.count - usize::from(kept.contains(&i));
            if not_written > 0 {
                *left_out.entry(finding.severity.as_str().to_owned()).or_default() += not_written;
            }
        }
        let properties = Properties {
            left_out,
            not_checked: run.summary.not_checked.clone(),
            suppressed: run.summary.suppressed,
            shard: run.summary.shard.map(|shard| shard.to_string()),
        };
        let id = category(run) + &run.summary.shard.map(suffix).unwrap_or_default();
        let failed = run.summary.is_failed();
        escaped_json::pretty(&log(id, properties, results, failed), out)
    }
}

/// The indices of the most severe findings, up to a maximum. Of equal severities the first ones are taken.
#[must_use]
pub fn most_severe(severities: &[Severity], limit: usize) -> BTreeSet<usize> {
    let mut order: Vec<usize> = (0..severities.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(severities[*i]));
    order.truncate(limit);
    order.into_iter().collect()
}

/// A log of results that are sorted and within the limits. `failed`: the run failed, because packages were not checked.
#[must_use]
pub fn log(id: String, properties: Properties, results: Vec<SarifResult>, failed: bool) -> SarifLog {
    let root = BaseId {
        description: SarifText {
            text: "The root of the repository.".to_owned(),
        },
    };
    SarifLog {
        schema: "https://json.schemastore.org/sarif-2.1.0.json".to_owned(),
        version: "2.1.0".to_owned(),
        runs: vec![model::SarifRun {
            tool: model::Tool {
                driver: rules::driver(),
            },
            automation_details: AutomationDetails { id },
            original_uri_base_ids: BTreeMap::from([(ROOT.to_owned(), root)]),
            column_kind: "utf16CodeUnits".to_owned(),
            invocations: vec![Invocation {
                execution_successful: !failed,
                tool_execution_notifications: notifications(&properties, failed),
            }],
            results,
            properties,
        }],
    }
}

/// The suffix of the category for a part of a hub, so that parts can also be uploaded separately.
fn suffix(shard: Shard) -> String {
    format!("part-{}-of-{}/", shard.index(), shard.count())
}

/// The notifications of a log: findings over the limit, what was not checked, and how many findings are suppressed.
fn notifications(properties: &Properties, failed: bool) -> Vec<Notification> {
    let note = |level: &str, text: String| Notification {
        level: level.to_owned(),
        message: SarifText { text },
    };
    let left_out: Vec<_> = [Severity::Error, Severity::Warning, Severity::Note]
        .iter()
        .filter_map(|severity| {
            let n = properties.left_out.get(severity.as_str())?;
            Some(pluralize(*n, severity.as_str()))
        })
        .collect();
    let mut notifications = Vec::new();
    if !left_out.is_empty() {
        let text = format!(
            "{} left out: code scanning keeps {MAX_RESULTS} results, and a report has at most {MAX_REPORTED} findings of a rule in a file.",
            left_out.join(", ")
        );
        notifications.push(note("warning", text));
    }
    // What registries did not answer makes the results incomplete (3.58.6).
    let trouble = properties.not_checked.registry_trouble();
    for phrase in properties.not_checked.phrases() {
        let level = match trouble.contains(&phrase) {
            true if failed => "error",
            true => "warning",
            false => "note",
        };
        let text = SafeText::new(&format!("Not checked: {phrase}."));
        notifications.push(note(level, text.to_string()));
    }
    if failed {
        let what = match properties.not_checked.unchecked_packages() {
            0 => "symbols".to_owned(),
            count => pluralize(count, "package"),
        };
        notifications.push(note("error", format!("The run failed: {what} not checked.")));
    }
    let suppressed = properties.suppressed.phrases();
    if !suppressed.is_empty() {
        notifications.push(note("note", format!("Suppressed: {}.", suppressed.join(", "))));
    }
    notifications
}

/// The category of the run: code scanning keeps one set of alerts for each category. The trailing slash means that no
/// part of it identifies a single run, so it must not change between runs.
fn category(run: &Run<'_>) -> String {
    match run.hubs {
        [hub] if !hub.shown.is_empty() => format!("chub-lint/{}/", SafeText::new(&hub.shown)),
        _ => "chub-lint/".to_owned(),
    }
}

fn result(finding: &Finding<'_>, marks: FindingMarks) -> SarifResult {
    let location = location(&finding.place);
    let mut partial_fingerprints = BTreeMap::from([(fingerprint::NAME.to_owned(), marks.fingerprint)]);
    if let Some(hash) = marks.line_hash {
        partial_fingerprints.insert("primaryLocationLineHash".to_owned(), hash);
    }
    SarifResult {
        rule_id: finding.rule.id.to_owned(),
        rule_index: rules::index(finding.rule.id).unwrap_or_default(),
        level: finding.severity.as_str().to_owned(),
        message: message(finding),
        locations: vec![location],
        partial_fingerprints,
        related_locations: related(finding),
        fixes: finding
            .fix
            .iter()
            .filter_map(|f| fix(&finding.place, f))
            .collect(),
    }
}

/// The message, the help, and a link for each related location.
fn message(finding: &Finding<'_>) -> SarifMessage {
    let mut text = literal(finding.message.as_str());
    if let Some(help) = &finding.help {
        text.push_str(". To fix it: ");
        text.push_str(&literal(help.as_str()));
    }
    for (i, (_, why)) in finding.related.iter().take(MAX_RELATED).enumerate() {
        text.push_str(if i == 0 { ". See " } else { ", " });
        text.push_str(&format!(
            "[{}]({})",
            bracketed(&cut(why.as_str(), MAX_LINK)),
            i + 1
        ));
    }
    text.push('.');
    SarifMessage {
        text: SafeText::new(&text),
    }
}

/// A literal text, shortened if it is very long. `[text](target)` would be a link (3.11.6), so brackets are escaped as
/// the specification says.
fn literal(text: &str) -> String {
    let cut = cut(text, MAX_MESSAGE);
    if cut.contains("](") { bracketed(&cut) } else { cut }
}

/// The text of a link.
fn bracketed(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

fn related(finding: &Finding<'_>) -> Vec<SarifLocation> {
    let places = finding.related.iter().take(MAX_RELATED).enumerate();
    places
        .map(|(i, (place, why))| SarifLocation {
            id: Some(i + 1),
            message: Some(SarifMessage {
                text: SafeText::new(&literal(why.as_str())),
            }),
            ..location(place)
        })
        .collect()
}

fn location(place: &FindingLocation<'_>) -> SarifLocation {
    SarifLocation {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: artifact(place),
            region: region(place, place.span),
        },
        message: None,
    }
}

fn artifact(place: &FindingLocation<'_>) -> ArtifactLocation {
    ArtifactLocation {
        uri: SafeText::new(&place.uri),
        uri_base_id: ROOT.to_owned(),
    }
}

fn region(place: &FindingLocation<'_>, span: Span) -> JsonRegion {
    let start: Position = place.position(span.start, ColumnUnit::Utf16);
    let end = place.position(span.end, ColumnUnit::Utf16);
    JsonRegion {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

fn fix(place: &FindingLocation<'_>, fix: &FixView<'_>) -> Option<SarifFix> {
    let inserted: usize = fix.edits.iter().map(|edit| edit.text.len()).sum();
    if inserted > MAX_INSERTED || fix.edits.is_empty() || place.document.is_none() {
        return None;
    }
    let review = match fix.safety {
        Applicability::Safe => "",
        Applicability::Unsafe => " (review it before you apply it)",
    };
    let replacements = fix
        .edits
        .iter()
        .map(|edit| Replacement {
            deleted_region: region(place, edit.span),
            inserted_content: (!edit.text.is_empty()).then(|| InsertedContent {
                text: edit.text.clone(),
            }),
        })
        .collect();
    Some(SarifFix {
        description: SarifMessage {
            text: SafeText::new(&format!("{}{review}.", literal(fix.title.as_str()))),
        },
        artifact_changes: vec![ArtifactChange {
            artifact_location: artifact(place),
            replacements,
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_severe_come_first_and_then_the_earliest() {
        use Severity::{Error, Note, Warning};
        let kept = most_severe(&[Note, Error, Warning, Warning, Error], 3);
        assert_eq!(kept.into_iter().collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn a_message_of_a_document_makes_no_link() {
        assert_eq!(
            literal("see [here](https://x.test)"),
            "see \\[here\\](https://x.test)"
        );
        assert_eq!(literal("a list[0] (of b)"), "a list[0] (of b)");
    }
}
