//! The model of a ledger: what must be in it, and what must happen to a command, by docs/LAW.md, "How long it stays" and docs/ARCHITECTURE.md. Nothing of it comes from the program.
//!
//! Owns: entries, bases, holds, keys, what was erased, the guards on the clock, the findings that a clock set back must leave.
//! Does not own: which commands are given (`steps`), running and comparing (`play`).

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::{Day, Instant, MINUTE, day, day_of, day_text, first_free, utc_day_of};
use super::why::Why;

/// Two clocks of one moment may differ by so much.
const SLACK: Instant = 5 * MINUTE;
/// A clock so many days ahead of the newest entry is told ...
const TOLD: Day = 45;
/// ... and so many must be confirmed before anything is written.
const CONFIRMED: Day = 400;

/// What the retention of an entry counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Base {
    Never,
    Open,
    Day(Day),
}

/// What a record says, as far as the generator varies it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Content {
    pub receipt: bool,
    pub bulk: bool,
    pub day: Option<Day>,
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub principal: String,
    pub note: Option<String>,
    /// On which day an imported file says that it was recorded.
    pub claimed: Option<Day>,
}

impl Content {
    pub fn last(&self) -> Option<Day> {
        if self.bulk { self.to } else { self.day }
    }

    fn is_open(&self) -> bool {
        self.bulk && self.to.is_none()
    }

    fn latest_named(&self) -> Option<Day> {
        self.day.max(self.from).max(self.to)
    }

    /// The day by which something that was erased may be known again.
    fn known_by(&self) -> Option<Day> {
        self.last().or(self.from)
    }
}

/// A record, and how it reads.
#[derive(Clone, Debug)]
pub struct Record {
    pub recorded: Content,
    pub current: Content,
    pub void: bool,
    pub corrections: Vec<u64>,
    pub import: Option<u64>,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: &'static str,
    pub time: Instant,
    pub about: Option<u64>,
    pub base: Base,
    pub record: Option<Record>,
    pub erased_by: Option<u64>,
    /// What its facts must hold, by key.
    pub facts: Vec<(&'static str, Vec<String>)>,
}

struct Hold {
    index: u64,
    names: BTreeSet<u64>,
    released: bool,
}

/// What a deletion must do.
#[derive(Clone, Debug)]
pub struct Planned {
    pub index: u64,
    /// Base and first day, where its retention has one.
    pub counts: Option<(Day, Day)>,
    /// Why it stays; `None`: it goes.
    pub keep: Option<Why>,
}

/// How a clock stands to the newest entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circumstance {
    Behind,
    Usual,
    Told,
    FarAhead,
}

pub struct Ledger {
    pub years: i64,
    pub entries: Vec<Entry>,
    pub newest: Instant,
    /// Keys in use, with what was first recorded under them.
    pub keys: BTreeMap<String, (u64, Content)>,
    holds: Vec<Hold>,
    files: BTreeSet<String>,
    /// The newest base that anything was ever erased with.
    pub newest_erased_base: Option<Day>,
    newest_erasure: Option<Instant>,
    /// Entries that show that the clock was ahead when something was erased.
    pub findings: Vec<u64>,
    /// Somebody has confirmed a step of more than 400 days.
    pub has_confirmed_step: bool,
}

impl Ledger {
    pub fn new(years: i64, now: Instant) -> Ledger {
        let mut ledger = Ledger {
            years,
            entries: Vec::new(),
            newest: now,
            keys: BTreeMap::new(),
            holds: Vec::new(),
            files: BTreeSet::new(),
            newest_erased_base: None,
            newest_erasure: None,
            findings: Vec::new(),
            has_confirmed_step: false,
        };
        ledger.act("genesis", now, vec![]);
        ledger
    }

    pub fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    fn entry(&self, index: u64) -> Option<&Entry> {
        self.entries.get(usize::try_from(index).unwrap())
    }

    // ---- the clock ----

