//! Statements that declare, import or export names.

use super::super::summary::{Def, Export, Scope, Type, Value};
use super::{FileReader, MAX_NESTED};
use oxc_ast::ast::{
    self, BindingPattern, Declaration, ExportDefaultDeclarationKind, ImportDeclarationSpecifier, Statement,
    TSModuleReference, TSNamespaceDeclarationBody,
};
use oxc_span::GetSpan;

/// Whether one of the statements makes the file a module.
pub(super) fn is_module(statements: &[Statement<'_>]) -> bool {
    statements.iter().any(|statement| match statement {
        Statement::TSImportEqualsDeclaration(import) => {
            matches!(
                import.module_reference,
                TSModuleReference::ExternalModuleReference(_)
            )
        }
        // `export as namespace X` is allowed besides other exports.
        Statement::TSNamespaceExportDeclaration(_) => false,
        Statement::ImportDeclaration(_)
        | Statement::ExportAllDeclaration(_)
        | Statement::ExportDefaultDeclaration(_)
        | Statement::ExportDeclaration(_)
        | Statement::ExportNamedDeclaration(_)
        | Statement::ExportFromDeclaration(_)
        | Statement::TSExportAssignment(_) => true,
        _ => false,
    })
}

/// Whether the statements list their exports: declarations without `export` are not exported then, not even in an
/// ambient scope.
fn lists_exports(statements: &[Statement<'_>]) -> bool {
    statements.iter().any(|statement| match statement {
        Statement::ExportAllDeclaration(_)
        | Statement::ExportNamedDeclaration(_)
        | Statement::ExportFromDeclaration(_)
        | Statement::TSExportAssignment(_) => true,
        Statement::ExportDefaultDeclaration(export) => export.declaration.is_expression(),
        _ => false,
    })
}

impl FileReader<'_> {
    /// Read the statements of a scope.
    pub(super) fn statements(&mut self, scope: usize, statements: &[Statement<'_>], is_ambient: bool) {
        if let Some(read) = self.file.scopes.get_mut(scope) {
            read.exports_all = is_ambient && !lists_exports(statements);
        }
        for statement in statements {
            self.statement(scope, statement, is_ambient);
        }
    }

    fn statement(&mut self, scope: usize, statement: &Statement<'_>, is_ambient: bool) {
        match statement {
            Statement::ImportDeclaration(import) => self.import(scope, import),
            Statement::ExportAllDeclaration(export) => {
                let module = export.source.value.to_string();
                match &export.exported {
                    Some(name) => self.export(scope, name.name().as_str(), Export::Module(module)),
                    None => self.scope(scope).stars.push(module),
                }
            }
            Statement::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let local = Export::Local(specifier.local.name().to_string());
                    self.export(scope, specifier.exported.name().as_str(), local);
                }
            }
            Statement::ExportFromDeclaration(export) => {
                for specifier in &export.specifiers {
                    let from = Export::From(
                        export.source.value.to_string(),
                        specifier.local.name().to_string(),
                    );
                    self.export(scope, specifier.exported.name().as_str(), from);
                }
            }
            Statement::ExportDefaultDeclaration(export) => self.default(scope, &export.declaration),
            Statement::ExportDeclaration(export) => {
                self.declaration(scope, &export.declaration, true, is_ambient);
            }
            Statement::TSExportAssignment(export) => {
                let value = self.value(scope, &export.expression);
                self.scope(scope).equals.push(value);
            }
            other => {
                if let Some(declaration) = other.as_declaration() {
                    self.declaration(scope, declaration, false, is_ambient);
                }
            }
        }
    }

    fn import(&mut self, scope: usize, import: &ast::ImportDeclaration<'_>) {
        let module = import.source.value.to_string();
        let Some(specifiers) = &import.specifiers else {
            self.file.loads.push(module);
            return;
        };
        for specifier in specifiers {
            let (local, def) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(one) => (
                    &one.local,
                    Def::Import(module.clone(), one.imported.name().to_string()),
                ),
                ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                    (&one.local, Def::Import(module.clone(), "default".to_owned()))
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => {
                    (&one.local, Def::Module(module.clone()))
                }
            };
            self.define(scope, local.name.as_str(), def);
        }
    }

    fn default(&mut self, scope: usize, declaration: &ExportDefaultDeclarationKind<'_>) {
        let name = match declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                let name = function
                    .id
                    .as_ref()
                    .map_or("default", |id| id.name.as_str())
                    .to_owned();
                let index = self.function(scope, function);
                self.define(scope, &name, Def::Function(index));
                name
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let name = class
                    .id
                    .as_ref()
                    .map_or("default", |id| id.name.as_str())
                    .to_owned();
                let index = self.class(scope, class, &name);
                self.define(scope, &name, Def::Class(index));
                name
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(interface) => {
                let name = interface.id.name.to_string();
                let index = self.interface(scope, interface);
                self.define(scope, &name, Def::Interface(index));
                name
            }
            other => {
                let export = match other.as_expression() {
                    Some(ast::Expression::Identifier(id)) => Export::Local(id.name.to_string()),
                    Some(expression) => Export::Value(self.value(scope, expression)),
                    None => Export::Value(Value::Unknown),
                };
                self.export(scope, "default", export);
                return;
            }
        };
        self.export_local(scope, "default", &name);
    }

    fn declaration(
        &mut self,
        scope: usize,
        declaration: &Declaration<'_>,
        is_exported: bool,
        is_ambient: bool,
    ) {
        let mut names = Vec::new();
        match declaration {
            Declaration::VariableDeclaration(variables) => {
                let is_constant = variables.kind.is_const();
                for variable in &variables.declarations {
                    self.variable(scope, variable, is_constant, &mut names);
                }
            }
            Declaration::FunctionDeclaration(function) => {
                let Some(id) = &function.id else { return };
                let index = self.function(scope, function);
                names.push((id.name.to_string(), Def::Function(index)));
            }
            Declaration::ClassDeclaration(class) => {
                let Some(id) = &class.id else { return };
                let index = self.class(scope, class, id.name.as_str());
                names.push((id.name.to_string(), Def::Class(index)));
            }
            Declaration::TSTypeAliasDeclaration(alias) => {
                let parameters = self.type_parameters(scope, alias.type_parameters.as_deref());
                let target = self.type_of(scope, &alias.type_annotation);
                self.name_shape(&target, alias.id.name.as_str());
                names.push((alias.id.name.to_string(), Def::Alias(parameters, target)));
            }
            Declaration::TSInterfaceDeclaration(interface) => {
                let index = self.interface(scope, interface);
                names.push((interface.id.name.to_string(), Def::Interface(index)));
            }
            Declaration::TSEnumDeclaration(of) => {
                let index = self.enumeration(scope, of);
                names.push((of.id.name.to_string(), Def::Enum(index)));
            }
            Declaration::TSNamespaceDeclaration(namespace) => {
                let is_ambient = is_ambient || namespace.declare;
                let index = self.namespace(scope, namespace, is_ambient);
                names.push((namespace.id.name.to_string(), Def::Namespace(index)));
            }
            Declaration::TSExternalModuleDeclaration(module) => self.ambient_module(scope, module),
            Declaration::TSGlobalDeclaration(global) => {
                let inner = self.push_scope(Scope {
                    parent: Some(scope),
                    ..Scope::default()
                });
                self.file.globals.push(inner);
                self.statements(inner, &global.body.body, true);
            }
            Declaration::TSImportEqualsDeclaration(import) => {
                names.push((
                    import.id.name.to_string(),
                    import_equals(&import.module_reference),
                ));
            }
        }
        for (name, def) in names {
            if is_exported {
                self.export_local(scope, &name, &name);
            }
            self.define(scope, &name, def);
        }
    }

    /// Export a declared name, once for all of its declarations.
    fn export_local(&mut self, scope: usize, exported: &str, name: &str) {
        let exports = &mut self.scope(scope).exports;
        let exports = exports.entry(exported.to_owned()).or_default();
        let export = Export::Local(name.to_owned());
        if !exports.contains(&export) {
            exports.push(export);
        }
    }

    fn variable(
        &mut self,
        scope: usize,
        variable: &ast::VariableDeclarator<'_>,
        is_constant: bool,
        names: &mut Vec<(String, Def)>,
    ) {
        let BindingPattern::BindingIdentifier(id) = &variable.id else {
            // `const { a, b } = value`: each exists.
            for id in variable.id.get_binding_identifiers() {
                names.push((id.name.to_string(), Def::Value(None, None)));
            }
            return;
        };
        let annotation = variable
            .type_annotation
            .as_ref()
            .map(|annotation| self.type_of(scope, &annotation.type_annotation));
        if let Some(annotation) = &annotation {
            self.name_shape(annotation, id.name.as_str());
        }
        // The package itself makes an object that is declared in place.
        if let Some(Type::Object(shape)) = annotation
            && let Some(shape) = self.file.shapes.get_mut(shape)
        {
            shape.is_literal = true;
        }
        let value = variable.init.as_ref().map(|init| self.value(scope, init));
        if let Some(Value::Object(shape)) = value
            && let Some(shape) = self.file.shapes.get_mut(shape)
        {
            shape.name = id.name.to_string();
        }
        // A variable that is not `const` may get another value.
        let value = value.filter(|_| is_constant);
        names.push((id.name.to_string(), Def::Value(annotation, value)));
    }

    fn namespace(
        &mut self,
        scope: usize,
        namespace: &ast::TSNamespaceDeclaration<'_>,
        is_ambient: bool,
    ) -> usize {
        let is_too_deep = self.namespaces >= MAX_NESTED;
        let inner = self.push_scope(Scope {
            parent: Some(scope),
            name: namespace.id.name.to_string(),
            is_open: is_too_deep,
            ..Scope::default()
        });
        if is_too_deep {
            return inner;
        }
        self.namespaces += 1;
        match &namespace.body {
            TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                self.statements(inner, &block.body, is_ambient);
            }
            // `namespace A.B` exports `B`.
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(nested) => {
                let index = self.namespace(inner, nested, is_ambient);
                let name = nested.id.name.to_string();
                self.export(inner, &name, Export::Local(name.clone()));
                self.define(inner, &name, Def::Namespace(index));
            }
        }
        self.namespaces -= 1;
        inner
    }

    fn ambient_module(&mut self, scope: usize, module: &ast::TSExternalModuleDeclaration<'_>) {
        let inner = self.push_scope(Scope {
            parent: Some(scope),
            // `declare module "x";` is a module with any name.
            is_open: module.body.is_none(),
            ..Scope::default()
        });
        let name = module.id.value.to_string();
        self.file.ambient.entry(name).or_default().push(inner);
        if let Some(body) = &module.body {
            self.statements(inner, &body.body, true);
        }
    }

    pub(super) fn scope(&mut self, index: usize) -> &mut Scope {
        // A scope is pushed before its statements are read.
        let last = self.file.scopes.len() - 1;
        &mut self.file.scopes[index.min(last)]
    }

    pub(super) fn export(&mut self, scope: usize, name: &str, export: Export) {
        let exports = &mut self.scope(scope).exports;
        exports.entry(name.to_owned()).or_default().push(export);
    }

    pub(super) fn define(&mut self, scope: usize, name: &str, def: Def) {
        let names = &mut self.scope(scope).names;
        names.entry(name.to_owned()).or_default().push(def);
    }

    /// The text of a node on one line.
    pub(super) fn text_of(&self, start: u32, end: u32) -> String {
        let text = self.source.get(start as usize..end as usize).unwrap_or_default();
        let mut line = String::new();
        for word in text.split_whitespace() {
            if line.len() + word.len() > MAX_TEXT {
                line.push('…');
                break;
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        line
    }

    /// The text of a signature: from its type parameters or parameters to its return type.
    pub(super) fn signature_text(
        &self,
        variables: Option<&ast::TSTypeParameterDeclaration<'_>>,
        parameters: &ast::FormalParameters<'_>,
        returns: Option<&ast::TSTypeAnnotation<'_>>,
    ) -> String {
        let start = variables.map_or(parameters.span.start, |variables| variables.span.start);
        let end = returns.map_or(parameters.span.end, |returns| returns.span().end);
        self.text_of(start, end)
    }
}

/// The most bytes of a signature that are kept.
const MAX_TEXT: usize = 160;

/// `import x = require("m")` or `import A = B.C`.
fn import_equals(reference: &TSModuleReference<'_>) -> Def {
    match reference {
        TSModuleReference::ExternalModuleReference(module) => {
            Def::Require(module.expression.value.to_string())
        }
        TSModuleReference::IdentifierReference(id) => Def::Path(vec![id.name.to_string()]),
        TSModuleReference::QualifiedName(name) => {
            let mut path = super::type_of::path_of(&name.left);
            path.push(name.right.name.to_string());
            Def::Path(path)
        }
    }
}
