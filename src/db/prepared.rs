//! What a connection prepared and kept, for tests of whether it does so once.

use diesel::connection::{Connection, Instrumentation, InstrumentationEvent};

#[derive(Default)]
struct Prepared(Vec<String>);

impl Instrumentation for Prepared {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::CacheQuery { sql, .. } = event {
            self.0.push(sql.to_owned());
        }
    }
}

/// Has a connection note the statements that it keeps prepared from now on.
pub fn watch(conn: &mut impl Connection) {
    conn.set_instrumentation(Prepared::default());
}

/// The texts of those that it kept since.
pub fn kept(conn: &mut impl Connection) -> Vec<String> {
    let noted = conn.instrumentation().as_any().downcast_ref::<Prepared>();
    noted.expect("a connection that is watched").0.clone()
}
