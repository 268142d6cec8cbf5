//! The file of refused rows: each as it stood, byte for byte, with its line and the reason behind it, in the encoding
//! of the file it came from (UTF-8 in the place of UTF-16), so that it can be mended in the same program and imported again. An
//! apostrophe stands before what a spreadsheet would calculate; `import` takes it off again.
//!
//! Owns: that file. Does not own: what is refused (`load`).

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use provlog::import::{Encoding, Problem, Sheet};
use provlog::record::formula;
use provlog::unfinished::Draft;

use super::lang::Lang;
use super::output::Output;
use super::trouble::Trouble;
use super::{text, unfinished};

/// Headings of the two added columns; `import` leaves them out when the mended file comes back.
const LINE: &str = "provlog_line";
const REASON: &str = "provlog_reason";

pub(crate) struct Rejects {
    path: PathBuf,
    file: csv::Writer<Unnamed>,
    encoding: Encoding,
    row: ByteRecord,
}

/// The file as a writer.
struct Unnamed(Draft);

impl Write for Unnamed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How much is written in one piece.
const BUFFER: usize = 64 * 1024;

impl Rejects {
    /// Makes the file, which must not exist: refused rows hold personal data, and nobody's file is overwritten.
    pub(crate) fn create(path: &Path, sheet: &Sheet, out: &mut Output) -> Result<Self, Trouble> {
        let draft = unfinished::file(path, out)?;
        if sheet.has_bom() {
            let written = draft.file().write_all("\u{feff}".as_bytes());
            written.map_err(|e| Trouble::Write(path.to_owned(), e))?;
        }
        let writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .delimiter(sheet.delimiter())
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_writer(Unnamed(draft));
        let mut rejects = Rejects {
            path: path.to_owned(),
            file: writer,
            encoding: sheet.encoding(),
            row: ByteRecord::new(),
        };
        let heading = sheet.heading_row();
        // A file without a heading comes back without one.
        if !heading.is_empty() {
            let mut heading: ByteRecord = heading.iter().map(|cell| sheet.guarded(cell)).collect();
            heading.push_field(LINE.as_bytes());
            heading.push_field(REASON.as_bytes());
            rejects.write(&heading)?;
        }
        Ok(rejects)
    }

    /// Adds a refused row.
    pub(crate) fn add(
        &mut self,
        sheet: &Sheet,
        raw: &ByteRecord,
        line: u64,
        problems: &[Problem],
        lang: Lang,
    ) -> Result<(), Trouble> {
        let reasons: Vec<String> = problems
            .iter()
            .map(|p| {
                let column = p.column.as_deref().map(|c| format!("{c}: ")).unwrap_or_default();
                format!("{column}{}", text::problem(lang, &p.what).what)
            })
            .collect();
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        raw.iter().for_each(|cell| row.push_field(&sheet.guarded(cell)));
        row.push_field(line.to_string().as_bytes());
        row.push_field(&self.encoding.encode(&formula::guarded(&reasons.join(" / "))));
        let written = self.write(&row);
        self.row = row;
        written
    }

    fn write(&mut self, row: &ByteRecord) -> Result<(), Trouble> {
        self.file.write_byte_record(row).map_err(|e| Trouble::Write(self.path.clone(), e.into()))
    }

    /// Makes the file durable and gives it its name.
    pub(crate) fn finish(self) -> Result<(), Trouble> {
        let file = self.file.into_inner();
        let Unnamed(draft) = file.map_err(|e| Trouble::Write(self.path, e.into_error()))?;
        Ok(draft.finish()?)
    }
}
