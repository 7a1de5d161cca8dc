//! Archives from servers: in parts, whole, with faults, with credentials.

use crate::support::pack::{ZipFile, noise, tarball, wheel, wheel_files, zip};
use crate::support::server::{Answer, Authority, Request, Server};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chub_lint::package::Package;
use chub_lint::releases::{
    Archive, ArchiveError, ArchiveRequest, ClientOptions, Environment, RegistryClient, UnknownReason,
};
use sha2::{Digest, Sha256, Sha512};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const INIT: &[u8] = b"from .client import Client\n";

/// A client with an environment of its own, whose folder is kept.
struct World {
    folder: TempDir,
    client: RegistryClient,
}

impl World {
    fn new(variables: &[(&str, &str)], change: impl FnOnce(&mut ClientOptions)) -> Self {
        Self::with_files(variables, &[], change)
    }

    fn with_files(
        variables: &[(&str, &str)],
        files: &[(&str, &str)],
        change: impl FnOnce(&mut ClientOptions),
    ) -> Self {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let home = folder.path().to_owned();
        let mut options = ClientOptions {
            environment: Environment::new(variables.iter().copied(), Some(home.clone()), home),
            cache_dir: Some(folder.path().join("cache")),
            network_timeout: Duration::from_secs(20),
            ..ClientOptions::default()
        };
        change(&mut options);
        let client = RegistryClient::new(options).unwrap();
        Self { folder, client }
    }

    fn get(&self, package: &str, versions: &[&str]) -> Vec<Result<Archive, ArchiveError>> {
        assert!(self.folder.path().is_dir());
        let request = |version: &&str| ArchiveRequest {
            package: Package::parse(package).unwrap(),
            version: (*version).to_owned(),
        };
        self.client
            .archives(&versions.iter().map(request).collect::<Vec<_>>())
    }

    fn one(&self, package: &str) -> Result<Archive, ArchiveError> {
        self.get(package, &["1.0"]).remove(0)
    }
}

fn pypi(index: &Server) -> World {
    World::new(&[("PIP_INDEX_URL", &index.url("/simple"))], |_| {})
}

