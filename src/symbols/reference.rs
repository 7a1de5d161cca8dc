//! One use of a symbol, and what was found out about it.

use crate::document::HubPath;
use crate::text::Span;

/// How something is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolKind {
    /// `import a.b`
    Import,
    /// `from a import b`
    From,
    /// An attribute of a module.
    Attribute,
    /// A member of a class or an instance.
    Member,
    /// A keyword argument.
    Keyword,
}

/// One use of a symbol in a document.
#[derive(Clone, Debug, PartialEq)]
pub struct SymbolUse {
    /// The file.
    pub path: HubPath,
    /// The name.
    pub span: Span,
    /// Where it is reported: the name, or the module when that is what is missing.
    pub place: Span,
    /// How it is used.
    pub kind: SymbolKind,
    /// The symbol: `Users.get_user`, `httpx.Client`, `Timeout(connect=)`.
    pub symbol: String,
    /// What was found out.
    pub outcome: Outcome,
    /// The function or class as a line of its language, when it was found.
    pub signature: Option<String>,
}

/// What was found out about a use.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The release has it.
    Found,
    /// The release does not have it.
    Missing {
        /// The names that are there instead, for suggestions.
        candidates: Vec<String>,
        /// The module that is missing, where that is the reason.
        module: Option<String>,
    },
    /// It was not decided.
    Undecided(Undecided),
}

impl Outcome {
    /// The outcome, given whether the surrounding text marks the code as outdated: then nothing is reported as missing.
    #[must_use]
    pub fn unless_marked_outdated(self, is_marked_outdated: bool) -> Self {
        match self {
            Self::Missing { .. } if is_marked_outdated => Self::Undecided(Undecided::MarkedOutdated),
            other => other,
        }
    }
}

/// Why something could not be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undecided {
    /// The type of the value is not known.
    Type,
    /// The class sets or looks up attributes by computation, or has a base, a metaclass or a decorator that may.
    OpenClass,
    /// The module may have names that do not appear in its source.
    OpenModule,
    /// A folder that other packages may add modules to.
    OpenFolder,
    /// The module is compiled.
    Native,
    /// The module cannot be read.
    Unread,
    /// It may belong to another package.
    NotOwned,
    /// The function takes any keyword.
    Kwargs,
    /// The function has a decorator that may change its parameters.
    Decorated,
    /// The text says that the code is old, wrong or for another version.
    MarkedOutdated,
    /// The document sets it itself.
    SetByDocument,
    /// Too many steps.
    TooDeep,
}

impl Undecided {
    /// The reason, to go after a number of uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "the type is not known",
            Self::OpenClass => "the class may have other members",
            Self::OpenModule => "the module may have other names",
            Self::OpenFolder => "other packages may add modules",
            Self::Native => "the module is compiled",
            Self::Unread => "the module cannot be read",
            Self::NotOwned => "it may belong to another package",
            Self::Kwargs => "the function takes any keyword",
            Self::Decorated => "a decorator may change the parameters",
            Self::MarkedOutdated => "the text says that the code is old, wrong or for another version",
            Self::SetByDocument => "the document sets it itself",
            Self::TooDeep => "it takes too many steps",
        }
    }
}
