//! Which registry answers for which package, resolved from flags, variables and files in the order of pip, uv and
//! npm.

use super::credentials::Credentials;
use super::environment::{Environment, SettingsOwner};
use super::error::RegistrySettingsError;
use super::npmrc::NpmConfig;
use super::pip::{self, PipConfig, PipSetting};
use crate::package::Package;
use reqwest::Url;
use std::collections::BTreeMap;
use std::path::PathBuf;

const PYPI: &str = "https://pypi.org/simple/";
const NPM: &str = "https://registry.npmjs.org/";

/// A certificate file, and whether it is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CertificateBundle {
    /// The variable or setting that names it.
    pub from: String,
    /// The file.
    pub path: PathBuf,
    /// Whether the file must exist: pip and npm stop without it, Node and OpenSSL ignore it.
    pub required: bool,
}

/// Where and how Python packages are looked up.
#[derive(Debug)]
pub(crate) struct PyPiSettings {
    /// In the order of look-ups. The first one that has a package is used (`first-index` of uv), so that a public
    /// package cannot replace a private one with the same name.
    pub indexes: Vec<Url>,
    pub credentials: Credentials,
    pub bundles: Vec<CertificateBundle>,
}

/// Where and how npm packages are looked up.
#[derive(Debug)]
pub(crate) struct NpmSettings {
    pub registry: Url,
    /// Registries of scopes, by `@scope`.
    pub scopes: BTreeMap<String, Url>,
    pub credentials: Credentials,
    pub bundles: Vec<CertificateBundle>,
}

/// What replaces the registries of pip, uv and npm.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RegistryOverride<'a> {
    /// `--pypi-index` or `--npm-registry`.
    pub flag: Option<&'a str>,
    /// `pypi-index` or `npm-registry` of chub-lint.toml, which is part of the project. The flag has precedence.
    pub config: Option<&'a str>,
}

impl RegistryOverride<'_> {
    fn setting(&self, flag: &str, key: &str) -> Option<PipSetting> {
        let setting = |value: &str, from: String, owner| PipSetting {
            value: value.trim().to_owned(),
            from,
            owner,
        };
        match (self.flag, self.config) {
            (Some(value), _) => Some(setting(value, flag.to_owned(), SettingsOwner::User)),
            (None, Some(value)) => {
                let from = format!("`{key}` of chub-lint.toml");
                Some(setting(value, from, SettingsOwner::Project))
            }
            (None, None) => None,
        }
    }
}

fn default(value: &str) -> PipSetting {
    PipSetting {
        value: value.to_owned(),
        from: "the default".to_owned(),
        owner: SettingsOwner::User,
    }
}

impl PyPiSettings {
    /// `instead` replaces every index that the environment names. `project` says whether settings files of the project
    /// are read.
    pub(crate) fn read(
        env: &Environment,
        instead: RegistryOverride<'_>,
        project: bool,
    ) -> Result<Self, RegistrySettingsError> {
        let conf = PipConfig::read(env, project)?;
        let mut credentials = Credentials::default();
        let mut indexes: Vec<Url> = Vec::new();
        for PipSetting { value, from, owner } in
            index_settings(env, instead, conf.index_url, conf.extra_index_url)
        {
            for word in value.split_whitespace() {
                // Only the user may set the credentials of a named index.
                let (name, address) = match owner {
                    SettingsOwner::User => uv_name(word),
                    SettingsOwner::Project => (None, word),
                };
                let url = registry(address, &from, owner, &mut credentials)?;
                if let Some(name) = name {
                    uv_credentials(env, name, &url, &mut credentials);
                }
                if !indexes.contains(&url) {
                    indexes.push(url);
                }
            }
        }
        if indexes.is_empty() {
            indexes.push(registry(
                PYPI,
                "the default",
                SettingsOwner::User,
                &mut credentials,
            )?);
        }
        for (host, user, password) in pip::netrc(env) {
            credentials.add_host(&host, &user, &password);
        }
        let mut bundles = openssl_bundles(env);
        bundles.extend(
            ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
                .iter()
                .filter_map(|name| bundle(env, name, false)),
        );
        bundles.extend(bundle(env, "PIP_CERT", true));
        bundles.extend(conf.cert.map(|setting| CertificateBundle {
            from: setting.from,
            path: at_home(env, &setting.value),
            required: true,
        }));
        Ok(Self {
            indexes,
            credentials,
            bundles,
        })
    }
}

