//! Several programs at one ledger: each command beside a second provlog that writes, an older sqlite3 that opens and
//! closes, a reader of Python's that holds its transaction, backups by cp and by `.backup`. Nothing acknowledged is lost,
//! and every status says what is so. Then the cases that once went wrong, by name.
//!
//! `PROVLOG_ROUNDS` says how often each command is run beside each program (default 2).
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::others::{self, Holding, Numbers, Older, Seen};
use crate::support::{Ran, Room, WHOLE, Words, forge, history};

use provlog::record::Field;
use provlog::record::correction::Correction;
use provlog::store::{Store, USUAL_WAIT};

const TODAY: &str = "2026-11-23";
const ERASE: [&str; 5] = ["--apply", "--reason", "expired", "--confirm-date", TODAY];

/// From 8,192 entries on the program reads with several connections. Made once, copied by each test.
fn large() -> Room {
    static MADE: OnceLock<Room> = OnceLock::new();
    others::copy_of(MADE.get_or_init(|| others::old_ledger(8_500)))
}

/// How often each principal's record is there.
fn there(room: &Room) -> HashMap<String, u64> {
    let mut ids = HashMap::new();
    for entry in room.run("list --json --kind provision --from 2026-11-20").done().objects() {
        *ids.entry(entry["principal_id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    ids
}

#[track_caller]
fn are_there_once(room: &Room, acknowledged: &[String]) {
    let there = there(room);
    let wrong: Vec<_> = acknowledged
        .iter()
        .map(|id| (id, there.get(id).copied().unwrap_or_default()))
        .filter(|(_, times)| *times != 1)
        .collect();
    assert!(wrong.is_empty(), "of {} acknowledged, not there once: {wrong:?}", acknowledged.len());
}

/// A record; its index and ID, when it was acknowledged.
fn recorded(room: &Room, id: &str) -> Result<u64, Ran> {
    let ran = room.record(["--principal-id", id, "--json"]);
    if ran.status == 0 { Ok(ran.objects()[0]["index"].as_u64().unwrap()) } else { Err(ran) }
}

/// Statuses by command, for whoever reads the log of the test.
#[derive(Default)]
struct Statuses(BTreeMap<(String, i32), u64>);

impl Statuses {
    #[track_caller]
    fn saw(&mut self, what: &str, ran: Ran, expected: &[i32]) -> Ran {
        *self.0.entry((what.to_owned(), ran.status)).or_default() += 1;
        match expected.contains(&ran.status) {
            true => ran,
            // Points at the caller, with everything that was said.
            false => ran.status(expected[0]),
        }
    }
}

impl std::fmt::Display for Statuses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|((what, status), times)| write!(f, " {what} {status} x{times},"))
    }
}

/// Whether the neighbour may keep, or surely keeps, the write-ahead log from being emptied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LogIsHeld {
    Perhaps,
    Surely,
}

/// Runs every command once, and notes what it acknowledged.
fn every_command(room: &Room, round: usize, held: LogIsHeld, acknowledged: &Seen<String>, s: &mut Statuses) {
    let name = |what: &str| format!("{what}-{round}");
    let id = name("own");
    let ran = room.record(["--principal-id", &id, "--json"]);
    let own = s.saw("record", ran, &[0]).objects()[0]["index"].to_string();
    acknowledged.push(id.clone());

    let file = name("h.csv");
    room.write(&file, history(40, 1000 + round as u64));
    s.saw("import", room.run(["import", &file, "--basis", "opt-out"]), &[0]);
    s.saw("correct", room.run(["correct", &own, "--set", "note=amended", "--reason", "a slip"]), &[0]);
    let hold = room.run(["hold", "add", &own, "--reason", "a dispute", "--json"]);
    let hold = s.saw("hold add", hold, &[0]).objects()[0]["holds"][0].to_string();
    s.saw("hold release", room.run(["hold", "release", &hold, "--reason", "settled"]), &[0]);
    s.saw("checkpoint", room.run("checkpoint"), &[0]);
    let folder = name("folder");
    s.saw("export", room.run(["export", "--out", &folder, "--from", "2026-11-01"]), &[0]);
    s.saw("verify --bundle", room.run(["verify", "--bundle", &folder]), &[0]);
    s.saw("disclose", room.run(["disclose", "--principal-id", &id, "--out", &name("copy")]), &[0]);
    s.saw("verify", room.run("verify"), &[0]);
    let listed = room.run(["list", "--json", "--principal-id", &id]);
    assert_eq!(s.saw("list", listed, &[0]).objects().len(), 1, "its own record");
    s.saw("anchor --set", room.run(["anchor", "--set", &name("anchor")]), &[0]);
    s.saw("anchor", room.run("anchor"), &[0]);
    s.saw("verify, anchored", room.run("verify"), &[0]);
    s.saw("anchor --off", room.run("anchor --off --reason x"), &[0]);
    s.saw("key --rotate", room.run("key --rotate --reason yearly"), &[0]);

    // Last, because nothing but a writer after it ends what it may leave pending.
    let indexes = [4, 5, 6].map(|n| (n + 3 * round as u64).to_string());
    let args = "delete".and(indexes).and(ERASE);
    let erased = match held {
        LogIsHeld::Surely => s.saw("delete", room.run(&args), &[4]),
        LogIsHeld::Perhaps => s.saw("delete", room.run(&args), &[0, 4]),
    };
    assert!(erased.stdout.contains("erased: 3 records"), "{}", erased.stdout);
    if held == LogIsHeld::Surely {
        s.saw("verify, pending", room.run("verify"), &[4]);
    }
}

