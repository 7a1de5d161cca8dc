//! Idioms of JavaScript and TypeScript in documentation.

pub(super) mod excerpt;
mod inspected;
pub(super) mod notation;
mod shape;
mod signature;
mod typedoc;

use super::super::javascript::{adjacent_markup, parse_ts};
use super::super::{Language, ParseResult, SyntaxError, brackets, visible};
use super::{Idiom, Rewrite, alternatives, marks, parses, text};

/// A name of three bytes that no snippet uses: it takes the place of `...`.
const FILLER_NAME: &str = "$_$";

/// Rewrites that keep every byte in its place.
pub(super) const REWRITES: &[Rewrite] = &[
    (Idiom::DiffMarks, |code, _| marks::code_marks(code)),
    (Idiom::DiffMarks, marks::diff_marks),
    (Idiom::Prompt, |code, _| text::underlines(code)),
    (Idiom::Placeholder, |code, _| excerpt::cursors(code)),
    (Idiom::Signature, |code, _| text::optional_arguments(code)),
    (Idiom::Signature, |code, _| signature::dotted_names(code)),
    (Idiom::ClassMembers, |code, _| typedoc::declarations(code)),
    (Idiom::CommentForCode, typedoc::comments_in_markup),
    (Idiom::Prompt, |code, _| inspected::values(code)),
    (Idiom::Prompt, |code, _| excerpt::class_names(code)),
    (Idiom::Elision, |code, _| notation::elided_attributes(code)),
    (Idiom::Elision, |code, _| notation::two_dots(code)),
    (Idiom::Elision, |code, _| elide(code)),
    (Idiom::CommentForCode, |code, _| comment_for_code(code)),
    (Idiom::Several, alternatives::members),
    (Idiom::Proposal, |code, _| proposals(code)),
    (Idiom::Placeholder, |code, _| {
        let mut found = text::placeholders(code);
        found.retain(|place| !code.get(place.clone()).is_some_and(is_element));
        text::fill(code, &found, |_| "$_".to_owned())
    }),
];

/// HTML elements whose names are not used for placeholders: `<div>` is unclosed markup, but `<code>` is a placeholder.
const ELEMENTS: [&str; 40] = [
    "article",
    "aside",
    "blockquote",
    "br",
    "button",
    "canvas",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "iframe",
    "img",
    "li",
    "nav",
    "ol",
    "pre",
    "section",
    "small",
    "span",
    "strong",
    "svg",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Whether `<name>` is an element of HTML.
fn is_element(tag: &str) -> bool {
    let name = tag.trim_start_matches('<').trim_end_matches('>');
    ELEMENTS.binary_search(&name).is_ok()
}

/// The idiom of a snippet whose surrounding code is missing.
pub(super) fn wrapped(language: &Language, code: &str, error: &SyntaxError) -> Option<Idiom> {
    // The head of a class, at the end.
    if error.message == "expected `{` but found `EOF`" && parses(language, &format!("{code} {{}}")) {
        return Some(Idiom::Signature);
    }
    let body = text::body(code, "//").trim();
    let body = if body.starts_with("/*") {
        body.split_once("*/").map_or(body, |(_, rest)| rest.trim())
    } else {
        body
    };
    let bare = body.strip_suffix(';').unwrap_or(body);
    let block = InvalidBlock {
        language,
        code,
        body,
        bare: bare.strip_suffix(',').unwrap_or(bare),
        first: body.lines().next().unwrap_or_default(),
        typed: is_typed(language),
    };
    // The first step that recognises the block decides.
    [
        InvalidBlock::clause,
        InvalidBlock::attributes,
        InvalidBlock::session,
        InvalidBlock::part,
        InvalidBlock::value,
        InvalidBlock::decorated,
    ]
    .iter()
    .find_map(|step| match step(&block) {
        Decision::Done(idiom) => Some(idiom),
        Decision::Next => None,
    })
    .unwrap_or_else(|| block.members())
}

/// The error of members or of a literal, parsed with the code that should surround them: otherwise a parser takes
/// the first brace for a block and the keys for labels. `None` when there is no error, or the code is neither.
pub(super) fn error_inside(language: &Language, code: &str) -> Option<SyntaxError> {
    let first = text::first_line(code, "//");
    // A method is a member of an object only when a comma follows; otherwise it is a function without its keyword.
    let listed = code.trim_end().ends_with(',');
    let (before, after) = match first {
        _ if first.starts_with(['{', '[']) => ("(\n", "\n)"),
        _ if shape::is_property(first) && (listed || !shape::is_method(first)) => ("({\n", "\n})"),
        _ => return None,
    };
    let bare = code.trim_end().trim_end_matches([',', ';']);
    if let Some(closer) = brackets::unopened(bare) {
        let mut error = SyntaxError::new(code, closer..closer + 1, "unexpected token");
        error.label = Some("closes more than was opened".to_owned());
        return Some(error);
    }
    let ParseResult::Invalid(mut error) = super::parse(language, &format!("{before}{bare}{after}")) else {
        return None;
    };
    let start = error.span.start.checked_sub(before.len())?;
    if start >= bare.len() {
        // The error is in the closing brackets that were added.
        let end = code.trim_end().len();
        let mut error = SyntaxError::new(code, end..end, "unexpected end of input");
        brackets::refine(code, &mut error);
        return Some(error);
    }
    let back = |at: usize| at.saturating_sub(before.len());
    error.span = visible(code, start..back(error.span.end).min(bare.len()));
    error
        .related
        .retain(|(span, _)| span.start >= before.len() && back(span.end) <= bare.len());
    for (span, _) in &mut error.related {
        *span = visible(code, back(span.start)..back(span.end));
    }
    Some(*error)
}

/// A block that is not a program, with its first line.
struct InvalidBlock<'a> {
    language: &'a Language,
    code: &'a str,
    /// The code without the comments above it.
    body: &'a str,
    /// The body without the `;` or `,` at its end.
    bare: &'a str,
    first: &'a str,
    typed: bool,
}

