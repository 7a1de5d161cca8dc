//! Code that is downloaded or decoded, and run before anyone can read it.

use super::host::{Address, HostRisk};
use super::program::{Program, is_downloader, is_interpreter, is_powershell_eval, is_shell};
use super::shell_parser::{Command, Pipeline, Word};
use super::{Danger, DangerMatch};

/// The origin of code that is run.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    /// A download from the address.
    Network(Address),
    /// A decoder.
    Decoder,
}

/// What a pipeline runs of what it downloads or decodes.
pub fn find(pipeline: &Pipeline, found: &mut Vec<DangerMatch>) {
    /// Each command is compared with those before it. Real pipelines are shorter.
    const MAX_COMMANDS: usize = 32;
    for (at, command) in pipeline.commands.iter().take(MAX_COMMANDS).enumerate() {
        let Some(program) = Program::of(command) else {
            continue;
        };
        let name = program.name();
        let before = pipeline.commands.get(..at).unwrap_or_default();
        if is_encoded_script(&name, &program) {
            found.push(DangerMatch::new(Danger::Decoded, command.range()));
        }
        if let Some(danger) = reverse_shell(&name, &program, command) {
            found.push(DangerMatch::new(danger, pipeline.range()));
            continue;
        }
        let origin = if reads_code(&name, &program) && at > 0 {
            before.iter().rev().find_map(command_origin)
        } else {
            None
        };
        let origin = origin.or_else(|| inner_origin(&name, &program, command));
        match origin {
            Some(Origin::Decoder) => found.push(DangerMatch::new(Danger::Decoded, pipeline.range())),
            Some(Origin::Network(address)) => add(address, pipeline, found),
            None => {}
        }
    }
}

fn add(address: Address, pipeline: &Pipeline, found: &mut Vec<DangerMatch>) {
    let decoded = pipeline
        .commands
        .iter()
        .any(|command| Program::of(command).is_some_and(|p| is_decoder(&p)));
    if decoded {
        found.push(DangerMatch::new(Danger::Decoded, pipeline.range()));
    } else if let Some(risk) = address.risk() {
        found.push(DangerMatch::new(
            Danger::Downloaded { address, risk },
            pipeline.range(),
        ));
    }
}

/// Whether a program runs what it reads from its standard input.
fn reads_code(name: &str, program: &Program<'_>) -> bool {
    if is_shell(name) {
        let mut args = program.args.iter().map(|word| word.text.as_str());
        let first = args
            .clone()
            .find(|text| !text.starts_with('-') && !text.starts_with('+'));
        let stdin = program.args.iter().any(|word| {
            let text = word.text.as_str();
            text.starts_with('-') && !text.starts_with("--") && text.contains('s')
        });
        return !args.any(|text| text == "-c") && (stdin || first.is_none_or(|first| first == "/dev/stdin"));
    }
    if is_powershell_eval(name) {
        return program.args.is_empty();
    }
    let lone = |word: &Word| {
        matches!(
            word.text.as_str(),
            "-" | "/dev/stdin" | "-Command" | "-c-" | "-NoProfile"
        )
    };
    matches!(name, "source" | ".") && program.args.iter().all(lone)
        || name == "xargs" && program.args.iter().any(|word| is_shell(&word.text))
        || is_interpreter(name) && program.args.iter().all(lone)
}

/// What a command gives to the next one, when that is from the network or decoded.
fn command_origin(command: &Command) -> Option<Origin> {
    let program = Program::of(command)?;
    if is_decoder(&program) {
        return Some(Origin::Decoder);
    }
    download(&program).map(Origin::Network)
}

/// The address that a downloader is given.
pub fn download(program: &Program<'_>) -> Option<Address> {
    is_downloader(&program.name()).then_some(())?;
    address_of(program)
}

/// The last address among the arguments; without a scheme only what no option takes.
pub fn address_of(program: &Program<'_>) -> Option<Address> {
    const WITH_VALUE: [&str; 18] = [
        "-o",
        "-O",
        "-H",
        "-A",
        "-u",
        "-x",
        "-d",
        "-F",
        "-T",
        "-e",
        "-b",
        "--output",
        "--header",
        "--user",
        "--proxy",
        "--data",
        "--output-document",
        "-OutFile",
    ];
    let mut plain = None;
    let mut last = None;
    let mut skip = false;
    for word in program.args {
        let text = word.text.as_str();
        if std::mem::take(&mut skip) {
            continue;
        }
        if WITH_VALUE.contains(&text) {
            skip = true;
        } else if text.contains("://") && !text.starts_with('-') {
            last = Address::parse(text).or(last);
        } else if !text.starts_with('-') && plain.is_none() {
            plain = Address::parse(text);
        }
    }
    last.or(plain)
}

