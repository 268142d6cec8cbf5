//! One row of a table: from its cells to the texts of a record.
//!
//! Owns: decoding a cell, what stands in it in the place of a value, the field that it goes to. Does not own: which rows there are and
//! whether their shape is right (`table`), what headings mean (`heading`), the marks themselves (`marks`), what a record must hold (`row`).

use std::borrow::Cow;
use std::sync::Arc;

use csv::ByteRecord;

use super::cells::Cells;
use super::encoding::Encoding;
use super::head::shown;
use super::heading::{Column, Columns, Use};
use super::marks::{self, Mark, Skip};
use super::problem::{NoticeKind, Place, Problem, RowNotice, What};
use super::reading::{Content, Reading};
use crate::record::{Field, Method, Side, formula};

/// What every row of a table is read by.
#[derive(Clone, Copy)]
pub(super) struct By<'t> {
    pub(super) reading: &'t Reading,
    pub(super) columns: &'t [Column],
    /// By column: whether an empty cell means the one above.
    pub(super) repeated: &'t [bool],
    /// An apostrophe before a formula is no part of its cell.
    pub(super) guards: bool,
    /// These are rows that we refused, and the apostrophes are ours.
    pub(super) refused_ones: bool,
}

/// A row, as far as it has been read.
pub(super) struct TableRow<'r> {
    by: By<'r>,
    record: &'r ByteRecord,
    line: u64,
    /// The row above, its ditto marks read.
    above: &'r ByteRecord,
    /// The whole row, where it is UTF-8: one look at it is much cheaper than one at each cell.
    text: Option<&'r str>,
    encoding: Encoding,
    side: Side,
    /// A ledger of people; a file made for `record` says everything itself.
    by_people: bool,
    cells: Cells<'r>,
    problems: Vec<Problem>,
    notices: Vec<(&'r Column, String, NoticeKind)>,
    /// The cells that say what stands above them.
    dittos: Vec<usize>,
    is_sum: bool,
}

/// Why a cell is not read to its end.
enum Stop {
    /// It was refused.
    Cell,
    /// The whole row is none.
    Row(Skip),
}

