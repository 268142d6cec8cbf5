//! `kill -9`, hundreds of times: three writers and a reader are killed at random moments while an older sqlite3 opens,
//! counts and closes beside them. What was acknowledged is there once; nobody ever calls the ledger wrong.
//!
//! `PROVLOG_KILLS` says how many kills (default 300; the campaign takes 3,000). The moments are spread over the time that
//! commands take here; no time is asserted.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test")]
#![allow(clippy::disallowed_methods, reason = "the moments of killing are spread over a measured time")]

use std::collections::{BTreeMap, HashMap};
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::support::others::{self, Numbers, Seen};
use crate::support::{Room, WHOLE, Words, history};

/// From 8,192 entries on the program reads with several connections.
const OLD_ROWS: usize = 8_500;
const WRITERS: u64 = 3;
/// A killed command that nobody tried again may have done its work or not, but all of it or nothing.
const SIGKILL: i32 = 9;

/// What must be found in the end.
enum Owed {
    /// Acknowledged: these IDs, once each.
    Once(Vec<String>),
    /// Killed and not tried again: all of these once, or none.
    AllOrNone(Vec<String>),
    /// An acknowledged correction, by its note.
    Correction(String),
    /// A killed one.
    PerhapsACorrection(String),
}

/// A command that was run, and perhaps killed.
struct Ended {
    /// `None`: killed.
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

/// What the writers and readers have in common.
struct Field<'a> {
    room: &'a Room,
    wanted: u64,
    kills: AtomicU64,
    /// By command: how often it was killed.
    killed: Seen<&'static str>,
    owed: Seen<Owed>,
    /// Refusals that nobody had a reason for.
    troubles: Seen<String>,
    reader_runs: AtomicU64,
    false_findings: Seen<String>,
}

