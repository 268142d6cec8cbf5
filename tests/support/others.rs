//! Other people's programs at the same ledger, in processes of their own: an older sqlite3, Python's sqlite3, a backup by
//! `.backup`. A test must not read the ledger's bytes itself while a connection of its own process is open: closing any
//! descriptor drops the locks of that connection (sqlite.org, "How To Corrupt", 2.2).
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a harness for tests"
)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Room, history};

/// From this version on, closing a connection does not lose what others have written (the WAL-reset bug), so an older one
/// is the harder neighbour.
const FIXED: (u32, u32, u32) = (3, 51, 3);

/// What Python does at a ledger: `read` and `write` hold a transaction until their standard input ends, `count` opens,
/// counts and closes, `backup` copies by SQLite's own backup.
const PYTHON: &str = "
import sqlite3, sys
what, path = sys.argv[1:3]
c = sqlite3.connect(path, isolation_level=None, timeout=5)
if what == 'read':
    c.execute('BEGIN')
    n = c.execute('SELECT count(*) FROM entry').fetchone()[0]
    print(n, flush=True)
    sys.stdin.read()
    c.execute('COMMIT')
elif what == 'write':
    c.execute('BEGIN IMMEDIATE')
    print('held', flush=True)
    sys.stdin.read()
    c.execute('ROLLBACK')
elif what == 'count':
    print(c.execute('SELECT count(*) FROM records').fetchone()[0])
elif what == 'backup':
    to = sqlite3.connect(sys.argv[3])
    c.backup(to)
    to.close()
c.close()
";

/// An SQLite that is older than ours, whichever there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Older {
    /// The `sqlite3` on the path.
    Shell(String),
    /// Python's module.
    Python(String),
}

