//! Playing a history: each step is a run of the program under a clock of its own; its status, what `verify` finds and what
//! `list` shows afterwards are compared with the model.
//!
//! Owns: running, the clock, comparing, counting. Does not own: the commands (`commands`), what must happen (`ledger`), what is done
//! (`steps`).

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::calendar::{
    Day, Instant, MINUTE, SECOND, day, day_of, day_text, instant_text, midnight, next_leap_year, utc_day_of,
    years_later,
};
use super::ledger::{Base, Circumstance, Content, Entry, Ledger, has_time};
use super::steps::{Confirm, History, Jump, NoTime, Step};
use super::why::Why;
use crate::support::{Ran, Room, Words};

/// How often each thing happened.
pub type Tally = RefCell<BTreeMap<String, u64>>;

pub(super) fn count(tally: &Tally, what: impl Into<String>) {
    *tally.borrow_mut().entry(what.into()).or_default() += 1;
}

/// What the model says of a command.
pub(super) enum Must {
    Succeed,
    Refuse(Vec<Why>),
    /// Either is right.
    Decide(Vec<Why>),
}

impl Must {
    pub(super) fn of(whys: Vec<Why>) -> Must {
        if whys.is_empty() { Must::Succeed } else { Must::Refuse(whys) }
    }
}

/// A record under a key, or the row of a file, that may be given again.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) key: Option<String>,
    pub(super) content: Content,
}

pub(super) struct Play<'t> {
    pub(super) room: Room,
    pub(super) tally: &'t Tally,
    pub(super) ledger: Ledger,
    pub(super) clock: Instant,
    /// What a right clock would show.
    pub(super) truth: Instant,
    /// All that was recorded, by index.
    pub(super) given: BTreeMap<u64, Given>,
    pub(super) files: Vec<String>,
    /// A number of its own for each file.
    pub(super) next_file: u64,
    /// The bytes of the ledger when it was last compared.
    pub(super) seen: Vec<Vec<u8>>,
    /// What was done, for whoever must find out what went wrong.
    pub(super) told: Vec<String>,
}

pub(super) type Played = Result<(), String>;

/// Plays a history to its end.
pub fn play(history: &History, tally: &Tally) -> Played {
    let room = Room::new();
    let years = history.years.to_string();
    let clock = history.start;
    let mut play = Play {
        ledger: Ledger::new(history.years, clock),
        room,
        tally,
        clock,
        truth: clock,
        given: BTreeMap::new(),
        files: Vec::new(),
        next_file: 0,
        seen: Vec::new(),
        told: Vec::new(),
    };
    play.must(Must::Succeed, format!("init --operator 'Sample K.K.' --retention-years {years}"))
        .map_err(|why| play.failed(&why))?;
    for step in &history.steps {
        play.step(step).map_err(|why| play.failed(&why))?;
    }
    play.end().map_err(|why| play.failed(&why))
}

