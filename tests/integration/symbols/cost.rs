//! What a whole hub costs is told on standard error before it is downloaded.

use super::{World, shelf};

#[test]
fn one_line_before_the_downloads_of_a_whole_hub() {
    let world = World::new(&["demo", "other"], shelf(&["demo", "other"]));
    let cold = world.run(&["content", "--symbols"]);
    assert_eq!(
        cold.error,
        "symbols: 2 entries, 4 releases, 0 in the cache; at most 0.1 MB to download\n"
    );
    // The page of a package is read for its releases, and once more for all its archives.
    let pages = |seen: Vec<crate::support::server::Request>| {
        seen.iter()
            .filter(|request| request.path == "/simple/demo/")
            .count()
    };
    assert_eq!(pages(world.index.take()), 2);
    assert_eq!(
        world.run(&["content", "--symbols"]).error,
        "",
        "all is in the cache"
    );
    assert_eq!(world.run(&["content", "--symbols", "--offline"]).error, "");
    assert_eq!(world.index.take().len(), 0);
    let some = World::new(&["demo", "other"], shelf(&["demo", "other"]));
    some.run(&["content/acme/docs/other/DOC.md"]);
    assert_eq!(
        some.run(&["content", "--symbols"]).error,
        "symbols: 2 entries, 4 releases, 2 in the cache; at most 0.1 MB to download\n"
    );
}

#[test]
fn nothing_is_told_of_named_files_or_when_it_is_quiet() {
    for args in [
        &["content/acme/docs/demo/DOC.md"][..],
        &["content", "--symbols", "--quiet"],
        &["content"],
        &["content", "--symbols=off"],
    ] {
        let world = World::new(&["demo"], shelf(&["demo"]));
        assert_eq!(world.run(args).error, "", "{args:?}");
    }
}
