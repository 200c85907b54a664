//! What another host has, asked for in queries and named in forms: it reads as what does not exist, and no page of
//! Contoso's names it.

use diesel::prelude::*;
use sluice::schema::environments;
use uuid::Uuid;

use super::{
    rows,
    snapshot::Snapshot,
    table::{self, Row},
    world::{World, last},
};
use crate::support::{Browser, Page, contoso};

/// What only Fabrikam has.
const SECRETS: [&str; 11] = [
    "Fabrikam Host",
    "Fabrikam Development",
    "Fabrikam Production",
    "Fabrikam Standard",
    "Fabrikam Live",
    "Fabrikam Secret",
    "Fabrikam Mail",
    "Fabrikam Crew",
    "Otto",
    "fabrikam_notes",
    "7.0.0.0",
];

// The record of an environment that is bound to the other host.
const WISH: Row<'static> = ("GET /hosts/{host}/environments/{record}", "", "record:taken");

const VIEWER: usize = 2;
const RUNNER: usize = 4;
const ADMINISTRATOR: usize = 5;

#[track_caller]
fn assert_silent(page: &Page, about: &str) {
    let (html, text) = (page.html(), page.text());
    for secret in SECRETS {
        assert!(!html.contains(secret), "{about} tells of {secret}: {text}");
    }
}

#[actix_web::test]
async fn no_page_names_what_another_host_has() {
    let world = World::new().await;
    let pages = rows::all().filter(|row| row.0.starts_with("GET "));
    for row in pages.chain([&WISH]) {
        for column in [1, VIEWER, 3, RUNNER, ADMINISTRATOR] {
            let page = table::ask(&world, &world.browsers[column], row, &|_, _| None).await;
            assert_silent(&page, row.0);
        }
    }
}

#[actix_web::test]
async fn a_query_for_what_another_host_has_finds_nothing() {
    let world = World::new().await;
    let theirs = &world.fabrikam.names;
    let filters: Vec<String> = [
        format!("pipeline={}", theirs["pipeline"]),
        format!("stage={}", theirs["stage"]),
        format!("pipeline={}&stage={}", world.names["pipeline"], theirs["stage"]),
        format!("person={}", theirs["person"]),
        format!("pipeline={}&before={}", theirs["pipeline"], Uuid::max()),
        format!("pipeline={}&after={}", theirs["pipeline"], Uuid::nil()),
        "solution=fabrikam_secret".to_owned(),
    ]
    .into();
    let history = format!("/hosts/{}/runs", world.names["host"]);
    for (path, columns) in
        [("/deployments", [VIEWER, RUNNER, ADMINISTRATOR].as_slice()), (history.as_str(), &[ADMINISTRATOR])]
    {
        for (column, filter) in columns.iter().flat_map(|column| filters.iter().map(move |filter| (column, filter))) {
            let page = world.browsers[*column].copy().get(&format!("{path}?{filter}")).await;
            assert_eq!((page.status, page.all("tbody tr").len()), (200, 0), "{path}?{filter}: {}", page.text());
            assert_silent(&page, &format!("{path}?{filter}"));
        }
    }
}

#[actix_web::test]
async fn a_choice_of_what_another_host_has_is_no_choice() {
    let world = World::new().await;
    let theirs = &world.fabrikam.names;
    let pipelines = format!("/environments/{}/solutions/contoso_core/pipelines", world.names["environment"]);
    let mut maya = world.browsers[RUNNER].copy();
    let pipeline = format!("/pipelines/{}", world.names["pipeline"]);
    for (path, chosen) in
        [(&pipelines, format!("pipeline={}", theirs["pipeline"])), (&pipeline, "solution=fabrikam_secret".to_owned())]
    {
        let (own, page) = (maya.get(path).await, maya.get(&format!("{path}?{chosen}")).await);
        assert_eq!((page.status, page.all("h2, option")), (200, own.all("h2, option")), "what there is first");
        assert_silent(&page, &chosen);
    }
}

