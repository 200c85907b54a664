//! The solutions that every environment has without showing them.

use std::{collections::HashSet, sync::LazyLock};

static NAMES: LazyLock<HashSet<String>> =
    LazyLock::new(|| include_str!("builtin_solutions.txt").lines().map(str::to_lowercase).collect());

/// Whether every environment has the solution of this unique name, so that whatever is required of it is there.
pub fn is_builtin(unique_name: &str) -> bool {
    NAMES.contains(&unique_name.to_lowercase())
}

/// The code under which the platform refuses packages of this unique name, if it does.
pub fn restricted(unique_name: &str) -> Option<&'static str> {
    match unique_name.to_lowercase().as_str() {
        "system" => Some("0x80048046"),
        "default" => Some("0x80048049"),
        "active" | "basic" => Some("0x8004F007"),
        _ => None,
    }
}
