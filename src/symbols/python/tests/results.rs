//! What calls, `await`, decorators and `__getattr__` give: each case lacks one symbol, `gone`, beside what may be there.

use super::{missing, only_gone};

#[test]
fn what_await_gives() {
    only_gone(&[
        (
            "the generator says it",
            &[(
                "pkg/__init__.py",
                "from typing import Any, Generator\nclass Page:\n    def items(self): ...\nclass Pages:\n    \
                 def __await__(self) -> Generator[Any, None, Page]: ...\n",
            )],
            "import pkg\nasync def main():\n    page = await pkg.Pages()\n    page.items()\n    page.gone()\n",
        ),
        (
            "of something else",
            &[(
                "pkg/__init__.py",
                "class Client:\n    def __await__(self):\n        return self.connect().__await__()\n    \
                 async def connect(self):\n        return Session()\nclass Session:\n    def get(self): ...\n",
            )],
            "import pkg\nasync def main():\n    s = await pkg.Client()\n    s.get()\n    s.gone()\n",
        ),
        (
            "of a function in the method",
            &[(
                "pkg/__init__.py",
                "class Client:\n    def __await__(self):\n        async def start():\n            await self.log_in()\n            \
                 return self\n        return start().__await__()\n    async def log_in(self): ...\n",
            )],
            "import pkg\nasync def main():\n    c = await pkg.Client()\n    await c.log_in()\n    c.gone()\n",
        ),
        (
            "not known",
            &[(
                "pkg/__init__.py",
                "from other import wait\nclass A:\n    def __await__(self):\n        return wait(self).__await__()\n\
                 class B:\n    def __await__(self):\n        yield\n        return 1\n\
                 class C:\n    def close(self): ...\n",
            )],
            "import pkg\nasync def main():\n    (await pkg.A()).any\n    (await pkg.B()).any\n    pkg.C().gone\n",
        ),
    ]);
}

#[test]
fn what_decorators_of_the_package_keep() {
    only_gone(&[
        (
            "a result without the parameters",
            &[(
                "pkg/__init__.py",
                "class Item:\n    def save(self): ...\n\
                 def logged(f):\n    def call(*args, **kwargs):\n        kwargs = convert(kwargs)\n        \
                 return f(*args, **kwargs)\n    return call\n\
                 @logged\ndef make(a) -> Item: ...\n",
            )],
            "import pkg\npkg.make(any=1).save()\npkg.make(1).gone()\n",
        ),
        (
            "a decorator that is annotated to give the same",
            &[(
                "pkg/__init__.py",
                "from typing import Callable, TypeVar\nT = TypeVar('T', bound=Callable)\n\
                 class Item:\n    def save(self): ...\n\
                 def checked(f: T) -> T:\n    return Checker(f)\n\
                 def other(f: Callable) -> Callable:\n    return Checker(f)\n\
                 @checked\ndef make(a) -> Item: ...\n@other\ndef build(a) -> Item: ...\n",
            )],
            "import pkg\npkg.make(any=1).save()\npkg.build(any=1).any\npkg.make(1).gone()\n",
        ),
        (
            "keywords that are taken out on the way",
            &[(
                "pkg/__init__.py",
                "from functools import wraps\n\
                 def without_old(name, kwargs):\n    kept = kwargs.copy()\n    old = kept.pop('old', None)\n    \
                 if old:\n        warn(name)\n    return kept\n\
                 def checked(f):\n    @wraps(f)\n    def call(*args, **kwargs):\n        \
                 kwargs = without_old(f.__name__, kwargs=kwargs)\n        return f(*args, **kwargs)\n    return call\n\
                 @checked\ndef make(a): ...\n",
            )],
            "import pkg\npkg.make(a=1, old=2)\npkg.make(gone=1)\n",
        ),
        (
            "keywords that a function of the module reads",
            &[(
                "pkg/__init__.py",
                "from functools import wraps\n\
                 def names(f, kwargs):\n    all = dict(zip(f.names, ()))\n    all.update(kwargs)\n    return all\n\
                 def changes(kwargs):\n    kwargs['b'] = kwargs.pop('any')\n\
                 def checked(f):\n    @wraps(f)\n    def call(*args, **kwargs):\n        warn(names(f, kwargs))\n        \
                 return f(*args, **kwargs)\n    return call\n\
                 def changed(f):\n    @wraps(f)\n    def call(*args, **kwargs):\n        changes(kwargs)\n        \
                 return f(*args, **kwargs)\n    return call\n\
                 @checked\ndef make(a): ...\n@changed\ndef build(b): ...\n",
            )],
            "import pkg\npkg.make(a=1)\npkg.build(any=1)\npkg.make(gone=1)\n",
        ),
        (
            "overloads say what the function behind them takes",
            &[(
                "pkg/__init__.py",
                "from typing import overload\nfrom other import magic\n\
                 @overload\ndef make(a: int) -> int: ...\n@overload\ndef make(b: str) -> str: ...\n\
                 @magic\ndef make(*args, **kwargs): ...\n\
                 @overload\n@magic\ndef change(a: int) -> int: ...\ndef change(a, **kwargs): ...\n",
            )],
            "import pkg\npkg.make(a=1)\npkg.make(b=1)\npkg.change(any=1)\npkg.make(gone=1)\n",
        ),
    ]);
}

