//! What TypeScript's compiler refuses of code that its parser accepts, as far as it is syntax: constants without a value,
//! two default exports, and whatever else `oxc_parser` reports with a number of the checker.

use std::collections::HashSet;

use oxc_ast::ast::{BindingPattern, Declaration, ExportDefaultDeclarationKind, Statement};
use oxc_parser::ParserReturn;

/// Whether nothing is reported, by the parser or for the checker, and no name is exported twice.
pub(super) fn is_accepted(result: &ParserReturn<'_>) -> bool {
    !result.panicked && !result.diagnostics.has_errors() && exports_once(&result.program.body)
}

/// Whether the names of all exports differ. Overload signatures do not count, and an interface may have the name of a
/// value.
fn exports_once(body: &[Statement<'_>]) -> bool {
    let mut names = HashSet::new();
    body.iter().all(|statement| match statement {
        Statement::ExportDefaultDeclaration(export) => match &export.declaration {
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => true,
            ExportDefaultDeclarationKind::FunctionDeclaration(function) if function.body.is_none() => true,
            _ => names.insert("default"),
        },
        Statement::ExportDeclaration(export) => match &export.declaration {
            Declaration::VariableDeclaration(variables) => {
                variables.declarations.iter().all(|variable| match &variable.id {
                    BindingPattern::BindingIdentifier(name) => names.insert(name.name.as_str()),
                    _ => true,
                })
            }
            Declaration::FunctionDeclaration(function) if function.body.is_some() => function
                .id
                .as_ref()
                .is_none_or(|name| names.insert(name.name.as_str())),
            Declaration::ClassDeclaration(class) => class
                .id
                .as_ref()
                .is_none_or(|name| names.insert(name.name.as_str())),
            _ => true,
        },
        _ => true,
    })
}