/// A page with one file of version 1.0. Without a size, as PEP 503 has none.
fn page(address: &str, file: &[u8], sized: bool) -> Answer {
    let hash: String = Sha256::digest(file)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let size = if sized {
        format!(r#","size":{}"#, file.len())
    } else {
        String::new()
    };
    Answer::json(format!(
        r#"{{"meta":{{"api-version":"1.1"}},"files":[{{"filename":"demo-1.0-py3-none-any.whl","url":"{address}","hashes":{{"sha256":"{hash}"}}{size}}}]}}"#
    ))
}

/// The answer to a request for a file, with a part of it for a range.
fn part(request: &Request, file: &[u8]) -> Answer {
    let Some(range) = request.header("range").strip_prefix("bytes=") else {
        return Answer::status(200).body(file);
    };
    let (first, last) = range.split_once('-').unwrap();
    let size = file.len();
    let (start, end) = match first.is_empty() {
        true => (size - last.parse::<usize>().unwrap().min(size), size),
        false => (first.parse().unwrap(), last.parse::<usize>().unwrap() + 1),
    };
    Answer::status(206)
        .with("Content-Range", format!("bytes {start}-{}/{size}", end - 1))
        .body(&file[start..end])
}

/// A wheel of about 1.5 MB, with sources at both ends.
fn large_wheel() -> Vec<u8> {
    static WHEEL: LazyLock<Vec<u8>> = LazyLock::new(|| zip(&large_wheel_files()));
    WHEEL.clone()
}

fn large_wheel_files() -> Vec<ZipFile> {
    wheel_files(&[
        ("demo/__init__.py", INIT),
        ("demo/one.bin", &noise(1_700 << 10)),
        ("demo/client.py", b"class Client: ...\n"),
        ("demo/two.bin", &noise(1_800 << 10)),
        ("demo/last.py", b"x = 1\n"),
    ])
}

fn small_wheel() -> Vec<u8> {
    wheel(&[("demo/__init__.py", INIT)])
}

/// An index with one wheel, whose requests the handler answers.
fn index(
    file: Vec<u8>,
    sized: bool,
    answer: impl Fn(&Request, &[u8]) -> Answer + Send + Sync + 'static,
) -> Server {
    Server::start(move |request| match request.path.as_str() {
        "/simple/demo/" => page("../../files/demo-1.0-py3-none-any.whl", &file, sized),
        "/files/demo-1.0-py3-none-any.whl" => answer(request, &file),
        _ => Answer::status(404),
    })
}

fn file_requests(server: &Server) -> Vec<String> {
    let seen = server
        .seen()
        .into_iter()
        .filter(|request| request.path.starts_with("/files/"));
    seen.map(|request| request.header("range").to_owned()).collect()
}

#[test]
fn a_small_wheel_is_read_whole() {
    let server = index(small_wheel(), true, part);
    let world = pypi(&server);
    let archive = world.one("pypi:demo").unwrap();
    assert_eq!(archive.read("demo/__init__.py").unwrap().unwrap(), INIT);
    assert_eq!(file_requests(&server), [""]);
    let file = server.seen().pop().unwrap();
    assert_eq!(file.header("accept-encoding"), "identity");
    let traffic = world.client.archive_traffic();
    assert_eq!(traffic.requests, 2);
    assert!(traffic.bytes > small_wheel().len() as u64);
}

#[test]
fn a_large_wheel_is_read_in_parts_also_later_and_from_threads() {
    for sized in [true, false] {
        let file = large_wheel();
        let server = index(file.clone(), sized, part);
        let world = pypi(&server);
        let archive = world.one("pypi:demo").unwrap();
        assert_eq!(archive.names().count(), 6);
        assert_eq!(file_requests(&server).len(), 1);
        let World {
            folder: _folder,
            client,
        } = world;
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    assert_eq!(archive.read("demo/__init__.py").unwrap().unwrap(), INIT);
                    assert_eq!(
                        archive.read("demo/client.py").unwrap().unwrap(),
                        b"class Client: ...\n"
                    );
                    assert_eq!(archive.read("demo/last.py").unwrap().unwrap(), b"x = 1\n");
                });
            }
        });
        let requests = file_requests(&server);
        assert!(
            requests.len() <= 4 && requests.iter().all(|range| range.starts_with("bytes=")),
            "{requests:?}"
        );
        assert!(
            client.archive_traffic().bytes < 300_000,
            "{:?}",
            client.archive_traffic()
        );
        // Members that cross blocks, and the client gone.
        drop(client);
        assert_eq!(archive.read("demo/two.bin").unwrap().unwrap(), noise(1_800 << 10));
        assert_eq!(archive.read("demo/one.bin").unwrap().unwrap(), noise(1_700 << 10));
        let whole: usize = file_requests(&server)
            .iter()
            .filter(|range| range.is_empty())
            .count();
        assert_eq!(whole, 0);
    }
}

#[test]
fn files_that_will_be_read_arrive_at_the_same_time() {
    let server = index(large_wheel(), true, |request, file| {
        part(request, file).after(Duration::from_millis(100))
    });
    let world = pypi(&server);
    let archive = world.one("pypi:demo").unwrap();
    server.take();
    let names = [
        "demo/__init__.py",
        "demo/client.py",
        "demo/last.py",
        "demo/none.py",
    ];
    archive.prefetch(names);
    let requests = file_requests(&server);
    assert!((2..=3).contains(&requests.len()), "{requests:?}");
    assert_eq!(server.peak(), requests.len());
    assert_eq!(archive.read("demo/__init__.py").unwrap().unwrap(), INIT);
    assert_eq!(archive.read("demo/last.py").unwrap().unwrap(), b"x = 1\n");
    archive.prefetch(names);
    assert_eq!(file_requests(&server).len(), requests.len());
}

#[test]
fn a_server_without_ranges_sends_the_whole_once() {
    let server = index(large_wheel(), true, |_, file| Answer::status(200).body(file));
    let world = pypi(&server);
    let archive = world.one("pypi:demo").unwrap();
    assert_eq!(archive.read("demo/__init__.py").unwrap().unwrap(), INIT);
    // The first reply was not received: its length says enough.
    assert_eq!(file_requests(&server).len(), 2);
    // The host is known now.
    world.one("pypi:demo").unwrap();
    assert_eq!(file_requests(&server)[2..], [""]);
}