#[test]
fn what_getattr_gives() {
    only_gone(&[
        (
            "an object for any name",
            &[(
                "pkg/__init__.py",
                "class Table:\n    def get(self): ...\nclass Bulk:\n    def load(self): ...\n\
                 class Client:\n    def query(self): ...\n    def __getattr__(self, name: str) -> 'Table':\n        \
                 if name.startswith('__'):\n            return super().__getattr__(name)\n        \
                 if name == 'bulk':\n            return Bulk()\n        return Table(name)\n",
            )],
            "import pkg\nc = pkg.Client()\nc.query()\nc.Order.get()\nc.bulk.load()\nc.Order.gone()\n",
        ),
        (
            "an object that cannot be called",
            &[(
                "pkg/__init__.py",
                "from typing import NoReturn\nclass Table:\n    def get(self): ...\n    def __call__(self, *args) -> NoReturn: ...\n\
                 class Sub:\n    def __call__(self): ...\n\
                 class A:\n    def __getattr__(self, name):\n        return Table(self, name)\n\
                 class B:\n    def __getattr__(self, name):\n        return Sub(self, name)\n",
            )],
            "import pkg\na = pkg.A()\na.orders.get()\na.orders\npkg.B().any()\na.gone()\n",
        ),
        (
            "the same of another object",
            &[(
                "pkg/__init__.py",
                "class Inner:\n    def get(self): ...\nclass Open:\n    def __getattr__(self, name): ...\n\
                 class A:\n    def __init__(self):\n        self.inner = Inner()\n    def put(self): ...\n    \
                 def __getattr__(self, name):\n        return getattr(self.inner, name)\n\
                 class B:\n    def __init__(self):\n        self.inner = Open()\n    \
                 def __getattr__(self, name):\n        return getattr(self.inner, name)\n\
                 class C:\n    def __init__(self, inner):\n        self.inner = inner\n    \
                 def __getattr__(self, name):\n        return getattr(self.inner, name)\n",
            )],
            "import pkg\na = pkg.A()\na.get()\na.put()\npkg.B().any()\npkg.C(1).any()\na.gone()\n",
        ),
        (
            "not known",
            &[(
                "pkg/__init__.py",
                "class Table: ...\n\
                 class A:\n    def __getattr__(self, name):\n        setattr(self, name, make(name))\n        return Table()\n\
                 class B:\n    def __getattr__(self, name):\n        if name in known:\n            return make(name)\n        \
                 return Table()\n\
                 class C(Elsewhere):\n    def __getattr__(self, name):\n        return Table()\n\
                 class D:\n    def __getattr__(self, name):\n        return Table()\nD.late = print\n\
                 class E:\n    def __getattr__(self, name):\n        if name == 'bulk' and self.fast:\n            \
                 return Table()\n        return Other()\nclass Other:\n    def any(self): ...\n",
            )],
            "import pkg\npkg.A().x.any()\npkg.B().x.any()\npkg.C().x.any()\npkg.C().any()\npkg.D().late()\npkg.E().bulk.any()\npkg.Table().gone\n",
        ),
    ]);
}

