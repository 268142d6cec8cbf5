//! A record between two of its shapes: a [`Provision`] and the columns of a row. All of it comes from the table of fields
//! (`record::field`).
//!
//! Owns: where in a row each column is. Does not own: which column holds which field (`record::field`), the parts that are hashed
//! (`act::record`), reading and writing rows (`read`, `append`).

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};

use crate::act::record::{self, FieldValues, Number, PROVENANCE};
use crate::record::field::{Column, Interned, entry_columns};
use crate::record::rules::day_field;
use crate::record::{Basis, Field, Method, Part, Provision, Side, Value};

/// Where the columns of an entry are in a row that was selected with [`Layout::select`].
pub(super) struct Layout {
    pub(super) select: String,
    /// Inserts a record: [`INSERTED`] first, then the columns behind [`COMMON`], from the parameter [`Layout::parameter`].
    pub(super) insert: String,
    /// Clears what an erasure takes, in the row of index ?1.
    pub(super) clear: String,
    /// The cells of a record's facts, and of its extra part, import and line among them.
    pub(super) facts: Range<usize>,
    pub(super) extra: Range<usize>,
    /// Basis and method.
    pub(super) terms: usize,
    pub(super) import: usize,
    pub(super) key: usize,
    pub(super) line: usize,
    /// The parts of any other kind: facts, extra.
    pub(super) parts: [usize; 2],
    pub(super) fingerprint: usize,
    /// The ids of interned values, in the order of [`Interned::ALL`].
    pub(super) interned: [usize; Interned::ALL.len()],
    /// The fields with a column of their own, by side: where it is.
    pub(super) own: [Vec<(Field, usize)>; Side::ALL.len()],
    /// The fields of interned values, by side and in the order of [`Interned::ALL`].
    of: [[Vec<(Field, usize)>; Interned::ALL.len()]; Side::ALL.len()],
}

/// The columns that every entry has, in the order in which `read` takes them.
const COMMON: [&str; 10] =
    ["idx", "time", "kind", "about", "base", "leaf", "facts_salt", "extra_salt", "facts_hash", "extra_hash"];

/// Those of [`COMMON`] that are written with a record.
const INSERTED: [&str; 7] = ["idx", "time", "kind", "base", "leaf", "facts_salt", "extra_salt"];
/// Those of [`COMMON`] that go with an erasure.
const CLEARED: [&str; 2] = ["facts_salt", "extra_salt"];

/// The parts of an entry that is no record.
pub(super) const PARTS: [&str; 2] = ["facts", "extra"];
pub(super) const FINGERPRINT: &str = "fingerprint";

impl Layout {
    pub(super) fn get() -> &'static Layout {
        static LAYOUT: LazyLock<Layout> = LazyLock::new(Layout::of_table);
        &LAYOUT
    }

    /// The parameter of [`Layout::insert`] for the column at this place of a row.
    pub(super) fn parameter(at: usize) -> usize {
        at - COMMON.len() + INSERTED.len() + 1
    }

    fn of_table() -> Layout {
        let [of_facts, of_extra] = [Part::Facts, Part::Extra].map(entry_columns);
        let all = [&COMMON, of_facts, of_extra, &PROVENANCE, &PARTS, &[FINGERPRINT]].concat();
        let at = |name: &str| all.iter().position(|column| *column == name).unwrap_or(usize::MAX);
        let facts = COMMON.len()..COMMON.len() + of_facts.len();
        let extra = facts.end..facts.end + of_extra.len() + PROVENANCE.len();
        let fields = |side: Side| Field::ALL.iter().copied().filter(move |field| side.has(*field));
        let inserted = [&INSERTED, &all[COMMON.len()..]].concat();
        let places = vec!["?"; inserted.len()].join(", ");
        let cleared = [&CLEARED, &all[COMMON.len()..]].concat();
        Layout {
            select: all.join(", "),
            insert: format!("INSERT INTO entry ({}) VALUES ({places})", inserted.join(", ")),
            clear: format!(
                "UPDATE entry SET {} = NULL, facts_hash = ?2, extra_hash = ?3 WHERE idx = ?1",
                cleared.join(" = NULL, ")
            ),
            facts,
            extra,
            terms: at("terms"),
            import: at(PROVENANCE[0]),
            key: at(PROVENANCE[1]),
            line: at(PROVENANCE[2]),
            parts: PARTS.map(at),
            fingerprint: at(FINGERPRINT),
            interned: Interned::ALL.map(|table| at(table.name())),
            own: Side::ALL.map(|side| {
                let own = fields(side).filter_map(|field| match field.column() {
                    Column::Own(column) => Some((field, at(column))),
                    _ => None,
                });
                own.collect()
            }),
            of: Side::ALL.map(|side| {
                Interned::ALL.map(|table| {
                    let of = fields(side).filter_map(|field| match field.column() {
                        Column::Of(of, column) if of == table => {
                            table.columns().iter().position(|c| *c == column).map(|column| (field, column))
                        }
                        _ => None,
                    });
                    of.collect()
                })
            }),
        }
    }

    /// The fields of an interned value, in a record of this side: in which column of it each is.
    pub(super) fn of(&self, side: Side, table: Interned) -> &[(Field, usize)] {
        &self.of[side as usize][table as usize]
    }
}

