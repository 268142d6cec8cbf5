//! What an erasure entry says in its facts: which entries, counted from which day, and whether the date was
//! confirmed by a person. FORMAT.md, section "Erasure".
//!
//! Owns: runs with the days that count for them, and their text form `FIRST-LAST BASE FREE`. Does not own: erasing
//! (`store`), judging (`verify`, `deletion`).

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use super::run::{NotARun, Run};

/// A run of consecutive entries that are erased together, with the same base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ErasedRun {
    /// First index.
    pub first: u64,
    /// Last index, inclusive.
    pub last: u64,
    /// The effective base of every entry in the run.
    pub base: NaiveDate,
    /// The first day on which deletion is allowed for that base.
    pub free: NaiveDate,
}

impl ErasedRun {
    /// The entries that it names.
    #[must_use]
    pub fn entries(self) -> Run {
        Run { first: self.first, last: self.last }
    }
}

impl fmt::Display for ErasedRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.entries(), self.base, self.free)
    }
}

impl FromStr for ErasedRun {
    type Err = NotARun;

    fn from_str(text: &str) -> Result<Self, NotARun> {
        let mut words = text.split(' ');
        let mut word = || words.next().ok_or(NotARun);
        let Run { first, last } = word()?.parse()?;
        let mut day = || word()?.parse().map_err(|_| NotARun);
        let run = ErasedRun { first, last, base: day()?, free: day()? };
        // One encoding only: what is read must be what would be written.
        if run.to_string() != text { Err(NotARun) } else { Ok(run) }
    }
}

/// Collects entries in ascending order into runs.
#[derive(Default)]
pub struct RunCollector {
    done: Vec<ErasedRun>,
}

impl RunCollector {
    /// Adds the next entry; indexes must ascend.
    pub fn push(&mut self, index: u64, base: NaiveDate, free: NaiveDate) {
        match self.done.last_mut() {
            Some(run) if run.last + 1 == index && run.base == base => run.last = index,
            _ => self.done.push(ErasedRun { first: index, last: index, base, free }),
        }
    }

    /// The runs, in ascending order.
    #[must_use]
    pub fn finish(self) -> Vec<ErasedRun> {
        self.done
    }
}

/// A deletion that was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// Index of the erasure entry.
    pub index: u64,
    /// Its legal day.
    pub day: NaiveDate,
    /// How many entries were erased.
    pub entries: u64,
    /// How many lost their extra part alone.
    pub extras: u64,
    /// The latest base among them: retention counted from it.
    pub base: Option<NaiveDate>,
    /// The first day on which that could be deleted.
    pub free: Option<NaiveDate>,
    /// The reason that was given, while it is kept.
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_of_a_run_is_read() {
        let text = "5-16 2021-05-10 2024-05-11";
        let run: ErasedRun = text.parse().unwrap();
        assert_eq!((run.first, run.last, run.to_string().as_str()), (5, 16, text));
        for bad in [
            "",
            "5 2021-05-10 2024-05-11",
            "5-4 2021-05-10 2024-05-11",
            "05-16 2021-05-10 2024-05-11",
            "5-16 2021-5-10 2024-05-11",
            "5-16  2021-05-10 2024-05-11",
            "5-16 2021-05-10 2024-05-11 ",
            "5-16 2021-02-30 2024-05-11",
            "+5-16 2021-05-10 2024-05-11",
        ] {
            assert_eq!(bad.parse::<ErasedRun>(), Err(NotARun), "{bad:?}");
        }
    }

    #[test]
    fn neighbours_with_the_same_base_make_one_run() {
        let [a, b] = ["2021-05-10", "2021-05-11"].map(|d| d.parse::<NaiveDate>().unwrap());
        let mut runs = RunCollector::default();
        for (index, base) in [(1, a), (2, a), (3, b), (5, b), (6, b)] {
            runs.push(index, base, base);
        }
        let ranges: Vec<_> = runs.finish().iter().map(|r| (r.first, r.last)).collect();
        assert_eq!(ranges, [(1, 2), (3, 3), (5, 6)]);
    }
}
