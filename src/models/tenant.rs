//! The tenant: one row, made when its database is opened for the first time.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{
    audit::{By, Kind, Subject, Verb},
    password,
    person::Person,
};
use crate::{
    db::{self, Conn},
    error::Error,
    id::RowId,
    schema::{people, tenant},
};

/// How long the link for the first administrator lives.
const SETUP_HOURS: i64 = 24;

/// The installation: whether it is a demo, and the link that makes its first administrator.
#[derive(Debug, HasQuery)]
#[diesel(table_name = tenant)]
pub struct Tenant {
    pub id: RowId,
    pub demo: bool,
    setup_token_hash: Option<String>,
    setup_expires_at: Option<NaiveDateTime>,
}

impl Tenant {
    /// The tenant of this database, made now where there is none.
    ///
    /// # Errors
    /// When a demo is asked of a database that holds another tenant.
    pub fn open(conn: &mut Conn, demo: bool) -> Result<Tenant, Error> {
        let mut found = Tenant::query().first(conn).optional()?;
        if found.is_none() {
            // Servers that start together on an empty database all come here.
            db::one_by_one(conn)?;
            found = Tenant::query().first(conn).optional()?;
        }
        if let Some(tenant) = found {
            return match demo && !tenant.demo {
                true => Err(Error::Conflict("The database holds a tenant that is no demo. Name another one.".into())),
                false => Ok(tenant),
            };
        }
        let row = (tenant::id.eq(RowId::new()), tenant::demo.eq(demo), tenant::created_at.eq(db::now()));
        diesel::insert_into(tenant::table).values(row).execute(conn)?;
        Ok(Tenant::query().first(conn)?)
    }

    /// Whether nobody can administer the tenant yet.
    pub fn needs_setup(conn: &mut Conn) -> Result<bool, Error> {
        let administrators = people::table.filter(people::system_administrator.eq(true));
        Ok(!diesel::select(diesel::dsl::exists(administrators)).get_result::<bool>(conn)?)
    }

    /// Whether there is anybody in it; asked of the tables of any version.
    pub fn has_people(conn: &mut Conn) -> Result<bool, Error> {
        Ok(diesel::select(diesel::dsl::exists(people::table.select(people::id))).get_result(conn)?)
    }

    /// Makes transactions that change who administers the tenant come one after another.
    pub fn queue_up(conn: &mut Conn) -> Result<(), Error> {
        diesel::update(tenant::table).set(tenant::demo.eq(tenant::demo)).execute(conn)?;
        Ok(())
    }

    /// A new one-time token for the link that makes the first administrator; older ones end.
    pub fn new_setup_token(conn: &mut Conn) -> Result<String, Error> {
        let token = password::new_token();
        diesel::update(tenant::table)
            .set((
                tenant::setup_token_hash.eq(password::token_hash(&token)),
                tenant::setup_expires_at.eq(db::now() + TimeDelta::hours(SETUP_HOURS)),
            ))
            .execute(conn)?;
        let tenant = Subject::new(Kind::Tenant, "", "First administrator");
        By::sluice().did(Verb::MakeSetupLink, tenant).record(conn)?;
        Ok(token)
    }

    /// Checks the token of the setup link.
    ///
    /// # Errors
    /// Not found when the token is wrong, used up or too old, or an administrator exists.
    pub fn check_setup_token(conn: &mut Conn, token: &str) -> Result<(), Error> {
        let tenant = Tenant::query().first(conn)?;
        let fits = tenant.setup_token_hash.as_deref() == Some(password::token_hash(token).as_str());
        let alive = tenant.setup_expires_at.is_some_and(|end| end > db::now());
        if fits && alive && Tenant::needs_setup(conn)? { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Makes the first administrator, who is at this address, and uses up the link.
    pub fn set_up(
        conn: &mut Conn,
        address: &str,
        token: &str,
        name: &str,
        email: &str,
        hash: &str,
    ) -> Result<Person, Error> {
        Tenant::check_setup_token(conn, token)?;
        let used = (tenant::setup_token_hash.eq(None::<String>), tenant::setup_expires_at.eq(None::<NaiveDateTime>));
        diesel::update(tenant::table).set(used).execute(conn)?;
        let person = Person::add(conn, &By::visitor(address), name, email, true)?;
        person.set_password_hash(conn, &By::person(&person, address), hash)?;
        Ok(person)
    }
}
