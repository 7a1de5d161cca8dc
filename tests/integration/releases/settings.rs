//! Registries, certificates and proxies from the settings of pip, uv and npm.

use super::{World, newest, npm_answers, of, pypi_page};
use crate::support::server::{Answer, Authority, Server};
use chub_lint::releases::{PackageLookup, UnknownReason};

#[test]
fn pip_conf_names_the_index() {
    let server = Server::start(|_| pypi_page("demo", &["1.0"]));
    for file in [".config/pip/pip.conf", ".pip/pip.conf"] {
        let world = World::new().file(
            file,
            format!("[global]\nindex-url = {}\n", server.url("/conf/simple")),
        );
        assert_eq!(
            newest(&world.ask(&[("pypi:demo", &[])]), "pypi:demo"),
            "1.0",
            "{file}"
        );
    }
    let world = World::new()
        .file(
            "own.conf",
            format!("[install]\nindex_url: {}\n", server.url("/own")),
        )
        .var("PIP_CONFIG_FILE", "own.conf");
    world.ask(&[("pypi:demo", &[])]);
    assert_eq!(
        server.paths(),
        ["/conf/simple/demo/", "/conf/simple/demo/", "/own/demo/"]
    );
}

#[test]
fn an_extra_index_answers_for_what_the_first_does_not_have() {
    let first = Server::start(|request| match request.path.as_str() {
        "/both/" => pypi_page("both", &["1.0"]),
        _ => Answer::status(404),
    });
    let extra = Server::start(|request| pypi_page(request.path.trim_matches('/'), &["7.0"]));
    let world = World::new()
        .var("PIP_INDEX_URL", first.url("/"))
        .var("PIP_EXTRA_INDEX_URL", extra.url("/"));
    let releases = world.ask(&[("pypi:both", &[]), ("pypi:own", &[])]);
    assert_eq!(
        (newest(&releases, "pypi:both"), newest(&releases, "pypi:own")),
        ("1.0", "7.0")
    );
    assert_eq!(extra.paths(), ["/own/"]);
}

#[test]
fn the_flags_replace_what_the_environment_names() {
    let (flag, other) = (Server::start(npm_or_pypi), Server::start(|_| Answer::status(500)));
    let world = World::new()
        .var("PIP_INDEX_URL", other.url("/"))
        .var("UV_INDEX", other.url("/"))
        .file(
            ".npmrc",
            format!("registry={0}\n@s:registry={0}\n", other.url("/")),
        );
    let mut options = world.options();
    options.pypi_index = Some(flag.url("/simple/"));
    options.npm_registry = Some(flag.url(""));
    let releases = super::ask(
        options,
        &[("pypi:demo", &[]), ("npm:demo", &[]), ("npm:@s/demo", &[])],
    );
    assert_eq!(newest(&releases, "npm:@s/demo"), "2.0.0");
    assert_eq!((flag.seen().len(), other.connections()), (3, 0));
}

fn npm_or_pypi(request: &super::Request) -> Answer {
    match request.path.strip_prefix("/simple/") {
        Some(name) => pypi_page(name.trim_matches('/'), &["1.0"]),
        None => npm_answers(request),
    }
}

#[test]
fn the_projects_npmrc_is_stronger_than_the_users() {
    let (project, user) = (Server::start(npm_answers), Server::start(npm_answers));
    let world = World::new()
        .file("work/package.json", "{}")
        .file("work/.npmrc", format!("registry={}\n", project.url("/")))
        .file(".npmrc", format!("registry={}\n", user.url("/")));
    let environment = chub_lint::releases::Environment::new(
        Vec::<(String, String)>::new(),
        Some(world.path().to_owned()),
        world.path().join("work"),
    );
    for project_settings in [true, false] {
        let mut options = world.options();
        options.environment = environment.clone();
        options.project_settings = project_settings;
        options.refresh = true;
        super::ask(options, &[("npm:demo", &[])]);
    }
    assert_eq!((project.seen().len(), user.seen().len()), (1, 1));
}

