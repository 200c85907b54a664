//! Rewriting: the two texts change and nothing else does.

use std::io::{Cursor, Read};

use sluice::package::{Limits, Package, PackageError, Rewrite, rewrite};

use super::{
    SOLUTION, members, read, with_solution,
    zip::{Member, Zip, extra},
};

fn rewritten(bytes: &[u8], change: &Rewrite) -> Result<Vec<u8>, PackageError> {
    let mut target = Vec::new();
    rewrite(Cursor::new(bytes), &mut target, change, &Limits::default())?;
    Ok(target)
}

fn to_managed() -> Rewrite {
    Rewrite { managed: Some(true), version: None }
}

fn to(version: &str) -> Rewrite {
    Rewrite { managed: None, version: version.parse().ok() }
}

/// A package with everything that may stand in an archive.
fn rich() -> Vec<u8> {
    let mut all = members();
    all.push(Member::stored("Workflows/", ""));
    all.push(Member::deflated("Workflows/a.json", "{\"a\": 1}").with_descriptor(true, false));
    all.push(
        Member::stored("WebResources/b", b"\0\x01PK\x03\x04").with(|header| header.extra = extra(0x5455, b"\x01abcd")),
    );
    all.push(Member::deflated("c", "c".repeat(1000)).with_wide_sizes());
    Zip { comment: b"by hand".to_vec(), ..Zip::of(all) }.bytes()
}

/// All members as another reader sees them: name, packed bytes, content.
fn contents(bytes: &[u8]) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut packed = Vec::new();
            archive.by_index_raw(index).unwrap().read_to_end(&mut packed).unwrap();
            let mut member = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            member.read_to_end(&mut content).unwrap();
            (member.name().unwrap().into_owned(), packed, content)
        })
        .collect()
}

#[test]
fn only_the_flag_and_the_version_change() {
    let source = rich();
    let change = Rewrite { managed: Some(true), version: "1.0.0.5".parse().ok() };
    let target = rewritten(&source, &change).unwrap();
    let (before, after) = (contents(&source), contents(&target));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        if before.0 == "solution.xml" {
            let expected = SOLUTION.replace("<Managed>0<", "<Managed>1<").replace("1.0.0.4", "1.0.0.5");
            assert_eq!((&*after.0, std::str::from_utf8(&after.2).unwrap()), ("solution.xml", &*expected));
        } else {
            assert_eq!(before, after);
        }
    }
    let (before, after) = (read(&source).unwrap(), read(&target).unwrap());
    assert!(after.manifest.managed && !before.manifest.managed);
    assert_eq!(after.manifest.version.to_string(), "1.0.0.5");
    assert_eq!(after.inventory, before.inventory);
}

#[test]
fn the_bytes_before_and_after_the_changed_member_stay() {
    let source = rich();
    let target = rewritten(&source, &to_managed()).unwrap();
    let start = source.windows(12).position(|window| window == b"solution.xml").unwrap() - 30;
    let end = source.windows(10).position(|window| window == b"Workflows/").unwrap() - 30;
    let directory = source.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    assert_eq!(source[..start], target[..start]);
    let after = &source[end..directory];
    assert_eq!(target.windows(after.len()).filter(|window| *window == after).count(), 1);
    assert!(target.ends_with(b"by hand"));
}

#[test]
fn the_same_change_gives_the_same_bytes() {
    let source = rich();
    assert_eq!(rewritten(&source, &to("2.0")).unwrap(), rewritten(&source, &to("2.0")).unwrap());
}

#[test]
fn nothing_to_change_copies_the_package() {
    let source = rich();
    let same = Rewrite { managed: Some(false), version: "1.0.0.4".parse().ok() };
    for change in [Rewrite::default(), same] {
        assert_eq!(rewritten(&source, &change).unwrap(), source);
    }
    // Equal versions may differ in their text; then the text is what was asked for.
    let spelled = rewritten(&source, &to("1.00.0.4")).unwrap();
    assert_eq!(read(&spelled).unwrap().manifest.version.to_string(), "1.00.0.4");
}

