//! The .zip file itself: every unsafe or ambiguous one is refused, every sound one is read.

use super::{
    SOLUTION, members, read, refused, with_member,
    zip::{LARGE, Member, Zip, extra},
};

const BAD_ZIP: &str = "0x80048060";
const UNSAFE: &str = "PackageUnsafe";

fn small() -> Vec<u8> {
    Zip::of(members()).bytes()
}

/// The small package with a member of this name in the form given.
fn named(name: &str) -> Vec<u8> {
    with_member(Member::stored(name, "x"))
}

#[test]
fn a_small_package_is_read_in_any_order() {
    let mut members = members();
    for _ in 0..members.len() {
        members.rotate_left(1);
        let bytes = Zip::of(members.clone()).bytes();
        let package = read(&bytes).unwrap();
        assert_eq!(package.manifest.unique_name, "Orders");
        assert_eq!(package.size, bytes.len() as u64);
    }
}

#[test]
fn the_directory_may_list_members_in_another_order_than_their_bytes() {
    let bytes = small();
    let start = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let end = bytes.windows(4).position(|window| window == b"PK\x05\x06").unwrap();
    let second = start + 4 + bytes[start + 4..].windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let turned = [&bytes[..start], &bytes[second..end], &bytes[start..second], &bytes[end..]].concat();
    assert_ne!(turned, bytes);
    assert_eq!(read(&turned).unwrap(), read(&bytes).unwrap());
}

#[test]
fn folders_comments_extra_fields_and_descriptors_are_taken() {
    let mut all = members();
    all.push(Member::stored("Workflows/", ""));
    all.push(Member::deflated("Workflows/flow.json", "{}").with(|header| header.extra = extra(0x5455, b"\x01abcd")));
    for (signed, wide) in [(true, false), (false, false), (true, true), (false, true)] {
        let name = format!("Workflows/{signed}{wide}.json");
        all.push(Member::deflated(&name, "{\"a\": 1}").with_descriptor(signed, wide));
    }
    all[2] = Member::deflated("solution.xml", SOLUTION).with_descriptor(true, false);
    let zip = Zip { comment: b"made by hand".to_vec(), ..Zip::of(all) };
    assert_eq!(read(&zip.bytes()).unwrap().manifest.unique_name, "Orders");
}

#[test]
fn wide_numbers_are_taken_where_they_agree() {
    let wide: Vec<Member> = members().into_iter().map(Member::with_wide_sizes).collect();
    let zip = Zip { wide: true, ..Zip::of(wide) };
    assert_eq!(read(&zip.bytes()).unwrap().manifest.unique_name, "Orders");

    let mut differing = Zip { wide: true, ..Zip::of(members()) }.bytes();
    let end = differing.len() - 22;
    differing[end + 8..end + 12].copy_from_slice(&[9, 0, 9, 0]);
    refused(&differing, BAD_ZIP, "two end records differ");
    let mut missing = Zip::of(members()).bytes();
    let end = missing.len() - 22;
    missing[end + 16..end + 20].copy_from_slice(&LARGE.to_le_bytes());
    refused(&missing, BAD_ZIP, "directory is not where it should be");
    let mut elsewhere = Zip { wide: true, ..Zip::of(members()) }.bytes();
    let locator = elsewhere.len() - 22 - 20;
    elsewhere[locator + 8] ^= 1;
    refused(&elsewhere, BAD_ZIP, "wide end record is not where");
    let mut invalid = Zip { wide: true, ..Zip::of(members()) }.bytes();
    let record = invalid.len() - 22 - 20 - 56;
    invalid[record] ^= 1;
    refused(&invalid, BAD_ZIP, "wide end record is invalid");
}

