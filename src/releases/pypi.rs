//! PyPI and its mirrors: the simple API in JSON (PEP 691, 700) or HTML (PEP 503, 592).

use super::cache::Entry;
use super::client::{DOCUMENT_LIMIT, Get, Http, clean};
use super::html;
use super::{Published, Reason, Version};
use crate::package::Package;
use jiff::civil::Date;
use pep440_rs::Version as Pep440;
use reqwest::Url;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::str::FromStr;

/// As pip asks.
const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/// Ask one index about a package. `old` is what it said before, if it gave an ETag.
///
/// # Errors
/// The reason why nothing is known.
pub(crate) async fn ask(
    http: &Http<'_>,
    index: &Url,
    package: &Package,
    old: Option<Entry>,
    now: u64,
) -> Result<Entry, Reason> {
    let bad = || Reason::Reply("no address for this name".to_owned());
    let url = index.join(&format!("{}/", package.name())).map_err(|_| bad())?;
    let etag = old.as_ref().and_then(|entry| entry.etag.as_deref());
    let reply = http
        .get(&Get {
            url,
            accept: ACCEPT,
            etag,
            limit: DOCUMENT_LIMIT,
        })
        .await?;
    match reply.status {
        200 => {
            let published = read(package, &reply.content_type, &reply.body)?;
            Ok(Entry {
                asked: now,
                etag: reply.etag,
                published: Some(published),
                ..Entry::default()
            })
        }
        304 => match old {
            Some(entry) => Ok(Entry { asked: now, ..entry }),
            None => Err(Reason::Status(304)),
        },
        404 | 410 => Ok(Entry {
            asked: now,
            ..Entry::default()
        }),
        status => Err(Reason::Status(status)),
    }
}

#[derive(Deserialize)]
struct Page {
    meta: Meta,
    #[serde(default)]
    files: Vec<JsonFile>,
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "api-version")]
    api_version: String,
}

#[derive(Deserialize)]
struct JsonFile {
    filename: String,
    #[serde(default)]
    yanked: Yanked,
    #[serde(rename = "upload-time", default)]
    upload_time: Option<String>,
}

/// PEP 691: a boolean, or the reason.
#[derive(Deserialize)]
#[serde(untagged)]
enum Yanked {
    Flag(bool),
    Reason(String),
}

impl Default for Yanked {
    fn default() -> Self {
        Self::Flag(false)
    }
}

/// A file of a release, from either form.
pub(crate) struct File {
    /// The bare file name.
    pub name: String,
    /// Whether it is yanked, and why (possibly empty).
    pub yanked: Option<String>,
    /// When it was uploaded.
    pub date: Option<Date>,
}

pub(super) fn read(package: &Package, content_type: &str, body: &[u8]) -> Result<Published, Reason> {
    // Mirrors mislabel; the first character does not.
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') || content_type.contains("json") {
        let page: Page =
            serde_json::from_slice(body).map_err(|_| broken("not the JSON of a simple index"))?;
        if !page.meta.api_version.starts_with("1.") {
            return Err(broken("a version of the simple index that is not known"));
        }
        let files = page.files.into_iter().map(|file| File {
            name: file.filename,
            yanked: match file.yanked {
                Yanked::Flag(false) => None,
                Yanked::Flag(true) => Some(String::new()),
                Yanked::Reason(reason) => Some(clean(&reason, 300)),
            },
            date: file.upload_time.as_deref().and_then(day),
        });
        return Ok(published(package, &page.versions, files));
    }
    let text = String::from_utf8_lossy(body);
    let files = html::files(&text);
    let result = published(package, &[], files);
    // A sign-in page also is HTML with status 200. A real page of a project without files has nothing to say either.
    if result.versions.is_empty() {
        return Err(broken("a page that lists no release of the package"));
    }
    Ok(result)
}

fn broken(what: &str) -> Reason {
    Reason::Reply(what.to_owned())
}

/// The day of a time such as `2024-05-06T07:08:09.000Z`.
pub(crate) fn day(time: &str) -> Option<Date> {
    time.get(..10)?.parse().ok()
}

/// One version while its files come in.
#[derive(Default)]
struct Group {
    spelling: String,
    files: usize,
    yanked: usize,
    reason: String,
    date: Option<Date>,
}

