//! Importing historical ledgers: what is understood, what is refused, and that nothing is lost in between.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Room, Words, history};

const HEADING: &str = "提供年月日,提供先,提供先住所,代表者,本人ID,提供項目";

fn rows(room: &Room) -> Vec<serde_json::Value> {
    room.run("list --json --kind provision").done().objects()
}

#[test]
fn cp932_with_era_dates_is_found_out_and_read_without_loss() {
    let room = Room::with_ledger();
    let csv = "備考,提供日付,会社名,本店所在地,代表取締役,顧客番号,対象者,提供データ項目,色\r\n\
               \"①㈱\r\n髙﨑\",令和7年4月1日,㈱架空商事,東京都架空区,髙橋 見本,00123,﨑山 花子,氏名・住所,青\r\n\
               ,R7.5.2,㈱架空商事,東京都架空区,髙橋 見本,00124,例 花子,氏名,赤\r\n";
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(csv);
    assert!(!lost);
    room.write("h.csv", &bytes);
    room.write("map.toml", "[columns]\nleave_out = [\"色\"]\n");
    room.run("import h.csv --basis opt-out --map map.toml")
        .done()
        .says("read as cp932")
        .says("column \"色\" is left out")
        .says("imported: 2 records");
    let rows = rows(&room);
    assert_eq!(rows[0]["note"], "①㈱\n髙﨑");
    assert_eq!(rows[0]["provided_on"], "2025-04-01");
    assert_eq!(rows[0]["principal_id"], "00123");
    assert_eq!(rows[0]["items"], serde_json::json!(["氏名", "住所"]));
    assert_eq!((&rows[0]["import"], &rows[0]["line"]), (&1.into(), &2.into()));
    assert_eq!(rows[1]["line"], 4, "a row after a line break in a cell keeps its physical line");
    assert_eq!(rows[1]["provided_on"], "2025-05-02");
    let import = room.run("show 1 --json").done().objects().remove(0);
    assert_eq!((&import["facts"]["rows"], &import["facts"]["encoding"]), (&"2".into(), &"cp932".into()));
    assert_eq!(import["extra"]["file"], "h.csv");
    room.run("verify").done();
}

#[test]
fn utf_8_with_and_without_a_byte_order_mark_says_the_same() {
    let text = format!(
        "{HEADING},根拠,同意書番号\n2024/4/1,架空,東京都,見本,C-1,\"氏名\n住所\",同意,D-1\n2024年4月2日,架空,東京都,見本,C-2,氏名,法27条2項,\n"
    );
    let [plain, marked] = ["", "\u{feff}"].map(|mark| {
        let room = Room::with_ledger();
        room.write("h.csv", format!("{mark}{text}"));
        room.run("import h.csv").done().says("read as utf-8");
        let mut rows = rows(&room);
        for row in &mut rows {
            row["hash"] = "".into();
        }
        rows
    });
    assert_eq!(plain, marked);
    assert_eq!((&plain[0]["basis"], &plain[1]["basis"]), (&"consent".into(), &"opt-out".into()));
    assert_eq!(plain[0]["consent_evidence"], "D-1");
}

