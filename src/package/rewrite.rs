//! A package made from another: its flag and version changed, every other byte kept.

use std::io::{self, Read, Seek, Write};

use super::{
    archive::{Archive, Content, pack},
    error::PackageError,
    limits::Limits,
    manifest::{self, Manifest, Places},
    roots,
    version::Version,
    xml::Span,
};

/// What to change in a package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rewrite {
    pub managed: Option<bool>,
    pub version: Option<Version>,
}

/// Copies a package with this change to its `solution.xml`; the same package and change give the same bytes.
pub fn rewrite<R: Read + Seek, W: Write>(
    source: R,
    mut target: W,
    change: &Rewrite,
    limits: &Limits,
) -> Result<(), PackageError> {
    let mut archive = Archive::open(source, limits)?;
    let (manifest, places) = roots::manifest(&mut archive, limits)?;
    let edits = change.edits(&manifest, places);
    match archive.position(manifest::FILE) {
        Some(index) if !edits.is_empty() => write_changed(&mut archive, index, &edits, &mut target)?,
        _ => archive.copy(0..archive.size, &mut target)?,
    }
    Ok(target.flush()?)
}

/// Packs the changed file twice, first to learn its size for the header before it: so nothing is held or sought.
fn write_changed<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    index: usize,
    edits: &[Edit],
    target: &mut W,
) -> Result<(), PackageError> {
    let content = pack_changed(archive, index, edits, &mut io::sink())?;
    let header = archive.header_for(index, &content)?;
    let (start, end) = (archive.entries[index].start, archive.entries[index].end);
    archive.copy(0..start, target)?;
    target.write_all(&header)?;
    pack_changed(archive, index, edits, target)?;
    archive.copy(end..archive.directory.start, target)?;
    let length = header.len() as u64 + content.packed;
    Ok(target.write_all(&archive.directory_for(index, &content, length)?)?)
}

fn pack_changed<R: Read + Seek, W: Write>(
    archive: &mut Archive<R>,
    index: usize,
    edits: &[Edit],
    target: &mut W,
) -> Result<Content, PackageError> {
    let method = archive.entries[index].method;
    let mut member = archive.member(index)?;
    Ok(pack(method, target, |packer| splice(&mut member, edits, packer))?)
}

/// New text for a place in a file.
struct Edit {
    place: Span,
    text: String,
}

impl Rewrite {
    /// What must be written anew, in the file's order; nothing where the text is already as it shall be.
    fn edits(&self, manifest: &Manifest, places: Places) -> Vec<Edit> {
        let managed = self.managed.filter(|managed| *managed != manifest.managed);
        let managed = managed.map(|managed| Edit { place: places.managed, text: u8::from(managed).to_string() });
        let version =
            self.version.as_ref().map(Version::to_string).filter(|text| *text != manifest.version.to_string());
        let version = version.map(|text| Edit { place: places.version, text });
        let mut edits: Vec<Edit> = managed.into_iter().chain(version).collect();
        edits.sort_by_key(|edit| edit.place.start);
        edits
    }
}

fn splice<R: Read>(source: &mut R, edits: &[Edit], target: &mut dyn Write) -> io::Result<()> {
    let mut at = 0;
    for Edit { place, text } in edits {
        io::copy(&mut source.take(place.start - at), target)?;
        io::copy(&mut source.take(place.end - place.start), &mut io::sink())?;
        target.write_all(text.as_bytes())?;
        at = place.end;
    }
    io::copy(source, target).map(drop)
}
