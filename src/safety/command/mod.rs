//! Commands that no documentation needs: they run unreadable code, send credentials away, or harm the machine.
//!
//! A command counts where it would run: in blocks of shell code and of settings, and in code that gives it to a shell.
//! Where the words around it warn against it, it does not.

mod code;
mod exfiltration;
mod host;
mod program;
mod shell_parser;
mod source;
mod system;
mod untrusted_code;
mod warning;

pub use host::{Address, HostRisk};

use crate::document::{CodeBlock, Document};
use crate::lang::{self, Family};
use crate::text::{Span, ascii_lowercase};
use aho_corasick::AhoCorasick;
use program::{Program, is_shell};
use shell_parser::Pipeline;
use std::ops::Range;
use std::sync::LazyLock;

/// The longest block that is read, as for install commands.
const MAX_BLOCK: usize = 64 * 1024;
/// The deepest nesting of commands in the arguments of commands.
const MAX_NESTED: usize = 4;

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Danger {
    /// Runs code from an address.
    Downloaded {
        /// The address.
        address: Address,
        /// What speaks against it.
        risk: HostRisk,
    },
    /// Decodes code and runs it.
    Decoded,
    /// Gives a shell to another machine.
    RemoteShell {
        /// The machine.
        host: String,
    },
    /// Sends a file or the variables of the environment.
    Sends {
        /// What is sent.
        file: String,
        /// Where to.
        host: String,
    },
    /// Installs packages from an address.
    Source {
        /// The address.
        address: Address,
        /// What speaks against it.
        risk: HostRisk,
    },
    /// Turns the verification of certificates off.
    DisablesTlsChecks {
        /// For what.
        what: String,
        /// Whether it stays off, rather than for one command.
        lasting: bool,
    },
    /// Deletes a folder of the system or all of the home folder.
    Deletes {
        /// The folder.
        path: String,
    },
    /// Uses up the machine.
    ForkBomb,
    /// Lets the owner of another key log in.
    AuthorizesKey,
    /// Adds code to a file that is run at each login or on a schedule.
    Persists {
        /// The file.
        file: String,
        /// What the code does.
        run: Box<Danger>,
    },
}

impl Danger {
    /// Whether code runs that readers cannot see.
    fn runs_code(&self) -> bool {
        matches!(
            self,
            Self::Downloaded { .. } | Self::Decoded | Self::RemoteShell { .. }
        )
    }
}

/// A dangerous command in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DangerMatch {
    /// What it does.
    pub danger: Danger,
    /// Where it is written.
    pub range: Range<usize>,
}

impl DangerMatch {
    fn new(danger: Danger, range: Range<usize>) -> Self {
        Self { danger, range }
    }
}

/// A dangerous command of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DangerousCommand {
    /// What it does.
    pub danger: Danger,
    /// Where it is written.
    pub span: Span,
    /// Whether the words around it speak of a machine for development.
    pub local: bool,
}

/// Strings that dangerous commands contain: a quick search before a block is parsed.
static TRIGGERS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build([
            "curl",
            "wget",
            "iwr ",
            "irm ",
            "iex",
            "invoke-",
            "base64",
            "base32",
            "xxd ",
            "openssl",
            "| sh",
            "| bash",
            "http://",
            "trusted-host",
            "insecure",
            "strict-ssl",
            "sslverify",
            "ssl_verify",
            "ssl_no_verify",
            "tls_reject",
            "httpsverify",
            "strict_ssl",
            "authorized_keys",
            "rm -",
            "-delete",
            "remove-item",
            "/dev/tcp",
            "/.ssh",
            "/.aws",
            "id_rsa",
            "id_ed25519",
            "-enc",
            "://1",
            "://2",
            "nc -",
            "ncat",
            "| nc ",
            "/.gnupg",
            "/.kube",
            "/.docker",
            "/etc/passwd",
            "/etc/shadow",
            "keychains",
            "rev |",
            "printenv",
            "env |",
            "chmod -r",
            "\\x6",
            ":(){",
        ])
        .ok()
});

