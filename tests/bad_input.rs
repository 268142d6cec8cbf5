//! Everything that can be wrong with what a person gives: one clear message that names the thing and says what to do,
//! the right status, in both languages, and the ledger byte for byte as it was.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::process::Command;

use crate::support::{Ran, Room, WHOLE, Words, history, whole};

const HEADING: &str = "提供年月日,提供先,提供先住所,代表者,本人ID,提供項目";
const GOOD: &str = "2026-04-01,架空商事,東京都架空区1,見本 太郎,C-1,氏名、住所";

/// Runs in both languages and holds what must hold of every refusal. The parts must be in the message of both.
#[track_caller]
fn refused(room: &mut Room, args: impl Words, status: i32, parts: &[&str]) {
    let before = room.ledger_bytes();
    for lang in ["en", "ja"] {
        room.lang = lang;
        let ran = room.run(&args).status(status);
        check_message(&ran, lang);
        for part in parts {
            assert!(ran.stderr.contains(part), "{lang}: {part:?} is not in {}", ran.stderr);
        }
        assert!(before == room.ledger_bytes(), "{lang}: the ledger was changed");
    }
    room.lang = "en";
}

#[track_caller]
fn check_message(ran: &Ran, lang: &str) {
    assert!(ran.stderr.contains("-> "), "what to do is not said: {}", ran.stderr);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    let japanese = ran.stderr.chars().any(|c| ('\u{3041}'..='\u{3093}').contains(&c));
    if lang == "ja" {
        assert!(japanese, "not in Japanese: {}", ran.stderr);
    }
}

#[track_caller]
fn record_refused(more: impl Words, status: i32, parts: &[&str]) {
    let mut room = Room::with_ledger();
    refused(&mut room, "record".and(more), status, parts);
}

/// The flags of a whole provision, one of them replaced or (without value) left out.
fn with<'a>(flag: &'a str, value: Option<&'a str>) -> Vec<&'a str> {
    let mut args = vec!["--principal-id", "C-1"];
    for pair in WHOLE.chunks(2).filter(|p| p[0] != flag) {
        args.extend(pair);
    }
    if let Some(value) = value {
        args.extend([flag, value]);
    }
    args
}

#[track_caller]
fn import_refused(csv: impl AsRef<[u8]>, more: impl Words, status: i32, parts: &[&str]) {
    let mut room = Room::with_ledger();
    room.write("in.csv", csv);
    refused(&mut room, "import in.csv".and(more), status, parts);
}

#[test]
fn no_ledger_at_the_path() {
    let mut room = Room::new();
    for args in ["list", "verify", "show 0", "record --basis opt-out", "export --out x", "delete --expired"] {
        refused(&mut room, args, 3, &["provlog.db", "provlog init"]);
    }
    assert!(!room.ledger().exists(), "a missing ledger is never made");
}

#[test]
fn a_file_that_is_not_sqlite() {
    for content in [&b""[..], b"hello", &[0; 200]] {
        let mut room = Room::new();
        room.write("provlog.db", content);
        refused(&mut room, "verify", 3, &["provlog.db"]);
        refused(&mut room, "record", 3, &["provlog.db"]);
    }
    let mut room = Room::new();
    refused(&mut room, "--ledger . list", 3, &["."]);
}

#[test]
fn another_programs_database() {
    let mut room = Room::new();
    let conn = rusqlite::Connection::open(room.ledger()).unwrap();
    conn.execute_batch("PRAGMA application_id = 42; CREATE TABLE t (x)").unwrap();
    drop(conn);
    refused(&mut room, "list", 3, &["provlog.db", "0x0000002a"]);
    refused(&mut room, "record", 3, &["provlog.db"]);
}

#[test]
fn a_newer_schema_is_refused_untouched() {
    let mut room = Room::with_ledger();
    room.tamper("PRAGMA user_version = 2");
    refused(&mut room, "list", 3, &["provlog.db", "2"]);
    refused(&mut room, "record", 3, &["provlog.db"]);
}

