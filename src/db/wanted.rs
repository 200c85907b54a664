//! What there is to want of a statement, of which Diesel comes for one thing at a time.

use std::cell::Cell;

use diesel::{
    QueryResult, backend::Backend, internal::derives::multiconnection::AstPassHelper, query_builder::AstPass,
};

/// What a statement is gone through for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Text,
    Values,
    /// Whether it may be kept prepared, or is there at all.
    Word,
}

/// What `pass` goes through a statement for, and the same pass.
pub(super) fn wanted<'a, 'b, B: Backend>(mut pass: AstPass<'a, 'b, B>) -> (AstPass<'a, 'b, B>, Wanted) {
    // Who comes for the text is known by its builder only.
    let text = Cell::new(false);
    let values = pass.bind_collector().is_some() || pass.debug_binds().is_some();
    let pass = pass.cast_database::<B>(
        |values| values,
        |builder| {
            text.set(true);
            builder
        },
        |backend| backend,
        |types| types,
    );
    match (values, text.get()) {
        (true, _) => (pass, Wanted::Values),
        (false, true) => (pass, Wanted::Text),
        (false, false) => (pass, Wanted::Word),
    }
}

/// Tells text and values, and not whether the statement may be kept prepared, which is known to who calls this. `write` is
/// told whether the text is asked for.
pub(super) fn tell<'b, B: Backend>(
    pass: AstPass<'_, 'b, B>,
    write: &mut dyn FnMut(AstPass<'_, 'b, B>, bool) -> QueryResult<()>,
) -> QueryResult<()> {
    let (mut pass, wanted) = wanted(pass);
    if wanted == Wanted::Word {
        // Whether there is a statement at all.
        pass.push_sql("");
        return Ok(());
    }
    write(pass, wanted == Wanted::Text)
}
