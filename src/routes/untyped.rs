//! Handlers without their types: what goes before and after each is compiled once.

use std::rc::Rc;

use actix_web::{FromRequest, Handler, HttpRequest, HttpResponse, Responder, dev::Payload, web::Payload as Body};
use futures_util::{FutureExt, future::LocalBoxFuture};

/// A handler, whatever it asks of a request.
#[derive(Clone)]
pub(super) struct Untyped(Rc<dyn Fn(HttpRequest, Payload) -> LocalBoxFuture<'static, HttpResponse>>);

impl Untyped {
    pub(super) fn of<H, Asked>(handler: H) -> Untyped
    where
        H: Handler<Asked, Output: Responder>,
        Asked: FromRequest,
    {
        Untyped(Rc::new(move |req, mut payload| {
            let handler = handler.clone();
            let answer = async move {
                match Asked::from_request(&req, &mut payload).await {
                    Ok(asked) => handler.call(asked).await.respond_to(&req).map_into_boxed_body(),
                    Err(refused) => HttpResponse::from_error(refused),
                }
            };
            answer.boxed_local()
        }))
    }
}

impl Handler<(HttpRequest, Body)> for Untyped {
    type Output = HttpResponse;
    type Future = LocalBoxFuture<'static, HttpResponse>;

    fn call(&self, (req, body): (HttpRequest, Body)) -> Self::Future {
        (self.0)(req, body.into_inner())
    }
}
