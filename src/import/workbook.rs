//! .xlsx: the rows of one sheet, as texts.
//!
//! Owns: choosing the sheet, cells to text (days as days, numbers without a fraction that is none), merged cells, how much a
//! workbook may unpack to. Does not own: what the rows mean: behind here they are those of a CSV file.

use std::collections::HashMap;
use std::io::{self, Cursor, Read, Seek};
use std::sync::Arc;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx};
use csv::ByteRecord;

use super::encoding::Encoding;
use super::layout::{self, Leading};
use super::map::Map;
use super::problem::What;
use super::source::Source;
use super::vocabulary::{Meaning, meaning};
use crate::panics;

/// The most that the parts of a workbook may unpack to, all together.
pub(super) const MAX_UNPACKED: u64 = 1 << 30;
/// The most rows that a sheet has in Excel.
const MAX_ROWS: u32 = 1_048_576;
/// The most columns that are read; what stands further right is no ledger.
const MAX_COLUMNS: u32 = 1_000;

/// The rows of a sheet that are not blank, each with its number as Excel shows it; no blank cells at their ends.
pub(super) type Grid = Vec<(u64, ByteRecord)>;

/// A sheet that was chosen.
#[derive(Clone, Debug)]
pub(super) struct Book {
    pub(super) grid: Arc<Grid>,
    /// Its name.
    pub(super) sheet: String,
    /// The names of sheets that are hidden, and were not looked at.
    pub(super) hidden: Vec<String>,
    /// The names of the other ones.
    pub(super) others: Vec<String>,
}

/// How the file begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    /// A zip archive: .xlsx, if anything.
    Zip,
    /// The container of .xls, and of workbooks with a password.
    Ole,
    /// Neither.
    None,
}

/// Looks at the first bytes.
pub(super) fn container(source: &Source) -> io::Result<Container> {
    let mut start = Vec::new();
    source.open()?.take(8).read_to_end(&mut start)?;
    Ok(match &start[..] {
        [b'P', b'K', 3, 4, ..] => Container::Zip,
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] => Container::Ole,
        _ => Container::None,
    })
}

/// Reads the sheet of that name; without one, the only visible sheet that has a heading of a ledger.
pub(super) fn open(
    source: &Source,
    wanted: Option<&str>,
    map: Option<&Map>,
) -> io::Result<Result<Book, What>> {
    guarded(|| match source {
        Source::File(path) => {
            let open = || std::fs::File::open(path).map(io::BufReader::new);
            read(open()?, open()?, wanted, map)
        }
        Source::Memory(bytes) => {
            read(Cursor::new(Arc::clone(bytes)), Cursor::new(Arc::clone(bytes)), wanted, map)
        }
    })
}

/// calamine 0.38 panics on some sheets that nobody's Excel has written (a cell in row `NAAsAAs`; found by fuzzing): that is no
/// workbook. Nothing outlives the panic: what was being read is dropped.
fn guarded<T>(read: impl FnOnce() -> io::Result<Result<T, What>>) -> io::Result<Result<T, What>> {
    panics::caught(read).unwrap_or(Ok(Err(What::NotAWorkbook)))
}

fn read<R: Read + Seek>(
    first: R,
    second: R,
    wanted: Option<&str>,
    map: Option<&Map>,
) -> io::Result<Result<Book, What>> {
    if let Err(what) = unpacked(first) {
        return Ok(Err(what));
    }
    let Ok(mut book) = Xlsx::new(second) else { return Ok(Err(What::NotAWorkbook)) };
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let (visible, hidden): (Vec<_>, Vec<_>) =
        sheets.partition(|sheet| sheet.visible == SheetVisible::Visible);
    let names =
        |sheets: Vec<&calamine::Sheet>| sheets.iter().map(|sheet| sheet.name.clone()).collect::<Vec<_>>();
    let (visible, hidden) = (names(visible), names(hidden));
    let all = || visible.iter().chain(&hidden).cloned().collect::<Vec<_>>();
    let found = match wanted {
        Some(name) => {
            let Some(name) = all().into_iter().find(|known| known == name.trim()) else {
                return Ok(Err(What::NoSuchSheet { sheets: all() }));
            };
            grid(&mut book, &name, usize::MAX).map(|grid| (name, grid))
        }
        None => {
            let mut ledgers = Vec::new();
            for name in &visible {
                match grid(&mut book, name, layout::ROWS) {
                    Ok(start) if looks_like_a_ledger(&start, map) => ledgers.push(name.clone()),
                    Ok(_) => {}
                    Err(what) => return Ok(Err(what)),
                }
            }
            // One sheet alone is read, so that what is missing in its heading can be said.
            let chosen = match (&ledgers[..], &visible[..]) {
                ([one], _) | ([], [one]) => one.clone(),
                ([], _) => return Ok(Err(What::NoLedgerSheet { sheets: all() })),
                _ => return Ok(Err(What::SeveralSheets { sheets: ledgers })),
            };
            grid(&mut book, &chosen, usize::MAX).map(|grid| (chosen, grid))
        }
    };
    Ok(found.map(|(sheet, grid)| {
        let others = visible.into_iter().filter(|name| *name != sheet).collect();
        let hidden = hidden.into_iter().filter(|name| *name != sheet).collect();
        Book { grid: Arc::new(grid), sheet, hidden, others }
    }))
}

