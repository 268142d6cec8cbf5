//! Interned values: recipients, item lists and circumstances, stored once.
//!
//! Owns: finding or adding a value, reading it back with a bounded cache, deleting what nothing refers to.
//! Does not own: which record refers to which value (`append`, `read`, `erase`).

use std::collections::HashMap;
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::keys::{Fingerprints, Of};

/// The three tables of interned values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Table {
    Recipient,
    Items,
    Circumstance,
}

/// The columns of a value, in the order of the table; unused ones are `None`.
pub(super) type Value = [Option<String>; 4];

/// A cache holds at most this many values; a file with a million different ones must not fill the memory.
const CACHE: usize = 4096;

impl Table {
    pub(super) const ALL: [Table; 3] = [Table::Recipient, Table::Items, Table::Circumstance];

    fn of(self) -> Of {
        match self {
            Table::Recipient => Of::Recipient,
            Table::Items => Of::Items,
            Table::Circumstance => Of::Circumstance,
        }
    }

    /// The table, which is also the column of `entry` that refers to it.
    fn name(self) -> &'static str {
        match self {
            Table::Recipient => "recipient",
            Table::Items => "items",
            Table::Circumstance => "circumstance",
        }
    }

    fn select(self, by: &str) -> String {
        let columns = match self {
            Table::Recipient => "type, name, address, representative",
            Table::Items => "list, NULL, NULL, NULL",
            Table::Circumstance => "purpose, medium, handler, NULL",
        };
        format!("SELECT id, {columns} FROM {} WHERE {by} = ?1", self.name())
    }
}

/// Finds or adds values while entries are appended.
#[derive(Default)]
pub(super) struct Interner {
    known: HashMap<(Table, Vec<u8>), i64>,
    key: Vec<u8>,
}

impl Interner {
    /// The id of a value, which is added when it is new.
    pub(super) fn id(
        &mut self,
        conn: &Connection,
        fingerprints: &Fingerprints,
        table: Table,
        value: [Option<&str>; 4],
    ) -> rusqlite::Result<i64> {
        self.key.clear();
        for column in value {
            // No text holds control characters other than LF, so 0x00 and 0x01 keep the columns apart.
            self.key.extend_from_slice(column.map_or(b"\x01".as_slice(), str::as_bytes));
            self.key.push(0);
        }
        let key = (table, std::mem::take(&mut self.key));
        let found = self.known.get(&key).copied();
        let id = match found {
            Some(id) => id,
            None => {
                let id = find_or_add(conn, table, fingerprints.short(table.of(), &key.1), value)?;
                if self.known.len() >= CACHE {
                    self.known.clear();
                }
                self.known.insert(key.clone(), id);
                id
            }
        };
        self.key = key.1;
        Ok(id)
    }
}

fn find_or_add(
    conn: &Connection,
    table: Table,
    mut hash: i64,
    value: [Option<&str>; 4],
) -> rusqlite::Result<i64> {
    loop {
        let found = conn.prepare_cached(&table.select("hash"))?.query_row([hash], value_row).optional()?;
        match found {
            Some((id, stored)) if stored.iter().map(Option::as_deref).eq(value) => return Ok(id),
            // Another value with the same eight bytes: take the next place.
            Some(_) => hash = hash.wrapping_add(1),
            None => break,
        }
    }
    let [a, b, c, d] = value;
    match table {
        Table::Recipient => conn
            .prepare_cached("INSERT INTO recipient (hash, type, name, address, representative) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .insert(params![hash, a, b, c, d]),
        Table::Items => {
            conn.prepare_cached("INSERT INTO items (hash, list) VALUES (?1, ?2)")?.insert(params![hash, a])
        }
        Table::Circumstance => conn
            .prepare_cached("INSERT INTO circumstance (hash, purpose, medium, handler) VALUES (?1, ?2, ?3, ?4)")?
            .insert(params![hash, a, b, c]),
    }
}

fn value_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, Value)> {
    Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?]))
}

/// Reads values back while entries are read.
#[derive(Default)]
pub(super) struct Interned {
    known: HashMap<(Table, i64), Rc<Value>>,
}

impl Interned {
    /// The value of an id; `None` when the table has no such row.
    pub(super) fn get(
        &mut self,
        conn: &Connection,
        table: Table,
        id: i64,
    ) -> rusqlite::Result<Option<Rc<Value>>> {
        if let Some(value) = self.known.get(&(table, id)) {
            return Ok(Some(Rc::clone(value)));
        }
        let found = conn.prepare_cached(&table.select("id"))?.query_row([id], value_row).optional()?;
        Ok(found.map(|(_, value)| {
            if self.known.len() >= CACHE {
                self.known.clear();
            }
            let value = Rc::new(value);
            self.known.insert((table, id), Rc::clone(&value));
            value
        }))
    }
}

/// Deletes those of `ids` that no entry refers to any more.
pub(super) fn sweep(
    conn: &Connection,
    table: Table,
    ids: &std::collections::BTreeSet<i64>,
) -> rusqlite::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut left = ids.clone();
    // One pass over the log, which ends as soon as every value has been seen in use.
    let name = table.name();
    let mut statement = conn.prepare(&format!("SELECT {name} FROM entry WHERE {name} IS NOT NULL"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if left.remove(&row.get(0)?) && left.is_empty() {
            return Ok(());
        }
    }
    let mut delete = conn.prepare(&format!("DELETE FROM {name} WHERE id = ?1"))?;
    for id in left {
        delete.execute([id])?;
    }
    Ok(())
}

/// The ids of recipients whose folded name is `folded`.
pub(super) fn recipients_named(conn: &Connection, folded: &str) -> rusqlite::Result<Vec<i64>> {
    let mut statement = conn.prepare("SELECT id, name FROM recipient")?;
    let mut rows = statement.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let name: Option<String> = row.get(1)?;
        if name.is_some_and(|n| super::lookup::fold(&n) == folded) {
            ids.push(row.get(0)?);
        }
    }
    Ok(ids)
}
