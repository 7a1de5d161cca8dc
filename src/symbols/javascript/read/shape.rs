//! Classes, interfaces and enums.

use super::super::summary::{Base, Member, Members, Shape, Type, Value};
use super::FileReader;
use oxc_ast::ast::{
    self, ClassElement, Expression, MethodDefinitionKind, PropertyKey, Statement, TSEnumMemberName,
    TSMethodSignatureKind, TSSignature,
};

/// The name under which `[Symbol.iterator]` is kept.
pub(in super::super) const ITERATOR: &str = "@@iterator";

/// The name under which `[Symbol.asyncIterator]` is kept.
pub(in super::super) const ASYNC_ITERATOR: &str = "@@asyncIterator";

/// The name of a member.
enum Key {
    Name(String),
    /// A symbol: no name can reach it.
    Symbol,
    /// It may be any.
    Computed,
}

fn key(key: &PropertyKey<'_>, is_computed: bool) -> Key {
    if let PropertyKey::PrivateIdentifier(_) = key {
        return Key::Symbol;
    }
    if let Some(name) = key.static_name()
        && (!is_computed || !matches!(key, PropertyKey::StaticIdentifier(_)))
    {
        return Key::Name(name.into_owned());
    }
    match key {
        PropertyKey::StaticMemberExpression(member) if matches!(&member.object, Expression::Identifier(id) if id.name == "Symbol") => {
            match member.property.name.as_str() {
                "iterator" => Key::Name(ITERATOR.to_owned()),
                "asyncIterator" => Key::Name(ASYNC_ITERATOR.to_owned()),
                _ => Key::Symbol,
            }
        }
        _ => Key::Computed,
    }
}

