//! JavaScript without types.

use super::check;

#[test]
fn plain_exports_of_commonjs_are_closed() {
    check(
        &[
            ("package.json", r#"{ "main": "index.js" }"#),
            (
                "index.js",
                "'use strict';\nObject.defineProperty(exports, '__esModule', { value: true });\nexports.b = exports.a = void 0;\n\
                 const part = require('./part');\n__exportStar(require('./star'), exports);\nexports.a = 1;\nexports.b = part.made;\n\
                 Object.defineProperty(exports, 'c', { enumerable: true, get: function () { return part.c; } });\n",
            ),
            (
                "part.js",
                "module.exports = { made: 1, c, ...require('./star') };\nconst c = 2;\n",
            ),
            ("star.js", "exports.star = 1;\n"),
            ("whole.js", "module.exports = require('./part');\n"),
            (
                "main.js",
                "function main() {}\nmain.extra = () => 1;\nmodule.exports = main;\n",
            ),
        ],
        &[
            ("pkg a", "found"),
            ("pkg b", "found"),
            ("pkg c", "found"),
            ("pkg star", "found"),
            ("pkg gone", "missing"),
            ("pkg default", "found"),
            ("pkg/part made", "found"),
            ("pkg/part c", "found"),
            ("pkg/part star", "found"),
            ("pkg/part gone", "missing"),
            ("pkg/whole! made", "found"),
            ("pkg/whole! gone", "missing"),
            ("pkg/main! extra", "found"),
            ("pkg/main! gone", "unknown"),
        ],
    );
}

#[test]
fn commonjs_that_exports_in_other_ways_is_open() {
    check(
        &[
            ("loop.js", "for (const name of names) exports[name] = 1;\n"),
            ("wrapped.js", "(function () { exports.x = 1; })();\n"),
            ("computed.js", "exports.a = 1;\nexports[name()] = 2;\n"),
            ("alias.js", "const api = module.exports = {};\napi.x = 1;\n"),
            (
                "inner.js",
                "exports.a = 1;\nfunction later() { exports.b = 2; }\n",
            ),
            (
                "passed.js",
                "module.exports = { a: 1 };\nrequire('./inner')(module.exports);\n",
            ),
            (
                "branch.js",
                "if (dev) { module.exports = require('./inner') } else { module.exports = require('./loop') }\n",
            ),
        ],
        &[
            ("pkg/loop any", "unknown"),
            ("pkg/wrapped any", "unknown"),
            ("pkg/computed any", "unknown"),
            ("pkg/alias x", "unknown"),
            ("pkg/inner a", "found"),
            ("pkg/inner b", "unknown"),
            ("pkg/passed a", "found"),
            ("pkg/passed b", "unknown"),
            ("pkg/branch any", "unknown"),
        ],
    );
}

#[test]
fn modules_without_types_have_the_names_that_they_export() {
    check(
        &[
            (
                "esm.mjs",
                "export const a = 1;\nexport default class A { constructor() { this.x = 1; } m() {} }\n\
                 export let changed = new A();\n",
            ),
            (
                "object.mjs",
                "export const api = { a: 1 };\napi.b = 2;\nexport class A {}\nA.made = 1;\n",
            ),
        ],
        &[
            ("pkg/esm.mjs a", "found"),
            ("pkg/esm.mjs b", "missing"),
            ("pkg/esm.mjs default new m", "found"),
            ("pkg/esm.mjs default new x", "found"),
            ("pkg/esm.mjs default new gone", "unknown"),
            ("pkg/esm.mjs changed any", "unknown"),
            ("pkg/object.mjs api a", "found"),
            ("pkg/object.mjs api b", "unknown"),
            ("pkg/object.mjs A made", "unknown"),
            ("pkg/object.mjs B", "missing"),
        ],
    );
}
