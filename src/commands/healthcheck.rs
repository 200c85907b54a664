//! `sluice healthcheck`: for containers, which have no other program to ask with.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use crate::{config::Config, error::Error};

const PATIENCE: Duration = Duration::from_secs(5);

/// Asks whether the server lives.
///
/// # Errors
/// When it does not say so.
pub fn healthcheck(config: &Config) -> Result<(), Error> {
    let address = nearby(config.listen);
    match ask(address) {
        Ok(answer) if answer.starts_with("HTTP/1.1 200 ") => Ok(()),
        Ok(answer) => {
            let said = answer.lines().next().unwrap_or("nothing").to_owned();
            Err(Error::Conflict(format!("The server at {address} is not well: it said {said}.")))
        }
        Err(error) => Err(Error::Conflict(format!("Nothing answers at {address} (--listen, SLUICE_LISTEN): {error}"))),
    }
}

// What listens everywhere listens on its own machine too.
fn nearby(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    Ok(answer)
}
