//! Check documents while they change, as an editor does, with what earlier runs read of releases: nothing is downloaded.

use super::symbols::{self, StoredTable, Symbols};
use crate::document::Document;
use crate::releases::{ArchiveRequest, PackageLookups};
use crate::rule::Context;
use crate::symbols::{EntrySymbols, ReleaseSymbols};

impl Symbols {
    /// Check a document with stored tables, unless a source of the config decides about it. Where there is no table, or
    /// one that is not enough, nothing is known.
    pub(super) fn update_stored(
        &mut self,
        document: &Document,
        entry: &Document,
        releases: &PackageLookups,
        context: &Context<'_>,
    ) {
        let Some(stored) = &self.stored else { return };
        let target = symbols::target(document, entry, releases, context, stored.releases);
        let Some(target) = target else {
            self.checks.remove(&document.path);
            return;
        };
        let against = |version: &String| {
            let request = ArchiveRequest {
                package: target.package.clone(),
                version: version.clone(),
            };
            match symbols::stored(&request, &[document], stored.index.as_ref()) {
                StoredTable::Complete(_, mut found) => Some(ReleaseSymbols {
                    version: version.clone(),
                    uses: Ok(found.pop()?),
                }),
                StoredTable::Incomplete(_) => None,
            }
        };
        let (declared, newest) = (
            against(&target.declared),
            target.newest.as_ref().and_then(against),
        );
        if declared.is_none() && newest.is_none() {
            self.checks.remove(&document.path);
            return;
        }
        let symbols = EntrySymbols {
            package: target.package.clone(),
            declared,
            newest,
        };
        self.checks.insert(document.path.clone(), symbols);
    }
}
