//! What a name of a block is bound to.

use super::super::ty::ModuleMode;
use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentOperator, CallExpression, Expression, Function, TSType,
    TSTypeAnnotation,
};
use oxc_semantic::NodeId;

/// What a pattern or a name is bound to.
#[derive(Clone, Copy)]
pub(super) enum Initializer<'a> {
    /// Not known.
    Unknown,
    /// The value of an expression.
    Expression(&'a Expression<'a>),
    /// The items of an iterable expression, and whether `for await` iterates over it.
    Element(&'a Expression<'a>, bool),
    /// A value of this type.
    Annotation(&'a TSType<'a>),
    /// The name of a type.
    Alias(&'a TSType<'a>),
    /// A parameter of a function that is an argument of a call: which argument, which parameter.
    Parameter(&'a CallExpression<'a>, usize, usize),
    /// A function of the block.
    Function(Callable<'a>),
    /// What a getter returns.
    Returned(Callable<'a>),
    /// A class of the block.
    Class(usize),
    /// A module.
    Module(&'a str, ModuleMode),
    /// What a module exports.
    Export(&'a str, &'a str),
}

/// A function of the block.
#[derive(Clone, Copy)]
pub(super) enum Callable<'a> {
    /// `function` or a method.
    Function(&'a Function<'a>),
    /// `=>`
    Arrow(&'a ArrowFunctionExpression<'a>),
}

impl<'a> Callable<'a> {
    /// Its node.
    pub fn id(self) -> NodeId {
        match self {
            Self::Function(function) => function.node_id(),
            Self::Arrow(arrow) => arrow.node_id(),
        }
    }

    /// Whether a call gives a promise.
    pub fn is_async(self) -> bool {
        match self {
            Self::Function(function) => function.r#async,
            Self::Arrow(arrow) => arrow.r#async,
        }
    }

    /// Whether a call gives a generator.
    pub fn is_generator(self) -> bool {
        matches!(self, Self::Function(function) if function.generator)
    }

    /// The type that a call gives, where it is written.
    pub fn return_type(self) -> Option<&'a TSType<'a>> {
        let annotation = match self {
            Self::Function(function) => function.return_type.as_deref(),
            Self::Arrow(arrow) => arrow.return_type.as_deref(),
        };
        annotation.map(|annotation| &annotation.type_annotation)
    }
}

/// One step from what a pattern is bound to towards a name.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    /// `{ name }`
    Property(&'a str),
    /// `[name]`, and its index.
    Index(usize),
    /// What cannot be followed: `...rest`, a computed key, a default value.
    Unknown,
}

/// One binding of a name.
#[derive(Clone)]
pub(super) struct Binding<'a> {
    /// What the pattern is bound to.
    pub initializer: Initializer<'a>,
    /// The way to the name.
    pub path: Vec<Step<'a>>,
}

/// Whether an assignment with this operator gives the value on its right side, if it gives one.
pub(super) fn gives_right_side(operator: AssignmentOperator) -> bool {
    matches!(
        operator,
        AssignmentOperator::Assign | AssignmentOperator::LogicalNullish | AssignmentOperator::LogicalOr
    )
}

/// The type that an annotation names.
pub(super) fn annotated<'a>(annotation: Option<&'a TSTypeAnnotation<'a>>) -> Option<Initializer<'a>> {
    annotation.map(|annotation| Initializer::Annotation(&annotation.type_annotation))
}
