//! Exit statuses and the error object of `--json`: what docs/EXIT-STATUS.md says, provoked for several commands each.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::support::{NOW, Ran, Room, WHOLE, Words, history, whole, whole_of};
use serde_json::Value;

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

const GUIDES: [(&str, &str); 2] = [("en", "docs/EXIT-STATUS.md"), ("ja", "docs/EXIT-STATUS.ja.md")];

/// The table of a guide: each code with its status.
fn table(guide: &str) -> BTreeMap<String, i32> {
    let text = read(guide);
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    let statuses: Vec<i32> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
    assert_eq!(statuses, [0, 1, 2, 3, 4, 5, 6], "{guide}");
    let mut codes = BTreeMap::new();
    for (row, status) in rows.iter().zip(statuses) {
        for code in row[3].split('`').skip(1).step_by(2) {
            assert_eq!(codes.insert(code.to_owned(), status), None, "{guide}: {code} is there twice");
        }
    }
    codes
}

#[test]
fn both_guides_hold_the_table_of_the_program() {
    let numbers = ["Done", "Refused", "Usage", "NoLedger", "Unfinished", "Against", "NoRoom"].iter().zip(0..);
    let numbers: BTreeMap<&str, i32> = numbers.map(|(name, n)| (*name, n)).collect();
    let source = read("src/cli/status.rs");
    for (name, number) in &numbers {
        assert!(source.contains(&format!("    {name} = {number},\n")), "{name}");
    }
    let mut program = BTreeMap::from([("findings".to_owned(), 1)]);
    for (at, _) in source.match_indices("Status::") {
        let rest = &source[at + "Status::".len()..];
        let Some((name, rest)) = rest.split_once(", \"") else { continue };
        let Some(number) = numbers.get(name) else { continue };
        let code = rest.split('"').next().unwrap().to_owned();
        let before = program.insert(code.clone(), *number);
        assert!(before.is_none_or(|before| before == *number), "{code} has two statuses");
    }
    assert!(program.len() > 50, "{program:?}");
    for (_, guide) in GUIDES {
        assert_eq!(table(guide), program, "{guide}");
    }
}

#[test]
fn the_guides_example_is_what_the_program_prints() {
    let mut room = Room::with_ledger();
    for (lang, guide) in GUIDES {
        room.lang = lang;
        let text = read(guide);
        let example = text.split("```console\n").nth(1).unwrap().split("\n```").next().unwrap();
        let (command, printed) = example.split_once('\n').unwrap();
        let args = command.strip_prefix("$ provlog ").unwrap();
        assert_eq!(room.run(args).stdout.trim_end(), printed);
    }
}

/// Runs a command that fails with `code`: for people and for programs, in both languages.
#[track_caller]
fn fails(room: &mut Room, args: impl Words, code: &str) -> Value {
    fails_with(room, args, code, table(GUIDES[0].1)[code])
}

#[track_caller]
fn fails_with(room: &mut Room, args: impl Words, code: &str, status: i32) -> Value {
    let mut last = Value::Null;
    let args = args.words();
    for lang in ["en", "ja"] {
        room.lang = lang;
        room.run(&args).status(status);
        let ran = room.run("--json".and(&args)).status(status);
        let mut objects = ran.objects();
        last = objects.pop().unwrap_or_else(|| panic!("{args:?} prints no object: {}", ran.stderr));
        let error = &last["error"];
        assert_eq!(last.as_object().unwrap().len(), 1, "{last}");
        assert_eq!((&error["code"], &error["status"]), (&code.into(), &status.into()), "{args:?}: {last}");
        let message = error["message"].as_str().unwrap();
        assert!(!message.is_empty() && error["todo"].is_string(), "{last}");
        assert!(objects.iter().all(|o| o.get("error").is_none()), "{args:?}: one error");
        // People are told as well; what has objects of its own has been said there.
        if !["refused", "findings"].contains(&code) {
            assert!(ran.stderr.contains(message), "{args:?}: {}", ran.stderr);
        }
    }
    room.lang = "en";
    last["error"].take()
}

