//! Putting a package's files into a .zip file.

use std::{
    collections::BTreeSet,
    io::{self, Cursor, Seek, Write},
};

use quick_xml::escape::escape;
use serde_json::{Value, to_string_pretty};
use zip::{CompressionMethod, ZipWriter, result::ZipResult, write::SimpleFileOptions};

use super::{Builder, Spelling, customizations::resource_path};

/// The name of the web resource that makes a package large.
const FILLER: &str = "filler.bin";
const DECLARATION: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n";

impl Builder {
    /// Writes the package; the same builder always writes the same bytes.
    pub fn write<W: Write + Seek>(&self, target: W) -> io::Result<()> {
        Ok(self.write_members(Members { zip: ZipWriter::new(target), names: BTreeSet::new() })?)
    }

    /// The package as bytes, for small ones.
    pub fn to_bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Cursor::new(Vec::new());
        self.write(&mut bytes)?;
        Ok(bytes.into_inner())
    }

    fn write_members<W: Write + Seek>(&self, mut members: Members<W>) -> ZipResult<()> {
        members.add("customizations.xml", self.spelled(self.customizations_xml()))?;
        members.add("solution.xml", self.spelled(self.solution_xml()))?;
        for flow in &self.flows {
            members.add_json(&flow.path(), &self.flow_json(flow))?;
        }
        for app in &self.apps {
            members.add(&app.path(), canvas_file(&app.display_name)?)?;
        }
        for (name, content) in self.all_resources() {
            match content {
                Some(content) => members.add(&resource_path(name), content)?,
                None => members.fill(&resource_path(name), self.filler)?,
            }
        }
        for variable in &self.variables {
            let folder = variable.folder();
            let definition = self.spelled(variable.definition_xml());
            members.add(&format!("{folder}/environmentvariabledefinition.xml"), &definition)?;
            if let Some(value) = &variable.value {
                members.add_json(&format!("{folder}/environmentvariablevalues.json"), &variable.values_json(value))?;
            }
        }
        let types = content_types(&members.names);
        members.add("[Content_Types].xml", &types)?;
        members.zip.finish().map(drop)
    }

    /// The names of all web resources, with their content; the filler's content is made while it is written.
    pub(super) fn all_resources(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        let given = self.resources.iter().map(|resource| (resource.name.as_str(), Some(&resource.content[..])));
        given.chain((self.filler > 0).then_some((FILLER, None)))
    }

    fn spelled(&self, xml: String) -> String {
        match self.spelling {
            Spelling::Plain => xml,
            Spelling::Declared => DECLARATION.to_owned() + &xml.replace('\n', "\r\n"),
        }
    }
}

/// The members written so far.
struct Members<W: Write + Seek> {
    zip: ZipWriter<W>,
    names: BTreeSet<String>,
}

impl<W: Write + Seek> Members<W> {
    fn start(&mut self, name: &str, method: CompressionMethod) -> ZipResult<()> {
        self.names.insert(name.to_owned());
        self.zip.start_file(name, SimpleFileOptions::DEFAULT.compression_method(method))
    }

    fn add(&mut self, name: &str, content: impl AsRef<[u8]>) -> ZipResult<()> {
        self.start(name, CompressionMethod::Deflated)?;
        Ok(self.zip.write_all(content.as_ref())?)
    }

    fn add_json(&mut self, name: &str, content: &Value) -> ZipResult<()> {
        self.add(name, to_string_pretty(content).map_err(io::Error::from)?)
    }

    /// Adds noise of this length, always the same.
    fn fill(&mut self, name: &str, length: u64) -> ZipResult<()> {
        self.start(name, CompressionMethod::Stored)?;
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut left = length;
        while left > 0 {
            let mut block = [0; 1 << 13];
            for word in block.chunks_exact_mut(8) {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                word.copy_from_slice(&state.to_le_bytes());
            }
            let count = left.min(block.len() as u64);
            self.zip.write_all(&block[..count as usize])?;
            left -= count;
        }
        Ok(())
    }
}

/// The smallest file that has the shape of a canvas app: an archive with a header.
fn canvas_file(name: &str) -> ZipResult<Vec<u8>> {
    let mut members = Members { zip: ZipWriter::new(Cursor::new(Vec::new())), names: BTreeSet::new() };
    let header = serde_json::json!({ "DocVersion": "1.347", "MinVersionToLoad": "1.331", "AppName": name });
    members.add_json("Header.json", &header)?;
    members.zip.finish().map(Cursor::into_inner)
}

/// `[Content_Types].xml`: a default for each extension, and an override for each member that has none.
fn content_types(names: &BTreeSet<String>) -> String {
    let file = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let extension = |name: &str| file(name).rsplit_once('.').map(|(_, extension)| extension.to_owned());
    let extensions: BTreeSet<String> = names.iter().filter_map(|name| extension(name)).collect();
    let defaults = extensions.iter().map(|extension| entry("Default", "Extension", extension));
    let others = names.iter().filter(|name| extension(name).is_none());
    let overrides = others.map(|name| entry("Override", "PartName", &format!("/{name}")));
    let entries: String = defaults.chain(overrides).collect();
    let namespace = "http://schemas.openxmlformats.org/package/2006/content-types";
    format!("{}<Types xmlns=\"{namespace}\">{entries}</Types>", DECLARATION.trim_end())
}

fn entry(element: &str, key: &str, value: &str) -> String {
    format!("<{element} {key}=\"{}\" ContentType=\"application/octet-stream\" />", escape(value))
}
