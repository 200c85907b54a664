//! Your sessions: where a person is signed in, and signing out there.

use actix_session::Session as Cookie;
use askama::Template;

use super::{clock, sessions::signed_out};
use crate::{
    auth::CurrentSession,
    db::Db,
    models::{
        permit::Permit,
        person::UseAccount,
        session::{EndSession, Session},
    },
    web::{
        layout::Layout,
        respond::{Answer, done, page},
        time::Moment,
    },
};

struct Row {
    session: Session,
    began: Moment,
    seen: Moment,
    current: bool,
}

#[derive(Template)]
#[template(path = "own_sessions/index.html")]
struct Index {
    layout: Layout,
    rows: Vec<Row>,
}

/// `GET /account/sessions`
pub async fn index(db: Db, permit: Permit<UseAccount>, current: CurrentSession, layout: Layout) -> Answer {
    let clock = clock::of(permit.person());
    let sessions = db.read(move |c| Session::of(c, permit.id)).await?;
    let row = |session: Session| Row {
        began: clock.tell(session.created_at),
        seen: clock.tell(session.last_seen_at),
        current: session.id == current.0,
        session,
    };
    let mut rows: Vec<Row> = sessions.into_iter().map(row).collect();
    rows.sort_by_key(|row| !row.current);
    page(Index { layout, rows })
}

/// `POST /account/sessions/{session}/removal`
pub async fn remove(cookie: Cookie, db: Db, permit: Permit<EndSession>, current: CurrentSession) -> Answer {
    let (browser, own) = (permit.browser.clone(), permit.id == current.0);
    db.write(move |c| Session::revoke(c, &permit)).await?;
    if own {
        return signed_out(&cookie);
    }
    done(&cookie, "/account/sessions", format!("{browser} is signed out."))
}

/// `POST /account/sessions/removal`
pub async fn remove_others(cookie: Cookie, db: Db, permit: Permit<UseAccount>, current: CurrentSession) -> Answer {
    db.write(move |c| Session::revoke_others(c, &permit, current.0)).await?;
    done(&cookie, "/account/sessions", "You are signed out everywhere else.")
}
