//! actix-session's store on our session rows, which begin and end by the models' verbs. What a session remembers is not
//! read here but with the person whose session it is, in one go with what they ask for.

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;

use crate::{
    db::Db,
    error::Error,
    models::session::{self, State},
};

/// Sessions in the database.
#[derive(Clone)]
pub struct Sessions(pub Db);

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let key = serde_json::to_string(key.as_ref()).map_err(|error| LoadError::Other(error.into()))?;
        Ok(Some(State::from([(session::KEY.to_owned(), key)])))
    }

    // A session has begun before it gets a cookie, and its key stands in the state.
    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = state.get(session::KEY).and_then(|json| serde_json::from_str::<String>(json).ok());
        let key = key.ok_or_else(|| SaveError::Other(anyhow::anyhow!("there is no session without a person")))?;
        let row = key.clone();
        forgive("keeping a session's state", self.0.write(move |c| session::keep(c, &row, &state)).await);
        key.try_into().map_err(|_| SaveError::Other(anyhow::anyhow!("a token is no session key")))
    }

    async fn update(&self, key: SessionKey, state: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        let row = text(&key);
        forgive("keeping a session's state", self.0.write(move |c| session::keep(c, &row, &state)).await);
        Ok(key)
    }

    // How long a session lives is computed from its row.
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> anyhow::Result<()> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> anyhow::Result<()> {
        let key = text(key);
        Ok(self.0.write(move |c| session::end(c, &key)).await?)
    }
}

// What a session remembers are courtesies, such as the sentence that the next page shows. By now what was asked for is
// done: saying that it failed would be wrong.
fn forgive(what: &str, done: Result<(), Error>) {
    if let Err(error) = done {
        tracing::warn!(error = %error, "{what} failed");
    }
}

fn text(key: &SessionKey) -> String {
    key.as_ref().to_owned()
}