/// What a step of [`wrapped`] decides.
enum Decision {
    /// It leaves the block to the next step.
    Next,
    /// It recognises the block: the idiom, if there is one.
    Done(Option<Idiom>),
}

impl Decision {
    /// Done with an idiom, or left to the next step without one.
    fn if_found(idiom: Option<Idiom>) -> Self {
        idiom.map_or(Self::Next, |idiom| Self::Done(Some(idiom)))
    }
}

impl InvalidBlock<'_> {
    /// The idiom, if the source parses.
    fn idiom_if_parses(&self, idiom: Idiom, source: &str) -> Option<Idiom> {
        parses(self.language, source).then_some(idiom)
    }

    /// A clause whose statement is missing.
    fn clause(&self) -> Decision {
        let body = self.body;
        let word = self
            .first
            .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
            .next()
            .unwrap_or_default();
        let source = match word {
            "catch" | "finally" => format!("try {{}} {body}"),
            "else" => format!("if (_) {{}} {body}"),
            "case" | "default" if body.contains(':') => {
                let source = format!("switch (_) {{ {body}\n}}");
                return Decision::if_found(self.idiom_if_parses(Idiom::Clause, &source));
            }
            "yield" => format!("async function* _() {{ {body}\n}}"),
            _ => return Decision::Next,
        };
        Decision::Done(self.idiom_if_parses(Idiom::Clause, &source))
    }

    /// Attributes without their element, or opening tags that the text speaks of.
    fn attributes(&self) -> Decision {
        if !markup_allowed(self.language) {
            return Decision::Next;
        }
        if excerpt::are_attributes(self.language, self.body) {
            return Decision::Done(Some(Idiom::AdjacentMarkup));
        }
        let closed = excerpt::close_tags(self.code);
        Decision::if_found(closed.and_then(|closed| self.idiom_if_parses(Idiom::AdjacentMarkup, &closed)))
    }

    /// What was typed in a console, with or without what it printed.
    fn session(&self) -> Decision {
        if let Some(typed) = notation::typed_lines(self.body) {
            return Decision::Done(self.idiom_if_parses(Idiom::Prompt, &typed));
        }
        if notation::is_printed(self.body) {
            return Decision::Done(Some(Idiom::Prompt));
        }
        match notation::without_results(self.code) {
            Some(typed) => Decision::Done(self.idiom_if_parses(Idiom::Prompt, &typed)),
            None => Decision::Next,
        }
    }

    /// The end of a block, or the rest of a chain.
    fn part(&self) -> Decision {
        let (first, body) = (self.first, self.body);
        if first.starts_with('}') {
            return Decision::Done(
                self.idiom_if_parses(Idiom::Clause, &format!("if (_) {{ {body}"))
                    .or_else(|| self.idiom_if_parses(Idiom::Clause, &format!("try {{ {body}"))),
            );
        }
        if first.starts_with('.') && !first.starts_with("...") || first.starts_with("?.") {
            return Decision::Done(
                self.idiom_if_parses(Idiom::Chain, &format!("_{body}"))
                    .or_else(|| signature::are_all(self.code).then_some(Idiom::Signature)),
            );
        }
        Decision::Next
    }

    /// A value, a function or a type without a name.
    fn value(&self) -> Decision {
        let (first, bare) = (self.first, self.bare);
        if first.starts_with(['{', '[']) {
            if notation::are_values(self.language, self.code) {
                return Decision::Done(Some(Idiom::Literal));
            }
            if bare.ends_with(['}', ']']) {
                return Decision::Done(literal(self.language, bare));
            }
        }
        if first.starts_with("function")
            || first.starts_with("async function")
            || first.starts_with("class {")
        {
            return Decision::Done(self.idiom_if_parses(Idiom::Literal, &format!("(\n{bare}\n)")));
        }
        if self.typed && first.starts_with(['|', '&']) {
            return Decision::if_found(self.idiom_if_parses(Idiom::Literal, &format!("type _ =\n{bare}")));
        }
        Decision::Next
    }

    /// Decorators, or elements beside each other.
    fn decorated(&self) -> Decision {
        let (first, body) = (self.first, self.body);
        if first.starts_with('@') {
            return Decision::Done(
                self.idiom_if_parses(Idiom::Decorator, &format!("{body}\nclass _ {{}}"))
                    .or_else(|| self.idiom_if_parses(Idiom::ClassMembers, &format!("class _ {{ {body}\n}}")))
                    .or_else(|| {
                        self.idiom_if_parses(Idiom::Decorator, &format!("class _ {{ {body}\n_() {{}} }}"))
                    })
                    .or_else(|| {
                        self.idiom_if_parses(Idiom::Decorator, &format!("class _ {{ _(\n{body}\n) {{}} }}"))
                    }),
            );
        }
        if first.starts_with('<') && markup_allowed(self.language) {
            return Decision::Done(adjacent_markup(body, self.typed).then_some(Idiom::AdjacentMarkup));
        }
        Decision::Next
    }

    /// Members of an object, a class or an interface; signatures; elements after statements.
    fn members(&self) -> Option<Idiom> {
        let (body, bare) = (self.body, self.bare);
        let object = || self.idiom_if_parses(Idiom::Members, &format!("({{\n{bare}\n}})"));
        let class = || self.idiom_if_parses(Idiom::ClassMembers, &format!("class _ {{\n{body}\n}}"));
        let interface = || self.idiom_if_parses(Idiom::ClassMembers, &format!("interface _ {{\n{body}\n}}"));
        let member = shape::is_member(self.first);
        (shape::is_property(self.first).then(object).flatten())
            .or_else(|| member.then(class).flatten())
            .or_else(|| (member && self.typed).then(interface).flatten())
            .or_else(|| excerpt::items(self.language, body))
            .or_else(|| signature::are_all(self.code).then_some(Idiom::Signature))
            .or_else(|| (self.typed && typedoc::is_head(self.language, body)).then_some(Idiom::Signature))
            .or_else(|| trailing_markup(self.language, self.code, self.typed))
    }
}

