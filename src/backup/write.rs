//! Making a backup: the rows of one snapshot, then the packages that they name.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    LEFT_OUT, LONGEST_ROW,
    manifest::{FORMAT, Manifest},
    packages::{Named, Packages},
};
use crate::{
    artifacts::Artifacts,
    db::{self, Conn, Db, rebuild, rows, tables},
    error::Error,
};

type Zip = ZipWriter<BufWriter<NamedTempFile>>;

/// A backup that is complete and has not got its name yet; gone when dropped.
pub struct Made {
    pub manifest: Manifest,
    file: NamedTempFile,
    path: PathBuf,
}

impl Made {
    /// Gives the file its name.
    ///
    /// # Errors
    /// When there is such a file by now.
    pub fn keep(self) -> Result<(), Error> {
        let kept = self.file.persist_noclobber(&self.path);
        kept.map_err(|error| refused(&self.path, &format!("cannot be written ({})", error.error)))?;
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            // Not every system lets a folder be opened for this.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

/// Writes all of a tenant to a passing file beside `path`; durable when this returns.
///
/// # Errors
/// With the sentence to print: a file of this name is there, or a package that a row names is not.
pub async fn write(db: &Db, artifacts: &Artifacts, path: &Path) -> Result<Made, Error> {
    let cannot = |error: io::Error| refused(path, &format!("cannot be written ({error})"));
    if path.try_exists().map_err(cannot)? {
        return Err(refused(path, "is there already"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| refused(path, "is no name of a file"))?;
    let prefix = format!(".{}.", name.to_string_lossy());
    // Only its owner may read such a file.
    let file = tempfile::Builder::new().prefix(&prefix).tempfile_in(folder).map_err(cannot)?;
    let mut zip = ZipWriter::new(BufWriter::new(file));
    let (mut manifest, packages) = db.snapshot(|c| tables(c, &mut zip))?;
    for named in packages.all() {
        package(artifacts, named, &mut zip).await?;
    }
    manifest.packages = packages.count() as u64;
    begin(&mut zip, "manifest.json", CompressionMethod::Deflated, false)?;
    zip.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
    let file = zip.finish().map_err(told)?.into_inner().map_err(|error| cannot(error.into_error()))?;
    file.as_file().sync_all().map_err(cannot)?;
    Ok(Made { manifest, file, path: path.to_owned() })
}

fn tables(conn: &mut Conn, zip: &mut Zip) -> Result<(Manifest, Packages), Error> {
    let schema = rebuild::version(conn)?.ok_or(Error::NotFound)?;
    let mut packages = Packages::default();
    let mut manifest = Manifest {
        format: FORMAT,
        sluice: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: db::now(),
        schema: schema.clone(),
        demo: false,
        tables: Default::default(),
        packages: 0,
    };
    for table in tables::at(&schema)?.iter().filter(|table| !LEFT_OUT.contains(&table.name.as_str())) {
        begin(zip, &super::file::rows_of(&table.name), CompressionMethod::Deflated, true)?;
        let mut count = 0;
        rows::each(conn, table, |row| {
            packages.note(table, &row).map_err(|wrong| {
                Error::Conflict(format!("No backup was made: {wrong}. sluice verify lists everything that is wrong."))
            })?;
            manifest.demo |= table.name == "tenant" && row.get("demo").is_some_and(|demo| demo == true);
            let mut line = serde_json::to_vec(&row)?;
            if line.len() >= LONGEST_ROW {
                return Err(Error::Conflict(format!("No backup was made: a row of {} is too long.", table.name)));
            }
            line.push(b'\n');
            count += 1;
            Ok(zip.write_all(&line)?)
        })?;
        manifest.tables.insert(table.name.clone(), count);
    }
    Ok((manifest, packages))
}

// Solution packages are compressed already.
async fn package(artifacts: &Artifacts, Named { package, by }: &Named, zip: &mut Zip) -> Result<(), Error> {
    if !artifacts.has(package).await? {
        return Err(Error::Conflict(format!(
            "No backup was made: the package {} that {by} names is not there. sluice verify lists everything that is \
             missing.",
            package.hash
        )));
    }
    let mut file =
        artifacts.file(package).await.map_err(|error| Error::Conflict(format!("No backup was made: {error}.")))?;
    begin(zip, &super::file::package_of(&package.hash), CompressionMethod::Stored, package.size >= u32::MAX.into())?;
    io::copy(&mut file, zip)?;
    Ok(())
}

fn begin(zip: &mut Zip, name: &str, method: CompressionMethod, large: bool) -> Result<(), Error> {
    let options = SimpleFileOptions::default().compression_method(method).large_file(large);
    zip.start_file(name, options).map_err(told)
}

fn told(error: zip::result::ZipError) -> Error {
    Error::Internal(error.into())
}

fn refused(path: &Path, what: &str) -> Error {
    Error::Conflict(format!("The file {} {what}. Name another one.", path.display()))
}
