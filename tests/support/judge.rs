//! What a ledger holds, and whether it can be used: looked at through the library, which is a process less a state.
//!
//! Owns: the one place where these tests call the store. Does not own: which states are looked at, and what must be
//! there.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, reason = "a harness for tests")]

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use provlog::ledger::tree::Node;
use provlog::ledger::{Digest, Kind, Timestamp};
use provlog::record::{Basis, Provision};
use provlog::store::{
    Beginning, Checks, Clock, Failure, Filter, NewLedger, RecordState, Store, USUAL_WAIT, Wait, Writing,
};
use provlog::verify::chain::Witness;
use provlog::verify::{Finding, Notice};

use crate::acts::FOLDER;
use crate::snapshot::Snapshot;
use crate::support::{NOW, Room};

/// Everything that a ledger says, but for whether an erasure is still pending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub size: u64,
    /// How many records have been erased.
    pub erased: u64,
    /// How many exports it has logged.
    pub exports: u64,
    /// Every entry, as `list` would read it.
    pub entries: Vec<String>,
    /// Their leaf hashes: they stay whatever is corrected or erased.
    pub leaves: Vec<Digest>,
}

/// What the check finds.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Witness for Findings {
    fn finding(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    fn notice(&mut self, _: Notice) {}

    fn node(&mut self, _: Node) {}
}

fn now() -> Timestamp {
    Timestamp::from_text(NOW.as_bytes()).unwrap()
}

fn with_wait<T>(work: impl FnOnce(&mut Wait<'_>) -> T) -> T {
    work(&mut Wait { limit: Duration::ZERO, without_anchor: false, notify: &mut || () })
}

/// Whether an erasure may still be pending. `verify` looks for two seconds whether somebody finishes it; here such a
/// ledger is read now, and verified after the next writer has finished it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    May,
    Not,
}

/// Opens a ledger, verifies it with its secret, and reads it.
pub fn look(ledger: &Path, pending: Pending) -> Result<Seen, String> {
    let failed = |what: &str| {
        let what = what.to_owned();
        move |e: Failure| format!("{what}: {e}")
    };
    let store = Store::open(ledger, USUAL_WAIT).map_err(failed("open"))?;
    if !store.erasure_pending().map_err(failed("pending"))? {
        let fingerprints = store.fingerprints().map_err(failed("the secret"))?;
        let mut findings = Findings::default();
        let checks = Checks { fingerprints: Some(&fingerprints), deep: true, checkpoint: None };
        store.verify(now(), checks, &mut findings).map_err(failed("verify"))?;
        if let Some(finding) = findings.0.first() {
            return Err(format!("verify finds {finding:?}"));
        }
    } else if pending == Pending::Not {
        return Err("an erasure is pending".to_owned());
    }
    let mut seen = Seen { size: store.size().map_err(failed("size"))?, ..Seen::default() };
    let read = store.records(&Filter::default(), None, &mut |record| {
        seen.exports += u64::from(record.fields.kind == Kind::Export);
        seen.erased += u64::from(matches!(record.state, RecordState::Erased { .. }));
        seen.entries.push(format!("{record:?}"));
        seen.leaves.push(record.leaf);
        Ok::<_, Failure>(ControlFlow::Continue(()))
    });
    read.map_err(failed("read"))?;
    Ok(seen)
}

/// True while an erasure is pending.
pub fn is_pending(ledger: &Path) -> bool {
    Store::open(ledger, USUAL_WAIT).and_then(|store| store.erasure_pending()).unwrap_or(false)
}

/// Makes a ledger where there is none, whatever an interrupted `init` left.
pub fn begin(ledger: &Path) -> Result<(), String> {
    let new = NewLedger { operator: "Sample K.K.".into(), origin: None, years: 3 };
    Beginning::whole(ledger, &new, now()).map(drop).map_err(|e| format!("init cannot begin anew: {e}"))
}

/// Records one more provision; nobody has repaired anything.
fn record_one(ledger: &Path) -> Result<(), String> {
    let recorded = Store::open_for_writing(ledger, USUAL_WAIT).and_then(|store| append(&store));
    recorded.map_err(|e| format!("a following record: {e}"))
}

