//! Small releases and documents: what is missing, and where nothing may be said.

use super::Release;
use super::usage::references;
use crate::api::Files;
use crate::api::Outcome;
use crate::api::block::Block;

struct Sources(&'static [(&'static str, &'static str)]);

impl Files for Sources {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let mut files = self.0.iter();
        let found = files.find(|(file, _)| *file == name);
        Ok(found
            .map(|(_, text)| text.as_bytes().to_vec())
            .unwrap_or_default())
    }
}

/// The symbols that `code` uses and the release lacks.
fn missing(files: &'static [(&'static str, &'static str)], code: &str) -> Vec<String> {
    let release = Release::new(Box::new(Sources(files)));
    let block = Block {
        code,
        language: "python",
        is_quiet: false,
    };
    references(&release, &[block])
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
    for (name, files, code) in cases {
        let found = missing(files, code);
        let is_gone = |symbol: &String| symbol.ends_with("gone") || symbol.ends_with("gone=)");
        assert!(found.len() == 1 && found.iter().all(is_gone), "{name}: {found:?}");
    }
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
                is_quiet: false,
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
