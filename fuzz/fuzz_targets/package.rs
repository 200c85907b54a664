//! Any bytes as a package: nothing panics, and what is accepted can be rewritten and read again.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use sluice::package::{Limits, Package, Rewrite, rewrite};

const LIMITS: Limits =
    Limits { upload: 1 << 20, unpacked: 4 << 20, ratio: 200, entries: 100, manifest: 1 << 18, depth: 64 };

fuzz_target!(|bytes: &[u8]| {
    let before = match Package::read(Cursor::new(bytes), &LIMITS) {
        Ok(package) => package,
        Err(error) => return assert!(error.is_input(), "{error:?}"),
    };
    let change = Rewrite { managed: Some(!before.manifest.managed), version: Some(before.manifest.version.next()) };
    let mut target = Vec::new();
    rewrite(Cursor::new(bytes), &mut target, &change, &LIMITS).expect("a package can be rewritten");
    let wider = Limits { upload: LIMITS.upload * 2, ..LIMITS };
    let after = Package::read(Cursor::new(&target), &wider).expect("a rewritten package can be read");
    assert_eq!(after.manifest.managed, !before.manifest.managed);
    assert_eq!(after.inventory, before.inventory);
});
