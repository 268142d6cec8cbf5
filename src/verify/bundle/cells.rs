//! The files of an exported folder, read back (FORMAT.md, "From cells to parts").
//!
//! Owns: bytes of a file, rows, a header from its row, which cell holds what of a record or correction. Does not own: parts
//! (`act`), what must hold between files (`bundle`, `sparse`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::iter::Peekable;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::constants::Place;
use super::table::Table;
use super::{Files, FormFault};

use crate::act::By;
use crate::act::correction::Stated;
use crate::act::record::{FieldValues, Number, write_extra, write_facts};
use crate::ledger::hash::leaf_hash;
use crate::ledger::part::MAX_PART;
use crate::ledger::{Digest, Header, Kind, Salt};
use crate::record::{Field, Value};
use crate::verify::chain::Witness;
use crate::verify::finding::Finding;
use crate::verify::{Broken, Days, Encoding, Examined, PartSeen};

/// Columns of `entries.csv` and `records.csv`.
pub(super) const ENTRY_COLUMNS: usize = 10;
const RECORD_COLUMNS: usize = Field::COUNT + 6;
const CORRECTION_COLUMNS: usize = Field::COUNT + 8;
const CURRENT_COLUMNS: usize = Field::COUNT + 2;
/// The CSV files of the evidence, with their numbers of columns.
pub(super) const CSV: [(&str, usize); 4] = [
    ("data/entries.csv", ENTRY_COLUMNS),
    ("data/records.csv", RECORD_COLUMNS),
    ("data/corrections.csv", CORRECTION_COLUMNS),
    ("data/current.csv", CURRENT_COLUMNS),
];

/// Why a folder cannot be checked to its end.
#[derive(Debug)]
pub enum Stop {
    /// A file cannot be read.
    Io(PathBuf, io::Error),
    /// A file is not of the form that FORMAT.md gives.
    Form(&'static str, FormFault),
}

/// A result that may stop the check.
pub type Step<T> = Result<T, Stop>;

pub(super) fn open(folder: &Path, name: &str) -> Step<File> {
    let path = folder.join(name);
    // Whoever opens a pipe would wait for somebody who writes into it.
    let is_file = path.metadata().and_then(|found| match (found.is_file(), found.is_dir()) {
        (true, _) => Ok(()),
        (false, true) => Err(io::ErrorKind::IsADirectory.into()),
        (false, false) => Err(io::ErrorKind::NotFound.into()),
    });
    is_file.and_then(|()| File::open(&path)).map_err(|e| Stop::Io(path, e))
}

pub(super) fn bounded(folder: &Path, name: &str, most: usize) -> Step<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = open(folder, name)?.take(most as u64 + 1).read_to_end(&mut bytes);
    read.map(|_| bytes).map_err(|e| Stop::Io(folder.join(name), e))
}

pub(super) fn whole(folder: &Path, name: &str) -> Step<Vec<u8>> {
    bounded(folder, name, 1 << 30)
}

pub(super) fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|n: &u64| n.to_string() == text && i64::try_from(*n).is_ok())
}

/// The rows of a CSV file of the folder.
pub(super) fn rows(folder: &Place<'_>, name: &'static str, columns: usize) -> Step<Table> {
    let beginning = folder.language.beginning(name);
    Table::of(open(folder, name)?, folder.path.join(name), name, columns, beginning)
}

/// A row of `entries.csv`.
pub(super) struct Row {
    pub(super) header: Header,
    pub(super) leaf: Digest,
    pub(super) state: String,
}

impl Row {
    /// The row itself must hash to its leaf: of an opened entry the parts are hashed, not the cells that name their hashes.
    pub(super) fn must_hash(&self, examined: &mut Examined) {
        let is_known = examined.faults.iter().any(|fault| matches!(fault, Finding::Altered { .. }));
        let found = leaf_hash(&self.header.encode());
        if found != self.leaf && !is_known {
            let (index, expected) = (self.header.index, self.leaf);
            examined.faults.push(Finding::Altered { index, expected, found });
        }
    }
}

