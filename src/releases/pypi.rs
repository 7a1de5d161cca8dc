//! PyPI and its mirrors: the simple API in JSON (PEP 691, 700) or HTML (PEP 503, 592).

use super::cache::CacheEntry;
use super::client::{GetRequest, Http, MAX_DOCUMENT_BYTES, sanitize};
use super::html;
use super::packument::{BoundedText, FileSize, day};
use super::project_status::JsonStatus;
use super::{
    FEW_VERSIONS, ProjectState, ProjectStatus, PublishedPackage, PublishedVersion, UnknownReason, size,
};
use crate::package::Package;
use jiff::civil::Date;
use pep440_rs::Version as Pep440;
use reqwest::Url;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt::{self, Formatter};
use std::marker::PhantomData;
use std::str::FromStr;

/// The `Accept` header, as pip sends it.
pub(super) const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/// Query one index about a package. `old` is the cached entry, if it has an ETag.
///
/// # Errors
/// The reason of the failure.
pub(crate) async fn fetch(
    http: &Http<'_>,
    index: &Url,
    package: &Package,
    old: Option<CacheEntry>,
    now: u64,
) -> Result<CacheEntry, UnknownReason> {
    let bad = || UnknownReason::Reply("cannot build a URL for this name".to_owned());
    let url = index.join(&format!("{}/", package.name())).map_err(|_| bad())?;
    let etag = old.as_ref().and_then(|entry| entry.etag.as_deref());
    let reply = http
        .get(&GetRequest {
            url,
            accept: ACCEPT,
            etag,
            modified: None,
            limit: MAX_DOCUMENT_BYTES,
            private: http.is_private(package),
            archive: None,
        })
        .await?;
    match reply.status {
        200 => {
            let published = parse(package, &reply.content_type, &reply.body)?;
            Ok(CacheEntry {
                asked: now,
                etag: reply.etag,
                published: Some(published),
                ..CacheEntry::default()
            })
        }
        304 => match old {
            Some(entry) => Ok(CacheEntry { asked: now, ..entry }),
            None => Err(UnknownReason::Status(304)),
        },
        404 | 410 => Ok(CacheEntry {
            asked: now,
            ..CacheEntry::default()
        }),
        status => Err(UnknownReason::Status(status)),
    }
}

/// The keys of a PEP 691 page that are used.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Meta,
    Files,
    Versions,
    #[serde(rename = "project-status")]
    Status,
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "api-version")]
    api_version: BoundedText,
}

#[derive(Deserialize)]
pub(super) struct JsonFile {
    filename: BoundedText,
    #[serde(default)]
    yanked: Yanked,
    #[serde(rename = "upload-time", default)]
    upload_time: UploadDay,
    #[serde(default)]
    size: FileSize,
}

/// PEP 691: a boolean, or the reason. No value is built for other types.
#[derive(Default)]
pub(super) struct Yanked(pub Option<String>);

impl<'de> Deserialize<'de> for Yanked {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct YankedVisitor;
        impl Visitor<'_> for YankedVisitor {
            type Value = Yanked;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("a boolean or a reason")
            }

            fn visit_bool<E>(self, yanked: bool) -> Result<Yanked, E> {
                Ok(Yanked(yanked.then(String::new)))
            }

            fn visit_str<E>(self, reason: &str) -> Result<Yanked, E> {
                Ok(Yanked(Some(sanitize(reason, 300))))
            }
        }
        reader.deserialize_any(YankedVisitor)
    }
}

/// The date of an upload.
#[derive(Default)]
struct UploadDay(Option<Date>);

impl<'de> Deserialize<'de> for UploadDay {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct DayVisitor;
        impl Visitor<'_> for DayVisitor {
            type Value = UploadDay;

            fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
                f.write_str("a time")
            }

            fn visit_str<E>(self, time: &str) -> Result<UploadDay, E> {
                Ok(UploadDay(day(time)))
            }

            fn visit_unit<E>(self) -> Result<UploadDay, E> {
                Ok(UploadDay(None))
            }
        }
        reader.deserialize_any(DayVisitor)
    }
}

/// What is collected of a page, file by file, so that the memory depends on what is kept and not on the page.
pub(super) trait PageItems {
    /// The keys of a file that are used.
    type File: for<'de> Deserialize<'de>;

    /// A file of the page.
    fn file(&mut self, file: Self::File);

    /// A version of the page.
    fn version(&mut self, version: &str);

    /// The status of the project (PEP 792).
    fn status(&mut self, _status: Option<ProjectStatus>) {}
}

struct PageSeed<'i, I>(&'i mut I);

