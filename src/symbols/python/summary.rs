//! What one module of a package says about its names: small, without positions, and the same for each run.
//!
//! It is data only. `read.rs` makes it from source, `release.rs` looks names up in it.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One module (a `.py` or `.pyi` file).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Module {
    /// Each name with everything that it is bound to, in order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<String, Vec<Def>>,
    /// The modules of `from M import *`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stars: Vec<String>,
    /// The names that `from M import *` imports: those of `__all__`, when it is one literal list that nothing changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exports: Option<BTreeSet<String>>,
    /// Names that `__getattr__` takes from a literal table.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lazy: BTreeMap<String, Def>,
    /// Why the module may have more names than appear in its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Open>,
    /// Attributes that it sets on anything but `self`: a class may have them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub patches: BTreeSet<String>,
    /// Whether it changes `sys.modules` or `__path__`: it may have modules that are not files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewires: bool,
    /// The classes, wherever they are defined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class>,
    /// The functions, wherever they are defined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<Function>,
}

/// What a name is bound to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Def {
    /// A class, by its index in the module.
    Class(usize),
    /// A function, by its index in the module.
    Function(usize),
    /// A module, by its full name.
    Module(String),
    /// A name of a module.
    From(String, String),
    /// A value, with its annotation.
    Value(Option<Expr>, Option<Expr>),
}

/// Why names may exist that do not appear in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Open {
    /// It defines `__getattr__`.
    Getattr,
    /// It sets names by computation: `setattr`, `globals()`, `__dict__`.
    Computed,
    /// It has a decorator, a metaclass or a base that may add names.
    Foreign,
}

/// A class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its bases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<Expr>,
    /// `metaclass=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metaclass: Option<Expr>,
    /// Its decorators.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decorators: Vec<Expr>,
    /// What its body binds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub members: BTreeMap<String, Vec<Def>>,
    /// The annotated names of the body in order, with whether each has a default: fields of data classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// What its methods set on `self`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Vec<Def>>,
    /// Members that `__getattr__` takes from a table of the class.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lazy: BTreeMap<String, Def>,
    /// What `__getattr__` gives for any name that is not written; empty when it is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub computed: Vec<Expr>,
    /// Modules whose names its methods set on `self`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub borrowed: Vec<Borrowed>,
    /// Why an instance may have more members than are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Open>,
}

/// A module whose names an object has as attributes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Borrowed {
    /// The module.
    pub module: String,
    /// Whether each attribute is what a call of something in the module of that name gives.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_made: bool,
}

/// An annotated name in the body of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// `alias=` of its default, as pydantic has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// A function or method.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its named parameters in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// The annotation of `**kwargs`, when it takes any; unknown without an annotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kwargs: Option<Expr>,
    /// The annotation of what it returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<Expr>,
    /// What it returns, where each `return` is simple; beside an annotation only what calls of names give.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returned: Vec<Expr>,
    /// `async def`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_async: bool,
    /// Whether it contains `yield`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_generator: bool,
    /// Its decorators.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decorators: Vec<Expr>,
    /// What it keeps of the function that it decorates, when it is a decorator (`functools.wraps`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeps: Option<Keeps>,
    /// Where `**kwargs` are passed on to, when nothing else is done with them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward: Option<Forward>,
}

/// What a function does with its `**kwargs`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Forward {
    /// The keywords that it takes out of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<String>,
    /// What it calls with the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Expr>,
    /// Whether it raises an error when any are left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_refused: bool,
}

/// What a decorator keeps of the function that it decorates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeps {
    /// Whether it must be called first: `@retry(3)`.
    pub factory: bool,
    /// Whether the parameters are those of the function.
    pub parameters: bool,
    /// The keywords that it takes itself, besides those of the function.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<String>,
    /// Whether the result is what the function returns.
    pub result: bool,
    /// Whether it gives what it decorates itself, with no attributes that are not written: for classes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_same: bool,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether it cannot be given by keyword.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub positional_only: bool,
    /// Its annotation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Expr>,
}

/// An expression, as far as a type can be read from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    /// A name of the module, or of the enclosing class body.
    Name(String),
    /// The object or class that a method gets first.
    Receiver,
    /// A name that an import inside of the function binds.
    Import(String, Option<String>),
    /// A parameter with this annotation.
    Parameter(Box<Expr>),
    /// An attribute.
    Attribute(Box<Expr>, String),
    /// A call; arguments do not matter.
    Call(Box<Expr>),
    /// `base[...]`.
    Index(Box<Expr>, Vec<Expr>),
    /// `a | b`.
    Pipe(Vec<Expr>),
    /// `a or b`, `a if c else b`: one of them.
    Either(Vec<Expr>),
    /// `await a`.
    Await(Box<Expr>),
    /// What `with a` binds; whether with `async with`.
    Enter(Box<Expr>, bool),
    /// `None`.
    None,
    /// The attribute of the name that `__getattr__` gets: `getattr(a, name)`.
    Same(Box<Expr>),
    /// A function of the function: what it returns; whether it is `async def`.
    Local(Vec<Expr>, bool),
    /// A list of types, such as the first argument of `Callable`.
    List(Vec<Expr>),
    /// A text.
    Text(String),
    /// Anything else.
    Unknown,
}
