//! The format of `PublishedPackage` in the cache and in lock files: compact and sorted.

use super::{ProjectStatus, PublishedPackage, PublishedVersion, size};
use jiff::civil::Date;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Formatter};

/// A `PublishedPackage` as JSON. Versions keep their order; a date is `YYYY-MM-DD` or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredRelease {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    newest: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    date: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deprecated: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    /// Whether `versions` is the complete list.
    complete: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "few")]
    versions: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    yanked: BTreeMap<String, String>,
    /// Versions by deprecation message. Often hundreds of versions share a message.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    deprecations: BTreeMap<String, Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<ProjectStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

impl From<&PublishedPackage> for StoredRelease {
    fn from(published: &PublishedPackage) -> Self {
        let mut stored = Self {
            newest: published.newest.clone(),
            date: text(published.newest_date),
            deprecated: published.deprecated.clone(),
            tags: published.dist_tags.clone(),
            complete: published.complete,
            status: published.status.clone(),
            size: published.size,
            ..Self::default()
        };
        for version in &published.versions {
            stored
                .versions
                .push((version.version.clone(), text(version.date)));
            if let Some(reason) = &version.yanked {
                stored.yanked.insert(version.version.clone(), reason.clone());
            }
            if let Some(message) = &version.deprecated {
                stored
                    .deprecations
                    .entry(message.clone())
                    .or_default()
                    .push(version.version.clone());
            }
        }
        stored
    }
}

impl From<StoredRelease> for PublishedPackage {
    fn from(mut stored: StoredRelease) -> Self {
        let mut deprecated = BTreeMap::new();
        for (message, versions) in &stored.deprecations {
            deprecated.extend(versions.iter().map(|version| (version, message)));
        }
        let versions = stored
            .versions
            .into_iter()
            .map(|(version, date)| PublishedVersion {
                date: date.parse().ok(),
                yanked: stored.yanked.remove(&version),
                deprecated: deprecated.get(&version).map(|message| (*message).clone()),
                version,
            })
            .collect();
        Self {
            newest: stored.newest,
            newest_date: stored.date.parse().ok(),
            versions,
            complete: stored.complete,
            dist_tags: stored.tags,
            deprecated: stored.deprecated,
            status: stored.status,
            size: stored.size,
        }
    }
}

/// Read at most as many versions as a package can have: a lock file is untrusted.
fn few<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Few;
    impl<'de> Visitor<'de> for Few {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
            write!(f, "at most {} versions", size::MAX_VERSIONS)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut found = Vec::new();
            while let Some(version) = list.next_element()? {
                if found.len() >= size::MAX_VERSIONS {
                    return Err(serde::de::Error::invalid_length(found.len() + 1, &self));
                }
                found.push(version);
            }
            Ok(found)
        }
    }
    reader.deserialize_seq(Few)
}

fn text(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn sample() -> PublishedPackage {
        let version = |version: &str, date: &str| PublishedVersion {
            version: version.to_owned(),
            date: date.parse().ok(),
            ..PublishedVersion::default()
        };
        let mut versions = vec![
            version("1.0", "2024-01-02"),
            version("1.1", ""),
            version("2.0", "2025-01-02"),
        ];
        versions[0].yanked = Some(String::new());
        versions[1].deprecated = Some("use other".to_owned());
        PublishedPackage {
            newest: Some("2.0".to_owned()),
            newest_date: "2025-01-02".parse().ok(),
            versions,
            complete: true,
            dist_tags: BTreeMap::from([("next".to_owned(), "3.0.0-1".to_owned())]),
            deprecated: None,
            status: Some(ProjectStatus {
                state: super::super::ProjectState::Archived,
                reason: "use other".to_owned(),
            }),
            size: Some(900),
        }
    }

    #[test]
    fn nothing_is_lost() {
        let json = serde_json::to_string(&StoredRelease::from(&sample())).unwrap();
        let back: StoredRelease = serde_json::from_str(&json).unwrap();
        assert_eq!(PublishedPackage::from(back), sample());
    }
}
