//! What the commands do when nothing is wrong: record, list, show, export, help.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::process::Stdio;

use crate::support::{Room, WHOLE, Words, history};

#[test]
fn a_retry_with_the_same_key_and_content_returns_the_existing_index() {
    let mut room = Room::with_ledger();
    let first = room.record("--principal-id A --key k --json").done().objects().remove(0);
    room.clock = "2026-11-24T03:00:00.000Z".into();
    let again = room.record("--principal-id A --key k --json --handler other").done().objects().remove(0);
    assert_eq!(
        (&first["index"], &first["hash"], &first["existing"]),
        (&again["index"], &again["hash"], &false.into())
    );
    assert_eq!(again["existing"], true);
    room.record("--principal-id B --key k").refused().says("entry 1");
    room.record("--principal-id A").done().says("entry 2");
}

#[test]
fn a_key_goes_with_its_record_and_what_it_stood_for_is_not_recorded_again_unasked() {
    let mut room = Room::new();
    room.clock = "2022-05-10T03:00:00.000Z".into();
    room.run("init --operator Sample").done();
    let record = |room: &Room| {
        let mut args = "record --principal-id A --key k".and(WHOLE);
        args[6] = "2022-05-01".to_owned();
        room.run(&args)
    };
    record(&room).done();
    room.clock = "2026-11-23T03:00:00.000Z".into();
    room.states_the_day = true;
    room.run("delete 1 --apply --reason x --confirm-date 2026-11-23").done();
    record(&room).refused().says("may have been erased").says("--again").says_not("entry 1");
}

#[test]
fn a_batch_as_csv_takes_whole_records_and_refuses_unknown_columns() {
    let room = Room::with_ledger();
    room.write(
        "b.csv",
        "key,provided_on,recipient_name,recipient_address,recipient_representative,principal_id,items,basis\n\
         k1,2026-11-01,架空,東京都,見本,C-1,\"氏名\n住所\",opt-out\n",
    );
    room.run("record --from b.csv").done().says("recorded: 1 (entries 1 to 1)");
    room.run("record --from b.csv").done().says("1 were recorded before");
    let shown = room.run("show 1 --json").done().objects().remove(0);
    assert_eq!(shown["items"], serde_json::json!(["氏名", "住所"]));
    assert_eq!(shown["handler"], "tester");
    assert!(shown["header"].as_str().unwrap().starts_with("provlog/1\nindex 1\n"));
    room.write("typo.csv", "principle_id,items\nC-1,氏名\n");
    room.run("record --from typo.csv").refused().says("principle_id");
}

#[test]
fn lists_are_filtered_by_every_means_and_ignore_width_and_spaces() {
    let room = Room::with_ledger();
    room.write("h.csv", history(6000, 11));
    room.run("import h.csv --basis opt-out").done();
    room.record("--principal-id A-1 --principal-name '見本　ハナコ'").done();
    let count = |args: &str| room.run("list --json".and(args)).done().objects().len();
    assert_eq!(count(""), 6003);
    assert_eq!(count("--kind import"), 1);
    assert_eq!(count("--principal-id Ａ－１"), 1);
    assert_eq!(count("--principal-name 見本ﾊﾅｺ"), 1);
    assert_eq!(count("--principal-id nobody"), 0);
    assert_eq!(count("--limit 7"), 7);
    assert_eq!(count("--from 2026-11-20 --to 2026-11-20"), 1);
    // Filters agree with a look at every record, whichever lookup they go through.
    let all = room.run("list --json --kind provision").done().objects();
    for (args, keep) in [
        (
            "--recipient 架空商事2株式会社",
            &(|r: &serde_json::Value| r["recipient_name"] == "架空商事2株式会社")
                as &dyn Fn(&serde_json::Value) -> bool,
        ),
        ("--from 2025-03-01 --to 2025-03-31", &|r| r["provided_on"].as_str().unwrap().starts_with("2025-03")),
        ("--recipient 架空商事1株式会社 --from 2025-12-01", &|r| {
            r["recipient_name"] == "架空商事1株式会社" && r["provided_on"].as_str().unwrap() >= "2025-12-01"
        }),
        ("--basis consent", &|_| false),
    ] {
        let expected: Vec<_> = all.iter().filter(|r| keep(r)).map(|r| r["index"].clone()).collect();
        let full = "list --json".and(args);
        let found: Vec<_> = room.run(&full).done().objects().iter().map(|r| r["index"].clone()).collect();
        assert_eq!(found, expected, "{args:?}");
    }
}

