//! Legal holds: what they name stays, whatever its retention says. FORMAT.md, "Hold and release".
//!
//! Owns: runs of indexes in a hold and their text form, whether a hold was in force. Does not own: judging (`verify`,
//! `deletion`).

use std::fmt;
use std::str::FromStr;

/// Consecutive entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldRun {
    /// First index.
    pub first: u64,
    /// Last index, inclusive.
    pub last: u64,
}

impl HeldRun {
    /// It names this entry.
    #[must_use]
    pub fn covers(self, index: u64) -> bool {
        (self.first..=self.last).contains(&index)
    }
}

/// The text is not of the form `FIRST-LAST`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARun;

impl fmt::Display for HeldRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

impl FromStr for HeldRun {
    type Err = NotARun;

    fn from_str(text: &str) -> Result<Self, NotARun> {
        let (first, last) = text.split_once('-').ok_or(NotARun)?;
        let index = |text: &str| text.parse().map_err(|_| NotARun);
        let run = HeldRun { first: index(first)?, last: index(last)? };
        // One encoding only: what is read must be what would be written.
        if run.first > run.last || run.to_string() != text { Err(NotARun) } else { Ok(run) }
    }
}

/// Ascending indexes as runs.
pub fn runs_of(indexes: impl IntoIterator<Item = u64>) -> Vec<HeldRun> {
    let mut runs: Vec<HeldRun> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some(run) if run.last + 1 == index => run.last = index,
            _ => runs.push(HeldRun { first: index, last: index }),
        }
    }
    runs
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its index.
    pub index: u64,
    /// What it names, ascending; `None`: it cannot be read.
    pub runs: Option<Vec<HeldRun>>,
    /// The entry that released it.
    pub released: Option<u64>,
}

impl Hold {
    /// It names this entry.
    #[must_use]
    pub fn covers(&self, index: u64) -> bool {
        let runs = self.runs.as_deref().unwrap_or_default();
        let at = runs.partition_point(|run| run.last < index);
        runs.get(at).is_some_and(|run| run.first <= index)
    }

    /// It was in force when the entry at `index` was made.
    #[must_use]
    pub fn in_force_at(&self, index: u64) -> bool {
        self.index < index && self.released.is_none_or(|released| released > index)
    }
}

/// The first hold among these that was in force at entry `at` and names `index`.
#[must_use]
pub fn holding(holds: &[Hold], index: u64, at: u64) -> Option<u64> {
    holds.iter().find(|hold| hold.in_force_at(at) && hold.covers(index)).map(|hold| hold.index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_names_what_its_runs_name_until_it_is_released() {
        let runs = runs_of([2, 3, 4, 9]);
        let texts: Vec<String> = runs.iter().map(HeldRun::to_string).collect();
        assert_eq!(texts, ["2-4", "9-9"]);
        let parsed: Result<Vec<HeldRun>, _> = texts.iter().map(|t| t.parse()).collect();
        assert_eq!(parsed.as_ref(), Ok(&runs));
        for bad in ["", "5", "5-4", "05-6", "5-6 ", "+5-6"] {
            assert_eq!(bad.parse::<HeldRun>(), Err(NotARun), "{bad:?}");
        }
        let hold = Hold { index: 20, runs: Some(runs), released: Some(30) };
        let covered: Vec<u64> = (0..12).filter(|i| hold.covers(*i)).collect();
        assert_eq!(covered, [2, 3, 4, 9]);
        assert_eq!(
            [19, 20, 21, 29, 30, 31].map(|at| hold.in_force_at(at)),
            [false, false, true, true, false, false]
        );
        assert_eq!(holding(&[hold], 4, 25), Some(20));
    }
}
