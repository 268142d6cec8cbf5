//! "Erased means gone": what is left of an erased record, what can still be asked about it, and how what was erased comes in
//! again only where somebody says so.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use crate::support::{Ran, Room, Words, all_bytes};
use serde_json::{Value, json};

const MADE: &str = "2022-05-10T03:00:00.000Z";
const HEADING: &str = "提供年月日,提供先,提供先住所,代表者,本人ID,提供項目";

/// A provision of 2022-05-01 to one recipient, `more` behind it.
fn provision(room: &Room, day: &str, id: &str, more: impl Words) -> Ran {
    let args = format!(
        "record --provided-on {day} --recipient 架空商事 --recipient-address 東京都 --representative 見本 \
         --item 氏名 --basis opt-out --principal-id {id}"
    );
    room.run(args.and(more))
}

/// A ledger of May 2022 with a record under each key; entry 1 is the first of them.
fn old_ledger(keys: &[&str]) -> Room {
    let mut room = Room::new();
    room.clock = MADE.into();
    room.run("init --operator 'Sample K.K.'").done();
    for key in keys {
        provision(&room, "2022-05-01", &format!("ID-{key}"), ["--key", key, "--note", key]).done();
    }
    room
}

/// Erases entries in November 2026, when all of May 2022 may go.
fn erase(room: &mut Room, what: impl Words) -> Ran {
    room.clock = crate::support::NOW.to_owned();
    room.run("delete".and(what).and("--apply --reason 満了 --confirm-date 2026-11-23"))
}

/// A ledger in which the newest base that was ever erased is 2022-05-10; entry 2 stays.
fn erased() -> Room {
    let mut room = old_ledger(&["gone", "kept"]);
    erase(&mut room, "1").done();
    room
}

fn keys(room: &Room) -> Vec<u64> {
    let conn = rusqlite::Connection::open(room.ledger()).unwrap();
    let mut keys = conn.prepare("SELECT idx FROM entry WHERE key IS NOT NULL ORDER BY idx").unwrap();
    keys.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
}

fn row(day: &str, id: &str) -> String {
    format!("{day},架空,東京都,見本,{id},氏名\n")
}

fn records(room: &Room) -> usize {
    room.run("list --json --kind provision").done().objects().len()
}

#[test]
fn the_key_and_the_fingerprint_of_an_erased_record_go_with_it() {
    let mut room = old_ledger(&["first", "second", "third"]);
    assert_eq!(keys(&room), [1, 2, 3]);
    erase(&mut room, "1 3").done().says("erased: 2");
    assert_eq!(keys(&room), [2]);
    assert_eq!(
        room.query::<String>("SELECT group_concat(idx) FROM entry WHERE fingerprint IS NOT NULL"),
        "2",
        "of what stays the fingerprint stays"
    );
    room.run("verify").done();
    // Whoever holds the secret learns nothing by asking: the key is as if it had never been used ...
    provision(&room, "2026-11-20", "other", "--key first")
        .done()
        .says("recorded: entry 5")
        .says_not("entry 1");
    // ... and that of a record that stays still stops a second one.
    provision(&room, "2022-05-01", "ID-second", "--key second --note second")
        .done()
        .says("already recorded under this key: entry 2");
    provision(&room, "2026-11-20", "other", "--key second").refused().says("entry 2");
    room.run("verify").done();
}

#[test]
fn keys_of_many_records_in_many_runs_go_and_the_others_stay() {
    const ROWS: u64 = 3000;
    let mut room = Room::new();
    room.clock = MADE.into();
    room.run("init --operator 'Sample K.K.'").done();
    let line = |n: u64| {
        format!(
            r#"{{"provided_on":"2022-05-01","recipient_name":"架空商事","recipient_address":"東京都","recipient_representative":"見本","principal_id":"P-{n}","items":["氏名"],"basis":"opt-out","key":"row-{n}"}}"#
        )
    };
    let lines: Vec<String> = (1..=ROWS).map(line).collect();
    room.write("batch.jsonl", lines.join("\n"));
    room.run("record --from batch.jsonl").done();
    // More runs than one erasure entry can name.
    let odd: Vec<String> = (1..=ROWS).filter(|n| n % 3 == 1).map(|n| n.to_string()).collect();
    erase(&mut room, odd).done().says("erased: 1000");
    assert_eq!(keys(&room), (1..=ROWS).filter(|n| n % 3 != 1).collect::<Vec<_>>());
    let left: u64 = room.query("SELECT count(*) FROM entry WHERE fingerprint IS NOT NULL");
    assert_eq!(left, ROWS - 1000);
    room.run("verify").done();
}

