//! Commands that harm the machine: what they delete, what they let in, which checks they turn off.

use super::host::Address;
use super::program::{Program, is_downloader};
use super::shell_parser::{Command, Pipeline};
use super::untrusted_code::address_of;
use super::{Danger, DangerMatch};

/// What a pipeline does to the machine.
pub fn find(pipeline: &Pipeline, found: &mut Vec<DangerMatch>) {
    for command in &pipeline.commands {
        let Some(program) = Program::of(command) else {
            assignments(command, true, found);
            continue;
        };
        let name = program.name();
        if let Some(path) = deleted(&name, &program) {
            found.push(DangerMatch::new(Danger::Deletes { path }, command.range()));
        }
        let lasting = matches!(name.as_str(), "export" | "env" | "set" | "setx" | "declare")
            || name.contains(['=', ':']);
        assignments(command, lasting, found);
        if let Some(danger) = unverified(&name, &program) {
            found.push(DangerMatch::new(danger, command.range()));
        }
    }
    additions(pipeline, found);
}

/// Folders that the system or the user cannot do without.
fn is_root(path: &str) -> bool {
    let plain = path.replace(['{', '}', '"'], "").replace('\\', "/");
    let plain = plain.to_ascii_lowercase();
    let plain = plain
        .strip_suffix("/*")
        .map_or(plain.as_str(), |start| if start.is_empty() { "/" } else { start });
    let plain = if plain.len() > 1 {
        plain.trim_end_matches('/')
    } else {
        plain
    };
    matches!(
        plain,
        "/" | "~"
            | "$home"
            | "/."
            | "/etc"
            | "/usr"
            | "/bin"
            | "/sbin"
            | "/boot"
            | "/lib"
            | "/lib64"
            | "/var"
            | "/home"
            | "/dev"
            | "/system"
            | "/users"
            | "c:"
            | "%userprofile%"
            | "$env:userprofile"
            | "%systemroot%"
    ) || plain == "/*"
}

/// The folder that a command deletes with all that is in it.
fn deleted(name: &str, program: &Program<'_>) -> Option<String> {
    let short = |letters: [char; 2]| {
        program.args.iter().any(|word| {
            let text = word.text.as_str();
            text.starts_with('-') && !text.starts_with("--") && text.contains(letters)
        })
    };
    let root = || {
        program
            .plain_args()
            .find(|word| is_root(&word.text))
            .map(|word| word.text.clone())
    };
    match name {
        "rm" if short(['r', 'R']) || program.has_option(&["--recursive"]) => root(),
        "rm" if program.has_option(&["--no-preserve-root"]) => root(),
        "find" if program.has_option(&["-delete"]) => {
            let unfiltered = !program.args.iter().any(|word| {
                matches!(
                    word.text.as_str(),
                    "-name" | "-iname" | "-path" | "-mtime" | "-type" | "-size" | "-empty" | "-user"
                )
            });
            program
                .args
                .first()
                .filter(|word| unfiltered && is_root(&word.text))
                .map(|word| word.text.clone())
        }
        "chmod" | "chown" if short(['R', 'R']) => root().filter(|path| matches!(path.as_str(), "/" | "/*")),
        "remove-item" | "ri" | "rd" | "rmdir" | "del" => {
            let all = program.args.iter().any(|word| {
                let option = word.text.to_ascii_lowercase();
                option == "/s" || option.len() > 1 && "-recurse".starts_with(option.as_str())
            });
            root().filter(|_| all)
        }
        _ => None,
    }
}

/// Variables that turn verification off, with the values that do.
fn assignments(command: &Command, lasting: bool, found: &mut Vec<DangerMatch>) {
    let mut words = command.words.iter().peekable();
    while let Some(word) = words.next() {
        let text = word.text.trim_start_matches("$env:").trim_end_matches(':');
        let (name, value) = match text.split_once('=') {
            Some((name, value)) if !value.is_empty() => (name, value.to_owned()),
            // `$env:X = 0`, `ENV X 0`, `setx X 0`.
            Some(_) => continue,
            None => {
                let mut next = words.clone();
                let first = next.next().map_or("", |word| word.text.as_str());
                let value = if first == "=" {
                    next.next().map_or("", |word| word.text.as_str())
                } else {
                    first
                };
                (text, value.to_owned())
            }
        };
        let value = value.trim_matches(['"', '\'']);
        let off = match name {
            "NODE_TLS_REJECT_UNAUTHORIZED" | "PYTHONHTTPSVERIFY" => value == "0",
            "GIT_SSL_NO_VERIFY" => matches!(value, "1" | "true"),
            "NPM_CONFIG_STRICT_SSL" | "npm_config_strict_ssl" => value == "false",
            _ => false,
        };
        if off {
            let lasting = lasting || word.text.starts_with("$env:");
            let danger = Danger::DisablesTlsChecks {
                what: name.to_owned(),
                lasting,
            };
            found.push(DangerMatch::new(danger, command.range()));
            return;
        }
    }
}

