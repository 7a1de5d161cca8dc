//! Releases of an author who wants the reader to crash, to hang or to use up the memory.

use super::super::Release;
use super::{Owned, look};

const MANIFEST: &str = r#"{"types": "index.d.ts"}"#;

fn release(files: Vec<(&str, String)>) -> Release {
    let files = files.into_iter().map(|(name, text)| (name.to_owned(), text));
    Release::new("pkg", Box::new(Owned(files.collect())))
}

fn declared(text: String) -> Release {
    release(vec![("package.json", MANIFEST.to_owned()), ("index.d.ts", text)])
}

/// Look up many names; whether the reader gave up in the end. Each look-up is expensive, so that a reader that does not
/// count what it costs takes minutes.
fn gives_up(release: &Release, steps: impl Fn(usize) -> String) -> bool {
    (0..100_000).any(|index| {
        look(release, &steps(index));
        release.read_error().is_some()
    })
}

#[test]
fn deep_types_and_values_are_cut() {
    let deep = [
        format!("export declare const a: string{};", "[]".repeat(50_000)),
        format!("export declare const a: {}1;", "() => ".repeat(5_000)),
        format!("export declare const a: b{};", "['c']".repeat(20_000)),
        format!("export type a = {}1{};", "B<".repeat(60), ">".repeat(60)),
    ];
    for text in deep {
        let release = declared(text);
        assert_eq!(look(&release, "pkg a x"), "unknown");
        // A table of it can be read again.
        let stored = Release::from_table("pkg", &release.to_table(), None).unwrap();
        assert_eq!(look(&stored, "pkg a x"), "unknown");
    }
    let code = [
        format!("exports.a = b{};", ".c".repeat(60_000)),
        format!("exports.a = b{};", "()".repeat(60_000)),
        format!("exports.a = {}b{};", "[".repeat(100), "]".repeat(100)),
        format!("exports.a = new Map().set(1){};", ".set(1).get(2)".repeat(50)),
    ];
    for text in code {
        let release = release(vec![
            ("package.json", r#"{"main": "index.js"}"#.to_owned()),
            ("index.js", text),
        ]);
        assert_eq!(look(&release, "pkg! a x"), "unknown");
        assert!(Release::from_table("pkg", &release.to_table(), None).is_some());
    }
}

#[test]
fn deep_namespaces_are_cut() {
    let deep = declared(format!(
        "export declare namespace A{} {{ const b: 1 }}",
        ".A".repeat(50_000)
    ));
    assert_eq!(look(&deep, "pkg A gone"), "missing");
    assert_eq!(look(&deep, &format!("pkg{} gone", " A".repeat(36))), "missing");
    assert_eq!(look(&deep, &format!("pkg{} gone", " A".repeat(37))), "unknown");
}

#[test]
fn a_deep_manifest_is_cut() {
    let nested = |depth: usize| {
        format!(
            "{}\"./index.d.ts\"{}",
            "{\"types\":".repeat(depth),
            "}".repeat(depth)
        )
    };
    for (depth, answer) in [(10, "found"), (120, "unknown")] {
        let manifest = format!("{{\"exports\": {{\".\": {}}}}}", nested(depth));
        let release = release(vec![
            ("package.json", manifest),
            ("index.d.ts", "export const a: 1;".to_owned()),
        ]);
        assert_eq!(look(&release, "pkg"), answer);
        assert!(Release::from_table("pkg", &release.to_table(), None).is_some());
    }
}

#[test]
fn a_pattern_does_not_grow() {
    let stars = "*".repeat(1_000_000);
    for manifest in [
        format!(r#"{{"exports": {{"./*": "./{stars}"}}}}"#),
        format!(r#"{{"typesVersions": {{"*": {{"*": ["{stars}"]}}}}}}"#),
    ] {
        let release = release(vec![("package.json", manifest)]);
        for length in [100_000, 4_000] {
            let name = format!("pkg/{}", "a".repeat(length));
            assert_ne!(look(&release, &name), "found");
        }
    }
}

#[test]
fn a_large_union_is_cut_early() {
    let release = declared(format!("export declare const a: {}1;", "{} | ".repeat(90_000)));
    assert_eq!(look(&release, "pkg a x"), "unknown");
    let few = declared("export declare const a: { x: 1 } | { y: 1 } | undefined;".to_owned());
    assert_eq!(look(&few, "pkg a x"), "found");
}

#[test]
fn expensive_names_use_up_the_steps() {
    let many = |text: &str, times: usize| text.repeat(times);
    let list = |name: &dyn Fn(usize) -> String, count: usize| (0..count).map(name).collect::<String>();
    let parameters = list(&|index| format!("T{index},"), 50_000);
    let generic = declared(format!(
        "export function f<{parameters}>(a: T1): A; export class A {{}}"
    ));
    assert!(gives_up(&generic, |_| "pkg f call1".to_owned()));
    let names = declared(list(&|index| format!("export const a{index}: 1;"), 40_000));
    assert!(gives_up(&names, |index| format!("pkg b{index}")));
    let members = list(&|index| format!("m{index}(): Z{index};"), 500);
    let globals = declared(format!(
        "{}export declare const a: {{ {members} }};",
        many("declare global {}\n", 50_000)
    ));
    assert!(gives_up(&globals, |index| format!("pkg a m{} call", index % 500)));
    let overloads = declared(many("export function f(): 1;\n", 30_000));
    assert!(gives_up(&overloads, |_| "pkg f call".to_owned()));
}

#[test]
fn large_files_are_read_in_time() {
    let list = |name: &dyn Fn(usize) -> String, count: usize| (0..count).map(name).collect::<String>();
    let parameters = list(&|index| format!("a{index},"), 60_000);
    let values = list(&|index| format!("x{index}: b,"), 40_000);
    let code = format!("exports.f = function ({parameters}) {{ return {{ {values} }} }};");
    let release = release(vec![
        ("package.json", r#"{"main": "index.js"}"#.to_owned()),
        ("index.js", code),
    ]);
    assert_eq!(look(&release, "pkg! f"), "found");
    let globals = declared(format!(
        "{}export declare class A {{}}",
        "declare global {}\n".repeat(60_000)
    ));
    assert_eq!(look(&globals, "pkg A"), "found");
}

#[test]
fn a_large_map_uses_up_the_steps() {
    let keys: String = (0..100_000)
        .map(|index| format!(r#", "./{index}/*": "./x.js""#))
        .collect();
    let manifest = format!(r#"{{"exports": {{".": "./index.d.ts"{keys}}}}}"#);
    let release = release(vec![("package.json", manifest)]);
    assert!(gives_up(&release, |index| format!("pkg/x{index}")));
}

#[test]
fn code_that_is_searched_uses_up_the_steps() {
    let code = format!("class A {{ }}\n{}", ",a((".repeat(100_000));
    let release = release(vec![
        ("package.json", MANIFEST.to_owned()),
        ("index.d.ts", "export class A { m(): void }".to_owned()),
        ("index.js", code),
    ]);
    // More places than are followed: one of them may define it.
    assert_eq!(look(&release, "pkg A new a"), "unknown");
    assert_eq!(look(&release, "pkg A new x"), "missing");
    assert!(gives_up(&release, |index| format!("pkg A new x{index}")));
}
