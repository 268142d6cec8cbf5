//! Who may read what the program makes, whatever the umask; what others can read is told; and what is said names nobody
//! whom nobody has asked about.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test")]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::support::{Ran, Room, Words, whole};

/// The program under this umask.
fn under(room: &Room, umask: &str, args: impl Words) -> Ran {
    let args = args.words();
    let ours = room.command(&args);
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "umask $0; exec \"$@\"", umask]).arg(ours.get_program()).args(&args);
    command.current_dir(room.path("")).env_clear();
    for (name, value) in ours.get_envs() {
        command.env(name, value.unwrap());
    }
    Ran::from_output(command.output().unwrap(), args)
}

fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

/// The modes of everything below a folder, by its name there.
fn modes(folder: &Path) -> BTreeMap<String, u32> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            all.insert(path.strip_prefix(folder).unwrap().display().to_string(), mode(&path));
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    all
}

#[test]
fn whatever_is_made_is_made_for_its_owner_alone_under_every_umask() {
    let mut counted = (0, 0);
    for umask in ["000", "022", "027", "077", "777"] {
        let mut room = Room::new();
        // What is ours to read, apart from what is made.
        let given = tempfile::tempdir().unwrap();
        let give = |name: &str, content: &str| {
            let path = given.path().join(name);
            std::fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let states = given.path().join("states");
        std::fs::create_dir(&states).unwrap();
        let rows = give("h.csv", "提供年月日,提供先,本人ID,提供項目\n2020-02-30,a,b,c\n2020-02-20,a,b,c\n");
        let list = give("list.csv", "本人ID,本人の氏名\nC-1,見本 花子\nC-2,架空 次郎\n");
        under(&room, umask, "init --operator 'Sample K.K.' --anchor newest.anchor").done();
        let record = whole("--principal-id C-1 --principal-name '見本 花子'");
        under(&room, umask, &record).done();
        // With the ledger in use, its write-ahead log is there to be looked at.
        let reader = rusqlite::Connection::open(room.ledger()).unwrap();
        let entries = || reader.query_row("SELECT count(*) FROM entry", [], |r| r.get::<_, u64>(0)).unwrap();
        let before = entries();
        under(&room, umask, &record).done();
        assert_eq!(entries(), before + 1);
        let args = ["import", &rows, "--basis", "opt-out", "--partial", "--rejects", "rejected.csv"];
        under(&room, umask, args).refused();
        under(&room, umask, ["import", &rows, "--propose-map", "map.toml"]).done();
        under(&room, umask, "checkpoint --timestamp-query query.tsq").done();
        under(&room, umask, "show 2 --proof one.tlog-proof").done();
        under(&room, umask, "export --out evidence --xlsx").done();
        under(&room, umask, "export --out single --sparse").done();
        under(&room, umask, "disclose --principal-id C-1 --out copy").done();
        let args = ["optout", "screen", &list, "--out", "allowed.csv", "--stopped", "stopped.csv"];
        under(&room, umask, args);
        under(&room, umask, "key --rotate --reason test").done();
        under(&room, umask, ["anchor", "--set", states.to_str().unwrap()]).done();
        room.clock = "2030-11-24T00:00:00.000Z".into();
        let args = "delete 2 --apply --reason expired --confirm-date 2030-11-24";
        under(&room, umask, args);
        let made = modes(&room.path(""));
        for name in [
            "provlog.db",
            "provlog.db-wal",
            "provlog.db-shm",
            "provlog.db.fingerprint-secret",
            "provlog.db.signing-key.pem",
            "provlog.db.anchor-path",
            "newest.anchor",
            "newest.anchor.lock",
            "rejected.csv",
            "map.toml",
            "query.tsq",
            "one.tlog-proof",
            "evidence/data/records.csv",
            "evidence/data/records.xlsx",
            "single/data/proofs",
            "copy/disclosure.html",
            "allowed.csv",
            "stopped.csv",
        ] {
            assert!(made.contains_key(name), "umask {umask}: {name} was not made: {made:?}");
        }
        let made_elsewhere = modes(&states);
        assert!(made_elsewhere.len() >= 3, "{made_elsewhere:?}");
        for (name, found) in made.iter().chain(&made_elsewhere) {
            let is_folder = room.path(name).is_dir();
            let wanted = if is_folder { 0o700 } else { 0o600 };
            assert_eq!(*found, wanted, "umask {umask}: {name} is {found:o}");
            if is_folder { counted.1 += 1 } else { counted.0 += 1 }
        }
    }
    println!("permissions: {} files 0600 and {} folders 0700 under 5 umasks", counted.0, counted.1);
}

#[test]
fn what_others_can_read_is_told_and_what_a_group_can_is_not() {
    let mut room = Room::with_ledger();
    let set = |room: &Room, name: &str, mode: u32| {
        let mut files = vec![room.path(name)];
        // What lies beside the database has its permissions.
        if name == "provlog.db" {
            files.extend(["provlog.db-wal", "provlog.db-shm"].map(|beside| room.path(beside)));
        }
        for file in files.iter().filter(|file| file.exists()) {
            std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(&room, ".", 0o700);
    room.run("list").done().says_not("warning");
    // Nobody comes through a closed folder.
    set(&room, "provlog.db", 0o644);
    room.run("list").done().says_not("warning");
    set(&room, ".", 0o755);
    let reach = room.path("..").canonicalize().unwrap().ancestors().all(|above| mode(above) & 0o001 != 0);
    if !reach {
        println!("LEFT OUT: a folder above the temporary ones is closed, so nothing there is open to others");
        return;
    }
    room.run("list").done().says("warning: everybody").says("provlog.db").says("chmod o=");
    room.record("--principal-id A").done().says("warning: everybody");
    room.run("list -q").done().says_not("warning");
    let json = room.run("list --json").done();
    assert!(json.stderr.contains("warning") && !json.stdout.contains("warning"));
    room.run("rules --basis consent").says_not("warning");
    // What everybody may write is worse.
    set(&room, "provlog.db", 0o602);
    room.run("list").done().says("warning: everybody");
    // A group is a choice.
    set(&room, "provlog.db", 0o660);
    room.run("list").done().says_not("warning");
    for name in ["provlog.db.fingerprint-secret", "provlog.db.signing-key.pem"] {
        set(&room, name, 0o640);
        room.run("list").done().says_not("warning");
        set(&room, name, 0o604);
        room.run("list").done().says("warning: everybody").says(name);
        set(&room, name, 0o600);
    }
    // SQLite gives the write-ahead log the permissions of the ledger; somebody else may have changed them.
    let reader = rusqlite::Connection::open(room.ledger()).unwrap();
    let count = |sql: &str| reader.query_row(sql, [], |r| r.get::<_, u64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM entry"), 2);
    room.record("--principal-id B").done().says_not("warning");
    set(&room, "provlog.db-wal", 0o644);
    room.run("list").done().says("warning: everybody").says("provlog.db-wal");
    room.lang = "ja";
    room.run("list").done().says("警告: ").says("provlog.db-wal").says("chmod o=");
}

#[test]
fn an_anchor_that_a_group_may_read_on_purpose_stays_open_to_it() {
    let room = Room::new();
    room.run("init --operator 'Sample K.K.' --anchor newest.anchor").done();
    let anchor = room.path("newest.anchor");
    assert_eq!(mode(&anchor), 0o600);
    std::fs::set_permissions(&anchor, std::fs::Permissions::from_mode(0o640)).unwrap();
    let before = std::fs::read(&anchor).unwrap();
    under(&room, "077", whole("--principal-id A")).done();
    assert_ne!(std::fs::read(&anchor).unwrap(), before, "it has advanced");
    assert_eq!(mode(&anchor), 0o640);
}

/// Stands in rows of files, and nobody has asked for it.
const MARKER: &str = "秘密";

#[test]
fn a_message_about_one_cell_names_nobody_who_stands_in_the_others() {
    let mut room = Room::with_ledger();
    let head = "提供年月日,提供先,提供先住所,代表者,本人ID,本人の氏名,個人データの項目,根拠,備考";
    let row = |day: &str, basis: &str| {
        format!("{day},架空商事,東京都架空区1,見本 太郎,秘密-7,秘密 花子,氏名,{basis},秘密の備考")
    };
    let good = row("2024-04-01", "同意");
    let file = |rows: &str| format!("{head}\n{rows}\n").into_bytes();
    let mut cases: Vec<(&str, Vec<u8>)> = vec![
        ("no-such-day.csv", file(&row("2024-02-30", "同意"))),
        ("no-day.csv", file(&row("", "同意"))),
        ("future.csv", file(&row("2036-04-01", "同意"))),
        ("unknown-basis.csv", file(&row("2024-04-01", "何か"))),
        ("no-basis.csv", file(&row("2024-04-01", ""))),
        ("a-cell-too-many.csv", file(&format!("{good},x"))),
        ("cells-too-few.csv", file("2024-04-01,架空商事,東京都架空区1,見本 太郎,秘密-7,秘密 花子")),
        ("open-quote.csv", file(&good.replace("秘密の備考", "\"秘密の備考"))),
        ("control.csv", file(&good.replace("架空商事", "架空\u{7}商事"))),
        ("ditto-first.csv", file(&good.replace("2024-04-01", "〃"))),
        ("no-items.csv", file(&good.replace("氏名,同意", ",同意"))),
        ("wrong-column.csv", file(&good).into_iter().collect()),
        ("second-file-of-two.csv", file(&format!("{good}\n{}", row("x", "同意")))),
    ];
    cases[11].1 = format!("{}\n{good}\n", head.replace("備考", "知らない列")).into_bytes();
    let mut bad_byte = file(&good);
    let at = bad_byte.windows(12).position(|w| w == "架空商事".as_bytes()).unwrap();
    bad_byte[at + 1] = 0xff;
    cases.push(("bad-byte.csv", bad_byte));
    let json = |more: &str| {
        format!(
            "{{\"provided_on\":\"2024-04-01\",\"recipient_name\":\"架空商事\",\"principal_id\":\"秘密-7\",\"principal_name\":\"秘密 花子\"{more}\n"
        )
        .into_bytes()
    };
    let lines = [
        ("cut-off.jsonl", json("")),
        ("a-number.jsonl", json(",\"items\":7}")),
        ("unknown-key.jsonl", json(",\"itemz\":[\"氏名\"]}")),
        ("key-twice.jsonl", json(",\"items\":[\"氏名\"],\"items\":[\"住所\"]}")),
        ("no-basis.jsonl", json(",\"items\":[\"氏名\"]}")),
    ];
    let mut count = 0;
    for lang in ["en", "ja"] {
        room.lang = lang;
        for (name, bytes) in &cases {
            room.write(name, bytes);
            for more in ["", "--json", "-v", "--dry-run"] {
                let ran = room.run(["import", name].and(more));
                assert_ne!(ran.status, 0, "{name} is taken for good: {}{}", ran.stdout, ran.stderr);
                ran.says_not(MARKER);
                count += 1;
            }
        }
        for (name, bytes) in &lines {
            room.write(name, bytes);
            for more in ["", "--json", "-v"] {
                let ran = room.run(["record", "--from", name].and(more));
                assert_ne!(ran.status, 0, "{name} is taken for good: {}{}", ran.stdout, ran.stderr);
                ran.says_not(MARKER);
                count += 1;
            }
        }
    }
    println!("messages: {count} refusals of files, none names whoever stands in the other cells");
}

#[test]
fn failures_and_findings_name_nobody_who_is_in_the_log() {
    let mut room = Room::with_ledger();
    for id in ["秘密-7", "秘密-8"] {
        room.record(format!("--principal-id {id} --principal-name '秘密 花子' --note 秘密の備考 --key {id}"))
            .done();
    }
    room.run("verify").done().says_not(MARKER);
    room.run("delete 1").done().says_not(MARKER);
    room.run("delete 1 --apply --reason x --confirm-date 2026-11-23").refused().says_not(MARKER);
    room.run("correct 1 --set provided_on=2024-02-30 --reason x").refused().says_not(MARKER);
    room.run("hold add 1 --reason x").done().says_not(MARKER);
    room.run("export --out e").done().says_not(MARKER);
    room.run("verify --bundle e").done().says_not(MARKER);
    room.write("copy.csv", "本人ID\n秘密-7\n");
    for args in ["checkpoint", "key", "anchor", "disclose --principal-id C-9 --out none"] {
        for more in ["", "-v"] {
            room.run(args.and(more)).says_not(MARKER);
        }
    }
    let records = String::from_utf8(room.read("e/data/records.csv")).unwrap();
    room.write("e/data/records.csv", records.replace("花子", "花代"));
    room.tamper("UPDATE entry SET note = '秘密の別の備考' WHERE idx = 1");
    for lang in ["en", "ja"] {
        room.lang = lang;
        for more in ["", "--json", "-v", "--deep"] {
            room.run("verify".and(more)).refused().says_not(MARKER);
        }
        room.run("verify --bundle e").refused().says_not(MARKER);
        room.run("verify --bundle e --json").refused().says_not(MARKER);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_is_called_what_was_typed_and_nothing_else() {
    use std::io::Write as _;
    use std::process::Stdio;
    let room = Room::with_ledger();
    let args = "record --from - --basis consent";
    let mut child =
        room.command(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Half a line: it has read a name, and waits for the rest.
    stdin.write_all("{\"principal_name\":\"秘密 花子\",".as_bytes()).unwrap();
    stdin.flush().unwrap();
    let process = format!("/proc/{}", child.id());
    // Once it is the program itself, and not the shell of a test that is becoming it.
    let named = |file: &str| std::fs::read(format!("{process}/{file}")).unwrap();
    while named("comm") != b"provlog\n" {
        std::thread::yield_now();
    }
    let title = named("cmdline");
    let typed = [env!("CARGO_BIN_EXE_provlog")].and(args);
    let typed: Vec<u8> = typed.iter().flat_map(|arg| arg.bytes().chain([0])).collect();
    assert_eq!(title, typed);
    for task in std::fs::read_dir(format!("{process}/task")).unwrap() {
        let name = std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap();
        assert!(!name.contains(MARKER), "{name}");
    }
    drop(stdin);
    assert_ne!(child.wait().unwrap().code(), Some(0));
}