#[test]
fn wrong_answers_to_ranges() {
    type Wrong = fn(&Request, &[u8]) -> Answer;
    let wrong: [(&str, Wrong); 7] = [
        ("another part", |request, file| {
            let mut answer = part(request, file);
            answer.headers[0].1 = "bytes 0-9/10".to_owned();
            answer
        }),
        ("another size", |request, file| {
            let mut answer = part(request, file);
            answer.headers[0].1 = answer.headers[0]
                .1
                .replace(&format!("/{}", file.len()), "/99999999");
            answer
        }),
        ("no Content-Range", |request, file| Answer {
            headers: Vec::new(),
            ..part(request, file)
        }),
        ("a short part", |request, file| {
            let answer = part(request, file);
            let half = answer.body.len() / 2;
            Answer {
                body: answer.body[..half].to_vec(),
                ..answer
            }
        }),
        ("all as a part", |request, file| Answer {
            body: file.to_vec(),
            ..part(request, file)
        }),
        ("416", |_, _| Answer::status(416)),
        ("other bytes", |request, file| {
            let mut answer = part(request, file);
            answer.body.fill(7);
            answer
        }),
    ];
    for (what, wrong) in wrong {
        for late in [false, true] {
            let server = index(large_wheel(), true, move |request, file| {
                match request.header("range").is_empty() || (late && request.earlier == 0) {
                    true => part(request, file),
                    false => wrong(request, file),
                }
            });
            let archive = pypi(&server).one("pypi:demo").unwrap();
            assert_eq!(archive.read("demo/__init__.py").unwrap().unwrap(), INIT, "{what}");
            assert_eq!(
                archive.read("demo/client.py").unwrap().unwrap(),
                b"class Client: ...\n",
                "{what}"
            );
            let whole = file_requests(&server)
                .iter()
                .filter(|range| range.is_empty())
                .count();
            assert_eq!(whole, 1, "{what} {late}");
        }
    }
}

#[test]
fn parts_of_another_file_are_found_by_record_and_by_the_whole() {
    let honest = large_wheel();
    // Its checksum of zip is right, and its RECORD is that of the honest one.
    let mut files = large_wheel_files();
    files[0].content[5] ^= 1;
    let other = zip(&files);
    assert_eq!(honest.len(), other.len());
    let (served, listed) = (other.clone(), honest.clone());
    let server = index(honest, true, move |request, file| match request.header("range") {
        "" => Answer::status(200).body(file),
        _ => part(request, &served),
    });
    let archive = pypi(&server).one("pypi:demo").unwrap();
    assert_eq!(
        archive.read("demo/client.py").unwrap().unwrap(),
        b"class Client: ...\n"
    );
    let read = archive.read("demo/__init__.py");
    assert!(
        matches!(read, Err(ArchiveError::Damaged(_))),
        "the directory has another checksum: {read:?}"
    );
    assert_eq!(file_requests(&server).last().unwrap(), "");
    // The whole is wrong as well: it is not the file of the index.
    let server = Server::start(move |request| match request.path.as_str() {
        "/simple/demo/" => page("/files/demo-1.0-py3-none-any.whl", &listed, true),
        _ => part(request, &other),
    });
    let archive = pypi(&server).one("pypi:demo").unwrap();
    assert_eq!(archive.read("demo/__init__.py"), Err(ArchiveError::Hash));
    // Nothing of it is trusted from then on.
    assert_eq!(archive.read("demo/client.py"), Err(ArchiveError::Hash));
}

#[test]
fn a_file_that_record_does_not_list_is_read_from_the_whole() {
    let mut files = large_wheel_files();
    files[5].content = b"demo/other.py,sha256=x,1\n".to_vec();
    let server = index(zip(&files), true, part);
    let archive = pypi(&server).one("pypi:demo").unwrap();
    assert_eq!(archive.read("demo/__init__.py").unwrap().unwrap(), INIT);
    assert_eq!(file_requests(&server).last().unwrap(), "");
}

