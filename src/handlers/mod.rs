//! One noun a file: HTTP in, template out.

pub mod account;
pub mod activations;
pub mod environment_pages;
pub mod environment_retirements;
pub mod environment_roles;
pub mod environments;
pub mod first_administrator;
pub mod group_members;
pub mod groups;
pub mod home;
pub mod installations;
pub mod navigation;
pub mod password_links;
pub mod runs;
pub mod people;
pub mod sessions;
pub mod stage_runs;
