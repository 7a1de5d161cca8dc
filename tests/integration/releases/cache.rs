//! What the cache keeps and for how long, and the content of a lock file.

use super::{World, ask, newest, npm_answers, of, published, pypi_page};
use crate::support::server::{Answer, Server};
use chub_lint::package::Package;
use chub_lint::releases::{
    Cache, LockError, LockIndex, LookupRequest, PackageIndex, PackageLookup, PackageLookups, RegistryClient,
    ReleaseOrigin, UnknownReason,
};
use std::path::PathBuf;

const QUESTIONS: &[(&str, &[&str])] = &[
    ("pypi:demo", &["1.0"]),
    ("npm:demo", &["1.0.0"]),
    ("npm:same", &["2.0.0"]),
    ("pypi:none", &[]),
];

/// A registry of both kinds that honours ETags.
fn registry() -> Server {
    Server::start(|request| {
        let answer = match request.path.as_str() {
            "/simple/none/" => return Answer::status(404),
            "/simple/demo/" => pypi_page("demo", &["1.0", "2.0"]),
            _ => npm_answers(request),
        };
        let etag = format!("\"{}\"", request.path.len());
        match request.header("if-none-match") == etag {
            true => Answer::status(304).with("ETag", etag),
            false => answer.with("ETag", etag),
        }
    })
}

fn world(server: &Server) -> World {
    World::new()
        .var("PIP_INDEX_URL", server.url("/simple"))
        .var("npm_config_registry", server.url("/"))
}

#[expect(clippy::disallowed_methods, reason = "a test looks at what was written")]
fn files(world: &World) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![world.path().join("cache")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let list = if entry.path().is_dir() {
                &mut folders
            } else {
                &mut found
            };
            list.push(entry.path());
        }
    }
    found.sort();
    found
}

/// Rewrite every file of the cache.
#[expect(clippy::disallowed_methods, reason = "a test makes files old or broken")]
fn rewrite(world: &World, change: impl Fn(serde_json::Value) -> String) {
    for file in files(world) {
        let text = std::fs::read_to_string(&file).expect("readable");
        let json = serde_json::from_str(&text).expect("the cache holds JSON");
        std::fs::write(&file, change(json)).expect("writable");
    }
}

/// Make every file of the cache older.
fn age(world: &World, seconds: u64) {
    rewrite(world, |mut json| {
        json["asked"] = (json["asked"].as_u64().expect("a time") - seconds).into();
        json.to_string()
    });
}

fn facts(releases: &PackageLookups) -> Vec<(Package, PackageLookup)> {
    releases
        .iter()
        .map(|(package, release, _)| (package.clone(), release.clone()))
        .collect()
}

#[test]
fn a_second_run_asks_nothing() {
    let server = registry();
    let world = world(&server);
    let first = world.ask(QUESTIONS);
    assert_eq!(server.take().len(), 5);
    let second = world.ask(QUESTIONS);
    assert_eq!(server.seen().len(), 0);
    assert_eq!(facts(&first), facts(&second));
    assert!(
        second
            .iter()
            .all(|(_, _, origin)| matches!(origin, ReleaseOrigin::Cache { age } if *age < 60))
    );
}

