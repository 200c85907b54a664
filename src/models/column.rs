//! Words kept in text columns: how a small enum is written to and read from the database.

use crate::rules::{
    rights::{Access, EnvironmentRole, HostRole},
    stages::ValidationStatus,
    state::State,
    validation::RecordKind,
};

/// Lets types with `as_str()` and `FromStr` stand in `Text` columns of queryable and insertable structs.
macro_rules! text_columns {
    ($($type:ty),* $(,)?) => {$(
        impl<DB> diesel::deserialize::Queryable<diesel::sql_types::Text, DB> for $type
        where
            DB: diesel::backend::Backend,
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            type Row = String;

            fn build(text: String) -> diesel::deserialize::Result<Self> {
                text.parse().map_err(|_| format!("{text:?} is no {}", stringify!($type)).into())
            }
        }

        impl diesel::expression::AsExpression<diesel::sql_types::Text> for $type {
            type Expression = diesel::internal::derives::as_expression::Bound<diesel::sql_types::Text, &'static str>;

            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self.as_str())
            }
        }

        impl diesel::expression::AsExpression<diesel::sql_types::Text> for &$type {
            type Expression = diesel::internal::derives::as_expression::Bound<diesel::sql_types::Text, &'static str>;

            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self.as_str())
            }
        }
    )*};
}

text_columns!(Access, EnvironmentRole, HostRole, RecordKind, State, ValidationStatus);

pub(crate) use text_columns;
