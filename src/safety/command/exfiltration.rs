//! Files with credentials that a command sends away.

use super::host::Address;
use super::program::Program;
use super::shell_parser::{Command, Pipeline, Word};
use super::untrusted_code::address_of;
use super::{Danger, DangerMatch};

/// Parts of paths that only files with credentials or private data have, in the home folder or the system.
const PRIVATE_PARTS: [&str; 22] = [
    "/.ssh",
    "/.aws",
    "/.gnupg",
    "/.netrc",
    "/.git-credentials",
    "/.npmrc",
    "/.pypirc",
    "/.docker/config.json",
    "/.kube/config",
    "/.config/gcloud",
    "/.config/gh",
    "/.azure",
    "/.password-store",
    "/.claude.json",
    "/.claude/.credentials",
    "/.codex/auth.json",
    "/.bash_history",
    "/.zsh_history",
    "/.mozilla",
    "/keychains",
    "/etc/shadow",
    "/etc/passwd",
];

/// What a pipeline sends of such files.
pub fn find(pipeline: &Pipeline, found: &mut Vec<DangerMatch>) {
    let mut read: Option<String> = None;
    for command in &pipeline.commands {
        let Some(program) = Program::of(command) else {
            continue;
        };
        let name = program.name();
        if is_sender(&name) {
            let file = private_argument(&name, &program, command)
                .or_else(|| read.clone().filter(|_| reads_input(&name, &program)));
            if let Some(file) = file
                && let Some(host) = target(&name, &program)
            {
                found.push(DangerMatch::new(Danger::Sends { file, host }, pipeline.range()));
                return;
            }
        }
        read = read.or_else(|| private_output(&name, &program, command));
    }
}

fn is_sender(name: &str) -> bool {
    matches!(
        name,
        "curl"
            | "wget"
            | "nc"
            | "ncat"
            | "netcat"
            | "socat"
            | "telnet"
            | "scp"
            | "rsync"
            | "sftp"
            | "dig"
            | "nslookup"
            | "host"
            | "ping"
            | "http"
            | "https"
            | "xh"
            | "openssl"
            | "aws"
            | "gsutil"
            | "rclone"
            | "gh"
            | "iwr"
            | "irm"
            | "invoke-webrequest"
            | "invoke-restmethod"
    )
}

/// The private file that a sender is given.
fn private_argument(name: &str, program: &Program<'_>, command: &Command) -> Option<String> {
    substituted_file(program)
        .or_else(|| redirected_file(name, program, command))
        .or_else(|| uploaded_file(name, program))
}

/// `$(cat ~/.ssh/id_rsa)` anywhere in its words.
fn substituted_file(program: &Program<'_>) -> Option<String> {
    let mut pipelines = program.args.iter().flat_map(|word| &word.inner);
    pipelines.find_map(|pipeline| {
        pipeline.commands.iter().find_map(|command| {
            let program = Program::of(command)?;
            private_output(&program.name(), &program, command)
        })
    })
}

/// `< ~/.ssh/id_rsa`
fn redirected_file(name: &str, program: &Program<'_>, command: &Command) -> Option<String> {
    let mut redirects = command.redirects.iter();
    let (_, word) = redirects.find(|(mark, word)| *mark == "<" && is_secret(&word.text))?;
    reads_input(name, program).then(|| word.text.clone())
}

/// A file that an option or an argument names.
fn uploaded_file(name: &str, program: &Program<'_>) -> Option<String> {
    const CURL_DATA: [&str; 8] = [
        "-F",
        "--form",
        "-d",
        "--data",
        "--data-binary",
        "--data-raw",
        "--data-urlencode",
        "--json",
    ];
    let secret = |options: &[&str]| -> Option<String> {
        let mut files = program.values(options).map(|(_, value)| value);
        files.find(|file| is_secret(file)).map(str::to_owned)
    };
    match name {
        // `@FILE` in a value.
        "curl" => {
            let mut data = program.values(&CURL_DATA);
            data.find_map(|(_, value)| file_of(value).filter(|file| is_secret(file)))
                .map(str::to_owned)
                .or_else(|| secret(&["-T", "--upload-file"]))
        }
        "wget" => secret(&["--post-file", "--body-file"]),
        "http" | "https" | "xh" => program
            .args
            .iter()
            .filter_map(|word| file_of(&word.text))
            .find(|file| is_secret(file))
            .map(str::to_owned),
        "iwr" | "irm" | "invoke-webrequest" | "invoke-restmethod" => secret(&["-InFile"]),
        "scp" | "rsync" => sources(program)
            .find(|word| is_private(&word.text))
            .map(|word| word.text.clone()),
        "aws" | "gsutil" | "rclone" | "gh" => {
            let copies = program
                .args
                .iter()
                .any(|word| matches!(word.text.as_str(), "cp" | "copy" | "sync" | "create"));
            let file = sources(program).find(|word| is_private(&word.text));
            file.filter(|_| copies).map(|word| word.text.clone())
        }
        _ => None,
    }
}

