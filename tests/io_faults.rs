//! A disk that fails or is full, at any call of any command: the status fits what was done, a person is told, the ledger
//! verifies, and the next command works without repair.
//!
//! Owns: which statuses fit, the faults. Does not own: the faults' making (`tests/shim`), the commands (`support/acts.rs`).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that prints its counts")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::acts::{Act, FOLDER, acts, anchored_size};
use crate::judge::{Pending, Seen, look};
use crate::shim::Call;
use crate::snapshot::Snapshot;
use crate::support::{Ran, Room, whole};

/// What a command has done, and the statuses that say so. Nothing else fits, least of all 101 and a signal (-1).
const FITTING: [(Done, &[i32]); 2] = [
    // 0: done. 4: done, and not finished: an erasure is pending, the anchor is behind, a key or a folder not in its place.
    (Done::Yes, &[0, 4]),
    // 6: the disk. 3: the ledger could not even be opened. 4: the anchor is out of reach.
    (Done::No, &[6, 3, 4]),
];

/// Whether a command has done what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Yes,
    No,
}

/// What fails (see `tests/shim/src/lib.rs`), and whether it is a fault of writes alone.
const FAULTS: [(&str, &str, bool); 5] = [
    ("EIO once", "eio", false),
    ("EIO from then on", "eio lasting", false),
    ("ENOSPC from then on", "enospc lasting", false),
    ("a short write", "enospc short", true),
    ("a short write, then ENOSPC", "enospc short lasting", true),
];

/// A command, the ledger before it, and what it does when nothing fails.
struct Trial {
    act: Act,
    room: Room,
    template: Snapshot,
    /// `None`: there is no ledger.
    before: Option<Seen>,
    after: Seen,
    calls: Vec<Call>,
}

/// What came of the runs of one command, or of several.
#[derive(Default)]
struct Tally {
    runs: usize,
    statuses: BTreeMap<i32, usize>,
    /// What is wrong, how often, and for example where.
    wrong: BTreeMap<String, (usize, String)>,
}

impl Trial {
    fn of(act: Act) -> Trial {
        let room = act.room();
        let template = Snapshot::of(&room.path(""));
        let before = room.ledger().exists().then(|| look(&room.ledger(), Pending::Not).unwrap());
        let outside = tempfile::tempdir().unwrap();
        let journal = outside.path().join("journal");
        let mut command = room.command(&act.args);
        let output = crate::shim::watch(&mut command, &room.path(""), &journal).output().unwrap();
        Ran::from_output(output, &act.args).done();
        let calls = crate::shim::journal(&journal).into_iter().filter(|call| *call != Call::Said).collect();
        let after = look(&room.ledger(), Pending::Not).unwrap();
        Trial { act, room, template, before, after, calls }
    }

    /// Runs the command in a fresh copy of the ledger, with something that fails.
    fn run(&self, tally: &mut Tally, what: String, spoil: impl FnOnce(Command) -> Command) {
        self.template.restore(&self.room.path(""));
        let command = spoil(self.room.command(&self.act.args));
        self.judge(tally, what, command, || ());
    }

    /// Runs it and looks at what it left, after `repair` has taken away what failed.
    fn judge(&self, tally: &mut Tally, what: String, mut command: Command, repair: impl FnOnce()) {
        let ran = Ran::from_output(command.stdin(Stdio::null()).output().unwrap(), &self.act.args);
        repair();
        tally.runs += 1;
        *tally.statuses.entry(ran.status).or_default() += 1;
        if let Err(wrong) = self.fits(&ran) {
            let wrong = format!("{}: {wrong}", self.act.name);
            let example = format!("{what}; it said: {}", ran.stderr.trim_end());
            tally.wrong.entry(wrong).or_insert((0, example)).0 += 1;
        }
    }

