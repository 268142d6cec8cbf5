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

/// What schema.sql makes, read off its text: making it in memory would cost each command more than all else that it compares.
fn expected() -> &'static Objects {
    static EXPECTED: OnceLock<Objects> = OnceLock::new();
    EXPECTED.get_or_init(|| statements(SCHEMA).flat_map(made_by).collect())
}

/// The statements of a script without their semicolons: comments and texts are passed over, a trigger ends with its END.
fn statements(script: &str) -> impl Iterator<Item = &str> {
    let mut rest = script;
    std::iter::from_fn(move || {
        rest = &rest[rest.find("\nCREATE ")? + 1..];
        let is_trigger = rest.starts_with("CREATE TRIGGER");
        let (mut in_comment, mut in_text) = (false, false);
        let end = rest.char_indices().zip(rest.bytes().skip(1)).find_map(|((at, c), next)| {
            match c {
                '\n' => in_comment = false,
                _ if in_comment => {}
                '\'' => in_text = !in_text,
                _ if in_text => {}
                '-' if next == b'-' => in_comment = true,
                ';' if !is_trigger || rest[..at].ends_with("END") => return Some(at),
                _ => {}
            }
            None
        })?;
        let (statement, behind) = rest.split_at(end);
        rest = behind;
        Some(statement)
    })
}

/// The objects that a CREATE statement makes, with the indexes that SQLite adds for a column that is UNIQUE.
fn made_by(statement: &'static str) -> Vec<(SchemaObject, Option<String>)> {
    let mut words = statement.split([' ', '\n', '(']).filter(|word| !matches!(*word, "CREATE" | "UNIQUE"));
    let kind = words.next().unwrap_or_default().to_lowercase();
    let name = words.next().unwrap_or_default().to_owned();
    let table = match kind.as_str() {
        "index" | "trigger" => words.skip_while(|word| *word != "ON").nth(1).unwrap_or_default().to_owned(),
        _ => name.clone(),
    };
    let mut made = Vec::new();
    if kind == "table" && statement.contains(" UNIQUE,") {
        let name = format!("sqlite_autoindex_{name}_1");
        made.push((SchemaObject { kind: "index".to_owned(), name, table: table.clone() }, None));
    }
    made.push((SchemaObject { kind, name, table }, Some(statement.to_owned())));
    made
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
    let expected = expected();
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
    let made = Connection::open_in_memory()?;
    made.execute_batch(SCHEMA)?;
    let mut differ = Vec::new();
    for table in CONSTANTS {
        if rows_of(conn, table)? != rows_of(&made, table)? {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_off_the_text_is_what_sqlite_makes_of_it() {
        let made = Connection::open_in_memory().unwrap();
        made.execute_batch(SCHEMA).unwrap();
        let found = objects(&made).unwrap();
        assert_eq!(*expected(), found);
        assert!(found.len() > 20);
        assert!(differences(&made).unwrap().first().is_none());
    }
}