#[test]
fn there_and_back_is_the_same_text() {
    let texts = [
        SOLUTION.to_owned(),
        format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n{}", SOLUTION.replace('\n', "\r\n")),
        SOLUTION.replace("<Managed>0</Managed>", "").replace("<Version>", "<Managed>0</Managed><!-- ü --><Version>"),
    ];
    for text in texts {
        let source = with_solution(&text);
        let there = rewritten(&source, &Rewrite { managed: Some(true), version: "10.20.30.40".parse().ok() }).unwrap();
        let back = rewritten(&there, &Rewrite { managed: Some(false), version: "1.0.0.4".parse().ok() }).unwrap();
        let solution = contents(&back).into_iter().find(|(name, ..)| name == "solution.xml").unwrap();
        assert_eq!(String::from_utf8(solution.2).unwrap(), text);
    }
}

#[test]
fn text_in_another_spelling_is_replaced_whole() {
    let spellings = [
        "<Managed><![CDATA[0]]></Managed>",
        "<Managed a='1' > &#48; <!-- no --></Managed >",
        "<Managed>\r\n0\r\n</Managed>",
    ];
    for spelling in spellings {
        let source = with_solution(SOLUTION.replace("<Managed>0</Managed>", spelling));
        let target = rewritten(&source, &to_managed()).unwrap();
        assert!(read(&target).unwrap().manifest.managed, "{spelling}");
        let solution = contents(&target).into_iter().find(|(name, ..)| name == "solution.xml").unwrap();
        assert!(String::from_utf8(solution.2).unwrap().contains(">1</Managed"), "{spelling}");
    }
}

#[test]
fn the_changed_member_may_be_stored_wide_or_described_later() {
    let solution = || Member::deflated("solution.xml", SOLUTION);
    let forms = [
        Member::stored("solution.xml", SOLUTION),
        solution().with_descriptor(true, false),
        solution().with_descriptor(false, true),
        solution().with_wide_sizes().with(|header| header.extra.extend(extra(0x5455, b"\x01abcd"))),
    ];
    for form in forms {
        for wide in [false, true] {
            let mut all = members();
            all[2] = form.clone();
            all.rotate_left(2);
            let zip = Zip { wide, ..Zip::of(all) };
            let target = rewritten(&zip.bytes(), &to("1.2.3.4")).unwrap();
            assert_eq!(read(&target).unwrap().manifest.version.to_string(), "1.2.3.4");
            assert_eq!(contents(&target).len(), 3);
            let back = rewritten(&target, &to("1.0.0.4")).unwrap();
            assert_eq!(read(&back).unwrap().manifest, read(&zip.bytes()).unwrap().manifest);
        }
    }
}

#[test]
fn places_in_wide_numbers_are_moved() {
    let mut all = members();
    all.rotate_left(2);
    let place = Zip::of(vec![all[0].clone()]).bytes().windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let wide = extra(1, &(place as u64).to_le_bytes());
    all[1].central.extra = wide;
    all[1].start = Some(u32::MAX);
    let source = Zip::of(all).bytes();
    let target = rewritten(&source, &to("123.456.789.1011")).unwrap();
    assert_eq!(read(&target).unwrap().manifest.version.to_string(), "123.456.789.1011");
    assert_eq!(contents(&target).len(), 3);
}

#[test]
fn what_is_refused_is_not_rewritten() {
    let error = rewritten(b"no package", &to_managed()).unwrap_err();
    assert!(error.to_string().contains("not a .zip file"));
    let error = rewritten(&with_solution("<x/>"), &to_managed()).unwrap_err();
    assert_eq!(error.code(), "0x8004802C");
}

#[test]
fn files_are_read_and_written_too() {
    let mut source = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut source, &rich()).unwrap();
    let target = tempfile::tempfile().unwrap();
    rewrite(&source, &target, &to_managed(), &Limits::default()).unwrap();
    assert!(Package::read(&target, &Limits::default()).unwrap().manifest.managed);
}
