//! Groups: people who get roles and shares together.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    audit::{Kind, Subject, Verb},
    grant::Grant,
    host::{Host, Loss},
    permit::{Action, AdministerTenant, Path, Permit},
    person::Person,
    reach::Reach,
};
use crate::{
    db::{self, Conn},
    error::Error,
    id::{GroupId, PersonId},
    schema::{environment_roles, group_members, groups, host_roles, people, shares},
};

/// A named set of people.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = groups)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub description: String,
    pub retired_at: Option<NaiveDateTime>,
}

/// To administer one group. To whoever may not, there is none.
pub struct AdministerGroup;

impl Action for AdministerGroup {
    type Subject = Group;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Group, Error> {
        AdministerTenant::demand(who)?;
        Ok(Group::query().filter(groups::id.eq(path.id::<GroupId>("group")?)).first(conn)?)
    }

    fn allows(person: &Person, _: &Group) -> bool {
        person.system_administrator
    }

    fn refusal(_: &Group) -> String {
        AdministerTenant::refusal(&())
    }
}

/// How many people belong to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub members: usize,
    /// Those of them who cannot sign in.
    pub deactivated: usize,
}

impl Group {
    /// The live groups by name, each with how many people belong to it.
    pub fn all(conn: &mut Conn) -> Result<Vec<(Group, Size)>, Error> {
        let live = Group::query().filter(groups::retired_at.is_null());
        let groups: Vec<Group> = live.order((groups::name_key, groups::id)).load(conn)?;
        let members: Vec<(GroupId, bool)> = group_members::table
            .inner_join(people::table)
            .select((group_members::group_id, people::active))
            .load(conn)?;
        let sized = |group: Group| {
            let theirs = || members.iter().filter(|(id, _)| *id == group.id);
            let size = Size { members: theirs().count(), deactivated: theirs().filter(|(_, active)| !active).count() };
            (group, size)
        };
        Ok(groups.into_iter().map(sized).collect())
    }

    /// The live groups that the person belongs to, by name.
    pub fn of(conn: &mut Conn, person: PersonId) -> Result<Vec<Group>, Error> {
        let theirs = group_members::table.filter(group_members::person_id.eq(person)).select(group_members::group_id);
        let live = Group::query().filter(groups::retired_at.is_null()).filter(groups::id.eq_any(theirs));
        Ok(live.order((groups::name_key, groups::id)).load(conn)?)
    }

    /// Makes a group without members.
    ///
    /// # Errors
    /// A conflict for the field *Name* when a live group has it.
    pub fn create(
        conn: &mut Conn,
        permit: &Permit<AdministerTenant>,
        name: &str,
        description: &str,
    ) -> Result<Group, Error> {
        let group =
            Group { id: GroupId::new(), name: name.to_owned(), description: description.to_owned(), retired_at: None };
        let inserted = conn.transaction(|conn| {
            diesel::insert_into(groups::table)
                .values((
                    groups::id.eq(group.id),
                    groups::name.eq(name),
                    groups::name_key.eq(db::fold(name)),
                    groups::description.eq(description),
                    groups::created_at.eq(db::now()),
                ))
                .execute(conn)
        });
        unless_taken(inserted, name)?;
        let entry = permit.by().did(Verb::Create, group.subject());
        entry.set("Name", name).set("Description", description).record(conn)?;
        Ok(group)
    }

    /// Renames or describes the group.
    ///
    /// # Errors
    /// A conflict: for the field *Name* when a live group has it, or when the group is retired.
    pub fn change(
        conn: &mut Conn,
        permit: &Permit<AdministerGroup>,
        name: &str,
        description: &str,
    ) -> Result<(), Error> {
        let before = permit.live(conn)?;
        let values = (groups::name.eq(name), groups::name_key.eq(db::fold(name)), groups::description.eq(description));
        let changed = conn.transaction(|conn| diesel::update(groups::table.find(permit.id)).set(values).execute(conn));
        unless_taken(changed, name)?;
        let entry = permit.by().did(Verb::Change, before.subject()).changed("Name", &before.name, name);
        entry.changed("Description", &before.description, description).record(conn)
    }

    /// Retires the group: what it had been given ends, its name becomes free.
    ///
    /// # Errors
    /// A conflict when it is retired, or where nobody would be left who administers a host.
    pub fn retire(conn: &mut Conn, permit: &Permit<AdministerGroup>) -> Result<(), Error> {
        let before = permit.live(conn)?;
        Host::keep_administrators(conn, Loss::Group(before.id), &before.name)?;
        let id = permit.id;
        let ended = Grant::of_group(conn, id)?;
        diesel::delete(environment_roles::table.filter(environment_roles::group_id.eq(id))).execute(conn)?;
        diesel::delete(host_roles::table.filter(host_roles::group_id.eq(id))).execute(conn)?;
        diesel::delete(shares::table.filter(shares::group_id.eq(id))).execute(conn)?;
        diesel::update(groups::table.find(id)).set(groups::retired_at.eq(db::now())).execute(conn)?;
        let entry = permit.by().did(Verb::Retire, before.subject());
        ended.iter().fold(entry, |entry, grant| entry.cleared(grant.field(), grant.right)).record(conn)
    }

    /// Why the hosts cannot do without the group; none when they can.
    pub fn needed(&self, conn: &mut Conn) -> Result<Option<String>, Error> {
        Host::left_alone(conn, Loss::Group(self.id), &self.name)
    }

    /// As it is now, to be changed.
    ///
    /// # Errors
    /// A conflict when it is retired.
    pub fn live(&self, conn: &mut Conn) -> Result<Group, Error> {
        let now: Group = Group::query().filter(groups::id.eq(self.id)).first(conn)?;
        match now.retired_at {
            None => Ok(now),
            Some(_) => Err(Error::Conflict(format!("{} is retired, so nothing about it changes any more.", now.name))),
        }
    }

    /// As the audit log names it.
    pub fn subject(&self) -> Subject {
        Subject::new(Kind::Group, self.id, &self.name)
    }
}

fn unless_taken(done: QueryResult<usize>, name: &str) -> Result<(), Error> {
    match done {
        Err(error) if db::is_duplicate(&error, "groups", "name_key") => {
            Err(Error::Conflict(format!("There is a group called {name} already. Choose another name.")))
        }
        done => Ok(done.map(|_| ())?),
    }
}