/// How long a command takes here, learnt as it goes.
#[derive(Default)]
struct Pace(BTreeMap<&'static str, Duration>);

impl Pace {
    fn moment(&self, what: &'static str, numbers: &mut Numbers) -> Duration {
        let usual = self.0.get(what).copied().unwrap_or(Duration::from_millis(40));
        // Beyond the usual end too: some commands are let through, and some are caught while they close.
        usual * u32::try_from(numbers.below(1100)).unwrap() / 1000
    }

    fn learn(&mut self, what: &'static str, took: Duration) {
        let usual = self.0.entry(what).or_insert(took);
        *usual = (*usual * 7 + took) / 8;
    }
}

impl Field<'_> {
    fn goes_on(&self) -> bool {
        self.kills.load(Ordering::Relaxed) < self.wanted
    }

    /// Runs a command and kills it at `moment`, if it is still there.
    fn run(
        &self,
        what: &'static str,
        args: impl Words,
        input: &str,
        moment: Option<Duration>,
        pace: &mut Pace,
    ) -> Ended {
        let mut command = self.room.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = Instant::now();
        let mut child = command.spawn().unwrap();
        let (stdin, mut stdout, mut stderr) = taken(&mut child);
        let (input, waits) = (input.to_owned(), moment);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut stdin = stdin;
                let _ = stdin.write_all(input.as_bytes());
            });
            let read = scope.spawn(move || {
                let mut text = String::new();
                stdout.read_to_string(&mut text).unwrap();
                text
            });
            let complaint = scope.spawn(move || {
                let mut text = String::new();
                stderr.read_to_string(&mut text).unwrap();
                text
            });
            if let Some(moment) = waits {
                while start.elapsed() < moment && child.try_wait().unwrap().is_none() {
                    std::thread::sleep(Duration::from_micros(500));
                }
                let _ = child.kill();
            }
            let status = child.wait().unwrap();
            let killed = status.signal() == Some(SIGKILL);
            if killed {
                self.kills.fetch_add(1, Ordering::Relaxed);
                self.killed.push(what);
            } else {
                pace.learn(what, start.elapsed());
            }
            Ended {
                status: (!killed).then(|| status.code().unwrap_or(-1)),
                stdout: read.join().unwrap(),
                stderr: complaint.join().unwrap(),
            }
        })
    }

    /// True when the work was acknowledged. A refusal is a trouble, but for waiting too long (status 4).
    fn acknowledged(&self, what: &str, ended: &Ended) -> bool {
        match ended.status {
            Some(0) => return true,
            Some(4) | None => {}
            Some(status) => self.troubles.push(format!("{what}: status {status}: {}", ended.stderr.trim())),
        }
        false
    }

    fn write(&self, writer: u64) {
        let mut numbers = Numbers::new(0x006B_1115 + writer);
        let mut pace = Pace::default();
        // Records of this writer that can be corrected.
        let mut mine: Vec<String> = Vec::new();
        let mut n = 0;
        while self.goes_on() {
            n += 1;
            let tag = format!("w{writer}-{n}");
            let kill = numbers.below(4) > 0;
            match numbers.below(10) {
                0..6 => self.single(&tag, kill, &mut numbers, &mut pace, &mut mine),
                6..9 => self.batch(&tag, kill, &mut numbers, &mut pace),
                _ if mine.is_empty() => {}
                _ => {
                    let index = mine[numbers.below(mine.len() as u64) as usize].clone();
                    let moment = kill.then(|| pace.moment("correct", &mut numbers));
                    let set = format!("note=corrected {tag}.");
                    let args = ["correct", &index, "--set", &set, "--reason", "a slip"];
                    let ended = self.run("correct", args, "", moment, &mut pace);
                    let note = format!("corrected {tag}.");
                    self.owed.push(match self.acknowledged("correct", &ended) {
                        true => Owed::Correction(note),
                        false => Owed::PerhapsACorrection(note),
                    });
                }
            }
        }
    }

    fn single(&self, tag: &str, kill: bool, numbers: &mut Numbers, pace: &mut Pace, mine: &mut Vec<String>) {
        let with_key = numbers.below(2) == 0;
        let key = format!("key {tag}");
        let mut args = ["record", "--json", "--principal-id", tag].and(WHOLE);
        if with_key {
            args.extend(["--key".to_owned(), key]);
        }
        let moment = kill.then(|| pace.moment("record", numbers));
        let mut ended = self.run("record", &args, "", moment, pace);
        let mut acknowledged = self.acknowledged("record", &ended);
        // Under a key it is tried again until it is acknowledged: once all the same.
        if with_key && !acknowledged && ended.status.is_none() {
            ended = self.run("record", &args, "", None, pace);
            acknowledged = self.acknowledged("record, again", &ended);
        }
        if acknowledged {
            let told: serde_json::Value = serde_json::from_str(ended.stdout.trim()).unwrap();
            mine.push(told["index"].to_string());
        }
        let ids = vec![tag.to_owned()];
        self.owed.push(if acknowledged { Owed::Once(ids) } else { Owed::AllOrNone(ids) });
    }

    fn batch(&self, tag: &str, kill: bool, numbers: &mut Numbers, pace: &mut Pace) {
        let rows = [2, 20, 150][numbers.below(3) as usize] + numbers.below(20);
        let with_keys = numbers.below(2) == 0;
        let ids: Vec<String> = (0..rows).map(|row| format!("{tag}.{row}")).collect();
        let mut input = String::new();
        for id in &ids {
            input.push_str(&match with_keys {
                true => format!("{{\"principal_id\":\"{id}\",\"key\":\"key {id}\"}}\n"),
                false => format!("{{\"principal_id\":\"{id}\"}}\n"),
            });
        }
        let args = "record --from -".and(WHOLE);
        let moment = kill.then(|| pace.moment("record --from", numbers));
        let ended = self.run("record --from", &args, &input, moment, pace);
        let mut acknowledged = self.acknowledged("record --from", &ended);
        if with_keys && !acknowledged && ended.status.is_none() {
            let again = self.run("record --from", &args, &input, None, pace);
            acknowledged = self.acknowledged("record --from, again", &again);
        }
        self.owed.push(if acknowledged { Owed::Once(ids) } else { Owed::AllOrNone(ids) });
    }

    fn read(&self) {
        let mut numbers = Numbers::new(0x0BAD_CAFE);
        let mut pace = Pace::default();
        while self.goes_on() {
            let (what, args) = match numbers.below(3) {
                0 => ("list", "list --json --limit 50"),
                _ => ("verify", "verify --json"),
            };
            let moment = (numbers.below(3) == 0).then(|| pace.moment(what, &mut numbers));
            let ended = self.run(what, args, "", moment, &mut pace);
            let Some(status) = ended.status else { continue };
            self.reader_runs.fetch_add(1, Ordering::Relaxed);
            let found = ended.stdout.lines().find(|line| line.contains("\"finding\""));
            if ![0, 4].contains(&status) || found.is_some() {
                let told = found.unwrap_or(ended.stderr.trim());
                self.false_findings.push(format!("{what}: status {status}: {told}"));
            }
        }
    }
}

fn taken(
    child: &mut Child,
) -> (std::process::ChildStdin, std::process::ChildStdout, std::process::ChildStderr) {
    (child.stdin.take().unwrap(), child.stdout.take().unwrap(), child.stderr.take().unwrap())
}

