//! How specifiers are resolved.

use super::super::Release;
use super::super::ty::ModuleMode;
use super::{Sources, check, follow, look, release};

const CLASS: &str = "export class A { a(): void }\n";

#[test]
fn exports_decide_what_a_package_has() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": { ".": { "types": "./index.d.ts", "default": "./index.js" },
                    "./sub": "./lib/sub.js", "./package.json": "./package.json" } }"#,
            ),
            ("index.d.ts", CLASS),
            ("lib/sub.d.ts", "export function part(): void;\n"),
            ("lib/sub.js", ""),
            ("lib/other.d.ts", CLASS),
        ],
        &[
            ("pkg A new a", "found"),
            ("pkg A new b", "missing"),
            ("pkg B", "missing"),
            ("pkg/sub part", "found"),
            ("pkg/sub parts", "missing"),
            ("pkg/package.json", "found"),
            ("pkg/lib/other", "missing"),
            ("pkg/lib/other.js", "missing"),
            ("pkg-other", "unknown"),
            ("other", "unknown"),
        ],
    );
}

#[test]
fn a_condition_that_comes_first_wins() {
    // `types` after `import` is never read: the types beside the code are.
    check(
        &[
            (
                "package.json",
                r#"{ "exports": { "import": "./index.mjs", "types": "./index.d.ts" } }"#,
            ),
            ("index.mjs", "export const fromCode = 1;\n"),
            ("index.d.mts", "export const besideCode: 1;\n"),
            ("index.d.ts", "export const fromTypes: 1;\n"),
        ],
        &[
            ("pkg besideCode", "found"),
            ("pkg fromCode", "missing"),
            ("pkg fromTypes", "missing"),
            ("pkg! fromTypes", "found"),
        ],
    );
}

#[test]
fn types_under_any_condition_come_before_code() {
    // As in releases that put `types` last: TypeScript reads them, because there are none beside the code.
    check(
        &[
            (
                "package.json",
                r#"{ "exports": {
                    ".": { "import": "./index.mjs", "require": "./index.cjs", "types": "./index.d.ts" },
                    "./nested": { "node": { "import": "./index.mjs" }, "default": "./nested.js" },
                    "./list": [ "./index.mjs", { "types": "./index.d.ts" } ],
                    "./code": { "import": "./index.mjs", "default": "./index.cjs" } } }"#,
            ),
            ("index.mjs", "export const fromCode = 1;\n"),
            ("index.cjs", "exports.fromCode = 1;\n"),
            ("index.d.ts", "export const fromTypes: 1;\n"),
            ("nested.js", ""),
            ("nested.d.ts", "export const nested: 1;\n"),
        ],
        &[
            ("pkg fromTypes", "found"),
            ("pkg! fromTypes", "found"),
            ("pkg fromCode", "missing"),
            ("pkg/nested nested", "found"),
            ("pkg/nested fromCode", "missing"),
            ("pkg/list fromTypes", "found"),
            ("pkg/code fromCode", "found"),
            ("pkg/code fromTypes", "missing"),
        ],
    );
}

#[test]
fn import_and_require_have_their_own_types() {
    check(
        &[
            (
                "package.json",
                r#"{ "type": "module", "exports": { ".": {
                    "import": { "types": "./index.d.ts", "default": "./index.js" },
                    "require": { "types": "./index.d.cts", "default": "./index.cjs" } } } }"#,
            ),
            ("index.d.ts", "export const esm: 1;\n"),
            ("index.d.cts", "export const cjs: 1;\n"),
        ],
        &[
            ("pkg esm", "found"),
            ("pkg cjs", "missing"),
            ("pkg! cjs", "found"),
            ("pkg! esm", "missing"),
            // Only an ES module may lack a default.
            ("pkg default", "missing"),
        ],
    );
}

#[test]
fn types_lie_beside_code() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": { ".": { "import": "./a.mjs", "require": "./a.cjs" }, "./js": "./b.js" } }"#,
            ),
            ("a.mjs", ""),
            ("a.d.mts", "export const m: 1;\n"),
            ("a.cjs", ""),
            ("a.d.cts", "export const c: 1;\n"),
            ("b.js", ""),
            ("b.d.ts", "export const b: 1;\n"),
        ],
        &[
            ("pkg m", "found"),
            ("pkg! c", "found"),
            ("pkg! m", "missing"),
            ("pkg/js b", "found"),
        ],
    );
}

