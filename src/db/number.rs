//! Numbers that stand in the text of a statement.

use diesel::{dsl::sql, expression::SqlLiteral, sql_types::Integer};

/// A number in the text itself, which tells in a union of which part a row is: a value would be bound anew each time.
pub fn number(number: i32) -> SqlLiteral<Integer> {
    sql(&number.to_string())
}
