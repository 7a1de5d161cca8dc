//! A credential goes to its own host and path, and into no output.

use super::{World, newest, npm_answers, of, pypi_page};
use crate::support::server::{Answer, Authority, Server};
use base64::Engine;
use chub_lint::releases::{LockIndex, PackageLookup};

const SECRET: &str = "s3cr3t-t0ken";

fn basic(user: &str, password: &str) -> String {
    let engine = base64::engine::general_purpose::STANDARD;
    format!("Basic {}", engine.encode(format!("{user}:{password}")))
}

/// A PyPI index that wants a password.
fn guarded() -> Server {
    Server::start(
        |request| match request.header("authorization") == basic("me", SECRET) {
            true => pypi_page("demo", &["1.0"]),
            false => Answer::status(401),
        },
    )
}

fn with_userinfo(server: &Server, path: &str) -> String {
    server.url(path).replace("://", &format!("://me:{SECRET}@"))
}

#[test]
fn pypi_credentials_from_address_netrc_and_uv() {
    let server = guarded();
    let (index, plain) = (with_userinfo(&server, "/simple"), server.url("/simple"));
    let netrc = format!("machine 127.0.0.1 login me password {SECRET}\n");
    for world in [
        World::new().var("PIP_INDEX_URL", &index),
        World::new().file(".pip/pip.conf", format!("[global]\nindex-url={index}\n")),
        World::new().var("PIP_INDEX_URL", &plain).file(".netrc", &netrc),
        World::new()
            .var("UV_INDEX_URL", &plain)
            .file("own", &netrc)
            .var("NETRC", "own"),
        World::new()
            .var("UV_DEFAULT_INDEX", format!("my-team={plain}"))
            .var("UV_INDEX_MY_TEAM_USERNAME", "me")
            .var("UV_INDEX_MY_TEAM_PASSWORD", SECRET),
    ] {
        assert_eq!(newest(&world.ask(&[("pypi:demo", &[])]), "pypi:demo"), "1.0");
    }
}

#[test]
fn a_scope_registry_with_a_token_from_the_environment() {
    let scoped =
        Server::start(
            |request| match request.header("authorization") == format!("Bearer {SECRET}") {
                true => npm_answers(request),
                false => Answer::status(401),
            },
        );
    let public = Server::start(npm_answers);
    let npmrc = format!(
        "registry={}\n@team:registry={}\n//{}/npm/:_authToken=${{TOKEN}}\n",
        public.url("/"),
        scoped.url("/npm/"),
        scoped.host()
    );
    let world = World::new().file(".npmrc", &npmrc).var("TOKEN", SECRET);
    let releases = world.ask(&[
        ("npm:@team/demo", &["1.0.0"]),
        ("npm:@other/demo", &[]),
        ("npm:demo", &[]),
    ]);
    assert_eq!(newest(&releases, "npm:@team/demo"), "2.0.0");
    assert_eq!(
        scoped.paths(),
        ["/npm/-/package/@team%2fdemo/dist-tags", "/npm/@team%2fdemo"]
    );
    assert!(
        public
            .seen()
            .iter()
            .all(|request| request.header("authorization").is_empty())
    );

    // Without the variable there is no token, and `${TOKEN}` itself is not sent.
    let releases = World::new()
        .file(".npmrc", &npmrc)
        .ask(&[("npm:@team/demo", &[])]);
    assert!(matches!(
        of(&releases, "npm:@team/demo"),
        PackageLookup::Unknown(_)
    ));
    assert_eq!(
        scoped
            .seen()
            .last()
            .expect("it was asked")
            .header("authorization"),
        ""
    );
}

#[test]
fn npm_passwords_of_both_kinds() {
    let server = Server::start(
        |request| match request.header("authorization") == basic("me", SECRET) {
            true => npm_answers(request),
            false => Answer::status(403),
        },
    );
    let engine = base64::engine::general_purpose::STANDARD;
    let host = server.host();
    for lines in [
        format!("//{host}/:_auth={}\n", engine.encode(format!("me:{SECRET}"))),
        format!(
            "//{host}/:username=me\n//{host}/:_password={}\n",
            engine.encode(SECRET)
        ),
    ] {
        let world = World::new().file(".npmrc", format!("registry={}\n{lines}", server.url("/")));
        assert_eq!(newest(&world.ask(&[("npm:demo", &[])]), "npm:demo"), "2.0.0");
    }
}

