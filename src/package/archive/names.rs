//! Which names members may have: nothing that leads out of a folder or means two files on some system.

use std::collections::HashSet;

use super::Entry;
use crate::package::error::PackageError;

/// Refuses unsafe names, and names that are the same to a system that ignores case.
pub fn check(entries: &[Entry]) -> Result<(), PackageError> {
    let mut seen = HashSet::new();
    for Entry { name, unpacked, .. } in entries {
        if !is_safe(name) {
            return Err(PackageError::UnsafeName(name.clone()));
        }
        if name.ends_with('/') && *unpacked > 0 {
            return Err(PackageError::Differs { name: name.clone(), what: "a folder with content" });
        }
        if !seen.insert(name.trim_end_matches('/').to_lowercase()) {
            return Err(PackageError::Duplicate(name.clone()));
        }
    }
    Ok(())
}

fn is_safe(name: &str) -> bool {
    let drive = name.as_bytes().get(1) == Some(&b':');
    let path = name.strip_suffix('/').unwrap_or(name);
    !drive
        && !name.contains(|c: char| c == '\\' || c.is_control())
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
