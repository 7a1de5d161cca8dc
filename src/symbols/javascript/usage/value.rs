//! The value of an expression: something of the release, or something that the document makes.

use super::super::ty::Ty;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The value of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// A type of the release, or nothing known.
    Ty(Ty),
    /// A function of the document, by what a call gives.
    Function(Rc<Value>),
    /// An object literal of the document.
    Object(Rc<BTreeMap<String, Value>>),
    /// A class of the block, by its index.
    Class(usize),
    /// An instance of a class of the block.
    Instance(usize),
    /// What `await` gives.
    Promise(Rc<Value>),
}

impl Value {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self::Ty(Ty::Unknown);

    /// The type, as far as the release knows it.
    pub fn into_ty(self) -> Ty {
        match self {
            Self::Ty(ty) => ty,
            Self::Promise(inner) => match &*inner {
                Self::Ty(ty) => Ty::Promise(Rc::new(ty.clone())),
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        }
    }

    /// Whether everything about it is known and of the package: such a name may be carried into later blocks.
    pub fn is_of_package(&self) -> bool {
        match self {
            Self::Ty(ty) => ty.is_of_package(),
            Self::Function(inner) | Self::Promise(inner) => inner.is_of_package(),
            Self::Object(members) => members.values().any(Self::is_of_package),
            // They are known in their block alone.
            Self::Class(_) | Self::Instance(_) => false,
        }
    }

    /// What `await` on the value of an async function gives.
    pub fn promised(self) -> Self {
        match self {
            // An async function that returns a promise gives what that promise gives.
            Self::Ty(promise @ Ty::Promise(_)) => Self::Ty(promise),
            Self::Ty(Ty::Unknown) => Self::UNKNOWN,
            Self::Ty(ty) => Self::Ty(Ty::Promise(Rc::new(ty))),
            promise @ Self::Promise(_) => promise,
            other => Self::Promise(Rc::new(other)),
        }
    }

    /// One of several values: a name with several bindings, `a ?? b`. Nothing is known when one of them may have
    /// nothing to do with the package.
    pub fn join(values: impl IntoIterator<Item = Self>) -> Self {
        let mut different: Vec<Self> = Vec::new();
        for value in values {
            if value != Self::Ty(Ty::Nothing) && !different.contains(&value) {
                different.push(value);
            }
        }
        if different.len() < 2 {
            return different.pop().unwrap_or(Self::Ty(Ty::Nothing));
        }
        let types: Option<Vec<Ty>> = different
            .into_iter()
            .map(|value| match value {
                Self::Ty(ty) if ty.is_of_package() => Some(ty),
                _ => None,
            })
            .collect();
        types.map_or(Self::UNKNOWN, |types| Self::Ty(Ty::union(types)))
    }
}
