//! Parts of programs that stand alone: attributes, opening tags, items of a list, and members below imports.

use super::super::super::Language;
use super::super::super::javascript::tags;
use super::super::{Idiom, parses, text};
use crate::text::indent;
use std::ops::Range;

/// Attributes without their element: `to="/" size={2}`, on one line or several, with comments between them.
pub(super) fn are_attributes(language: &Language, body: &str) -> bool {
    let first = body.lines().next().unwrap_or_default();
    is_attribute(first) && parses(language, &format!("<_\n{body}\n/>"))
}

/// `name={`, `name="` or `{...`, at the start of a line.
fn is_attribute(line: &str) -> bool {
    let end = line
        .find(|c: char| !(c.is_ascii_alphanumeric() || "_-:".contains(c)))
        .unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    match name.is_empty() {
        true => rest.starts_with("{..."),
        false => ["={", "=\"", "='"].iter().any(|value| rest.starts_with(value)),
    }
}

/// The code with each opening tag closed that has attributes and nothing below it: the text speaks of them.
pub(super) fn close_tags(code: &str) -> Option<String> {
    let mut edited = String::with_capacity(code.len());
    let mut at = 0;
    for tag in tags::unclosed(code) {
        let rest = code.get(tag.end..)?;
        let (beside, below) = rest.split_once('\n').unwrap_or((rest, ""));
        let gap = below.lines().next().is_none_or(|line| line.trim().is_empty());
        let width = indent(code, tag.start);
        let ends = below
            .lines()
            .find(|line| !line.trim().is_empty())
            .is_none_or(|line| {
                let deeper = line.len() - line.trim_start().len() > width;
                line.trim_start().starts_with(')') || gap && !deeper
            });
        let has_attributes = code.get(tag.clone())?.contains(char::is_whitespace);
        if beside.trim().is_empty() && ends && has_attributes && tag.end > at {
            edited.push_str(code.get(at..tag.end - 1)?);
            edited.push_str("/>");
            at = tag.end;
        }
    }
    edited.push_str(code.get(at..)?);
    (at > 0).then_some(edited)
}

/// Items of a list, with the comma behind each: `Kit.open({ ... }),`.
pub(super) fn items(language: &Language, body: &str) -> Option<Idiom> {
    let bare = body.strip_suffix(',')?;
    let item = bare.ends_with([')', '}', ']']) && bare.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (item && parses(language, &format!("[\n{bare}\n]"))).then_some(Idiom::Literal)
}

/// Whether a piece of a block can only be a member: it has a modifier or a decorator, is optional, is a constructor, or
/// its value is a block; or the comment above shows it.
pub(in super::super) fn is_surely_member(piece: &str) -> bool {
    let lines = || piece.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = lines().take_while(|line| line.starts_with("//")).any(|line| {
        line.split(|c: char| !c.is_alphabetic())
            .any(|word| matches!(word, "inside" | "within" | "class" | "somewhere"))
    });
    let Some(first) = lines().find(|line| !line.starts_with("//")) else {
        return false;
    };
    let modifiers = [
        "private ",
        "public ",
        "protected ",
        "readonly ",
        "static ",
        "constructor(",
    ];
    let end = first
        .find(|c: char| !(c.is_alphanumeric() || "_$".contains(c)))
        .unwrap_or(first.len());
    let (name, rest) = first.split_at(end);
    let value = [": {", ": [", ": (", ": async "]
        .iter()
        .any(|value| rest.starts_with(value));
    said || modifiers.iter().any(|word| first.starts_with(word))
        || first.starts_with('@')
        || !name.is_empty() && (rest.starts_with("?:") || value && first.ends_with(['{', '[', '(']))
}

/// Parts of a block between lines such as `@@filename(kit.ts)` and `@@switch`, which a generator reads. No program has
/// such lines.
pub(in super::super) fn parts(code: &str) -> Vec<Range<usize>> {
    let is_directive = |line: &str| {
        line.strip_prefix("@@").is_some_and(|rest| {
            let (name, more) = rest.split_at(rest.find('(').unwrap_or(rest.len()));
            let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
            named && (more.is_empty() || more.ends_with(')'))
        })
    };
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in code.split_inclusive('\n') {
        if is_directive(line.trim_end()) {
            parts.push(start..at);
            start = at + line.len();
        }
        at += line.len();
    }
    if start > 0 {
        parts.push(start..code.len());
    }
    parts.retain(|part| !code.get(part.clone()).is_some_and(|part| part.trim().is_empty()));
    parts
}

/// Replace `|` after a dot at the end of a line by a name: it shows the cursor of an editor.
pub(super) fn cursors(code: &str) -> Option<String> {
    let found: Vec<_> = code
        .match_indices(".|\n")
        .map(|(dot, _)| dot + 1..dot + 2)
        .collect();
    text::fill(code, &found, |_| "_".to_owned())
}

/// Blank the names of classes in front of printed objects: `Widget { size: 2 }` as a value.
pub(super) fn class_names(code: &str) -> Option<String> {
    let mut found = Vec::new();
    for (open, _) in code.match_indices(" {") {
        let before = code.get(..open)?;
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .map_or(0, |at| at + 1);
        let name = before.get(start..)?;
        let due = before.get(..start)?.trim_end().ends_with([':', '[', ',']);
        if due && name.starts_with(char::is_uppercase) && name.len() > 1 {
            found.push(start..open);
        }
    }
    text::fill(code, &found, |_| String::new())
}

#[cfg(test)]
mod tests {
    use super::super::super::super::{ParseResult, by_tag, check_snippet};
    use super::super::super::Idiom;
    use super::super::super::tests::excused;