#[test]
fn verification_finds_a_key_or_a_fingerprint_that_is_left_of_an_erased_record() {
    for (sql, name, english, japanese) in [
        (
            "UPDATE entry SET fingerprint = 5 WHERE idx = 1",
            "fingerprint-left",
            "a fingerprint of the erased entry 1 is left",
            "消去したエントリ 1 の照合値が残っています",
        ),
        (
            "UPDATE entry SET key = 5 WHERE idx = 1",
            "stray-cells",
            "entry 1 has cells that belong to no part of it",
            "エントリ 1",
        ),
    ] {
        let mut room = erased();
        room.run("verify").done();
        room.tamper(sql);
        room.run("verify").refused().says(english);
        let found = room.run("verify --json").refused().objects().remove(0);
        assert_eq!(found["finding"], name, "{sql}");
        // No secret is needed for it.
        std::fs::remove_file(room.path("provlog.db.fingerprint-secret")).unwrap();
        room.lang = "ja";
        room.run("verify").refused().says(japanese);
    }
}

#[test]
fn the_trigger_lets_an_erasure_through_and_nothing_else() {
    let room = erased();
    let conn = rusqlite::Connection::open(room.ledger()).unwrap();
    for sql in [
        "UPDATE entry SET fingerprint = NULL WHERE idx = 2",
        "UPDATE entry SET fingerprint = fingerprint + 1 WHERE idx = 2",
        "UPDATE entry SET fingerprint = 5 WHERE idx = 1",
        "UPDATE entry SET facts_hash = zeroblob(32) WHERE idx = 1",
        "UPDATE entry SET facts_hash = NULL WHERE idx = 1",
        "UPDATE entry SET note = 'again' WHERE idx = 1",
    ] {
        let error = conn.execute_batch(sql).unwrap_err().to_string();
        assert!(error.contains("provlog:"), "{sql}: {error}");
    }
}

#[test]
fn exports_and_holds_say_by_what_was_filtered_and_never_who_was_looked_for() {
    let mut room = old_ledger(&["x"]);
    let filters = "--principal-id ID-x --from 2022-04-01 --to 2022-06-30 --basis opt-out";
    let also = "--side provision --recipient 架空商事";
    let filter = json!([
        "basis opt-out",
        "from 2022-04-01",
        "principal_id",
        "recipient",
        "side provision",
        "to 2022-06-30"
    ]);
    room.run("export --out e".and(filters).and(also)).done();
    room.run("hold add --reason 係争".and(filters).and(also)).done();
    for (index, kind) in [("2", "export"), ("3", "hold")] {
        let act = room.run(["show", index, "--json"]).done().objects().remove(0);
        assert_eq!(act["kind"], kind);
        assert_eq!(act["facts"]["filter"], filter);
        assert_eq!(act["extra"]["filter"], Value::Null);
    }
    room.run("export --out f --principal-name だれか --recipient-id acme").done();
    let act = room.run("show 4 --json").done().objects().remove(0);
    assert_eq!(act["facts"]["filter"], json!(["principal_name", "recipient_id"]));
    room.run("export --out g").done();
    let act = room.run("show 5 --json").done().objects().remove(0);
    assert_eq!(act["facts"]["filter"], Value::Null, "no filter, no key");
    room.run("verify --bundle e").done();
    room.run("hold release 3 --reason 終結").done();
    erase(&mut room, "1").done();
    let bytes = all_bytes(&room.ledger());
    for gone in ["ID-x", "だれか"] {
        assert!(!bytes.windows(gone.len()).any(|w| w == gone.as_bytes()), "{gone} is still in the file");
    }
    room.run("verify").done();
}

