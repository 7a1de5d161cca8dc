//! Small releases and documents: what is missing, and where nothing may be said.

mod results;

use super::Release;
use super::usage::references;
use crate::symbols::block::{Block, Reference};
use crate::symbols::files::Sources;
use crate::symbols::{Outcome, Undecided};

/// The symbols that `code` uses and the release lacks.
fn uses(files: &'static [(&'static str, &'static str)], code: &str) -> Vec<Reference> {
    let release = Release::new(Box::new(Sources(files)));
    let block = Block {
        code,
        language: "python",
        is_marked_outdated: false,
    };
    references(&release, &[block])
}

fn missing(files: &'static [(&'static str, &'static str)], code: &str) -> Vec<String> {
    uses(files, code)
        .into_iter()
        .filter(|found| matches!(found.outcome, Outcome::Missing { .. }))
        .map(|found| found.symbol)
        .collect()
}

#[test]
fn a_value_with_computed_attributes_may_have_any() {
    let files = &[(
        "pkg/__init__.py",
        "class Table(dict):\n    pass\n\ncodes = Table()\nplain = Table()\n\ndef fill():\n    \
         for name in NAMES:\n        setattr(codes, name, 1)\n",
    )];
    assert!(missing(files, "import pkg\npkg.codes.teapot\n").is_empty());
    assert_eq!(missing(files, "import pkg\npkg.plain.teapot\n"), ["Table.teapot"]);
}

#[test]
fn an_annotated_attribute_has_what_its_value_has() {
    let files = &[(
        "pkg/__init__.py",
        "class Store:\n    def save(self): pass\n\nclass Cookies(Store):\n    serializer = 1\n\n\
         class App:\n    store: Store = Cookies()\n\nstore: Store = Cookies()\n",
    )];
    let code = "import pkg\napp = pkg.App()\napp.store.serializer\npkg.store.serializer\napp.store.gone\n";
    assert_eq!(missing(files, code), ["Store.gone"]);
}

#[test]
fn what_is_annotated_with_an_abstract_class_may_have_more() {
    let files = &[(
        "pkg/__init__.py",
        "from abc import ABC\nfrom typing import Protocol\n\nclass Api(ABC):\n    def get(self): pass\n\n\
         class Shape(Protocol):\n    def get(self): pass\n\nclass Client(Api):\n    def close(self): pass\n\n\
         def connect() -> Api: ...\ndef shape() -> Shape: ...\n",
    )];
    assert!(missing(files, "import pkg\npkg.connect().close()\npkg.shape().close()\n").is_empty());
    assert_eq!(
        missing(files, "import pkg\npkg.Client().shut()\n"),
        ["Client.shut"]
    );
}

/// A name, the files of the release, the code.
type Trap = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

/// Check that each code lacks one symbol, `gone`.
fn only_gone(cases: &[Trap]) {
    for (name, files, code) in cases {
        let found = missing(files, code);
        let is_gone = |symbol: &String| symbol.ends_with("gone") || symbol.ends_with("gone=)");
        assert!(found.len() == 1 && found.iter().all(is_gone), "{name}: {found:?}");
    }
}

