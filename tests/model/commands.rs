//! The commands of a history: their command lines, and what the model says of them.
//!
//! Owns: one function a command. Does not own: running and comparing (`play`), the rules (`ledger`).

use proptest::sample::Index;
use serde_json::{Value, json};

use super::calendar::{self, Day, day_of, day_text};
use super::ledger::{Content, Planned, has_time};
use super::play::{Given, Must, Play, Played, count};
use super::steps::{Action, Change, Days, How, Recording, When, Which};
use super::why::Why;
use crate::support::Words;

impl Play<'_> {
    pub(super) fn act(&mut self, action: &Action, confirmed: Option<Day>) -> Played {
        match action {
            Action::Record(r) => {
                self.record("record", self.content(r), None, (r.beforehand, false), confirmed)
            }
            Action::RecordUnderKey(key, r) => {
                let key = Some(format!("key-{key}"));
                self.record("record --key", self.content(r), key, (r.beforehand, r.again), confirmed)
            }
            Action::Retry { which, again, other } => {
                let keyed: Vec<Given> = self.given.values().filter(|g| g.key.is_some()).cloned().collect();
                let Some(mut given) = one_of(which, &keyed) else { return Ok(()) };
                if *other {
                    given.content.note = Some("other".to_owned());
                }
                self.record("retry", given.content, given.key, (true, *again), confirmed)
            }
            Action::ErasedOnce { more, imported, again } => {
                self.erased_once_more(more, *imported, *again, confirmed)
            }
            Action::Correct(which, change) => self.correct(which, change, confirmed),
            Action::Hold(named) => self.hold(named, confirmed),
            Action::Release(which) => self.release(which, confirmed),
            Action::Plan(named) => self.plan(named),
            Action::Delete { named, reason } => {
                let named = self.indexes(named);
                self.delete(Some(&named), *reason, confirmed)
            }
            Action::DeleteExpired { reason } => self.delete(None, *reason, confirmed),
            Action::Import(rows, how) => {
                let rows = rows.iter().map(|row| self.row(row)).collect();
                let file = self.file(&rows);
                self.import("import", file, rows, *how, confirmed)
            }
            Action::SameFile(which) => {
                let Some(file) = one_of(which, &self.files) else { return Ok(()) };
                self.import("the same file", file, vec![], How::Plain, confirmed)
            }
        }
    }

    /// Under a clock that shows no time, any day will do.
    pub(super) fn day(&self, when: When) -> Day {
        let today = if has_time(self.clock) { day_of(self.clock) } else { day_of(self.truth) };
        let day = match when {
            When::FromToday(off) => today + off,
            When::FromErased(off) => self.ledger.newest_erased_base.unwrap_or(today) + off,
        };
        // What a person types is read as a day from 1900 on.
        day.max(calendar::day(1900, 1, 1).unwrap())
    }

    fn content(&self, r: &Recording) -> Content {
        let mut content = Content {
            receipt: r.receipt,
            principal: format!("P-{}", r.principal),
            note: r.note.map(|n| format!("note {n}")),
            ..Content::default()
        };
        match r.days {
            Days::On(on) => content.day = Some(self.day(on)),
            Days::Unsaid => {}
            Days::Period(from, long) => {
                (content.bulk, content.from) = (true, Some(self.day(from)));
                content.to = long.map(|long| self.day(from) + long);
            }
        }
        content
    }

    pub(super) fn record(
        &mut self,
        name: &str,
        content: Content,
        key: Option<String>,
        (beforehand, again): (bool, bool),
        confirmed: Option<Day>,
    ) -> Played {
        let mut whys = self.ledger.may_write(self.clock, confirmed);
        whys.extend(self.ledger.may_record(self.clock, &content, beforehand));
        let found = key.as_ref().and_then(|key| self.ledger.keys.get(key)).cloned();
        let existing = found.as_ref().filter(|(_, first)| *first == content).map(|(index, _)| *index);
        let may_be_erased = key.is_some() && found.is_none() && self.ledger.may_be_erased(&content);
        whys.extend((may_be_erased && !again).then_some(Why::MayBeErased));
        whys.extend((found.is_some() && existing.is_none()).then_some(Why::KeyTaken));
        let must = match existing {
            // Nothing is written: that it is refused does no harm, that it is answered does none either.
            Some(_) if whys == [Why::FarAhead] => Must::Decide(whys),
            _ => Must::of(whys),
        };
        let mut args = record_args(&content);
        args.extend(beforehand.then(|| "--beforehand".to_owned()));
        args.extend(key.iter().flat_map(|key| ["--key".to_owned(), key.clone()]));
        args.extend(again.then(|| "--again".to_owned()));
        args.extend(confirm_args(confirmed));
        let (done, ran) = self.write(name, must, confirmed, &args)?;
        if !done {
            return Ok(());
        }
        let index = match existing {
            Some(index) => index,
            None => {
                let index = self.ledger.record(self.clock, content.clone(), None, false);
                if let Some(key) = &key {
                    self.ledger.keys.insert(key.clone(), (index, content.clone()));
                }
                self.given.insert(index, Given { key, content });
                index
            }
        };
        let said = ran.objects().pop().unwrap_or_default();
        let expected = json!({ "index": index, "existing": existing.is_some(), "again": may_be_erased });
        if ["index", "existing", "again"].iter().any(|key| said[key] != expected[key]) {
            return Err(format!("acknowledged as {said}, and it is {expected}"));
        }
        if existing.is_some() {
            count(self.tally, "answered: it is there already");
        } else if may_be_erased {
            count(self.tally, format!("{name}: again"));
        }
        Ok(())
    }

    fn correct(&mut self, which: &Which, change: &Change, confirmed: Option<Day>) -> Played {
        let index = self.index(which);
        let mut whys = self.ledger.may_write(self.clock, confirmed);
        let at = |off: &i64| self.day(When::FromToday(*off));
        let (name, mut set) = ("correct", vec!["correct".to_owned(), index.to_string()]);
        let receipt = matches!(self.ledger.correctable(index), Ok(record) if record.current.receipt);
        let day_field = if receipt { "received_on" } else { "provided_on" };
        match change {
            Change::Note(n) => set.extend(["--set".to_owned(), format!("note=note {n}")]),
            Change::Day(off) => {
                set.extend(["--set".to_owned(), format!("{day_field}={}", day_text(at(off)))])
            }
            Change::LastDay(off) => {
                set.extend(["--set".to_owned(), format!("period_to={}", day_text(at(off)))]);
            }
            Change::ClearLastDay => set.extend(["--clear".to_owned(), "period_to".to_owned()]),
            Change::Void => set.push("--void".to_owned()),
        }
        set.extend("--reason 'slip of the pen' --json".words());
        set.extend(confirm_args(confirmed));
        let amended = match self.ledger.correctable(index) {
            Err(why) => {
                whys.push(why);
                None
            }
            Ok(_) if matches!(change, Change::Void) => None,
            Ok(record) => {
                let mut amended = record.current.clone();
                match change {
                    Change::Note(n) => amended.note = Some(format!("note {n}")),
                    Change::Day(off) => amended.day = Some(at(off)),
                    Change::LastDay(off) => amended.to = Some(at(off)),
                    Change::ClearLastDay => amended.to = None,
                    Change::Void => {}
                }
                whys.extend(self.ledger.may_amend(self.clock, &record.current, &amended));
                Some(amended)
            }
        };
        let (done, _) = self.write(name, Must::of(whys), confirmed, &set)?;
        if done {
            let kind = match change {
                Change::Note(_) => "note",
                Change::Day(_) => "day",
                Change::LastDay(_) => "last day",
                Change::ClearLastDay => "no last day",
                Change::Void => "void",
            };
            count(self.tally, format!("corrected: {kind}"));
            self.ledger.correct(self.clock, index, amended);
        }
        Ok(())
    }

    fn hold(&mut self, named: &[Which], confirmed: Option<Day>) -> Played {
        let named = self.indexes(named);
        let mut whys = self.ledger.may_write(self.clock, confirmed);
        whys.extend(named.iter().any(|i| *i >= self.ledger.size()).then_some(Why::NoSuchEntry));
        let mut args = vec!["hold".to_owned(), "add".to_owned()];
        args.extend(named.iter().map(u64::to_string));
        args.extend("--reason 'a dispute' --json".words());
        args.extend(confirm_args(confirmed));
        let (done, _) = self.write("hold add", Must::of(whys), confirmed, &args)?;
        if done {
            self.ledger.hold(self.clock, &named);
        }
        Ok(())
    }

    fn release(&mut self, which: &Index, confirmed: Option<Day>) -> Played {
        // Now and then an entry that is no hold.
        let mut all = self.ledger.holds_in_force();
        all.push(self.ledger.size() / 2);
        let hold = *which.get(&all);
        self.release_hold(hold, confirmed)
    }

    pub(super) fn release_hold(&mut self, hold: u64, confirmed: Option<Day>) -> Played {
        let mut whys = self.ledger.may_write(self.clock, confirmed);
        whys.extend((!self.ledger.is_hold_in_force(hold)).then_some(Why::NotAHold));
        let mut args: Vec<String> = vec!["hold".into(), "release".into(), hold.to_string()];
        args.extend("--reason settled --json".words());
        args.extend(confirm_args(confirmed));
        let (done, _) = self.write("hold release", Must::of(whys), confirmed, &args)?;
        if done {
            self.ledger.release(self.clock, hold);
        }
        Ok(())
    }

    /// The plan alone says the same as what would be done.
    fn plan(&mut self, named: &[Which]) -> Played {
        let named = self.indexes(named);
        let mut whys = vec![];
        whys.extend((!has_time(self.clock)).then_some(Why::NoClock));
        whys.extend(named.iter().any(|i| *i >= self.ledger.size()).then_some(Why::NoSuchEntry));
        let mut args = vec!["delete".to_owned()];
        args.extend(named.iter().map(u64::to_string));
        args.push("--json".to_owned());
        let (done, ran) = self.must(Must::of(whys), &args)?;
        count(self.tally, format!("plan: {}", if done { "done" } else { "refused" }));
        if !done {
            return Ok(());
        }
        let shown: Vec<Value> = ran.objects().into_iter().filter(|o| o.get("verdict").is_some()).collect();
        let planned = self.ledger.plan(Some(&named), day_of(self.clock));
        let brief = |o: &Value| json!([o["index"], o["verdict"], o["base"], o["deletable_from"]]);
        let expected: Vec<Value> = planned.iter().map(planned_json).collect();
        match shown.iter().map(brief).collect::<Vec<_>>() == expected {
            true => Ok(()),
            false => Err(format!("the plan must be {expected:?}, and is\n{}", ran.stdout)),
        }
    }

    pub(super) fn delete(&mut self, named: Option<&[u64]>, reason: bool, confirmed: Option<Day>) -> Played {
        let now = self.clock;
        let mut whys = self.ledger.may_write(now, confirmed);
        whys.extend((!reason).then_some(Why::NoReason));
        let plan = if has_time(now) { self.ledger.plan(named, day_of(now)) } else { vec![] };
        if has_time(now) {
            whys.extend(confirmed.is_none().then_some(Why::NoDay));
            if let Some(named) = named {
                whys.extend(named.iter().any(|i| *i >= self.ledger.size()).then_some(Why::NoSuchEntry));
                whys.extend(plan.iter().filter_map(|p| p.keep));
            }
        }
        let goes = plan.iter().filter(|p| p.keep.is_none()).count() as u64;
        let must = match self.ledger.is_behind(now) && has_time(now) {
            // Where nothing would go, it may say so.
            true if whys.is_empty() && goes == 0 => Must::Decide(vec![Why::Behind]),
            true => {
                whys.push(Why::Behind);
                Must::Refuse(whys)
            }
            false => Must::of(whys),
        };
        let mut args = vec!["delete".to_owned()];
        args.extend(named.unwrap_or_default().iter().map(u64::to_string));
        args.extend(named.is_none().then(|| "--expired".to_owned()));
        args.extend(["--apply".to_owned(), "--json".to_owned()]);
        args.extend(
            reason.then(|| ["--reason", "its time has come"].map(str::to_owned)).into_iter().flatten(),
        );
        args.extend(confirm_args(confirmed));
        let name = if named.is_some() { "delete" } else { "delete --expired" };
        let behind = now < self.ledger.newest;
        let (done, _) = self.write(name, must, Some(day_of(now)), &args)?;
        if done && goes == 0 {
            count(self.tally, "nothing was due");
        }
        if !done || goes == 0 {
            return Ok(());
        }
        self.ledger.erase(now, &plan);
        *self.tally.borrow_mut().entry("entries erased".into()).or_default() += goes;
        if behind {
            count(self.tally, "erased by a clock that is up to 5 minutes behind");
        }
        for p in plan.iter().filter(|p| p.keep.is_none()) {
            if p.counts.is_some_and(|(_, free)| free == day_of(now)) {
                count(self.tally, "erased on the very first day");
            }
        }
        Ok(())
    }
}