impl<'de, I: PageItems> DeserializeSeed<'de> for PageSeed<'_, I> {
    type Value = Option<Meta>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de, I: PageItems> Visitor<'de> for PageSeed<'_, I> {
    type Value = Option<Meta>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a page of a simple index")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut meta = None;
        while let Some(key) = map.next_key()? {
            match key {
                Key::Meta => meta = Some(map.next_value()?),
                Key::Status => self.0.status(map.next_value::<JsonStatus>()?.0),
                Key::Files => map.next_value_seed(List(|file: I::File| self.0.file(file), PhantomData))?,
                Key::Versions => map.next_value_seed(List(
                    |BoundedText(version)| {
                        if let Some(version) = version {
                            self.0.version(&version);
                        }
                    },
                    PhantomData,
                ))?,
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(meta)
    }
}

/// A list of a page, whose items are processed one by one.
struct List<T, F>(F, PhantomData<T>);

impl<'de, T: Deserialize<'de>, F: FnMut(T)> DeserializeSeed<'de> for List<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T)> Visitor<'de> for List<T, F> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element()? {
            (self.0)(item);
        }
        Ok(())
    }
}

pub(super) fn parse(
    package: &Package,
    content_type: &str,
    body: &[u8],
) -> Result<PublishedPackage, UnknownReason> {
    let mut groups = FilesByVersion::new(package);
    if read_json(&mut groups, content_type, body)? {
        return groups.finish();
    }
    let text = page_text(body)?;
    for file in html::files(text) {
        groups.add_file(&file.name, file.yanked, file.date, None);
    }
    groups.status = html::meta(text, "pypi:project-status").and_then(|state| {
        let reason = html::meta(text, "pypi:project-status-reason").unwrap_or_default();
        ProjectStatus::new(&state, &reason)
    });
    let result = groups.finish()?;
    // A sign-in page is also HTML with status 200. A page without files and status holds no data in any case.
    if result.versions.is_empty() && result.status.is_none() {
        return Err(broken("a page that lists no release of the package"));
    }
    Ok(result)
}

/// Read a page in JSON. Returns `false` when it is not JSON, and so HTML.
pub(super) fn read_json(
    items: &mut impl PageItems,
    content_type: &str,
    body: &[u8],
) -> Result<bool, UnknownReason> {
    // Some mirrors send a wrong content type, so the first character decides.
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first != Some(&b'{') && !content_type.contains("json") {
        return Ok(false);
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let meta = PageSeed(items)
        .deserialize(&mut reader)
        .and_then(|meta| reader.end().map(|()| meta))
        .ok()
        .flatten()
        .ok_or_else(|| broken("not the JSON of a simple index"))?;
    let version = meta.api_version.0;
    match version.is_some_and(|version| version.starts_with("1.")) {
        true => Ok(true),
        false => Err(broken("a version of the simple index that is not known")),
    }
}

/// The text of a page in HTML.
pub(super) fn page_text(body: &[u8]) -> Result<&str, UnknownReason> {
    std::str::from_utf8(body).map_err(|_| broken("a page that is not UTF-8 text"))
}

fn broken(what: &str) -> UnknownReason {
    UnknownReason::Reply(what.to_owned())
}

/// One version while its files are read.
#[derive(Default)]
struct VersionGroup {
    spelling: String,
    files: usize,
    yanked: usize,
    reason: String,
    date: Option<Date>,
    /// The size of the largest file.
    size: Option<u64>,
}

/// The versions of a package while its files are read.
struct FilesByVersion<'p> {
    package: &'p Package,
    groups: BTreeMap<Pep440, VersionGroup>,
    /// The size of all reasons in bytes.
    text: usize,
    too_large: bool,
    status: Option<ProjectStatus>,
}

impl<'p> FilesByVersion<'p> {
    fn new(package: &'p Package) -> Self {
        Self {
            package,
            groups: BTreeMap::new(),
            text: 0,
            too_large: false,
            status: None,
        }
    }

    /// The group of a version; `None` for an invalid version, and beyond the limit.
    fn group(&mut self, spelling: &str) -> Option<&mut VersionGroup> {
        if spelling.len() > 100 {
            return None;
        }
        let version = Pep440::from_str(spelling).ok()?;
        if self.groups.len() >= size::MAX_VERSIONS && !self.groups.contains_key(&version) {
            self.too_large = true;
            return None;
        }
        let group = self.groups.entry(version).or_default();
        if group.spelling.is_empty() {
            group.spelling = sanitize(spelling.trim(), 100);
        }
        Some(group)
    }

