//! Exports, namespaces and classes.

use super::super::ty::{Lookup, ModuleMode};
use super::{Owned, Release, check, follow, release};

#[test]
fn exports_of_all_forms_are_found() {
    check(
        &[
            ("package.json", r#"{ "type": "module", "types": "index.d.ts" }"#),
            (
                "index.d.ts",
                "import { a as b, A } from './a';\nimport * as all from './a';\nimport Def from './d';\n\
                 export { b, b as c, Def, Def as default };\nexport { A as AA } from './a';\nexport * from './star';\n\
                 export * as ns from './a';\nexport { all };\nexport declare const one: 1, two: 2;\n\
                 export declare function f(): void;\nexport interface I {}\nexport type T = string;\n\
                 export declare enum E { X = 1, 'y-z' = 2 }\nexport import Short = all.A;\ndeclare const hidden: 1;\n",
            ),
            (
                "a.d.ts",
                "export declare const a: 1;\nexport declare class A { m(): void; static s(): void }\n",
            ),
            ("d.d.ts", "export default class { d(): void }\n"),
            (
                "star.d.ts",
                "export declare const star: 1;\nexport default star;\nexport * from './index';\n",
            ),
        ],
        &[
            ("pkg b", "found"),
            ("pkg c", "found"),
            ("pkg a", "missing"),
            ("pkg default new d", "found"),
            ("pkg default new e", "missing"),
            ("pkg Def new d", "found"),
            ("pkg AA new m", "found"),
            ("pkg AA new s", "missing"),
            ("pkg AA s", "found"),
            ("pkg AA m", "missing"),
            ("pkg AA prototype", "found"),
            ("pkg star", "found"),
            ("pkg stars", "missing"),
            ("pkg ns A new m", "found"),
            ("pkg ns B", "missing"),
            ("pkg all a", "found"),
            ("pkg all z", "missing"),
            ("pkg one", "found"),
            ("pkg two", "found"),
            ("pkg f", "found"),
            ("pkg I", "found"),
            ("pkg T", "found"),
            ("pkg E X", "found"),
            ("pkg E y-z", "found"),
            ("pkg E Y", "missing"),
            ("pkg Short new m", "found"),
            ("pkg hidden", "missing"),
        ],
    );
}

#[test]
fn a_table_with_parts_elsewhere_is_open() {
    check(
        &[
            ("index.d.ts", "export * from 'other';\nexport const a: 1;\n"),
            ("gone.d.ts", "export * from './made-at-install';\n"),
            ("closed.d.ts", "export { x } from 'other';\n"),
        ],
        &[
            ("pkg a", "found"),
            ("pkg b", "unknown"),
            ("pkg/gone b", "unknown"),
            ("pkg/closed x", "found"),
            ("pkg/closed x any", "unknown"),
            ("pkg/closed y", "missing"),
        ],
    );
}

#[test]
fn ambient_declarations_are_exported_unless_a_list_says_otherwise() {
    check(
        &[
            (
                "index.d.ts",
                "import { x } from 'x';\nexport class A {}\ndeclare const implied: 1;\n",
            ),
            (
                "list.d.ts",
                "export class A {}\ndeclare const implied: 1;\nexport {};\n",
            ),
        ],
        &[
            ("pkg implied", "found"),
            ("pkg x", "missing"),
            ("pkg/list implied", "missing"),
        ],
    );
}

#[test]
fn export_equals_gives_the_members_of_what_it_exports() {
    check(
        &[
            (
                "index.d.ts",
                "export = make;\ndeclare function make(url: string): make.Client;\n\
                 declare namespace make { class Client { get(): void }\n interface Options {}\n const version: string; }\n",
            ),
            (
                "class.d.ts",
                "declare class Main { run(): void; static of(): Main }\nexport = Main;\n",
            ),
            ("old.d.ts", "import Main = require('./class');\nexport = Main;\n"),
        ],
        &[
            ("pkg default call1 get", "found"),
            ("pkg default call1 put", "missing"),
            ("pkg! call1 get", "found"),
            ("pkg Client new get", "found"),
            ("pkg Client new put", "missing"),
            ("pkg Options", "found"),
            ("pkg Missing", "missing"),
            ("pkg! version", "found"),
            ("pkg/class default new run", "found"),
            ("pkg/class! new walk", "missing"),
            ("pkg/class! of call run", "found"),
            ("pkg/old! new run", "found"),
            ("pkg/old! new walk", "missing"),
        ],
    );
}

#[test]
fn the_default_of_commonjs_is_there_in_one_way_or_another() {
    check(
        &[
            (
                "index.d.ts",
                "export default class Main { run(): void }\nexport const extra: 1;\n",
            ),
            ("none.d.ts", "export const extra: 1;\n"),
        ],
        &[
            // Bundlers give the class, Node the module.
            ("pkg default new run", "found"),
            ("pkg default extra", "found"),
            ("pkg default none", "missing"),
            ("pkg/none default extra", "found"),
            ("pkg/none default other", "missing"),
            ("pkg/none! default", "unknown"),
        ],
    );
}

#[test]
fn ambient_modules_are_merged_from_several_files() {
    check(
        &[
            ("package.json", r#"{ "types": "index.d.ts" }"#),
            (
                "index.d.ts",
                "/// <reference path=\"more.d.ts\" />\ndeclare module 'pkg' {\n class A { extra(): void }\n interface Only { a: 1 }\n}\n\
                 declare module 'pkg/sub' { const sub: 1; }\ndeclare class Everywhere { here(): void }\n",
            ),
            (
                "more.d.ts",
                "import { Base } from 'other';\ndeclare module 'pkg' { class B { b(): Everywhere }\n interface A { added(): void } }\n",
            ),
        ],
        &[
            ("pkg A new extra", "found"),
            ("pkg A new added", "unknown"),
            ("pkg B new b", "found"),
            ("pkg B new b call here", "found"),
            ("pkg B new b call gone", "missing"),
            ("pkg B new gone", "missing"),
            ("pkg C", "missing"),
            ("pkg/sub sub", "found"),
            ("pkg/sub sup", "missing"),
        ],
    );
}

#[test]
fn modules_add_to_the_classes_of_others() {
    check(
        &[
            ("index.d.ts", "import './patch';\nexport { A } from './a';\n"),
            ("a.d.ts", "export declare class A { a(): void }\n"),
            (
                "patch.d.ts",
                "export {};\ndeclare module './a' { interface A { patched(): void } }\n",
            ),
        ],
        &[
            ("pkg A new a", "found"),
            ("pkg A new patched", "unknown"),
            ("pkg A new gone", "missing"),
        ],
    );
}

#[test]
fn namespaces_are_merged_with_what_shares_their_name() {
    check(
        &[(
            "index.d.ts",
            "export declare class A { a(): A.Inner; x: A.Deep.Other }\n\
             export declare namespace A { class Inner { i(): void }\n namespace Deep { class Other { o(): void } } }\n\
             export declare namespace A { const more: Inner; }\n\
             export declare namespace B.C { const d: 1; }\nexport declare function f(): void;\n\
             export declare namespace f { const g: 1; }\n",
        )],
        &[
            ("pkg A new a call i", "found"),
            ("pkg A new a call j", "missing"),
            ("pkg A new x o", "found"),
            ("pkg A new x p", "missing"),
            ("pkg A Inner new i", "found"),
            ("pkg A more i", "found"),
            ("pkg A more j", "missing"),
            ("pkg A Outer", "missing"),
            ("pkg B C d", "found"),
            ("pkg B C e", "missing"),
            ("pkg f g", "found"),
            ("pkg f h", "missing"),
            ("pkg f call", "found"),
            ("pkg f bind", "found"),
        ],
    );
}

#[test]
fn a_class_is_closed_only_when_all_its_parts_are_known() {
    check(
        &[(
            "index.d.ts",
            "import { Foreign } from 'other';\nimport { EventEmitter } from 'node:events';\n\
             export declare class Base<T> { value: T; protected inner: Part; private hidden; #own; get part(): Part }\n\
             export declare class Part { p(): void }\nexport declare class Sub extends Base<Part> { constructor(public extra: Part) }\n\
             export declare class Open extends Foreign { o(): void }\n\
             export declare class Index { [name: string]: unknown; i(): void }\n\
             export declare class Emitter extends EventEmitter { e(): void }\nexport declare class Failure extends Error { code: string }\n\
             declare const Mixed: typeof Base & typeof Part;\nexport declare class Mixin extends Mixed { m(): void }\n\
             declare const Any: any;\nexport declare class Made extends Any {}\n\
             export declare abstract class Shape { area(): Part }\nexport declare class Square extends Shape {}\n\
             export declare function shape(): Shape;\ndeclare const key: unique symbol;\nexport declare class Keyed { [key]: 1; [Symbol.toStringTag]: 1 }\n\
             export declare class Tagged { [Symbol.toStringTag]: 1 }\nexport interface Tagged { merged(): void }\n\
             export declare class Global extends URL { g(): void }\n",
        )],
        &[
            ("pkg Sub new value p", "found"),
            ("pkg Sub new value q", "missing"),
            ("pkg Sub new part p", "found"),
            ("pkg Sub new extra p", "found"),
            ("pkg Sub new inner", "found"),
            ("pkg Sub new hidden", "found"),
            ("pkg Sub new gone", "missing"),
            ("pkg Sub new toString", "found"),
            ("pkg Open new o", "found"),
            ("pkg Open new gone", "unknown"),
            ("pkg Index new any", "unknown"),
            ("pkg Emitter new on", "found"),
            ("pkg Emitter new gone", "missing"),
            ("pkg Emitter once", "found"),
            ("pkg Emitter gone", "missing"),
            ("pkg Failure new message", "found"),
            ("pkg Failure new gone", "missing"),
            ("pkg Failure captureStackTrace", "found"),
            ("pkg Mixin new p", "found"),
            ("pkg Mixin new part", "found"),
            ("pkg Mixin new gone", "missing"),
            ("pkg Made new gone", "unknown"),
            ("pkg Square new area call p", "found"),
            ("pkg Square new gone", "missing"),
            ("pkg shape call gone", "unknown"),
            ("pkg Keyed new gone", "unknown"),
            ("pkg Tagged new merged", "found"),
            ("pkg Tagged new gone", "missing"),
            ("pkg Global new gone", "unknown"),
        ],
    );
}

#[test]
fn cycles_and_deep_types_end() {
    check(
        &[
            (
                "index.d.ts",
                "export * from './a';\nexport { loop } from './a';\nexport type Tree = Tree[] | [Tree, Tree];\nexport declare const tree: Tree;\nexport declare class Self extends Self { s(): void }\n",
            ),
            (
                "a.d.ts",
                "export * from './index';\nexport { loop } from './index';\nexport const a: 1;\n",
            ),
        ],
        &[
            ("pkg a", "found"),
            ("pkg loop", "found"),
            ("pkg loop any", "unknown"),
            ("pkg gone", "missing"),
            ("pkg tree any", "unknown"),
            ("pkg Self new s", "found"),
            ("pkg Self new gone", "unknown"),
        ],
    );
}

#[test]
fn hostile_types_cost_a_bounded_number_of_steps() {
    // Each level names the one before twice, with other arguments: two to the power of their number.
    let mut doubling = "export type A0<T> = [T, T];\nexport interface B0 { b(): void }\n".to_owned();
    for level in 1..60 {
        let below = level - 1;
        doubling.push_str(&format!(
            "export type A{level}<T> = [A{below}<[T]>, A{below}<T[]>];\n\
             export interface B{level} extends B{below}, Pair<B{below}> {{}}\n"
        ));
    }
    doubling.push_str(
        "export interface Pair<T> { pair: T }\nexport declare const a: A59<string>;\nexport declare const b: B59;\n",
    );
    let mut chain = String::new();
    for level in 0..500 {
        let next = level + 1;
        chain.push_str(&format!("export {{ c{level} }} from './{next}';\n"));
    }
    let deep = format!(
        "export declare const d: {}string{};\n",
        "A<".repeat(400),
        ">".repeat(400)
    );
    let files: Vec<(&str, &str)> = vec![
        ("index.d.ts", doubling.as_str()),
        ("chain.d.ts", chain.as_str()),
        ("deep.d.ts", deep.as_str()),
    ];
    let files = files
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.to_owned()));
    let release = Release::new("pkg", Box::new(Owned(files.collect())));
    for steps in [
        "pkg a any",
        "pkg b any",
        "pkg b pair",
        "pkg/chain c0",
        "pkg/deep d any",
    ] {
        assert!(!matches!(follow(&release, steps), Lookup::Missing(_)), "{steps}");
    }
}