    #[test]
    fn parts_that_stand_alone_are_excused() {
        let mut wrong = Vec::new();
        for (tag, code) in [
            ("tsx", "to=\"/kit\" params={{ size: 2 }}\n"),
            (
                "jsx",
                "show={(a) => {\n  open(a)\n}}\n\n// or\nshow={(a) => open(a)}\n",
            ),
            ("tsx", "// all\n{...kit}\nsize={2}\n"),
            ("js", "style={{ color: 'red' }}\n"),
            (
                "tsx",
                "const kit = use()\n\n// controlled\n<Sheet open={kit} onChange={show}>\n",
            ),
            (
                "tsx",
                "// wrong\n<kit.div animate={{ x: 1 }}>\n\n// right\n<kit.div layout={2}>\n",
            ),
            ("tsx", "return (\n  <Link {...kit}>\n)\n"),
            ("jsx", "<Box\n  size={2}\n>\n"),
            ("ts", "Kit.open({\n  size: 2,\n}),\n"),
            ("js", "new Kit({ size: 2 }),\nnew Kit({ size: 3 }),\n"),
            (
                "ts",
                "import { Kit } from './kit';\n\nKit.open<...>({\n  ..., // the others\n  size: 2,\n}),\n",
            ),
            (
                "ts",
                "import { Get } from 'kit';\n\n@Get()\nroot(@Res() a: Answer) {\n  return a.show();\n}\n",
            ),
            (
                "ts",
                "import {\n  Kit,\n} from 'kit';\n\n// inside the class\n@Prop({ type: Kit })\nowner: Owner;\n",
            ),
            (
                "ts",
                "interface Kit {\n  size: number;\n}\n\n// somewhere in the code\nconstructor(private a: Kit) {\n  this.a = a;\n}\n",
            ),
            ("ts", "type A = string;\n\nshow?: (\n  ...args: A[]\n) => void;\n"),
            (
                "ts",
                "const kit = open({\n  size: 2,\n})\n\nupload: {\n  on: true,\n  show: ({ a }) => ({\n    a,\n  }),\n}\n",
            ),
            (
                "ts",
                "@UploadedFile(\n  new Pipe({ size: 2 }),\n)\nfile: Kit.File,\n",
            ),
            (
                "ts",
                "@@filename(kit/kit.service)\n@Injectable()\nexport class Kit {}\n@@switch\n@Injectable()\nexport class Kit {}\n",
            ),
            (
                "js",
                "const kit = open(2);\n            ~~~~\n// Too small.\n\nfunction show() {\n  open(1);\n  ~~~~~~~\n}\n",
            ),
            (
                "ts",
                "{ list: [\n  Kit {\n    size: 2,\n    name: \"a\"\n  }\n] }\n",
            ),
        ] {
            if excused(tag, code).is_none() {
                wrong.push((tag, code));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn comments_and_dots_stand_for_code() {
        let mut wrong = Vec::new();
        for (code, idiom) in [
            (
                "const a = {\n  show: () => (\n    // ...\n  ),\n  hide: 2,\n}\n",
                Idiom::CommentForCode,
            ),
            (
                "function Page() {\n  return (\n    // some markup\n  )\n}\n",
                Idiom::CommentForCode,
            ),
            ("if (a) {\n  kit.|\n  //  ^ the cursor\n}\n", Idiom::Placeholder),
            ("const a = (/* … */) => …;\n", Idiom::Elision),
            (
                "@Module({\n  list: [\n    Kit.open([{ size: 2 }]),\n  ]\n  ...\n})\nclass A {}\n",
                Idiom::Elision,
            ),
            ("const a = {\n  b: 'c'\n  ...\n}\n", Idiom::Elision),
        ] {
            let found = excused("tsx", code);
            if found != Some(idiom) {
                wrong.push((code, found));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn an_error_is_in_its_part() {
        let code = "@@filename(kit)\n@Kit()\nexport class A {}\n@@switch\nconst a = 1;\nconst b = ;\n";
        match check_snippet(by_tag("ts").unwrap(), code).verdict {
            ParseResult::Invalid(error) => {
                assert_eq!(error.span.start, code.rfind(';').unwrap(), "{error:?}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn errors_that_look_like_them_are_not() {
        let mut wrong = Vec::new();
        for (tag, code) in [
            ("tsx", "to=\"/kit\" params={{ size: 2 }\n"),
            ("tsx", "<Kit size={2}>\n  <Part />\n\nconst a = 1\n"),
            ("tsx", "return (\n  <ul>\n)\n"),
            ("ts", "Kit.open({\n  size: 2\n  name: 3,\n}),\n"),
            ("ts", "import { Kit } from './kit';\n\nKit.open({\n  size: 2\n"),
            ("ts", "import { Kit } from './kit';\n\nKit.open(;\n"),
            ("js", "import a from 'a'\n\nasync show() {\n  open()\n}\n"),
            ("js", "const a = 1\n\nasync show() {\n  open()\n}\n"),
            ("js", "// Show it.\nasync show() {\n  open()\n}\n\nshow()\n"),
            ("ts", "@@filename(kit)\nconst a = ;\n"),
            ("ts", "export class A extends B(\n"),
            ("ts", "Map { 'a' => [open }\n"),
            ("ts", "Kit { size: number }\n"),
            ("js", "const kit = open(2;\n            ~~~~\n"),
            ("js", "const kit = ~~;\n"),
            ("js", "kit.|open(2);\n"),
            ("ts", "const a = [Kit { size: 2 name: 3 }]\n"),
        ] {
            let checked = check_snippet(by_tag(tag).unwrap(), code);
            if !matches!(checked.verdict, ParseResult::Invalid(_)) {
                wrong.push((tag, code, checked));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
