//! What is known about the type of an expression.

use crate::symbols::distinct::distinct;
use crate::symbols::reference::Undecided;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// How a module is loaded: it decides which condition of `exports` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ModuleMode {
    /// `import`, `import()` and `export ... from`.
    Import,
    /// `require()`.
    Require,
}

/// A part of a file that declares names: the file itself, or the body of a namespace or an ambient module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId {
    /// The file.
    pub file: Arc<str>,
    /// The index in the file's summary.
    pub index: usize,
}

/// All declarations of one name in a scope: a class, an interface and a namespace may share it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId {
    /// Where it is declared.
    pub scope: ScopeId,
    /// Its name there.
    pub name: Arc<str>,
}

/// Members, functions or a class without a name, by their index in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartId {
    /// The file.
    pub file: Arc<str>,
    /// The index in the file's summary.
    pub index: usize,
}

/// The meaning of type parameters and `this`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypeScope {
    /// Type parameters.
    pub variables: BTreeMap<String, Ty>,
    /// `this`.
    pub this: Option<Ty>,
}

/// A type, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    /// Nothing is known, and it may have nothing to do with the package.
    Unknown,
    /// It comes from the package, and its type is not known.
    UnknownOfPackage,
    /// Known, and not of the package: a text, a number, a class of another package or of the language.
    Foreign,
    /// `undefined`, `null` and `void`.
    Nothing,
    /// The namespace object of a module: its parts, how messages call it, and how it was loaded.
    Module(Vec<ScopeId>, Arc<str>, ModuleMode),
    /// A declared name: the static side of a class, a function, an enum, a namespace, a type.
    Entity(EntityId),
    /// A class expression.
    Class(PartId),
    /// An instance of a class or interface, with its type arguments.
    Instance(EntityId, Rc<[Self]>),
    /// Members that are written in place: a type literal, an object literal, an instance of a class expression.
    Object(PartId, Rc<TypeScope>),
    /// A function or method: all its signatures.
    Function(Vec<PartId>, Rc<TypeScope>),
    /// A name of another package or of the language: module (empty for a global) and name, with type arguments.
    External(Arc<str>, Arc<str>, Rc<[Self]>),
    /// What `await` gives.
    Promise(Rc<Self>),
    /// What an array or an iterator gives one by one; whether only `for await` does.
    Items(Rc<Self>, bool),
    /// An array of which each place has its own type.
    Tuple(Rc<[Self]>),
    /// One of several.
    Union(Vec<Self>),
    /// All of several.
    Intersection(Vec<Self>),
}

impl Ty {
    /// One of several types; equal ones count once.
    #[must_use]
    pub fn union(types: Vec<Self>) -> Self {
        let parts = types.into_iter().flat_map(|ty| match ty {
            Self::Union(parts) => parts,
            one => vec![one],
        });
        // Stop one above the limit, which shows that there are too many. `Nothing` does not count and is removed below.
        let mut flat = distinct(parts, MAX_PARTS + 2);
        // `undefined` has no members that code uses: treat `X | undefined` as `X`.
        if flat.len() > 1 {
            flat.retain(|ty| *ty != Self::Nothing);
        }
        match flat.len() {
            0 => Self::Nothing,
            1 => flat.remove(0),
            // With this many alternatives it is data, not objects with methods.
            2..=MAX_PARTS => Self::Union(flat),
            _ => Self::UnknownOfPackage,
        }
    }

    /// All of several types.
    #[must_use]
    pub fn intersection(types: Vec<Self>) -> Self {
        let parts = types.into_iter().flat_map(|ty| match ty {
            Self::Intersection(parts) => parts,
            one => vec![one],
        });
        let mut flat = distinct(parts, MAX_PARTS + 1);
        match flat.len() {
            0 => Self::UnknownOfPackage,
            1 => flat.remove(0),
            2..=MAX_PARTS => Self::Intersection(flat),
            _ => Self::UnknownOfPackage,
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

    /// Whether everything about it is known and of the package: such a name may be carried into later blocks.
    #[must_use]
    pub fn is_of_package(&self) -> bool {
        match self {
            Self::Unknown | Self::UnknownOfPackage | Self::Foreign | Self::Nothing | Self::External(..) => {
                false
            }
            Self::Module(..)
            | Self::Entity(_)
            | Self::Class(_)
            | Self::Instance(..)
            | Self::Object(..)
            | Self::Function(..) => true,
            Self::Promise(inner) | Self::Items(inner, _) => inner.is_of_package(),
            Self::Tuple(parts) => parts.iter().any(Self::is_of_package),
            Self::Union(parts) => parts.iter().all(Self::is_of_package),
            Self::Intersection(parts) => parts.iter().any(Self::is_of_package),
        }
    }

    /// How many types it is made of, counted up to `most`.
    pub(super) fn weight(&self, most: usize) -> usize {
        let sum = |parts: &[Self]| {
            let mut total = 1;
            for part in parts {
                if total > most {
                    break;
                }
                total += part.weight(most - total.min(most));
            }
            total
        };
        match self {
            Self::Instance(_, parts) | Self::External(_, _, parts) | Self::Tuple(parts) => sum(parts),
            Self::Union(parts) | Self::Intersection(parts) => sum(parts),
            Self::Promise(inner) | Self::Items(inner, _) => 1 + inner.weight(most),
            Self::Object(_, scope) | Self::Function(_, scope) => {
                let variables: usize = scope.variables.values().map(|ty| ty.weight(most)).sum();
                1 + variables + scope.this.as_ref().map_or(0, |this| this.weight(most))
            }
            _ => 1,
        }
    }
}

/// The most parts of a union or intersection that are kept.
const MAX_PARTS: usize = 32;

/// What a search for a name found.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup {
    /// It exists.
    Found(Ty),
    /// It does not exist; the names that are there instead, for suggestions.
    Missing(Vec<String>),
    /// It may exist.
    Unknown(Undecided),
}
