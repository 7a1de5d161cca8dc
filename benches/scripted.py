#!/usr/bin/env python3
"""What a careful team scripts: extract the blocks, ast.parse the Python, acorn the JavaScript. For benches/compare.sh."""
import ast
import json
import os
import pathlib
import re
import subprocess
import sys

FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.M | re.S)
scripts, failed = [], 0
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.md")):
    for tag, code in FENCE.findall(path.read_text(encoding="utf-8", errors="replace")):
        if tag in ("python", "py"):
            try:
                ast.parse(code)
            except (SyntaxError, ValueError):
                failed += 1
        elif tag in ("javascript", "js"):
            scripts.append(code)
program = """
const acorn = require("acorn");
let failed = 0;
for (const code of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
  try { acorn.parse(code, { ecmaVersion: "latest", sourceType: "module", allowReturnOutsideFunction: true }); }
  catch { failed += 1; }
}
console.log(failed);
"""
node = subprocess.run(["node", "-e", program], input=json.dumps(scripts), text=True, capture_output=True,
                      cwd=os.environ["NODE_DIR"], check=True)
print(failed + int(node.stdout))
