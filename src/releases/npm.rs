//! npm and its mirrors: dist-tags first, and the document of the package (packument) only when it is needed.

use super::cache::{CacheEntry, NpmDetail};
use super::client::{GetRequest, Http, HttpReply, MAX_DOCUMENT_BYTES, MAX_SHORT_REPLY_BYTES};
use super::packument::{BoundedText, Packument, Tags, VersionDates, VersionDetails, VersionDocument};
use super::{FEW_VERSIONS, PublishedPackage, PublishedVersion, UnknownReason, size};
use crate::package::Package;
use reqwest::Url;
use serde::Deserialize;
use std::cell::Cell;

pub(super) const JSON: &str = "application/json";
/// The abbreviated packument; mirrors that do not know it send the full one.
pub(super) const ABBREVIATED: &str =
    "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*";

/// One npm registry in one run.
pub(crate) struct Npm<'a> {
    pub http: &'a Http<'a>,
    pub registry: &'a Url,
    /// Set when the registry has packuments but no dist-tags (some mirrors).
    pub no_tags: &'a Cell<bool>,
    /// Seconds since 1970.
    pub now: u64,
}

/// The data that a caller needs of a package.
#[derive(Clone, Copy)]
pub(crate) struct NpmRequest<'a> {
    /// Versions whose existence is checked.
    pub versions: &'a [String],
    /// Whether upload dates are needed when the document is requested.
    pub dates: bool,
    /// Whether the deprecation of the newest version is needed, even when nothing else needs the document.
    pub deprecation: bool,
}

impl NpmRequest<'_> {
    /// How much must be requested, given the newest version.
    pub(crate) fn detail(&self, newest: Option<&str>) -> NpmDetail {
        let differs = self.versions.iter().any(|version| Some(version.trim()) != newest);
        match (differs, self.dates, self.deprecation) {
            (true, true, _) => NpmDetail::Dates,
            (true, false, _) => NpmDetail::Versions,
            (false, _, true) => NpmDetail::Newest,
            (false, _, false) => NpmDetail::Tags,
        }
    }

    /// Whether an entry has all that is needed.
    pub(crate) fn is_satisfied_by(&self, entry: &CacheEntry) -> bool {
        let Some(published) = &entry.published else {
            return true;
        };
        entry.detail >= self.detail(published.newest.as_deref())
    }
}

