//! Members of an interface or an object type that are on one line without a separator. `oxc_parser` accepts
//! them, TypeScript does not: a member ends at `;`, `,`, a line break or the closing brace.

use oxc_ast::ast::{Program, TSInterfaceBody, TSSignature, TSTypeLiteral};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;

use super::SyntaxError;

/// The first member without a separator between it and the one before it.
pub(super) fn unseparated(program: &Program<'_>, code: &str) -> Option<SyntaxError> {
    let mut finder = MemberFinder { code, at: None };
    finder.visit_program(program);
    let at = finder.at?;
    let mut error = SyntaxError::new(code, at..at, "expected `;` between the members of a type");
    error.label = Some("`;` expected".to_owned());
    Some(error)
}

struct MemberFinder<'c> {
    code: &'c str,
    at: Option<usize>,
}

impl MemberFinder<'_> {
    fn members(&mut self, members: &[TSSignature<'_>]) {
        for pair in members.windows(2) {
            let [member, next] = pair else { continue };
            let (end, start) = (member.span().end as usize, next.span().start as usize);
            let separated = |text: &str| text.contains([';', ',', '\n', '\r', '\u{2028}', '\u{2029}']);
            let last = self.code.get(..end).unwrap_or_default().chars().next_back();
            let gap = self.code.get(end..start).unwrap_or(";");
            let ends = last.is_some_and(|c| matches!(c, ';' | ','));
            if !ends && !separated(gap) && self.at.is_none_or(|at| start < at) {
                self.at = Some(start);
            }
        }
    }
}

impl<'a> Visit<'a> for MemberFinder<'_> {
    fn visit_ts_interface_body(&mut self, body: &TSInterfaceBody<'a>) {
        self.members(&body.body);
        walk::walk_ts_interface_body(self, body);
    }

    fn visit_ts_type_literal(&mut self, literal: &TSTypeLiteral<'a>) {
        self.members(&literal.members);
        walk::walk_ts_type_literal(self, literal);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::ParseResult;
    use super::super::parse_ts;

    #[test]
    fn members_need_a_separator() {
        for code in [
            "interface A { a: string; b: number, c(): void }",
            "interface A {\n  a: string // a\n  b: number\n  get c(): string\n}",
            "type A = { a: string /* a\n */ b: number };",
        ] {
            assert_eq!(parse_ts(code), ParseResult::Valid, "{code}");
        }
        match parse_ts("interface A {\n  a: { b: string c: number }\n}") {
            ParseResult::Invalid(error) => assert_eq!(error.span, 31..32, "{error:?}"),
            other => panic!("{other:?}"),
        }
        assert!(matches!(
            parse_ts("type A = {\n  a string;\n};"),
            ParseResult::Invalid(_)
        ));
    }
}
