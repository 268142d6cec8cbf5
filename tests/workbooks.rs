//! Importing .xlsx as Excel keeps it: which sheet, which text a cell has, what is refused.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Room, Words};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

const HEADING: [&str; 6] = ["提供年月日", "提供先", "提供先住所", "代表者", "本人ID", "提供項目"];

fn rows(room: &Room) -> Vec<serde_json::Value> {
    room.run("list --json --kind provision").done().objects()
}

fn write(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, cell) in cells.iter().enumerate() {
        if !cell.is_empty() {
            sheet.write_string(row, u16::try_from(column).unwrap(), *cell).unwrap();
        }
    }
}

fn ledger(sheet: &mut Worksheet) {
    write(sheet, 0, &HEADING);
    write(sheet, 1, &["2025/4/1", "架空", "東京都", "見本", "00123", "氏名、住所"]);
}

const OPT_OUT: &str = "--basis opt-out";

fn import(room: &Room, book: &mut Workbook, more: impl Words) -> crate::support::Ran {
    book.save(room.path("h.xlsx")).unwrap();
    room.run("import h.xlsx".and(OPT_OUT).and(more))
}

#[test]
fn days_numbers_and_merged_cells_become_what_a_person_reads() {
    let room = Room::with_ledger();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("2025年度").unwrap();
    let day = Format::new().set_num_format("yyyy/m/d");
    write(sheet, 0, &["第三者提供記録簿"]);
    write(sheet, 2, &["提供日", "提供先", "", "", "本人ID", "提供項目", "備考"]);
    write(sheet, 3, &["", "名称", "住所", "代表者"]);
    sheet.merge_range(2, 1, 2, 3, "提供先", &Format::new()).unwrap();
    for column in [0, 4, 5, 6] {
        let heading = ["提供日", "", "", "", "本人ID", "提供項目", "備考"][usize::from(column)];
        sheet.merge_range(2, column, 3, column, heading, &Format::new()).unwrap();
    }
    // One day over three rows, and one recipient over two.
    sheet.merge_range(4, 0, 6, 0, "", &day).unwrap();
    sheet
        .write_datetime_with_format(4, 0, ExcelDateTime::parse_from_str("2025-04-01").unwrap(), &day)
        .unwrap();
    for column in 1..4 {
        let text = ["", "架空商事", "東京都", "見本 太郎"][usize::from(column)];
        sheet.merge_range(4, column, 5, column, text, &Format::new()).unwrap();
    }
    write(sheet, 6, &["", "例示", "大阪府", "例 次郎"]);
    for (row, id) in [(4, 123_456_789_012.0), (5, 7.0), (6, 8.0)] {
        sheet.write_number(row, 4, id).unwrap();
        write(sheet, row, &["", "", "", "", "", "氏名\n住所"]);
    }
    sheet.write_number(4, 6, 0.5).unwrap();
    import(&room, &mut book, "")
        .done()
        .says("the sheet \"2025年度\" is read")
        .says("h.xlsx: line 1 stands above the heading")
        .says("imported: 3 records");
    let rows = rows(&room);
    for row in &rows {
        assert_eq!(row["provided_on"], "2025-04-01");
        assert_eq!(row["items"], serde_json::json!(["氏名", "住所"]));
    }
    let of =
        |field: &str| rows.iter().map(|r| r[field].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>();
    assert_eq!(of("recipient_name"), ["架空商事", "架空商事", "例示"]);
    assert_eq!(of("recipient_representative"), ["見本 太郎", "見本 太郎", "例 次郎"]);
    assert_eq!(of("principal_id"), ["123456789012", "7", "8"]);
    assert_eq!(of("note"), ["0.5", "-", "-"]);
    assert_eq!((&rows[0]["line"], &rows[2]["line"]), (&5.into(), &7.into()), "the row numbers of Excel");
    let act = room.run("show 1 --json").done().objects().remove(0);
    assert_eq!(act["facts"]["encoding"], "xlsx");
    room.run("verify").done();
}

#[test]
fn the_sheet_is_the_one_with_a_ledger_or_the_one_that_is_named() {
    let mut room = Room::with_ledger();
    let mut book = Workbook::new();
    write(book.add_worksheet().set_name("説明").unwrap(), 0, &["この表の使い方"]);
    ledger(book.add_worksheet().set_name("記録").unwrap());
    let hidden = book.add_worksheet().set_name("旧").unwrap();
    ledger(hidden);
    hidden.set_hidden(true);
    import(&room, &mut book, "--dry-run")
        .done()
        .says("the sheet \"記録\" is read; hidden sheets, not looked at: 旧; other sheets: 説明");
    import(&room, &mut book, "--dry-run --sheet 旧").done().says("\"旧\" is read");
    import(&room, &mut book, "--dry-run --sheet 新").refused().says("説明, 記録, 旧");
    ledger(book.add_worksheet().set_name("控え").unwrap());
    import(&room, &mut book, "--dry-run").refused().says("several sheets look like a ledger: 記録, 控え");
    let mut none = Workbook::new();
    write(none.add_worksheet().set_name("一").unwrap(), 0, &["a", "b"]);
    write(none.add_worksheet().set_name("二").unwrap(), 0, &["c", "d"]);
    import(&room, &mut none, "").refused().says("no sheet has a heading that is understood: 一, 二");
    room.write("h.csv", "提供日\n");
    room.run("import h.csv --sheet 記録").refused().says("no workbook");
    room.lang = "ja";
    import(&room, &mut book, "--sheet 記録").done().says("シート「記録」を読みます");
    assert_eq!(rows(&room).len(), 1);
}

#[test]
fn refused_rows_of_a_sheet_come_back_as_csv() {
    let room = Room::with_ledger();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    ledger(sheet);
    write(sheet, 2, &["2025/4/31", "架空", "東京都", "見本", "髙", "氏名"]);
    import(&room, &mut book, "--partial --rejects r.csv")
        .refused()
        .says("h.xlsx:3: 提供年月日: \"2025/4/31\"");
    let rejects = String::from_utf8(room.read("r.csv")).unwrap();
    room.write("mended.csv", rejects.replace("2025/4/31", "2025/4/30"));
    room.run("import mended.csv --basis opt-out").done();
    assert_eq!(rows(&room)[1]["principal_id"], "髙");
}

#[test]
fn what_is_no_workbook_or_a_bomb_is_refused() {
    let room = Room::with_ledger();
    for (bytes, said) in [
        (&b"PK\x03\x04 no archive at all"[..], "no .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", ".xls, or a workbook with a password"),
    ] {
        room.write("h.xlsx", bytes);
        room.run("import h.xlsx --basis opt-out").refused().says(said);
    }
    // A part that unpacks to more than a gigabyte, from a megabyte.
    let mut archive = zip::ZipWriter::new(std::fs::File::create(room.path("h.xlsx")).unwrap());
    archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..1100 {
        std::io::Write::write_all(&mut archive, &zeros).unwrap();
    }
    archive.finish().unwrap();
    room.run("import h.xlsx --basis opt-out").refused().says("unpacks to more than");
    // A cell far outside.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    ledger(sheet);
    sheet.write_string(1, 5000, "x").unwrap();
    import(&room, &mut book, "").refused().says("outside the first");
    assert!(rows(&room).is_empty());
}

#[test]
fn a_person_at_a_terminal_sees_how_far_a_large_workbook_has_come() {
    // A terminal of its own, by util-linux.
    if std::process::Command::new("script").arg("--version").output().is_err() {
        #[allow(clippy::print_stderr, reason = "what was left out is said")]
        {
            eprintln!("LEFT OUT: there is no `script`, so nobody has looked at a terminal");
        }
        return;
    }
    let room = Room::with_ledger();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    write(sheet, 0, &HEADING);
    for row in 1..=5_000 {
        write(sheet, row, &["2025/4/1", "架空", "東京都", "見本", &format!("C-{row}"), "氏名"]);
    }
    book.save(room.path("h.xlsx")).unwrap();
    let usual = room.command("");
    let program = usual.get_program().to_str().unwrap();
    let output = std::process::Command::new("script")
        .args(["-qec", &format!("{program} import h.xlsx --basis opt-out"), "/dev/null"])
        .current_dir(room.path("."))
        .envs(usual.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("TERM", "xterm")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let seen = String::from_utf8_lossy(&output.stdout);
    for word in ["Reading h.xlsx", "Checking", "Importing", "imported: 5000 records"] {
        assert!(seen.contains(word), "{word}: {seen}");
    }
}
