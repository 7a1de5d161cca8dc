//! npm's settings: `.npmrc` of project, user and machine, and `npm_config_*` variables (see "npmrc" and "config" in
//! npm's documentation).

use super::environment::{Environment, SettingsOwner};
use super::error::RegistrySettingsError;
use super::pip::PipSetting;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// npm's settings.
#[derive(Default)]
pub(crate) struct NpmConfig {
    /// The value of each key from the source with the highest precedence.
    settings: BTreeMap<String, PipSetting>,
    /// Every registry that the user names, even when the project names another.
    named: Vec<String>,
}

impl NpmConfig {
    /// Read variables, then the project's, the user's and the machine's `.npmrc`; the first source that sets a key is
    /// used. `project` says whether the file of the project is read. It is part of the tree that is checked, so it may
    /// only name registries, and variables in it are not expanded: that would send their values to a host that the
    /// author chooses.
    pub(crate) fn read(env: &Environment, project: bool) -> Result<Self, RegistrySettingsError> {
        let mut config = Self::default();
        for (name, value) in env.vars() {
            let prefix = name
                .get(..11)
                .is_some_and(|p| p.eq_ignore_ascii_case("npm_config_"));
            if let Some(key) = name
                .get(11..)
                .filter(|key| prefix && !key.is_empty() && !value.is_empty())
            {
                config.insert(
                    env_key(key),
                    value.to_owned(),
                    format!("the variable {}", plain(name)),
                    SettingsOwner::User,
                );
            }
        }
        for (path, owner) in config.files(env) {
            if owner == SettingsOwner::Project && !project {
                continue;
            }
            for (line, key, value) in parse(&env.read_owned(&path, owner)?.unwrap_or_default()) {
                let from = format!("{}:{line}", path.display());
                if owner == SettingsOwner::Project {
                    if names_registry(&key) && !key.contains("${") && !value.contains("${") {
                        config.insert(key, value, from, owner);
                    }
                } else if let Some(key) = expand(env, &key)
                    && let Some(value) = expand(env, &value)
                {
                    config.insert(key, value, from, owner);
                }
            }
        }
        Ok(config)
    }

    fn insert(&mut self, key: String, value: String, from: String, owner: SettingsOwner) {
        if owner == SettingsOwner::User && names_registry(&key) {
            self.named.push(value.clone());
        }
        self.settings
            .entry(key)
            .or_insert(PipSetting { value, from, owner });
    }

    /// Every registry that the user's variables and files name.
    pub(crate) fn named(&self) -> &[String] {
        &self.named
    }

    /// A value by its key.
    pub(crate) fn get(&self, key: &str) -> Option<&PipSetting> {
        self.settings.get(key)
    }

    /// The scopes with a separate registry: `@scope:registry=URL`.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = (&str, &PipSetting)> {
        self.settings.iter().filter_map(|(key, setting)| {
            let scope = key
                .strip_suffix(":registry")
                .filter(|scope| scope.starts_with('@'))?;
            Some((scope, setting))
        })
    }

    /// The addresses with credentials: the part between `//` and `:`, then the scheme and the value of the credential.
    pub(crate) fn secrets(&self) -> Vec<(&str, &'static str, String)> {
        use base64::Engine;
        let engine = base64::engine::general_purpose::STANDARD;
        let keys = self.settings.iter().filter_map(|(key, setting)| {
            let (nerf, kind) = key.strip_prefix("//")?.rsplit_once(':')?;
            let value = setting.value.clone();
            Some(match kind {
                "_authToken" => (nerf, "Bearer", value),
                "_auth" => (nerf, "Basic", value),
                "username" => {
                    let password = &self.settings.get(&format!("//{nerf}:_password"))?.value;
                    // npm keeps the password in base64.
                    let password = String::from_utf8(engine.decode(password).ok()?).ok()?;
                    (nerf, "Basic", engine.encode(format!("{value}:{password}")))
                }
                _ => return None,
            })
        });
        // npm prefers a token to a password for the same address.
        let mut secrets: Vec<_> = keys.collect();
        secrets.sort_by_key(|(_, scheme, _)| *scheme != "Bearer");
        secrets
    }

    /// The files and their owners, by precedence. Variables may set the paths of the files of the user and the machine.
    /// A file that a variable names belongs to the user; a file in a folder that a variable names may be part of the
    /// project.
    fn files(&self, env: &Environment) -> Vec<(PathBuf, SettingsOwner)> {
        let named = |key: &str| self.get(key).map(|setting| PathBuf::from(&setting.value));
        let found = |path: PathBuf| (path.clone(), env.owner_of(&path));
        let user = named("userconfig")
            .map(|path| (path, SettingsOwner::User))
            .or_else(|| env.home().map(|home| found(home.join(".npmrc"))));
        let is_user = |path: &PathBuf| user.as_ref().is_some_and(|(user, _)| user == path);
        let mut files: Vec<_> = project_file(env)
            .filter(|path| !is_user(path))
            .map(|path| (path, SettingsOwner::Project))
            .into_iter()
            .collect();
        files.extend(user);
        if let Some(global) = named("globalconfig") {
            files.push((global, SettingsOwner::User));
        } else if let Some(prefix) = named("prefix").or_else(|| env.var("PREFIX").map(PathBuf::from)) {
            files.push(found(prefix.join("etc/npmrc")));
        } else if env.is_process() && cfg!(unix) {
            files.extend(
                ["/usr/local/etc/npmrc", "/usr/etc/npmrc"]
                    .map(|path| (PathBuf::from(path), SettingsOwner::User)),
            );
        }
        files
    }
}