impl Npm<'_> {
    /// Query a package. `old` is the cached entry; `fresh` means that its dist-tags are still fresh.
    ///
    /// # Errors
    /// The reason of the failure.
    pub(crate) async fn ask(
        &self,
        package: &Package,
        wanted: NpmRequest<'_>,
        old: Option<CacheEntry>,
        fresh: bool,
    ) -> Result<CacheEntry, UnknownReason> {
        let mut entry = old.unwrap_or_default();
        let mut unchanged = fresh;
        if !fresh {
            if self.no_tags.get() {
                return self.document(package, wanted.detail(None), entry).await;
            }
            let get = GetRequest {
                url: self.url(&format!("-/package/{}/dist-tags", escape(package)))?,
                accept: JSON,
                etag: entry.etag.as_deref().filter(|_| entry.published.is_some()),
                modified: None,
                limit: MAX_SHORT_REPLY_BYTES,
                private: self.http.is_private(package),
                archive: None,
            };
            let reply = self.http.get(&get).await?;
            match reply.status {
                200 => unchanged = entry.take_tags(&reply)?,
                304 if entry.published.is_some() => unchanged = true,
                // No such package, or no such endpoint. Only the document can show that a package is missing.
                400 | 404 | 405 | 410 | 501 => {
                    let detail = if wanted.versions.is_empty() {
                        NpmDetail::Versions
                    } else {
                        wanted.detail(None)
                    };
                    let found = self.document(package, detail, CacheEntry::default()).await?;
                    if found.published.is_some() {
                        self.no_tags.set(true);
                    }
                    return Ok(found);
                }
                status => return Err(UnknownReason::Status(status)),
            }
            entry.asked = self.now;
        }
        let published = entry.published.as_ref();
        let needed = wanted.detail(published.and_then(|p| p.newest.as_deref()));
        // The tags did not change. So the document did not either, if it has every requested version.
        let knows = |version: &String| {
            let version = version.trim();
            published.is_some_and(|p| p.versions.iter().any(|v| v.version == version))
        };
        if entry.detail >= needed
            && unchanged
            && (fresh || wanted.versions.iter().all(knows) || needed <= NpmDetail::Newest)
        {
            return Ok(entry);
        }
        match needed {
            NpmDetail::Tags => Ok(entry),
            NpmDetail::Newest => self.newest(package, entry).await,
            NpmDetail::Versions | NpmDetail::Dates => self.document(package, needed, entry).await,
        }
    }

    /// The document of the newest version only. It is small and has the deprecation message.
    async fn newest(&self, package: &Package, mut entry: CacheEntry) -> Result<CacheEntry, UnknownReason> {
        let get = GetRequest {
            url: self.url(&format!("{}/latest", escape(package)))?,
            accept: JSON,
            etag: None,
            modified: None,
            limit: MAX_SHORT_REPLY_BYTES,
            private: self.http.is_private(package),
            archive: None,
        };
        let document: VersionDocument = match self.http.get(&get).await {
            Ok(reply) if reply.status == 200 => json(&reply.body)?,
            // A mirror without this endpoint, or a version whose document is large.
            Ok(HttpReply {
                status: 400 | 404 | 405 | 410 | 501,
                ..
            })
            | Err(UnknownReason::TooLarge) => {
                return self.document(package, NpmDetail::Versions, entry).await;
            }
            Ok(reply) => return Err(UnknownReason::Status(reply.status)),
            Err(reason) => return Err(reason),
        };
        if let Some(published) = &mut entry.published {
            published.deprecated = document.deprecated.0;
        }
        entry.detail = entry.detail.max(NpmDetail::Newest);
        Ok(entry)
    }

    /// The packument: the full form when dates are needed, unless that is too large.
    async fn document(
        &self,
        package: &Package,
        detail: NpmDetail,
        old: CacheEntry,
    ) -> Result<CacheEntry, UnknownReason> {
        let full = detail == NpmDetail::Dates;
        let url = self.url(&escape(package))?;
        // An ETag belongs to one form of the document.
        let etag = old
            .document_etag
            .clone()
            .filter(|_| old.detail == detail && old.published.is_some());
        let get = |accept, etag| GetRequest {
            url: url.clone(),
            accept,
            etag,
            modified: None,
            limit: MAX_DOCUMENT_BYTES,
            private: self.http.is_private(package),
            archive: None,
        };
        let mut result = self
            .http
            .get(&get(if full { JSON } else { ABBREVIATED }, etag.as_deref()))
            .await;
        if full && matches!(result, Err(UnknownReason::TooLarge)) {
            result = self.http.get(&get(ABBREVIATED, None)).await;
        }
        let reply = result?;
        match reply.status {
            200 => {
                let published = parse(package, &reply.body)?;
                Ok(CacheEntry {
                    asked: self.now,
                    etag: old.etag,
                    document_etag: reply.etag,
                    // Also when only the abbreviated form could be read: another request would not give more.
                    detail: detail.max(NpmDetail::Versions),
                    published,
                })
            }
            304 => Ok(CacheEntry {
                asked: self.now,
                ..old
            }),
            // With tags but without a document, the reply of the registry is contradictory.
            404 | 410 if old.published.is_none() => Ok(CacheEntry {
                asked: self.now,
                ..CacheEntry::default()
            }),
            status => Err(UnknownReason::Status(status)),
        }
    }

    fn url(&self, path: &str) -> Result<Url, UnknownReason> {
        let url = format!("{}{path}", self.registry);
        Url::parse(&url).map_err(|_| UnknownReason::Reply("cannot build a URL for this name".to_owned()))
    }
}

/// `@scope%2fname`, as npm writes it.
pub(super) fn escape(package: &Package) -> String {
    package.name().replace('/', "%2f")
}

impl CacheEntry {
    /// Set new dist-tags. Returns whether they are unchanged.
    fn take_tags(&mut self, reply: &HttpReply) -> Result<bool, UnknownReason> {
        let Tags(tags) = json(&reply.body)?;
        let mut tags = tags.all()?;
        let Some(latest) = tags.remove("latest") else {
            return Err(UnknownReason::Reply("dist-tags without `latest`".to_owned()));
        };
        self.etag = reply.etag.clone();
        match &mut self.published {
            Some(old) if old.newest.as_ref() == Some(&latest) && old.dist_tags == tags => Ok(true),
            old => {
                *old = Some(PublishedPackage {
                    newest: Some(latest),
                    dist_tags: tags,
                    ..PublishedPackage::default()
                });
                self.detail = NpmDetail::Tags;
                self.document_etag = None;
                Ok(false)
            }
        }
    }
}

/// Read the JSON of a registry.
pub(super) fn json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, UnknownReason> {
    serde_json::from_slice(body)
        .map_err(|_| UnknownReason::Reply("not the JSON of an npm registry".to_owned()))
}

