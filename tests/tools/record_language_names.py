#!/usr/bin/env python3
"""Record the names and aliases of languages that highlighters and GitHub Linguist know.

usage: NODE_PATH=DIR/node_modules record_language_names.py > src/lang/tag/highlighters.txt

DIR holds the npm packages `highlight.js`, `prismjs`, `shiki` and `linguist-languages` (the data of GitHub Linguist);
`pygments` comes from PyPI. Only for recording anew: the program reads the recorded file. Names and aliases are recorded,
and nothing else of these projects.
"""
import json
import os
import subprocess
import sys

import pygments
from pygments.lexers import get_all_lexers

NODE = r"""
const version = name => JSON.parse(require('fs').readFileSync(process.env.NODE_PATH + '/' + name + '/package.json')).version;
(async () => {
  const out = {}, versions = {};
  for (const name of ['highlight.js', 'prismjs', 'shiki', 'linguist-languages']) versions[name] = version(name);
  const hljs = require('highlight.js');
  out.highlighters = hljs.listLanguages().flatMap(id => [id, ...(hljs.getLanguage(id).aliases || [])]);
  const prism = require('prismjs/components.js').languages;
  for (const id of Object.keys(prism).filter(id => id !== 'meta')) out.highlighters.push(id, ...[prism[id].alias || []].flat());
  const load = name => import(require('url').pathToFileURL(require.resolve(name)));
  for (const { id, aliases } of (await load('shiki')).bundledLanguagesInfo) out.highlighters.push(id, ...(aliases || []));
  const linguist = require('linguist-languages');
  out.linguist = Object.values(linguist).filter(l => l && l.name).flatMap(l => [l.name, ...(l.aliases || [])]);
  console.log(JSON.stringify({ out, versions }));
})();
"""


def written(names):
    """As a tag has them: in lower case, and with a hyphen where the name has a blank, as GitHub reads it."""
    names = {name.lower().replace(" ", "-") for name in names}
    return sorted(name for name in names if name and not set(name) & set("\"'`{}[](),;=:\\"))


def main():
    run = subprocess.run(["node", "-e", NODE], capture_output=True, text=True, check=True, env=os.environ)
    recorded = json.loads(run.stdout)
    versions, out = recorded["versions"], recorded["out"]
    pygments_names = [alias for lexer in get_all_lexers() for alias in lexer[1]]
    linguist = written(out["linguist"])
    others = [name for name in written(out["highlighters"] + pygments_names) if name not in set(linguist)]
    print(f"""\
# Names and aliases of languages, made by tests/tools/record_language_names.py; do not edit.
#
# highlight.js {versions["highlight.js"]}: BSD-3-Clause, copyright Ivan Sagalaev.
# Linguist, from npm linguist-languages {versions["linguist-languages"]}: MIT, copyright GitHub, Inc. and Ika.
# Prism {versions["prismjs"]}: MIT, copyright Lea Verou.
# Pygments {pygments.__version__}: BSD-2-Clause, copyright the Pygments team.
# Shiki {versions["shiki"]}: MIT, copyright Pine Wu and Anthony Fu.
#
# First the names of Linguist, then those that only the highlighters have.
""" + "\n".join(linguist) + "\n\n" + "\n".join(others))


if __name__ == "__main__":
    sys.exit(main())
