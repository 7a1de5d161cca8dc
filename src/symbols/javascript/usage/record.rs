//! Every use of the release in a block.

use super::super::ty::{Lookup, ModuleMode, Ty};
use super::initializer::{Initializer, Step};
use super::value::Value;
use super::{BlockEvaluator, MAX_CANDIDATES};
use crate::symbols::block::Reference;
use crate::symbols::reference::{Outcome, SymbolKind, Undecided};
use oxc_ast::AstKind;
use oxc_ast::ast::{
    AssignmentTarget, BindingPattern, ExportFromDeclaration, Expression, ImportDeclaration,
    ImportDeclarationSpecifier, JSXMemberExpression, JSXMemberExpressionObject, PropertyKey,
    StaticMemberExpression, StringLiteral, TSImportType, TSImportTypeQualifier, UnaryOperator,
};
use oxc_semantic::NodeId;
use oxc_span::{GetSpan, Span};

/// How many patterns may be nested whose keys are recorded.
const MAX_PATTERNS: usize = 16;

impl<'a> BlockEvaluator<'a, '_> {
    /// Record every use, the inner ones first: what they are is then known for the outer ones.
    pub(super) fn record_all(&mut self) {
        let ids: Vec<NodeId> = self
            .source
            .semantic
            .nodes()
            .iter()
            .map(|node| node.id())
            .collect();
        for id in ids.into_iter().rev() {
            self.record_node(id);
        }
        for (initializer, pattern) in &self.bindings.patterns {
            self.record_pattern(*initializer, pattern, &mut Vec::new());
        }
        self.found
            .sort_by_key(|found| (found.range.start, found.range.end));
        self.found.dedup();
    }

    fn record_node(&mut self, id: NodeId) {
        match self.source.semantic.nodes().kind(id) {
            AstKind::StaticMemberExpression(member) => self.record_member(id, member),
            AstKind::ImportDeclaration(import) => self.record_import(import),
            AstKind::ExportFromDeclaration(export) => self.record_export(export),
            AstKind::ExportAllDeclaration(export) => {
                self.record_module(&export.source, ModuleMode::Import, true);
            }
            AstKind::TSExternalModuleReference(module) => {
                self.record_module(&module.expression, ModuleMode::Require, true);
            }
            AstKind::ImportExpression(import) => {
                if let Expression::StringLiteral(source) = &import.source {
                    self.record_module(source, ModuleMode::Import, true);
                }
            }
            AstKind::CallExpression(call) => {
                if self.required(call).is_some()
                    && let Some(Expression::StringLiteral(source)) = call
                        .arguments
                        .first()
                        .and_then(|argument| argument.as_expression())
                {
                    self.record_module(source, ModuleMode::Require, true);
                }
            }
            AstKind::JSXMemberExpression(member) => {
                let base = self.markup(&member.object);
                let name = &member.property;
                self.record_name(&base, name.name.as_str(), name.span);
            }
            AstKind::TSQualifiedName(qualified) => {
                let base = self.type_name(&qualified.left);
                self.record_name(&base, qualified.right.name.as_str(), qualified.right.span);
            }
            AstKind::TSImportType(import) => self.record_imported_type(import),
            _ => {}
        }
    }

    /// The value of the first part of `<Sdk.Part>`.
    fn markup(&mut self, object: &'a JSXMemberExpressionObject<'a>) -> Value {
        match object {
            JSXMemberExpressionObject::IdentifierReference(name) => {
                match super::binding::symbol_of(self.source, name) {
                    Some(symbol) => self.symbol(symbol),
                    None => self.free_name(name.name.as_str()),
                }
            }
            JSXMemberExpressionObject::MemberExpression(member) => self.markup_member(member),
            JSXMemberExpressionObject::ThisExpression(_) => Value::UNKNOWN,
        }
    }

    fn markup_member(&mut self, member: &'a JSXMemberExpression<'a>) -> Value {
        if self.depth >= super::MAX_DEPTH {
            return Value::UNKNOWN;
        }
        self.depth += 1;
        let base = self.markup(&member.object);
        self.depth -= 1;
        self.member(&base, member.property.name.as_str())
    }

    fn record_member(&mut self, id: NodeId, member: &'a StaticMemberExpression<'a>) {
        let base = self.value(&member.object);
        let is_set = match self.source.semantic.nodes().parent_kind(id) {
            AstKind::AssignmentExpression(assignment) => {
                matches!(&assignment.left, AssignmentTarget::StaticMemberExpression(target) if target.span == member.span)
            }
            AstKind::UnaryExpression(unary) => unary.operator == UnaryOperator::Delete,
            AstKind::UpdateExpression(_) => true,
            _ => false,
        };
        if !is_set {
            self.record_name(&base, member.property.name.as_str(), member.property.span);
        }
    }

    /// Record `base.name`.
    fn record_name(&mut self, base: &Value, name: &str, span: Span) {
        let (ty, has_other_members) = match base {
            Value::Ty(ty) => (ty.clone(), false),
            // What a class of the document adds to what it extends may not be in the block.
            Value::Instance(class) if self.own_member(*class, name, false).is_none() => {
                (self.base_instance(*class), true)
            }
            Value::Class(class) if self.own_member(*class, name, true).is_none() => (self.base(*class), true),
            _ => return,
        };
        match ty {
            Ty::Unknown | Ty::Foreign | Ty::Nothing | Ty::External(..) => {}
            // Of the language.
            Ty::Items(..) | Ty::Tuple(_) | Ty::Promise(_) => {}
            Ty::UnknownOfPackage => {
                let outcome = Outcome::Undecided(Undecided::Type);
                self.record(span, SymbolKind::Member, format!("?.{name}"), outcome, None);
            }
            ty => {
                let kind = match ty {
                    Ty::Module(..) => SymbolKind::Attribute,
                    _ => SymbolKind::Member,
                };
                let mut lookup = self.release.member(&ty, name);
                if has_other_members && matches!(lookup, Lookup::Missing(_)) {
                    lookup = Lookup::Unknown(Undecided::OpenClass);
                }
                let symbol = self.release.symbol(&ty, name);
                self.record_lookup(span, kind, symbol, name, lookup);
            }
        }
    }

    fn record_lookup(&mut self, span: Span, kind: SymbolKind, symbol: String, name: &str, lookup: Lookup) {
        let (outcome, ty) = match lookup {
            // Another package's.
            Lookup::Unknown(Undecided::NotOwned) => return,
            Lookup::Unknown(why) => (Outcome::Undecided(why), None),
            Lookup::Found(ty) => (Outcome::Found, Some(ty)),
            Lookup::Missing(_) if self.stored.contains(name) => {
                (Outcome::Undecided(Undecided::SetByDocument), None)
            }
            Lookup::Missing(mut candidates) => {
                candidates.truncate(MAX_CANDIDATES);
                let missing = Outcome::Missing {
                    candidates,
                    module: None,
                };
                (missing, None)
            }
        };
        self.record(span, kind, symbol, outcome, ty.as_ref());
    }

    /// Record a use.
    fn record(&mut self, span: Span, kind: SymbolKind, symbol: String, outcome: Outcome, ty: Option<&Ty>) {
        let range = span.start as usize..span.end as usize;
        let is_excused = self.is_marked_outdated
            || self
                .context
                .unreported
                .iter()
                .any(|unreported| unreported.start <= range.start && range.end <= unreported.end);
        self.found.push(Reference {
            block: self.block,
            place: range.clone(),
            range,
            kind,
            symbol,
            outcome: outcome.unless_marked_outdated(is_excused),
            signature: ty.and_then(|ty| self.release.signature(ty)),
        });
    }

    /// Record a module; `None` when it is not one of the release or is missing.
    fn record_module(&mut self, source: &'a StringLiteral<'a>, mode: ModuleMode, is_use: bool) -> Option<Ty> {
        let name = source.value.as_str();
        // Without the quotes.
        let span = Span::new(source.span.start + 1, source.span.end.saturating_sub(1));
        match self.release.module(name, mode) {
            Lookup::Found(module) => {
                if is_use {
                    self.record(span, SymbolKind::Import, name.to_owned(), Outcome::Found, None);
                }
                Some(module)
            }
            Lookup::Unknown(Undecided::NotOwned) => None,
            Lookup::Unknown(why) => {
                let outcome = Outcome::Undecided(why);
                self.record(span, SymbolKind::Import, name.to_owned(), outcome, None);
                None
            }
            Lookup::Missing(mut candidates) => {
                candidates.truncate(MAX_CANDIDATES);
                let outcome = Outcome::Missing {
                    candidates,
                    module: Some(name.to_owned()),
                };
                self.record(span, SymbolKind::Import, name.to_owned(), outcome, None);
                None
            }
        }
    }

    fn record_import(&mut self, import: &'a ImportDeclaration<'a>) {
        let specifiers = import.specifiers.as_ref();
        let names_nothing = specifiers.is_none_or(|specifiers| {
            specifiers
                .iter()
                .all(|one| matches!(one, ImportDeclarationSpecifier::ImportNamespaceSpecifier(_)))
        });
        let Some(module) = self.record_module(&import.source, ModuleMode::Import, names_nothing) else {
            return;
        };
        for specifier in specifiers.into_iter().flatten() {
            match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(import) => {
                    let name = import.imported.name();
                    self.record_taken(&module, name.as_str(), import.imported.span());
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(import) => {
                    self.record_taken(&module, "default", import.local.span);
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(_) => {}
            }
        }
    }

    fn record_export(&mut self, export: &'a ExportFromDeclaration<'a>) {
        let module = self.record_module(&export.source, ModuleMode::Import, export.specifiers.is_empty());
        if let Some(module) = module {
            for specifier in &export.specifiers {
                self.record_taken(&module, specifier.local.name().as_str(), specifier.local.span());
            }
        }
    }

    /// Record what is imported or taken from a module.
    fn record_taken(&mut self, module: &Ty, name: &str, span: Span) {
        let mode = match module {
            Ty::Module(_, _, mode) => *mode,
            _ => ModuleMode::Import,
        };
        let mut lookup = self.release.export(module, name, mode);
        // It may be a type that another package declares.
        if matches!(lookup, Lookup::Missing(_))
            && self.source.semantic.source_type().is_typescript()
            && self.release.lacks_types()
        {
            lookup = Lookup::Unknown(Undecided::OpenModule);
        }
        let symbol = self.release.symbol(module, name);
        self.record_lookup(span, SymbolKind::From, symbol, name, lookup);
    }

    fn record_imported_type(&mut self, import: &'a TSImportType<'a>) {
        let Some(module) = self.record_module(&import.source, ModuleMode::Import, true) else {
            return;
        };
        let mut qualifier = import.qualifier.as_ref();
        while let Some(TSImportTypeQualifier::QualifiedName(qualified)) = qualifier {
            let base = self.qualified(import.source.value.as_str(), &qualified.left);
            self.record_name(&base, qualified.right.name.as_str(), qualified.right.span);
            qualifier = Some(&qualified.left);
        }
        if let Some(TSImportTypeQualifier::Identifier(name)) = qualifier {
            self.record_taken(&module, name.name.as_str(), name.span);
        }
    }

    /// Record the keys by which a pattern takes a value apart.
    fn record_pattern(
        &mut self,
        initializer: Initializer<'a>,
        pattern: &'a BindingPattern<'a>,
        path: &mut Vec<Step<'a>>,
    ) {
        if path.len() > MAX_PATTERNS {
            return;
        }
        match pattern {
            BindingPattern::BindingIdentifier(_) => {}
            BindingPattern::AssignmentPattern(assigned) => {
                path.push(Step::Unknown);
                self.record_pattern(initializer, &assigned.left, path);
                path.pop();
            }
            BindingPattern::ObjectPattern(object) => {
                let mut value = self.initializer(initializer);
                for step in path.iter() {
                    value = self.step(value, *step);
                }
                for property in &object.properties {
                    let PropertyKey::StaticIdentifier(key) = &property.key else {
                        continue;
                    };
                    match &value {
                        Value::Ty(module @ Ty::Module(..)) => {
                            self.record_taken(module, key.name.as_str(), key.span);
                        }
                        value => self.record_name(value, key.name.as_str(), key.span),
                    }
                    path.push(Step::Property(key.name.as_str()));
                    self.record_pattern(initializer, &property.value, path);
                    path.pop();
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for (index, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        path.push(Step::Index(index));
                        self.record_pattern(initializer, element, path);
                        path.pop();
                    }
                }
            }
        }
    }
}