#[test]
fn after_twelve_hours_requests_are_conditional() {
    let server = registry();
    let world = world(&server);
    let first = world.ask(QUESTIONS);
    server.take();
    age(&world, 12 * 3600 + 1);
    let second = world.ask(QUESTIONS);
    assert_eq!(facts(&first), facts(&second));
    let seen = server.take();
    // The packument is not requested again: the tags have not changed.
    assert_eq!(seen.len(), 4, "{seen:#?}");
    let plain: Vec<_> = seen
        .iter()
        .filter(|request| request.header("if-none-match").is_empty())
        .collect();
    assert!(
        plain.iter().all(|request| request.path == "/simple/none/"),
        "{plain:#?}"
    );
    // Now they are fresh again.
    world.ask(QUESTIONS);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_missing_package_is_asked_again_after_an_hour() {
    let server = registry();
    let world = world(&server);
    world.ask(QUESTIONS);
    server.take();
    age(&world, 3600 + 1);
    world.ask(QUESTIONS);
    assert_eq!(server.paths(), ["/simple/none/"]);
}

#[test]
fn a_version_that_was_absent_is_asked_again_after_an_hour() {
    let server = registry();
    let world = world(&server);
    let questions: &[(&str, &[&str])] = &[
        ("pypi:demo", &["1.0.0", ">=1"]),
        ("npm:demo", &["1.0.0", "1.x"]),
        ("pypi:Demo", &[]),
    ];
    let absent: &[(&str, &[&str])] = &[("pypi:demo", &["1.1"]), ("npm:demo", &["1.1.0"])];
    world.ask(absent);
    server.take();
    age(&world, 3600 + 1);
    // The entry is still used; PyPI has 1.0, which is 1.0.0.
    world.ask(questions);
    assert_eq!(server.take().len(), 0);
    world.ask(absent);
    let seen = server.take();
    assert_eq!(seen.len(), 3, "{seen:#?}");
    assert!(
        seen.iter()
            .all(|request| !request.header("if-none-match").is_empty())
    );
}

#[test]
fn refresh_asks_again() {
    let server = registry();
    let world = world(&server);
    world.ask(QUESTIONS);
    server.take();
    let mut options = world.options();
    options.refresh = true;
    let releases = ask(options, QUESTIONS);
    assert_eq!(server.seen().len(), 4);
    assert!(
        releases
            .iter()
            .all(|(_, _, origin)| *origin == ReleaseOrigin::Registry)
    );
}

#[test]
fn a_question_that_needs_more_gets_more() {
    let server = registry();
    let world = world(&server);
    world.ask(&[("npm:demo", &["2.0.0"])]);
    assert_eq!(server.take().len(), 1);
    let releases = world.ask(&[("npm:demo", &["1.0.0"])]);
    assert!(published(&releases, "npm:demo").complete);
    let paths: Vec<String> = server.take().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/demo"]);
}

#[test]
fn new_tags_bring_a_new_document() {
    let server = Server::start(|request| {
        let newest = if request.earlier == 0 { "2.0.0" } else { "2.1.0" };
        match request.path.ends_with("dist-tags") {
            true => Answer::json(format!(r#"{{"latest":"{newest}"}}"#)),
            false => Answer::json(format!(
                r#"{{"dist-tags":{{"latest":"{newest}"}},"versions":{{"1.0.0":{{}},"{newest}":{{}}}}}}"#
            )),
        }
    });
    let world = world(&server);
    world.ask(&[("npm:demo", &["1.0.0"])]);
    age(&world, 13 * 3600);
    assert_eq!(
        newest(&world.ask(&[("npm:demo", &["1.0.0"])]), "npm:demo"),
        "2.1.0"
    );
    assert_eq!(server.seen().len(), 4);
}

#[test]
fn errors_are_never_kept() {
    let server = Server::start(|request| match request.path.as_str() {
        "/simple/a/" => Answer::status(403),
        "/simple/b/" => Answer::json("{"),
        _ => Answer::status(401),
    });
    let world = world(&server);
    let releases = world.ask(&[("pypi:a", &[]), ("pypi:b", &[]), ("npm:c", &[])]);
    assert!(
        releases
            .iter()
            .all(|(_, release, _)| matches!(release, PackageLookup::Unknown(_)))
    );
    assert_eq!(files(&world), [] as [PathBuf; 0]);
}

#[test]
fn offline_opens_no_connection_and_takes_any_age() {
    let server = registry();
    let world = world(&server);
    world.ask(QUESTIONS);
    age(&world, 100 * 24 * 3600);
    let connections = server.connections();
    let mut options = world.options();
    options.offline = true;
    options.refresh = true;
    let releases = ask(options, &[("pypi:demo", &["1.0"]), ("npm:other", &[])]);
    assert_eq!(server.connections(), connections);
    assert_eq!(newest(&releases, "pypi:demo"), "2.0");
    assert_eq!(
        of(&releases, "npm:other"),
        &PackageLookup::Unknown(UnknownReason::Offline)
    );
    let old = releases
        .iter()
        .any(|(_, _, origin)| matches!(origin, ReleaseOrigin::Cache { age } if *age >= 8_640_000));
    assert!(old);
}

/// A registry of both kinds that works once for each address, and then answers 503.
fn soon_down() -> Server {
    Server::start(|request| match (request.earlier, request.path.as_str()) {
        (1.., _) => Answer::status(503),
        (0, "/simple/none/") => Answer::status(404),
        (0, "/simple/demo/") => pypi_page("demo", &["1.0", "2.0"]),
        (0, _) => npm_answers(request),
    })
}

#[test]
fn a_registry_that_is_down_is_replaced_by_the_cache() {
    for refresh in [true, false] {
        let server = soon_down();
        let world = world(&server);
        world.ask(QUESTIONS);
        age(&world, 9 * 24 * 3600);
        let mut options = world.options();
        options.refresh = refresh;
        let releases = ask(options, &QUESTIONS[..3]);
        for (package, _, origin) in releases.iter() {
            let why = origin.fallback().unwrap_or_default();
            assert_eq!(
                why, "the registry answered 503; used the reply of 9 days ago",
                "{package}"
            );
            assert!(!releases.is_current(package));
        }
        assert_eq!(newest(&releases, "pypi:demo"), "2.0");
        assert_eq!(newest(&releases, "npm:demo"), "2.0.0");
        assert!(published(&releases, "npm:demo").complete);
    }
}

#[test]
fn an_old_reply_does_not_say_that_something_is_missing() {
    let server = soon_down();
    let world = world(&server);
    let questions: &[(&str, &[&str])] = &[
        ("pypi:demo", &["3.0"]),
        ("npm:demo", &["9.0.0"]),
        ("pypi:none", &[]),
    ];
    world.ask(questions);
    age(&world, 2 * 3600);
    let mut options = world.options();
    options.refresh = true;
    let releases = ask(options, questions);
    // The versions may have been published since.
    assert!(!published(&releases, "pypi:demo").complete);
    assert!(!published(&releases, "npm:demo").complete);
    assert_eq!(
        of(&releases, "pypi:none"),
        &PackageLookup::Unknown(UnknownReason::Status(503))
    );
}

#[test]
fn another_registry_is_another_entry() {
    let (one, two) = (
        Server::start(|_| pypi_page("demo", &["1.0"])),
        Server::start(|_| pypi_page("demo", &["2.0"])),
    );
    let world = World::new();
    for (server, version) in [(&one, "1.0"), (&two, "2.0"), (&one, "1.0")] {
        let mut options = world.options();
        options.pypi_index = Some(server.url("/"));
        assert_eq!(newest(&ask(options, &[("pypi:demo", &[])]), "pypi:demo"), version);
    }
    assert_eq!((one.seen().len(), two.seen().len()), (1, 1));
}

#[test]
fn a_broken_file_costs_a_request() {
    let server = registry();
    let world = world(&server);
    for broken in ["", "{", "[]", "{\"package\":\"pypi:other\"}"] {
        world.ask(QUESTIONS);
        rewrite(&world, |_| broken.to_owned());
        server.take();
        assert_eq!(newest(&world.ask(QUESTIONS), "pypi:demo"), "2.0");
        assert_eq!(server.take().len(), 5);
    }
}

#[test]
fn parallel_runs_share_a_folder() {
    let server = registry();
    let world = world(&server);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut options = world.options();
                options.refresh = true;
                assert_eq!(newest(&ask(options, QUESTIONS), "npm:demo"), "2.0.0");
            });
        }
    });
    // Complete files, and no temporary files.
    assert_eq!(files(&world).len(), 4);
    rewrite(&world, |json| json.to_string());
}

