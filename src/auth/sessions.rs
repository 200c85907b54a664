//! actix-session's store on our session rows.

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;

use crate::{
    db::Db,
    models::{password, session},
};

/// Sessions in the database.
#[derive(Clone)]
pub struct Sessions(pub Db);

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<session::State>, LoadError> {
        let key = text(key);
        self.0.read(move |c| session::load(c, &key)).await.map_err(|e| LoadError::Other(e.into()))
    }

    async fn save(&self, state: session::State, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = password::new_token();
        let row_key = key.clone();
        let saved = self.0.write(move |c| session::save(c, &row_key, &state)).await;
        saved.map_err(|e| SaveError::Other(e.into()))?;
        key.try_into().map_err(|_| SaveError::Other(anyhow::anyhow!("a token is no session key")))
    }

    async fn update(&self, key: SessionKey, state: session::State, _: &Duration) -> Result<SessionKey, UpdateError> {
        let row_key = text(&key);
        let saved = self.0.write(move |c| session::save(c, &row_key, &state)).await;
        saved.map_err(|e| UpdateError::Other(e.into())).map(|()| key)
    }

    async fn update_ttl(&self, key: &SessionKey, _: &Duration) -> anyhow::Result<()> {
        let key = text(key);
        Ok(self.0.write(move |c| session::touch(c, &key)).await?)
    }

    async fn delete(&self, key: &SessionKey) -> anyhow::Result<()> {
        let key = text(key);
        Ok(self.0.write(move |c| session::end(c, &key)).await?)
    }
}

fn text(key: &SessionKey) -> String {
    key.as_ref().to_owned()
}
