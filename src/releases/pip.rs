//! The settings of pip and uv: index addresses, extra indexes, certificates and netrc.

use super::environment::{Environment, SettingsOwner};
use super::error::RegistrySettingsError;
use std::path::{Path, PathBuf};

/// One setting, with its source for messages.
pub(crate) struct PipSetting {
    /// The value.
    pub value: String,
    /// A variable's name, or `file:line`.
    pub from: String,
    /// Its owner.
    pub owner: SettingsOwner,
}

/// The settings of `pip.conf` that are used. Later files have precedence (see "Configuration files" in pip's
/// documentation).
#[derive(Default)]
pub(crate) struct PipConfig {
    pub index_url: Option<PipSetting>,
    pub extra_index_url: Option<PipSetting>,
    pub cert: Option<PipSetting>,
}

impl PipConfig {
    /// Read every pip.conf that pip reads, in the same order: machine, user, virtual environment, `PIP_CONFIG_FILE`.
    /// `project` says whether files of the project are read, such as the one of a virtual environment in it.
    pub(crate) fn read(env: &Environment, project: bool) -> Result<Self, RegistrySettingsError> {
        let mut config = Self::default();
        let own = env.var("PIP_CONFIG_FILE");
        // pip: the null device disables all files.
        if own.is_some_and(|file| file == "/dev/null" || file.eq_ignore_ascii_case("nul")) {
            return Ok(config);
        }
        for (path, owner) in files(env) {
            if owner == SettingsOwner::Project && !project {
                continue;
            }
            if let Some(text) = env.read_owned(&path, owner)? {
                config.add(&path, owner, &text)?;
            }
        }
        Ok(config)
    }

    fn add(&mut self, path: &Path, owner: SettingsOwner, text: &str) -> Result<(), RegistrySettingsError> {
        let entries = parse(path, text)?;
        // pip: the section of the command has precedence over [global].
        for wanted in ["global", "install"] {
            for entry in entries.iter().filter(|entry| entry.section == wanted) {
                let slot = match entry.key.as_str() {
                    "index-url" => &mut self.index_url,
                    "extra-index-url" => &mut self.extra_index_url,
                    // Only the user may choose trusted certificates.
                    "cert" if owner == SettingsOwner::User => &mut self.cert,
                    _ => continue,
                };
                if !entry.value.is_empty() {
                    *slot = Some(PipSetting {
                        value: entry.value.clone(),
                        from: format!("{}:{}", path.display(), entry.line),
                        owner,
                    });
                }
            }
        }
        Ok(())
    }
}

/// The files that pip reads, lowest precedence first. A file that `PIP_CONFIG_FILE` names belongs to the user; a file
/// in a folder that a variable names may be part of the project.
fn files(env: &Environment) -> Vec<(PathBuf, SettingsOwner)> {
    let name = if cfg!(windows) { "pip.ini" } else { "pip.conf" };
    let mut files = Vec::new();
    if env.is_process() {
        if cfg!(target_os = "macos") {
            files.push(PathBuf::from("/Library/Application Support/pip/pip.conf"));
        } else if cfg!(unix) {
            let folders = env.var("XDG_CONFIG_DIRS").unwrap_or("/etc/xdg");
            files.extend(folders.split(':').map(|f| Path::new(f).join("pip").join(name)));
            files.push(PathBuf::from("/etc/pip.conf"));
        } else if let Some(folder) = env.var("PROGRAMDATA") {
            files.push(Path::new(folder).join("pip").join(name));
        }
    }
    if let Some(home) = env.home() {
        files.push(home.join(if cfg!(windows) { "pip" } else { ".pip" }).join(name));
        if cfg!(target_os = "macos") {
            files.push(home.join("Library/Application Support/pip").join(name));
        }
        let config = env
            .var("XDG_CONFIG_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .unwrap_or_else(|| home.join(".config"));
        files.push(config.join("pip").join(name));
    }
    if let Some(folder) = env.var("APPDATA") {
        files.push(Path::new(folder).join("pip").join(name));
    }
    if let Some(folder) = env.var("VIRTUAL_ENV") {
        files.push(Path::new(folder).join(name));
    }
    let mut files: Vec<_> = files
        .into_iter()
        .map(|path| (path.clone(), env.owner_of(&path)))
        .collect();
    if let Some(file) = env.var("PIP_CONFIG_FILE") {
        files.push((PathBuf::from(file), SettingsOwner::User));
    }
    files
}

struct ConfigLine {
    section: String,
    key: String,
    value: String,
    line: usize,
}

/// Python's `RawConfigParser`, as far as pip.conf needs it: sections, `=` or `:`, comments, indented continuations.
fn parse(path: &Path, text: &str) -> Result<Vec<ConfigLine>, RegistrySettingsError> {
    let mut lines: Vec<ConfigLine> = Vec::new();
    let mut section: Option<String> = None;
    for (number, raw) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = raw.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let bad = |why: &str| RegistrySettingsError::Syntax {
            path: path.to_owned(),
            line: number,
            why: why.to_owned(),
        };
        if raw.starts_with([' ', '\t'])
            && let Some(last) = lines.last_mut()
        {
            last.value.push('\n');
            last.value.push_str(line);
        } else if let Some(name) = line.strip_prefix('[') {
            let name = name
                .strip_suffix(']')
                .ok_or_else(|| bad("expected `]` at the end of the section"))?;
            section = Some(name.to_owned());
        } else {
            let section = section
                .clone()
                .ok_or_else(|| bad("expected a section such as `[global]` first"))?;
            let (key, value) = line
                .split_once(['=', ':'])
                .ok_or_else(|| bad("expected `key = value`"))?;
            let key = key.trim().to_ascii_lowercase().replace('_', "-");
            lines.push(ConfigLine {
                section,
                key: key.trim_start_matches("--").to_owned(),
                value: value.trim().to_owned(),
                line: number,
            });
        }
    }
    Ok(lines)
}

