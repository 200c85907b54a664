//! How much is read: bombs, limits, and content that is not what headers say.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use sluice::package::{Limits, Package};

use super::{
    CONTENT_TYPES, CUSTOMIZATIONS, SOLUTION, members, read, refused, refused_within, with_customizations, with_member,
    zip::{Member, Zip},
};

const BAD_ZIP: &str = "0x80048060";

fn small() -> Vec<u8> {
    Zip::of(members()).bytes()
}

#[test]
fn a_bomb_is_refused_by_what_it_says_and_by_what_it_is() {
    let blank = vec![b' '; 4 << 20];
    refused(&with_member(Member::deflated("Workflows/bomb", &blank)), "PackageTooMuch", "unpacks to far more");
    refused(&with_customizations(&blank), "PackageTooMuch", "unpacks to far more");
    // One that understates itself is found as soon as it is read.
    let text = format!("<ImportExportXml>{}</ImportExportXml>", " ".repeat(4 << 20));
    let mut understated = members();
    understated[0] = Member::deflated("customizations.xml", text).with(|header| header.unpacked = 1000);
    refused(&Zip::of(understated).bytes(), "PackageTooMuch", "larger than it says");
    // Blank pictures may be small: less than a mebibyte hurts nobody.
    read(&with_member(Member::deflated("WebResources/blank", vec![0; 1 << 20]))).unwrap();
}

#[test]
fn each_limit_holds() {
    let bytes = small();
    let limits = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    let too_large = "0x80040375";
    refused_within(&bytes, &limits(|limits| limits.upload = 100), too_large, "at most 100 are taken");
    refused_within(&bytes, &limits(|limits| limits.manifest = 100), too_large, "solution.xml is too large");
    refused_within(&bytes, &limits(|limits| limits.entries = 2), "PackageTooMuch", "too many files");
    refused_within(&bytes, &limits(|limits| limits.unpacked = 500), "PackageTooMuch", "unpacks to far more");
    refused_within(&bytes, &limits(|limits| limits.depth = 2), "PackageTooMuch", "nested deeper than 2");
    let exact = Limits { upload: bytes.len() as u64, entries: 3, manifest: SOLUTION.len() as u64, ..Limits::default() };
    Package::read(Cursor::new(&bytes), &exact).unwrap();
}

#[test]
fn content_that_is_not_what_was_packed_is_refused() {
    let mut broken = members();
    broken[2].data[40] ^= 0xff;
    refused(&Zip::of(broken).bytes(), BAD_ZIP, "not what was packed");
    let mut other = members();
    other[1] = Member::stored("[Content_Types].xml", CONTENT_TYPES).with(|header| header.crc ^= 1);
    refused(&Zip::of(other).bytes(), BAD_ZIP, "not what was packed");
    let mut longer = members();
    longer[0] = Member::deflated("customizations.xml", CUSTOMIZATIONS).with(|header| header.packed += 3);
    longer[0].data.extend(b"abc");
    refused(&Zip::of(longer).bytes(), BAD_ZIP, "not what was packed");
    let mut shorter = members();
    shorter[0] = Member::deflated("customizations.xml", CUSTOMIZATIONS).with(|header| header.unpacked += 1);
    refused(&Zip::of(shorter).bytes(), BAD_ZIP, "not what was packed");
}

/// A source whose disk fails when its first member is read.
struct Failing(Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.position() == 30 + b"customizations.xml".len() as u64 {
            true => Err(io::Error::other("the disk is gone")),
            false => self.0.read(buffer),
        }
    }
}

impl Seek for Failing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_failing_disk_is_not_the_packages_fault() {
    let error = Package::read(Failing(Cursor::new(small())), &Limits::default()).unwrap_err();
    assert!(!error.is_input());
    assert_eq!(error.code(), "PackageUnreadable");
    assert!(error.to_string().contains("the disk is gone"), "{error}");
}