fn copy(room: &Room, from: &str, to: &str) {
    std::fs::copy(room.path(from), room.path(to)).unwrap();
}

/// A ledger, as it lies when nobody has it open.
fn put_back(room: &Room, from: &str) {
    copy(room, from, "provlog.db");
    for beside in ["provlog.db-wal", "provlog.db-shm"] {
        let _ = std::fs::remove_file(room.path(beside));
    }
}

#[test]
fn status_0_is_for_what_was_done() {
    let room = Room::with_ledger();
    room.run(whole("--principal-id A")).done();
    for args in ["list --json", "verify --json", "checkpoint --json", "--help"] {
        assert!(!room.run(args).done().stdout.contains("\"error\""), "{args:?}");
    }
}

#[test]
fn status_1_is_for_content_that_is_refused_and_for_findings() {
    let mut room = Room::with_ledger();
    let room = &mut room;
    room.run(whole("--principal-id A --key K")).done();
    room.write("bad.csv", "提供年月日,提供先,本人ID,提供項目\n2020-02-30,a,b,c\n");
    room.write("h.csv", history(2, 1));
    room.run("import h.csv --basis opt-out").done();
    room.write("rows.jsonl", "{\"principal_id\":\"A\",\"basis\":\"nonsense\"}\n");
    assert_eq!(fails(room, "show 99", "no-such-entry")["indexes"][0], 99);
    fails(room, "record", "refused");
    fails(room, whole("--from rows.jsonl"), "refused");
    fails(room, "import bad.csv --basis opt-out", "refused");
    fails(room, "correct 1 --set provided_on=2026-13-01 --reason x", "refused");
    fails(room, "filing add F", "refused");
    assert_eq!(fails(room, "list --from 2026-13-01", "bad-option-value")["option"], "--from");
    fails(room, "init --operator ' '", "bad-option-value");
    let error = fails(room, whole("--principal-id B --key K"), "key-taken");
    assert_eq!((&error["key"], &error["index"]), (&"K".into(), &1.into()));
    assert_eq!(fails(room, "import h.csv --basis opt-out", "already-imported")["index"], 2);
    fails(room, "correct 0 --void --reason x", "not-correctable");
    fails(room, "correct 1 --set nonsense=1 --reason x", "not-a-field");
    fails(room, "hold add --principal-id Nobody --reason x", "nothing-matches");
    fails(room, "hold release 1 --reason x", "not-a-hold");
    fails(room, "optout withdraw 1 --reason x", "not-a-stop-request");
    assert_eq!(fails(room, "recipient show R", "not-registered")["id"], "R");
    fails(room, "disclose --out copy", "no-principal");
    fails(room, "show 1 --proof p", "no-checkpoint");
    fails(room, "anchor --reset --reason x", "no-anchor");
    fails(room, "export --out e --at 99", "no-such-size");
    fails(room, "delete 1 --apply --reason x --confirm-date 2026-11-23", "must-stay");
    fails(room, "delete 1 --apply --reason x --confirm-date 2026-11-22", "not-today");
    room.write("note", "nonsense");
    fails(room, "checkpoint --since note", "checkpoint-refused");
    fails(room, "checkpoint --attach note", "timestamp-refused");
    fails(room, "verify --checkpoint note", "findings");
    room.run("export --out folder").done();
    room.write("folder/data/records.csv", "nonsense");
    fails(room, "verify --bundle folder", "findings");
    room.tamper("UPDATE entry SET principal_id = 'X' WHERE idx = 1");
    fails(room, "verify", "findings");
    assert_eq!(fails(room, "show 1 --proof p", "entry-damaged")["index"], 1);
    for args in ["show 1", "list"] {
        assert_eq!(fails(room, args, "altered")["entries"], serde_json::json!([1]));
    }
    assert_eq!(fails(room, "export --out folder-2", "entry-damaged")["index"], 1);
}

