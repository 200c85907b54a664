//! How the database would answer what the site asks: no statement looks through the whole of a table that grows with use.

use std::collections::BTreeSet;

use diesel::{RunQueryDsl, connection::SimpleConnection, prelude::QueryableByName, sql_query, sql_types::Text};
use serde_json::Value;
use sluice::db::{Conn, Db, Native};

use crate::access::{rows, snapshot::Snapshot, table::ask, world::World};

/// The tables that grow with use; all others grow with what people set up.
const GROWING: [&str; 7] =
    ["runs", "run_steps", "operations", "audit", "artifacts", "artifact_bindings", "embedded_journal"];

/// The indexes of what has not ended, which is little however much there was.
const OPEN: [&str; 1] = ["runs_unfinished"];

/// A runner, a pipeline administrator and a system administrator, as columns of the table of access.
const WHO: [usize; 3] = [4, 5, 8];

#[actix_web::test]
async fn no_statement_of_a_page_looks_through_a_table_that_grows() {
    let world = World::new().await;
    let db = world.c.app.app.db.clone();
    let (snapshot, texts) = (Snapshot::of(&world.c.app), db.statement_texts().expect("nobody hears them yet"));
    for row in rows::all() {
        for who in WHO {
            ask(&world, &world.browsers[who], row, &|_, _| None).await;
            if !row.0.starts_with("GET") {
                snapshot.restore(&world.c.app);
            }
        }
    }
    let texts: BTreeSet<String> = texts.try_iter().filter(|text| reads(text)).collect();
    assert!(texts.len() > 50, "only {} statements were heard", texts.len());
    let wrong: Vec<String> = texts.iter().flat_map(|text| walks(&db, text, &GROWING)).collect();
    assert!(wrong.is_empty(), "{}\n{} of {}", wrong.join("\n"), wrong.len(), texts.len());
    assert_eq!(walks(&db, "SELECT id FROM runs WHERE notes = 'x'", &GROWING).len(), 1, "and one that does is noticed");
    // Of these PostgreSQL by itself joins the first eight tables before it narrows them down by what is asked of the rest.
    let long: Vec<&String> = texts.iter().filter(|text| text.matches(" JOIN ").count() > 8).collect();
    assert!(!long.is_empty(), "what takes part in a run was heard");
    let wrong: Vec<String> = long.iter().flat_map(|text| walks(&db, text, &["deployment_environments"])).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// What has several statements in one is the snapshot's own.
fn reads(text: &str) -> bool {
    // PostgreSQL is given what is put together of several queries with brackets around each.
    let begins = text.trim_start_matches('(');
    ["SELECT", "UPDATE", "DELETE", "INSERT"].iter().any(|verb| begins.starts_with(verb))
        && !text.contains(';')
        && GROWING.iter().any(|table| text.contains(table))
}

// Those of the tables that are looked through whole, with the statement.
fn walks(db: &Db, text: &str, tables: &[&str]) -> Vec<String> {
    let found = db.read_now(|conn| Ok(walked(conn, text, tables)));
    found.expect("a database that answers").into_iter().map(|how| format!("{how}: {text}")).collect()
}

fn walked(conn: &mut Conn, text: &str, tables: &[&str]) -> Vec<String> {
    match &mut **conn {
        Native::Sqlite(conn) => {
            let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {text}")).load(conn).expect(text);
            let sorts = steps.iter().any(|step| step.detail.starts_with("USE TEMP B-TREE FOR ORDER BY"));
            let ends = text.contains("LIMIT") && !sorts;
            let grows =
                |detail: &str| tables.iter().any(|table| detail == *table || detail.starts_with(&format!("{table} ")));
            let scans = steps.into_iter().filter(|step| step.detail.strip_prefix("SCAN ").is_some_and(grows));
            // In the order of an index, up to a limit, is not the whole.
            scans.filter(|step| !(ends && step.detail.contains("USING"))).map(|step| step.detail).collect()
        }
        Native::Postgres(conn) => {
            let mut parameters = (1..).take_while(|number| text.contains(&format!("${number}"))).count();
            // A limit that is not known is taken for a tenth of all.
            let last = format!("LIMIT ${parameters}");
            parameters -= usize::from(text.contains(&last));
            let text = text.replace(&last, "LIMIT 51");
            let values = vec!["NULL"; parameters].join(", ");
            // Small tables are looked through for less than an index costs, so they are said to be large.
            let growing = tables.iter().map(|table| format!("'{table}'")).collect::<Vec<_>>().join(", ");
            let prepare = format!(
                "UPDATE pg_class SET relpages = 1, reltuples = 100000 WHERE relname IN ({growing}); \
                 SET LOCAL plan_cache_mode = force_generic_plan; PREPARE asked AS {text}"
            );
            conn.batch_execute(&prepare).expect(&text);
            let given = if parameters == 0 { String::new() } else { format!("({values})") };
            let plan = sql_query(format!("EXPLAIN (FORMAT JSON) EXECUTE asked{given}"));
            let plan: Plan = plan.get_result(conn).expect(&text);
            conn.batch_execute("DEALLOCATE asked").expect(&text);
            let plan: Value = serde_json::from_str(&plan.plan).expect("a plan");
            let mut found = Vec::new();
            look(&plan[0]["Plan"], tables, false, &mut found);
            found
        }
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct Plan {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    plan: String,
}

// `ends` is true below a limit, as long as nothing has to be whole before it.
fn look(node: &Value, tables: &[&str], ends: bool, found: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let table = node["Relation Name"].as_str().unwrap_or_default();
    let by_index = !node["Index Cond"].is_null() || !node["Recheck Cond"].is_null();
    let in_order = ends && kind.starts_with("Index");
    let few = node["Index Name"].as_str().is_some_and(|index| OPEN.contains(&index));
    if tables.contains(&table) && kind.contains("Scan") && !by_index && !in_order && !few {
        found.push(format!("{kind} of {table}"));
    }
    let ends = kind == "Limit" || (ends && !["Sort", "Aggregate", "Hash", "HashAggregate"].contains(&kind));
    for inner in node["Plans"].as_array().into_iter().flatten() {
        look(inner, tables, ends, found);
    }
}
