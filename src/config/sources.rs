//! `[[sources]]`: the hubs that readers search.

use super::file::{ConfigDiagnostic, SourceRow};
use crate::releases::parse_hub_address;
use std::path::{Component, Path, PathBuf};

/// The longest name of a hub, in characters.
const MAX_NAME: usize = 64;
/// The most hubs.
const MAX_SOURCES: usize = 100;

/// A hub of readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSetting {
    /// How ids name it.
    pub name: String,
    /// Where it is.
    pub place: SourcePlace,
}

/// Where a hub is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourcePlace {
    /// A content folder or a built tree, below the folder of the config.
    Folder(PathBuf),
    /// A built tree on a server.
    Address(String),
}

/// Whether a text can name a hub in ids.
#[must_use]
pub fn is_source_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.len() <= MAX_NAME && name.chars().all(is_plain)
}

/// Check the rows, and resolve their paths.
pub(super) fn resolve(
    rows: Vec<SourceRow>,
    config: Option<&Path>,
) -> Result<Vec<SourceSetting>, ConfigDiagnostic> {
    let wrong = |span, message: String| Err(ConfigDiagnostic { span, message });
    let mut sources: Vec<SourceSetting> = Vec::new();
    for SourceRow { name, path, url } in rows {
        let span = name.span();
        let name = name.into_inner();
        if !is_source_name(&name) {
            return wrong(
                span,
                format!("a name of a hub has letters, digits, `-` and `_`, and at most {MAX_NAME} of them"),
            );
        }
        if sources.iter().any(|other| other.name == name) {
            return wrong(span, format!("two hubs are called `{name}`"));
        }
        if sources.len() == MAX_SOURCES {
            return wrong(span, format!("there are more than {MAX_SOURCES} hubs"));
        }
        let place = match (path, url) {
            (Some(path), None) => SourcePlace::Folder(checked_path("path", &path, config)?),
            (None, Some(url)) => match parse_hub_address(url.get_ref()) {
                Ok(url) => SourcePlace::Address(url.into()),
                Err(why) => return wrong(url.span(), format!("`url` {why}")),
            },
            (Some(_), Some(_)) => {
                return wrong(
                    span,
                    format!("hub `{name}` has `path` and `url`: remove one of them"),
                );
            }
            (None, None) => return wrong(span, format!("hub `{name}` needs `path` or `url`")),
        };
        sources.push(SourceSetting { name, place });
    }
    Ok(sources)
}

/// A path in a config: below the folder of the config, since a pull request may have written it.
pub(super) fn checked_path(
    key: &str,
    written: &toml::Spanned<String>,
    config: Option<&Path>,
) -> Result<PathBuf, ConfigDiagnostic> {
    let path = Path::new(written.get_ref());
    let is_below = !written.get_ref().is_empty()
        && path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_below {
        return Err(ConfigDiagnostic {
            span: written.span(),
            message: format!("`{key}` must be a path below the folder of this config"),
        });
    }
    let folder = config.and_then(Path::parent).unwrap_or(Path::new(""));
    Ok(folder.join(path))
}
