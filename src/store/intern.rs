//! Interned values: parties, item lists, circumstances and particulars, stored once.
//!
//! Owns: finding or adding a value, reading it back with a bounded cache, deleting what nothing refers to.
//! Does not own: which record refers to which value (`append`, `read`, `erase`).

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

use rusqlite::{Connection, OptionalExtension as _, ToSql, params_from_iter};

use super::keys::{Fingerprints, Of};
use crate::record::field::Interned;
use crate::record::fold::fold;

/// The columns of a value, in the order of the table.
pub(super) type Value = Vec<Option<String>>;

/// A cache holds at most this many values; a file with a million different ones must not fill the memory.
const CACHE: usize = 4096;

fn of(table: Interned) -> Of {
    match table {
        Interned::Party => Of::Party,
        Interned::Items => Of::Items,
        Interned::Circumstance => Of::Circumstance,
        Interned::Particulars => Of::Particulars,
    }
}

/// The statements of a table.
struct Statements {
    by_hash: String,
    by_id: String,
    insert: String,
}

impl Statements {
    fn of(table: Interned) -> &'static Statements {
        static ALL: LazyLock<[Statements; Interned::ALL.len()]> = LazyLock::new(|| {
            Interned::ALL.map(|table| {
                let (name, columns) = (table.name(), table.columns().join(", "));
                let places = ", ?".repeat(table.columns().len());
                let select = format!("SELECT id, {columns} FROM {name} WHERE");
                Statements {
                    by_hash: format!("{select} hash = ?1"),
                    by_id: format!("{select} id = ?1"),
                    insert: format!("INSERT INTO {name} (hash, {columns}) VALUES (?{places})"),
                }
            })
        });
        &ALL[table as usize]
    }
}

/// Finds or adds values while entries are appended.
#[derive(Default)]
pub(super) struct Interner {
    known: HashMap<(Interned, Vec<u8>), i64>,
    key: Vec<u8>,
}

impl Interner {
    /// The id of a value, which is added when it is new.
    pub(super) fn id(
        &mut self,
        conn: &Connection,
        fingerprints: &Fingerprints,
        table: Interned,
        value: &[Option<Cow<'_, str>>],
    ) -> rusqlite::Result<i64> {
        key_of(value.iter().map(Option::as_deref), &mut self.key);
        let key = (table, std::mem::take(&mut self.key));
        let found = self.known.get(&key).copied();
        let id = match found {
            Some(id) => id,
            None => {
                let id = find_or_add(conn, table, fingerprints.short(of(table), &key.1), value)?;
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

/// The bytes that a value is found by: no text holds control characters other than LF, so 0x00 and 0x01 keep the columns apart.
fn key_of<'a>(columns: impl Iterator<Item = Option<&'a str>>, key: &mut Vec<u8>) {
    key.clear();
    for column in columns {
        key.extend_from_slice(column.map_or(b"\x01".as_slice(), str::as_bytes));
        key.push(0);
    }
}

/// Shows every value of a table: its id, and whether it stands where its keyed hash says; without the secret nobody can tell.
pub(super) fn each(
    conn: &Connection,
    table: Interned,
    fingerprints: Option<&Fingerprints>,
    show: &mut dyn FnMut(i64, bool),
) -> rusqlite::Result<()> {
    let (name, columns) = (table.name(), table.columns().join(", "));
    let mut statement = conn.prepare(&format!("SELECT id, {columns}, hash FROM {name} ORDER BY hash"))?;
    let mut rows = statement.query([])?;
    let (mut key, mut before) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let (id, hash): (i64, i64) = (row.get(0)?, row.get(table.columns().len() + 1)?);
        let is_in_place = match fingerprints {
            None => true,
            Some(fingerprints) => {
                let mut texts = Vec::with_capacity(table.columns().len());
                for at in 1..=table.columns().len() {
                    // A text that is none cannot be what was hashed: the entries that refer to it say so.
                    texts.push(row.get_ref(at)?.as_str_or_null().ok().flatten());
                }
                key_of(texts.into_iter(), &mut key);
                let own = fingerprints.short(of(table), &key);
                // Two values with the same eight bytes: the later one has the next place.
                own == hash || (own.wrapping_add(1) == hash && before == Some(own))
            }
        };
        before = Some(hash);
        show(id, is_in_place);
    }
    Ok(())
}

fn find_or_add(
    conn: &Connection,
    table: Interned,
    mut hash: i64,
    value: &[Option<Cow<'_, str>>],
) -> rusqlite::Result<i64> {
    loop {
        let found =
            conn.prepare_cached(&Statements::of(table).by_hash)?.query_row([hash], value_row).optional()?;
        match found {
            Some((id, stored))
                if stored.iter().map(Option::as_deref).eq(value.iter().map(Option::as_deref)) =>
            {
                return Ok(id);
            }
            // Another value with the same eight bytes: take the next place.
            Some(_) => hash = hash.wrapping_add(1),
            None => break,
        }
    }
    let hash: [&dyn ToSql; 1] = [&hash];
    let values = hash.into_iter().chain(value.iter().map(|column| column as &dyn ToSql));
    conn.prepare_cached(&Statements::of(table).insert)?.insert(params_from_iter(values))
}

fn value_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, Value)> {
    let columns = row.as_ref().column_count();
    Ok((row.get(0)?, (1..columns).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?))
}

/// Reads values back while entries are read.
#[derive(Default)]
pub(super) struct Values {
    known: HashMap<(Interned, i64), Rc<Value>>,
}

impl Values {
    /// The value of an id; `None` when the table has no such row.
    pub(super) fn get(
        &mut self,
        conn: &Connection,
        table: Interned,
        id: i64,
    ) -> rusqlite::Result<Option<Rc<Value>>> {
        if let Some(value) = self.known.get(&(table, id)) {
            return Ok(Some(Rc::clone(value)));
        }
        let found =
            conn.prepare_cached(&Statements::of(table).by_id)?.query_row([id], value_row).optional()?;
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
    table: Interned,
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

/// The ids of recipients and providers whose folded name is `folded`.
pub(super) fn parties_named(conn: &Connection, folded: &str) -> rusqlite::Result<Vec<i64>> {
    let mut statement = conn.prepare("SELECT id, name FROM party")?;
    let mut rows = statement.query([])?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        let name: Option<String> = row.get(1)?;
        if name.is_some_and(|n| fold(&n) == folded) {
            ids.push(row.get(0)?);
        }
    }
    Ok(ids)
}
