#!/usr/bin/env python3
"""Record the members of the classes of Python's own library.

usage: record_standard_classes.py TYPESHED > src/symbols/python/standard.txt

TYPESHED is the folder `stdlib` of typeshed, which knows the names of all versions of Python in use. The names that the
classes have in the Python that runs this script, and what their methods set on `self`, are added. Each line is the names
of classes with the same members, and their public members. A class is left out when it, or a base, may have members that
are not written. Only for recording anew: the program reads the recorded file. Names are recorded, and nothing else.
"""
import ast, importlib, inspect, pathlib, sys, textwrap, warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(10_000)
ROOT = pathlib.Path(sys.argv[1])
# The modules whose classes packages derive from.
MODULES = """abc argparse array asyncio builtins codecs collections collections.abc concurrent.futures configparser
contextlib contextvars csv datetime decimal email.message enum fractions functools html.parser http
http.client http.cookiejar http.cookies http.server io ipaddress json json.decoder json.encoder logging logging.handlers
multiprocessing numbers pathlib pickle queue random re socket socketserver sqlite3 string subprocess
tempfile threading typing unittest urllib.error urllib.parse uuid weakref xml.etree.ElementTree""".split()
OPEN = {"__getattr__", "__getattribute__"}
# A metaclass of these adds nothing to instances.
PLAIN = {"ABCMeta", "EnumMeta", "EnumType", "type"}