    pub fn standing(&self, now: Instant) -> Circumstance {
        match day_of(now) - day_of(self.newest) {
            days if days > CONFIRMED => Circumstance::FarAhead,
            days if days > TOLD => Circumstance::Told,
            _ if now < self.newest => Circumstance::Behind,
            _ => Circumstance::Usual,
        }
    }

    /// Whether anything may be written by this clock.
    pub fn may_write(&self, now: Instant, confirmed: Option<Day>) -> Vec<Why> {
        if !has_time(now) {
            return vec![Why::NoClock];
        }
        match confirmed {
            Some(confirmed) if confirmed != day_of(now) => vec![Why::WrongDay],
            None if self.standing(now) == Circumstance::FarAhead => vec![Why::FarAhead],
            _ => vec![],
        }
    }

    // ---- recording ----

    /// The base of an entry that is made now, about something that lasted until `last`.
    fn base(&self, now: Instant, last: Option<Day>) -> Day {
        day_of(self.newest).max(day_of(now)).max(last.unwrap_or(Day::MIN))
    }

    /// Nobody may say that something is yet to come unless it was said so; what may have been erased must be said to come again.
    pub fn may_record(&self, now: Instant, c: &Content, beforehand: bool) -> Vec<Why> {
        let future = has_time(now) && c.latest_named().is_some_and(|day| day > day_of(now));
        if future && !beforehand { vec![Why::FutureDay] } else { vec![] }
    }

    /// It may be something that was erased: nothing shows that it is later than all of that.
    pub fn may_be_erased(&self, c: &Content) -> bool {
        self.newest_erased_base.is_some_and(|erased| c.known_by().is_none_or(|day| day <= erased))
    }

    pub fn record(&mut self, now: Instant, content: Content, import: Option<u64>, trusted: bool) -> u64 {
        let usual = self.base(now, content.last());
        let base = match (content.is_open(), trusted.then_some(content.claimed).flatten()) {
            (true, _) => Base::Open,
            (false, None) => Base::Day(usual),
            (false, Some(claimed)) => Base::Day(claimed.max(content.last().unwrap_or(claimed)).min(usual)),
        };
        let kind = if content.receipt { "receipt" } else { "provision" };
        let current = content.clone();
        let record = Record { recorded: content, current, void: false, corrections: vec![], import };
        self.append(Entry {
            kind,
            time: now,
            about: None,
            base,
            record: Some(record),
            erased_by: None,
            facts: vec![],
        })
    }

    /// What is known of a file that is to be imported.
    pub fn has_imported(&self, file: &str) -> bool {
        self.files.contains(file)
    }

    /// An import, with the entries before and after it.
    pub fn import(&mut self, now: Instant, file: String, rows: Vec<Content>, trusted: bool) {
        if trusted {
            let first = self.size() + 2;
            let range = format!("{first}-{}", first + rows.len() as u64 - 1);
            self.act("trust", now, vec![("range", vec![range])]);
        }
        let import = self.act("import", now, vec![("rows", vec![rows.len().to_string()])]);
        for row in rows {
            self.record(now, row, Some(import), trusted);
        }
        self.files.insert(file);
    }

    // ---- correcting ----

    /// The record at `index`, if it can be corrected.
    pub fn correctable(&self, index: u64) -> Result<&Record, Why> {
        match self.entry(index) {
            None => Err(Why::NoSuchEntry),
            Some(Entry { record: None, .. }) => Err(Why::NotARecord),
            Some(Entry { erased_by: Some(_), .. }) => Err(Why::Erased),
            Some(Entry { record: Some(record), .. }) if record.void => Err(Why::Void),
            Some(Entry { record: Some(record), .. }) => Ok(record),
        }
    }

