//! Permits: proof that a person may do something to something, made in one place and demanded by the verbs.

use std::{collections::HashMap, ops::Deref, str::FromStr};

use super::{audit::By, person::Person, reach::Reach};
use crate::{db::Conn, error::Error};

/// Something a person can do, and to what.
pub trait Action: Sized + 'static {
    /// What it is done to.
    type Subject: Send + 'static;

    /// Loads the subject through what the person can see.
    ///
    /// # Errors
    /// Not found when there is none or the person may not know of it.
    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Self::Subject, Error>;

    /// Whether the person may do this to it.
    fn allows(person: &Person, subject: &Self::Subject) -> bool;

    /// The sentence for who may see it but not do this: what is missing and who can help.
    fn refusal(subject: &Self::Subject) -> String;
}

/// Proof that `person` may do `A` to `subject`; reads as the subject.
#[derive(Debug)]
pub struct Permit<A: Action> {
    reach: Reach,
    /// Where they are; empty where it is not over the network.
    address: String,
    subject: A::Subject,
}

impl<A: Action> Permit<A> {
    /// Finds the subject that `path` names and checks the person against it: the only way to a permit.
    ///
    /// # Errors
    /// Not found, or forbidden with the action's refusal.
    pub fn check(conn: &mut Conn, person: Person, path: &Path) -> Result<Self, Error> {
        let reach = Reach::of(conn, person)?;
        Permit::within(conn, reach, path)
    }

    /// The same where all that the person was given was read already, for the same request.
    ///
    /// # Errors
    /// As `check`.
    pub fn within(conn: &mut Conn, reach: Reach, path: &Path) -> Result<Self, Error> {
        let subject = A::find(conn, &reach, path)?;
        match A::allows(&reach, &subject) {
            true => Ok(Permit { reach, address: String::new(), subject }),
            false => Err(Error::Forbidden(A::refusal(&subject))),
        }
    }

    /// The same, used from this address.
    #[must_use]
    pub fn from(self, address: &str) -> Self {
        Permit { address: address.to_owned(), ..self }
    }

    /// Who holds the permit.
    pub fn person(&self) -> &Person {
        self.reach.person()
    }

    /// Who holds the permit, and all that they were given.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Who holds the permit and where they are, for the audit log.
    pub fn by(&self) -> By {
        By::person(self.person(), &self.address)
    }

    /// Where they are; empty where it is not over the network.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The subject itself, when the permit has done its work.
    pub fn into_subject(self) -> A::Subject {
        self.subject
    }
}

impl<A: Action> Deref for Permit<A> {
    type Target = A::Subject;

    fn deref(&self) -> &A::Subject {
        &self.subject
    }
}

/// The identifiers in a URL, by name.
#[derive(Debug, Default)]
pub struct Path(HashMap<String, String>);

impl Path {
    /// A path with these identifiers.
    pub fn of<'a>(ids: impl IntoIterator<Item = (&'a str, String)>) -> Path {
        Path(ids.into_iter().map(|(name, id)| (name.to_owned(), id)).collect())
    }

    /// The identifier called `name`.
    ///
    /// # Errors
    /// Not found when it is none of its kind, as nothing can be there.
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, Error> {
        self.0.get(name).and_then(|text| text.parse().ok()).ok_or(Error::NotFound)
    }

    /// Whether the URL has an identifier called `name`.
    pub fn names(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

/// To administer the whole tenant: people, groups, environments.
pub struct AdministerTenant;

impl AdministerTenant {
    /// Lets nobody else find a thing of the tenant, whether or not it is there.
    ///
    /// # Errors
    /// Not found for who may not.
    pub fn demand(person: &Person) -> Result<(), Error> {
        if Self::allows(person, &()) { Ok(()) } else { Err(Error::NotFound) }
    }
}

impl Action for AdministerTenant {
    type Subject = ();

    fn find(_: &mut Conn, _: &Reach, _: &Path) -> Result<(), Error> {
        Ok(())
    }

    fn allows(person: &Person, _: &()) -> bool {
        person.system_administrator
    }

    fn refusal(_: &()) -> String {
        "Only system administrators can do this. Ask one of them if you need it.".into()
    }
}
