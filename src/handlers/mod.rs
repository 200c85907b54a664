//! One noun a file: HTTP in, template out.

pub mod first_administrator;
pub mod home;
pub mod navigation;
pub mod password_links;
pub mod runs;
pub mod sessions;
pub mod stage_runs;