/// The arguments of a copy but the last, without the values of options that name a key or a config.
fn sources<'a>(program: &Program<'a>) -> impl Iterator<Item = &'a Word> {
    let gist = program.args.first().is_some_and(|word| word.text == "gist");
    let last = program.args.len().saturating_sub(usize::from(!gist));
    let args = program.args;
    args.iter().enumerate().take(last).filter_map(move |(at, word)| {
        let before = at
            .checked_sub(1)
            .and_then(|at| args.get(at))
            .map_or("", |word| word.text.as_str());
        let value = matches!(before, "-i" | "-F" | "-o" | "-e" | "-P" | "--rsh" | "--profile");
        // `host:~/.kube/config` is on the other machine.
        let there = word.text.split_once(':').is_some_and(|(host, _)| host.len() > 1);
        (!value && !there && !word.text.starts_with('-')).then_some(word)
    })
}

/// The file in `@file`, `name=@file` or `name=<file`.
fn file_of(value: &str) -> Option<&str> {
    let at = value.find(['@', '<'])?;
    let before = value.get(..at)?;
    (before.is_empty() || before.ends_with('=') || !before.contains([' ', ':', '/', '.'])).then_some(())?;
    value.get(at + 1..)?.split(';').next()
}

/// Whether a sender sends its standard input.
fn reads_input(name: &str, program: &Program<'_>) -> bool {
    match name {
        "curl" => program.args.iter().any(|word| {
            let text = word.text.as_str();
            text == "-" || text.ends_with("@-") || text.ends_with("/dev/stdin") || text == "-T-"
        }),
        "wget" => program
            .args
            .iter()
            .any(|word| word.text.ends_with("/dev/stdin") || word.text.ends_with("=-")),
        "nc" | "ncat" | "netcat" | "socat" | "telnet" => true,
        "openssl" => program.args.first().is_some_and(|word| word.text == "s_client"),
        "http" | "https" | "xh" => true,
        _ => false,
    }
}

/// Where a sender sends to; `None` for this machine.
fn target(name: &str, program: &Program<'_>) -> Option<String> {
    let local = |address: &Address| address.is_local();
    match name {
        "scp" | "rsync" | "sftp" => {
            let last = program.args.last()?.text.as_str();
            let (host, _) = last.split_once(':').filter(|(host, _)| host.len() > 1)?;
            Some(host.rsplit('@').next().unwrap_or(host).to_owned())
        }
        "gh" => Some("GitHub".to_owned()),
        "aws" | "gsutil" | "rclone" => Some(program.args.last()?.text.clone()),
        "dig" | "nslookup" | "host" | "ping" => Some("a name server".to_owned()),
        "nc" | "ncat" | "netcat" | "socat" | "telnet" | "openssl" => {
            let mut words = program.args.iter().map(|word| word.text.as_str());
            let word = words.find(|text| text.contains('.') && !text.starts_with('-'))?;
            let host = word.rsplit(['@', '/']).next().unwrap_or(word);
            let host = host.trim_start_matches("TCP:").trim_start_matches("tcp:");
            let address = Address::parse(host)?;
            (!local(&address)).then_some(address.host)
        }
        _ => {
            let address = address_of(program)?;
            (!local(&address)).then_some(address.host)
        }
    }
}

/// What private data a command writes to its output: a file that it reads, or all variables.
fn private_output(name: &str, program: &Program<'_>, command: &Command) -> Option<String> {
    if matches!(name, "env" | "printenv" | "set") && program.args.is_empty()
        || name == "export" && program.has_option(&["-p"])
    {
        return Some("the environment".to_owned());
    }
    const READERS: [&str; 21] = [
        "cat", "tac", "tar", "base64", "gzip", "zip", "head", "tail", "less", "more", "xxd", "openssl", "jq",
        "grep", "awk", "sed", "dd", "find", "strings", "bzip2", "type",
    ];
    if !READERS.contains(&name) {
        return None;
    }
    let files = command
        .redirects
        .iter()
        .filter(|(mark, _)| *mark == "<")
        .map(|(_, word)| word);
    let words = program.args.iter().chain(files);
    words
        .map(|word| word.text.as_str())
        .find(|text| is_secret(text))
        .map(str::to_owned)
}

/// Whether a path is of credentials or of private data of a user. Public keys are neither.
#[must_use]
pub fn is_private(path: &str) -> bool {
    let path = path
        .trim_matches(['"', '\''])
        .replace('\\', "/")
        .to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.ends_with(".pub") || name.starts_with("known_hosts") || path.contains("://") || path.contains(' ')
    {
        return false;
    }
    let home = [
        "~",
        "$home",
        "${home}",
        "/home/",
        "/users/",
        "/root/",
        "%userprofile%",
        "$env:userprofile",
        "/etc/",
    ]
    .iter()
    .any(|start| path.starts_with(start));
    let private = PRIVATE_PARTS.iter().any(|part| path.contains(part));
    home && private || matches!(name, "id_rsa" | "id_ed25519" | "id_ecdsa" | "id_dsa")
}

/// Whether a path is private or has the variables of a project: those are copied to one's own servers, but never sent
/// to an address.
fn is_secret(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let sample = ["example", "sample", "template"]
        .iter()
        .any(|word| name.contains(word));
    is_private(path) || !sample && (name == ".env" || name.starts_with(".env."))
}
