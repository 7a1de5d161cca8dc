#!/usr/bin/env node
// Run the binary of the package for this system, and end as it ends.
"use strict";
const { spawnSync } = require("node:child_process");

/** The packages that may fit, the likeliest first. A musl binary runs on every Linux. */
function candidates() {
  const name = `chub-lint-${process.platform}-${process.arch}`;
  return process.platform === "linux" ? [`${name}-musl`] : [name];
}

function binary() {
  const file = process.platform === "win32" ? "chub-lint.exe" : "chub-lint";
  for (const name of candidates()) {
    try {
      return require.resolve(`${name}/bin/${file}`);
    } catch {
      // Not installed: try the next one.
    }
  }
  return undefined;
}

const path = binary();
if (path === undefined) {
  console.error(
    `error: there is no chub-lint for ${process.platform} on ${process.arch}, or npm left out optional packages: ` +
      "install an archive of the release, or build it with cargo",
  );
  process.exit(2);
}
const result = spawnSync(path, process.argv.slice(2), { stdio: "inherit" });
if (result.error) {
  console.error(`error: ${path}: ${result.error.message}`);
  process.exit(2);
}
// A signal is a failure of the run, not a finding.
process.exit(result.status ?? 2);
