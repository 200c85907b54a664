//! Where packages are kept: a folder, or an object store by its URL.

use std::{fmt, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use object_store::{
    BackoffConfig, ObjectStore, ObjectStoreExt, RetryConfig, aws::AmazonS3Builder, azure::MicrosoftAzureBuilder,
    local::LocalFileSystem, path::Path, prefix::PrefixStore,
};
use url::Url;
use uuid::Uuid;

use super::{faults, transport::Transport};
use crate::error::Error;

/// What is written to see whether anything can be.
const PROBE: &str = "Sluice looks whether packages can be kept here.";

/// Where packages are kept. Keys to a store are no part of it: they come from the variables that its kind is known for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Folder(PathBuf),
    /// A bucket of a store that speaks S3, as `s3://BUCKET/PREFIX`.
    S3(Url),
    /// A container of Azure Blob Storage, as `az://CONTAINER/PREFIX`.
    Azure(Url),
}

impl Place {
    /// Writes a little, reads it and removes it.
    ///
    /// # Errors
    /// When any of that fails: why, and which settings to look at.
    pub async fn check(&self) -> Result<(), Error> {
        let (store, path) = (self.store()?, Path::from(format!("probe-{}", Uuid::new_v4())));
        let probe = async {
            store.put(&path, PROBE.into()).await?;
            let read = store.get(&path).await?.bytes().await?;
            store.delete(&path).await?;
            Ok(read)
        };
        match probe.await {
            Ok(read) if read == PROBE => Ok(()),
            Ok(_) => Err(self.refused("what was written there comes back as something else")),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// The store there; a folder is created. Nothing is asked of an object store yet.
    pub(super) fn store(&self) -> Result<Arc<dyn ObjectStore>, Error> {
        match self {
            Place::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(|error| self.refused(&error.to_string()))?;
                let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| self.failed(&error))?;
                Ok(Arc::new(store.with_fsync(true)))
            }
            Place::S3(url) => {
                let builder = AmazonS3Builder::from_env().with_url(url.as_str()).with_retry(retry());
                self.within(url, builder.with_http_connector(Transport).build())
            }
            Place::Azure(url) => {
                let builder = MicrosoftAzureBuilder::from_env().with_url(url.as_str()).with_retry(retry());
                self.within(url, builder.with_http_connector(Transport).build())
            }
        }
    }

    fn within<S: ObjectStore>(&self, url: &Url, built: object_store::Result<S>) -> Result<Arc<dyn ObjectStore>, Error> {
        let store = built.map_err(|error| self.failed(&error))?;
        let prefix = Path::from_url_path(url.path()).map_err(|error| self.refused(&error.to_string()))?;
        Ok(Arc::new(PrefixStore::new(store, prefix)))
    }

    fn failed(&self, error: &object_store::Error) -> Error {
        self.refused(&faults::cause(error))
    }

    fn refused(&self, why: &str) -> Error {
        let look = match self {
            Place::Folder(_) => "Set --artifacts or SLUICE_ARTIFACTS.",
            Place::S3(_) => {
                "Look at --artifacts or SLUICE_ARTIFACTS, and at AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY."
            }
            Place::Azure(_) => {
                "Look at --artifacts or SLUICE_ARTIFACTS, and at AZURE_STORAGE_ENDPOINT, AZURE_STORAGE_ACCOUNT_NAME \
                 and AZURE_STORAGE_ACCOUNT_KEY."
            }
        };
        Error::Conflict(format!("Packages cannot be kept in {self} ({why}). {look}"))
    }
}

// A request is tried again soon and seldom: who asked has longer patience, or none.
fn retry() -> RetryConfig {
    let backoff =
        BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(2), base: 2.0 };
    RetryConfig { backoff, max_retries: 3, retry_timeout: Duration::from_secs(10) }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORMS: &str = "packages are kept in a folder, in s3://BUCKET/PREFIX or in az://CONTAINER/PREFIX";
        if text.trim().is_empty() {
            return Err(FORMS.to_owned());
        }
        if !text.contains("://") {
            return Ok(Place::Folder(text.into()));
        }
        let url: Url = text.parse().map_err(|_| FORMS.to_owned())?;
        let is_azure = match url.scheme() {
            "s3" | "s3a" => false,
            "az" | "azure" | "abfs" | "abfss" => true,
            _ => return Err(FORMS.to_owned()),
        };
        // abfss://CONTAINER@ACCOUNT.dfs.core.windows.net has the container where others have a name.
        let names_somebody = url.password().is_some() || !(url.username().is_empty() || is_azure);
        if names_somebody || url.query().is_some() {
            let variables = if is_azure { "AZURE_STORAGE_ACCOUNT_KEY" } else { "AWS_SECRET_ACCESS_KEY" };
            return Err(format!("the address of packages holds no keys; set them by variables such as {variables}"));
        }
        if url.host_str().is_none_or(str::is_empty) || url.fragment().is_some() || url.port().is_some() {
            return Err(FORMS.to_owned());
        }
        Path::from_url_path(url.path())
            .map_err(|_| "the prefix of packages has no empty or dotted parts".to_owned())?;
        Ok(if is_azure { Place::Azure(url) } else { Place::S3(url) })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Folder(folder) => folder.display().fmt(f),
            Place::S3(url) | Place::Azure(url) => url.fmt(f),
        }
    }
}
