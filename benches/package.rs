//! How long reading a package of 100 MB takes, beside `unzip -p` of the same members, and how much memory it needs.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs::{self, File},
    io::{Cursor, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use sluice::package::{Builder, Limits, Package, checks::VariableKind};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

type Outcome<T> = Result<T, Box<dyn Error>>;

const SIZE: u64 = 100 << 20;
const TABLES: usize = 300;
const VARIABLES: usize = 20;
const RUNS: usize = 15;
/// The variable that names the package to a process that only measures memory.
const MEASURED: &str = "MEASURED_PACKAGE";
/// Reading may take this many times what `unzip` takes.
const LIMIT: f64 = 1.5;

fn main() -> Outcome<()> {
    if let Some(path) = env::var_os(MEASURED) {
        println!("{}", memory_growth(Path::new(&path))?);
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("large.zip");
    let members = make(&path)?;
    println!("package: {} bytes, {} members are read", fs::metadata(&path)?.len(), members.len());
    // In a process of its own, which has had no use for memory before.
    let measuring = Command::new(env::current_exe()?).env(MEASURED, &path).output()?;
    let growth = String::from_utf8(measuring.stdout)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        theirs.push(timed(|| unzip(&path, &members))?);
        ours.push(timed(|| read(&path))?);
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("Package::read: {ours:?}, unzip -p: {theirs:?} (medians of {RUNS})");
    println!("ratio: {ratio:.2}, limit {LIMIT}: {}", if ratio <= LIMIT { "kept" } else { "BROKEN" });
    println!("peak memory grew by {} KiB", growth.trim());
    match ratio <= LIMIT {
        true => Ok(()),
        false => Err("reading takes too long".into()),
    }
}

/// Makes the package; the names of the members that must be read.
fn make(path: &Path) -> Outcome<Vec<String>> {
    let mut builder = Builder::new("Large").filler(SIZE);
    for number in 0..TABLES {
        builder = builder.table(format!("con_table{number}"), format!("Table {number}"));
    }
    for number in 0..VARIABLES {
        let name = format!("con_variable{number}");
        builder = builder.variable(&name, "Variable", VariableKind::Text, None, true, Some("value"));
    }
    let mut small = ZipArchive::new(Cursor::new(builder.to_bytes()?))?;
    let mut zip = ZipWriter::new(File::create(path)?);
    let mut read = Vec::new();
    for index in 0..small.len() {
        let member = small.by_index_raw(index)?;
        let name = member.name()?.into_owned();
        match name.as_str() {
            "customizations.xml" => {
                zip.start_file(&name, SimpleFileOptions::DEFAULT)?;
                zip.write_all(customizations().as_bytes())?;
            }
            _ => zip.raw_copy_file(member)?,
        }
        if !name.starts_with("WebResources/") {
            read.push(name);
        }
    }
    zip.finish()?;
    Ok(read)
}

/// Tables with forms, as exports have them: most of the text is not about what is wanted from it.
fn customizations() -> String {
    let mut text = "<ImportExportXml>\n  <Entities>".to_owned();
    let mut id = 0x9e37_79b9_7f4a_7c15_u64;
    for table in 0..TABLES {
        let _ = write!(
            text,
            "\n    <Entity>\n      <Name LocalizedName=\"Table {table}\" OriginalName=\"\">con_table{table}</Name>\n      <FormXml>"
        );
        for cell in 0..1000 {
            id = id.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let _ = write!(
                text,
                "\n        <cell id=\"{{{id:016x}}}\" showlabel=\"true\" locklevel=\"0\">\n          <labels>\n            <label description=\"Column {cell}\" languagecode=\"1033\" />\n          </labels>\n          <control id=\"con_column{cell}\" classid=\"{{4273edbd-ac1d-40d3-9fb2-095c621b552d}}\" datafieldname=\"con_column{cell}\" />\n        </cell>"
            );
        }
        text.push_str("\n      </FormXml>\n    </Entity>");
    }
    text + "\n  </Entities>\n</ImportExportXml>"
}

fn read(path: &Path) -> Outcome<()> {
    let package = Package::read(&File::open(path)?, &Limits::default())?;
    let inventory = &package.inventory;
    let whole = inventory.variables.len() == VARIABLES && inventory.components.len() == TABLES + VARIABLES + 1;
    if whole { Ok(()) } else { Err("not all was read".into()) }
}

fn unzip(path: &Path, members: &[String]) -> Outcome<()> {
    // `unzip` takes brackets as a pattern.
    let names = members.iter().map(|name| name.replace('[', "\\[").replace(']', "\\]"));
    let status = Command::new("unzip").arg("-p").arg(path).args(names).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("unzip: {status}").into()) }
}

fn timed(work: impl Fn() -> Outcome<()>) -> Outcome<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// By how much reading raises the most memory that this process ever had, in KiB.
fn memory_growth(path: &Path) -> Outcome<u64> {
    let before = status("VmRSS:")?;
    read(path)?;
    Ok(status("VmHWM:")?.saturating_sub(before))
}

fn status(field: &str) -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or("no such field")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
