//! Where the names of a block come from.

use super::super::ty::ModuleMode;
use super::class::Classes;
use super::initializer::{Binding, Callable, Initializer, Step, gives_right_side};
use super::source::Source;
use oxc_ast::AstKind;
use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, BindingPattern, CallExpression, Expression, ForStatementLeft,
    FormalParameters, IdentifierReference, PropertyKey, TSModuleReference,
};
use oxc_semantic::{AstNode, NodeId, SymbolId};
use oxc_span::GetSpan;
use std::collections::BTreeMap;

/// How many patterns may be nested around a name.
const MAX_PATTERNS: usize = 16;

/// Every binding of a block.
#[derive(Default)]
pub(super) struct BlockBindings<'a> {
    /// The names that the block declares.
    pub declared: BTreeMap<SymbolId, Vec<Binding<'a>>>,
    /// The names that it assigns without declaring them.
    pub assigned: BTreeMap<&'a str, Vec<Binding<'a>>>,
    /// The patterns, with what they are bound to.
    pub patterns: Vec<(Initializer<'a>, &'a BindingPattern<'a>)>,
    /// What functions return, by their nodes. `None` is `return;`.
    pub returns: BTreeMap<NodeId, Vec<Option<&'a Expression<'a>>>>,
}

impl<'a> BlockBindings<'a> {
    /// Collect the bindings of a block.
    pub fn of(source: &Source<'a>, classes: &Classes<'a>) -> Self {
        let mut bindings = Self::default();
        for node in source.semantic.nodes().iter() {
            bindings.node(source, classes, node);
        }
        bindings
    }

    fn node(&mut self, source: &Source<'a>, classes: &Classes<'a>, node: &AstNode<'a>) {
        let nodes = source.semantic.nodes();
        match node.kind() {
            AstKind::VariableDeclarator(declarator) => {
                let initializer = match (&declarator.type_annotation, &declarator.init) {
                    (Some(annotation), _) => Some(Initializer::Annotation(&annotation.type_annotation)),
                    (None, Some(value)) => Some(Initializer::Expression(value)),
                    (None, None) => iterated(nodes.parent_id(node.id()), source),
                };
                // A name that is declared alone gets its value elsewhere.
                if let Some(initializer) = initializer {
                    self.pattern(initializer, &declarator.id);
                }
            }
            AstKind::Function(function) => {
                if let Some(id) = &function.id {
                    self.declare(
                        id.symbol_id.get(),
                        Initializer::Function(Callable::Function(function)),
                    );
                }
                self.parameters(&function.params, source, node.id());
            }
            AstKind::ArrowFunctionExpression(arrow) => self.parameters(&arrow.params, source, node.id()),
            AstKind::Class(class) => {
                if let Some(id) = &class.id {
                    let initializer = classes
                        .index(node.id())
                        .map_or(Initializer::Unknown, Initializer::Class);
                    self.declare(id.symbol_id.get(), initializer);
                }
            }
            AstKind::CatchParameter(parameter) => self.pattern(Initializer::Unknown, &parameter.pattern),
            AstKind::AssignmentExpression(assignment) => self.assignment(source, assignment),
            AstKind::IdentifierReference(reference) => self.write(source, node.id(), reference),
            AstKind::ReturnStatement(returned) => {
                if let Some(function) = enclosing_function(source, node.id()) {
                    self.returns
                        .entry(function)
                        .or_default()
                        .push(returned.argument.as_ref());
                }
            }
            kind => self.type_or_import(source, node.id(), kind),
        }
    }

