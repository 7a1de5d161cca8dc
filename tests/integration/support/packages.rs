//! Releases made of a few files, and the symbols of documents against them.

use super::page::Example;
use chub_lint::document::Document;
use chub_lint::package::Package;
use chub_lint::pipeline::Workspace;
use chub_lint::rules::freshness;
use chub_lint::symbols::{self, EntrySymbols, Files, Release, ReleaseSymbols, SymbolChecks};
use std::collections::BTreeMap;

/// The files of each release by `pypi:widget==1.0.0` and path.
pub type Packages = BTreeMap<String, PackageFiles>;

/// The files of one release: path and text.
pub type PackageFiles = BTreeMap<String, String>;

struct InMemory(PackageFiles);

impl Files for InMemory {
    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        self.0
            .get(name)
            .map(|text| text.clone().into())
            .ok_or_else(|| "no such file".to_owned())
    }
}

/// A release of a package with these files.
pub fn release(package: &Package, files: &PackageFiles) -> Release {
    Release::new(package, Box::new(InMemory(files.clone())))
}

/// The release and the path of an example that is a file of a package.
pub fn file_of(example: &Example) -> Option<(String, String)> {
    let release = example
        .words
        .iter()
        .find_map(|word| word.strip_prefix("package="))?;
    Some((release.to_owned(), example.path().to_owned()))
}

/// The symbols of each entry of a hub, against the releases that it declares and that its registry data call newest.
/// Panics where no files of a release are given.
pub fn symbols(workspace: &Workspace, packages: &Packages) -> SymbolChecks {
    let (context, releases) = (workspace.context(), workspace.releases().expect("registry data"));
    let mut checks = SymbolChecks::default();
    for document in workspace.hub().documents() {
        let claims = freshness::version_claims(document, releases, &context);
        let Some(claim) = claims.first() else { continue };
        let Some(verdict) = freshness::freshness(claim, &context) else {
            continue;
        };
        let of = |version: &str| against(document, packages, claim.package, version);
        let (declared, newest) = (verdict.declared.as_str(), verdict.newest.version.as_str());
        let symbols = EntrySymbols {
            package: claim.package.clone(),
            declared: Some(of(declared)),
            newest: (newest != declared).then(|| of(newest)),
        };
        checks.insert(document.path.clone(), symbols);
    }
    checks
}

fn against(document: &Document, packages: &Packages, package: &Package, version: &str) -> ReleaseSymbols {
    let name = format!("{package}=={version}");
    let files = packages
        .get(&name)
        .unwrap_or_else(|| panic!("no block has a file of {name}"));
    let release = release(package, files);
    let uses = symbols::uses(document, &release);
    assert_eq!(release.read_error(), None, "{name}");
    ReleaseSymbols {
        version: version.to_owned(),
        uses: Ok(uses),
    }
}