#[test]
fn an_export_holds_what_was_asked_for_and_is_an_entry_itself() {
    let mut room = Room::with_ledger();
    room.write("h.csv", history(30, 4));
    room.run("import h.csv --basis opt-out").done();
    room.lang = "ja";
    room.run("export --out e --from 2025-01-01 --to 2025-06-30").done();
    let records = String::from_utf8(room.read("e/data/records.csv")).unwrap();
    assert!(
        records.starts_with("\u{feff}索引,提供年月日,提供を受けた年月日,提供開始日,提供終了日,第三者の氏名又は名称,第三者の住所,法人の代表者の氏名,")
    );
    assert!(records.lines().count() > 2 && records.contains("\r\n"));
    let expected = room.run("list --json --to 2025-06-30").done().objects().len();
    assert_eq!(records.matches("\r\n").count(), expected + 1);
    let entries = String::from_utf8(room.read("e/data/entries.csv")).unwrap();
    // The range begins with the first opened entry and ends with the log.
    let first = room.run("list --json --to 2025-06-30").done().objects()[0]["index"].as_u64().unwrap();
    let range = usize::try_from(32 - first).unwrap();
    assert_eq!(entries.matches("\r\n").count(), range + 1);
    assert_eq!(entries.matches(",opened\r\n").count(), expected);
    assert_eq!(entries.matches(",withheld\r\n").count(), range - expected);
    room.lang = "en";
    let logged = room.run("show 32 --json").done().objects().remove(0);
    assert_eq!(
        (&logged["kind"], &logged["facts"]["opened"]),
        (&"export".into(), &expected.to_string().into())
    );
    assert_eq!(logged["facts"]["first"], first.to_string());
    assert_eq!(logged["facts"]["filter"], serde_json::json!(["from 2025-01-01", "to 2025-06-30"]));
    room.run("verify").done();
    assert!(
        !room.path("").read_dir().unwrap().any(|f| f
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains("unfinished"))
    );
}

#[test]
fn an_export_for_one_person_shows_nobody_else() {
    let room = Room::with_ledger();
    for (id, name) in [("A", "見本 花子"), ("B", "例 次郎")] {
        room.record(["--principal-id", id, "--principal-name", name]).done();
    }
    room.run("export --out e --principal-id A").done().says("1 records opened");
    let records = String::from_utf8(room.read("e/data/records.csv")).unwrap();
    assert!(records.contains("見本 花子") && !records.contains("例 次郎"));
    let entries = String::from_utf8(room.read("e/data/entries.csv")).unwrap();
    assert!(!entries.contains("花子") && !entries.contains("次郎"));
    // What was asked for is kept apart from what stays for ever.
    let logged = room.run("show 3 --json").done().objects().remove(0);
    assert!(!logged["facts"].to_string().contains("\"A\""));
}

#[test]
fn an_export_that_cannot_be_logged_says_so_in_the_folder() {
    let room = Room::with_ledger();
    room.record("--principal-id A").done();
    std::fs::remove_file(room.path("provlog.db.fingerprint-secret")).unwrap();
    room.run("export --out e").done().says("could not be logged");
    assert!(room.path("e/NOT-LOGGED.txt").exists());
}