    fn type_or_import(&mut self, source: &Source<'a>, id: NodeId, kind: AstKind<'a>) {
        let module = || match source.semantic.nodes().parent_kind(id) {
            AstKind::ImportDeclaration(import) => Some(import.source.value.as_str()),
            _ => None,
        };
        let of = |name| module().map_or(Initializer::Unknown, |module| Initializer::Export(module, name));
        match kind {
            AstKind::ImportSpecifier(import) => {
                let name = import.imported.name().as_str();
                self.declare(import.local.symbol_id.get(), of(name));
            }
            AstKind::ImportDefaultSpecifier(import) => {
                self.declare(import.local.symbol_id.get(), of("default"));
            }
            AstKind::ImportNamespaceSpecifier(import) => {
                let initializer = module().map_or(Initializer::Unknown, |module| {
                    Initializer::Module(module, ModuleMode::Import)
                });
                self.declare(import.local.symbol_id.get(), initializer);
            }
            AstKind::TSImportEqualsDeclaration(import) => {
                let initializer = match &import.module_reference {
                    TSModuleReference::ExternalModuleReference(module) => {
                        Initializer::Module(module.expression.value.as_str(), ModuleMode::Require)
                    }
                    _ => Initializer::Unknown,
                };
                self.declare(import.id.symbol_id.get(), initializer);
            }
            AstKind::TSTypeAliasDeclaration(alias) => {
                // A type alias with parameters is unknown.
                let initializer = match alias.type_parameters {
                    None => Initializer::Alias(&alias.type_annotation),
                    Some(_) => Initializer::Unknown,
                };
                self.declare(alias.id.symbol_id.get(), initializer);
            }
            AstKind::TSInterfaceDeclaration(interface) => {
                self.declare(interface.id.symbol_id.get(), Initializer::Unknown);
            }
            AstKind::TSEnumDeclaration(declared) => {
                self.declare(declared.id.symbol_id.get(), Initializer::Unknown);
            }
            AstKind::TSNamespaceDeclaration(_) => {
                // Its name may be that of an import or class, to which it adds.
                for symbol in source.semantic.scoping().symbol_ids() {
                    if source.semantic.scoping().symbol_declaration(symbol) == id {
                        self.declare(Some(symbol), Initializer::Unknown);
                    }
                }
            }
            _ => {}
        }
    }

    fn declare(&mut self, symbol: Option<SymbolId>, initializer: Initializer<'a>) {
        self.declare_part(symbol, initializer, Vec::new());
    }

    /// Declare a name that is bound to a part of a value.
    fn declare_part(&mut self, symbol: Option<SymbolId>, initializer: Initializer<'a>, path: Vec<Step<'a>>) {
        if let Some(symbol) = symbol {
            self.declared
                .entry(symbol)
                .or_default()
                .push(Binding { initializer, path });
        }
    }

    fn pattern(&mut self, initializer: Initializer<'a>, pattern: &'a BindingPattern<'a>) {
        self.patterns.push((initializer, pattern));
        self.names(initializer, pattern, &mut Vec::new());
    }

