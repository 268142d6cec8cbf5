//! Files of records, their headings, days and maps: whatever they hold, each row is accepted, refused or left out, none is
//! lost, and what is taken is what stood there.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};
use provlog::import::dates::{Day, DayRemark, Order, read, read_in};
use provlog::import::{Columns, Encoding, Map, NotRead, Sheet, What, outline};
use provlog::ledger::Timestamp;
use provlog::ledger::time::day_from_text;
use provlog::record::Side;
use unicode_normalization::UnicodeNormalization as _;

use super::reading::{self, How, input, outcomes, settings, workbook};

const HEAD: &str = "提供日,提供先,提供先住所,代表者,会員番号,提供項目,根拠,備考\n";
const ROW: &str = "2024/4/1,架空商事,東京都架空区1,見本 太郎,C-1,氏名、住所,オプトアウト,\n";

/// True where a row was accepted.
fn some_accepted(bytes: &[u8], how: &How) -> bool {
    super::caught_panics_are_none();
    reading::read(bytes, how).is_some_and(|report| report.accepted > 0)
}

fn with(encoding: Encoding) -> How {
    How { encoding: Some(encoding), ..How::default() }
}

/// Rows under a known heading: read the same in every encoding that can hold them.
pub fn csv(data: &[u8]) -> bool {
    let file = [HEAD.as_bytes(), data].concat();
    let accepted = some_accepted(&file, &How::default());
    reading::read(&file, &with(Encoding::Cp932));
    let Ok(text) = std::str::from_utf8(&file) else { return accepted };
    let read = outcomes(&file, &with(Encoding::Utf8));
    let marked = [b"\xef\xbb\xbf", &file[..]].concat();
    assert_eq!(outcomes(&marked, &with(Encoding::Utf8)), read, "with a byte order mark");
    let units = || text.encode_utf16();
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    assert_eq!(outcomes(&little, &with(Encoding::Utf16Le)), read, "in UTF-16, little-endian");
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    assert_eq!(outcomes(&big, &with(Encoding::Utf16Be)), read, "in UTF-16, big-endian");
    let (cp932, _, lossy) = encoding_rs::SHIFT_JIS.encode(text);
    let (back, _) = encoding_rs::SHIFT_JIS.decode_without_bom_handling(&cp932);
    if !lossy && back == text {
        assert_eq!(outcomes(&cp932, &with(Encoding::Cp932)), read, "in CP932");
    }
    accepted
}

/// Headings, a line each, over one row of data: the names that a map is told to use lead back to the columns, all of them.
pub fn heading(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let headings: Vec<&str> = text.split('\n').take(40).collect();
    let mut file = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    file.write_record(&headings).unwrap();
    file.write_record(ROW.trim_end().split(',').chain(std::iter::repeat("x")).take(headings.len())).unwrap();
    let file = file.into_inner().unwrap();
    for (side, columns) in
        [(Side::Provider, Columns::RefuseUnknown), (Side::Recipient, Columns::StopAtUnknown)]
    {
        reading::read(&file, &How { side, columns, ..How::default() });
    }
    let understood = some_accepted(&file, &How::default());
    let Ok(found) = outline(input(&file, &How::default()), settings(&How::default())) else {
        return understood;
    };
    let names: BTreeSet<&str> = found.columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), found.columns.len(), "two columns of one name: {names:?}");
    let quoted = |name: &&str| {
        let escaped: String = name.chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect();
        format!("\"{escaped}\"")
    };
    let names: Vec<String> = names.iter().map(quoted).collect();
    let map = Map::read("m.toml", &format!("[columns]\nleave_out = [{}]\n", names.join(","))).unwrap();
    let how = How { map: Some(Arc::new(map)), ..How::default() };
    if let Err(NotRead::Problems(problems)) = Sheet::open(input(&file, &how), settings(&how)) {
        for problem in problems {
            let lost = matches!(problem.what, What::MapColumnMissing | What::MapColumnTwice);
            assert!(!lost, "{:?}: {:?}", problem.column, problem.what);
        }
    }
    understood
}

/// A day as somebody has written it, and times and days of the format.
pub fn dates(data: &[u8]) -> bool {
    if let Some(time) = Timestamp::from_text(data) {
        assert_eq!(time.to_string().as_bytes(), data);
    }
    if let Some(day) = day_from_text(data) {
        assert_eq!(day.to_string().as_bytes(), data);
    }
    let Ok(text) = std::str::from_utf8(data) else { return false };
    let orders = [Order::Ymd, Order::Dmy, Order::Mdy].map(|order| read_in(text, order));
    assert_eq!(orders[0], read(text));
    if orders[0].is_ok() {
        assert_eq!(
            (orders[0], orders[0]),
            (orders[1], orders[2]),
            "the order decides where the year is first"
        );
    }
    for read_day in orders.into_iter().flatten() {
        is_there(text, read_day);
    }
    orders.iter().any(Result::is_ok)
}

