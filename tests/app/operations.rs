//! Operations and their lanes: who gets them, in which order, and who may write down what came of them.

use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::{
    db,
    id::OperationId,
    models::{
        environment::Environment,
        lane,
        operation::{Far, Line, NewOperation, Operation, OperationKind, Then, claim_next, give_back, pull_in, renew},
        run::Occupant,
    },
    schema::{lanes, operations},
};

use crate::support::Contoso;

fn queue(c: &Contoso, at: &Environment, lane: bool) -> OperationId {
    let new = NewOperation { environment: at.id, run: None, kind: OperationKind::Import, lane, input: String::new() };
    c.app.write(|conn| new.queue(conn, c.ada.id))
}

fn claim(c: &Contoso, holder: &str) -> Option<Operation> {
    c.app.write(|conn| claim_next(conn, holder, &[]))
}

fn claimed(c: &Contoso, holder: &str) -> Option<OperationId> {
    claim(c, holder).map(|operation| operation.id)
}

fn end(c: &Contoso, operation: &Operation) {
    assert!(c.app.write(|conn| operation.end(conn, Ok("done"), Then::LetGo)).is_none());
}

// The server that claimed it has died, and its lease has run out.
fn lease_ends(c: &Contoso, id: OperationId) {
    let past = db::now() - TimeDelta::seconds(1);
    c.app
        .write(|conn| Ok(diesel::update(operations::table.find(id)).set(operations::due_at.eq(past)).execute(conn)?));
}

#[test]
fn a_lane_goes_to_one_at_a_time_in_the_order_in_which_they_came() {
    let c = Contoso::new();
    let ids = [0; 3].map(|_| queue(&c, &c.qa, true));
    for id in ids {
        let operation = claim(&c, "one").unwrap();
        assert_eq!((operation.id, claimed(&c, "two")), (id, None), "the others wait");
        end(&c, &operation);
    }
    assert_eq!(claimed(&c, "one"), None);
    assert!(c.app.read(|conn| Occupant::of(conn, c.qa.id)).is_none());
}

#[test]
fn one_lane_does_not_hold_up_another_nor_what_needs_none() {
    let c = Contoso::new();
    let (first, waits, elsewhere, free) =
        (queue(&c, &c.qa, true), queue(&c, &c.qa, true), queue(&c, &c.production, true), queue(&c, &c.qa, false));
    let all: Vec<OperationId> = std::iter::from_fn(|| claimed(&c, "one")).collect();
    assert_eq!(all.len(), 3);
    assert!([first, elsewhere, free].iter().all(|id| all.contains(id)) && !all.contains(&waits));
}

#[test]
fn an_operation_that_is_tried_again_keeps_its_lane() {
    let c = Contoso::new();
    let (first, _) = (queue(&c, &c.qa, true), queue(&c, &c.qa, true));
    let operation = claim(&c, "one").unwrap();
    let later = db::now() + TimeDelta::hours(1);
    c.app.write(|conn| operation.tries_again(conn, "no answer", later));
    assert_eq!(claimed(&c, "two"), None, "nobody overtakes it");
    lease_ends(&c, first);
    let again = claim(&c, "two").unwrap();
    assert_eq!((again.id, again.attempts, again.message.as_str()), (first, 1, "no answer"));
    c.app.write(|conn| again.goes_on(conn, "job 7", &Far { percent: Some(40), message: "half" }, db::now()));
    let on = c.app.read(|conn| Operation::by_id(conn, first));
    assert_eq!((on.attempts, on.percent, on.handle.as_deref()), (0, Some(40), Some("job 7")), "an answer counts anew");
}

type Write<'a> = dyn Fn(&mut db::Conn) -> Result<(), sluice::error::Error> + 'a;

#[test]
fn a_worker_that_wakes_too_late_can_write_nothing() {
    let c = Contoso::new();
    queue(&c, &c.qa, true);
    let late = claim(&c, "one").unwrap();
    assert_eq!(claimed(&c, "two"), None, "the lease holds");
    assert!(c.app.write(|conn| renew(conn, &late)));
    lease_ends(&c, late.id);
    let taken = claim(&c, "two").unwrap();
    assert!(!c.app.write(|conn| renew(conn, &late)));
    let writes: [&Write<'_>; 3] = [
        &|conn| late.end(conn, Ok("done"), Then::LetGo).map(drop),
        &|conn| late.tries_again(conn, "late", db::now()),
        &|conn| late.goes_on(conn, "late", &Far { percent: None, message: "late" }, db::now()),
    ];
    for write in writes {
        assert!(c.app.app.db.write_now(write).is_err());
    }
    end(&c, &taken);
    let ended = c.app.read(|conn| Operation::by_id(conn, taken.id));
    assert_eq!((ended.result.as_deref(), ended.handle), (Some("done"), None));
    assert!(
        c.app.app.db.write_now(|conn| taken.end(conn, Ok("twice"), Then::LetGo)).is_err(),
        "what has ended has ended"
    );
}

