//! Visits: a page asked for by who may see it. Session, person, rights, frame and contents are read in one go.

use std::marker::PhantomData;

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use askama::Template;
use serde::de::DeserializeOwned;

use crate::{
    auth::{db, key, know, known, path},
    db::Conn,
    error::Error,
    models::{
        permit::{Action, Permit},
        reach::Reach,
        session,
    },
    navigation::{flash, shown, signed_in},
    web::{
        client::Client,
        errors::is_partial,
        guards::Checked,
        html::Html,
        layout::Layout,
        respond::{Answer, html, html_if_changed},
    },
};

/// Somebody asks for a page that needs a permit to do `A`.
pub struct Visit<A> {
    req: HttpRequest,
    action: PhantomData<fn() -> A>,
}

impl<A> FromRequest for Visit<A> {
    type Error = Error;
    type Future = std::future::Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Visit { req: req.clone(), action: PhantomData }))
    }
}

impl<A: Action> Visit<A> {
    /// The page that `work` makes of the permit and the frame.
    ///
    /// # Errors
    /// As for a permit: signed out, not found, or forbidden.
    pub async fn page<T, W>(&self, work: W) -> Answer
    where
        T: Template + Send + 'static,
        W: FnOnce(&mut Conn, Permit<A>, Layout) -> Result<T, Error> + Send + 'static,
    {
        html(self.written(work).await?)
    }

    /// The page that `work` makes of the permit and the frame, for a browser that may have it already.
    ///
    /// # Errors
    /// As for a permit: signed out, not found, or forbidden.
    pub async fn page_if_changed<T, W>(&self, work: W) -> Answer
    where
        T: Template + Send + 'static,
        W: FnOnce(&mut Conn, Permit<A>, Layout) -> Result<T, Error> + Send + 'static,
    {
        html_if_changed(&self.req, self.written(work).await?)
    }

    // Where it was read, since who serves requests has others to serve.
    async fn written<T, W>(&self, work: W) -> Result<Html, Error>
    where
        T: Template + Send + 'static,
        W: FnOnce(&mut Conn, Permit<A>, Layout) -> Result<T, Error> + Send + 'static,
    {
        self.read(|c, permit, layout| Html::of(work(c, permit, layout)?)).await
    }

    /// What `work` reads with the permit and the frame.
    ///
    /// # Errors
    /// As for a permit: signed out, not found, or forbidden.
    pub async fn read<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(&mut Conn, Permit<A>, Layout) -> Result<T, Error> + Send + 'static,
    {
        let req = &self.req;
        let (key, ids, address) = (key(req).ok_or(Error::SignedOut)?, path(req), Client::of(req).address);
        let (page, whole) = (req.path().to_owned(), !is_partial(req));
        let db = db(req)?;
        let read = db.read(move |c| {
            let Some(kept) = session::load(c, &key)? else { return Err(Error::SignedOut) };
            let told = kept.clone();
            let done = Reach::of(c, kept.person).and_then(|who| {
                // What is fetched again in part shows none: it is for the whole page that comes next.
                let layout = Layout { flash: flash(&kept.state).filter(|_| whole), ..signed_in(c, &who, &page)? };
                let told = layout.flash.is_some();
                let permit = Permit::<A>::within(c, who, &ids)?.from(&address);
                Ok((work(c, permit, layout)?, told))
            });
            Ok((told, done))
        });
        let (kept, done) = read.await?;
        know(req, kept).await?;
        let (done, told) = done?;
        req.extensions_mut().insert(Checked);
        if told {
            shown(req)?;
        }
        Ok(done)
    }

    /// What the session of who has asked remembers by this name.
    pub fn remembers<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(known(&self.req)?.state.get(name)?).ok()
    }

    /// The request itself.
    pub fn request(&self) -> &HttpRequest {
        &self.req
    }
}
