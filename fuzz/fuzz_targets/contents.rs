//! Any texts as the files of a sound archive, which mutations of whole packages seldom reach past the checksums.

#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use sluice::package::{Limits, Package, Rewrite, rewrite};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const FILES: [&str; 5] = [
    "[Content_Types].xml",
    "solution.xml",
    "customizations.xml",
    "environmentvariabledefinitions/con_a/environmentvariabledefinition.xml",
    "environmentvariabledefinitions/con_a/environmentvariablevalues.json",
];

/// An archive of these files, each a part of the bytes; a zero byte ends a part.
fn archive(bytes: &[u8]) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::DEFAULT.compression_method(CompressionMethod::Stored);
    for (name, content) in FILES.iter().zip(bytes.split(|byte| *byte == 0)) {
        zip.start_file(*name, options)?;
        zip.write_all(content)?;
    }
    zip.finish().map(Cursor::into_inner)
}

fuzz_target!(|bytes: &[u8]| {
    let source = archive(bytes).expect("memory takes all");
    let limits = Limits { depth: 64, ..Limits::default() };
    let before = match Package::read(Cursor::new(&source), &limits) {
        Ok(package) => package,
        Err(error) => return assert!(error.is_input(), "{error:?}"),
    };
    let change = Rewrite { managed: Some(!before.manifest.managed), version: Some(before.manifest.version.next()) };
    let (mut there, mut back) = (Vec::new(), Vec::new());
    rewrite(Cursor::new(&source), &mut there, &change, &limits).expect("a package can be rewritten");
    let change = Rewrite { managed: Some(before.manifest.managed), version: Some(before.manifest.version.clone()) };
    rewrite(Cursor::new(&there), &mut back, &change, &limits).expect("a rewritten package can be rewritten");
    let after = Package::read(Cursor::new(&back), &limits).expect("a rewritten package can be read");
    assert_eq!((after.manifest, after.inventory), (before.manifest, before.inventory));
});
