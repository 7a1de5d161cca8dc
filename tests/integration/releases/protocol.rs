//! Requests, and how the answers are read.

use super::{World, newest, npm_answers, of, published, pypi_page};
use crate::support::server::{Answer, Authority, Server};
use chub_lint::releases::{PackageLookup, ProjectState, ProjectStatus, ReleaseOrigin};

#[test]
fn pypi_json_gives_versions_dates_and_yanks_in_one_request() {
    let server = Server::start(|_| {
        Answer::json(
            r#"{"meta":{"api-version":"1.4"},"name":"demo-pkg","versions":["1.0","1.1","2.0","3.0rc1"],"files":[
            {"filename":"demo_pkg-1.0.tar.gz","upload-time":"2024-05-06T00:00:00Z","yanked":false},
            {"filename":"demo_pkg-1.1.tar.gz","upload-time":"2025-02-03T00:00:00Z"},
            {"filename":"demo_pkg-1.1-py3-none-any.whl","upload-time":"2025-02-01T00:00:00Z"},
            {"filename":"demo_pkg-2.0.tar.gz","upload-time":"2025-03-01T00:00:00Z","yanked":"broken build"},
            {"filename":"demo_pkg-3.0rc1.tar.gz","upload-time":"2025-04-01T00:00:00Z"}]}"#,
        )
    });
    let world = World::new().var("PIP_INDEX_URL", server.url("/team/simple"));
    let releases = world.ask(&[("pypi:Demo.Pkg", &["1.0"])]);
    let found = published(&releases, "pypi:demo-pkg");
    assert_eq!(found.newest.as_deref(), Some("1.1"));
    assert_eq!(found.newest_date.expect("a date").to_string(), "2025-02-01");
    assert!(found.complete);
    let yanked: Vec<_> = found
        .versions
        .iter()
        .map(|v| (v.version.as_str(), v.yanked.as_deref()))
        .collect();
    assert_eq!(
        yanked,
        [
            ("1.0", None),
            ("1.1", None),
            ("2.0", Some("broken build")),
            ("3.0rc1", None)
        ]
    );

    let seen = server.seen();
    assert_eq!(server.paths(), ["/team/simple/demo-pkg/"]);
    assert!(
        seen[0]
            .header("accept")
            .starts_with("application/vnd.pypi.simple.v1+json")
    );
    assert!(seen[0].header("user-agent").starts_with("chub-lint/"));
    assert!(seen[0].header("accept-encoding").contains("gzip"));
    assert_eq!(seen[0].header("authorization"), "");
}

#[test]
fn a_mirror_that_only_speaks_html() {
    let server = Server::start(|_| {
        Answer::status(200).with("Content-Type", "text/html; charset=utf-8").body(
            "<!DOCTYPE html><html><body>\n<a href=\"/f/demo-1.0.tar.gz#sha256=00\">demo-1.0.tar.gz</a><br>\n\
             <a href=\"/f/demo-1.10-py3-none-any.whl#sha256=00\" data-requires-python=\"&gt;=3.9\">x</a>\n\
             <a href=\"/f/demo-1.9.zip\">x</a><a href=\"/f/demo-2.0.zip\" data-yanked=\"no &lt;good\">x</a>\n",
        )
    });
    let world = World::new().var("PIP_INDEX_URL", server.url("/simple/"));
    let releases = world.ask(&[("pypi:demo", &["1.0"])]);
    let found = published(&releases, "pypi:demo");
    assert_eq!((found.newest.as_deref(), found.newest_date), (Some("1.10"), None));
    let last = found.versions.last().expect("versions");
    assert_eq!(
        (last.version.as_str(), last.yanked.as_deref()),
        ("2.0", Some("no <good"))
    );
}

#[test]
fn npm_asks_for_the_document_only_when_a_version_differs() {
    let server = Server::start(npm_answers);
    let world = World::new().var("npm_config_registry", server.url(""));
    let releases = world.ask(&[
        ("npm:same", &["2.0.0"]),
        ("npm:exists", &[]),
        ("npm:@scope/old", &["1.0.0"]),
    ]);
    assert_eq!(
        server.paths(),
        [
            "/-/package/@scope%2fold/dist-tags",
            "/-/package/exists/dist-tags",
            "/-/package/same/dist-tags",
            "/@scope%2fold",
        ]
    );
    let same = published(&releases, "npm:same");
    assert_eq!((same.newest.as_deref(), same.complete), (Some("2.0.0"), false));
    assert_eq!(same.dist_tags["next"], "3.0.0-0");
    let old = published(&releases, "npm:@scope/old");
    assert_eq!(
        (old.newest.as_deref(), old.complete, old.versions.len()),
        (Some("2.0.0"), true, 3)
    );
    assert_eq!(old.newest_date.expect("a date").to_string(), "2026-01-01");
    assert_eq!(old.deprecated.as_deref(), Some("use another"));
}

