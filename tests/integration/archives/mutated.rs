//! Small archives with random damage, the same on every machine: none panics, and what is read stays small.
//!
//! `FUZZ_EXECUTIONS=100000` runs more.

use crate::support::pack::{ZipFile, tarball, wheel_files, zip};
use chub_lint::releases::Archive;
use std::time::{Duration, Instant};

/// The time for all inputs: a slow machine runs fewer of them.
const BUDGET: Duration = Duration::from_millis(2500);
/// Up to this size no ratio of packed and unpacked bytes is refused; more is read of the same bytes only by two names.
const MOST_BYTES: usize = 8 << 20;

/// Numbers that look random (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// Archives of each kind, with the name that tells it.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let code = "class Client:\n    def open(self): ...\n".repeat(20);
    let files: &[(&str, &[u8])] = &[
        ("demo/__init__.py", code.as_bytes()),
        ("demo/other.py", b"x = 1\n"),
        ("demo/data.bin", &[7; 300]),
    ];
    let large = ZipFile {
        large: true,
        ..ZipFile::new("demo/large.py", code.as_bytes())
    };
    let in_folder: Vec<(String, &[u8])> = files
        .iter()
        .map(|(name, content)| (format!("demo-1.0/{name}"), *content))
        .collect();
    let in_folder: Vec<(&str, &[u8])> = in_folder
        .iter()
        .map(|(name, content)| (name.as_str(), *content))
        .collect();
    vec![
        ("demo-1.0-py3-none-any.whl", zip(&wheel_files(files))),
        ("demo-1.0.zip", zip(&[wheel_files(files), vec![large]].concat())),
        ("demo-1.0.tar.gz", tarball(&in_folder)),
        ("demo-1.0.tgz", tarball(&in_folder)),
    ]
}

/// Change some bytes: most changes are small, and a few cut, repeat or move parts.
fn damage(bytes: &mut Vec<u8>, numbers: &mut Numbers) {
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        let length = numbers.below(40).min(bytes.len() - at);
        match numbers.below(9) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..at + length)),
            2 => {
                let part = bytes[at..at + length].to_vec();
                let to = numbers.below(bytes.len());
                bytes.splice(to..to, part);
            }
            3 => bytes[at..at + length].fill(0xff),
            4 => bytes[at..at + length].fill(0),
            5 => bytes[at..at + length].reverse(),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
        }
        if bytes.is_empty() {
            return;
        }
    }
}

#[test]
fn random_damage_is_refused_or_harmless() {
    let wanted = std::env::var("FUZZ_EXECUTIONS")
        .ok()
        .and_then(|number| number.parse::<usize>().ok());
    let (seeds, start) = (seeds(), Instant::now());
    let mut numbers = Numbers(1);
    let (mut opened, mut refused) = (0, 0);
    for at in 0..wanted.unwrap_or(20_000) {
        if wanted.is_none() && start.elapsed() > BUDGET {
            break;
        }
        let (name, bytes) = &seeds[at % seeds.len()];
        let mut bytes = bytes.clone();
        damage(&mut bytes, &mut numbers);
        let Ok(archive) = Archive::open_file(name, bytes) else {
            refused += 1;
            continue;
        };
        opened += 1;
        let mut read = 0;
        for file in archive.names() {
            let plain = |part: &str| !part.is_empty() && part != ".." && part != ".";
            assert!(
                file.split('/').all(plain) && !file.contains('\\'),
                "number {at}: {file:?}"
            );
            read += archive.read(file).ok().flatten().map_or(0, |bytes| bytes.len());
        }
        assert!(read < MOST_BYTES, "number {at}: {read}");
    }
    assert!(opened > 20 && refused > 20, "{opened} {refused}");
}
