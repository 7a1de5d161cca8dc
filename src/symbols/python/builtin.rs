//! What Python itself and a few libraries that packages build on bring: types of `typing`, members of bases.
//!
//! Source: the library reference of Python 3.14, `typing`, `builtins`, `enum`; pydantic 1 and 2.

use super::standard;
use super::ty::{Ty, TypeScope};

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn is_of(path: &str, modules: &[&str]) -> bool {
    let first = path.split('.').next().unwrap_or_default();
    modules.contains(&first)
}

const TYPING: &[&str] = &[
    "typing",
    "typing_extensions",
    "collections",
    "builtins",
    "types",
    "contextlib",
    "abc",
];

/// A class of another package with arguments, in an annotation.
pub(super) fn generic(path: &str, arguments: impl FnOnce() -> Vec<Ty>) -> Ty {
    if !is_of(path, TYPING) {
        return Ty::Foreign;
    }
    let mut arguments = arguments();
    let first = |arguments: &mut Vec<Ty>| {
        Box::new(if arguments.is_empty() {
            Ty::UnknownOfPackage
        } else {
            arguments.swap_remove(0)
        })
    };
    match last(path) {
        "Optional" | "Union" => Ty::union(arguments),
        "Annotated" | "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" => {
            *first(&mut arguments)
        }
        "list" | "List" | "Sequence" | "MutableSequence" | "Iterable" | "Iterator" | "Generator" | "set"
        | "Set" | "frozenset" | "FrozenSet" | "AbstractSet" | "Collection" | "deque" | "Deque"
        | "Reversible" => Ty::Items(first(&mut arguments), false),
        "AsyncIterator" | "AsyncIterable" | "AsyncGenerator" => Ty::Items(first(&mut arguments), true),
        "dict" | "Dict" | "Mapping" | "MutableMapping" | "OrderedDict" | "defaultdict" | "DefaultDict"
            if arguments.len() == 2 =>
        {
            Ty::Map(Box::new(arguments.swap_remove(1)))
        }
        "tuple" | "Tuple" if arguments.len() == 2 && arguments.get(1) == Some(&Ty::UnknownOfPackage) => {
            Ty::Items(first(&mut arguments), false)
        }
        "tuple" | "Tuple" => Ty::Tuple(arguments),
        "Awaitable" => Ty::Awaitable(first(&mut arguments)),
        "Coroutine" => Ty::Awaitable(Box::new(arguments.pop().unwrap_or(Ty::UnknownOfPackage))),
        "ContextManager" | "AbstractContextManager" => Ty::Context(first(&mut arguments), false),
        "AsyncContextManager" | "AbstractAsyncContextManager" => Ty::Context(first(&mut arguments), true),
        "type" | "Type" => match *first(&mut arguments) {
            Ty::Instance(class, _) => Ty::Class(class),
            _ => Ty::UnknownOfPackage,
        },
        "Literal" => Ty::Foreign,
        _ => Ty::UnknownOfPackage,
    }
}

/// A class of another package in an annotation.
pub(super) fn plain(path: &str, scope: &TypeScope) -> Ty {
    match last(path) {
        "Self" if is_of(path, TYPING) => match &scope.receiver {
            Some(Ty::Class(class)) => Ty::Instance(class.clone(), Vec::new()),
            Some(other) => other.clone(),
            None => Ty::UnknownOfPackage,
        },
        "Any" | "Callable" | "TypeVar" | "object" | "Awaitable" | "Coroutine" | "AnyStr" | "Type"
        | "type"
            if is_of(path, TYPING) =>
        {
            Ty::UnknownOfPackage
        }
        _ => Ty::Foreign,
    }
}