#[test]
fn what_is_cut_off_or_changed_is_not_used() {
    let changed = |_: &Request, file: &[u8]| {
        let mut bytes = file.to_vec();
        bytes[100] ^= 255;
        Answer::status(200).body(bytes)
    };
    let halved = |_: &Request, file: &[u8]| Answer::status(200).body(&file[..file.len() / 2]);
    for server in [
        index(small_wheel(), true, changed),
        index(small_wheel(), false, changed),
        index(small_wheel(), true, halved),
    ] {
        assert_eq!(pypi(&server).one("pypi:demo").unwrap_err(), ArchiveError::Hash);
    }
    let lost = index(small_wheel(), true, |_, file| Answer {
        missing_bytes: 10,
        ..Answer::status(200).body(file)
    });
    let error = pypi(&lost).one("pypi:demo").unwrap_err();
    assert!(
        matches!(error, ArchiveError::Unknown(UnknownReason::Connection(_))),
        "{error:?}"
    );
    assert_eq!(file_requests(&lost).len(), 3);
    // Half of it, as a whole file of that size that ranges agree about.
    let half = index(large_wheel(), false, |request, file| {
        part(request, &file[..file.len() / 2])
    });
    assert_eq!(pypi(&half).one("pypi:demo").unwrap_err(), ArchiveError::Hash);
}

#[test]
fn a_large_archive_is_not_received() {
    for sized in [true, false] {
        let server = index(large_wheel(), sized, part);
        let variables = [("PIP_INDEX_URL", server.url("/simple"))];
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let world = World::new(&variables, |options| options.max_archive_bytes = 1 << 20);
        assert_eq!(
            world.one("pypi:demo").unwrap_err(),
            ArchiveError::TooLarge(1 << 20)
        );
        assert_eq!(file_requests(&server).len(), usize::from(!sized));
    }
}

#[test]
fn the_credentials_of_the_host_of_the_files() {
    let authority = Authority::new();
    let file = small_wheel();
    let basic = format!("Basic {}", STANDARD.encode("me:s3cret"));
    let (served, wanted) = (file.clone(), basic);
    let files = Server::start_tls(authority.config.clone(), move |request| {
        match request.header("authorization") == wanted && request.path.starts_with("/team/") {
            true => Answer::status(200).body(served.clone()),
            false => Answer::status(401),
        }
    });
    let address = files.url("/team/demo.whl");
    let index = Server::start(move |request| match request.path.as_str() {
        "/simple/demo/" => page(&address, &file, true),
        _ => Answer::status(404),
    });
    let secret = files.url("/team/").replace("://", "://me:s3cret@");
    let (own, ca) = (index.url("/simple"), ("PIP_CERT", "ca.pem"));
    let with = |variables: &[(&str, &str)], project: Option<&str>| {
        World::with_files(variables, &[("ca.pem", &authority.pem)], |options| {
            options.config_pypi_index = project.map(str::to_owned);
        })
    };
    let world = with(
        &[ca, ("PIP_INDEX_URL", &own), ("PIP_EXTRA_INDEX_URL", &secret)],
        None,
    );
    assert!(world.one("pypi:demo").is_ok());
    // Without any, and for an index that only the project names: the secret stays at home.
    for world in [
        with(&[ca, ("PIP_INDEX_URL", &own)], None),
        with(&[ca, ("PIP_EXTRA_INDEX_URL", &secret)], Some(&own)),
    ] {
        files.take();
        let error = world.one("pypi:demo").unwrap_err();
        assert_eq!(error, ArchiveError::Unknown(UnknownReason::Status(401)));
        assert!(
            files
                .seen()
                .iter()
                .all(|request| request.header("authorization").is_empty())
        );
    }
    assert!(
        index
            .seen()
            .iter()
            .all(|request| !request.header("authorization").contains("s3cret"))
    );
}