#[actix_web::test]
async fn deploy_tells_nothing_of_a_source_that_one_may_not_see() {
    let world = World::new().await;
    let snapshot = Snapshot::of(&world.c.app);
    let nowhere = Uuid::now_v7().to_string();
    for column in [3, RUNNER, ADMINISTRATOR] {
        let browser = &world.browsers[column];
        for stage in ["stage", "live"] {
            let runs = format!("/pipelines/{}/stages/{}/runs", world.names["pipeline"], world.names[stage]);
            let answers = |source: String| {
                let (mut get, mut post) = (browser.copy(), browser.copy());
                let runs = runs.clone();
                async move {
                    let form = [("solution", "fabrikam_secret"), ("source", source.as_str())];
                    let shown = get.get(&format!("{runs}/new?solution=fabrikam_secret&source={source}")).await;
                    (shown.status, shown.text(), post.post(&runs, &form).await.status)
                }
            };
            let (theirs, unknown) = (world.fabrikam.names["environment"].clone(), nowhere.clone());
            let (theirs, unknown) = (answers(theirs).await, answers(unknown).await);
            assert_eq!((theirs.0, theirs.2), (404, 404), "{stage}: {}", theirs.1);
            assert_eq!(theirs, unknown);
        }
    }
    assert!(unchanged(&world, &snapshot));
}

/// Sends each row with another host's thing and with one that is not there: the answers are the same, and nothing is
/// stored.
async fn same(world: &World, column: usize, rows: &[(&str, &str, &str)]) {
    let snapshot = Snapshot::of(&world.c.app);
    let nowhere = Uuid::now_v7().to_string();
    for (route, field, theirs) in rows {
        let mut answers = Vec::new();
        for value in [&world.fabrikam.names[theirs], &nowhere] {
            let with = field.replace("{}", value);
            let row: Row<'_> = (route, "", &with);
            let page = table::ask(world, &world.browsers[column], &row, &|_, _| None).await;
            assert!(unchanged(world, &snapshot), "{route} {field} changed something");
            assert!((400..500).contains(&page.status), "{route} {field}: {}", page.status);
            answers.push((page.status, page.text().replace(value, "")));
        }
        assert_eq!(answers[0], answers[1], "{route} {field}");
    }
}

fn unchanged(world: &World, snapshot: &Snapshot) -> bool {
    snapshot.changed(&world.c.app).iter().all(|table| *table == "sessions")
}

#[actix_web::test]
async fn a_form_that_names_what_another_host_has_is_refused_as_one_that_names_nothing() {
    let world = World::new().await;
    let pipeline = "POST /hosts/{host}/pipelines/{pipeline}";
    let (sources, stages) = (format!("{pipeline}/environments"), format!("{pipeline}/stages"));
    let stage = format!("{stages}/{{stage}}");
    same(
        &world,
        ADMINISTRATOR,
        &[
            (&sources, "record={}", "source"),
            (&sources, "record={}", "record"),
            (&stages, "name=New previous={} target={record}", "stage"),
            (&stages, "name=New previous={live} target={}", "record"),
            (&stage, "name=Test previous={} target={qa}", "stage"),
            (&stage, "name=Test target={}", "record"),
            ("POST /runs/{run}/promotion", "run:succeeded stage={}", "stage"),
        ],
    )
    .await;
    same(&world, RUNNER, &[("POST /runs/{run}/promotion", "run:succeeded stage={}", "stage")]).await;
}

#[actix_web::test]
async fn who_is_no_longer_there_reads_as_nobody() {
    let mut world = World::new().await;
    let dora = world.names["dora"].clone();
    world.fabrikam.names.insert("gone", dora);
    let security = ("POST /hosts/{host}/security", "principal=person:{} role=user", "gone");
    let shares = ("POST /hosts/{host}/pipelines/{pipeline}/shares", "principal=person:{} access=view", "gone");
    same(&world, ADMINISTRATOR, &[security, shares]).await;
}