impl<'r> TableRow<'r> {
    pub(super) fn new(by: By<'r>, (record, line): (&'r ByteRecord, u64), above: &'r ByteRecord) -> Self {
        let (settings, encoding) = (&by.reading.settings, by.reading.survey.encoding);
        let text = match encoding {
            Encoding::Cp932 => None,
            _ => std::str::from_utf8(record.as_slice()).ok(),
        };
        TableRow {
            by,
            record,
            line,
            above,
            text,
            encoding,
            side: settings.check.side,
            by_people: settings.columns == Columns::StopAtUnknown,
            cells: by.reading.cells(),
            problems: Vec::new(),
            notices: Vec::new(),
            dittos: Vec::new(),
            is_sum: false,
        }
    }

    /// Reads all its cells.
    ///
    /// # Errors
    /// Why the row is none.
    pub(super) fn read(&mut self) -> Result<(), Skip> {
        let By { columns, .. } = self.by;
        for (at, (column, bytes)) in columns.iter().zip(self.record.iter()).enumerate() {
            match self.cell(at, column, bytes) {
                Ok(()) | Err(Stop::Cell) => {}
                Err(Stop::Row(why)) => return Err(why),
            }
        }
        Ok(())
    }

    /// A cell of it has the word for a sum.
    pub(super) fn is_sum(&self) -> bool {
        self.is_sum
    }

    /// The row with what its ditto marks stand for, where it has any.
    pub(super) fn resolved(&self) -> Option<ByteRecord> {
        if self.dittos.is_empty() {
            return None;
        }
        let cell =
            |at: usize| if self.dittos.contains(&at) { self.above.get(at) } else { self.record.get(at) };
        Some((0..self.record.len()).map(|at| cell(at).unwrap_or_default()).collect())
    }

    /// What the row comes to.
    pub(super) fn accepted(self) -> Content {
        let By { reading, columns, .. } = self.by;
        let heading_of = |at: Place| {
            let of_it = |c: &&Column| at != Place::Whole && place(c.used) == at;
            columns.iter().find(of_it).map(|c| Arc::clone(&c.heading))
        };
        let mut content = reading.accept(self.cells, self.line, self.problems, &heading_of);
        if let Content::Accepted(accepted) = &mut content {
            let said = self.notices.into_iter().map(|(column, value, what)| RowNotice {
                place: place(column.used),
                column: Some(Arc::clone(&column.heading)),
                value: Some(value),
                what,
            });
            accepted.notices.extend(said);
        }
        content
    }

    /// Reads a cell into its field.
    fn cell(&mut self, at: usize, column: &'r Column, bytes: &'r [u8]) -> Result<(), Stop> {
        let cell = self.decoded(at, column, bytes)?;
        let cell = self.without_guard(column, cell);
        let cell = self.without_marks(at, column, cell)?;
        let cell = self.of_formula(column, cell);
        let cell = self.with_its_digits(column, cell)?;
        let cell = self.as_mapped(column, cell);
        self.put(column, cell, bytes)
    }

    /// Refuses a cell: what it was to say is then not missing too.
    fn refuse(&mut self, column: &Column, value: Option<String>, what: What) -> Stop {
        let (reading, heading) = (self.by.reading, Some(Arc::clone(&column.heading)));
        self.problems.push(reading.problem(Some(self.line), place(column.used), heading, value, what));
        for field in column.used.fields(self.side) {
            self.cells.set_unreadable(field);
        }
        Stop::Cell
    }

    fn notice(&mut self, column: &'r Column, value: &str, what: NoticeKind) {
        self.notices.push((column, value.trim().to_owned(), what));
    }

    fn decoded(&mut self, at: usize, column: &Column, bytes: &'r [u8]) -> Result<Cow<'r, str>, Stop> {
        // A character may be cut in two by a comma: then the row as a whole is valid, and its cells are not.
        let cell = match self.text {
            Some(text) => self.record.range(at).and_then(|range| text.get(range)).map(Cow::Borrowed),
            None => self.encoding.decode(bytes),
        };
        let what = What::NotInEncoding(self.encoding);
        cell.ok_or_else(|| self.refuse(column, Some(shown(bytes)), what))
    }

    /// Without the apostrophe that keeps a spreadsheet from calculating it.
    fn without_guard(&mut self, column: &'r Column, cell: Cow<'r, str>) -> Cow<'r, str> {
        let Some(text) = formula::unguarded(&cell).filter(|_| self.by.guards) else { return cell };
        let text = text.to_owned();
        if !self.by.refused_ones && column.used != Use::LeftOut {
            self.notice(column, &cell, NoticeKind::GuardTakenOff);
        }
        Cow::Owned(text)
    }

    /// What the cell says where a mark stands in the place of its value.
    fn without_marks(
        &mut self,
        at: usize,
        column: &'r Column,
        cell: Cow<'r, str>,
    ) -> Result<Cow<'r, str>, Stop> {
        let marks = self.by.reading.settings.map.as_deref().and_then(|map| map.marks.as_deref());
        let blank = self.by.repeated[at] && cell.trim().is_empty();
        match marks::mark_with(&cell, marks).filter(|_| self.by_people) {
            // With nothing above, it is simply missing.
            None if blank => Ok(match self.text_above(at) {
                Some(meant) => self.stands_for(at, column, meant, NoticeKind::Repeated),
                None => cell,
            }),
            None => Ok(cell),
            Some(Mark::Example) => Err(Stop::Row(Skip::Example)),
            Some(Mark::Total) => {
                self.is_sum = true;
                Ok(cell)
            }
            Some(_) if column.used == Use::LeftOut => Ok(cell),
            Some(Mark::ExcelError) => Err(self.refuse(column, Some(cell.into_owned()), What::ExcelError)),
            Some(Mark::Ditto) => match self.text_above(at).filter(|text| !text.trim().is_empty()) {
                Some(meant) => Ok(self.stands_for(at, column, meant, NoticeKind::Ditto)),
                None => Err(self.refuse(column, Some(cell.into_owned()), What::NothingAbove)),
            },
        }
    }

    fn text_above(&self, at: usize) -> Option<Cow<'r, str>> {
        unguarded(self.above.get(at)?, self.encoding, self.by.guards)
    }

    /// The cell says what stands above it.
    fn stands_for(
        &mut self,
        at: usize,
        column: &'r Column,
        meant: Cow<'r, str>,
        what: NoticeKind,
    ) -> Cow<'r, str> {
        self.notice(column, &meant, what);
        self.dittos.push(at);
        meant
    }

    /// The text that a formula is written around, `="00123"`.
    fn of_formula(&mut self, column: &'r Column, cell: Cow<'r, str>) -> Cow<'r, str> {
        let Some(text) = marks::formula_text(&cell).filter(|_| self.by_people) else { return cell };
        let text = text.to_owned();
        self.notice(column, &cell, NoticeKind::FormulaText);
        Cow::Owned(text)
    }

    /// Refuses an ID of which Excel has lost digits.
    fn with_its_digits(&mut self, column: &'r Column, cell: Cow<'r, str>) -> Result<Cow<'r, str>, Stop> {
        let is_id =
            matches!(column.used, Use::Field(Field::PrincipalId | Field::RecipientId | Field::SourceNumber));
        if is_id && self.by_people {
            if marks::is_rounded(&cell) {
                return Err(self.refuse(column, Some(cell.into_owned()), What::RoundedNumber));
            }
            if marks::is_made_a_day(&cell) {
                self.notice(column, &cell, NoticeKind::LooksLikeDay);
            }
        }
        Ok(cell)
    }

    /// The word that a map has for it.
    fn as_mapped(&self, column: &Column, cell: Cow<'r, str>) -> Cow<'r, str> {
        match (self.by.reading.settings.map.as_deref(), column.used) {
            (Some(map), Use::Field(field)) => {
                map.word(field, &cell).map_or(cell, |word| Cow::Owned(word.to_owned()))
            }
            _ => cell,
        }
    }

    /// Puts the text into the field of the column.
    fn put(&mut self, column: &'r Column, cell: Cow<'r, str>, bytes: &[u8]) -> Result<(), Stop> {
        let cells = &mut self.cells;
        match column.used {
            Use::More(field) if cells.came(field) => {
                let items = field == Field::Items;
                cells.append(field, &cell, if items { "\n" } else { " " });
            }
            Use::Field(Field::Items) => {
                cells.set_split(column.split).set(Field::Items, cell);
            }
            // A range in the place of a day is a continuous provision.
            Use::Field(Field::ProvidedOn | Field::ReceivedOn) if range(&cell).is_some() => {
                set_period(cells, cell);
            }
            Use::Field(field) | Use::More(field) => {
                cells.set(field, cell);
            }
            Use::Key => {
                cells.set_key(cell);
            }
            Use::Period => set_period(cells, cell),
            Use::Party => {
                if let Err(cell) = set_party(cells, cell, self.side) {
                    return Err(self.refuse(column, Some(cell), What::NotAParty));
                }
            }
            Use::LeftOut => {
                let must_be_empty =
                    column.heading.is_empty() && self.by.reading.settings.columns == Columns::RefuseUnknown;
                if must_be_empty && !self.encoding.is_blank(bytes) {
                    return Err(self.refuse(column, Some(cell.into_owned()), What::CellWithoutHeading));
                }
            }
        }
        Ok(())
    }
}

