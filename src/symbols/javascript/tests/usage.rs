//! Blocks of a document: which names are reported, and which are not.

use super::super::usage::references;
use super::release;
use crate::symbols::block::{Block, Reference};
use crate::symbols::reference::{Outcome, SymbolKind, Undecided};

const SHOP: &[(&str, &str)] = &[
    (
        "package.json",
        r#"{ "name": "pkg", "version": "1.0.0", "type": "module", "exports": {
            ".": { "types": "./index.d.ts", "default": "./index.js" },
            "./testing": { "types": "./testing.d.ts", "default": "./testing.js" } } }"#,
    ),
    ("index.js", ""),
    ("testing.js", ""),
    (
        "testing.d.ts",
        "export declare function fake(): import('./index.js').Client;",
    ),
    (
        "index.d.ts",
        "export declare class Line { remove(): void; }
        export declare class Order { readonly lines: Line[]; cancel(): Promise<void>; first(): Line; }
        export declare class Page { readonly orders: Order[]; next(): Promise<Page>; }
        export declare class Orders {
            list(): Promise<Page>;
            get(id: string): Promise<Order>;
            each(visit: (order: Order) => void): void;
        }
        export declare class Client {
            constructor(options?: Options);
            readonly orders: Orders;
            close(): Promise<void>;
            static connect(): Promise<Client>;
        }
        export declare class Other { readonly orders: Orders; start(): void; }
        export declare class Plugin { protected run(): void; enable(): void; }
        export declare class Failure extends Error { readonly status: number; }
        export declare function open(): Client;
        export interface Options { retries?: number; }
        export declare namespace Types { interface Query { text: string; } class Filter { apply(): void; } }
        export default Client;",
    ),
];

pub(super) fn uses(blocks: &[(&str, &str)]) -> Vec<Reference> {
    let release = release(SHOP);
    let blocks: Vec<Block<'_>> = blocks
        .iter()
        .map(|(language, code)| Block {
            code,
            language,
            is_marked_outdated: false,
        })
        .collect();
    let found = references(&release, &blocks);
    assert_eq!(release.read_error(), None);
    found
}

/// The names that are reported, as they are written.
pub(super) fn missing(blocks: &[(&str, &str)]) -> Vec<String> {
    uses(blocks)
        .into_iter()
        .filter(|found| matches!(found.outcome, Outcome::Missing { .. }))
        .map(|found| {
            let code = blocks.get(found.block).map_or("", |(_, code)| code);
            code.get(found.range).unwrap_or_default().to_owned()
        })
        .collect()
}

/// Each code on its own, with the names that are reported.
fn check(language: &str, cases: &[(&str, &[&str])]) {
    for (code, expected) in cases {
        assert_eq!(missing(&[(language, code)]), *expected, "{code}");
    }
}

#[test]
fn imports() {
    check(
        "javascript",
        &[
            ("import { Client, Clinet } from 'pkg'", &["Clinet"]),
            (
                "import { Clinet as Client } from 'pkg'; new Client().gone()",
                &["Clinet"],
            ),
            (
                "import Shop, { open } from 'pkg'; new Shop().gone(); open().close()",
                &["gone"],
            ),
            ("import * as pkg from 'pkg'; pkg.open(); pkg.shut()", &["shut"]),
            ("import { fake } from 'pkg/testing'; fake().gone()", &["gone"]),
            ("import 'pkg/tests'", &["pkg/tests"]),
            ("import { fake } from 'pkg/tests'; fake().gone()", &["pkg/tests"]),
            ("export { open, shut } from 'pkg'", &["shut"]),
            ("export * from 'pkg/tests'", &["pkg/tests"]),
            (
                "const { Client } = await import('pkg'); new Client().gone()",
                &["gone"],
            ),
            ("const { open, shut } = await import('pkg')", &["shut"]),
            ("(await import('pkg')).shut()", &["shut"]),
            (
                "import('pkg').then(({ open, shut }) => open().gone())",
                &["shut", "gone"],
            ),
            (
                "const { open: start, shut: stop } = require('pkg'); start().gone()",
                &["shut", "gone"],
            ),
            (
                "const pkg = require('pkg'); new pkg.Client().gone(); pkg.shut()",
                &["gone", "shut"],
            ),
            ("require('pkg').shut()", &["shut"]),
            (
                "import { shut } from 'another'; import { gone } from './pkg'",
                &[],
            ),
            ("function require() {} require('pkg').shut()", &[]),
        ],
    );
    check(
        "typescript",
        &[
            ("import type { Options, Option } from 'pkg'", &["Option"]),
            ("import { type Options, type Option } from 'pkg'", &["Option"]),
            ("import pkg = require('pkg'); pkg.shut()", &["shut"]),
            (
                "let a: import('pkg').Client; let b: import('pkg').Clinet; a.gone()",
                &["Clinet", "gone"],
            ),
        ],
    );
}

