//! The part of SARIF 2.1.0 (OASIS) that chub-lint writes and reads back, field for field.

use crate::report::{NotChecked, SuppressedCounts};
use crate::safe_text::SafeText;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A whole log (3.13).
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct SarifLog {
    #[serde(rename = "$schema")]
    pub schema: String,
    pub version: String,
    pub runs: Vec<SarifRun>,
}

/// One run of one tool (3.14).
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct SarifRun {
    pub tool: Tool,
    pub automation_details: AutomationDetails,
    pub original_uri_base_ids: BTreeMap<String, BaseId>,
    pub column_kind: String,
    pub invocations: Vec<Invocation>,
    pub results: Vec<SarifResult>,
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
}

/// The properties of a run that chub-lint adds.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Properties {
    /// Findings over the limit, by level. `chub-lint merge` sums them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub left_out: BTreeMap<String, usize>,
    /// What was not checked.
    #[serde(default, skip_serializing_if = "NotChecked::is_empty")]
    pub not_checked: NotChecked,
    /// How many findings are suppressed, by what suppresses them.
    #[serde(default, skip_serializing_if = "SuppressedCounts::is_none")]
    pub suppressed: SuppressedCounts,
    /// Which part of a hub was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
}

impl Properties {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// (3.18)
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct Tool {
    pub driver: Driver,
}

/// (3.19)
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct Driver {
    pub name: String,
    pub semantic_version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub information_uri: Option<String>,
    pub rules: Vec<ReportingDescriptor>,
}

/// A rule (3.49).
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct ReportingDescriptor {
    pub id: String,
    pub name: String,
    pub short_description: SarifText,
    pub full_description: SarifText,
    pub help: Help,
    pub default_configuration: Configuration,
    pub properties: RuleProperties,
}

/// A text that is not from documents (3.12): a rule page.
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct SarifText {
    pub text: String,
}

/// The page of a rule, as plain text and as Markdown (3.12).
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct Help {
    pub text: String,
    pub markdown: String,
}

/// (3.50)
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct Configuration {
    pub enabled: bool,
    pub level: String,
}

/// The properties of a rule that GitHub reads.
#[derive(Debug, Serialize, Deserialize)]
pub struct RuleProperties {
    /// Tags to filter by.
    pub tags: Vec<String>,
    /// The share of true positives: `very-high`, `high`, `medium` or `low`.
    pub precision: String,
    /// `error`, `warning` or `recommendation`.
    #[serde(rename = "problem.severity")]
    pub problem_severity: String,
}

/// (3.17)
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct AutomationDetails {
    pub id: String,
}

/// The base of relative paths (3.14.14).
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct BaseId {
    pub description: SarifText,
}

/// (3.20)
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct Invocation {
    pub execution_successful: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_execution_notifications: Vec<Notification>,
}

/// (3.58)
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct Notification {
    pub level: String,
    pub message: SarifText,
}

/// A finding (3.27).
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct SarifResult {
    pub rule_id: String,
    pub rule_index: usize,
    pub level: String,
    pub message: SarifMessage,
    pub locations: Vec<SarifLocation>,
    pub partial_fingerprints: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related_locations: Vec<SarifLocation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<SarifFix>,
}

/// A text that contains text from documents (3.11).
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct SarifMessage {
    pub text: SafeText,
}

/// (3.28)
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct SarifLocation {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<usize>,
    pub physical_location: PhysicalLocation,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<SarifMessage>,
}

/// (3.29)
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct PhysicalLocation {
    pub artifact_location: ArtifactLocation,
    pub region: JsonRegion,
}

/// (3.4)
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct ArtifactLocation {
    pub uri: SafeText,
    pub uri_base_id: String,
}

/// Lines and columns count from 1. Columns are UTF-16 code units, and the end is exclusive (3.30).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct JsonRegion {
    pub start_line: usize,
    pub start_column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// (3.55)
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct SarifFix {
    pub description: SarifMessage,
    pub artifact_changes: Vec<ArtifactChange>,
}

/// (3.56)
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct ArtifactChange {
    pub artifact_location: ArtifactLocation,
    pub replacements: Vec<Replacement>,
}

/// (3.57)
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct Replacement {
    pub deleted_region: JsonRegion,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inserted_content: Option<InsertedContent>,
}

/// The text of an edit. It is data, and active characters in it are escaped by JSON (3.3).
#[derive(Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the specification")]
pub struct InsertedContent {
    pub text: String,
}