#[test]
fn what_excel_calls_unicode_text_and_lists_with_semicolons_say_the_same() {
    let comma = format!("{HEADING},備考\n2024/4/1,架空,東京都,見本,00123,氏名、住所,𠮷野 髙﨑\n");
    let read = |bytes: Vec<u8>, more: &str, said: &str| {
        let room = Room::with_ledger();
        room.write("h.csv", bytes);
        let args = "import h.csv --basis opt-out".and(more);
        room.run(&args).done().says(said).says("imported: 1 records");
        let mut row = rows(&room).remove(0);
        row["hash"] = "".into();
        row
    };
    let plain = read(comma.clone().into_bytes(), "", "read as utf-8");
    assert_eq!(plain["note"], "𠮷野 髙﨑");
    let tabs = comma.replace(',', "\t");
    let units = |mark: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("{mark}{tabs}").replace('\n', "\r\n").encode_utf16().flat_map(order).collect()
    };
    for (bytes, more, said) in [
        (tabs.clone().into_bytes(), "", "cells parted by tabs"),
        (comma.replace(',', ";").into_bytes(), "", "cells parted by semicolons"),
        (units("\u{feff}", u16::to_le_bytes), "", "read as utf-16le (found out"),
        (units("\u{feff}", u16::to_be_bytes), "", "read as utf-16be (found out"),
        (units("", u16::to_le_bytes), "", "read as utf-16le (found out"),
        (units("", u16::to_be_bytes), "--encoding utf-16be", "read as utf-16be, cells"),
    ] {
        assert_eq!(read(bytes, more, said), plain, "{said}");
    }
}

#[test]
fn half_a_character_of_utf_16_refuses_its_row_alone_and_rejects_come_back() {
    let room = Room::with_ledger();
    let text = format!(
        "\u{feff}{HEADING}\r\n2024/4/1,架空,東京都,見本,C-1,氏名\r\n2024/4/2,架空,東京都,見本,C-2?,氏名\r\n"
    )
    .replace(',', "\t");
    let half = |unit: u16| if unit == u16::from(b'?') { 0xd842 } else { unit };
    let bytes: Vec<u8> = text.encode_utf16().map(half).flat_map(u16::to_le_bytes).collect();
    room.write("h.txt", bytes);
    room.run("import h.txt --basis opt-out --partial --rejects r.txt")
        .refused()
        .says("h.txt:3: 本人ID: ")
        .says("not utf-16le");
    assert_eq!(rows(&room).len(), 1);
    let rejects = room.read("r.txt");
    assert!(rejects.starts_with("\u{feff}提供年月日\t".as_bytes()), "{}", String::from_utf8_lossy(&rejects));
    // The cell as it stood has no character there; mended, it is taken.
    let mended: Vec<u8> = rejects.iter().copied().filter(|b| *b != 0xff).collect();
    room.write("mended.txt", mended);
    room.run("import mended.txt --basis opt-out").done().says("imported: 1 records");
    assert_eq!(rows(&room)[1]["principal_id"], "C-2");
}

#[test]
fn english_headings_in_any_order() {
    let room = Room::with_ledger();
    room.write("h.csv", "Data items,Date of Disclosure,Recipient,Recipient address,Representative,Subject ID,Legal Basis\nname,2024-04-01,Sample Inc.,Tokyo,A. Sample,7,consent\n");
    room.run("import h.csv").done().says("nothing refers to its evidence");
    assert_eq!(rows(&room)[0]["recipient_name"], "Sample Inc.");
}

#[test]
fn every_problem_of_every_row_is_listed_and_nothing_is_imported() {
    let room = Room::with_ledger();
    room.write(
        "h.csv",
        format!("{HEADING}\n2025-04-01,架空,東京都,見本,C-1,氏名\n2025-02-30,架空,,見本,,氏名\n2025-04-31,,東京都,見本,C-3,\n"),
    );
    let before = room.ledger_bytes();
    let ran = room.run("import h.csv --basis opt-out").refused();
    for part in [
        "h.csv:3: 提供年月日: \"2025-02-30\"",
        "h.csv:3: 本人ID:",
        "h.csv:4: 提供年月日:",
        "h.csv:4: 提供先:",
        "h.csv:4: 提供項目:",
        "Nothing was imported",
    ] {
        assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
    }
    assert!(before == room.ledger_bytes());
    let objects = room.run("import h.csv --basis opt-out --json").refused().objects();
    let first = &objects[0];
    assert_eq!(
        (&first["problem"], &first["line"], &first["value"]),
        (&"no-such-day".into(), &3.into(), &"2025-02-30".into())
    );
    assert_eq!(
        (&first["field"], &first["column"], &first["file"]),
        (&"provided_on".into(), &"提供年月日".into(), &"h.csv".into())
    );
    let last = &objects[objects.len() - 2];
    assert_eq!((&last["imported"], &last["accepted"], &last["refused"]), (&0.into(), &1.into(), &2.into()));
}

