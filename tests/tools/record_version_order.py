#!/usr/bin/env python3
"""Record how `packaging` (PyPI) and npm's `semver` order pairs of versions.

usage: record_version_order.py VERSIONS.tsv [PAIRS_PER_ECOSYSTEM] > tests/data/version_order.tsv

VERSIONS.tsv has lines `pypi<TAB>VERSION` and `npm<TAB>VERSION`: real versions, as registries have them. Each pair is a
real version and a neighbour made from it, or another real version. Needs `packaging`, and node with `semver` (set
NODE_PATH). Only for recording anew: the tests read the recorded file.
"""
import json
import random
import subprocess
import sys

from packaging.version import InvalidVersion, Version

PAIRS = int(sys.argv[2]) if len(sys.argv) > 2 else 300
PYPI_ENDS = ["a1", "b2", "rc1", ".dev1", ".post1", "+local.1", "+2", "a1.dev2", "rc1.post2", ".0", ".0.0", "-1", "c1", "_alpha"]
NPM_ENDS = ["-0", "-alpha", "-alpha.1", "-alpha.beta", "-beta.11", "-beta.2", "-rc.1", "+b1", "-rc.1+b2", "--", "-1a"]
random.seed(440)


def neighbour(version, ends):
    """A version like this one: another number, an end more, an end less."""
    kind = random.randrange(4)
    if kind == 0:
        return version + random.choice(ends)
    if kind == 1:
        digits = [i for i, c in enumerate(version) if c.isdigit()]
        at = random.choice(digits)
        return version[:at] + str(random.randrange(10)) + version[at + 1:]
    if kind == 2:
        return version.split("-")[0].split("+")[0]
    return random.choice(["1!", "v", "0!", ""]) + version if ends is PYPI_ENDS else version


def pypi(version):
    try:
        return Version(version)
    except InvalidVersion:
        return None


def npm(pairs):
    """Order by npm's strict `semver`; `null` for what it does not read."""
    script = """
      const s = require('semver'), p = JSON.parse(require('fs').readFileSync(0));
      console.log(JSON.stringify(p.map(([a, b]) => s.valid(a) && s.valid(b) ? s.compare(a, b) : null)));"""
    done = subprocess.run(["node", "-e", script], input=json.dumps(pairs), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def pairs(real, ends):
    """Endless pairs, no two alike."""
    seen = set()
    while True:
        a = random.choice(real)
        if random.random() < 0.3:
            a += random.choice(ends)
        b = neighbour(a, ends) if random.random() < 0.7 else random.choice(real)
        if a != b and (a, b) not in seen:
            seen.add((a, b))
            yield a, b


real = {"pypi": [], "npm": []}
with open(sys.argv[1], encoding="utf-8") as f:
    for line in f:
        ecosystem, version = line.rstrip("\n").split("\t")
        if any(c.isdigit() for c in version):
            real[ecosystem].append(version)

sign = lambda n: "<" if n < 0 else ">" if n > 0 else "="
print(f"# ecosystem, version, order, version; written by {sys.argv[0].rsplit('/', 1)[-1]}")
count = 0
for a, b in pairs(real["pypi"], PYPI_ENDS):
    x, y = pypi(a), pypi(b)
    if x is not None and y is not None:
        print("pypi", a, sign((x > y) - (x < y)), b, sep="\t")
        count += 1
        if count == PAIRS:
            break
source = pairs(real["npm"], NPM_ENDS)
some = [next(source) for _ in range(PAIRS * 3)]
known = [(a, b, order) for (a, b), order in zip(some, npm(some)) if order is not None]
for a, b, order in known[:PAIRS]:
    print("npm", a, sign(order), b, sep="\t")
