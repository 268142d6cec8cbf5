//! Legal holds: what they name stays, whatever its retention says. FORMAT.md, "Hold and release".
//!
//! Owns: what a hold names, whether it was in force. Does not own: runs (`run`), its parts (`act`), judging (`verify`, `deletion`).

use super::run::Run;

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its index.
    pub index: u64,
    /// What it names, ascending; `None`: it cannot be read.
    pub runs: Option<Vec<Run>>,
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
    use crate::record::run::runs_of;

    #[test]
    fn a_hold_names_what_its_runs_name_until_it_is_released() {
        let runs = runs_of([2, 3, 4, 9]);
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