#[test]
fn status_1_is_for_what_may_have_been_erased_before() {
    let mut room = Room::new();
    room.clock = "2022-05-10T03:00:00.000Z".into();
    room.run("init --operator 'Sample K.K.'").done();
    let old = "record --provided-on 2022-05-01 --principal-id A".and(&WHOLE[2..]);
    room.run(&old).done();
    room.clock = NOW.to_owned();
    let today = "--reason x --confirm-date 2026-11-23";
    room.run("delete 1 --apply".and(today)).done();
    let error = fails(&mut room, old.and("--key K"), "may-have-been-erased");
    assert_eq!(error["newest"], "2022-05-10");
}

#[test]
fn status_2_is_for_the_command_line_and_the_files_that_it_names() {
    let mut room = Room::with_ledger();
    let room = &mut room;
    room.write("h.csv", history(2, 1));
    std::fs::create_dir(room.path("there")).unwrap();
    fails(room, "", "usage");
    fails(room, "nonsense", "usage");
    fails(room, "list --no-such-option", "usage");
    fails(room, "show x", "usage");
    fails(room, "delete", "wrong-options");
    assert_eq!(fails(room, "key --rotate", "wrong-options")["option"], "--rotate");
    assert_eq!(fails(room, "import none.csv", "unreadable-input")["path"], "none.csv");
    fails(room, whole("--from none.jsonl"), "unreadable-input");
    fails(room, "verify --checkpoint none", "unreadable-input");
    fails(room, "verify --bundle none", "unreadable-input");
    fails(room, "init --operator S", "already-there");
    fails(room, "export --out there", "already-there");
    fails(room, "import h.csv --propose-map there", "already-there");
    fails(room, "import h.csv --propose-map no/where", "unusable-place");
    fails(room, "anchor --set no/where", "unusable-place");
    room.write("taken", "something else");
    fails(room, "anchor --set taken", "anchor-taken");
}

#[test]
fn a_word_behind_two_dashes_is_no_option() {
    let room = Room::with_ledger();
    let ran = room.run("show -- --json").cannot();
    assert_eq!(ran.stdout, "");
}

#[test]
fn status_3_is_for_no_ledger_and_for_none_that_can_be_read() {
    let record = whole("--principal-id A");
    let all = ["list", "verify", "key", &record, "hold add 1 --reason x"];
    let mut none = Room::new();
    for args in all {
        assert_eq!(fails(&mut none, args, "no-ledger")["path"], "provlog.db");
    }
    let mut text = Room::new();
    text.write("provlog.db", "a text that is longer than a header would be".repeat(9));
    let mut other = Room::new();
    let conn = rusqlite::Connection::open(other.ledger()).unwrap();
    conn.execute_batch("PRAGMA application_id = 42; CREATE TABLE t (x)").unwrap();
    drop(conn);
    let mut newer = Room::with_ledger();
    newer.tamper("PRAGMA user_version = 2");
    for args in all {
        fails(&mut text, args, "not-a-ledger");
        fails(&mut other, args, "other-program");
        fails(&mut newer, args, "newer-ledger");
    }
    // Its secret is as much of a ledger as the file, for whoever needs it.
    let mut room = Room::with_ledger();
    let secret = "provlog.db.fingerprint-secret";
    let foreign = Room::with_ledger();
    let searching = [record.as_str(), "hold add 1 --reason x", "list --principal-id A"];
    std::fs::remove_file(room.path(secret)).unwrap();
    for args in searching {
        fails(&mut room, args, "no-secret");
    }
    room.write(secret, "nonsense");
    for args in searching {
        fails(&mut room, args, "not-a-secret");
    }
    room.write(secret, foreign.read(secret));
    for args in searching.into_iter().chain(["verify", "export --out e"]) {
        fails(&mut room, args, "wrong-secret");
    }
    let mut room = Room::with_ledger();
    let pem = "provlog.db.signing-key.pem";
    std::fs::remove_file(room.path(pem)).unwrap();
    fails(&mut room, "checkpoint", "no-signing-key");
    room.write(pem, "nonsense");
    fails(&mut room, "checkpoint", "not-a-signing-key");
    room.write(pem, foreign.read(pem));
    fails(&mut room, "checkpoint", "wrong-signing-key");
    // A page in the middle.
    let mut broken = Room::with_ledger();
    broken.write("h.csv", history(300, 1));
    broken.run("import h.csv --basis opt-out").done();
    broken.tamper("PRAGMA wal_checkpoint(TRUNCATE)");
    let mut bytes = broken.read("provlog.db");
    let whole = bytes.len();
    bytes[8192..whole - 4096].fill(0xFF);
    broken.write("broken.db", bytes);
    put_back(&broken, "broken.db");
    for args in &all[..2] {
        fails(&mut broken, args, "ledger-damaged");
    }
}

