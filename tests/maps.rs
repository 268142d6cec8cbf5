//! Maps (docs/MAP.md): what somebody has said of the columns of a ledger, proposed, decided on, used again.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::Path;

use crate::support::Room;
use serde_json::{Value, json};

fn records(room: &Room) -> Vec<Value> {
    let all = room.run("list --json").done().objects().into_iter();
    all.filter(|row| row["kind"] == "provision" || row["kind"] == "receipt").collect()
}

fn document(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

const HEADING: &str = "日付,会社名,住所,代表者,会員番号,提供項目,社内メモ\n";
const MARCH: &str = "2026/3/1,架空商事,東京都架空区1,見本 太郎,C-1,氏名、住所,至急\n";

#[test]
fn what_is_not_known_stops_a_file_until_somebody_has_decided_and_then_serves_next_month() {
    for lang in ["en", "ja"] {
        let mut room = Room::with_ledger();
        room.lang = lang;
        room.write("march.csv", format!("{HEADING}{MARCH}"));
        let before = room.ledger_bytes();
        room.run("import march.csv --basis opt-out").refused().says("社内メモ").says("--propose-map");
        room.run("import march.csv --basis opt-out --propose-map map.toml").done();
        assert!(before == room.ledger_bytes(), "nothing is imported");
        room.run("import march.csv --propose-map map.toml").cannot().says("map.toml");
        let map = String::from_utf8(room.read("map.toml")).unwrap();
        for line in ["recipient_name = \"会社名\"", "basis = \"opt-out\"", "# purpose = \"\""] {
            assert!(map.lines().any(|l| l.starts_with(line)), "{line}:\n{map}");
        }
        assert!(!map.contains("至急") && !map.contains("架空商事"), "no value of a row stands in a map");
        room.run("import march.csv --map map.toml")
            .refused()
            .says("map.toml:")
            .says("日付")
            .says("住所")
            .says("社内メモ");
        let (columns, rest) = map.split_once("undecided = [").unwrap();
        let (_, rest) = rest.split_once("\n]").unwrap();
        let decided = columns.replace("leave_out = []", "leave_out = [\"社内メモ\"]");
        let decided =
            format!("{decided}provided_on = \"日付\"\nrecipient_address = \"住所\"\nundecided = []{rest}");
        room.write("map.toml", decided);
        room.run("import march.csv --map map.toml").done().says("社内メモ");
        // Somebody saved it from Excel this time.
        let april = format!("{HEADING}{}", MARCH.replace("2026/3/1", "2026/4/1"));
        room.write("april.csv", encoding_rs::SHIFT_JIS.encode(&april).0);
        room.run("import april.csv --map map.toml").done();
        let days: Vec<Value> = records(&room).iter().map(|r| r["provided_on"].clone()).collect();
        assert_eq!(days, ["2026-03-01", "2026-04-01"]);
        // A column that was not there last month is not taken for anything.
        room.write("may.csv", format!("新しい列,{HEADING}x,{MARCH}"));
        room.run("import may.csv --map map.toml").refused().says("新しい列");
        room.write("june.csv", format!("{HEADING}{MARCH}").replace("日付", "月日"));
        room.run("import june.csv --map map.toml").refused().says("map.toml:").says("日付");
    }
}

#[test]
fn everything_that_the_description_names_does_what_it_says() {
    let [en, ja] = ["docs/MAP.md", "docs/MAP.ja.md"].map(document);
    let block = |text: &str| text.split("```toml\n").nth(1).unwrap().split("```").next().unwrap().to_owned();
    let parsed = |text: &str| block(text).parse::<toml::Table>().unwrap();
    assert_eq!(parsed(&en), parsed(&ja), "the example is the same in both languages");
    let room = Room::with_ledger();
    room.run("recipient set acme --name 架空 --address 東京都 --representative 見本").done();
    // The example is for a workbook and for text at once, and gives every row a recipient and a basis.
    let map: String = block(&en)
        .lines()
        .filter(|line| {
            !line.starts_with("sheet =") && !line.starts_with("basis =") && !line.starts_with("recipient_id")
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let map = map.replace("items = \"内訳\"", "items = \"内訳\"\nbasis = \"区分\"\nprincipal_id = \"番\"\nrecipient_address = \"#11\"\nrecipient_representative = \"代表者\"");
    room.write("map.toml", map);
    let heading = "日付,相手,相手,姓,名,内訳,社内メモ,済,状態,区分,,番,代表者\n";
    let text = format!(
        "{heading}\
         1/4/2026,x,架空商事,﨑山,花子,氏名・住所と電話,m,済,,名簿,東京都,1,見本\n\
         々,x,,例,,氏名、,m,済,,々,東京都,2,〃\n\
         3/4/2026,x,架空商事,例,三,氏名,m,済,取消,名簿,東京都,3,見本\n"
    );
    let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(&text);
    assert!(!lossy);
    room.write("old.csv", &bytes);
    let leave_out = String::from_utf8(room.read("map.toml"))
        .unwrap()
        .replace("\"社内メモ\", \"済\"", "\"社内メモ\", \"済\", \"状態\", \"相手\"");
    room.write("map.toml", leave_out);
    room.run("import old.csv --map map.toml").done().says("the map says so").says("an empty cell");
    let told: Vec<Value> = records(&room)
        .iter()
        .map(|r| json!([r["provided_on"], r["recipient_name"], r["principal_name"], r["items"], r["basis"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["2026-04-01", "架空商事", "﨑山 花子", ["氏名・住所", "電話"], "opt-out"]),
            json!(["2026-04-01", "架空商事", "例", ["氏名"], "opt-out"]),
        ]
    );
}

#[test]
fn a_file_without_a_heading_is_read_by_places_and_what_is_refused_comes_back_the_same_way() {
    let room = Room::with_ledger();
    let map = "[file]\nheading = false\n[columns]\nprovided_on = \"#1\"\nrecipient_name = \"#2\"\n\
               recipient_address = \"#3\"\nrecipient_representative = \"#4\"\nprincipal_id = \"#5\"\n\
               items = \"#6\"\n[constants]\nbasis = \"opt-out\"\nmedium = \"DVD\"\n";
    room.write("map.toml", map);
    let good = "20260401,架空商事,東京都架空区1,見本 太郎,C-1,氏名,x\n";
    room.write("batch.csv", format!("{good}{}", good.replace("20260401", "20260431")));
    let with_map = |file, more| room.run(format!("import {file} --map map.toml {more}"));
    with_map("batch.csv", "--partial --rejects r.csv").refused().says("batch.csv:2: #1:");
    assert_eq!(records(&room)[0]["medium"], "DVD");
    let mended = String::from_utf8(room.read("r.csv")).unwrap().replace("20260431", "20260430");
    assert_eq!(mended.lines().count(), 1, "no heading where there was none");
    room.write("mended.csv", mended);
    with_map("mended.csv", "").done();
    assert_eq!(records(&room)[1]["provided_on"], "2026-04-30");
}

#[test]
fn a_workbook_is_found_by_the_words_of_a_map_and_a_flag_does_not_overrule_a_constant() {
    let room = Room::with_ledger();
    room.write("h.csv", format!("{HEADING}{MARCH}"));
    room.write(
        "map.toml",
        "side = \"provision\"\n[columns]\nprovided_on = \"日付\"\nrecipient_address = \"住所\"\nleave_out = \"社内メモ\"\n\
         [constants]\nbasis = \"opt-out\"\n",
    );
    room.run("import h.csv --map map.toml --basis consent").refused().says("give it once");
    room.run("import h.csv --map no.toml").cannot().says("no.toml");
    room.write("lines.jsonl", "{\"a\":\"b\"}\n");
    room.run("import lines.jsonl --map map.toml").refused().says("JSON Lines");
    room.run("import h.csv h.csv --propose-map p.toml").cannot().says("one file");
    room.run("import h.csv --map map.toml --propose-map p.toml").cannot();
    room.write("bad.toml", "[columns]\nprovided = \"日付\"\n");
    room.run("import h.csv --map bad.toml").refused().says("bad.toml:2:").says("no such field");
    room.run("import h.csv --map map.toml").done();
}

#[test]
fn rows_that_end_early_are_refused_until_a_map_says_that_their_last_cells_are_empty() {
    let room = Room::with_ledger();
    // As Excel writes it where the last columns are mostly empty.
    let heading = "提供年月日,提供先,提供先住所,代表者,会員番号,提供項目,備考,担当者\n";
    let row = |id: &str, rest: &str| format!("2026/3/1,架空商事,東京都架空区1,見本 太郎,{id},氏名{rest}\n");
    let text = format!("{heading}{}{}{}", row("C-1", ",至急,見本"), row("C-2", ""), row("C-3", ",x"));
    room.write("h.csv", format!("{text}2026/3/1,架空商事,東京都架空区1\n"));
    room.run("import h.csv --basis opt-out").refused().says("h.csv:3:").says("short_rows = true");
    room.write("map.toml", "[file]\nshort_rows = true\n[constants]\nbasis = \"opt-out\"\n");
    // What the law asks for is asked for all the same.
    room.run("import h.csv --map map.toml")
        .refused()
        .says_not("the row has")
        .says("h.csv:5: 提供項目: the data items are missing");
    room.write("h.csv", text);
    room.run("import h.csv --map map.toml").done();
    let told: Vec<Value> =
        records(&room).iter().map(|r| json!([r["principal_id"], r["note"], r["handler"]])).collect();
    assert_eq!(told, [json!(["C-1", "至急", "見本"]), json!(["C-2", null, null]), json!(["C-3", "x", null])]);
}
