//! Solution packages: what is read from them, what is refused, and how they are rewritten and built.

mod archive;
mod builder;
mod contents;
mod limits;
mod manifest;
mod properties;
mod rewriting;
mod zip;

use std::io::Cursor;

use sluice::package::{Limits, Package, PackageError};
use zip::{Member, Zip};

pub const CONTENT_TYPES: &str =
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>"#;
pub const CUSTOMIZATIONS: &str = "<ImportExportXml><Entities /></ImportExportXml>";
pub const SOLUTION: &str = r#"<ImportExportXml version="9.2.1.1" SolutionPackageVersion="9.2" languagecode="1033">
  <SolutionManifest>
    <UniqueName>Orders</UniqueName>
    <LocalizedNames><LocalizedName description="Orders of all kinds" languagecode="1033" /></LocalizedNames>
    <Descriptions />
    <Version>1.0.0.4</Version>
    <Managed>0</Managed>
    <Publisher>
      <UniqueName>contoso</UniqueName>
      <LocalizedNames><LocalizedName description="Contoso" languagecode="1033" /></LocalizedNames>
      <CustomizationPrefix>con</CustomizationPrefix>
    </Publisher>
    <RootComponents />
    <MissingDependencies />
  </SolutionManifest>
</ImportExportXml>"#;

/// The members of a small package, in an order that exports have.
pub fn members() -> Vec<Member> {
    vec![
        Member::deflated("customizations.xml", CUSTOMIZATIONS),
        Member::stored("[Content_Types].xml", CONTENT_TYPES),
        Member::deflated("solution.xml", SOLUTION),
    ]
}

/// The small package with another `solution.xml`.
pub fn with_solution(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut members = members();
    members[2] = Member::deflated("solution.xml", text);
    Zip::of(members).bytes()
}

/// The small package with another `customizations.xml`.
pub fn with_customizations(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut members = members();
    members[0] = Member::deflated("customizations.xml", text);
    Zip::of(members).bytes()
}

/// The small package with a further member.
pub fn with_member(member: Member) -> Vec<u8> {
    let mut members = members();
    members.push(member);
    Zip::of(members).bytes()
}

pub fn read(bytes: &[u8]) -> Result<Package, PackageError> {
    Package::read(Cursor::new(bytes), &Limits::default())
}

/// Asserts that a package is refused, for its own fault, with this code and a sentence that has these words.
#[track_caller]
pub fn refused(bytes: &[u8], code: &str, words: &str) {
    refused_within(bytes, &Limits::default(), code, words);
}

#[track_caller]
pub fn refused_within(bytes: &[u8], limits: &Limits, code: &str, words: &str) {
    match Package::read(Cursor::new(bytes), limits) {
        Ok(_) => panic!("this was to be refused: {words}"),
        Err(error) => {
            assert!(error.is_input(), "{error}");
            assert!(error.to_string().contains(words), "{error}, expected: {words}");
            assert_eq!(error.code(), code, "{error}");
        }
    }
}
