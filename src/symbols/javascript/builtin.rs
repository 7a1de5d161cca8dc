//! Types of the language and of Node that classes of packages extend or that methods give.

use super::ty::Ty;
use std::rc::Rc;

/// A generic type of the language that the evaluation understands: promises and what can be iterated over.
pub(super) fn generic(module: &str, name: &str, arguments: &[Ty]) -> Option<Ty> {
    if !module.is_empty() {
        return None;
    }
    let first = || Rc::new(arguments.first().cloned().unwrap_or(Ty::UnknownOfPackage));
    Some(match name {
        "Promise" | "PromiseLike" => Ty::Promise(first()),
        "Array" | "ReadonlyArray" | "ArrayLike" | "Iterable" | "Iterator" | "IterableIterator"
        | "Generator" | "IteratorObject" | "ArrayIterator" | "MapIterator" | "SetIterator" => {
            Ty::Items(first(), false)
        }
        "AsyncIterable"
        | "AsyncIterator"
        | "AsyncIterableIterator"
        | "AsyncGenerator"
        | "AsyncIteratorObject"
        | "ReadableStreamAsyncIterator" => Ty::Items(first(), true),
        _ => return None,
    })
}

/// The members of every object.
const OBJECT: &[&str] = &[
    "constructor",
    "toString",
    "toLocaleString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "__proto__",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
];

/// The members of every function.
const FUNCTION: &[&str] = &[
    "apply",
    "bind",
    "call",
    "name",
    "length",
    "prototype",
    "arguments",
    "caller",
];

const ERROR: &[&str] = &["name", "message", "stack", "cause"];

const EVENT_EMITTER: &[&str] = &[
    "on",
    "once",
    "off",
    "emit",
    "addListener",
    "removeListener",
    "removeAllListeners",
    "prependListener",
    "prependOnceListener",
    "listeners",
    "rawListeners",
    "listenerCount",
    "eventNames",
    "setMaxListeners",
    "getMaxListeners",
    "domain",
    "_events",
    "_eventsCount",
    "_maxListeners",
];

const EVENT_EMITTER_STATICS: &[&str] = &[
    "EventEmitter",
    "once",
    "on",
    "listenerCount",
    "defaultMaxListeners",
    "errorMonitor",
    "captureRejectionSymbol",
    "captureRejections",
    "getEventListeners",
    "getMaxListeners",
    "setMaxListeners",
    "addAbortListener",
    "usingDomains",
    "init",
    "EventEmitterAsyncResource",
];

const EVENT_TARGET: &[&str] = &["addEventListener", "removeEventListener", "dispatchEvent"];

/// Whether an object has a member, whatever it is.
pub(super) fn is_object_member(name: &str) -> bool {
    OBJECT.contains(&name)
}

/// Whether a function or class has a member, whatever it is.
pub(super) fn is_function_member(name: &str) -> bool {
    FUNCTION.contains(&name) || OBJECT.contains(&name)
}

/// The members that an instance has from a base outside of the package, besides those of every object. `None` when they
/// are not known.
pub(super) fn instance_members(module: &str, name: &str) -> Option<&'static [&'static str]> {
    match (module, name) {
        ("", "Object") => Some(&[]),
        (
            "",
            "Error" | "TypeError" | "RangeError" | "SyntaxError" | "EvalError" | "ReferenceError"
            | "URIError",
        ) => Some(ERROR),
        ("", "EventTarget") => Some(EVENT_TARGET),
        ("events", "EventEmitter" | "default" | "*") => Some(EVENT_EMITTER),
        _ => None,
    }
}

/// The static members that a class has from a base outside of the package.
pub(super) fn static_members(module: &str, name: &str) -> Option<&'static [&'static str]> {
    match (module, name) {
        ("events", "EventEmitter" | "default" | "*") => Some(EVENT_EMITTER_STATICS),
        ("", "Error" | "TypeError" | "RangeError" | "SyntaxError") => Some(&[
            "captureStackTrace",
            "stackTraceLimit",
            "prepareStackTrace",
            "isError",
        ]),
        ("", "Object" | "EventTarget") => Some(&[]),
        _ => None,
    }
}
