//! Whatever a registry does, the run ends in time and reports nothing without data.

use super::{World, ask, newest, of, pypi_page};
use crate::support::server::{Answer, Server};
use chub_lint::package::Package;
use chub_lint::releases::{
    ClientOptions, LookupRequest, PackageIndex, PackageLookup, PackageLookups, RegistryClient, UnknownReason,
};
use std::sync::Mutex;
use std::time::{Duration, Instant};

fn world(server: &Server) -> World {
    World::new()
        .var("PIP_INDEX_URL", server.url("/simple"))
        .var("npm_config_registry", server.url("/"))
}

fn reason(releases: &PackageLookups, package: &str) -> UnknownReason {
    match of(releases, package) {
        PackageLookup::Unknown(reason) => reason.clone(),
        other => panic!("{package} is {other:?}"),
    }
}

/// The reason when a server always gives the same answer, and the number of requests.
fn always(answer: Answer) -> (UnknownReason, usize) {
    let server = Server::start(move |_| answer.clone());
    let releases = world(&server).ask(&[("pypi:demo", &["1.0"])]);
    (reason(&releases, "pypi:demo"), server.seen().len())
}

#[test]
fn one_failure_is_asked_again() {
    for status in [500, 502, 503, 504] {
        let server = Server::start(move |request| match request.earlier {
            0 => Answer::status(status),
            _ => pypi_page("demo", &["1.0"]),
        });
        assert_eq!(
            newest(&world(&server).ask(&[("pypi:demo", &[])]), "pypi:demo"),
            "1.0"
        );
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn failures_end_after_two_retries() {
    assert_eq!(always(Answer::status(503)), (UnknownReason::Status(503), 3));
    assert_eq!(always(Answer::status(403)), (UnknownReason::Status(403), 1));
    assert_eq!(always(Answer::status(401)), (UnknownReason::Status(401), 1));
}

#[test]
fn a_wait_that_is_asked_for_is_kept() {
    let server = Server::start(|request| match request.earlier {
        0 => Answer::status(429).with("Retry-After", "1"),
        _ => pypi_page("demo", &["1.0"]),
    });
    let start = Instant::now();
    assert_eq!(
        newest(&world(&server).ask(&[("pypi:demo", &[])]), "pypi:demo"),
        "1.0"
    );
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_wait_beyond_the_budget_is_not_started() {
    let server = Server::start(|_| Answer::status(429).with("Retry-After", "3600"));
    let start = Instant::now();
    let releases = world(&server).ask(&[("pypi:demo", &[])]);
    assert_eq!(reason(&releases, "pypi:demo"), UnknownReason::Status(429));
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_silent_registry_costs_the_budget_and_no_more() {
    let server = Server::start(|_| pypi_page("demo", &["1.0"]).after(Duration::from_secs(30)));
    let mut options = world(&server).options();
    options.network_timeout = Duration::from_millis(600);
    let start = Instant::now();
    let names: Vec<String> = (0..20).map(|n| format!("pypi:p{n:02}")).collect();
    let questions: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[] as &[&str])).collect();
    let releases = ask(options, &questions);
    assert!(start.elapsed() < Duration::from_secs(3));
    assert_eq!(reason(&releases, "pypi:p00"), UnknownReason::Timeout);
    assert_eq!(reason(&releases, "pypi:p19"), UnknownReason::Budget);
}

#[test]
fn a_registry_that_hangs_costs_its_silence_once() {
    let server = Server::start(|_| pypi_page("demo", &["1.0"]).after(Duration::from_secs(60)));
    let mut options = world(&server).options();
    options.silence_timeout = Duration::from_millis(400);
    options.network_timeout = ClientOptions::NETWORK_TIMEOUT;
    let start = Instant::now();
    let registries = RegistryClient::new(options).expect("the settings are right");
    for round in 0..3 {
        let questions: Vec<LookupRequest> = (0..40)
            .map(|n| LookupRequest {
                package: Package::parse(&format!("pypi:p{round}-{n}")).expect("a package"),
                versions: Vec::new(),
            })
            .collect();
        let releases = registries.look_up(&questions);
        assert_eq!(
            reason(&releases, &format!("pypi:p{round}-39")),
            UnknownReason::Timeout
        );
    }
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    // The places of one host, each once: what hangs is not asked again.
    assert!(server.seen().len() <= 16, "{}", server.seen().len());
    // With its default, a registry that hangs costs less than ten seconds.
    assert!(ClientOptions::SILENCE_TIMEOUT <= Duration::from_secs(9));
}

#[test]
fn a_reply_that_stops_half_way_is_silence() {
    // The head and half of the body, and then nothing.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("it is bound");
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for mut stream in listener.incoming().flatten() {
            let head =
                b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{\"meta\":";
            // A reply before its request would be another fault.
            let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
            let _ = std::io::Write::write_all(&mut stream, head);
            open.push(stream);
        }
    });
    let world = World::new().var("PIP_INDEX_URL", format!("http://{address}/"));
    let mut options = world.options();
    options.silence_timeout = Duration::from_millis(400);
    let start = Instant::now();
    let releases = ask(options, &[("pypi:demo", &[])]);
    assert_eq!(reason(&releases, "pypi:demo"), UnknownReason::Timeout);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn one_package_that_hangs_does_not_take_the_others_with_it() {
    let server = Server::start(|request| match request.path.as_str() {
        "/simple/p0/" => pypi_page("p0", &["1.0"]).after(Duration::from_secs(60)),
        path => pypi_page(path.trim_matches('/').trim_start_matches("simple/"), &["1.0"])
            .after(Duration::from_millis(50)),
    });
    let mut options = world(&server).options();
    options.silence_timeout = Duration::from_millis(600);
    let names: Vec<String> = (0..60).map(|n| format!("pypi:p{n}")).collect();
    let questions: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[] as &[&str])).collect();
    let releases = ask(options, &questions);
    assert_eq!(reason(&releases, "pypi:p0"), UnknownReason::Timeout);
    for name in &names[1..] {
        assert_eq!(newest(&releases, name), "1.0", "{name}");
    }
}

