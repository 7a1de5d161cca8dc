//! Where a command gets something from: the host of an address, and why it is not trusted.

use std::net::Ipv4Addr;

/// An address in a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The scheme; `None` when it is not written.
    pub scheme: Option<String>,
    /// The host in small letters, without a port.
    pub host: String,
    /// The path behind the host.
    pub path: String,
}

/// Why code from an address is not trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostRisk {
    /// The host is not known to belong to what the document is about.
    Unknown,
    /// It is sent unencrypted, so anyone on the network can change it.
    PlainHttp,
    /// Anyone can publish there, or the real destination is hidden.
    Anonymous,
    /// A numeric IP address.
    IpAddress,
}

/// Services where anyone can leave a text, receive data or hide an address. Subdomains count too.
const ANONYMOUS: [&str; 34] = [
    "pastebin.com",
    "paste.ee",
    "hastebin.com",
    "dpaste.com",
    "dpaste.org",
    "ghostbin.com",
    "rentry.co",
    "termbin.com",
    "ix.io",
    "sprunge.us",
    "0x0.st",
    "transfer.sh",
    "file.io",
    "catbox.moe",
    "anonfiles.com",
    "gofile.io",
    "bit.ly",
    "tinyurl.com",
    "t.co",
    "goo.gl",
    "is.gd",
    "cutt.ly",
    "rb.gy",
    "ow.ly",
    "shorturl.at",
    "tiny.cc",
    "ngrok.io",
    "ngrok-free.app",
    "trycloudflare.com",
    "webhook.site",
    "requestbin.com",
    "pipedream.net",
    "cdn.discordapp.com",
    "oast.fun",
];

/// Hosts whose installers are widely used, with the place that documents each.
const INSTALLERS: [&str; 56] = [
    "sh.rustup.rs",
    "static.rust-lang.org",
    "astral.sh",
    "get.docker.com",
    "deno.land",
    "bun.sh",
    "bun.com",
    "get.pnpm.io",
    "nodesource.com",
    "install.python-poetry.org",
    "pdm-project.org",
    "bootstrap.pypa.io",
    "pyenv.run",
    "pixi.sh",
    "micro.mamba.pm",
    "get.helm.sh",
    "get.k3s.io",
    "get.rke2.io",
    "fluxcd.io",
    "istio.io",
    "run.linkerd.io",
    "get.pulumi.com",
    "apt.releases.hashicorp.com",
    "releases.hashicorp.com",
    "cli.github.com",
    "claude.ai",
    "code.claude.com",
    "opencode.ai",
    "cursor.com",
    "ollama.com",
    "ollama.ai",
    "fly.io",
    "sdk.cloud.google.com",
    "dl.google.com",
    "cli.run.nu",
    "aka.ms",
    "dot.net",
    "get.sdkman.io",
    "get.sdkman.app",
    "starship.rs",
    "mise.run",
    "mise.jdx.dev",
    "get.volta.sh",
    "fnm.vercel.app",
    "nixos.org",
    "install.determinate.systems",
    "tailscale.com",
    "get.scoop.sh",
    "community.chocolatey.org",
    "chocolatey.org",
    "cli.doppler.com",
    "install.meteor.com",
    "foundry.paradigm.xyz",
    "get.foundry.sh",
    "release.solana.com",
    "release.anza.xyz",
];

