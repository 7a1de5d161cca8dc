//! Manifests of plugins and marketplaces that clients refuse.

use super::bad_name::is_kebab_case;
use crate::diagnostic::Severity;
use crate::hub::Hub;
use crate::hub::plugin::{
    JsKind, JsValue, ListedPath, MANIFEST_FOLDER, Manifest, ManifestKind, ManifestPath, PathProblem,
};
use crate::rule::{Check, Context, Rule, Sink, rule};
use crate::text::Span;
use std::borrow::Cow;
use std::collections::HashMap;

/// The rule; see its page.
pub static RULE: Rule = rule!("invalid-plugin", Check::Hub(check));

/// The most characters of a value in a message.
const MAX_SHOWN: usize = 200;

/// What a value must be.
#[derive(Clone, Copy)]
enum ValueType {
    Text,
    List,
    Mapping,
}

/// The keys of a plugin whose type clients check, in its manifest and in a marketplace.
const TYPES: [(&str, ValueType); 7] = [
    ("author", ValueType::Mapping),
    ("description", ValueType::Text),
    ("homepage", ValueType::Text),
    ("keywords", ValueType::List),
    ("license", ValueType::Text),
    ("repository", ValueType::Text),
    ("version", ValueType::Text),
];

/// The keys that a source in another place needs, by its kind.
const SOURCES: [(&str, &[&str]); 4] = [
    ("github", &["repo"]),
    ("url", &["url"]),
    ("git-subdir", &["url", "path"]),
    ("npm", &["package"]),
];

impl ValueType {
    fn accepts(self, value: &JsValue) -> bool {
        matches!(
            (self, &value.kind),
            (Self::Text, JsKind::String(_))
                | (Self::List, JsKind::Array(_))
                | (Self::Mapping, JsKind::Object(_))
        )
    }

    fn description(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::List => "a list",
            Self::Mapping => "a mapping",
        }
    }
}

fn check(hub: &Hub, _: &Context<'_>, sink: &mut Sink<'_>) {
    for manifest in &hub.manifests {
        if hub.in_focus(&manifest.file.path) {
            ManifestCheck { hub, manifest, sink }.run();
        }
    }
}

struct ManifestCheck<'a, 'b, 's> {
    hub: &'a Hub,
    manifest: &'a Manifest,
    sink: &'b mut Sink<'s>,
}

impl<'a> ManifestCheck<'a, '_, '_> {
    fn run(&mut self) {
        let root = match &self.manifest.content {
            Ok(root) => root,
            Err((span, message)) => {
                let noun = self.manifest.kind.noun();
                self.report(
                    *span,
                    message.clone(),
                    format!("correct the file: clients do not load the {noun}"),
                );
                return;
            }
        };
        if !self.has_type(root, "the manifest", ValueType::Mapping) {
            return;
        }
        self.name(root, "", self.manifest.kind);
        match self.manifest.kind {
            ManifestKind::Plugin => self.types(root),
            ManifestKind::Marketplace => self.marketplace(root),
        }
        for path in self.manifest.paths() {
            self.path(&path);
        }
    }

    fn marketplace(&mut self, root: &JsValue) {
        if let Some(owner) = self.required(root, "", "owner", ValueType::Mapping) {
            self.required(owner, "owner.", "name", ValueType::Text);
        }
        if self.required(root, "", "plugins", ValueType::List).is_none() {
            return;
        }
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for plugin in self.manifest.plugins() {
            if !self.has_type(plugin, "a plugin", ValueType::Mapping) {
                continue;
            }
            self.types(plugin);
            self.source(plugin);
            self.version(plugin);
            let Some(name) = self.name(plugin, "plugins[].", ManifestKind::Plugin) else {
                continue;
            };
            let text = name.as_str().unwrap_or_default();
            if let Some(first) = seen.get(text) {
                self.sink
                    .report_in(
                        &self.manifest.file.path,
                        name.span,
                        format!("the plugin `{}` is listed twice", shown(text)),
                    )
                    .related(*first, "first here")
                    .help("give one of them another name, or remove it");
            } else {
                seen.insert(text, name.span);
            }
        }
    }

