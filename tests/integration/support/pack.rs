//! Wheels, zips and tarballs for tests, right or wrong in one detail.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use sha2::{Digest, Sha256};
use std::io::Write;

/// One file of a zip, and what is said about it.
#[derive(Clone)]
pub struct ZipFile {
    pub name: Vec<u8>,
    pub content: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    /// The mode of Unix, as in the upper half of the attributes.
    pub mode: u32,
    /// What the directory says, where it is not the truth.
    pub stated_size: Option<u32>,
    pub stated_offset: Option<u32>,
    /// The name in the header before the content, where it is another one.
    pub local_name: Option<Vec<u8>>,
    /// Sizes as zip64 has them.
    pub large: bool,
}

impl ZipFile {
    pub fn new(name: impl Into<Vec<u8>>, content: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            content: content.into(),
            method: 8,
            flags: 0,
            mode: 0o100_644,
            stated_size: None,
            stated_offset: None,
            local_name: None,
            large: false,
        }
    }
}

/// A zip of some files.
pub fn zip(files: &[ZipFile]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        let packed = match file.method {
            8 => deflate(&file.content),
            _ => file.content.clone(),
        };
        let mut crc = flate2::Crc::new();
        crc.update(&file.content);
        let offset = file.stated_offset.unwrap_or_else(|| length(&out));
        let size = file.stated_size.unwrap_or_else(|| length(&file.content));
        let mut extra = Vec::new();
        let mut sizes = [length::<u32>(&packed), size];
        if file.large {
            extra.extend([1, 0, 16, 0]);
            extra.extend(u64::from(size).to_le_bytes());
            extra.extend((packed.len() as u64).to_le_bytes());
            sizes = [u32::MAX; 2];
        }
        let common = |out: &mut Vec<u8>, name: &[u8]| {
            out.extend([20, 0]);
            for field in [file.flags, file.method, 0, 0x21] {
                out.extend(field.to_le_bytes());
            }
            for field in [crc.sum(), sizes[0], sizes[1]] {
                out.extend(field.to_le_bytes());
            }
            out.extend(length::<u16>(name).to_le_bytes());
            out.extend(length::<u16>(&extra).to_le_bytes());
        };
        out.extend(b"PK\x03\x04");
        let local = file.local_name.as_ref().unwrap_or(&file.name);
        common(&mut out, local);
        out.extend(local);
        out.extend(&extra);
        out.extend(packed);
        directory.extend(b"PK\x01\x02\x14\x03");
        common(&mut directory, &file.name);
        directory.extend([0; 6]);
        directory.extend((file.mode << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(&file.name);
        directory.extend(&extra);
    }
    let start = length::<u32>(&out);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(files.len()).unwrap_or(u16::MAX).to_le_bytes();
    out.extend(count);
    out.extend(count);
    out.extend(length::<u32>(&directory).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// The length of what a test writes, which fits.
fn length<N: TryFrom<usize>>(bytes: &[u8]) -> N {
    N::try_from(bytes.len()).ok().expect("it fits")
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// A wheel with its RECORD, as the tools of Python build it.
pub fn wheel(files: &[(&str, &[u8])]) -> Vec<u8> {
    zip(&wheel_files(files))
}

/// The files of a wheel. Those that are named `.bin` are stored, since a debug build takes long to compress.
pub fn wheel_files(files: &[(&str, &[u8])]) -> Vec<ZipFile> {
    let mut record = String::new();
    let mut zipped = Vec::new();
    for (name, content) in files {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(content));
        record.push_str(&format!("{name},sha256={hash},{}\n", content.len()));
        let method = if name.ends_with(".bin") { 0 } else { 8 };
        zipped.push(ZipFile {
            method,
            ..ZipFile::new(*name, *content)
        });
    }
    record.push_str("demo-1.0.dist-info/RECORD,,\n");
    zipped.push(ZipFile::new("demo-1.0.dist-info/RECORD", record));
    zipped
}

/// A tarball of some files.
pub fn tarball(files: &[(&str, &[u8])]) -> Vec<u8> {
    tar_with(|tar| {
        for (name, content) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, *content).expect("memory");
        }
    })
}

/// A tarball that a test writes itself.
pub fn tar_with(write: impl FnOnce(&mut tar::Builder<GzEncoder<Vec<u8>>>)) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    write(&mut builder);
    builder.into_inner().expect("memory").finish().expect("memory")
}

/// Add an entry with a name and a kind that no honest tool writes.
pub fn raw_entry(
    tar: &mut tar::Builder<GzEncoder<Vec<u8>>>,
    name: &[u8],
    kind: tar::EntryType,
    content: &[u8],
) {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    tar.append(&header, content).expect("memory");
}

/// Bytes that do not compress, the same each time.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    (0..length)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect()
}