impl Address {
    /// Read an address: with a scheme, or a host and perhaps a path without one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => {
                let scheme = scheme
                    .rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '+')
                    .next()?;
                (Some(scheme.to_ascii_lowercase()), rest)
            }
            None => (None, text),
        };
        let end = rest
            .find(['/', '?', '#', '"', '\'', ')', '`'])
            .unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let host = authority.rsplit('@').next()?;
        let host = host.split(':').next()?.trim_end_matches('.').to_ascii_lowercase();
        let fine = !host.is_empty() && (scheme.is_some() || host.contains('.') && is_host(&host));
        fine.then(|| Self {
            scheme,
            host,
            path: path.to_owned(),
        })
    }

    /// Whether the host is this machine or this network, or a name that a reader replaces.
    #[must_use]
    pub fn is_local(&self) -> bool {
        let host = self.host.as_str();
        if let Some(ip) = self.ip() {
            return ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified();
        }
        !is_host(host)
            || !host.contains('.')
            || [
                ".local",
                ".localhost",
                ".internal",
                ".lan",
                ".test",
                ".svc",
                ".home",
                ".corp",
                ".intranet",
            ]
            .iter()
            .any(|end| host.ends_with(end))
            || host.contains(".svc.")
    }

    /// The host as a number: `203.0.113.9`, or all of it in one as browsers and curl read it.
    fn ip(&self) -> Option<Ipv4Addr> {
        self.host.parse().ok().or_else(|| {
            let number = match self.host.strip_prefix("0x") {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => self.host.parse::<u32>().ok().filter(|number| *number > 0xFFFF)?,
            };
            Some(Ipv4Addr::from(number))
        })
    }

    /// Whether it is sent without encryption.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.scheme
            .as_deref()
            .is_some_and(|scheme| matches!(scheme.rsplit('+').next(), Some("http" | "ftp" | "git")))
    }

    /// Why code from there is not trusted; `None` for this machine and for known installers.
    #[must_use]
    pub fn risk(&self) -> Option<HostRisk> {
        if self.is_local() {
            None
        } else if self.ip().is_some() {
            Some(HostRisk::IpAddress)
        } else if is_below(&self.host, &ANONYMOUS) {
            Some(HostRisk::Anonymous)
        } else if self.is_plain() {
            Some(HostRisk::PlainHttp)
        } else if is_below(&self.host, &INSTALLERS) || is_known_path(&self.host, &self.path) {
            None
        } else {
            Some(HostRisk::Unknown)
        }
    }
}

/// Installers on a host that is open to everyone.
fn is_known_path(host: &str, path: &str) -> bool {
    const OWNERS: [&str; 10] = [
        "homebrew",
        "nvm-sh",
        "pyenv",
        "ohmyzsh",
        "rust-lang",
        "helm",
        "k3d-io",
        "golangci",
        "astral-sh",
        "junegunn",
    ];
    let owner = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    matches!(host, "raw.githubusercontent.com" | "github.com")
        && OWNERS.iter().any(|known| owner.eq_ignore_ascii_case(known))
}

fn is_below(host: &str, hosts: &[&str]) -> bool {
    hosts.iter().any(|known| {
        host.strip_suffix(known)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Whether a text has the characters of a host: `<host>`, `$HOST` and `{host}` are left to the reader.
fn is_host(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'%') || b >= 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_judged() {
        for (text, risk) in [
            ("https://sh.rustup.rs", None),
            ("http://localhost:3000/x.sh", None),
            ("http://192.168.1.4/x", None),
            ("http://registry:4873", None),
            ("https://$HOST/x", None),
            (
                "https://raw.githubusercontent.com/Homebrew/install/HEAD/install.sh",
                None,
            ),
            ("https://widget.example/i.sh", Some(HostRisk::Unknown)),
            ("http://widget.example/i.sh", Some(HostRisk::PlainHttp)),
            ("git+http://widget.example/a", Some(HostRisk::PlainHttp)),
            ("https://203.0.113.9/i", Some(HostRisk::IpAddress)),
            ("203.0.113.9/i", Some(HostRisk::IpAddress)),
            ("http://3405803785/i", Some(HostRisk::IpAddress)),
            ("https://pastebin.com/raw/x", Some(HostRisk::Anonymous)),
            ("https://bit.ly/x", Some(HostRisk::Anonymous)),
        ] {
            assert_eq!(Address::parse(text).unwrap().risk(), risk, "{text}");
        }
        assert_eq!(Address::parse("file"), None);
    }
}
