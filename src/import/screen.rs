//! An outbound list, split by whom it is about: in constant memory, each row's cells as they stood, save that an apostrophe
//! stands before what a spreadsheet would calculate.
//!
//! Owns: finding the columns of the principal, reading them, handing each row to its side. Does not own: who has asked to stop
//! (`record::stop`), the files.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use csv::ByteRecord;

use super::encoding::{BOM, Encoding, Survey, survey};
use super::heading::Needed;
use super::position::{Ending, MAX_ROW, RowError, Rows};
use super::problem::{NotRead, Place, Problem, SourceError, What};
use super::reading::Input;
use super::vocabulary::{Meaning, meaning};
use crate::record::{Field, Side, formula};

/// How much is written in one piece.
const BUFFER: usize = 256 * 1024;

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It may go out.
    Allowed,
    /// It may not, for this reason.
    Stopped(String),
}

/// How many rows went where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Divided {
    /// Rows that may go out.
    pub allowed: u64,
    /// Rows that may not.
    pub stopped: u64,
}

/// An outbound list whose heading is understood.
pub struct Outbound {
    name: Arc<str>,
    survey: Survey,
    rows: Rows,
    heading: ByteRecord,
    id: Option<usize>,
    name_at: Option<usize>,
}

/// Why a list was not split to its end.
#[derive(Debug)]
pub enum Unsplit {
    /// It cannot be read, or a row of it cannot.
    List(NotRead),
    /// The list of those who may go out cannot be written.
    Allowed(io::Error),
    /// The list of the others cannot be written.
    Stopped(io::Error),
}

impl Outbound {
    /// Opens a list and finds the columns that say whom each row is about.
    ///
    /// # Errors
    /// [`NotRead`], as for files to import.
    pub fn open(input: &Input) -> Result<Outbound, NotRead> {
        let name: Arc<str> = Arc::from(input.name.as_str());
        let failed = |error| NotRead::Source(SourceError { name: Arc::clone(&name), error });
        let refused = |line, what| {
            let file = Arc::clone(&name);
            NotRead::Problems(vec![Problem {
                file,
                line,
                place: Place::Whole,
                column: None,
                value: None,
                what,
            }])
        };
        let survey =
            survey(&input.source, input.encoding).map_err(failed)?.map_err(|what| refused(None, what))?;
        let mut rows = Rows::new(survey.open(&input.source).map_err(failed)?, survey.delimiter);
        let mut heading = ByteRecord::new();
        let line = match rows.read(&mut heading) {
            Ok(Some(at)) => at.line,
            Ok(None) => return Err(refused(None, What::EmptyFile)),
            Err(RowError::TooLong { line }) => {
                return Err(refused(Some(line), What::RowTooLong { limit: MAX_ROW }));
            }
            Err(RowError::Io(error)) => return Err(failed(error)),
        };
        let mut texts: Vec<Cow<'_, str>> = Vec::new();
        for cell in &heading {
            let text = survey.encoding.decode(cell);
            let text = text.ok_or_else(|| refused(Some(line), What::NotInEncoding(survey.encoding)))?;
            texts.push(match formula::unguarded(&text) {
                Some(text) => Cow::Owned(text.to_owned()),
                None => text,
            });
        }
        let meant = |field: Field| {
            texts.iter().position(|t| matches!(meaning(t), Meaning::Field(f, _) if f == field))
        };
        // In a list of people, a plain 氏名 is theirs.
        let perhaps = || {
            let name = |t: &str| matches!(meaning(t), Meaning::Ambiguous(all) if all.contains(&Field::PrincipalName));
            texts.iter().position(|t| name(t))
        };
        let (id, name_at) = (meant(Field::PrincipalId), meant(Field::PrincipalName).or_else(perhaps));
        if id.or(name_at).is_none() {
            return Err(refused(Some(line), What::HeadingMissing(Needed::Principal, Side::Provider)));
        }
        drop(texts);
        Ok(Outbound { name, survey, rows, heading, id, name_at })
    }