    fn names(
        &mut self,
        initializer: Initializer<'a>,
        pattern: &'a BindingPattern<'a>,
        path: &mut Vec<Step<'a>>,
    ) {
        if path.len() > MAX_PATTERNS {
            return;
        }
        let rest = match pattern {
            BindingPattern::BindingIdentifier(name) => {
                self.declare_part(name.symbol_id.get(), initializer, path.clone());
                return;
            }
            BindingPattern::AssignmentPattern(assigned) => {
                path.push(Step::Unknown);
                self.names(initializer, &assigned.left, path);
                path.pop();
                return;
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    path.push(key_step(&property.key));
                    self.names(initializer, &property.value, path);
                    path.pop();
                }
                &object.rest
            }
            BindingPattern::ArrayPattern(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        path.push(Step::Index(index));
                        self.names(initializer, element, path);
                        path.pop();
                    }
                }
                &array.rest
            }
        };
        if let Some(rest) = rest {
            path.push(Step::Unknown);
            self.names(initializer, &rest.argument, path);
            path.pop();
        }
    }

    fn parameters(&mut self, parameters: &'a FormalParameters<'a>, source: &Source<'a>, function: NodeId) {
        let call = argument_of(source, function);
        for (index, parameter) in parameters.items.iter().enumerate() {
            let initializer = match (&parameter.type_annotation, call) {
                (Some(annotation), _) => Initializer::Annotation(&annotation.type_annotation),
                (None, Some((call, argument))) if parameter.initializer.is_none() => {
                    Initializer::Parameter(call, argument, index)
                }
                _ => Initializer::Unknown,
            };
            self.pattern(initializer, &parameter.pattern);
        }
        if let Some(rest) = &parameters.rest {
            self.pattern(Initializer::Unknown, &rest.rest.argument);
        }
    }

    fn assignment(&mut self, source: &Source<'a>, assignment: &'a AssignmentExpression<'a>) {
        if let AssignmentTarget::AssignmentTargetIdentifier(target) = &assignment.left {
            let initializer = if gives_right_side(assignment.operator) {
                Initializer::Expression(&assignment.right)
            } else {
                Initializer::Unknown
            };
            self.assign(source, target, initializer);
        }
    }

    /// A name that is written to in another way: `x++`, `[x] = y`.
    fn write(&mut self, source: &Source<'a>, id: NodeId, reference: &'a IdentifierReference<'a>) {
        let Some(reference_id) = reference.reference_id.get() else {
            return;
        };
        let is_write = source.semantic.scoping().get_reference(reference_id).is_write();
        let is_simple = matches!(source.semantic.nodes().parent_kind(id), AstKind::AssignmentExpression(assignment)
            if assignment.left.span() == reference.span);
        if is_write && !is_simple {
            self.assign(source, reference, Initializer::Unknown);
        }
    }

    fn assign(
        &mut self,
        source: &Source<'a>,
        target: &'a IdentifierReference<'a>,
        initializer: Initializer<'a>,
    ) {
        let path = Vec::new();
        let bindings = match symbol_of(source, target) {
            Some(symbol) => self.declared.entry(symbol).or_default(),
            None => self.assigned.entry(target.name.as_str()).or_default(),
        };
        bindings.push(Binding { initializer, path });
    }
}

/// The declared name that a reference is to.
pub(super) fn symbol_of(source: &Source<'_>, reference: &IdentifierReference<'_>) -> Option<SymbolId> {
    let id = reference.reference_id.get()?;
    source.semantic.scoping().get_reference(id).symbol_id()
}

/// The step for a key of a pattern.
fn key_step<'a>(key: &'a PropertyKey<'a>) -> Step<'a> {
    match key {
        PropertyKey::StaticIdentifier(name) => Step::Property(name.name.as_str()),
        _ => Step::Unknown,
    }
}

/// What a name of `for (const name of values)` is bound to; nothing for a declaration without a value.
fn iterated<'a>(declaration: NodeId, source: &Source<'a>) -> Option<Initializer<'a>> {
    let is_left = |left: &ForStatementLeft<'a>| matches!(left, ForStatementLeft::VariableDeclaration(declared) if declared.node_id() == declaration);
    match source.semantic.nodes().parent_kind(declaration) {
        AstKind::ForOfStatement(each) if is_left(&each.left) => {
            Some(Initializer::Element(&each.right, each.r#await))
        }
        AstKind::ForInStatement(each) if is_left(&each.left) => Some(Initializer::Unknown),
        _ => None,
    }
}

/// The call that a function is an argument of, and which one.
fn argument_of<'a>(source: &Source<'a>, function: NodeId) -> Option<(&'a CallExpression<'a>, usize)> {
    let AstKind::CallExpression(call) = source.semantic.nodes().parent_kind(function) else {
        return None;
    };
    let index = call.arguments.iter().position(|argument| {
        argument
            .as_expression()
            .is_some_and(|argument| argument.node_id() == function)
    })?;
    Some((call, index))
}

/// The function around a node.
fn enclosing_function(source: &Source<'_>, id: NodeId) -> Option<NodeId> {
    source
        .semantic
        .nodes()
        .ancestors(id)
        .find(|node| {
            matches!(
                node.kind(),
                AstKind::Function(_) | AstKind::ArrowFunctionExpression(_)
            )
        })
        .map(AstNode::id)
}