#[test]
fn a_redirect_takes_no_credential_along() {
    let authority = Authority::new();
    let other = Server::start_tls(authority.config.clone(), |_| pypi_page("demo", &["1.0"]));
    let target = other.url("/elsewhere/");
    let server = Server::start(move |_| Answer::status(302).with("Location", target.clone()));
    let world = World::new()
        .file("ca.pem", &authority.pem)
        .var("PIP_CERT", "ca.pem")
        .var("PIP_INDEX_URL", with_userinfo(&server, "/simple"));
    assert_eq!(newest(&world.ask(&[("pypi:demo", &[])]), "pypi:demo"), "1.0");
    assert_eq!(server.seen()[0].header("authorization"), basic("me", SECRET));
    assert_eq!(other.seen()[0].header("authorization"), "");
}

#[test]
fn a_redirect_to_another_host_without_https_is_refused() {
    let other = Server::start(|_| pypi_page("demo", &["1.0"]));
    let target = other.url("/elsewhere/");
    let server = Server::start(move |_| Answer::status(302).with("Location", target.clone()));
    let world = World::new().var("PIP_INDEX_URL", with_userinfo(&server, "/simple"));
    assert!(matches!(
        of(&world.ask(&[("pypi:demo", &[])]), "pypi:demo"),
        PackageLookup::Unknown(_)
    ));
    assert_eq!(other.connections(), 0);
}

#[test]
fn a_redirect_on_the_same_host_leaves_the_path_of_the_credential() {
    let server = Server::start(|request| match request.path.starts_with("/open/") {
        true => pypi_page("demo", &["1.0"]),
        false => Answer::status(302).with("Location", "/open/demo/"),
    });
    let world = World::new().var("PIP_INDEX_URL", with_userinfo(&server, "/simple"));
    world.ask(&[("pypi:demo", &[])]);
    let sent: Vec<bool> = server
        .seen()
        .iter()
        .map(|r| r.header("authorization").is_empty())
        .collect();
    assert_eq!(sent, [false, true]);
}

/// Everything that a run stores or could print.
#[expect(clippy::disallowed_methods, reason = "a test looks at what was written")]
fn traces(world: &World, questions: &[(&str, &[&str])]) -> String {
    let registries = world.open().expect("the settings are right");
    let releases = world.ask(questions);
    let mut text = format!(
        "{releases:?} {:?} {}",
        world.environment(),
        LockIndex::from_releases(&releases).0.to_json()
    );
    for (package, _) in questions {
        let package = chub_lint::package::Package::parse(package).expect("a package");
        text.push_str(&format!("{:?}", registries.addresses(&package)));
    }
    let mut folders = vec![world.path().join("cache")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match std::fs::read_to_string(entry.path()) {
                Ok(file) => text.push_str(&format!("{:?} {file}", entry.path())),
                Err(_) => folders.push(entry.path()),
            }
        }
    }
    text
}

#[test]
fn no_credential_is_ever_written_or_shown() {
    let echo = Server::start(|request| match request.path.as_str() {
        "/a/ok/" => pypi_page("ok", &["1.0"]),
        "/a/odd/" => Answer::status(200).body(format!("<html>{}", request.header("authorization"))),
        "/a/away/" => Answer::status(302).with("Location", format!("http://me:{SECRET}@other.invalid/")),
        "/a/broken/" => Answer {
            missing_bytes: 10,
            ..Answer::json("{")
        },
        _ => Answer::status(401),
    });
    let world = World::new().var("PIP_INDEX_URL", with_userinfo(&echo, "/a"));
    let names = ["pypi:ok", "pypi:odd", "pypi:away", "pypi:broken", "pypi:no"];
    let text = traces(&world, &names.map(|name| (name, &["1.0"] as &[&str])));
    assert!(
        text.contains("pypi:ok") && text.contains("127.0.0.1"),
        "the traces are empty: {text}"
    );
    let encoded = basic("me", SECRET).replace("Basic ", "");
    for secret in [SECRET, encoded.as_str()] {
        assert!(!text.contains(secret), "{text}");
    }
    for variable in ["PIP_INDEX_URL", "HTTPS_PROXY", "npm_config_registry"] {
        for value in [
            format!("ht!tp://me:{SECRET}@h"),
            format!("http://me:{SECRET}@[x"),
            SECRET.to_owned(),
        ] {
            if let Err(error) = World::new().var(variable, &value).open() {
                assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
            }
        }
    }
}