/// The settings that name indexes, in the order of look-ups.
fn index_settings(
    env: &Environment,
    instead: RegistryOverride<'_>,
    index_url: Option<PipSetting>,
    extra_index_url: Option<PipSetting>,
) -> Vec<PipSetting> {
    if let Some(setting) = instead.setting("--pypi-index", "pypi-index") {
        return vec![setting];
    }
    let variable = |name: &str| {
        env.var(name).map(|value| PipSetting {
            value: value.to_owned(),
            from: format!("the variable {name}"),
            owner: SettingsOwner::User,
        })
    };
    let default = ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"]
        .into_iter()
        .find_map(variable)
        .or(index_url)
        .unwrap_or_else(|| default(PYPI));
    // uv queries its extra indexes before the default one.
    let extra = ["UV_INDEX", "UV_EXTRA_INDEX_URL"];
    let mut found: Vec<_> = extra.into_iter().filter_map(variable).collect();
    found.push(default);
    found.extend(variable("PIP_EXTRA_INDEX_URL").or(extra_index_url));
    found
}

impl NpmSettings {
    /// `instead` replaces the default registry and those of scopes. `project` says whether the `.npmrc` of the project
    /// is read.
    pub(crate) fn read(
        env: &Environment,
        instead: RegistryOverride<'_>,
        project: bool,
    ) -> Result<Self, RegistrySettingsError> {
        let conf = NpmConfig::read(env, project)?;
        let mut credentials = Credentials::default();
        let mut base =
            |setting: &PipSetting| registry(&setting.value, &setting.from, setting.owner, &mut credentials);
        let mut scopes = BTreeMap::new();
        let instead = instead.setting("--npm-registry", "npm-registry");
        let registry = match (&instead, conf.get("registry")) {
            (Some(setting), _) | (None, Some(setting)) => base(setting)?,
            (None, None) => base(&default(NPM))?,
        };
        if instead.is_none() {
            for (scope, setting) in conf.scopes() {
                scopes.insert(scope.to_owned(), base(setting)?);
            }
        }
        for url in conf
            .named()
            .iter()
            .filter_map(|value| Url::parse(value.trim()).ok())
        {
            credentials.add_registry(&url);
        }
        for (nerf, scheme, secret) in conf.secrets() {
            credentials.add_npm(nerf, scheme, &secret);
        }
        let mut bundles = openssl_bundles(env);
        bundles.extend(bundle(env, "NODE_EXTRA_CA_CERTS", false));
        bundles.extend(conf.get("cafile").map(|setting| CertificateBundle {
            from: setting.from.clone(),
            path: match setting.from.starts_with("the variable") {
                true => PathBuf::from(&setting.value),
                false => at_home(env, &setting.value),
            },
            required: true,
        }));
        Ok(Self {
            registry,
            scopes,
            credentials,
            bundles,
        })
    }

    /// The registry of a package.
    pub(crate) fn registry_of(&self, package: &Package) -> &Url {
        package
            .scope()
            .and_then(|scope| self.scopes.get(scope))
            .unwrap_or(&self.registry)
    }
}

/// The address of a registry. An address of the user may hold a password, which is stored for it. An address of the
/// project may not, and its path must be unambiguous, because credentials are matched by path.
fn registry(
    text: &str,
    from: &str,
    owner: SettingsOwner,
    credentials: &mut Credentials,
) -> Result<Url, RegistrySettingsError> {
    let mut url = base_url(text, from)?;
    if owner == SettingsOwner::User {
        credentials.take_from_url(&mut url);
        credentials.add_registry(&url);
        return Ok(url);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(RegistrySettingsError::Credential {
            from: from.to_owned(),
        });
    }
    match ambiguous_part(&url) {
        Some(part) => Err(RegistrySettingsError::Url {
            from: from.to_owned(),
            why: format!("its path has `{part}`"),
        }),
        None => Ok(url),
    }
}

/// A part of the path of an address that a server may interpret as a path outside of the folder.
pub(super) fn ambiguous_part(url: &Url) -> Option<&'static str> {
    let path = url.path().to_ascii_lowercase();
    let parts = ["..", "%2e", "%2f", "%5c", "%25"];
    parts.into_iter().find(|part| path.contains(part))
}

/// The settings for requests to hubs at an address: the netrc of the user, and the certificates that pip and Node are
/// configured to trust.
pub(super) fn hub_access(env: &Environment) -> (Credentials, Vec<CertificateBundle>) {
    let mut credentials = Credentials::default();
    for (host, user, password) in pip::netrc(env) {
        credentials.add_host(&host, &user, &password);
    }
    let mut bundles = openssl_bundles(env);
    let variables = [
        ("REQUESTS_CA_BUNDLE", false),
        ("CURL_CA_BUNDLE", false),
        ("PIP_CERT", true),
        ("NODE_EXTRA_CA_CERTS", false),
    ];
    bundles.extend(
        variables
            .into_iter()
            .filter_map(|(name, required)| bundle(env, name, required)),
    );
    (credentials, bundles)
}

/// The path of a file that a settings file of the user names. It is not relative to the working folder, whose content
/// is untrusted.
fn at_home(env: &Environment, path: &str) -> PathBuf {
    env.home()
        .map_or_else(|| PathBuf::from(path), |home| home.join(path))
}