#[test]
fn what_may_have_been_erased_is_recorded_under_a_key_only_where_somebody_says_again() {
    let room = erased();
    let before = room.ledger_bytes();
    let refused = provision(&room, "2022-05-10", "P", "--key new").refused();
    let refused = refused.says("2022-05-10").says("may have been erased").says("--again");
    assert!(!refused.stderr.contains("entry 1"), "{}", refused.stderr);
    assert_eq!(before, room.ledger_bytes());
    // Behind the newest base nothing was erased; without a key nobody claims that it is the first time.
    provision(&room, "2022-05-11", "P", "--key later").done().says_not("anew");
    provision(&room, "2022-05-10", "P", "").done().says_not("anew");
    let again = "--key new --again --json";
    let answer = provision(&room, "2022-05-10", "P", again).done().objects().remove(0);
    assert_eq!((&answer["existing"], &answer["again"]), (&json!(false), &json!(true)));
    provision(&room, "2022-05-10", "P", "--key another --again").done().says("retention begins anew");
    // A retry is a retry, with the word and without it.
    for more in ["--key new --again", "--key new"] {
        provision(&room, "2022-05-10", "P", more)
            .done()
            .says("already recorded under this key")
            .says_not("anew");
    }
    // Of a period the last day counts, else the first.
    let period = |key: &str, more: &str| {
        room.run(format!(
            "record --recipient 架空 --recipient-address 東京都 --representative 見本 --item 氏名 \
             --basis consent --consent-evidence 書面 --principal-id P --method bulk --period-from 2022-01-01 \
             --key {key} {more}"
        ))
    };
    period("a", "--period-to 2022-05-10").refused().says("--again");
    period("b", "").refused().says("--again");
    period("c", "--period-to 2022-05-11").done();
    period("b", "--again").done().says("anew");
    room.run("verify").done();
}

#[test]
fn the_recipients_side_is_held_to_the_same() {
    let mut room = erased();
    let receive = |room: &Room, more: &str| {
        room.run(format!(
            "receive --received-on 2022-05-10 --provider 架空物産 --item 氏名 --provider-address 東京都 \
             --provider-representative 見本 --acquisition 購入 --basis consent --confirmation 書面 \
             --principal-name '見本 花子' --as-happened --key r {more}"
        ))
    };
    receive(&room, "").refused().says("--again");
    room.lang = "ja";
    receive(&room, "").refused().says("消去された可能性").says("--again");
    receive(&room, "--again").done().says("改めて");
    room.run("verify").done();
}

#[test]
fn nothing_is_asked_where_no_record_was_erased() {
    // Only the reason of a permanent entry, and the entry about a copy that was given.
    let mut room = old_ledger(&["kept"]);
    room.run("export --out e").done();
    room.run("disclose --principal-id ID-kept --out d").done();
    erase(&mut room, "2 --extra").done();
    erase(&mut room, "3").done();
    provision(&room, "2022-05-01", "P", "--key new").done().says_not("anew");
    room.write("h.csv", format!("{HEADING}\n{}", row("2022-05-01", "C-1")));
    room.run("import h.csv --basis opt-out").done();
    // And saying it where there is nothing to be said about is no harm.
    provision(&room, "2022-05-01", "P", "--key newer --again").done().says_not("anew");
}

#[test]
fn the_newest_base_is_that_of_all_erasures_not_of_the_last() {
    let mut room = old_ledger(&["old"]);
    room.clock = "2023-02-01T03:00:00.000Z".into();
    provision(&room, "2023-01-31", "newer", "").done();
    erase(&mut room, "2").done();
    erase(&mut room, "1").done();
    provision(&room, "2023-02-01", "P", "--key k").refused().says("2023-02-01");
    provision(&room, "2023-02-02", "P", "--key k").done();
}

