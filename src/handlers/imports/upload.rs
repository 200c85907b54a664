//! Receiving a package: streamed to a file while it is hashed, then read, with at most a little of it in memory.

use std::io::Write;

use actix_multipart::{Field, Multipart, MultipartError};
use bytes::BytesMut;
use futures_util::TryStreamExt;

use crate::{
    app::App,
    artifacts::{Spool, Spooled},
    db::unblocked,
    error::Error,
    package::{Package, PackageError},
    web::text::sentence,
};

/// How much is gathered before it is written.
const CHUNK: usize = 256 << 10;
/// How much more than allowed is still read, so that the browser gets to hear why it is refused.
const PATIENCE: u64 = 1 << 30;

/// What came of an upload: a package that can be read, or why it is none.
pub type Received = Result<(Spooled, Package), String>;

/// Takes the file in the field `name`; nothing of it is kept yet.
pub async fn receive(app: &App, form: &mut Multipart, name: &str) -> Result<Received, Error> {
    let mut received = Err("Choose a solution package, a .zip file.".to_owned());
    loop {
        match form.try_next().await {
            Ok(Some(mut field)) if field.name() == Some(name) && is_chosen(&field) => {
                received = match spool(app, &mut field).await {
                    Ok(Ok(spool)) => read(app, spool).await?,
                    Ok(Err(refusal)) => Err(refusal),
                    Err(error) => {
                        // A browser that is still sending does not hear an answer.
                        drain(&mut field).await;
                        return Err(error);
                    }
                };
            }
            Ok(Some(mut field)) => drain(&mut field).await,
            Ok(None) => return Ok(received),
            Err(error) => return Ok(received.and(Err(cut_off(&error)))),
        }
    }
}

// Browsers send a file field without a name when no file was chosen.
fn is_chosen(field: &Field) -> bool {
    field.content_disposition().and_then(|disposition| disposition.get_filename()).is_some_and(|name| !name.is_empty())
}

async fn spool(app: &App, field: &mut Field) -> Result<Result<Spool, String>, Error> {
    let mut spool = app.artifacts.spool()?;
    let mut gathered = BytesMut::new();
    loop {
        let chunk = match field.try_next().await {
            Ok(chunk) => chunk,
            Err(error) => return Ok(Err(cut_off(&error))),
        };
        let ended = chunk.is_none();
        gathered.extend_from_slice(&chunk.unwrap_or_default());
        if spool.size() + gathered.len() as u64 > app.limits.upload {
            drain(field).await;
            return Ok(Err(too_large(app.limits.upload)));
        }
        if ended || gathered.len() >= CHUNK {
            let bytes = gathered.split().freeze();
            spool = unblocked(move || Ok(spool.write_all(&bytes).map(|()| spool)?)).await?;
        }
        if ended {
            return Ok(Ok(spool));
        }
    }
}

async fn read(app: &App, spool: Spool) -> Result<Received, Error> {
    let limits = app.limits.clone();
    unblocked(move || {
        let spooled = spool.finish()?;
        match Package::read(&spooled.file()?, &limits) {
            Ok(package) => Ok(Ok((spooled, package))),
            Err(PackageError::Io(error)) => Err(error.into()),
            Err(refusal) => Ok(Err(sentence(&refusal.to_string()))),
        }
    })
    .await
}

async fn drain(field: &mut Field) {
    let mut drained = 0;
    while let Ok(Some(chunk)) = field.try_next().await {
        drained += chunk.len() as u64;
        if drained > PATIENCE {
            break;
        }
    }
}

fn too_large(limit: u64) -> String {
    format!(
        "The package is larger than {} MB, the most that may be uploaded here. Split the solution, or ask your \
         administrator to raise the limit.",
        limit >> 20
    )
}

fn cut_off(error: &MultipartError) -> String {
    tracing::debug!(error = %error, "an upload ended early");
    "The upload was cut off. Choose the file again.".to_owned()
}
