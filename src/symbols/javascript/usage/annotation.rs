//! The types that a document writes.

use super::super::ty::{Lookup, ModuleMode, Ty};
use super::binding::symbol_of;
use super::evaluate::found;
use super::initializer::Initializer;
use super::value::Value;
use super::{BlockEvaluator, MAX_DEPTH};
use oxc_ast::ast::{
    Expression, IdentifierReference, TSImportType, TSImportTypeQualifier, TSLiteral, TSType, TSTypeName,
    TSTypeQueryExprName, TSTypeReference,
};
use std::collections::BTreeMap;
use std::rc::Rc;

impl<'a> BlockEvaluator<'a, '_> {
    /// A value of the type that an annotation names.
    pub(super) fn annotation(&mut self, annotation: &'a TSType<'a>) -> Value {
        if self.depth >= MAX_DEPTH {
            return Value::UNKNOWN;
        }
        self.depth += 1;
        let value = self.annotation_value(annotation);
        self.depth -= 1;
        value
    }

    fn annotation_value(&mut self, annotation: &'a TSType<'a>) -> Value {
        match annotation {
            TSType::TSNullKeyword(_) | TSType::TSUndefinedKeyword(_) | TSType::TSVoidKeyword(_) => {
                Value::Ty(Ty::Nothing)
            }
            TSType::TSStringKeyword(_)
            | TSType::TSNumberKeyword(_)
            | TSType::TSBooleanKeyword(_)
            | TSType::TSBigIntKeyword(_)
            | TSType::TSSymbolKeyword(_) => Value::Ty(Ty::Foreign),
            TSType::TSParenthesizedType(inner) => self.annotation(&inner.type_annotation),
            TSType::TSTypeReference(reference) => self.type_reference(reference),
            TSType::TSImportType(import) => {
                let named = self.imported_type(import);
                self.instance(named)
            }
            TSType::TSTypeQuery(query) => self.queried(&query.expr_name),
            TSType::TSArrayType(array) => items(self.annotation(&array.element_type), false),
            TSType::TSTypeOperatorType(operator) => self.annotation(&operator.type_annotation),
            TSType::TSUnionType(union) => {
                let values: Vec<Value> = union.types.iter().map(|part| self.annotation(part)).collect();
                Value::join(values)
            }
            TSType::TSLiteralType(literal) => match &literal.literal {
                TSLiteral::TemplateLiteral(_) | TSLiteral::StringLiteral(_) => Value::Ty(Ty::Foreign),
                _ => Value::UNKNOWN,
            },
            TSType::TSTypeLiteral(literal) => {
                let mut members = BTreeMap::new();
                for signature in &literal.members {
                    if let oxc_ast::ast::TSSignature::TSPropertySignature(property) = signature
                        && let (Some(name), Some(annotation)) =
                            (property.key.static_name(), &property.type_annotation)
                    {
                        members.insert(name.into_owned(), self.annotation(&annotation.type_annotation));
                    }
                }
                Value::Object(Rc::new(members))
            }
            _ => Value::UNKNOWN,
        }
    }

    fn type_reference(&mut self, reference: &'a TSTypeReference<'a>) -> Value {
        let arguments = reference.type_arguments.as_deref();
        let first = arguments.and_then(|arguments| arguments.params.first());
        if let TSTypeName::IdentifierReference(name) = &reference.type_name {
            match symbol_of(self.source, name) {
                None => {
                    if let Some(value) = self.language_type(name.name.as_str(), first) {
                        return value;
                    }
                }
                Some(symbol) => {
                    if let [only] = self.bindings.declared.get(&symbol).map_or(&[][..], Vec::as_slice)
                        && let Initializer::Alias(alias) = only.initializer
                    {
                        return self.annotation(alias);
                    }
                }
            }
        }
        let named = self.type_name(&reference.type_name);
        self.instance(named)
    }

    /// A type of the language.
    fn language_type(&mut self, name: &str, first: Option<&'a TSType<'a>>) -> Option<Value> {
        let first = first?;
        Some(match name {
            "Promise" | "PromiseLike" => self.annotation(first).promised(),
            "Array" | "ReadonlyArray" | "Iterable" | "IterableIterator" | "Set" => {
                items(self.annotation(first), false)
            }
            "AsyncIterable" | "AsyncIterableIterator" => items(self.annotation(first), true),
            "Readonly" | "NonNullable" | "Required" => self.annotation(first),
            "Awaited" => {
                let inner = self.annotation(first);
                self.awaited(inner)
            }
            "InstanceType" => match self.annotation(first) {
                Value::Class(class) => Value::Instance(class),
                Value::Ty(ty) if ty.is_of_package() => Value::Ty(self.release.construct(&ty)),
                _ => Value::UNKNOWN,
            },
            "ReturnType" => match self.annotation(first) {
                Value::Function(gives) => (*gives).clone(),
                Value::Ty(ty) if ty.is_of_package() => Value::Ty(self.release.call(&ty, &[])),
                _ => Value::UNKNOWN,
            },
            _ => return None,
        })
    }

    /// What the name of a type names: a class, an interface, a namespace.
    pub(super) fn type_name(&mut self, name: &'a TSTypeName<'a>) -> Value {
        match name {
            TSTypeName::IdentifierReference(name) => self.type_identifier(name),
            TSTypeName::QualifiedName(qualified) => {
                if self.depth >= MAX_DEPTH {
                    return Value::UNKNOWN;
                }
                self.depth += 1;
                let left = self.type_name(&qualified.left);
                self.depth -= 1;
                self.member(&left, qualified.right.name.as_str())
            }
            TSTypeName::ThisExpression(_) => Value::UNKNOWN,
        }
    }

    fn type_identifier(&mut self, name: &'a IdentifierReference<'a>) -> Value {
        match symbol_of(self.source, name) {
            Some(symbol) => self.symbol(symbol),
            None => self.free_name(name.name.as_str()),
        }
    }

    /// `typeof name` as a type.
    fn queried(&mut self, name: &'a TSTypeQueryExprName<'a>) -> Value {
        match name {
            TSTypeQueryExprName::TSImportType(import) => self.imported_type(import),
            other => match other.as_ts_type_name() {
                Some(name) => self.type_name(name),
                None => Value::UNKNOWN,
            },
        }
    }

    /// `import('module').Name`
    pub(super) fn imported_type(&mut self, import: &'a TSImportType<'a>) -> Value {
        let module = import.source.value.as_str();
        match &import.qualifier {
            None => self.module(module, ModuleMode::Import),
            Some(qualifier) => self.qualified(module, qualifier),
        }
    }

    /// What a qualifier of `import('module')` names.
    pub(super) fn qualified(&mut self, module: &'a str, qualifier: &'a TSImportTypeQualifier<'a>) -> Value {
        match qualifier {
            TSImportTypeQualifier::Identifier(name) => {
                match self.release.module(module, ModuleMode::Import) {
                    Lookup::Found(module) => found(self.release.export(
                        &module,
                        name.name.as_str(),
                        ModuleMode::Import,
                    )),
                    _ => Value::UNKNOWN,
                }
            }
            TSImportTypeQualifier::QualifiedName(qualified) => {
                if self.depth >= MAX_DEPTH {
                    return Value::UNKNOWN;
                }
                self.depth += 1;
                let left = self.qualified(module, &qualified.left);
                self.depth -= 1;
                self.member(&left, qualified.right.name.as_str())
            }
        }
    }

    /// `value as Type`
    pub(super) fn cast(&mut self, value: &'a Expression<'a>, annotation: &'a TSType<'a>) -> Value {
        if let TSType::TSTypeReference(reference) = annotation
            && let TSTypeName::IdentifierReference(name) = &reference.type_name
            && name.name == "const"
        {
            return self.value(value);
        }
        self.annotation(annotation)
    }
}

fn items(element: Value, is_async: bool) -> Value {
    Value::Ty(Ty::Items(Rc::new(element.into_ty()), is_async))
}