/// At least two headings that are known, in one of the first rows.
fn looks_like_a_ledger(start: &[Leading], map: Option<&Map>) -> bool {
    let Ok(found) = layout::find(start, Encoding::Utf8, map) else { return false };
    let is_known = |h: &&Arc<str>| {
        map.is_some_and(|map| map.names(h)) || !matches!(meaning(h), Meaning::Unknown | Meaning::Blank)
    };
    let known = found.headings.iter().filter(is_known);
    known.count() >= 2
}

/// Unpacks everything once, to nowhere: what an archive says of its own size is not to be believed.
fn unpacked<R: Read + Seek>(reader: R) -> Result<(), What> {
    let Ok(mut archive) = zip::ZipArchive::new(reader) else { return Err(What::NotAWorkbook) };
    let mut left = MAX_UNPACKED;
    for at in 0..archive.len() {
        let Ok(part) = archive.by_index(at) else { return Err(What::NotAWorkbook) };
        let read = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| What::NotAWorkbook)?;
        left = left.checked_sub(read).ok_or(What::UnpacksToTooMuch { limit: MAX_UNPACKED })?;
    }
    Ok(())
}

/// The rows of a sheet, at most so many.
fn grid<R: Read + Seek>(book: &mut Xlsx<R>, name: &str, most: usize) -> Result<Grid, What> {
    // What is merged over several rows stands in the first of them, and is meant for all.
    let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
    let mut pending: Vec<_> = merged.iter().filter(|area| area.end.0 > area.start.0).collect();
    pending.sort_unstable_by_key(|area| std::cmp::Reverse(area.start));
    let mut merged = Vec::new();
    let mut values: HashMap<(u32, u32), String> = HashMap::new();
    let mut grid = Grid::new();
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| What::NotAWorkbook)?;
    let mut row: (u32, Vec<String>) = (0, Vec::new());
    loop {
        let next = cells.next_cell().map_err(|_| What::NotAWorkbook)?;
        let at = next.as_ref().map(calamine::Cell::get_position);
        if at.is_none_or(|(number, _)| number != row.0) {
            let number = row.0;
            while let Some(area) = pending.pop_if(|area| area.start.0 <= number) {
                merged.push(area);
            }
            merged.retain(|area| area.end.0 >= number);
            for area in &merged {
                fill(&mut row, area.start, &mut values);
            }
            let (number, texts) = std::mem::take(&mut row);
            push(&mut grid, number, &texts);
            match at {
                None => return Ok(grid),
                Some(_) if grid.len() >= most => return Ok(grid),
                Some((number, _)) => row.0 = number,
            }
        }
        let (Some(cell), Some((number, column))) = (next, at) else { return Ok(grid) };
        if number >= MAX_ROWS || column >= MAX_COLUMNS {
            return Err(What::SheetTooLarge { rows: MAX_ROWS, columns: MAX_COLUMNS });
        }
        let text = text(cell.get_value());
        let column = column as usize;
        if !text.is_empty() {
            row.1.resize(row.1.len().max(column + 1), String::new());
            row.1[column] = text;
        }
    }
}

/// The first row of a merged area keeps its value for those below.
fn fill(row: &mut (u32, Vec<String>), start: (u32, u32), values: &mut HashMap<(u32, u32), String>) {
    let column = start.1 as usize;
    if row.0 == start.0 {
        if let Some(text) = row.1.get(column).filter(|text| !text.is_empty()) {
            values.insert(start, text.clone());
        }
    } else if let Some(value) = values.get(&start) {
        row.1.resize(row.1.len().max(column + 1), String::new());
        if row.1[column].is_empty() {
            row.1[column].clone_from(value);
        }
    }
}

fn push(grid: &mut Grid, number: u32, texts: &[String]) {
    if texts.iter().any(|text| !text.trim().is_empty()) {
        let record: ByteRecord = texts.iter().map(String::as_bytes).collect();
        grid.push((u64::from(number) + 1, record));
    }
}

/// A cell as a person reads it in Excel, as far as nothing is lost by it.
fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        // Excel keeps 15 digits: a whole number below that is what was typed.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Error(error) => error.to_string(),
        DataRef::DateTime(time) if time.is_duration() => time.as_f64().to_string(),
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
            }
        }
    }
}
