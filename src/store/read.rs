//! Reading entries back, one row at a time, and rebuilding the parts that were hashed.
//!
//! Owns: which column is where in a row, parts as they are found. Does not own: filters (`query`), judging (`verify`).

use std::ops::Range;
use std::rc::Rc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::columns::{Layout, RecordCells, day_of_number};
use super::connection::Store;
use super::failure::meaning;
use super::failure::{Failure, Result};
use super::intern::{Value, Values};
use crate::act::record::{write_extra, write_facts};
use crate::ledger::{Base, Digest, Kind, Salt, Timestamp};
use crate::record::field::{Interned, Shape};
use crate::record::{self, Field, Side};
use crate::verify::{Broken, Days, Encoding, HeaderFields, PartSeen, Sighting};

/// Turns rows into sightings; keeps the buffers and the interned values between rows.
pub(super) struct Reader<'c> {
    conn: &'c Connection,
    layout: &'static Layout,
    values: Values,
    facts: Vec<u8>,
    extra: Vec<u8>,
}

/// What a row says, before its parts are hashed.
pub(super) struct Seen<'r> {
    pub(super) sighting: Sighting<'r>,
    /// The values of a record whose facts are there.
    pub(super) cells: Option<&'r RecordCells<'r>>,
    /// The ids of its interned values, in the order of [`Interned::ALL`].
    pub(super) interned: [Option<i64>; Interned::ALL.len()],
    /// Cells are filled that belong to no part of it, so that no hash covers them.
    pub(super) stray: bool,
    /// The keyed fingerprint of its content.
    pub(super) fingerprint: Option<i64>,
    /// It was erased, and its fingerprint is left.
    pub(super) fingerprint_left: bool,
}