#[test]
fn a_dry_run_changes_nothing_and_says_what_would_happen() {
    let room = Room::with_ledger();
    room.write("good.csv", history(20, 1));
    room.write("bad.csv", history(20, 2).replace("2025-01", "2025-13"));
    let before = room.ledger_bytes();
    room.run("import good.csv --basis opt-out --dry-run")
        .done()
        .says("20 rows are good")
        .says("nothing was changed");
    room.run("import bad.csv --basis opt-out --dry-run").refused().says("bad.csv:");
    assert!(before == room.ledger_bytes());
    room.run("import good.csv --basis opt-out").done();
}

#[test]
fn partial_takes_the_good_rows_and_keeps_the_refused_ones_as_they_stood() {
    let room = Room::with_ledger();
    let bad = "2025-02-30,架空 \"商事\",東京都,見本,C-2,氏名";
    let text = format!(
        "{HEADING}\r\n2025-04-01,架空,東京都,見本,C-1,氏名\r\n{}\r\n",
        bad.replace("架空 \"商事\"", "\"架空 \"\"商事\"\"\"")
    );
    let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(&text);
    room.write("h.csv", &bytes);
    room.run("import h.csv --basis opt-out --partial --rejects r.csv")
        .refused()
        .says("imported: 1 records")
        .says("1 rows were refused");
    assert_eq!(rows(&room).len(), 1);
    let import = room.run("show 1 --json").done().objects().remove(0);
    assert_eq!((&import["facts"]["rows"], &import["facts"]["refused"]), (&"1".into(), &"1".into()));
    let rejects = room.read("r.csv");
    let (rejects, _, lossy) = encoding_rs::SHIFT_JIS.decode(&rejects);
    assert!(!lossy, "the refused rows keep the encoding of their file");
    let lines: Vec<&str> = rejects.lines().collect();
    assert_eq!(lines[0], format!("{HEADING},provlog_line,provlog_reason"));
    assert!(lines[1].starts_with("2025-02-30,\"架空 \"\"商事\"\"\",東京都,見本,C-2,氏名,3,"), "{}", lines[1]);
    // Mended, it is imported like any file.
    let mended = rejects.replace("2025-02-30", "2025-02-28");
    let (mended, _, _) = encoding_rs::SHIFT_JIS.encode(&mended);
    room.write("mended.csv", &mended);
    room.run("import mended.csv --basis opt-out").done();
    assert_eq!(rows(&room).len(), 2);
    room.run("import h.csv --partial --rejects r.csv --basis opt-out").refused();
}

#[test]
fn several_files_come_in_one_transaction() {
    let room = Room::with_ledger();
    room.write("a.csv", history(300, 1));
    room.write("b.csv", history(300, 2).replace("2025-03", "2025-33"));
    room.write("c.csv", history(200, 3));
    let before = room.ledger_bytes();
    room.run("import a.csv b.csv --basis opt-out").refused();
    assert!(before == room.ledger_bytes());
    room.run("import a.csv c.csv --basis opt-out").done();
    assert_eq!(rows(&room).len(), 500);
    assert_eq!(room.run("list --json --kind import").done().objects().len(), 2);
    room.run("verify").done().says("503 (500 records");
}

#[test]
fn a_row_that_is_too_long_stops_even_a_partial_import() {
    let room = Room::with_ledger();
    let mut text =
        format!("{HEADING}\n2025-04-01,架空,東京都,見本,C-1,氏名\n2025-04-01,\"架空,東京都,見本,C-2,氏名\n");
    for _ in 0..40_000 {
        text.push_str("2025-04-01,架空,東京都,見本,C-1,氏名\n");
    }
    room.write("h.csv", text);
    let before = room.ledger_bytes();
    room.run("import h.csv --basis opt-out --partial").refused().says("quote").says("Nothing was imported");
    assert!(before == room.ledger_bytes());
}