def modules():
    for path in sorted(ROOT.rglob("*.pyi")):
        parts = list(path.relative_to(ROOT).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        yield ".".join(parts), path


class Stub(ast.NodeVisitor):
    """The classes, imports and aliases of a stub, whatever the version and platform that a branch is for."""

    def __init__(self, name, is_package):
        self.name, self.package = name, name if is_package else name.rpartition(".")[0]
        self.classes, self.names, self.stars, self.aliases = {}, {}, [], set()

    def visit_Import(self, node):
        for alias in node.names:
            if alias.asname:
                self.names[alias.asname] = alias.name
            else:
                root = alias.name.split(".")[0]
                self.names[root] = root

    def visit_ImportFrom(self, node):
        base = self.package
        for _ in range(1, node.level):
            base = base.rpartition(".")[0]
        module = ".".join(part for part in ((base if node.level else ""), node.module or "") if part)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(module)
            else:
                self.names[alias.asname or alias.name] = f"{module}.{alias.name}"

    def visit_FunctionDef(self, node):
        pass

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Assign(self, node):
        if isinstance(node.targets[0], ast.Name) and isinstance(node.value, (ast.Name, ast.Attribute)):
            self.names.setdefault(node.targets[0].id, ast.unparse(node.value))
            self.aliases.add(node.targets[0].id)

    def visit_ClassDef(self, node):
        known = self.classes.setdefault(node.name, {"bases": [], "members": set(), "open": False})
        for base in node.bases:
            while isinstance(base, ast.Subscript):
                base = base.value
            known["bases"].append(ast.unparse(base))
        for keyword in node.keywords:
            if keyword.arg == "metaclass":
                known["open"] |= ast.unparse(keyword.value).rpartition(".")[2] not in PLAIN
        self.members(node.body, known)

    def members(self, body, known):
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                known["members"].add(node.name)
            elif isinstance(node, ast.Assign):
                known["members"] |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            elif isinstance(node, ast.AnnAssign):
                known["members"].add(node.target.id)
            elif isinstance(node, ast.If):
                self.members(node.body, known)
                self.members(node.orelse, known)


STUBS = {}
for name, path in modules():
    stub = Stub(name, path.name == "__init__.pyi")
    stub.visit(ast.parse(path.read_text(encoding="utf-8")))
    STUBS[name] = stub


def resolve(module, text, seen=()):
    """The module and name of the class that a dotted text means in a module."""
    if (module, text) in seen or module not in STUBS:
        return None
    seen += ((module, text),)
    stub = STUBS[module]
    first, _, rest = text.partition(".")
    if not rest and first in stub.classes:
        return module, first
    if first in stub.names:
        full = stub.names[first] + (f".{rest}" if rest else "")
        if not rest and "." not in stub.names[first] and stub.names[first] != first:
            found = resolve(module, full, seen)
            if found:
                return found
        owner, _, last = full.rpartition(".")
        found = resolve(owner, last, seen)
        return found or (resolve(module, full, seen) if full != text else None)
    for star in stub.stars:
        found = resolve(star, text, seen)
        if found:
            return found
    return resolve("builtins", text, seen) if module != "builtins" else None


def live(module, name):
    """What the class has in this Python: its names, and whether its source computes any."""
    try:
        cls = getattr(importlib.import_module(module), name)
    except (Exception, SystemExit):
        return set(), False
    if not inspect.isclass(cls):
        return set(), False
    names, computes = set(vars(cls)), any(inspect.isfunction(vars(cls).get(name)) for name in OPEN)
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return names, computes
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self" and not isinstance(node.ctx, ast.Load):
            names.add(node.attr)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr":
            computes |= ast.unparse(node.args[0]) == "self" and not isinstance(node.args[1], ast.Constant)
        if isinstance(node, (ast.Attribute, ast.Subscript)) and ast.unparse(node.value) == "self.__dict__":
            computes |= isinstance(node, ast.Attribute) or isinstance(node.ctx, ast.Store)
    return names, computes


# What is no class, or may have any member.
SPECIAL = {"typing.Generic", "typing.Protocol", "typing.TypedDict", "typing.NamedTuple", "typing.Any"}
# `extra=` adds members.
SPECIAL |= {"logging.LogRecord"}
TABLE = {}


def add(module, name):
    key = f"{module}.{name}"
    if key in TABLE:
        return TABLE[key]
    TABLE[key] = entry = {"bases": [], "members": set(), "open": False}
    known = STUBS[module].classes[name]
    names, computes = live(module, name)
    entry["members"] = known["members"] | names
    entry["open"] = known["open"] or computes or bool(OPEN & known["members"]) and key not in ("builtins.object", "builtins.type", "builtins.super")
    for base in known["bases"]:
        if base.rpartition(".")[2] in ("Generic", "Protocol", "object", "ABC"):
            continue
        found = resolve(module, base)
        if found is None:
            if base.rpartition(".")[2] not in ("NamedTuple",):
                entry["open"] = True
            else:
                entry["members"] |= {"count", "index"}
            continue
        parent = add(*found)
        entry["open"] |= parent["open"]
        entry["bases"].append(f"{found[0]}.{found[1]}")
    return entry


PUBLIC = {}
for module in MODULES:
    stub = STUBS[module]
    own = {*stub.classes, *stub.aliases}
    passed_on = {name for name in [*stub.names, *(name for star in stub.stars for name in [*STUBS[star].classes, *STUBS[star].names])] if name in dir(importlib.import_module(module))}
    listed = set(getattr(importlib.import_module(module), "__all__", ()))
    for name in own | (passed_on & listed):
        found = resolve(module, name)
        if found and not name.startswith("_"):
            PUBLIC[f"{module}.{name}"] = found
# `List` and its like are values in the stub of typing; the old names of `collections.abc` were in `collections`.
ALIASES = {"List": "builtins.list", "Dict": "builtins.dict", "Set": "builtins.set", "FrozenSet": "builtins.frozenset", "Tuple": "builtins.tuple", "Type": "builtins.type",
           "Counter": "collections.Counter", "Deque": "collections.deque", "DefaultDict": "collections.defaultdict", "OrderedDict": "collections.OrderedDict", "ChainMap": "collections.ChainMap"}
for alias, full in ALIASES.items():
    module, _, name = full.rpartition(".")
    PUBLIC[f"typing.{alias}"] = (module, name)
for public in [public for public in PUBLIC if public.startswith("collections.abc.")]:
    name = public.rpartition(".")[2]
    for module in ("collections", "typing"):
        PUBLIC.setdefault(f"{module}.{name}", PUBLIC[public])


def flat(module, name, seen):
    entry = add(module, name)
    names = set(entry["members"])
    for base in entry["bases"]:
        if base not in seen:
            seen.add(base)
            owner, _, last = base.rpartition(".")
            names |= flat(owner, last, seen)
    return names


groups = {}
for public, found in PUBLIC.items():
    if public in SPECIAL or add(*found)["open"]:
        continue
    names = sorted(name for name in flat(*found, set()) if not name.startswith("_"))
    groups.setdefault(tuple(names), set()).add(public)
print("# Members of the classes of Python's own library, made by tests/tools/record_standard_classes.py; do not edit.")
for publics, names in sorted((",".join(sorted(publics)), names) for names, publics in groups.items()):
    print(" ".join([publics, *names]))
