//! Whoever holds a lock on the ledger keeps it: closing any descriptor of a file drops all POSIX locks that the process has
//! on it (sqlite.org, "How To Corrupt", 2.2). So nothing opens the ledger's files but SQLite: seen from inside, by the
//! locks that the kernel lists, after every kind of opening that the library offers; and from outside, by strace, for every
//! command, and for every file that a command takes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::ops::ControlFlow;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

use crate::support::others::{self, Holding};
use crate::support::{Ran, Room, Words, forge, history, whole};
use provlog::ledger::tree::Node;
use provlog::ledger::{Kind, Timestamp};
use provlog::record::{Basis, Provision};
use provlog::store::{
    Beginning, Checks, Evidence, Failure, Filter, Grounds, NewLedger, Opening, PlanRequest, Store, USUAL_WAIT,
};
use provlog::verify::chain::Witness;
use provlog::verify::{Finding, Notice};

/// A POSIX lock of this process: whether it is exclusive, and from which byte to which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lock {
    exclusive: bool,
    from: u64,
    to: u64,
}

/// The locks that this process has on a file, as the kernel lists them; `None` where it lists none for anybody.
fn locks(file: &Path) -> Option<Vec<Lock>> {
    let inode = std::fs::metadata(file).ok()?.ino().to_string();
    let me = std::process::id().to_string();
    let listed = std::fs::read_to_string("/proc/locks").ok()?;
    // "1: POSIX  ADVISORY  WRITE 4711 fe:00:10027700 120 120"
    let locks = listed.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, "POSIX", _, kind, pid, file, from, to] = words[..] else { return None };
        let mine = pid == me && file.rsplit(':').next() == Some(&inode);
        let to = if to == "EOF" { u64::MAX } else { to.parse().ok()? };
        mine.then_some(Lock { exclusive: kind == "WRITE", from: from.parse().ok()?, to })
    });
    Some(locks.collect())
}

/// The locks on the ledger and on the index of its log.
fn held(room: &Room) -> Option<[Vec<Lock>; 2]> {
    Some([locks(&room.ledger())?, locks(&room.path("provlog.db-shm"))?])
}

/// Each of `before` is still there, perhaps as a part of a wider one. The kernel's list may leave one out while others are taken and
/// dropped all over the machine; a lock that was dropped does not come back, so only what is never listed is gone.
#[track_caller]
fn are_still_held(room: &Room, before: &[Vec<Lock>; 2], what: &str) {
    let mut now = held(room).unwrap();
    for _ in 0..20 {
        for (now, again) in now.iter_mut().zip(held(room).unwrap()) {
            now.extend(again);
        }
    }
    for ((before, now), file) in before.iter().zip(&now).zip(["provlog.db", "provlog.db-shm"]) {
        for lock in before {
            let kept =
                now.iter().any(|n| n.exclusive >= lock.exclusive && n.from <= lock.from && n.to >= lock.to);
            assert!(kept, "{what}: the lock {lock:?} on {file} is gone; {now:?} are left");
        }
    }
}

struct Silent;

impl Witness for Silent {
    fn finding(&mut self, finding: Finding) {
        panic!("{finding:?}");
    }
    fn notice(&mut self, _: Notice) {}
    fn node(&mut self, _: Node) {}
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_text(text.as_bytes()).unwrap()
}

fn provision(n: usize) -> Provision {
    Provision {
        day: Some("2021-05-01".parse().unwrap()),
        party_name: Some("架空商事株式会社".into()),
        principal_id: Some(format!("P-{n}")),
        items: vec!["氏名".into()],
        basis: Some(Basis::OptOut),
        ..Provision::default()
    }
}

