//! Who is asking, and what they may: extractors over sessions and permits.

pub mod sessions;

use std::rc::Rc;

use actix_session::SessionExt;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use futures_util::future::{FutureExt, LocalBoxFuture};
use tokio::sync::OnceCell;

use crate::{
    db::Db,
    error::Error,
    id::SessionId,
    models::{
        permit::{Action, Path, Permit},
        person::Person,
        reach::Reach,
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

/// Who asks, as they were when the request came: their session, and all that they were given.
#[derive(Debug, Clone)]
pub struct Asker {
    pub kept: Kept,
    pub reach: Reach,
}

// Where the asker of a request is kept once read, and waited for by extractors that run side by side.
type Read = Rc<OnceCell<Option<Asker>>>;

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
        async move { Ok(Present(asker(&req).await?.map(|asker| (asker.kept.person, asker.kept.id)))) }.boxed_local()
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
        async move { asker(&req).await?.map(|asker| CurrentSession(asker.kept.id)).ok_or(Error::SignedOut) }
            .boxed_local()
    }
}

impl<A: Action> FromRequest for Permit<A> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        async move {
            let (who, path) = (asker(&req).await?.ok_or(Error::SignedOut)?.reach, path(&req));
            let permit = db(&req)?.read(move |c| Permit::<A>::within(c, who, &path)).await?;
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

/// Who has sent a request: read once, whatever the number of extractors, and never kept longer.
pub async fn asker(req: &HttpRequest) -> Result<Option<Asker>, Error> {
    let Some(key) = key(req) else { return Ok(None) };
    let read = reading(req);
    let asker = read.get_or_try_init(|| async {
        let db = db(req)?;
        let asker = db.read(move |c| {
            let Some(kept) = session::load(c, &key)? else { return Ok(None) };
            let reach = Reach::of(c, kept.person.clone())?;
            Ok(Some(Asker { kept, reach }))
        });
        let asker = asker.await?;
        if let Some(asker) = &asker {
            know(req, asker.kept.clone()).await?;
        }
        Ok(asker)
    });
    asker.await.cloned()
}

/// The session of who has sent a request, where it was asked for already.
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

fn reading(req: &HttpRequest) -> Read {
    let mut kept = req.extensions_mut();
    match kept.get::<Read>() {
        Some(read) => read.clone(),
        None => {
            let read = Read::default();
            kept.insert(read.clone());
            read
        }
    }
}

async fn visitor(req: &HttpRequest) -> Result<Option<Person>, Error> {
    Ok(asker(req).await?.map(|asker| asker.kept.person))
}

/// The database of the application that a request was sent to.
pub fn db(req: &HttpRequest) -> Result<Db, Error> {
    req.app_data::<Db>().cloned().ok_or_else(|| Error::internal("the application has no database"))
}