/// Whether the language has types.
fn is_typed(language: &Language) -> bool {
    language.id != "javascript" && language.id != "jsx"
}

/// An object or array on its own: a value, the names that a pattern takes with their defaults, or a type.
fn literal(language: &Language, bare: &str) -> Option<Idiom> {
    let valid = parses(language, &format!("(\n{bare}\n)"))
        || bare.starts_with('{') && parses(language, &format!("({bare} = _)"))
        || (is_typed(language) || bare.contains("?:"))
            && parse_ts(&format!("type _ =\n{bare}")) == ParseResult::Valid;
    valid.then_some(Idiom::Literal)
}

fn markup_allowed(language: &Language) -> bool {
    language.id != "typescript"
}

/// Statements, then elements beside each other: each part has to parse on its own.
fn trailing_markup(language: &Language, code: &str, typed: bool) -> Option<Idiom> {
    if !markup_allowed(language) {
        return None;
    }
    let mut at = 0;
    for line in code.split_inclusive('\n') {
        let element = line
            .strip_prefix('<')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '>'));
        if element {
            let (head, tail) = (code.get(..at)?, code.get(at..)?);
            return (at > 0 && parses(language, head) && adjacent_markup(tail, typed))
                .then_some(Idiom::AdjacentMarkup);
        }
        at += line.len();
    }
    None
}