/// Traps: where a name may exist although it is not written. Each code also uses a name that is truly missing (`gone`),
/// so that a test does not pass because nothing was decided.
#[test]
fn nothing_is_said_where_a_name_may_exist() {
    const CLIENT: &str = "class Client:\n    def get(self, id): pass\n";
    let cases: &[Trap] = &[
        (
            "attributes set by computation",
            &[(
                "pkg/__init__.py",
                "class Open:\n    def __init__(self, **o):\n        for k, v in o.items():\n            setattr(self, k, v)\n",
            )],
            "import pkg\npkg.Open(a=1).anything\npkg.gone\n",
        ),
        (
            "__getattr__ of a module",
            &[
                ("pkg/__init__.py", "from . import lazy\n"),
                ("pkg/lazy.py", "def __getattr__(name):\n    return load(name)\n"),
            ],
            "import pkg\npkg.lazy.anything\npkg.gone\n",
        ),
        (
            "one of two classes",
            &[(
                "pkg/__init__.py",
                "class A:\n    def get(self): pass\nclass B:\n    def put(self): pass\n\
                 if fast():\n    Client = A\nelse:\n    Client = B\n",
            )],
            "from pkg import Client, gone\nClient().get()\nClient().put()\n",
        ),
        (
            "another module of the namespace",
            &[("space/mine/__init__.py", CLIENT)],
            "import space.yours\nfrom space.other import thing\nfrom space.mine import gone\n",
        ),
        (
            "with gives another class",
            &[(
                "pkg/__init__.py",
                "class Session:\n    def send(self): pass\nclass Connect:\n    async def __aenter__(self) -> Session: ...\n",
            )],
            "import pkg\nasync def main():\n    async with pkg.Connect() as s:\n        s.send()\n        s.gone()\n",
        ),
        (
            "an awaitable gives something else",
            &[(
                "pkg/__init__.py",
                "class Page:\n    def __await__(self): ...\ndef pages() -> Page: ...\n",
            )],
            "import pkg\nasync def main():\n    (await pkg.pages()).items\n    pkg.pages().gone\n",
        ),
        (
            "any keyword, and a decorator that may change them",
            &[(
                "pkg/__init__.py",
                "from other import wrap\ndef any(**k): ...\n@wrap\ndef wrapped(a): ...\ndef plain(a): ...\n",
            )],
            "import pkg\npkg.any(x=1)\npkg.wrapped(x=1)\npkg.plain(gone=1)\n",
        ),
        (
            "a model that allows any field",
            &[(
                "pkg/__init__.py",
                "from pydantic import BaseModel, ConfigDict\nclass M(BaseModel):\n    model_config = ConfigDict(extra='allow')\n    a: int\n",
            )],
            "import pkg\npkg.M(x=1).y\npkg.gone\n",
        ),
        (
            "what is tested or set",
            &[("pkg/__init__.py", CLIENT)],
            "import pkg\nc = pkg.Client()\nif not hasattr(c, 'ping'):\n    raise SystemExit\nc.ping()\n\
             c.own = 1\nprint(c.own)\ntry:\n    c.later()\nexcept AttributeError:\n    pass\nc.gone()\n",
        ),
        (
            "isinstance",
            &[(
                "pkg/__init__.py",
                "class A:\n    def a(self): pass\nclass B(A):\n    def b(self): pass\ndef make() -> A: ...\n",
            )],
            "import pkg\nx = pkg.make()\nif isinstance(x, pkg.B):\n    x.b()\nx.gone()\n",
        ),
        (
            "a submodule that the package imports itself, and a star import",
            &[
                ("pkg/__init__.py", "from .core import *\nfrom . import extra\n"),
                ("pkg/core.py", "def run(): ...\n"),
                ("pkg/extra.py", "def more(): ...\n"),
            ],
            "import pkg\npkg.run()\npkg.extra.more()\npkg.gone()\n",
        ),
        (
            "the source beside a stub",
            &[
                ("pkg/__init__.pyi", "from .client import Client\n"),
                ("pkg/__init__.py", "from .client import Client, Admin\n"),
                (
                    "pkg/client.py",
                    "class Client:\n    def get(self, id): pass\nclass Admin: ...\n",
                ),
            ],
            "from pkg import Client, Admin, gone\n",
        ),
        (
            "a lazy table knows its names only",
            &[
                (
                    "pkg/__init__.py",
                    "TABLE = {'Client': '.client'}\ndef __getattr__(name):\n    module = TABLE.get(name)\n    \
                     if module is None:\n        raise AttributeError(name)\n    return load(module)\n",
                ),
                ("pkg/client.py", CLIENT),
            ],
            "from pkg import Client, gone\nClient().get(id=1)\n",
        ),
    ];
    only_gone(cases);
}

#[test]
fn a_name_is_carried_only_when_each_binding_is_of_the_package() {
    let files: &'static [(&str, &str)] = &[("pkg/__init__.py", "class Client:\n    def get(self): pass\n")];
    let found = |blocks: &[&str]| {
        let release = Release::new(Box::new(Sources(files)));
        let blocks: Vec<Block<'_>> = blocks
            .iter()
            .map(|code| Block {
                code,
                language: "python",
                is_marked_outdated: false,
            })
            .collect();
        let found = references(&release, &blocks).into_iter();
        found
            .filter(|found| matches!(found.outcome, Outcome::Missing { .. }))
            .count()
    };
    let make = "import pkg\nclient = pkg.Client()\n";
    assert_eq!(found(&[make, "client.gone()\n"]), 1);
    assert_eq!(
        found(&[make, "import other\nclient = other.Client()\n", "client.gone()\n"]),
        0
    );
    assert_eq!(
        found(&[make, "def f():\n    client = other()\n", "client.gone()\n"]),
        1
    );
}