#[test]
fn what_the_code_of_a_class_has_is_not_missing() {
    check(
        &[
            ("package.json", r#"{ "types": "types.d.ts", "main": "lib/a.js" }"#),
            (
                "types.d.ts",
                "export declare class A extends B { a(): void }\nexport declare class B {}\nexport declare class C {}\n",
            ),
            (
                "lib/a.js",
                "class A extends B {\n  a () {}\n  get active () { return this.later.gone() }\n}\n",
            ),
            (
                "lib/b.js",
                "class B {\n  constructor() { this.set = 1; this.field == 2 }\n  inherited() {}\n}\n",
            ),
            (
                "lib/other.js",
                "class Other { other() {} }\nclass D { unlike() {} }\n",
            ),
            ("lib/d.d.ts", "export declare class D { d(): void }\n"),
            ("lib/d.js", "export class D { d() {} hidden() {} }\n"),
        ],
        &[
            // The class of the code beside it is meant.
            ("pkg/lib/d D new unlike", "missing"),
            ("pkg/lib/d D new hidden", "unknown"),
            ("pkg A new a", "found"),
            ("pkg A new active", "unknown"),
            ("pkg A new inherited", "unknown"),
            ("pkg A new set", "unknown"),
            ("pkg A new field", "missing"),
            ("pkg A new gone", "missing"),
            ("pkg A new other", "missing"),
            ("pkg C new active", "missing"),
        ],
    );
}

#[test]
fn a_long_chain_of_calls_stays_small() {
    let release = release(&[(
        "index.d.ts",
        "export interface Client { add(): this & { more(): this; other: [this, this] } }\n\
         export declare const client: Client;\n",
    )]);
    let mut found = follow(&release, "pkg client");
    for step in 0..300 {
        let Lookup::Found(client) = &found else {
            panic!("{step}: {found:?}")
        };
        assert!(client.weight(10_000) < 10_000, "{step}");
        let Lookup::Found(add) = release.member(client, "add") else {
            break;
        };
        found = Lookup::Found(release.call(&add, &[]));
    }
}

#[test]
fn what_is_missing_names_what_is_there() {
    let release = release(&[(
        "index.d.ts",
        "export declare class A { query(): void; static of(): A }\nexport declare function make(a: string): A;\n",
    )]);
    let names = |steps: &str| match follow(&release, steps) {
        Lookup::Missing(names) => names,
        other => panic!("{steps}: {other:?}"),
    };
    assert_eq!(names("pkg B"), ["A", "make"]);
    assert_eq!(names("pkg A new quer"), ["query"]);
    assert_eq!(names("pkg A off"), ["of"]);
    let found = |steps: &str| match follow(&release, steps) {
        Lookup::Found(ty) => ty,
        other => panic!("{steps}: {other:?}"),
    };
    assert_eq!(release.symbol(&found("pkg A new"), "quer"), "A.quer");
    assert_eq!(release.symbol(&found("pkg"), "B"), "pkg#B");
    assert_eq!(
        release.signature(&found("pkg make")).as_deref(),
        Some("function make(a: string): A")
    );
    assert_eq!(
        release.signature(&found("pkg A new query")).as_deref(),
        Some("query(): void")
    );
    assert!(matches!(
        release.module("pkg/sub", ModuleMode::Import),
        Lookup::Missing(_)
    ));
}