/// What the library offers to whoever opens a ledger, each in a connection of its own.
fn every_opening(room: &Room, look: &mut dyn FnMut(&str)) {
    let path = room.ledger();
    drop(Store::open(&path, USUAL_WAIT).unwrap());
    look("a ledger opened and closed");
    drop(Store::open_for_writing(&path, USUAL_WAIT).unwrap());
    look("a ledger opened for writing and closed");
    {
        let _one = Store::open(&path, USUAL_WAIT).unwrap();
        look("a second one open");
        drop(Store::open(&path, USUAL_WAIT).unwrap());
        look("a third one opened and closed");
    }
    look("the second one closed");

    std::os::unix::fs::symlink("provlog.db", room.path("link.db")).unwrap();
    for suffix in [".fingerprint-secret", ".signing-key.pem"] {
        let name = format!("provlog.db{suffix}");
        std::fs::copy(room.path(&name), room.path(&format!("link.db{suffix}"))).unwrap();
    }
    drop(Store::open(&room.path("link.db"), USUAL_WAIT));
    look("a symbolic link");
    drop(Store::open(&room.path("./provlog.db"), USUAL_WAIT).unwrap());
    look("the same path, spelt otherwise");
    std::fs::hard_link(&path, room.path("hard.db")).unwrap();
    drop(Store::open(&room.path("hard.db"), USUAL_WAIT));
    look("a hard link");
    drop(Store::open(&path, USUAL_WAIT));
    look("a ledger that has a second name");
    std::fs::remove_file(room.path("hard.db")).unwrap();
    let new = NewLedger { operator: "Sample".into(), origin: None, years: 3 };
    assert!(Beginning::whole(&path, &new, at("2021-05-10T03:00:00.000Z")).is_err());
    look("a ledger that was to be made where there is one");

    every_reading(room, look);
}

fn every_reading(room: &Room, look: &mut dyn FnMut(&str)) {
    let now = at("2026-11-23T03:00:00.000Z");
    let store = Store::open(&room.ledger(), USUAL_WAIT).unwrap();
    let fingerprints = store.fingerprints().unwrap();
    look("the secret read");
    store.genesis().unwrap();
    store.settings_in_force().unwrap();
    store.signers().unwrap();
    store.checkpoints().unwrap();
    look("what the ledger says of itself");
    store.anchor_from_outside().unwrap();
    look("how the anchor stands");
    let filter = Filter { kind: Some(Kind::Provision), ..Filter::default() };
    store.records(&filter, None, &mut |_| Ok::<_, Failure>(ControlFlow::Continue(()))).unwrap();
    store.record(5).unwrap().unwrap();
    look("records");
    store.registers().unwrap();
    store.holds().unwrap();
    look("the registers");
    store.plan(&PlanRequest::Expired, 3, now, &mut |_| ()).unwrap();
    look("a plan");
    let checks = Checks { fingerprints: Some(&fingerprints), deep: true, checkpoint: None };
    store.verify(now, checks, &mut Silent).unwrap();
    look("verify");
    let size = store.size().unwrap();
    for sparse in [false, true] {
        let filter = Filter { principal_id: sparse.then(|| "P-7".to_owned()), ..Filter::default() };
        let opening = Opening { filter: &filter, fingerprints: Some(&fingerprints), size, sparse };
        let see = |seen: &mut u64, found: Result<Evidence, Failure>| {
            found?;
            *seen += 1;
            Ok(())
        };
        let mut all = 0;
        let take = |seen: u64| {
            all += seen;
            Ok(())
        };
        store.in_one_state(|| store.evidence(&opening, see, take)).map_err(|e: Failure| e).unwrap();
        assert!(all > 0);
        look("evidence");
    }
    store.prove_inclusion(5, size).unwrap();
    store.prove_consistency(5, size).unwrap();
    look("proofs");
    drop(store);
    look("the reader closed");
}

