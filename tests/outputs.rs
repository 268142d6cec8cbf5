//! Standard output and standard error that are closed, full, or left by their reader: they change nothing of what is done,
//! nor of its status; and what is done and cannot be told there is told elsewhere, with its index.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _, pipe};
use std::process::Stdio;

use crate::support::{NOW, Ran, Room, WHOLE, Words, whole};

/// The reader has gone before the first word.
fn closed() -> Stdio {
    pipe().unwrap().1.into()
}

/// A disk without room.
fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

#[track_caller]
fn run(room: &Room, args: impl Words, stdout: Stdio, stderr: Stdio) -> Ran {
    let child = room.command(&args).stdout(stdout).stderr(stderr).spawn().unwrap();
    Ran::from_output(child.wait_with_output().unwrap(), args)
}

/// With something on standard input.
#[track_caller]
fn run_with_input(room: &Room, args: impl Words, input: &str, stdout: Stdio) -> Ran {
    let mut command = room.command(&args);
    let mut child = command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Ran::from_output(child.wait_with_output().unwrap(), args)
}

/// A ledger whose first `records` records may be erased now; the clock never made a long step.
fn old(records: usize) -> Room {
    let mut room = Room::new();
    room.clock = "2023-11-01T03:00:00.000Z".into();
    room.run("init --operator 'Sample K.K.'").done();
    let rows: String = (0..records).map(|n| format!("{{\"principal_id\":\"C-{n}\"}}\n")).collect();
    let mut args = "record --from -".and(WHOLE);
    args[4] = "2023-10-31".to_owned();
    room.run_with_input(&args, &rows).done();
    for day in ["2024-11-01", "2025-11-01", "2026-11-01"] {
        room.clock = format!("{day}T03:00:00.000Z");
        room.run("recipient set R-1 --name 架空商事株式会社").done();
    }
    room.clock = NOW.into();
    room
}

/// How many records still have contents, and how many erasure entries there are.
fn left(room: &Room) -> (u64, u64) {
    (
        room.query("SELECT count(*) FROM entry WHERE kind = 1 AND facts_salt IS NOT NULL"),
        room.query("SELECT count(*) FROM entry WHERE kind = 4"),
    )
}

const DELETE: &str = "delete --expired --apply --reason x --confirm-date 2026-11-23";

fn newest(room: &Room) -> u64 {
    room.query("SELECT max(idx) FROM entry")
}

#[test]
fn a_deletion_whose_plan_nobody_reads_to_its_end_is_done_and_says_so() {
    for (lang, says) in [("en", "recorded as entry"), ("ja", "として記録しました")] {
        for json in [false, true] {
            for stdout in [closed as fn() -> Stdio, full] {
                let mut room = old(3);
                room.lang = lang;
                let args = DELETE.and(if json { "--json" } else { "" });
                let ran = run(&room, &args, stdout(), Stdio::piped()).done().says(says);
                assert_eq!(left(&room), (0, 1), "{}", ran.stderr);
                ran.says(&newest(&room).to_string());
            }
        }
    }
}

#[test]
fn a_plan_that_is_read_slowly_locks_nobody_out_and_nothing_is_erased_that_it_did_not_show() {
    let room = old(5000);
    let delete = |meanwhile: &dyn Fn()| {
        let (mut reader, writer) = pipe().unwrap();
        let child = room.command(DELETE).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        // More than a pipe holds is still to be printed.
        let mut first = [0];
        reader.read_exact(&mut first).unwrap();
        meanwhile();
        let mut plan = String::new();
        reader.read_to_string(&mut plan).unwrap();
        (Ran::from_output(child.wait_with_output().unwrap(), DELETE), plan)
    };
    let (refused, plan) = delete(&|| {
        room.run("--wait 0 hold add 17 --reason x").done();
    });
    assert_eq!(plan.lines().filter(|line| line.contains("erase")).count(), 5000);
    refused.busy().says("is no longer what was shown").says("nothing was erased");
    assert_eq!(left(&room), (5000, 0));
    // What is no part of the plan changes nothing.
    let (done, plan) = delete(&|| {
        room.record("--principal-id A --wait 0").done();
    });
    assert!(plan.contains("erased: 4999 records"), "{plan:.100}");
    done.done();
    assert_eq!(left(&room), (2, 1));
}

#[test]
fn a_tampered_ledger_is_not_verified_whoever_listens() {
    let room = old(600);
    room.tamper("UPDATE entry SET principal_id = 'X' WHERE kind = 1");
    for args in ["verify", "verify --json", "-q verify"] {
        for stderr in [Stdio::piped(), closed(), full()] {
            run(&room, args, closed(), stderr).refused();
        }
        run(&room, args, full(), Stdio::piped()).refused().says("standard output cannot be written");
    }
    let sound = old(1);
    let heard = run(&sound, "verify", closed(), Stdio::piped()).done();
    assert_eq!(heard.stderr, "");
    run(&sound, "verify", full(), Stdio::piped()).no_room().says("standard output cannot be written");
}

#[test]
fn a_list_that_nobody_reads_ends_before_its_end() {
    let room = old(2000);
    room.tamper("UPDATE entry SET kind = 99 WHERE idx = (SELECT max(idx) FROM entry)");
    room.run("list --json").refused();
    for args in ["list", "list --json"] {
        let ran = run(&room, args, closed(), Stdio::piped()).done();
        assert_eq!(ran.stderr, "");
    }
}