    /// Whether the record that reads as `current` may be made to read as `amended`.
    pub fn may_amend(&self, now: Instant, current: &Content, amended: &Content) -> Vec<Why> {
        let mut whys = vec![];
        if has_time(now) {
            let today = day_of(now);
            let ahead = |c: &Content| c.latest_named().is_some_and(|day| day > today);
            // A record that was made beforehand may be corrected before its day.
            if ahead(amended) && !ahead(current) {
                whys.push(Why::FutureDay);
            }
        }
        let reversed = amended.from.zip(amended.to).is_some_and(|(from, to)| to < from);
        if reversed
            || (amended.bulk && amended.day.is_some())
            || (!amended.bulk && amended.from.or(amended.to).is_some())
        {
            whys.push(Why::Unlawful);
        }
        if current == amended {
            whys.push(Why::NothingChanges);
        }
        if amended.is_open() && !current.is_open() {
            whys.push(Why::Reopens);
        }
        whys
    }

    /// A correction: the record reads as `amended` from now on, or is void.
    pub fn correct(&mut self, now: Instant, about: u64, amended: Option<Content>) -> u64 {
        let base = match &amended {
            Some(amended) if amended.is_open() => Base::Open,
            Some(amended) => Base::Day(self.base(now, amended.last())),
            None => Base::Day(self.base(now, None)),
        };
        let index = self.append(Entry {
            kind: "correction",
            time: now,
            about: Some(about),
            base,
            record: None,
            erased_by: None,
            facts: vec![],
        });
        let record = self.entries[usize::try_from(about).unwrap()].record.as_mut().unwrap();
        record.corrections.push(index);
        match amended {
            Some(amended) => record.current = amended,
            None => record.void = true,
        }
        index
    }

    // ---- holds ----

    /// A correction is held with its record.
    pub fn hold(&mut self, now: Instant, named: &[u64]) {
        let names: BTreeSet<u64> = named
            .iter()
            .map(|index| match self.entry(*index).unwrap() {
                Entry { kind: "correction", about: Some(about), .. } => *about,
                _ => *index,
            })
            .collect();
        let runs = runs_of(names.iter().map(|index| (*index, String::new())));
        let index = self.act("hold", now, vec![("runs", runs)]);
        self.holds.push(Hold { index, names, released: false });
    }

    pub fn is_hold_in_force(&self, index: u64) -> bool {
        self.holds.iter().any(|hold| hold.index == index && !hold.released)
    }

    pub fn holds_in_force(&self) -> Vec<u64> {
        self.holds.iter().filter(|hold| !hold.released).map(|hold| hold.index).collect()
    }

    pub fn release(&mut self, now: Instant, hold: u64) {
        self.holds.iter_mut().find(|h| h.index == hold).unwrap().released = true;
        let facts = vec![("hold", vec![hold.to_string()])];
        self.append(Entry {
            kind: "release",
            time: now,
            about: Some(hold),
            base: Base::Never,
            record: None,
            erased_by: None,
            facts,
        });
    }

    // ---- erasing ----

    /// The latest over an entry and the entries about it.
    fn effective_base(&self, index: u64) -> Base {
        let about = self.entries.iter().filter(|e| e.kind == "correction" && e.about == Some(index));
        about.map(|e| e.base).chain([self.entries[usize::try_from(index).unwrap()].base]).max().unwrap()
    }

    fn plan_one(&self, index: u64, today: Day) -> Planned {
        let entry = self.entry(index).unwrap();
        let keep = |why| Planned { index, counts: None, keep: Some(why) };
        match entry {
            Entry { erased_by: Some(_), .. } => keep(Why::AlreadyErased),
            Entry { kind: "correction", .. } => keep(Why::WithRecord),
            Entry { record: None, .. } => keep(Why::Permanent),
            _ if self.holds.iter().any(|h| !h.released && h.names.contains(&index)) => keep(Why::Held),
            _ => match self.effective_base(index) {
                Base::Day(base) => {
                    let free = first_free(base, self.years);
                    let keep = (today < free).then_some(Why::Early);
                    Planned { index, counts: Some((base, free)), keep }
                }
                _ => keep(Why::Open),
            },
        }
    }