impl<'c> Reader<'c> {
    pub(super) fn new(conn: &'c Connection) -> Self {
        Reader {
            conn,
            layout: Layout::get(),
            values: Values::default(),
            facts: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// Looks at a row that was selected with [`Layout::select`].
    pub(super) fn see<T>(&mut self, row: &Row<'_>, look: impl FnOnce(&Seen<'_>) -> T) -> rusqlite::Result<T> {
        let index: u64 = row.get(0)?;
        let kind = int(row, 2)?.and_then(Kind::from_code);
        let fields = fields(row, kind)?;
        let layout = self.layout;
        let mut values = [const { None }; Interned::ALL.len()];
        let mut cells = None;
        let mut interned = [None; Interned::ALL.len()];
        // A value that is stored but cannot be what was hashed; the reason.
        let mut broken = None;
        let mut encodings = (Encoding::Unknown, Encoding::Unknown);
        self.facts.clear();
        self.extra.clear();
        if let Some(side) = kind.and_then(side_of) {
            for (at, table) in Interned::ALL.into_iter().enumerate() {
                interned[at] = int(row, layout.interned[at])?;
                values[at] = self.value(table, interned[at], &mut broken)?;
            }
            let found = record_cells(row, side, &values, &mut broken)?;
            if broken.is_none() {
                encodings = (
                    Encoding::found(write_facts(&found, &mut self.facts)),
                    Encoding::found(write_extra(&found, &mut self.extra)),
                );
            }
            cells = Some(found);
        } else {
            self.facts
                .extend_from_slice(text(row, layout.parts[0], &mut broken)?.unwrap_or_default().as_bytes());
            self.extra
                .extend_from_slice(text(row, layout.parts[1], &mut broken)?.unwrap_or_default().as_bytes());
        }
        let facts = part(row, (6, 8), &self.facts, encodings.0, broken)?;
        let extra = part(row, (7, 9), &self.extra, encodings.1, broken)?;
        let there = matches!(facts, PartSeen::Present { .. });
        let sighting = Sighting {
            index,
            leaf: Digest(bytes(row, 5)?.unwrap_or([0; 32])),
            fields,
            facts,
            extra,
            days: match (&cells, kind) {
                (Some(cells), _) => Days::of_record(&facts, cells),
                (None, Some(kind)) => Days::of_act(kind, &facts),
                (None, None) => Days::default(),
            },
        };
        let cells = cells.as_ref().filter(|_| there && broken.is_none());
        let gone = |part: &PartSeen<'_>| matches!(part, PartSeen::Absent | PartSeen::Erased { .. });
        let (no_facts, no_extra) = (gone(&sighting.facts), gone(&sighting.extra));
        let stray = is_stray(row, kind.is_some_and(Kind::is_record), no_facts, no_extra)?;
        let fingerprint = int(row, layout.fingerprint)?;
        let fingerprint_left = no_facts && filled(row, layout.fingerprint)?;
        Ok(look(&Seen { sighting, cells, interned, stray, fingerprint, fingerprint_left }))
    }

    fn value(
        &mut self,
        table: Interned,
        id: Option<i64>,
        broken: &mut Option<Broken>,
    ) -> rusqlite::Result<Option<Rc<Value>>> {
        let Some(id) = id else { return Ok(None) };
        let value = self.values.get(self.conn, table, id)?;
        if value.is_none() {
            *broken = Some(Broken::Reference);
        }
        Ok(value)
    }
}

fn filled(row: &Row<'_>, at: usize) -> rusqlite::Result<bool> {
    Ok(row.get_ref(at)? != ValueRef::Null)
}

fn any_filled(row: &Row<'_>, cells: Range<usize>) -> rusqlite::Result<bool> {
    for at in cells {
        if filled(row, at)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// True where a cell is filled that belongs to none of the entry's parts: those of a part without a salt, and those of other
/// kinds.
fn is_stray(row: &Row<'_>, record: bool, no_facts: bool, no_extra: bool) -> rusqlite::Result<bool> {
    let Layout { facts, extra, parts, fingerprint, .. } = Layout::get();
    Ok(match record {
        true => {
            filled(row, parts[0])?
                || filled(row, parts[1])?
                || (no_facts && any_filled(row, facts.clone())?)
                || (no_extra && any_filled(row, extra.clone())?)
        }
        false => {
            (no_facts && filled(row, parts[0])?)
                || (no_extra && filled(row, parts[1])?)
                || any_filled(row, facts.start..extra.end)?
                || filled(row, *fingerprint)?
        }
    })
}

fn fields(row: &Row<'_>, kind: Option<Kind>) -> rusqlite::Result<std::result::Result<HeaderFields, Broken>> {
    let time = int(row, 1)?.and_then(Timestamp::from_millis);
    let about = int(row, 3)?.map(u64::try_from).transpose().ok();
    let base = match int(row, 4)? {
        None => Some(Base::None),
        Some(0) => Some(Base::Open),
        Some(n) => day_of_number(n).map(Base::Day),
    };
    Ok(match (time, kind, about, base) {
        (Some(time), Some(kind), Some(about), Some(base)) => Ok(HeaderFields { time, kind, about, base }),
        (None, ..) => Err(Broken::Time),
        (_, None, ..) => Err(Broken::Kind),
        (_, _, None, _) => Err(Broken::About),
        (.., None) => Err(Broken::Base),
    })
}

/// Whose record entries of this kind are.
pub(super) fn side_of(kind: Kind) -> Option<Side> {
    match kind {
        Kind::Provision => Some(Side::Provider),
        Kind::Receipt => Some(Side::Recipient),
        _ => None,
    }
}

fn record_cells<'r>(
    row: &'r Row<'_>,
    side: Side,
    values: &'r [Option<Rc<Value>>; Interned::ALL.len()],
    broken: &mut Option<Broken>,
) -> rusqlite::Result<RecordCells<'r>> {
    let layout = Layout::get();
    let mut cells = RecordCells::new(side);
    for (field, at) in &layout.own[side as usize] {
        let value = match field.shape() {
            Shape::Day => day(row, *at, broken)?.map(record::Value::Day),
            _ => text(row, *at, broken)?.map(record::Value::Text),
        };
        cells.set(*field, value);
    }
    for (table, value) in Interned::ALL.into_iter().zip(values) {
        let Some(value) = value else { continue };
        for (field, at) in layout.of(side, table) {
            cells.set(*field, value[*at].as_deref().map(record::Value::Text));
        }
    }
    if let Some(id) = int(row, layout.terms)? {
        cells.set_terms(id);
    }
    if side == Side::Provider && values[Interned::Party as usize].is_none() {
        cells.set(Field::UnspecifiedRecipients, Some(record::Value::Text("yes")));
    }
    cells.import = int(row, layout.import)?.and_then(|n| u64::try_from(n).ok());
    cells.key = int(row, layout.key)?;
    cells.line = int(row, layout.line)?.and_then(|n| u64::try_from(n).ok());
    Ok(cells)
}

/// A part by the columns of its salt and its hash, and its rebuilt bytes.
fn part<'a>(
    row: &Row<'_>,
    (salt, hash): (usize, usize),
    part: &'a [u8],
    encoding: Encoding,
    broken: Option<Broken>,
) -> rusqlite::Result<PartSeen<'a>> {
    Ok(match (bytes::<16>(row, salt)?, bytes::<32>(row, hash)?) {
        (Some(_), Some(_)) => PartSeen::Broken(Broken::ThereAndErased),
        (Some(salt), None) => match broken {
            Some(why) => PartSeen::Broken(why),
            None => PartSeen::Present { salt: Salt(salt), bytes: part, encoding },
        },
        (None, Some(hash)) => PartSeen::Erased { hash: Digest(hash) },
        (None, None) => PartSeen::Absent,
    })
}