#[test]
fn an_answer_that_is_asked_for_and_cannot_be_written_is_no_success() {
    let room = old(1);
    room.write("h.csv", crate::support::history(3, 1));
    for args in [
        "list",
        "list --json",
        "show 1",
        "rules",
        "key",
        "anchor",
        "checkpoint",
        "delete --expired",
        "recipient list",
        "import h.csv --basis opt-out --dry-run --json",
        "--help",
        "--version",
    ] {
        let before = room.query::<u64>("SELECT count(*) FROM entry");
        for (lang, says) in [("en", "standard output"), ("ja", "標準出力")] {
            run(&room, format!("--lang {lang} {args}"), full(), Stdio::piped()).no_room().says(says);
        }
        let ran = run(&room, args, closed(), Stdio::piped()).done();
        assert!(!ran.stderr.contains("output"), "{args:?}: {}", ran.stderr);
        assert_eq!(before, room.query::<u64>("SELECT count(*) FROM entry"), "{args:?}");
    }
    // A content that is refused stays refused.
    run(&room, "show 99", full(), Stdio::piped()).refused();
    run(&room, "--json show 99", full(), Stdio::piped()).refused().says("standard output");
    run(&room, "--json show 99", closed(), Stdio::piped()).refused().says_not("standard output");
}

#[test]
fn whatever_is_committed_is_told_with_its_index_although_the_answer_is_lost() {
    let filing = "filing add F-1 --filed-on 2026-08-01 --number 第1号 --start-day 2026-09-01 \
                  --name 'Sample K.K.' --address a --representative r --telephone t --contact c \
                  --item 氏名:ordinary:public --purpose p --acquisition q --provision-method m \
                  --request-method w --update-method u --publication yes";
    for stdout in [closed as fn() -> Stdio, full] {
        let room = Room::with_ledger();
        room.write("h.csv", crate::support::history(20, 1));
        room.write("rows.jsonl", "{\"principal_id\":\"A\"}\n{\"principal_id\":\"B\"}\n");
        for args in [
            whole("--principal-id C-1").as_str(),
            &whole("--from rows.jsonl"),
            "import h.csv --basis opt-out",
            "correct 1 --set note=x --reason x",
            "hold add 1 --reason x",
            "hold release NEWEST --reason x",
            "key --rotate --reason x",
            "anchor --set the.anchor",
            "anchor --off --reason x",
            "recipient set R-1 --name 架空商事株式会社",
            filing,
            "optout add --principal-id C-9",
            "optout withdraw NEWEST --reason x",
            "disclose --principal-id C-1 --out copy",
            "export --out folder",
        ] {
            for json in [false, true] {
                let before = newest(&room);
                let args = args.replace("NEWEST", &before.to_string());
                let args = args.and(if json { "--json" } else { "" });
                let told = run(&room, &args, stdout(), Stdio::piped());
                // Once is enough; --json tries what cannot be done twice.
                if json && told.status != 0 {
                    assert_eq!(newest(&room), before, "{args:?}");
                    continue;
                }
                let told = told.done();
                let now = newest(&room);
                assert!(now > before, "{args:?}");
                told.says("standard output").says("do not run it again").says(&format!(" {now}"));
            }
        }
        for folder in ["copy", "folder"] {
            assert!(room.path(folder).exists());
        }
        room.run("verify").done();
    }
}

#[test]
fn a_new_ledger_is_told_although_the_answer_is_lost() {
    let room = Room::new();
    let ran = run(&room, "init --operator 'Sample K.K.'", full(), Stdio::piped());
    ran.done().says("provlog.db was made").says("entry 0");
    room.run("verify").done();
}

#[test]
fn with_quiet_there_is_no_answer_to_lose() {
    let room = Room::with_ledger();
    let args = "-q record --principal-id A".and(WHOLE);
    for stdout in [closed(), full()] {
        let ran = run(&room, &args, stdout, Stdio::piped()).done();
        assert_eq!(ran.stderr, "");
    }
    assert_eq!(newest(&room), 2);
}

#[test]
fn a_standard_error_that_nobody_reads_stops_nothing() {
    let room = old(3);
    room.write("bad.csv", "提供年月日,提供先,本人ID,提供項目\n2020-02-30,a,b,c\n");
    let record = whole("--principal-id A");
    for stderr in [closed as fn() -> Stdio, full] {
        for (args, status) in [
            ("show 99", 1),
            ("import bad.csv --basis opt-out", 1),
            ("record --principal-id A", 1),
            ("nonsense", 2),
            ("list --no-such-option", 2),
            ("--ledger none.db list", 3),
            ("checkpoint", 0),
            ("-v verify", 0),
            (record.as_str(), 0),
        ] {
            run(&room, args, Stdio::piped(), stderr()).status(status);
            run(&room, args, closed(), stderr()).status(status);
        }
    }
    // Everything at once: nobody hears of it, and it is done.
    run(&room, DELETE, full(), full()).done();
    assert_eq!(left(&room).1, 1);
}

#[test]
fn rows_from_a_pipe_are_recorded_whatever_becomes_of_the_answer() {
    let room = Room::with_ledger();
    let args = "record --json --from -".and(WHOLE);
    let rows = "{\"principal_id\":\"A\"}\n{\"principal_id\":\"B\"}\n";
    run_with_input(&room, &args, rows, closed()).done().says("recorded as entries 1 to 2");
    run_with_input(&room, &args, "{\"principal_id\":\"A\",\"basis\":\"x\"}\n", closed()).refused();
    assert_eq!(newest(&room), 2);
}

#[test]
fn what_a_command_has_made_before_it_failed_is_told() {
    let room = Room::with_ledger();
    std::fs::create_dir(room.path("share")).unwrap();
    room.run("anchor --set share/the.anchor").done();
    std::fs::rename(room.path("share"), room.path("away")).unwrap();
    let ran = room.run("export --out folder").busy().says("cannot be read");
    assert_eq!(room.path("folder").exists(), ran.stderr.contains("folder was made"), "{}", ran.stderr);
}
