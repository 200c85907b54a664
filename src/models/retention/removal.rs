//! Retiring artifacts whose packages may go, and bringing one back while its bytes are there.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    GRACE,
    facts::{self, Kept},
    policy,
    preview::Sum,
};
use crate::{
    db::{self, Conn, Db},
    error::Error,
    id::ArtifactId,
    models::{
        artifact::Artifact,
        audit::{By, Kind, Subject, Verb},
        permit::{Action, AdministerTenant, Path, Permit},
        person::Person,
        reach::Reach,
    },
    rules::retention::{Verdict, judge},
    schema::artifacts,
};

/// How many are retired in one commit.
const AT_ONCE: usize = 100;
/// How many of those that can be brought back are listed.
const LISTED: i64 = 100;

/// An artifact that was retired and can be brought back.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = artifacts)]
pub struct Retired {
    pub id: ArtifactId,
    pub display_name: String,
    pub version: String,
    #[diesel(select_expression = artifacts::retired_at.assume_not_null())]
    pub retired_at: NaiveDateTime,
}

impl Retired {
    /// Those that can be brought back, newest first.
    pub fn lately(conn: &mut Conn) -> Result<Vec<Retired>, Error> {
        let lately = Retired::query().filter(artifacts::retired_at.gt(Some(db::now() - GRACE)));
        Ok(lately.order((artifacts::retired_at.desc(), artifacts::id.desc())).limit(LISTED).load(conn)?)
    }
}

/// **Remove now**: retires all that the saved settings let go.
pub async fn remove_now(db: &Db, may: &Permit<AdministerTenant>) -> Result<Sum, Error> {
    retire_all(db, &may.by()).await
}

/// Retires all that the saved settings let go, on nobody's behalf.
pub async fn tidy(db: &Db) -> Result<Sum, Error> {
    retire_all(db, &By::sluice()).await
}

// What may go is found without holding anybody up; each commit then asks again.
async fn retire_all(db: &Db, by: &By) -> Result<Sum, Error> {
    let (mut sum, mut last) = (Sum::default(), None);
    loop {
        let (going, next) = db.read(move |c| going(c, last)).await?;
        for ids in going.chunks(AT_ONCE) {
            let (ids, by) = (ids.to_vec(), by.clone());
            let retired = db.write(move |c| retire(c, &by, &ids)).await?;
            sum.count += retired.count;
            sum.bytes += retired.bytes;
        }
        match next {
            Some(next) => last = Some(next),
            None => return Ok(sum),
        }
    }
}

fn going(conn: &mut Conn, after: Option<ArtifactId>) -> Result<(Vec<ArtifactId>, Option<ArtifactId>), Error> {
    let Some(policy) = policy(conn)? else { return Ok((Vec::new(), None)) };
    let (batch, more) = Kept::after(conn, after)?;
    let last = batch.last().map(|kept| kept.id).filter(|_| more);
    let known = facts::known(conn, db::now(), batch)?;
    let going = known.into_iter().filter(|known| judge(policy, &known.facts) == Verdict::Goes);
    Ok((going.map(|known| known.kept.id).collect(), last))
}

/// Retires those of these that the saved settings let go still.
///
/// On PostgreSQL, whoever begins a run takes hold of its artifact's row first, as is done here before the facts are read: it
/// either waits and finds the artifact retired, or was there before and its run is among the facts.
pub fn retire(conn: &mut Conn, by: &By, ids: &[ArtifactId]) -> Result<Sum, Error> {
    let Some(policy) = policy(conn)? else { return Ok(Sum::default()) };
    let these = artifacts::table.filter(artifacts::id.eq_any(ids));
    diesel::update(these).set(artifacts::retired_at.eq(artifacts::retired_at)).execute(conn)?;
    let kept = Kept::among(conn, ids)?;
    let (mut sum, now) = (Sum::default(), db::now());
    for known in facts::known(conn, now, kept)? {
        if judge(policy, &known.facts) != Verdict::Goes {
            continue;
        }
        let kept = known.kept;
        diesel::update(artifacts::table.find(kept.id)).set(artifacts::retired_at.eq(Some(now))).execute(conn)?;
        let subject = subject(kept.id, &format!("{} {}", kept.display_name, kept.version));
        by.did(Verb::RemovePackages, subject).set("Source", &known.facts.source).record(conn)?;
        sum.add(kept.size());
    }
    Ok(sum)
}

/// To decide about the packages of one artifact.
pub struct AdministerPackage;

impl Action for AdministerPackage {
    type Subject = Artifact;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<Artifact, Error> {
        AdministerTenant::demand(who)?;
        Artifact::by_id(conn, path.id("artifact")?)
    }

    fn allows(person: &Person, _: &Artifact) -> bool {
        AdministerTenant::allows(person, &())
    }

    fn refusal(_: &Artifact) -> String {
        AdministerTenant::refusal(&())
    }
}

/// **Bring back**: the artifact has its packages again, as if it had been used now.
///
/// # Errors
/// A conflict when it has them, or was retired too long ago.
pub fn bring_back(conn: &mut Conn, may: &Permit<AdministerPackage>) -> Result<(), Error> {
    let artifact = Artifact::lock(conn, may.id)?;
    match artifact.retired_at {
        None => return Err(Error::Conflict(format!("{} has its packages.", artifact.title()))),
        Some(at) if at + GRACE <= db::now() => return Err(gone(&artifact)),
        Some(_) => (),
    }
    diesel::update(artifacts::table.find(artifact.id))
        .set((artifacts::retired_at.eq(None::<NaiveDateTime>), artifacts::brought_back_at.eq(Some(db::now()))))
        .execute(conn)?;
    may.by().did(Verb::BringBack, subject(artifact.id, &artifact.title())).record(conn)
}

/// That it is too late to bring an artifact back.
pub fn gone(artifact: &Artifact) -> Error {
    let title = artifact.title();
    Error::Conflict(format!("The packages of {title} are gone for good. A backup of before may still have them."))
}

fn subject(id: ArtifactId, title: &str) -> Subject {
    Subject::new(Kind::Package, id, title)
}