/// `registry` or `@scope:registry`.
fn names_registry(key: &str) -> bool {
    key == "registry" || key.starts_with('@') && key.ends_with(":registry")
}

/// The `.npmrc` in npm's project folder: the nearest folder with a `package.json` or `node_modules`, else the working
/// folder.
fn project_file(env: &Environment) -> Option<PathBuf> {
    let project = env
        .cwd()
        .ancestors()
        .find(|folder| env.exists(&folder.join("package.json")) || env.exists(&folder.join("node_modules")))
        .unwrap_or(env.cwd());
    Some(project.join(".npmrc"))
}

/// npm: variables are lower case with `_` for `-`, except a leading one. `//host/:key` and `@scope:registry` are kept.
fn env_key(key: &str) -> String {
    if key.starts_with("//") || key.starts_with('@') {
        return key.to_owned();
    }
    let key = key.to_ascii_lowercase();
    let (head, tail) = key.split_at(usize::from(key.starts_with('_')));
    format!("{head}{}", tail.replace('_', "-"))
}

/// The name of a variable without any part that could be a secret or break a line.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}

/// The lines of an ini file as npm's parser reads them. Like that parser, it ignores invalid lines.
fn parse(text: &str) -> Vec<(usize, String, String)> {
    let mut found = Vec::new();
    let mut top = true;
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with('[') {
            // npm ignores keys below a section header.
            top = false;
        } else if top && let Some((key, value)) = line.split_once('=') {
            found.push((number, unquote(key).to_owned(), unquote(value).to_owned()));
        }
    }
    // The last line with a key is used.
    found.reverse();
    found
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|t| t.strip_suffix(quote)) {
            return inner;
        }
    }
    // Unquoted, `;` and `#` begin a comment.
    text.split([';', '#']).next().unwrap_or(text).trim_end()
}

/// Replace `${NAME}`; `${NAME?}` may be unset. `None` when another variable is unset: the setting is then ignored.
fn expand(env: &Environment, text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, after) = rest.split_at(at);
        let Some(end) = after.find('}') else { break };
        out.push_str(before);
        let name = after.get(2..end)?;
        match name.strip_suffix('?') {
            Some(name) => out.push_str(env.var(name).unwrap_or_default()),
            None => out.push_str(env.var(name)?),
        }
        rest = after.get(end + 1..)?;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env() -> Environment {
        Environment::new(
            [("TOKEN", "t0"), ("npm_config_Strict_SSL", "x")],
            None,
            PathBuf::new(),
        )
    }

    #[test]
    fn lines_quotes_and_variables() {
        let text = "; c\nregistry = \"https://a/\"\n@s:registry=https://b/\n//b/:_authToken=${TOKEN}\n[x]\nregistry=https://no/\n";
        let lines = parse(text);
        assert_eq!(lines[2], (2, "registry".into(), "https://a/".into()));
        assert_eq!(lines[0], (4, "//b/:_authToken".into(), "${TOKEN}".into()));
        assert_eq!(lines.len(), 3);
        assert_eq!(expand(&env(), "a${TOKEN}b${NO?}").unwrap(), "at0b");
        assert_eq!(expand(&env(), "${NO}"), None);
        assert_eq!(expand(&env(), "${é").unwrap(), "${é");
    }

    #[test]
    fn variables_are_keys() {
        assert_eq!(env_key("REGISTRY"), "registry");
        assert_eq!(env_key("Always_Auth"), "always-auth");
        assert_eq!(env_key("//host/:_authToken"), "//host/:_authToken");
        assert!(
            NpmConfig::read(&env(), false)
                .unwrap()
                .get("strict-ssl")
                .is_some()
        );
    }

    #[test]
    fn a_token_comes_before_a_password() {
        let mut config = NpmConfig::default();
        for (key, value) in [
            ("//h/:username", "me"),
            ("//h/:_password", "cHc="),
            ("//h/:_authToken", "t"),
        ] {
            config.insert(key.into(), value.into(), String::new(), SettingsOwner::User);
        }
        let secrets = config.secrets();
        assert_eq!(secrets[0], ("h/", "Bearer", "t".to_owned()));
        assert_eq!(secrets[1], ("h/", "Basic", "bWU6cHc=".to_owned()));
    }
}
