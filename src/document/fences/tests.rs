//! Faults of each kind, and the code that they hide.

use super::super::html_code;
use super::*;

type Faults = Vec<(FaultKind, usize)>;
type Parts = Vec<(String, String)>;

/// Faults as kind and line, and parts as tag and code.
fn analysed(text: &str) -> (Faults, Parts) {
    let body = html_code::parse(text, 0);
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
fn a_block_without_a_tag_holds_fences_too() {
    let nested = FaultKind::NestedEqual;
    // What is after its last fence has a tag, or nothing is.
    let text = "Write a report:\n\n```\n## Results of the run\n\nShow what is to be changed:\n```sql\nSELECT 1;\n```\n\nAnd what comes of it.\n```\n\nThen go on with it.\n\n```py\nx = 1\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(nested, 3)]);
    assert_eq!(parts, [pair("py", "x = 1\n")]);
    // The fences inside are indented, and the last one is not.
    let text = "Ask for this:\n\n```\nLook at the failing test first.\n\n1. Run it again:\n   ```bash\n   run it\n   ```\n2. Read what it says.\n```\n\nThe answer should be:\n\n```\n{\"a\": 1}\n```\n\nThe end of it.\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(nested, 3)]);
    assert_eq!(parts, []);
    // Two fences too many.
    let text =
        "```py\nx\n```\n```\n\nThen call the other function.\n\n```py\ny\n```\n```\n\nThe end of it.\n";
    assert_eq!(
        analysed(text).0,
        [(FaultKind::LostOpener, 4), (FaultKind::LostOpener, 11)]
    );
    // A fence that closes nothing, and another one far below.
    let text = "Install it first:\n\nx = 1\n```\n\nThen call the other function:\n\n```js\na();\n```\n\nIt writes this:\n\n```\n1 2 3\n```\n";
    assert_eq!(analysed(text).0, [(FaultKind::LostOpener, 4)]);
}

#[test]
fn markdown_below_the_tag_of_a_language_holds_several_fences() {
    let nested = FaultKind::NestedEqual;
    let inner = "\n### One\n\n```js\na();\n```\n\n### Two\n\n```css\na {}\n```\n";
    let text =
        format!("```python\n## Choose a library\n{inner}```\n\n### The next part\n\n```py\nx = 1\n```\n");
    let (faults, parts) = analysed(&text);
    assert_eq!(faults, [(nested, 1)]);
    assert_eq!(parts, [pair("py", "x = 1\n")]);
    let text = format!("```python\nguide = \"\"\"\n# Guide\n{inner}\"\"\"\n```\n\nThe end of it.\n");
    assert_eq!(analysed(&text).0, [(nested, 1)]);
    // The first fence inside has no tag.
    let text = format!(
        "```python\n## Choose a library\n\n### Tree\n```\na = 1;\n```\n{inner}```\n\n### The next part\n\n```py\nx = 1\n```\n"
    );
    assert_eq!(analysed(&text).0, [(nested, 1)]);
    // Code before the first fence inside.
    let text = format!("```python\nx = 1\n\nThen do the other thing:\n{inner}");
    assert_eq!(analysed(&text).0, [(FaultKind::LostCloser, 1)]);
}

#[test]
fn a_block_of_prose_is_not_swapped_where_prose_is_behind_it() {
    let text = "Write the plan:\n\n```\n# Name of the task\n\nWhat is to be built in one sentence.\n```\n\n> That is all of it, and no more.\n\nNotes that you may need.\n```\n\nThen start with the first step.\n";
    assert_eq!(analysed(text).0, [(FaultKind::LostOpener, 12)]);
}

#[test]
fn blocks_of_prose_are_swapped_where_their_closing_fences_look_like_opening_ones() {
    let text = "Install it first:\n\nx = 1\n```\n\n### The form of a message\n\n```\n## State of the run\n- All models have answered it.\n```\n\n### The next part\n\nWords of the next part.\n\n```py\nx = 1\n```\n";
    assert_eq!(analysed(text).0, [(FaultKind::LostOpener, 4)]);
    let text = "Install it first:\n\nx = 1\n```\n\n### Parts of the kit\n```\nReader - What reads it from the disk\nWriter - What writes it to the disk\n```\n\n### The next part\n\nWords of the next part.\n\n```py\nx = 1\n```\n";
    assert_eq!(analysed(text).0, [(FaultKind::LostOpener, 4)]);
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

#[test]
fn a_closing_fence_that_is_indented_by_four_is_the_fault() {
    let text = "```py\nx = 1\n    ```\n\nThen call the other function:\n\n```js\na();\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(FaultKind::IndentedCloser, 3)]);
    assert_eq!(parts, [pair("py", "x = 1\n"), pair("js", "a();\n")]);
    for text in [
        "```py\nx = 1\n\t```\n\nThen call the other function.\n",
        "- ```py\n  x = 1\n      ```\n",
    ] {
        assert_eq!(analysed(text).0[0].0, FaultKind::IndentedCloser, "{text}");
    }
    // Fences in a comment or a string.
    for text in [
        "```py\ndef f():\n    \"\"\"Say how:\n\n    ```\n    f()\n    ```\n    \"\"\"\n```\n",
        "```py\ndef f():\n    \"\"\"Say how:\n\n    ```py\n    f()\n    ```\n\n    It returns nothing at all.\n    \"\"\"\n```\n",
        "```js\nconst text = `\n    ```\n    words\n    ```\n`;\n```\n",
        "```sh\ntext='```json\n{}\n```'\n\necho \"$text\"\n```\n\nThen call the other function.\n",
    ] {
        assert_eq!(analysed(text).0, [], "{text}");
    }
}

#[test]
fn a_closing_fence_that_is_too_short_is_the_fault() {
    let more = "Then call the other function:\n\n```js\na();\n```\n";
    let text = format!("````py\nx = 1\n```\n\n{more}");
    let (faults, parts) = analysed(&text);
    assert_eq!(faults, [(FaultKind::ShortCloser, 3)]);
    assert_eq!(parts, [pair("py", "x = 1\n"), pair("js", "a();\n")]);
    // A longer fence below closes the block.
    let text =
        format!("````py\nx = 1\n```\n\n{more}\nAnd the last one, which is long:\n\n```py\ny = 2\n````\n");
    let (faults, parts) = analysed(&text);
    assert_eq!(faults.first(), Some(&(FaultKind::ShortCloser, 3)));
    assert_eq!(parts.len(), 3, "{parts:?}");
    assert_eq!(
        analysed("~~~~~py\nx = 1\n~~~\n\nThen call the other function.\n").0,
        [(FaultKind::ShortCloser, 3)]
    );
    for text in [
        "````md\n```js\na();\n```\n\nThen call the other function.\n````\n",
        "````md\nCall it:\n\n```\na();\n```\n\nThen call the other function.\n````\n",
        "````py\ndef f():\n    \"\"\"Say how:\n\n```\nf()\n```\n\nThen call the other function.\n\"\"\"\n````\n",
        "````py\nx = 1\n````\n\nThen call the other function:\n\n```js\na();\n```\n",
    ] {
        assert_eq!(analysed(text).0, [], "{text}");
    }
}

#[test]
fn a_fence_directly_below_a_tag_is_the_fault() {
    let fault = |jsx, splits| FaultKind::InHtml { jsx, splits };
    // The blank line in the code ends the HTML, and the closing fence opens a block.
    let text = "<Note>\n```ts\na();\n\n# b\nb();\n```\n</Note>\n\nThen call the other function:\n\n```js\nc();\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(fault(true, true), 2)]);
    assert_eq!(parts, [pair("ts", "a();\n\n# b\nb();\n"), pair("js", "c();\n")]);
    // All of it is HTML.
    let text = "<div>\n  ```ts\n  a();\n  ```\n</div>\n\nThen call the other function:\n\n```js\nc();\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(fault(false, false), 2)]);
    assert_eq!(parts, [pair("ts", "a();\n"), pair("js", "c();\n")]);
    let text = "1. One\n\n   <b>x</b>\n   ~~~\n   a\n   ~~~\n\n<details>\n```\nb\n\nc\n```\n</details>\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(fault(false, true), 9)]);
    assert_eq!(parts.len(), 2, "{parts:?}");
    // The closing fences are indented code.
    let text = "<Tabs>\n  <Tab>\n    ```sh\n    a\n\n    b\n    ```\n  </Tab>\n  <Tab>\n    ```sh\n    c\n    ```\n  </Tab>\n</Tabs>\n\n```js\nc();\n```\n";
    let (faults, parts) = analysed(text);
    assert_eq!(faults, [(fault(true, false), 3), (fault(true, false), 10)]);
    assert_eq!(
        parts,
        [pair("sh", "a\n\nb\n"), pair("sh", "c\n"), pair("js", "c();\n")]
    );
    let text = "<Tabs>\n  <Tab>\n    ```sh\n    a\n\n    b\n    ```\n\n    :::note\n    ```sh\n    c\n    ```\n    :::\n  </Tab>\n</Tabs>\n";
    assert_eq!(analysed(text).0, [(fault(true, false), 3)]);
    for text in [
        "<Note>\n\n```ts\na();\n\nb();\n```\n</Note>\n",
        "<pre>\n```ts\na();\n\nb();\n```\n</pre>\n",
        "<!-- old:\n```ts\na();\n\nb();\n```\n-->\n",
        "Text <Note>\n```ts\na();\n\nb();\n```\n",
    ] {
        assert_eq!(analysed(text).0, [], "{text}");
    }
}

#[test]
fn a_fence_in_html_does_not_hide_the_code_of_the_elements_below() {
    let fault = FaultKind::InHtml {
        jsx: true,
        splits: true,
    };
    for indent in ["", "  "] {
        let text = format!(
            "<Tab title=\"A\">\n{indent}```python\n{indent}x = 1\n\n{indent}y = 2\n{indent}```\n</Tab>\n\n<Tabs>\n  \
             <Tab title=\"B\">\n    ```python\n    z = 1\n\n    a = 2\n    ```\n  </Tab>\n  <Tab title=\"C\">\n    \
             ```js\n    b()\n    ```\n  </Tab>\n  <Tab title=\"D\">\n    ```\n    c\n    ```\n  </Tab>\n</Tabs>\n\nText.\n"
        );
        let (faults, parts) = analysed(&text);
        assert_eq!(faults, [(fault, 2)], "{text}");
        let tags: Vec<_> = parts.iter().map(|(tag, _)| tag.as_str()).collect();
        assert_eq!(tags, ["python", "python", "js"]);
        let code: Vec<_> = parts.iter().map(|(_, code)| code.trim_start()).collect();
        assert!(
            code[1].starts_with("z = 1") && code[2].trim_end() == "b()",
            "{code:?}"
        );
    }
    // A block of the page that is not closed is a fault there too.
    let text = "<Tab>\n```python\nx = 1\n\ny = 2\n```\n</Tab>\n\n<Tab>\n    ```python\n    z = 1\n\n    ```js\n    b()\n    ```\n</Tab>\n";
    assert_eq!(analysed(text).0, [(fault, 2), (FaultKind::LostCloser, 10)]);
}

#[test]
fn code_in_tabs_and_elements_is_read() {
    for (text, expected) in [
        (
            "=== \"A\"\n\n    ```py\n    a\n    ```\n\n=== \"B\"\n\n    ```js\n    b\n      c\n    ```\n",
            vec![pair("py", "a\n"), pair("js", "b\n  c\n")],
        ),
        (
            "!!! note\n    Words.\n    ```py\n    a\n    ```\n",
            vec![pair("py", "a\n")],
        ),
        (
            "??? note \"T\"\n\n    === \"A\"\n\n        ```py\n        a\n        ```\n",
            vec![pair("py", "a\n")],
        ),
        (
            "<Tabs>\n  <TabItem value=\"a\">\n\n    ```py\n    a\n\n      b\n    ```\n\n  </TabItem>\n</Tabs>\n",
            vec![pair("py", "a\n\n  b\n")],
        ),
        (
            "<Steps>\n  <Step\n    title=\"x\"\n  >\n    Words.\n\n        ```py\n        a\n        ```\n  </Step>\n</Steps>\n",
            vec![pair("py", "a\n")],
        ),
        (
            "> [!NOTE]\n> Words.\n> ```py\n> a\n> ```\n",
            vec![pair("py", "a\n")],
        ),
        (
            ":::note\n```py\na\n```\n:::\n\n::: code-group\n\n```js [a.js]\nb\n```\n\n:::\n",
            vec![pair("py", "a\n"), pair("js [a.js]", "b\n")],
        ),
        (
            "- a\n    - b\n\n        ```py\n        a\n        ```\n",
            vec![pair("py", "a\n")],
        ),
        // Code, not an element's content.
        ("Write:\n\n    ```py\n    a\n    ```\n", vec![]),
        ("<br/>\n\n    ```py\n    a\n    ```\n", vec![]),
        ("<Tabs>\n\n    ```py\n    a\n\n</Tabs>\n", vec![]),
    ] {
        let (faults, parts) = analysed(text);
        assert_eq!((faults, parts), (vec![], expected), "{text}");
    }
}

#[test]
fn code_in_tabs_and_elements_has_its_place_in_the_file() {
    for text in [
        "é\n\n=== \"A\"\n\n    ```py\n    xé = 1\n      y\n    ```\n",
        "!!! note\r\n    ```py\r\n    xé = 1\r\n    ```\r\n",
        "<A>\n  <B>\n\n\t```py\n\txé = 1\n\t  y\n\t```\n\n  </B>\n</A>\n",
        "<A>\n  ```py\n  xé = 1\n  ```\n</A>\n",
        "<A>\n```py\r\nxé = 1\r\n\r\ny\r\n```\n</A>\n",
    ] {
        let body = html_code::parse(text, 0);
        let block = &body.code_blocks[0];
        let code = block.code(text);
        assert!(code.starts_with("xé = 1\n"), "{text:?} {code:?}");
        assert_eq!(block.info_span.slice(text), "py");
        for (at, c) in code.char_indices() {
            let there = block.to_file(at..at + c.len_utf8()).slice(text);
            assert!(
                there == c.to_string() || c == '\n' && there == "\r\n",
                "{text:?} {at} {c:?} {there:?}"
            );
        }
    }
}

#[test]
fn two_fences_on_one_line_are_one_fault() {
    let text = "```py\nx = 1\n``````output\n1\n```\n\nWords of the page.\n\n```py\ny = 2\n``````output\n2\n``````text\n3\n```\n\nThe end of it.\n";
    let (faults, parts) = analysed(text);
    let joined = FaultKind::Joined;
    assert_eq!(faults, [(joined, 3), (joined, 11), (joined, 13)]);
    let tags: Vec<&str> = parts.iter().map(|(tag, _)| tag.as_str()).collect();
    assert_eq!(tags, ["py", "output", "py", "output", "text"]);
    assert_eq!(parts[1].1, "1\n");
    // A longer fence that is closed by one as long is code of the block.
    let text = "```markdown\n``````py\nx = 1\n``````\n```\n";
    assert!(analysed(text).0.iter().all(|(kind, _)| *kind != joined));
}
