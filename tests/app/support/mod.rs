//! A tenant of its own for each test, people to use it, and pages to look at.

pub mod admin;
mod app;
mod audit;
mod browser;
mod configuration;
pub mod contoso;
mod later;
mod makers;
mod page;
pub mod stores;

pub use app::{PASSWORD, TestApp, fresh_schema, packages_in};
pub use browser::Browser;
pub use configuration::id;
pub use contoso::Contoso;
pub use makers::{Makers, add_environment};
pub use page::Page;

/// Texts that no one-line field of at most 100 characters takes, each with what is said beside it.
pub fn unfit_lines() -> [(String, &'static str); 5] {
    [
        (String::new(), "Enter a"),
        ("   ".into(), "Enter a"),
        ("a\u{7}b".into(), "Use plain text without control characters."),
        ("invoice\u{202e}fdp".into(), "Use plain text without control characters."),
        ("é".repeat(101), "Use at most 100 characters."),
    ]
}
