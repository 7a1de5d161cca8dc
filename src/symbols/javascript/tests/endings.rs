//! Which of several files a specifier resolves to: extensions, fields of `package.json` and `index`.

use super::check;

#[test]
fn types_beside_the_index_come_before_code() {
    check(
        &[
            ("package.json", r#"{ "main": "dist/main.js" }"#),
            ("dist/main.js", "exports.fromCode = 1;\n"),
            ("index.d.ts", "export const fromTypes: 1;\n"),
            (
                "part/package.json",
                r#"{ "main": "part.cjs", "module": "part.mjs" }"#,
            ),
            ("part/part.cjs", "exports.fromCode = 1;\n"),
            ("part/index.d.ts", "export const part: 1;\n"),
            (
                "code/package.json",
                r#"{ "types": "gone.d.ts", "main": "code.js" }"#,
            ),
            ("code/code.js", "exports.code = 1;\n"),
        ],
        &[
            ("pkg fromTypes", "found"),
            ("pkg! fromTypes", "found"),
            ("pkg fromCode", "missing"),
            ("pkg/part part", "found"),
            ("pkg/part fromCode", "missing"),
            ("pkg/dist/main fromCode", "found"),
            ("pkg/code code", "found"),
        ],
    );
}

#[test]
fn sources_come_before_declarations() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": { "./a": "./a.js", "./m": "./m.mjs", "./c": "./c.cjs", "./x": "./x.jsx",
                    "./data": "./data.json" } }"#,
            ),
            ("a.ts", "export const source: number = 1;\n"),
            ("a.d.ts", "export const declared: 1;\n"),
            ("m.mts", "export const source: number = 1;\n"),
            ("m.d.mts", "export const declared: 1;\n"),
            ("c.cts", "export const source: number = 1;\n"),
            ("c.d.cts", "export const declared: 1;\n"),
            ("x.tsx", "export const source: number = 1;\n"),
            ("x.d.ts", "export const declared: 1;\n"),
            ("data.json", "{}"),
            ("data.d.json.ts", "export const field: 1;\n"),
        ],
        &[
            ("pkg/a source", "found"),
            ("pkg/a declared", "missing"),
            ("pkg/m source", "found"),
            ("pkg/c source", "found"),
            ("pkg/x source", "found"),
            ("pkg/x declared", "missing"),
            ("pkg/data field", "found"),
            ("pkg/data other", "missing"),
        ],
    );
}

#[test]
fn declarations_name_the_sources_that_they_were_made_from() {
    check(
        &[
            ("package.json", r#"{ "types": "./index.d.ts" }"#),
            (
                "index.d.ts",
                "export * from './part.ts';\nexport * from './view.tsx';\nexport * from './esm.mts';\n\
                 export * from './cjs.cts';\n",
            ),
            ("part.d.ts", "export const part: 1;\n"),
            ("view.d.ts", "export const view: 1;\n"),
            ("esm.d.mts", "export const esm: 1;\n"),
            ("cjs.d.cts", "export const cjs: 1;\n"),
        ],
        &[
            ("pkg part", "found"),
            ("pkg view", "found"),
            ("pkg esm", "found"),
            ("pkg cjs", "found"),
            ("pkg other", "missing"),
        ],
    );
}

#[test]
fn names_without_an_ending_are_completed_as_nodejs_does() {
    check(
        &[
            (
                "package.json",
                r#"{ "main": "lib/main", "types": "lib/gone.d.ts" }"#,
            ),
            ("lib/main.js", "exports.main = 1;\n"),
            ("lib/main.d.mts", "export const esm: 1;\n"),
            ("lib/main.d.cts", "export const cjs: 1;\n"),
            ("lib/only.mjs", "export const only = 1;\n"),
            ("lib/view.jsx", "export const view = 1;\n"),
            ("lib/code.js", "exports.code = 1;\n"),
        ],
        &[
            ("pkg main", "found"),
            ("pkg esm", "missing"),
            ("pkg/lib/main main", "found"),
            ("pkg/lib/main cjs", "missing"),
            ("pkg/lib/main.mjs esm", "found"),
            ("pkg/lib/only only", "found"),
            ("pkg/lib/view.js view", "found"),
            ("pkg/lib/code.jsx code", "found"),
            ("pkg/lib/none.js", "missing"),
        ],
    );
}

#[test]
fn a_target_with_types_that_is_gone_leads_to_code() {
    check(
        &[
            (
                "package.json",
                r#"{ "exports": { ".": "./index.d.ts", "./esm": "./esm.d.mts", "./cjs": "./cjs.d.cts" } }"#,
            ),
            ("index.js", "export const index = 1;\n"),
            ("esm.mjs", "export const esm = 1;\n"),
            ("cjs.cjs", "exports.cjs = 1;\n"),
        ],
        &[
            ("pkg index", "found"),
            ("pkg other", "missing"),
            ("pkg/esm esm", "found"),
            ("pkg/cjs cjs", "found"),
        ],
    );
}

#[test]
fn one_field_of_a_folder_counts_and_then_its_index() {
    check(
        &[
            ("package.json", r#"{ "types": "./start.d.ts" }"#),
            ("start.d.ts", "export * from './part';\n"),
            (
                "part/package.json",
                r#"{ "typings": "gone.d.ts", "types": "types.d.ts", "main": "main.js" }"#,
            ),
            ("part/types.d.ts", "export const types: 1;\n"),
            ("part/main.d.ts", "export const main: 1;\n"),
            ("part/index.d.ts", "export const index: 1;\n"),
        ],
        &[
            ("pkg index", "found"),
            ("pkg types", "missing"),
            ("pkg/part index", "found"),
            ("pkg/part main", "missing"),
        ],
    );
}

#[test]
fn types_versions_name_folders() {
    check(
        &[
            (
                "package.json",
                r#"{ "main": "./main.js", "typesVersions": { "*": { "main.js": ["types"], "parts/": ["other"] } } }"#,
            ),
            ("main.js", "exports.fromCode = 1;\n"),
            ("types/index.d.ts", "export const fromTypes: 1;\n"),
            ("parts/part.js", "exports.part = 1;\n"),
            ("other/index.d.ts", "export const other: 1;\n"),
        ],
        &[
            ("pkg fromTypes", "found"),
            ("pkg fromCode", "missing"),
            ("pkg/parts/part part", "found"),
        ],
    );
}

#[test]
fn typings_come_before_types() {
    check(
        &[
            (
                "package.json",
                r#"{ "types": "types.d.ts", "typings": "typings.d.ts" }"#,
            ),
            ("types.d.ts", "export const types: 1;\n"),
            ("typings.d.ts", "export const typings: 1;\n"),
        ],
        &[("pkg typings", "found"), ("pkg types", "missing")],
    );
}
