//! After a crash at any call of any command, with anything of what was not synced on the disk: the ledger opens and
//! verifies, all that was acknowledged is there, the command is done or not begun, and the next one works.
//!
//! Owns: what is asked of a state. Does not own: which states a crash can leave (`support/replay.rs`).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that prints its counts")]

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use crate::acts::{Act, ERASED, FOLDER, acts, anchored_size};
use crate::judge::{Pending, Seen, look};
use crate::replay::{Left, Recording, VARIANTS};
use crate::support::{Room, all_bytes, whole};

/// So many states are looked at, at least.
const AT_LEAST: usize = 10_000;

/// These are done a second time while another program has the ledger open.
const BESIDE_A_READER: [&str; 2] = ["record", "delete --apply"];

/// What came of the crashes of one command.
struct Tally {
    act: String,
    points: usize,
    distinct: usize,
    /// What is wrong, and in how many distinct states.
    wrong: HashMap<String, (usize, String)>,
}

/// A command that was run once, and what it must leave.
struct Trial<'a> {
    act: &'a Act,
    room: &'a Room,
    /// `None`: there is no ledger.
    before: Option<Seen>,
    after: Seen,
}

fn crash_everywhere(act: &Act, beside_a_reader: bool) -> Tally {
    let room = act.room();
    let reader = beside_a_reader.then(|| crate::judge::reader(&room.ledger()));
    let root = room.path("");
    let before = room.ledger().exists().then(|| look(&room.ledger(), Pending::Not).unwrap());
    let outside = tempfile::tempdir().unwrap();
    let recording = Recording::of(&root, || {
        let journal = outside.path().join("journal");
        let mut command = room.command(&act.args);
        let output = crate::shim::watch(&mut command, &root, &journal).output().unwrap();
        crate::support::Ran::from_output(output, &act.args).done();
        crate::shim::journal(&journal)
    });
    let after = look(&room.ledger(), Pending::Not).unwrap();
    drop(reader);
    let trial = Trial { act, room: &room, before, after };
    let mut known = HashMap::new();
    let name = format!("{}{}", act.name, if beside_a_reader { ", beside a reader" } else { "" });
    let mut tally = Tally { act: name, points: recording.points(), distinct: 0, wrong: HashMap::new() };
    recording.each_crash(tally.act.len() as u64, |left| {
        // The same content, and the same asked of it: looked at once.
        let extreme = left.variant.starts_with("nothing") || left.variant.starts_with("all unsynced");
        let looked = known.entry((left.snapshot.identity(), left.acknowledged)).or_insert((false, false));
        let mut judged = Ok(());
        if !looked.0 {
            looked.0 = true;
            tally.distinct += 1;
            judged = trial.judge(&left);
        }
        if judged.is_ok() && extreme && !looked.1 {
            looked.1 = true;
            judged = trial.ask_the_program(&left);
        }
        if let Err(wrong) = judged {
            let example = format!("after call {} of {}, {}", left.point, tally.points - 1, left.variant);
            tally.wrong.entry(wrong).or_insert((0, example)).0 += 1;
        }
    });
    tally
}

impl Trial<'_> {
    /// Everything that must hold, through the library.
    fn judge(&self, left: &Left) -> Result<(), String> {
        let ledger = self.room.ledger();
        left.snapshot.restore(&self.room.path(""));
        let seen = match (look(&ledger, Pending::May), &self.before) {
            (Ok(seen), _) => seen,
            (Err(_), None) if !left.acknowledged => {
                // Inside `init`: there is no ledger yet, and it begins anew or goes on.
                crate::judge::begin(&ledger)?;
                let seen = look(&ledger, Pending::Not)?;
                return if seen.size == 1 {
                    crate::judge::next(&ledger, &seen)
                } else {
                    Err("no new ledger".into())
                };
            }
            (Err(e), _) => return Err(e),
        };
        let done = seen == self.after;
        if !done && Some(&seen) != self.before.as_ref() {
            return Err("neither before nor after".to_owned());
        }
        if !done && left.acknowledged {
            return Err("acknowledged, and not there".to_owned());
        }
        if let Some(place) = self.act.anchor.filter(|_| left.acknowledged) {
            let anchored = anchored_size(&self.room.path(place));
            if anchored != Some(seen.size) {
                return Err(format!("acknowledged, and the anchor holds {anchored:?} of {}", seen.size));
            }
        }
        if self.act.name == "export" {
            if left.acknowledged && !self.room.path(FOLDER).exists() {
                return Err("acknowledged, and no folder".to_owned());
            }
            return crate::judge::next(&ledger, &crate::judge::exported(self.room, seen)?);
        }
        crate::judge::next(&ledger, &seen)?;
        let residue = all_bytes(&ledger).windows(ERASED.len()).any(|w| w == ERASED.as_bytes());
        if residue && seen.erased > 0 {
            return Err("erased, and its bytes are there".to_owned());
        }
        Ok(())
    }

    /// The same by the program itself: its statuses.
    fn ask_the_program(&self, left: &Left) -> Result<(), String> {
        left.snapshot.restore(&self.room.path(""));
        if !self.room.ledger().exists() {
            let begun = self.room.run(&self.act.args);
            if begun.status != 0 {
                return Err(format!("{}: status {}, {}", self.act.name, begun.status, begun.stderr));
            }
        }
        // Where an erasure is pending the program looks again for two seconds: a few are enough.
        if crate::judge::is_pending(&self.room.ledger()) && !left.point.is_multiple_of(8) {
            return Ok(());
        }
        let record = whole("--principal-id 'one more'");
        for (args, statuses) in [("verify", &[0, 4][..]), (&record, &[0]), ("verify", &[0])] {
            let ran = self.room.run(args);
            if !statuses.contains(&ran.status) {
                return Err(format!("{args}: status {}, {}{}", ran.status, ran.stdout, ran.stderr));
            }
        }
        Ok(())
    }
}

