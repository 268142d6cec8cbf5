//! The closed world of a ledger file: whatever is changed in it by hand, `verify` finds it, or no answer depends on it. Every column of
//! every table, in a row of every kind of entry, and what no ledger has at all.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::support::{Room, without_triggers};

/// A ledger with every kind of entry, a row in every table, and records without an extra part, erased, corrected, held.
fn everything() -> Room {
    let mut room = Room::new();
    room.states_the_day = true;
    room.clock = "2022-05-10T03:00:00.000Z".to_owned();
    room.run("init --operator 'Sample K.K.'").done();
    let whole = |id: &str, more: &str| {
        format!(
            "record --principal-id {id} --recipient 架空商事株式会社 --recipient-address 東京都架空区1 \
             --representative '見本 太郎' --item 氏名 --item 住所 --basis consent --consent-evidence 同意書 {more}"
        )
    };
    let record = |room: &Room, id: &str, more: &str| room.run(whole(id, more)).done();
    let day = "--provided-on 2022-05-01";
    record(&room, "A-1", &format!("{day} --principal-name '見本 花子' --purpose 案内 --note 一"));
    record(&room, "A-2", &format!("{day} --key k-2 --medium CD"));
    // Without an extra part.
    let bare = room.command(whole("A-3", day)).env_remove("USER").output().unwrap();
    assert!(bare.status.success());
    record(&room, "A-4", "--method bulk --period-from 2022-05-01 --period-to 2022-05-09");
    room.run(
        "receive --received-on 2022-05-02 --provider 見本商店 --provider-address 架空県1 --provider-representative '見本 次郎' \
         --acquisition 本人から --principal-id B-1 --principal-name '見本 三郎' --item 氏名 --basis consent --confirmation 書面",
    )
    .done();
    room.write(
        "old.csv",
        "提供年月日,第三者の氏名又は名称,第三者の住所,代表者氏名,本人の氏名,個人データの項目\r\n\
         2021-04-01,架空商事株式会社,東京都架空区1,見本 太郎,旧 一郎,氏名\r\n\
         2021-04-02,架空商事株式会社,東京都架空区1,見本 太郎,旧 二郎,氏名\r\n",
    );
    room.run("import old.csv --basis consent").done();
    room.run("recipient set R-1 --name 架空物流株式会社 --address 架空県2 --representative '見本 四郎'")
        .done();
    room.run("optout add --principal-id A-9").done();
    room.run("correct 1 --set note=二 --reason 誤記").done();
    room.run("anchor --set anchor").done();
    room.run("checkpoint").done();
    room.clock = "2026-11-23T03:00:00.000Z".to_owned();
    record(&room, "A-5", &format!("{day} --principal-name '見本 五郎' --key k-5"));
    room.run("delete 2 --apply --reason 期間満了").done();
    room.run("hold add 3 --reason 訴訟").done();
    room.run("hold add 4 --reason 訴訟").done();
    let hold = room.query::<u64>("SELECT max(idx) FROM entry WHERE kind = 7");
    room.run(format!("hold release {hold} --reason 終結")).done();
    room.run("key --rotate --reason 担当交代").done();
    room.run("disclose --principal-id A-1 --out copy").done();
    room.run("export --out evidence").done();
    let request = room.query::<u64>("SELECT min(idx) FROM entry WHERE kind = 12");
    room.run(format!("optout withdraw {request} --reason 本人の申出")).done();
    room.run("verify").done().says("VERIFIED");
    room
}

/// The ledger's files as they were, to be put back.
struct Kept(Vec<(PathBuf, Option<Vec<u8>>)>);

impl Kept {
    fn of(room: &Room) -> Kept {
        let names = ["provlog.db", "provlog.db-wal", "provlog.db-shm", "anchor"];
        Kept(names.map(|name| (room.path(name), std::fs::read(room.path(name)).ok())).into())
    }

    fn put_back(&self) {
        for (path, bytes) in &self.0 {
            match bytes {
                Some(bytes) => std::fs::write(path, bytes).unwrap(),
                None => drop(std::fs::remove_file(path)),
            }
        }
    }
}