/// What calling a name of another package gives, in the package itself.
pub(super) fn called(path: &str) -> Ty {
    match last(path) {
        "TypeVar" | "NewType" | "ParamSpec" | "namedtuple" | "getattr" | "super" | "partial" | "type"
        | "import_module" | "cast" | "Field" | "field" | "attrib" | "ib" | "TypedDict" | "NamedTuple"
        | "next" | "property" => Ty::UnknownOfPackage,
        _ => Ty::Foreign,
    }
}

/// Metaclasses that do not change what calling a class gives, or which attributes it has.
pub(super) fn is_plain_metaclass(path: &str) -> bool {
    matches!(
        last(path),
        "ABCMeta" | "EnumMeta" | "EnumType" | "type" | "ProtocolMeta" | "_ProtocolMeta"
    )
}

/// Methods of a metaclass that may change what a class has.
pub(super) fn makes_classes(name: &str) -> bool {
    matches!(
        name,
        "__new__" | "__init__" | "__prepare__" | "__getattr__" | "__getattribute__" | "__setattr__" | "mro"
    )
}

/// What a decorator of another package does to a function.
pub(super) enum Decorator {
    /// Nothing that matters here.
    Nothing,
    /// `@staticmethod`
    Static,
    /// `@classmethod`
    ClassMethod,
    /// `@property`
    Property,
    /// `@contextmanager`; whether it is the asynchronous one.
    Context(bool),
    /// Anything.
    Opaque,
}

/// Classify a decorator by its full name.
pub(super) fn decorator(path: &str) -> Decorator {
    match last(path) {
        "staticmethod" => Decorator::Static,
        "classmethod" | "abstractclassmethod" => Decorator::ClassMethod,
        "property" | "cached_property" | "abstractproperty" => Decorator::Property,
        "contextmanager" => Decorator::Context(false),
        "asynccontextmanager" => Decorator::Context(true),
        "abstractmethod"
        | "overload"
        | "override"
        | "final"
        | "deprecated"
        | "lru_cache"
        | "cache"
        | "no_type_check"
        | "wraps"
        | "coroutine"
        | "unique"
        | "total_ordering"
        | "runtime_checkable"
        | "dataclass_transform" => Decorator::Nothing,
        _ => Decorator::Opaque,
    }
}

/// Class decorators that add no members, or only those in the source.
pub(super) fn is_plain_class_decorator(path: &str) -> bool {
    matches!(
        last(path),
        "dataclass"
            | "final"
            | "runtime_checkable"
            | "total_ordering"
            | "unique"
            | "deprecated"
            | "dataclass_transform"
            | "verify"
            | "define"
            | "frozen"
            | "mutable"
            | "s"
            | "attrs"
            | "attributes"
            | "disjoint_base"
            | "type_check_only"
    )
}

/// How a class decorator or base makes the constructor.
pub(super) fn makes_constructor(path: &str) -> bool {
    matches!(
        last(path),
        "dataclass" | "define" | "frozen" | "mutable" | "s" | "attrs" | "attributes"
    )
}

/// The members that a class of another package brings, with spaces between them, where all of them are known.
pub(super) fn base_members(path: &str) -> Option<&'static str> {
    const MODEL: &str = "model_computed_fields model_config model_construct model_copy model_dump model_dump_json model_extra \
        model_fields model_fields_set model_json_schema model_parametrized_name model_post_init model_rebuild \
        model_validate model_validate_json model_validate_strings construct copy dict from_orm json parse_file parse_obj \
        parse_raw schema schema_json update_forward_refs validate fields Config";
    // Of both implementations of protobuf 7.
    const MESSAGE: &str = "ByteSize Clear ClearExtension ClearField CopyFrom DESCRIPTOR DiscardUnknownFields Extensions \
        FindInitializationErrors FromString HasExtension HasField IsInitialized ListFields MergeFrom MergeFromString \
        ParseFromString RegisterExtension SerializePartialToString SerializeToString SetInParent UnknownFields WhichOneof";
    if is_of(path, &["typing", "typing_extensions"]) {
        match last(path) {
            "Protocol" | "Generic" => return Some(""),
            "TypedDict" => return standard::members("builtins.dict"),
            "NamedTuple" => return Some("count index _replace _asdict _fields _field_defaults _make"),
            _ => {}
        }
    }
    match path {
        "msgspec.Struct" => Some(""),
        _ if is_pydantic_model(path) => Some(MODEL),
        _ if is_message(path) => Some(MESSAGE),
        _ => standard::members(path),
    }
}

