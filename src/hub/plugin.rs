//! The manifests of plugins and marketplaces: `.claude-plugin/plugin.json` and `.claude-plugin/marketplace.json`.
//!
//! Sources: code.claude.com/docs/en/plugins-reference and …/plugin-marketplaces.

pub use crate::chub::js::{JsKind, JsValue};

use super::{FileKind, Hub, join_path, up_to_root};
use crate::chub::js::json;
use crate::document::{Document, HubPath};
use crate::text::Span;
use std::collections::BTreeSet;

/// The folder with the manifests of a plugin or a marketplace.
pub const MANIFEST_FOLDER: &str = ".claude-plugin";
/// The largest manifest that is read. Real ones have less than 1 MB.
pub const MAX_MANIFEST_BYTES: u64 = 2 * 1024 * 1024;
/// The longest path that is looked up.
const MAX_PATH: usize = 4_096;
/// The keys of a plugin with paths of its components.
const COMPONENTS: [&str; 7] = [
    "agents",
    "commands",
    "hooks",
    "lspServers",
    "mcpServers",
    "outputStyles",
    "skills",
];

/// What a manifest describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManifestKind {
    /// One plugin.
    Plugin,
    /// A list of plugins.
    Marketplace,
}

/// A manifest that was read.
#[derive(Debug)]
pub struct Manifest {
    /// Its text, which findings point into.
    pub file: Document,
    /// What it describes.
    pub kind: ManifestKind,
    /// Its value, or what is wrong and where.
    pub content: Result<JsValue, (Span, String)>,
    /// Paths in the hub that it names, that exist, and that are not among the files of the hub.
    pub unlisted: BTreeSet<String>,
}

/// A path that a manifest names.
#[derive(Debug)]
pub struct ManifestPath<'a> {
    /// Where it is written.
    pub span: Span,
    /// As it is written.
    pub written: &'a str,
    /// Whether it is the source of a plugin, and not a component of one.
    pub is_source: bool,
    /// Where it leads, or why it is refused.
    pub target: Result<String, PathProblem>,
}

/// Why a path in a manifest is refused, wherever it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathProblem {
    /// It does not begin with `./`.
    NotRelative,
    /// It has a `..`.
    Climbs,
}

/// What the list of files of a hub says about a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedPath {
    /// It exists, or it is behind a link that another rule reports.
    Exists,
    /// It does not exist.
    Missing,
    /// It is not in a folder that is listed.
    Unlisted,
}

impl ManifestKind {
    /// The kind of a file by its path in a hub; `None` when it is not a manifest.
    #[must_use]
    pub fn of_path(in_hub: &str) -> Option<Self> {
        let (folder, name) = in_hub.rsplit_once('/')?;
        let is_manifest = folder.rsplit('/').next() == Some(MANIFEST_FOLDER);
        match name {
            "plugin.json" if is_manifest => Some(Self::Plugin),
            "marketplace.json" if is_manifest => Some(Self::Marketplace),
            _ => None,
        }
    }

    /// What it describes, in messages.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Plugin => "plugin",
            Self::Marketplace => "marketplace",
        }
    }
}

impl Manifest {
    /// Read the text of one.
    #[must_use]
    pub fn new(path: HubPath, kind: ManifestKind, text: String) -> Self {
        let content = json::parse(&text).map_err(|error| {
            let at = text.floor_char_boundary(error.at);
            (Span::empty_at(at), format!("not JSON: {}", error.message))
        });
        Self {
            file: Document::unparsed(path, text),
            kind,
            content,
            unlisted: BTreeSet::new(),
        }
    }

    /// One that cannot be read at all.
    #[must_use]
    pub fn unreadable(path: HubPath, kind: ManifestKind, why: String) -> Self {
        Self {
            content: Err((Span::default(), why)),
            ..Self::new(path, kind, String::new())
        }
    }

    /// The folder in the hub that its paths are relative to.
    #[must_use]
    pub fn root(&self) -> &str {
        let folder = self.file.path.folder();
        folder.rsplit_once('/').map_or("", |(above, _)| above)
    }

    /// The plugins that a marketplace lists.
    #[must_use]
    pub fn plugins(&self) -> &[JsValue] {
        let root = match self.kind {
            ManifestKind::Marketplace => self.content.as_ref().ok(),
            ManifestKind::Plugin => None,
        };
        root.and_then(|root| root.get("plugins")?.as_array())
            .unwrap_or_default()
    }

