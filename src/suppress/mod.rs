//! Decide which diagnostics are reported, and keep the suppressed ones.
//!
//! The order: severities by path, then allows, then the baseline. Diagnostics about allows and the baseline cannot be
//! allowed. Their severity can be set as for other rules.

pub mod allow;
pub mod baseline;
pub mod comment;
mod mark;
pub mod paths;
mod unused;

use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::HubPath;
use crate::error::Error;
use crate::hub::Hub;
use crate::package::resolution::PackageResolution;
use crate::releases::PackageLookups;
use crate::rule::{Check, MAX_KEPT, Property, Rule, Sink, order};
use crate::rules::changed_checks;
use crate::symbols::SymbolChecks;
use crate::text::Span;
use allow::ConfigAllows;
use baseline::Baseline;
use jiff::civil::Date;
use paths::PathPattern;
use std::path::PathBuf;
use unused::SettingsUse;

/// One checked hub with its diagnostics.
#[derive(Debug)]
pub struct SuppressionInput<'a> {
    /// The hub.
    pub hub: &'a Hub,
    /// Its settings.
    pub settings: &'a Settings,
    /// The packages of its documents.
    pub coverage: &'a PackageResolution,
    /// What is known about the symbols of entries.
    pub symbols: &'a SymbolChecks,
    /// The registry data of packages; `None` without a look-up.
    pub releases: Option<&'a PackageLookups>,
    /// Whether there was a git base to compare with.
    pub base: bool,
    /// Whether only the allows in comments of the base are used.
    pub allows_of_base: bool,
    /// Files that configure the checks and differ from those that are used.
    pub policy_changes: &'a [PolicyChange],
    /// The diagnostics of the rules.
    pub diagnostics: Vec<Diagnostic>,
    /// The displayed path of the config, if there is one.
    pub config: Option<HubPath>,
    /// The baseline.
    pub baseline: Option<AppliedBaseline<'a>>,
}

/// A baseline, as it applies to one hub.
#[derive(Clone, Debug)]
pub struct AppliedBaseline<'a> {
    /// The baseline.
    pub baseline: &'a Baseline,
    /// The one on the disk, when `baseline` is that of a commit.
    pub on_disk: Option<&'a Baseline>,
    /// The displayed path of the baseline file.
    pub path: HubPath,
    /// The path of the hub relative to the folder of the baseline; empty when they are the same.
    pub prefix: String,
}

/// A file that configures the checks (a config, a baseline, a mapping of packages) and was changed by the work under
/// review. The version from the base is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyChange {
    /// The file on the disk.
    pub file: PathBuf,
    /// Its displayed path.
    pub path: HubPath,
    /// Its current text; its old text when it was removed.
    pub text: String,
    /// The first line that differs.
    pub span: Span,
    /// The message.
    pub message: String,
    /// Whether it is a first config or baseline, which replaces nothing.
    pub is_first: bool,
}

/// The reported and the suppressed diagnostics.
#[derive(Debug, Default)]
pub struct Findings {
    /// The reported diagnostics, sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// The suppressed diagnostics.
    pub hidden: Vec<SuppressedFinding>,
}

/// A suppressed finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressedFinding {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// What suppresses it.
    pub by: SuppressedBy,
}

/// What suppresses a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuppressedBy {
    /// An allow in the config or in a comment.
    Allow,
    /// The baseline.
    Baseline,
    /// `[[paths]]`: the rule is off for the file.
    Paths,
}

/// Decide which diagnostics of some hubs are reported. Hubs that share a config share its allows: an allow that
/// suppresses something in any of them is used.
///
/// # Errors
/// An invalid pattern of the config.
pub fn suppress(inputs: Vec<SuppressionInput<'_>>, today: Date) -> Result<Findings, Error> {
    let mut findings = Findings::default();
    let mut configs: Vec<ConfigAllows<'_>> = Vec::new();
    let mut uses: Vec<SettingsUse<'_>> = Vec::new();
    let mut reports_outside = true;
    for mut input in inputs {
        let found = std::mem::take(&mut input.diagnostics);
        let severities = Severities::new(input.settings)?;
        let at = configs
            .iter()
            .position(|c| Some(c.path()) == input.config.as_ref());
        let allows = match (at, &input.config) {
            (Some(at), _) => configs.get_mut(at),
            (None, Some(path)) => {
                configs.push(ConfigAllows::new(input.settings, path.clone(), today)?);
                configs.last_mut()
            }
            (None, None) => None,
        };
        record_use(&input, &mut uses)?;
        let mut visible: Vec<Diagnostic> = Vec::with_capacity(found.len());
        for mut diagnostic in found {
            if severities.apply(&input, &mut diagnostic) {
                visible.push(diagnostic);
            } else {
                let by = SuppressedBy::Paths;
                findings.hidden.push(SuppressedFinding { diagnostic, by });
            }
        }
        let mut said = Vec::new();
        if input.hub.reports_outside() {
            report_policy_changes(&input, &mut said);
        }
        reports_outside &= input.hub.reports_outside();
        visible = allow::apply(&input, visible, allows, &mut findings.hidden, &mut said);
        visible.extend(severities.applied(&input, said));
        if let Some(known) = &input.baseline {
            let mut said = Vec::new();
            visible = baseline::apply(&input, known, visible, &mut findings.hidden, &mut said);
            visible.extend(severities.applied(&input, said));
        }
        findings.diagnostics.extend(visible);
    }
    for config in configs.iter().filter(|_| reports_outside) {
        config.report(&mut findings.diagnostics);
    }
    for settings in &uses {
        settings.report(&mut findings.diagnostics);
    }
    order::sort(&mut findings.diagnostics);
    // Hubs that share a config share the findings in it.
    findings
        .diagnostics
        .dedup_by(|a, b| a.rule == changed_checks::RULE.id && a == b);
    order::cap(&mut findings.diagnostics, MAX_KEPT);
    Ok(findings)
}

