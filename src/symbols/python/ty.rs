//! What is known about the type of an expression.

use crate::symbols::distinct::distinct;
use crate::symbols::reference::Undecided;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// A class of the release: its module and its index there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId {
    /// The full name of the module.
    pub module: Arc<str>,
    /// The index in the module's summary.
    pub index: usize,
}

/// A function of the release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId {
    /// The full name of the module.
    pub module: Arc<str>,
    /// The index in the module's summary.
    pub index: usize,
}

/// What a function gets as its first argument.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// Nothing: a function of a module, a static method.
    None,
    /// A method taken from a class: it gets whatever is passed.
    Unbound(ClassId),
    /// An instance, with its type arguments.
    Instance(ClassId, Vec<Ty>),
    /// A class.
    Class(ClassId),
}

/// A type, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    /// Nothing is known, and it may have nothing to do with the package.
    Unknown,
    /// It comes from the package, and its type is not known.
    UnknownOfPackage,
    /// Known, and not of the package: a text, a number, a class of another package.
    Foreign,
    /// `None`.
    None,
    /// A module of the release.
    Module(String),
    /// A name of another package, by its full name.
    External(String),
    /// A class.
    Class(ClassId),
    /// An instance of a class, with its type arguments.
    Instance(ClassId, Vec<Ty>),
    /// A function or a method.
    Function(FunctionId, Subject),
    /// One of several.
    Union(Vec<Ty>),
    /// A list, an iterator, anything that gives these one by one; whether with `async for`.
    Items(Box<Ty>, bool),
    /// A dictionary with these values.
    Map(Box<Ty>),
    /// What `await` gives.
    Awaitable(Box<Ty>),
    /// A tuple.
    Tuple(Vec<Ty>),
    /// What `with` gives; whether with `async with`.
    Context(Box<Ty>, bool),
    /// The value is a type: an alias of an annotation.
    Form(Box<Ty>),
}

impl Ty {
    /// One of several types; equal ones count once.
    #[must_use]
    pub fn union(types: Vec<Self>) -> Self {
        let parts = types.into_iter().flat_map(|ty| match ty {
            Self::Union(parts) => parts,
            one => vec![one],
        });
        let mut flat = distinct(parts, usize::MAX);
        // `None` has no members that code uses: treat `X | None` as `X`.
        if flat.len() > 1 {
            flat.retain(|ty| *ty != Self::None);
        }
        match flat.len() {
            0 => Self::None,
            1 => flat.remove(0),
            _ => Self::Union(flat),
        }
    }

    /// The alternatives; one for most types.
    #[must_use]
    pub fn alternatives(&self) -> &[Self] {
        match self {
            Self::Union(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }

    /// Whether everything about it is known and of the package.
    #[must_use]
    pub fn is_of_package(&self) -> bool {
        match self {
            Self::Module(_) | Self::Class(_) | Self::Instance(..) | Self::Function(..) => true,
            Self::Union(parts) => parts.iter().all(Self::is_of_package),
            Self::Items(inner, _) | Self::Map(inner) | Self::Awaitable(inner) | Self::Context(inner, _) => {
                inner.is_of_package()
            }
            _ => false,
        }
    }
}

/// What a search for a name found.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup {
    /// It exists.
    Found(Ty),
    /// It does not exist.
    Missing,
    /// It may exist.
    Unknown(Undecided),
}

/// The scope of an annotation.
#[derive(Clone, Debug)]
pub(super) struct TypeScope {
    /// The module.
    pub module: Arc<str>,
    /// The enclosing class.
    pub class: Option<ClassId>,
    /// What `Self` and the first parameter are.
    pub receiver: Option<Ty>,
    /// Type variables.
    pub variables: Rc<BTreeMap<String, Ty>>,
}

impl TypeScope {
    pub fn new(module: &str, class: Option<ClassId>) -> Self {
        Self {
            module: module.into(),
            class,
            receiver: None,
            variables: Rc::default(),
        }
    }
}

/// A function whose `**kwargs` are followed, with the class that it is called on.
pub(super) type ForwardKey = (FunctionId, Option<ClassId>);

/// The keywords that a function takes, or why it may take any.
pub(super) type Keywords = Result<KeywordSet, Undecided>;

/// Names of keywords.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeywordSet {
    /// The names that are known.
    pub names: BTreeSet<String>,
    /// Whether some of them come through `**kwargs`: the code then decides on the others, not the signature.
    pub takes_more: bool,
}

impl KeywordSet {
    /// Take the keywords of another function, too.
    pub fn extend(&mut self, other: Self) {
        self.names.extend(other.names);
        self.takes_more |= other.takes_more;
    }
}

impl From<BTreeSet<String>> for KeywordSet {
    fn from(names: BTreeSet<String>) -> Self {
        Self {
            names,
            takes_more: false,
        }
    }
}

/// One step of the order in which the bases of a class are searched.
#[derive(Clone)]
pub(super) enum Base {
    /// A class of the release, with the meaning of its type variables.
    Own(ClassId, BTreeMap<String, Ty>),
    /// A class of another package.
    External(String),
    /// Something that cannot be followed.
    Unknown,
}
