//! Addresses that mix what is one's own with what is another host's: nothing is there.

use uuid::Uuid;

use super::{
    PEOPLE, rows,
    snapshot::Snapshot,
    table::{self, Row},
    world::World,
};

/// The names in addresses of which Contoso and Fabrikam have one each.
const OWNED: [&str; 12] = [
    "host",
    "environment",
    "pipeline",
    "stage",
    "record",
    "run",
    "solution",
    "operation",
    "connection",
    "share",
    "role",
    "session",
];

// Those who see only Contoso, and those who see all of Fabrikam: to these, only what is mixed is not there.
const OF_CONTOSO: [usize; 3] = [2, 4, 5];
const OF_FABRIKAM: [usize; 2] = [6, 8];

#[actix_web::test]
async fn an_identifier_of_another_host_is_not_found_alone_or_among_ones_own() {
    let world = World::new().await;
    let snapshot = Snapshot::of(&world.c.app);
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for row in rows::all() {
        for foreign in mixtures(row.0) {
            let all = foreign.len() == names(row.0).len();
            for column in OF_CONTOSO.iter().chain(OF_FABRIKAM.iter().filter(|_| !all)) {
                asked += 1;
                if let Some(why) = tells(&world, row, &foreign, *column).await {
                    wrong.push(format!("{} with Fabrikam's {foreign:?} as {}: {why}", row.0, PEOPLE[*column]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{} of {asked} wrong", wrong.join("\n"), wrong.len());
    assert!(asked > 900, "only {asked} addresses were asked");
    let changed = snapshot.changed(&world.c.app);
    assert!(changed.iter().all(|table| *table == "sessions"), "{changed:?} changed");
}

/// In which way the answer tells that there is such a thing.
async fn tells(world: &World, row: &Row<'_>, foreign: &[&str], column: usize) -> Option<String> {
    let browser = &world.browsers[column];
    let (theirs, nowhere) = (&world.fabrikam.names, Uuid::now_v7().to_string());
    let fabrikams = |name: &str, thing: &str| {
        let found = theirs.get(thing).or_else(|| theirs.get(name));
        found.filter(|_| foreign.contains(&name)).cloned()
    };
    let of_contoso = OF_CONTOSO.contains(&column);
    // Nothing in the place of what this person must not hear of.
    let unknown = |name: &str, thing: &str| match OWNED.contains(&name) && foreign.contains(&name) == of_contoso {
        true => Some(nowhere.clone()),
        false => fabrikams(name, thing),
    };
    let page = table::ask(world, browser, row, &fabrikams).await;
    let nothing = table::ask(world, browser, row, &unknown).await;
    // Who may do this to nothing in their own place is told so, whatever is asked for there.
    match page.status == 404 && page.body == nothing.body {
        true => None,
        false => Some(format!("{}, but {} where nothing is", page.status, nothing.status)),
    }
}

fn names(route: &str) -> Vec<&'static str> {
    OWNED.into_iter().filter(|name| route.contains(&format!("{{{name}}}"))).collect()
}

/// Every choice of at least one of the names.
fn mixtures(route: &str) -> Vec<Vec<&'static str>> {
    let names = names(route);
    let chosen = |bits: usize| names.iter().enumerate().filter(move |(at, _)| bits >> at & 1 == 1);
    (1..1 << names.len()).map(|bits| chosen(bits).map(|(_, name)| *name).collect()).collect()
}