#[test]
fn classes_of_python_itself_are_known_as_bases() {
    let files = &[(
        "pkg/__init__.py",
        "import asyncio\nimport enum\nimport threading\nfrom collections.abc import Mapping, MutableMapping\n\
         class Worker(threading.Thread):\n    def stop(self): ...\n\
         class Connection(asyncio.Protocol):\n    def send(self): ...\n\
         class Headers(MutableMapping):\n    def __getitem__(self, key): ...\n\
         class Session(Mapping):\n    def is_new(self): ...\n\
         class Local(threading.local): ...\n\
         class Meta(enum.EnumMeta):\n    def __contains__(cls, item): ...\n    def known(cls): ...\n\
         class Color(enum.Enum, metaclass=Meta):\n    RED = 1\n\
         def session() -> Session: ...\n",
    )];
    let code = "import pkg\nw = pkg.Worker()\nw.is_alive()\nw.stop()\nw._target\nw.halt()\npkg.Connection().data_received(1)\n\
                pkg.Connection().receive()\npkg.Headers().setdefault(1, 2)\npkg.Headers().add(1)\n\
                pkg.session().created\npkg.Local().any\npkg.Color.RED.value\npkg.Color.known()\npkg.Color.BLUE\n";
    assert_eq!(
        missing(files, code),
        ["Worker.halt", "Connection.receive", "Headers.add", "Color.BLUE"]
    );
}

#[test]
fn what_functions_make() {
    only_gone(&[
        (
            "an object of a class that is derived from the annotation",
            &[(
                "pkg/__init__.py",
                "from abc import ABC\nclass Api(ABC):\n    def get(self): ...\n\
                 class Client(Api):\n    def close(self): ...\n\
                 def connect() -> Api:\n    return Client()\n\
                 def find() -> Api:\n    return known['x']\n",
            )],
            "import pkg\npkg.connect().close()\npkg.find().any()\npkg.connect().gone()\n",
        ),
        (
            "one of several",
            &[(
                "pkg/__init__.py",
                "class A:\n    def a(self): ...\nclass B:\n    def b(self): ...\n\
                 def make(x):\n    if x:\n        made = A()\n    else:\n        made = B()\n    return made\n\
                 def other(x):\n    made = A()\n    made = change(made)\n    return made\n",
            )],
            "import pkg\npkg.make(1).a()\npkg.make(1).b()\npkg.other(1).any()\npkg.make(1).gone()\n",
        ),
        (
            "an alias with parameters",
            &[(
                "pkg/__init__.py",
                "from typing import Generic, TypeVar, Union\nT = TypeVar('T')\n\
                 class One(Generic[T]):\n    def one(self): ...\nclass Two(Generic[T]):\n    def two(self): ...\n\
                 Result = Union[One[T], Two[T]]\nMaybe = Union[One[T], T]\n\
                 def query() -> Result[int]: ...\ndef maybe() -> Maybe[int]: ...\n",
            )],
            "import pkg\npkg.query().one()\npkg.query().two()\npkg.maybe().any()\npkg.query().gone()\n",
        ),
        (
            "a class with a decorator that gives it",
            &[(
                "pkg/__init__.py",
                "def documented(cls):\n    cls.__doc__ = ''\n    return cls\n\
                 def patched(cls):\n    cls.late = 1\n    return cls\n\
                 def extended(cls):\n    for name in names():\n        setattr(cls, name, 1)\n    return cls\n\
                 @documented\nclass A:\n    def a(self): ...\n@extended\nclass B: ...\n@patched\nclass C: ...\n",
            )],
            "import pkg\npkg.A().a()\npkg.C().late\npkg.B().any\npkg.A().gone()\n",
        ),
    ]);
}

