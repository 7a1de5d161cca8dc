//! Types that are followed through calls, promises and type parameters.

use super::super::ty::{Lookup, Ty};
use super::{check, follow, look, release};

#[test]
fn types_are_followed_through_calls_and_promises() {
    check(
        &[
            (
                "index.d.ts",
                "import { Page } from './page';\n\
                 export declare class Client { self(): this; one(): Promise<Item>; two(a: string): Promise<Page<Item>>;\n\
                 many(): Item[]; pair: [Item, string]; over(): Item; over(a: string): Page<Item>; either(): Item | Other;\n\
                 maybe?: Item | null; copy: Client['inner']; inner: { deep: Item }; stream(): AsyncIterable<Item>;\n\
                 later: typeof make; lazy(): import('./page').Page<Item>; request(): Thenable; api(): ApiPromise<Item>;\n\
                 alias: Alias<Item>; both(): Item & Other; map(): { [K in keyof Item]: Item }; chosen(): string extends 'a' ? Item : Other }\n\
                 export declare class Item { id(): void; shared(): void }\nexport declare class Other { name(): void; shared(): void }\n\
                 export type Alias<T> = T | undefined;\nexport declare function make(): Client;\n\
                 export declare class Thenable { then(f: () => void): void; t(): void }\n\
                 export declare class ApiPromise<T> extends Promise<T> { raw(): void }\n\
                 export declare const made: Client;\nexport declare const ctor: new (a: string) => Client;\n",
            ),
            (
                "page.d.ts",
                "export declare class Page<T> { items: T[]; next(): Promise<this>; [Symbol.asyncIterator](): AsyncIterator<T> }\n",
            ),
        ],
        &[
            ("pkg Client new self call self call one", "found"),
            ("pkg Client new self call self call gone", "missing"),
            ("pkg Client new one call await id", "found"),
            ("pkg Client new one call await gone", "missing"),
            ("pkg Client new one call gone", "unknown"),
            ("pkg Client new two call1 await items each id", "found"),
            ("pkg Client new two call1 await items each gone", "missing"),
            ("pkg Client new two call1 await next call await items", "found"),
            ("pkg Client new two call1 await next call await gone", "missing"),
            ("pkg Client new two call1 await each-async gone", "missing"),
            ("pkg Client new many call each id", "found"),
            ("pkg Client new many call map", "found"),
            ("pkg Client new pair each gone", "unknown"),
            ("pkg Client new over call id", "found"),
            ("pkg Client new over call items", "missing"),
            ("pkg Client new over call1 items", "found"),
            ("pkg Client new either call id", "found"),
            ("pkg Client new either call gone", "missing"),
            ("pkg Client new maybe id", "found"),
            ("pkg Client new maybe gone", "missing"),
            ("pkg Client new copy deep gone", "missing"),
            ("pkg Client new stream call each-async gone", "missing"),
            ("pkg Client new later call one", "found"),
            ("pkg Client new later call gone", "missing"),
            ("pkg Client new lazy call gone", "missing"),
            ("pkg Client new request call await t", "unknown"),
            ("pkg Client new api call raw", "found"),
            ("pkg Client new api call await id", "found"),
            ("pkg Client new api call await gone", "missing"),
            ("pkg Client new alias id", "found"),
            ("pkg Client new alias gone", "missing"),
            ("pkg Client new both call id", "found"),
            ("pkg Client new both call name", "found"),
            ("pkg Client new both call gone", "missing"),
            ("pkg Client new map call gone", "unknown"),
            ("pkg Client new chosen call gone", "unknown"),
            ("pkg made one", "found"),
            ("pkg made gone", "missing"),
            ("pkg ctor new one", "found"),
            ("pkg ctor new gone", "missing"),
            ("pkg Client type gone", "missing"),
        ],
    );
}

#[test]
fn plain_data_is_never_missing() {
    check(
        &[(
            "index.d.ts",
            "export interface Reply { id: string; nested: { a: string } }\nexport type Other = { b: string };\n\
             export declare function get(): Reply;\nexport declare function other(): Other;\n\
             export declare const api: { read(): Reply; kinds: { readonly A: 'a' } };\n",
        )],
        &[
            ("pkg get call id", "found"),
            ("pkg get call gone", "unknown"),
            ("pkg get call nested gone", "unknown"),
            ("pkg other call gone", "unknown"),
            ("pkg api read call id", "found"),
            // An object that the package itself makes.
            ("pkg api gone", "missing"),
        ],
    );
}