#[test]
fn clean_removes_release_files_and_nothing_else() {
    let server = registry();
    let world = world(&server)
        .file("cache/releases-v0/npm/old.json", "{}")
        .file("cache/notes.txt", "mine");
    world.ask(QUESTIONS);
    let cache = Cache::new(Some(&world.path().join("cache")), &world.environment());
    let cleaned = cache.clean().expect("it is writable");
    assert_eq!(cleaned.files, 5);
    assert!(cleaned.bytes > 100);
    assert_eq!(files(&world), [world.path().join("cache/notes.txt")]);
    assert_eq!(cache.clean().expect("it is writable").files, 0);
    let own = world.var("CHUB_LINT_CACHE_DIR", "elsewhere");
    assert_eq!(
        Cache::new(None, &own.environment()).dir(),
        Some(own.path().join("elsewhere").as_path())
    );
}

#[test]
fn a_lock_file_repeats_what_the_registries_said() {
    let server = registry();
    let world = world(&server);
    let mut said = world.ask(QUESTIONS);
    let failed = Package::parse("npm:failed").expect("a package");
    said.insert(
        failed.clone(),
        PackageLookup::Unknown(UnknownReason::Timeout),
        ReleaseOrigin::Registry,
    );
    let (lock, unknown) = LockIndex::from_releases(&said);
    let path = world.path().join("locks/chub.lock");
    lock.write(&path).expect("writable");
    let read = LockIndex::read(&world.environment(), &path).expect("readable");
    assert_eq!((&read, unknown), (&lock, 1));
    assert_eq!(read.to_json(), lock.to_json());

    let questions: Vec<LookupRequest> = said
        .iter()
        .map(|(p, _, _)| LookupRequest {
            package: p.clone(),
            versions: Vec::new(),
        })
        .collect();
    let locked = read.look_up(&questions);
    for (package, release, origin) in locked.iter() {
        assert_eq!(*origin, ReleaseOrigin::Lock);
        let expected = if *package == failed {
            &PackageLookup::Unknown(UnknownReason::NotLocked)
        } else {
            said.get(package).unwrap()
        };
        assert_eq!(release, expected);
    }
}