#[test]
fn values_that_are_not_what_they_seem() {
    only_gone(&[
        (
            "a descriptor gives what its `__get__` returns",
            &[(
                "pkg/__init__.py",
                "class Size:\n    def grow(self): ...\n\
                 class SizeProperty:\n    def __get__(self, obj, owner=None) -> Size: ...\n\
                 class AnyProperty:\n    def __get__(self, obj, owner=None):\n        return obj.values['x']\n\
                 class Box:\n    width = SizeProperty()\n    color = AnyProperty()\n    depth: SizeProperty = SizeProperty()\n    \
                 def __init__(self):\n        self.plain = Size()\n",
            )],
            "import pkg\nbox = pkg.Box()\nbox.width.grow()\nbox.depth.grow()\nbox.color.any()\nbox.plain.grow()\nbox.width.gone()\n",
        ),
        (
            "a test holds in its own branch",
            &[(
                "pkg/__init__.py",
                "class A:\n    def a(self): ...\nclass B:\n    def b(self): ...\n",
            )],
            "import pkg\ndef f(x):\n    if isinstance(x, pkg.A):\n        x.a()\n        x.gone()\n    \
             elif isinstance(x, pkg.B):\n        x.b()\n    else:\n        x.any()\n    x.any()\n\
             def g(x):\n    if isinstance(x, pkg.A):\n        return\n    x.any()\n\
             def h(x: pkg.A):\n    if isinstance(x, pkg.A):\n        x = pkg.B()\n        x.b()\n    x.b()\n",
        ),
        (
            "a test for another class",
            &[(
                "pkg/__init__.py",
                "class A:\n    def a(self): ...\nclass B(A):\n    def b(self): ...\nclass C:\n    \
                 def __init__(self):\n        self.part = A()\n",
            )],
            "import pkg\ndef f(x: pkg.A):\n    if not isinstance(x, pkg.B):\n        return\n    x.b()\n\
             def g(x: pkg.A):\n    if not isinstance(x, pkg.B):\n        x.a()\n    else:\n        x.b()\n\
             def h(c: pkg.C):\n    c.part.gone()\n    if isinstance(c.part, pkg.B) and c.part.b():\n        c.part.b()\n\
             def i(c: pkg.C):\n    if not isinstance(c.part, pkg.B):\n        return\n    c.part.b()\n",
        ),
        (
            "names in a table that a call gets with the name of the module",
            &[
                (
                    "pkg/__init__.py",
                    "from .part import mark\nfrom . import plain\nmark(__name__, {'old': 1})\n",
                ),
                ("pkg/part.py", "def mark(module, names): ...\n"),
                (
                    "pkg/plain.py",
                    "from .part import mark\nlog = mark(__name__, {})\n",
                ),
            ],
            "import pkg\npkg.old\npkg.plain.log\npkg.gone\n",
        ),
        (
            "what Cython compiles",
            &[
                ("pkg/__init__.py", "def f(): ...\n"),
                ("pkg/fast.pyx", "cdef class Parser: ...\n"),
            ],
            "from pkg.fast import Parser\nimport pkg\npkg.gone\n",
        ),
    ]);
}