/// Put a name in the place of `...` where nothing follows that could be spread.
fn elide(code: &str) -> Option<String> {
    let mut blank = Vec::new();
    let mut found = Vec::new();
    let mut done = 0;
    let all = text::elisions(code);
    if !text::try_spend_for_each(code, &all) {
        return None;
    }
    for mut range in all {
        if range.start < done {
            continue;
        }
        let words = notation::elision_end(code, &range);
        range.end = words.unwrap_or(range.end);
        done = range.end;
        let after = code.get(range.end..)?.trim_start_matches([' ', '\t']);
        let before = code.get(..range.start)?;
        let line = before.rsplit('\n').next().unwrap_or_default();
        let ends = words.is_some()
            || after.is_empty()
            || after.starts_with(['}', ')', ']', ',', ';', '\n', '\r', '|', '&', '>', '=', ':', '/']);
        let unicode = code.get(range.clone())?.starts_with('…');
        if !ends && !unicode {
            continue;
        }
        // A separate line is removed as a whole when what is around it needs no item there.
        let own_line = line.trim().is_empty() && (after.is_empty() || after.starts_with(['\n', '\r']));
        let code_before = before_comments(before);
        let item = code_before.ends_with(['{', '[', '(', ',', ';', '}']) || code_before.is_empty();
        // `return (...)` over three lines needs a value, and `rows.all()...` goes on.
        let value = code_before.ends_with('(') && code.get(range.end..)?.trim_start().starts_with(')');
        let goes_on = before.ends_with([')', ']']) && words.is_none();
        let last = code.get(range.end..)?.trim_start().starts_with(['}', ']']);
        if own_line && (item || last) && !value || goes_on {
            blank.push(range.clone());
        }
        found.push(range);
    }
    text::fill(code, &found, |_| FILLER_NAME.to_owned()).map(|mut filled| {
        for range in &blank {
            // `/**/` fits into four dots, white space into three.
            filled.replace_range(range.clone(), &" ".repeat(range.len()));
        }
        filled
    })
}

/// The text before a place without the comment lines and white space at its end.
fn before_comments(before: &str) -> &str {
    let mut rest = before.trim_end();
    while let Some(start) = rest.rfind('\n').map(|newline| newline + 1) {
        if !rest
            .get(start..)
            .unwrap_or_default()
            .trim_start()
            .starts_with("//")
        {
            break;
        }
        rest = rest.get(..start).unwrap_or_default().trim_end();
    }
    rest
}

/// Replace a comment in the place of a value by a name: `const a = /* ... */;`, `key: // yours`.
fn comment_for_code(code: &str) -> Option<String> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = code
        .get(from..)
        .and_then(|rest| rest.find('/'))
        .map(|at| from + at)
    {
        from = start + 1;
        let rest = code.get(start..)?;
        let end = if rest.starts_with("/*") {
            rest.find("*/").map(|at| start + at + 2)
        } else if rest.starts_with("//") {
            Some(start + rest.find(['\n', '\r']).unwrap_or(rest.len()))
        } else {
            None
        };
        let Some(end) = end else { continue };
        from = end;
        let before = code.get(..start)?.trim_end_matches([' ', '\t']);
        let due = (before.ends_with('=')
            || before.ends_with("=>")
            || before.ends_with([':', '(', '?'])
            || before.ends_with(" extends"))
            && !before.ends_with("http:")
            && !before.ends_with("https:");
        let rest_of_line = code.get(end..)?.lines().next().unwrap_or_default();
        let after = code.get(end..)?.trim_start();
        let nothing = after.is_empty()
            || after.starts_with([';', ',', ')', '}', ']', '?', ':'])
            || rest.starts_with("//")
            || rest_of_line.trim().is_empty();
        // Parentheses that hold nothing but comments.
        let alone = before_comments(before).ends_with('(') && after.starts_with(')');
        if due && nothing || alone {
            found.push(start..end);
        }
    }
    text::fill(code, &found, |_| "$_".to_owned())
}