/// The values of a record, borrowed from a row or from a [`Provision`]. They are many: nobody copies them.
#[derive(Debug)]
pub(super) struct RecordCells<'a> {
    pub(super) side: Side,
    values: [Option<Value<'a>>; Field::COUNT],
    pub(super) import: Option<u64>,
    /// The keyed fingerprint of the idempotency key.
    pub(super) key: Option<i64>,
    pub(super) line: Option<u64>,
}

impl<'a> RecordCells<'a> {
    /// A record of which nothing is known yet.
    pub(super) fn new(side: Side) -> Self {
        RecordCells { side, values: [None; Field::COUNT], import: None, key: None, line: None }
    }

    /// The cells of a record.
    pub(super) fn of(p: &'a Provision, import: Option<(u64, u64)>, key: Option<i64>) -> Self {
        let mut cells = RecordCells::new(p.side);
        p.each_value(|field, value| cells.values[field.position()] = Some(value));
        if p.unspecified_recipients {
            for (field, _) in Layout::get().of(p.side, Interned::Party) {
                cells.values[field.position()] = None;
            }
        }
        (cells.import, cells.line) = import.unzip();
        cells.key = key;
        cells
    }

    pub(super) fn set(&mut self, field: Field, value: Option<Value<'a>>) {
        self.values[field.position()] = value;
    }

    pub(super) fn get(&self, field: Field) -> Option<Value<'a>> {
        self.values[field.position()]
    }

    /// The text of a field that is one.
    pub(super) fn text(&self, field: Field) -> Option<&'a str> {
        match self.get(field)? {
            Value::Text(text) => Some(text),
            Value::Day(_) | Value::List(_) => None,
        }
    }

    /// The record as a value of its own. What cannot be a value of its field is left out: then the parts do not hash to what was
    /// recorded.
    pub(super) fn to_provision(&self) -> Provision {
        let mut p = Provision { side: self.side, ..Provision::default() };
        for field in Field::ALL {
            if let Some(value) = self.get(*field) {
                let _ = p.set(*field, Some(value));
            }
        }
        p
    }

    /// The day of provision, or of receipt.
    pub(super) fn provided_on(&self) -> Option<NaiveDate> {
        record::day(self, day_field(self.side))
    }

    /// The row of table `terms` for this basis and method; the schema lists them.
    pub(super) fn terms(&self) -> Option<i64> {
        let basis = self.text(Field::Basis).and_then(Basis::from_word)?;
        let method = self.text(Field::Method).and_then(Method::from_word)?;
        Some((i64::from(basis.number()) - 1) * METHODS + i64::from(method.number()))
    }

    /// Puts the row of table `terms` into its two fields.
    pub(super) fn set_terms(&mut self, id: i64) {
        let Some((basis, method)) = terms(id) else { return };
        self.set(Field::Basis, Some(Value::Text(basis.word())));
        self.set(Field::Method, Some(Value::Text(method.word())));
    }

    /// The columns of an interned value, in the order of [`Interned::columns`]; `None` where the record refers to none.
    pub(super) fn interned(&self, table: Interned) -> Option<Vec<Option<Cow<'a, str>>>> {
        let fields = Layout::get().of(self.side, table);
        let is_named = table == Interned::Party && self.get(Field::UnspecifiedRecipients).is_none();
        if !is_named && fields.iter().all(|(field, _)| self.get(*field).is_none()) {
            return None;
        }
        let mut columns = vec![None; table.columns().len()];
        for (field, at) in fields {
            columns[*at] = self.get(*field).map(Value::into_text);
        }
        Some(columns)
    }
}

impl FieldValues for RecordCells<'_> {
    fn value(&self, field: Field) -> Option<Value<'_>> {
        self.get(field)
    }

    fn provenance(&self) -> [Option<Number<'_>>; 3] {
        [self.import.map(Number::Of), self.key.map(Number::Fingerprint), self.line.map(Number::Of)]
    }
}

/// So many rows of table `terms` belong to a basis, one a method.
const METHODS: i64 = 3;

/// Basis and method of a row of table `terms`.
fn terms(id: i64) -> Option<(Basis, Method)> {
    let id = id.checked_sub(1)?;
    let number = |n: i64| u8::try_from(n + 1).ok();
    let basis = number(id.div_euclid(METHODS)).and_then(Basis::from_number)?;
    let method = number(id.rem_euclid(METHODS)).and_then(Method::from_number)?;
    Some((basis, method))
}

/// A day as the database keeps it, YYYYMMDD.
pub(super) fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// The day of such a number.
pub(super) fn day_of_number(n: i64) -> Option<NaiveDate> {
    let part = |n: i64| u32::try_from(n).ok();
    let year = i32::try_from(n / 10_000).ok().filter(|y| (1..=9999).contains(y))?;
    NaiveDate::from_ymd_opt(year, part(n / 100 % 100)?, part(n % 100)?)
}
