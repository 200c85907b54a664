//! A browser as small as can be: a session, forms, one file at a time, and a connection for each request.

use std::{
    fs::File,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
};

use url::form_urlencoded;

use crate::{Outcome, time_left};

const BOUNDARY: &str = "----sluice-faults-boundary";

/// A browser at one server.
pub struct Client {
    server: SocketAddr,
    cookie: String,
}

/// What the server answered.
pub struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Client {
    /// One in which nobody is signed in.
    pub fn new(server: SocketAddr) -> Client {
        Client { server, cookie: String::new() }
    }

    /// The same browser, with its session, at another server of the tenant.
    pub fn at(&self, server: SocketAddr) -> Client {
        Client { server, cookie: self.cookie.clone() }
    }

    /// Opens a page to read it.
    pub fn read(&mut self, path: &str) -> Outcome<String> {
        self.open(path, "")?.expect("200")?.text()
    }

    /// Opens a page with these headers, whatever the answer is.
    pub fn open(&mut self, path: &str, headers: &str) -> Outcome<Answer> {
        self.send("GET", path, headers, |_| Ok(()))
    }

    /// Sends a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Outcome<Answer> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = "application/x-www-form-urlencoded";
        let headers = format!("Content-Type: {kind}\r\nContent-Length: {}\r\n", body.len());
        self.send("POST", path, &headers, |stream| stream.write_all(body.as_bytes()))
    }

    /// Sends a form with a package, never all of it in memory.
    pub fn upload(&mut self, path: &str, package: &Path) -> Outcome<Answer> {
        let mut file = File::open(package)?;
        let before = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"package\"; filename=\"package.zip\"\r\n\
             Content-Type: application/zip\r\n\r\n"
        );
        let after = format!("\r\n--{BOUNDARY}--\r\n");
        let length = before.len() as u64 + file.metadata()?.len() + after.len() as u64;
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = format!("Content-Type: {kind}\r\nContent-Length: {length}\r\n");
        self.send("POST", path, &headers, |stream| {
            stream.write_all(before.as_bytes())?;
            io::copy(&mut file, stream)?;
            stream.write_all(after.as_bytes())
        })
    }

    fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: impl FnOnce(&mut TcpStream) -> io::Result<()>,
    ) -> Outcome<Answer> {
        let mut stream = TcpStream::connect(self.server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(time_left()?))?;
        stream.set_write_timeout(Some(time_left()?))?;
        let (host, cookie) = (self.server, &self.cookie);
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n\
             Cookie: {cookie}\r\n{headers}\r\n"
        );
        stream.write_all(head.as_bytes())?;
        body(&mut stream)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let end =
            bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or("an answer without an end of its head")?;
        let answer = Answer { head: String::from_utf8(bytes[..end].to_vec())?, body: bytes.split_off(end + 4) };
        if let Some(cookie) = answer.header("set-cookie") {
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        Ok(answer)
    }
}

impl Answer {
    /// Where it leads.
    pub fn redirects(self) -> Outcome<String> {
        let answer = self.expect("303")?;
        Ok(answer.header("location").ok_or("a redirect to nowhere")?.to_owned())
    }

    /// Its status, in digits.
    pub fn status(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The page.
    pub fn text(self) -> Outcome<String> {
        Ok(String::from_utf8(self.body)?)
    }

    fn expect(self, status: &str) -> Outcome<Answer> {
        match self.status() == status {
            true => Ok(self),
            false => Err(format!("not {status}: {}\n{}", self.head, String::from_utf8_lossy(&self.body)).into()),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}