#[test]
fn expressions() {
    let cases: &[(&str, &[&str])] = &[
        ("new Client().gone()", &["gone"]),
        ("(await new Client().orders.get('1')).gone()", &["gone"]),
        ("client?.orders?.gone()", &["gone"]),
        ("client.gone.orders.gone()", &["gone"]),
        ("client['gone'](); client.orders[name]()", &[]),
        (
            "(x ? client : new Client()).gone(); (x ? client : y).lost()",
            &["gone"],
        ),
        ("(client ?? open()).gone(); (client || y).lost()", &["gone"]),
        ("const c = client, d = c; d.gone()", &["gone"]),
        (
            "const { orders, gone } = client; orders.lost()",
            &["gone", "lost"],
        ),
        ("const { orders: { list, gone } } = client", &["gone"]),
        ("const { gone = 1, ...rest } = client; rest.lost()", &[]),
        (
            "for (const o of (await client.orders.list()).orders) { o.cancel(); o.gone() }",
            &["gone"],
        ),
        (
            "(await client.orders.list()).orders.map((o) => o.lines[0].gone())",
            &["gone"],
        ),
        (
            "(await client.orders.list()).orders.filter((o) => o.cancel())[0].gone()",
            &["gone"],
        ),
        (
            "client.orders.get('1').then((order) => { order.cancel(); order.gone() })",
            &["gone"],
        ),
        (
            "client.orders.each((order, x) => { order.gone(); x.gone() })",
            &["gone"],
        ),
        ("client.orders.each(function (order) { order.gone() })", &["gone"]),
        (
            "const [o, p] = await Promise.all([client.orders.get('1'), 2]); o.gone(); p.lost()",
            &["gone"],
        ),
        (
            "const all = { client, x: 1 }; all.client.gone(); all.x.lost(); all.lost",
            &["gone"],
        ),
        ("const make = () => new Client(); make().gone()", &["gone"]),
        (
            "async function make() { return client.orders.get('1') } (await make()).gone()",
            &["gone"],
        ),
        (
            "function make(x) { if (x) { return null } return new Client() } make().gone()",
            &["gone"],
        ),
        (
            "function make(x) { if (x) { return x } return new Client() } make().gone()",
            &[],
        ),
        ("const f = () => f(); f().gone(); client.lost()", &["lost"]),
        ("`${client.gone()}`; [client.lost]", &["gone", "lost"]),
        (
            "(await Client.connect()).gone(); Client.lost()",
            &["gone", "lost"],
        ),
        ("return client.gone()", &["gone"]),
        (
            "client.constructor.name; client.toString(); Client.name; open.length",
            &[],
        ),
    ];
    for (code, expected) in cases {
        let head = "import { Client, open } from 'pkg'; const client = new Client();";
        let whole = format!("{head}\n{code}");
        assert_eq!(missing(&[("javascript", &whole)]), *expected, "{code}");
    }
}