    /// All paths that it names.
    #[must_use]
    pub fn paths(&self) -> Vec<ManifestPath<'_>> {
        let mut found = Vec::new();
        match (&self.content, self.kind) {
            (Ok(root), ManifestKind::Plugin) => components(root, self.root(), &mut found),
            (Ok(_), ManifestKind::Marketplace) => {
                for plugin in self.plugins() {
                    let Some(source) = self.source(plugin) else {
                        continue;
                    };
                    if let Ok(folder) = &source.target {
                        components(plugin, folder, &mut found);
                    }
                    found.push(source);
                }
            }
            (Err(_), _) => {}
        }
        found
    }

    /// Where a plugin of a marketplace is; `None` when it is not in the same repository.
    #[must_use]
    pub fn source<'a>(&'a self, plugin: &'a JsValue) -> Option<ManifestPath<'a>> {
        let source = plugin.get("source")?;
        let written = source.as_str()?;
        let content = self.content.as_ref().ok()?;
        // Sources are relative to this folder, and may be written without the `./`.
        let base = content
            .get("metadata")
            .and_then(|metadata| metadata.get("pluginRoot")?.as_str());
        let target = match base {
            Some(base) if !written.starts_with("./") => {
                let joined = format!("{}/{written}", base.trim_end_matches('/'));
                resolve(self.root(), &joined)
            }
            _ => resolve(self.root(), written),
        };
        Some(ManifestPath {
            span: source.span,
            written,
            is_source: true,
            target,
        })
    }
}

/// The paths of the components of a plugin in a folder.
fn components<'a>(plugin: &'a JsValue, folder: &str, found: &mut Vec<ManifestPath<'a>>) {
    for key in COMPONENTS {
        let Some(value) = plugin.get(key) else { continue };
        let written: Vec<&JsValue> = match &value.kind {
            JsKind::String(_) => vec![value],
            JsKind::Array(items) => items.iter().collect(),
            // Commands by name. Other mappings are the component itself.
            JsKind::Object(members) if key == "commands" => members
                .values()
                .filter_map(|member| member.get("source"))
                .collect(),
            _ => Vec::new(),
        };
        for value in written {
            // A server may be an archive at an address.
            let Some(written) = value.as_str().filter(|text| !text.contains("://")) else {
                continue;
            };
            found.push(ManifestPath {
                span: value.span,
                written,
                is_source: false,
                target: resolve(folder, written),
            });
        }
    }
}

/// Where a path leads from a folder in the hub.
fn resolve(folder: &str, written: &str) -> Result<String, PathProblem> {
    if written.split(['/', '\\']).any(|part| part == "..") {
        return Err(PathProblem::Climbs);
    }
    let rest = written.strip_prefix("./").ok_or(PathProblem::NotRelative)?;
    let parts = std::iter::once(folder).chain(rest.split('/'));
    let parts: Vec<&str> = parts.filter(|part| !matches!(*part, "" | ".")).collect();
    Ok(parts.join("/"))
}

impl Hub {
    /// The manifest at a path in the hub.
    #[must_use]
    pub fn manifest(&self, in_hub: &str) -> Option<&Manifest> {
        let at = self
            .manifests
            .binary_search_by(|manifest| manifest.file.path.path_in_hub().cmp(in_hub))
            .ok()?;
        self.manifests.get(at)
    }

    /// What the list of files says about a path that a manifest names.
    #[must_use]
    pub fn listed_path(&self, in_hub: &str) -> ListedPath {
        if in_hub.is_empty() || self.files.contains_key(in_hub) {
            return ListedPath::Exists;
        }
        if in_hub.len() > MAX_PATH {
            return ListedPath::Missing;
        }
        let mut folder = in_hub;
        while let Some((above, _)) = folder.rsplit_once('/') {
            folder = above;
            match self.files.get(folder) {
                None => {}
                Some(FileKind::Escape) => return ListedPath::Exists,
                Some(FileKind::Symlink) => return ListedPath::Unlisted,
                Some(FileKind::Folder | FileKind::File | FileKind::Other) => return ListedPath::Missing,
            }
        }
        ListedPath::Unlisted
    }

    /// The folder of the plugin that a folder is in: the nearest one with a `plugin.json`.
    #[must_use]
    pub fn plugin_of<'a>(&self, folder: &'a str) -> Option<&'a str> {
        let file = format!("{MANIFEST_FOLDER}/plugin.json");
        up_to_root(folder).find(|folder| self.files.contains_key(&join_path(folder, &file)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_their_folder() {
        for (folder, written, target) in [
            ("", "./", Ok("")),
            ("a", "./", Ok("a")),
            ("a", ".//b/./c/", Ok("a/b/c")),
            ("", "./b", Ok("b")),
            ("a", "b", Err(PathProblem::NotRelative)),
            ("a", "/b", Err(PathProblem::NotRelative)),
            ("a", "../b", Err(PathProblem::Climbs)),
            ("a", "./b\\..\\..", Err(PathProblem::Climbs)),
            ("a", "./b/../../c", Err(PathProblem::Climbs)),
        ] {
            assert_eq!(resolve(folder, written), target.map(str::to_owned), "{written}");
        }
    }

    #[test]
    fn only_manifests_have_a_kind() {
        for (path, kind) in [
            (".claude-plugin/plugin.json", Some(ManifestKind::Plugin)),
            (
                "a/.claude-plugin/marketplace.json",
                Some(ManifestKind::Marketplace),
            ),
            ("a/.claude-plugin/b/plugin.json", None),
            ("plugin.json", None),
            ("x.claude-plugin/plugin.json", None),
        ] {
            assert_eq!(ManifestKind::of_path(path), kind, "{path}");
        }
    }
}