fn append(store: &Store) -> Result<(), Failure> {
    let provision = Provision {
        day: Some("2026-11-22".parse().unwrap()),
        party_name: Some("架空商事株式会社".into()),
        principal_id: Some("one more".into()),
        items: vec!["氏名".into()],
        basis: Some(Basis::OptOut),
        ..Provision::default()
    };
    let fingerprints = store.fingerprints()?;
    let clock = Clock { read: &|| Some(now()), confirmed_on: None };
    with_wait(|wait| {
        store.append(&mut Writing { wait, clock: &clock, fingerprints: &fingerprints }, |a| {
            let prepared = a.prepare(provision, None)?;
            a.record(&prepared).map(drop)
        })
    })
}

/// Leaves a ledger as a writer does that is killed after it has recorded: the entry stands in the write-ahead log alone.
pub fn leave_a_log(room: &Room) {
    let store = Store::open_for_writing(&room.ledger(), USUAL_WAIT).unwrap();
    append(&store).unwrap();
    let left = Snapshot::of(&room.path(""));
    drop(store);
    left.restore(&room.path(""));
}

/// Another program that has the ledger open: as long as it has, no writer is the last to close, so that what is in the
/// write-ahead log stays there.
pub fn reader(ledger: &Path) -> Store {
    Store::open(ledger, USUAL_WAIT).unwrap()
}

/// Signs the log as it stands: the key that it names is there.
fn sign(ledger: &Path) -> Result<(), String> {
    let signed = Store::open_for_writing(ledger, USUAL_WAIT)
        .and_then(|store| with_wait(|wait| store.issue_checkpoint(wait, None).map(drop)));
    signed.map_err(|e| format!("a following checkpoint: {e}"))
}

/// The next record and the next signature work, and what was there stays; nothing is pending any more.
pub fn next(ledger: &Path, seen: &Seen) -> Result<(), String> {
    record_one(ledger)?;
    sign(ledger)?;
    let next = look(ledger, Pending::Not)?;
    match next.size == seen.size + 1 && next.entries.starts_with(&seen.entries) {
        true => Ok(()),
        false => Err("a following record changed what was there".to_owned()),
    }
}

/// The log and the exported folder tell the same, at the latest after the next export. Hands back what is there then.
pub fn exported(room: &Room, seen: Seen) -> Result<Seen, String> {
    let folder_there = room.path(FOLDER).exists();
    if folder_there && seen.exports == 0 && !says_not_logged(&room.path(FOLDER)) {
        return Err("a folder that the log does not know of".to_owned());
    }
    if folder_there {
        folder(&room.path(FOLDER))?;
    }
    let again = room.run(["export", "--out", FOLDER]);
    if folder_there {
        // It is in the way; what was left beside it is tidied up all the same.
        if again.status != 2 {
            return Err(format!("an export to a folder that is there: status {}", again.status));
        }
        room.run("export --out another");
    }
    let next = look(&room.ledger(), Pending::Not)?;
    let names = std::fs::read_dir(room.path("")).unwrap();
    let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    // A lock that could not be removed tells of nothing; the next command with its name takes it away.
    let lock = format!("{FOLDER}.unfinished.lock");
    if names.any(|name| name.contains("unfinished") && !(folder_there && name == lock)) {
        return Err("the next export leaves an unfinished folder".to_owned());
    }
    let whole = [FOLDER, "another"].map(|name| room.path(name));
    let mut logged = 0;
    for path in whole.iter().filter(|path| path.exists()) {
        folder(path)?;
        logged += u64::from(!says_not_logged(path));
    }
    if next.exports != logged {
        return Err(format!("after the next export, {} are logged and {logged} are there", next.exports));
    }
    Ok(next)
}

/// The folder itself says that the log does not know of it: the ledger could not be written.
pub fn says_not_logged(folder: &Path) -> bool {
    folder.join("NOT-LOGGED.txt").exists()
}

/// Checks an exported folder; `Err` says what is wrong with it.
fn folder(path: &Path) -> Result<(), String> {
    let mut findings = Findings::default();
    let constants = provlog::evidence::constants().map_err(|e| e.to_string())?;
    match provlog::verify::bundle::check(path, &[], &constants, now(), &mut findings) {
        Ok(_) if findings.0.is_empty() => Ok(()),
        Ok(_) => Err(format!("{} has {:?}", path.display(), findings.0)),
        Err(_) => Err(format!("{} cannot be read", path.display())),
    }
}