#[test]
fn a_lock_file_that_is_none() {
    let world = World::new()
        .file("a", "{}")
        .file("b", r#"{"schema":9,"packages":{}}"#);
    let world = world.file("c", r#"{"schema":1,"packages":{"gem:x":null}}"#);
    let read = |name: &str| {
        LockIndex::read(&world.environment(), name.as_ref())
            .expect_err("it is none")
            .to_string()
    };
    assert!(
        read("a").starts_with("a is not a lock file: missing field `schema`"),
        "{}",
        read("a")
    );
    assert_eq!(read("b"), "b has schema 9; this version reads schema 1");
    assert!(read("c").contains("names no registry"), "{}", read("c"));
    let absent = LockIndex::read(&world.environment(), "d".as_ref()).expect_err("there is none");
    assert!(matches!(absent, LockError::Absent(_)), "{absent}");
}

#[test]
fn the_budget_holds_for_all_look_ups_together() {
    let server = Server::start(|_| pypi_page("demo", &["1.0"]).after(std::time::Duration::from_secs(9)));
    let mut options = world(&server).options();
    options.network_timeout = std::time::Duration::from_millis(300);
    let registries = RegistryClient::new(options).expect("the settings are right");
    let ask = |name: &str| {
        let package = Package::parse(name).expect("a package");
        registries.look_up(&[LookupRequest {
            package,
            versions: Vec::new(),
        }])
    };
    assert_eq!(
        of(&ask("pypi:a"), "pypi:a"),
        &PackageLookup::Unknown(UnknownReason::Timeout)
    );
    assert_eq!(
        of(&ask("pypi:b"), "pypi:b"),
        &PackageLookup::Unknown(UnknownReason::Budget)
    );
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_file_from_the_future_is_not_believed() {
    let server = registry();
    let world = world(&server);
    world.ask(QUESTIONS);
    rewrite(&world, |mut json| {
        json["asked"] = (json["asked"].as_u64().expect("a time") + 3600).into();
        json.to_string()
    });
    let mut options = world.options();
    options.offline = true;
    let releases = ask(options, QUESTIONS);
    assert!(
        releases
            .iter()
            .all(|(_, release, _)| *release == PackageLookup::Unknown(UnknownReason::Offline))
    );
}

#[cfg(unix)]
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a test makes the files of somebody else"
)]
fn what_others_could_have_written_is_not_believed() {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    let server = registry();
    let world = world(&server);
    world.ask(QUESTIONS);
    let known = || {
        let mut options = world.options();
        options.offline = true;
        let releases = ask(options, QUESTIONS);
        let known = |(_, release, _): &(&Package, &PackageLookup, &ReleaseOrigin)| {
            !matches!(release, PackageLookup::Unknown(_))
        };
        releases.iter().filter(known).count()
    };
    assert_eq!(known(), 4);
    let folder = world.path().join("cache/releases-v3");
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let set = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    assert_eq!((mode(&folder), mode(&folder.join("npm"))), (0o700, 0o700));
    for (path, left) in [(&folder, 0), (&folder.join("npm"), 2), (&files(&world)[0], 3)] {
        let before = mode(path);
        assert_eq!(before & 0o077, 0);
        set(path, before | 0o022);
        assert_eq!(known(), left, "{}", path.display());
        set(path, before);
    }
    // A link may lead to a file of others, and reading a pipe would never end.
    let (file, aside) = (files(&world)[0].clone(), world.path().join("aside"));
    fs::rename(&file, &aside).expect("it is ours");
    symlink(&aside, &file).expect("it is ours");
    assert_eq!(known(), 3);
    fs::remove_file(&file).expect("it is ours");
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&file)
            .status()
            .expect("it runs")
            .success()
    );
    assert_eq!(known(), 3);
    fs::remove_file(&file).expect("it is ours");
    fs::rename(&folder, world.path().join("moved")).expect("it is ours");
    symlink(world.path().join("moved"), &folder).expect("it is ours");
    assert_eq!(known(), 0);
    // Nothing is written there either.
    world.ask(QUESTIONS);
    assert!(
        !world
            .path()
            .join("moved/npm")
            .join(file.file_name().expect("a name"))
            .exists()
    );
}