/// The keywords that are there are found. About others the signature says nothing, so neither do we.
#[test]
fn keywords_that_are_only_passed_on_are_those_of_the_target() {
    let cases: &[Trap] = &[
        (
            "functions and methods",
            &[(
                "pkg/__init__.py",
                "class Session:\n    def __enter__(self): return self\n    def send(self, url, timeout=None): ...\n\
                 def get(url, **kwargs):\n    kwargs.setdefault('retries', 3)\n    return request('get', url, **kwargs)\n\
                 def request(method, url, **kwargs):\n    retries = kwargs.pop('retries')\n    \
                 with Session() as session:\n        return session.send(url, **kwargs)\n",
            )],
            "import pkg\npkg.get('u', timeout=1, retries=2)\npkg.get('u', gone=1)\n",
        ),
        (
            "constructors of bases",
            &[(
                "pkg/__init__.py",
                "class Base:\n    def __init__(self, host=None, **options):\n        super().__init__(**options)\n\
                 class Mixin:\n    def __init__(self, port=None): ...\n\
                 class Client(Base, Mixin):\n    def __init__(self, key, **kwargs):\n        super().__init__(**kwargs)\n    \
                 @classmethod\n    def make(cls, **kwargs):\n        return cls(**kwargs)\n",
            )],
            "import pkg\npkg.Client(key=1, host=2, port=3)\npkg.Client.make(key=1, port=1)\npkg.Client.make(gone=1)\n",
        ),
        (
            "what is left is refused",
            &[(
                "pkg/__init__.py",
                "def one(a, **kwargs):\n    b = kwargs.pop('b', None)\n    if kwargs:\n        raise TypeError(kwargs)\n    \
                 other(**kwargs)\n\
                 def two(a, **kwargs):\n    assert len(kwargs) == 0, f'Unknown: {list(kwargs)}'\n    return other(a, **kwargs)\n",
            )],
            "import pkg\npkg.one(a=1, b=2)\npkg.two(a=1)\npkg.two(gone=1)\n",
        ),
        (
            "a function that calls itself",
            &[(
                "pkg/__init__.py",
                "def one(a=1, **kwargs):\n    return two(**kwargs)\ndef two(b=1, **kwargs):\n    return one(**kwargs)\n",
            )],
            "import pkg\npkg.one(a=1, b=2)\npkg.one(gone=1)\n",
        ),
    ];
    for (name, files, code) in cases {
        for found in uses(files, code) {
            let expected = match found.symbol.ends_with("gone=)") {
                true => Outcome::Undecided(Undecided::Kwargs),
                false => Outcome::Found,
            };
            assert_eq!(found.outcome, expected, "{name}: {}", found.symbol);
        }
    }
    only_gone(&[(
        "anything else may be done with them",
        &[(
            "pkg/__init__.py",
            "def plain(a): ...\n\
                 def ignores(**kwargs): ...\n\
                 def stores(**kwargs):\n    state.update(kwargs)\n    return plain(**kwargs)\n\
                 def rebinds(**kwargs):\n    kwargs = convert(kwargs)\n    return plain(**kwargs)\n\
                 def computes(name, **kwargs):\n    value = kwargs.pop(name)\n    return plain(**kwargs)\n\
                 def loops(**kwargs):\n    for key in kwargs: print(key)\n    return plain(**kwargs)\n\
                 def nested(**kwargs):\n    def plain(**other): ...\n    return lambda plain: plain(**kwargs)\n\
                 def tries(**kwargs):\n    try:\n        return plain(**kwargs)\n    except TypeError:\n        return None\n\
                 def elsewhere(**kwargs):\n    import other\n    return other.call(**kwargs)\n\
                 def chosen(f, **kwargs):\n    return f(**kwargs)\n\
                 def late(**kwargs):\n    if fast():\n        assert not kwargs\n",
        )],
        "import pkg\npkg.ignores(x=1)\npkg.stores(x=1)\npkg.rebinds(x=1)\npkg.computes('y', x=1)\npkg.loops(x=1)\n\
             pkg.nested(x=1)\npkg.tries(x=1)\npkg.elsewhere(x=1)\npkg.chosen(pkg.plain, x=1)\npkg.late(x=1)\npkg.plain(gone=1)\n",
    )]);
}

