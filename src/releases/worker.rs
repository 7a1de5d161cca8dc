//! The thread that sends the requests for archives. Their members are read on demand, from any thread and with calls
//! that block, while the limits per host belong to one thread.

use super::UnknownReason;
use super::byte_range::{ArchiveGet, ByteRange};
use super::client::{GetRequest, Http, HttpReply, SharedLimits};
use super::credentials::Credentials;
use super::outages::{MAX_TIMEOUT, Outages, TrafficCounter};
use super::tls::{self, Proxies};
use crate::package::Ecosystem;
use crate::package::patterns::PackagePatterns;
use reqwest::{Client, Url};
use rustls::pki_types::CertificateDer;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::LocalSet;
use tokio::time::Instant;

/// What was requested and received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests, with redirects and retries.
    pub requests: u64,
    /// The bytes of the bodies of replies.
    pub bytes: u64,
}

/// The settings that the thread takes with it.
pub(super) struct WorkerSettings {
    pub pypi: Credentials,
    pub npm: Credentials,
    pub pypi_certificates: Vec<CertificateDer<'static>>,
    pub npm_certificates: Vec<CertificateDer<'static>>,
    pub proxies: Proxies,
    /// The time limit for all look-ups.
    pub budget: Duration,
    /// How long a server may send nothing.
    pub silence: Duration,
    /// The hosts that were given up.
    pub outages: Outages,
    /// The part of `budget` that was used.
    pub spent: Arc<Mutex<Duration>>,
}

/// A request, with all that the thread needs of it.
pub(super) struct WorkerRequest {
    /// Whose credentials and certificates are used.
    pub ecosystem: Ecosystem,
    pub url: Url,
    pub accept: &'static str,
    /// The maximum size of the reply.
    pub limit: usize,
    /// Whether the address names a private package, so that no other host may see it.
    pub private: bool,
    /// For an archive: the registry that names it, and the part that is wanted.
    pub archive: Option<(Url, Option<ByteRange>)>,
}

/// The thread. It ends when the last owner of this value is gone.
pub(super) struct Worker {
    jobs: UnboundedSender<Job>,
    traffic: Arc<TrafficCounter>,
    /// Hosts that send a whole file instead of a part.
    no_ranges: Mutex<BTreeSet<String>>,
}

/// A request and the place for its reply.
struct Job {
    request: WorkerRequest,
    reply: SyncSender<Result<HttpReply, UnknownReason>>,
}