/// Every answer that the program gives of the ledger.
fn answers(room: &Room) -> Vec<String> {
    let mut all = vec![room.run("list --json").stdout, room.run("delete --expired --json").stdout];
    for filter in [
        ["--principal-id", "A-1"],
        ["--recipient", "架空商事株式会社"],
        ["--principal-name", "旧 一郎"],
        ["--from", "2022-01-01"],
    ] {
        all.push(room.run(["list", "--json", filter[0], filter[1]]).stdout);
    }
    for command in ["hold", "recipient", "filing", "optout"] {
        all.push(room.run(format!("{command} list --json")).stdout);
    }
    all
}

/// What `verify` says of a tampered ledger: found or not, with the secret; without it, found or said that it was not checked.
fn verdict(room: &Room) -> (bool, bool) {
    let found = |room: &Room| {
        let ran = room.run("verify --json");
        assert!([0, 1, 3, 4, 5].contains(&ran.status), "{}{}", ran.stdout, ran.stderr);
        (ran.status != 0, format!("{}{}", ran.stdout, ran.stderr))
    };
    let (with, _) = found(room);
    let (secret, aside) = (room.path("provlog.db.fingerprint-secret"), room.path("aside"));
    std::fs::rename(&secret, &aside).unwrap();
    let (without, said) = found(room);
    std::fs::rename(&aside, &secret).unwrap();
    (with, without || said.contains("lookups-not-compared"))
}

/// Another value that a cell of this type and content could hold.
fn other(value: &Value, n: u64) -> Value {
    match value {
        Value::Null => Value::Text("改ざん".into()),
        Value::Integer(i) => Value::Integer(i + 1 + i64::try_from(n % 3).unwrap()),
        Value::Real(r) => Value::Real(r + 1.0),
        Value::Text(t) => Value::Text(format!("{t}x")),
        Value::Blob(b) => {
            let mut b = b.clone();
            if let Some(byte) = b.first_mut() {
                *byte ^= 1;
            }
            Value::Blob(b)
        }
    }
}

fn columns(conn: &Connection, table: &str) -> Vec<(String, String)> {
    let mut statement = conn.prepare(&format!("PRAGMA table_info({table})")).unwrap();
    statement.query_map([], |r| Ok((r.get(1)?, r.get(2)?))).unwrap().collect::<Result<_, _>>().unwrap()
}

