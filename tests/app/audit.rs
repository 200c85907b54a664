//! The audit log: what it says of every act, who may read it, and how it is searched and taken out.

mod entries;
mod exports;
mod people;
mod places;
mod reading;
mod runs;
mod walk;