/// How often each ID and each note of a correction is there.
fn there(room: &Room) -> (HashMap<String, u64>, HashMap<String, u64>) {
    let (mut ids, mut notes) = (HashMap::new(), HashMap::new());
    for entry in room.run("list --json --from 2026-11-20").done().objects() {
        if entry["kind"] == "provision" {
            *ids.entry(entry["principal_id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    for entry in room.run("list --json --kind correction").done().objects() {
        *notes.entry(entry["extra"]["set_note"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    (ids, notes)
}

fn killed_again_and_again(wanted: u64, anchored: bool) {
    let room = Room::with_ledger();
    room.write("h.csv", history(OLD_ROWS, 21));
    room.run("import h.csv --basis opt-out").done();
    if anchored {
        std::fs::create_dir(room.path("elsewhere")).unwrap();
        room.run("anchor --set elsewhere/anchor").done();
    }
    let older = others::older();
    let field = Field {
        room: &room,
        wanted,
        kills: AtomicU64::new(0),
        killed: Seen::new(),
        owed: Seen::new(),
        troubles: Seen::new(),
        reader_runs: AtomicU64::new(0),
        false_findings: Seen::new(),
    };
    let stop = AtomicBool::new(false);
    let polled = std::thread::scope(|scope| {
        let (ledger, stop, field) = (room.ledger(), &stop, &field);
        let poller = older.as_ref().map(|older| scope.spawn(move || others::poll(older, &ledger, stop, 10)));
        let mut workers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || field.write(writer))).collect();
        workers.push(scope.spawn(|| field.read()));
        let ended: Vec<_> = workers.into_iter().map(|w| w.join()).collect();
        stop.store(true, Ordering::Relaxed);
        let polled = poller.map(|p| p.join().unwrap()).unwrap_or_default();
        // A worker that panicked is told of after the poller was stopped.
        ended.into_iter().for_each(|w| w.unwrap());
        polled
    });

    // Nobody is left. Whoever comes next goes on without any repair.
    let after = room.record("--principal-id 'the next'");
    let deep = room.run("verify --deep");
    let (ids, notes) = there(&room);
    let (mut acknowledged, mut lost, mut doubled, mut torn) = (0u64, Vec::new(), Vec::new(), Vec::new());
    let mut count = |name: &String, here: &HashMap<String, u64>, owed: bool| {
        let times = here.get(name).copied().unwrap_or_default();
        acknowledged += u64::from(owed);
        if owed && times == 0 {
            lost.push(name.clone());
        }
        if times > 1 {
            doubled.push(name.clone());
        }
        times
    };
    for owed in field.owed.take() {
        match owed {
            Owed::Once(all) => {
                for id in &all {
                    count(id, &ids, true);
                }
            }
            Owed::AllOrNone(all) => {
                let times: Vec<u64> = all.iter().map(|id| count(id, &ids, false)).collect();
                if times.iter().any(|t| *t != times[0]) {
                    torn.push(all[0].clone());
                }
            }
            Owed::Correction(note) => {
                count(&note, &notes, true);
            }
            Owed::PerhapsACorrection(note) => {
                count(&note, &notes, false);
            }
        }
    }
    let mut by_command: BTreeMap<&str, u64> = BTreeMap::new();
    for what in field.killed.take() {
        *by_command.entry(what).or_default() += 1;
    }
    let false_findings = field.false_findings.take();
    let troubles = field.troubles.take();
    eprintln!(
        "kills{}: {} (kill -9: {by_command:?}); acknowledged {acknowledged}, lost {}, doubled {}, torn {}; \
         reader runs {}, false findings {}; refused without a reason {}; read along: {}, {} times, killed {}, complaints {}",
        if anchored { " with an anchor" } else { "" },
        field.kills.load(Ordering::Relaxed),
        lost.len(),
        doubled.len(),
        torn.len(),
        field.reader_runs.load(Ordering::Relaxed),
        false_findings.len(),
        troubles.len(),
        older.as_ref().map_or("nobody".to_owned(), others::Older::name),
        polled.polls,
        polled.killed,
        polled.complaints.len(),
    );
    for told in false_findings.iter().chain(&troubles).chain(&polled.complaints).take(12) {
        eprintln!("  {told}");
    }
    assert!(field.kills.load(Ordering::Relaxed) >= wanted);
    assert!(lost.is_empty(), "acknowledged and lost: {:?} ...", &lost[..lost.len().min(10)]);
    assert!(doubled.is_empty(), "there more than once: {:?} ...", &doubled[..doubled.len().min(10)]);
    assert!(torn.is_empty(), "half of a batch: {torn:?}");
    assert!(false_findings.is_empty(), "a reader called an intact ledger wrong");
    assert!(troubles.is_empty(), "a writer was refused without a reason");
    assert!(polled.complaints.is_empty(), "the older SQLite met with an error");
    after.done();
    deep.done().says("VERIFIED");
}

#[test]
fn what_was_acknowledged_is_there_once_whoever_is_killed() {
    killed_again_and_again(others::count_from("PROVLOG_KILLS", 300).div_ceil(2), false);
}

#[test]
fn what_was_acknowledged_is_there_once_whoever_is_killed_beside_an_anchor() {
    killed_again_and_again(others::count_from("PROVLOG_KILLS", 300) / 2, true);
}
