// Write the npm packages of a release: node npm/make-packages.mjs VERSION BINARIES OUT
// BINARIES/<target>/chub-lint is the binary of a target; a target without one is an error.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const targets = [
  { target: "x86_64-unknown-linux-musl", name: "chub-lint-linux-x64-musl", os: "linux", cpu: "x64" },
  { target: "aarch64-unknown-linux-musl", name: "chub-lint-linux-arm64-musl", os: "linux", cpu: "arm64" },
  { target: "x86_64-apple-darwin", name: "chub-lint-darwin-x64", os: "darwin", cpu: "x64" },
  { target: "aarch64-apple-darwin", name: "chub-lint-darwin-arm64", os: "darwin", cpu: "arm64" },
  { target: "x86_64-pc-windows-msvc", name: "chub-lint-win32-x64", os: "win32", cpu: "x64" },
  { target: "aarch64-pc-windows-msvc", name: "chub-lint-win32-arm64", os: "win32", cpu: "arm64" },
];

const [version, binaries, out, only] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version ?? "") || !binaries || !out) {
  console.error("usage: make-packages.mjs VERSION BINARIES OUT [ONLY-TARGET]");
  process.exit(2);
}
const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const wanted = targets.filter(({ target }) => !only || target === only);
const main = JSON.parse(readFileSync(join(here, "chub-lint/package.json"), "utf8"));

const write = (folder, manifest) => {
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2) + "\n");
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(root, file), join(folder, file));
};

rmSync(out, { recursive: true, force: true });
for (const { target, name, os, cpu } of wanted) {
  const file = os === "win32" ? "chub-lint.exe" : "chub-lint";
  const source = join(binaries, target, file);
  if (!existsSync(source)) {
    console.error(`error: ${source} is missing`);
    process.exit(1);
  }
  const folder = join(out, name);
  mkdirSync(join(folder, "bin"), { recursive: true });
  copyFileSync(source, join(folder, "bin", file));
  chmodSync(join(folder, "bin", file), 0o755);
  const { license } = main;
  write(folder, {
    name,
    version,
    description: `The binary of chub-lint for ${os} on ${cpu}`,
    license,
    os: [os],
    cpu: [cpu],
    files: ["bin"],
    preferUnplugged: true,
  });
}
const folder = join(out, "chub-lint");
cpSync(join(here, "chub-lint"), folder, { recursive: true });
chmodSync(join(folder, "bin/chub-lint.js"), 0o755);
copyFileSync(join(root, "README.md"), join(folder, "README.md"));
const optionalDependencies = Object.fromEntries(wanted.map(({ name }) => [name, version]));
write(folder, { ...main, version, optionalDependencies });