#[test]
fn the_longest_pattern_wins_and_null_closes() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": { "./*": "./lib/*.js", "./deep/*": "./lib/deep/*.js", "./deep/private/*": null,
                    "./*.js": "./lib/*.js", "./folder/": "./lib/folder/" } }"#,
            ),
            ("lib/a.d.ts", CLASS),
            ("lib/deep/b.d.ts", "export const b: 1;\n"),
            ("lib/deep/private/c.d.ts", CLASS),
            ("lib/folder/d.d.ts", CLASS),
            ("lib/folder/d.js", ""),
        ],
        &[
            ("pkg/a A", "found"),
            ("pkg/a.js A", "found"),
            ("pkg/deep/b b", "found"),
            ("pkg/deep/private/c", "missing"),
            ("pkg/folder/d.js A", "found"),
            // The pattern lists it, and no file is there: a bundler may know more.
            ("pkg/zz", "unknown"),
            ("pkg", "missing"),
        ],
    );
}

#[test]
fn arrays_and_conditions_for_versions_of_typescript_are_read() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": { ".": [ { "browser": "./browser.js" },
                    { "types@>=4.2": "./new.d.ts", "types": "./old.d.ts" } ],
                    "./worker": { "worker": "./worker.js" } } }"#,
            ),
            ("new.d.ts", "export const fresh: 1;\n"),
            ("old.d.ts", "export const stale: 1;\n"),
            ("worker.js", ""),
        ],
        &[
            ("pkg fresh", "found"),
            ("pkg stale", "missing"),
            ("pkg/worker", "unknown"),
        ],
    );
}

#[test]
fn typescript_goes_on_where_no_file_is() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": { ".": { "import": "./gone.mjs", "types": "./index.d.ts" } } }"#,
            ),
            ("index.d.ts", CLASS),
        ],
        &[("pkg A", "found")],
    );
}

#[test]
fn conditions_that_typescript_does_not_know_are_not_taken() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": {
                    ".": { "module-sync": "./index.mjs", "module": "./index.mjs", "react-native": "./index.mjs",
                        "import": "./index.mjs", "default": "./index.cjs" },
                    "./sync": { "module-sync": "./index.mjs" } } }"#,
            ),
            ("index.d.mts", "export const esm: 1;\n"),
            ("index.d.cts", "export const cjs: 1;\n"),
        ],
        &[
            ("pkg esm", "found"),
            ("pkg! cjs", "found"),
            ("pkg! esm", "missing"),
            ("pkg/sync", "unknown"),
        ],
    );
}

#[test]
fn null_under_a_condition_is_passed_over() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": {
                    ".": { "node": null, "default": "./index.js" },
                    "./deep": { "node": { "import": null }, "default": "./index.js" },
                    "./list": [ null, "./index.js" ],
                    "./none": { "import": null, "browser": "./index.js" },
                    "./closed": null } }"#,
            ),
            ("index.d.ts", "export const a: 1;\n"),
        ],
        &[
            ("pkg a", "found"),
            ("pkg/deep a", "found"),
            ("pkg/list a", "found"),
            // Some bundler may take it.
            ("pkg/none", "unknown"),
            ("pkg/closed", "missing"),
        ],
    );
}

#[test]
fn without_exports_every_file_is_a_subpath() {
    check(
        &[
            ("package.json", r#"{ "main": "./lib", "typings": "types/index" }"#),
            ("types/index.d.ts", CLASS),
            ("lib/index.js", ""),
            ("lib/part.js", "exports.part = 1;\n"),
            ("lib/style.css", ""),
            ("lib/data.json", "{}"),
            (
                "old/package.json",
                r#"{ "main": "../lib/part.js", "types": "./main.d.ts" }"#,
            ),
            ("old/main.d.ts", "export const old: 1;\n"),
            ("empty/readme.md", ""),
        ],
        &[
            ("pkg A new a", "found"),
            ("pkg/lib/part part", "found"),
            ("pkg/lib/part.js part", "found"),
            ("pkg/lib/part.js other", "missing"),
            ("pkg/lib/style.css", "found"),
            ("pkg/lib/data", "found"),
            ("pkg/lib/data.json", "found"),
            ("pkg/old old", "found"),
            ("pkg/old part", "missing"),
            ("pkg/empty", "unknown"),
            ("pkg/lib/parts", "missing"),
            ("pkg/../other", "unknown"),
        ],
    );
}

#[test]
fn types_versions_put_files_in_the_place_of_others() {
    check(
        &[
            (
                "package.json",
                r#"{ "main": "index.js", "types": "index.d.ts", "typesVersions": {
                    "<4.0": { "*": ["ts3/*"] }, ">=4.0": { "index.d.ts": ["now.d.ts"], "sub": ["parts/sub.d.ts"] } } }"#,
            ),
            ("index.d.ts", "export const old: 1;\n"),
            ("now.d.ts", "export const now: 1;\n"),
            ("ts3/index.d.ts", ""),
            ("parts/sub.d.ts", "export const sub: 1;\n"),
        ],
        &[
            ("pkg now", "found"),
            ("pkg old", "missing"),
            ("pkg/sub sub", "found"),
        ],
    );
}

#[test]
fn a_package_refers_to_itself_and_to_private_imports() {
    check(
        &[
            (
                "package.json",
                r##"{ "exports": { ".": "./index.d.ts", "./sub": "./sub.d.ts" },
                    "imports": { "#private/*": "./private/*.js", "#other": "other" } }"##,
            ),
            (
                "index.d.ts",
                "export { A } from 'pkg/sub';\nexport { B } from '#private/b';\nexport * from '#private/c';\n\
                 export { gone } from '#gone';\n",
            ),
            ("sub.d.ts", CLASS),
            ("private/b.d.ts", "export class B { b: 1 }\n"),
            ("private/c.d.ts", "export class C {}\n"),
        ],
        &[
            ("pkg A new a", "found"),
            ("pkg B new b", "found"),
            ("pkg B new c", "missing"),
            ("pkg C", "found"),
            ("pkg D", "missing"),
            ("pkg gone", "found"),
            ("pkg gone any", "unknown"),
        ],
    );
}

#[test]
fn the_nearest_package_decides_between_module_formats() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": { "./esm": "./esm/index.d.ts", "./cjs": "./cjs/index.d.ts", "./cts": "./x.d.cts" } }"#,
            ),
            ("esm/package.json", r#"{ "type": "module" }"#),
            ("esm/index.d.ts", CLASS),
            ("cjs/index.d.ts", CLASS),
            ("x.d.cts", CLASS),
        ],
        &[
            ("pkg/esm default", "missing"),
            ("pkg/cjs default", "found"),
            ("pkg/cts default", "found"),
            ("pkg/esm! A", "found"),
        ],
    );
}

#[test]
fn types_of_another_package_describe_one_without() {
    let code: &[(&str, &str)] = &[
        ("package.json", r#"{ "main": "index.js" }"#),
        ("index.js", "module.exports = require('./build');\n"),
        ("extra.js", "exports.extra = 1;\n"),
    ];
    let mut release = release(code);
    assert!(release.lacks_types());
    release.add_types(Box::new(Sources(&[
        ("package.json", r#"{ "types": "index.d.ts" }"#),
        (
            "index.d.ts",
            "export = Main;\ndeclare class Main { run(): void }\n",
        ),
    ])));
    assert!(!release.lacks_types());
    for (steps, answer) in [
        ("pkg default new run", "found"),
        ("pkg default new walk", "missing"),
        ("pkg/extra extra", "found"),
        ("pkg/none", "missing"),
    ] {
        assert_eq!(look(&release, steps), answer, "{steps}");
    }
    let stored = Release::from_table("pkg", &release.to_table(), None).unwrap();
    assert!(!stored.lacks_types());
    assert_eq!(look(&stored, "pkg default new walk"), "missing");
    assert!(!stored.is_incomplete());
}

#[test]
fn a_package_of_types_is_called_as_what_it_describes() {
    let files: &[(&str, &str)] = &[
        ("package.json", r#"{ "types": "index.d.ts" }"#),
        ("index.d.ts", CLASS),
    ];
    let release = Release::new("@types/scope__name", Box::new(Sources(files)));
    assert_eq!(look(&release, "@scope/name A"), "found");
    assert_eq!(look(&release, "@scope/name B"), "missing");
    assert_eq!(look(&release, "@types/scope__name"), "unknown");
}

#[test]
fn damaged_and_hostile_packages_say_nothing() {
    let cases: &[&[(&str, &str)]] = &[
        &[],
        &[("package.json", "{"), ("index.d.ts", "export {")],
        &[(
            "package.json",
            r#"{ "exports": { ".": { "import": { "import": 1 } } } }"#,
        )],
        &[("package.json", r#"{ "exports": "../../etc/passwd" }"#)],
        &[("package.json", r#"{ "types": "../x", "main": "/etc/passwd" }"#)],
    ];
    for files in cases {
        let release = release(files);
        let found = follow(&release, "pkg A");
        assert!(
            !matches!(found, super::Lookup::Missing(_)),
            "{files:?}: {found:?}"
        );
    }
    let release = release(&[]);
    assert_eq!(look(&release, "pkg"), "unknown");
    assert!(!matches!(
        release.module("pkg/sub", ModuleMode::Import),
        super::Lookup::Found(_)
    ));
}

#[test]
fn a_table_that_lacks_a_file_says_so() {
    let files: &[(&str, &str)] = &[
        ("index.d.ts", "export * from './a';\n"),
        ("a.d.ts", "export const a: 1;\n"),
        ("b.d.ts", "export const b: 1;\n"),
    ];
    let first = release(files);
    assert_eq!(look(&first, "pkg a"), "found");
    let table = first.to_table();
    let stored = Release::from_table("pkg", &table, None).unwrap();
    assert_eq!(look(&stored, "pkg b"), "missing");
    assert!(!stored.is_incomplete());
    let _ = look(&stored, "pkg/b b");
    assert!(stored.is_incomplete());
    let again = Release::from_table("pkg", &table, Some(Box::new(Sources(files)))).unwrap();
    assert_eq!(look(&again, "pkg/b b"), "found");
    assert!(!again.is_incomplete());
    assert!(Release::from_table("pkg", b"no table", None).is_none());
}
