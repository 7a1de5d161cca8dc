//! Types, as they are written.

use super::super::summary::{Members, Shape, Type, TypeParameter};
use super::{FileReader, MAX_NESTED};
use oxc_ast::ast::{
    self, TSImportTypeQualifier, TSLiteral, TSTupleElement, TSType, TSTypeName, TSTypeOperatorOperator,
    TSTypeQueryExprName,
};

/// A name with dots. Nothing for `this`.
pub(super) fn path_of(name: &TSTypeName<'_>) -> Vec<String> {
    let mut path = Vec::new();
    let mut name = name;
    loop {
        match name {
            TSTypeName::IdentifierReference(id) => {
                path.push(id.name.to_string());
                break;
            }
            TSTypeName::QualifiedName(qualified) => {
                path.push(qualified.right.name.to_string());
                name = &qualified.left;
            }
            TSTypeName::ThisExpression(_) => {
                path.push("this".to_owned());
                break;
            }
        }
    }
    path.reverse();
    path
}

fn import_path(qualifier: Option<&TSImportTypeQualifier<'_>>) -> Vec<String> {
    let mut path = Vec::new();
    let mut next = qualifier;
    while let Some(qualifier) = next {
        next = match qualifier {
            TSImportTypeQualifier::Identifier(id) => {
                path.push(id.name.to_string());
                None
            }
            TSImportTypeQualifier::QualifiedName(name) => {
                path.push(name.right.name.to_string());
                Some(&name.left)
            }
        };
    }
    path.reverse();
    path
}

