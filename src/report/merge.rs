//! Join the JSON reports of the parts of a hub into the report that one run would have written.

use super::json::{JsonFinding, JsonPackages, JsonReport, JsonShard, JsonSummary, SCHEMA_VERSION};
use super::part::{PartFile, PartFinding};
use super::rebuild::{self, RebuildError, RebuiltRun};
use super::{
    Format, NotChecked, PackageCounts, PackageStatus, RenderOptions, Run, RunSummary, SymbolSummary,
    escaped_json,
};
use crate::diagnostic::Severity;
use crate::error::ModuleError;
use crate::hub::EXCLUDED_REASON;
use crate::hub::shard::{Shard, ShardError};
use crate::safe_text::SafeText;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::Duration;

/// A report of one part, with its file name.
#[derive(Debug)]
pub struct ReportPart<T> {
    /// The file name, for errors.
    pub name: String,
    /// Its content.
    pub report: T,
}

/// A joined report.
#[derive(Debug)]
pub struct MergedReport<T> {
    /// The report.
    pub report: T,
    /// The most severe finding.
    pub worst: Option<Severity>,
    /// What was not checked.
    pub not_checked: NotChecked,
}

/// How a joined report is written.
#[derive(Clone, Debug)]
pub struct MergedRender {
    /// How it looks.
    pub options: RenderOptions,
    /// Whether packages that were not checked fail the run (`--fail-on-unchecked`).
    pub fail_on_unchecked: bool,
    /// The time that the text formats show.
    pub elapsed: Duration,
}

/// Why reports cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// One of the files is invalid.
    #[error("`{name}`")]
    Part {
        /// The file.
        name: String,
        /// What is wrong with it.
        source: PartError,
    },
    /// The parts have different formats.
    #[error("some parts are SARIF and some are JSON")]
    Mixed,
    /// Another format than SARIF is requested of SARIF parts.
    #[error(
        "the parts are SARIF: only `--output sarif` can be written of them; JSON parts give every format"
    )]
    OnlySarif,
    /// Two parts have the same finding.
    #[error("`{one}` and `{other}` have the same finding in `{path}`: they are not parts of one run")]
    Shared {
        /// A file.
        one: String,
        /// Another file.
        other: String,
        /// What the finding is about.
        path: String,
    },
    /// Parts are mixed with whole reports.
    #[error("some files are parts of a hub and some are whole reports")]
    Whole,
    /// A part belongs to another number of parts.
    #[error("part {0} does not belong to parts of {1}")]
    Foreign(Shard, usize),
    /// A part appears twice.
    #[error("part {0} appears twice")]
    Repeated(Shard),
    /// Parts are missing.
    #[error("no report of part {0}: name the reports of all parts")]
    Missing(String),
}

impl ModuleError for MergeError {}

