//! Functions and signatures.

use super::super::summary::{Function, Parameter, Value};
use super::FileReader;
use oxc_ast::ast::{self, ArrowFunctionBody, Statement};

impl FileReader<'_> {
    /// A function with or without a body.
    pub(super) fn function(&mut self, scope: usize, function: &ast::Function<'_>) -> usize {
        let variables = function.type_parameters.as_deref();
        let returns = function.return_type.as_deref();
        let index = self.signature(scope, variables, &function.params, returns);
        let returned = match &function.body {
            Some(body) if returns.is_none() && !function.generator => self
                .within(&function.params, |reader| {
                    reader.returned(scope, &body.statements)
                }),
            _ => None,
        };
        self.finish(index, returned, function.r#async);
        index
    }

    /// An arrow function.
    pub(super) fn arrow(&mut self, scope: usize, arrow: &ast::ArrowFunctionExpression<'_>) -> usize {
        let variables = arrow.type_parameters.as_deref();
        let returns = arrow.return_type.as_deref();
        let index = self.signature(scope, variables, &arrow.params, returns);
        let returned = if returns.is_some() {
            None
        } else {
            self.within(&arrow.params, |reader| match &arrow.body {
                ArrowFunctionBody::FunctionBody(body) => reader.returned(scope, &body.statements),
                other => other
                    .as_expression()
                    .map(|expression| reader.value(scope, expression)),
            })
        };
        self.finish(index, returned, arrow.r#async);
        index
    }

    /// A signature.
    pub(super) fn signature(
        &mut self,
        scope: usize,
        variables: Option<&ast::TSTypeParameterDeclaration<'_>>,
        parameters: &ast::FormalParameters<'_>,
        returns: Option<&ast::TSTypeAnnotation<'_>>,
    ) -> usize {
        let text = self.signature_text(variables, parameters, returns);
        let mut read = Function {
            scope,
            variables: self.type_parameters(scope, variables),
            text,
            ..Function::default()
        };
        for item in &parameters.items {
            let annotation = item.type_annotation.as_deref();
            read.parameters.push(Parameter {
                annotation: annotation.map(|ty| self.type_of(scope, &ty.type_annotation)),
                is_optional: item.optional || item.initializer.is_some() || self.is_script,
                is_rest: false,
            });
        }
        if let Some(rest) = &parameters.rest {
            let annotation = rest.type_annotation.as_deref();
            read.parameters.push(Parameter {
                annotation: annotation.map(|ty| self.type_of(scope, &ty.type_annotation)),
                is_optional: true,
                is_rest: true,
            });
        }
        read.returns = returns.map(|ty| self.type_of(scope, &ty.type_annotation));
        self.push_function(read)
    }

    fn finish(&mut self, index: usize, returned: Option<Value>, is_async: bool) {
        if let Some(function) = self.file.functions.get_mut(index) {
            function.returned = returned;
            function.is_async = is_async;
        }
    }

    /// Read with the names of parameters hidden.
    fn within<T>(&mut self, parameters: &ast::FormalParameters<'_>, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.locals.len();
        for pattern in parameters.iter_bindings() {
            for id in pattern.get_binding_identifiers() {
                self.locals.push(id.name.to_string());
            }
        }
        let result = read(self);
        self.locals.truncate(before);
        result
    }

    /// What a body that is only a `return` returns.
    fn returned(&mut self, scope: usize, body: &[Statement<'_>]) -> Option<Value> {
        match body {
            [] => Some(Value::Plain),
            [Statement::ReturnStatement(statement)] => Some(match &statement.argument {
                Some(argument) => self.value(scope, argument),
                None => Value::Plain,
            }),
            _ => None,
        }
    }
}