/// Whether a program turns code that cannot be read into code that can be run.
pub fn is_decoder(program: &Program<'_>) -> bool {
    let name = program.name();
    let joined = || {
        program
            .args
            .iter()
            .map(|word| word.text.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let short = |letter: char| {
        program.args.iter().any(|word| {
            word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains(letter)
        })
    };
    match name.as_str() {
        "base64" | "base32" | "basenc" | "gbase64" => {
            short('d') || short('D') || program.args.iter().any(|w| w.text.starts_with("--d"))
        }
        "xxd" => short('r'),
        "openssl" => joined().contains("-d"),
        "uudecode" | "rev" | "rot13" => true,
        // Only a rotation of the whole alphabet, as in rot13.
        "tr" => joined().to_ascii_lowercase().contains("n-za-m"),
        "printf" | "echo" => program.args.iter().any(|word| {
            let text = word.text.as_str();
            text.matches("x6").count() + text.matches("x7").count() >= 4 && text.contains("x2")
        }),
        _ if name.starts_with("python") || name == "perl" || name == "ruby" || name == "node" => {
            let code = joined();
            ["b64decode", "decode_base64", "decode64", "unhexlify", "'base64')"]
                .iter()
                .any(|call| code.contains(call))
        }
        _ => false,
    }
}

/// The origin of code in the arguments of a command that runs it: `sh -c "$(...)"`, `bash <(...)`,
/// `eval $(...)`, `iex (...)`.
fn inner_origin(name: &str, program: &Program<'_>, command: &Command) -> Option<Origin> {
    let runs = is_interpreter(name) || matches!(name, "eval" | "source" | "." | "xargs");
    let group = program.word.text.starts_with('(') || program.word.text.starts_with('[');
    let text = || {
        command
            .words
            .iter()
            .map(|word| word.text.to_ascii_lowercase())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let block = group && text().contains("scriptblock]::create(");
    // A command whose own name is the output of a decoder.
    let own_name = !program.word.inner.is_empty() && program.word.text.starts_with(['$', '`']);
    if !(runs || own_name || block || is_powershell_eval(name)) {
        return None;
    }
    if is_powershell_eval(name) || name == "powershell" || name == "pwsh" || block {
        let text = text();
        if text.contains("frombase64string(") {
            return Some(Origin::Decoder);
        }
        if text.contains("downloadstring(") {
            let from = text.find("://").map_or(0, |at| {
                text.get(..at)
                    .unwrap_or_default()
                    .rfind(['\'', '"', '('])
                    .map_or(0, |at| at + 1)
            });
            return Address::parse(text.get(from..)?).map(Origin::Network);
        }
    }
    if is_shell(name) && !runs_words(program) {
        // A here-string: `bash <<< "$(...)"`.
        let here = command
            .redirects
            .iter()
            .filter(|(mark, _)| *mark == "<<<" || *mark == "<");
        return here.flat_map(|(_, word)| &word.inner).find_map(pipeline_origin);
    }
    let words = if own_name {
        std::slice::from_ref(program.word)
    } else {
        program.args
    };
    words
        .iter()
        .flat_map(|word| &word.inner)
        .find_map(pipeline_origin)
}

/// Whether a shell runs one of its arguments: behind `-c`, or a file that a substitution makes.
fn runs_words(program: &Program<'_>) -> bool {
    program.args.iter().any(|word| {
        let text = word.text.as_str();
        text.starts_with("<(") || text.starts_with('-') && !text.starts_with("--") && text.ends_with('c')
    })
}

fn pipeline_origin(pipeline: &Pipeline) -> Option<Origin> {
    let mut origins = pipeline.commands.iter().filter_map(command_origin);
    let first = origins.next()?;
    Some(if origins.any(|origin| origin == Origin::Decoder) {
        Origin::Decoder
    } else {
        first
    })
}

/// `powershell -EncodedCommand`, and code in an argument that decodes and runs itself.
fn is_encoded_script(name: &str, program: &Program<'_>) -> bool {
    if matches!(name, "powershell" | "pwsh") {
        return program.args.windows(2).any(|pair| {
            let option = pair[0].text.to_ascii_lowercase();
            let encoded =
                option.len() >= 2 && "-encodedcommand".starts_with(option.as_str()) || option == "-ec";
            encoded
                && pair[1].text.len() >= 16
                && pair[1]
                    .text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
        });
    }
    is_interpreter(name)
        && program.has_option(&["-c", "-e"])
        && program
            .args
            .iter()
            .any(|word| super::code::decodes_and_runs(&word.text))
}

/// A shell whose input and output are on the network.
fn reverse_shell(name: &str, program: &Program<'_>, command: &Command) -> Option<Danger> {
    let tcp = |text: &str| {
        let rest = text
            .strip_prefix("/dev/tcp/")
            .or_else(|| text.strip_prefix("/dev/udp/"))?;
        Address::parse(rest).or_else(|| {
            Some(Address {
                scheme: None,
                host: rest.split('/').next()?.to_owned(),
                path: String::new(),
            })
        })
    };
    if is_shell(name)
        && let Some(address) = command.redirects.iter().find_map(|(_, word)| tcp(&word.text))
    {
        return Some(Danger::RemoteShell { host: address.host });
    }
    if matches!(name, "nc" | "ncat" | "netcat")
        && let Some(at) = program
            .args
            .iter()
            .position(|word| matches!(word.text.as_str(), "-e" | "-c" | "--exec"))
        && program
            .args
            .get(at + 1)
            .is_some_and(|word| is_shell(word.text.rsplit('/').next().unwrap_or_default()))
    {
        let host = program.plain_args().find(|word| word.text.contains('.'))?;
        return Some(Danger::RemoteShell {
            host: host.text.clone(),
        });
    }
    None
}

/// The downloads from untrusted addresses, each with the name of its file.
pub struct Downloads(Vec<(String, Address, HostRisk)>);

impl Downloads {
    /// No downloads yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Check whether the next pipeline runs a file that an earlier one downloaded.
    pub fn look(&mut self, pipeline: &Pipeline, found: &mut Vec<DangerMatch>) {
        /// More are hardly ever downloaded, and each is compared with each command.
        const MAX_FILES: usize = 16;
        for command in &pipeline.commands {
            let Some(program) = Program::of(command) else {
                continue;
            };
            let name = program.name();
            let run = if is_interpreter(&name) || matches!(name.as_str(), "source" | "." | "msiexec") {
                program.plain_args().next()
            } else {
                Some(program.word).filter(|word| word.text.contains('/'))
            };
            let file = run.map(|word| word.text.rsplit('/').next().unwrap_or_default());
            if let Some((_, address, risk)) = self.0.iter().find(|(known, ..)| Some(known.as_str()) == file) {
                let danger = Danger::Downloaded {
                    address: address.clone(),
                    risk: *risk,
                };
                found.push(DangerMatch::new(danger, command.range()));
            }
            if let Some(address) = download(&program)
                && let Some(risk) = address.risk().filter(|risk| *risk > HostRisk::Unknown)
                && self.0.len() < MAX_FILES
                && let Some(file) = saved_as(&program, command, &address)
            {
                self.0.push((file, address, risk));
            }
        }
    }
}

/// The name under which a downloader saves.
fn saved_as(program: &Program<'_>, command: &Command, address: &Address) -> Option<String> {
    let given = program
        .values(&["-o", "--output", "--output-document", "-OutFile"])
        .map(|(_, value)| value)
        .chain(
            program
                .values(&["-O"])
                .map(|(_, value)| value)
                .filter(|value| !value.contains("://")),
        )
        .next();
    let redirected = command
        .redirects
        .iter()
        .find(|(mark, _)| *mark == ">")
        .map(|(_, word)| word.text.as_str());
    let last = address.path.split(['?', '#']).next()?;
    let file = given.or(redirected).unwrap_or(last).rsplit('/').next()?;
    (!file.is_empty() && file != "null").then(|| file.to_owned())
}