#[test]
fn files_that_are_no_archive_are_named() {
    refused(b"", BAD_ZIP, "empty");
    refused(b"hello, this is a text and not a package", BAD_ZIP, "not a .zip file");
    refused(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", BAD_ZIP, "Git LFS pointer");
    refused(b"MSCF\0\0\0\0and so on", BAD_ZIP, "cabinet");
    refused(&vec![0; 100_000], BAD_ZIP, "not a .zip file");
}

#[test]
fn a_package_cut_off_anywhere_is_refused() {
    let bytes = small();
    for length in 0..bytes.len() {
        let error = read(&bytes[..length]).unwrap_err();
        assert!(error.is_input() && error.code() == BAD_ZIP, "{length}: {error}");
    }
    refused(&bytes[..bytes.len() - 1], BAD_ZIP, "damaged or cut off");
    refused(&bytes[..bytes.len() / 2], BAD_ZIP, "its end is missing");
}

#[test]
fn what_stands_around_or_between_the_members_is_refused() {
    refused(&[small(), vec![0]].concat(), BAD_ZIP, "something follows its end");
    refused(&[vec![0], small()].concat(), BAD_ZIP, "directory is not where it should be");
    let before = Zip { before: b"#!/bin/sh\n".to_vec(), ..Zip::of(members()) };
    refused(&before.bytes(), BAD_ZIP, "something precedes its first file");
    let mut between = members();
    between[0].after = b"hidden".to_vec();
    refused(&Zip::of(between).bytes(), BAD_ZIP, "belong to none");
    let hiding = Zip { comment: small(), ..Zip::of(members()) };
    refused(&hiding.bytes(), BAD_ZIP, "directory is not where it should be");
}

#[test]
fn a_directory_that_counts_wrongly_is_refused() {
    let zip = Zip { uncounted: 1, ..Zip::of(members()) };
    refused(&zip.bytes(), BAD_ZIP, "another number of files");
    let mut parts = small();
    let end = parts.len() - 22;
    parts[end + 4] = 1;
    refused(&parts, BAD_ZIP, "several parts");
}

#[test]
fn names_that_lead_out_of_a_folder_are_refused() {
    let unsafe_names = [
        "../solution.xml",
        "Workflows/../../x",
        "..",
        "/etc/passwd",
        "//server/share",
        "a\\b",
        "..\\x",
        "C:/x",
        "c:x",
        "a\0b",
        "a\nb",
        "a\u{85}b",
        "",
        "a//b",
        "./a",
        "a/.",
    ];
    for name in unsafe_names {
        refused(&named(name), UNSAFE, "unsafe name");
    }
    let latin = Member::stored("x", "x").with(|header| header.name = vec![b'a', 0xe9]);
    refused(&with_member(latin), UNSAFE, "unsafe name");
    refused(&named(&"x".repeat(1025)), UNSAFE, "unsafe name");
    read(&named(&"x".repeat(1024))).unwrap();
    read(&named("WebResources/..x/größe: 5...js")).unwrap();
}

#[test]
fn a_name_may_occur_once_whatever_its_case() {
    refused(&with_member(Member::stored("solution.xml", SOLUTION)), UNSAFE, "more than once");
    refused(&named("SOLUTION.xml"), UNSAFE, "more than once");
    refused(&named("solution.xml/"), UNSAFE, "two different things");
    refused(&with_member(Member::stored("solution.xml/", "")), UNSAFE, "more than once");
}

#[test]
fn a_header_must_say_what_the_directory_says() {
    let member = || Member::deflated("Workflows/a.json", "{\"name\": \"flow\"}");
    let cases = [
        (member().with_local(|header| header.name = b"Workflows/b.json".to_vec()), "another name"),
        (member().with_local(|header| header.name = b"a".to_vec()), "another name"),
        (member().with_local(|header| header.method = 0), "another way of packing"),
        (member().with_local(|header| header.flags = 1 << 11), "another way of packing"),
        (member().with_local(|header| header.packed += 1), "another size"),
        (member().with_local(|header| header.unpacked = 0), "another size"),
        (member().with_local(|header| header.crc ^= 1), "another checksum"),
        (member().with(|header| header.extra = extra(0x7075, b"\x01abcdother.txt")), "another name"),
        (member().with_local(|header| header.extra = extra(0x7075, b"\x01abcdother.txt")), "another name"),
        (member().with_descriptor(true, false).with_central(|header| header.crc ^= 1), "size or checksum"),
        (member().with_descriptor(false, true).with_central(|header| header.unpacked += 1), "size or checksum"),
        (member().with_descriptor(true, true).with_local(|header| header.crc = 5), "another checksum"),
        (member().with_descriptor(true, true).with_local(|header| header.packed = 5), "another size"),
    ];
    for (member, words) in cases {
        refused(&with_member(member), UNSAFE, words);
    }
    let mut headless = small();
    headless[0] = b'Q';
    refused(&headless, BAD_ZIP, "not where the directory says");
}

#[test]
fn members_that_share_bytes_are_refused() {
    let mut same = members();
    same.push(Member::stored("other.xml", "x"));
    same[3].start = Some(0);
    refused(&Zip::of(same).bytes(), UNSAFE, "lies over another");
    let longer = Member::deflated("a.json", "{}").with(|header| header.packed += 100);
    let mut inside = members();
    inside.insert(0, longer);
    refused(&Zip::of(inside).bytes(), UNSAFE, "lies over another");
    let beyond = Member::deflated("a.json", "{}").with(|header| header.packed += 100);
    refused(&with_member(beyond), UNSAFE, "lies over another");
    let mut outside = members();
    outside[2].start = Some(1_000_000);
    refused(&Zip::of(outside).bytes(), BAD_ZIP, "not where the directory says");
}

#[test]
fn encryption_and_other_packing_are_refused() {
    let encrypted = Member::stored("a", "x").with(|header| header.flags = 1);
    refused(&with_member(encrypted), "PackageEncrypted", "is encrypted");
    let strong = Member::stored("a", "x").with(|header| header.method = 99);
    refused(&with_member(strong), "PackageEncrypted", "is encrypted");
    for method in [1, 6, 9, 12, 14, 93, 98] {
        let other = Member::stored("a", "x").with(|header| header.method = method);
        refused(&with_member(other), "PackageUnsupported", &format!("method {method}"));
    }
    let patched = Member::stored("a", "x").with(|header| header.flags = 1 << 5);
    refused(&with_member(patched), "PackageUnsupported", "flags");
}

#[test]
fn the_three_files_must_be_at_the_root() {
    for missing in 0..3 {
        let mut members = members();
        let name = String::from_utf8(members.remove(missing).central.name).unwrap();
        refused(&Zip::of(members).bytes(), BAD_ZIP, &format!("the file {name} is missing"));
    }
    refused(&Zip::default().bytes(), BAD_ZIP, "is missing");
    let folder = members()
        .into_iter()
        .map(|member| member.with(|header| header.name = [b"Orders_1_0/", &header.name[..]].concat()));
    refused(&Zip::of(folder.collect()).bytes(), BAD_ZIP, "pack what is in \"Orders_1_0\"");
}

#[test]
fn legacy_exports_are_told_from_solutions() {
    let flow = ["manifest.json", "Microsoft.Flow/flows/1/definition.json"];
    let app = ["manifest.json", "Microsoft.PowerApps/apps/1/1.json"];
    for (names, words) in [(flow, "legacy export package of a flow"), (app, "legacy export package of a canvas app")] {
        let members = names.iter().map(|name| Member::deflated(name, "{}")).collect();
        refused(&Zip::of(members).bytes(), "LegacyPackage", words);
    }
}
