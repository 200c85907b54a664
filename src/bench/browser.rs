//! Somebody at a browser that takes pages as they are: unpacked, whole, and anew each time.

use std::{net::SocketAddr, path::Path, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use reqwest::{
    Body, Client, Method, RequestBuilder, Response,
    header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use tokio::{fs::File, io::AsyncReadExt, runtime::Handle};
use url::form_urlencoded;

use super::fault;
use crate::error::Error;

const BOUNDARY: &str = "----sluice-bench-boundary";
/// How much of a file is read at a time, in bytes.
const CHUNK: usize = 256 << 10;

/// How long a connection is kept that nobody uses: the server ends it a little later, and whoever asks at that moment would
/// be told that it came too late.
const IDLE: Duration = Duration::from_secs(2);

/// A browser at one server.
#[derive(Clone)]
pub struct Browser {
    runtime: Handle,
    http: Client,
    server: SocketAddr,
    cookie: String,
}

/// What a server answered.
pub struct Answer {
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Browser {
    /// One in which nobody is signed in, nowhere yet.
    pub fn new(runtime: &Handle) -> Result<Browser, Error> {
        let server = SocketAddr::from(([127, 0, 0, 1], 0));
        Ok(Browser { runtime: runtime.clone(), http: client()?, server, cookie: String::new() })
    }

    /// What its requests run on.
    pub fn runtime(&self) -> &Handle {
        &self.runtime
    }

    /// The same at another server.
    pub fn at(&self, server: SocketAddr) -> Browser {
        Browser { server, ..self.clone() }
    }

    /// The same once this person has signed in.
    pub fn sign_in(mut self, email: &str, password: &str) -> Result<Browser, Error> {
        let answer = self.send(self.form("/sign-in", &[("email", email), ("password", password)]))?;
        let cookie = answer.headers().get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next());
        self.cookie = cookie.ok_or_else(|| fault(format!("{email} could not sign in")))?.to_owned();
        Ok(self)
    }

    /// A request for a page, to be sent as often as one likes.
    pub fn asking(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path).header(ACCEPT_ENCODING, "identity")
    }

    /// Opens a page.
    pub fn look(&self, path: &str) -> Result<Answer, Error> {
        let answer = self.send(self.asking(path))?;
        if answer.status() != 200 {
            return Err(fault(format!("{path} was answered with {}", answer.status())));
        }
        let headers = answer.headers().clone();
        Ok(Answer { headers, body: self.runtime.block_on(answer.bytes()).map_err(fault)? })
    }

    /// Takes a file without keeping it; how many bytes it has.
    pub fn download(&self, path: &str) -> Result<u64, Error> {
        let answer = self.send(self.asking(path))?;
        if answer.status() != 200 {
            return Err(fault(format!("{path} was answered with {}", answer.status())));
        }
        self.runtime.block_on(async {
            let (mut bytes, mut parts) = (0, answer.bytes_stream());
            while let Some(part) = parts.next().await {
                bytes += part.map_err(fault)?.len() as u64;
            }
            Ok(bytes)
        })
    }

    /// Sends a form; where the answer leads.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<String, Error> {
        let answer = self.send(self.form(path, fields))?;
        self.led(path, answer)
    }

    /// Sends a form with a package, never all of it in memory; where the answer leads.
    pub fn upload(&self, path: &str, package: &Path) -> Result<String, Error> {
        let before = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"package\"; filename=\"package.zip\"\r\n\
             Content-Type: application/zip\r\n\r\n"
        );
        let after = format!("\r\n--{BOUNDARY}--\r\n");
        let length = before.len() as u64 + package.metadata()?.len() + after.len() as u64;
        let file = self.runtime.block_on(File::open(package))?;
        let whole = stream::iter([Ok(Bytes::from(before))]);
        let whole = whole.chain(parts(file)).chain(stream::iter([Ok(Bytes::from(after))]));
        let request = self.request(Method::POST, path).header(CONTENT_LENGTH, length);
        let request = request.header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        let answer = self.send(request.body(Body::wrap_stream(whole)))?;
        self.led(path, answer)
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(Method::POST, path);
        request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("http://{}{path}", self.server));
        request.header("Sec-Fetch-Site", "same-origin").header(COOKIE, &self.cookie)
    }

    fn send(&self, request: RequestBuilder) -> Result<Response, Error> {
        self.runtime.block_on(request.send()).map_err(fault)
    }

    fn led(&self, path: &str, answer: Response) -> Result<String, Error> {
        let status = answer.status();
        match answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()) {
            Some(to) if status == 303 => Ok(to.to_owned()),
            _ => {
                let told = self.runtime.block_on(answer.text()).unwrap_or_default();
                Err(fault(format!("{path} was answered with {status}: {told}")))
            }
        }
    }
}

/// What keeps connections, which nothing but this one machine is behind.
pub fn client() -> Result<Client, Error> {
    let client = Client::builder().redirect(Policy::none()).no_proxy().tcp_nodelay(true);
    client.pool_idle_timeout(IDLE).build().map_err(fault)
}

fn parts(file: File) -> impl futures_util::Stream<Item = Result<Bytes, std::io::Error>> {
    stream::try_unfold(file, |mut file| async {
        let mut part = Vec::with_capacity(CHUNK);
        let read = file.read_buf(&mut part).await?;
        Ok((read > 0).then(|| (Bytes::from(part), file)))
    })
}