#[test]
fn a_file_with_nothing_good_in_it_imports_nothing_even_partially() {
    let room = Room::with_ledger();
    room.write("h.csv", format!("{HEADING}\n2025-02-30,架空,東京都,見本,C-1,氏名\n"));
    let before = room.ledger_bytes();
    room.run("import h.csv --basis opt-out --partial").refused();
    assert!(before == room.ledger_bytes());
}

#[test]
fn a_claimed_record_date_is_kept_and_retention_counts_from_the_import() {
    let room = Room::with_ledger();
    room.write("h.csv", format!("{HEADING},記録日\n2021-05-01,架空,東京都,見本,C-1,氏名,2021-05-02\n"));
    room.run("import h.csv --basis opt-out").done().says("kept as a claim");
    let row = rows(&room).remove(0);
    assert_eq!(
        (&row["claimed_recorded_on"], &row["retention_base"]),
        (&"2021-05-02".into(), &"2026-11-23".into())
    );
}

#[test]
fn an_export_comes_back_as_the_same_records() {
    let mut room = Room::with_ledger();
    let party = "--name 架空商事 --address 東京都 --representative 見本";
    let register = "recipient set acme".and(party);
    room.run(&register).done();
    room.write("h.csv", history(50, 5));
    room.run("import h.csv --basis opt-out").done();
    room.record("--principal-id A --note '一行目\n\"二\",行目' --purpose =1+1").done();
    room.run(
        "record --provided-on 2026-11-20 --unspecified-recipients --principal-name 例 --item 氏名 \
         --basis consent",
    )
    .done();
    // A single item that people would take for two.
    room.record("--principal-id S --item 氏名、住所/電話").done();
    room.write(
        "whole.jsonl",
        concat!(
            r#"{"method":"bulk","period_from":"2026-04-01","recipient_id":"acme","recipient_name":"架空商事","#,
            r#""recipient_address":"東京都","recipient_representative":"見本","recipient_type":"body","#,
            r#""principal_id":"00012","principal_name":"﨑山 花子","items":["氏名","住所・番地"],"basis":"consent","#,
            r#""consent_evidence":"同意書 1","foreign_recipient":"yes","foreign_information":"あり","#,
            r#""purpose":"案内","medium":"USB","handler":"係","note":"〃 ではない","source_number":"1-2","#,
            r#""claimed_recorded_on":"2026-04-02"}"#,
            "\n",
            r#"{"method":"bulk","period_from":"2026-04-01","period_to":"2026-04-30","recipient_name":"架空商事","#,
            r#""recipient_address":"東京都","recipient_representative":"見本","principal_id":"1","items":["氏名"],"#,
            r#""basis":"consent","consent_evidence":"1"}"#,
            "\n",
        ),
    );
    room.run("record --from whole.jsonl").done();
    for lang in ["ja", "en"] {
        room.lang = lang;
        room.run(["export", "--xlsx", "--out", lang]).done();
        for file in ["records.csv", "records.xlsx"] {
            let other = Room::with_ledger();
            other.run(&register).done();
            let name = format!("back-{file}");
            other.write(&name, room.read(&format!("{lang}/data/{file}")));
            other.run(["import", &name]).done();
            let strip = |mut rows: Vec<serde_json::Value>| {
                for row in &mut rows {
                    for key in ["index", "hash", "import", "line", "recorded_at"] {
                        row.as_object_mut().unwrap().remove(key);
                    }
                }
                rows
            };
            assert_eq!(strip(rows(&other)), strip(rows(&room)), "{lang} {file}");
        }
    }
}

