//! What was backed up is there again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use diesel::{QueryableByName, prelude::*, sql_query, sql_types::Text};
use sluice::{
    backup::{LEFT_OUT, packages::Packages},
    db::{self, Conn, Db, Native, Url, rebuild, rows, tables},
    models::{operation, person::Person},
    rules::state::State,
    schema::{artifacts, audit, embedded_solutions, lanes, operations, people, runs, sign_in_attempts, stages},
};
use zip::ZipArchive;

use super::{backed_up, contoso, problems, restore};
use crate::support::TestApp;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(conn: &mut Conn, postgres: &str, sqlite: &str) -> Vec<String> {
    let lines: Vec<Line> = match &mut **conn {
        Native::Postgres(conn) => sql_query(postgres).load(conn).unwrap(),
        Native::Sqlite(conn) => sql_query(sqlite).load(conn).unwrap(),
    };
    lines.into_iter().map(|one| one.line).collect()
}

// The tables as the database itself knows them.
fn table_names(conn: &mut Conn) -> Vec<String> {
    let mut names = lines(
        conn,
        "SELECT table_name::text AS line FROM information_schema.tables WHERE table_schema = current_schema()",
        "SELECT name AS line FROM sqlite_master WHERE type = 'table'",
    );
    names.retain(|name| name != "__diesel_schema_migrations" && !LEFT_OUT.contains(&name.as_str()));
    names.sort();
    names
}

// Every value as the database itself writes it down, types included.
fn raw(app: &TestApp) -> BTreeMap<String, BTreeSet<String>> {
    app.read(|c| {
        let mut all = BTreeMap::new();
        for table in table_names(c) {
            let columns = format!("SELECT name AS line FROM pragma_table_info('{table}')");
            let columns = match &mut **c {
                Native::Sqlite(_) => lines(c, "", &columns),
                Native::Postgres(_) => Vec::new(),
            };
            let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
            let sqlite = format!("SELECT {} AS line FROM \"{table}\"", quoted.join(" || ',' || "));
            let rows = lines(c, &format!("SELECT r::text AS line FROM \"{table}\" r"), &sqlite);
            all.insert(table, rows.into_iter().collect());
        }
        Ok(all)
    })
}

fn rows_of(app: &TestApp) -> BTreeMap<String, Vec<rows::Row>> {
    app.read(|c| {
        let mut all = BTreeMap::new();
        for table in tables::at(&tables::newest()?)? {
            let found: &mut Vec<_> = all.entry(table.name.clone()).or_default();
            rows::each(c, &table, |row| {
                found.push(row);
                Ok(())
            })?;
        }
        Ok(all)
    })
}

// What is told of the restoring alone.
fn forget_restoring(app: &TestApp) {
    app.write(|c| {
        let restored = entries_of_restoring(c);
        assert_eq!(restored, 1);
        match &mut **c {
            Native::Postgres(c) => sql_query("DELETE FROM audit WHERE action = 'restore'").execute(c)?,
            Native::Sqlite(c) => sql_query("DELETE FROM audit WHERE action = 'restore'").execute(c)?,
        };
        Ok(())
    });
}

fn entries_of_restoring(conn: &mut Conn) -> i64 {
    let told = audit::table.filter(audit::action.eq("restore")).filter(audit::person_name.eq("Command line"));
    told.count().get_result(conn).unwrap()
}

// What is hard to carry over: odd texts, whole and half seconds, great numbers, rows that name later ones.
fn plant(app: &TestApp) {
    let day = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap().and_hms_opt(23, 59, 59).unwrap();
    let odd = "Zoë \"O'Hara\" \\ {\"hash\": 1}\n\ttab, \u{1}, 漢字 🚀 null";
    app.write(|c| {
        diesel::update(people::table.filter(people::name.eq("Vic")))
            .set((people::name.eq(odd), people::created_at.eq(day), people::active.eq(false)))
            .execute(c)?;
        diesel::update(lanes::table).set(lanes::fence.eq(i64::MAX)).execute(c)?;
        for (key, fraction) in [("a", 0), ("b", 500_000), ("c", 120_000), ("d", 1)] {
            let at = day + TimeDelta::microseconds(fraction);
            diesel::insert_into(sign_in_attempts::table)
                .values((
                    sign_in_attempts::key.eq(key),
                    sign_in_attempts::failures.eq(i32::MIN),
                    sign_in_attempts::last_failed_at.eq(at),
                    sign_in_attempts::blocked_until.eq((fraction == 1).then_some(at)),
                ))
                .execute(c)?;
        }
        let first: String = stages::table.order(stages::id).select(stages::id).first(c)?;
        let last: String = stages::table.order(stages::id.desc()).select(stages::id).first(c)?;
        diesel::update(stages::table.find(&first)).set(stages::previous_stage_id.eq(&last)).execute(c)?;
        Ok(())
    });
}

