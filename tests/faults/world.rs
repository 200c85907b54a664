//! What programs under test see of their machine: its clock and its disk, as a test wants them. Nothing else on the
//! machine notices, and no right is needed, so it works wherever a C compiler is.

use std::{
    fs::{self, File, Permissions},
    os::unix::fs::{FileExt, PermissionsExt},
    path::Path,
    process::Command,
};

use tempfile::TempDir;

/// Where each thing stands in the file that the programs look at.
const CLOCK: u64 = 0;
const FULL: u64 = 8;
const DISK: u64 = 16;
const SIZE: u64 = 16 + 4096;

/// A world that programs are started in.
pub struct World {
    folder: TempDir,
    file: File,
}

impl World {
    /// One in which all is well.
    pub fn new() -> World {
        let folder = TempDir::new().unwrap();
        // A database server runs as somebody else.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let file = File::create(folder.path().join("world")).unwrap();
        file.set_len(SIZE).unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/world.c");
        let library = folder.path().join("world.so");
        let built = Command::new("cc").args(["-O2", "-shared", "-fPIC", "-o"]).arg(library).arg(source).status();
        assert!(built.expect("a C compiler").success(), "{source} does not compile");
        World { folder, file }
    }

    /// What a program is started with to be in it.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        let path = |name: &str| self.folder.path().join(name).to_string_lossy().into_owned();
        [("LD_PRELOAD", path("world.so")), ("WORLD", path("world"))]
    }

    /// Puts the clock forward by so many hours from what it should be, or back.
    pub fn put_clock(&self, hours: i64) {
        self.write(CLOCK, &(hours * 3600).to_ne_bytes());
    }

    /// Leaves no room for what lies under paths that begin so.
    pub fn fill(&self, disk: &Path) {
        let disk = fs::canonicalize(disk).unwrap();
        self.write(DISK, &[disk.to_string_lossy().as_bytes(), b"\0"].concat());
        self.write(FULL, &1i64.to_ne_bytes());
    }

    /// Makes room again.
    pub fn free(&self) {
        self.write(FULL, &0i64.to_ne_bytes());
    }

    fn write(&self, at: u64, bytes: &[u8]) {
        self.file.write_all_at(bytes, at).unwrap();
    }
}