#[test]
fn a_locked_ledger() {
    let mut room = Room::with_ledger();
    let other = rusqlite::Connection::open(room.ledger()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let args = "--wait 0 record --principal-id A".and(WHOLE);
    refused(&mut room, &args, 4, &["provlog.db", "--wait"]);
    room.run("list").done();
    other.execute_batch("ROLLBACK").unwrap();
}

/// A command run by a user who may not write here. Root may write anywhere, so root becomes nobody for it.
fn as_nobody(room: &Room, args: impl Words) -> Ran {
    let args = args.words();
    let program = room.command(&args);
    let is_root =
        String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0";
    if !is_root {
        return room.run(args);
    }
    // The test binary may lie where nobody may not go: a copy beside the ledger.
    let copy = room.path("provlog-copy");
    if !copy.exists() {
        std::fs::copy(env!("CARGO_BIN_EXE_provlog"), &copy).unwrap();
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(&copy).args(&args);
    command.current_dir(room.path("")).env_clear();
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command.env("PATH", "/usr/bin:/bin");
    Ran::from_output(command.output().unwrap(), args)
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut room = Room::with_ledger();
    room.record("--principal-id A").done();
    // The copy of the program must be there before the folder is closed.
    as_nobody(&room, "--version");
    let open = |mode| std::fs::Permissions::from_mode(mode);
    for file in ["provlog.db", "provlog.db.fingerprint-secret", "provlog.db.signing-key.pem"] {
        std::fs::set_permissions(room.path(file), open(0o444)).unwrap();
    }
    std::fs::set_permissions(room.path(""), open(0o555)).unwrap();
    let before = room.ledger_bytes();
    for lang in ["en", "ja"] {
        room.lang = lang;
        for (args, status) in [
            (whole("--principal-id B").as_str(), 3),
            ("verify", 3),
            ("list", 3),
            ("--ledger new.db init --operator X", 2),
        ] {
            let ran = as_nobody(&room, args).status(status);
            check_message(&ran, lang);
        }
    }
    assert!(before == room.ledger_bytes());
    std::fs::set_permissions(room.path(""), open(0o755)).unwrap();
}

#[test]
fn init_overwrites_nothing() {
    let mut room = Room::with_ledger();
    refused(&mut room, "init --operator X", 2, &["provlog.db"]);
    // Nor a secret that has lost its ledger.
    std::fs::rename(room.ledger(), room.path("elsewhere.db")).unwrap();
    refused(&mut room, "init --operator X", 2, &["provlog.db.fingerprint-secret"]);
    assert!(!room.ledger().exists());
}

#[test]
fn init_refuses_what_the_law_or_a_checkpoint_does_not_take() {
    let mut room = Room::new();
    refused(&mut room, "init --operator X --retention-years 2", 1, &["--retention-years", "3"]);
    refused(&mut room, "init --operator '  '", 1, &["--operator"]);
    for origin in ["", "a b", "a+b", "a\u{3000}b"] {
        refused(&mut room, ["init", "--operator", "X", "--origin", origin], 1, &["--origin"]);
    }
    refused(&mut room, "init", 2, &["--operator"]);
    assert!(!room.ledger().exists());
}

#[test]
fn an_unknown_basis() {
    record_refused(with("--basis", Some("because")), 1, &["--basis", "because", "opt-out"]);
}

#[test]
fn no_basis_at_all() {
    record_refused(with("--basis", None), 1, &["--basis", "opt-out"]);
}

#[test]
fn a_day_that_does_not_exist() {
    record_refused(with("--provided-on", Some("2026-02-29")), 1, &["--provided-on", "2026-02-29"]);
    record_refused(with("--provided-on", Some("soon")), 1, &["--provided-on", "soon"]);
}

#[test]
fn a_future_day_without_beforehand() {
    record_refused(with("--provided-on", Some("2026-11-24")), 1, &["2026-11-24", "--beforehand"]);
    let room = Room::with_ledger();
    room.run("record --beforehand".and(with("--provided-on", Some("2026-11-24")))).done();
    room.run("show 1").done().says("base 2026-11-24");
}

#[test]
fn an_empty_principal() {
    record_refused("--principal-id ' 　'".and(WHOLE), 1, &["--principal-id"]);
}

#[test]
fn every_missing_item_names_the_article() {
    for flag in ["--recipient", "--recipient-address", "--representative", "--item", "--provided-on"] {
        let mut room = Room::with_ledger();
        let args = "record".and(with(flag, None));
        refused(&mut room, &args, 1, &[flag]);
        room.run(&args).refused().says("Act 29(1)");
        room.lang = "ja";
        room.run(&args).refused().says("第29条第1項");
    }
}

#[test]
fn an_item_list_with_empty_names() {
    record_refused(with("--item", Some(" ")), 1, &["--item"]);
    import_refused(
        format!("{HEADING}\n2026-04-01,架空商事,東京都,見本,C-1,氏名、、住所\n"),
        "--basis opt-out",
        1,
        &["in.csv:2:", "提供項目"],
    );
}

#[test]
fn control_characters_and_texts_that_are_too_long() {
    let mut args = with("--note", Some("a\u{7}b"));
    record_refused(&args, 1, &["--note", "U+0007"]);
    let long = "あ".repeat(30_000);
    args = with("--note", Some(&long));
    record_refused(&args, 1, &["60000"]);
}

#[test]
fn a_key_used_for_other_content() {
    let mut room = Room::with_ledger();
    room.record("--principal-id A --key k").done();
    let args = "record --principal-id B --key k".and(WHOLE);
    refused(&mut room, &args, 1, &["\"k\"".trim_matches('"'), "1"]);
}

#[test]
fn a_wrong_number_of_cells() {
    import_refused(
        format!("{HEADING}\n{GOOD}\n{GOOD},more\n"),
        "--basis opt-out",
        1,
        &["in.csv:3:", "7", "6"],
    );
}

#[test]
fn bytes_that_are_not_in_the_encoding() {
    let mut csv = format!("{HEADING}\n{GOOD}\n").into_bytes();
    csv.extend(b"2026-04-01,\xff\xfe,x,y,C-2,z\n");
    import_refused(&csv, "--basis opt-out --encoding utf-8", 1, &["in.csv:3:", "提供先", "utf-8"]);
    let (sjis, _, _) = encoding_rs::SHIFT_JIS.encode("提供年月日,提供先\n");
    import_refused(sjis, "--basis opt-out --encoding utf-8", 1, &["in.csv:1:"]);
}

#[test]
fn a_heading_that_is_missing() {
    import_refused(
        "提供先,提供先住所,代表者,本人ID,提供項目\na,b,c,d,e\n",
        "--basis opt-out",
        1,
        &["提供年月日", "--provided-on"],
    );
    import_refused(format!("{HEADING}\n{GOOD}\n"), "", 1, &["--basis"]);
}

#[test]
fn a_heading_that_could_mean_two_things() {
    import_refused(
        "日付,提供先,提供先住所,代表者,本人ID,提供項目\na,b,c,d,e,f\n",
        "--basis opt-out",
        1,
        &["日付"],
    );
    import_refused(
        "提供日,提供年月日,提供先,提供先住所,代表者,本人ID,提供項目\na,b,c,d,e,f,g\n",
        "--basis opt-out",
        1,
        &["提供日", "提供年月日"],
    );
}

#[test]
fn a_flag_for_a_column_that_the_file_has() {
    import_refused(format!("{HEADING}\n{GOOD}\n"), "--basis opt-out --recipient X", 1, &["--recipient"]);
}

#[test]
fn an_empty_file_a_missing_file_and_a_folder() {
    import_refused("", "--basis opt-out", 1, &["in.csv"]);
    import_refused(format!("{HEADING}\n"), "--basis opt-out", 1, &["in.csv"]);
    let mut room = Room::with_ledger();
    refused(&mut room, "import nowhere.csv --basis opt-out", 2, &["nowhere.csv"]);
    refused(&mut room, "import . --basis opt-out", 2, &["."]);
    refused(&mut room, "record --from nowhere.csv", 2, &["nowhere.csv"]);
}

#[test]
fn bytes_that_are_no_text_and_a_mark_that_says_otherwise() {
    import_refused(b"GIF\x03\x04\0\0\x08\0\0\0!\0", "--basis opt-out", 1, &["CSV UTF-8"]);
    let bytes: Vec<u8> = "\u{feff}提供年月日\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    import_refused(bytes, "--basis opt-out --encoding cp932", 1, &["utf-16le", "cp932"]);
}

#[test]
fn the_same_file_twice() {
    let mut room = Room::with_ledger();
    room.write("a.csv", history(10, 1));
    room.write("b.csv", history(10, 1));
    refused(&mut room, "import a.csv b.csv --basis opt-out", 1, &["a.csv", "b.csv"]);
    room.run("import a.csv --basis opt-out").done();
    refused(&mut room, "import b.csv --basis opt-out", 1, &["b.csv", "1"]);
}

#[test]
fn an_index_that_does_not_exist() {
    let mut room = Room::with_ledger();
    refused(&mut room, "show 5", 1, &["5"]);
    refused(&mut room, "delete 5", 1, &["5"]);
    refused(&mut room, "show five", 2, &["five"]);
}

#[test]
fn a_missing_or_foreign_fingerprint_secret() {
    let mut room = Room::with_ledger();
    room.record("--principal-id A").done();
    let secret = room.read("provlog.db.fingerprint-secret");
    let record = "record --principal-id B".and(WHOLE);
    room.write("provlog.db.fingerprint-secret", "hello");
    refused(&mut room, &record, 3, &["fingerprint-secret"]);
    let other = Room::with_ledger().read("provlog.db.fingerprint-secret");
    room.write("provlog.db.fingerprint-secret", other);
    refused(&mut room, &record, 3, &["fingerprint-secret"]);
    refused(&mut room, "verify", 3, &["fingerprint-secret"]);
    std::fs::remove_file(room.path("provlog.db.fingerprint-secret")).unwrap();
    refused(&mut room, &record, 3, &["fingerprint-secret"]);
    refused(&mut room, "list --principal-id A", 3, &["fingerprint-secret"]);
    room.run("list").done().says("A");
    room.run("show 1").done();
    assert!(!room.path("provlog.db.fingerprint-secret").exists(), "never quietly made anew");
    room.write("provlog.db.fingerprint-secret", secret);
    room.run(&record).done();
}

#[test]
fn an_export_overwrites_nothing() {
    let mut room = Room::with_ledger();
    room.write("there", "x");
    refused(&mut room, "export --out there", 2, &["there"]);
    refused(&mut room, "export --out no/such/folder", 2, &["no/such/folder"]);
}

#[test]
fn options_that_are_not_built_yet_or_contradict_each_other_are_refused() {
    let mut room = Room::with_ledger();
    room.write("in.csv", format!("{HEADING}\n{GOOD}\n"));
    for args in [
        "import in.csv --map m.toml",
        "verify --bundle x",
        "optout",
        "import in.csv --basis opt-out --rejects r.csv",
        "import in.csv --basis opt-out --rejects r.csv --partial --dry-run",
        "record --from in.csv --key k",
        "list --wait",
        "",
    ] {
        refused(&mut room, args, 2, &["provlog"]);
    }
    for args in ["list --from soon", "list --kind thing", "list --from 2026-02-01 --to 2026-01-01"] {
        refused(&mut room, args, 1, &["--"]);
    }
}
