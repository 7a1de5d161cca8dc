//! A static site about a finished run: an overview and a page for each entry, which open from disk.
//!
//! Documents are untrusted. Their texts reach a page as [`SafeText`](crate::safe_text::SafeText) or as lines of
//! [`SafeSource`](crate::safe_text::SafeSource), and every text that is not markup of this program is escaped by the type
//! that the templates write. Only `raw.rs` makes markup of a string.

mod charts;
mod entry;
pub mod folder;
pub mod history;
mod list;
pub mod model;
pub mod names;
mod overview;
pub mod page;
mod raw;
mod source;
mod svg;
mod table;
mod time_line;

use crate::report::Run;
use crate::report::finding::Finding;
use model::{Site, SiteEntry};
use std::collections::BTreeMap;

/// A file of the site.
#[derive(Debug)]
pub struct SiteFile {
    /// Its path in the site. It is made of ASCII letters, digits, `-`, `.` and `/`.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// A site that is ready to be written, file by file.
#[derive(Debug)]
pub struct Pages<'a> {
    site: &'a Site,
    run: &'a Run<'a>,
    by_entry: Vec<Vec<Finding<'a>>>,
    outside: Vec<Finding<'a>>,
}

impl<'a> Pages<'a> {
    /// The pages of a site with the findings of a run.
    #[must_use]
    pub fn new(site: &'a Site, run: &'a Run<'a>) -> Self {
        let mut at: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, entry) in site.entries.iter().enumerate() {
            for file in &entry.files {
                at.insert(file.as_str(), index);
            }
        }
        let mut by_entry: Vec<Vec<Finding<'a>>> = site.entries.iter().map(|_| Vec::new()).collect();
        let mut outside = Vec::new();
        for (diagnostic, finding) in run.diagnostics.iter().zip(run.findings()) {
            match at
                .get(diagnostic.path.as_str())
                .and_then(|index| by_entry.get_mut(*index))
            {
                Some(findings) => findings.push(finding),
                None => outside.push(finding),
            }
        }
        Self {
            site,
            run,
            by_entry,
            outside,
        }
    }

    /// How many files there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.site.entries.len() + SHARED_FILE_COUNT
    }

    /// One of the files.
    #[must_use]
    pub fn file(&self, at: usize) -> SiteFile {
        let file = |name: &str, text: String| SiteFile {
            name: name.to_owned(),
            text,
        };
        match at {
            0 => file(
                names::OVERVIEW,
                overview::page(self.site, self.run, &self.by_entry, &self.outside),
            ),
            1 => file(names::LIST, list::page(self.site, &self.by_entry)),
            2 => file(names::STYLE, include_str!("site.css").to_owned()),
            3 => file(names::SCRIPT, include_str!("site.js").to_owned()),
            at => {
                let entry = self.site.entries.get(at - SHARED_FILE_COUNT);
                let findings = self
                    .by_entry
                    .get(at - SHARED_FILE_COUNT)
                    .map_or(&[][..], Vec::as_slice);
                let text = entry.map(|entry| entry::page(self.site, self.run, entry, findings));
                file(
                    &entry.map_or_else(String::new, SiteEntry::address),
                    text.unwrap_or_default(),
                )
            }
        }
    }
}

/// The files that every site has.
const SHARED_FILE_COUNT: usize = 4;