impl Play<'_> {
    fn failed(&self, why: &str) -> String {
        format!("{why}\n\n{}\n(retention: {} years)", self.told.join("\n"), self.ledger.years)
    }

    // ---- running ----

    fn run(&mut self, args: impl Words) -> Ran {
        self.room.clock = instant_text(self.clock);
        let args = args.words();
        let ran = self.room.run(&args);
        self.told.push(format!("{}  provlog {}  -> {}", self.room.clock, args.join(" "), ran.status));
        count(self.tally, "commands");
        ran
    }

    /// Runs a command and compares how it ended; true when it was done.
    pub(super) fn must(&mut self, must: Must, args: impl Words) -> Result<(bool, Ran), String> {
        let ran = self.run(args);
        let said = format!("--- stdout\n{}--- stderr\n{}", ran.stdout, ran.stderr);
        if ran.stderr.contains("panicked") || !(0..=6).contains(&ran.status) {
            return Err(format!("status {}\n{said}", ran.status));
        }
        let (may_succeed, whys) = match must {
            Must::Succeed => (true, vec![]),
            Must::Refuse(whys) => (false, whys),
            Must::Decide(whys) => (true, whys),
        };
        let may = |status: i32| match status {
            0 => may_succeed,
            status => whys.iter().any(|why| why.status() == status),
        };
        if !may(ran.status) {
            let whys = if whys.is_empty() { "done".to_owned() } else { format!("refused: {whys:?}") };
            return Err(format!("it must be {whys}, and its status was {}\n{said}", ran.status));
        }
        let codes: Option<Vec<&str>> = whys.iter().map(|why| why.code()).collect();
        if let (Some(codes), 1..) = (codes, ran.status) {
            let error = ran.objects().pop().unwrap_or_default();
            if !codes.iter().any(|code| error["error"]["code"] == *code) {
                return Err(format!("it must be refused as {codes:?}\n{said}"));
            }
        }
        if ran.status != 0 && ran.stdout.is_empty() && ran.stderr.is_empty() {
            return Err(format!("status {} without a word", ran.status));
        }
        Ok((ran.status == 0, ran))
    }

    /// A command that writes entries: also compares what is told of the clock.
    pub(super) fn write(
        &mut self,
        name: &str,
        must: Must,
        confirmed: Option<Day>,
        args: &[String],
    ) -> Result<(bool, Ran), String> {
        let standing = self.ledger.standing(self.clock);
        let mut whys = match &must {
            Must::Refuse(whys) => whys.clone(),
            _ => vec![],
        };
        whys.dedup();
        let (done, ran) = self.must(must, args)?;
        count(self.tally, format!("{name}: {}", if done { "done" } else { "refused" }));
        // Only where there was no other reason, the refusal shows that this one is one.
        if let [why] = whys[..] {
            count(self.tally, format!("refused, {why:?}"));
        }
        if done {
            let tells = ran.stderr.contains("clock");
            match standing {
                Circumstance::Told if confirmed.is_none() && !tells => {
                    return Err(format!("a clock more than 45 days ahead is not told\n{}", ran.stderr));
                }
                Circumstance::Usual if tells => return Err(format!("a usual clock is told\n{}", ran.stderr)),
                _ => count(self.tally, format!("written, clock {standing:?}")),
            }
        }
        Ok((done, ran))
    }

    // ---- the clock ----

    fn jump(&mut self, jump: &Jump) {
        let (name, to) = match jump {
            Jump::Stay => ("stay", self.clock),
            Jump::Seconds(n) => ("seconds", self.clock + n * SECOND),
            Jump::Minutes(n) => ("minutes", self.clock + n * MINUTE),
            Jump::Days(n) if *n < 0 => ("days back", self.clock + n * super::calendar::DAY),
            Jump::Days(n) => ("days", self.clock + n * super::calendar::DAY),
            Jump::AheadOfNewest(n) => {
                let name = ["44 or 45 days", "46 days", "399 or 400 days", "401 days"];
                let at = [45, 46, 400, 401].iter().position(|days| n <= days).unwrap_or(3);
                (name[at], self.ledger.newest + n * super::calendar::DAY)
            }
            Jump::Years(n) => ("years", years_later(self.clock, *n)),
            Jump::Leap { march, of_month, off } => {
                let year = next_leap_year(day_of(self.clock));
                let month = if *march { 3 } else { 2 };
                ("29 February", midnight(day(year, month, *of_month).unwrap()) + off)
            }
            Jump::Midnight(off) => ("midnight in Japan", midnight(day_of(self.clock) + 1) + off),
            Jump::Behind(ms) if *ms <= 5 * MINUTE => ("up to 5 minutes behind", self.ledger.newest - ms),
            Jump::Behind(ms) => ("over 5 minutes behind", self.ledger.newest - ms),
            Jump::FirstDay(which, off) => {
                let free: Vec<Day> =
                    self.ledger.records_left().into_iter().filter_map(|(_, free)| free).collect();
                match free.is_empty() {
                    true => ("stay", self.clock),
                    false => ("first day of deletion", midnight(*which.get(&free)) + off),
                }
            }
            Jump::Year2099 => ("2099", midnight(day(2099, 1, 1).unwrap())),
            Jump::True => ("true time", self.truth),
            Jump::NoTime(which) => {
                let (year, off) = match which {
                    NoTime::LastOf1969 => (1970, -1),
                    NoTime::Of1900 => (1900, 0),
                    NoTime::FirstOf9999 => (9999, 0),
                    NoTime::Of10000 => (10_000, 0),
                };
                ("no time", day(year, 1, 1).unwrap() * super::calendar::DAY + off)
            }
        };
        let is_wild = matches!(jump, Jump::Year2099 | Jump::NoTime(_));
        // What a person types is read as a day up to the year 2200: a history stays within that.
        let last = midnight(day(2195, 1, 1).unwrap());
        self.clock = if matches!(jump, Jump::NoTime(_)) { to } else { to.clamp(0, last) };
        if !is_wild {
            self.truth = self.truth.max(self.clock);
        }
        count(self.tally, format!("clock: {name}"));
    }

    fn confirmed(&self, confirm: Confirm) -> Option<Day> {
        match confirm {
            Confirm::Nothing => None,
            Confirm::Today => Some(day_of(self.clock)),
            Confirm::InGreenwich => Some(utc_day_of(self.clock)),
            Confirm::Yesterday => Some(day_of(self.clock) - 1),
            Confirm::Tomorrow => Some(day_of(self.clock) + 1),
        }
    }

    // ---- steps ----

    fn step(&mut self, step: &Step) -> Played {
        let before = self.clock;
        self.jump(&step.jump);
        let confirmed = self.confirmed(step.confirm);
        // A day before the year 1 or after 9999 cannot be typed.
        let confirmed = confirmed.filter(|_| has_time(self.clock));
        self.act(&step.action, confirmed)?;
        if !has_time(self.clock) {
            self.clock = before;
        }
        self.compare()
    }

    // ---- comparing ----

    /// At a true clock, the ledger verifies, and holds what the model holds. Where no byte of it is another one than when that was
    /// last seen, it still does.
    fn compare(&mut self) -> Played {
        let bytes = self.room.ledger_bytes();
        if bytes == self.seen {
            count(self.tally, "not a byte has changed");
            return Ok(());
        }
        let clock = self.clock;
        self.clock = clock.max(self.ledger.newest);
        let compared = self.verify().and_then(|()| self.list());
        self.clock = clock;
        compared?;
        // What was looked at is no part of the history.
        self.told.truncate(self.told.len() - 2);
        self.seen = bytes;
        Ok(())
    }

    fn verify(&mut self) -> Played {
        let ran = self.run("verify --json");
        let found: Vec<Value> = ran.objects().into_iter().filter(|o| o.get("finding").is_some()).collect();
        let brief: Vec<Value> = found.iter().map(|o| json!([o["finding"], o["index"]])).collect();
        let expected: Vec<Value> =
            self.ledger.findings.iter().map(|index| json!(["older-than-erasure", index])).collect();
        let status = if expected.is_empty() { 0 } else { 1 };
        if (ran.status, &brief) != (status, &expected) {
            let said = format!("{}{}", ran.stdout, ran.stderr);
            return Err(format!(
                "verify must find {expected:?}, status {status}, and was {}\n{said}",
                ran.status
            ));
        }
        let what = if status == 0 { "nothing" } else { "that a clock had been ahead" };
        count(self.tally, format!("verify found {what}"));
        Ok(())
    }

    fn list(&mut self) -> Played {
        let (_, ran) = self.must(Must::Succeed, "list --json")?;
        let shown = ran.objects();
        if shown.len() as u64 != self.ledger.size() {
            return Err(format!("{} entries, and there must be {}", shown.len(), self.ledger.size()));
        }
        for (index, (shown, entry)) in shown.iter().zip(&self.ledger.entries).enumerate() {
            for (key, expected) in expected_of(index as u64, entry) {
                let found = match key.strip_prefix("facts.") {
                    Some(key) => &shown["facts"][key],
                    None => &shown[&key],
                };
                if *found != expected {
                    return Err(format!("entry {index}: {key} must be {expected}, and is {found}: {shown}"));
                }
            }
        }
        Ok(())
    }

    // ---- the end ----

    /// Nothing is locked for ever: when holds are released and open periods are closed, every record goes on its first day, and
    /// none a millisecond before.
    fn end(&mut self) -> Played {
        self.clock = self.ledger.newest;
        for hold in self.ledger.holds_in_force() {
            self.release_hold(hold, None)?;
        }
        let open: Vec<u64> =
            self.ledger.records_left().iter().filter(|(_, free)| free.is_none()).map(|(i, _)| *i).collect();
        for index in open {
            self.must(Must::Succeed, format!("correct {index} --void --reason 'the end' --json"))?;
            self.ledger.correct(self.clock, index, None);
        }
        let left = self.ledger.records_left();
        let mut days: Vec<Day> = left.iter().filter_map(|(_, free)| *free).collect();
        days.sort_unstable();
        days.dedup();
        for free in [days.first(), days.last()].into_iter().flatten() {
            let on_it: Vec<u64> = left.iter().filter(|(_, f)| *f == Some(*free)).map(|(i, _)| *i).collect();
            if midnight(*free) - 1 > self.clock {
                self.clock = midnight(*free) - 1;
                self.delete(Some(&on_it), true, Some(day_of(self.clock)))?;
            }
        }
        if let Some(last) = days.last() {
            self.clock = self.clock.max(midnight(*last));
            self.delete(None, true, Some(day_of(self.clock)))?;
            count(self.tally, "end: everything went");
        }
        self.compare()?;
        match self.ledger.records_left().is_empty() {
            true => Ok(()),
            false => Err(format!("the model kept {:?}", self.ledger.records_left())),
        }
    }
}