pub(super) fn entry(row: &StringRecord) -> Step<Row> {
    let labels = ["index", "prev", "time", "kind", "about", "base", "facts", "extra"];
    let mut text = String::from("provlog/1\n");
    for (label, cell) in labels.iter().zip(row) {
        text.push_str(&format!("{label} {cell}\n"));
    }
    let bad = || Stop::Form("data/entries.csv", FormFault::NotAHeader);
    let header = Header::decode(text.as_bytes()).map_err(|_| bad())?;
    let leaf = Digest::from_text(row[8].as_bytes()).ok_or_else(bad)?;
    Ok(Row { header, leaf, state: row[9].to_owned() })
}

/// The rows of `records.csv` or `current.csv`, each taken by its entry.
pub(super) struct Records {
    name: &'static str,
    rows: Peekable<Box<dyn Iterator<Item = Step<StringRecord>>>>,
}

impl Records {
    pub(super) fn of(folder: &Place<'_>) -> Step<Self> {
        let rows: Box<dyn Iterator<Item = _>> = Box::new(rows(folder, "data/records.csv", RECORD_COLUMNS)?);
        Ok(Records { name: "records.csv", rows: rows.peekable() })
    }

    /// No rows at all.
    pub(super) fn none() -> Self {
        let rows: Box<dyn Iterator<Item = _>> = Box::new(std::iter::empty());
        Records { name: "", rows: rows.peekable() }
    }

    /// Those of `current.csv`, which is there where there are corrections.
    pub(super) fn current(folder: &Place<'_>, listed: &Files) -> Step<Self> {
        let rows: Box<dyn Iterator<Item = _>> = match listed.contains_key("data/current.csv") {
            true => Box::new(rows(folder, "data/current.csv", CURRENT_COLUMNS)?),
            false => Box::new(std::iter::empty()),
        };
        Ok(Records { name: "current.csv", rows: rows.peekable() })
    }

    /// The row of this entry. Rows before it belong to none.
    pub(super) fn at(&mut self, index: u64, w: &mut dyn Witness) -> Step<Option<StringRecord>> {
        let mut record = None;
        while let Some(next) = self.rows.next_if(|r| r.as_ref().map_or(true, |r| below(&r[0], index + 1))) {
            let next = next?;
            match number(&next[0]) {
                Some(found) if found == index && record.is_none() => record = Some(next),
                found => w.finding(stray(self.name, found)),
            }
        }
        Ok(record)
    }

    /// The rows behind the last entry belong to none.
    pub(super) fn finish(self, w: &mut dyn Witness) -> Step<()> {
        for row in self.rows {
            w.finding(stray(self.name, number(&row?[0])));
        }
        Ok(())
    }
}

fn stray(file: &'static str, index: Option<u64>) -> Finding {
    Finding::NotInRange { file, index: index.unwrap_or_default() }
}

fn below(cell: &str, index: u64) -> bool {
    number(cell).is_none_or(|found| found < index)
}

fn present<'a>(salt: Option<&str>, bytes: &'a [u8]) -> PartSeen<'a> {
    match (salt.unwrap_or_default(), bytes.is_empty()) {
        ("", true) => PartSeen::Absent,
        (salt, _) => match Salt::from_text(salt.as_bytes()) {
            Some(salt) => PartSeen::Present { salt, bytes, encoding: Encoding::Unknown },
            None => PartSeen::Broken(Broken::Salt),
        },
    }
}

/// The corrections that a folder shows; they are few.
#[derive(Default)]
pub(super) struct Corrections {
    rows: BTreeMap<u64, StringRecord>,
    /// By the record that they are about.
    about: BTreeMap<u64, Vec<u64>>,
}

impl Corrections {
    pub(super) fn of(folder: &Place<'_>, listed: &Files, w: &mut dyn Witness) -> Step<Self> {
        let mut all = Corrections::default();
        if !listed.contains_key("data/corrections.csv") {
            return Ok(all);
        }
        for row in rows(folder, "data/corrections.csv", CORRECTION_COLUMNS)? {
            let row = row?;
            match (number(&row[0]), number(&row[1])) {
                (Some(index), Some(about))
                    if all.rows.last_key_value().is_none_or(|(last, _)| *last < index) =>
                {
                    all.about.entry(about).or_default().push(index);
                    all.rows.insert(index, row);
                }
                (index, _) => w.finding(stray("corrections.csv", index)),
            }
        }
        Ok(all)
    }