impl FileReader<'_> {
    /// Add a member, or say that there may be any.
    fn add(&mut self, members: &mut Members, key: Key, member: Member) {
        match key {
            Key::Name(name) => {
                self.name_method(&name, &member);
                members.names.entry(name).or_default().push(member);
            }
            Key::Symbol => {}
            Key::Computed => members.is_open = true,
        }
    }

    /// Put the name of a method before its signature.
    pub(super) fn name_method(&mut self, name: &str, member: &Member) {
        if let Member::Method(index) = member
            && let Some(function) = self.file.functions.get_mut(*index)
            && function.text.starts_with(['(', '<'])
        {
            function.text.insert_str(0, name);
        }
    }

    /// A class.
    pub(super) fn class(&mut self, scope: usize, class: &ast::Class<'_>, name: &str) -> usize {
        let mut shape = Shape {
            name: name.to_owned(),
            scope,
            parameters: self.type_parameters(scope, class.type_parameters.as_deref()),
            is_abstract: class.r#abstract,
            ..Shape::default()
        };
        if let Some(heritage) = &class.heritage {
            let value = self.value(scope, &heritage.expression);
            let arguments = self.type_arguments(scope, heritage.type_arguments.as_deref());
            shape.bases.push(Base::Value(value, arguments));
        }
        // A decorator may add members, and in JavaScript any code.
        if self.is_script || !class.decorators.is_empty() {
            shape.members.is_open = true;
            shape.statics.is_open = true;
        }
        for element in &class.body.body {
            self.element(scope, element, &mut shape);
        }
        self.push_shape(shape)
    }

    fn element(&mut self, scope: usize, element: &ClassElement<'_>, shape: &mut Shape) {
        match element {
            ClassElement::StaticBlock(_) => shape.statics.is_open = true,
            ClassElement::MethodDefinition(method) => self.method(scope, method, shape),
            ClassElement::PropertyDefinition(property) => {
                let key = key(&property.key, property.computed);
                let annotation = property.type_annotation.as_deref();
                let member = self.property(scope, annotation, property.value.as_ref(), &key);
                self.add(side(shape, property.r#static), key, member);
            }
            ClassElement::AccessorProperty(property) => {
                let key = key(&property.key, property.computed);
                let annotation = property.type_annotation.as_deref();
                let member = self.property(scope, annotation, property.value.as_ref(), &key);
                self.add(side(shape, property.r#static), key, member);
            }
            ClassElement::TSIndexSignature(index) => {
                let ty = self.type_of(scope, &index.type_annotation.type_annotation);
                side(shape, index.r#static).index = Some(Box::new(ty));
            }
        }
    }

    fn method(&mut self, scope: usize, method: &ast::MethodDefinition<'_>, shape: &mut Shape) {
        let index = self.function(scope, &method.value);
        let member = match method.kind {
            MethodDefinitionKind::Constructor => {
                self.parameter_properties(scope, &method.value, shape);
                shape.members.constructs.push(index);
                return;
            }
            MethodDefinitionKind::Method => Member::Method(index),
            MethodDefinitionKind::Get => {
                let function = self.file.functions.get(index);
                Member::Property(
                    function.and_then(|function| function.returns.clone()),
                    function.and_then(|function| function.returned.clone()),
                )
            }
            MethodDefinitionKind::Set => {
                let function = self.file.functions.get(index);
                let parameter = function.and_then(|function| function.parameters.first());
                let annotation = parameter.and_then(|parameter| parameter.annotation.clone());
                // A getter says more.
                if let Key::Name(name) = key(&method.key, method.computed)
                    && side(shape, method.r#static).names.contains_key(&name)
                {
                    return;
                }
                Member::Property(annotation, None)
            }
        };
        let key = key(&method.key, method.computed);
        self.add(side(shape, method.r#static), key, member);
    }

    /// `constructor(private name: Type)` declares a member.
    fn parameter_properties(&mut self, scope: usize, constructor: &ast::Function<'_>, shape: &mut Shape) {
        for item in &constructor.params.items {
            if let Some(id) = item.pattern.get_binding_identifier()
                && item.has_modifier()
            {
                let annotation = item.type_annotation.as_deref();
                let annotation = annotation.map(|ty| self.type_of(scope, &ty.type_annotation));
                let member = Member::Property(annotation, None);
                let names = &mut shape.members.names;
                names.entry(id.name.to_string()).or_default().push(member);
            }
        }
        // JavaScript that was compiled to TypeScript's target without declarations sets members in the constructor.
        for statement in constructor.body.iter().flat_map(|body| &body.statements) {
            if let Some((name, value)) = this_assignment(statement) {
                let names = &mut shape.members.names;
                if !names.contains_key(name) {
                    let value = if constructor.params.items.is_empty() {
                        self.value(scope, value)
                    } else {
                        Value::Unknown
                    };
                    names.insert(name.to_owned(), vec![Member::Property(None, Some(value))]);
                }
            }
        }
    }

    fn property(
        &mut self,
        scope: usize,
        annotation: Option<&ast::TSTypeAnnotation<'_>>,
        value: Option<&Expression<'_>>,
        key: &Key,
    ) -> Member {
        let annotation = annotation.map(|ty| self.type_of(scope, &ty.type_annotation));
        if let (Some(annotation), Key::Name(name)) = (&annotation, key) {
            self.name_shape(annotation, name);
        }
        let value = value.map(|value| self.value(scope, value));
        match (annotation, value) {
            (None, Some(Value::Function(index))) => Member::Method(index),
            (annotation, value) => Member::Property(annotation, value),
        }
    }

    /// An interface.
    pub(super) fn interface(&mut self, scope: usize, interface: &ast::TSInterfaceDeclaration<'_>) -> usize {
        let mut bases = Vec::new();
        for base in &interface.extends {
            let path = super::type_of::path_of(&base.type_name);
            let arguments = self.type_arguments(scope, base.type_arguments.as_deref());
            bases.push(Base::Type(Type::Name(path, arguments)));
        }
        let shape = Shape {
            name: interface.id.name.to_string(),
            scope,
            parameters: self.type_parameters(scope, interface.type_parameters.as_deref()),
            bases,
            members: self.signatures(scope, &interface.body.body),
            ..Shape::default()
        };
        self.push_shape(shape)
    }

    /// The members of an interface or a type literal.
    pub(super) fn signatures(&mut self, scope: usize, signatures: &[TSSignature<'_>]) -> Members {
        let mut members = Members::default();
        for signature in signatures {
            match signature {
                TSSignature::TSIndexSignature(index) => {
                    let ty = self.type_of(scope, &index.type_annotation.type_annotation);
                    members.index = Some(Box::new(ty));
                }
                TSSignature::TSPropertySignature(property) => {
                    let key = key(&property.key, property.computed);
                    let annotation = property.type_annotation.as_deref();
                    let member = self.property(scope, annotation, None, &key);
                    self.add(&mut members, key, member);
                }
                TSSignature::TSCallSignatureDeclaration(call) => {
                    let variables = call.type_parameters.as_deref();
                    let returns = call.return_type.as_deref();
                    let index = self.signature(scope, variables, &call.params, returns);
                    members.calls.push(index);
                }
                TSSignature::TSConstructSignatureDeclaration(new) => {
                    let variables = new.type_parameters.as_deref();
                    let returns = new.return_type.as_deref();
                    let index = self.signature(scope, variables, &new.params, returns);
                    members.constructs.push(index);
                }
                TSSignature::TSMethodSignature(method) => {
                    let variables = method.type_parameters.as_deref();
                    let returns = method.return_type.as_deref();
                    let index = self.signature(scope, variables, &method.params, returns);
                    let function = self.file.functions.get(index);
                    let member = match method.kind {
                        TSMethodSignatureKind::Method => Member::Method(index),
                        TSMethodSignatureKind::Get => {
                            Member::Property(function.and_then(|function| function.returns.clone()), None)
                        }
                        TSMethodSignatureKind::Set => Member::Property(None, None),
                    };
                    self.add(&mut members, key(&method.key, method.computed), member);
                }
            }
        }
        members
    }

    /// An enum.
    pub(super) fn enumeration(&mut self, scope: usize, of: &ast::TSEnumDeclaration<'_>) -> usize {
        let mut shape = Shape {
            name: of.id.name.to_string(),
            scope,
            is_literal: true,
            ..Shape::default()
        };
        for member in &of.body.members {
            match &member.id {
                TSEnumMemberName::ComputedTemplateString(_) => shape.members.is_open = true,
                id => {
                    let value = Member::Property(Some(Type::Plain), None);
                    let names = &mut shape.members.names;
                    names.entry(id.static_name().to_string()).or_default().push(value);
                }
            }
        }
        self.push_shape(shape)
    }
}

/// The members of an instance, or the static ones.
fn side(shape: &mut Shape, is_static: bool) -> &mut Members {
    if is_static {
        &mut shape.statics
    } else {
        &mut shape.members
    }
}

/// `this.name = value;`
fn this_assignment<'t, 'a>(statement: &'t Statement<'a>) -> Option<(&'t str, &'t Expression<'a>)> {
    let Statement::ExpressionStatement(statement) = statement else {
        return None;
    };
    let Expression::AssignmentExpression(assignment) = &statement.expression else {
        return None;
    };
    let ast::AssignmentTarget::StaticMemberExpression(member) = &assignment.left else {
        return None;
    };
    matches!(member.object, Expression::ThisExpression(_))
        .then(|| (member.property.name.as_str(), &assignment.right))
}