#[test]
fn redirects_and_addresses_on_other_hosts() {
    let authority = Authority::new();
    let file = large_wheel();
    let served = file.clone();
    let cdn = Server::start_tls(authority.config.clone(), move |request| part(request, &served));
    let target = cdn.url("/cdn.whl");
    let server = index(file.clone(), true, move |_, _| {
        Answer::status(302).with("Location", target.clone())
    });
    let index_url = server.url("/simple").replace("://", "://me:s3cret@");
    let world = World::with_files(
        &[("PIP_CERT", "ca.pem"), ("PIP_INDEX_URL", &index_url)],
        &[("ca.pem", &authority.pem)],
        |_| {},
    );
    let archive = world.one("pypi:demo").unwrap();
    assert_eq!(
        archive.read("demo/client.py").unwrap().unwrap(),
        b"class Client: ...\n"
    );
    assert!(
        cdn.seen()
            .iter()
            .all(|request| request.header("authorization").is_empty())
    );
    assert!(
        cdn.seen()
            .iter()
            .all(|request| request.header("range").starts_with("bytes="))
    );

    // Without https, neither by a redirect nor by the page.
    let other = Server::start(|_| Answer::status(200));
    let target = other.url("/x.whl");
    let redirecting = index(file.clone(), true, move |_, _| {
        Answer::status(302).with("Location", target.clone())
    });
    let target = other.url("/x.whl");
    let naming = Server::start(move |_| page(&target, &file, true));
    for server in [redirecting, naming] {
        let error = pypi(&server).one("pypi:demo").unwrap_err();
        assert!(
            matches!(error, ArchiveError::Unknown(UnknownReason::Reply(_))),
            "{error:?}"
        );
    }
    assert_eq!(other.connections(), 0);
}

