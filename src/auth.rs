//! Who is asking, and what they may: extractors over sessions and permits.

pub mod sessions;

use actix_session::SessionExt;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::{
    db::Db,
    error::Error,
    id::{PersonId, SessionId},
    models::{
        permit::{Action, Path, Permit},
        person::Person,
        session::{self, Session},
    },
    web::{client::Client, guards::Checked},
};

/// A person who is signed in, whatever they may do.
pub struct SignedIn(pub Person);

/// A person who may be signed in.
pub struct Visitor(pub Option<Person>);

/// The session of who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct CurrentSession(pub SessionId);

/// Who is signed in, if anybody is, and by which session: for what ends it.
pub struct Present(pub Option<(Person, SessionId)>);

impl FromRequest for Db {
    type Error = Error;
    type Future = std::future::Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(db(req))
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        async move { Ok(Visitor(visitor(&req).await?)) }.boxed_local()
    }
}

impl FromRequest for Present {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        async move { Ok(Present(visitor(&req).await?.zip(session_id(&req)))) }.boxed_local()
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        async move {
            let person = visitor(&req).await?.ok_or(Error::SignedOut)?;
            req.extensions_mut().insert(Checked);
            Ok(SignedIn(person))
        }
        .boxed_local()
    }
}

impl FromRequest for CurrentSession {
    type Error = Error;
    type Future = std::future::Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(session_id(req).map(CurrentSession).ok_or(Error::SignedOut))
    }
}

impl<A: Action> FromRequest for Permit<A> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        async move {
            let person = visitor(&req).await?.ok_or(Error::SignedOut)?;
            let path = path(&req);
            let permit = db(&req)?.read(move |c| Permit::<A>::check(c, person, &path)).await?;
            req.extensions_mut().insert(Checked);
            Ok(permit.from(&Client::of(&req).address))
        }
        .boxed_local()
    }
}

/// A permit asked for anew, where what came since the first took its time: a session, an account or a right may have
/// ended.
pub async fn again<A: Action>(req: &HttpRequest) -> Result<Permit<A>, Error> {
    let (person, id) = person_id(req).zip(session_id(req)).ok_or(Error::SignedOut)?;
    let path = path(req);
    let db = db(req)?;
    let permit = db.read(move |c| {
        let open = Session::of(c, person)?.iter().any(|session| session.id == id);
        let person = Person::active(c, person)?.filter(|_| open).ok_or(Error::SignedOut)?;
        Permit::<A>::check(c, person, &path)
    });
    Ok(permit.await?.from(&Client::of(req).address))
}

fn path(req: &HttpRequest) -> Path {
    Path::of(req.match_info().iter().map(|(name, id)| (name, id.to_owned())))
}

// Asked once a request, whatever the number of extractors, and never kept longer.
async fn visitor(req: &HttpRequest) -> Result<Option<Person>, Error> {
    if let Some(person) = req.extensions().get::<Person>() {
        return Ok(Some(person.clone()));
    }
    let Some(id) = person_id(req) else { return Ok(None) };
    let person = db(req)?.read(move |c| Person::active(c, id)).await?;
    if let Some(person) = &person {
        req.extensions_mut().insert(person.clone());
    }
    Ok(person)
}

fn person_id(req: &HttpRequest) -> Option<PersonId> {
    req.get_session().get(session::PERSON).ok().flatten()
}

fn session_id(req: &HttpRequest) -> Option<SessionId> {
    req.get_session().get(session::SESSION).ok().flatten()
}

fn db(req: &HttpRequest) -> Result<Db, Error> {
    req.app_data::<Db>().cloned().ok_or_else(|| Error::internal("the application has no database"))
}