/// The machines of the netrc of the user: host, login, password. `default` is left out: it is for every host, and a
/// settings file of a pull request may name any host.
pub(crate) fn netrc(env: &Environment) -> Vec<(String, String, String)> {
    let path = env.var("NETRC").map(PathBuf::from).or_else(|| {
        let names = if cfg!(windows) {
            ["_netrc", ".netrc"]
        } else {
            [".netrc", "_netrc"]
        };
        let home = env.home()?;
        names
            .iter()
            .map(|name| home.join(name))
            .find(|path| env.exists(path))
    });
    // pip and uv ignore a netrc that they cannot read.
    let own = |path: &PathBuf| env.var("NETRC").is_some() || env.owner_of(path) == SettingsOwner::User;
    let Some(text) = path.filter(own).and_then(|path| env.read(&path).ok().flatten()) else {
        return Vec::new();
    };
    parse_netrc(&text)
}

fn parse_netrc(text: &str) -> Vec<(String, String, String)> {
    let mut machines: Vec<(String, String, String)> = Vec::new();
    let mut open = false;
    let mut macro_body = false;
    for line in text.lines() {
        // A macro ends at an empty line.
        if macro_body {
            macro_body = !line.trim().is_empty();
            continue;
        }
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            match word {
                word if word.starts_with('#') => break,
                "machine" => {
                    open = true;
                    machines.push((
                        words.next().unwrap_or_default().to_owned(),
                        String::new(),
                        String::new(),
                    ));
                }
                "default" => open = false,
                "macdef" => {
                    macro_body = true;
                    break;
                }
                "login" | "user" | "password" | "account" => {
                    let value = words.next().unwrap_or_default().trim_matches('"').to_owned();
                    match machines.last_mut().filter(|_| open) {
                        Some(machine) if word == "password" => machine.2 = value,
                        Some(machine) if word != "account" => machine.1 = value,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }
    machines.retain(|(host, _, password)| !host.is_empty() && !password.is_empty());
    machines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pip_conf_is_read_as_python_does() {
        let text = "# c\n[global]\nindex_url : https://a/simple\nextra-index-url =\n  https://b/simple\n  ; no\n  https://c/simple\n[install]\nindex-url = https://d/simple\n[list]\nindex-url = https://e\n";
        let mut config = PipConfig::default();
        config
            .add(Path::new("pip.conf"), SettingsOwner::User, text)
            .unwrap();
        let index = config.index_url.unwrap();
        assert_eq!(
            (index.value.as_str(), index.from.as_str()),
            ("https://d/simple", "pip.conf:9")
        );
        assert_eq!(
            config.extra_index_url.unwrap().value,
            "\nhttps://b/simple\nhttps://c/simple"
        );
    }

    #[test]
    fn a_broken_pip_conf_says_where() {
        for (text, says) in [
            (
                "index-url = x",
                "pip.conf:1: expected a section such as `[global]` first",
            ),
            ("[global]\nhttps//secret", "pip.conf:2: expected `key = value`"),
            ("[global", "pip.conf:1: expected `]` at the end of the section"),
        ] {
            assert_eq!(
                parse(Path::new("pip.conf"), text).err().unwrap().to_string(),
                says
            );
        }
    }

    #[test]
    fn netrc_words_may_stand_on_one_line_or_several() {
        let text = "machine a.example login me password p1\nmacdef init\nmachine no login x password y\n\n# c\nmachine b.example\n  login you\n  password \"p2\"\ndefault login anyone password p3\n";
        let found = parse_netrc(text);
        let own = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(
            found,
            [own("a.example", "me", "p1"), own("b.example", "you", "p2")]
        );
    }
}