#[test]
fn a_decorator_that_keeps_the_parameters_is_seen_through() {
    let cases: &[Trap] = &[
        (
            "the function itself, and wrappers of two kinds",
            &[(
                "pkg/__init__.py",
                "from functools import wraps\nfrom typing import cast\n\
                 class Span:\n    def end(self): ...\n\
                 def noted(f):\n    f.__doc__ = 'x'\n    return f\n\
                 def traced(name):\n    def decorate(f):\n        if is_async(f):\n            @wraps(f)\n            \
                 async def inner(*args, **kwargs):\n                log(dict(kwargs), list(kwargs.items()))\n                \
                 return await f(*args, **kwargs)\n            return inner\n        @wraps(f)\n        \
                 def inner(*args, **kwargs):\n            result = f(*args, **kwargs)\n            return result\n        \
                 return cast('F', inner)\n    return decorate\n\
                 @noted\ndef start(name) -> Span: ...\n@traced('x')\ndef stop(name) -> Span: ...\n",
            )],
            "import pkg\npkg.start(name=1).end()\npkg.stop(name=1).end()\npkg.stop(gone=1)\n",
        ),
        (
            "a wrapper that changes the keywords",
            &[(
                "pkg/__init__.py",
                "from functools import wraps\n\
                 def takes(f):\n    @wraps(f)\n    def inner(*args, **kwargs):\n        kwargs.pop('old', None)\n        \
                 return f(*args, **kwargs)\n    return inner\n\
                 def converts(f):\n    @wraps(f)\n    def inner(*args, **kwargs):\n        kwargs = convert(kwargs)\n        \
                 return f(*args, **kwargs)\n    return inner\n\
                 def drops(f):\n    @wraps(f)\n    def inner(*args, **kwargs):\n        return f(*args)\n    return inner\n\
                 def replaces(f):\n    f = other(f)\n    return f\n\
                 @takes\ndef a(x): ...\n@converts\ndef b(x): ...\n@drops\ndef c(x): ...\n@replaces\ndef d(x): ...\n\
                 def plain(x): ...\n",
            )],
            "import pkg\npkg.a(y=1)\npkg.b(y=1)\npkg.c(y=1)\npkg.d(y=1)\npkg.plain(gone=1)\n",
        ),
        (
            "a wrapper that returns something else",
            &[(
                "pkg/__init__.py",
                "from functools import wraps\nclass A:\n    def get(self): ...\n\
                 def lists(f):\n    @wraps(f)\n    def inner(*args, **kwargs):\n        return [f(*args, **kwargs)]\n    \
                 return inner\n@lists\ndef a(x) -> A: ...\n",
            )],
            "import pkg\npkg.a(x=1).append\npkg.a(gone=1)\n",
        ),
    ];
    only_gone(cases);
}

#[test]
fn a_local_name_is_what_it_is_bound_to() {
    let files = &[(
        "pkg/__init__.py",
        "class A:\n    def get(self): ...\nclass B:\n    def put(self): ...\n\
         def once():\n    found = A()\n    found.x = 1\n    return found\n\
         def twice(x):\n    found = A()\n    if x:\n        found = B()\n    return found\n\
         def shared():\n    global found\n    found = A()\n    return found\n\
         def parameter(found):\n    found = A()\n    return found\n",
    )];
    let code = "import pkg\npkg.once().get()\npkg.once().gone()\npkg.twice(1).get()\npkg.twice(1).put()\npkg.shared().any()\npkg.parameter(1).any()\n";
    assert_eq!(missing(files, code), ["A.gone"]);
}

