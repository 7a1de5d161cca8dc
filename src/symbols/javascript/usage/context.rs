//! Facts about a block: names that it sets or tests for, tests that narrow the type of a name, comments.

use super::source::Source;
use crate::symbols::block;
use oxc_ast::AstKind;
use oxc_ast::ast::{
    BinaryExpression, BinaryOperator, BindingPattern, CallExpression, Expression, IfStatement,
    LogicalOperator, ObjectPropertyKind, PropertyKey, TSSignature, UnaryOperator,
};
use oxc_semantic::NodeId;
use oxc_span::{GetSpan, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A part of a block in which a test narrows the type of a name.
pub(super) struct Narrowed<'a> {
    /// Where.
    pub span: Span,
    /// The class whose instance it is there; nothing known without one.
    pub class: Option<&'a Expression<'a>>,
}

/// Facts about a block.
#[derive(Default)]
pub(super) struct BlockContext<'a> {
    /// Names by what tests say of them.
    pub narrowed: BTreeMap<&'a str, Vec<Narrowed<'a>>>,
    /// Parts in which nothing is reported.
    pub unreported: Vec<Range<usize>>,
}

impl<'a> BlockContext<'a> {
    /// Collect the facts about a block.
    pub fn of(source: &Source<'a>) -> Self {
        let mut context = Self {
            narrowed: BTreeMap::new(),
            unreported: block::outdated_ranges(source.code, &["//", "/*", "*"]),
        };
        context.unreported.extend(ignored_lines(source.code));
        for node in source.semantic.nodes().iter() {
            match node.kind() {
                AstKind::BinaryExpression(test) if test.operator == BinaryOperator::Instanceof => {
                    context.instance_test(source, node.id(), test);
                }
                AstKind::CallExpression(call) => context.guard_call(source, node.id(), call),
                AstKind::IfStatement(branch) => context.version_test(source, branch),
                _ => {}
            }
        }
        context
    }

    fn instance_test(&mut self, source: &Source<'a>, id: NodeId, test: &'a BinaryExpression<'a>) {
        let Some(scope) = where_it_holds(source, id) else {
            return;
        };
        let Expression::Identifier(name) = test.left.get_inner_expression() else {
            self.unreported.extend(
                scope
                    .spans
                    .iter()
                    .map(|span| span.start as usize..span.end as usize),
            );
            return;
        };
        let narrowed = self.narrowed.entry(name.name.as_str()).or_default();
        if scope.is_plain {
            narrowed.extend(scope.spans.into_iter().map(|span| Narrowed {
                span,
                class: Some(&test.right),
            }));
        } else {
            narrowed.push(unknown_everywhere(source));
        }
    }

    /// `if (isClient(x))` may say what `x` is.
    fn guard_call(&mut self, source: &Source<'a>, id: NodeId, call: &'a CallExpression<'a>) {
        if call.arguments.is_empty() || where_it_holds(source, id).is_none() {
            return;
        }
        for argument in &call.arguments {
            if let Some(Expression::Identifier(name)) = argument.as_expression() {
                self.narrowed
                    .entry(name.name.as_str())
                    .or_default()
                    .push(unknown_everywhere(source));
            }
        }
    }

    /// A test for a version: each branch is for one of several versions.
    fn version_test(&mut self, source: &Source<'a>, branch: &'a IfStatement<'a>) {
        let test = branch.test.span();
        let text = source.code.get(test.start as usize..test.end as usize);
        if text.is_some_and(|text| text.to_ascii_lowercase().contains("version")) {
            self.unreported
                .push(branch.span.start as usize..branch.span.end as usize);
        }
    }
}

fn unknown_everywhere<'a>(source: &Source<'_>) -> Narrowed<'a> {
    let end = u32::try_from(source.code.len()).unwrap_or(u32::MAX);
    Narrowed {
        span: Span::new(0, end),
        class: None,
    }
}

/// Where the result of a test is known.
struct TestScope {
    /// The parts in which it holds.
    spans: Vec<Span>,
    /// Whether it holds in these and says nothing elsewhere.
    is_plain: bool,
}