#[test]
fn names_with_several_bindings() {
    let cases: &[(&str, &[&str])] = &[
        ("let c; c = new Client(); c.gone()", &["gone"]),
        ("let c = null; if (x) { c = new Client() } c?.gone()", &["gone"]),
        (
            "let c = new Client(); c = new Other(); c.start(); c.close(); c.gone()",
            &["gone"],
        ),
        ("let c = new Client(); c = other(); c.gone()", &[]),
        ("let c = new Client(); [c] = other(); c.gone()", &[]),
        ("let c = new Client(); for (c of other()) { c.gone() }", &[]),
        (
            "const c = new Client(); { const c = other(); c.gone() } c.lost()",
            &["lost"],
        ),
        (
            "const c = new Client(); function f(c) { c.gone() } c.lost()",
            &["lost"],
        ),
        (
            "try { f() } catch (c) { c.gone() } const c = new Client(); c.lost()",
            &["lost"],
        ),
        (
            "let page = await new Client().orders.list(); while (x) { page.gone(); page = await page.next() }",
            &["gone"],
        ),
        (
            "let last = null; while (x) { const order = await new Client().orders.get(last); \
             last = order.gone.id }",
            &["gone"],
        ),
        ("let c = new Client(); c = c.orders; c.gone()", &[]),
    ];
    for (code, expected) in cases {
        let whole = format!("import {{ Client, Other }} from 'pkg';\n{code}");
        assert_eq!(missing(&[("javascript", &whole)]), *expected, "{code}");
    }
}

#[test]
fn types_of_the_document() {
    let cases: &[(&str, &[&str])] = &[
        ("function f(c: Client) { c.gone() }", &["gone"]),
        ("const f = ({ c }: { c: Client }) => c.gone()", &["gone"]),
        ("function f(c: Client | null) { c!.gone() }", &["gone"]),
        ("function f(c: Client | Window) { c.gone() }", &[]),
        (
            "function f(c: Promise<Client>[]) { for (const d of c) d.then((e) => e.gone()) }",
            &["gone"],
        ),
        (
            "let c: any = new Client(); c.gone(); (new Client() as any).gone()",
            &[],
        ),
        ("const c = x as Client; c.gone()", &["gone"]),
        ("const c = x as unknown as Client; c.gone()", &["gone"]),
        ("const c = new Client() satisfies Client; c.gone()", &["gone"]),
        (
            "const q: Types.Query = x; const r: Types.Querry = x; q.other",
            &["Querry"],
        ),
        ("const f: Types.Filter = x; f.apply(); f.gone()", &["gone"]),
        ("type C = Client; const c: C = x; c.gone()", &["gone"]),
        ("type C<T> = T & Client; const c: C<X> = x; c.gone()", &[]),
        (
            "interface Mine { c: Client } const m: Mine = x; m.gone; m.c.gone()",
            &[],
        ),
        ("const make = (): Client => x; make().gone()", &["gone"]),
        ("let c: InstanceType<typeof Client>; c.gone()", &["gone"]),
        ("let o: Options = { retries: 1 }; o.gone", &[]),
        ("class Mine implements Types.Querry {}", &["Querry"]),
        (
            "declare module 'pkg' { interface Client { added(): void } } new Client().added()",
            &[],
        ),
    ];
    for (code, expected) in cases {
        let whole = format!("import {{ Client, Options, Types }} from 'pkg';\n{code}");
        assert_eq!(missing(&[("typescript", &whole)]), *expected, "{code}");
    }
}

#[test]
fn classes_of_the_document() {
    let cases: &[(&str, &[&str])] = &[
        (
            "class A { constructor() { this.c = new Client() } run() { this.c.gone() } }",
            &["gone"],
        ),
        (
            "class A { c = new Client(); run = () => this.c.gone() }",
            &["gone"],
        ),
        (
            "class A { #c = new Client(); run() { this.#c.gone() } }",
            &["gone"],
        ),
        (
            "class A { c = new Client() } new A().c.gone(); new A().lost()",
            &["gone"],
        ),
        (
            "class A { c = null; set(x) { this.c = x } run() { this.c.gone() } }",
            &[],
        ),
        (
            "class A { get c() { return new Client() } run() { this.c.gone() } }",
            &["gone"],
        ),
        (
            "class A { c = new Client(); run() { return function () { this.c.gone() } } }",
            &[],
        ),
        (
            "class A { static c = new Client(); run() { A.c.gone(); this.c.lost() } }",
            &["gone"],
        ),
        // What is left out of a document may be there.
        (
            "class A extends Plugin { run() { this.enable(); this.other() } }",
            &[],
        ),
        (
            "class A extends Plugin { run() { super.enable(); super.gone() } }",
            &["gone"],
        ),
        ("class A extends Plugin {} new A().enable(); new A().other()", &[]),
        ("const o = { c: new Client(), run() { this.c.gone() } }", &[]),
    ];
    for (code, expected) in cases {
        let whole = format!("import {{ Client, Plugin }} from 'pkg';\n{code}");
        assert_eq!(missing(&[("javascript", &whole)]), *expected, "{code}");
    }
    check(
        "typescript",
        &[
            (
                "import { Client } from 'pkg'; class A { constructor(private c: Client) {} run() { this.c.gone() } }",
                &["gone"],
            ),
            (
                "import { Client } from 'pkg'; class A { private c: Client; run() { this.c.gone() } }",
                &["gone"],
            ),
        ],
    );
}