#[test]
fn a_server_that_does_not_answer() {
    let start = Instant::now();
    let server = index(small_wheel(), true, |_, _| {
        Answer::status(200).after(Duration::from_secs(30))
    });
    let world = World::new(&[("PIP_INDEX_URL", &server.url("/simple"))], |options| {
        options.network_timeout = Duration::from_secs(1);
    });
    let error = world.one("pypi:demo").unwrap_err();
    assert!(
        matches!(
            error,
            ArchiveError::Unknown(UnknownReason::Timeout | UnknownReason::Budget)
        ),
        "{error:?}"
    );
    // The time for look-ups is over for later ones too.
    let error = world.one("pypi:demo").unwrap_err();
    assert!(matches!(error, ArchiveError::Unknown(_)), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn one_page_for_all_versions_and_the_right_file() {
    let hash = |bytes: &[u8]| {
        Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let (first, second) = (small_wheel(), tarball(&[("demo-2.0/demo/two.py", b"2")]));
    let html = format!(
        "<a href='../../f/demo-1.0-py3-none-any.whl#sha256={}'>a</a>\n<a href='../../f/demo-1.0.tar.gz'>b</a>\n\
         <a href='../../f/demo-2.0-py3-none-any.whl#sha256=00' data-yanked='bad'>c</a>\n<a href='../../f/demo-2.0.0.tar.gz#sha256={}'>d</a>\n\
         <a href='../../f/demo-3.0-py3.8.egg'>e</a>\n<a href='../../f/demo-4.0.tar.gz'>f</a>",
        hash(&first),
        hash(&second)
    );
    let server = Server::start(move |request| match request.path.as_str() {
        "/simple/demo/" => Answer::status(200)
            .with("Content-Type", "text/html")
            .body(html.clone()),
        "/f/demo-1.0-py3-none-any.whl" => Answer::status(200).body(first.clone()),
        "/f/demo-2.0.0.tar.gz" => Answer::status(200).body(second.clone()),
        _ => Answer::status(404),
    });
    let calls = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&calls);
    let world = World::new(&[("PIP_INDEX_URL", &server.url("/simple"))], |options| {
        options.progress = Some(Box::new(move |done, all| {
            record.lock().unwrap().push((done, all));
        }));
    });
    let found = world.get("pypi:demo", &["1.0", "2.0", "3.0", "4.0", "5.0", "latest", "1"]);
    let names: Vec<_> = found
        .iter()
        .map(|found| found.as_ref().map(|a| a.names().last().unwrap().to_owned()))
        .collect();
    assert_eq!(
        names,
        [
            Ok("demo/__init__.py".to_owned()),
            Ok("demo/two.py".to_owned()),
            Err(&ArchiveError::NoFile),
            Err(&ArchiveError::NoHash),
            Err(&ArchiveError::NoVersion),
            Err(&ArchiveError::NoVersion),
            Ok("demo/__init__.py".to_owned()),
        ]
    );
    assert_eq!(
        server
            .paths()
            .iter()
            .filter(|path| *path == "/simple/demo/")
            .count(),
        1
    );
    let calls = calls.lock().unwrap().clone();
    assert_eq!(calls, (0..=7).map(|done| (done, 7)).collect::<Vec<_>>());
    assert_eq!(world.one("pypi:other").unwrap_err(), ArchiveError::NoPackage);
}

#[test]
fn the_first_index_that_has_the_package() {
    let down = Server::start(|_| Answer::status(403));
    let empty = Server::start(|_| Answer::status(404));
    let server = index(small_wheel(), true, part);
    let world = |first: &Server| {
        World::new(
            &[
                ("UV_INDEX", &first.url("/simple")),
                ("PIP_INDEX_URL", &server.url("/simple")),
            ],
            |_| {},
        )
    };
    assert!(world(&empty).one("pypi:demo").is_ok());
    let error = world(&down).one("pypi:demo").unwrap_err();
    assert_eq!(error, ArchiveError::Unknown(UnknownReason::Status(403)));
}

#[test]
fn npm_tarballs_with_their_hash_and_token() {
    let served = tarball(&[
        ("package/package.json", b"{}"),
        ("package/index.d.ts", b"export {}"),
    ]);
    let server = Server::start(move |request| {
        if request.header("authorization") != "Bearer s3cret" {
            return Answer::status(401);
        }
        let host = request.header("host").to_owned();
        let hash = |bytes: &[u8]| STANDARD.encode(Sha512::digest(bytes));
        let dist = |version: &str, bytes: &[u8]| {
            format!(
                r#"{{"name":"@team/demo","version":"{version}","dist":{{"tarball":"http://{host}/npm/f.tgz","integrity":"sha512-{}"}}}}"#,
                hash(bytes)
            )
        };
        match request.path.as_str() {
            "/npm/@team%2fdemo/1.0.0" => Answer::json(dist("1.0.0", &served)),
            "/npm/@team%2fdemo/1.0.1" => Answer::json(dist("1.0.1", b"other")),
            "/npm/@team%2fdemo" => Answer::json(format!(
                r#"{{"name":"@team/demo","versions":{{"2.0.0":{}}}}}"#,
                dist("2.0.0", &served)
            )),
            "/npm/f.tgz" => Answer::status(200).body(served.clone()),
            _ => Answer::status(404),
        }
    });
    let npmrc = format!(
        "@team:registry={}\n//{}/npm/:_authToken=s3cret\n",
        server.url("/npm/"),
        server.host()
    );
    let world = World::with_files(&[], &[(".npmrc", &npmrc)], |_| {});
    let found = world.get("npm:@team/demo", &["1.0.0", "1.0.1", "2.0.0", "3.0.0", "../x"]);
    let names = found[0].as_ref().unwrap().names().collect::<Vec<_>>();
    assert_eq!(names, ["index.d.ts", "package.json"]);
    assert_eq!(found[1].as_ref().unwrap_err(), &ArchiveError::Hash);
    assert!(found[2].is_ok(), "from the packument");
    assert_eq!(found[3].as_ref().unwrap_err(), &ArchiveError::NoVersion);
    assert_eq!(found[4].as_ref().unwrap_err(), &ArchiveError::NoVersion);
    let without = World::new(&[("npm_config_registry", &server.url("/npm/"))], |_| {});
    let error = without.get("npm:@team/demo", &["1.0.0"]).remove(0).unwrap_err();
    assert_eq!(error, ArchiveError::Unknown(UnknownReason::Status(401)));
}

#[test]
fn offline_opens_no_connection() {
    let server = index(small_wheel(), true, part);
    let world = World::new(&[("PIP_INDEX_URL", &server.url("/simple"))], |options| {
        options.offline = true;
    });
    assert_eq!(
        world.one("pypi:demo").unwrap_err(),
        ArchiveError::Unknown(UnknownReason::Offline)
    );
    assert_eq!(server.connections(), 0);
    assert!(world.client.archives(&[]).is_empty());
}

#[test]
fn many_archives_at_a_time_within_the_limit_of_the_host() {
    let server = index(small_wheel(), true, |request, file| {
        part(request, file).after(Duration::from_millis(20))
    });
    let world = pypi(&server);
    let start = Instant::now();
    let found = world.get("pypi:demo", &["1.0"; 60]);
    assert!(found.iter().all(Result::is_ok));
    assert!((2..=16).contains(&server.peak()), "{}", server.peak());
    assert!(start.elapsed() < Duration::from_secs(5));
}