/// What `list --json` must show of an entry, by key.
fn expected_of(index: u64, e: &Entry) -> Vec<(String, Value)> {
    let base = match e.base {
        Base::Never => "none".to_owned(),
        Base::Open => "open".to_owned(),
        Base::Day(day) => day_text(day),
    };
    let mut all = vec![
        ("index", json!(index)),
        ("kind", json!(e.kind)),
        ("recorded_at", json!(instant_text(e.time))),
        ("retention_base", json!(base)),
        ("about", json!(e.about)),
        ("erased_by", json!(e.erased_by)),
        ("erased", if e.erased_by.is_some() { json!(true) } else { Value::Null }),
    ];
    let facts = e.facts.iter().map(|(key, values)| {
        let value = if *key == "runs" { json!(values) } else { json!(values[0]) };
        (format!("facts.{key}"), value)
    });
    if let Some(record) = &e.record {
        let there = e.erased_by.is_none();
        // Of a void record, what was recorded.
        let reads = if record.void { &record.recorded } else { &record.current };
        let day = |day: Option<Day>| json!(day.filter(|_| there).map(day_text));
        let on = ["provided_on", "received_on"];
        let on = if reads.receipt { [on[1], on[0]] } else { on };
        let corrections = there.then(|| record.corrections.clone()).filter(|all| !all.is_empty());
        all.extend([
            (on[0], day(reads.day)),
            (on[1], Value::Null),
            ("period_from", day(reads.from)),
            ("period_to", day(reads.to)),
            ("claimed_recorded_on", day(reads.claimed)),
            ("principal_id", json!(Some(&reads.principal).filter(|_| there))),
            ("note", json!(reads.note.as_ref().filter(|_| there))),
            ("void", if there && record.void { json!(true) } else { Value::Null }),
            ("corrections", json!(corrections)),
            ("import", json!(record.import.filter(|_| there))),
        ]);
    }
    all.into_iter().map(|(key, value)| (key.to_owned(), value)).chain(facts).collect()
}
