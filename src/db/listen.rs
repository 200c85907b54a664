//! Hearing from other servers, over PostgreSQL, that something became due.

use std::{sync::Weak, thread, time::Duration};

use diesel::{Connection, PgConnection, connection::SimpleConnection};

use super::Url;

/// Says on the channel of all servers that something became due.
pub const NOTIFY: &str = "NOTIFY sluice_due";
const LISTEN: &str = "LISTEN sluice_due";
/// How often the connection is looked at: reading what has come is all that the library offers, waiting is not.
const LOOK: Duration = Duration::from_millis(10);
/// How soon a lost connection is made anew.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens on a thread and connection of its own until the pool is gone, making a lost connection anew. What is missed
/// meanwhile is found by who looks from time to time.
pub fn to_postgres(url: String, pool: Weak<Url>, heard: impl Fn() + Send + 'static) {
    let listens = move || {
        while pool.strong_count() > 0 {
            if let Err(error) = listen(&url, &pool, &heard) {
                tracing::warn!(error, "the connection that hears of other servers' work is lost");
                thread::sleep(PAUSE);
            }
        }
    };
    if let Err(error) = thread::Builder::new().name("listen".into()).spawn(listens) {
        tracing::error!(error = %error, "nobody listens for other servers' work");
    }
}

fn listen(url: &str, pool: &Weak<Url>, heard: &impl Fn()) -> Result<(), String> {
    let mut conn = PgConnection::establish(url).map_err(|error| error.to_string())?;
    conn.batch_execute(LISTEN).map_err(|error| error.to_string())?;
    // Something may have become due before.
    heard();
    while pool.strong_count() > 0 {
        for notification in conn.notifications_iter() {
            notification.map_err(|error| error.to_string())?;
            heard();
        }
        thread::sleep(LOOK);
    }
    Ok(())
}