/// Whoever writes a ledger that several threads read; in his transaction everything else is opened, read and closed.
#[test]
fn no_opening_and_no_reading_drops_a_lock_that_this_process_holds() {
    const RECORDS: usize = 8_500;
    let room = Room::with_ledger();
    let day = "2021-05-10";
    // Entries of old, so that they may be erased.
    std::fs::remove_file(room.ledger()).unwrap();
    for name in ["provlog.db.fingerprint-secret", "provlog.db.signing-key.pem"] {
        std::fs::remove_file(room.path(name)).unwrap();
    }
    for name in ["provlog.db-wal", "provlog.db-shm"] {
        let _ = std::fs::remove_file(room.path(name));
    }
    let new = NewLedger { operator: "Sample".into(), origin: None, years: 3 };
    drop(Beginning::whole(&room.ledger(), &new, at("2021-05-10T03:00:00.000Z")).unwrap());
    forge::append(&room, day, |a| {
        for n in 0..RECORDS {
            let prepared = a.prepare(provision(n), None)?;
            a.record(&prepared)?;
        }
        Ok(())
    });

    let mut looked = 0;
    let mut seen = false;
    forge::append(&room, "2026-11-23", |a| {
        let Some(before) = held(&room).filter(|held| held.iter().all(|locks| !locks.is_empty())) else {
            return Ok(());
        };
        seen = true;
        assert!(before[1].iter().any(|lock| lock.exclusive), "a writer has a lock of its own: {before:?}");
        let mut look = |what: &str| {
            looked += 1;
            are_still_held(&room, &before, what);
        };
        every_opening(&room, &mut look);
        // An erasure opens connections for its threads, inside the transaction.
        let reader = Store::open(&room.ledger(), USUAL_WAIT)?;
        let plan =
            reader.plan(&PlanRequest::Named(vec![3, 4]), 3, at("2026-11-23T03:00:00.000Z"), &mut |_| ())?;
        drop(reader);
        a.erase(&plan.runs, &Grounds { reason: "old", handler: None })?;
        look("an erasure");
        Ok(())
    });
    if !seen {
        eprintln!("LEFT OUT: /proc/locks does not list the locks of this process here");
        return;
    }
    eprintln!("locks: {looked} openings and readings inside a write transaction, every lock held after each");
    assert!(looked > 20, "{looked}");
    room.run("verify").done();
}

/// The openings of a file by name that strace has seen: how, and whether it was there.
fn openings(trace: &str) -> Vec<(String, String)> {
    let calls = trace.lines().filter(|line| !line.contains("= -1 "));
    calls
        .filter_map(|line| {
            let (_, call) = line.split_once("open")?;
            let name = call.split('"').nth(1)?;
            let flags = call.split('"').nth(2)?;
            Some((name.to_owned(), flags.to_owned()))
        })
        .collect()
}

/// SQLite opens without following links, which nobody else does here. A file that was just made has no locks to lose.
const HARMLESS: [&str; 2] = ["O_NOFOLLOW", "O_EXCL"];

fn is_strace_there(room: &Room) -> bool {
    let ran = Command::new("strace").args(["-o", "/dev/null", "true"]).current_dir(room.path(".")).output();
    let there = ran.is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("LEFT OUT: strace does not work here: nobody has seen which files are opened");
    }
    there
}

/// Runs the program under strace; the files of the ledger that something other than SQLite has opened.
fn traced(room: &Room, args: impl Words, own: &[&str]) -> (Ran, Vec<String>) {
    let args = args.words();
    let plain = room.command(&args);
    let mut command = Command::new("strace");
    command.args(["-f", "-e", "trace=open,openat,openat2,creat", "-o", "trace"]);
    command.arg(plain.get_program()).args(&args).current_dir(room.path("."));
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().envs(plain.get_envs().filter_map(|(k, v)| Some((k, v?)))).env("PATH", path);
    let ran = Ran::from_output(command.output().unwrap(), args);
    let trace = String::from_utf8_lossy(&room.read("trace")).into_owned();
    let all = openings(&trace);
    assert!(all.len() > 2, "strace saw nothing:\n{trace}");
    let by_others = all.into_iter().filter(|(name, flags)| {
        let file = Path::new(name).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        own.contains(&&*file) && !HARMLESS.iter().any(|flag| flags.contains(flag))
    });
    let mut by_others: Vec<String> = by_others.map(|(name, flags)| format!("{name}{flags}")).collect();
    by_others.dedup();
    (ran, by_others)
}