/// Where an expression that is a test, or a part of one, is true; `None` when it is not a test.
fn where_it_holds(source: &Source<'_>, id: NodeId) -> Option<TestScope> {
    let nodes = source.semantic.nodes();
    let mut scope = TestScope {
        spans: Vec::new(),
        is_plain: true,
    };
    let mut inner = nodes.kind(id).span();
    for ancestor in nodes.ancestors(id) {
        let kind = ancestor.kind();
        match kind {
            AstKind::LogicalExpression(both) if both.operator == LogicalOperator::And => {
                if both.left.span() == inner {
                    scope.spans.push(both.right.span());
                }
            }
            AstKind::ParenthesizedExpression(_) => {}
            AstKind::LogicalExpression(_) | AstKind::UnaryExpression(_) | AstKind::AwaitExpression(_) => {
                scope.is_plain = false;
            }
            AstKind::IfStatement(branch) if branch.test.span() == inner => {
                scope.spans.push(branch.consequent.span());
                return Some(scope);
            }
            AstKind::ConditionalExpression(choice) if choice.test.span() == inner => {
                scope.spans.push(choice.consequent.span());
                return Some(scope);
            }
            AstKind::WhileStatement(each) if each.test.span() == inner => {
                scope.is_plain = false;
                scope.spans.push(each.body.span());
                return Some(scope);
            }
            AstKind::SwitchCase(case) if case.test.as_ref().is_some_and(|test| test.span() == inner) => {
                scope.is_plain = false;
                scope.spans.push(case.span);
                return Some(scope);
            }
            _ => return (!scope.spans.is_empty()).then_some(scope),
        }
        inner = kind.span();
    }
    None
}

/// The lines after a comment that turns the type checker off.
fn ignored_lines(code: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut is_ignored = false;
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let end = at + line.len();
        let trimmed = line.trim();
        let is_comment = trimmed.starts_with("//") || trimmed.starts_with("/*") || trimmed.starts_with('*');
        if is_ignored && !is_comment {
            ranges.push(at..end);
            is_ignored = false;
        }
        if trimmed.contains("@ts-ignore") || trimmed.contains("@ts-expect-error") {
            is_ignored = true;
        }
        if trimmed.contains("@ts-nocheck") {
            ranges.push(0..code.len());
        }
        at = end;
    }
    ranges
}

/// The names of members that a document sets on anything or tests for: they may be missing on purpose.
#[derive(Default)]
pub(super) struct MembersSetByDocument {
    /// Set, or tested for in a way that is only for names that may be missing.
    certain: BTreeSet<String>,
    /// Tested as a condition.
    conditions: BTreeSet<String>,
    /// Members of which the document uses members, so that a condition is about the data in them.
    holders: BTreeSet<String>,
    /// Called members.
    called: BTreeSet<String>,
    /// Whether the document puts test doubles in the place of classes: they have members that start with `mock`.
    has_doubles: bool,
}

impl MembersSetByDocument {
    /// Whether a member of this name may be missing on purpose.
    pub fn contains(&self, name: &str) -> bool {
        let is_data = self.holders.contains(name) && !self.called.contains(name);
        self.certain.contains(name)
            || self.conditions.contains(name) && !is_data
            || self.has_doubles && name.starts_with("mock")
    }

    /// Add what a block sets and tests for.
    pub fn add(&mut self, source: &Source<'_>) {
        for node in source.semantic.nodes().iter() {
            match node.kind() {
                AstKind::AssignmentExpression(assignment) => {
                    let target = assignment.left.as_simple_assignment_target();
                    let member = target.and_then(|target| target.as_member_expression());
                    if let Some(member) = member
                        && !matches!(member.object(), Expression::ThisExpression(_))
                    {
                        let name = member.static_property_name();
                        self.certain.extend(name.map(|name| name.to_string()));
                    }
                }
                AstKind::BinaryExpression(binary) => compared(binary, &mut self.certain),
                AstKind::UnaryExpression(unary) if unary.operator == UnaryOperator::Typeof => {
                    tested(&unary.argument, &mut self.certain);
                }
                AstKind::LogicalExpression(logical) if logical.operator != LogicalOperator::And => {
                    tested(&logical.left, &mut self.certain);
                }
                AstKind::CallExpression(call) => {
                    called(call, &mut self.certain);
                    self.has_doubles |= makes_double(call);
                    tested(&call.callee, &mut self.called);
                }
                AstKind::NewExpression(new) => tested(&new.callee, &mut self.called),
                AstKind::BindingProperty(property) => {
                    if matches!(property.value, BindingPattern::AssignmentPattern(_)) {
                        let name = property.key.static_name();
                        self.certain.extend(name.map(|name| name.into_owned()));
                    }
                }
                AstKind::TSExternalModuleDeclaration(_) => {
                    added_to_module(source, node.id(), &mut self.certain);
                }
                kind => self.condition(kind),
            }
        }
    }