#[test]
fn a_registry_that_is_down_is_not_asked_for_ever() {
    let server = Server::start(|_| Answer::status(503));
    let names: Vec<String> = (0..500).map(|n| format!("pypi:p{n}")).collect();
    let questions: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), &[] as &[&str])).collect();
    let releases = world(&server).ask(&questions);
    assert!(
        names
            .iter()
            .all(|name| reason(&releases, name) == UnknownReason::Status(503))
    );
    assert!(server.seen().len() < 100, "{}", server.seen().len());
}

#[test]
fn nobody_at_home() {
    // A port that was just free.
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("loopback");
    let world = World::new().var("PIP_INDEX_URL", format!("http://{gone}/"));
    match reason(&world.ask(&[("pypi:demo", &[])]), "pypi:demo") {
        UnknownReason::Connection(text) => assert!(
            text.starts_with("cannot connect") && !text.contains("http"),
            "{text}"
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reply_that_breaks_off() {
    let broken = Answer {
        missing_bytes: 4000,
        ..Answer::json(r#"{"meta":"#)
    };
    let (reason, asked) = always(broken);
    assert!(matches!(reason, UnknownReason::Connection(_)), "{reason:?}");
    assert_eq!(asked, 3);
}

#[test]
fn a_reply_that_is_nonsense() {
    for body in [
        &b"<html>\xff\xfe not json \x1b[31m"[..],
        b"{",
        b"null",
        b"",
        b"<a href=\"other-1.0.zip\">",
    ] {
        for kind in ["application/json", "text/html"] {
            let answer = Answer::status(200).with("Content-Type", kind).body(body);
            let server = Server::start(move |_| answer.clone());
            let releases = world(&server).ask(&[("pypi:demo", &[]), ("npm:demo", &["1.0.0"])]);
            for package in ["pypi:demo", "npm:demo"] {
                assert!(
                    matches!(reason(&releases, package), UnknownReason::Reply(_)),
                    "{package} {body:?}"
                );
            }
        }
    }
}

#[test]
fn a_reply_without_end() {
    let chunk = "x".repeat(1 << 20);
    let endless = Answer {
        repeat: 200,
        ..Answer::json(chunk.clone())
    };
    assert_eq!(always(endless), (UnknownReason::TooLarge, 1));
    let announced = Answer {
        missing_bytes: 200 << 20,
        ..Answer::json(chunk)
    };
    assert_eq!(always(announced), (UnknownReason::TooLarge, 1));
}

#[test]
fn a_packument_that_is_too_large_in_full_is_read_in_short() {
    let server = Server::start(|request| match request.path.as_str() {
        "/big" if !request.header("accept").contains("install-v1") => Answer {
            missing_bytes: 200 << 20,
            ..Answer::json("{")
        },
        _ => super::npm_answers(request),
    });
    let releases = world(&server).ask(&[("npm:big", &["1.0.0"])]);
    assert!(super::published(&releases, "npm:big").complete);
}

#[test]
fn redirects_stay_on_the_host_and_end() {
    let server = Server::start(|request| match request.path.as_str() {
        "/simple/demo/" => Answer::status(301).with("Location", "/moved/"),
        "/moved/" => pypi_page("demo", &["1.0"]),
        _ => Answer::status(302).with("Location", request.path.clone()),
    });
    let releases = world(&server).ask(&[("pypi:demo", &[]), ("pypi:loop", &[])]);
    assert_eq!(newest(&releases, "pypi:demo"), "1.0");
    assert_eq!(
        reason(&releases, "pypi:loop"),
        UnknownReason::Reply("too many redirects".to_owned())
    );
}

#[test]
fn a_private_index_that_is_down_is_not_replaced_by_the_next() {
    let down = Server::start(|_| Answer::status(500));
    let public = Server::start(|_| pypi_page("demo", &["9.9"]));
    let world = World::new()
        .var("UV_INDEX", down.url("/"))
        .var("UV_DEFAULT_INDEX", public.url("/"));
    assert_eq!(
        reason(&world.ask(&[("pypi:demo", &[])]), "pypi:demo"),
        UnknownReason::Status(500)
    );
    assert_eq!(public.seen().len(), 0);
}

#[test]
fn progress_counts_to_the_end() {
    static CALLS: Mutex<Vec<(usize, usize)>> = Mutex::new(Vec::new());
    let server = Server::start(|_| Answer::status(404));
    let mut options = world(&server).options();
    options.progress = Some(Box::new(|done, all| {
        CALLS.lock().expect("no panic").push((done, all));
    }));
    ask(options, &[("pypi:a", &[]), ("npm:b", &[]), ("pypi:a", &["1.0"])]);
    assert_eq!(*CALLS.lock().expect("no panic"), [(0, 2), (1, 2), (2, 2)]);
}