/// What `f` may hold after a crash in the middle of a script of a shell, and after its end.
fn contents(script: &str) -> [Vec<Option<String>>; 2] {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f"), "old").unwrap();
    let outside = tempfile::tempdir().unwrap();
    let recording = Recording::of(folder.path(), || {
        let journal = outside.path().join("journal");
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).current_dir(folder.path());
        assert!(crate::shim::watch(&mut shell, folder.path(), &journal).status().unwrap().success());
        crate::shim::journal(&journal)
    });
    let mut seen = [Vec::new(), Vec::new()];
    recording.each_crash(1, |left| {
        let f = left.snapshot.files.get(Path::new("f"));
        let f = f.map(|file| String::from_utf8(file.bytes().to_vec()).unwrap());
        let seen = &mut seen[usize::from(left.acknowledged)];
        if !seen.contains(&f) {
            seen.push(f);
        }
    });
    seen.each_mut().map(|seen| {
        seen.sort();
        std::mem::take(seen)
    })
}

#[test]
fn the_model_loses_what_was_not_synced_and_nothing_else() {
    let [empty, new, old] = ["", "new", "old"].map(|text| Some(text.to_owned()));
    let all = vec![empty.clone(), new.clone(), old.clone()];
    let one_of = vec![new.clone(), old.clone()];
    assert_eq!(contents("printf new > f.new; mv f.new f"), [vec![old.clone()], all.clone()]);
    assert_eq!(contents("printf new > f.new; sync f.new; mv f.new f"), [vec![old], one_of.clone()]);
    assert_eq!(contents("printf new > f.new; sync f.new; mv f.new f; sync ."), [one_of, vec![new.clone()]]);
    assert_eq!(contents("printf new > f; sync f"), [all, vec![new]]);
}

#[test]
fn no_crash_at_any_call_leaves_anything_between_before_and_after() {
    crate::acts::in_memory();
    crate::shim::library();
    let (acts, again) = (acts(), acts());
    let again = again.iter().filter(|act| BESIDE_A_READER.contains(&act.name)).map(|act| (act, true));
    let runs: Vec<(&Act, bool)> = acts.iter().map(|act| (act, false)).chain(again).collect();
    let (next, tallies) = (Mutex::new(runs.iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some((act, beside_a_reader)) = next.lock().unwrap().next() else { return };
                    let tally = crash_everywhere(act, *beside_a_reader);
                    tallies.lock().unwrap().push(tally);
                }
            });
        }
    });
    let tallies = tallies.into_inner().unwrap();
    let mut complaints = String::new();
    for t in &tallies {
        let states = t.points * VARIANTS;
        println!("{}: {} x {VARIANTS} = {states} ({} distinct)", t.act, t.points, t.distinct);
        for (wrong, (count, example)) in &t.wrong {
            complaints += &format!("{}: {wrong} ({count} states, for example {example})\n", t.act);
        }
    }
    let points: usize = tallies.iter().map(|t| t.points).sum();
    let distinct: usize = tallies.iter().map(|t| t.distinct).sum();
    println!(
        "crash points: {points} points x {VARIANTS} variants = {} ({distinct} distinct)",
        points * VARIANTS
    );
    assert_eq!(tallies.len(), acts.len() + BESIDE_A_READER.len());
    assert!(points * VARIANTS >= AT_LEAST);
    assert!(complaints.is_empty(), "\n{complaints}");
}