impl FileReader<'_> {
    pub(super) fn type_parameters(
        &mut self,
        scope: usize,
        parameters: Option<&ast::TSTypeParameterDeclaration<'_>>,
    ) -> Vec<TypeParameter> {
        let mut read = Vec::new();
        for parameter in parameters.iter().flat_map(|all| &all.params) {
            read.push(TypeParameter {
                name: parameter.name.name.to_string(),
                default: parameter.default.as_ref().map(|ty| self.type_of(scope, ty)),
            });
        }
        read
    }

    pub(super) fn type_arguments(
        &mut self,
        scope: usize,
        arguments: Option<&ast::TSTypeParameterInstantiation<'_>>,
    ) -> Vec<Type> {
        arguments
            .iter()
            .flat_map(|all| &all.params)
            .map(|ty| self.type_of(scope, ty))
            .collect()
    }

    /// A type.
    pub(super) fn type_of(&mut self, scope: usize, ty: &TSType<'_>) -> Type {
        if self.nested >= MAX_NESTED {
            return Type::Unknown;
        }
        self.nested += 1;
        let read = self.type_within(scope, ty);
        self.nested -= 1;
        read
    }

    fn type_within(&mut self, scope: usize, ty: &TSType<'_>) -> Type {
        match ty {
            TSType::TSParenthesizedType(inner) => self.type_of(scope, &inner.type_annotation),
            TSType::TSTypeReference(reference) => self.reference(scope, reference),
            TSType::TSTypeQuery(query) => self.query(scope, query),
            TSType::TSImportType(import) => self.import_type(scope, import, false),
            TSType::TSTypeLiteral(literal) => {
                let members = self.signatures(scope, &literal.members);
                Type::Object(self.push_shape(Shape {
                    scope,
                    members,
                    ..Shape::default()
                }))
            }
            TSType::TSFunctionType(function) => {
                let variables = function.type_parameters.as_deref();
                let index = self.signature(scope, variables, &function.params, Some(&function.return_type));
                Type::Function(index)
            }
            TSType::TSConstructorType(function) => self.constructor(scope, function),
            TSType::TSUnionType(union) => Type::Union(self.types(scope, &union.types)),
            TSType::TSIntersectionType(all) => Type::Intersection(self.types(scope, &all.types)),
            TSType::TSArrayType(array) => Type::Array(Box::new(self.type_of(scope, &array.element_type))),
            TSType::TSTupleType(tuple) => self.tuple(scope, tuple),
            TSType::TSIndexedAccessType(access) => self.indexed(scope, access),
            TSType::TSTypeOperatorType(operator) => match operator.operator {
                TSTypeOperatorOperator::Readonly => self.type_of(scope, &operator.type_annotation),
                TSTypeOperatorOperator::Keyof | TSTypeOperatorOperator::Unique => Type::Plain,
            },
            TSType::TSThisType(_) => Type::This,
            TSType::TSNamedTupleMember(_)
            | TSType::TSConditionalType(_)
            | TSType::TSInferType(_)
            | TSType::TSMappedType(_)
            | TSType::TSAnyKeyword(_)
            | TSType::TSUnknownKeyword(_)
            | TSType::TSObjectKeyword(_)
            | TSType::TSIntrinsicKeyword(_)
            | TSType::JSDocNullableType(_)
            | TSType::JSDocNonNullableType(_)
            | TSType::JSDocUnknownType(_) => Type::Unknown,
            TSType::TSNeverKeyword(_)
            | TSType::TSNullKeyword(_)
            | TSType::TSUndefinedKeyword(_)
            | TSType::TSVoidKeyword(_) => Type::Nothing,
            TSType::TSBigIntKeyword(_)
            | TSType::TSBooleanKeyword(_)
            | TSType::TSNumberKeyword(_)
            | TSType::TSStringKeyword(_)
            | TSType::TSSymbolKeyword(_)
            | TSType::TSLiteralType(_)
            | TSType::TSTemplateLiteralType(_)
            | TSType::TSTypePredicate(_) => Type::Plain,
        }
    }

    /// `new () => T`
    fn constructor(&mut self, scope: usize, function: &ast::TSConstructorType<'_>) -> Type {
        let variables = function.type_parameters.as_deref();
        let index = self.signature(scope, variables, &function.params, Some(&function.return_type));
        let members = Members {
            constructs: vec![index],
            ..Members::default()
        };
        Type::Object(self.push_shape(Shape {
            scope,
            members,
            ..Shape::default()
        }))
    }

    /// `T["name"]`
    fn indexed(&mut self, scope: usize, access: &ast::TSIndexedAccessType<'_>) -> Type {
        let object = self.type_of(scope, &access.object_type);
        match &access.index_type {
            TSType::TSLiteralType(literal) => match &literal.literal {
                TSLiteral::StringLiteral(name) => Type::Index(Box::new(object), name.value.to_string()),
                _ => Type::Unknown,
            },
            _ => Type::Unknown,
        }
    }

    fn types(&mut self, scope: usize, types: &[TSType<'_>]) -> Vec<Type> {
        types.iter().map(|ty| self.type_of(scope, ty)).collect()
    }

    fn reference(&mut self, scope: usize, reference: &ast::TSTypeReference<'_>) -> Type {
        let path = path_of(&reference.type_name);
        if path.first().is_some_and(|first| first == "this") {
            return Type::Unknown;
        }
        Type::Name(
            path,
            self.type_arguments(scope, reference.type_arguments.as_deref()),
        )
    }

    fn query(&mut self, scope: usize, query: &ast::TSTypeQuery<'_>) -> Type {
        if query.type_arguments.is_some() {
            return Type::Unknown;
        }
        match &query.expr_name {
            TSTypeQueryExprName::TSImportType(import) => self.import_type(scope, import, true),
            other => match other.as_ts_type_name().map(path_of) {
                Some(path) if path.first().is_some_and(|first| first != "this") => Type::Query(path),
                _ => Type::Unknown,
            },
        }
    }

    fn import_type(&mut self, scope: usize, import: &ast::TSImportType<'_>, is_query: bool) -> Type {
        Type::Import(
            import.source.value.to_string(),
            import_path(import.qualifier.as_ref()),
            self.type_arguments(scope, import.type_arguments.as_deref()),
            is_query,
        )
    }

    fn tuple(&mut self, scope: usize, tuple: &ast::TSTupleType<'_>) -> Type {
        let mut parts = Vec::new();
        for element in &tuple.element_types {
            let mut element = element;
            while let TSTupleElement::TSNamedTupleMember(named) = element {
                element = &named.element_type;
            }
            match element {
                TSTupleElement::TSOptionalType(optional) => {
                    parts.push(self.type_of(scope, &optional.type_annotation));
                }
                // Any number of places.
                TSTupleElement::TSRestType(_) => return Type::Array(Box::new(Type::Unknown)),
                other => parts.push(match other.as_ts_type() {
                    Some(ty) => self.type_of(scope, ty),
                    None => Type::Unknown,
                }),
            }
        }
        Type::Tuple(parts)
    }

    /// Give a literal the name of what it belongs to.
    pub(super) fn name_shape(&mut self, ty: &Type, name: &str) {
        match ty {
            Type::Object(index) => {
                if let Some(shape) = self.file.shapes.get_mut(*index)
                    && shape.name.is_empty()
                {
                    name.clone_into(&mut shape.name);
                }
            }
            Type::Intersection(parts) => parts.iter().for_each(|part| self.name_shape(part, name)),
            _ => {}
        }
    }
}
