//! The one-time link with which a person sets a password: issued by an administrator, used by the person.

use actix_session::Session;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::{first_administrator::new_password, sessions};
use crate::{
    db::{self, Db},
    models::{
        password,
        permit::Permit,
        person::{AdministerPerson, PasswordLink, Person},
        session,
    },
    web::{
        client::Client,
        forms::Form,
        front::Front,
        guards::Public,
        layout::Layout,
        respond::{Answer, done, invalid, page},
        time::{Clock, Moment},
    },
};

/// The only page that shows a link: the answer to the request that made it.
#[derive(Template)]
#[template(path = "password_links/issued.html")]
pub struct Issued {
    layout: Layout,
    person: Person,
    address: String,
    until: Moment,
}

impl Issued {
    /// The page for who asked at this server's address, and in their time zone.
    pub fn new(req: &HttpRequest, layout: Layout, person: Person, link: &PasswordLink, zone: &str) -> Issued {
        let path = format!("/set-password/{}", link.token);
        let address = req.app_data::<web::Data<Front>>().map_or(path.clone(), |front| front.link(req, &path));
        Issued { layout, person, address, until: Clock::new(zone, db::now()).tell(link.expires_at) }
    }
}

/// `POST /admin/people/{person}/password-link`
pub async fn issue(req: HttpRequest, db: Db, permit: Permit<AdministerPerson>, layout: Layout) -> Answer {
    let (person, zone) = (permit.clone(), permit.person().time_zone.clone());
    let link = db.write(move |c| Person::issue_password_link(c, &permit)).await?;
    page(Issued::new(&req, layout, person, &link, &zone))
}

#[derive(Template)]
#[template(path = "password_links/show.html")]
struct Show {
    form: Form,
    token: String,
    email: String,
}

/// `GET /set-password/{token}`
pub async fn show(_: Public, db: Db, token: web::Path<String>) -> Answer {
    let token = token.into_inner();
    let asked = token.clone();
    let person = db.read(move |c| Person::by_password_link(c, &asked)).await?;
    page(Show { form: Form::default(), token, email: person.email })
}

/// `POST /set-password/{token}`
pub async fn create(
    _: Public,
    session: Session,
    client: Client,
    db: Db,
    token: web::Path<String>,
    mut form: Form,
) -> Answer {
    let token = token.into_inner();
    let asked = token.clone();
    let person = db.read(move |c| Person::by_password_link(c, &asked)).await?;
    let Some(password) = new_password(&mut form) else {
        return invalid(Show { form, token, email: person.email });
    };
    let hash = db::unblocked(move || password::hash(&password)).await?;
    let person = db
        .write(move |c| {
            let person = Person::use_password_link(c, &client.address, &token, &hash)?;
            session::end_all(c, person.id)?;
            Ok(person)
        })
        .await?;
    sessions::start(&session, &person)?;
    done(&session, "/", "Your password is set.")
}
