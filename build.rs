//! How the program is linked for release, which depends on the C library of the system that it is made on.

use std::{env, process::Command};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let is_for_this_system = env::var("HOST").is_ok_and(|host| env::var("TARGET").is_ok_and(|target| target == host));
    if is_release && is_for_this_system && packs_relocations() {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    // Functions of the same instructions are one, which rustc's own linker knows how to do, the one of this target. Nothing
    // depends on where a function is.
    if is_release && env::var("TARGET").is_ok_and(|target| target == "x86_64-unknown-linux-gnu") {
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    }
}

// Where its parts are in memory is 2 MB of the program, of which what glibc reads since 2.36 leaves 30 kB. A program made
// with an older one must not rely on it; GNU ld before 2.38 only warns that it does not know how.
fn packs_relocations() -> bool {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let version = said.ok().and_then(|said| String::from_utf8(said.stdout).ok());
    let version = version.as_deref().and_then(|version| version.trim().strip_prefix("glibc ")?.split_once('.'));
    version.and_then(|(_, minor)| minor.parse().ok()).is_some_and(|minor: u32| minor >= 36)
}