#[test]
fn a_ditto_mark_is_read_as_the_row_above_and_never_recorded_as_a_value() {
    let room = Room::with_ledger();
    let rows_of =
        "2025-04-01,架空,東京都,見本,C-1,氏名\n〃,〃,同上,見本,C-2,上記に同じ\n\n〃,同上,〃,〃,C-3,住所\n";
    room.write("h.csv", format!("{HEADING}\n{rows_of}"));
    let ran = room.run("import h.csv --basis opt-out").done();
    ran.says("h.csv:3: 提供年月日: \"2025-04-01\"").says("read as the row above");
    let rows = rows(&room);
    for row in &rows {
        assert_eq!((&row["provided_on"], &row["recipient_name"]), (&"2025-04-01".into(), &"架空".into()));
        assert_eq!(
            (&row["recipient_address"], &row["recipient_representative"]),
            (&"東京都".into(), &"見本".into())
        );
    }
    assert_eq!(
        (&rows[1]["items"], &rows[2]["items"]),
        (&serde_json::json!(["氏名"]), &serde_json::json!(["住所"]))
    );
    // Where nothing stands above it, and in a file made for `record`, it is refused.
    room.write("h.csv", format!("{HEADING}\n〃,架空,東京都,見本,C-1,氏名\n"));
    room.run("import h.csv --basis opt-out").refused().says("nothing stands above it");
    room.write("b.csv", format!("{HEADING}\n{rows_of}"));
    room.run("record --from b.csv --basis opt-out").refused().says("ditto mark");
}

#[test]
fn examples_sums_and_headings_once_more_are_skipped_and_listed() {
    let mut room = Room::with_ledger();
    let rows_of = "記入例,〇〇株式会社,東京都,代表,001,氏名\n2025-04-01,架空,東京都,見本,C-1,氏名\n";
    room.write("h.csv", format!("第三者提供記録簿,,,,,\n{HEADING}\n{rows_of}{HEADING}\n2025-04-02,合計商事,東京都,見本,C-2,氏名\n合計,2,,,,\n"));
    let ran = room.run("import h.csv --basis opt-out --dry-run").done();
    ran.says("h.csv: line 1 stands above the heading")
        .says("h.csv:3: skipped: an example")
        .says("h.csv:5: skipped: the heading once more")
        .says("h.csv:7: skipped: a sum");
    room.lang = "ja";
    room.run("import h.csv --basis opt-out").done().says("h.csv:7: 合計のため、取り込みません");
    assert_eq!(rows(&room).len(), 2);
}

#[test]
fn headings_in_two_rows_and_cells_that_hold_several_things() {
    let room = Room::with_ledger();
    room.write(
        "h.csv",
        "提供日,提供先,,,本人,,項目等,方法\n,名称,住所,代表者,ID,氏名,個人データの項目,記録の方法\n2025/4/1(火),架空,東京都,見本,001,花子,氏名、住所,\n",
    );
    room.run("import h.csv --basis consent --consent-evidence 同意書").done();
    room.write(
        "p.csv",
        "提供期間,提供先（名称・住所・代表者）,会員番号,提供項目\n2025/4/1～2025/4/30,\"架空商事\n東京都架空区\n見本 太郎\",002,氏名\n2025-05-01,架空商事／東京都架空区／見本 太郎,003,氏名\n",
    );
    room.run("import p.csv --basis consent --consent-evidence 同意書").done();
    room.write("r.csv", format!("{HEADING}\n2025/6/1〜2025/6/30,架空,東京都,見本,004,氏名\n"));
    room.run("import r.csv --basis consent --consent-evidence 同意書").done();
    let rows = rows(&room);
    assert_eq!((&rows[0]["recipient_name"], &rows[0]["principal_name"]), (&"架空".into(), &"花子".into()));
    assert_eq!(
        (&rows[1]["period_from"], &rows[1]["period_to"]),
        (&"2025-04-01".into(), &"2025-04-30".into())
    );
    assert_eq!(
        (&rows[1]["recipient_address"], &rows[1]["recipient_representative"]),
        (&"東京都架空区".into(), &"見本 太郎".into())
    );
    assert_eq!((&rows[2]["period_to"], &rows[2]["method"]), (&"2025-05-01".into(), &"bulk".into()));
    assert_eq!(
        (&rows[3]["period_from"], &rows[3]["period_to"]),
        (&"2025-06-01".into(), &"2025-06-30".into())
    );
    // On opt-out a continuous provision is not one record.
    room.write("r.csv", format!("{HEADING}\n2025/6/1～2025/6/30,架空,東京都,見本,005,氏名\n"));
    room.run("import r.csv --basis opt-out").refused().says("Enforcement Rules 19");
    room.write("q.csv", "提供日,提供先情報,会員番号,提供項目\n2025/4/1,架空商事,002,氏名\n");
    room.run("import q.csv --basis consent").refused().says("name, address and representative");
}

