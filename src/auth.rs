//! Who is asking, and what they may: extractors over sessions and permits.

pub mod sessions;

use actix_session::SessionExt;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::{
    db::Db,
    error::Error,
    id::SessionId,
    models::{
        permit::{Action, Path, Permit},
        person::Person,
        session::{self, Kept},
    },
    web::{client::Client, errors::Known, guards::Checked},
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
        async move { Ok(Present(kept(&req).await?.map(|kept| (kept.person, kept.id)))) }.boxed_local()
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
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        async move { kept(&req).await?.map(|kept| CurrentSession(kept.id)).ok_or(Error::SignedOut) }.boxed_local()
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
    let (key, path) = (key(req).ok_or(Error::SignedOut)?, path(req));
    let db = db(req)?;
    let permit = db.read(move |c| {
        let kept = session::load(c, &key)?.ok_or(Error::SignedOut)?;
        Permit::<A>::check(c, kept.person, &path)
    });
    Ok(permit.await?.from(&Client::of(req).address))
}

/// The identifiers in the address that was asked for.
pub fn path(req: &HttpRequest) -> Path {
    Path::of(req.match_info().iter().map(|(name, id)| (name, id.to_owned())))
}

/// The key of the session that a request was sent with, whether or not there is one behind it.
pub fn key(req: &HttpRequest) -> Option<String> {
    req.get_session().get(session::KEY).ok().flatten()
}

/// The session that a request belongs to: asked once a request, whatever the number of extractors, and never kept longer.
pub async fn kept(req: &HttpRequest) -> Result<Option<Kept>, Error> {
    if let Some(kept) = known(req) {
        return Ok(Some(kept));
    }
    let Some(key) = key(req) else { return Ok(None) };
    let kept = db(req)?.read(move |c| session::load(c, &key)).await?;
    if let Some(kept) = &kept {
        know(req, kept.clone()).await?;
    }
    Ok(kept)
}

/// The same where it was asked for already.
pub fn known(req: &HttpRequest) -> Option<Kept> {
    req.extensions().get::<Kept>().cloned()
}

/// Lets everybody who answers the request know its session, and notes that it is used.
pub async fn know(req: &HttpRequest, kept: Kept) -> Result<(), Error> {
    let (id, unseen) = (kept.id, kept.unseen);
    req.extensions_mut().insert(kept);
    req.extensions_mut().insert(Known);
    if unseen && let Err(error) = db(req)?.write(move |c| session::see(c, id)).await {
        // Who only reads can do so while nothing can be written.
        tracing::warn!(error = %error, "noting that a session is used failed");
    }
    Ok(())
}

async fn visitor(req: &HttpRequest) -> Result<Option<Person>, Error> {
    Ok(kept(req).await?.map(|kept| kept.person))
}

/// The database of the application that a request was sent to.
pub fn db(req: &HttpRequest) -> Result<Db, Error> {
    req.app_data::<Db>().cloned().ok_or_else(|| Error::internal("the application has no database"))
}
