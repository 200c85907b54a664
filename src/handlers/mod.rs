//! One noun a file: HTTP in, template out.

pub mod by_hand;
pub mod connections;
pub mod exports;
pub mod first_administrator;
pub mod home;
pub mod imports;
pub mod live;
pub mod navigation;
pub mod operations;
pub mod password_links;
pub mod removals;
pub mod sessions;
pub mod sightings;
pub mod solution_versions;
pub mod solutions;