/// The numbers of a day stand in its text, and no others.
fn is_there(text: &str, Day { day, remark }: Day) {
    assert!((1900..=2200).contains(&day.year()), "{text:?}: {day}");
    assert_eq!(read(&day.to_string()), Ok(Day { day, remark: None }));
    let folded: String = text.nfkc().collect();
    let groups = folded.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
    let mut numbers: Vec<u32> = groups.map(|group| group.parse().unwrap_or(u32::MAX)).collect();
    // A time of the day, its fraction and its zone stand behind it.
    if folded.contains(':') {
        assert!(numbers.len() >= 3, "{text:?}: {day}");
    }
    if remark == Some(DayRemark::Serial) {
        let zero = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        assert_eq!(u32::try_from((day - zero).num_days()).ok(), numbers.first().copied(), "{text:?}");
        return;
    }
    let year = day.year().unsigned_abs();
    let eras = [2018, 1988, 1925].map(|before| year.saturating_sub(before));
    let is_year = |n: &u32| *n == year || eras.contains(n);
    if numbers.first() == Some(&(year * 10_000 + day.month() * 100 + day.day())) {
        return;
    }
    numbers.truncate(3);
    let named = folded.chars().any(|c| c.is_ascii_alphabetic() && !"TRHSrhs".contains(c));
    let first_year = folded.contains('元');
    let of_month = numbers.contains(&day.day());
    let month = named || numbers.contains(&day.month());
    assert!(of_month && month && (first_year || numbers.iter().any(is_year)), "{text:?}: {day}");
}

/// A map, read against a small ledger: what is wrong with it has a line of it.
pub fn map(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    match Map::read("m.toml", &text) {
        Ok(map) => {
            let how = How { map: Some(Arc::new(map)), ..How::default() };
            some_accepted(&[HEAD, ROW, "\n合計,,,,,,,\n"].concat().into_bytes(), &how);
            true
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused for no reason");
            let lines = 1 + text.matches('\n').count() as u64;
            for line in problems.iter().filter_map(|problem| problem.line) {
                assert!((1..=lines).contains(&line), "line {line} of {lines}");
            }
            false
        }
    }
}

/// JSON Lines, as `record --from` reads them: what is accepted is an object by another reader too.
pub fn jsonl(data: &[u8]) -> bool {
    let file = [b"{", data].concat();
    for columns in [Columns::RefuseUnknown, Columns::StopAtUnknown] {
        let how = How { columns, encoding: Some(Encoding::Utf8), ..How::default() };
        reading::read(&file, &how);
        let Some(rows) = outcomes(&file, &how) else { continue };
        let lines: Vec<&[u8]> = file.split(|b| *b == b'\n').collect();
        for (line, outcome) in rows {
            let text = lines[usize::try_from(line).unwrap() - 1];
            let object = serde_json::from_slice::<serde_json::Map<_, serde_json::Value>>(text);
            assert!(object.is_ok() || outcome == 'r', "line {line} is {outcome}: {}", text.escape_ascii());
        }
    }
    some_accepted(&file, &How { columns: Columns::RefuseUnknown, ..How::default() })
}

/// The whole path of an import, from bytes to records: text in every encoding, JSON Lines, workbooks, maps. The first byte says
/// what the others are.
pub fn import(data: &[u8]) -> bool {
    let Some((&what, data)) = data.split_first() else { return false };
    let how = How {
        side: if what & 0x80 == 0 { Side::Provider } else { Side::Recipient },
        columns: if what & 0x40 == 0 { Columns::StopAtUnknown } else { Columns::RefuseUnknown },
        ..How::default()
    };
    let with = |encoding| How { encoding: Some(encoding), ..how.clone() };
    let head = HEAD.as_bytes();
    // Two files, parted by a NUL.
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match what & 0x0f {
        0 => some_accepted(data, &how),
        1 => some_accepted(&[head, data].concat(), &how),
        2 => some_accepted(&[head, data].concat(), &with(Encoding::Utf8)),
        3 => some_accepted(data, &with(Encoding::Cp932)),
        4 => some_accepted(data, &with(Encoding::Utf16Le)),
        5 => some_accepted(data, &with(Encoding::Utf16Be)),
        6 => some_accepted(&[b"{", data].concat(), &how),
        7 => some_accepted(&workbook(data, b"<sst><si><t>a</t></si></sst>"), &how),
        8 => some_accepted(&workbook(first, second), &how),
        9 => match Map::read("m.toml", &String::from_utf8_lossy(first)) {
            Ok(map) => some_accepted(&[head, second].concat(), &How { map: Some(Arc::new(map)), ..how }),
            Err(_) => false,
        },
        _ => some_accepted(&[b"PK\x03\x04", data].concat(), &how),
    }
}
