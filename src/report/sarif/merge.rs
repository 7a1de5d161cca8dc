//! Join the SARIF logs of the parts of a hub into the log that one run would have written.

use super::model::{Properties, SarifLocation, SarifLog, SarifResult, SarifRun};
use super::{MAX_RESULTS, log, most_severe, rules};
use crate::diagnostic::Severity;
use crate::hub::shard::{Shard, ShardError};
use crate::report::merge::{
    FindingOrder, MergeError, MergedReport, PartError, ReportPart, check_complete, sort_findings,
};

/// Join SARIF logs. `fail_on_unchecked`: packages that were not checked fail the run.
///
/// # Errors
/// When chub-lint did not write a part, or parts are missing, appear twice or have the same finding.
pub fn merge(
    parts: Vec<ReportPart<SarifLog>>,
    fail_on_unchecked: bool,
) -> Result<MergedReport<SarifLog>, MergeError> {
    let mut shards = Vec::new();
    let mut names = Vec::new();
    let mut ids = Vec::new();
    let mut properties = Properties::default();
    let mut results = Vec::new();
    let mut failed = false;
    for ReportPart { name, report } in parts {
        let wrong = |source| MergeError::Part {
            name: name.clone(),
            source,
        };
        let run: SarifRun = match <[SarifRun; 1]>::try_from(report.runs) {
            Ok([run]) if run.tool.driver.name == "chub-lint" => run,
            _ => return Err(wrong(PartError::Runs)),
        };
        let shard: Option<Shard> = run
            .properties
            .shard
            .map(|text| text.parse())
            .transpose()
            .map_err(|error: ShardError| wrong(error.into()))?;
        shards.push(shard);
        let id = run.automation_details.id;
        let own = shard.map_or(String::new(), super::suffix);
        ids.push(id.strip_suffix(&own).unwrap_or(&id).to_owned());
        for (level, count) in run.properties.left_out {
            let sum: &mut usize = properties.left_out.entry(level).or_default();
            *sum = sum.saturating_add(count);
        }
        properties.not_checked.add(run.properties.not_checked);
        properties.suppressed.add(run.properties.suppressed);
        failed |= run.invocations.iter().any(|part| !part.execution_successful);
        for mut result in run.results {
            let severity = severity(&result).ok_or_else(|| wrong(PartError::Level))?;
            result.rule_index = rules::index(&result.rule_id).ok_or_else(|| wrong(PartError::Rule))?;
            let place = place(&result).ok_or_else(|| wrong(PartError::Place))?;
            results.push((place, names.len(), (severity, result)));
        }
        names.push(name);
    }
    check_complete(&shards)?;
    let results = sort_findings(results, &names)?.into_iter();
    let results: Vec<_> = results.map(|(_, result)| result).collect();
    let worst = results.iter().map(|(severity, _)| *severity).max();
    let kept = keep_most_severe(results, &mut properties);
    ids.dedup();
    let id = match ids.as_slice() {
        [id] => id.clone(),
        _ => "chub-lint/".to_owned(),
    };
    let not_checked = properties.not_checked.clone();
    failed |= fail_on_unchecked && not_checked.unchecked() > 0;
    Ok(MergedReport {
        not_checked,
        report: log(id, properties, kept, failed),
        worst,
    })
}

/// The results within the limit. Counts those that are left out.
fn keep_most_severe(results: Vec<(Severity, SarifResult)>, properties: &mut Properties) -> Vec<SarifResult> {
    let severities: Vec<Severity> = results.iter().map(|(severity, _)| *severity).collect();
    let kept = most_severe(&severities, MAX_RESULTS);
    let mut fitting = Vec::with_capacity(kept.len());
    for (i, (severity, result)) in results.into_iter().enumerate() {
        if kept.contains(&i) {
            fitting.push(result);
        } else {
            let level = severity.as_str().to_owned();
            *properties.left_out.entry(level).or_default() += 1;
        }
    }
    fitting
}

fn severity(result: &SarifResult) -> Option<Severity> {
    [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .find(|severity| severity.as_str() == result.level)
}

fn place(result: &SarifResult) -> Option<FindingOrder> {
    let location = result.locations.first()?;
    let region = location.physical_location.region;
    let at = [
        region.start_line,
        region.start_column,
        region.end_line,
        region.end_column,
    ];
    let message = result.message.text.as_str().to_owned();
    Some((path(location), at, result.rule_id.clone(), message))
}

/// The percent-decoded path of a location in bytes, by which a run is sorted.
fn path(location: &SarifLocation) -> Vec<u8> {
    let uri = location.physical_location.artifact_location.uri.as_str();
    percent_encoding::percent_decode_str(uri).collect()
}