    /// The indexes of those about a record.
    pub(super) fn about(&self, index: u64) -> &[u64] {
        self.about.get(&index).map_or(&[], Vec::as_slice)
    }

    /// The row of a correction, if it is about that record.
    pub(super) fn row(&self, index: u64, about: Option<u64>) -> Option<&StringRecord> {
        self.rows.get(&index).filter(|row| number(&row[1]) == about && about.is_some())
    }

    /// The row of `current.csv` that an opened record has; `None` where it has no corrections.
    pub(super) fn current(&self, record: &StringRecord) -> Option<StringRecord> {
        let about = self.about(number(&record[0])?);
        let mut cells: Vec<&str> = record.iter().skip(1).take(Field::COUNT).collect();
        let mut void = "";
        for row in about.iter().filter_map(|index| self.rows.get(index)) {
            if &row[2] == "yes" {
                void = "yes";
                cells.fill("");
                break;
            }
            for field in row[3].split('\n').filter_map(Field::from_name) {
                cells[field.position()] = &row[4 + field.position()];
            }
        }
        let row = [&record[0], void].into_iter().chain(cells).collect();
        Some(row).filter(|_| !about.is_empty())
    }

    pub(super) fn indexes(&self) -> impl Iterator<Item = u64> {
        self.rows.keys().copied()
    }
}

/// The parts of an opened correction, rebuilt in these buffers.
pub(super) fn opened_correction<'a>(
    row: &StringRecord,
    facts: &'a mut Vec<u8>,
    extra: &'a mut Vec<u8>,
) -> OpenedRow<'a> {
    let cell = |at: usize| row.get(at).filter(|cell| !cell.is_empty());
    let mut set = [None; Field::COUNT];
    for field in Field::ALL {
        set[field.position()] = cell(4 + field.position());
    }
    let fields = cell(3).into_iter().flat_map(|names| names.split('\n')).collect();
    let by = By { handler: cell(CORRECTION_COLUMNS - 3), reason: cell(CORRECTION_COLUMNS - 4) };
    let parts = Stated { fields, set, void: cell(2) }.parts(by);
    (*facts, *extra) = (parts.facts, parts.extra);
    let facts = present(row.get(CORRECTION_COLUMNS - 2), facts);
    let extra = present(row.get(CORRECTION_COLUMNS - 1), extra);
    OpenedRow { facts, extra, days: Days::of_act(Kind::Correction, &facts) }
}

/// An opened record, or a correction that is opened with its record.
pub(super) struct OpenedRow<'a> {
    pub(super) facts: PartSeen<'a>,
    pub(super) extra: PartSeen<'a>,
    pub(super) days: Days,
}

/// The parts of an opened record, rebuilt in these buffers (FORMAT.md, "From cells to parts").
pub(super) fn opened<'a>(
    row: &StringRecord,
    facts: &'a mut Vec<u8>,
    extra: &'a mut Vec<u8>,
) -> OpenedRow<'a> {
    let values = RecordRow(row);
    write_facts(&values, facts);
    write_extra(&values, extra);
    debug_assert!(facts.len() <= MAX_PART * 2);
    let facts = present(row.get(RECORD_COLUMNS - 2), facts);
    let extra = present(row.get(RECORD_COLUMNS - 1), extra);
    OpenedRow { facts, extra, days: Days::of_record(&facts, &values) }
}

/// A row of `records.csv`: what stands there is what is hashed.
struct RecordRow<'a>(&'a StringRecord);

impl RecordRow<'_> {
    fn cell(&self, at: usize) -> Option<&str> {
        self.0.get(at).filter(|cell| !cell.is_empty())
    }
}

impl FieldValues for RecordRow<'_> {
    fn value(&self, field: Field) -> Option<Value<'_>> {
        self.cell(1 + field.position()).map(Value::Text)
    }

    fn provenance(&self) -> [Option<Number<'_>>; 3] {
        [0, 1, 2].map(|at| self.cell(1 + Field::COUNT + at).map(Number::Written))
    }
}