const OWN: [&str; 3] = ["provlog.db", "provlog.db-wal", "provlog.db-shm"];

#[test]
fn no_command_opens_the_ledger_but_through_sqlite() {
    let room = Room::with_ledger();
    if !is_strace_there(&room) {
        return;
    }
    room.write("h.csv", history(30, 1));
    let record = whole("--principal-id A");
    let mut outside = Vec::new();
    let commands: [&str; 24] = [
        "--ledger new.db init --operator x",
        &record,
        "import h.csv --basis opt-out --dry-run",
        "import h.csv --basis opt-out",
        "list --principal-id A",
        "show 1",
        "correct 1 --set note=x --reason r",
        "hold add 1 --reason r",
        "hold list",
        "checkpoint",
        "verify",
        "verify --deep",
        "export --out folder",
        "export --out sparse --sparse --principal-id A",
        "disclose --principal-id A --out copy",
        "delete --expired",
        "delete 3 --apply --reason r --confirm-date 2026-11-23",
        "anchor --set anchor",
        "anchor",
        "key",
        "key --rotate --reason r",
        "recipient list",
        "filing list",
        "optout list",
    ];
    for args in commands {
        let (ran, by_others) = traced(&room, args, &[&OWN[..], &["new.db"]].concat());
        // The deletion is refused (its time has not come); everything else is done.
        assert_eq!(ran.status, i32::from(args.contains("--apply")), "{args:?}: {}", ran.stderr);
        outside.extend(by_others.into_iter().map(|opened| format!("{args:?}: {opened}")));
    }
    eprintln!(
        "{} commands under strace; openings of the ledger outside SQLite: {}",
        commands.len(),
        outside.len()
    );
    assert!(outside.is_empty(), "{}", first_of(&outside));
}

/// A ledger that is in use (its log is there), with links to its files.
fn in_use() -> (Room, Option<Holding>) {
    let room = Room::with_ledger();
    room.record("--principal-id A").done();
    let reader = others::python().map(|_| Holding::reading(&room.ledger()));
    room.record("--principal-id B").done();
    for (link, to) in
        [("link.csv", "provlog.db"), ("wal.csv", "provlog.db-wal"), ("shm.csv", "provlog.db-shm")]
    {
        std::os::unix::fs::symlink(to, room.path(link)).unwrap();
    }
    room.write("h.csv", history(3, 1));
    (room, reader)
}

/// Every command that takes a file is given the ledger's own. It refuses, says that this is the ledger, and does not even
/// open it.
#[test]
fn the_ledgers_own_files_are_refused_unopened_wherever_a_file_is_taken() {
    let (room, reader) = in_use();
    let strace = is_strace_there(&room);
    // Python's reader has the log open, so it stays; without Python the program must keep it.
    let own: Vec<&str> =
        ["provlog.db", "./provlog.db", "provlog.db-wal", "provlog.db-shm", "link.csv", "wal.csv", "shm.csv"]
            .into_iter()
            .filter(|name| room.path(name).exists())
            .collect();
    assert!(own.len() >= 3);
    let before = room.ledger_bytes();
    let mut wrong = Vec::new();
    let mut tried = 0;
    let record = whole("--from FILE");
    for name in &own {
        let commands: [&str; 12] = [
            "import FILE --basis opt-out",
            "import h.csv FILE --basis opt-out --dry-run",
            "import h.csv --basis opt-out --map FILE",
            "import FILE --propose-map map.toml",
            &record,
            "receive --from FILE --received-on 2026-11-20 --provider x --item y",
            "verify --checkpoint FILE",
            "verify --bundle FILE",
            "checkpoint --since FILE",
            "checkpoint --attach FILE",
            "optout screen FILE --out out.csv --stopped stopped.csv",
            "anchor --set FILE",
        ];
        for args in commands {
            let args = args.replace("FILE", name);
            tried += 1;
            let watched = [&OWN[..], &["link.csv", "wal.csv", "shm.csv"]].concat();
            let (ran, by_others) = match strace {
                true => traced(&room, &args, &watched),
                false => (room.run(&args), Vec::new()),
            };
            if !matches!(ran.status, 1 | 2) {
                wrong.push(format!("{args:?}: status {}: {}", ran.status, ran.stderr.trim()));
            }
            // A folder, and a place for an anchor, are refused for what they are not.
            let a_file = !args.contains("--bundle") && !args.starts_with("anchor");
            let told = format!("{}{}", ran.stdout, ran.stderr);
            if a_file && !told.contains("ledger") {
                wrong.push(format!("{args:?}: does not say that this is the ledger: {}", told.trim()));
            }
            wrong.extend(by_others.into_iter().map(|opened| format!("{args:?}: opened {opened}")));
        }
    }
    assert_eq!(before, room.ledger_bytes(), "nothing was written");
    for left in ["map.toml", "out.csv", "stopped.csv"] {
        assert!(!room.path(left).exists(), "{left} was made");
    }
    eprintln!("own files as input: {tried} commands, {} faults", wrong.len());
    assert!(wrong.is_empty(), "{}", first_of(&wrong));
    drop(reader);
}