#[test]
fn status_4_is_for_what_may_be_done_later() {
    let mut room = Room::new();
    room.clock = "2023-11-01T03:00:00.000Z".into();
    room.run("init --operator S").done();
    room.run(whole_of("2023-10-31", "--principal-id A")).done();
    // An erasure that a reader keeps from its end.
    room.clock = NOW.into();
    let reader = rusqlite::Connection::open(room.ledger()).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let _: i64 = reader.query_row("SELECT count(*) FROM entry", [], |r| r.get(0)).unwrap();
    let delete = "--wait 0 delete --expired --apply --reason x --confirm-date 2026-11-23";
    let first = room.run(delete.and("--json")).busy();
    let erasure = first.objects().pop().unwrap();
    assert_eq!(erasure["error"]["code"], "erasure-pending");
    assert_eq!(erasure["error"]["committed"][0]["first"], 2, "{erasure}");
    fails(&mut room, delete, "erasure-pending");
    fails_with(&mut room, "verify", "findings", 4);
    // Something else is graver.
    room.tamper("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 1");
    fails_with(&mut room, "verify", "findings", 1);
    drop(reader);

    let mut room = Room::with_ledger();
    let other = rusqlite::Connection::open(room.ledger()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for args in [
        whole("--principal-id A").as_str(),
        "checkpoint",
        "recipient set R --name N",
        "key --rotate --reason x",
    ] {
        fails(&mut room, "--wait 0".and(args), "locked");
    }
    other.execute_batch("ROLLBACK").unwrap();

    std::fs::create_dir(room.path("share")).unwrap();
    room.run("anchor --set share/anchor").done();
    std::fs::rename(room.path("share"), room.path("away")).unwrap();
    for args in [whole("--principal-id A").as_str(), "anchor", "checkpoint"] {
        fails(&mut room, args, "anchor-out-of-reach");
    }
    // Without it, a ledger verifies; that it was not compared is told.
    room.run("verify").done();
}

#[test]
fn an_entry_that_the_anchor_does_not_hold_yet_is_not_finished() {
    let mut room = Room::with_ledger();
    room.run("anchor --set the.anchor").done();
    // The lock cannot be had: a folder lies in its place.
    std::fs::remove_file(room.path("the.anchor.lock")).unwrap();
    std::fs::create_dir(room.path("the.anchor.lock")).unwrap();
    let newest = |room: &Room| room.query::<u64>("SELECT max(idx) FROM entry");
    for args in [whole("--principal-id A").as_str(), "recipient set R --name N"] {
        let before = newest(&room);
        let error = fails(&mut room, args, "not-anchored");
        // People and programs, in two languages: four times.
        assert_eq!(newest(&room), before + 4);
        let last = before + 4;
        assert_eq!(error["committed"], serde_json::json!([{ "first": last, "last": last }]));
        assert!(error["message"].as_str().unwrap().contains(&format!("エントリ {last}")), "{error}");
    }
    // Under a key that is there already nothing is added, and none is named.
    let keyed = whole("--principal-id B --key K");
    let told = room.run(&keyed).busy();
    told.says(&format!("as entry {}", newest(&room)));
    let again = room.run(keyed.and("--json")).busy().objects().pop().unwrap();
    assert_eq!(again["error"].get("committed"), None);
}

#[test]
fn status_5_is_for_what_speaks_against_the_ledger() {
    let mut room = Room::with_ledger();
    room.run("anchor --set the.anchor").done();
    copy(&room, "provlog.db", "backup.db");
    room.run(whole("--principal-id A")).done();
    room.write("note", room.run("-q checkpoint").done().stdout);
    put_back(&room, "backup.db");
    for args in [
        whole("--principal-id B").as_str(),
        "checkpoint",
        "anchor",
        "anchor --set another",
        "key --rotate --reason x",
    ] {
        let error = fails(&mut room, args, "against-anchor");
        assert_eq!((&error["anchored_size"], &error["size"]), (&3.into(), &2.into()));
    }
    fails_with(&mut room, "verify", "findings", 5);
    // It goes before every other finding.
    room.tamper("UPDATE entry SET extra = '{}' WHERE idx = 1");
    fails_with(&mut room, "verify", "findings", 5);

    // A checkpoint alone, of a ledger without an anchor.
    let mut room = Room::with_ledger();
    copy(&room, "provlog.db", "backup.db");
    room.run(whole("--principal-id A")).done();
    room.write("note", room.run("-q checkpoint").done().stdout);
    put_back(&room, "backup.db");
    fails_with(&mut room, "verify --checkpoint note", "findings", 5);
    fails(&mut room, "checkpoint --since note", "against-checkpoint");
    room.run(whole("--principal-id B")).done();
    fails_with(&mut room, "verify --checkpoint note", "findings", 5);
    fails(&mut room, "checkpoint --since note", "against-checkpoint");
    room.run("verify").done();
}

/// Runs where no file can grow: what a full disk does, without one. An ignored signal stays ignored.
#[cfg(unix)]
#[track_caller]
fn without_room(room: &Room, args: impl Words) -> Ran {
    let args = args.words();
    let program = room.command(&args);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(&args);
    shell.current_dir(room.path("")).env_clear();
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran::from_output(shell.output().unwrap(), args)
}

#[cfg(unix)]
#[test]
fn status_6_is_for_a_disk_without_room_where_nothing_was_committed() {
    let mut room = Room::with_ledger();
    room.write("h.csv", history(20, 1));
    room.write("bad.csv", "提供年月日,提供先,本人ID,提供項目\n2020-02-30,a,b,c\n2020-02-20,a,b,c\n");
    room.run(whole("--principal-id A")).done();
    let partial = "import bad.csv --basis opt-out --partial --rejects r.csv";
    for args in [
        whole("--principal-id B").as_str(),
        "import h.csv --basis opt-out",
        "import h.csv --propose-map map.toml",
        partial,
        "checkpoint",
        "key --rotate --reason x",
        "export --out folder",
        "--ledger new.db init --operator S",
    ] {
        for lang in ["en", "ja"] {
            room.lang = lang;
            // What a command without room leaves is another test's.
            for name in ["r.csv", "map.toml", "new.db", "new.db.fingerprint-secret", "new.db.signing-key.pem"]
            {
                let _ = std::fs::remove_file(room.path(name));
            }
            let error = without_room(&room, "--json".and(args)).no_room().objects().pop().unwrap();
            assert_eq!(error["error"]["code"], "disk", "{args:?}: {error}");
            assert_eq!(error["error"]["committed"], Value::Null, "{args:?}: {error}");
        }
    }
    assert_eq!(room.query::<u64>("SELECT count(*) FROM entry"), 2);
    // An output is the other half of it.
    for args in ["list", "verify", "rules", "--help"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = room.command(args).stdout(full).output().unwrap();
        Ran::from_output(output, args).no_room();
    }
    room.run(whole("--principal-id B")).done();
    room.run("verify").done();
}
