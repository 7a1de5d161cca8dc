//! Blocks of a document: what it sets and tests for itself, what its comments say, and blocks that are meant to hang.

use super::usage::{missing, uses};

#[test]
fn names_that_may_be_missing_on_purpose() {
    let cases: &[(&str, &[&str])] = &[
        ("c.extra = 1; c.extra; c.gone", &["gone"]),
        ("delete c.extra; c.gone", &["gone"]),
        ("if (c.extra) { c.extra() } c.gone()", &["gone"]),
        ("if (c.flag) { c.gone() }", &["gone"]),
        ("c.extra && c.extra(); c.gone()", &["gone"]),
        ("const f = c.extra ?? c.gone", &["gone"]),
        ("c.extra?.(); c.gone()", &["gone"]),
        ("'extra' in c && c.extra(); c.gone()", &["gone"]),
        ("typeof c.extra === 'function' ? c.extra() : c.gone()", &["gone"]),
        ("if (c.extra !== undefined) { c.extra() } c.gone()", &["gone"]),
        ("Object.assign(c, { extra() {} }); c.extra(); c.gone()", &["gone"]),
        ("Object.hasOwn(c, 'extra'); c.extra(); c.gone()", &["gone"]),
        ("Client.prototype.extra = () => 1; c.extra(); c.gone()", &["gone"]),
        // A guard against missing data is not a test for a name.
        ("next = c.gone && c.gone.next", &["gone", "gone"]),
        (
            "jest.mock('pkg'); Client.mockImplementation(f); c.gone()",
            &["gone"],
        ),
        ("Client.mockImplementation(f)", &["mockImplementation"]),
        ("if (sdkVersion > 2) { c.extra() } c.gone()", &["gone"]),
        ("try { c.gone() } catch (error) { error.lost() }", &["gone"]),
    ];
    for (code, expected) in cases {
        let whole = format!("import {{ Client }} from 'pkg'; const c = new Client();\n{code}");
        assert_eq!(missing(&[("javascript", &whole)]), *expected, "{code}");
    }
}

#[test]
fn tests_for_classes() {
    let cases: &[(&str, &[&str])] = &[
        (
            "if (c instanceof Other) { c.start(); c.gone() } c.lost()",
            &["gone", "lost"],
        ),
        ("if (c instanceof Sub) { c.gone() } c.lost()", &["lost"]),
        ("if (!(c instanceof Sub)) { throw 1 } c.gone()", &[]),
        ("c instanceof Sub && c.gone(); c.lost()", &["lost"]),
        ("const d = c instanceof Sub ? c.gone() : c.lost()", &["lost"]),
        ("if (isSub(c)) { c.gone() }", &[]),
        (
            "try { f() } catch (e) { if (e instanceof Failure) { e.status; e.gone } e.lost }",
            &["gone"],
        ),
        (
            "if (c.orders instanceof Sub) { c.orders.gone() } c.orders.lost()",
            &["lost"],
        ),
    ];
    for (code, expected) in cases {
        let whole = format!(
            "import {{ Client, Other, Failure }} from 'pkg'; import {{ Sub }} from './sub';\n\
             const c = new Client();\n{code}"
        );
        assert_eq!(missing(&[("javascript", &whole)]), *expected, "{code}");
    }
}

#[test]
fn comments() {
    let head = "import { open } from 'pkg';\n";
    for (code, expected) in [
        (
            "// Before version 2:\nopen().gone();\n// Now:\nopen().lost();",
            &["lost"][..],
        ),
        ("/* Old */\nopen().gone();", &[]),
        ("open().gone(); // removed in 2\nopen().lost();", &["lost"]),
        (
            "// @ts-expect-error: no declaration\nopen().gone();\nopen().lost();",
            &["lost"],
        ),
        ("// @ts-ignore\nopen().gone();\nopen().lost();", &["lost"]),
        ("// @ts-nocheck\nopen().gone();", &[]),
        ("// Open it:\nopen().gone();", &["gone"]),
    ] {
        assert_eq!(
            missing(&[("typescript", &format!("{head}{code}"))]),
            expected,
            "{code}"
        );
    }
}

#[test]
fn hostile_blocks_end() {
    let head = "import { open } from 'pkg'; const c = open();";
    let chain = format!("{head} c{}", ".orders".repeat(8_000));
    let calls = format!("{head} c{}", ".orders.list()".repeat(4_000));
    let aliases: String = (0..4_000).map(|i| format!("const a{} = a{i};", i + 1)).collect();
    let aliases = format!("{head} const a0 = c; {aliases} a4000.gone();");
    let cycle: String = (0..2_000)
        .map(|i| format!("let b{i} = b{}; b{i} = c; b{i} = b{i}.x;", (i + 1) % 2_000))
        .collect();
    let cycle = format!("{head} {cycle}");
    let nested = format!("{head} const f = {}1{};", "(x) => [".repeat(400), "]".repeat(400));
    let types = format!("{head} let t: {}string{};", "Promise<".repeat(15), ">".repeat(15));
    let wide = format!("{head} const {{ {} }} = c;", "a: { b: { d } }, ".repeat(3_000));
    for code in [chain, calls, aliases, cycle, nested, types, wide] {
        let start = std::time::Instant::now();
        uses(&[("typescript", &code)]);
        assert!(
            start.elapsed().as_secs() < 20,
            "{}",
            code.get(..120).unwrap_or_default()
        );
    }
}
