//! The one-time link with which a person sets a password: issued by an administrator, used by the person.

use actix_session::Session as Cookie;
use actix_web::{HttpRequest, http::StatusCode, web};
use askama::Template;

use super::{
    clock,
    first_administrator::new_password,
    sessions::{self, device},
};
use crate::{
    auth::{Present, Visitor},
    db::{self, Db},
    error::Error,
    models::{
        password,
        permit::Permit,
        person::{AdministerPerson, LINK_DAYS, PasswordLink, Person},
        session::Session,
    },
    web::{
        client::Client,
        forms::Form,
        front::Front,
        guards::Public,
        layout::Layout,
        respond::{Answer, done, invalid, page, page_with},
    },
};

/// The only page that shows a link: the answer to the request that made it.
#[derive(Template)]
#[template(path = "password_links/issued.html")]
pub struct Issued {
    layout: Layout,
    person: Person,
    address: String,
    until: String,
}

impl Issued {
    /// The page for who asked, `by`, at this server's address.
    pub fn new(req: &HttpRequest, layout: Layout, person: Person, link: &PasswordLink, by: &Person) -> Issued {
        let path = format!("/set-password/{}", link.token);
        let address = req.app_data::<web::Data<Front>>().map_or(path.clone(), |front| front.link(req, &path));
        Issued { layout, person, address, until: clock::of(by).when(link.expires_at) }
    }
}

/// `POST /admin/people/{person}/password-link`
pub async fn issue(req: HttpRequest, db: Db, permit: Permit<AdministerPerson>, layout: Layout) -> Answer {
    let (person, by) = (permit.clone(), permit.person().clone());
    let link = db.write(move |c| Person::issue_password_link(c, &permit)).await?;
    page(Issued::new(&req, layout, person, &link, &by))
}

#[derive(Template)]
#[template(path = "password_links/show.html")]
struct Show {
    form: Form,
    token: String,
    email: String,
}

/// What is said to who comes with a link that is wrong, used up or too old; which of these is nobody's business.
#[derive(Template)]
#[template(path = "password_links/dead.html")]
struct Dead {
    days: i64,
}

/// `GET /set-password/{token}`
pub async fn show(_: Public, _: Visitor, db: Db, token: web::Path<String>) -> Answer {
    let token = token.into_inner();
    let asked = token.clone();
    match db.read(move |c| Person::by_password_link(c, &asked)).await {
        Ok(person) => page(Show { form: Form::default(), token, email: person.email }),
        Err(error) => dead(error),
    }
}

/// `POST /set-password/{token}`
pub async fn create(
    _: Public,
    present: Present,
    cookie: Cookie,
    client: Client,
    db: Db,
    token: web::Path<String>,
    mut form: Form,
) -> Answer {
    let token = token.into_inner();
    let asked = token.clone();
    let person = match db.read(move |c| Person::by_password_link(c, &asked)).await {
        Ok(person) => person,
        Err(error) => return dead(error),
    };
    let Some(password) = new_password(&mut form, &person.name, &person.email) else {
        return invalid(Show { form, token, email: person.email });
    };
    let hash = db::unblocked(move || password::hash(&password)).await?;
    let here = client.clone();
    let session = db.write(move |c| {
        let person = Person::use_password_link(c, &here.address, &token, &hash)?;
        Session::begin(c, &person, &device(&here))
    });
    let session = match session.await {
        Ok(session) => session,
        Err(error) => return dead(error),
    };
    sessions::leave(&db, present, &client).await?;
    sessions::start(&cookie, &session)?;
    done(&cookie, "/", "Your password is set.")
}

fn dead(error: Error) -> Answer {
    match error {
        Error::NotFound => page_with(StatusCode::NOT_FOUND, Dead { days: LINK_DAYS }),
        other => Err(other),
    }
}