    fn fits(&self, ran: &Ran) -> Result<(), String> {
        let (done, seen) = self.done(ran)?;
        let statuses = FITTING.iter().find(|(d, _)| *d == done).unwrap().1;
        if !statuses.contains(&ran.status) {
            return Err(format!("status {}, done: {done:?}", ran.status));
        }
        let lie = match done {
            Done::Yes => "nothing was written",
            Done::No => "is in the ledger",
        };
        if ran.stderr.contains(lie) {
            return Err(format!("it says that it {lie}, done: {done:?}"));
        }
        if ran.stderr.contains("panicked") || ran.status != 0 && !ran.stderr.contains("provlog: ") {
            return Err(format!("status {} without a message for people", ran.status));
        }
        if ran.status == 0 {
            self.all_there(&seen)?;
        }
        let seen = if self.act.name == "export" { crate::judge::exported(&self.room, seen)? } else { seen };
        let record = whole("--principal-id 'one more'");
        let next = self.room.run(&record);
        if next.status != 0 {
            return Err(format!("the next record: status {}, {}", next.status, next.stderr));
        }
        let now = look(&self.room.ledger(), Pending::Not)?;
        if now.size != seen.size + 1 || !now.leaves.starts_with(&seen.leaves) {
            return Err("the next record changed what was there".to_owned());
        }
        crate::judge::next(&self.room.ledger(), &now)
    }

    /// Whether it is done, and what is there: all of it, or as before. A ledger that was not made is made now.
    fn done(&self, ran: &Ran) -> Result<(Done, Seen), String> {
        let ledger = self.room.ledger();
        let Some(before) = &self.before else {
            return match (ran.status, look(&ledger, Pending::Not)) {
                (0, Ok(seen)) => Ok((Done::Yes, seen)),
                (0, Err(e)) => Err(format!("status 0, and no ledger: {e}")),
                _ => {
                    let again = self.room.run(&self.act.args);
                    let seen = look(&ledger, Pending::Not);
                    seen.map(|seen| (Done::No, seen)).map_err(|e| format!("{e}; {}", again.stderr))
                }
            };
        };
        let seen = look(&ledger, Pending::May)?;
        if !seen.leaves.starts_with(&before.leaves) {
            return Err("what was acknowledged before is not there".to_owned());
        }
        if self.act.name == "checkpoint" {
            return Ok((if ran.status == 0 { Done::Yes } else { Done::No }, seen));
        }
        if self.act.name == "export" && crate::judge::says_not_logged(&self.room.path(FOLDER)) {
            return Ok((Done::Yes, seen));
        }
        let content = |seen: &Seen| (seen.size, seen.erased, seen.exports);
        match content(&seen) {
            now if now == content(&self.after) => Ok((Done::Yes, seen)),
            now if now == content(before) => Ok((Done::No, seen)),
            now => Err(format!("between before and after: {now:?}")),
        }
    }

    /// Status 0: what lies outside the log is there too.
    fn all_there(&self, seen: &Seen) -> Result<(), String> {
        if let Some(place) = self.act.anchor {
            let anchored = anchored_size(&self.room.path(place));
            if anchored != Some(seen.size) {
                return Err(format!("status 0, and the anchor holds {anchored:?}"));
            }
        }
        match self.act.name == "export" && !self.room.path(FOLDER).exists() {
            true => Err("status 0, and no folder".to_owned()),
            false => Ok(()),
        }
    }
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.runs += other.runs;
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.wrong.extend(other.wrong);
    }

    #[track_caller]
    fn report(&self, what: &str, at_least: usize) {
        println!("{what}: {} runs, statuses {:?}", self.runs, self.statuses);
        let complaints =
            self.wrong.iter().map(|(wrong, (n, example))| format!("{wrong} ({n} runs, {example})\n"));
        let complaints: String = complaints.collect();
        assert!(complaints.is_empty(), "{what}\n{complaints}");
        assert!(self.runs >= at_least, "{what}: {} runs", self.runs);
    }
}