/// Parse a packument. `Ok(None)` means that the package was unpublished, so it cannot be installed.
pub(super) fn parse(package: &Package, body: &[u8]) -> Result<Option<PublishedPackage>, UnknownReason> {
    let Packument {
        name,
        dist_tags: Tags(dist_tags),
        versions: VersionDetails(versions),
        time: VersionDates(time),
    } = json(body)?;
    if name.is_some_and(|BoundedText(name)| name.as_deref() != Some(package.name())) {
        return Err(UnknownReason::Reply("the document of another package".to_owned()));
    }
    let (mut dist_tags, versions, time) = (dist_tags.all()?, versions.all()?, time.all()?);
    if versions.is_empty() {
        // npm keeps `time` of an unpublished package. Without `unpublished` and `created`, this is not a packument.
        return if time.contains_key("unpublished") || time.contains_key("created") {
            Ok(None)
        } else {
            Err(UnknownReason::Reply("not the JSON of an npm registry".to_owned()))
        };
    }
    let newest = dist_tags.remove("latest");
    let date = |version: &str| time.get(version).copied().flatten();
    let of_newest = newest.as_ref().and_then(|newest| versions.get(newest).cloned());
    let (deprecated, size) = of_newest.unwrap_or_default();
    let is_small = versions.len() <= FEW_VERSIONS;
    // Sorted, so that output and cache have one order.
    let mut sorted: Vec<(semver::Version, PublishedVersion)> = versions
        .into_iter()
        .filter_map(|(version, (deprecated, _))| {
            let parsed = semver::Version::parse(&version).ok()?;
            let version = PublishedVersion {
                date: date(&version),
                version,
                yanked: None,
                deprecated,
            };
            Some((parsed, version))
        })
        .collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let published = PublishedPackage {
        newest_date: newest.as_deref().and_then(date),
        newest,
        versions: sorted.into_iter().map(|(_, version)| version).collect(),
        complete: true,
        dist_tags,
        deprecated,
        status: None,
        size: size.0.filter(|_| is_small),
    };
    size::check_bounds(published).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_versions_than_any_package_has_are_too_large() {
        let page = |count: usize, version: &str| {
            let versions: Vec<String> = (0..count).map(|n| format!("\"{n}.0.0\":{version}")).collect();
            let text = format!(r#"{{"versions":{{{}}}}}"#, versions.join(","));
            read_text(&text).map(|found| found.unwrap().versions.len())
        };
        assert_eq!(page(size::MAX_VERSIONS, "{}"), Ok(size::MAX_VERSIONS));
        assert_eq!(page(size::MAX_VERSIONS + 1, "{}"), Err(UnknownReason::TooLarge));
        let message = format!(r#"{{"deprecated":"{}"}}"#, "x".repeat(500));
        assert_eq!(page(10_000, &message), Err(UnknownReason::TooLarge));
        // A value that is not a message takes no memory.
        let nonsense = format!(r#"{{"deprecated":[{}0]}}"#, "[[0],{}],".repeat(20));
        assert_eq!(page(10_000, &nonsense), Ok(10_000));
    }

    fn read_text(text: &str) -> Result<Option<PublishedPackage>, UnknownReason> {
        parse(&Package::parse("npm:a").unwrap(), text.as_bytes())
    }

    #[test]
    fn a_full_packument() {
        let text = r#"{"name":"a","dist-tags":{"latest":"1.0.0","next":"2.0.0-1","x\u001b":"1"},
            "versions":{"1.0.0":{"deprecated":"use b\u001b[31m\nnow","dist":{}},"0.9.0":{"deprecated":false},"2.0.0-1":{"deprecated":""}},
            "time":{"created":"x","1.0.0":"2024-03-04T05:06:07.000Z","0.9.0":7}}"#;
        let found = read_text(text).unwrap().unwrap();
        assert_eq!(found.newest.as_deref(), Some("1.0.0"));
        assert_eq!(found.newest_date.unwrap().to_string(), "2024-03-04");
        assert_eq!(found.deprecated.as_deref(), Some("use b[31m now"));
        assert_eq!(found.dist_tags.keys().collect::<Vec<_>>(), ["next"]);
        let versions: Vec<_> = found
            .versions
            .iter()
            .map(|v| (v.version.as_str(), v.deprecated.is_some()))
            .collect();
        assert_eq!(versions, [("0.9.0", false), ("1.0.0", true), ("2.0.0-1", false)]);
    }

    #[test]
    fn unpublished_is_missing_and_nonsense_is_nothing() {
        assert_eq!(
            read_text(r#"{"name":"a","time":{"unpublished":{"time":"x"}}}"#),
            Ok(None)
        );
        for text in [
            "{}",
            "[]",
            "<html>",
            r#"{"name":"b","versions":{"1.0.0":{}}}"#,
            r#"{"versions":[]}"#,
        ] {
            assert!(read_text(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_a_differing_version_needs_the_document() {
        let wanted = |versions: &[String], deprecation| {
            NpmRequest {
                versions,
                dates: true,
                deprecation,
            }
            .detail(Some("1.0.0"))
        };
        assert_eq!(wanted(&[], false), NpmDetail::Tags);
        assert_eq!(wanted(&["1.0.0".into()], false), NpmDetail::Tags);
        assert_eq!(wanted(&["1.0.0".into()], true), NpmDetail::Newest);
        assert_eq!(wanted(&["0.9.0".into()], false), NpmDetail::Dates);
    }
}
