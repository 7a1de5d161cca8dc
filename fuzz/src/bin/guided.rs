//! libFuzzer's entry. One binary for every target: `FUZZ_TARGET` says which.

#![no_main]

use chub_lint_fuzz::{Target, target};
use std::sync::OnceLock;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    static TARGET: OnceLock<&'static Target> = OnceLock::new();
    let target = TARGET.get_or_init(|| {
        let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
        target(&name).expect("a known target")
    });
    (target.run)(data);
});
