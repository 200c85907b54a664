//! An XML file read as a stream: element by element, well-formed, of bounded depth, without a document type.

use std::io::Read;

use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesDecl, BytesRef, BytesStart, Event},
};

use super::{error::PackageError, limits::Limits, text::Text};

/// The most text that is kept of one file, in bytes.
const MOST_KEPT: usize = 32 << 20;

/// The most attributes of an element: each is compared with all others, since none may be given twice.
const MOST_ATTRIBUTES: usize = 500;
const XML_1_0: XmlVersion = XmlVersion::Implicit1_0;

/// A stream of elements. Whoever takes an element with `child` then takes its `text`, its children, or calls `skip`.
pub struct Xml<R> {
    reader: Reader<Text<R>>,
    buffer: Vec<u8>,
    name: String,
    limit: usize,
    depth: usize,
    roots: usize,
    kept: usize,
    /// Where the latest event started.
    before: u64,
}

/// An element's name and attributes.
pub struct Tag(BytesStart<'static>);

impl Tag {
    /// The element's name.
    pub fn name(&self) -> String {
        self.0.name().as_ref().to_owned()
    }
}

/// Where some text is in its file, in bytes.
pub type Span = std::ops::Range<u64>;

impl<R: Read> Xml<R> {
    /// Starts to read the file of this name.
    pub fn new(source: R, name: &str, limits: &Limits) -> Result<Self, PackageError> {
        let mut reader = Reader::from_reader(Text::new(source, name)?);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        let (name, limit) = (name.to_owned(), limits.depth);
        Ok(Xml { reader, buffer: Vec::new(), name, limit, depth: 0, roots: 0, kept: 0, before: 0 })
    }

    /// The next child of the element in which we are, or none at its end; before the first one, the root.
    pub fn child(&mut self) -> Result<Option<Tag>, PackageError> {
        loop {
            match self.next_markup()? {
                Event::Start(start) => return Ok(Some(Tag(start.into_owned()))),
                Event::End(_) | Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// The element's own text up to its end, without that of its children.
    pub fn text(&mut self) -> Result<String, PackageError> {
        self.spanned().map(|(text, _)| text)
    }

    /// The element's own text up to its end, and where in the file it is.
    pub fn spanned(&mut self) -> Result<(String, Span), PackageError> {
        let mut text = String::new();
        let start = self.position();
        let level = self.depth;
        while self.depth >= level {
            let within = self.depth == level;
            match self.next_text()? {
                Event::Text(part) if within => text.push_str(&part.xml10_content()),
                Event::CData(part) if within => text.push_str(&part.xml10_content()),
                Event::GeneralRef(part) if within => push_reference(&mut text, &part),
                _ => {}
            }
        }
        self.keep(text.len())?;
        Ok((text, start..self.before + self.skipped()))
    }

    /// Passes over the rest of the element.
    pub fn skip(&mut self) -> Result<(), PackageError> {
        let level = self.depth;
        while self.depth >= level {
            self.next_markup()?;
        }
        Ok(())
    }

    /// The value of an element's attribute.
    pub fn attribute(&mut self, tag: &Tag, name: &str) -> Result<Option<String>, PackageError> {
        let value = tag.0.try_get_attribute(name).map_err(|error| self.malformed(error))?;
        let Some(value) = value else { return Ok(None) };
        let value = value.normalized_value(XML_1_0).map_err(|error| self.malformed(error))?.into_owned();
        self.keep(value.len())?;
        Ok(Some(value))
    }

    /// All attributes of an element.
    pub fn attributes(&mut self, tag: &Tag) -> Result<Vec<(String, String)>, PackageError> {
        let mut all = Vec::new();
        for attribute in tag.0.attributes() {
            let attribute = attribute.map_err(|error| self.malformed(error))?;
            let value = attribute.normalized_value(XML_1_0).map_err(|error| self.malformed(error))?;
            self.keep(attribute.key.as_ref().len() + value.len())?;
            all.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
        Ok(all)
    }

    /// Reads to the file's end, so that all of it has been checked.
    pub fn finish(mut self) -> Result<(), PackageError> {
        while !matches!(self.next_text()?, Event::Eof) {}
        Ok(())
    }

    /// Where we are in the file, in bytes.
    fn position(&self) -> u64 {
        self.reader.buffer_position() + self.skipped()
    }

    fn skipped(&self) -> u64 {
        self.reader.get_ref().skipped
    }

    /// The next event where text is not wanted: the space between elements, which is half of most files, is no event.
    fn next_markup(&mut self) -> Result<Event<'_>, PackageError> {
        self.reader.config_mut().trim_text_start = self.depth > 0;
        self.next()
    }

    /// The next event where text matters.
    fn next_text(&mut self) -> Result<Event<'_>, PackageError> {
        self.reader.config_mut().trim_text_start = false;
        self.next()
    }

    fn next(&mut self) -> Result<Event<'_>, PackageError> {
        self.buffer.clear();
        self.reader.get_mut().renew();
        self.before = self.reader.buffer_position();
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(error) => return Err(explain(&self.name, error)),
        };
        check(&event, &self.name, self.depth, self.before)?;
        match event {
            Event::Start(_) if self.depth == self.limit => {
                return Err(PackageError::TooDeep { name: self.name.clone(), limit: self.limit });
            }
            Event::Start(_) => {
                self.roots += usize::from(self.depth == 0);
                self.depth += 1;
            }
            Event::End(_) => self.depth -= 1,
            Event::Eof if self.depth > 0 => return Err(not_well_formed(&self.name, "it ends too early")),
            _ => {}
        }
        match self.roots > 1 || matches!(event, Event::Eof) && self.roots == 0 {
            true => Err(not_well_formed(&self.name, "it has not exactly one root element")),
            false => Ok(event),
        }
    }

    fn keep(&mut self, length: usize) -> Result<(), PackageError> {
        self.kept += length;
        match self.kept > MOST_KEPT {
            true => Err(PackageError::TooMuch { name: self.name.clone(), what: "too much text" }),
            false => Ok(()),
        }
    }

    fn malformed(&self, error: impl std::fmt::Display) -> PackageError {
        not_well_formed(&self.name, &error.to_string())
    }
}

/// Refuses what the parser lets pass.
fn check(event: &Event, name: &str, depth: usize, position: u64) -> Result<(), PackageError> {
    let outside = || Err(not_well_formed(name, "text stands outside its root element"));
    match event {
        Event::DocType(_) => Err(PackageError::Doctype(name.to_owned())),
        Event::Decl(_) if position > 0 => Err(not_well_formed(name, "its XML declaration is not at its start")),
        Event::Decl(declaration) => check_declaration(declaration, name),
        Event::Start(start) => check_start(start, name),
        Event::GeneralRef(reference) if resolve(reference).is_none() => {
            Err(not_well_formed(name, "it has an unknown entity"))
        }
        Event::Text(text) if depth == 0 && !text.trim().is_empty() => outside(),
        Event::CData(_) | Event::GeneralRef(_) if depth == 0 => outside(),
        _ => Ok(()),
    }
}

fn check_declaration(declaration: &BytesDecl, name: &str) -> Result<(), PackageError> {
    declaration.version().map_err(|error| not_well_formed(name, &error.to_string()))?;
    let Some(encoding) = declaration.encoding() else { return Ok(()) };
    let encoding = encoding.map_err(|error| not_well_formed(name, &error.to_string()))?;
    match encoding.eq_ignore_ascii_case("utf-8") {
        true => Ok(()),
        false => Err(PackageError::NotUtf8(name.to_owned())),
    }
}

fn check_start(start: &BytesStart, name: &str) -> Result<(), PackageError> {
    if start.attributes_raw().contains('<') {
        return Err(not_well_formed(name, "an element has a sign that must not stand there"));
    }
    if !start.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | ':')) {
        return Err(not_well_formed(name, "an element has no valid name"));
    }
    for (number, attribute) in start.attributes().enumerate() {
        attribute.map_err(|error| not_well_formed(name, &error.to_string()))?;
        if number >= MOST_ATTRIBUTES {
            return Err(PackageError::TooMuch { name: name.to_owned(), what: "attributes of one element" });
        }
    }
    Ok(())
}

fn resolve(reference: &BytesRef) -> Option<String> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Some(character.to_string()),
        Ok(None) => resolve_predefined_entity(reference).map(str::to_owned),
        Err(_) => None,
    }
}

fn push_reference(text: &mut String, reference: &BytesRef) {
    text.push_str(&resolve(reference).unwrap_or_default());
}

fn explain(name: &str, error: quick_xml::Error) -> PackageError {
    match error {
        quick_xml::Error::Io(error) => match std::sync::Arc::try_unwrap(error) {
            Ok(error) => error.into(),
            Err(error) => PackageError::Io(std::io::Error::new(error.kind(), error.to_string())),
        },
        quick_xml::Error::Encoding(_) => PackageError::NotUtf8(name.to_owned()),
        error => not_well_formed(name, &error.to_string()),
    }
}

fn not_well_formed(name: &str, what: &str) -> PackageError {
    // What is wrong may quote the file, which may be long.
    PackageError::NotWellFormed { name: name.to_owned(), what: what.chars().take(200).collect() }
}
