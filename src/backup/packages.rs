//! Which packages rows name: their bytes belong to a tenant as the rows do. Some rows tell of packages as history only: runs,
//! artifacts that were retired, and what has ended; what they name need not be there.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::{
    artifacts::{Sha, Stored},
    db::{rows::Row, tables::Table},
};

/// Columns with JSON in which packages are named by hash and size. Elsewhere a column that ends in `_hash` names one
/// where a column beside it ends in `_size`.
const TOLD_IN: [(&str, &str); 3] = [("operations", "input"), ("operations", "result"), ("embedded_journal", "outcome")];

/// Packages by their hash, each with who names it first.
#[derive(Debug, Default)]
pub struct Packages {
    named: BTreeMap<String, Named>,
    /// The operations that have not ended: what they brought may stand in the journal alone, whose rows come after theirs.
    open: HashSet<String>,
}

/// A package that a row names.
#[derive(Debug, Clone)]
pub struct Named {
    pub package: Stored,
    /// The first that names it, as in `artifacts.managed_hash`.
    pub by: String,
}

impl Packages {
    /// Notes the packages that a row names.
    ///
    /// # Errors
    /// With what is wrong where a row names one as none can be.
    pub fn note(&mut self, table: &Table, row: &Row) -> Result<(), String> {
        if self.is_history(&table.name, row) {
            return Ok(());
        }
        for column in &table.columns {
            let (name, value) = (&column.name, &row[&column.name]);
            let by = format!("{}.{name}", table.name);
            let size = name.strip_suffix("_hash").and_then(|name| row.get(&format!("{name}_size")));
            let told = TOLD_IN.contains(&(table.name.as_str(), name));
            match (size, value.as_str()) {
                (Some(Value::Null), None) => (),
                (Some(size), _) => self.add(package(value, size), &by)?,
                (None, Some(text)) if told && !text.is_empty() => {
                    let told: Value = serde_json::from_str(text).map_err(|_| format!("{by} holds no JSON"))?;
                    self.walk(&told, &by)?;
                }
                (None, _) => (),
            }
        }
        Ok(())
    }

    fn is_history(&mut self, table: &str, row: &Row) -> bool {
        let is_set = |column: &str| row.get(column).is_some_and(|value| !value.is_null());
        let text = |column: &str| row.get(column).and_then(Value::as_str).unwrap_or_default().to_owned();
        match table {
            "runs" => true,
            "artifacts" => is_set("retired_at"),
            "operations" if is_set("ended_at") => true,
            "operations" => {
                self.open.insert(text("id"));
                false
            }
            "embedded_journal" => !self.open.contains(&text("operation_id")),
            _ => false,
        }
    }

    /// All of them, in the order of their hashes.
    pub fn all(&self) -> impl Iterator<Item = &Named> {
        self.named.values()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.named.len()
    }

    fn walk(&mut self, told: &Value, by: &str) -> Result<(), String> {
        match told {
            Value::Array(parts) => parts.iter().try_for_each(|part| self.walk(part, by)),
            Value::Object(parts) => match (parts.get("hash"), parts.get("size")) {
                (Some(hash), Some(size)) => self.add(package(hash, size), by),
                _ => parts.values().try_for_each(|part| self.walk(part, by)),
            },
            _ => Ok(()),
        }
    }

    fn add(&mut self, package: Option<Stored>, by: &str) -> Result<(), String> {
        let package = package.ok_or_else(|| format!("{by} names a package as none can be named"))?;
        let hash = package.hash.as_str().to_owned();
        let named = self.named.entry(hash).or_insert_with(|| Named { package: package.clone(), by: by.to_owned() });
        match named.package.size == package.size {
            true => Ok(()),
            false => Err(format!("{by} and {} give the package {} different sizes", named.by, package.hash)),
        }
    }
}

fn package(hash: &Value, size: &Value) -> Option<Stored> {
    let hash: Sha = hash.as_str()?.parse().ok()?;
    Some(Stored { hash, size: size.as_u64()? })
}