#[test]
fn a_server_that_starts_again_frees_what_it_had_claimed_and_nothing_else() {
    let c = Contoso::new();
    let (mine, theirs) = (queue(&c, &c.qa, true), queue(&c, &c.production, true));
    let (first, _second) = (claim(&c, "mine").unwrap(), claim(&c, "theirs").unwrap());
    assert_eq!((first.id, c.app.write(|conn| give_back(conn, "mine"))), (mine, 1));
    assert!(
        c.app.app.db.write_now(|conn| first.end(conn, Ok("ghost"), Then::LetGo)).is_err(),
        "its former life is over"
    );
    assert_eq!((claimed(&c, "mine"), claimed(&c, "mine")), (Some(mine), None), "{theirs} is at work elsewhere");
}

#[test]
fn what_is_withdrawn_lets_the_next_one_pass() {
    let c = Contoso::new();
    let ids = [0; 3].map(|_| queue(&c, &c.qa, true));
    let withdraw = |id| c.app.write(|conn| Operation::by_id(conn, id)?.withdraw(conn));
    assert!(withdraw(ids[1]) && withdraw(ids[0]));
    assert_eq!(claimed(&c, "one"), Some(ids[2]));
    assert!(!withdraw(ids[2]), "what a worker has begun is not withdrawn");
}

#[test]
fn environments_at_which_enough_goes_on_are_passed_by() {
    let c = Contoso::new();
    queue(&c, &c.qa, false);
    let elsewhere = queue(&c, &c.production, false);
    let passed = c.app.write(|conn| claim_next(conn, "one", &[c.qa.id]));
    assert_eq!(passed.map(|operation| operation.id), Some(elsewhere));
}

#[test]
fn a_lane_that_nobody_holds_any_more_is_passed_on() {
    let c = Contoso::new();
    let (first, second) = (queue(&c, &c.qa, true), queue(&c, &c.qa, true));
    assert_eq!(c.app.write(lane::mend), 0, "all is well");
    // As if somebody had ended it past the program.
    c.app.write(|conn| {
        Ok(diesel::update(operations::table.find(first)).set(operations::ended_at.eq(db::now())).execute(conn)?)
    });
    assert_eq!((c.app.write(lane::mend), claimed(&c, "one")), (1, Some(second)));
    c.app.write(|conn| {
        let nobody = lanes::operation_id.eq(None::<OperationId>);
        diesel::update(operations::table.find(second)).set(operations::ready.eq(false)).execute(conn)?;
        Ok(diesel::update(lanes::table.find(c.qa.id)).set(nobody).execute(conn)?)
    });
    assert_eq!(c.app.write(lane::mend), 1);
}

#[test]
fn whoever_waits_knows_how_many_come_first_and_how_long_that_probably_takes() {
    let c = Contoso::new();
    let before = |id| {
        c.app.read(|conn| {
            let operation = Operation::by_id(conn, id)?;
            Line::before(conn, &operation)
        })
    };
    let [_, second, third] = [0; 3].map(|_| queue(&c, &c.qa, true));
    assert_eq!(before(third), Line { waiting: 1, takes: None }, "nothing was done there yet");
    let first = claim(&c, "one").unwrap();
    end(&c, &first);
    // It took a minute.
    let began = c.app.read(|conn| Ok(Operation::by_id(conn, first.id)?.ended_at)).unwrap() - TimeDelta::minutes(1);
    c.app.write(|conn| {
        Ok(diesel::update(operations::table.find(first.id)).set(operations::started_at.eq(began)).execute(conn)?)
    });
    assert_eq!(before(third), Line { waiting: 0, takes: Some(TimeDelta::minutes(1)) }, "{second} holds the lane");
    queue(&c, &c.qa, true);
    let last = queue(&c, &c.qa, true);
    assert_eq!(before(last), Line { waiting: 2, takes: Some(TimeDelta::minutes(3)) });
}

#[test]
fn what_a_clock_that_was_put_back_made_distant_is_due_again_and_what_waits_its_time_is_not() {
    let c = Contoso::new();
    let due_in = |id: OperationId, wait: TimeDelta| {
        let due = operations::due_at.eq(db::now() + wait);
        c.app.write(|conn| Ok(diesel::update(operations::table.find(id)).set(due).execute(conn)?))
    };
    let (held, waits) = (queue(&c, &c.qa, false), queue(&c, &c.qa, false));
    let asked_to_wait = queue(&c, &c.qa, false);
    assert_eq!(claimed(&c, "gone"), Some(held));
    due_in(held, TimeDelta::minutes(10));
    due_in(waits, TimeDelta::hours(3));
    due_in(asked_to_wait, TimeDelta::minutes(14));
    assert_eq!(claimed(&c, "one"), None);

    assert_eq!(c.app.write(pull_in), 2);
    assert_eq!(claimed(&c, "one"), Some(waits));
    assert_eq!(claimed(&c, "one"), None, "who holds the other may be alive and renew it");
    lease_ends(&c, held);
    assert_eq!((claimed(&c, "one"), claimed(&c, "one")), (Some(held), None));
    assert_eq!(c.app.write(pull_in), 0);
}
