//! The memory that replies take: the program runs against a server that sends the largest ones.
#![cfg(target_os = "linux")]

use crate::support::server::{Answer, Request, Server};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The memory limit of a run in kilobytes.
const MOST: usize = 200_000;

/// An answer with a head, a repeated middle up to the maximum size, and a tail.
fn filled(head: &str, middle: &str, tail: &str) -> Vec<u8> {
    let most = (32 << 20) - 4096;
    let count = (most - head.len() - tail.len()) / middle.len();
    [head, &middle.repeat(count), tail].concat().into_bytes()
}

/// The same with numbers in place of `#`.
fn numbered(head: &str, middle: &str, tail: &str) -> Vec<u8> {
    let (before, after) = middle.split_once('#').expect("a place for the number");
    let mut out = Vec::with_capacity(32 << 20);
    out.extend_from_slice(head.as_bytes());
    for n in 0.. {
        if out.len() + middle.len() + 8 + tail.len() > (32 << 20) - 4096 {
            break;
        }
        out.extend_from_slice(before.as_bytes());
        write!(out, "{n:x}").expect("memory");
        out.extend_from_slice(after.as_bytes());
    }
    out.extend_from_slice(tail.as_bytes());
    out
}

#[expect(clippy::disallowed_methods, reason = "a test lays out a hub")]
fn document(folder: &Path, package: &str, at: usize) {
    let folder = folder.join(format!("acme/docs/kit{at}"));
    std::fs::create_dir_all(&folder).expect("writable");
    let text = format!(
        "---\nname: kit{at}\ndescription: \"a kit\"\nmetadata:\n  languages: \"python\"\n  versions: \"1.0.0\"\n  \
         package: \"{package}\"\n  revision: 1\n  updated-on: \"2026-01-01\"\n  source: community\n---\n\n# Kit\n"
    );
    std::fs::write(folder.join("DOC.md"), text).expect("writable");
}

/// Look up packages. Returns the peak memory and the output.
#[expect(
    clippy::disallowed_methods,
    reason = "a test runs the program and looks at its memory"
)]
fn run(packages: &[&str], handler: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> (usize, String) {
    let server = Server::start(handler);
    let world = super::World::new();
    for (at, package) in packages.iter().enumerate() {
        document(&world.path().join("content"), package, at);
    }
    let program = std::env::var_os("CHUB_LINT_ATTACKS_PROGRAM")
        .unwrap_or_else(|| env!("CARGO_BIN_EXE_chub-lint").into());
    let mut child = Command::new(program)
        .current_dir(world.path())
        .args([
            "packages",
            "content",
            "--isolated",
            "--network-timeout",
            "60",
            "--output",
            "json",
        ])
        .args([
            "--pypi-index",
            &server.url("/simple"),
            "--npm-registry",
            &server.url(""),
        ])
        .env_clear()
        .env("HOME", world.path())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("RAYON_NUM_THREADS", "2")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("it is ours").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = now.unwrap_or(0).max(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().expect("it ran");
    let text = [output.stdout, output.stderr].concat();
    (peak, String::from_utf8_lossy(&text).into_owned())
}

/// Check the output for one reply.
fn one(package: &str, body: Vec<u8>, says: &str) {
    let (peak, text) = run(&[package], move |request| {
        match request.path.ends_with("/dist-tags") {
            true => Answer::json(r#"{"latest":"2.0.0"}"#),
            false => Answer::status(200).body(body.clone()),
        }
    });
    assert!(text.contains(says), "{text}");
    assert!(peak > 0 && peak < MOST, "{peak} kB");
}

#[test]
fn a_page_of_short_versions() {
    one(
        "pypi:a",
        numbered("", "<a href=a-#.zip>", ""),
        "the reply was too large",
    );
}

#[test]
fn a_link_of_many_attributes() {
    one("pypi:a", filled("<a ", "b ", "href=a-1.zip>"), "1");
}

#[test]
fn a_page_of_json_with_lists_in_lists() {
    let head = r#"{"meta":{"api-version":"1.1"},"files":[{"filename":"a-1.zip","yanked":["#;
    one("pypi:a", filled(head, "0,", "0]}]}"), "could not be read");
}

#[test]
fn a_packument_of_short_versions() {
    let body = numbered(r#"{"versions":{"#, r#""1.0.0-x#":{},"#, r#""1.0.0":{}}}"#);
    one("npm:a", body, "the reply was too large");
}

#[test]
fn a_packument_of_lists_and_times() {
    let head = r#"{"dist-tags":{"latest":"2.0.0"},"versions":{"1.0.0":{},"2.0.0":{"deprecated":["#;
    one("npm:a", filled(head, "0,", "0]}}}"), "2.0.0");
}

#[test]
fn many_registries_at_once() {
    let names: Vec<String> = (0..24).map(|n| format!("pypi:a{n}")).collect();
    let packages: Vec<&str> = names.iter().map(String::as_str).collect();
    let half = "x".repeat(12 << 20);
    let (peak, text) = run(&packages, move |_| Answer::status(200).body(half.clone()));
    assert!(text.contains("could not be read"), "{text}");
    assert!(peak > 0 && peak < MOST, "{peak} kB");
}

#[test]
fn what_is_packed_unpacks_to_no_more_than_the_limit() {
    let packed = gzip(64 << 20);
    let (peak, text) = run(&["pypi:a", "pypi:b", "npm:c"], move |request| {
        // The other encodings can have windows of any size.
        assert_eq!(request.header("accept-encoding"), "gzip");
        Answer::status(200)
            .with("Content-Encoding", "gzip")
            .body(packed.clone())
    });
    assert!(text.contains("the reply was too large"), "{text}");
    assert!(peak > 0 && peak < MOST, "{peak} kB");
}

/// Zeros, packed by the system's gzip.
#[expect(clippy::disallowed_methods, reason = "a test packs its bomb")]
fn gzip(bytes: usize) -> Vec<u8> {
    let mut child = Command::new("gzip")
        .arg("-c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("gzip is there");
    let mut stdin = child.stdin.take().expect("it is piped");
    let writer = std::thread::spawn(move || stdin.write_all(&vec![b' '; bytes]));
    let output = child.wait_with_output().expect("it ran");
    writer.join().expect("no panic").expect("it reads");
    output.stdout
}
