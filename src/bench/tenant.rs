//! A tenant of many pipelines, and the people in it.

use super::{
    places::{Line, Site, administration, done, permit},
    server::Home,
};
use crate::{
    db::{Conn, Db},
    error::Error,
    models::{
        audit::By,
        environment::AdministerEnvironment,
        environment_role::Member,
        group::{AdministerGroup, Group},
        host::ManageHost,
        password,
        permit::Permit,
        person::Person,
        principal::Principal,
        role_holder::RoleHolder,
        seen_pipeline::ManagePipeline,
        share::Share,
    },
    rules::rights::{Access, EnvironmentRole, HostRole},
};

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery";
/// The system administrator's.
pub const EMAIL: &str = "ada@example.com";

const HOSTS: [&str; 10] = [
    "Finance",
    "Sales",
    "People",
    "Service",
    "Logistics",
    "Production",
    "Purchasing",
    "Research",
    "Facilities",
    "Legal",
];
const PIPELINES_OF_A_HOST: usize = 30;
const PEOPLE: usize = 200;
/// How many pipelines, the last ones, were not used any more in the last year.
pub const OLD: usize = 10;
/// The pipelines of the maker who has five, the last one an old one.
const MAYAS: [usize; 5] = [0, 7, 41, 120, 295];
/// Those of the maker who has two hundred, the last one an old one.
const MAXS: std::ops::Range<usize> = 91..291;
/// Through how many environments the widest pipeline goes.
pub const WIDTH: usize = 20;
/// To how many targets deployments go at once; one more gets each solution first.
const TARGETS: usize = 16;

/// The tenant and whom and what the measuring needs of it.
pub struct Tenant {
    pub home: Home,
    /// Administers everything.
    pub ada: Person,
    /// Has five pipelines, by herself and through a group.
    pub maya: Person,
    /// Has two hundred, by himself and through a group.
    pub max: Person,
    /// Those with a history, the most used first.
    pub lines: Vec<Line>,
    /// The widest pipeline, and its host.
    pub wide: (Site, Line),
    /// Those to one target each, without a history.
    pub targets: Vec<Line>,
}

impl Tenant {
    /// Makes the tenant, without its history.
    pub fn build(home: Home) -> Result<Tenant, Error> {
        home.add_administrator(EMAIL, PASSWORD)?;
        let hash = password::hash(PASSWORD)?;
        let db = home.open()?;
        db.write_now(|c| {
            let ada = Person::all(c)?.into_iter().next().ok_or(Error::NotFound)?;
            let (maya, max) = (maker(c, "Maya", &hash)?, maker(c, "Max", &hash)?);
            let group = group(c, &ada, "Makers", &[&maya, &max])?;
            let lines = lines(c, &ada, &group)?;
            people(c)?;
            share(c, &ada, &maya, MAYAS.iter().map(|number| &lines[*number]))?;
            share(c, &ada, &max, lines[MAXS].iter())?;
            let member: Permit<AdministerEnvironment> = permit(c, &ada, "environment", lines[0].development()?)?;
            Member::add(c, &member, Principal::Person(maya.id), EnvironmentRole::SystemCustomizer)?;
            let wide = names("Wide", WIDTH - 1);
            let wide = Site::build(c, &ada, "Group", &wide)?;
            let line = wide.line(c, &ada, "Wide")?;
            let targets = Site::build(c, &ada, "Workshop", &names("Target", TARGETS + 1))?;
            let targets = targets.line_to_each(c, &ada, "Way")?;
            Ok(Tenant { home, ada, maya, max, lines, wide: (wide, line), targets })
        })
    }

    /// The tenant's database.
    pub fn database(&self) -> Result<Db, Error> {
        self.home.open()
    }
}

fn names(word: &str, count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("{word} {number}")).collect()
}

// The hosts take turns, so that what is used most belongs to all of them.
fn lines(conn: &mut Conn, ada: &Person, makers: &Group) -> Result<Vec<Line>, Error> {
    let stages = ["Test".to_owned(), "Production".to_owned()];
    let mut sites = Vec::new();
    for name in HOSTS {
        let site = Site::build(conn, ada, name, &stages)?;
        let may: Permit<ManageHost> = permit(conn, ada, "host", site.host())?;
        done(RoleHolder::give(conn, &may, Principal::Group(makers.id), HostRole::User))?;
        sites.push(site);
    }
    let mut lines = Vec::new();
    for number in 1..=PIPELINES_OF_A_HOST {
        for (name, site) in HOSTS.iter().zip(&sites) {
            lines.push(site.line(conn, ada, &format!("{name} pipeline {number}"))?);
        }
    }
    Ok(lines)
}

fn maker(conn: &mut Conn, name: &str, hash: &str) -> Result<Person, Error> {
    let person = Person::add(conn, &By::sluice(), name, &format!("{}@example.com", name.to_lowercase()), false)?;
    person.set_password_hash(conn, &By::sluice(), hash)?;
    Ok(person)
}

// Those who started all those runs.
fn people(conn: &mut Conn) -> Result<(), Error> {
    for number in 1..=PEOPLE {
        let (name, email) = (format!("Maker {number}"), format!("maker{number}@example.com"));
        Person::add(conn, &By::sluice(), &name, &email, false)?;
    }
    Ok(())
}

fn group(conn: &mut Conn, ada: &Person, name: &str, members: &[&Person]) -> Result<Group, Error> {
    let may = administration(conn, ada)?;
    let group = Group::create(conn, &may, name, "")?;
    let may: Permit<AdministerGroup> = permit(conn, ada, "group", group.id)?;
    members.iter().try_for_each(|person| Group::add_member(conn, &may, person.id).map(drop))?;
    Ok(group)
}

// Every other one through a group.
fn share<'a>(
    conn: &mut Conn,
    ada: &Person,
    person: &Person,
    lines: impl Iterator<Item = &'a Line>,
) -> Result<(), Error> {
    let team = group(conn, ada, &format!("Team of {}", person.name), &[person])?;
    for (number, line) in lines.enumerate() {
        let may: Permit<ManagePipeline> = permit(conn, ada, "pipeline", line.id())?;
        let whom = if number % 2 == 0 { Principal::Person(person.id) } else { Principal::Group(team.id) };
        done(Share::add(conn, &may, whom, Access::Run))?;
    }
    Ok(())
}
