//! A backup is put in the place of a ledger whose write-ahead log was left there. That log belongs to another state of the
//! file: merged into the backup it spoils it. A writer refuses, says what to do, and touches nothing; a reader spoils
//! nothing; and a log that does belong to its file, after a crash, is recovered as ever.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use crate::support::others::{self, Holding};
use crate::support::{Room, WHOLE, Words, history, whole};

const LOG: &str = "provlog.db-wal";

fn batch(room: &Room, tag: &str, rows: u64) {
    let lines: String = (0..rows).map(|n| format!("{{\"principal_id\":\"{tag}-{n}\"}}\n")).collect();
    room.run_with_input("-q record --from -".and(WHOLE), &lines).done();
}

fn leaves(ledger: &Path) -> Vec<Vec<u8>> {
    let conn = rusqlite::Connection::open(ledger).unwrap();
    let mut select = conn.prepare("SELECT leaf FROM entry ORDER BY idx").unwrap();
    let rows = select.query_map([], |r| r.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn cp(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg(from).arg(to).status().unwrap().success());
}

/// A ledger that died with entries in its log.
struct Died {
    room: Room,
    /// The leaf hashes of the backup, `backup.db`.
    backup: Vec<Vec<u8>>,
}

/// `first` records are in the backup; then come those of `since`, and those of `in_the_log`, which stand there alone.
fn died(first: u64, since: &[u64], in_the_log: &[u64]) -> Died {
    let room = Room::with_ledger();
    batch(&room, "a", first);
    cp(&room.ledger(), &room.path("backup.db"));
    let backup = leaves(&room.path("backup.db"));
    for (n, rows) in since.iter().enumerate() {
        batch(&room, &format!("b{n}"), *rows);
    }
    // A reader keeps the log, so that the last ones stay in it; then the machine dies.
    let reader = Holding::reading(&room.ledger());
    for (n, rows) in in_the_log.iter().enumerate() {
        batch(&room, &format!("c{n}"), *rows);
    }
    reader.kill();
    assert!(!both(&room).1.is_empty(), "the log is empty: nothing is tested");
    room.write("h.csv", history(2, 1));
    Died { room, backup }
}

impl Died {
    /// As people do it: the copy over the file, the index of the log removed or left.
    fn restored(self, index_removed: bool) -> Died {
        cp(&self.room.path("backup.db"), &self.room.ledger());
        if index_removed {
            let _ = std::fs::remove_file(self.room.path("provlog.db-shm"));
        }
        self
    }
}

/// The file and its log, byte for byte.
fn both(room: &Room) -> (Vec<u8>, Vec<u8>) {
    (room.read("provlog.db"), std::fs::read(room.path(LOG)).unwrap_or_default())
}

/// The way out: the log goes elsewhere, and the backup is the ledger.
#[track_caller]
fn is_a_good_backup_without_the_log(room: &Room, backup: &[Vec<u8>]) {
    std::fs::rename(room.path(LOG), room.path("the-log-of-the-broken-ledger")).unwrap();
    let _ = std::fs::remove_file(room.path("provlog.db-shm"));
    room.run("verify --deep").done();
    assert!(leaves(&room.ledger()) == backup, "not what was backed up");
    room.record("--principal-id x").done();
}

/// Sizes of the backup, of what came since, and of what stands in the log.
const CASES: [(u64, &[u64], &[u64]); 4] =
    [(30, &[20], &[1]), (30, &[400, 20], &[30, 1]), (300, &[20, 20, 400], &[700]), (200, &[700], &[2])];

fn left_out() -> bool {
    let missing = others::python().is_none();
    if missing {
        eprintln!("LEFT OUT: python3 with sqlite3 is not installed: nobody kept the log");
    }
    missing
}

#[test]
fn a_writer_refuses_a_backup_beside_a_log_of_another_state_and_touches_neither() {
    if left_out() {
        return;
    }
    let mut faults = Vec::new();
    let mut tried = 0;
    for (number, (first, since, in_the_log)) in CASES.into_iter().enumerate() {
        let case = died(first, since, in_the_log).restored(number % 2 == 0);
        let before = both(&case.room);
        let record = whole("--principal-id x");
        let commands: [&str; 5] = [
            &record,
            "import h.csv --basis opt-out",
            "hold add 1 --reason r",
            "checkpoint",
            "key --rotate --reason r",
        ];
        for args in commands {
            tried += 1;
            let room = others::copy_of(&case.room);
            let ran = room.run(args);
            let what = format!("{first} {since:?} {in_the_log:?} {args}");
            if ran.status == 0 {
                faults.push(format!("{what}: done"));
            } else if !ran.stderr.contains("-wal") {
                faults.push(format!("{what}: does not name the log: {}", ran.stderr.trim()));
            }
            if both(&room) != before {
                faults.push(format!("{what}: status {}, and the file or its log was touched", ran.status));
            } else if args == record {
                is_a_good_backup_without_the_log(&room, &case.backup);
            }
        }
    }
    eprintln!("restored beside a left log: {tried} writing commands, {} faults", faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_reader_does_not_spoil_a_backup_beside_a_log_of_another_state() {
    if left_out() {
        return;
    }
    let mut faults = Vec::new();
    let mut tried = 0;
    for (number, (first, since, in_the_log)) in CASES.into_iter().enumerate() {
        let case = died(first, since, in_the_log).restored(number % 2 == 1);
        let before = both(&case.room);
        for args in ["verify", "list --json", "verify --deep", "anchor", "key"] {
            tried += 1;
            let room = others::copy_of(&case.room);
            let ran = room.run(args);
            let what = format!("{first} {since:?} {in_the_log:?} {args:?}: status {}", ran.status);
            if both(&room) != before {
                faults.push(format!("{what}, and the copy or its log was changed"));
                continue;
            }
            if args.starts_with("verify") && ran.status == 0 {
                faults.push(format!("{what}: VERIFIED, as if the log belonged to the file"));
            }
            if args == "verify" {
                is_a_good_backup_without_the_log(&room, &case.backup);
            }
        }
    }
    eprintln!("restored beside a left log: {tried} reading commands, {} faults", faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_log_that_belongs_to_its_file_is_recovered_after_a_crash() {
    if left_out() {
        return;
    }
    for (first, since, in_the_log) in CASES {
        let case = died(first, since, in_the_log);
        let all = 1 + first + since.iter().sum::<u64>() + in_the_log.iter().sum::<u64>();
        for (reader_first, index_removed) in [(true, true), (false, true), (true, false), (false, false)] {
            let room = others::copy_of(&case.room);
            if index_removed {
                let _ = std::fs::remove_file(room.path("provlog.db-shm"));
            }
            if reader_first {
                room.run("list --json").done();
                room.run("verify").done().says(&format!("({} records, 0 erased)", all - 1));
            }
            room.record("--principal-id next").done();
            room.run("verify --deep").done().says(&format!("({all} records, 0 erased)"));
        }
    }
}

/// Where the log holds every page that has changed since the backup, the two together are the whole ledger, and may be
/// taken for what they are.
#[test]
fn a_backup_that_the_log_goes_on_from_is_recovered_whole_or_refused_untouched() {
    if left_out() {
        return;
    }
    for (first, since, in_the_log) in [(200, &[][..], &[5, 300][..]), (200, &[5], &[5, 300])] {
        let case = died(first, since, in_the_log).restored(true);
        let before = both(&case.room);
        let ran = case.room.record("--principal-id next");
        if ran.status == 0 {
            let all = 1 + first + since.iter().sum::<u64>() + in_the_log.iter().sum::<u64>();
            case.room.run("verify --deep").done().says(&format!("({all} records, 0 erased)"));
        } else {
            assert!(both(&case.room) == before, "refused, and the file or its log was touched");
            is_a_good_backup_without_the_log(&case.room, &case.backup);
        }
    }
}

/// The log of another ledger beside a good file.
#[test]
fn the_log_of_another_ledger_is_refused() {
    if left_out() {
        return;
    }
    let other = died(30, &[20], &[40]);
    let room = Room::with_ledger();
    batch(&room, "mine", 50);
    std::fs::write(room.path(LOG), both(&other.room).1).unwrap();
    let before = both(&room);
    let ran = room.record("--principal-id x");
    assert_ne!(ran.status, 0, "recorded into a mixture of two ledgers");
    assert!(both(&room) == before, "the file or the log was touched");
    assert!(ran.stderr.contains("-wal"), "does not name the log: {}", ran.stderr);
    std::fs::remove_file(room.path(LOG)).unwrap();
    let _ = std::fs::remove_file(room.path("provlog.db-shm"));
    room.run("verify --deep").done().says("(50 records, 0 erased)");
}

/// What the log holds of each page, the newest of it (sqlite.org/walformat.html), and the size of a page.
fn pages_of(log: &[u8]) -> (usize, BTreeMap<usize, Vec<u8>>) {
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap()) as usize;
    let (size, salts) = (number(8), &log[16..24]);
    let mut pages = BTreeMap::new();
    let mut at = 32;
    while at + 24 + size <= log.len() && &log[at + 8..at + 16] == salts {
        pages.insert(number(at), log[at + 24..at + 24 + size].to_vec());
        at += 24 + size;
    }
    (size, pages)
}

/// Page by page, in ascending order, a log is copied into its file. Killed in the middle of it, the file alone is neither
/// the one nor the other; the log has everything, and whoever comes next goes on.
#[test]
fn a_crash_in_the_middle_of_copying_the_log_into_the_file_is_recovered() {
    if left_out() {
        return;
    }
    let mut faults = Vec::new();
    let mut tried = 0;
    // Some logs make the file longer, some do not.
    for (first, since, in_the_log) in
        [(30, &[20][..], &[400][..]), (200, &[5], &[5, 900]), (30, &[20], &[1]), (200, &[700], &[2])]
    {
        let case = died(first, since, in_the_log);
        let all = first + since.iter().sum::<u64>() + in_the_log.iter().sum::<u64>();
        let (file, log) = both(&case.room);
        let (size, pages) = pages_of(&log);
        assert!(!pages.is_empty(), "an empty log: nothing is tested");
        let some: BTreeSet<usize> = [1, 2, 3, pages.len() / 2, pages.len() - 1, pages.len()].into();
        for copied in some.into_iter().filter(|n| (1..=pages.len()).contains(n)) {
            for torn in [false, true] {
                let mut half_copied = file.clone();
                for (n, (page, bytes)) in pages.iter().take(copied).enumerate() {
                    let from = (page - 1) * size;
                    half_copied.resize(half_copied.len().max(from + size), 0);
                    let whole = if torn && n + 1 == copied { 512 } else { size };
                    half_copied[from..from + whole].copy_from_slice(&bytes[..whole]);
                }
                for args in ["verify", "checkpoint"] {
                    tried += 1;
                    let room = others::copy_of(&case.room);
                    let _ = std::fs::remove_file(room.path("provlog.db-shm"));
                    std::fs::write(room.ledger(), &half_copied).unwrap();
                    let what = format!(
                        "{first} {since:?} {in_the_log:?}, {copied} of {} pages, torn: {torn}",
                        pages.len()
                    );
                    let ran = room.run(args);
                    let after = room.record("--principal-id next");
                    let deep = room.run("verify --deep");
                    let whole = deep.stdout.contains(&format!("({} records, 0 erased)", all + 1));
                    if (ran.status, after.status, deep.status, whole) != (0, 0, 0, true) {
                        let told =
                            ran.stderr.lines().chain(after.stderr.lines()).find(|l| l.contains("provlog:"));
                        let statuses = (ran.status, after.status, deep.status);
                        faults
                            .push(format!("{what}: {args:?}, record, verify --deep: {statuses:?} {told:?}"));
                    }
                }
            }
        }
    }
    eprintln!("killed while the log was copied into the file: {tried} commands, {} faults", faults.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