#[test]
fn names_that_a_module_loads_late_are_known_when_they_are_written() {
    let cases: &[Trap] = &[
        (
            "compared one by one, and two tables",
            &[
                (
                    "pkg/__init__.py",
                    "_LATE = {'Thing': ('pkg.part', 'Thing')}\n_PARTS = ['extra', 'more']\n\
                     def __getattr__(name):\n    if name in _LATE:\n        return load(*_LATE[name])\n    \
                     elif name in _PARTS or name == '__version__':\n        return load(name)\n    \
                     if name == 'Client':\n        from .part import Client as Found\n        return Found\n    \
                     raise AttributeError(name)\n",
                ),
                (
                    "pkg/part.py",
                    "class Client:\n    def get(self): ...\nclass Thing:\n    def put(self): ...\n",
                ),
            ],
            "import pkg\npkg.Client().get()\npkg.Thing().put()\npkg.extra.any\npkg.more\npkg.gone\n",
        ),
        (
            "refused first",
            &[(
                "pkg/__init__.py",
                "def __getattr__(name):\n    table = {'old': 'x', 'older': 'y'}\n    if name not in table:\n        \
                 message = f'no {name}'\n        raise AttributeError(message)\n    return load(table[name])\n",
            )],
            "import pkg\npkg.old\npkg.older\npkg.gone\n",
        ),
        (
            "any other name may be known",
            &[
                ("pkg/__init__.py", "from . import a, b, c, d, e\n"),
                (
                    "pkg/a.py",
                    "def __getattr__(name):\n    if name == 'x':\n        return 1\n",
                ),
                (
                    "pkg/b.py",
                    "T = ['x']\nT.append(more())\ndef __getattr__(name):\n    if name in T:\n        return 1\n    \
                     raise AttributeError(name)\n",
                ),
                (
                    "pkg/c.py",
                    "def __getattr__(name):\n    if name.startswith('x'):\n        return 1\n    raise AttributeError(name)\n",
                ),
                (
                    "pkg/d.py",
                    "T = {'x': 1}\nT['y'] = 2\ndef __getattr__(name):\n    value = T.get(name)\n    \
                     if value is None:\n        raise AttributeError(name)\n    return value\n",
                ),
                (
                    "pkg/e.py",
                    "def __getattr__(name):\n    if name == 'x':\n        return 1\n    else:\n        return load(name)\n    \
                     raise AttributeError(name)\n",
                ),
            ],
            "import pkg\npkg.a.y\npkg.b.y\npkg.c.xy\npkg.d.y\npkg.e.y\npkg.gone\n",
        ),
    ];
    only_gone(cases);
}

#[test]
fn attributes_that_a_loop_sets_are_those_of_its_table() {
    let cases: &[Trap] = &[
        (
            "a literal, and a dictionary of the class",
            &[(
                "pkg/__init__.py",
                "class Client:\n    PARTS = {'orders': 1}\n    def __init__(self):\n        for name in ('host', 'port'):\n            \
                 setattr(self, name, None)\n        for name, value in self.PARTS.items():\n            \
                 setattr(self, name, value)\n",
            )],
            "import pkg\nc = pkg.Client()\nc.host\nc.port\nc.orders.any\nc.gone\n",
        ),
        (
            "the names of a module, each a class out of the module of that name",
            &[
                (
                    "pkg/__init__.py",
                    "from . import parts\nTABLE = {}\nfor name, part in parts.__dict__.items():\n    if is_module(part):\n        \
                     TABLE[name] = part.__dict__[camel(name)]\n\
                     class Client:\n    def __init__(self):\n        for name, Made in TABLE.items():\n            \
                     setattr(self, name, Made(self))\n",
                ),
                ("pkg/parts/__init__.py", "from .big_order import BigOrder\n"),
                ("pkg/parts/base.py", "class Base:\n    def all(self): ...\n"),
                (
                    "pkg/parts/big_order.py",
                    "import warnings\nfrom .base import Base\nclass BigOrder(Base):\n    def fetch(self, id): ...\n",
                ),
            ],
            "import pkg\nc = pkg.Client()\nc.big_order.fetch(id=1)\nc.big_order.all()\nc.big_order.gone()\n",
        ),
        (
            "the same, and a name that the module lacks",
            &[
                (
                    "pkg/__init__.py",
                    "from . import parts\nclass Client:\n    def __init__(self):\n        \
                     for name, part in vars(parts).items():\n            setattr(self, name, part)\n",
                ),
                ("pkg/parts/__init__.py", "from . import order\n"),
                ("pkg/parts/order.py", ""),
            ],
            "import pkg\nc = pkg.Client()\nc.order.any\nc.gone\n",
        ),
        (
            "anything may be set",
            &[(
                "pkg/__init__.py",
                "T = {'a': 1}\nT.update(more())\n\
                 class A:\n    def __init__(self, names):\n        for name in names:\n            setattr(self, name, 1)\n\
                 class B:\n    def __init__(self):\n        for name in ('a', 'b'):\n            name = f'get_{name}'\n            \
                 setattr(self, name, 1)\n\
                 class C:\n    def __init__(self):\n        for name in T:\n            setattr(self, name, 1)\n\
                 class D:\n    def __init__(self, other):\n        for name in ('a', 'b'):\n            for name in other:\n                \
                 setattr(self, name, 1)\n\
                 class E: ...\n",
            )],
            "import pkg\npkg.A([]).x\npkg.B().x\npkg.C().x\npkg.D([]).x\npkg.E().gone\n",
        ),
    ];
    only_gone(cases);
}
