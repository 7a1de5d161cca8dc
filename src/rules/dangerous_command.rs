//! Commands that no documentation needs.

use crate::diagnostic::Severity;
use crate::document::Document;
use crate::rule::{Check, Context, Property, Rule, Sink, rule};
use crate::safety::command::{self, Address, Danger, DangerousCommand, HostRisk};

/// The rule; see its page.
pub static RULE: Rule =
    rule!("dangerous-command", Check::Document(check)).with(&[Property::NeverCausedByFix]);

fn check(document: &Document, _: &Context<'_>, sink: &mut Sink<'_>) {
    for found in command::find(document) {
        let mild = is_mild(document, &found);
        if mild && (!sink.pedantic() || is_own(document, &found.danger)) {
            continue;
        }
        let (message, help) = words(&found.danger);
        let report = sink.report(found.span, message).help(help);
        if mild {
            report.severity(Severity::Note);
        } else if matches!(found.danger, Danger::DisablesTlsChecks { .. }) {
            report.severity(Severity::Warning);
        }
    }
}

/// Whether documentation may have a reason for the command.
fn is_mild(document: &Document, found: &DangerousCommand) -> bool {
    let is_unknown = |danger: &Danger| {
        matches!(
            danger,
            Danger::Downloaded {
                risk: HostRisk::Unknown,
                ..
            }
        )
    };
    match &found.danger {
        // Code that runs at each login can be replaced at any time.
        Danger::Persists { run, .. } => is_unknown(run) && is_own(document, run),
        danger if is_unknown(danger) => true,
        Danger::DisablesTlsChecks { lasting, .. } => !lasting || found.local,
        _ => false,
    }
}

/// Whether code is from a host that the document itself names: its links lead there, or its name is part of it.
fn is_own(document: &Document, danger: &Danger) -> bool {
    let Danger::Downloaded { address, .. } = danger else {
        return false;
    };
    let owner = owner(address);
    let linked = document
        .body
        .links
        .iter()
        .any(|link| link.target.contains(&owner));
    let name = document
        .front_matter()
        .and_then(|front| front.field(&["name"]))
        .and_then(|(_, node)| node.as_str());
    let mut names = document.path.path_in_hub().split('/').chain(name);
    linked || names.any(|name| name.len() >= 4 && owner.contains(&name.to_ascii_lowercase()))
}

/// The owner of an address: its host, or the account on a host that is open to everyone.
fn owner(address: &Address) -> String {
    let account = address
        .path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    match address.host.as_str() {
        "raw.githubusercontent.com" | "gist.githubusercontent.com" | "github.com" => {
            format!("github.com/{account}")
        }
        "gitlab.com" | "codeberg.org" | "bitbucket.org" => format!("{}/{account}", address.host),
        host => host.to_owned(),
    }
}

/// What is wrong, and what to do.
fn words(danger: &Danger) -> (String, &'static str) {
    match danger {
        Danger::Downloaded { address, risk } => (
            format!("runs code {}", from(address, *risk)),
            "name an https address of the project, or save the file and show how to check it",
        ),
        Danger::Decoded => (
            "decodes text and runs it".to_owned(),
            "write the code so that it can be read, or remove it",
        ),
        Danger::RemoteShell { host } => (
            format!("gives `{}` a shell on this machine", shown(host)),
            "remove it",
        ),
        Danger::Sends { file, host } => (
            format!("sends {} to {}", named(file), shown(host)),
            "remove it; documentation never needs this file",
        ),
        Danger::Source { address, risk } => (
            format!("installs packages {}", from(address, *risk)),
            "use https and the name of a host: anyone on the network can replace what is installed",
        ),
        Danger::DisablesTlsChecks { what, .. } => (
            format!("turns off TLS verification: {}", shown(what)),
            "name the certificate to trust instead, as `NODE_EXTRA_CA_CERTS`, `PIP_CERT` or `http.sslCAInfo` do",
        ),
        Danger::Deletes { path } => (
            format!("deletes or opens `{}` and everything in it", shown(path)),
            "name the folder that is meant",
        ),
        Danger::ForkBomb => (
            "starts processes until the machine stops responding".to_owned(),
            "remove it",
        ),
        Danger::AuthorizesKey => (
            "lets the owner of that key log in to this machine".to_owned(),
            "let users add a key of their own",
        ),
        Danger::Persists { file, run } => (
            format!("adds to `{file}` what {}", words(run).0),
            "remove it, or write what it should do so that it can be read",
        ),
    }
}

/// Where code is from, and why it is not trusted.
fn from(address: &Address, risk: HostRisk) -> String {
    let host = shown(&address.host);
    match risk {
        HostRisk::Unknown => format!("from {host} before it can be read"),
        HostRisk::PlainHttp => format!("from {host} without encryption"),
        HostRisk::Anonymous => format!("from {host}, where anyone can put it"),
        HostRisk::IpAddress => format!("from the IP address {host}"),
    }
}

/// A file in back-ticks; a description such as "the environment" without them.
fn named(file: &str) -> String {
    if file.starts_with("the ") {
        file.to_owned()
    } else {
        format!("`{}`", shown(file))
    }
}

/// A text of the document, cut to what a message holds.
fn shown(text: &str) -> String {
    const MAX: usize = 60;
    let cut: String = text.chars().take(MAX).collect();
    if cut.len() < text.len() {
        format!("{cut}…")
    } else {
        cut
    }
}
