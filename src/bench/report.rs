//! All figures of a run: a table for people, JSON for programs, and what changed since another time.

use std::{collections::HashMap, fs, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    machine::Machine,
    row::{Row, number},
};
use crate::error::Error;

/// What was measured, in the order it was.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    pub version: String,
    pub machine: Machine,
    pub database: String,
    pub runs: u64,
    pub seconds: f64,
    pub rows: Vec<Row>,
}

const HEADS: [&str; 11] =
    ["", "measured", "limit", "ratio", "goal", "met", "p50 ms", "p99 ms", "bytes", "before", "now/before"];

impl Report {
    /// Adds a figure, and lets whoever waits see it.
    pub fn add(&mut self, row: Row) {
        let met = match row.met {
            Some(true) => ", as it should be",
            Some(false) => ", which misses the goal",
            None => "",
        };
        eprintln!("{}: {} {}{met}", row.name, number(row.value), row.unit);
        self.rows.push(row);
    }

    /// What was measured under a name.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.name == name).map(|row| row.value)
    }

    /// Reads what was written at another time.
    pub fn read(file: &Path) -> Result<Report, Error> {
        let wrong = |why: String| Error::Conflict(format!("{} cannot be compared with: {why}.", file.display()));
        let bytes = fs::read(file).map_err(|error| wrong(error.to_string()))?;
        serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))
    }

    /// Writes it for another time.
    pub fn write(&self, file: &Path) -> Result<(), Error> {
        let told = |error| Error::Conflict(format!("The figures cannot be written to {} ({error}).", file.display()));
        fs::write(file, serde_json::to_vec_pretty(self)?).map_err(told)
    }

    /// As a table, beside the figures of another time where there are any.
    pub fn told(&self, before: Option<&Report>) -> String {
        let then: HashMap<&str, &Row> =
            before.iter().flat_map(|one| &one.rows).map(|row| (row.name.as_str(), row)).collect();
        let columns = if before.is_some() { HEADS.len() } else { HEADS.len() - 2 };
        let mut lines: Vec<Vec<String>> = vec![HEADS.map(str::to_owned).to_vec()];
        lines.extend(self.rows.iter().map(|row| cells(row, then.get(row.name.as_str()).copied())));
        lines.iter_mut().for_each(|cells| cells.truncate(columns));
        let Report { version, machine, database, runs, seconds, .. } = self;
        let head = format!("Sluice {version}, {database}, {runs} runs, {seconds} seconds a page\n{}\n", machine.told());
        [head, table(&lines), self.sum()].join("\n")
    }

    fn sum(&self) -> String {
        let goals = self.rows.iter().filter_map(|row| row.met);
        let (all, met) = goals.fold((0, 0), |(all, met), one| (all + 1, met + usize::from(one)));
        format!("{met} of {all} goals are met.")
    }
}

fn cells(row: &Row, then: Option<&Row>) -> Vec<String> {
    let shown = |value: Option<f64>| value.map(number).unwrap_or_default();
    let limit = row.limit.as_ref().map(|limit| format!("{} ({})", number(limit.value), limit.name));
    let met = row.met.map(|met| if met { "yes" } else { "NO" });
    vec![
        row.name.clone(),
        format!("{} {}", number(row.value), row.unit),
        limit.unwrap_or_default(),
        row.ratio.map(|ratio| format!("{ratio:.3}")).unwrap_or_default(),
        row.goal.map(|goal| goal.told(&row.unit)).unwrap_or_default(),
        met.unwrap_or_default().to_owned(),
        shown(row.page.map(|page| page.p50)),
        shown(row.page.map(|page| page.p99)),
        row.page.map(|page| page.bytes.to_string()).unwrap_or_default(),
        shown(then.map(|then| then.value)),
        then.map(|then| format!("{:.2}", row.value / then.value)).unwrap_or_default(),
    ]
}

// The first column to the left, all others to the right.
fn table(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |cells: &Vec<String>| {
        let cells = cells.iter().zip(&widths).enumerate();
        let padded = cells.map(|(at, (cell, width))| match at {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    lines.iter().map(line).collect()
}
