//! The whole reading of an import, from bytes to records, on whatever bytes there are: nothing panics, and no row is lost
//! between those read and those accepted, refused or skipped. The same is fuzzed in `fuzz/`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::sync::Arc;

use crate::fuzzed::reading::{How, read, workbook};
use proptest::prelude::*;
use provlog::import::{Columns, Encoding, Map};
use provlog::record::Side;

const HEAD: &str = "提供日,提供先,提供先住所,代表者,会員番号,提供項目,根拠,備考";
const ROW: &str = "2024/4/1,架空商事,東京都架空区1,見本 太郎,C-1,氏名、住所,オプトアウト,";

/// Lines of maps.
const MAP: &[&str] = &[
    "version = 1",
    "side = \"receipt\"",
    "[file]",
    "heading = false",
    "encoding = \"cp932\"",
    "[columns]",
    "provided_on = \"提供日\"",
    "provided_on = \"#1\"",
    "items = [\"提供項目\", \"備考\"]",
    "party = \"提供先\"",
    "leave_out = [\"備考\"]",
    "undecided = []",
    "[constants]",
    "basis = \"opt-out\"",
    "[days]",
    "order = \"dmy\"",
    "[items]",
    "separators = [\"、\", \"と\"]",
    "separators = []",
    "[ditto]",
    "marks = [\"〃\"]",
    "blank = [\"recipient_name\", \"items\"]",
    "[[skip]]",
    "column = \"備考\"",
    "is = [\"合計\", \"\"]",
    "[words.basis]",
    "\"○\" = \"consent\"",
];

/// Any bytes, and pieces of what ledgers are made of.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        "[\"\n\r,{}:\\[\\]]{1,3}".prop_map(String::into_bytes),
        any::<String>().prop_map(String::into_bytes),
        Just(b"\"items\":".to_vec()),
        Just(format!("{ROW}\n").into_bytes()),
        Just("令和6年2月30日,".as_bytes().to_vec()),
        Just("合計,〃,同上,記入例,".as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..8),
    ];
    proptest::collection::vec(token, 0..12).prop_map(|tokens| tokens.concat())
}

/// Values as they stand in cells, good ones and nasty ones; none is a heading.
const CELLS: &[&str] = &[
    "",
    " ",
    "　",
    "2024/4/1",
    "令和6年4月1日",
    "R6.4.1",
    "20240401",
    "45383",
    "2024/2/30",
    "〃",
    "同上",
    "合計",
    "記入例",
    "架空商事",
    "見本 太郎",
    "C-1",
    "00012",
    "1.23E+11",
    "#N/A",
    "####",
    "氏名、住所",
    "氏名；電話番号",
    "オプトアウト",
    "同意",
    "○",
    "×",
    "=1+1",
    "a\"b",
    "一行目\n二行目",
    ",",
    ";",
    "\t",
    "㈱架空①",
];

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![4 => prop::sample::select(CELLS).prop_map(str::to_owned), 1 => "[a-zぁ-ん、\"\n]{0,6}"]
}

fn table() -> impl Strategy<Value = Vec<Vec<String>>> {
    let good_but_for = |(at, cell): (prop::sample::Index, String)| {
        let mut row: Vec<String> = ROW.split(',').map(str::to_owned).collect();
        let at = at.index(row.len());
        row[at] = cell;
        row
    };
    let row = prop_oneof![
        proptest::collection::vec(cell(), 1..10),
        (any::<prop::sample::Index>(), cell()).prop_map(good_but_for),
    ];
    proptest::collection::vec(row, 0..25)
}

/// The rows that have something in them.
fn there(rows: &[Vec<String>]) -> u64 {
    rows.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).count() as u64
}

fn csv(rows: &[Vec<String>], delimiter: u8) -> String {
    let mut out = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(Vec::new());
    out.write_record(HEAD.split(',')).unwrap();
    rows.iter().for_each(|row| out.write_record(row).unwrap());
    String::from_utf8(out.into_inner().unwrap()).unwrap()
}

fn xlsx(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, cell) in HEAD.split(',').enumerate() {
        sheet.write_string(0, u16::try_from(at).unwrap(), cell).unwrap();
    }
    for (row, cells) in rows.iter().enumerate() {
        for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(u32::try_from(row + 1).unwrap(), u16::try_from(at).unwrap(), cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn in_every_way(bytes: &[u8]) {
    for (side, columns) in
        [(Side::Provider, Columns::StopAtUnknown), (Side::Recipient, Columns::RefuseUnknown)]
    {
        read(bytes, &How { side, columns, ..How::default() });
    }
    for encoding in [Encoding::Utf8, Encoding::Cp932, Encoding::Utf16Le, Encoding::Utf16Be] {
        read(bytes, &How { encoding: Some(encoding), ..How::default() });
    }
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in bytes()) {
        for start in ["", HEAD, "{", "\u{feff}", "PK\u{3}\u{4}"] {
            let line = if start == HEAD { "\n" } else { "" };
            in_every_way(&[start.as_bytes(), line.as_bytes(), &bytes].concat());
        }
    }

    #[test]
    fn every_row_that_is_written_is_read(rows in table()) {
        for delimiter in *b",\t;" {
            let text = csv(&rows, delimiter);
            let marked = format!("\u{feff}{text}").into_bytes();
            let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            let (cp932, _, lossy) = encoding_rs::SHIFT_JIS.encode(&text);
            prop_assert!(!lossy);
            for (bytes, what) in [(text.as_bytes(), "UTF-8"), (&marked, "with a mark"), (&utf16, "UTF-16"), (&cp932, "CP932")] {
                let report = read(bytes, &How::default());
                let read = report.map_or(0, |report| report.read);
                prop_assert_eq!(read, there(&rows), "{} parted by {:?}:\n{}", what, char::from(delimiter), text);
            }
        }
        let read = read(&xlsx(&rows), &How::default()).map_or(0, |report| report.read);
        prop_assert_eq!(read, there(&rows), "xlsx");
    }

    #[test]
    fn no_map_makes_reading_panic(
        lines in proptest::collection::vec(
            prop_oneof![
                "[a-z_]{1,8} = (\"[a-z#0-9提供日]{0,8}\"|[0-9]{1,3}|\\[\\])",
                prop::sample::select(MAP).prop_map(str::to_owned),
            ],
            0..8,
        ),
        rows in table(),
    ) {
        if let Ok(map) = Map::read("m.toml", &lines.join("\n")) {
            let how = How { map: Some(Arc::new(map)), ..How::default() };
            read(csv(&rows, b',').as_bytes(), &how);
            read(&xlsx(&rows), &how);
        }
    }

    #[test]
    fn no_workbook_makes_reading_panic(
        rows in table(),
        spoilt in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        sheet in "(<worksheet>)?(<sheetData>)?(<(row|c|v|f|mergeCell)( (r|t|s|ref)=\"[A-Z0-9:s]{0,9}\")*/?>|[0-9a-z]{1,3}|</(v|c|row)>){0,12}",
    ) {
        let mut book = xlsx(&rows);
        for (at, byte) in spoilt {
            let at = at.index(book.len());
            book[at] = byte;
        }
        read(&book, &How::default());
        book.truncate(cut.index(book.len()));
        read(&book, &How::default());
        read(&workbook(sheet.as_bytes(), b"<sst><si><t>a</t></si></sst>"), &How::default());
    }
}
