//! One noun a file: the struct, its queries, its verbs. Nothing here knows of HTTP, templates or environments' insides.

pub mod artifact;
pub mod audit;
pub mod column;
pub mod deployment_environment;
pub mod environment;
pub mod host;
pub mod lane;
pub mod operation;
pub mod password;
pub mod permit;
pub mod person;
pub mod pipeline;
pub mod principal;
pub mod region;
pub mod run;
pub mod seen_pipeline;
pub mod session;
pub mod sighting;
pub mod stage;
pub mod tenant;
