//! Which package each document covers, and every package that it tells an agent to install. Data only.

use super::Package;
use crate::document::HubPath;
use crate::text::Span;
use std::collections::BTreeMap;

/// What is known about the packages of every document.
#[derive(Clone, Debug, Default)]
pub struct PackageResolution {
    by_path: BTreeMap<HubPath, ResolvedPackages>,
}

/// The packages of one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResolvedPackages {
    /// What the document covers.
    pub choice: PackageChoice,
    /// How sure that is.
    pub confidence: Confidence,
    /// Everything that was considered, best first.
    pub candidates: Vec<PackageCandidate>,
    /// What names them, when it is not the evidence.
    pub named_by: Option<NamedBy>,
    /// What the evidence clearly says instead, where the reviewed mapping decides.
    pub contradicted: Option<Package>,
    /// The package that it is about, when every command takes it from a private registry. It is not a package of
    /// PyPI or npm, so the choice is `None`.
    pub in_house: Option<Package>,
    /// Whether the chosen package has nothing of the entry's own name: an entry about an extension, `flask/docs/postgres`,
    /// may be taken for one about its host. Such a package has to have the declared version.
    pub has_other_name: bool,
    /// Every package that a command or a dependency table installs, in order of place.
    pub installs: Vec<Install>,
}

/// Where the packages of a document are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// `package` under `metadata`.
    FrontMatter,
    /// A `[[package]]` row of the config, with its `path`.
    Config(String),
    /// The reviewed mapping.
    Mapping,
}

/// What a document covers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PackageChoice {
    /// These packages, most often one.
    Packages(Vec<Package>),
    /// No package of any registry: a REST API, a language.
    None,
    /// It cannot be determined.
    #[default]
    Unresolved,
}

/// How sure the choice is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The evidence is too weak for a choice.
    #[default]
    Unresolved,
    /// The evidence agrees.
    Medium,
    /// Strong evidence of several kinds, and no alternative.
    High,
    /// Set explicitly in the front matter, the config or the reviewed mapping.
    Explicit,
}

impl Confidence {
    /// The word users see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Explicit => "explicit",
        }
    }
}

/// A package that a document may cover.
#[derive(Clone, Debug, PartialEq)]
pub struct PackageCandidate {
    /// The package.
    pub package: Package,
    /// The sum of its evidence.
    pub points: i32,
    /// Each piece of evidence with its points, as text.
    pub reasons: Vec<(i32, String)>,
}

/// A package that a document tells an agent to install.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// The package.
    pub package: Package,
    /// Its name as written.
    pub span: Span,
    /// A pinned version and its place: `==1.2`, `@1.2`.
    pub pin: Option<(String, Span)>,
    /// The first version of a range and its place: `^1.2`, `>=1.2`.
    pub range: Option<(String, Span)>,
    /// Whether the text around it says not to do it, or it is output or a comment: no reason to check it.
    pub negative: bool,
}

impl PackageResolution {
    /// Remember a document's packages.
    pub fn insert(&mut self, path: HubPath, covered: ResolvedPackages) {
        self.by_path.insert(path, covered);
    }

    /// Forget a document.
    pub fn remove(&mut self, path: &HubPath) {
        self.by_path.remove(path);
    }

    /// The packages of a document; `None` without a search.
    #[must_use]
    pub fn get(&self, path: &HubPath) -> Option<&ResolvedPackages> {
        self.by_path.get(path)
    }

    /// Every document's, in order of path.
    pub fn iter(&self) -> impl Iterator<Item = (&HubPath, &ResolvedPackages)> {
        self.by_path.iter()
    }
}

impl ResolvedPackages {
    /// The packages that the document covers.
    #[must_use]
    pub fn packages(&self) -> &[Package] {
        match &self.choice {
            PackageChoice::Packages(packages) => packages,
            PackageChoice::None | PackageChoice::Unresolved => &[],
        }
    }

    /// The packages that the document installs and that are checked. `package: none` says that the entry is not about
    /// packages of a public registry, so nothing is asked about those that it installs.
    pub fn checked_installs(&self) -> impl Iterator<Item = &Install> {
        let none = self.says_none();
        let installs = self.installs.iter();
        installs.filter(move |install| !none && !install.negative)
    }

    /// Whether the front matter, the config or the mapping says `package: none`.
    #[must_use]
    pub fn says_none(&self) -> bool {
        self.choice == PackageChoice::None && self.confidence == Confidence::Explicit
    }

    /// The candidates to name in a message or file, best first; `is_there` says which packages may exist.
    #[must_use]
    pub fn best_candidates(&self, is_there: impl Fn(&Package) -> bool) -> Vec<String> {
        let plausible = self.candidates.iter().filter(|candidate| candidate.points > 0);
        plausible
            .filter(|candidate| is_there(&candidate.package))
            .take(3)
            .map(|candidate| candidate.package.to_string())
            .collect()
    }
}