    /// The name of a plugin or a marketplace.
    fn name<'v>(&mut self, value: &'v JsValue, prefix: &str, kind: ManifestKind) -> Option<&'v JsValue> {
        let name = self.required(value, prefix, "name", ValueType::Text)?;
        let text = name.as_str()?;
        let noun = kind.noun();
        let help = "write it in small letters, digits and single hyphens";
        if text.chars().any(char::is_whitespace) {
            self.report(name.span, format!("the name of the {noun} has a space"), help);
        } else if !is_kebab_case(text) {
            let message = format!("the name of the {noun} is not in kebab case");
            self.sink
                .report_in(&self.manifest.file.path, name.span, message)
                .severity(Severity::Warning)
                .help(help);
        }
        Some(name)
    }

    fn types(&mut self, plugin: &JsValue) {
        for (key, kind) in TYPES {
            if let Some(value) = plugin.get(key) {
                self.has_type(value, &format!("`{key}`"), kind);
            }
        }
        if let Some(author) = plugin.get("author").filter(|it| ValueType::Mapping.accepts(it)) {
            self.required(author, "author.", "name", ValueType::Text);
        }
    }

    /// The source of a plugin in a marketplace, except for its path.
    fn source(&mut self, plugin: &JsValue) {
        let Some(source) = plugin.get("source") else {
            self.missing(plugin, "plugins[].source");
            return;
        };
        match &source.kind {
            JsKind::String(_) => {}
            JsKind::Object(_) => {
                let Some(kind) = self.required(source, "source.", "source", ValueType::Text) else {
                    return;
                };
                let keys = SOURCES.iter().find(|(name, _)| kind.as_str() == Some(*name));
                for key in keys.map(|(_, keys)| *keys).unwrap_or_default() {
                    self.required(source, "source.", key, ValueType::Text);
                }
            }
            _ => {
                let message = format!(
                    "`source` must be a string or a mapping, not {}",
                    source.describe()
                );
                self.report(
                    source.span,
                    message,
                    "write a path that begins with `./`, or a mapping",
                );
            }
        }
    }

    /// Whether the version in a marketplace is that of the plugin.
    fn version(&mut self, plugin: &JsValue) {
        let Some(source) = self.manifest.source(plugin) else {
            return;
        };
        let Ok(folder) = &source.target else { return };
        // Without `strict` the marketplace has the whole description of the plugin.
        let is_loose = plugin
            .get("strict")
            .is_some_and(|strict| strict.kind == JsKind::Bool(false));
        let file = crate::hub::join_path(folder, &format!("{MANIFEST_FOLDER}/plugin.json"));
        let Some(own) = self.hub.manifest(&file).filter(|_| !is_loose) else {
            return;
        };
        let of_plugin = own.content.as_ref().ok().and_then(|root| root.get("version"));
        let (Some(here), Some(there)) = (plugin.get("version"), of_plugin) else {
            return;
        };
        if let (Some(listed), Some(actual)) = (here.as_str(), there.as_str())
            && listed != actual
        {
            let (listed, actual) = (shown(listed), shown(actual));
            let message = format!("the version is {listed} here and {actual} in the plugin's `plugin.json`");
            self.sink
                .report_in(&self.manifest.file.path, here.span, message)
                .severity(Severity::Warning)
                .related_in(&own.file.path, there.span, "clients use this one")
                .help("write the version in `plugin.json` only, or the same in both");
        }
    }

    /// A path: its form, and whether it exists.
    fn path(&mut self, path: &ManifestPath<'_>) {
        let written = shown(path.written);
        let whole = if path.is_source { "marketplace" } else { "plugin" };
        let target = match &path.target {
            Ok(target) => target,
            Err(PathProblem::NotRelative) => {
                let help = match path.is_source {
                    true => "write a path that begins with `./`, or a mapping such as \
                         `{ \"source\": \"github\", \"repo\": \"owner/name\" }`"
                        .to_owned(),
                    false => format!("write a path that begins with `./`: it is relative to the {whole}"),
                };
                self.report(
                    path.span,
                    format!("the path `{written}` does not begin with `./`"),
                    help,
                );
                return;
            }
            Err(PathProblem::Climbs) => {
                let help = format!("name a place in the folder of the {whole}: clients do not read others");
                self.report(path.span, format!("the path `{written}` has a `..`"), help);
                return;
            }
        };
        let is_missing = match self.hub.listed_path(target) {
            ListedPath::Exists => false,
            ListedPath::Missing => true,
            ListedPath::Unlisted => !self.manifest.unlisted.contains(target),
        };
        if is_missing {
            let message = format!("the {whole} has no `{written}`");
            self.report(path.span, message, "correct the path, or add what it names");
        }
    }

    /// The value of a required key, when it has the right type and is not empty.
    fn required<'v>(
        &mut self,
        value: &'v JsValue,
        prefix: &str,
        key: &str,
        kind: ValueType,
    ) -> Option<&'v JsValue> {
        let what = format!("{prefix}{key}");
        let Some(found) = value.get(key) else {
            self.missing(value, &what);
            return None;
        };
        if !self.has_type(found, &format!("`{what}`"), kind) {
            return None;
        }
        if found.as_str().is_some_and(|text| text.trim().is_empty()) {
            self.report(found.span, format!("`{what}` is empty"), "write a value");
            return None;
        }
        Some(found)
    }

    /// Report a missing key at the first byte of its mapping.
    fn missing(&mut self, value: &JsValue, what: &str) {
        let start = value.span.start as usize;
        let key = what.rsplit('.').next().unwrap_or(what);
        let noun = self.manifest.kind.noun();
        self.report(
            Span::new(start, start + 1),
            format!("`{what}` is missing"),
            format!("add `\"{key}\"`: clients do not load the {noun} without it"),
        );
    }

    fn has_type(&mut self, value: &JsValue, what: &str, kind: ValueType) -> bool {
        let fits = kind.accepts(value);
        if !fits {
            let wanted = kind.description();
            let message = format!("{what} must be {wanted}, not {}", value.describe());
            self.report(value.span, message, format!("write {wanted}"));
        }
        fits
    }

    fn report(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.sink
            .report_in(&self.manifest.file.path, span, message)
            .help(help);
    }
}

/// The start of a value, for messages: a crafted one has no length.
fn shown(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]).into(),
        None => text.into(),
    }
}
