//! Which file of a release is read: a wheel, since it is what is installed, or else the sdist it is built from.

use crate::releases::listed_file::ListedFile;

/// How well a file shows what a release has, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum FileRank {
    /// A wheel for every platform.
    AnyPlatform,
    /// A wheel for the platform of most servers and CI.
    Linux,
    /// A wheel for another platform that many use. Its sources differ in little but the native modules.
    OtherPlatform,
    /// The sources, without what a build adds.
    Sdist,
    /// A wheel for Python 2, PyPy or a rare platform.
    Incompatible,
}

/// The best file of a release: not yanked, within the limit where the size is known, and of the best kind. `None` when
/// no file is an archive that can be read.
pub(super) fn best<'a>(files: impl Iterator<Item = &'a ListedFile>, max: u64) -> Option<&'a ListedFile> {
    files
        .filter_map(|file| {
            let (rank, python) = rank(&file.name)?;
            let too_large = file.size.is_some_and(|size| size > max);
            // The newest Python, then the name: the same choice whatever the order of the list.
            Some((
                (
                    file.yanked,
                    too_large,
                    rank,
                    std::cmp::Reverse(python),
                    &file.name,
                ),
                file,
            ))
        })
        .min_by(|(a, _), (b, _)| a.cmp(b))
        .map(|(_, file)| file)
}

/// The rank of a file name, and the minor version of Python that a wheel is built for.
fn rank(name: &str) -> Option<(FileRank, u32)> {
    let lower = name.to_ascii_lowercase();
    let Some(stem) = lower.strip_suffix(".whl") else {
        let is_sdist = [".tar.gz", ".tgz", ".zip"].iter().any(|end| lower.ends_with(end));
        // Built distributions of old tools: `a-1.0.linux-x86_64.tar.gz`, `a-1.0.win32.zip`.
        let is_built = [".linux-", ".macosx-", ".win32", ".win-amd64"]
            .iter()
            .any(|part| lower.contains(part));
        return is_sdist.then_some((
            if is_built {
                FileRank::Incompatible
            } else {
                FileRank::Sdist
            },
            0,
        ));
    };
    let mut tags = stem.rsplit('-');
    let (platform, abi, python) = (tags.next()?, tags.next()?, tags.next()?);
    let python = python.split('.').filter_map(python_3).max();
    // `t` at the end is Python without its global lock, which few run.
    let common = !abi
        .split('.')
        .all(|abi| abi.starts_with("cp") && abi.ends_with('t'));
    let of = |parts: &[&str]| {
        platform
            .split('.')
            .any(|tag| parts.iter().all(|part| tag.contains(part)))
    };
    let rank = match python {
        Some(_) if platform == "any" => FileRank::AnyPlatform,
        Some(_) if !common => FileRank::Incompatible,
        Some(_) if of(&["manylinux", "x86_64"]) || of(&["linux_x86_64"]) && !of(&["musllinux"]) => {
            FileRank::Linux
        }
        Some(_)
            if of(&["linux", "x86_64"])
                || of(&["linux", "aarch64"])
                || of(&["macosx"])
                || of(&["win_amd64"]) =>
        {
            FileRank::OtherPlatform
        }
        _ => FileRank::Incompatible,
    };
    Some((rank, python.unwrap_or_default()))
}

/// The minor version of `py3`, `py39`, `cp311`; `None` for other Pythons.
fn python_3(tag: &str) -> Option<u32> {
    let minor = tag.strip_prefix("py3").or_else(|| tag.strip_prefix("cp3"))?;
    match minor {
        "" => Some(0),
        minor => minor.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::Url;

    fn choose(files: &[(&str, bool, Option<u64>)]) -> Option<String> {
        let files: Vec<ListedFile> = files
            .iter()
            .map(|(name, yanked, size)| ListedFile {
                name: (*name).to_owned(),
                url: Url::parse("https://h/").unwrap(),
                checksum: None,
                size: *size,
                yanked: *yanked,
            })
            .collect();
        best(files.iter(), 100).map(|file| file.name.clone())
    }

    #[test]
    fn a_wheel_for_all_then_for_linux_then_the_sdist() {
        let names = [
            "a-1-py3-none-any.whl",
            "a-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "a-1-cp39-abi3-manylinux_2_17_x86_64.whl",
            "a-1-cp313-cp313-musllinux_1_2_x86_64.whl",
            "a-1-cp312-cp312-macosx_11_0_arm64.whl",
            "a-1.tar.gz",
            "a-1.zip",
            "a-1-cp27-cp27mu-manylinux1_x86_64.whl",
            "a-1-cp313-cp313t-manylinux_2_17_x86_64.whl",
            "a-1-py2-none-any.whl",
        ];
        let ranks: Vec<FileRank> = names.iter().map(|name| rank(name).unwrap().0).collect();
        let listed: Vec<_> = names.iter().rev().map(|name| (*name, false, None)).collect();
        assert!(ranks.is_sorted(), "{ranks:?}");
        assert_eq!(choose(&listed).as_deref(), Some(names[0]));
        assert_eq!(choose(&listed[..9]).as_deref(), Some(names[1]));
        assert_eq!(choose(&listed[..5]).as_deref(), Some("a-1.tar.gz"));
        assert_eq!(
            choose(&[
                ("a-1-py2.py3-none-any.whl", false, None),
                ("a-1.zip", false, None)
            ])
            .as_deref(),
            Some("a-1-py2.py3-none-any.whl")
        );
        for other in [
            "a-1.exe",
            "a-1-py3.8.egg",
            "a-1.tar.bz2",
            "a.whl",
            "",
            "a-1-py3-none-any.whl.metadata",
        ] {
            assert_eq!(choose(&[(other, false, None)]), None, "{other}");
        }
    }

    #[test]
    fn yanked_and_too_large_files_are_last() {
        let wheel = "a-1-py3-none-any.whl";
        assert_eq!(
            choose(&[(wheel, true, None), ("a-1.tar.gz", false, None)]).as_deref(),
            Some("a-1.tar.gz")
        );
        assert_eq!(
            choose(&[(wheel, true, None), ("a-1.tar.gz", true, None)]).as_deref(),
            Some(wheel)
        );
        assert_eq!(
            choose(&[(wheel, false, Some(101)), ("a-1.tar.gz", false, Some(99))]).as_deref(),
            Some("a-1.tar.gz")
        );
        assert_eq!(choose(&[(wheel, false, Some(101))]).as_deref(), Some(wheel));
    }
}