#[test]
fn a_reader_that_has_had_enough_is_not_an_error() {
    let room = Room::with_ledger();
    room.write("h.csv", history(5000, 1));
    room.run("import h.csv --basis opt-out").done();
    let mut child = room.command("list").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn the_language_comes_from_the_option_the_variable_or_the_locale() {
    let room = Room::new();
    let says = |envs: &[(&str, &str)], args: &str| {
        let mut command = room.command(args);
        command.env_remove("PROVLOG_LANG");
        for (name, value) in envs {
            command.env(name, value);
        }
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let japanese = |text: String| text.contains("ありません");
    assert!(!japanese(says(&[], "list")));
    assert!(japanese(says(&[], "list --lang ja")));
    assert!(japanese(says(&[("PROVLOG_LANG", "ja")], "list")));
    assert!(japanese(says(&[("LANG", "ja_JP.UTF-8")], "list")));
    assert!(!japanese(says(&[("LANG", "ja_JP.UTF-8"), ("LC_ALL", "C")], "list")));
    assert!(!japanese(says(&[("LANG", "ja_JP.UTF-8")], "--lang=en list")));
}

#[test]
fn help_and_version_are_said_in_both_languages_with_status_0() {
    let mut room = Room::new();
    room.run("--help").done().says("Usage: provlog").says("import");
    room.run("record --help").done().says("--principal-id").says("Idempotency key");
    room.run("--version").done().says("provlog 0.1.0");
    room.lang = "ja";
    room.run("--help").done().says("使い方").says("import");
    room.run("record --help").done().says("本人");
}

#[test]
fn files_are_made_for_their_owner_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt as _;
    let room = Room::with_ledger();
    room.write("h.csv", "提供年月日,提供先,本人ID,提供項目\n2020-02-30,a,b,c\n2020-02-20,a,b,c\n");
    room.run("import h.csv --basis opt-out --partial --rejects r.csv").refused();
    room.run("export --out e").done();
    for (name, mode) in [
        ("provlog.db", 0o600),
        ("provlog.db.fingerprint-secret", 0o600),
        ("provlog.db.signing-key.pem", 0o600),
        ("r.csv", 0o600),
        ("e", 0o700),
    ] {
        let found = std::fs::metadata(room.path(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{name}");
    }
}

#[test]
fn the_signing_key_is_one_that_the_genesis_entry_names() {
    use ed25519_dalek::SigningKey;
    use ed25519_dalek::pkcs8::DecodePrivateKey as _;
    let room = Room::with_ledger();
    let pem = String::from_utf8(room.read("provlog.db.signing-key.pem")).unwrap();
    let key = SigningKey::from_pkcs8_pem(&pem).unwrap();
    use base64::Engine as _;
    let public = base64::engine::general_purpose::STANDARD.encode(key.verifying_key().as_bytes());
    let genesis = room.run("show 0 --json").done().objects().remove(0);
    assert_eq!(genesis["facts"]["public_key"], public);
}

#[test]
fn a_pipe_gets_no_progress_bar_and_a_terminal_gets_one() {
    let room = Room::with_ledger();
    room.write("h.csv", history(20_000, 1));
    let piped = room.run("import h.csv --basis opt-out --dry-run").done();
    assert!(!piped.stderr.contains('\r') && !piped.stderr.contains('\u{1b}'), "{:?}", piped.stderr);
    // `script` (util-linux) lends a terminal.
    let program = env!("CARGO_BIN_EXE_provlog");
    let mut command = std::process::Command::new("script");
    command.args(["-qec", &format!("{program} import h.csv --basis opt-out"), "/dev/null"]);
    command
        .current_dir(room.path(""))
        .env("PROVLOG_LANG", "en")
        .env("PROVLOG_TEST_CLOCK", crate::support::NOW)
        .env("TERM", "xterm");
    let output = command.stdin(Stdio::null()).output().unwrap();
    let seen = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && seen.contains("Importing ["), "{seen:?}");
}

#[test]
fn verify_says_on_request_what_durability_and_erasure_rest_on() {
    let room = Room::with_ledger();
    room.run("verify").done().says_not("synchronous");
    // 2 is FULL, 1 is on, 2 is MEMORY.
    room.run("verify -v").done().says("journal_mode wal, synchronous 2, secure_delete 1, temp_store 2, ");
}
