//! The program. All of it is in the library: what stood here would be compiled again with every change.

use std::process::ExitCode;

// Pages are many small pieces of memory, and the system's own allocator gives theirs back to the kernel after each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    sluice::commands::main()
}
