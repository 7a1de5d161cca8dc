//! The files of a hub at an address: its registry, and pages when they are needed. Replies are checked and kept in the
//! cache. What a registry names never becomes a path on this machine.

use super::cache::{self, Cache};
use super::client::{GetRequest, Http, HttpReply, MAX_DOCUMENT_BYTES, SharedLimits};
use super::credentials::Credentials;
use super::environment::Environment;
use super::error::RegistrySettingsError;
use super::hub_address::{self, is_plain, parse_hub_address};
use super::hub_error::HubFileError;
use super::hub_manifest::{self, HubManifest};
use super::hub_store::{self, INDEX, StoredFile, StoredHeader, StoredManifest, Validators};
use super::look_up::Age;
use super::outages::Outages;
use super::tls::{self, Proxies};
use super::{ClientOptions, UnknownReason, settings};
use crate::package::patterns::PackagePatterns;
use futures_util::StreamExt;
use futures_util::stream;
use reqwest::Url;
use rustls::pki_types::CertificateDer;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a registry counts as new, in seconds: six hours, as in the hub's own client.
pub const MAX_AGE: u64 = 6 * 3600;
/// How long a server that gave no answer is not asked again by this process, in seconds.
const RETRY_AFTER_SECONDS: u64 = 300;
/// The time limit for the requests of one call.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// The most bytes of a page: those that a document may have.
const MAX_PAGE_BYTES: usize = 16 << 20;
/// The most pages of one call.
const MAX_PAGES: usize = 500;
/// How many pages are asked for at a time.
const MAX_CONCURRENT_PAGES: usize = 8;
/// The age of a registry that is not read again when a page does not fit, in seconds.
const MIN_REFRESH_SECONDS: u64 = 10;

/// Where hubs at an address are read from, besides the server.
#[derive(Clone, Debug, Default)]
pub struct HubFilesOptions {
    /// The variables, home and working folder.
    pub environment: Environment,
    /// Use only the cache.
    pub offline: bool,
}

/// When a server is asked for a registry that is in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// When it is older than six hours.
    WhenOld,
    /// Always.
    Now,
}

/// A registry, as it was read.
#[derive(Clone, Debug)]
pub struct HubRegistry {
    /// Its text: valid JSON.
    pub text: String,
    /// How many entries it has.
    pub entries: usize,
    /// When the server was last asked, as words: `3 h`.
    pub age: String,
    /// Whether it is another one than before.
    pub is_new: bool,
    /// Why the old one from the cache is used.
    pub fallback: Option<HubFileError>,
}

/// A page, as it was read.
#[derive(Clone, Debug)]
pub struct HubPage {
    /// Its text. What is not UTF-8 is replaced.
    pub text: String,
    /// How long ago the server sent it, as words.
    pub age: String,
    /// Whether its hash is that of the manifest.
    pub is_verified: bool,
    /// Why the one from the cache is used, although the registry has changed.
    pub fallback: Option<HubFileError>,
}

/// A hub at an address.
pub struct HubFiles {
    name: String,
    address: Url,
    offline: bool,
    cache: Cache,
    credentials: Credentials,
    certificates: Vec<CertificateDer<'static>>,
    proxies: Proxies,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    index: Option<Arc<Index>>,
    /// When the last request failed, and why.
    failed: Option<(u64, HubFileError)>,
}

/// What pages are checked against.
struct Index {
    asked: u64,
    changed: u64,
    manifest: Option<HubManifest>,
}

impl std::fmt::Debug for HubFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HubFiles")
            .field("name", &self.name)
            .field("address", &self.address.as_str())
            .finish_non_exhaustive()
    }
}