impl Worker {
    /// Start the thread.
    ///
    /// # Errors
    /// When there can be no thread, no runtime or no client.
    pub(super) fn start(settings: WorkerSettings) -> Result<Self, UnknownReason> {
        let (jobs, receiver) = unbounded_channel();
        let traffic = Arc::new(TrafficCounter::default());
        let counter = Arc::clone(&traffic);
        let pypi = tls::client(&settings.proxies, &settings.pypi_certificates)?;
        let npm = tls::client(&settings.proxies, &settings.npm_certificates)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| UnknownReason::Connection(error.kind().to_string()))?;
        let work = move || {
            let network = Network {
                shared: SharedLimits::new(Instant::now(), settings.silence, settings.outages.clone())
                    .counted(counter),
                settings,
                pypi,
                npm,
                active: Cell::new(0),
                busy_since: Cell::new(Instant::now()),
            };
            LocalSet::new().block_on(&runtime, serve(Rc::new(network), receiver));
            // A DNS look-up may still block a thread, which is not joined.
            runtime.shutdown_background();
        };
        thread::Builder::new()
            .name("archives".to_owned())
            .spawn(work)
            .map_err(|error| UnknownReason::Connection(error.kind().to_string()))?;
        Ok(Self {
            jobs,
            traffic,
            no_ranges: Mutex::default(),
        })
    }

    /// Send a request, and wait for its reply. It ends when the time for look-ups does.
    ///
    /// # Errors
    /// The reason of the failure.
    pub(super) fn get(&self, request: WorkerRequest) -> Result<HttpReply, UnknownReason> {
        self.get_all([request]).pop().unwrap_or_else(ended)
    }

    /// Send requests at the same time, and wait for all replies, which have their order.
    pub(super) fn get_all(
        &self,
        requests: impl IntoIterator<Item = WorkerRequest>,
    ) -> Vec<Result<HttpReply, UnknownReason>> {
        let send = |request| {
            let (reply, answer) = sync_channel(1);
            self.jobs.send(Job { request, reply }).ok().map(|()| answer)
        };
        let answers: Vec<_> = requests.into_iter().map(send).collect();
        answers
            .into_iter()
            .map(|answer| answer.and_then(|answer| answer.recv().ok()).unwrap_or_else(ended))
            .collect()
    }

    /// Whether the host of an address is known to send whole files only.
    pub(super) fn ignores_ranges(&self, url: &Url) -> bool {
        let hosts = self.no_ranges.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.contains(url.authority())
    }

    /// Record that it does.
    pub(super) fn record_no_ranges(&self, url: &Url) {
        let mut hosts = self.no_ranges.lock().unwrap_or_else(PoisonError::into_inner);
        // More hosts than any run needs: an index may name any number.
        if hosts.len() < 100 {
            hosts.insert(url.authority().to_owned());
        }
    }

    /// What was requested and received so far.
    pub(super) fn traffic(&self) -> Traffic {
        Traffic {
            requests: self.traffic.requests.load(Ordering::Relaxed),
            bytes: self.traffic.bytes.load(Ordering::Relaxed),
        }
    }
}

/// The reply when the thread has ended.
fn ended() -> Result<HttpReply, UnknownReason> {
    Err(UnknownReason::Connection("the look-up ended".to_owned()))
}

/// The state of the thread.
struct Network {
    settings: WorkerSettings,
    pypi: Client,
    npm: Client,
    shared: SharedLimits,
    active: Cell<usize>,
    /// When the first of the active requests began.
    busy_since: Cell<Instant>,
}

async fn serve(network: Rc<Network>, mut jobs: UnboundedReceiver<Job>) {
    while let Some(Job { request, reply }) = jobs.recv().await {
        let network = Rc::clone(&network);
        tokio::task::spawn_local(async move {
            network.begin();
            let result = network.get(&request).await;
            network.end();
            // The caller is waiting for the reply, unless its thread has ended.
            let _ = reply.send(result);
        });
    }
}

impl Network {
    /// Time counts while at least one request is active: many at a time take no more of it than one.
    fn begin(&self) {
        if self.active.replace(self.active.get() + 1) == 0 {
            let spent = *self.settings.spent.lock().unwrap_or_else(PoisonError::into_inner);
            let left = self.settings.budget.saturating_sub(spent).min(MAX_TIMEOUT);
            self.busy_since.set(Instant::now());
            self.shared.set_deadline(Instant::now() + left);
        }
    }

    fn end(&self) {
        if self.active.replace(self.active.get().saturating_sub(1)) == 1 {
            *self.settings.spent.lock().unwrap_or_else(PoisonError::into_inner) +=
                self.busy_since.get().elapsed();
        }
    }

    async fn get(&self, request: &WorkerRequest) -> Result<HttpReply, UnknownReason> {
        let (client, credentials) = match request.ecosystem {
            Ecosystem::PyPi => (&self.pypi, &self.settings.pypi),
            Ecosystem::Npm => (&self.npm, &self.settings.npm),
        };
        // Each request records whether it is private.
        let patterns = PackagePatterns::default();
        let http = Http {
            client: client.clone(),
            credentials,
            private: &patterns,
            shared: &self.shared,
        };
        http.get(&GetRequest {
            url: request.url.clone(),
            accept: request.accept,
            etag: None,
            modified: None,
            limit: request.limit,
            private: request.private,
            archive: request.archive.as_ref().map(|(named_by, range)| ArchiveGet {
                named_by,
                range: *range,
            }),
        })
        .await
    }
}
