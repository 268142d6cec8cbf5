//! What must hold of every input, whatever its bytes: for the properties in `tests/reading.rs` and the fuzz target in
//! `fuzz/`, which both read it from here. It knows nothing of the other tests.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness for tests"
)]

use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;
use std::sync::Arc;

use provlog::import::{
    Columns, Content, Encoding, Input, Map, NotRead, Report, Settings, Sheet, Source, outline,
};
use provlog::ledger::part::{check_element, check_text};
use provlog::record::judge::Check;
use provlog::record::rules::FutureDays;
use provlog::record::{Field, Provision, Side};

/// How an input is read.
#[derive(Clone, Debug)]
pub struct How {
    pub side: Side,
    pub columns: Columns,
    pub encoding: Option<Encoding>,
    pub map: Option<Arc<Map>>,
}

impl Default for How {
    fn default() -> How {
        How { side: Side::Provider, columns: Columns::StopAtUnknown, encoding: None, map: None }
    }
}

pub fn settings(how: &How) -> Settings {
    Settings {
        constants: Vec::new(),
        columns: how.columns,
        check: Check {
            side: how.side,
            today: "2026-11-23".parse().unwrap(),
            future: FutureDays::Refused,
            as_happened: false,
            registers: Arc::default(),
            erased: None,
        },
        map: how.map.clone(),
    }
}

pub fn input(bytes: &[u8], how: &How) -> Input {
    let (name, source) = ("old.csv".to_owned(), Source::Memory(Arc::from(bytes)));
    Input { name, source, encoding: how.encoding, sheet: None }
}

/// Reads an input as an import does, twice, and holds it to what must be true; the report where it has a heading.
pub fn read(bytes: &[u8], how: &How) -> Option<Report> {
    if let Err(NotRead::Problems(problems)) = outline(input(bytes, how), settings(how)) {
        assert!(!problems.is_empty(), "refused for no reason");
    }
    let sheet = match Sheet::open(input(bytes, how), settings(how)) {
        Ok(sheet) => sheet,
        Err(NotRead::Problems(problems)) => {
            assert!(!problems.is_empty(), "refused for no reason");
            return None;
        }
        Err(NotRead::Source(error)) => panic!("bytes in memory cannot be read: {error:?}"),
    };
    let (report, first) = rows(&sheet);
    // What is loaded is what was checked.
    assert_eq!(rows(&sheet).1, first, "the second reading differs from the first");
    Some(report)
}

/// The lines of the rows, and what each was: accepted, refused or skipped. `None`: the heading is refused.
pub fn outcomes(bytes: &[u8], how: &How) -> Option<Vec<(u64, char)>> {
    Sheet::open(input(bytes, how), settings(how)).ok().map(|sheet| rows(&sheet).1)
}

/// The rows, counted, and what each was.
fn rows(sheet: &Sheet) -> (Report, Vec<(u64, char)>) {
    let mut report = Report::default();
    let mut seen = Vec::new();
    let (mut line, mut bytes) = (sheet.titles().map_or(0, |(_, last)| last), 0);
    sheet
        .rows(&mut |row| {
            assert!(row.line > line, "line {} after line {line}", row.line);
            assert!(
                bytes <= row.bytes_read && row.bytes_read <= sheet.len(),
                "it has read more than there is"
            );
            (line, bytes) = (row.line, row.bytes_read);
            report.add(row.line, &row.content);
            seen.push((row.line, kind(&row.content)));
            ControlFlow::Continue(())
        })
        .unwrap();
    let skipped: u64 = report.skipped.values().sum();
    assert_eq!(report.read, report.accepted + report.refused + skipped, "a row is lost");
    assert_eq!(report.read, seen.len() as u64);
    (report, seen)
}

fn kind(content: &Content) -> char {
    match content {
        Content::Accepted(accepted) => {
            can_be_stored(&accepted.provision);
            'a'
        }
        Content::Refused(problems) => {
            assert!(!problems.is_empty(), "refused for no reason");
            assert!(problems.iter().all(|problem| problem.line.is_some()), "a problem without its line");
            'r'
        }
        Content::Skipped(_) => 's',
    }
}

/// What is accepted can be recorded: the load must not find out that it cannot.
fn can_be_stored(p: &Provision) {
    for field in Field::ALL {
        let Some(text) = p.text(*field) else { continue };
        match field.is_list() {
            true => text
                .split('\n')
                .for_each(|item| assert_eq!(check_element(item), Ok(()), "{field:?}: {text:?}")),
            false => assert_eq!(check_text(&text), Ok(()), "{field:?}: {text:?}"),
        }
    }
}

/// A workbook with this text in the place of its sheet, and this one in that of its shared strings.
pub fn workbook(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
    const RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const BOOK: &[u8] = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    const BOOK_RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