#[test]
fn markup() {
    check(
        "tsx",
        &[
            (
                "import { Provider } from 'pkg'; const a = <Provider/>",
                &["Provider"],
            ),
            (
                "import * as Pkg from 'pkg'; const a = <Pkg.Client><Pkg.Gone/></Pkg.Client>",
                &["Gone"],
            ),
            (
                "import { open } from 'pkg'; const a = <b on={() => open().gone()}>{open().lost}</b>",
                &["gone", "lost"],
            ),
        ],
    );
}

#[test]
fn names_are_carried_into_later_blocks() {
    let js = |codes: &[&'static str]| -> Vec<(&str, &str)> {
        codes.iter().map(|code| ("javascript", *code)).collect()
    };
    for (codes, expected) in [
        (
            &["import { Client } from 'pkg'; const c = new Client()", "c.gone()"][..],
            &["gone"][..],
        ),
        (
            &["import { open } from 'pkg'", "const c = open()", "c.gone()"],
            &["gone"],
        ),
        (&["c.gone()", "import { open } from 'pkg'; const c = open()"], &[]),
        (
            &[
                "import { open } from 'pkg'; const c = open()",
                "const c = other()",
                "c.gone()",
            ],
            &[],
        ),
        (
            &[
                "import { open } from 'pkg'; const c = open()",
                "c.gone()",
                "import { c } from 'another'",
            ],
            &[],
        ),
        (
            &[
                "import { open, Other } from 'pkg'; const c = open()",
                "const c = new Other()",
                "c.close(); c.start(); c.gone()",
            ],
            &["gone"],
        ),
        (
            &[
                "import { open } from 'pkg'; function f() { const c = open() }",
                "c.gone()",
            ],
            &[],
        ),
        (
            &[
                "import { open } from 'pkg'; const c = open()",
                "function f(c) { c.gone() } c.lost()",
            ],
            &["lost"],
        ),
        (
            &["import { open } from 'pkg'; let c", "c = open()", "c.gone()"],
            &[],
        ),
        (&["import { open } from 'pkg'; const c = open(", "c.gone()"], &[]),
        (
            &[
                "import { open } from 'pkg'; const make = async () => open()",
                "(await make()).gone()",
            ],
            &["gone"],
        ),
    ] {
        assert_eq!(missing(&js(codes)), expected, "{codes:?}");
    }
    let typed = [
        ("typescript", "import { Client } from 'pkg'"),
        ("javascript", "function f(c: Client) { c.gone() }"),
    ];
    assert_eq!(missing(&typed), ["gone"]);
}

#[test]
fn kinds_places_and_quiet_blocks() {
    let code = "import Shop, * as all from 'pkg'; import { open } from 'pkg'; all.open(); open().orders";
    let found = uses(&[("javascript", code)]);
    let kinds: Vec<(SymbolKind, &str)> = found
        .iter()
        .map(|found| (found.kind, code.get(found.range.clone()).unwrap_or_default()))
        .collect();
    assert_eq!(
        kinds,
        [
            (SymbolKind::From, "Shop"),
            (SymbolKind::From, "open"),
            (SymbolKind::Attribute, "open"),
            (SymbolKind::Member, "orders"),
        ]
    );
    assert!(found.iter().all(|found| found.outcome == Outcome::Found));
    let release = release(SHOP);
    let block = Block {
        code: "import { shut } from 'pkg'",
        language: "typescript",
        is_marked_outdated: true,
    };
    let found = references(&release, &[block]);
    let outcomes: Vec<&Outcome> = found.iter().map(|found| &found.outcome).collect();
    assert_eq!(outcomes, [&Outcome::Undecided(Undecided::MarkedOutdated)]);
}
