//! Where a request comes from, for logs of people's acts.

use std::convert::Infallible;

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};

use super::front::Front;

/// The longest name of a browser that is kept, in characters.
const BROWSER: usize = 300;

/// Who sent a request, as far as the network tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Client {
    /// The IP address, seen through trusted proxies; empty where unknown.
    pub address: String,
    /// What the browser calls itself (`User-Agent`), cut to a length that can be kept.
    pub browser: String,
}

impl Client {
    /// The client behind a request.
    pub fn of(req: &HttpRequest) -> Client {
        let address = req.app_data::<Data<Front>>().and_then(|front| front.visitor(req));
        let browser = req.headers().get(header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
        Client {
            address: address.map(|address| address.to_string()).unwrap_or_default(),
            browser: browser.chars().take(BROWSER).collect(),
        }
    }
}

impl FromRequest for Client {
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Client::of(req)))
    }
}