fn version_of(text: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = text.split_whitespace().next()?.split('.').map(|n| n.parse().ok());
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

fn said(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The version of Python's SQLite; `None` where there is no Python.
pub fn python() -> Option<String> {
    let mut command = Command::new("python3");
    command.args(["-c", "import sqlite3; print(sqlite3.sqlite_version)"]);
    said(command)
}

/// An older SQLite; says so where there is none.
pub fn older() -> Option<Older> {
    let mut shell = Command::new("sqlite3");
    shell.arg("--version");
    if let Some(version) = said(shell).filter(|v| version_of(v).is_some_and(|v| v < FIXED)) {
        return Some(Older::Shell(version.split_whitespace().next().unwrap().to_owned()));
    }
    if let Some(version) = python().filter(|v| version_of(v).is_some_and(|v| v < FIXED)) {
        return Some(Older::Python(version));
    }
    eprintln!(
        "LEFT OUT: there is no SQLite older than 3.51.3 here, neither sqlite3 nor Python's: nobody read along"
    );
    None
}

fn python_at(what: &str, ledger: &Path) -> Command {
    let mut command = Command::new("python3");
    command.args(["-c", PYTHON, what]).arg(ledger);
    command
}

impl Older {
    pub fn name(&self) -> String {
        match self {
            Older::Shell(version) => format!("sqlite3 {version}"),
            Older::Python(version) => format!("Python's sqlite3 {version}"),
        }
    }

    /// Opens, counts the records, closes.
    pub fn count(&self, ledger: &Path) -> Command {
        match self {
            Older::Shell(_) => {
                let mut command = Command::new("sqlite3");
                command.arg(ledger).arg("SELECT count(*) FROM records");
                command
            }
            Older::Python(_) => python_at("count", ledger),
        }
    }

    /// A copy by SQLite's own means.
    pub fn backup(&self, ledger: &Path, to: &Path) -> Output {
        let mut command = match self {
            Older::Shell(_) => {
                let mut command = Command::new("sqlite3");
                // Without a busy timeout the shell gives up at the first lock.
                command.arg(ledger).arg(".timeout 20000").arg(format!(".backup '{}'", to.display()));
                command
            }
            Older::Python(_) => {
                let mut command = python_at("backup", ledger);
                command.arg(to);
                command
            }
        };
        command.stdin(Stdio::null()).output().unwrap()
    }
}

/// A process of Python that holds a transaction until it is let go.
pub struct Holding {
    child: Child,
    hold: Option<ChildStdin>,
    /// What it said once it had it: the number of entries, for a reader.
    pub said: String,
}

impl Holding {
    fn start(what: &str, ledger: &Path) -> Holding {
        let mut command = python_at(what, ledger);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let hold = child.stdin.take();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        if said.is_empty() {
            let mut complaint = String::new();
            child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
            panic!("Python could not {what}: {complaint}");
        }
        Holding { child, hold, said: said.trim().to_owned() }
    }

    /// A read transaction.
    pub fn reading(ledger: &Path) -> Holding {
        Holding::start("read", ledger)
    }

    /// A write transaction, rolled back in the end.
    pub fn writing(ledger: &Path) -> Holding {
        Holding::start("write", ledger)
    }

    /// Ends the transaction and closes.
    pub fn let_go(mut self) {
        self.hold = None;
        assert!(self.child.wait().unwrap().success());
    }

    /// The machine dies under it.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        self.hold = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a neighbour met with while it read along.
#[derive(Debug, Default)]
pub struct Polled {
    pub polls: u64,
    pub killed: u64,
    /// What it complained of. That the ledger is locked is no complaint.
    pub complaints: Vec<String>,
}

/// An older SQLite that opens, counts and closes until it is told to stop; every `kill_each`-th time it is killed instead
/// (0: never).
pub fn poll(older: &Older, ledger: &Path, stop: &AtomicBool, kill_each: u64) -> Polled {
    let mut polled = Polled::default();
    while !stop.load(Ordering::Relaxed) {
        let mut command = older.count(ledger);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        polled.polls += 1;
        if kill_each > 0 && polled.polls.is_multiple_of(kill_each) {
            std::thread::sleep(Duration::from_micros(polled.polls % 7 * 500));
            child.kill().unwrap();
            child.wait().unwrap();
            polled.killed += 1;
            continue;
        }
        let output = child.wait_with_output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if !output.status.success() && !complaint.contains("locked") && polled.complaints.len() < 20 {
            polled.complaints.push(complaint);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    polled
}

/// Things that several threads saw.
#[derive(Debug, Default)]
pub struct Seen<T>(Mutex<Vec<T>>);

impl<T> Seen<T> {
    pub fn new() -> Self {
        Seen(Mutex::new(Vec::new()))
    }

    pub fn push(&self, thing: T) {
        self.0.lock().unwrap().push(thing);
    }

    pub fn take(self) -> Vec<T> {
        self.0.into_inner().unwrap()
    }

    pub fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// A reproducible stream of numbers (splitmix64).
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    /// Below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for i in (1..all.len()).rev() {
            let j = self.below(i as u64 + 1) as usize;
            all.swap(i, j);
        }
    }
}

/// A number from the environment, or the default.
pub fn count_from(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text} is not a number")),
        Err(_) => default,
    }
}

/// Another folder with the same files in it (folders are left out).
pub fn copy_of(template: &Room) -> Room {
    let mut room = Room::new();
    room.clock.clone_from(&template.clock);
    for entry in std::fs::read_dir(template.path(".")).unwrap() {
        let from = entry.unwrap().path();
        if from.is_file() {
            std::fs::copy(&from, room.path(from.file_name().unwrap().to_str().unwrap())).unwrap();
        }
    }
    room
}

/// A ledger of `rows` records of May 2022 that may be erased by now (2026-11-23), and whose newest entry is of now: the first
/// two were erased. Entry 1 is the import, the records are 2 to `rows + 1`.
pub fn old_ledger(rows: usize) -> Room {
    let mut room = Room::new();
    let now = std::mem::replace(&mut room.clock, "2022-05-10T03:00:00.000Z".to_owned());
    room.run("init --operator 'Sample K.K.'").done();
    room.write("h.csv", history(rows, 33).replace("\n2025-", "\n2021-"));
    room.run("import h.csv --basis opt-out").done();
    std::fs::remove_file(room.path("h.csv")).unwrap();
    room.clock = now;
    room.run("delete 2 3 --apply --reason old --confirm-date 2026-11-23").done();
    room
}
