//! Requests that come slowly: judged by what holds when they are there.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use super::{Server, Shell, user::add};

const PASSWORD: &str = "correct horse battery";

// A form that is sent up to its last `late` bytes.
fn begin(server: &Server, path: &str, cookie: &str, form: &str, late: usize) -> TcpStream {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{}",
        server.address,
        form.len(),
        &form[..form.len() - late]
    )
    .unwrap();
    stream.flush().unwrap();
    stream
}

fn end(mut stream: TcpStream, rest: &str) -> String {
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_form_that_is_held_back_outlives_no_session() {
    let shell = Shell::new();
    let server = shell.serve(&[]);
    assert!(add(&shell, &["ada@example.com", "--system-administrator"], PASSWORD).status.success());
    let form = format!("email=ada%40example.com&password={}", PASSWORD.replace(' ', "+"));
    let answer = end(begin(&server, "/sign-in", "", &form, 0), "");
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    let cookie = cookie.split(';').next().unwrap();

    let form = "name=Ghost&email=ghost%40example.com";
    let held = begin(&server, "/admin/people", cookie, form, 3);
    assert!(end(begin(&server, "/sign-out", cookie, "", 0), "").starts_with("HTTP/1.1 303"));
    let answer = end(held, "com");
    assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("location: /sign-in"), "{answer}");
    assert!(add(&shell, &["ghost@example.com"], PASSWORD).status.success(), "nobody was added before");
}