/// Settings and options that turn verification off.
fn unverified(name: &str, program: &Program<'_>) -> Option<Danger> {
    let args: Vec<String> = program
        .args
        .iter()
        .map(|word| word.text.to_ascii_lowercase())
        .collect();
    let has = |text: &str| args.iter().any(|arg| arg == text);
    let off = |key: &str, value: &str| {
        args.windows(2).any(|pair| pair[0] == key && pair[1] == value) || has(&format!("{key}={value}"))
    };
    let lasting = |what: &str| {
        Some(Danger::DisablesTlsChecks {
            what: what.to_owned(),
            lasting: true,
        })
    };
    match name {
        "npm" | "pnpm" | "yarn" if has("set") && off("strict-ssl", "false") => lasting("strict-ssl"),
        "git" if has("config") && (off("http.sslverify", "false") || off("http.sslverify", "0")) => {
            lasting("http.sslVerify")
        }
        "conda" | "mamba" if has("--set") && off("ssl_verify", "false") => lasting("ssl_verify"),
        "curl" | "wget" => {
            let short = program.args.iter().any(|word| {
                let text = word.text.as_str();
                name == "curl"
                    && text.starts_with('-')
                    && !text.starts_with("--")
                    && text.len() <= 6
                    && text.contains('k')
            });
            let option = short || has("--insecure") || has("--no-check-certificate");
            let address = address_of(program)?;
            (option && !address.is_local()).then(|| Danger::DisablesTlsChecks {
                what: format!("a download from {}", address.host),
                lasting: false,
            })
        }
        _ => {
            let pip = name.starts_with("pip") || name == "uv" || name.starts_with("python") && has("pip");
            pip.then_some(())?;
            let options = ["--trusted-host", "--allow-insecure-host"];
            let (_, host) = program.values(&options).next().or_else(|| {
                let set = args
                    .iter()
                    .position(|arg| arg == "global.trusted-host" || arg == "install.trusted-host")?;
                program.args.get(set + 1).map(|word| (word, word.text.as_str()))
            })?;
            let address = Address::parse(&format!("https://{host}"))?;
            (!address.is_local()).then(|| Danger::DisablesTlsChecks {
                what: format!("{} as a source of packages", address.host),
                lasting: true,
            })
        }
    }
}

/// Files that a system reads when someone logs in.
fn profile(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    [
        "authorized_keys",
        ".bashrc",
        ".zshrc",
        ".profile",
        ".bash_profile",
        ".zprofile",
        ".zshenv",
        "config.fish",
        "$PROFILE",
        "crontab",
    ]
    .into_iter()
    .find(|known| name == *known)
}

/// What a pipeline adds to such a file.
fn additions(pipeline: &Pipeline, found: &mut Vec<DangerMatch>) {
    let Some(last) = pipeline.commands.last() else {
        return;
    };
    let redirected = last
        .redirects
        .iter()
        .filter(|(mark, _)| matches!(*mark, ">>" | ">"))
        .find_map(|(_, word)| profile(&word.text));
    let file = redirected.or_else(|| {
        let program = Program::of(last)?;
        match program.name().as_str() {
            "tee" => program.plain_args().find_map(|word| profile(&word.text)),
            "crontab" if program.has_option(&["-"]) => Some("crontab"),
            _ => None,
        }
    });
    let Some(file) = file else { return };
    let writer = if redirected.is_some() {
        pipeline.commands.len()
    } else {
        pipeline.commands.len() - 1
    };
    for command in pipeline.commands.iter().take(writer) {
        let Some(program) = Program::of(command) else {
            continue;
        };
        let name = program.name();
        if matches!(name.as_str(), "echo" | "printf") {
            let text: Vec<&str> = program.plain_args().map(|word| word.text.as_str()).collect();
            let text = text.join(" ");
            let text = if file == "crontab" {
                without_times(&text)
            } else {
                &text
            };
            if file == "authorized_keys" {
                if is_public_key(text) {
                    found.push(DangerMatch::new(Danger::AuthorizesKey, pipeline.range()));
                }
            } else if let Some(run) = super::find_in_script(text)
                .into_iter()
                .find(|inner| inner.danger.runs_code())
            {
                let danger = Danger::Persists {
                    file: file.to_owned(),
                    run: Box::new(run.danger),
                };
                found.push(DangerMatch::new(danger, pipeline.range()));
            }
        } else if file == "authorized_keys"
            && is_downloader(&name)
            && let Some(address) = address_of(&program)
            && !address.is_local()
            && !is_to_be_replaced(&address.path)
        {
            found.push(DangerMatch::new(Danger::AuthorizesKey, pipeline.range()));
        }
    }
}

/// The command of a line of `crontab`, behind the five fields that say when it runs (POSIX.1-2024, crontab).
fn without_times(line: &str) -> &str {
    let mut rest = line.trim_start();
    let fields = if rest.starts_with('@') { 1 } else { 5 };
    for _ in 0..fields {
        rest = rest.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
    }
    rest
}

/// A whole public key of SSH, and not `ssh-rsa AAAA...` (RFC 4253, 6.6).
fn is_public_key(text: &str) -> bool {
    let mut words = text
        .split_whitespace()
        .skip_while(|word| !(word.starts_with("ssh-") || word.starts_with("ecdsa-sha2-")));
    words.next().is_some()
        && words.next().is_some_and(|key| {
            key.len() >= 64
                && key.starts_with("AAAA")
                && key
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
        })
}

/// Whether a path has a part that a reader replaces.
fn is_to_be_replaced(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    path.contains(['$', '<', '{', '[']) || lower.contains("your") || lower.contains("user")
}
