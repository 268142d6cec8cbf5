//! Consecutive entries, as holds, trust entries and erasures name them.
//!
//! Owns: their text form, indexes to runs. Does not own: what is said of them (`hold`, `erasure`).

use std::fmt;
use std::str::FromStr;

/// Consecutive entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// First index.
    pub first: u64,
    /// Last index, inclusive.
    pub last: u64,
}

impl Run {
    /// It names this entry.
    #[must_use]
    pub fn covers(self, index: u64) -> bool {
        (self.first..=self.last).contains(&index)
    }
}

/// The text is not of the form that it must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARun;

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

impl FromStr for Run {
    type Err = NotARun;

    fn from_str(text: &str) -> Result<Self, NotARun> {
        let (first, last) = text.split_once('-').ok_or(NotARun)?;
        let index = |text: &str| text.parse().map_err(|_| NotARun);
        let run = Run { first: index(first)?, last: index(last)? };
        // One encoding only: what is read must be what would be written.
        if run.first > run.last || run.to_string() != text { Err(NotARun) } else { Ok(run) }
    }
}

/// Ascending indexes as runs.
pub fn runs_of(indexes: impl IntoIterator<Item = u64>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for index in indexes {
        match runs.last_mut() {
            Some(run) if run.last + 1 == index => run.last = index,
            _ => runs.push(Run { first: index, last: index }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_of_a_run_is_read() {
        let runs = runs_of([2, 3, 4, 9]);
        let texts: Vec<String> = runs.iter().map(Run::to_string).collect();
        assert_eq!(texts, ["2-4", "9-9"]);
        let parsed: Result<Vec<Run>, _> = texts.iter().map(|t| t.parse()).collect();
        assert_eq!(parsed.as_ref(), Ok(&runs));
        for bad in ["", "5", "5-4", "05-6", "5-6 ", "+5-6"] {
            assert_eq!(bad.parse::<Run>(), Err(NotARun), "{bad:?}");
        }
    }
}
