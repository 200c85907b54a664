//! How much of a package is read before it is refused.

/// The bounds that a package must keep; what lies beyond is refused, however it was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest package, in bytes.
    pub upload: u64,
    /// The most that all its members together may unpack to, in bytes.
    pub unpacked: u64,
    /// How many times larger a member, or the whole, may be unpacked than packed.
    pub ratio: u64,
    /// The most members.
    pub entries: usize,
    /// The largest `solution.xml`, in bytes.
    pub manifest: u64,
    /// The deepest nesting of elements in a file.
    pub depth: usize,
}

const MIB: u64 = 1 << 20;

impl Default for Limits {
    fn default() -> Self {
        Limits { upload: 256 * MIB, unpacked: 1024 * MIB, ratio: 200, entries: 20_000, manifest: 16 * MIB, depth: 256 }
    }
}