#[test]
fn what_excel_has_damaged_is_found_and_said() {
    let room = Room::with_ledger();
    room.write(
        "h.csv",
        format!("{HEADING}\n45748,架空,東京都,見本,C-1,氏名\n2025/4/2,架空,#REF!,見本,1.23E+11,氏名\n2025/4/3,架空,東京都,見本,1月2日,氏名\n"),
    );
    let ran = room.run("import h.csv --basis opt-out --partial").refused();
    ran.says("h.csv:2: 提供年月日: \"45748\"")
        .says("h.csv:3: 提供先住所: \"#REF!\"")
        .says("h.csv:3: 本人ID: \"1.23E+11\"")
        .says("h.csv:4: 本人ID: \"1月2日\"");
    assert_eq!(rows(&room)[0]["provided_on"], "2025-04-01");
}

#[test]
fn a_grown_file_brings_its_new_rows_alone_and_what_was_erased_stays_so() {
    let mut room = Room::with_ledger();
    let row = |day: &str, id: &str| format!("{day},架空,東京都,見本,{id},氏名\n");
    let first = format!(
        "{HEADING}\n{}{}{}",
        row("2026-09-01", "C-1"),
        row("2026-09-02", "C-2"),
        row("2026-09-02", "C-2")
    );
    room.write("h.csv", &first);
    room.run("import h.csv --basis opt-out --new-only").done().says("imported: 3 records");
    // The same rows in another form of days, a third one like the second, and two new ones.
    let grown = format!(
        "{}{}{}",
        first.replace("2026-09-01", "令和8年9月1日"),
        row("2026-09-02", "C-2"),
        row("2026-10-01", "C-3")
    );
    room.write("h.csv", &grown);
    room.run("import h.csv --basis opt-out --new-only --dry-run")
        .done()
        .says("likely in the ledger already: 3 rows");
    room.run("import h.csv --basis opt-out --new-only")
        .done()
        .says("imported: 2 records")
        .says("3 rows were in the ledger already");
    let ids = |room: &Room| {
        rows(room).iter().map(|r| r["principal_id"].as_str().unwrap_or("-").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&room), ["C-1", "C-2", "C-2", "C-2", "C-3"]);
    let act = room.run("list --kind import --json").done().objects().pop().unwrap();
    assert_eq!((&act["facts"]["known"], &act["facts"]["rows"]), (&"3".into(), &"2".into()));
    room.run("verify").done();
    room.clock = "2030-01-10T03:00:00.000Z".into();
    room.states_the_day = true;
    room.run("delete --expired --apply --reason 期限 --confirm-date 2030-01-10").done();
    room.write("h.csv", format!("{grown}{}", row("2026-11-01", "C-4")));
    // Nothing is left by which what was erased would be known again: it comes in only where somebody says so (tests/gone.rs).
    room.run("import h.csv --basis opt-out --new-only").refused().says("may have been erased");
    room.run("import h.csv --basis opt-out --new-only --again").done().says("imported: 6 records");
    assert_eq!(ids(&room), ["-", "-", "-", "-", "-", "C-1", "C-2", "C-2", "C-2", "C-3", "C-4"]);
    room.run("verify").done();
    // The very same file is refused, with or without.
    room.run("import h.csv --basis opt-out --new-only").refused();
}