/// Nobody is left: the next writer ends what was pending, and the ledger is as it should be.
fn afterwards(room: &Room, what: &str, rounds: usize, acknowledged: Seen<String>, statuses: &Statuses) {
    recorded(room, "the next writer").map_err(|ran| ran.done()).unwrap_or_default();
    acknowledged.push("the next writer".to_owned());
    assert_eq!(room.query::<i64>("SELECT wal_pending FROM state"), 0, "the erasure is finished");
    room.run("verify --deep").done().says("VERIFIED");
    let acknowledged = acknowledged.take();
    are_there_once(room, &acknowledged);
    let gone: i64 = room.query("SELECT count(*) FROM entry WHERE kind = 1 AND facts_salt IS NULL");
    assert_eq!(gone, 2 + 3 * rounds as i64, "what was erased");
    eprintln!("{what}: {rounds} rounds, {} acknowledged, none lost; statuses:{statuses}", acknowledged.len());
}

fn rounds() -> usize {
    others::count_from("PROVLOG_ROUNDS", 2) as usize
}

/// Runs `work` while `neighbour` goes on; the neighbour is stopped whatever becomes of the work.
fn beside<T: Send, R>(neighbour: impl FnOnce(&AtomicBool) -> T + Send, work: impl FnOnce() -> R) -> (T, R) {
    struct Stop<'a>(&'a AtomicBool);
    impl Drop for Stop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let neighbour = scope.spawn(|| neighbour(&stop));
        let done = {
            let _stop = Stop(&stop);
            work()
        };
        (neighbour.join().unwrap(), done)
    })
}

/// Records one after the other until it is stopped.
fn keeps_recording(room: &Room, tag: &str, acknowledged: &Seen<String>, stop: &AtomicBool) -> Vec<String> {
    let mut refused = Vec::new();
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) {
        n += 1;
        let id = format!("{tag}-{n}");
        match recorded(room, &id) {
            Ok(_) => acknowledged.push(id),
            Err(ran) => refused.push(format!("{id}: status {}: {}", ran.status, ran.stderr)),
        }
    }
    refused
}

#[test]
fn each_command_beside_a_second_provlog_that_writes_loses_nothing() {
    let room = large();
    let (acknowledged, mut statuses) = (Seen::new(), Statuses::default());
    let (refused, ()) = beside(
        |stop| keeps_recording(&room, "other", &acknowledged, stop),
        || {
            for round in 0..rounds() {
                every_command(&room, round, LogIsHeld::Perhaps, &acknowledged, &mut statuses);
            }
        },
    );
    assert!(refused.is_empty(), "{refused:?}");
    afterwards(&room, "beside a second provlog", rounds(), acknowledged, &statuses);
}

#[test]
fn each_command_beside_an_older_sqlite_that_opens_and_closes_loses_nothing() {
    let Some(older) = others::older() else { return };
    let room = large();
    let (acknowledged, mut statuses) = (Seen::new(), Statuses::default());
    let (polled, (refused, ())) = beside(
        |stop| others::poll(&older, &room.ledger(), stop, 0),
        || {
            beside(
                |stop| keeps_recording(&room, "other", &acknowledged, stop),
                || {
                    for round in 0..rounds() {
                        every_command(&room, round, LogIsHeld::Perhaps, &acknowledged, &mut statuses);
                    }
                },
            )
        },
    );
    assert!(refused.is_empty(), "{refused:?}");
    assert!(polled.complaints.is_empty(), "{:?}", polled.complaints);
    let what = format!("beside {} ({} polls) and a second provlog", older.name(), polled.polls);
    afterwards(&room, &what, rounds(), acknowledged, &statuses);
}

