//! Reads the case files and lays out their folders.

use std::fs;
use std::path::{Path, PathBuf};

/// The time of the recordings.
pub const EPOCH: &str = "1767312000";

/// One case.
pub struct Case {
    pub name: String,
    /// Command lines, split at spaces.
    pub runs: Vec<String>,
    /// The errors that chub-lint must report when it must not build.
    pub refusals: Vec<String>,
    files: Vec<File>,
}

struct File {
    path: Vec<u8>,
    content: Content,
}

enum Content {
    Bytes(Vec<u8>, u32),
    Link(String),
    Folder,
    Pipe,
}

/// The path of the data of these tests.
pub fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/registry")
        .join(name)
}

/// The cases of one file.
pub fn read(file: &Path) -> Vec<Case> {
    let text = fs::read_to_string(file).expect("a case file");
    let mut cases: Vec<Case> = Vec::new();
    // The file whose lines are being read.
    let mut open: Option<(Vec<u8>, String, Vec<&str>)> = None;
    for line in text.lines() {
        let header = line.strip_prefix("=== ").or(line.strip_prefix(">>> "));
        if header.is_some() {
            close(&mut cases, open.take());
        }
        match (line.get(..4), header) {
            (Some("=== "), Some(name)) => cases.push(Case {
                name: name.to_owned(),
                runs: Vec::new(),
                refusals: Vec::new(),
                files: Vec::new(),
            }),
            (_, Some(header)) => open = header_of(&mut cases, header),
            _ if open.is_some() => open.as_mut().expect("just looked").2.push(line),
            _ => {
                let case = cases.last_mut().expect("a case begins with ===");
                if let Some(run) = line.strip_prefix("run: ") {
                    case.runs.push(run.to_owned());
                } else if let Some(refusal) = line.strip_prefix("refuse: ") {
                    case.refusals.push(refusal.to_owned());
                }
            }
        }
    }
    close(&mut cases, open);
    for case in &mut cases {
        if case.runs.is_empty() {
            case.runs = vec![
                "build content --validate-only".into(),
                "build content -o out".into(),
            ];
        }
    }
    cases
}

fn header_of<'a>(cases: &mut [Case], header: &str) -> Option<(Vec<u8>, String, Vec<&'a str>)> {
    let case = cases.last_mut().expect("a case begins with ===");
    let mut add = |path: &str, content| {
        case.files.push(File {
            path: decode(path),
            content,
        });
    };
    if let Some((path, yaml)) = header.split_once(" = ") {
        let text = format!("---\n{}\n---\nBody.\n", yaml.replace(" | ", "\n"));
        add(path, Content::Bytes(text.into_bytes(), 0o644));
    } else if let Some((path, target)) = header.split_once(" -> ") {
        add(path, Content::Link(target.to_owned()));
    } else if let Some(path) = header.strip_suffix('/') {
        add(path, Content::Folder);
    } else if let Some(path) = header.strip_suffix(" (pipe)") {
        add(path, Content::Pipe);
    } else {
        let marked = header
            .strip_suffix(')')
            .and_then(|header| header.rsplit_once(" ("));
        let (path, kind) = marked.unwrap_or((header, ""));
        return Some((decode(path), kind.to_owned(), Vec::new()));
    }
    None
}

fn close(cases: &mut [Case], open: Option<(Vec<u8>, String, Vec<&str>)>) {
    let Some((path, kind, lines)) = open else { return };
    let case = cases.last_mut().expect("a case begins with ===");
    let bytes = if kind == "escaped" {
        decode(&lines.concat())
    } else {
        lines
            .iter()
            .flat_map(|line| [line.as_bytes(), b"\n"].concat())
            .collect()
    };
    let mode = kind
        .strip_prefix("mode ")
        .map_or(0o644, |mode| u32::from_str_radix(mode, 8).expect("a mode"));
    case.files.push(File {
        path,
        content: Content::Bytes(bytes, mode),
    });
}

/// Resolves `\n`, `\r`, `\t`, `\\` and `\xNN`; any other backslash is kept.
fn decode(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let (decoded, used) = match (byte, after) {
            (b'\\', [b'n', ..]) => (b'\n', 2),
            (b'\\', [b'r', ..]) => (b'\r', 2),
            (b'\\', [b't', ..]) => (b'\t', 2),
            (b'\\', [b'\\', ..]) => (b'\\', 2),
            (b'\\', [b'x', a, b, ..]) => {
                let digits = std::str::from_utf8(&[*a, *b])
                    .map(str::to_owned)
                    .expect("two digits");
                (u8::from_str_radix(&digits, 16).expect("hexadecimal digits"), 4)
            }
            _ => (byte, 1),
        };
        out.push(decoded);
        rest = &rest[used..];
    }
    out
}

impl Case {
    /// Create the folder of the case.
    pub fn lay(&self, root: &Path) {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::PermissionsExt;
        fs::create_dir(root.join("content")).expect("a fresh folder");
        for file in &self.files {
            let path = root.join(OsStr::from_bytes(&file.path));
            fs::create_dir_all(path.parent().expect("inside root")).expect("a parent");
            match &file.content {
                Content::Bytes(bytes, mode) => {
                    fs::write(&path, bytes).expect("a file");
                    fs::set_permissions(&path, fs::Permissions::from_mode(*mode)).expect("a mode");
                }
                Content::Link(target) => std::os::unix::fs::symlink(target, &path).expect("a link"),
                Content::Folder => fs::create_dir_all(&path).expect("a folder"),
                Content::Pipe => {
                    let made = std::process::Command::new("mkfifo").arg(&path).status();
                    assert!(made.expect("mkfifo").success());
                }
            }
        }
    }
}