    fn condition(&mut self, kind: AstKind<'_>) {
        let names = &mut self.conditions;
        match kind {
            AstKind::UnaryExpression(unary) if unary.operator == UnaryOperator::LogicalNot => {
                tested(&unary.argument, names);
            }
            AstKind::LogicalExpression(logical) => tested(&logical.left, names),
            AstKind::IfStatement(branch) => tested(&branch.test, names),
            AstKind::ConditionalExpression(choice) => tested(&choice.test, names),
            AstKind::WhileStatement(each) => tested(&each.test, names),
            AstKind::StaticMemberExpression(member) => tested(&member.object, &mut self.holders),
            AstKind::ComputedMemberExpression(member) => tested(&member.object, &mut self.holders),
            _ => {}
        }
    }
}

/// `x.name`
fn tested(test: &Expression<'_>, names: &mut BTreeSet<String>) {
    let member = test.get_inner_expression().get_member_expr();
    names.extend(member.and_then(|member| member.static_property_name().map(|name| name.to_string())));
}

/// `'name' in x`, `x.name === undefined`
fn compared(binary: &BinaryExpression<'_>, names: &mut BTreeSet<String>) {
    if binary.operator == BinaryOperator::In {
        if let Expression::StringLiteral(name) = &binary.left {
            names.insert(name.value.to_string());
        }
    } else if binary.operator.is_equality() {
        if binary.right.is_null_or_undefined() {
            tested(&binary.left, names);
        }
        if binary.left.is_null_or_undefined() {
            tested(&binary.right, names);
        }
    }
}

/// `x.name?.()`, `Object.assign(x, { name })`, `Object.hasOwn(x, 'name')`, `x.hasOwnProperty('name')`
fn called(call: &CallExpression<'_>, names: &mut BTreeSet<String>) {
    if call.optional {
        tested(&call.callee, names);
    }
    let function = call
        .callee
        .get_member_expr()
        .and_then(|member| member.static_property_name().map(|name| name.to_string()));
    match function.as_deref() {
        Some("hasOwn" | "hasOwnProperty" | "defineProperty" | "has") => {
            for argument in &call.arguments {
                if let Some(Expression::StringLiteral(name)) = argument.as_expression() {
                    names.insert(name.value.to_string());
                }
            }
        }
        Some("assign" | "defineProperties") => {
            for argument in call.arguments.iter().skip(1) {
                if let Some(Expression::ObjectExpression(object)) = argument.as_expression() {
                    for property in &object.properties {
                        if let ObjectPropertyKind::ObjectProperty(property) = property {
                            names.extend(property.key.static_name().map(|name| name.into_owned()));
                        }
                    }
                }
            }
        }
        _ => {}
    }
}

/// `jest.mock('name')`, `vi.spyOn(x, 'name')`, `sinon.stub(x)`, `mock.method(x, 'name')`
fn makes_double(call: &CallExpression<'_>) -> bool {
    let name = match call.callee.get_inner_expression() {
        Expression::Identifier(name) => name.name.as_str(),
        other => match other.get_member_expr().map(|member| member.object()) {
            Some(Expression::Identifier(object)) => object.name.as_str(),
            _ => return false,
        },
    };
    matches!(
        name,
        "jest" | "vi" | "vitest" | "sinon" | "sandbox" | "mock" | "td" | "spyOn"
    )
}

/// The names that `declare module 'name' { ... }` adds.
fn added_to_module(source: &Source<'_>, module: NodeId, names: &mut BTreeSet<String>) {
    let nodes = source.semantic.nodes();
    let AstKind::TSExternalModuleDeclaration(declaration) = nodes.kind(module) else {
        return;
    };
    let inside = nodes
        .iter()
        .filter(|node| declaration.span.contains_inclusive(node.kind().span()) && node.id() != module);
    for node in inside {
        match node.kind() {
            AstKind::BindingIdentifier(name) => {
                names.insert(name.name.to_string());
            }
            AstKind::TSInterfaceBody(body) => {
                for signature in &body.body {
                    names.extend(signature_name(signature));
                }
            }
            _ => {}
        }
    }
}

fn signature_name(signature: &TSSignature<'_>) -> Option<String> {
    let key: &PropertyKey<'_> = match signature {
        TSSignature::TSPropertySignature(property) => &property.key,
        TSSignature::TSMethodSignature(method) => &method.key,
        _ => return None,
    };
    key.static_name().map(|name| name.into_owned())
}