#[actix_web::test]
async fn a_stage_of_another_pipeline_is_no_place_to_promote_to() {
    let world = World::new().await;
    let row = ("POST /runs/{run}/promotion", "", "run:succeeded stage={last}");
    for column in [RUNNER, 8] {
        assert_eq!(table::ask(&world, &world.browsers[column], &row, &|_, _| None).await.status, 404);
    }
}

#[actix_web::test]
async fn a_connection_of_another_environment_is_no_choice() {
    let world = World::new().await;
    let c = &world.c;
    c.import(&c.development, &contoso::expenses("1.0.0.4")).await;
    let mut maya = world.browsers[RUNNER].copy();
    let run = c.validated(&mut maya, &c.test, "contoso_expenses").await;
    let mut told = Vec::new();
    for connection in [world.fabrikam.names["connection"].clone(), Uuid::now_v7().to_string()] {
        let form = [("connection:con_mail", connection.as_str()), ("variable:con_limit", "5")];
        let page = maya.post(&format!("/runs/{}/deployment", run.id), &form).await;
        assert_eq!(page.status, 422);
        assert_silent(&page, "Deploy");
        told.push(page.text().replace(&connection, ""));
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(c.run(run.id).state, run.state);
}

#[actix_web::test]
async fn an_environment_that_one_may_not_see_is_registered_as_one_that_is_not_there() {
    let world = World::new().await;
    let app = &world.c.app;
    let snapshot = Snapshot::of(app);
    let guid: String = app.read(|c| {
        Ok(environments::table.find(world.fabrikam.names["environment"].clone()).select(environments::guid).first(c)?)
    });
    let mut told = Vec::new();
    for guid in [guid, Uuid::new_v4().to_string()] {
        let mut hana = world.browsers[ADMINISTRATOR].copy();
        let records = format!("/hosts/{}/environments", world.names["host"]);
        let form = [("name", "Wanted"), ("kind", "target"), ("guid", guid.as_str())];
        let page = hana.post(&records, &form).await;
        let record = last(&page);
        app.run_worker().await;
        told.push(everything_of(&mut hana, &records, &record).await.map(|text| text.replace(&guid, "")));
        snapshot.restore(app);
    }
    assert!(told[0][0].contains("Failed"), "{}", told[0][0]);
    assert_eq!(told[0], told[1]);
}

// All that the host says of a record, and what happens when it is refreshed or taken over.
async fn everything_of(hana: &mut Browser, records: &str, record: &str) -> [String; 6] {
    let at = format!("{records}/{record}");
    let mut texts = Vec::new();
    for path in [at.clone(), records.to_owned(), format!("{at}/force-link"), format!("{at}/retirement")] {
        texts.push(hana.get(&path).await.text());
    }
    for act in ["validation", "force-link"] {
        let page = hana.post(&format!("{at}/{act}"), &[]).await;
        texts.push(format!("{} {}", page.status, page.text()));
    }
    texts.try_into().unwrap()
}

#[actix_web::test]
async fn what_a_run_waits_for_is_named_only_to_who_may_see_it() {
    let world = World::new().await;
    let c = &world.c;
    let secret = c.app.pipeline(&c.host, &c.ada, "Contoso Quiet");
    c.app.link(&secret, &c.ada, &c.source);
    let stage = c.app.stage(&secret, &c.ada, "Quiet", None, &c.test.target);
    c.import(&c.development, &contoso::tables("2.0.0.0")).await;
    let (mut ada, mut maya) = (world.browsers[8].copy(), world.browsers[RUNNER].copy());
    let quiet = c.validated(&mut ada, &stage, "contoso_core").await;
    let waiting = c.validated(&mut maya, &c.test, "contoso_core").await;
    for (browser, run) in [(&mut ada, &quiet), (&mut maya, &waiting)] {
        let page = browser.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
        assert_eq!(page.status, 303, "{}", page.text());
    }
    let page = format!("/runs/{}", waiting.id);
    maya.get(&page).await.assert_has("main", "Waiting until Contoso QA is free, behind another deployment.");
    ada.get(&page).await.assert_has("main", "behind the deployment of Contoso Core 2.0.0.0 by Ada");
}
