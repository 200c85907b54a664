//! A backup that is read, by whoever made it or damaged it.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use zip::ZipArchive;

use super::{LEFT_OUT, LONGEST_ROW, Manifest, packages::Packages};
use crate::{
    artifacts::{Artifacts, Sha, Spooled, Stored},
    db::{
        rows::Row,
        tables::{self, Table},
    },
    error::Error,
};

/// The most bytes that a manifest may have.
const LONGEST_MANIFEST: u64 = 1 << 20;

/// A file whose manifest was read.
pub struct Backup {
    pub manifest: Manifest,
    /// The tables whose rows it holds.
    pub tables: Vec<Table>,
    zip: ZipArchive<BufReader<File>>,
    path: PathBuf,
}

/// Where the rows of a table stand in the file.
pub(super) fn rows_of(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

/// Where a package stands in the file.
pub(super) fn package_of(hash: &Sha) -> String {
    format!("packages/{hash}")
}

impl Backup {
    /// Opens a backup.
    ///
    /// # Errors
    /// With the sentence to print: it is none, or of a later program.
    pub fn open(path: &Path) -> Result<Backup, Error> {
        let file = File::open(path).map_err(|error| {
            Error::Conflict(format!("The file {} cannot be read ({error}). Name a backup.", path.display()))
        })?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(path, error))?;
        let mut text = Vec::new();
        let entry = zip.by_name("manifest.json").map_err(|error| damaged(path, error))?;
        entry.take(LONGEST_MANIFEST).read_to_end(&mut text).map_err(|error| damaged(path, error))?;
        let manifest = Manifest::read(&text)?;
        let mut tables = tables::at(&manifest.schema)?;
        tables.retain(|table| !LEFT_OUT.contains(&table.name.as_str()));
        Ok(Backup { manifest, tables, zip, path: path.to_owned() })
    }

    /// Reads everything in it but the bytes of packages; which packages its rows name.
    ///
    /// # Errors
    /// With the sentence to print where anything is not as it was written.
    pub fn check(&mut self) -> Result<Packages, Error> {
        let mut packages = Packages::default();
        for table in self.tables.clone() {
            let path = self.path.clone();
            self.rows(&table, |row| packages.note(&table, &row).map_err(|wrong| damaged(&path, wrong)))?;
        }
        let known = |name: &String| self.tables.iter().any(|table| table.name == *name);
        if let Some(name) = self.manifest.tables.keys().find(|name| !known(name)) {
            return Err(self.damaged(format!("nothing is known of the table {name}")));
        }
        let absent = packages.all().find(|one| self.zip.index_for_name(&package_of(&one.package.hash)).is_none());
        match absent {
            Some(one) => Err(self.damaged(format!("the package {} is missing", one.package.hash))),
            None => Ok(packages),
        }
    }

    /// Reads the rows of a table, one at a time.
    pub fn rows(&mut self, table: &Table, mut take: impl FnMut(Row) -> Result<(), Error>) -> Result<(), Error> {
        let (path, name) = (&self.path, &table.name);
        let entry = self.zip.by_name(&rows_of(name)).map_err(|error| damaged(path, format!("{name}: {error}")))?;
        let (mut entry, mut line, mut count) = (BufReader::new(entry), Vec::new(), 0);
        loop {
            line.clear();
            let read = entry.by_ref().take(LONGEST_ROW as u64).read_until(b'\n', &mut line);
            match read.map_err(|error| damaged(path, format!("{name}: {error}")))? {
                0 => break,
                _ if line.last() != Some(&b'\n') => return Err(damaged(path, format!("a row of {name} does not end"))),
                _ => count += 1,
            }
            take(table.row(&line).map_err(|wrong| damaged(path, format!("row {count} of {name}: {wrong}")))?)?;
        }
        match self.manifest.tables.get(name) {
            Some(expected) if *expected == count => Ok(()),
            _ => Err(damaged(path, format!("{name} has {count} rows, which is not what the manifest says"))),
        }
    }

    /// Copies a package out of it, whose hash was verified then.
    pub fn package(&mut self, package: &Stored, artifacts: &Artifacts) -> Result<Spooled, Error> {
        let (path, hash) = (&self.path, &package.hash);
        let entry = self.zip.by_name(&package_of(hash)).map_err(|error| damaged(path, format!("{hash}: {error}")))?;
        let (mut entry, mut spool, mut bytes) =
            (entry.take(package.size.saturating_add(1)), artifacts.spool()?, [0; 1 << 16]);
        loop {
            match entry.read(&mut bytes).map_err(|error| damaged(path, format!("{hash}: {error}")))? {
                0 => break,
                read => spool.write_all(&bytes[..read])?,
            }
        }
        let spooled = spool.finish()?;
        match spooled.stored() == package {
            true => Ok(spooled),
            false => Err(damaged(path, format!("the package {hash} has other bytes than its name says"))),
        }
    }

    /// That something in it is not as it was written.
    pub(super) fn damaged(&self, what: impl std::fmt::Display) -> Error {
        damaged(&self.path, what)
    }
}

fn damaged(path: &Path, what: impl std::fmt::Display) -> Error {
    Error::Conflict(format!(
        "The file {} is damaged or is no backup of Sluice ({what}), so nothing was restored. Use another backup.",
        path.display()
    ))
}
