//! Expressions and annotations, reduced to what determines a type.

use super::super::summary::Expr;
use ruff_python_ast::{self as ast, Operator};
use ruff_python_parser::parse_expression;
use std::collections::BTreeMap;

/// How deep an expression may be nested. The type of a deeper one is unknown.
const MAX_DEPTH: usize = 32;

/// What the names in an expression refer to.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    /// The first parameter of the method.
    pub receiver: Option<&'a str>,
    /// What a function binds: its parameters, its imports, everything else as unknown.
    pub locals: BTreeMap<&'a str, Expr>,
}

impl Scope<'_> {
    /// The scope of a module or of the body of a class.
    pub fn module() -> Self {
        Self::default()
    }
}

/// Read an expression.
pub(super) fn read(expression: &ast::Expr, scope: &Scope<'_>) -> Expr {
    convert(expression, scope, false, MAX_DEPTH)
}

/// Read an annotation: a text in it is an annotation too.
pub(super) fn annotation(expression: &ast::Expr, scope: &Scope<'_>) -> Expr {
    convert(expression, scope, true, MAX_DEPTH)
}

fn convert(expression: &ast::Expr, scope: &Scope<'_>, is_annotation: bool, depth: usize) -> Expr {
    let Some(depth) = depth.checked_sub(1) else {
        return Expr::Unknown;
    };
    let inner = |expression: &ast::Expr| convert(expression, scope, is_annotation, depth);
    match expression {
        ast::Expr::Name(name) => {
            let id = name.id.as_str();
            if is_annotation {
                return Expr::Name(id.to_owned());
            }
            match scope.locals.get(id) {
                Some(local) => local.clone(),
                None if scope.receiver == Some(id) => Expr::Receiver,
                None => Expr::Name(id.to_owned()),
            }
        }
        ast::Expr::Attribute(attribute) => {
            Expr::Attribute(Box::new(inner(&attribute.value)), attribute.attr.to_string())
        }
        ast::Expr::Call(call) => {
            cast(call, scope, depth).unwrap_or_else(|| Expr::Call(Box::new(inner(&call.func))))
        }
        ast::Expr::Subscript(subscript) => {
            let base = inner(&subscript.value);
            // What is literal is not a type, and a note beside a type does not change it.
            let name = match &base {
                Expr::Name(name) | Expr::Attribute(_, name) => name.as_str(),
                _ => "",
            };
            let arguments = match &*subscript.slice {
                _ if name == "Literal" => Vec::new(),
                ast::Expr::Tuple(tuple) if name == "Annotated" => {
                    tuple.elts.iter().take(1).map(inner).collect()
                }
                ast::Expr::Tuple(tuple) => tuple.elts.iter().map(inner).collect(),
                one => vec![inner(one)],
            };
            Expr::Index(Box::new(base), arguments)
        }
        ast::Expr::BinOp(binary) if binary.op == Operator::BitOr => {
            Expr::Pipe(vec![inner(&binary.left), inner(&binary.right)])
        }
        ast::Expr::BoolOp(either) => Expr::Either(either.values.iter().map(inner).collect()),
        ast::Expr::If(either) => Expr::Either(vec![inner(&either.body), inner(&either.orelse)]),
        ast::Expr::Await(awaited) => Expr::Await(Box::new(inner(&awaited.value))),
        ast::Expr::Named(named) => inner(&named.value),
        ast::Expr::NoneLiteral(_) => Expr::None,
        ast::Expr::List(list) if is_annotation => Expr::List(list.elts.iter().map(inner).collect()),
        ast::Expr::StringLiteral(text) if is_annotation => match parse_expression(text.value.to_str()) {
            Ok(parsed) => convert(parsed.expr(), scope, true, depth),
            Err(_) => Expr::Unknown,
        },
        ast::Expr::StringLiteral(text) => Expr::Text(text.value.to_str().to_owned()),
        _ => Expr::Unknown,
    }
}

/// How many parts an expression has.
pub(super) fn size(expression: &Expr) -> usize {
    let inner = match expression {
        Expr::Parameter(inner)
        | Expr::Attribute(inner, _)
        | Expr::Call(inner)
        | Expr::Await(inner)
        | Expr::Same(inner)
        | Expr::Enter(inner, _) => size(inner),
        Expr::Index(base, arguments) => size(base) + arguments.iter().map(size).sum::<usize>(),
        Expr::Pipe(parts) | Expr::Either(parts) | Expr::List(parts) | Expr::Local(parts, _) => {
            parts.iter().map(size).sum()
        }
        Expr::Name(_) | Expr::Receiver | Expr::Import(..) | Expr::None | Expr::Text(_) | Expr::Unknown => 0,
    };
    inner + 1
}

/// `cast(T, x)` is a `T`.
fn cast(call: &ast::ExprCall, scope: &Scope<'_>, depth: usize) -> Option<Expr> {
    let name = match &*call.func {
        ast::Expr::Name(name) => name.id.as_str(),
        ast::Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return None,
    };
    let first = call.arguments.args.first()?;
    (name == "cast" && call.arguments.args.len() == 2)
        .then(|| Expr::Parameter(Box::new(convert(first, scope, true, depth))))
}
