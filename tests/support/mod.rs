//! The test harness: a folder, a clock, a ledger, and the program run in it, with its status and output checked each
//! time. A failure points at the test's own line.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness for tests"
)]

pub mod checkers;
pub mod folders;
pub mod forge;
pub mod others;
mod words;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub use words::Words;

pub const NOW: &str = "2026-11-23T03:00:00.000Z";

/// A folder of its own, with a clock that stands still.
pub struct Room {
    folder: tempfile::TempDir,
    pub clock: String,
    pub lang: &'static str,
    /// Whoever works here looks at a calendar first and states its day, the clock's: for tests in which years go by.
    pub states_the_day: bool,
}

/// How a run ended.
pub struct Ran {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
    command: String,
}

impl Room {
    pub fn new() -> Room {
        Room {
            folder: tempfile::tempdir().unwrap(),
            clock: NOW.to_owned(),
            lang: "en",
            states_the_day: false,
        }
    }

    /// A folder with a new ledger in it.
    pub fn with_ledger() -> Room {
        let room = Room::new();
        room.run("init --operator 'Sample K.K.'").done();
        room
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn ledger(&self) -> PathBuf {
        self.path("provlog.db")
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// A library to load before the C library, from C; made by the compiler that has made the bundled SQLite.
    pub fn shim(&self, source: &str) -> PathBuf {
        let (from, to) = (self.write("shim.c", source), self.path("shim.so"));
        let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&to, &from]).status().unwrap();
        assert!(made.success());
        to
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Every file of the ledger, byte for byte; a write-ahead log that is empty counts as absent.
    pub fn ledger_bytes(&self) -> Vec<Vec<u8>> {
        ["provlog.db", "provlog.db-wal", "provlog.db.fingerprint-secret", "provlog.db.signing-key.pem"]
            .iter()
            .map(|name| std::fs::read(self.path(name)).unwrap_or_default())
            .collect()
    }

    /// The program, ready to be run here: nothing of the machine's clock, zone, locale or user reaches it.
    pub fn command(&self, args: impl Words) -> Command {
        let args = args.words();
        let mut command = Command::new(env!("CARGO_BIN_EXE_provlog"));
        command
            .args(&args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PROVLOG_TEST_CLOCK", &self.clock)
            .env("PROVLOG_LANG", self.lang)
            .env("USER", "tester")
            .stdin(Stdio::null());
        if self.states_the_day && !args.iter().any(|word| word == "--confirm-date") {
            command.args(["--confirm-date", &self.legal_day()]);
        }
        command
    }

    /// The day in Japan, by the clock of the room.
    pub fn legal_day(&self) -> String {
        let time = chrono::NaiveDateTime::parse_from_str(&self.clock, "%Y-%m-%dT%H:%M:%S%.fZ").unwrap();
        (time + chrono::Duration::hours(9)).date().to_string()
    }

    /// Runs a command line: `room.run("show 1 --json")`, or a list of words where values are not known beforehand.
    pub fn run(&self, args: impl Words) -> Ran {
        Ran::from_output(self.command(&args).output().unwrap(), args)
    }

    pub fn run_with_input(&self, args: impl Words, input: &str) -> Ran {
        use std::io::Write as _;
        let mut command = self.command(&args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let input = input.to_owned();
        let mut stdin = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || {
            let _ = stdin.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran::from_output(output, args)
    }

    /// A provision with everything that the law asks for; `more` comes behind.
    pub fn record(&self, more: impl Words) -> Ran {
        self.run("record".and(WHOLE).and(more))
    }

    /// A connection of a person with a database tool: no trigger of ours stands in the way.
    pub fn tamper(&self, sql: &str) {
        let conn = rusqlite::Connection::open(self.ledger()).unwrap();
        without_triggers(&conn, |conn| {
            conn.execute_batch(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        });
        conn.close().unwrap();
    }

    pub fn query<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        rusqlite::Connection::open(self.ledger()).unwrap().query_row(sql, [], |r| r.get(0)).unwrap()
    }
}

/// Takes the triggers away, and puts them back as they were: whoever knows how to do one does the other.
pub fn without_triggers(conn: &rusqlite::Connection, work: impl FnOnce(&rusqlite::Connection)) {
    let triggers: Vec<(String, String)> = conn
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for (name, _) in &triggers {
        conn.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    work(conn);
    for (_, sql) in &triggers {
        conn.execute_batch(sql).unwrap();
    }
}

/// The flags of a whole provision, apart from who it is about.
pub const WHOLE: [&str; 14] = [
    "--provided-on",
    "2026-11-20",
    "--recipient",
    "架空商事株式会社",
    "--recipient-address",
    "東京都架空区見本1-2-3",
    "--representative",
    "見本 太郎",
    "--item",
    "氏名",
    "--item",
    "住所",
    "--basis",
    "opt-out",
];

/// The command line of a whole provision, for lists of command lines; `more` comes behind.
pub fn whole(more: &str) -> String {
    whole_of("2026-11-20", more)
}

/// The same of another day.
pub fn whole_of(day: &str, more: &str) -> String {
    let rest = shlex::try_join(WHOLE[2..].iter().copied()).unwrap();
    format!("record --provided-on {day} {rest} {more}")
}

impl Ran {
    pub fn from_output(output: Output, args: impl Words) -> Ran {
        Ran {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            command: args.words().join(" "),
        }
    }

    #[track_caller]
    pub fn status(self, expected: i32) -> Ran {
        assert_eq!(
            self.status, expected,
            "provlog {}\n--- stdout\n{}--- stderr\n{}",
            self.command, self.stdout, self.stderr
        );
        self
    }

    /// Status 0.
    #[track_caller]
    pub fn done(self) -> Ran {
        self.status(0)
    }

    /// Status 1: the content was refused or has findings.
    #[track_caller]
    pub fn refused(self) -> Ran {
        self.status(1)
    }

    /// Status 2: the command line, or a file that it names.
    #[track_caller]
    pub fn cannot(self) -> Ran {
        self.status(2)
    }

    /// Status 3: no ledger, or none that can be read.
    #[track_caller]
    pub fn no_ledger(self) -> Ran {
        self.status(3)
    }

    /// Status 4: busy, or not finished.
    #[track_caller]
    pub fn busy(self) -> Ran {
        self.status(4)
    }

    /// Status 5: the anchor or a given checkpoint speaks against the ledger.
    #[track_caller]
    pub fn against(self) -> Ran {
        self.status(5)
    }

    /// Status 6: disk or output trouble, and nothing was committed.
    #[track_caller]
    pub fn no_room(self) -> Ran {
        self.status(6)
    }

    #[track_caller]
    pub fn says(self, part: &str) -> Ran {
        let all = format!("{}{}", self.stdout, self.stderr);
        assert!(all.contains(part), "provlog {}: {part:?} is not in\n{all}", self.command);
        self
    }

    #[track_caller]
    pub fn says_not(self, part: &str) -> Ran {
        let all = format!("{}{}", self.stdout, self.stderr);
        assert!(!all.contains(part), "provlog {}: {part:?} is in\n{all}", self.command);
        self
    }

    /// The JSON objects on stdout, one a line.
    #[track_caller]
    pub fn objects(&self) -> Vec<serde_json::Value> {
        self.stdout.lines().map(|l| serde_json::from_str(l).unwrap_or_else(|e| panic!("{e}: {l}"))).collect()
    }
}

/// A history of `rows` provisions, nine columns, the same for the same seed; principals are unlike each other.
pub fn history(rows: usize, seed: u64) -> String {
    let mut text = String::from(
        "提供年月日,第三者の氏名又は名称,第三者の住所,法人の代表者の氏名,本人ID,本人の氏名,個人データの項目,提供目的,備考\n",
    );
    let mut state = seed;
    let mut random = move |n: u64| {
        // splitmix64: any reproducible stream will do.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    };
    for n in 0..rows {
        let recipient = random(4);
        text.push_str(&format!(
            "2025-{:02}-{:02},架空商事{recipient}株式会社,東京都架空区{recipient}丁目,見本 {recipient}郎,M{:010}-{n},仮名{:012}太郎,氏名、住所,案内の送付,受付{}\n",
            random(12) + 1,
            random(28) + 1,
            random(10_000_000_000),
            random(1_000_000_000_000),
            n % 97,
        ));
    }
    text
}

/// Every file of a folder whose name starts with the ledger's, joined: where a byte scan looks.
pub fn all_bytes(ledger: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for suffix in ["", "-wal", "-journal", "-shm"] {
        let mut name = ledger.as_os_str().to_owned();
        name.push(suffix);
        all.extend(std::fs::read(PathBuf::from(name)).unwrap_or_default());
    }
    all
}