/// Gather files into versions, and find the newest.
fn published(package: &Package, versions: &[String], files: impl IntoIterator<Item = File>) -> Published {
    let mut groups: BTreeMap<Pep440, Group> = BTreeMap::new();
    let add = |groups: &mut BTreeMap<Pep440, Group>, spelling: &str| -> Option<Pep440> {
        let version = Pep440::from_str(spelling)
            .ok()
            .filter(|_| spelling.len() <= 100)?;
        let group = groups.entry(version.clone()).or_default();
        if group.spelling.is_empty() {
            group.spelling = clean(spelling.trim(), 100);
        }
        Some(version)
    };
    for version in versions {
        add(&mut groups, version);
    }
    for file in files {
        let group = version_of(package.name(), &file.name)
            .and_then(|version| add(&mut groups, version))
            .and_then(|version| groups.get_mut(&version));
        if let Some(group) = group {
            group.files += 1;
            if let Some(reason) = file.yanked {
                group.yanked += 1;
                group.reason = reason;
            }
            group.date = match (group.date, file.date) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
    }
    let newest = newest(&groups).and_then(|version| groups.get(version));
    Published {
        newest: newest.map(|group| group.spelling.clone()),
        newest_date: newest.and_then(|group| group.date),
        complete: true,
        versions: groups
            .values()
            .map(|group| Version {
                version: group.spelling.clone(),
                date: group.date,
                yanked: group.is_yanked().then(|| group.reason.clone()),
                deprecated: None,
            })
            .collect(),
        ..Published::default()
    }
}

impl Group {
    /// PEP 592 yanks files; a release is yanked when all of them are.
    fn is_yanked(&self) -> bool {
        self.files > 0 && self.yanked == self.files
    }
}

/// What `pip install` would take: the highest final release with a file that is not yanked; without one, the highest
/// pre-release.
fn newest(groups: &BTreeMap<Pep440, Group>) -> Option<&Pep440> {
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
fn version_of<'a>(package: &str, file: &'a str) -> Option<&'a str> {
    let file = file.strip_suffix(".metadata").unwrap_or(file);
    let ends = [
        ".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar.Z", ".egg", ".exe", ".msi", ".rpm",
    ];
    let stem = ends.iter().find_map(|end| file.strip_suffix(end))?;
    // The name may hold `-` in old files: it ends where its normal form is the package's (PEP 503).
    let dashes = stem.char_indices().filter(|(_, c)| *c == '-').map(|(at, _)| at);
    for at in dashes {
        let (name, rest) = stem.split_at(at);
        if Package::new(crate::package::Ecosystem::PyPi, name).is_ok_and(|p| p.name() == package) {
            let rest = rest.get(1..)?;
            // A source archive's version may hold `-` (1.0-1); a wheel's and an egg's may not.
            let whole = Some(rest).filter(|rest| Pep440::from_str(rest).is_ok() && !file.ends_with(".whl"));
            let version = whole.or_else(|| rest.split('-').next())?;
            // Built distributions of old name their platform: `1.0.win32-py2.7.exe`, `1.0.linux-x86_64.tar.gz`.
            let platform = [".win32", ".win-amd64", ".linux", ".macosx"]
                .iter()
                .find_map(|p| version.find(p));
            return version.get(..platform.unwrap_or(version.len()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str) -> Package {
        Package::parse(&format!("pypi:{name}")).unwrap()
    }

    fn files(list: &[(&str, bool)]) -> Vec<File> {
        let file = |(name, yanked): &(&str, bool)| File {
            name: (*name).to_owned(),
            yanked: yanked.then(String::new),
            date: None,
        };
        list.iter().map(file).collect()
    }

    fn newest_of(list: &[(&str, bool)]) -> Option<String> {
        published(&package("a-b"), &[], files(list)).newest
    }

    #[test]
    fn the_newest_is_what_pip_would_install() {
        assert_eq!(
            newest_of(&[("a_b-1.9.tar.gz", false), ("a_b-1.10.tar.gz", false)]).unwrap(),
            "1.10"
        );
        assert_eq!(
            newest_of(&[("a_b-1.0.zip", false), ("a_b-2.0rc1.zip", false)]).unwrap(),
            "1.0"
        );
        assert_eq!(
            newest_of(&[("a_b-1.0.dev1.zip", false), ("a_b-1.0a1.zip", false)]).unwrap(),
            "1.0a1"
        );
        assert_eq!(
            newest_of(&[("a_b-1.0.zip", false), ("a_b-1.1.zip", true)]).unwrap(),
            "1.0"
        );
        let half = [
            ("a_b-1.1.zip", true),
            ("a_b-1.1-py3-none-any.whl", false),
            ("a_b-1.0.zip", false),
        ];
        assert_eq!(newest_of(&half).unwrap(), "1.1");
        assert_eq!(newest_of(&[("a_b-1.0.zip", true)]), None);
        assert_eq!(
            newest_of(&[("a_b-1.0.post1.zip", false), ("a_b-1!0.1.zip", false)]).unwrap(),
            "1!0.1"
        );
    }

    #[test]
    fn a_version_without_files_exists_but_cannot_be_newest() {
        let known = published(
            &package("a-b"),
            &["1.0".into(), "2.0".into()],
            files(&[("a_b-1.0.zip", false)]),
        );
        assert_eq!((known.newest.as_deref(), known.versions.len()), (Some("1.0"), 2));
    }

    #[test]
    fn versions_are_read_from_file_names() {
        for (file, version) in [
            ("a_b-1.0-py3-none-any.whl", Some("1.0")),
            ("A.B-1.0-2-cp39-cp39-linux_x86_64.whl", Some("1.0")),
            ("a-b-1.0.post1.tar.gz", Some("1.0.post1")),
            ("a-b-1.0-1.tar.gz", Some("1.0-1")),
            ("a_b-1.0-py2.7.egg", Some("1.0")),
            ("a-b-1.0.win32-py2.7.exe", Some("1.0")),
            ("a_b-1.0.linux-x86_64.tar.gz", Some("1.0")),
            ("a_b_c-1.0.tar.gz", None),
            ("a_b-1.0.txt", None),
            ("a-b", None),
            ("é-1.zip", None),
        ] {
            assert_eq!(version_of("a-b", file), version, "{file}");
        }
    }

    #[test]
    fn a_page_that_is_no_index_is_no_answer() {
        for body in [
            "<html>Sign in <a href='/login'>here</a>",
            "{}",
            "[]",
            "",
            "{\"meta\":{\"api-version\":\"2.0\"}}",
        ] {
            assert!(
                read(&package("a"), "text/html", body.as_bytes()).is_err(),
                "{body}"
            );
        }
    }
}