#[test]
fn npm_asks_for_the_short_document_when_dates_do_not_matter() {
    let server = Server::start(npm_answers);
    let world = World::new().var("npm_config_registry", server.url("/"));
    let mut options = world.options();
    options.dates = false;
    super::ask(options, &[("npm:old", &["1.0.0"])]);
    let document = server
        .seen()
        .into_iter()
        .find(|request| request.path == "/old")
        .expect("it was asked");
    assert!(
        document
            .header("accept")
            .starts_with("application/vnd.npm.install-v1+json")
    );
}

/// What is told of the package `gone`, of which an entry covers the newest version.
fn deprecation_of_gone(server: &Server) -> Option<String> {
    let world = World::new().var("npm_config_registry", server.url("/"));
    let mut options = world.options();
    options.deprecation = true;
    let releases = super::ask(options, &[("npm:gone", &["2.0.0"])]);
    published(&releases, "npm:gone").deprecated.clone()
}

#[test]
fn npm_tells_deprecation_of_an_up_to_date_package_when_asked_to() {
    let server = Server::start(|request| match request.path.as_str() {
        "/gone/latest" => Answer::json(r#"{"name":"gone","version":"2.0.0","deprecated":"use another"}"#),
        _ => npm_answers(request),
    });
    assert_eq!(deprecation_of_gone(&server).as_deref(), Some("use another"));
    assert_eq!(server.paths(), ["/-/package/gone/dist-tags", "/gone/latest"]);
}

#[test]
fn npm_mirrors_without_the_newest_version_are_asked_for_the_document() {
    let server = Server::start(|request| match request.path.as_str() {
        "/gone/latest" => Answer::status(404),
        _ => npm_answers(request),
    });
    assert_eq!(deprecation_of_gone(&server).as_deref(), Some("use another"));
}

#[test]
fn the_deprecation_of_a_package_that_is_only_installed_is_not_asked_for() {
    let server = Server::start(npm_answers);
    let world = World::new().var("npm_config_registry", server.url("/"));
    let mut options = world.options();
    options.deprecation = true;
    super::ask(options, &[("npm:exists", &[])]);
    assert_eq!(server.paths(), ["/-/package/exists/dist-tags"]);
}

/// The status of a project whose page is an answer of an index.
fn status(body: &str, kind: &'static str) -> (Option<ProjectStatus>, bool) {
    let answer = Answer::status(200).with("Content-Type", kind).body(body);
    let server = Server::start(move |_| answer.clone());
    let world = World::new().var("PIP_INDEX_URL", server.url("/simple/"));
    world.ask(&[("pypi:demo", &["1.0"])]);
    // Also as it comes back from the cache.
    let releases = world.ask(&[("pypi:demo", &["1.0"])]);
    assert_eq!(server.seen().len(), 1);
    let found = published(&releases, "pypi:demo");
    (found.status.clone(), found.complete)
}

#[test]
fn the_status_of_a_project_is_read_from_json_and_html() {
    let json = |status: &str, files: &str| {
        let body = format!(r#"{{"meta":{{"api-version":"1.4"}},"name":"demo",{status}"files":[{files}]}}"#);
        self::status(&body, "application/vnd.pypi.simple.v1+json")
    };
    let file = r#"{"filename":"demo-1.0.tar.gz"}"#;
    let known = |state, reason: &str| {
        let reason = reason.to_owned();
        Some(ProjectStatus { state, reason })
    };
    for (status, expected) in [
        (
            r#""project-status":{"status":"archived","reason":"use\u001b other"},"#,
            known(ProjectState::Archived, "use other"),
        ),
        (
            r#""project-status":{"status":"deprecated"},"#,
            known(ProjectState::Deprecated, ""),
        ),
        (
            r#""project-status":{"status":"deprecated","reason":null,"more":[{}]},"#,
            known(ProjectState::Deprecated, ""),
        ),
        (r#""project-status":{"status":"active"},"#, None),
        (r#""project-status":{"status":"of another time"},"#, None),
        (r#""project-status":null,"#, None),
        ("", None),
    ] {
        assert_eq!(json(status, file), (expected, true), "{status}");
    }
    // No file and no version is listed, which does not show that there was none.
    let quarantined = r#""project-status":{"status":"quarantined"},"#;
    assert_eq!(
        json(quarantined, ""),
        (known(ProjectState::Quarantined, ""), false)
    );

    let html = |meta: &str, links: &str| {
        let body = format!("<!DOCTYPE html><html><head>{meta}</head><body>{links}</body></html>");
        self::status(&body, "text/html")
    };
    let archived = r#"<meta name="pypi:project-status" content="archived">
        <meta name="pypi:project-status-reason" content="use &lt;other&gt;">"#;
    let link = r#"<a href="demo-1.0.tar.gz">demo-1.0.tar.gz</a>"#;
    assert_eq!(
        html(archived, link),
        (known(ProjectState::Archived, "use <other>"), true)
    );
    let quarantined = r#"<meta name="pypi:project-status" content="quarantined">"#;
    assert_eq!(
        html(quarantined, ""),
        (known(ProjectState::Quarantined, ""), false)
    );
}

#[test]
fn a_package_is_missing_only_when_its_own_document_is() {
    let server = Server::start(|_| Answer::status(404).body("{}"));
    let world = World::new()
        .var("npm_config_registry", server.url("/"))
        .var("PIP_INDEX_URL", server.url("/simple"));
    let releases = world.ask(&[("npm:no-such", &[]), ("pypi:no-such", &["1.0"])]);
    assert_eq!(of(&releases, "npm:no-such"), &PackageLookup::Missing);
    assert_eq!(of(&releases, "pypi:no-such"), &PackageLookup::Missing);
    assert_eq!(
        server.paths(),
        ["/-/package/no-such/dist-tags", "/no-such", "/simple/no-such/"]
    );
}

#[test]
fn a_mirror_without_dist_tags_is_noticed_once() {
    let server = Server::start(|request| match request.path.ends_with("dist-tags") {
        true => Answer::status(404),
        false => npm_answers(request),
    });
    let world = World::new().var("npm_config_registry", server.url("/"));
    let names: Vec<String> = (0..60).map(|n| format!("npm:p{n:02}")).collect();
    let questions: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[] as &[&str])).collect();
    let releases = world.ask(&questions);
    assert!(names.iter().all(|name| newest(&releases, name) == "2.0.0"));
    let tags = server
        .paths()
        .iter()
        .filter(|path| path.ends_with("dist-tags"))
        .count();
    assert!(tags <= 16, "{tags}");
}

#[test]
fn what_was_unpublished_is_missing() {
    let server = Server::start(|request| match request.path.ends_with("dist-tags") {
        true => Answer::status(404),
        false => Answer::json(r#"{"name":"left","time":{"unpublished":{"time":"2020-01-01"}}}"#),
    });
    let world = World::new().var("npm_config_registry", server.url("/"));
    assert_eq!(
        of(&world.ask(&[("npm:left", &[])]), "npm:left"),
        &PackageLookup::Missing
    );
}

#[test]
fn many_packages_with_at_most_sixteen_requests_at_once() {
    let server = Server::start(|request| {
        let name = request.path.trim_matches('/').to_owned();
        // Long enough for all permits to be taken, although connections start a little apart.
        pypi_page(&name, &["1.0"]).after(std::time::Duration::from_millis(100))
    });
    let world = World::new().var("PIP_INDEX_URL", server.url("/"));
    let names: Vec<String> = (0..100).map(|n| format!("pypi:p{n}")).collect();
    let questions: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[] as &[&str])).collect();
    let releases = world.ask(&questions);
    assert!(releases.iter().all(|(_, release, origin)| {
        matches!(release, PackageLookup::Published(_)) && *origin == ReleaseOrigin::Registry
    }));
    assert_eq!(server.seen().len(), 100);
    assert!((12..=16).contains(&server.peak()), "{}", server.peak());
}

#[test]
fn connections_are_kept_over_https() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.config.clone(), npm_answers);
    let world = World::new()
        .file("ca.pem", &authority.pem)
        .var("SSL_CERT_FILE", "ca.pem")
        .var("npm_config_registry", server.url("/"));
    let names: Vec<String> = (0..60).map(|n| format!("npm:p{n}")).collect();
    let questions: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[] as &[&str])).collect();
    world.ask(&questions);
    assert_eq!(server.seen().len(), 60);
    assert!(server.connections() <= 16, "{}", server.connections());
}