#[test]
fn rows_that_are_known_are_passed_over_whatever_has_come_into_the_registers_since() {
    let room = Room::with_ledger();
    let row = |day: &str, id: &str| format!("{day},架空,東京都,見本,{id},氏名\n");
    let first = format!("{HEADING}\n{}{}", row("2026-09-01", "C-1"), row("2026-09-02", "C-2"));
    let import = |text: String, more: &str| {
        room.write("h.csv", text);
        let args = "import h.csv --basis opt-out --new-only".and(more);
        room.run(&args)
    };
    import(first.clone(), "").done();
    // It turns out that the first of them had asked to stop long before.
    let day = "2026-08-01";
    room.run(["optout", "add", "--principal-id", "C-1", "--received", day, "--effective", day]).done();
    let grown = format!("{first}{}", row("2026-10-01", "C-3"));
    import(grown.clone(), "--dry-run").done().says_not("h.csv:2:").says("already: 2 rows");
    import(grown.clone(), "").done().says("imported: 1 records").says("2 rows were in the ledger already");
    // What is new is held to what holds now; what is known is not recorded once more as a breach.
    let more = format!("{grown}{}", row("2026-10-02", "C-1"));
    import(more.clone(), "").refused().says("h.csv:5:").says_not("h.csv:2:");
    import(more.clone(), "--as-happened").done().says("imported: 1 records");
    import(format!("{more}{}", row("2026-10-03", "C-4")), "--as-happened")
        .done()
        .says("imported: 1 records")
        .says("4 rows were in the ledger already");
    assert_eq!(rows(&room).len(), 5);
    room.run("verify").done();
}

#[test]
fn the_report_says_what_a_file_comes_to_before_anything_is_written() {
    let mut room = Room::with_ledger();
    let row = |day: &str, to: &str, id: &str| format!("{day},{to},東京都,見本,{id},氏名\n");
    let text = [
        format!("{HEADING},氏名（本人）\n").replace("氏名（本人）", "本人の氏名"),
        row("2025-04-01", "架空", "00001").replace("氏名\n", "氏名,\n"),
        row("2025-04-02", "架空", "00002").replace("氏名\n", "氏名,\n"),
        row("2025-04-02", "架空", "00002").replace("氏名\n", "氏名,\n"),
        row("2025-12-30", "例示", "00004").replace("氏名\n", "氏名,\n"),
        row("2025-05-01", "架空", "5").replace("氏名\n", "氏名,\n"),
        row("2025-05-01", "架空", "").replace("氏名\n", "氏名,花子\n"),
        "合計,,,,,6,\n".to_owned(),
    ]
    .concat();
    room.write("h.csv", &text);
    let args = "import h.csv --basis opt-out --dry-run";
    let ran = room.run(args).done();
    for said in [
        "from 2025-04-01 to 2025-12-30",
        "skipped: sums 1",
        "recipients: 架空 (5), 例示 (1)",
        "principals with a name and no ID: 1",
        "likely twice in the file: 1 rows (lines 4)",
        "IDs shorter than the usual 5 digits: 1 (lines 6)",
    ] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
    let report = room.run(args.and("--json")).done().objects().remove(0);
    assert_eq!(
        (&report["read"], &report["accepted"], &report["skipped"]["total"]),
        (&7.into(), &6.into(), &1.into())
    );
    assert_eq!((&report["recipients"]["架空"], &report["known"]), (&5.into(), &0.into()));
    room.lang = "ja";
    room.run(args).done().says("提供先: 架空（5 件）、例示（1 件）").says("先頭の 0 が失われた可能性");
}