    /// Splits the rows. `judge` is told the principal's ID and name; the reason stands behind the row in a column `reason`.
    ///
    /// # Errors
    /// [`Unsplit`]: a row that cannot be read stops it, because nobody may take what came before for everything.
    pub fn split<W: Write>(
        mut self,
        allowed: W,
        stopped: W,
        reason: &str,
        judge: &mut dyn FnMut(Option<&str>, Option<&str>) -> Sent,
    ) -> Result<Divided, Unsplit> {
        let encoding = self.survey.encoding;
        let no_allowed = |e: csv::Error| Unsplit::Allowed(e.into());
        let no_stopped = |e: csv::Error| Unsplit::Stopped(e.into());
        let writer = |mut file: W| -> io::Result<csv::Writer<W>> {
            if self.survey.mark > 0 {
                file.write_all(BOM)?;
            }
            let mut builder = csv::WriterBuilder::new();
            builder.delimiter(self.survey.delimiter);
            Ok(builder.terminator(csv::Terminator::CRLF).buffer_capacity(BUFFER).from_writer(file))
        };
        let mut allowed = writer(allowed).map_err(Unsplit::Allowed)?;
        let mut stopped = writer(stopped).map_err(Unsplit::Stopped)?;
        let mut row = guarded(self.heading.clone(), encoding);
        allowed.write_byte_record(&row).map_err(no_allowed)?;
        row.push_field(&encoding.encode(reason));
        stopped.write_byte_record(&row).map_err(no_stopped)?;
        let mut split = Divided::default();
        loop {
            let at = match self.rows.read(&mut row) {
                Ok(None) => break,
                Ok(Some(at)) => at,
                Err(RowError::TooLong { line }) => {
                    return Err(self.refused(line, What::RowTooLong { limit: MAX_ROW }));
                }
                Err(RowError::Io(error)) => {
                    let name = Arc::clone(&self.name);
                    return Err(Unsplit::List(NotRead::Source(SourceError { name, error })));
                }
            };
            if at.ending == Ending::InsideQuotes {
                return Err(self.refused(at.line, What::QuoteNotClosed));
            }
            if row.len() == 1 && row.get(0).is_some_and(<[u8]>::is_empty) {
                continue;
            }
            let (expected, found) = (self.heading.len(), row.len());
            if expected != found {
                return Err(self.refused(at.line, What::WrongNumberOfCells { expected, found }));
            }
            let cell = |at: Option<usize>| match at.and_then(|at| row.get(at)) {
                None => Ok(None),
                Some(bytes) => match encoding.decode(bytes) {
                    None => Err(()),
                    Some(text) => Ok(present(text)),
                },
            };
            let (Ok(id), Ok(name)) = (cell(self.id), cell(self.name_at)) else {
                return Err(self.refused(at.line, What::NotInEncoding(encoding)));
            };
            let mut sent = judge(id.as_deref(), name.as_deref());
            // A list that was screened before has apostrophes that are ours; of another, nobody can tell: it is held against both.
            let bare =
                |text: &Option<Cow<'_, str>>| text.as_deref().and_then(formula::unguarded).map(str::to_owned);
            let (bare_id, bare_name) = (bare(&id), bare(&name));
            if sent == Sent::Allowed && (bare_id.is_some() || bare_name.is_some()) {
                sent = judge(bare_id.as_deref().or(id.as_deref()), bare_name.as_deref().or(name.as_deref()));
            }
            drop((id, name));
            row = guarded(row, encoding);
            match sent {
                Sent::Allowed => {
                    split.allowed += 1;
                    allowed.write_byte_record(&row).map_err(no_allowed)?;
                }
                Sent::Stopped(why) => {
                    split.stopped += 1;
                    row.push_field(&encoding.encode(&why));
                    stopped.write_byte_record(&row).map_err(no_stopped)?;
                }
            }
        }
        allowed.flush().map_err(Unsplit::Allowed)?;
        stopped.flush().map_err(Unsplit::Stopped)?;
        Ok(split)
    }

    fn refused(&self, line: u64, what: What) -> Unsplit {
        let file = Arc::clone(&self.name);
        let (line, place) = (Some(line), Place::Whole);
        Unsplit::List(NotRead::Problems(vec![Problem { file, line, place, column: None, value: None, what }]))
    }
}

/// The row with an apostrophe before each cell that a spreadsheet would calculate. A cell that has one stays as it is: whoever
/// reads these lists takes it off.
fn guarded(row: ByteRecord, encoding: Encoding) -> ByteRecord {
    let cell = |cell| encoding.guarded(cell, true);
    match row.iter().any(|bytes| matches!(cell(bytes), Cow::Owned(_))) {
        true => row.iter().map(cell).collect(),
        false => row,
    }
}

/// What is left of a cell without the white space around it.
fn present(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let inner = text.trim();
    match (inner.is_empty(), inner.len() == text.len()) {
        (true, _) => None,
        (false, true) => Some(text),
        (false, false) => Some(Cow::Owned(inner.to_owned())),
    }
}
