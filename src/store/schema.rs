//! The schema of a ledger file as a closed set: every table, index, trigger and view of schema.sql with its text, and the rows of its
//! constant tables. Nothing else may exist (FORMAT.md, "The ledger file").
//!
//! Owns: comparing the two, and the tables of statistics that another tool leaves. Does not own: schema.sql, when it is compared
//! (`connection` before anything is written, `closed` in `verify`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rusqlite::Connection;

use super::connection::SCHEMA;
use crate::verify::finding::SchemaObject;

/// Where an object stands in the set, and its text.
type Objects = BTreeMap<SchemaObject, Option<String>>;

/// The tables whose rows are part of the schema.
pub(super) const CONSTANTS: [&str; 2] = ["kind", "terms"];

/// What schema.sql makes.
struct Expected {
    objects: Objects,
    /// The rows of each of [`CONSTANTS`], as texts.
    rows: [BTreeSet<String>; CONSTANTS.len()],
}

/// What is different.
#[derive(Default)]
pub(super) struct Difference {
    /// They belong there and are not there.
    pub(super) missing: Vec<SchemaObject>,
    /// They are there with another text.
    pub(super) altered: Vec<SchemaObject>,
    /// They do not belong there.
    pub(super) foreign: Vec<SchemaObject>,
    /// Another tool's ANALYZE has left statistics: no harm, and the next writer removes them.
    pub(super) statistics: Vec<String>,
}

impl Difference {
    /// The first object for which nothing may be written.
    pub(super) fn first(self) -> Option<SchemaObject> {
        self.foreign.into_iter().chain(self.altered).chain(self.missing).next()
    }
}

fn expected() -> rusqlite::Result<&'static Expected> {
    static EXPECTED: OnceLock<Expected> = OnceLock::new();
    if let Some(expected) = EXPECTED.get() {
        return Ok(expected);
    }
    let made = Connection::open_in_memory()?;
    made.execute_batch(SCHEMA)?;
    let objects = objects(&made)?;
    let mut rows = [BTreeSet::new(), BTreeSet::new()];
    for (rows, table) in rows.iter_mut().zip(CONSTANTS) {
        *rows = rows_of(&made, table)?;
    }
    Ok(EXPECTED.get_or_init(|| Expected { objects, rows }))
}

fn objects(conn: &Connection) -> rusqlite::Result<Objects> {
    let mut statement = conn.prepare_cached("SELECT type, name, tbl_name, sql FROM sqlite_schema")?;
    let mut rows = statement.query([])?;
    let mut found = Objects::new();
    while let Some(row) = rows.next()? {
        // Whoever plants an object can write anything into these cells.
        let text = |at: usize| -> rusqlite::Result<Option<String>> {
            Ok(match row.get_ref(at)? {
                rusqlite::types::ValueRef::Null => None,
                rusqlite::types::ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
                other => Some(format!("{other:?}")),
            })
        };
        let named = |at: usize| Ok::<_, rusqlite::Error>(text(at)?.unwrap_or_default());
        let object = SchemaObject { kind: named(0)?, name: named(1)?, table: named(2)? };
        // Two rows of one name: the second one stands beside the first, as something foreign.
        let mut twice = object.clone();
        while found.contains_key(&twice) {
            twice.name.push('\'');
        }
        found.insert(twice, text(3)?);
    }
    Ok(found)
}

fn is_statistics(object: &SchemaObject) -> bool {
    object.name.starts_with("sqlite_stat") && object.kind == "table" && object.name == object.table
}

/// What of the schema in `conn` is not that of schema.sql.
pub(super) fn differences(conn: &Connection) -> rusqlite::Result<Difference> {
    let expected = &expected()?.objects;
    let found = objects(conn)?;
    let mut difference = Difference::default();
    if found == *expected {
        return Ok(difference);
    }
    for (object, text) in &found {
        match expected.get(object) {
            Some(same) if same == text => {}
            Some(_) => difference.altered.push(object.clone()),
            None if is_statistics(object) => difference.statistics.push(object.name.clone()),
            None => difference.foreign.push(object.clone()),
        }
    }
    difference.missing.extend(expected.keys().filter(|object| !found.contains_key(object)).cloned());
    Ok(difference)
}

/// The constant tables whose rows are not those of schema.sql.
pub(super) fn constants_that_differ(conn: &Connection) -> rusqlite::Result<Vec<&'static str>> {
    let expected = &expected()?.rows;
    let mut differ = Vec::new();
    for (table, expected) in CONSTANTS.into_iter().zip(expected) {
        if rows_of(conn, table)? != *expected {
            differ.push(table);
        }
    }
    Ok(differ)
}

/// The rows of a table as texts, at most a few more than there can be.
fn rows_of(conn: &Connection, table: &str) -> rusqlite::Result<BTreeSet<String>> {
    let mut statement = conn.prepare(&format!("SELECT * FROM {table} LIMIT 1000"))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let cells: Vec<String> = (0..columns)
            .map(|at| row.get_ref(at).map(|cell| format!("{cell:?}")))
            .collect::<rusqlite::Result<_>>()?;
        found.insert(cells.join(" "));
    }
    Ok(found)
}

/// Removes the statistics that another tool has left.
pub(super) fn drop_statistics(conn: &Connection, tables: &[String]) -> rusqlite::Result<()> {
    for table in tables {
        // A name of the form `sqlite_stat1`: nobody else's table can have it.
        if table.strip_prefix("sqlite_stat").is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
        {
            conn.execute_batch(&format!("DROP TABLE {table}"))?;
        }
    }
    Ok(())
}