/// Parse an address: http or https, with a host, without query or fragment. The result ends in `/`.
fn base_url(text: &str, from: &str) -> Result<Url, RegistrySettingsError> {
    let bad = |why: &str| RegistrySettingsError::Url {
        from: from.to_owned(),
        why: why.to_owned(),
    };
    let mut url = Url::parse(text.trim()).map_err(|error| bad(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("it is neither http nor https"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(bad("it has no host"));
    }
    url.set_query(None);
    url.set_fragment(None);
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// uv writes an index as `URL` or `NAME=URL`.
fn uv_name(word: &str) -> (Option<&str>, &str) {
    match word.split_once('=') {
        Some((name, url))
            if name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)) =>
        {
            (Some(name), url)
        }
        _ => (None, word),
    }
}

/// uv reads the credentials of a named index from `UV_INDEX_<NAME>_USERNAME` and `_PASSWORD`.
fn uv_credentials(env: &Environment, name: &str, url: &Url, credentials: &mut Credentials) {
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    let user = env.var(&format!("UV_INDEX_{name}_USERNAME"));
    let password = env.var(&format!("UV_INDEX_{name}_PASSWORD"));
    if user.is_some() || password.is_some() {
        credentials.add_basic(url, user.unwrap_or_default(), password.unwrap_or_default());
    }
}

fn bundle(env: &Environment, name: &str, required: bool) -> Option<CertificateBundle> {
    env.var(name).map(|path| CertificateBundle {
        from: format!("the variable {name}"),
        path: PathBuf::from(path),
        required,
    })
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR`. On Linux and similar systems the verifier of the platform reads the variables of
/// the process itself, and uses their certificates instead of those of the system.
fn openssl_bundles(env: &Environment) -> Vec<CertificateBundle> {
    if env.is_process() && cfg!(all(unix, not(target_vendor = "apple"))) {
        return Vec::new();
    }
    let mut bundles: Vec<CertificateBundle> = bundle(env, "SSL_CERT_FILE", false).into_iter().collect();
    for folder in env
        .var("SSL_CERT_DIR")
        .into_iter()
        .flat_map(|folders| folders.split(':'))
    {
        bundles.extend(
            env.files_in(folder.as_ref())
                .into_iter()
                .map(|path| CertificateBundle {
                    from: "the variable SSL_CERT_DIR".to_owned(),
                    path,
                    required: false,
                }),
        );
    }
    bundles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(variables: &[(&str, &str)]) -> Environment {
        Environment::new(variables.iter().copied(), None, PathBuf::from("/nowhere"))
    }

    fn pypi(variables: &[(&str, &str)], flag: Option<&str>) -> Result<Vec<String>, RegistrySettingsError> {
        let instead = RegistryOverride { flag, config: None };
        PyPiSettings::read(&env(variables), instead, true)
            .map(|s| s.indexes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn indexes_in_the_order_of_uv_and_pip() {
        assert_eq!(pypi(&[], None).unwrap(), ["https://pypi.org/simple/"]);
        let variables = [
            ("PIP_INDEX_URL", "https://pip/simple"),
            ("UV_DEFAULT_INDEX", "main=https://u:p@uv/simple"),
            ("UV_INDEX", "a=https://a/ https://b/"),
            ("PIP_EXTRA_INDEX_URL", "https://c/ https://a/"),
        ];
        let found = pypi(&variables, None).unwrap();
        assert_eq!(
            found,
            ["https://a/", "https://b/", "https://uv/simple/", "https://c/"]
        );
        assert_eq!(
            pypi(&variables, Some("http://x/simple")).unwrap(),
            ["http://x/simple/"]
        );
    }

    #[test]
    fn a_bad_address_is_refused_without_repeating_it() {
        for bad in [
            "ftp://u:hunter2@h/",
            "u:hunter2@h",
            "https://u:hunter2@",
            "hunter2",
            "https://u:hunter2@[/",
        ] {
            let error = pypi(&[("PIP_INDEX_URL", bad)], None).unwrap_err().to_string();
            assert!(
                error.starts_with("the variable PIP_INDEX_URL is not a registry address"),
                "{error}"
            );
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_scope_may_have_its_own_registry() {
        let env = env(&[
            ("NPM_CONFIG_REGISTRY", "https://main"),
            ("npm_config_@team:registry", "https://team/npm"),
        ]);
        let of = |flag, name| {
            let settings = NpmSettings::read(&env, RegistryOverride { flag, config: None }, true).unwrap();
            settings.registry_of(&Package::parse(name).unwrap()).to_string()
        };
        assert_eq!(of(None, "npm:x"), "https://main/");
        assert_eq!(of(None, "npm:@team/x"), "https://team/npm/");
        assert_eq!(of(None, "npm:@other/x"), "https://main/");
        assert_eq!(of(Some("http://flag"), "npm:@team/x"), "http://flag/");
    }
}