impl HubFiles {
    /// Read the settings. No request is made.
    ///
    /// # Errors
    /// When the address, a setting or a file of certificates cannot be used.
    pub fn new(name: &str, address: &str, options: &HubFilesOptions) -> Result<Self, RegistrySettingsError> {
        let env = &options.environment;
        let address = parse_hub_address(address).map_err(|why| RegistrySettingsError::Hub {
            name: name.to_owned(),
            why,
        })?;
        let (credentials, bundles) = settings::hub_access(env);
        let certificates = match options.offline {
            true => Vec::new(),
            false => tls::certificates(env, &bundles)?,
        };
        Ok(Self {
            name: name.to_owned(),
            address,
            offline: options.offline,
            cache: Cache::open(None, env)?,
            credentials,
            certificates,
            proxies: Proxies::read(env)?,
            state: Mutex::default(),
        })
    }

    /// The address, without credentials.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When the server was last asked for the registry that is in the cache, by this process or another.
    #[must_use]
    pub fn asked(&self) -> Option<u64> {
        hub_store::load_header(&self.cache, self.address(), INDEX).map(|header| header.asked)
    }

    /// Whether [`HubFiles::registry`] would ask the server.
    #[must_use]
    pub fn is_due(&self) -> bool {
        let now = cache::now();
        // Without a cache, the time that this process remembers.
        let known = self.state().index.as_ref().map(|index| index.asked);
        let asked = self.asked().max(known);
        let is_new = asked.is_some_and(|asked| now.saturating_sub(asked) < MAX_AGE);
        !self.offline && !is_new && self.paused(now).is_none()
    }

    /// Why the server is not asked again yet.
    fn paused(&self, now: u64) -> Option<HubFileError> {
        let failed = self.state().failed.clone()?;
        (now.saturating_sub(failed.0) < RETRY_AFTER_SECONDS).then_some(failed.1)
    }

    /// The registry: from the cache when it is new enough, else from the server. When that gives no answer that can be
    /// used, the one of the cache stays in use, whatever its age.
    ///
    /// # Errors
    /// When neither has one.
    pub fn registry(&self, refresh: Refresh) -> Result<HubRegistry, HubFileError> {
        let now = cache::now();
        let stored = hub_store::load(&self.cache, self.address(), INDEX);
        let stored = stored.and_then(|stored| self.opened(stored).ok());
        let is_new = |asked: u64| refresh == Refresh::WhenOld && now - asked < MAX_AGE;
        match stored {
            Some(stored) if self.offline || is_new(stored.0.header.asked) => {
                Ok(self.answer(stored, now, false, None))
            }
            None if self.offline => Err(HubFileError::NotCached(self.name.clone())),
            stored => {
                let changed = stored.as_ref().map(|stored| stored.0.header.changed);
                let paused = self.paused(now).filter(|_| refresh == Refresh::WhenOld);
                let asked = match paused {
                    Some(why) => Err(why),
                    None => {
                        let asked = self.ask_for_registry(stored.as_ref().map(|stored| &stored.0), now);
                        self.state().failed = asked.as_ref().err().map(|why| (now, why.clone()));
                        asked
                    }
                };
                match (asked, stored) {
                    (Ok(fresh), _) => {
                        let is_new = Some(fresh.0.header.changed) != changed;
                        Ok(self.answer(fresh, now, is_new, None))
                    }
                    (Err(why), Some(stored)) if refresh == Refresh::WhenOld => {
                        log::debug!("{why}; used the copy in the cache");
                        Ok(self.answer(stored, now, false, Some(why)))
                    }
                    (Err(why), _) => Err(why),
                }
            }
        }
    }

    fn answer(
        &self,
        (stored, index, text, entries): Opened,
        now: u64,
        is_new: bool,
        fallback: Option<HubFileError>,
    ) -> HubRegistry {
        self.state().index = Some(Arc::new(index));
        HubRegistry {
            text,
            entries,
            age: Age(now.saturating_sub(stored.header.asked)).to_string(),
            is_new,
            fallback,
        }
    }

