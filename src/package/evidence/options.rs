//! Options of install commands: which take the next word as their value, and which name a registry.

use super::managers::Action;
use crate::package::Ecosystem;

/// Options whose value is the next word, for every manager: the few that mean something else elsewhere take no
/// package name as value either.
pub const WITH_VALUE: &[&str] = &[
    // pip and uv
    "-r",
    "--requirement",
    "--requirements",
    "-c",
    "--constraint",
    "--constraints",
    "-e",
    "--editable",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "--platform",
    "--python-version",
    "--python-platform",
    "--implementation",
    "--abi",
    "--no-binary",
    "--only-binary",
    "--python",
    "--cache-dir",
    "--proxy",
    "--trusted-host",
    "--progress-bar",
    "--log",
    "--src",
    "--upgrade-strategy",
    "--config-settings",
    "--cert",
    "--timeout",
    "--retries",
    "--exists-action",
    "--report",
    "--global-option",
    "--index",
    "--default-index",
    "--index-strategy",
    "--group",
    "--extra",
    "--extras",
    "--package",
    "--project",
    "--directory",
    "--optional",
    "--script",
    "--bounds",
    "--tag",
    "--branch",
    "--rev",
    "--marker",
    "--source",
    "--suffix",
    "--torch-backend",
    "--resolution",
    "--prerelease",
    "--exclude-newer",
    "--keyring-provider",
    "--link-mode",
    "--pip-args",
    "-d",
    "--dest",
    // npm, yarn, pnpm, bun
    "-w",
    "--workspace",
    "--registry",
    "--filter",
    "--cwd",
    "--dir",
    "--store-dir",
    "--cache",
    "--loglevel",
    "--omit",
    "--include",
    "--save-prefix",
    "--before",
    "--cpu",
    "--os",
    "--libc",
    "--allow-build",
    "--backend",
    // conda
    "-n",
    "--name",
    "--channel",
];
/// Options that name a registry other than the usual one.
pub const REGISTRY: &[&str] = &[
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--registry",
    "--index",
    "--default-index",
    "--source",
];

/// Whether an option takes the next word.
pub fn takes_value(ecosystem: Ecosystem, action: Action, text: &str) -> bool {
    // `-dG test`: the last of a cluster of short options takes the value.
    let cluster = text.len() > 2 && text.chars().skip(1).all(|c| c.is_ascii_alphabetic());
    let last = format!("-{}", text.chars().next_back().unwrap_or('-'));
    let option = if cluster { last.as_str() } else { text };
    let flag_here = ecosystem == Ecosystem::Npm
        && matches!(option, "-d" | "-e" | "-f" | "-i" | "-t" | "-c" | "-r")
        || action == Action::Install && matches!(option, "-d" | "-n");
    let python_only = ecosystem == Ecosystem::PyPi && matches!(option, "-G" | "-E" | "-p");
    python_only || WITH_VALUE.contains(&option) && !flag_here
}
