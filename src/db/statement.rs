//! Statements of which nobody knows the types.

use std::{any::TypeId, cell::Cell, ops::Deref, sync::Arc, thread::LocalKey};

use diesel::{
    QueryResult,
    backend::Backend,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::Untyped,
};

use super::{
    texts::Written,
    wanted::{Wanted, tell, wanted},
};

thread_local! {
    /// By what the connection knows again the statement that it is asked: Diesel wants that of a type, which is gone.
    static KNOWN_BY: Cell<Option<TypeId>> = const { Cell::new(None) };

    /// All that is wanted of a statement at present.
    static ONLY: Cell<Option<Wanted>> = const { Cell::new(None) };
}

/// By what the statement is known that is asked now.
pub(super) fn known_as() -> Option<TypeId> {
    KNOWN_BY.get()
}

/// Has `ask` ask a statement that is known by `id`; where it has none, by that of the statement within which it is asked.
pub(super) fn known_by<T>(id: Option<TypeId>, ask: impl FnOnce() -> T) -> T {
    set_for(&KNOWN_BY, id.or(known_as()), ask)
}

// Sets it for as long as `work` runs, however that ends.
fn set_for<S: Copy, T>(key: &'static LocalKey<Cell<S>>, state: S, work: impl FnOnce() -> T) -> T {
    struct Outer<S: Copy + 'static>(&'static LocalKey<Cell<S>>, S);

    impl<S: Copy> Drop for Outer<S> {
        fn drop(&mut self) {
            self.0.set(self.1);
        }
    }

    let _outer = Outer(key, key.replace(state));
    work()
}

/// Any statement, owned or lent.
pub(super) struct Statement<P> {
    source: P,
    /// By what it is known, where that is its text: it need not say whether it may be.
    text: Option<Arc<str>>,
}

impl<P> Statement<P> {
    pub fn new(source: P, text: Option<Arc<str>>) -> Statement<P> {
        Statement { source, text }
    }

    // The connection enum, between a connection and the one within, goes through a statement for all that there is to want
    // of it whenever one thing is wanted, and leaves the rest unread.
    fn write<'b, B: Backend>(&'b self, pass: AstPass<'_, 'b, B>) -> QueryResult<()>
    where
        P: Deref<Target: Written<B>>,
    {
        let (pass, wanted) = wanted(pass);
        match ONLY.get() {
            Some(only) if only != wanted => Ok(()),
            _ => set_for(&ONLY, Some(wanted), || self.source.write(pass)),
        }
    }
}

impl<B: Backend, P: Deref<Target: Written<B>>> QueryFragment<B> for Statement<P> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, B>) -> QueryResult<()> {
        match &self.text {
            Some(text) => tell(pass, &mut |mut pass, is_text| match is_text {
                true => {
                    pass.push_sql(text);
                    Ok(())
                }
                false => self.write(pass),
            }),
            None => self.write(pass),
        }
    }
}

impl<P> Query for Statement<P> {
    // The connection does not look at it.
    type SqlType = Untyped;
}

impl<P> QueryId for Statement<P> {
    type QueryId = ();

    // Else whatever wraps it would be known by the `()` above.
    const HAS_STATIC_QUERY_ID: bool = false;

    fn query_id() -> Option<TypeId> {
        known_as()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_statement_is_known_by_is_forgotten_when_it_panics() {
        let id = Some(TypeId::of::<u8>());
        let asked = std::panic::catch_unwind(|| known_by(id, || panic!("as a fault would")));
        assert!(asked.is_err());
        assert_eq!(known_as(), None);
        assert_eq!(known_by(id, || known_by(None, known_as)), id);
    }
}
