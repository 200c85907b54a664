//! Giving a scheduled run another time, or having it deployed now.

use actix_session::Session;
use actix_web::web;
use askama::Template;

use super::schedule_form::{self, Times};
use crate::{
    app::App,
    db,
    error::Error,
    handlers::clock,
    models::{
        permit::Permit,
        run::{MoveRun, Run},
    },
    rules::{
        schedule::Schedule,
        state::{self, Event},
    },
    web::{
        forms::Form,
        layout::Layout,
        respond::{Answer, done, invalid, page, see_other},
        time::Clock,
    },
};

#[derive(Template)]
#[template(path = "runs/schedule.html")]
struct Edit {
    layout: Layout,
    run: Run,
    planned: String,
    form: Form,
    times: Times,
}

/// `GET /runs/{run}/schedule`
pub async fn edit(may: Permit<MoveRun>, layout: Layout) -> Answer {
    let schedule = scheduled(&may)?;
    let form = schedule_form::filled(&schedule, may.person().zone());
    page(Edit::of(&may, layout, form, &clock::of(may.person())))
}

/// `POST /runs/{run}/schedule`
pub async fn update(
    may: Permit<MoveRun>,
    app: web::Data<App>,
    layout: Layout,
    session: Session,
    mut form: Form,
) -> Answer {
    scheduled(&may)?;
    let clock = clock::at(may.person(), app.db.read(|c| Ok(db::clock(c)?)).await?);
    if form.value("when").is_empty() {
        form.set("when", "later");
    }
    let Some(chosen) = schedule_form::read(&mut form, may.person(), &clock) else {
        return invalid(Edit::of(&may, layout, form, &clock));
    };
    let told = chosen.as_ref().map(|schedule| format!("Rescheduled for {}.", clock.when(schedule.at)));
    let path = format!("/runs/{}", may.run.id);
    let schedule = chosen.unwrap_or(Schedule { at: clock.now(), zone: may.person().zone() });
    app.db.write(move |c| Run::move_to(c, &may, &schedule)).await?;
    app.wake.now();
    match told {
        Some(told) => done(&session, path, told),
        None => see_other(path),
    }
}

impl Edit {
    fn of(may: &Permit<MoveRun>, layout: Layout, form: Form, clock: &Clock) -> Edit {
        let planned = may.run.schedule().map(|schedule| clock.ahead(schedule.at)).unwrap_or_default();
        Edit { layout, run: may.run.clone(), planned, times: Times::of(&form, may.person(), clock), form }
    }
}

// Its time, while there is one to be moved.
fn scheduled(may: &Permit<MoveRun>) -> Result<Schedule, Error> {
    state::next(may.run.state, Event::Moved).map_err(|refusal| Error::Conflict(refusal.sentence))?;
    may.run.schedule().ok_or_else(|| Error::internal(format!("run {} is scheduled for no time", may.run.id)))
}
