//! Settings of the config that match nothing in the hubs that use it.

use super::paths::PathPattern;
use super::{SuppressionInput, sink};
use crate::config::Settings;
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::HubPath;
use crate::error::Error;
use crate::package::Package;
use crate::package::patterns::PackagePatterns;
use crate::package::resolve::PackageOverride;
use crate::rules::unused_setting::RULE;
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The settings of one config, with how they were used.
#[derive(Debug)]
pub(super) struct SettingsUse<'a> {
    settings: &'a Settings,
    path: HubPath,
    rows: Vec<SettingRow<'a>>,
    /// Sources of packages that cannot be read, by where they are written, with the reason.
    unread: BTreeMap<Span, String>,
    /// Whether all of each hub was checked.
    whole: bool,
}

/// One pattern.
#[derive(Debug)]
struct SettingRow<'a> {
    /// The setting.
    setting: &'static str,
    written: &'a str,
    span: Span,
    kind: SettingKind<'a>,
    used: bool,
}

/// What a pattern matches.
#[derive(Debug)]
enum SettingKind<'a> {
    /// Packages, by the place of the pattern in a list.
    Packages(&'a PackagePatterns, usize),
    /// One package, as `name` or `npm:name`.
    Package,
    /// Paths inside the hub.
    Files(PathPattern),
    /// The documents of a row of `[[package]]`.
    Documents(&'a PackageOverride),
}

impl<'a> SettingsUse<'a> {
    /// Read the settings of a config that is shown as `path`. `whole`: all of its first hub is checked.
    ///
    /// # Errors
    /// An invalid pattern.
    pub(super) fn new(settings: &'a Settings, path: HubPath, whole: bool) -> Result<Self, Error> {
        let mut rows = Vec::new();
        if !whole {
            // Nothing will be reported, and the language server asks at every key.
            return Ok(Self {
                settings,
                path,
                rows,
                unread: BTreeMap::new(),
                whole,
            });
        }
        let freshness = &settings.options.freshness;
        for (setting, list) in [
            ("`private`", &settings.options.private),
            ("`exclude` of `[freshness]`", &freshness.exclude),
            ("`calver`", &freshness.calver),
        ] {
            for (at, row) in list.rows().iter().enumerate() {
                let Some(span) = row.span else { continue };
                rows.push(SettingRow::new(
                    setting,
                    &row.written,
                    span,
                    SettingKind::Packages(list, at),
                ));
            }
        }
        for name in freshness.dist_tags.keys() {
            let span = name.span().into();
            rows.push(SettingRow::new(
                "`dist-tags`",
                name.get_ref(),
                span,
                SettingKind::Package,
            ));
        }
        for pattern in &settings.config_exclude {
            let written = pattern.get_ref().as_str();
            // Negated patterns and comments are never reported.
            if !written.trim().is_empty() && !written.starts_with(['!', '#']) {
                let files = SettingKind::Files(PathPattern::new(written, "`exclude`")?);
                rows.push(SettingRow::new(
                    "`exclude`",
                    written,
                    pattern.span().into(),
                    files,
                ));
            }
        }
        for row in &settings.packages {
            let documents = SettingKind::Documents(row);
            rows.push(SettingRow::new(
                "`path` of `[[package]]`",
                &row.path,
                row.span,
                documents,
            ));
        }
        for row in &settings.paths {
            let files = SettingKind::Files(PathPattern::new(row.path.get_ref(), "`path` in `[[paths]]`")?);
            let span = row.path.span().into();
            rows.push(SettingRow::new(
                "`path` of `[[paths]]`",
                row.path.get_ref(),
                span,
                files,
            ));
        }
        Ok(Self {
            settings,
            path,
            rows,
            unread: BTreeMap::new(),
            whole,
        })
    }

    /// The config's file.
    pub(super) fn path(&self) -> &HubPath {
        &self.path
    }

    /// Record what matches something in a hub.
    pub(super) fn look_at(&mut self, input: &SuppressionInput<'_>) {
        self.look_at_sources(input);
        // A hub without documents uses no setting yet.
        self.whole &= input.hub.is_whole() && !input.hub.documents().is_empty();
        if !self.whole || self.rows.is_empty() || !input.settings.options.is_enabled(RULE.id) {
            return;
        }
        let packages: BTreeSet<&Package> = input
            .coverage
            .iter()
            .flat_map(|(_, covered)| {
                let candidates = covered.candidates.iter().map(|candidate| &candidate.package);
                let installs = covered.installs.iter().map(|install| &install.package);
                covered.packages().iter().chain(candidates).chain(installs)
            })
            .collect();
        for row in self.rows.iter_mut().filter(|row| !row.used) {
            row.used = match &row.kind {
                SettingKind::Packages(list, at) => {
                    let mut matching = packages.iter().flat_map(|package| list.matching(package));
                    matching.any(|place| place == *at)
                }
                SettingKind::Package => {
                    let is_named = |p: &&Package| row.written == p.name() || row.written == p.to_string();
                    packages.iter().any(is_named)
                }
                SettingKind::Files(pattern) => {
                    input.hub.files.keys().any(|path| pattern.matches_inside(path))
                }
                SettingKind::Documents(of) => {
                    let documents = input.hub.documents().iter();
                    documents
                        .map(|document| document.path.path_in_hub())
                        .any(|path| of.matches(path))
                }
            };
        }
    }

    /// Record the sources of packages that cannot be read.
    fn look_at_sources(&mut self, input: &SuppressionInput<'_>) {
        for (path, symbols) in input.symbols.iter() {
            let mut rows = input.settings.packages.iter();
            let row = rows.find(|row| row.matches(path.path_in_hub()));
            let reason = symbols
                .declared
                .as_ref()
                .and_then(|side| side.uses.as_ref().err());
            if let (Some(row), Some(reason)) = (row.filter(|row| row.source.is_some()), reason) {
                self.unread.insert(row.source_span, reason.clone());
            }
        }
    }

    /// Report what matches nothing.
    pub(super) fn report(&self, out: &mut Vec<Diagnostic>) {
        for (span, reason) in &self.unread {
            let Some(mut sink) = sink(&RULE, self.settings, &self.path, out) else {
                return;
            };
            sink.report(
                *span,
                format!("`source` of `[[package]]` cannot be read: {reason}"),
            )
            .severity(Severity::Warning)
            .help("name a wheel, an sdist or a folder of sources, relative to the config");
        }
        if !self.whole {
            return;
        }
        for row in self.rows.iter().filter(|row| !row.used) {
            let Some(mut sink) = sink(&RULE, self.settings, &self.path, out) else {
                return;
            };
            let (what, help) = match row.kind {
                SettingKind::Packages(..) | SettingKind::Package => (
                    "package",
                    "correct the pattern, or remove it; `chub-lint packages` lists the packages of the hub",
                ),
                SettingKind::Files(_) => ("file", "patterns are relative to the hub, as in ignore files"),
                SettingKind::Documents(_) => (
                    "document",
                    "paths are relative to the hub, and `{name}` stands for one folder",
                ),
            };
            let (written, setting) = (row.written, row.setting);
            sink.report(
                row.span,
                format!("`{written}` in {setting} matches no {what} of the hub"),
            )
            .help(help);
        }
    }
}

impl<'a> SettingRow<'a> {
    fn new(setting: &'static str, written: &'a str, span: Span, kind: SettingKind<'a>) -> Self {
        Self {
            setting,
            written,
            span,
            kind,
            used: false,
        }
    }
}
