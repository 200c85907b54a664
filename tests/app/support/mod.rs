//! A tenant of its own for each test, people to use it, and pages to look at.

mod app;
mod browser;
mod configuration;
mod makers;
mod page;

pub use app::{PASSWORD, TestApp};
pub use browser::Browser;
pub use configuration::id;
pub use makers::{Makers, add_environment};
pub use page::Page;
