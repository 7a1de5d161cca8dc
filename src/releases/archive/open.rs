//! Get archives from registries: find the file of a release, and open it in parts or whole.

use super::Archive;
use super::blocks::{Blocks, RemoteFile};
use super::choose;
use super::error::ArchiveError;
use super::limits::{BLOCK_BYTES, MAX_WHOLE_CONCURRENT, MAX_WHOLE_WHEEL_BYTES, TAIL_BYTES};
use super::listing;
use super::memory::HeldMemory;
use crate::package::{Ecosystem, Package};
use crate::releases::byte_range::ByteRange;
use crate::releases::checksum::Checksum;
use crate::releases::client::{HttpReply, MAX_DOCUMENT_BYTES, MAX_SHORT_REPLY_BYTES};
use crate::releases::host::MAX_CONCURRENT;
use crate::releases::listed_file::ListedFile;
use crate::releases::registries::RegistryClient;
use crate::releases::worker::{Worker, WorkerRequest};
use crate::releases::{UnknownReason, npm, pypi};
use pep440_rs::Version as Pep440;
use reqwest::Url;
use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::thread;

/// Which archive is wanted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArchiveRequest {
    /// The package.
    pub package: Package,
    /// A version of it, as a document or the registry writes it.
    pub version: String,
}

/// The file of a release, and the registry that lists it.
type ListedRelease<'a> = (&'a Url, ListedFile);

/// The files of the wanted versions of one Python package: its page is requested once.
struct PackagePage<'a> {
    versions: Vec<Pep440>,
    files: OnceLock<Result<PageFiles<'a>, ArchiveError>>,
}

/// The index that has the package, and the files of the wanted versions.
type PageFiles<'a> = (&'a Url, Vec<(Pep440, ListedFile)>);

impl RegistryClient {
    /// Get the archives of some releases, many at a time. This waits for the network; the time counts as that of other
    /// look-ups. Ask for a few at a time: what is open together is limited.
    ///
    /// The answers are in the order of the questions.
    pub fn archives(&self, requests: &[ArchiveRequest]) -> Vec<Result<Archive, ArchiveError>> {
        let run = match self.archive_run(requests) {
            Ok(run) => run,
            Err(reason) => return requests.iter().map(|_| Err(reason.clone().into())).collect(),
        };
        let ended = || Err(UnknownReason::Connection("the look-up ended".to_owned()).into());
        let answers = self.run_concurrently(requests, |request| run.open(request));
        answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(ended))
            .collect()
    }

    /// The sizes of the archives of some releases in bytes, in the order of the questions, before they are downloaded: an
    /// upper limit, since of a large wheel only parts may be. `None` where the registry does not tell. The result is
    /// empty when nothing can be downloaded.
    pub fn archive_sizes(&self, requests: &[ArchiveRequest]) -> Vec<Option<u64>> {
        let Ok(run) = self.archive_run(requests) else {
            return Vec::new();
        };
        let max = self.options.max_archive_bytes;
        let size = |request: &ArchiveRequest| match request.package.ecosystem() {
            Ecosystem::PyPi => match run.find(request) {
                Ok((_, file)) => file.size.map(|size| if size > max { 0 } else { size }),
                Err(_) => Some(0),
            },
            // npm does not list the size of a tarball.
            Ecosystem::Npm => None,
        };
        let answers = self.run_concurrently(requests, size);
        answers.into_iter().map(Option::flatten).collect()
    }

    /// What a call for archives needs.
    fn archive_run<'a>(&'a self, requests: &'a [ArchiveRequest]) -> Result<ArchiveRun<'a>, UnknownReason> {
        if self.options.offline {
            return Err(UnknownReason::Offline);
        }
        Ok(ArchiveRun {
            registries: self,
            worker: self.worker()?,
            pages: pages(requests),
            whole: Semaphore::new(MAX_WHOLE_CONCURRENT),
        })
    }

    /// Do something for each request, many at a time. `None` when it was not done.
    fn run_concurrently<T: Send + Sync>(
        &self,
        requests: &[ArchiveRequest],
        answer: impl Fn(&ArchiveRequest) -> T + Sync,
    ) -> Vec<Option<T>> {
        if requests.is_empty() {
            return Vec::new();
        }
        let answers: Vec<OnceLock<T>> = requests.iter().map(|_| OnceLock::new()).collect();
        let (next, done) = (AtomicUsize::new(0), Mutex::new(0));
        self.report_progress(0, requests.len());
        let work = || {
            while let Some((request, place)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                requests.get(at).zip(answers.get(at))
            } {
                let _ = place.set(answer(request));
                // Held during the call, so that the numbers arrive in order.
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                *done += 1;
                self.report_progress(*done, requests.len());
            }
        };
        thread::scope(|scope| {
            for _ in 1..MAX_CONCURRENT.min(requests.len()) {
                // With fewer threads it takes longer.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
        answers.into_iter().map(OnceLock::into_inner).collect()
    }

    fn report_progress(&self, done: usize, all: usize) {
        if let Some(progress) = &self.options.progress {
            progress(done, all);
        }
    }
}

/// The page of each Python package, with all its wanted versions.
fn pages(requests: &[ArchiveRequest]) -> BTreeMap<&Package, PackagePage<'_>> {
    let mut pages: BTreeMap<&Package, PackagePage<'_>> = BTreeMap::new();
    for request in requests
        .iter()
        .filter(|request| request.package.ecosystem() == Ecosystem::PyPi)
    {
        let page = pages.entry(&request.package).or_insert_with(|| PackagePage {
            versions: Vec::new(),
            files: OnceLock::new(),
        });
        page.versions.extend(pep440(&request.version));
    }
    pages
}

fn pep440(version: &str) -> Option<Pep440> {
    let version = version.trim();
    Pep440::from_str(version).ok().filter(|_| version.len() <= 100)
}

/// One call for archives.
struct ArchiveRun<'a> {
    registries: &'a RegistryClient,
    worker: &'a Arc<Worker>,
    pages: BTreeMap<&'a Package, PackagePage<'a>>,
    whole: Semaphore,
}

