//! What pages are held against: a server that answers every request with the same bytes and headers from memory.

use std::{fs, net::SocketAddr, path::Path};

use actix_web::{App, HttpResponse, HttpServer, rt::System, web};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::browser::Answer;
use crate::error::Error;

/// What is not of an answer but of its way.
const OF_THE_WAY: [&str; 4] = ["connection", "content-length", "date", "transfer-encoding"];

#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Writes an answer down for a server that gives it again and again.
pub fn keep(answer: &Answer, file: &Path) -> Result<(), Error> {
    let headers = answer.headers.iter().filter(|(name, _)| !OF_THE_WAY.contains(&name.as_str()));
    let headers =
        headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let kept = Kept { headers: headers.collect(), body: answer.body.to_vec() };
    Ok(fs::write(file, serde_json::to_vec(&kept)?)?)
}

/// Serves what a file holds until it is killed.
pub fn serve(file: &Path, listen: SocketAddr) -> Result<(), Error> {
    let Kept { headers, body } = serde_json::from_slice(&fs::read(file)?)?;
    let body = Bytes::from(body);
    System::new().block_on(async {
        let server = HttpServer::new(move || {
            let (headers, body) = (headers.clone(), body.clone());
            let answer = move || {
                let mut answer = HttpResponse::Ok();
                headers.iter().for_each(|(name, value)| {
                    answer.append_header((name.as_str(), value.as_str()));
                });
                std::future::ready(answer.body(body.clone()))
            };
            App::new().default_service(web::to(answer))
        });
        Ok(server.bind(listen)?.run().await?)
    })
}