/// Record which settings of a hub's config match something in it.
fn record_use<'a>(input: &SuppressionInput<'a>, uses: &mut Vec<SettingsUse<'a>>) -> Result<(), Error> {
    let Some(path) = &input.config else {
        return Ok(());
    };
    let at = match uses.iter().position(|settings| settings.path() == path) {
        Some(at) => at,
        None => {
            uses.push(SettingsUse::new(
                input.settings,
                path.clone(),
                input.hub.is_whole(),
            )?);
            uses.len() - 1
        }
    };
    if let Some(settings) = uses.get_mut(at) {
        settings.look_at(input);
    }
    Ok(())
}

impl SuppressionInput<'_> {
    /// Whether this run can show that a rule finds nothing in a file: the rule ran, the file was read, and the data for
    /// the rule is known. Only then is an allow unused or a baseline stale.
    #[must_use]
    pub fn can_report_unused(&self, rule: &Rule, in_hub: &str) -> bool {
        let path = HubPath::new(&self.hub.shown, in_hub);
        if !self.settings.options.is_enabled(rule.id)
            || !self.hub.in_focus(&path)
            || !self.hub.files.contains_key(in_hub)
            || self.hub.skipped.iter().any(|s| s.path == path.as_str())
        {
            return false;
        }
        match rule.check {
            Check::Document(_) => true,
            Check::Hub(_) => self.base || !rule.has(Property::NeedsBase),
            Check::Releases(_) => self.packages_known(&path),
            // Few runs check symbols, and never all of them.
            Check::Symbols(_) | Check::Suppress => false,
        }
    }

    fn packages_known(&self, path: &HubPath) -> bool {
        let Some(releases) = self.releases else {
            return false;
        };
        let known = |package| releases.is_current(package);
        self.coverage.get(path).is_none_or(|covered| {
            covered.packages().iter().all(known) && covered.checked_installs().all(|i| known(&i.package))
        })
    }
}

/// Report changes of files that configure the checks.
fn report_policy_changes(input: &SuppressionInput<'_>, said: &mut Vec<Diagnostic>) {
    for change in input.policy_changes {
        if let Some(mut sink) = sink(&changed_checks::RULE, input.settings, &change.path, said) {
            let report = sink.report(change.span, change.message.as_str()).help(
                "review the change as you review code; to check with it, name the config: `--config FILE`",
            );
            if change.is_first {
                report.severity(Severity::Note);
            }
        }
    }
}

/// A sink for findings about allows or the baseline; `None` when the rule does not run.
fn sink<'a>(
    rule: &'static Rule,
    settings: &Settings,
    path: &HubPath,
    out: &'a mut Vec<Diagnostic>,
) -> Option<Sink<'a>> {
    let options = &settings.options;
    let runs = options.is_enabled(rule.id);
    runs.then(|| Sink::new(rule, options, path.clone(), out))
}

/// `[[paths]]`: severities for some files. Of several rows that match one rule and file, the last is used.
struct Severities {
    rows: Vec<(PathPattern, PathSeverities)>,
}

/// Rules with their severities; `None` for off.
type PathSeverities = Vec<(String, Option<Severity>)>;

impl Severities {
    fn new(settings: &Settings) -> Result<Self, Error> {
        let rows = settings.paths.iter().map(|row| {
            let levels = row
                .severity
                .iter()
                .map(|(rule, level)| (rule.get_ref().clone(), level.severity()))
                .collect();
            Ok((
                PathPattern::new(row.path.get_ref(), "`path` in `[[paths]]`")?,
                levels,
            ))
        });
        Ok(Self {
            rows: rows.collect::<Result<_, Error>>()?,
        })
    }

    /// Apply the severities to diagnostics about allows and the baseline.
    fn applied(&self, input: &SuppressionInput<'_>, mut said: Vec<Diagnostic>) -> Vec<Diagnostic> {
        said.retain_mut(|diagnostic| self.apply(input, diagnostic));
        said
    }

    /// Set the severity of a finding. Returns false when the rule is off for the file. Findings in files outside the
    /// hub (the config, the baseline) keep their severity.
    fn apply(&self, input: &SuppressionInput<'_>, diagnostic: &mut Diagnostic) -> bool {
        if Some(&diagnostic.path) == input.config.as_ref()
            || input
                .baseline
                .as_ref()
                .is_some_and(|known| known.path == diagnostic.path)
        {
            return true;
        }
        let chosen = self.rows.iter().rev().find_map(|(pattern, levels)| {
            let (_, level) = levels.iter().find(|(rule, _)| rule == diagnostic.rule)?;
            pattern.matches(&diagnostic.path).then_some(*level)
        });
        match chosen {
            Some(None) => false,
            Some(Some(severity)) => {
                diagnostic.severity = severity;
                true
            }
            None => true,
        }
    }
}
