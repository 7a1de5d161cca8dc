//! Faults of each kind, and the code that they hide.

use super::super::body;
use super::*;

type Faults = Vec<(FaultKind, usize)>;
type Parts = Vec<(String, String)>;

/// Faults as kind and line, and parts as tag and code.
fn analysed(text: &str) -> (Faults, Parts) {
    let body = body::parse(text, 0);
    let fences = read(text, &body.code_blocks);
    let faults = fences
        .faults
        .iter()
        .map(|fault| {
            (
                fault.kind,
                text[..fault.span.start as usize].matches('\n').count() + 1,
            )
        })
        .collect();
    let parts = fences
        .parts
        .iter()
        .map(|part| {
            let block = &body.code_blocks[part.block];
            let code = block.code(text);
            let info = part
                .info
                .clone()
                .map_or(block.info.as_str(), |range| &code[range]);
            (info.to_owned(), code[part.range.clone()].to_owned())
        })
        .collect();
    (faults, parts)
}

fn pair(tag: &str, code: &str) -> (String, String) {
    (tag.to_owned(), code.to_owned())
}

#[test]
fn fences_in_step_are_left_alone() {
    let text = "# A\n\n```py\nx = 1\n```\n\nWords.\n\n````markdown\n```js\na\n```\n````\n\n```\nplain\n```\n";
    assert_eq!(analysed(text).0, []);
    assert_eq!(analysed(text).1.len(), 3);
}

#[test]
fn a_lost_closer_is_found_and_both_blocks_are_seen() {
    let text = "```py\nx = 1\n\nThen call the other function:\n\n```js\na();\n```\n\nThe end of it.\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(FaultKind::LostCloser, 1)]);
    assert_eq!(parts, [pair("py", "x = 1\n\n"), pair("js", "a();\n")]);
}

#[test]
fn a_closer_with_text_is_found() {
    let text = "```py\nx = 1\n``` end of it\n\nThen call the other function:\n\n```js\na();\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(FaultKind::TextOnCloser, 3)]);
    assert_eq!(parts, [pair("py", "x = 1\n"), pair("js", "a();\n")]);
    let text = "```py\nx = 1\n```py\n\nThen call the other function.\n";
    assert_eq!(analysed(text).0, [(FaultKind::TextOnCloser, 3)]);
}

#[test]
fn a_lost_opener_is_found() {
    let text = "Install it first:\n\nx = 1\n```\n\nThen call the other function:\n\n```js\na();\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(FaultKind::LostOpener, 4)]);
    assert_eq!(parts, [pair("js", "a();\n")]);
}

#[test]
fn nested_fences_of_one_length_are_one_fault() {
    let text = "```markdown\n# Title\n\n```js\na();\n```\n\nMore words in it.\n```\n\nAnd words outside of it.\n\n```py\nx = 1\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(FaultKind::NestedEqual, 1)]);
    assert_eq!(parts, [pair("py", "x = 1\n")]);
}

#[test]
fn bare_fences_are_followed_back_to_the_fault() {
    let text = "```py\nx = 1\n\nThen look at the output of it:\n\n```\n1\n```\n\nAnd call the other function:\n\n```js\na();\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(FaultKind::LostCloser, 1)]);
    assert_eq!(parts, [pair("py", "x = 1\n\n"), pair("js", "a();\n")]);
}

#[test]
fn several_documents_in_blocks_are_one_fault_each() {
    let one =
        "```markdown\nInstall it with the tool:\n```bash\nx\n```\nAnd then run it:\n```bash\ny\n```\n```\n\n";
    let text = format!("{one}{one}```markdown\n```js\na\n```\n```\n\nThe end of it.\n");
    let (faults, parts) = analysed(&text);
    let nested = FaultKind::NestedEqual;
    assert_eq!(
        (faults, parts.len()),
        (vec![(nested, 1), (nested, 12), (nested, 23)], 0)
    );
}

#[test]
fn a_stray_closer_is_one_fault() {
    let text = "```py\nx\n```\n```\n\n```py\ny\n```\n\nSome more words.\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(FaultKind::LostOpener, 4), (FaultKind::LostOpener, 11)]);
    assert_eq!(parts, [pair("py", "x\n"), pair("py", "y\n")]);
}

#[test]
fn unclosed_blocks_are_found() {
    assert_eq!(
        analysed("Words.\n\n```py\nx = 1\n").0,
        [(FaultKind::NeverClosed, 3)]
    );
    let text = "- item\n\n  ```py\n  x = 1\n```\n\nWords after the list item.\n\n```js\na();\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(FaultKind::OutsideItem, 5)]);
    assert_eq!(parts, [pair("py", "x = 1\n"), pair("js", "a();\n")]);
}
