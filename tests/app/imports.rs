//! Importing by hand: what is refused before anything is kept, what is shown, what happens.

mod override_by_hand;
mod refused;
mod reviewed;
