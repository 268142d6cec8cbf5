//! Files that people open in a spreadsheet calculate nothing, and what was put before their cells is taken off again: nothing
//! that comes back has changed. The evidence stays as it is hashed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Room, WHOLE, Words};
use serde_json::Value;

/// Texts that spreadsheets calculate, or take for a number, and one of each that only looks a little like that.
const LIVE: [&str; 9] =
    ["=1+1", "+81-3-0000-0000", "-0012", "@SUM(A1)", "＝1+1", "＋81", "－5", "＠x", "=cmd|' /C calc'!A0"];

fn is_live(cell: &str) -> bool {
    cell.starts_with(['\t', '\r', '\n'])
        || cell
            .trim_start_matches(|c: char| c.is_whitespace() || c.is_control())
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let delimiter = if text.lines().next().unwrap().contains('\t') { b'\t' } else { b',' };
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[track_caller]
fn calculates_nothing(text: &str) {
    let rows = cells(text);
    assert!(rows.len() > 1, "{text}");
    let live: Vec<&String> = rows.iter().flatten().filter(|cell| is_live(cell)).collect();
    assert!(live.is_empty(), "{live:?} in\n{text}");
}

fn text(room: &Room, name: &str) -> String {
    String::from_utf8(room.read(name)).unwrap()
}

fn records(room: &Room) -> Vec<Value> {
    room.run("list --json").done().objects().into_iter().filter(|r| r["kind"] == "provision").collect()
}

/// What a record says, apart from where it came from.
fn said(record: &Value) -> Value {
    let mut record = record.clone();
    for own in ["index", "recorded_at", "hash", "import", "line"] {
        record.as_object_mut().unwrap().remove(own);
    }
    record
}

#[test]
fn a_principals_copy_and_a_summary_calculate_nothing_and_the_evidence_is_exact() {
    let mut room = Room::with_ledger();
    room.run("recipient set =R --name=+架空 --address=-1 --representative=@x").done();
    for live in LIVE {
        let more = ["--principal-name", "--note", "--item"].map(|option| format!("{option}={live}"));
        room.record("--principal-id =C".and(more)).done();
    }
    let party = [&WHOLE[..3], &["=HYPERLINK(1)"], &WHOLE[4..]].concat();
    room.run("record --principal-id =C".and(party)).done();
    for lang in ["ja", "en"] {
        room.lang = lang;
        let copy = format!("copy-{lang}");
        room.run(["disclose", "--principal-id", "=C", "--out", &copy]).done();
        calculates_nothing(&text(&room, &format!("{copy}/disclosure.csv")));
    }
    // Programs read the copy as it was recorded.
    let copy = text(&room, "copy-en/disclosure.csv");
    for live in LIVE {
        assert!(copy.contains(&format!("'{live}")), "{live} is not in {copy}");
        assert!(text(&room, "copy-en/disclosure.json").contains(&format!("\"{live}\"")), "{live}");
    }
    room.run("export --out e").done();
    for table in std::fs::read_dir(room.path("e/data/summary")).unwrap() {
        let table = std::fs::read_to_string(table.unwrap().path()).unwrap();
        let live: Vec<_> = cells(&table).into_iter().flatten().filter(|cell| is_live(cell)).collect();
        assert!(live.is_empty(), "{live:?} in {table}");
    }
    assert!(text(&room, "e/data/summary/provisions.csv").contains("'=HYPERLINK(1)"));
    let evidence = text(&room, "e/data/records.csv");
    let all: Vec<String> = cells(&evidence).into_iter().flatten().collect();
    assert!(LIVE.iter().all(|live| all.iter().any(|cell| cell == live)), "{evidence}");
    room.run("verify --bundle e").done();
    assert!(
        text(&room, "e/data/VERIFY.md").contains("records.xlsx")
            && text(&room, "e/data/VERIFY.md").contains("calculate")
    );
}

#[test]
fn exported_evidence_comes_back_exactly_whatever_its_cells_begin_with() {
    let room = Room::with_ledger();
    for (n, value) in LIVE.iter().copied().chain(["'=1+1", "''-5", "'", "'abc"]).enumerate() {
        room.record(["--principal-id", &format!("C-{n}"), &format!("--note={value}")]).done();
    }
    room.run("export --out e").done();
    let other = Room::with_ledger();
    let evidence = room.path("e/data/records.csv");
    other.run(["import", evidence.to_str().unwrap()]).done().says_not("apostrophe");
    let there = records(&room);
    assert_eq!(there.len(), 13);
    assert_eq!(
        records(&other).iter().map(said).collect::<Vec<_>>(),
        there.iter().map(said).collect::<Vec<_>>()
    );
}

const HEADING: &str = "提供年月日,提供先,提供先住所,代表者,本人ID,本人の氏名,提供項目,備考";

/// Rows as people have them, among them some with an apostrophe of another program's.
fn history() -> String {
    let mut rows = format!("{HEADING}\r\n");
    let values = LIVE.iter().map(|live| (*live).to_owned());
    let guarded = LIVE.iter().map(|live| format!("'{live}"));
    let twice = LIVE.iter().map(|live| format!("''{live}"));
    for (n, value) in
        values.chain(guarded).chain(twice).chain(["'".into(), " =1".into(), "'abc".into()]).enumerate()
    {
        rows.push_str(&format!("2025-02-30,架空,{value},見本,C-{n},{value},氏名,\"{value}\"\r\n"));
    }
    // What other programs write so that zeros stay, and a mark for the row above.
    rows.push_str("2025-02-30,架空,〃,見本,\"=\"\"0012\"\"\",〃,氏名,\"\t=1\"\r\n");
    rows
}

#[test]
fn refused_rows_calculate_nothing_and_come_back_as_they_would_have_been_taken() {
    let mended = |text: &str| text.replace("2025-02-30", "2025-02-28");
    let encode = |encoding: &str, text: &str| match encoding {
        "cp932" => encoding_rs::SHIFT_JIS.encode(text).0.into_owned(),
        "utf-16le" => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => text.as_bytes().to_vec(),
    };
    for encoding in ["utf-8", "cp932", "utf-16le"] {
        // What an import of the mended file itself takes.
        let direct = Room::with_ledger();
        direct.write("h.csv", encode(encoding, &mended(&history())));
        direct.run("import h.csv --basis opt-out").done().says("apostrophe");
        let expected: Vec<Value> = records(&direct).iter().map(said).collect();
        assert_eq!(expected.len(), 31);
        // The same rows, refused twice on the way.
        let room = Room::with_ledger();
        room.write("h.csv", encode(encoding, &history()));
        let mut file = "h.csv".to_owned();
        for again in ["r1.csv", "r2.csv"] {
            room.run(["import", &file, "--basis", "opt-out", "--partial", "--rejects", again]).refused();
            let bytes = room.read(again);
            let (rejects, _, lossy) =
                if encoding == "cp932" { encoding_rs::SHIFT_JIS } else { encoding_rs::UTF_8 }.decode(&bytes);
            assert!(!lossy);
            calculates_nothing(&rejects);
            file = again.to_owned();
        }
        let bytes = room.read("r2.csv");
        let (rejects, ..) =
            if encoding == "cp932" { encoding_rs::SHIFT_JIS } else { encoding_rs::UTF_8 }.decode(&bytes);
        let back = if encoding == "utf-16le" { "utf-8" } else { encoding };
        room.write("mended.csv", encode(back, &mended(&rejects)));
        // The apostrophes are ours: nobody need hear of them.
        room.run("import mended.csv --basis opt-out").done().says_not("apostrophe");
        assert_eq!(records(&room).iter().map(said).collect::<Vec<_>>(), expected, "{encoding}");
    }
}

#[test]
fn a_cell_of_a_refused_row_that_does_not_decode_is_kept_and_calculates_nothing() {
    let room = Room::with_ledger();
    let text = format!("{HEADING}\r\n2025-02-28,架空,東京都,見本,C-1,見本,氏名,=1?\r\n");
    let bytes: Vec<u8> = text.bytes().map(|b| if b == b'?' { 0xff } else { b }).collect();
    room.write("h.csv", bytes);
    room.run("import h.csv --encoding utf-8 --basis opt-out --partial --rejects r.csv").refused();
    let rejects = room.read("r.csv");
    assert!(rejects.windows(5).any(|w| w == b"'=1\xff,"), "{}", rejects.escape_ascii());
    room.write("m.csv", rejects.iter().copied().filter(|b| *b != 0xff).collect::<Vec<u8>>());
    room.run("import m.csv --basis opt-out").done();
    assert_eq!(records(&room)[0]["note"], "=1");
}

#[test]
fn screened_lists_calculate_nothing_can_be_screened_again_and_nobody_slips_through() {
    let room = Room::with_ledger();
    for id in ["-0012", "'+99"] {
        room.run(["optout", "add", &format!("--principal-id={id}"), "--received", "2026-06-01"]).done();
    }
    let mut list = "会員番号,本人の氏名,=備考\r\n".to_owned();
    for (n, live) in LIVE.iter().enumerate() {
        list.push_str(&format!("{live},{live}{n},\"{live}\"\r\n"));
    }
    // Of these nobody can tell whose the apostrophe is; both are stopped, as written and without it.
    list.push_str("'-0012,a,\r\n'+99,b,\r\n");
    room.write("list.csv", &list);
    let screen = |from: &str, to: &str| {
        let (allowed, stopped) = (format!("a{to}.csv"), format!("s{to}.csv"));
        room.run(["optout", "screen", from, "--out", &allowed, "--stopped", &stopped]).done();
        (text(&room, &allowed), text(&room, &stopped))
    };
    let (allowed, stopped) = screen("list.csv", "1");
    calculates_nothing(&allowed);
    calculates_nothing(&stopped);
    let first = |text: &str| cells(text).into_iter().skip(1).map(|row| row[0].clone()).collect::<Vec<_>>();
    assert_eq!(first(&stopped), ["'-0012", "'-0012", "'+99"]);
    assert_eq!(first(&allowed).len(), LIVE.len() - 1);
    // Once more: the same rows, the same bytes, the same people.
    assert_eq!(screen("a1.csv", "2").0, allowed);
    let again = screen("s1.csv", "3");
    assert_eq!((cells(&again.0).len(), first(&again.1)), (1, first(&stopped)));
    // What went out is recorded about those whose IDs stand in the ledger, not about apostrophes.
    let out = allowed.replace("'=備考", "備考");
    room.write("out.csv", out);
    let constants = "--provided-on 2026-06-02 --recipient 架空 --recipient-address 東京都 \
                     --representative 見本 --item 氏名 --basis opt-out";
    room.run("import out.csv".and(constants)).done().says("apostrophe");
    let ids: Vec<String> =
        records(&room).iter().map(|r| r["principal_id"].as_str().unwrap().to_owned()).collect();
    let expected: Vec<&str> = LIVE.into_iter().filter(|live| *live != "-0012").collect();
    assert_eq!(ids, expected);
}

#[test]
fn the_form_of_a_filing_calculates_nothing() {
    let room = Room::with_ledger();
    room.run(
        "filing add F --start-day 2026-01-05 --filed-on 2026-01-01 --name 架空 --address 東京都 \
         --representative 見本 --telephone +81-3-0000-0000 --contact 窓口 --purpose 名簿 --acquisition 公開 \
         --provision-method 電子 --request-method 電話 --update-method 毎月 --item 氏名:ordinary:public \
         --publication yes",
    )
    .done();
    let form = room.run("filing form F").done().stdout;
    calculates_nothing(&form);
    assert!(form.contains("'+81-3-0000-0000"), "{form}");
    // Whoever asks a program for it gets the text itself.
    room.run("filing form F --json").done().says("\"+81-3-0000-0000\"");
}