    /// What a deletion on this day does with the entries named (`None`: with whatever has expired), ascending. A correction goes
    /// with its record.
    pub fn plan(&self, named: Option<&[u64]>, today: Day) -> Vec<Planned> {
        let asked: BTreeSet<u64> = match named {
            Some(named) => named.iter().copied().collect(),
            None => (0..self.size())
                .filter(|i| self.entry(*i).is_some_and(|e| e.record.is_some() && e.erased_by.is_none()))
                .collect(),
        };
        let mut all: BTreeMap<u64, Planned> = BTreeMap::new();
        for index in asked.iter().filter(|index| **index < self.size()) {
            let planned = self.plan_one(*index, today);
            if planned.keep.is_none() {
                let record = self.entry(*index).unwrap().record.as_ref().unwrap();
                for correction in &record.corrections {
                    all.insert(*correction, Planned { index: *correction, ..planned.clone() });
                }
            }
            all.entry(*index).or_insert(planned);
        }
        all.into_values().collect()
    }

    /// The clock stands so far behind the newest entry that nothing may be erased by it.
    pub fn is_behind(&self, now: Instant) -> bool {
        self.newest - now > SLACK
    }

    /// Erases what is planned to go.
    pub fn erase(&mut self, now: Instant, plan: &[Planned]) {
        let gone = plan.iter().filter(|p| p.keep.is_none());
        let runs = runs_of(gone.clone().map(|p| {
            let (base, free) = p.counts.unwrap();
            (p.index, format!(" {} {}", day_text(base), day_text(free)))
        }));
        let facts = vec![("confirmed_on", vec![day_text(day_of(now))]), ("runs", runs)];
        let by = self.act("erasure", now, facts);
        for p in gone {
            self.entries[usize::try_from(p.index).unwrap()].erased_by = Some(by);
            self.keys.retain(|_, (index, _)| *index != p.index);
            self.newest_erased_base = self.newest_erased_base.max(p.counts.map(|(base, _)| base));
        }
        self.newest_erasure = self.newest_erasure.max(Some(now));
    }

    // ---- appending ----

    fn act(&mut self, kind: &'static str, time: Instant, facts: Vec<(&'static str, Vec<String>)>) -> u64 {
        let (about, base) = (None, Base::Never);
        self.append(Entry { kind, time, about, base, record: None, erased_by: None, facts })
    }

    fn append(&mut self, entry: Entry) -> u64 {
        let index = self.size();
        if self.newest_erasure.is_some_and(|erased_at| erased_at - entry.time > SLACK) {
            self.findings.push(index);
        }
        self.has_confirmed_step |= self.standing(entry.time) == Circumstance::FarAhead;
        self.newest = self.newest.max(entry.time);
        self.entries.push(entry);
        index
    }

    /// The records that are still there, with the first day on which each may go (`None`: it is open).
    pub fn records_left(&self) -> Vec<(u64, Option<Day>)> {
        let left = |(i, e): (usize, &Entry)| {
            (e.record.is_some() && e.erased_by.is_none()).then_some(u64::try_from(i).unwrap())
        };
        self.entries
            .iter()
            .enumerate()
            .filter_map(left)
            .map(|index| match self.effective_base(index) {
                Base::Day(base) => (index, Some(first_free(base, self.years))),
                _ => (index, None),
            })
            .collect()
    }
}

/// An entry can have this time.
pub fn has_time(now: Instant) -> bool {
    (0..day(9999, 1, 1).unwrap()).contains(&utc_day_of(now))
}

/// Ascending indexes, each with a text of its own, as runs `FIRST-LAST` and that text.
fn runs_of(all: impl Iterator<Item = (u64, String)>) -> Vec<String> {
    let mut runs: Vec<(u64, u64, String)> = Vec::new();
    for (index, text) in all {
        match runs.last_mut() {
            Some((_, last, of)) if *last + 1 == index && *of == text => *last = index,
            _ => runs.push((index, index, text)),
        }
    }
    runs.into_iter().map(|(first, last, text)| format!("{first}-{last}{text}")).collect()
}
