//! What the system knows of this process.

/// Resident memory in bytes; none where the system does not tell it in the way of Linux.
pub fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn memory_is_more_than_nothing() {
        assert!(super::resident().unwrap() > 1 << 20);
    }
}