/// What is wrong with the report of a part.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// It is not JSON.
    #[error("not a JSON or SARIF report")]
    Syntax(#[source] serde_json::Error),
    /// It is other JSON.
    #[error("not a report of chub-lint")]
    Foreign,
    /// Its format has another version.
    #[error("not a report of schema {SCHEMA_VERSION}")]
    Schema,
    /// Fields are missing, unknown or of another type.
    #[error("not JSON as chub-lint {} writes it", env!("CARGO_PKG_VERSION"))]
    Json(#[source] serde_json::Error),
    /// Fields are missing or of another type.
    #[error("not SARIF as chub-lint writes it")]
    Sarif(#[source] serde_json::Error),
    /// Another tool wrote it, or it has several runs.
    #[error("not one run of chub-lint")]
    Runs,
    /// Its part number is invalid.
    #[error("`shard` has no `index` of `count`")]
    Shard,
    /// Its part number in a property is invalid.
    #[error(transparent)]
    ShardText(#[from] ShardError),
    /// The sum of its numbers and those of the others overflows.
    #[error("`summary` has a number that is too large")]
    Number,
    /// A SARIF result has no known level.
    #[error("a result without a level")]
    Level,
    /// A SARIF result has no location.
    #[error("a result without a place")]
    Place,
    /// Its findings cannot be written in other formats.
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
    /// A SARIF result is of a rule that this version does not know.
    #[error("a rule that is unknown to this version")]
    Rule,
}

/// The joined JSON reports.
#[derive(Debug)]
pub struct MergedJson {
    report: JsonReport,
    /// The most severe finding.
    pub worst: Option<Severity>,
    /// The run, for other formats than JSON, when it was asked for.
    rebuilt: Option<RebuiltRun>,
}

impl MergedJson {
    /// What was not checked.
    #[must_use]
    pub fn not_checked(&self) -> &NotChecked {
        &self.report.summary.not_checked
    }

    /// Write the report.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn write(&mut self, format: Format, render: MergedRender, out: &mut dyn Write) -> io::Result<()> {
        let rebuilt = match (format, &mut self.rebuilt) {
            (Format::JsonLines, _) => {
                let mut findings = self.report.diagnostics.iter();
                return findings.try_for_each(|finding| escaped_json::compact(finding, out));
            }
            (Format::Json, _) | (_, None) => return escaped_json::pretty(&self.report, out),
            (_, Some(rebuilt)) => rebuilt,
        };
        let summary = &self.report.summary;
        let run = Run {
            hubs: &rebuilt.hubs,
            diagnostics: std::mem::take(&mut rebuilt.diagnostics),
            marks: std::mem::take(&mut rebuilt.marks),
            summary: RunSummary {
                documents: summary.documents,
                files: summary.files,
                code_blocks: summary.code_blocks,
                not_checked: summary.not_checked.clone(),
                packages: PackageCounts {
                    checked: summary.packages.checked,
                    cached: summary.packages.cached,
                    unknown: summary.packages.unknown,
                    known: BTreeMap::new(),
                },
                symbols: self.report.symbols.clone(),
                skills: summary.skills.clone(),
                suppressed: summary.suppressed,
                fixed: summary.fixed,
                fail_on_unchecked: render.fail_on_unchecked,
                elapsed: render.elapsed,
                ..RunSummary::default()
            },
        };
        let written = format.reporter(render.options).report(&run, out);
        let Run {
            diagnostics, marks, ..
        } = run;
        rebuilt.diagnostics = diagnostics;
        rebuilt.marks = marks;
        written
    }
}

/// Join JSON reports. `for_all_formats`: also put the run together, for formats that need more than the JSON report.
///
/// # Errors
/// When parts are missing, appear twice or have the same finding, or `for_all_formats` is set and one is not a part.
pub fn merge(parts: Vec<ReportPart<JsonReport>>, for_all_formats: bool) -> Result<MergedJson, MergeError> {
    let mut shards = Vec::new();
    let mut names = Vec::new();
    let mut known = BTreeMap::new();
    let mut all_known = true;
    let mut summary = JsonSummary::default();
    let mut findings = Vec::new();
    let mut files = Vec::new();
    let mut symbols = SymbolSummary::default();
    for ReportPart { name, report } in parts {
        let wrong = |source| MergeError::Part {
            name: name.clone(),
            source,
        };
        symbols.merge(report.symbols);
        let shard = report.shard.as_ref();
        let number = shard
            .map(|shard| Shard::new(shard.index, shard.count))
            .transpose();
        shards.push(number.map_err(|_| wrong(PartError::Shard))?);
        all_known &= shard.is_some_and(|shard| learn(shard, report.summary.packages, &mut known));
        add(&mut summary, report.summary).ok_or_else(|| wrong(PartError::Number))?;
        let sources = report.shard.map(|shard| shard.sources).unwrap_or_default();
        if for_all_formats && sources.findings.len() != report.diagnostics.len() {
            return Err(wrong(RebuildError::Sources.into()));
        }
        let about = sources
            .findings
            .into_iter()
            .map(Some)
            .chain(std::iter::repeat_with(|| None));
        for (finding, about) in report.diagnostics.into_iter().zip(about) {
            let order = place(&finding, about.as_ref(), &sources.files);
            findings.push((order, names.len(), (finding, about)));
        }
        files.push(sources.files);
        names.push(name);
    }
    check_complete(&shards)?;
    if all_known {
        use_known_packages(&mut summary, &known);
    }
    let findings = sort_findings(findings, &names)?;
    let rebuilt = for_all_formats.then(|| rebuild::rebuild(&findings, &files));
    let rebuilt = rebuilt.transpose().map_err(|(part, source)| MergeError::Part {
        name: names.get(part).cloned().unwrap_or_default(),
        source: source.into(),
    })?;
    Ok(MergedJson {
        worst: findings.iter().map(|(_, (finding, _))| finding.severity).max(),
        report: JsonReport {
            schema: SCHEMA_VERSION,
            shard: None,
            summary,
            symbols,
            diagnostics: findings.into_iter().map(|(_, (finding, _))| finding).collect(),
        },
        rebuilt,
    })
}

/// Count each package once. Another part may know what one part could not look up.
fn use_known_packages(summary: &mut JsonSummary, known: &BTreeMap<String, PackageStatus>) {
    let count = |how: PackageStatus| known.values().filter(|k| **k == how).count();
    summary.packages = JsonPackages {
        checked: count(PackageStatus::Checked),
        cached: count(PackageStatus::Cached),
        unknown: count(PackageStatus::Unknown),
    };
    let is_unknown = |name: &str| {
        known
            .get(name)
            .is_none_or(|known| *known == PackageStatus::Unknown)
    };
    let packages = &mut summary.not_checked.packages;
    packages.retain(|name, reason| reason == EXCLUDED_REASON || is_unknown(name));
    let not_refreshed = &mut summary.not_checked.not_refreshed;
    not_refreshed.retain(|name, _| known.get(name) != Some(&PackageStatus::Checked));
}

/// The sort key of a finding in a run: path, span, rule, message.
pub(super) type FindingOrder = (Vec<u8>, [usize; 4], String, String);

/// Sort the findings of all parts; each comes back with the number of its part. Each part reports only on its own
/// entries, in the order of a run. Only on files outside of the hub may several parts report, each for its own entries.
pub(super) fn sort_findings<T>(
    mut findings: Vec<(FindingOrder, usize, T)>,
    names: &[String],
) -> Result<Vec<(usize, T)>, MergeError> {
    findings.sort_by(|a, b| a.0.0.cmp(&b.0.0));
    for file in findings.chunk_by_mut(|a, b| a.0.0 == b.0.0) {
        let first = file.first().map(|finding| finding.1);
        if file.iter().all(|finding| Some(finding.1) == first) {
            continue;
        }
        file.sort_by(|a, b| a.0.cmp(&b.0));
        let same = file.windows(2).find_map(|pair| match pair {
            [a, b] if a.0 == b.0 && a.1 != b.1 => Some((a.1, b.1, &a.0)),
            _ => None,
        });
        if let Some((one, other, (path, ..))) = same {
            let name = |part: usize| names.get(part).cloned().unwrap_or_default();
            return Err(MergeError::Shared {
                one: name(one),
                other: name(other),
                path: String::from_utf8_lossy(path).into_owned(),
            });
        }
    }
    Ok(findings
        .into_iter()
        .map(|(_, part, finding)| (part, finding))
        .collect())
}

/// Check that no part is missing: each of `1/N` to `N/N` appears once, or no report is a part.
pub(super) fn check_complete(shards: &[Option<Shard>]) -> Result<(), MergeError> {
    let Some(count) = shards.iter().flatten().map(|shard| shard.count()).next() else {
        return Ok(());
    };
    let mut seen = BTreeSet::new();
    for shard in shards {
        let shard = shard.ok_or(MergeError::Whole)?;
        if shard.count() != count {
            return Err(MergeError::Foreign(shard, count));
        }
        if !seen.insert(shard.index()) {
            return Err(MergeError::Repeated(shard));
        }
    }
    let missing: Vec<_> = (1..=count)
        .filter(|index| !seen.contains(index))
        .map(|index| format!("{index}/{count}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(MergeError::Missing(missing.join(", ")))
}

/// Collect what a part knows about packages. Several parts may use one package, which is counted once. Returns false
/// when the part does not list every package that it counted.
fn learn(shard: &JsonShard, counts: JsonPackages, known: &mut BTreeMap<String, PackageStatus>) -> bool {
    for (package, how) in &shard.packages {
        let best = known.entry(package.clone()).or_insert(*how);
        *best = (*how).min(*best);
    }
    let counted = counts
        .checked
        .saturating_add(counts.cached)
        .saturating_add(counts.unknown);
    counted == shard.packages.len()
}

/// Add the numbers of a part to the sum; `None` on overflow.
fn add(sum: &mut JsonSummary, part: JsonSummary) -> Option<()> {
    for (sum, number) in [
        (&mut sum.documents, part.documents),
        (&mut sum.files, part.files),
        (&mut sum.code_blocks, part.code_blocks),
        (&mut sum.errors, part.errors),
        (&mut sum.warnings, part.warnings),
        (&mut sum.notes, part.notes),
        (&mut sum.hidden, part.hidden),
        (&mut sum.fixed, part.fixed),
        (&mut sum.packages.checked, part.packages.checked),
        (&mut sum.packages.cached, part.packages.cached),
        (&mut sum.packages.unknown, part.packages.unknown),
    ] {
        *sum = sum.checked_add(number)?;
    }
    if let Some(skills) = part.skills {
        sum.skills.get_or_insert_default().add(skills)?;
    }
    sum.suppressed.add(part.suppressed);
    sum.not_checked.add(part.not_checked);
    Some(())
}

fn place(finding: &JsonFinding, about: Option<&PartFinding>, files: &[PartFile]) -> FindingOrder {
    let at = [finding.line, finding.column, finding.end_line, finding.end_column];
    let text = |safe: &SafeText| safe.as_str().to_owned();
    let file = about.and_then(|about| files.get(about.place.file));
    (
        // The path that is shown may be escaped, and a run is sorted by the real one.
        file.map_or_else(|| text(&finding.path), |file| file.hub_path().as_str().to_owned())
            .into_bytes(),
        at,
        text(&finding.rule),
        text(&finding.message),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn part(name: &str, shard: &str, packages: &Value, paths: &[&str]) -> ReportPart<JsonReport> {
        let (index, count) = shard.split_once('/').unwrap();
        let number = |text: &str| text.parse::<usize>().unwrap();
        let count_of = |how: &str| {
            let all = packages.as_object().unwrap().values();
            all.filter(|v| v.as_str() == Some(how)).count()
        };
        let all = packages.as_object().unwrap().iter();
        let unknown: BTreeMap<_, _> = all
            .filter(|(_, known)| *known == "unknown")
            .map(|(name, _)| (name, "offline"))
            .collect();
        let all = packages.as_object().unwrap().iter();
        let old: BTreeMap<_, _> = all
            .filter(|(_, known)| *known == "cached")
            .map(|(name, _)| (name, "an old reply"))
            .collect();
        let diagnostics: Vec<_> = paths
            .iter()
            .map(|path| {
                json!({
                    "rule": "r", "severity": "warning", "path": path, "line": 1, "column": 1,
                    "end_line": 1, "end_column": 1, "message": "m",
                    "label": null, "help": null, "related": [], "fix": null,
                })
            })
            .collect();
        ReportPart {
            name: name.to_owned(),
            report: serde_json::from_value(json!({
                "schema": SCHEMA_VERSION,
                "shard": {"index": number(index), "count": number(count), "packages": packages},
                "summary": {"documents": 2, "code_blocks": 0, "errors": 0, "warnings": 0, "notes": 0, "hidden": 3,
                    "fixed": 0, "packages": {
                    "checked": count_of("checked"), "cached": count_of("cached"), "unknown": count_of("unknown"),
                }, "suppressed": {"allow": 1, "baseline": 0, "paths": 2}, "not_checked": {
                    "rules": ["bad-date"], "documents": {"excluded": 1}, "blocks": {}, "packages": unknown,
                    "not_refreshed": old,
                }},
                "diagnostics": diagnostics,
            }))
            .unwrap(),
        }
    }

    #[test]
    fn numbers_add_up_and_packages_count_once() {
        let parts = vec![
            part(
                "b",
                "2/2",
                &json!({"pypi:x": "cached", "npm:w": "cached", "npm:y": "unknown", "npm:z": "unknown"}),
                &["b"],
            ),
            part(
                "a",
                "1/2",
                &json!({"pypi:x": "checked", "npm:z": "checked"}),
                &["a", "c"],
            ),
        ];
        let merged = merge(parts, false).unwrap();
        assert_eq!(merged.worst, Some(Severity::Warning));
        assert_eq!(
            json!(merged.report.summary),
            json!({
                "documents": 4, "files": 0, "code_blocks": 0, "errors": 0, "warnings": 0, "notes": 0, "hidden": 6, "fixed": 0,
                "packages": {"checked": 2, "cached": 1, "unknown": 1},
                "suppressed": {"allow": 2, "baseline": 0, "paths": 4},
                "not_checked": {
                    "rules": ["bad-date"], "documents": {"excluded": 2}, "blocks": {}, "packages": {"npm:y": "offline"},
                    "not_refreshed": {"npm:w": "an old reply"},
                },
            })
        );
        let found = merged.report.diagnostics.iter();
        let paths: Vec<_> = found.map(|finding| finding.path.as_str()).collect();
        assert_eq!(paths, ["a", "b", "c"]);
        assert!(merged.report.shard.is_none());
    }

    #[test]
    fn parts_that_do_not_make_a_whole_are_refused() {
        let none = json!({});
        let error = |parts: Vec<ReportPart<JsonReport>>| merge(parts, false).unwrap_err().to_string();
        assert_eq!(
            error(vec![part("a", "1/3", &none, &[])]),
            "no report of part 2/3, 3/3: name the reports of all parts"
        );
        let twice = vec![part("a", "1/2", &none, &[]), part("b", "1/2", &none, &[])];
        assert_eq!(error(twice), "part 1/2 appears twice");
        let same = vec![part("a", "1/2", &none, &["x"]), part("b", "2/2", &none, &["x"])];
        assert_eq!(
            error(same),
            "`a` and `b` have the same finding in `x`: they are not parts of one run"
        );
        let mut whole = part("b", "2/2", &none, &[]);
        whole.report.shard = None;
        let mixed = vec![part("a", "1/2", &none, &[]), whole];
        assert!(error(mixed).contains("some are whole"));
        let mut endless = part("b", "2/2", &none, &[]);
        endless.report.shard = Some(JsonShard {
            index: 1,
            count: usize::MAX,
            packages: BTreeMap::new(),
            sources: Default::default(),
        });
        let wrong = merge(vec![endless], false).unwrap_err();
        assert!(matches!(
            wrong,
            MergeError::Part {
                source: PartError::Shard,
                ..
            }
        ));
    }
}
