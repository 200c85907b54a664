//! The demo's people.

use crate::{
    db::Conn,
    error::Error,
    models::{audit::By, person::Person, session::Session},
};

const ADA: &str = "admin@example.com";
const MAYA: &str = "maker@example.com";
const VIC: &str = "viewer@example.com";

/// Who is in the demo.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The system administrator.
    pub ada: Person,
    /// Who makes and deploys solutions.
    pub maya: Person,
    /// Who only looks.
    pub vic: Person,
}

impl Cast {
    /// Adds them, without passwords.
    pub fn add(conn: &mut Conn) -> Result<Cast, Error> {
        let ada = Person::add(conn, &By::sluice(), "Ada Admin", ADA, true)?;
        let by = By::person(&ada, "");
        let maya = Person::add(conn, &by, "Maya Maker", MAYA, false)?;
        let vic = Person::add(conn, &by, "Vic Viewer", VIC, false)?;
        Ok(Cast { ada, maya, vic })
    }
}

/// Somebody who can sign in to the demo.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub email: String,
    /// What they can do, in a few words.
    pub role: &'static str,
}

/// Gives the demo's people, as far as they are still there under these emails, a password.
pub fn set_passwords(conn: &mut Conn, hash: &str) -> Result<Vec<SignIn>, Error> {
    let all = [(ADA, "System administrator"), (MAYA, "Maker, may deploy"), (VIC, "Viewer, may look")];
    let mut there = Vec::new();
    for (email, role) in all {
        let (Some(person), _) = Person::to_sign_in(conn, email)? else { continue };
        person.set_password_hash(conn, &By::sluice(), hash)?;
        Session::end_all(conn, &By::sluice(), &person)?;
        there.push(SignIn { email: person.email, role });
    }
    Ok(there)
}
