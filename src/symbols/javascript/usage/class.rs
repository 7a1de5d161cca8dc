//! The classes of a block: what they extend, and what their members are.

use super::initializer::{Callable, Initializer, annotated, gives_right_side};
use super::source::Source;
use oxc_ast::AstKind;
use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, Class, ClassElement, Expression, FormalParameter,
    MethodDefinition, MethodDefinitionKind, PropertyKey,
};
use oxc_semantic::NodeId;
use std::collections::BTreeMap;

/// What `this` refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum This {
    /// An instance of a class of the block.
    Instance(usize),
    /// The class itself.
    Class(usize),
}

/// A class of a block.
pub(super) struct DocumentClass<'a> {
    /// What it extends.
    pub base: Option<&'a Expression<'a>>,
    /// Members of instances, by name.
    pub members: BTreeMap<String, Vec<Initializer<'a>>>,
    /// Members of the class itself, by name.
    pub statics: BTreeMap<String, Vec<Initializer<'a>>>,
}

/// Every class of a block.
#[derive(Default)]
pub(super) struct Classes<'a> {
    all: Vec<DocumentClass<'a>>,
    by_node: BTreeMap<NodeId, usize>,
}

impl<'a> Classes<'a> {
    /// Collect the classes of a block.
    pub fn of(source: &Source<'a>) -> Self {
        let mut classes = Self::default();
        for node in source.semantic.nodes().iter() {
            match node.kind() {
                AstKind::Class(class) => {
                    classes.by_node.insert(node.id(), classes.all.len());
                    classes.all.push(read(class));
                }
                AstKind::AssignmentExpression(assignment) => {
                    classes.assignment(source, node.id(), assignment);
                }
                _ => {}
            }
        }
        classes
    }

    /// A class, by its index.
    pub fn get(&self, index: usize) -> Option<&DocumentClass<'a>> {
        self.all.get(index)
    }

    /// The index of the class at a node.
    pub fn index(&self, node: NodeId) -> Option<usize> {
        self.by_node.get(&node).copied()
    }

    /// What `this` at a node refers to.
    pub fn this(&self, source: &Source<'a>, node: NodeId) -> Option<This> {
        let nodes = source.semantic.nodes();
        let mut is_static = None;
        for ancestor in nodes.ancestors(node) {
            match (ancestor.kind(), is_static) {
                (AstKind::Class(_), Some(true)) => return self.index(ancestor.id()).map(This::Class),
                (AstKind::Class(_), Some(false)) => return self.index(ancestor.id()).map(This::Instance),
                // What a class extends, and its computed names, are outside of it.
                (AstKind::Class(_), None) => {}
                (AstKind::MethodDefinition(method), None) => is_static = Some(method.r#static),
                (AstKind::PropertyDefinition(field), None) => is_static = Some(field.r#static),
                (AstKind::AccessorProperty(field), None) => is_static = Some(field.r#static),
                (AstKind::StaticBlock(_), None) => is_static = Some(true),
                (AstKind::Function(_), None)
                    if !matches!(nodes.parent_kind(ancestor.id()), AstKind::MethodDefinition(_)) =>
                {
                    return None;
                }
                _ => {}
            }
        }
        None
    }

    /// `this.name = value`
    fn assignment(&mut self, source: &Source<'a>, id: NodeId, assignment: &'a AssignmentExpression<'a>) {
        let name = match &assignment.left {
            AssignmentTarget::StaticMemberExpression(member)
                if matches!(member.object, Expression::ThisExpression(_)) =>
            {
                member.property.name.as_str().to_owned()
            }
            AssignmentTarget::PrivateFieldExpression(member)
                if matches!(member.object, Expression::ThisExpression(_)) =>
            {
                format!("#{}", member.field.name)
            }
            _ => return,
        };
        let initializer = if gives_right_side(assignment.operator) {
            Initializer::Expression(&assignment.right)
        } else {
            Initializer::Unknown
        };
        match self.this(source, id) {
            Some(This::Instance(index)) => {
                if let Some(class) = self.all.get_mut(index) {
                    class.members.entry(name).or_default().push(initializer);
                }
            }
            Some(This::Class(index)) => {
                if let Some(class) = self.all.get_mut(index) {
                    class.statics.entry(name).or_default().push(initializer);
                }
            }
            None => {}
        }
    }
}

fn read<'a>(class: &'a Class<'a>) -> DocumentClass<'a> {
    let mut found = DocumentClass {
        base: class.heritage.as_ref().map(|heritage| &heritage.expression),
        members: BTreeMap::new(),
        statics: BTreeMap::new(),
    };
    for element in &class.body.body {
        match element {
            ClassElement::MethodDefinition(method) => found.method(method),
            ClassElement::PropertyDefinition(field) => {
                let value = field.value.as_ref().map(Initializer::Expression);
                let initializer = annotated(field.type_annotation.as_deref()).or(value);
                found.add(&field.key, field.r#static, initializer);
            }
            ClassElement::AccessorProperty(field) => {
                found.add(&field.key, field.r#static, Some(Initializer::Unknown));
            }
            ClassElement::StaticBlock(_) | ClassElement::TSIndexSignature(_) => {}
        }
    }
    found
}

impl<'a> DocumentClass<'a> {
    fn add(&mut self, key: &PropertyKey<'a>, is_static: bool, initializer: Option<Initializer<'a>>) {
        let name = match key {
            PropertyKey::PrivateIdentifier(name) => format!("#{}", name.name),
            other => match other.static_name() {
                Some(name) => name.into_owned(),
                None => return,
            },
        };
        let table = if is_static {
            &mut self.statics
        } else {
            &mut self.members
        };
        // A field without a type and a value gets its value in a method.
        table.entry(name).or_default().extend(initializer);
    }

    fn method(&mut self, method: &'a MethodDefinition<'a>) {
        let callable = Callable::Function(&method.value);
        let initializer = match method.kind {
            MethodDefinitionKind::Get => Initializer::Returned(callable),
            MethodDefinitionKind::Set => Initializer::Unknown,
            MethodDefinitionKind::Method => Initializer::Function(callable),
            MethodDefinitionKind::Constructor => {
                for parameter in &method.value.params.items {
                    self.parameter_property(parameter);
                }
                return;
            }
        };
        self.add(&method.key, method.r#static, Some(initializer));
    }

    /// `constructor(private client: Client)`
    fn parameter_property(&mut self, parameter: &'a FormalParameter<'a>) {
        if parameter.has_modifier()
            && let Some(name) = parameter.pattern.get_identifier_name()
        {
            let initializer = annotated(parameter.type_annotation.as_deref()).unwrap_or(Initializer::Unknown);
            self.members
                .entry(name.to_string())
                .or_default()
                .push(initializer);
        }
    }
}