    /// Check a registry and its manifest.
    fn opened(&self, stored: StoredFile) -> Result<Opened, HubFileError> {
        let invalid = |path: &'static str, why: &str| HubFileError::Invalid {
            hub: self.name.clone(),
            path,
            why: why.to_owned(),
        };
        let length = stored
            .header
            .manifest
            .as_ref()
            .map_or(0, |manifest| manifest.bytes);
        let at = stored.body.len().saturating_sub(length);
        let (registry, rest) = stored.body.split_at(at);
        let text = String::from_utf8(registry.to_vec()).map_err(|_| invalid(INDEX, "it is not UTF-8"))?;
        let entries = hub_manifest::entries(&text).map_err(|why| invalid(INDEX, &why))?;
        let manifest = match stored.header.manifest {
            Some(_) => hub_manifest::parse(rest).map_err(|why| invalid(hub_manifest::FILE, &why))?,
            None => None,
        };
        if let Some(manifest) = &manifest
            && manifest.verify(INDEX, registry).is_some_and(|is_same| !is_same)
        {
            return Err(HubFileError::OtherHash {
                hub: self.name.clone(),
                path: INDEX.to_owned(),
            });
        }
        let index = Index {
            asked: stored.header.asked,
            changed: stored.header.changed,
            manifest,
        };
        Ok((stored, index, text, entries))
    }

    /// Ask for the registry and its manifest, and keep them.
    fn ask_for_registry(&self, stored: Option<&StoredFile>, now: u64) -> Result<Opened, HubFileError> {
        let parts = stored.map(|stored| {
            let length = stored
                .header
                .manifest
                .as_ref()
                .map_or(0, |manifest| manifest.bytes);
            stored.body.split_at(stored.body.len().saturating_sub(length))
        });
        let header = stored.map(|stored| &stored.header);
        let of_manifest = header.and_then(|header| header.manifest.as_ref());
        let wanted = [
            Wanted {
                path: INDEX,
                validators: header.map(|header| &header.validators),
                limit: MAX_DOCUMENT_BYTES,
            },
            Wanted {
                path: hub_manifest::FILE,
                validators: of_manifest.map(|manifest| &manifest.validators),
                limit: MAX_DOCUMENT_BYTES,
            },
        ];
        let mut replies = self.fetch(&wanted).into_iter();
        let registry = replies.next().unwrap_or(Err(UnknownReason::Budget));
        let registry = registry.map_err(|why| self.no_answer(INDEX, &why))?;
        let (body, validators) = match (registry.status, parts) {
            (200, _) => (registry.body.clone(), validators(&registry)),
            (304, Some((body, _))) => (
                body.to_vec(),
                header.map(|header| header.validators.clone()).unwrap_or_default(),
            ),
            (404 | 410, _) => return Err(HubFileError::NoRegistry(self.name.clone())),
            (status, _) => return Err(self.no_answer(INDEX, &UnknownReason::Status(status))),
        };
        let manifest = replies.next().unwrap_or(Err(UnknownReason::Budget));
        let manifest = manifest.map_err(|why| self.no_answer(hub_manifest::FILE, &why))?;
        let manifest = match (manifest.status, parts, of_manifest) {
            (200, ..) => Some((manifest.body.clone(), self::validators(&manifest))),
            (304, Some((_, body)), Some(known)) => Some((body.to_vec(), known.validators.clone())),
            (status, ..) => {
                log::debug!("hub {}: no manifest.json (status {status})", self.name);
                None
            }
        };
        // Only what a build of this program writes has hashes; another program may use the name.
        let manifest = manifest.filter(|(body, _)| hub_manifest::is_ours(body));
        let mut whole = body;
        let stored_manifest = manifest.map(|(body, validators)| {
            whole.extend_from_slice(&body);
            StoredManifest {
                bytes: body.len(),
                validators,
            }
        });
        let same = stored.filter(|stored| stored.body == whole);
        let fresh = StoredFile {
            header: StoredHeader {
                name: self.name.clone(),
                address: self.address().to_owned(),
                path: INDEX.to_owned(),
                asked: now,
                changed: same.map_or(now, |same| same.header.changed),
                validators,
                manifest: stored_manifest,
            },
            body: whole,
        };
        let opened = self.opened(fresh)?;
        hub_store::save(&self.cache, &opened.0);
        Ok(opened)
    }

    /// Pages of the hub, by their paths in it, as the registry names them. [`HubFiles::registry`] comes first. When the
    /// server has other pages than an old registry says, that is read again.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn pages(&self, paths: &[String]) -> Result<Vec<HubPage>, HubFileError> {
        if paths.len() > MAX_PAGES {
            return Err(HubFileError::TooMany(self.name.clone()));
        }
        let index = || {
            let index = self.state().index.clone();
            index.ok_or_else(|| HubFileError::NotCached(self.name.clone()))
        };
        let now = cache::now();
        let first = index()?;
        let pages = self.pages_of(paths, &first, now);
        let is_behind = matches!(
            pages,
            Err(HubFileError::OtherHash { .. } | HubFileError::Missing { .. })
        );
        match is_behind
            && now.saturating_sub(first.asked) > MIN_REFRESH_SECONDS
            && self.registry(Refresh::Now).is_ok()
        {
            true => self.pages_of(paths, &*index()?, now),
            false => pages,
        }
    }

    fn pages_of(&self, paths: &[String], index: &Index, now: u64) -> Result<Vec<HubPage>, HubFileError> {
        let plans: Vec<Plan> = paths.iter().map(|path| self.plan(path, index, now)).collect();
        let wanted: Vec<Wanted<'_>> = paths
            .iter()
            .zip(&plans)
            .filter_map(|(path, plan)| match plan {
                Plan::Done(_) => None,
                Plan::Ask(stored) => Some(Wanted {
                    path,
                    validators: stored.as_ref().map(|stored| &stored.header.validators),
                    limit: MAX_PAGE_BYTES,
                }),
            })
            .collect();
        let mut replies = match wanted.is_empty() {
            true => Vec::new(),
            false => self.fetch(&wanted),
        }
        .into_iter();
        drop(wanted);
        paths
            .iter()
            .zip(plans)
            .map(|(path, plan)| match plan {
                Plan::Done(page) => page,
                Plan::Ask(stored) => {
                    let reply = replies.next().unwrap_or(Err(UnknownReason::Budget));
                    self.received(path, stored, reply, index, now)
                }
            })
            .collect()
    }

    /// A page of the cache, or the decision to ask for it.
    fn plan(&self, path: &str, index: &Index, now: u64) -> Plan {
        let (hub, path) = (self.name.clone(), path.to_owned());
        let done = Plan::Done;
        if !is_plain(&path) {
            return done(Err(HubFileError::Outside { hub, path }));
        }
        if index
            .manifest
            .as_ref()
            .is_some_and(|manifest| !manifest.has(&path))
        {
            return done(Err(HubFileError::NotListed { hub, path }));
        }
        let stored = hub_store::load(&self.cache, self.address(), &path);
        let is_current = |stored: &StoredFile| match &index.manifest {
            Some(manifest) => manifest.verify(&path, &stored.body) == Some(true),
            None => stored.header.asked >= index.changed,
        };
        match stored {
            Some(stored) if is_current(&stored) => done(Ok(page(&stored, index, now, None))),
            Some(stored) if self.offline && index.manifest.is_none() => {
                done(Ok(page(&stored, index, now, None)))
            }
            _ if self.offline => done(Err(HubFileError::PageNotCached { hub, path })),
            stored => Plan::Ask(stored),
        }
    }

    fn received(
        &self,
        path: &str,
        stored: Option<StoredFile>,
        reply: Result<HttpReply, UnknownReason>,
        index: &Index,
        now: u64,
    ) -> Result<HubPage, HubFileError> {
        let (hub, named) = (self.name.clone(), path.to_owned());
        let failed = |why: &UnknownReason, stored: Option<StoredFile>| {
            let why = self.no_answer(path, why);
            match stored.filter(|_| index.manifest.is_none()) {
                Some(stored) => Ok(page(&stored, index, now, Some(why))),
                None => Err(why),
            }
        };
        let reply = match reply {
            Ok(reply) => reply,
            Err(why) => return failed(&why, stored),
        };
        let (body, validators, changed) = match (reply.status, stored) {
            (200, _) => (reply.body.clone(), validators(&reply), now),
            (304, Some(stored)) => (stored.body, stored.header.validators, stored.header.changed),
            (404 | 410, _) => return Err(HubFileError::Missing { hub, path: named }),
            (status, stored) => return failed(&UnknownReason::Status(status), stored),
        };
        if let Some(manifest) = &index.manifest
            && manifest.verify(path, &body) != Some(true)
        {
            return Err(HubFileError::OtherHash { hub, path: named });
        }
        let stored = StoredFile {
            header: StoredHeader {
                name: hub,
                address: self.address().to_owned(),
                path: named,
                asked: now,
                changed,
                validators,
                manifest: None,
            },
            body,
        };
        hub_store::save(&self.cache, &stored);
        Ok(page(&stored, index, now, None))
    }

    fn no_answer(&self, path: &str, why: &UnknownReason) -> HubFileError {
        let why = match why {
            UnknownReason::Timeout => "the server did not answer in time".to_owned(),
            UnknownReason::Budget => "the time limit was reached".to_owned(),
            UnknownReason::Status(status) => format!("the server answered {status}"),
            UnknownReason::Reply(why) => format!("the reply is refused: {why}"),
            other => other.to_string(),
        };
        let (hub, path) = (self.name.clone(), path.to_owned());
        HubFileError::NoAnswer { hub, path, why }
    }

    /// Send some requests at the same time.
    fn fetch(&self, wanted: &[Wanted<'_>]) -> Vec<Result<HttpReply, UnknownReason>> {
        let failed = |why: &UnknownReason| wanted.iter().map(|_| Err(why.clone())).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return failed(&UnknownReason::Connection(error.kind().to_string())),
        };
        let client = match tls::client(&self.proxies, &self.certificates) {
            Ok(client) => client,
            Err(why) => return failed(&why),
        };
        let replies = runtime.block_on(async {
            let shared = SharedLimits::new(
                Instant::now() + CALL_TIMEOUT,
                ClientOptions::SILENCE_TIMEOUT,
                Outages::default(),
            );
            let patterns = PackagePatterns::default();
            let http = Http {
                client,
                credentials: &self.credentials,
                private: &patterns,
                shared: &shared,
            };
            let http = &http;
            let requests = wanted.iter().map(|wanted| async move {
                http.get(&GetRequest {
                    url: hub_address::url(&self.address, wanted.path)?,
                    accept: "*/*",
                    etag: wanted.validators.and_then(|known| known.etag.as_deref()),
                    modified: wanted.validators.and_then(|known| known.modified.as_deref()),
                    limit: wanted.limit,
                    private: false,
                    archive: None,
                })
                .await
            });
            stream::iter(requests)
                .buffered(MAX_CONCURRENT_PAGES)
                .collect()
                .await
        });
        // A DNS look-up may still block a thread, which is not joined.
        runtime.shutdown_background();
        replies
    }
}

/// A stored registry with what was read of it: pages are checked against the second, the third is the text, and the last
/// the number of entries.
type Opened = (StoredFile, Index, String, usize);

/// What to do for a page.
enum Plan {
    Done(Result<HubPage, HubFileError>),
    /// Ask the server; with what the cache has.
    Ask(Option<StoredFile>),
}

/// A request.
struct Wanted<'a> {
    path: &'a str,
    validators: Option<&'a Validators>,
    limit: usize,
}

fn validators(reply: &HttpReply) -> Validators {
    Validators {
        etag: reply.etag.clone(),
        modified: reply.modified.clone(),
    }
}

fn page(stored: &StoredFile, index: &Index, now: u64, fallback: Option<HubFileError>) -> HubPage {
    // A page that its registry confirms is as new as that.
    let confirmed = match index.manifest {
        Some(_) => stored.header.asked.max(index.asked),
        None => stored.header.asked,
    };
    HubPage {
        text: String::from_utf8_lossy(&stored.body).into_owned(),
        age: Age(now.saturating_sub(confirmed)).to_string(),
        is_verified: index.manifest.is_some(),
        fallback,
    }
}