#[test]
fn each_command_beside_a_reader_that_holds_its_transaction_loses_nothing() {
    let Some(version) = others::python() else {
        eprintln!("LEFT OUT: python3 with sqlite3 is not installed: nobody held a transaction");
        return;
    };
    let room = large();
    let (acknowledged, mut statuses) = (Seen::new(), Statuses::default());
    for round in 0..rounds() {
        let reader = Holding::reading(&room.ledger());
        every_command(&room, round, LogIsHeld::Surely, &acknowledged, &mut statuses);
        reader.let_go();
        // The next writer, whoever it is, ends it.
        recorded(&room, &format!("after-{round}")).map_err(|ran| ran.done()).unwrap_or_default();
        acknowledged.push(format!("after-{round}"));
        room.run("verify").done();
    }
    let what = format!("beside a reader of Python's sqlite3 {version}");
    afterwards(&room, &what, rounds(), acknowledged, &statuses);
}

/// The leaf hashes of a log, in order.
fn leaves(room: &Room) -> Vec<Vec<u8>> {
    let conn = rusqlite::Connection::open(room.ledger()).unwrap();
    let mut select = conn.prepare("SELECT leaf FROM entry ORDER BY idx").unwrap();
    let rows = select.query_map([], |r| r.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

const SECRET: &str = "provlog.db.fingerprint-secret";

fn cp(from: &Room, to: &Room, name: &str) -> bool {
    let mut command = Command::new("cp");
    command.arg(from.path(name)).arg(to.path(name)).stderr(Stdio::null());
    command.status().unwrap().success()
}

#[test]
fn a_copy_by_cp_while_commands_run_is_a_true_prefix_or_refused() {
    let room = large();
    let (acknowledged, mut statuses) = (Seen::new(), Statuses::default());
    let (copies, ()) = beside(
        |stop| {
            let mut copies = Vec::new();
            while !stop.load(Ordering::Relaxed) && copies.len() < 40 {
                let copy = Room::new();
                // Either may come first; the index of the log is copied now and then too.
                let mut names = vec!["provlog.db", "provlog.db-wal"];
                if copies.len() % 2 == 1 {
                    names.reverse();
                }
                if copies.len() % 4 == 3 {
                    names.push("provlog.db-shm");
                }
                let taken = names.iter().filter(|name| cp(&room, &copy, name)).count();
                assert!(taken > 0 && cp(&room, &copy, SECRET));
                copies.push(copy);
                std::thread::sleep(Duration::from_millis(150));
            }
            copies
        },
        || {
            for round in 0..rounds() {
                every_command(&room, round, LogIsHeld::Perhaps, &acknowledged, &mut statuses);
            }
        },
    );
    let whole = leaves(&room);
    let mut outcomes: BTreeMap<i32, u64> = BTreeMap::new();
    for copy in &copies {
        let verified = copy.run("verify");
        *outcomes.entry(verified.status).or_default() += 1;
        assert!((0..=5).contains(&verified.status), "status {}: {}", verified.status, verified.stderr);
        if verified.status == 0 {
            let copied = leaves(copy);
            assert!(whole.starts_with(&copied), "VERIFIED, and not a prefix of the log");
            // What it lists is what the log has: nothing but what is hashed is shown.
            copy.run("list --json --limit 3").done();
        }
    }
    eprintln!("{} copies by cp, by the status of verify: {outcomes:?}", copies.len());
    assert!(outcomes.get(&0).copied().unwrap_or_default() > 0, "no copy was good: nothing was tested");
    afterwards(&room, "beside copies by cp", rounds(), acknowledged, &statuses);
}

#[test]
fn a_copy_by_backup_while_commands_run_is_a_ledger_with_all_that_was_acknowledged_before() {
    let Some(older) = others::older() else { return };
    let room = large();
    let (acknowledged, mut statuses) = (Seen::new(), Statuses::default());
    let writers = Seen::new();
    let (refused, (copies, ())) = beside(
        |stop| keeps_recording(&room, "other", &writers, stop),
        || {
            beside(
                |stop| copies_by_backup(&older, &room, &writers, stop),
                || {
                    for round in 0..rounds() {
                        every_command(&room, round, LogIsHeld::Perhaps, &acknowledged, &mut statuses);
                    }
                },
            )
        },
    );
    assert!(refused.is_empty(), "{refused:?}");
    assert!(!copies.is_empty(), "no copy was made: nothing was tested");
    let whole = leaves(&room);
    for (copy, before) in &copies {
        // While the log has an anchor, its path is not in the copy.
        let verified = copy.run("verify");
        assert!([0, 4].contains(&verified.status), "{}{}", verified.stdout, verified.stderr);
        assert!(whole.starts_with(&leaves(copy)), "not a prefix of the log");
        let others: i64 =
            copy.query("SELECT count(*) FROM records WHERE principal_id LIKE 'other-%' AND NOT erased");
        assert!(others >= *before as i64, "{before} were acknowledged before, {others} are in the copy");
    }
    eprintln!("{} copies by .backup of {}, all whole", copies.len(), older.name());
    let all = writers.take();
    all.into_iter().for_each(|id| acknowledged.push(id));
    afterwards(&room, "beside copies by .backup", rounds(), acknowledged, &statuses);
}

/// Copies, each with how many records of the other writer were acknowledged before it was begun.
fn copies_by_backup(
    older: &Older,
    room: &Room,
    writers: &Seen<String>,
    stop: &AtomicBool,
) -> Vec<(Room, usize)> {
    let mut copies = Vec::new();
    while !stop.load(Ordering::Relaxed) && copies.len() < 20 {
        let copy = Room::new();
        let before = writers.len();
        let output = older.backup(&room.ledger(), &copy.ledger());
        // A backup starts again when somebody writes, and may give up; then there is no copy.
        if output.status.success() {
            assert!(cp(room, &copy, SECRET));
            copies.push((copy, before));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    copies
}

#[test]
fn what_is_recorded_while_a_large_deletion_runs_beside_an_older_reader_is_not_lost() {
    let Some(older) = others::older() else { return };
    const ROWS: usize = 16_000;
    let room = others::old_ledger(ROWS);
    let args = "delete --expired".and(ERASE);
    let (mut acknowledged, mut refused) = (Vec::new(), Vec::new());
    let mut deletion = room.command(&args);
    let mut deletion = deletion.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    // Several threads of it read the ledger now: it is in its transaction.
    wait_until(|| descriptors(&deletion, &room.ledger()) > 1 || deletion.try_wait().unwrap().is_some());
    let mut polls = 0;
    while deletion.try_wait().unwrap().is_none() {
        // One after the other: while a writer waits, its own locks keep the log from being taken away.
        let counted = older.count(&room.ledger()).output().unwrap();
        assert!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
        polls += 1;
        let id = format!("during-{polls}");
        match recorded(&room, &id) {
            Ok(_) => acknowledged.push(id),
            Err(ran) => refused.push(format!("status {}: {}", ran.status, ran.stderr)),
        }
    }
    let ended = deletion.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    eprintln!(
        "{} recorded and acknowledged during a deletion of {}, {polls} reads by {}; the deletion: {}",
        acknowledged.len(),
        ROWS - 2,
        older.name(),
        ended.status
    );
    assert!(polls > 0, "the deletion was over too soon: nothing was tested");
    are_there_once(&room, &acknowledged);
    assert!(refused.is_empty(), "{refused:?}");
    assert!(matches!(ended.status.code(), Some(0 | 4)), "{:?} {told}", ended.status);
    recorded(&room, "the next writer").map_err(|ran| ran.done()).unwrap_or_default();
    room.run("verify --deep").done().says(&format!("{ROWS} erased"));
}

/// How many descriptors of a file a process has.
fn descriptors(process: &std::process::Child, file: &Path) -> usize {
    let file = file.canonicalize().unwrap();
    let open = std::fs::read_dir(format!("/proc/{}/fd", process.id())).into_iter().flatten().flatten();
    open.filter_map(|fd| std::fs::read_link(fd.path()).ok()).filter(|to| *to == file).count()
}

/// Waits for something to happen, a minute at most.
fn wait_until(mut happened: impl FnMut() -> bool) {
    for _ in 0..30_000 {
        if happened() {
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("it did not happen");
}

/// Runs a reading command again and again while others write; what it said when it was not 0 (or 4).
fn false_alarms(room: &Room, times: usize, args: &str) -> Vec<String> {
    (0..times)
        .map(|_| room.run(args))
        .filter(|ran| ![0, 4].contains(&ran.status))
        .map(|ran| {
            let told = format!("{}{}", ran.stdout, ran.stderr);
            let found = told.lines().find(|line| line.contains("FINDING") || line.contains("provlog:"));
            format!("{args}: status {}: {}", ran.status, found.unwrap_or(&told))
        })
        .collect()
}

#[test]
fn verify_beside_an_older_reader_never_calls_an_intact_ledger_malformed() {
    let Some(older) = others::older() else { return };
    let room = large();
    let acknowledged = Seen::new();
    let (polled, (refused, alarms)) = beside(
        |stop| others::poll(&older, &room.ledger(), stop, 0),
        || {
            beside(
                |stop| keeps_recording(&room, "job", &acknowledged, stop),
                || false_alarms(&room, 10, "verify"),
            )
        },
    );
    eprintln!(
        "verify beside {}: 10 runs, {} false alarms, {} polls",
        older.name(),
        alarms.len(),
        polled.polls
    );
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
    assert!(refused.is_empty(), "{refused:?}");
    assert!(polled.complaints.is_empty(), "{:?}", polled.complaints);
    are_there_once(&room, &acknowledged.take());
    room.run("verify --deep").done();
}

#[test]
fn verify_and_anchor_beside_a_writer_find_nothing_at_an_anchored_ledger() {
    let room = Room::with_ledger();
    room.write("h.csv", history(3000, 5));
    room.run("import h.csv --basis opt-out").done();
    // Many corrections: they are read between the begin of the state that is verified and the anchor.
    forge::append(&room, TODAY, |a| {
        let records = Store::open(&room.ledger(), USUAL_WAIT)?;
        for index in 2..1502 {
            let mut reading = records.record(index)?.and_then(|r| r.provision).unwrap();
            let note = format!("amended {index}");
            reading.note = Some(note.clone());
            let correction = Correction {
                void: false,
                changes: vec![(Field::Note, Some(note))],
                reason: Some("a slip".into()),
                handler: None,
            };
            a.correct(index, &correction, Some(&reading))?;
        }
        Ok(())
    });
    room.run("anchor --set anchor").done();
    let acknowledged = Seen::new();
    const RUNS: usize = 15;
    let (refused, alarms) = beside(
        |stop| keeps_recording(&room, "job", &acknowledged, stop),
        || {
            let mut alarms = false_alarms(&room, RUNS, "verify");
            alarms.extend(false_alarms(&room, RUNS, "anchor"));
            alarms
        },
    );
    eprintln!("verify and anchor beside a writer: {RUNS} runs each, {} false alarms", alarms.len());
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
    assert!(refused.is_empty(), "{refused:?}");
    are_there_once(&room, &acknowledged.take());
    room.run("verify --deep").done();
}

#[test]
fn a_ledger_under_two_names_is_refused_by_both() {
    let room = large();
    for (from, to) in [("provlog.db", "hard.db"), (SECRET, "hard.db.fingerprint-secret")] {
        std::fs::hard_link(room.path(from), room.path(to)).unwrap();
    }
    let before = room.ledger_bytes();
    for name in ["provlog.db", "hard.db"] {
        for args in [
            ["--ledger", name, "verify"].as_slice(),
            &["--ledger", name, "list", "--limit", "1"],
            &["--ledger", name, "anchor"],
            &["--ledger", name, "hold", "add", "9", "--reason", "x"],
        ] {
            let ran = room.run(args);
            assert!(matches!(ran.status, 1..=3), "{args:?}: status {}: {}", ran.status, ran.stderr);
            assert!(ran.stderr.contains("link"), "{args:?} does not say why: {}", ran.stderr);
        }
        let ran = room.record(["--ledger", name, "--principal-id", "x"]);
        assert!(matches!(ran.status, 1..=3) && ran.stderr.contains("link"), "{}: {}", ran.status, ran.stderr);
    }
    assert_eq!(before, room.ledger_bytes());
    std::fs::remove_file(room.path("hard.db")).unwrap();
    recorded(&room, "one name again").map_err(|ran| ran.done()).unwrap_or_default();
    room.run("verify").done();
}

/// Two names at once, as it went wrong: what is acknowledged under either is in the file.
#[test]
fn what_is_acknowledged_under_either_of_two_names_is_not_lost() {
    let room = Room::with_ledger();
    recorded(&room, "first").map_err(|ran| ran.done()).unwrap_or_default();
    for (from, to) in [("provlog.db", "hard.db"), (SECRET, "hard.db.fingerprint-secret")] {
        std::fs::hard_link(room.path(from), room.path(to)).unwrap();
    }
    let acknowledged = Seen::new();
    std::thread::scope(|scope| {
        for name in ["provlog.db", "hard.db"] {
            for n in 0..10 {
                let (room, acknowledged) = (&room, &acknowledged);
                scope.spawn(move || {
                    let id = format!("{name}-{n}");
                    let ran = room.record(["--ledger", name, "--principal-id", &id]);
                    if ran.status == 0 {
                        acknowledged.push(id);
                    }
                });
            }
        }
    });
    std::fs::remove_file(room.path("hard.db")).unwrap();
    are_there_once(&room, &acknowledged.take());
    room.run("verify --deep").done();
}

/// Somebody restores a backup under the ledger's name by rename while a writer waits for the lock.
fn replaced_while_a_writer_waits(with_the_log_removed: bool) {
    if others::python().is_none() {
        eprintln!("LEFT OUT: python3 with sqlite3 is not installed: nobody held the ledger");
        return;
    }
    let room = Room::with_ledger();
    recorded(&room, "in the backup").map_err(|ran| ran.done()).unwrap_or_default();
    assert!(Command::new("cp").arg(room.ledger()).arg(room.path("backup.db")).status().unwrap().success());
    recorded(&room, "behind the backup").map_err(|ran| ran.done()).unwrap_or_default();
    let before = std::fs::read(room.path("backup.db")).unwrap();

    let holder = Holding::writing(&room.ledger());
    let args = "record --principal-id late --json".and(WHOLE);
    let mut writer = room.command(&args);
    let writer = writer.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It has opened the ledger, and waits.
    wait_until(|| descriptors(&writer, &room.ledger()) > 0);
    std::thread::sleep(Duration::from_millis(300));
    if with_the_log_removed {
        for name in ["provlog.db-wal", "provlog.db-shm"] {
            let _ = std::fs::remove_file(room.path(name));
        }
    }
    std::fs::rename(room.path("backup.db"), room.ledger()).unwrap();
    holder.let_go();
    let ran = Ran::from_output(writer.wait_with_output().unwrap(), &args);
    eprintln!(
        "the writer that waited: status {} {}",
        ran.status,
        ran.stderr.lines().last().unwrap_or_default()
    );
    let is_there = there(&room).contains_key("late");
    assert!(ran.status != 0 || is_there, "acknowledged, and not in the ledger that has the name now");
    assert!(ran.status == 0 || !is_there, "not acknowledged, and in the ledger all the same");
    if ran.status != 0 {
        assert_eq!(before, std::fs::read(room.ledger()).unwrap(), "the restored file was touched");
    }
    room.run("verify --deep").done();
}

#[test]
fn a_writer_that_waited_does_not_acknowledge_into_a_file_that_was_replaced() {
    replaced_while_a_writer_waits(true);
}

#[test]
fn a_writer_that_waited_does_not_acknowledge_into_a_replaced_file_whose_log_stayed() {
    replaced_while_a_writer_waits(false);
}

/// The neighbours themselves can fail: a test that could not see a loss would be worth nothing.
#[test]
fn a_lost_record_would_be_seen() {
    let room = Room::with_ledger();
    recorded(&room, "kept").map_err(|ran| ran.done()).unwrap_or_default();
    let seen = std::panic::catch_unwind(|| are_there_once(&room, &["kept".into(), "lost".into()]));
    assert!(seen.is_err());
    assert!(Numbers::new(1).below(2) < 2);
}

#[test]
fn a_file_into_which_another_process_is_just_copying_is_looked_at_again() {
    for args in ["verify", "list", "anchor --set anchor"] {
        let room = Room::with_ledger();
        let whole = room.read("provlog.db");
        let part = |length| {
            let file = std::fs::OpenOptions::new().write(true).open(room.ledger()).unwrap();
            file.set_len(length).unwrap();
        };
        // Its first page is ahead of its length, and the log is empty already, or not there.
        part(whole.len() as u64 - 4096);
        let command = room.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(150));
        // In place: a copy that goes on never makes the file shorter.
        std::fs::OpenOptions::new().write(true).open(room.ledger()).unwrap().write_all(&whole).unwrap();
        let ran = Ran::from_output(command.wait_with_output().unwrap(), args);
        ran.done();
        part(whole.len() as u64 - 4096);
        room.run(args).no_ledger().says("damaged");
    }
}
