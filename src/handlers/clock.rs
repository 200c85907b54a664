//! The clock of who reads a page.

use chrono::NaiveDateTime;

use crate::{db, models::person::Person, web::time::Clock};

/// The person's clock, now.
pub fn of(person: &Person) -> Clock {
    at(person, db::now())
}

/// The person's clock at this moment.
pub fn at(person: &Person, now: NaiveDateTime) -> Clock {
    Clock::new(&person.time_zone, &person.locale, now)
}