fn int(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<i64>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Integer(n) => Some(n),
        _ => None,
    })
}

fn bytes<const N: usize>(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<[u8; N]>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Blob(b) => b.try_into().ok(),
        _ => None,
    })
}

fn text<'r>(row: &'r Row<'_>, at: usize, broken: &mut Option<Broken>) -> rusqlite::Result<Option<&'r str>> {
    Ok(match row.get_ref(at)? {
        ValueRef::Text(t) => match std::str::from_utf8(t) {
            Ok(t) => Some(t),
            Err(_) => {
                *broken = Some(Broken::Text);
                None
            }
        },
        _ => None,
    })
}

fn day(row: &Row<'_>, at: usize, broken: &mut Option<Broken>) -> rusqlite::Result<Option<chrono::NaiveDate>> {
    let number = int(row, at)?;
    let day = number.and_then(day_of_number);
    if number.is_some() && day.is_none() {
        *broken = Some(Broken::Day);
    }
    Ok(day)
}

impl Store {
    /// Shows every entry, in order. A row with an index below 0 is no entry: only `verify` speaks of it.
    pub(super) fn see_all(&self, show: &mut dyn FnMut(&Seen<'_>)) -> Result<()> {
        self.run(|conn| {
            let mut statement = conn.prepare(&format!(
                "SELECT {} FROM entry WHERE idx >= 0 ORDER BY idx",
                Layout::get().select
            ))?;
            let mut reader = Reader::new(conn);
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                reader.see(row, &mut *show)?;
            }
            Ok(())
        })
    }

    /// The entries of a kind, ascending, without reading the log; `None` for records, which are most of it.
    pub(super) fn of_kind(&self, kind: Kind) -> Result<Option<Vec<u64>>> {
        if side_of(kind).is_some() {
            return Ok(None);
        }
        // The first condition is that of the index.
        self.indexes("kind NOT IN (1, 2) AND kind = ?1", [kind.code()]).map(Some)
    }

    /// The entries that are not records, ascending, as [`Store::of_kind`] finds them.
    pub(super) fn acts(&self) -> Result<Vec<u64>> {
        let mut all = Vec::new();
        for kind in Kind::ALL {
            all.extend(self.of_kind(*kind)?.unwrap_or_default());
        }
        all.sort_unstable();
        Ok(all)
    }

    /// The entries that are about another one, ascending, likewise.
    pub(super) fn amending(&self) -> Result<Vec<u64>> {
        self.indexes("about IS NOT NULL", [])
    }

    pub(super) fn indexes(&self, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<u64>> {
        let mut all: Vec<u64> = self.run(|c| {
            c.prepare(&format!("SELECT idx FROM entry WHERE {condition} AND idx >= 0"))?
                .query_map(parameters, |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()
        })?;
        all.sort_unstable();
        Ok(all)
    }

    /// Shows one entry; `None` when there is no such index.
    pub(super) fn see_one<T>(&self, index: u64, look: impl FnOnce(&Seen<'_>) -> T) -> Result<Option<T>> {
        let sql = format!("SELECT {} FROM entry WHERE idx = ?1", Layout::get().select);
        let look_at = |conn: &Connection| {
            let mut statement = conn.prepare_cached(&sql)?;
            let mut rows = statement.query([index])?;
            match rows.next()? {
                Some(row) => Reader::new(conn).see(row, look).map(Some),
                None => Ok(None),
            }
        };
        look_at(&self.conn).map_err(|e| meaning(&self.path, e))
    }

    /// Runs `work` while the store shows one state, whatever other processes append meanwhile.
    ///
    /// # Errors
    /// Those of `work` and of the database.
    pub fn in_one_state<T, E: From<Failure>>(
        &self,
        work: impl FnOnce() -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.run(|c| c.execute_batch("BEGIN"))?;
        let done = work();
        self.run(|c| c.execute_batch("COMMIT"))?;
        if !self.is_as_it_lay()? {
            return Err(Failure::ChangedMeanwhile(self.path.clone()).into());
        }
        done
    }

    /// How many entries there are.
    ///
    /// # Errors
    /// Those of the database.
    pub fn size(&self) -> Result<u64> {
        self.run(|c| c.query_row("SELECT coalesce(max(idx) + 1, 0) FROM entry", [], |r| r.get(0)))
    }
}