/// Separate folders for home and project, each with its files; the project is a checkout.
fn apart(home: &str, project: &str) -> World {
    World::new()
        .file("home/.npmrc", home)
        .file("work/.git/HEAD", "")
        .file("work/.npmrc", project)
}

fn ask_apart(world: &World, questions: &[(&str, &[&str])]) -> chub_lint::releases::PackageLookups {
    let mut options = world.options();
    options.environment = chub_lint::releases::Environment::new(
        world.variables.clone(),
        Some(world.path().join("home")),
        world.path().join("work"),
    );
    super::ask(options, questions)
}

#[test]
fn a_project_names_registries_and_gives_nothing_else() {
    let server = Server::start(npm_answers);
    let host = server.host();
    let project = format!(
        "registry={0}\n@a:registry={0}\n@${{TOKEN}}:registry={0}\n@b:registry={0}/${{TOKEN}}/\n\
         //{host}/:_authToken={SECRET}\n//{host}/:_auth={SECRET}\ncafile=none.pem\n",
        server.url("")
    );
    let world = apart("", &project).var("TOKEN", SECRET);
    let releases = ask_apart(&world, &[("npm:@a/x", &[]), ("npm:@b/x", &[]), ("npm:x", &[])]);
    assert_eq!(newest(&releases, "npm:x"), "2.0.0");
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    assert!(
        !format!("{seen:?}").contains(SECRET) && seen.iter().all(|r| r.header("authorization").is_empty())
    );
}

#[test]
fn a_token_of_the_user_goes_to_a_registry_that_the_user_names_too() {
    let server = Server::start(npm_answers);
    let host = server.host();
    let token = format!("//{host}/:_authToken={SECRET}\n");
    let named = format!("@team:registry={}\n{token}", server.url(""));
    let project = format!("@team:registry={}\n", server.url(""));
    for (home, sent) in [(&named, format!("Bearer {SECRET}")), (&token, String::new())] {
        let world = apart(home, &project);
        assert_eq!(
            newest(&ask_apart(&world, &[("npm:@team/x", &[])]), "npm:@team/x"),
            "2.0.0"
        );
        let seen = server.take();
        assert!(
            seen.iter().all(|request| request.header("authorization") == sent),
            "{seen:?}"
        );
    }
}

#[test]
fn a_registry_of_the_project_cannot_send_the_users_token_elsewhere() {
    let authority = Authority::new();
    let own = Server::start_tls(authority.config.clone(), npm_answers);
    let target = own.url("/delete/everything");
    let other = Server::start(move |_| Answer::status(302).with("Location", target.clone()));
    let token = format!("//{}/:_authToken={SECRET}\n", own.host());
    let registry = format!("@team:registry={}\n", other.url(""));
    for (home, project, sent) in [
        (token.clone(), registry.as_str(), String::new()),
        (format!("{token}{registry}"), "", format!("Bearer {SECRET}")),
    ] {
        let world = apart(&home, project)
            .file("ca.pem", &authority.pem)
            .var("NODE_EXTRA_CA_CERTS", "../ca.pem");
        ask_apart(&world, &[("npm:@team/x", &[])]);
        let seen = own.take();
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].header("authorization"), sent);
    }
}

#[test]
fn addresses_of_a_project_that_are_not_plain_are_refused() {
    for (address, says) in [
        (
            format!("https://me:{SECRET}@npm.example/"),
            "work/.npmrc:1 contains a user or a password",
        ),
        (
            format!("https://{SECRET}@npm.example/"),
            "work/.npmrc:1 contains a user or a password",
        ),
        (
            "https://npm.example/team%2f..%2fevil".to_owned(),
            "its path has `..`",
        ),
        ("https://npm.example/team/%252e".to_owned(), "its path has `%25`"),
        (
            "https://npm.example/team/..;/evil".to_owned(),
            "its path has `..`",
        ),
    ] {
        let world = apart("", &format!("registry=\"{address}\"\n"));
        let mut options = world.options();
        options.environment = chub_lint::releases::Environment::new(
            world.variables.clone(),
            Some(world.path().join("home")),
            world.path().join("work"),
        );
        let error = chub_lint::releases::RegistryClient::new(options)
            .err()
            .expect(&address)
            .to_string();
        assert!(error.contains(says) && !error.contains(SECRET), "{error}");
    }
}