impl<'a> ArchiveRun<'a> {
    fn open(&self, request: &ArchiveRequest) -> Result<Archive, ArchiveError> {
        let (registry, file) = self.find(request)?;
        let max = self.registries.options.max_archive_bytes;
        if file.size.is_some_and(|size| size > max) {
            return Err(ArchiveError::TooLarge(max));
        }
        // Over https the host of the file vouches for it; over http anyone on the network could have written it.
        if file.checksum.is_none() && file.url.scheme() != "https" {
            return Err(ArchiveError::NoHash);
        }
        let private = self.registries.options.private.matches_or_tells(&request.package);
        if private && file.url.host_str() != registry.host_str() {
            return Err(UnknownReason::Connection(
                "the file is on another host, which must not see a private name".to_owned(),
            )
            .into());
        }
        let on_server = ServerFile {
            worker: Arc::clone(self.worker),
            ecosystem: request.package.ecosystem(),
            url: file.url,
            registry,
            checksum: file.checksum,
            size: file.size,
            max,
            private,
        };
        let memory = HeldMemory::of(&self.registries.archive_memory);
        let is_wheel = file.name.to_ascii_lowercase().ends_with(".whl");
        let large = file.size.is_none_or(|size| size > MAX_WHOLE_WHEEL_BYTES);
        if is_wheel && large && !self.worker.ignores_ranges(&on_server.url) {
            return self.open_wheel(&file.name, on_server, memory);
        }
        self.open_whole(&file.name, &on_server, memory)
    }

    /// The file of a release, and the registry that lists it. What was found is kept: sizes are asked for before the
    /// archives.
    fn find(&self, request: &ArchiveRequest) -> Result<(Url, ListedFile), ArchiveError> {
        let known = &self.registries.archive_files;
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (request.package.clone(), request.version.clone());
        if let Some(found) = lock().get(&key) {
            return Ok(found.clone());
        }
        let (registry, file) = match request.package.ecosystem() {
            Ecosystem::PyPi => self.find_pypi(request)?,
            Ecosystem::Npm => self.find_npm(request)?,
        };
        let found = (registry.clone(), file);
        lock().insert(key, found.clone());
        Ok(found)
    }

    fn open_whole(&self, name: &str, file: &ServerFile, memory: HeldMemory) -> Result<Archive, ArchiveError> {
        let _place = self.whole.take();
        Archive::in_memory(name, file.whole()?, memory)
    }

