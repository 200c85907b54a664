//! Somebody at a browser: keeps cookies, follows redirects, sends what a browser sends. No port is opened.

use std::{collections::BTreeMap, net::SocketAddr, rc::Rc};

use actix_http::Request;
use actix_web::{
    body::{BoxBody, to_bytes},
    cookie::Cookie,
    dev::{Service, ServiceResponse},
    http::header,
    test::{self, TestRequest},
};
use futures_util::future::LocalBoxFuture;
use sluice::{app::App, site};

use super::Page;

type Site = Rc<dyn Fn(Request) -> LocalBoxFuture<'static, ServiceResponse<BoxBody>>>;

/// A browser with its cookies.
#[derive(Clone)]
pub struct Browser {
    site: Site,
    cookies: BTreeMap<String, String>,
    /// Where it is, and what it calls itself.
    device: Option<(SocketAddr, String)>,
}

impl Browser {
    /// A new browser at this application.
    pub async fn new(app: &App) -> Browser {
        let service = Rc::new(test::init_service(site::site(app.clone())).await);
        let site: Site = Rc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                let answer = service.call(request).await.expect("the site answers every request");
                answer.map_into_boxed_body()
            })
        });
        Browser { site, cookies: BTreeMap::new(), device: None }
    }

    /// The same browser at this IP address, with this `User-Agent`.
    pub fn on(mut self, address: &str, agent: &str) -> Browser {
        self.device = Some((SocketAddr::new(address.parse().unwrap(), 4000), agent.to_owned()));
        self
    }

    /// A browser to which somebody has copied the cookies of this one.
    pub fn copy(&self) -> Browser {
        Browser { site: self.site.clone(), cookies: self.cookies.clone(), device: None }
    }

    /// What a cookie holds.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// The same browser at another server of the tenant.
    pub async fn at(&self, app: &App) -> Browser {
        Browser { cookies: self.cookies.clone(), ..Browser::new(app).await }
    }

    /// Opens a page, following redirects.
    pub async fn get(&mut self, path: &str) -> Page {
        let mut page = self.send(TestRequest::get().uri(path)).await;
        for _ in 0..5 {
            let Some(there) = page.location().map(str::to_owned) else { break };
            page = self.send(TestRequest::get().uri(&there)).await;
        }
        page
    }

    /// Asks for a page as a script does that wants only a fragment of it.
    pub async fn get_partial(&mut self, path: &str) -> Page {
        self.send(TestRequest::get().uri(path).insert_header(("HX-Request-Type", "partial"))).await
    }

    /// Sends a form; the answer is as it came, a redirect too.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let request = TestRequest::post().uri(path).insert_header(("Sec-Fetch-Site", "same-origin"));
        self.send(request.set_form(form)).await
    }

    /// Sends a form and opens the page that it leads to.
    pub async fn submit(&mut self, path: &str, form: &[(&str, &str)]) -> Page {
        let page = self.post(path, form).await;
        match page.location().map(str::to_owned) {
            Some(there) => self.get(&there).await,
            None => page,
        }
    }

    /// Sends a form with a file, as `multipart/form-data`.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Page {
        const BOUNDARY: &str = "----sluice-test-boundary";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.as_bytes());
        }
        let (name, file_name, bytes) = file;
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(bytes);
        body.extend(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let request = TestRequest::post().uri(path).insert_header(("Sec-Fetch-Site", "same-origin"));
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(request.insert_header((header::CONTENT_TYPE, kind)).set_payload(body)).await
    }

    /// Sends any request with the cookies of this browser.
    pub async fn send(&mut self, mut request: TestRequest) -> Page {
        for (name, value) in &self.cookies {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        if let Some((address, agent)) = &self.device {
            request = request.peer_addr(*address).insert_header((header::USER_AGENT, agent.as_str()));
        }
        let answer = (self.site)(request.to_request()).await;
        for cookie in answer.response().cookies() {
            match cookie.value().is_empty() {
                true => self.cookies.remove(cookie.name()),
                false => self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned()),
            };
        }
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let body = to_bytes(answer.into_body()).await.map_err(|_| "no body").unwrap();
        Page::new(status, headers, body)
    }
}
