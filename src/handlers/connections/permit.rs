//! Who may change one connection.

use crate::{
    db::Conn,
    error::Error,
    models::{
        environment::{ChangeSolutions, Seen},
        permit::{Action, Path},
        person::Person,
        reach::Reach,
    },
    platform::embedded::connections,
};

/// To change or remove the connection that the path names, which is in the environment that it names.
pub struct ChangeConnection;

impl Action for ChangeConnection {
    type Subject = Seen;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Seen, Error> {
        let seen = ChangeSolutions::find(conn, who, path)?;
        match connections::exists(conn, seen.id, path.id("connection")?)? {
            true => Ok(seen),
            false => Err(Error::NotFound),
        }
    }

    fn allows(person: &Person, seen: &Seen) -> bool {
        ChangeSolutions::allows(person, seen)
    }

    fn refusal(seen: &Seen) -> String {
        ChangeSolutions::refusal(seen)
    }
}