    /// Open a wheel by its end, which has the directory.
    fn open_wheel(&self, name: &str, file: ServerFile, memory: HeldMemory) -> Result<Archive, ArchiveError> {
        let range = match file.size {
            // From the start of a block, so that no part of it is requested twice.
            Some(size) => ByteRange::Span(size.saturating_sub(TAIL_BYTES) / BLOCK_BYTES * BLOCK_BYTES, size),
            // Some of it is before the start of a block.
            None => ByteRange::Last(TAIL_BYTES + BLOCK_BYTES),
        };
        let request = file.request(Some(range), TAIL_BYTES + BLOCK_BYTES);
        let Some(reply) = file.range_reply(self.worker.get(request))? else {
            return self.open_whole(name, &file, memory);
        };
        if reply.status == 200 {
            return Archive::in_memory(name, file.checked(reply.body)?, memory);
        }
        match file.tail_size(range, &reply) {
            Some(size) if size > file.max => Err(ArchiveError::TooLarge(file.max)),
            Some(size) if size > MAX_WHOLE_WHEEL_BYTES => {
                Archive::remote(Blocks::new(Box::new(file), size, &reply.body, memory)?)
            }
            _ => self.open_whole(name, &file, memory),
        }
    }

    /// Ask each index until one has the package. Stop at a failure: a later index must not replace one that is down.
    fn find_pypi(&self, request: &ArchiveRequest) -> Result<ListedRelease<'a>, ArchiveError> {
        let package = &request.package;
        let version = pep440(&request.version).ok_or(ArchiveError::NoVersion)?;
        let page = self.pages.get(package).ok_or(ArchiveError::NoPackage)?;
        let files = page.files.get_or_init(|| self.pypi_page(package, &page.versions));
        let (index, files) = files.as_ref().map_err(Clone::clone)?;
        let mut of_version = files
            .iter()
            .filter(|(of, _)| *of == version)
            .map(|(_, file)| file)
            .peekable();
        if of_version.peek().is_none() {
            return Err(ArchiveError::NoVersion);
        }
        let best = choose::best(of_version, self.registries.options.max_archive_bytes);
        Ok((index, best.ok_or(ArchiveError::NoFile)?.clone()))
    }

    fn pypi_page(&self, package: &Package, versions: &[Pep440]) -> Result<PageFiles<'a>, ArchiveError> {
        let registries: &'a RegistryClient = self.registries;
        for index in registries.registries(package) {
            let url = join(index, &format!("{}/", package.name()))?;
            let reply = self.document(package, url, pypi::ACCEPT, MAX_DOCUMENT_BYTES)?;
            match reply.status {
                200 => {
                    let files =
                        listing::pypi_files(package, &reply.url, &reply.content_type, &reply.body, versions)?;
                    return Ok((index, files));
                }
                404 | 410 => {}
                status => return Err(UnknownReason::Status(status).into()),
            }
        }
        Err(ArchiveError::NoPackage)
    }

    /// Ask for the document of the version, or for the packument where the registry has none.
    fn find_npm(&self, request: &ArchiveRequest) -> Result<ListedRelease<'a>, ArchiveError> {
        let (package, version) = (&request.package, request.version.trim());
        let registries: &'a RegistryClient = self.registries;
        let registry = registries
            .registries(package)
            .into_iter()
            .next()
            .ok_or(UnknownReason::Private)?;
        // It is part of an address.
        if semver::Version::parse(version).is_err() {
            return Err(ArchiveError::NoVersion);
        }
        let name = npm::escape(package);
        let url = join(registry, &format!("{name}/{version}"))?;
        let reply = self.document(package, url, npm::JSON, MAX_SHORT_REPLY_BYTES)?;
        match reply.status {
            200 => {
                let file = listing::npm_file(package, version, registry, &reply.body)?;
                return Ok((registry, file));
            }
            // No such version, or no such endpoint.
            400 | 404 | 405 | 410 | 501 => {}
            status => return Err(UnknownReason::Status(status).into()),
        }
        let reply = self.document(
            package,
            join(registry, &name)?,
            npm::ABBREVIATED,
            MAX_DOCUMENT_BYTES,
        )?;
        match reply.status {
            200 => {
                let file = listing::npm_file_in_packument(package, version, registry, &reply.body)?;
                Ok((registry, file))
            }
            404 | 410 => Err(ArchiveError::NoPackage),
            status => Err(UnknownReason::Status(status).into()),
        }
    }

    fn document(
        &self,
        package: &Package,
        url: Url,
        accept: &'static str,
        limit: usize,
    ) -> Result<HttpReply, UnknownReason> {
        self.worker.get(WorkerRequest {
            ecosystem: package.ecosystem(),
            private: self.registries.options.private.matches_or_tells(package),
            url,
            accept,
            limit,
            archive: None,
        })
    }
}