/// Whether a class of another package has a member; `None` when it may.
pub(super) fn has_base_member(path: &str, name: &str) -> Option<bool> {
    let members = base_members(path)?;
    let is_known = members.split(' ').any(|member| member == name);
    // Private names are not recorded.
    (is_known || !name.starts_with('_') || members.is_empty() || is_pydantic_model(path)).then_some(is_known)
}

/// Whether a class is the base of the messages of protobuf. The stubs that `protoc` writes have all their fields.
pub(super) fn is_message(path: &str) -> bool {
    path == "google.protobuf.message.Message"
}

/// Whether instances of classes derived from this class are data and not descriptors.
pub(super) fn is_model(path: &str) -> bool {
    is_pydantic_model(path) || is_message(path)
}

fn is_pydantic_model(path: &str) -> bool {
    matches!(
        path,
        "pydantic.BaseModel" | "pydantic.v1.BaseModel" | "pydantic.main.BaseModel"
    )
}

/// Bases of classes that are written to be derived from.
pub(super) fn is_abstract(path: &str) -> bool {
    matches!(path, "abc.ABC" | "typing.Protocol" | "typing_extensions.Protocol")
}

/// Abstract collections: a class that is derived from one and has none of the methods that it asks for is abstract too.
pub(super) fn is_collection(path: &str) -> bool {
    path.starts_with("collections.abc.")
        || is_of(path, &["typing", "typing_extensions"])
            && standard::members(&format!("collections.abc.{}", last(path))).is_some()
}

/// Methods that abstract collections ask for.
pub(super) fn is_protocol_method(name: &str) -> bool {
    matches!(
        name,
        "__getitem__"
            | "__iter__"
            | "__next__"
            | "__len__"
            | "__contains__"
            | "__call__"
            | "__hash__"
            | "__aiter__"
            | "__anext__"
            | "__await__"
            | "__enter__"
            | "__aenter__"
            | "send"
            | "asend"
    )
}

/// Bases whose constructor takes the annotated names of the class.
pub(super) fn takes_fields(path: &str) -> bool {
    path == "msgspec.Struct"
        || is_pydantic_model(path)
        || matches!(last(path), "NamedTuple" | "TypedDict") && is_of(path, &["typing", "typing_extensions"])
}

/// Bases that do not change the constructor.
pub(super) fn has_plain_constructor(path: &str) -> bool {
    is_of(path, TYPING) && matches!(last(path), "object" | "ABC" | "Protocol" | "Generic")
}

/// Whether a name is one of Python's own.
pub(super) fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "object"
            | "type"
            | "property"
            | "staticmethod"
            | "classmethod"
            | "super"
            | "getattr"
            | "list"
            | "dict"
            | "tuple"
            | "set"
            | "frozenset"
            | "str"
            | "bytes"
            | "bytearray"
            | "int"
            | "float"
            | "bool"
            | "complex"
            | "memoryview"
            | "range"
            | "slice"
            | "iter"
            | "next"
            | "len"
            | "open"
            | "callable"
            | "map"
            | "filter"
            | "zip"
            | "enumerate"
            | "sorted"
            | "reversed"
    ) || name.ends_with("Error")
        || name.ends_with("Warning")
        || matches!(
            name,
            "Exception"
                | "BaseException"
                | "KeyboardInterrupt"
                | "SystemExit"
                | "StopIteration"
                | "StopAsyncIteration"
                | "GeneratorExit"
                | "ExceptionGroup"
                | "BaseExceptionGroup"
        )
}