#[test]
fn rows_of_a_file_that_may_have_been_erased_are_refused_and_told_without_flooding() {
    let mut room = erased();
    let old: String = (1..=20).map(|n| row("2022-05-01", &format!("C-{n}"))).collect();
    room.write("h.csv", format!("{HEADING}\n{old}{}", row("2026-11-01", "C-21")));
    let before = room.ledger_bytes();
    let refused = room.run("import h.csv --basis opt-out").refused();
    let refused = refused.says("h.csv:2:").says("--again").says("17 more").says("20 are refused");
    assert_eq!(refused.stderr.matches("may have been erased").count(), 4, "{}", refused.stderr);
    let told = room.run("import h.csv --basis opt-out --dry-run --json").refused().objects();
    let told: Vec<_> = told.iter().filter(|o| o["problem"] == "may-have-been-erased").collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!((&told[0]["line"], &told[3]["line"], &told[3]["more"]), (&json!(2), &Value::Null, &json!(17)));
    assert_eq!(before, room.ledger_bytes());
    // The others can be taken, and those that were left are all written out.
    room.run("import h.csv --basis opt-out --partial --rejects r.csv").refused().says("imported: 1 records");
    let rejects = String::from_utf8(room.read("r.csv")).unwrap();
    assert_eq!(rejects.matches("may have been erased").count(), 20, "{rejects}");
    // Said again, they come in, and their retention begins anew.
    let left = rejects.lines().count() - 1;
    assert_eq!(left, 20);
    let answer = room.run("import r.csv --basis opt-out --again").done();
    answer.says("imported: 20 records").says("20 of them").says("retention begins anew");
    assert_eq!(records(&room), 2 + 1 + 20);
    room.clock = "2029-11-22T03:00:00.000Z".into();
    room.run("delete --expired").done().says("Plan: 1 may be erased");
    room.run("verify").done();
}

#[test]
fn a_batch_is_held_to_the_same_by_its_rows_and_by_its_keys() {
    let room = erased();
    let line = |key: &str, day: &str| {
        format!(
            r#"{{"provided_on":"{day}","recipient_name":"架空","recipient_address":"東京都","recipient_representative":"見本","principal_id":"P","items":["氏名"],"basis":"opt-out"{key}}}"#
        )
    };
    let batch = |lines: &[String], more: &str| {
        room.write("b.jsonl", lines.join("\n"));
        room.run("record --from b.jsonl".and(more))
    };
    let keyed = |key: &str, day: &str| line(&format!(r#","key":"{key}""#), day);
    let before = room.ledger_bytes();
    batch(&[line("", "2022-05-01")], "").refused().says("b.jsonl:1:").says("--again");
    batch(&[keyed("a", "2022-05-01")], "").refused().says("line 1").says("--again");
    assert_eq!(before, room.ledger_bytes());
    batch(&[keyed("a", "2022-05-01"), keyed("b", "2026-11-01")], "--again")
        .done()
        .says("recorded: 2")
        .says("1 of them")
        .says("anew");
    // A retry of the whole batch stays harmless, though its first day lies there.
    batch(&[keyed("a", "2022-05-01"), keyed("b", "2026-11-01")], "").done().says("2 were recorded before");
    room.run("verify").done();
}

#[test]
fn a_grown_file_is_recognised_by_what_the_ledger_still_has_and_by_nothing_that_was_erased() {
    let mut room = old_ledger(&[]);
    room.write("h.csv", format!("{HEADING}\n{}", row("2022-05-01", "C-1")));
    room.run("import h.csv --basis opt-out --new-only").done();
    room.clock = "2023-06-01T03:00:00.000Z".into();
    let grown = format!("{HEADING}\n{}{}", row("2022-05-01", "C-1"), row("2022-05-02", "C-2"));
    room.write("h.csv", &grown);
    room.run("import h.csv --basis opt-out --new-only").done().says("imported: 1 records");
    // The first of the two goes; the second, as old as it, stays.
    erase(&mut room, "2").done();
    room.write("h.csv", format!("{grown}{}", row("2026-11-01", "C-3")));
    let import = |more: &str| room.run("import h.csv --basis opt-out --new-only".and(more));
    import("--dry-run").refused().says("already: 1 rows").says("h.csv:2:").says_not("h.csv:3:");
    import("").refused().says("h.csv:2:").says("--again");
    import("--again")
        .done()
        .says("imported: 2 records")
        .says("1 rows were in the ledger already")
        .says("1 of them")
        .says("anew");
    room.run("verify").done();
}

#[test]
fn claimed_record_dates_that_count_do_not_begin_anew() {
    let room = erased();
    room.write("h.csv", format!("{HEADING},記録日\n{},2022-05-02\n", row("2022-05-01", "C-1").trim_end()));
    let trust = "import h.csv --basis opt-out --trust-record-dates --reason x";
    room.run(trust).refused().says("--again");
    room.run(trust.and("--again")).done().says("1 of them").says_not("anew");
}