#[test]
fn a_cache_in_the_checkout_is_refused() {
    let world = World::new()
        .file("repo/.git/HEAD", "")
        .file("repo/hub/content/keep", "")
        .file("elsewhere/keep", "");
    let open = |cwd: &str, hub: Option<&str>, variables: &[(&str, &str)]| {
        let at = |name: &str| world.path().join(name);
        let mut environment =
            chub_lint::releases::Environment::new(variables.iter().copied(), Some(at("home")), at(cwd));
        if let Some(hub) = hub {
            environment = environment.for_hub(&at(hub));
        }
        Cache::open(None, &environment)
            .map(|cache| cache.dir().is_some())
            .map_err(|error| error.to_string())
    };
    for (cwd, hub, folder) in [
        ("repo", None, ".cache"),
        ("repo/hub", None, "../.cache"),
        ("elsewhere", Some("repo/hub/content"), "../repo/.cache"),
    ] {
        let error = open(cwd, hub, &[("CHUB_LINT_CACHE_DIR", folder)]).expect_err(folder);
        assert!(error.contains("inside the checkout"), "{error}");
    }
    assert_eq!(
        open("repo", None, &[("CHUB_LINT_CACHE_DIR", "../elsewhere")]),
        Ok(true)
    );
    assert_eq!(open("repo", None, &[]), Ok(true));
    // The folder of the platform is not the choice of the user, so it is not used.
    let inside = world.path().join("repo/.cache").display().to_string();
    assert_eq!(open("repo", None, &[("XDG_CACHE_HOME", &inside)]), Ok(false));
}

#[test]
fn a_lock_file_of_more_than_a_package_can_have_is_refused() {
    let versions = vec!["[\"1\",\"\"]"; 20_001].join(",");
    let text =
        format!(r#"{{"schema":1,"packages":{{"npm:x":{{"complete":true,"versions":[{versions}]}}}}}}"#);
    let world = World::new().file("lock", text);
    let error = LockIndex::read(&world.environment(), "lock".as_ref())
        .expect_err("it is too large")
        .to_string();
    assert!(error.contains("at most 20000 versions"), "{error}");
}