pub(super) fn one_of<T: Clone>(which: &Index, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| which.get(all).clone())
}

fn planned_json(p: &Planned) -> Value {
    let verdict = if p.keep.is_none() { "erase" } else { "keep" };
    let day = |day: Option<Day>| day.map(day_text);
    json!([p.index, verdict, day(p.counts.map(|(base, _)| base)), day(p.counts.map(|(_, free)| free))])
}

pub(super) fn confirm_args(confirmed: Option<Day>) -> impl Iterator<Item = String> {
    confirmed.into_iter().flat_map(|day| ["--confirm-date".to_owned(), day_text(day)])
}

/// The command that records this.
fn record_args(c: &Content) -> Vec<String> {
    let mut args: Vec<&str> = Vec::new();
    if c.receipt {
        args.extend(["receive", "--provider", "架空企画株式会社", "--provider-address", "東京都架空区2"]);
        args.extend(["--provider-representative", "見本 次郎", "--acquisition", "本人から"]);
    } else {
        args.extend(["record", "--recipient", "架空商事株式会社", "--recipient-address", "東京都架空区1"]);
        args.extend(["--representative", "見本 太郎"]);
    }
    args.extend(["--item", "氏名", "--json", "--principal-id", &c.principal]);
    let days = [c.day, c.from, c.to].map(|day| day.map(day_text));
    let flags = [if c.receipt { "--received-on" } else { "--provided-on" }, "--period-from", "--period-to"];
    for (flag, day) in flags.into_iter().zip(&days) {
        args.extend(day.iter().flat_map(|day| [flag, day]));
    }
    if c.bulk {
        args.extend(["--method", "bulk"]);
    }
    // A bulk record is not allowed for opt-out, and a receipt without a day neither.
    if c.bulk || c.day.is_none() {
        args.extend(["--basis", "consent", "--consent-evidence", "C-1"]);
    } else {
        args.extend(["--basis", "opt-out"]);
        args.extend(if c.receipt { &["--ppc-publication", "yes"][..] } else { &[] });
    }
    args.extend(c.note.iter().flat_map(|note| ["--note", note]));
    args.into_iter().map(str::to_owned).collect()
}
