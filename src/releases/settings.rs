//! Which registry answers for which package, resolved from flags, variables and files in the order of pip, uv and
//! npm.

use super::credentials::Credentials;
use super::environment::Environment;
use super::error::SettingsError;
use super::npmrc::NpmConfig;
use super::pip::{self, PipConfig};
use crate::package::Package;
use reqwest::Url;
use std::collections::BTreeMap;
use std::path::PathBuf;

const PYPI: &str = "https://pypi.org/simple/";
const NPM: &str = "https://registry.npmjs.org/";

/// A file of certificates and how seriously the tool it is for takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bundle {
    /// The variable or setting that names it.
    pub from: String,
    /// The file.
    pub path: PathBuf,
    /// pip and npm stop without it; Node and OpenSSL go on.
    pub required: bool,
}

/// Where and how Python packages are looked up.
#[derive(Debug)]
pub(crate) struct PyPiSettings {
    /// In the order they are asked; the first that has a package answers for it (uv's `first-index`, which is also
    /// what keeps a public namesake from standing in for a private package).
    pub indexes: Vec<Url>,
    pub credentials: Credentials,
    pub bundles: Vec<Bundle>,
}

/// Where and how npm packages are looked up.
#[derive(Debug)]
pub(crate) struct NpmSettings {
    pub registry: Url,
    /// Registries of scopes, by `@scope`.
    pub scopes: BTreeMap<String, Url>,
    pub credentials: Credentials,
    pub bundles: Vec<Bundle>,
}

impl PyPiSettings {
    /// `flag` is `--pypi-index`; it replaces every index that the environment names.
    pub(crate) fn read(env: &Environment, flag: Option<&str>) -> Result<Self, SettingsError> {
        let conf = PipConfig::read(env)?;
        let mut found: Vec<(String, String)> = Vec::new();
        let variable = |name: &str| {
            env.var(name)
                .map(|value| (value.to_owned(), format!("the variable {name}")))
        };
        if let Some(flag) = flag {
            found.push((flag.to_owned(), "--pypi-index".to_owned()));
        } else {
            // uv asks its own extra indexes before the default one.
            found.extend(
                ["UV_INDEX", "UV_EXTRA_INDEX_URL"]
                    .into_iter()
                    .filter_map(variable),
            );
            let default = ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"]
                .into_iter()
                .find_map(variable)
                .or_else(|| conf.index_url.map(|setting| (setting.value, setting.from)))
                .unwrap_or_else(|| (PYPI.to_owned(), "the default".to_owned()));
            found.push(default);
            let extra = variable("PIP_EXTRA_INDEX_URL");
            found.extend(extra.or_else(|| conf.extra_index_url.map(|setting| (setting.value, setting.from))));
        }
        let mut credentials = Credentials::default();
        let mut indexes: Vec<Url> = Vec::new();
        for (value, from) in found {
            for word in value.split_whitespace() {
                let (name, address) = uv_name(word);
                let mut url = base_url(address, &from)?;
                credentials.take_from(&mut url);
                if let Some(name) = name {
                    uv_credentials(env, name, &url, &mut credentials);
                }
                if !indexes.contains(&url) {
                    indexes.push(url);
                }
            }
        }
        if indexes.is_empty() {
            indexes.push(base_url(PYPI, "the default")?);
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
        bundles.extend(conf.cert.map(|setting| Bundle {
            from: setting.from,
            path: PathBuf::from(setting.value),
            required: true,
        }));
        Ok(Self {
            indexes,
            credentials,
            bundles,
        })
    }
}

impl NpmSettings {
    /// `flag` is `--npm-registry`; it replaces the default registry and those of scopes. `project` says whether the
    /// project's `.npmrc` counts.
    pub(crate) fn read(env: &Environment, flag: Option<&str>, project: bool) -> Result<Self, SettingsError> {
        let conf = NpmConfig::read(env, project)?;
        let mut credentials = Credentials::default();
        let mut base = |value: &str, from: &str| {
            let mut url = base_url(value, from)?;
            credentials.take_from(&mut url);
            Ok::<_, SettingsError>(url)
        };
        let mut scopes = BTreeMap::new();
        let registry = match (flag, conf.get("registry")) {
            (Some(flag), _) => base(flag, "--npm-registry")?,
            (None, Some(setting)) => base(&setting.value, &setting.from)?,
            (None, None) => base(NPM, "the default")?,
        };
        if flag.is_none() {
            for (scope, setting) in conf.scopes() {
                scopes.insert(scope.to_owned(), base(&setting.value, &setting.from)?);
            }
        }
        for (nerf, scheme, secret) in conf.secrets() {
            credentials.add_npm(nerf, scheme, &secret);
        }
        let mut bundles = openssl_bundles(env);
        bundles.extend(bundle(env, "NODE_EXTRA_CA_CERTS", false));
        bundles.extend(conf.get("cafile").map(|setting| Bundle {
            from: setting.from.clone(),
            path: PathBuf::from(&setting.value),
            required: true,
        }));
        Ok(Self {
            registry,
            scopes,
            credentials,
            bundles,
        })
    }

    /// The registry that answers for a package.
    pub(crate) fn registry_of(&self, package: &Package) -> &Url {
        package
            .scope()
            .and_then(|scope| self.scopes.get(scope))
            .unwrap_or(&self.registry)
    }
}

/// An address that ends in `/`, http or https, with a host and without query or fragment.
fn base_url(text: &str, from: &str) -> Result<Url, SettingsError> {
    let bad = |why: &str| SettingsError::Url {
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

fn bundle(env: &Environment, name: &str, required: bool) -> Option<Bundle> {
    env.var(name).map(|path| Bundle {
        from: format!("the variable {name}"),
        path: PathBuf::from(path),
        required,
    })
}

/// `SSL_CERT_FILE` and `SSL_CERT_DIR`. On Linux and its like the platform's verifier reads those of the process
/// itself, and lets them replace the system's.
fn openssl_bundles(env: &Environment) -> Vec<Bundle> {
    if env.is_process() && cfg!(all(unix, not(target_vendor = "apple"))) {
        return Vec::new();
    }
    let mut bundles: Vec<Bundle> = bundle(env, "SSL_CERT_FILE", false).into_iter().collect();
    for folder in env
        .var("SSL_CERT_DIR")
        .into_iter()
        .flat_map(|folders| folders.split(':'))
    {
        bundles.extend(env.files_in(folder.as_ref()).into_iter().map(|path| Bundle {
            from: "the variable SSL_CERT_DIR".to_owned(),
            path,
            required: false,
        }));
    }
    bundles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(variables: &[(&str, &str)]) -> Environment {
        Environment::new(variables.iter().copied(), None, PathBuf::from("/nowhere"))
    }

    fn pypi(variables: &[(&str, &str)], flag: Option<&str>) -> Result<Vec<String>, String> {
        PyPiSettings::read(&env(variables), flag)
            .map(|s| s.indexes.iter().map(ToString::to_string).collect())
            .map_err(|e| e.to_string())
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
            let error = pypi(&[("PIP_INDEX_URL", bad)], None).unwrap_err();
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
            let settings = NpmSettings::read(&env, flag, true).unwrap();
            settings.registry_of(&Package::parse(name).unwrap()).to_string()
        };
        assert_eq!(of(None, "npm:x"), "https://main/");
        assert_eq!(of(None, "npm:@team/x"), "https://team/npm/");
        assert_eq!(of(None, "npm:@other/x"), "https://main/");
        assert_eq!(of(Some("http://flag"), "npm:@team/x"), "http://flag/");
    }
}