fn join(registry: &Url, path: &str) -> Result<Url, UnknownReason> {
    // Not `Url::join`, which would read `@scope:name` as an address.
    Url::parse(&format!("{registry}{path}"))
        .map_err(|_| UnknownReason::Reply("cannot build a URL for this name".to_owned()))
}

/// A file on the host that an index names.
struct ServerFile {
    worker: Arc<Worker>,
    ecosystem: Ecosystem,
    url: Url,
    registry: Url,
    checksum: Option<Checksum>,
    size: Option<u64>,
    max: u64,
    /// Whether only the host of the registry may see the name of the package.
    private: bool,
}

impl ServerFile {
    fn request(&self, range: Option<ByteRange>, limit: u64) -> WorkerRequest {
        WorkerRequest {
            ecosystem: self.ecosystem,
            private: self.private,
            url: self.url.clone(),
            accept: "*/*",
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            archive: Some((self.registry.clone(), range)),
        }
    }

    /// The reply to a request for a part of a file. It has the part, or the whole file if that is not larger. `None`
    /// when the server does not support ranges: a larger file is then not received, so that memory stays bounded.
    fn range_reply(
        &self,
        reply: Result<HttpReply, UnknownReason>,
    ) -> Result<Option<HttpReply>, ArchiveError> {
        let reply = match reply {
            Ok(reply) => reply,
            Err(UnknownReason::TooLarge) => {
                self.worker.record_no_ranges(&self.url);
                return Ok(None);
            }
            Err(reason) => return Err(reason.into()),
        };
        match reply.status {
            200 | 206 => Ok(Some(reply)),
            // The server may refuse only the range.
            400 | 405 | 416 | 501 => Ok(None),
            status => Err(UnknownReason::Status(status).into()),
        }
    }

    /// Whether a reply is a part of the file.
    fn is_part(&self, range: &Range<u64>, reply: &HttpReply) -> bool {
        let listed = |size| self.size.is_none_or(|listed| listed == size);
        let part = reply.part.as_ref();
        part.is_some_and(|(part, size)| part == range && listed(*size))
            && reply.body.len() as u64 == range.end - range.start
    }

    /// A whole file, if it is the one that the index lists.
    fn checked(&self, bytes: Vec<u8>) -> Result<Vec<u8>, ArchiveError> {
        match &self.checksum {
            Some(checksum) if !checksum.is_of(&bytes) => Err(ArchiveError::Hash),
            _ => Ok(bytes),
        }
    }

    /// The size of the file, if a reply is the end of it.
    fn tail_size(&self, range: ByteRange, reply: &HttpReply) -> Option<u64> {
        let (part, size) = reply.part.clone()?;
        let start = match range {
            ByteRange::Span(start, _) => start,
            ByteRange::Last(length) => size.saturating_sub(length),
        };
        let is_tail = part == (start..size)
            && reply.body.len() as u64 == size - start
            && self.size.is_none_or(|listed| listed == size);
        is_tail.then_some(size)
    }
}

impl RemoteFile for ServerFile {
    fn parts(&self, ranges: &[Range<u64>]) -> Vec<Result<Option<Vec<u8>>, ArchiveError>> {
        let request = |range: &Range<u64>| {
            let span = ByteRange::Span(range.start, range.end);
            self.request(Some(span), range.end.saturating_sub(range.start))
        };
        let replies = self.worker.get_all(ranges.iter().map(request));
        let part = |(range, reply)| {
            let reply = self
                .range_reply(reply)?
                .filter(|reply| self.is_part(range, reply));
            Ok(reply.map(|reply| reply.body))
        };
        ranges.iter().zip(replies).map(part).collect()
    }

    fn whole(&self) -> Result<Vec<u8>, ArchiveError> {
        let reply = self
            .worker
            .get(self.request(None, self.max))
            .map_err(|reason| match reason {
                UnknownReason::TooLarge => ArchiveError::TooLarge(self.max),
                reason => reason.into(),
            })?;
        match reply.status {
            200 => self.checked(reply.body),
            status => Err(UnknownReason::Status(status).into()),
        }
    }
}

/// A number of places that threads wait for.
struct Semaphore {
    free: Mutex<usize>,
    returned: Condvar,
}

/// A place, until it is dropped.
struct Permit<'a>(&'a Semaphore);

impl Semaphore {
    fn new(free: usize) -> Self {
        Self {
            free: Mutex::new(free),
            returned: Condvar::new(),
        }
    }

    fn take(&self) -> Permit<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self
            .returned
            .wait_while(free, |free| *free == 0)
            .unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Permit(self)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.returned.notify_one();
    }
}