/// Tries every act on two threads.
fn try_each(attempt: impl Fn(Trial, &mut Tally) + Sync) -> Tally {
    crate::acts::in_memory();
    let (acts, whole) = (Mutex::new(acts().into_iter()), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(act) = acts.lock().unwrap().next() else { return };
                    let mut tally = Tally::default();
                    attempt(Trial::of(act), &mut tally);
                    whole.lock().unwrap().add(tally);
                }
            });
        }
    });
    whole.into_inner().unwrap()
}

#[test]
fn a_call_that_fails_is_told_and_leaves_a_ledger_that_goes_on() {
    crate::shim::library();
    let tally = try_each(|trial, tally| {
        let outside = tempfile::tempdir().unwrap();
        let (root, journal) = (trial.room.path(""), outside.path().join("journal"));
        for (n, call) in (1..).zip(&trial.calls) {
            for (name, how, only_writes) in FAULTS {
                if !only_writes || matches!(call, Call::Write { .. }) {
                    trial.run(tally, format!("{name} at call {n}, {}", brief(call)), |mut command| {
                        crate::shim::fail(crate::shim::watch(&mut command, &root, &journal), n, how);
                        command
                    });
                }
            }
        }
    });
    tally.report("injected faults", 1_000);
}

/// A call in a few words.
fn brief(call: &Call) -> String {
    match call {
        Call::Write { inode, at, bytes } => format!("{} bytes to inode {inode} at {at}", bytes.len()),
        other => format!("{other:?}"),
    }
}

/// The largest file that may be written, in blocks of 512 bytes.
const LIMITS: [usize; 19] = [0, 1, 2, 8, 16, 32, 63, 64, 65, 72, 80, 96, 128, 160, 192, 256, 320, 384, 448];

#[test]
fn a_limit_on_the_size_of_files_is_an_answer_and_no_death() {
    let tally = try_each(|trial, tally| {
        for limit in LIMITS {
            trial.run(tally, format!("ulimit -f {limit}"), |inner| {
                let mut outer = Command::new("sh");
                outer.arg("-c").arg(format!("ulimit -f {limit}; exec \"$0\" \"$@\""));
                outer.arg(inner.get_program()).args(inner.get_args()).env_clear();
                outer.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
                outer.current_dir(inner.get_current_dir().unwrap());
                outer
            });
        }
    });
    tally.report("limited file sizes", acts().len() * LIMITS.len());
}

/// A small disk of its own over a folder; gone with this.
struct SmallDisk(PathBuf);

/// The size of it, and what is given out at once, in bytes.
const DISK: usize = 2 << 20;
const PAGE: usize = 4096;

impl SmallDisk {
    /// `None`: mounting is not allowed here.
    fn over(folder: &Path) -> Option<SmallDisk> {
        let size = format!("size={DISK},mode=0700");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).output();
        mount.is_ok_and(|done| done.status.success()).then(|| SmallDisk(folder.to_owned()))
    }

    /// Fills it so that so many pages are free.
    fn fill(&self, free: usize) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        let mut length = 0;
        while file.write_all(&[0; PAGE]).is_ok() {
            length += PAGE;
        }
        file.set_len(length.saturating_sub(free * PAGE) as u64).unwrap();
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_told_and_leaves_a_ledger_that_goes_on() {
    let probe = tempfile::tempdir().unwrap();
    if SmallDisk::over(probe.path()).is_none() {
        println!("full disks: LEFT OUT, for mounting is not allowed here (run this as root)");
        return;
    }
    let tally = try_each(|trial, tally| {
        let disk = SmallDisk::over(&trial.room.path("")).unwrap();
        // From a disk without a free page to the first on which all is done.
        for free in 0..DISK / PAGE {
            trial.template.restore(&trial.room.path(""));
            let filler = disk.fill(free);
            let before = tally.statuses.get(&0).copied();
            let command = trial.room.command(&trial.act.args);
            trial.judge(tally, format!("{free} pages free"), command, || {
                std::fs::remove_file(filler).unwrap();
            });
            if tally.statuses.get(&0).copied() != before {
                break;
            }
        }
    });
    tally.report("full disks", 100);
}