#[test]
fn models_and_messages_of_other_packages() {
    only_gone(&[
        (
            "a field of a model that allows any field is a model",
            &[(
                "pkg/__init__.py",
                "from pydantic import BaseModel, ConfigDict\nfrom other import Proxy\nclass Late(Proxy): ...\n\
                 class Address:\n    def lines(self): ...\n\
                 class Owner(BaseModel):\n    model_config = ConfigDict(extra='allow')\n    address: Address\n\
                 class Order(BaseModel):\n    owner: Owner\n    late: Late\n",
            )],
            "import pkg\ndef f(order: pkg.Order):\n    order.owner.any\n    order.late.any.any()\n    \
             order.owner.address.lines()\n    order.owner.address.gone()\n",
        ),
        (
            "a model that is a descriptor",
            &[(
                "pkg/__init__.py",
                "from pydantic import BaseModel, ConfigDict\nclass Size:\n    def grow(self): ...\n\
                 class Field(BaseModel):\n    model_config = ConfigDict(extra='allow')\n    \
                 def __get__(self, obj, owner=None) -> Size: ...\n\
                 class Box:\n    width: Field = Field()\n",
            )],
            "import pkg\npkg.Box().width.grow()\npkg.Box().width.gone()\n",
        ),
        (
            "a message",
            &[
                ("pkg/__init__.py", ""),
                ("pkg/order_pb2.py", "DESCRIPTOR = build()\n"),
                (
                    "pkg/order_pb2.pyi",
                    "from google.protobuf import message as _message\nfrom typing import ClassVar, Optional\n\
                     class Order(_message.Message):\n    __slots__ = ('id', 'owner')\n    \
                     class Owner(_message.Message):\n        __slots__ = ('name',)\n        name: str\n    \
                     ID_FIELD_NUMBER: ClassVar[int]\n    id: int\n    owner: Order.Owner\n    \
                     def __init__(self, id: Optional[int] = ...) -> None: ...\n",
                ),
            ],
            "from pkg.order_pb2 import Order\norder = Order(id=1)\norder.id\norder.owner.name\n\
             order.owner.HasField('name')\norder._private\nOrder.FromString(b'')\nOrder.DESCRIPTOR\n\
             order.SerializeToString()\norder.owner.gone\n",
        ),
        (
            "a message whose fields are elsewhere",
            &[(
                "pkg/__init__.py",
                "from google.protobuf import message, reflection\n\
                 class Order(message.Message):\n    __metaclass__ = reflection.GeneratedProtocolMessageType\n    \
                 DESCRIPTOR = build()\n",
            )],
            "import pkg\npkg.Order().id\npkg.gone\n",
        ),
    ]);
}

#[test]
fn what_a_star_import_gives() {
    const USE: &str = "import pkg\npkg.shown\npkg.sub\npkg.gone\n";
    only_gone(&[
        (
            "the names of `__all__`",
            &[
                (
                    "pkg/__init__.py",
                    "from .core import *\nfrom .core import __version__\n",
                ),
                (
                    "pkg/core.py",
                    "from .sub import gone\n__version__ = '1'\n__all__ = ['shown', \"sub\"]\ndef shown(): ...\n",
                ),
                ("pkg/sub.py", "gone = 1\n"),
            ],
            USE,
        ),
        (
            "of a tuple with a type",
            &[
                ("pkg/__init__.py", "from ._core import *\n"),
                (
                    "pkg/_core.py",
                    "__all__: tuple[str, ...] = ('shown',)\ngone = 1\ndef shown(): ...\n",
                ),
                ("pkg/sub.py", ""),
            ],
            USE,
        ),
    ]);
    // A list that is made in another way may have any name.
    for list in [
        "__all__ = [name for name in dir() if name]",
        "__all__ = ['shown']\n__all__ += other.names",
        "__all__ = ['shown', *names()]",
        "if fast:\n    __all__ = ['shown']",
        "",
    ] {
        let core: &'static str = format!("{list}\ndef shown(): ...\ndef kept(): ...\n").leak();
        let files = Box::leak(Box::new([
            ("pkg/__init__.py", "from .core import *\n"),
            ("pkg/core.py", core),
        ]));
        assert_eq!(
            missing(files, "import pkg\npkg.kept()\npkg.gone()\n"),
            ["pkg.gone"],
            "{list}"
        );
    }
}