    fn add_file(&mut self, name: &str, yanked: Option<String>, date: Option<Date>, size: Option<u64>) {
        let length = yanked.as_ref().map_or(0, String::len);
        if self.text + length > size::MAX_TEXT_BYTES {
            self.too_large = true;
            return;
        }
        let Some(group) = version_of(self.package.name(), name).and_then(|version| self.group(version))
        else {
            return;
        };
        group.files += 1;
        group.size = group.size.max(size);
        let mut replaced = length;
        if let Some(reason) = yanked {
            group.yanked += 1;
            replaced = std::mem::replace(&mut group.reason, reason).len();
        }
        group.date = match (group.date, date) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.text = (self.text + length).saturating_sub(replaced);
    }

    /// The result, with the newest version.
    fn finish(self) -> Result<PublishedPackage, UnknownReason> {
        if self.too_large {
            return Err(UnknownReason::TooLarge);
        }
        let groups = &self.groups;
        let newest = newest(groups).and_then(|version| groups.get(version));
        // The index lists no files of a quarantined project, which does not show that a version was never published.
        let hidden = matches!(&self.status, Some(status) if status.state == ProjectState::Quarantined);
        size::check_bounds(PublishedPackage {
            newest: newest.map(|group| group.spelling.clone()),
            newest_date: newest.and_then(|group| group.date),
            size: newest.and_then(|group| group.size.filter(|_| groups.len() <= FEW_VERSIONS)),
            complete: !hidden,
            status: self.status.clone(),
            versions: groups
                .values()
                .map(|group| PublishedVersion {
                    version: group.spelling.clone(),
                    date: group.date,
                    yanked: group.is_yanked().then(|| group.reason.clone()),
                    deprecated: None,
                })
                .collect(),
            ..PublishedPackage::default()
        })
    }
}

impl PageItems for FilesByVersion<'_> {
    type File = JsonFile;

    fn file(&mut self, file: JsonFile) {
        if let BoundedText(Some(name)) = file.filename {
            self.add_file(&name, file.yanked.0, file.upload_time.0, file.size.0);
        }
    }

    fn version(&mut self, version: &str) {
        self.group(version);
    }

    fn status(&mut self, status: Option<ProjectStatus>) {
        self.status = status;
    }
}

impl VersionGroup {
    /// PEP 592 yanks files; a release is yanked when all of them are.
    fn is_yanked(&self) -> bool {
        self.files > 0 && self.yanked == self.files
    }
}

/// The version that `pip install` would choose: the highest final release with a file that is not yanked; or else the
/// highest pre-release.
fn newest(groups: &BTreeMap<Pep440, VersionGroup>) -> Option<&Pep440> {
    let installable = || {
        groups
            .iter()
            .rev()
            .filter(|(_, group)| group.files > group.yanked)
            .map(|(version, _)| version)
    };
    installable()
        .find(|version| !version.any_prerelease())
        .or_else(|| installable().next())
}

/// The version in a file name: `name-VERSION-py3-none-any.whl`, `name-VERSION.tar.gz`, `name-VERSION-py3.8.egg`.
pub(super) fn version_of<'a>(package: &str, file: &'a str) -> Option<&'a str> {
    let file = file.strip_suffix(".metadata").unwrap_or(file);
    let ends = [
        ".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.Z", ".egg", ".exe", ".msi", ".rpm",
    ];
    let stem = ends.iter().find_map(|end| file.strip_suffix(end))?;
    let rest = after_name(package, stem)?;
    // A source archive's version may hold `-` (1.0-1); a wheel's and an egg's may not.
    let whole = Some(rest)
        .filter(|rest| rest.len() <= 100 && Pep440::from_str(rest).is_ok() && !file.ends_with(".whl"));
    let version = whole.or_else(|| rest.split('-').next())?;
    // Old built distributions name their platform: `1.0.win32-py2.7.exe`, `1.0.linux-x86_64.tar.gz`.
    let platform = [".win32", ".win-amd64", ".linux", ".macosx"]
        .iter()
        .find_map(|p| version.find(p));
    version.get(..platform.unwrap_or(version.len()))
}

/// The text after the name of the package and a `-`. The name may be spelled in any form that PEP 503 normalises to the
/// same name, in old files also with `-`.
fn after_name<'a>(package: &str, stem: &'a str) -> Option<&'a str> {
    let mut rest = stem;
    for (at, part) in package.split('-').enumerate() {
        if at > 0 {
            let after = rest.trim_start_matches(['-', '_', '.']);
            if after.len() == rest.len() {
                return None;
            }
            rest = after;
        }
        let (written, after) = rest.split_at_checked(part.len())?;
        if !written.eq_ignore_ascii_case(part) {
            return None;
        }
        rest = after;
    }
    rest.strip_prefix('-')
}

#[cfg(test)]
mod tests;