/// The text of a cell, without the apostrophe before a formula where the file has such; `None` where it does not decode.
pub(super) fn unguarded(cell: &[u8], encoding: Encoding, guards: bool) -> Option<Cow<'_, str>> {
    let text = encoding.decode(cell)?;
    Some(match formula::unguarded(&text).filter(|_| guards) {
        Some(text) => Cow::Owned(text.to_owned()),
        None => text,
    })
}

/// The two sides of a range of days.
fn range(text: &str) -> Option<(&str, &str)> {
    let is_wave = |c: char| matches!(c, '～' | '〜' | '~');
    // Most days are digits and dashes: of every file all cells in the column of days come here.
    if text.bytes().all(|b| b.is_ascii() && b != b'~') {
        return None;
    }
    let (from, to) = match text.find(is_wave) {
        Some(_) => text.split_once(is_wave)?,
        None => text.split_once("から")?,
    };
    Some((from.trim(), to.trim().trim_end_matches("まで")))
}

/// A first and a last day; a cell with one day is one of a provision on that day alone.
fn set_period<'a>(cells: &mut Cells<'a>, cell: Cow<'a, str>) {
    if cell.trim().is_empty() {
        return;
    }
    let (from, to) = match cell {
        Cow::Borrowed(text) => {
            let (from, to) = range(text).unwrap_or((text, text));
            (Cow::Borrowed(from), Cow::Borrowed(to))
        }
        Cow::Owned(text) => {
            let (from, to) = range(&text).unwrap_or((&text, &text));
            (Cow::Owned(from.to_owned()), Cow::Owned(to.to_owned()))
        }
    };
    cells.set(Field::PeriodFrom, from).set(Field::PeriodTo, to);
    if cells.texts[Field::Method.position()].is_none() {
        cells.set(Field::Method, Method::Bulk.word());
    }
}

/// Name, address and representative in one cell: parted by line breaks, or by one kind of separator; the last may be missing.
fn set_party<'a>(cells: &mut Cells<'a>, cell: Cow<'a, str>, side: Side) -> Result<(), String> {
    if cell.trim().is_empty() {
        return Ok(());
    }
    let found =
        ['\n', '／', '/', '、', '､', ',', '，', ';', '；', '\u{3000}'].into_iter().find_map(|separator| {
            let parts: Vec<String> = cell
                .split(separator)
                .map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect();
            (parts.len() == 3 || (parts.len() == 2 && separator != '\u{3000}')).then_some(parts)
        });
    let parts = found.ok_or_else(|| cell.into_owned())?;
    for (field, part) in Use::Party.fields(side).into_iter().zip(parts) {
        cells.set(field, part);
    }
    Ok(())
}

fn place(used: Use) -> Place {
    match used {
        Use::Field(field) | Use::More(field) => Place::Field(field),
        Use::Key => Place::Key,
        Use::LeftOut | Use::Period | Use::Party => Place::Whole,
    }
}
