//! The file of refused rows: each as it stood, byte for byte, with its line and the reason behind it, in the encoding
//! of the file it came from (UTF-8 in the place of UTF-16), so that it can be mended in the same program and imported again.
//!
//! Owns: that file. Does not own: what is refused (`load`).

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use provlog::import::{Encoding, Problem, Sheet};

use super::lang::Lang;
use super::text;
use super::trouble::Trouble;

/// Headings of the two added columns; `import` leaves them out when the mended file comes back.
const LINE: &str = "provlog_line";
const REASON: &str = "provlog_reason";

pub(crate) struct Rejects {
    path: PathBuf,
    file: csv::Writer<BufWriter<File>>,
    encoding: Encoding,
    row: ByteRecord,
}

impl Rejects {
    /// Makes the file, which must not exist: refused rows hold personal data, and nobody's file is overwritten.
    pub(crate) fn create(path: &Path, sheet: &Sheet) -> Result<Self, Trouble> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = options.open(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => Trouble::OutputExists(path.to_owned()),
            _ => Trouble::Write(path.to_owned(), e),
        })?;
        let mut file = BufWriter::new(file);
        if sheet.has_bom() {
            file.write_all("\u{feff}".as_bytes()).map_err(|e| Trouble::Write(path.to_owned(), e))?;
        }
        let writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .delimiter(sheet.delimiter())
            .flexible(true)
            .from_writer(file);
        let mut rejects = Rejects {
            path: path.to_owned(),
            file: writer,
            encoding: sheet.encoding(),
            row: ByteRecord::new(),
        };
        let mut heading = sheet.heading_row().clone();
        // A file without a heading comes back without one.
        if !heading.is_empty() {
            heading.push_field(LINE.as_bytes());
            heading.push_field(REASON.as_bytes());
            rejects.write(&heading)?;
        }
        Ok(rejects)
    }

    /// Adds a refused row.
    pub(crate) fn add(
        &mut self,
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
        row.clone_from(raw);
        row.push_field(line.to_string().as_bytes());
        row.push_field(&self.encoding.encode(&reasons.join(" / ")));
        let written = self.write(&row);
        self.row = row;
        written
    }

    fn write(&mut self, row: &ByteRecord) -> Result<(), Trouble> {
        self.file.write_byte_record(row).map_err(|e| Trouble::Write(self.path.clone(), e.into()))
    }

    /// Makes the file durable.
    pub(crate) fn finish(self) -> Result<(), Trouble> {
        let path = self.path;
        let failed = |e| Trouble::Write(path.clone(), e);
        let file = self.file.into_inner().map_err(|e| failed(e.into_error()))?;
        let file = file.into_inner().map_err(|e| failed(e.into_error()))?;
        file.sync_all().map_err(failed)
    }
}