#[actix_web::test]
async fn every_row_comes_back_and_also_by_way_of_the_other_database() {
    let c = contoso().await;
    plant(&c.app);
    let (there, back) = (TestApp::on_sqlite(), TestApp::new());
    restore(&backed_up(&c.app).await, &there).await.unwrap();
    forget_restoring(&there);
    restore(&backed_up(&there).await, &back).await.unwrap();
    forget_restoring(&back);
    assert_eq!(raw(&c.app), raw(&back));
    let without_sessions = |app| rows_of(app).into_iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()));
    for ((name, mine), (_, theirs)) in without_sessions(&c.app).zip(without_sessions(&there)) {
        let (mine, theirs): (Vec<_>, Vec<_>) = (sorted(&mine), sorted(&theirs));
        assert_eq!(mine, theirs, "{name}");
    }
    assert_eq!(c.app.files("artifacts") > 0, back.files("artifacts") > 0);
    assert_eq!(problems(&back).await, [""; 0]);
}

fn sorted(rows: &[rows::Row]) -> Vec<String> {
    let mut lines: Vec<String> = rows.iter().map(|row| serde_json::to_string(row).unwrap()).collect();
    lines.sort();
    lines
}

#[actix_web::test]
async fn people_sign_in_again_and_what_was_under_way_gets_done() {
    let c = contoso().await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let run: sluice::models::run::Run = c.app.read(|conn| {
        let waiting = runs::table.filter(runs::state.eq(State::ValidationSucceeded)).select(runs::id);
        let id: String = waiting.first(conn)?;
        sluice::models::run::Run::by_id(conn, id.parse().unwrap())
    });
    let page = maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    assert_eq!(page.status, 303);
    let claimed = c.app.write(|conn| operation::claim_next(conn, "a server that is gone", &[]));
    assert!(claimed.is_some());
    let back = TestApp::new();
    restore(&backed_up(&c.app).await, &back).await.unwrap();
    let held: i64 =
        back.read(|c| Ok(operations::table.filter(operations::holder.is_not_null()).count().get_result(c)?));
    assert_eq!(held, 0);
    back.run_worker().await;
    let ended = back.read(|conn| sluice::models::run::Run::by_id(conn, run.id));
    assert_eq!(ended.state, State::Succeeded, "{:?}", ended.error_message);
    let sessions: i64 = back.read(|c| Ok(sluice::schema::sessions::table.count().get_result(c)?));
    assert_eq!(sessions, 0);
    back.sign_in(&c.maya).await;
    assert_eq!(problems(&back).await, [""; 0]);
}

#[actix_web::test]
async fn every_table_is_in_it_and_no_key() {
    let c = contoso().await;
    let file = backed_up(&c.app).await;
    let zip = ZipArchive::new(File::open(file).unwrap()).unwrap();
    let within = |folder: &str| -> Vec<String> {
        let mut names: Vec<_> = zip
            .file_names()
            .map(|name| name.unwrap())
            .filter_map(|name| Some(name.strip_prefix(folder)?.to_owned()))
            .collect();
        names.sort();
        names
    };
    let tables: Vec<String> = within("tables/").iter().map(|name| name.trim_end_matches(".jsonl").to_owned()).collect();
    assert_eq!(tables, c.app.read(|c| Ok(table_names(c))));
    assert_eq!(zip.len(), 1 + tables.len() + within("packages/").len(), "the manifest, tables and packages");
}

#[actix_web::test]
async fn every_column_that_names_a_package_is_known() {
    let c = contoso().await;
    let mut maya = c.app.sign_in(&c.maya).await;
    let uploaded = crate::support::contoso::expenses("1.0.0.1").to_bytes().unwrap();
    let page = maya
        .upload(&format!("/environments/{}/imports", c.development.id), &[], ("package", "solution.zip", &uploaded))
        .await;
    assert_eq!(page.status, 303, "{}", page.text());
    let (mut packages, all) = (Packages::default(), tables::at(&tables::newest().unwrap()).unwrap());
    let rows = rows_of(&c.app);
    for table in &all {
        rows[&table.name].iter().for_each(|row| packages.note(table, row).unwrap());
    }
    assert_eq!(packages.count(), c.app.files("artifacts"), "every package that was kept is named by a row");
    let hashes: Vec<&str> = packages.all().map(|named| named.package.hash.as_str()).collect();
    let mut naming = BTreeSet::new();
    for (table, rows) in &rows {
        for (column, value) in rows.iter().flatten() {
            let text = value.as_str().unwrap_or_default();
            if hashes.iter().any(|hash| text.contains(hash)) {
                naming.insert(format!("{table}.{column}"));
            }
        }
    }
    let known = [
        "artifacts.managed_hash",
        "artifacts.unmanaged_hash",
        "embedded_journal.outcome",
        "embedded_solutions.package_hash",
        "operations.input",
        "operations.result",
        "runs.managed_hash",
        "runs.unmanaged_hash",
    ];
    assert_eq!(naming.iter().map(String::as_str).collect::<Vec<_>>(), known);
}

