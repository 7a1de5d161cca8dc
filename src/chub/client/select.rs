//! Which part of an entry a language and a version select, as the hub's client resolves them (`resolveDocPath` in
//! registry.js of `@aisuite/chub` 0.1.4).

use super::format::{items, text};
use super::rank::{CatalogEntry, full_language};
use crate::chub::js::JsValue;

/// The part of an entry that has a path and files.
#[derive(Clone, Copy, Debug)]
pub struct SelectedPart<'a> {
    /// The object of a skill, or of a version of a document.
    pub value: &'a JsValue,
    /// The name of its main file.
    pub main: &'static str,
}

/// Why nothing is selected, with the names that could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectError<'a> {
    /// A document, and no language is given.
    NeedsLanguage(Vec<&'a str>),
    /// A language that it does not have.
    NoLanguage(Vec<&'a str>),
    /// A version that it does not have.
    NoVersion(Vec<&'a str>),
    /// A language without versions.
    NoContent,
}

/// Select a part of an entry. Empty texts count as not given, and without a version the recommended one is selected.
///
/// # Errors
/// When the entry has no such part.
pub fn select<'a>(
    entry: &'a CatalogEntry,
    lang: Option<&str>,
    version: Option<&str>,
) -> Result<SelectedPart<'a>, SelectError<'a>> {
    let Some(languages) = entry.value.get("languages").and_then(JsValue::as_array) else {
        return Ok(SelectedPart {
            value: &entry.value,
            main: "SKILL.md",
        });
    };
    let names = || {
        languages
            .iter()
            .map(|language| text(language, "language"))
            .collect()
    };
    let lang = lang.filter(|lang| !lang.is_empty());
    let lang = lang.ok_or_else(|| SelectError::NeedsLanguage(names()))?;
    let full = full_language(lang);
    let mut all = languages.iter();
    let language = all.find(|language| text(language, "language") == full);
    let language = language.ok_or_else(|| SelectError::NoLanguage(names()))?;
    let versions = items(language, "versions");
    let of = |wanted: &str| versions.iter().find(|one| text(one, "version") == wanted);
    let value = match version.filter(|version| !version.is_empty()) {
        Some(wanted) => of(wanted).ok_or_else(|| {
            let known = versions.iter().map(|one| text(one, "version"));
            SelectError::NoVersion(known.collect())
        })?,
        None => of(text(language, "recommendedVersion"))
            .or(versions.first())
            .ok_or(SelectError::NoContent)?,
    };
    Ok(SelectedPart {
        value,
        main: "DOC.md",
    })
}