#[test]
fn a_certificate_authority_of_ones_own() {
    let authority = Authority::new();
    let server = Server::start_tls(authority.config.clone(), npm_or_pypi);
    let ask = |world: World| {
        let world = world
            .file("ca.pem", &authority.pem)
            .var("PIP_INDEX_URL", server.url("/simple"))
            .var("npm_config_registry", server.url("/"));
        let releases = world.ask(&[("pypi:demo", &[]), ("npm:demo", &[])]);
        ["pypi:demo", "npm:demo"].map(|package| of(&releases, package).clone())
    };
    let reached = |world| ask(world).map(|release| matches!(release, PackageLookup::Published(_)));

    for release in ask(World::new()) {
        match release {
            PackageLookup::Unknown(UnknownReason::Connection(text)) => {
                assert!(text.contains("certificate"), "{text}");
            }
            other => panic!("{other:?}"),
        }
    }
    // A retry would not help: one connection each.
    assert_eq!(server.connections(), 2);
    for (variable, reaches) in [
        ("SSL_CERT_FILE", [true, true]),
        ("PIP_CERT", [true, false]),
        ("REQUESTS_CA_BUNDLE", [true, false]),
        ("NODE_EXTRA_CA_CERTS", [false, true]),
        ("npm_config_cafile", [false, true]),
    ] {
        assert_eq!(
            reached(World::new().var(variable, "ca.pem")),
            reaches,
            "{variable}"
        );
    }
    assert_eq!(
        reached(
            World::new()
                .file("certs/a.pem", &authority.pem)
                .var("SSL_CERT_DIR", "certs")
        ),
        [true, true]
    );
    assert_eq!(
        reached(World::new().file(".pip/pip.conf", "[global]\ncert = ca.pem\n")),
        [true, false]
    );
    assert_eq!(
        reached(World::new().file(".npmrc", "cafile=ca.pem\n")),
        [false, true]
    );
}

#[test]
fn proxies_of_the_environment() {
    let proxy = Server::start(|_| pypi_page("demo", &["1.0"]));
    let world = || {
        World::new()
            .var("PIP_INDEX_URL", "http://index.invalid/simple")
            .var("HTTP_PROXY", proxy.url(""))
    };
    assert_eq!(newest(&world().ask(&[("pypi:demo", &[])]), "pypi:demo"), "1.0");
    assert_eq!(proxy.paths(), ["http://index.invalid/simple/demo/"]);
    let releases = world()
        .var("NO_PROXY", "index.invalid")
        .ask(&[("pypi:demo", &[])]);
    assert!(matches!(of(&releases, "pypi:demo"), PackageLookup::Unknown(_)));
    assert_eq!(proxy.seen().len(), 1);
}

#[test]
fn settings_that_cannot_be_used_say_what_and_where() {
    let message = |world: World| world.open().err().expect("it must not open").to_string();
    let text = message(World::new().var("PIP_INDEX_URL", "pypi.example/simple"));
    assert!(
        text.contains("the variable PIP_INDEX_URL is not a registry address"),
        "{text}"
    );
    let text = message(World::new().file(".npmrc", "\nregistry=npm.example\n"));
    assert!(text.contains(".npmrc:2 is not a registry address"), "{text}");
    let text = message(World::new().file(".pip/pip.conf", "index-url = x\n"));
    assert!(text.contains("pip.conf:1: expected a section"), "{text}");
    let text = message(World::new().file(".npmrc/x", ""));
    assert!(text.contains("cannot read") && text.contains(".npmrc"), "{text}");
    let text = message(
        World::new()
            .file("empty.pem", "nothing")
            .var("PIP_CERT", "empty.pem"),
    );
    assert!(text.contains("the variable PIP_CERT names empty.pem"), "{text}");
    let text = message(World::new().var("HTTPS_PROXY", "http://"));
    assert!(text.contains("the variable HTTPS_PROXY is not a proxy"), "{text}");
}
