//! People in the admin center: the list, one of them, adding and changing them.

use actix_session::Session;
use actix_web::{HttpRequest, web};
use askama::Template;
use serde::Deserialize;

use super::{
    first_administrator::{email, refused},
    password_links::Issued,
};
use crate::{
    db::{self, Db},
    id::PersonId,
    models::{
        grant::{Grant, Place},
        group::Group,
        permit::{AdministerTenant, Permit},
        person::{AdministerPerson, Details, Person},
        session,
    },
    web::{
        forms::Form,
        layout::Layout,
        locale::Locale,
        respond::{Answer, done, invalid, page},
        zones::{self, Zones},
    },
    zone::Zone,
};

/// Which people a list shows.
#[derive(Deserialize)]
pub struct Filter {
    #[serde(default)]
    q: String,
    #[serde(default)]
    state: String,
}

#[derive(Template)]
#[template(path = "people/index.html")]
struct Index {
    layout: Layout,
    people: Vec<Person>,
    invited: Vec<PersonId>,
    filter: Filter,
}

/// `GET /admin/people`
pub async fn index(db: Db, _: Permit<AdministerTenant>, layout: Layout, filter: web::Query<Filter>) -> Answer {
    let filter = filter.into_inner();
    let (mut people, invited) = db.read(|c| Ok((Person::all(c)?, Person::without_password(c)?))).await?;
    people.retain(|person| filter.fits(person));
    page(Index { layout, people, invited, filter })
}

impl Filter {
    fn fits(&self, person: &Person) -> bool {
        let text = db::fold(&format!("{} {}", person.name, person.email));
        let state = match self.state.as_str() {
            "active" => person.active,
            "deactivated" => !person.active,
            _ => true,
        };
        state && text.contains(&db::fold(&self.q))
    }
}

#[derive(Template)]
#[template(path = "people/show.html")]
struct Show {
    layout: Layout,
    person: Person,
    invited: bool,
    groups: Vec<Group>,
    grants: Vec<Grant>,
    /// Where they are signed in.
    sessions: usize,
    locale: &'static str,
}

/// `GET /admin/people/{person}`
pub async fn show(db: Db, permit: Permit<AdministerPerson>, layout: Layout) -> Answer {
    let person = permit.into_subject();
    let shown = db.read(move |c| {
        let invited = person.password_hash(c)?.is_none();
        let (groups, grants) = (Group::of(c, person.id)?, Grant::of_person(c, person.id)?);
        let sessions = session::Session::of(c, person.id)?.len();
        let locale = person.locale.parse::<Locale>().unwrap_or_default().name();
        Ok(Show { layout, person, invited, groups, grants, sessions, locale })
    });
    page(shown.await?)
}

#[derive(Template)]
#[template(path = "people/new.html")]
struct New {
    layout: Layout,
    form: Form,
}

#[derive(Template)]
#[template(path = "people/edit.html")]
struct Edit {
    layout: Layout,
    form: Form,
    person: Person,
    zones: Zones,
    locales: Vec<(&'static str, &'static str)>,
}

impl Edit {
    fn new(layout: Layout, form: Form, person: Person) -> Edit {
        Edit { layout, form, person, zones: zones::all(), locales: Locale::all() }
    }
}

/// `GET /admin/people/new`
pub async fn new(_: Permit<AdministerTenant>, layout: Layout) -> Answer {
    page(New { layout, form: Form::default() })
}

/// `POST /admin/people`: answers with the link itself, as nothing keeps it.
pub async fn create(
    req: HttpRequest,
    db: Db,
    permit: Permit<AdministerTenant>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let (name, email, administrator) = (form.name("name"), email(&mut form), form.tick("system_administrator"));
    let (Some(name), Some(email), Some(administrator)) = (name, email, administrator) else {
        return invalid(New { layout, form });
    };
    let by = permit.person().clone();
    match db.write(move |c| Person::invite(c, &permit, &name, &email, administrator)).await {
        Ok((person, link)) => page(Issued::new(&req, layout, person, &link, &by)),
        Err(error) => {
            refused(&mut form, "email", error)?;
            invalid(New { layout, form })
        }
    }
}

/// `GET /admin/people/{person}/edit`
pub async fn edit(permit: Permit<AdministerPerson>, layout: Layout) -> Answer {
    let person = permit.into_subject();
    let form = Form::of([
        ("name", person.name.clone()),
        ("email", person.email.clone()),
        ("system_administrator", if person.system_administrator { "on".into() } else { String::new() }),
        ("time_zone", person.zone().name().to_owned()),
        ("locale", person.locale.parse::<Locale>().unwrap_or_default().tag().to_owned()),
    ]);
    page(Edit::new(layout, form, person))
}

/// `POST /admin/people/{person}`
pub async fn update(
    session: Session,
    db: Db,
    permit: Permit<AdministerPerson>,
    layout: Layout,
    mut form: Form,
) -> Answer {
    let (person, asked) = (permit.clone(), permit.clone());
    let details = details(&mut form);
    if !form.checked("system_administrator")
        && let Some(why) = db.read(move |c| asked.needed(c)).await?
    {
        form.fail("system_administrator", why);
        form.set("system_administrator", "on");
    }
    let Some(details) = details.filter(|_| form.is_valid()) else {
        return invalid(Edit::new(layout, form, person));
    };
    let stepped_back = person.id == permit.person().id && !details.system_administrator;
    match db.write(move |c| Person::change(c, &permit, &details)).await {
        Ok(()) if stepped_back => done(&session, "/", "Saved. You are no longer a system administrator."),
        Ok(()) => done(&session, path(person.id), "Saved."),
        Err(error) => {
            refused(&mut form, "email", error)?;
            invalid(Edit::new(layout, form, person))
        }
    }
}

/// The address of a person's page.
pub fn path(id: PersonId) -> String {
    format!("/admin/people/{id}")
}

fn details(form: &mut Form) -> Option<Details> {
    let (name, email, time_zone) = (form.name("name"), email(form), form.choice::<Zone>("time_zone"));
    let locale = form.choice::<Locale>("locale").map(|locale| locale.tag().to_owned());
    let system_administrator = form.tick("system_administrator");
    Some(Details {
        name: name?,
        email: email?,
        system_administrator: system_administrator?,
        time_zone: time_zone?,
        locale: locale?,
    })
}

/// The page of a place where something is given.
pub fn place_path(place: &Place) -> String {
    match place {
        Place::Environment(id) => super::environments::path(*id),
        Place::Host(id) => format!("/hosts/{id}/security"),
        Place::Pipeline(id) => format!("/pipelines/{id}"),
    }
}