#[test]
fn an_interface_with_methods_is_an_object_that_the_package_makes() {
    check(
        &[(
            "index.d.ts",
            "export interface Client { get(): void }\nexport interface Both extends Client { url: string }\n\
             export interface Paint { (text: string): string; bold: this }\n\
             export declare function make(): Client & { close: () => void };\nexport declare function both(): Both;\n\
             export declare const paint: Paint;\nexport interface Reply { id: string; client?: Client }\n\
             export declare function reply(): Reply;\ndeclare global { interface Shared { share(): void } }\n\
             export declare function shared(): Shared;\n",
        )],
        &[
            ("pkg make call get", "found"),
            ("pkg make call close", "found"),
            ("pkg make call gone", "missing"),
            ("pkg both call get", "found"),
            ("pkg both call gone", "missing"),
            ("pkg paint bold bold", "found"),
            ("pkg paint bold gone", "missing"),
            ("pkg reply call gone", "unknown"),
            ("pkg reply call client gone", "missing"),
            ("pkg shared call share", "found"),
            ("pkg shared call gone", "unknown"),
            // What a document declares may be extended by it.
            ("pkg Client type get", "found"),
            ("pkg Client type gone", "unknown"),
        ],
    );
    check(
        &[(
            "index.d.ts",
            "export interface App { get(): void; register(plugin: (app: App) => void): this }\nexport declare function make(): App;\n",
        )],
        &[
            ("pkg make call get", "found"),
            ("pkg make call decorated", "unknown"),
        ],
    );
}

#[test]
fn arguments_say_what_type_parameters_stand_for() {
    let release = release(&[(
        "index.d.ts",
        "export interface Client<S> { with<E extends object>(plugin: (client: Client<S>) => E): this & E }\n\
         export declare class Plain<S> { with<E extends object>(plugin: (client: Plain<S>) => E): this & E }\n\
         export declare class Rest { request(): void }\nexport declare const rest: () => <S>(client: Plain<S>) => Rest;\n\
         export declare class Other { send(): void }\nexport declare const other: () => (client: Plain<any>) => Other;\n\
         export declare function same<T>(value: T): T;\nexport declare function boxed<T = Rest>(value?: T): Promise<T>;\n",
    )]);
    let found = |steps: &str| match follow(&release, steps) {
        Lookup::Found(ty) => ty,
        other => panic!("{steps}: {other:?}"),
    };
    let plain = found("pkg Plain new");
    let with = release.member(&plain, "with");
    let Lookup::Found(with) = with else {
        panic!("{with:?}")
    };
    let joined = release.call(&with, &[found("pkg rest call")]);
    assert!(matches!(release.member(&joined, "request"), Lookup::Found(_)));
    assert!(matches!(release.member(&joined, "with"), Lookup::Found(_)));
    assert!(
        matches!(release.member(&joined, "gone"), Lookup::Missing(_)),
        "{joined:?}"
    );
    // `this` is all of it.
    let Lookup::Found(again) = release.member(&joined, "with") else {
        panic!("no method")
    };
    let twice = release.call(&again, &[found("pkg other call")]);
    for name in ["request", "send", "with"] {
        assert!(matches!(release.member(&twice, name), Lookup::Found(_)), "{name}");
    }
    assert!(
        matches!(release.member(&twice, "gone"), Lookup::Missing(_)),
        "{twice:?}"
    );
    // An argument that is not known may be anything.
    let joined = release.call(&with, &[Ty::Unknown]);
    assert!(matches!(release.member(&joined, "gone"), Lookup::Unknown(_)));
    let rest = found("pkg Rest new");
    assert_eq!(
        release.call(&found("pkg same"), std::slice::from_ref(&rest)),
        rest
    );
    assert_eq!(look(&release, "pkg boxed call await request"), "found");
    assert_eq!(look(&release, "pkg boxed call await gone"), "missing");
}

#[test]
fn callbacks_get_what_the_callee_declares() {
    let release = release(&[(
        "index.d.ts",
        "export declare class App { use(handler: (request: Request, ...more: Part[]) => void): void;\n\
         on(name: 'a', handler: Handler): void; on(name: 'b', handler: (part: Part) => void): void; any(f: unknown): void }\n\
         export declare class Request { path(): void }\nexport declare class Part { p(): void }\n\
         export interface Handler { (request: Request): void }\n",
    )]);
    let Lookup::Found(method) = follow(&release, "pkg App new use") else {
        panic!("no method")
    };
    let request = release.callback_parameter(&method, 0, 0);
    assert!(matches!(release.member(&request, "path"), Lookup::Found(_)));
    assert!(matches!(release.member(&request, "gone"), Lookup::Missing(_)));
    let more = release.callback_parameter(&method, 0, 2);
    assert!(matches!(release.member(&more, "p"), Lookup::Found(_)));
    let Lookup::Found(on) = follow(&release, "pkg App new on") else {
        panic!("no method")
    };
    let either = release.callback_parameter(&on, 1, 0);
    assert!(matches!(release.member(&either, "path"), Lookup::Found(_)));
    assert!(matches!(release.member(&either, "gone"), Lookup::Missing(_)));
    let Lookup::Found(any) = follow(&release, "pkg App new any") else {
        panic!("no method")
    };
    assert_eq!(release.callback_parameter(&any, 0, 0), Ty::Unknown);
}
