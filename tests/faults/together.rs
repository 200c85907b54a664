//! Servers that start at the same moment on a database that has nothing yet.

use std::{env, fs};

use diesel::prelude::*;
use sluice::{db::Db, schema::tenant as tenants};

use crate::{client::Client, servers::Servers, support::fresh_schema, tenant};

const SERVERS: usize = 4;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

#[test]
fn of_four_servers_that_start_together_one_makes_the_tables_and_all_serve() {
    if !tenant::on_postgres() {
        println!("(of PostgreSQL; here is SQLite, which takes one server)");
        return;
    }
    let url = fresh_schema(&env::var("TEST_DATABASE_URL").unwrap());
    let servers = Servers::together(SERVERS, &url, &tenant::bucket());
    for number in 0..SERVERS {
        let ready = Client::new(servers.address(number)).read("/readyz").unwrap();
        assert_eq!(ready, "server: ok\ndatabase: ok\ntables: ok\npackages: ok\n");
    }
    let db = Db::connect(&url.parse().unwrap()).unwrap();
    let (applied, tenants): (i64, i64) = db
        .read_now(|c| {
            Ok((__diesel_schema_migrations::table.count().get_result(c)?, tenants::table.count().get_result(c)?))
        })
        .unwrap();
    let migrations = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().count() as i64;
    assert_eq!((applied, tenants), (migrations, 1), "each once");
}
