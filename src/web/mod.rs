//! What any site needs: layout, forms, error pages, guards, assets. No domain words.

pub mod address;
pub mod assets;
pub mod browser;
pub mod client;
pub mod csv;
pub mod errors;
pub mod escape;
pub mod form_body;
pub mod forms;
pub mod front;
pub mod guards;
pub mod html;
pub mod layout;
pub mod locale;
pub mod markdown;
pub mod pieces;
pub mod requests;
pub mod respond;
pub mod text;
pub mod time;
pub mod zones;
