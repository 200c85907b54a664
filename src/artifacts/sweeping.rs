//! Deleting packages that nothing names any more, while others keep packages in the same store.
//!
//! Who sweeps (1) puts a mark for the hash, (2) asks once more whether anything names it and whether it is old still,
//! (3) deletes the package, (4) deletes the mark. Who keeps a package that is there already (a) makes it young by writing
//! it anew, unless it is young, (b) requires that there is no mark, (c) requires that the package is there, or else does it
//! all over. Stores show at once what was written, so one of these holds: (a) came before (2), which finds it young and
//! leaves it; or (a) came after (2) and so after the mark, and then (b) finds the mark, or (4) and with it (3) were over
//! before (b), and (c) tells whether the package is there. Each sweep has marks of its own, so that none takes another's
//! away. A mark outlives whoever died beside it by an hour; (2) and (3) never take so long.

use std::{
    collections::HashSet,
    fs,
    future::Future,
    io,
    path::Path as FilePath,
    time::{Duration, SystemTime},
};

use chrono::Utc;
use futures_util::TryStreamExt;
use object_store::{ObjectMeta, ObjectStoreExt, path::Path};
use uuid::Uuid;

use super::{
    Artifacts, Kind, Sha, Stored, faults, path,
    spool::{files, gone},
};
use crate::{db::unblocked, error::Error};

/// Where marks are.
const MARKS: &str = "removing";
/// How long a mark counts.
const MARK_COUNTS: Duration = Duration::from_secs(3600);
/// How long may pass from the mark until the package is deleted.
const PATIENCE: Duration = Duration::from_secs(300);
/// How many packages are asked about in one go.
const AT_ONCE: usize = 200;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// How many packages were deleted.
    pub packages: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Artifacts {
    /// Deletes what is older than `age` and not among those that `named` answers with, and what servers that were killed
    /// left half written.
    pub async fn sweep<F>(&self, age: Duration, named: impl Fn(Vec<String>) -> F) -> Result<Swept, Error>
    where
        F: Future<Output = Result<HashSet<String>, Error>>,
    {
        self.drop_old_marks().await?;
        let (mut swept, mut old, mut listed) = (Swept::default(), Vec::new(), self.store.list(None));
        loop {
            let next = listed.try_next().await?;
            let ended = next.is_none();
            old.extend(next.filter(|meta| age_of(meta) >= age).and_then(|meta| package_at(&meta)));
            if ended || old.len() >= AT_ONCE {
                self.sweep_of(std::mem::take(&mut old), age, &named, &mut swept).await?;
            }
            if ended {
                self.drop_half_written(age).await?;
                return Ok(swept);
            }
        }
    }

    /// Whether some sweep may be about to delete the package of this hash.
    pub(super) async fn is_marked(&self, hash: &Sha) -> Result<bool, Error> {
        let folder = Path::from(MARKS);
        let mut marks = self.store.list(Some(&folder));
        while let Some(mark) = marks.try_next().await? {
            let of_this = mark.location.filename().is_some_and(|name| name.starts_with(hash.as_str()));
            if of_this && age_of(&mark) < MARK_COUNTS {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How long ago the package was written; none where it is not there, or not whole.
    pub(super) async fn age(&self, stored: &Stored) -> Result<Option<Duration>, Error> {
        match self.store.head(&path(&stored.hash)).await {
            Ok(meta) => Ok((meta.size == stored.size).then(|| age_of(&meta))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn sweep_of<F>(
        &self,
        old: Vec<Stored>,
        age: Duration,
        named: &impl Fn(Vec<String>) -> F,
        swept: &mut Swept,
    ) -> Result<(), Error>
    where
        F: Future<Output = Result<HashSet<String>, Error>>,
    {
        if old.is_empty() {
            return Ok(());
        }
        let needed = named(old.iter().map(|one| one.hash.to_string()).collect()).await?;
        for one in old.iter().filter(|one| !needed.contains(one.hash.as_str())) {
            if self.delete(one, age, named).await? {
                swept.packages += 1;
                swept.bytes += one.size;
            }
        }
        Ok(())
    }

    // The mark stays where it is not certain that nothing more will happen.
    async fn delete<F>(&self, one: &Stored, age: Duration, named: &impl Fn(Vec<String>) -> F) -> Result<bool, Error>
    where
        F: Future<Output = Result<HashSet<String>, Error>>,
    {
        let mark = Path::from_iter([MARKS, &format!("{}-{}", one.hash, Uuid::new_v4())]);
        self.store.put(&mark, "A sweep may delete this package.".into()).await?;
        let deleting = async {
            let needed = named(vec![one.hash.to_string()]).await?.contains(one.hash.as_str());
            if needed || self.age(one).await?.is_none_or(|now| now < age) {
                return Ok::<_, Error>(false);
            }
            self.drop_object(&path(&one.hash)).await?;
            Ok(true)
        };
        let deleted = tokio::time::timeout(PATIENCE, deleting).await.map_err(|_| faults::late())??;
        self.drop_object(&mark).await?;
        Ok(deleted)
    }

    // Another sweep may have been there before.
    async fn drop_object(&self, path: &Path) -> Result<(), Error> {
        match self.store.delete(path).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            other => Ok(other?),
        }
    }

    async fn drop_old_marks(&self) -> Result<(), Error> {
        let folder = Path::from(MARKS);
        let mut marks = self.store.list(Some(&folder));
        while let Some(mark) = marks.try_next().await? {
            if age_of(&mark) >= MARK_COUNTS {
                self.drop_object(&mark.location).await?;
            }
        }
        Ok(())
    }

    // A store of files writes beside the name that a file gets in the end, and lists no such file.
    async fn drop_half_written(&self, age: Duration) -> Result<(), Error> {
        let Kind::Folder(folder) = self.kind.clone() else { return Ok(()) };
        unblocked(move || {
            for entry in fs::read_dir(folder).map_err(faults::of_folder)? {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    half_written(&entry.path(), age)?;
                }
            }
            Ok(())
        })
        .await
    }
}

fn half_written(folder: &FilePath, age: Duration) -> io::Result<()> {
    for (path, changed, _) in files(folder)? {
        let is_half = path.file_name().is_some_and(|name| names_half(&name.to_string_lossy()));
        if is_half && SystemTime::now().duration_since(changed).is_ok_and(|past| past >= age) {
            gone(fs::remove_file(path))?;
        }
    }
    Ok(())
}

// As the store of files calls it: HASH#1, or the same of a mark.
fn names_half(name: &str) -> bool {
    let Some((whole, number)) = name.split_once('#') else { return false };
    let of_hash = whole.get(..64).is_some_and(|hash| hash.parse::<Sha>().is_ok());
    of_hash && number.bytes().all(|byte| byte.is_ascii_digit())
}

// A clock that is behind sees what was written just now as written in the future.
fn age_of(meta: &ObjectMeta) -> Duration {
    (Utc::now() - meta.last_modified).to_std().unwrap_or_default()
}

// Nothing else in the place is ours to delete.
fn package_at(meta: &ObjectMeta) -> Option<Stored> {
    let hash: Sha = meta.location.filename()?.parse().ok()?;
    (path(&hash) == meta.location).then_some(Stored { hash, size: meta.size })
}
