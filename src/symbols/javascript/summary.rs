//! What one file of a package says about its names: small, without positions, and the same for each run.
//!
//! It is data only. `read.rs` makes it from source, `release.rs` and its parts look names up in it.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One file: declarations or source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// What declares names: first the file itself, then the bodies of namespaces and ambient modules.
    pub scopes: Vec<Scope>,
    /// Classes, interfaces, enums and literals of objects, wherever they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<Shape>,
    /// Functions, methods and signatures, wherever they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<Function>,
    /// The bodies of `declare module "NAME"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub ambient: BTreeMap<String, Vec<usize>>,
    /// The bodies of `declare global`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub globals: Vec<usize>,
    /// What it loads without a name: `/// <reference path>`, `import "./x"`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loads: Vec<String>,
    /// Whether it is a module: otherwise its names are global.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_module: bool,
    /// Members that it adds to interfaces of other modules.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub added: BTreeSet<String>,
    /// Whether it has functions with which others add members to objects: `use`, `extend`, `register`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_extensible: bool,
}

/// How many scopes outwards are looked at.
const MAX_NESTED: usize = 64;

impl File {
    /// Whether what a scope declares is global: any other package may add to it.
    pub fn is_global(&self, scope: usize) -> bool {
        let mut at = scope;
        // The parent of a scope has a lower index.
        for _ in 0..MAX_NESTED {
            if self.globals.contains(&at) {
                return true;
            }
            if self.ambient.values().any(|bodies| bodies.contains(&at)) {
                return false;
            }
            match self.scopes.get(at).and_then(|read| read.parent) {
                Some(parent) if parent < at => at = parent,
                _ => return !self.is_module,
            }
        }
        // It may be, so deep.
        true
    }
}

/// A file, or the body of a namespace or an ambient module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// The enclosing scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    /// The name of the namespace, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Each name with all its declarations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, Vec<Def>>,
    /// Each exported name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub exports: BTreeMap<String, Vec<Export>>,
    /// The modules of `export * from`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stars: Vec<String>,
    /// The values assigned by `export =` and `module.exports =`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub equals: Vec<Value>,
    /// Whether every declaration is exported, as in ambient scopes without a list of exports.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exports_all: bool,
    /// Whether it may export more than is written.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_open: bool,
}

/// What a name is declared as.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Def {
    /// A class, by its shape.
    Class(usize),
    /// An interface, by its shape.
    Interface(usize),
    /// An enum, by its shape.
    Enum(usize),
    /// One signature of a function.
    Function(usize),
    /// A namespace, by its scope.
    Namespace(usize),
    /// A type alias.
    Alias(Vec<TypeParameter>, Type),
    /// A variable with its annotation and its value.
    Value(Option<Type>, Option<Value>),
    /// A name of a module.
    Import(String, String),
    /// A whole module: `import * as x`.
    Module(String),
    /// What `require()` gives: `import x = require()`.
    Require(String),
    /// `import A = B.C`.
    Path(Vec<String>),
}

/// What an exported name is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Export {
    /// A name of the same scope.
    Local(String),
    /// A name of a module.
    From(String, String),
    /// A whole module: `export * as x from`.
    Module(String),
    /// A value: `export default`, `exports.x =`.
    Value(Value),
}

/// A class, an interface, an enum or the literal of an object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Its name, or that of the variable or property that it belongs to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The enclosing scope.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub scope: usize,
    /// Its type parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<TypeParameter>,
    /// What it extends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<Base>,
    /// The members of an instance, of an enum or of the object.
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    pub members: Members,
    /// The static members.
    #[serde(default, skip_serializing_if = "Members::is_empty")]
    pub statics: Members,
    /// Whether `new` cannot be called: what is declared with it may be of any class that extends it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_abstract: bool,
    /// Whether it is an object that the code writes, not the type of one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_literal: bool,
}

/// What a class or an interface extends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Base {
    /// `class extends value<T>`.
    Value(Value, Vec<Type>),
    /// `interface extends Type`.
    Type(Type),
}

/// Members.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Members {
    /// By name, with all declarations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, Vec<Member>>,
    /// The functions that a call of it may run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<usize>,
    /// The functions that `new` may run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constructs: Vec<usize>,
    /// What the index signature gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<Box<Type>>,
    /// Whether there may be more than is written.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_open: bool,
}

impl Members {
    /// Whether a member is a function.
    pub fn has_methods(&self) -> bool {
        let is_method = |member: &Member| {
            matches!(
                member,
                Member::Method(_) | Member::Property(Some(Type::Function(_)), _)
            )
        };
        !self.calls.is_empty() || self.names.values().flatten().any(is_method)
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A member.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Member {
    /// One signature of a method.
    Method(usize),
    /// A property or an accessor, with its annotation and its value.
    Property(Option<Type>, Option<Value>),
}

/// A function, a method, or the type of one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// The enclosing scope.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub scope: usize,
    /// Its type parameters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<TypeParameter>,
    /// Its parameters in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// The annotation of what it returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<Type>,
    /// What it returns, where it has no annotation and is only a `return`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<Value>,
    /// Whether it is `async`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_async: bool,
    /// As it is written, without its body.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its annotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Type>,
    /// Whether a call may leave it out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_optional: bool,
    /// Whether it takes all arguments that are left.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_rest: bool,
}

/// A type parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypeParameter {
    /// Its name.
    pub name: String,
    /// Its default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Type>,
}

/// A type, as it is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Type {
    /// A name with dots, and type arguments.
    Name(Vec<String>, Vec<Type>),
    /// `typeof a.b`.
    Query(Vec<String>),
    /// `import("module").a.b<T>`; whether it is `typeof import()`.
    Import(String, Vec<String>, Vec<Type>, bool),
    /// A literal with members, by its shape.
    Object(usize),
    /// A function.
    Function(usize),
    /// One of several.
    Union(Vec<Type>),
    /// All of several.
    Intersection(Vec<Type>),
    /// `T[]`.
    Array(Box<Type>),
    /// `[A, B]`.
    Tuple(Vec<Type>),
    /// `T["name"]`.
    Index(Box<Type>, String),
    /// `this`.
    This,
    /// `undefined`, `null`, `void`, `never`.
    Nothing,
    /// A text, a number and other plain values.
    Plain,
    /// `any`, `unknown`, and what is computed from other types.
    Unknown,
}

/// A value, as far as a type can be read from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A name of the scope.
    Name(String),
    /// `this` of a method.
    This,
    /// A member.
    Member(Box<Value>, String),
    /// A call with its arguments.
    Call(Box<Value>, Vec<Value>),
    /// `new`, with type arguments.
    New(Box<Value>, Vec<Type>),
    /// `await`.
    Await(Box<Value>),
    /// An object, by its shape.
    Object(usize),
    /// A function.
    Function(usize),
    /// A class, by its shape.
    Class(usize),
    /// What `require()` gives.
    Require(String),
    /// What `import()` gives.
    Import(String),
    /// An array of these.
    Array(Vec<Value>),
    /// One of these.
    Either(Vec<Value>),
    /// A value that is declared to be of a type.
    As(Type),
    /// A text, a number and other plain values.
    Plain,
    /// Anything else.
    Unknown,
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(value: &usize) -> bool {
    *value == 0
}