#[actix_web::test]
async fn what_is_told_as_history_need_not_be_there() {
    let c = contoso().await;
    let before = named(&c.app);
    let mut maya = c.app.sign_in(&c.maya).await;
    let uploaded = crate::support::contoso::expenses("1.0.0.1").to_bytes().unwrap();
    let imports = format!("/environments/{}/imports", c.development.id);
    maya.upload(&imports, &[], ("package", "solution.zip", &uploaded)).await;
    assert_eq!(named(&c.app), before + 1, "a check that has not ended needs it");
    c.app.run_worker().await;
    assert_eq!(named(&c.app), before);
    c.app.write(|c| Ok(diesel::update(artifacts::table).set(artifacts::retired_at.eq(Some(db::now()))).execute(c)?));
    assert_eq!(named(&c.app), before, "both are what an environment has");
    c.app.write(|c| Ok(diesel::delete(embedded_solutions::table).execute(c)?));
    assert_eq!(named(&c.app), 0, "runs, and artifacts that were retired, only tell of theirs");
    c.app.empty("artifacts");
    let file = backed_up(&c.app).await;
    let other = TestApp::new();
    assert_eq!(restore(&file, &other).await.unwrap(), 0);
    assert_eq!(problems(&other).await, [""; 0]);
}

// How many packages are named by a row that needs them.
fn named(app: &TestApp) -> usize {
    let (mut packages, rows) = (Packages::default(), rows_of(app));
    for table in &tables::at(&tables::newest().unwrap()).unwrap() {
        rows[&table.name].iter().for_each(|row| packages.note(table, row).unwrap());
    }
    packages.count()
}

#[actix_web::test]
async fn one_of_an_earlier_schema_is_brought_up_to_date() {
    let old = TestApp::on_sqlite();
    let path = old.folder().join("old.db");
    let db = Db::connect(&Url::Sqlite(path.to_string_lossy().into_owned())).unwrap();
    let first = tables::versions().unwrap().remove(0);
    db.write_now(|c| {
        rebuild::migrate_to(c, &first)?;
        let Native::Sqlite(conn) = &mut **c else { unreachable!() };
        for statement in [
            "INSERT INTO tenant (id, demo, created_at) VALUES ('t', 0, '2026-11-22 10:00:00')",
            "INSERT INTO people (id, name, name_key, email, email_key, system_administrator, active, time_zone, created_at) \
             VALUES ('019aa000-0000-7000-8000-000000000001', 'Ada', 'ada', 'ada@example.com', 'ada@example.com', 1, 1, \
             'UTC', '2026-11-22 10:00:00.5')",
            "INSERT INTO audit (id, at, person_name, action, subject_kind, subject_id, subject_name, detail) \
             VALUES ('a', '2026-11-22 10:00:00', 'Ada', 'add', 'person', '', 'Bo', '')",
        ] {
            sql_query(statement).execute(conn)?;
        }
        Ok(())
    })
    .unwrap();
    let file = old.folder().join("old.zip");
    sluice::backup::write(&db, &old.app.artifacts, &file).await.unwrap().keep().unwrap();
    let back = TestApp::new();
    restore(&file, &back).await.unwrap();
    let ada: Person = back.read(Person::all).remove(0);
    assert_eq!(ada.name, "Ada");
    let (locale, key): (String, String) = back.read(|c| {
        let locale = people::table.select(people::locale).first(c)?;
        Ok((locale, audit::table.find("a").select(audit::search_key).first(c)?))
    });
    assert_eq!((locale.as_str(), key.as_str()), ("en-GB", "ada bo"));
    assert_eq!(back.read(rebuild::version), Some(tables::newest().unwrap()));
}

#[actix_web::test]
async fn a_backup_of_before_newest_runs_were_kept_comes_back_with_them() {
    let c = contoso().await;
    let first = c.app.read(|conn| Ok(runs::table.select(runs::id).order(runs::id).first(conn)?));
    c.redeploy(&mut c.app.sign_in(&c.maya).await, first).await;
    let before = tables::versions().unwrap().into_iter().rfind(|version| version.as_str() < "20261126000003").unwrap();
    let old = TestApp::on_sqlite();
    let path = old.folder().join("old.db");
    let db = Db::connect(&Url::Sqlite(path.to_string_lossy().into_owned())).unwrap();
    let rows = rows_of(&c.app);
    db.write_now(|conn| {
        rebuild::migrate_to(conn, &before)?;
        rebuild::in_any_order(conn, |conn| {
            let known = tables::at(&before)?;
            known.iter().try_for_each(|table| rows::insert(conn, table, &rows[&table.name]))
        })
    })
    .unwrap();
    let file = old.folder().join("old.zip");
    sluice::backup::write(&db, &c.app.app.artifacts, &file).await.unwrap().keep().unwrap();
    let back = TestApp::new();
    restore(&file, &back).await.unwrap();
    let newest = |app: &TestApp| sorted(&rows_of(app)["newest_runs"]);
    assert_eq!(newest(&back).len(), 2);
    assert_eq!(newest(&back), newest(&c.app));
    let ways = |app: &TestApp| {
        app.read(|conn| {
            Ok(runs::table.order(runs::id).select(runs::way_began_at).load::<Option<NaiveDateTime>>(conn)?)
        })
    };
    assert_eq!(ways(&back), ways(&c.app));
    assert_eq!(ways(&back).iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(problems(&back).await, [""; 0]);
}