fn tables(conn: &Connection) -> Vec<String> {
    let mut statement =
        conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    statement.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// What holds each cell, as schema.sql says above each table: table, column, letter.
fn letters() -> Vec<(String, String, String)> {
    let schema = include_str!("../schema.sql");
    let mut all = Vec::new();
    for (said, rest) in
        schema.split("-- cells: ").skip(1).map(|part| part.split_once("CREATE TABLE ").unwrap())
    {
        let table = rest.split(' ').next().unwrap();
        for cell in said.replace("--", " ").replace('\n', " ").split(',') {
            let (column, letter) = cell.trim().rsplit_once(' ').unwrap();
            all.push((table.to_owned(), column.trim().to_owned(), letter.to_owned()));
        }
    }
    all
}

/// A cell in which another value says nothing that any answer goes by (FORMAT.md, "The ledger file", letter f).
fn is_free(table: &str, column: &str) -> bool {
    letters().iter().any(|(t, c, letter)| (t.as_str(), c.as_str(), letter.as_str()) == (table, column, "f"))
}

#[test]
fn every_column_of_the_schema_has_its_letter_and_the_specification_knows_them() {
    let conn = Connection::open_in_memory().unwrap();
    conn.execute_batch(include_str!("../schema.sql")).unwrap();
    let mut expected = Vec::new();
    for table in tables(&conn) {
        expected.extend(columns(&conn, &table).into_iter().map(|(column, _)| (table.clone(), column)));
    }
    let mut found: Vec<_> = letters().into_iter().map(|(table, column, _)| (table, column)).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    let format = include_str!("../src/ledger/FORMAT.md");
    for (table, column, letter) in letters() {
        assert!(
            ["h", "r", "r*", "s", "i", "f", "c"].contains(&letter.as_str()),
            "{table}.{column}: {letter}"
        );
        assert!(
            letter != "f" || format.contains(&format!("`{table}.{column}`")),
            "{table}.{column} is free: within what?"
        );
    }
}

#[test]
fn another_value_in_any_column_of_any_table_and_kind_is_found_or_no_answer_depends_on_it() {
    let room = everything();
    let kept = Kept::of(&room);
    let before = answers(&room);
    let conn = Connection::open(room.ledger()).unwrap();
    // A row of each kind for the table of entries; the first and the last row of each other table.
    let mut rows: Vec<(String, String)> = Vec::new();
    let kinds: Vec<i64> = conn
        .prepare("SELECT DISTINCT kind FROM entry")
        .unwrap()
        .query_map([], |r| r.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for kind in &kinds {
        rows.push((
            "entry".into(),
            format!("idx = (SELECT max(idx) FROM entry WHERE kind = {kind} AND facts_salt IS NOT NULL)"),
        ));
    }
    rows.push(("entry".into(), "idx = 2".into()));
    rows.push(("entry".into(), "idx = 3".into()));
    for table in tables(&conn).into_iter().filter(|t| t != "entry") {
        let first = columns(&conn, &table)[0].0.clone();
        for end in ["min", "max"] {
            rows.push((table.clone(), format!("{first} = (SELECT {end}({first}) FROM {table})")));
        }
    }
    drop(conn);
    let (mut tried, mut silent, mut missed) = (0, BTreeSet::new(), Vec::new());
    for (n, (table, row)) in rows.iter().enumerate() {
        let conn = Connection::open(room.ledger()).unwrap();
        let all = columns(&conn, table);
        drop(conn);
        for (column, kind) in &all {
            for way in ["another", "nothing", "something"] {
                kept.put_back();
                let conn = Connection::open(room.ledger()).unwrap();
                conn.execute_batch("PRAGMA ignore_check_constraints = 1").unwrap();
                let found: Option<Value> = conn
                    .query_row(&format!("SELECT {column} FROM {table} WHERE {row} LIMIT 1"), [], |r| r.get(0))
                    .ok();
                let Some(value) = found else { continue };
                let new = match (way, &value) {
                    ("another", Value::Null) | ("nothing", Value::Null) => continue,
                    ("something", Value::Null) => match kind.as_str() {
                        "INTEGER" => Value::Integer(1),
                        "BLOB" => Value::Blob(vec![7; if column.ends_with("salt") { 16 } else { 32 }]),
                        _ => Value::Text("改ざん".into()),
                    },
                    ("something", _) => continue,
                    ("nothing", _) => Value::Null,
                    (_, value) => other(value, n as u64),
                };
                let mut changed = false;
                without_triggers(&conn, |conn| {
                    changed = conn
                        .execute(&format!("UPDATE {table} SET {column} = ?1 WHERE {row}"), [&new])
                        .is_ok_and(|n| n > 0);
                });
                conn.close().unwrap();
                if !changed {
                    continue;
                }
                tried += 1;
                let (with, without) = verdict(&room);
                if !with {
                    silent.insert(format!("{table}.{column}"));
                    if !is_free(table, column) || answers(&room) != before {
                        missed.push(format!("{table}.{column} where {row}: {value:?} -> {new:?}"));
                    }
                }
                if !without && !is_free(table, column) {
                    missed.push(format!(
                        "without the secret: {table}.{column} where {row}: {value:?} -> {new:?}"
                    ));
                }
            }
        }
    }
    kept.put_back();
    println!("{tried} cells changed, each found with and without the secret but for {silent:?}");
    assert!(missed.is_empty(), "{} of {tried} not found:\n{}", missed.len(), missed.join("\n"));
    assert!(tried > 250, "{tried}");
}

/// What somebody with a database tool adds, takes away or exchanges; each is found by name.
const STRUCTURAL: &[(&str, &str)] = &[
    ("CREATE TRIGGER t BEFORE INSERT ON entry BEGIN SELECT raise(IGNORE); END", "schema-foreign"),
    ("CREATE TRIGGER t BEFORE INSERT ON lookup BEGIN SELECT raise(IGNORE); END", "schema-foreign"),
    ("CREATE TRIGGER t BEFORE UPDATE ON state BEGIN SELECT raise(IGNORE); END", "schema-foreign"),
    (
        "CREATE TABLE copies (t TEXT); CREATE TRIGGER t BEFORE UPDATE ON entry BEGIN INSERT INTO copies VALUES (OLD.principal_name); END",
        "schema-foreign",
    ),
    ("CREATE TABLE extra_table (t TEXT)", "schema-foreign"),
    ("CREATE VIEW extra_view AS SELECT 1", "schema-foreign"),
    ("CREATE INDEX names ON entry(principal_name)", "schema-foreign"),
    ("DROP INDEX entry_acts", "schema-missing"),
    ("DROP INDEX entry_about", "schema-missing"),
    ("DROP INDEX block_first", "schema-missing"),
    ("DROP TRIGGER entry_delete", "schema-missing"),
    ("DROP VIEW records", "schema-missing"),
    ("DROP VIEW records; CREATE VIEW records AS SELECT * FROM entry", "schema-altered"),
    (
        "DROP TRIGGER entry_update; CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT 1; END",
        "schema-altered",
    ),
    (
        "DROP INDEX entry_acts; CREATE INDEX entry_acts ON entry(kind) WHERE kind NOT IN (1, 2, 13)",
        "schema-altered",
    ),
    ("ALTER TABLE node ADD COLUMN more TEXT", "schema-altered"),
    ("DROP INDEX entry_key", "schema-missing"),
    ("UPDATE kind SET name = 'hold' WHERE code = 8", "constants-differ"),
    ("INSERT INTO kind VALUES (99, 'more')", "constants-differ"),
    ("DELETE FROM terms WHERE id = 1", "constants-differ"),
    ("UPDATE terms SET basis = 'consent' WHERE id = 1", "constants-differ"),
    ("INSERT INTO party (hash, type, name) VALUES (1, 'body', '消したはずの会社')", "value-unused"),
    ("INSERT INTO items (hash, list) VALUES (1, '消したはずの項目')", "value-unused"),
    ("INSERT INTO circumstance (hash, purpose) VALUES (1, 'x')", "value-unused"),
    ("INSERT INTO particulars (hash, filing) VALUES (1, 'x')", "value-unused"),
    ("UPDATE party SET hash = hash + 17", "value-misplaced"),
    ("UPDATE entry SET key = key + 1 WHERE key IS NOT NULL", "altered"),
    ("UPDATE entry SET key = NULL WHERE key IS NOT NULL", "altered"),
    ("UPDATE entry SET key = 5 WHERE idx = 0", "stray-cells"),
    ("UPDATE entry SET key = 5 WHERE idx = 1", "altered"),
    ("UPDATE entry SET key = 5 WHERE idx = 2", "stray-cells"),
    ("UPDATE entry SET fingerprint = fingerprint + 1 WHERE idx = 1", "fingerprint-differs"),
    ("UPDATE entry SET fingerprint = NULL WHERE idx = 1", "fingerprint-differs"),
    ("UPDATE state SET size = size - 1", "state-wrong"),
    ("UPDATE state SET wal_pending = 7", "state-wrong"),
    ("UPDATE state SET in_file = writes + 1", "state-wrong"),
    ("DELETE FROM state", "state-wrong"),
    ("UPDATE entry SET principal_name = '見本 花子' WHERE idx = 2", "stray-cells"),
    ("UPDATE entry SET note = 'x' WHERE idx = 2", "stray-cells"),
    ("UPDATE entry SET facts = '{\"a\":\"b\"}' WHERE idx = 2", "stray-cells"),
    ("UPDATE entry SET note = 'FORGED' WHERE idx = 3", "stray-cells"),
    ("UPDATE entry SET claimed_recorded_on = 20200101 WHERE idx = 3", "stray-cells"),
    (
        "INSERT INTO circumstance (hash, purpose) VALUES (1, 'x'); UPDATE entry SET circumstance = last_insert_rowid() WHERE idx = 3",
        "stray-cells",
    ),
    ("UPDATE entry SET facts = '{\"a\":\"b\"}' WHERE idx = 1", "stray-cells"),
    ("UPDATE entry SET note = 'x' WHERE kind = 7", "stray-cells"),
    ("INSERT INTO lookup VALUES (1, 1)", "lookup-stray"),
    ("DELETE FROM lookup WHERE idx = 1", "lookup-missing"),
    ("INSERT INTO erased VALUES (1, 1, 14)", "erased-table"),
    ("DELETE FROM erased", "erased-table"),
    ("INSERT INTO node VALUES (8, 0, zeroblob(32))", "too-many-nodes"),
    ("INSERT INTO checkpoint VALUES (3, 'x')", "kept-checkpoint"),
];

#[test]
fn what_no_ledger_has_is_found_by_name() {
    let room = everything();
    let kept = Kept::of(&room);
    for (sql, name) in STRUCTURAL {
        kept.put_back();
        let conn = Connection::open(room.ledger()).unwrap();
        conn.execute_batch("PRAGMA ignore_check_constraints = 1").unwrap();
        if sql.contains("TRIGGER") {
            conn.execute_batch(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        } else {
            without_triggers(&conn, |conn| conn.execute_batch(sql).unwrap_or_else(|e| panic!("{sql}: {e}")));
        }
        conn.close().unwrap();
        let ran = room.run("verify --json").refused();
        let names: Vec<String> =
            ran.objects().iter().filter_map(|o| o["finding"].as_str().map(str::to_owned)).collect();
        assert!(names.iter().any(|found| found == name), "{sql}: {name} is not among {names:?}");
        for lang in ["en", "ja"] {
            let mut command = room.command("verify");
            let said = command.env("PROVLOG_LANG", lang).output().unwrap();
            assert_eq!(said.status.code(), Some(1), "{sql}");
        }
    }
}

#[test]
fn before_a_foreign_schema_nothing_is_written_and_nobody_is_told_that_it_was() {
    let room = everything();
    let kept = Kept::of(&room);
    room.write("new.csv", String::from_utf8(room.read("old.csv")).unwrap().replace("旧", "新"));
    let commands = [
        "optout add --principal-id A-8",
        "correct 1 --set note=x --reason x",
        "hold add 1 --reason x",
        "checkpoint",
        "import new.csv --basis consent --again",
        "delete --expired --apply --reason x",
        "key --rotate --reason x",
        "disclose --principal-id A-1 --out copy-2",
    ];
    for table in ["entry", "lookup", "state", "run", "block", "node", "party", "checkpoint"] {
        kept.put_back();
        let conn = Connection::open(room.ledger()).unwrap();
        conn.execute_batch(&format!(
            "CREATE TRIGGER planted BEFORE INSERT ON {table} BEGIN SELECT raise(IGNORE); END"
        ))
        .unwrap();
        conn.close().unwrap();
        let size: u64 = room.query("SELECT count(*) FROM entry");
        for command in commands {
            let ran = room.run(command);
            assert_eq!(ran.status, 3, "{table} {command:?}: {}{}", ran.stdout, ran.stderr);
            assert!(ran.stderr.contains("planted"), "{table} {command:?}: {}", ran.stderr);
        }
        let ran = room.record("--principal-id A-1");
        assert_eq!(ran.status, 3, "{}", ran.stderr);
        assert_eq!(room.query::<u64>("SELECT count(*) FROM entry"), size, "{table}");
    }
}

#[test]
fn statistics_of_another_tool_are_no_alarm_and_go_with_the_next_writer() {
    let room = everything();
    let conn = Connection::open(room.ledger()).unwrap();
    conn.execute_batch("ANALYZE").unwrap();
    conn.close().unwrap();
    room.run("verify").done().says("ANALYZE");
    room.record("--principal-id A-1").done();
    assert_eq!(room.query::<u64>("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'sqlite_stat%'"), 0);
    room.run("verify").done();
}

#[test]
fn a_table_that_is_not_there_is_named_and_the_advice_is_about_the_ledger() {
    let room = everything();
    let kept = Kept::of(&room);
    let all = tables(&Connection::open(room.ledger()).unwrap());
    for table in all {
        kept.put_back();
        let conn = Connection::open(room.ledger()).unwrap();
        conn.execute_batch(&format!("DROP TABLE {table}")).unwrap();
        conn.close().unwrap();
        let ran = room.run("verify");
        assert!([1, 3].contains(&ran.status), "{table}: {}{}", ran.stdout, ran.stderr);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(&format!("the file lacks the table {table}\n")), "{table}: {said}");
        assert!(!said.contains("check the disk") && !said.contains("no such table"), "{table}: {said}");
    }
}