/// Syntax that TC39 has discussed and no engine has, in code that teaches it: the pipeline `|>` with its topic, and
/// records and tuples, `#{ }` and `#[ ]` or with bars. Each becomes its nearest relative of the same length.
fn proposals(code: &str) -> Option<String> {
    let mut text = code.to_owned();
    for (new, old) in [
        (" |> ", " || "),
        ("^^", "$_"),
        ("#{", " {"),
        ("#[", " ["),
        ("{|", "{ "),
        ("|}", " }"),
        ("[|", "[ "),
        ("|]", " ]"),
    ] {
        text = text.replace(new, old);
    }
    let pipeline = code.contains("|> ");
    let record = ["#{", "#[", "{|", "[|"].iter().any(|open| code.contains(open));
    (pipeline || record).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::super::tests::excused;
    use super::*;

    #[test]
    fn snippets_of_javascript_are_excused() {
        for (code, idiom) in [
            ("const { a, ... } = f();\n", Idiom::Elision),
            ("f({ a: 1, ... });\n", Idiom::Elision),
            ("f(...)\n", Idiom::Elision),
            ("const a = {\n  b: 1,\n  ...\n  c: 2,\n};\n", Idiom::Elision),
            ("const a = {...};\nconst b = […];\n", Idiom::Elision),
            ("const a = /* yours */;\n", Idiom::CommentForCode),
            ("const a = <your key>;\n", Idiom::Placeholder),
            ("const a = <code>;\n", Idiom::Placeholder),
            ("const a = b |> f(^^) |> g;\n", Idiom::Proposal),
            ("const a = #{ b: #[1, 2] };\n", Idiom::Proposal),
            ("a: 1,\nb: 2,\n", Idiom::Members),
            ("\"a\": { b: 1 }\n", Idiom::Members),
            ("// Answer\n{ \"a\": 1, \"b\": 2 }\n", Idiom::Literal),
            ("async get(a) {\n  return a;\n}\n", Idiom::Members),
            ("static x = 1;\nconstructor() {}\n", Idiom::ClassMembers),
            (".a()\n.b();\n", Idiom::Chain),
            ("catch (e) {}\n", Idiom::Clause),
            ("else { a(); }\n", Idiom::Clause),
            ("} else { a(); }\n", Idiom::Clause),
            ("@A()\n", Idiom::Decorator),
            ("<A />\n<B>text</B>\n", Idiom::AdjacentMarkup),
            ("import a from 'a';\n\n<A />\n<B />\n", Idiom::AdjacentMarkup),
            (
                "- const a = (1)\n+ const a = (2)\n  b(a)\n- let c\n+ let d\n",
                Idiom::DiffMarks,
            ),
        ] {
            assert_eq!(excused("js", code), Some(idiom), "{code}");
        }
        for (code, idiom) in [
            ("name?: string;\nage: number;\n", Idiom::ClassMembers),
            (
                "get(id: string): Promise<A>;\nset(id: string): void;\n",
                Idiom::ClassMembers,
            ),
            ("{ a: string; b?: number }\n", Idiom::Literal),
            ("type A = 'a' | ... | 'b';\n", Idiom::Elision),
        ] {
            assert_eq!(excused("ts", code), Some(idiom), "{code}");
        }
    }

    #[test]
    fn real_errors_are_not() {
        for code in [
            "const a = ;\n",
            "f({ a: 1 );\n",
            "a(b;\n",
            "if (a) {\n  b();\n",
            "<A>\n<B />\n",
            "<A /> and text is fine\nconst b = (;\n",
            "const { a, ...b = c;\n",
            "function f( {\n}\n",
            "{ \"a\": 1, \"b\" 2 }\n",
            "const a = <div>;\n",
            "return (\n  <ul>\n);\n",
        ] {
            assert_eq!(excused("js", code), None, "{code}");
        }
    }
}
