//! Many rows and many processes: nothing lost, nothing twice, in constant memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::HashSet;
use std::io::{BufWriter, Write as _};
use std::process::{Child, Stdio};

use crate::support::{Room, WHOLE, Words, history};

#[test]
fn eight_processes_that_record_at_once_lose_nothing_and_write_nothing_twice() {
    const EACH: usize = 200;
    let room = Room::with_ledger();
    room.write("h.csv", history(100_000, 3));
    room.run("import h.csv --basis opt-out").done();
    std::thread::scope(|scope| {
        for process in 0..8 {
            let room = &room;
            scope.spawn(move || {
                for n in 0..EACH {
                    room.record(["--principal-id", &format!("P{process}-{n}"), "--quiet"]).done();
                }
            });
        }
    });
    room.run("verify --json").done();
    let listed = room.run("list --json --from 2026-11-20").done().objects();
    let ids: HashSet<&str> = listed.iter().map(|r| r["principal_id"].as_str().unwrap()).collect();
    assert_eq!((listed.len(), ids.len()), (8 * EACH, 8 * EACH));
    assert_eq!(room.query::<u64>("SELECT count(*) FROM entry"), 2 + 100_000 + 8 * EACH as u64);
}

#[test]
fn eight_processes_that_retry_the_same_keys_record_each_once() {
    let room = Room::with_ledger();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let room = &room;
            scope.spawn(move || {
                for n in 0..25 {
                    let key = format!("night-{n}");
                    room.record(["--principal-id", &key, "--key", &key]).done();
                }
            });
        }
    });
    room.run("verify").done().says("26 (25 records, 0 erased)");
}

/// The peak of a process's resident memory in KiB, read while it runs.
fn peak(mut child: Child) -> (u64, i32) {
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Ok(status) = std::fs::read_to_string(&path)
            && let Some(line) = status.lines().find(|l| l.starts_with("VmHWM:"))
        {
            peak = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        }
        if let Some(status) = child.try_wait().unwrap() {
            return (peak, status.code().unwrap());
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[test]
fn a_million_rows_are_refused_imported_verified_exported_and_erased_in_under_64_mib() {
    const ROWS: usize = 1_000_000;
    const LIMIT: u64 = 64 * 1024;
    let mut room = Room::with_ledger();
    let mut good = BufWriter::new(std::fs::File::create(room.path("good.csv")).unwrap());
    let mut bad = BufWriter::new(std::fs::File::create(room.path("bad.csv")).unwrap());
    for seed in 0..100 {
        let part = history(ROWS / 100, seed);
        let part = if seed == 0 { part.as_str() } else { part.split_once('\n').unwrap().1 };
        good.write_all(part.as_bytes()).unwrap();
        bad.write_all(part.replace("2025-", "2025-13-").as_bytes()).unwrap();
    }
    good.flush().unwrap();
    bad.flush().unwrap();
    let run = |room: &Room, expected: i32, args: &str| {
        let command = room.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let (peak, status) = peak(command);
        assert_eq!(status, expected, "{args:?}");
        assert!(peak > 1024, "{args:?}: the peak was not read ({peak} KiB)");
        assert!(peak < LIMIT, "{args:?}: {peak} KiB");
    };
    run(&room, 1, "import bad.csv --basis opt-out --partial --rejects r.csv");
    run(&room, 0, "import good.csv --basis opt-out");
    run(&room, 0, "verify");
    run(&room, 0, "export --out folder");
    room.clock = "2030-11-23T03:00:00.000Z".into();
    room.states_the_day = true;
    run(&room, 0, "delete --expired --apply --reason old --confirm-date 2030-11-23");
    assert_eq!(room.query::<u64>("SELECT count(*) FROM entry WHERE kind = 1 AND facts_salt IS NOT NULL"), 0);
    // Every refused row is in the file of rejects.
    let rejects = std::fs::read(room.path("r.csv")).unwrap();
    assert_eq!(rejects.iter().filter(|b| **b == b'\n').count(), ROWS + 1);
}

#[test]
fn a_batch_of_json_lines_is_all_or_nothing() {
    let room = Room::with_ledger();
    let args = "record --from -".and(WHOLE);
    let mut lines: Vec<String> =
        (0..500).map(|n| format!("{{\"principal_id\":\"N{n}\",\"key\":\"k{n}\"}}")).collect();
    lines[400] = "{\"principal_id\":\"\",\"key\":\"k400\"}".into();
    let before = room.ledger_bytes();
    room.run_with_input(&args, &lines.join("\n")).refused().says("-:401:").says("Nothing was recorded");
    assert_eq!(before, room.ledger_bytes());
    lines[400] = "{\"principal_id\":\"N400\",\"key\":\"k400\"}".into();
    room.run_with_input(&args, &lines.join("\n")).done().says("recorded: 500 (entries 1 to 500)");
    room.run_with_input(&args, &lines.join("\n")).done().says("recorded: 0; 500 were recorded before");
    lines[7] = "{\"principal_id\":\"other\",\"key\":\"k7\"}".into();
    lines.push("{\"principal_id\":\"new\",\"key\":\"new\"}".into());
    room.run_with_input(&args, &lines.join("\n"))
        .refused()
        .says("\"k7\" (line 8)")
        .says("nothing was recorded");
    room.run("verify").done().says("501 (500 records");
}

#[test]
fn whoever_records_during_an_import_waits_for_it() {
    let room = Room::with_ledger();
    room.write("h.csv", history(30_000, 5));
    let mut import = room.command("-q import h.csv --basis opt-out").spawn().unwrap();
    let mut recorded = 0;
    while import.try_wait().unwrap().is_none() {
        room.record(["--principal-id", &format!("P{recorded}")]).done();
        recorded += 1;
    }
    assert!(import.wait().unwrap().success());
    room.run("verify").done().says(&format!("({} records, 0 erased)", 30_000 + recorded));
}