/// Every dangerous command of a document, in order.
#[must_use]
pub fn find(document: &Document) -> Vec<DangerousCommand> {
    let Some(triggers) = TRIGGERS.as_ref() else {
        return Vec::new();
    };
    let mut out: Vec<DangerousCommand> = Vec::new();
    for block in &document.body.code_blocks {
        let code = block.code(&document.text);
        if code.len() > MAX_BLOCK {
            continue;
        }
        let mut found = in_block(block, code, triggers);
        found.sort_by_key(|found| (found.range.start, found.range.end));
        let mut end = 0;
        for DangerMatch { danger, range } in found {
            // One command is one finding.
            if range.start < end || warning::warns(document, block, code, range.start) {
                continue;
            }
            end = range.end;
            out.push(DangerousCommand {
                danger,
                local: warning::is_local(document, block, code, range.start),
                span: block.to_file(range),
            });
        }
    }
    out
}

fn in_block(block: &CodeBlock, code: &str, triggers: &AhoCorasick) -> Vec<DangerMatch> {
    let mut found = Vec::new();
    let info = lang::parse_info_string(&block.info);
    let tag = ascii_lowercase(info.tag);
    let family = lang::by_tag(&tag).map(|language| language.family);
    if matches!(family, Some(Family::Python | Family::JavaScript)) || matches!(&*tag, "ruby" | "rb" | "php") {
        code::find(code, &mut found);
        return found;
    }
    if !triggers.is_match(code) {
        return found;
    }
    match (&*tag, family) {
        ("" | "text" | "txt" | "plaintext" | "ini" | "npmrc" | "conf" | "properties" | "toml" | "cfg", _) => {
            source::settings(code, &mut found);
            if !matches!(&*tag, "toml") {
                found.extend(find_in_script(code));
            }
        }
        (_, Some(Family::Shell))
        | ("powershell" | "ps1" | "pwsh" | "cmd" | "bat" | "batch" | "fish" | "dockerfile" | "docker", _)
        | ("yaml" | "yml" | "makefile" | "make", _) => found.extend(find_in_script(code)),
        (_, Some(Family::Json)) => code::in_strings(code, triggers, &mut found),
        _ => {}
    }
    found
}

/// Every dangerous command of a shell text.
#[must_use]
pub fn find_in_script(text: &str) -> Vec<DangerMatch> {
    let mut found = Vec::new();
    let pipelines = shell_parser::parse_script(text);
    let mut downloads = untrusted_code::Downloads::new();
    for pipeline in &pipelines {
        inspect_pipeline(pipeline, &mut found, 0);
        downloads.look(pipeline, &mut found);
    }
    fork_bomb(text, &mut found);
    found
}

fn inspect_pipeline(pipeline: &Pipeline, found: &mut Vec<DangerMatch>, depth: usize) {
    untrusted_code::find(pipeline, found);
    exfiltration::find(pipeline, found);
    source::find(pipeline, found);
    system::find(pipeline, found);
    if depth >= MAX_NESTED {
        return;
    }
    for command in &pipeline.commands {
        for inner in command.inner() {
            inspect_pipeline(inner, found, depth + 1);
        }
        // `bash -c "..."`, `ssh host "..."`, `su -c "..."`: an argument that is a command itself.
        let Some(program) = Program::of(command) else {
            continue;
        };
        let name = program.name();
        let runs = is_shell(&name)
            && program
                .args
                .iter()
                .any(|word| word.text.ends_with('c') && word.text.starts_with('-'))
            || matches!(
                name.as_str(),
                "eval" | "su" | "ssh" | "xargs" | "watch" | "powershell" | "pwsh" | "cmd"
            );
        if !runs {
            continue;
        }
        for word in program
            .args
            .iter()
            .filter(|word| word.text.contains(' ') && word.inner.is_empty())
        {
            let mut nested = Vec::new();
            for pipeline in shell_parser::parse_script(&word.text) {
                inspect_pipeline(&pipeline, &mut nested, depth + 1);
            }
            found.extend(
                nested
                    .into_iter()
                    .map(|nested| DangerMatch::new(nested.danger, word.range.clone())),
            );
        }
    }
}

/// `:(){ :|:& };:`, a fork bomb.
fn fork_bomb(text: &str, found: &mut Vec<DangerMatch>) {
    for at in memchr::memmem::find_iter(text.as_bytes(), b":(){") {
        let rest = text.get(at..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let plain: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        if plain.starts_with(":(){:|:&};:") {
            found.push(DangerMatch::new(Danger::ForkBomb, at..at + line.trim_end().len()));
        }
    }
}
