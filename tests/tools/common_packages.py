"""Write src/package/common/{pypi,npm}.txt: the most used packages of a registry, and the known packages near them.

    python3 tests/tools/common_packages.py pypi TABLE
    python3 tests/tools/common_packages.py npm TABLE

TABLE has one package a line: its name, a tab, and how often it was downloaded in a month; more columns are ignored. For
PyPI the numbers are those of https://hugovk.github.io/top-pypi-packages/ (the most downloaded 15,000), for npm those of
the registry's own API of downloads. Only names are kept, which are facts; no text of the sources is.

A line is a name. One that begins with `~` is not among the most used, but is used widely enough to be meant when it is
written, although it is one edit away from one of them.
"""

import pathlib
import re
import sys

MOST_USED = 1_000
# Shorter names are near too many words.
SHORTEST = 5
# Downloads a month from which a package is known: those that only mirrors and scanners fetch have fewer.
KNOWN = {"pypi": 1, "npm": 100_000}


def edits(name):
    """Every text that comes of leaving out one character."""
    return {name[:at] + name[at + 1 :] for at in range(len(name))} | {name}


def swapped(name):
    return {name[:at] + name[at + 1] + name[at] + name[at + 2 :] for at in range(len(name) - 1)}


def main():
    registry, table = sys.argv[1:]
    rows = []
    for line in pathlib.Path(table).read_text(encoding="utf-8").splitlines():
        name, _, rest = line.partition("\t")
        count = rest.split("\t")[0]
        if not count.isdigit():
            continue
        name = name.lower()
        if registry == "pypi":
            name = re.sub(r"[-_.]+", "-", name)
        if name.isascii() and int(count) >= KNOWN[registry]:
            rows.append((int(count), name))
    rows.sort(key=lambda row: (-row[0], row[1]))
    most = {name for _, name in rows[:MOST_USED] if len(name) >= SHORTEST}
    near = {}
    for name in most:
        for edit in edits(name):
            near.setdefault(edit, set()).add(name)
    known = set()
    for _, name in rows:
        if name not in most and (
            any(edit in near for edit in edits(name)) or any(other in most for other in swapped(name))
        ):
            known.add("~" + name)
    lines = sorted(most | known, key=lambda line: line.removeprefix("~"))
    path = pathlib.Path(__file__).parents[2] / "src/package/common" / f"{registry}.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{registry}: {len(most)} most used, {len(known)} near them")


main()