fn first_of(all: &[String]) -> String {
    format!("{} in all:\n{}", all.len(), all[..all.len().min(30)].join("\n"))
}

/// Named `/dev/stdin`, a file is opened once more, whatever it is.
#[test]
fn the_ledger_as_standard_input_is_refused_under_the_names_of_standard_input() {
    let room = Room::with_ledger();
    room.record("--principal-id A").done();
    let before = room.ledger_bytes();
    for name in ["/dev/stdin", "/proc/self/fd/0"] {
        if !Path::new(name).exists() {
            eprintln!("LEFT OUT: there is no {name} here");
            continue;
        }
        let args = whole(&format!("--from {name}"));
        let mut command = room.command(&args);
        command.stdin(std::fs::File::open(room.ledger()).unwrap());
        let ran = Ran::from_output(command.output().unwrap(), &args);
        assert!(matches!(ran.status, 1 | 2), "{name}: status {}", ran.status);
        assert!(
            ran.stderr.contains("ledger"),
            "{name}: does not say that this is the ledger: {}",
            ran.stderr
        );
    }
    assert_eq!(before, room.ledger_bytes());
}

/// The same of files that a command makes: the ledger is in the way, and stays as it is.
#[test]
fn the_ledgers_own_files_are_never_overwritten_by_what_a_command_makes() {
    let (room, reader) = in_use();
    let strace = is_strace_there(&room);
    let before = room.ledger_bytes();
    let mut wrong = Vec::new();
    for name in ["provlog.db", "link.csv", "provlog.db-wal", "wal.csv"] {
        if !room.path(name).exists() {
            continue;
        }
        for args in [
            "import h.csv --basis nonsense --partial --rejects FILE",
            "import h.csv --propose-map FILE",
            "checkpoint --timestamp-query FILE",
            "show 1 --proof FILE",
            "optout screen h.csv --out FILE --stopped stopped.csv",
            "optout screen h.csv --out out.csv --stopped FILE",
            "export --out FILE",
            "disclose --principal-id A --out FILE",
        ] {
            let args = args.replace("FILE", name);
            let watched = [&OWN[..], &["link.csv", "wal.csv"]].concat();
            let (ran, by_others) = match strace {
                true => traced(&room, &args, &watched),
                false => (room.run(&args), Vec::new()),
            };
            if !matches!(ran.status, 1 | 2) {
                wrong.push(format!("{args:?}: status {}: {}", ran.status, ran.stderr.trim()));
            }
            wrong.extend(by_others.into_iter().map(|opened| format!("{args:?}: opened {opened}")));
        }
    }
    // A checkpoint that was issued before its query could not be written is in the ledger: that is no harm.
    assert_eq!(before[0].len(), room.ledger_bytes()[0].len());
    assert_eq!(&room.ledger_bytes()[0][..15], b"SQLite format 3");
    assert!(wrong.is_empty(), "{}", first_of(&wrong));
    drop(reader);
    room.run("verify --deep").done();
}
