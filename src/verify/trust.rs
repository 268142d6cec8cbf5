//! Trust entries: which records may have a retention base from before they were written (FORMAT.md, "Trust").
//!
//! Owns: what a trust entry covers. Does not own: reading the log (`chain`), the base itself (`record::retention`).

use chrono::NaiveDate;

use super::PartSeen;
use super::finding::Notice;
use crate::act::{self, Said as _};
use crate::ledger::Timestamp;
use crate::record::run::Run;

/// A recorded decision to count from dates that a file claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Its index.
    pub index: u64,
    /// Its time.
    pub time: Timestamp,
    /// The records that it is about; `None`: its facts are not of the form given.
    pub range: Option<Run>,
}

impl Trust {
    /// What the facts of a trust entry say.
    #[must_use]
    pub fn of_facts(index: u64, time: Timestamp, facts: &[u8]) -> Self {
        let range = act::Trust::read(facts, &[]).map(|trust| trust.range);
        // The import entry stands between the two.
        Trust { index, time, range: range.filter(|range| index.checked_add(2) == Some(range.first)) }
    }

    /// It is about the record at `index`, which was written at `time`: together with it.
    #[must_use]
    pub fn covers(&self, index: u64, time: Timestamp) -> bool {
        self.time == time && self.range.is_some_and(|range| range.covers(index))
    }

    /// What is said of it, where it can be read.
    #[must_use]
    pub fn notice(&self) -> Option<Notice> {
        self.range.map(|Run { first, last }| Notice::Trusted { trust: self.index, first, last })
    }
}

/// The day on which a record claims to have been made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The part that would say so is not shown, or was erased.
    Unseen,
    /// It claims none.
    Nothing,
    /// This one.
    Day(NaiveDate),
}

impl Claim {
    /// What the extra part of a record claims.
    #[must_use]
    pub fn of(extra: &PartSeen<'_>, claimed: Option<NaiveDate>) -> Self {
        match extra {
            PartSeen::Present { .. } | PartSeen::Absent => claimed.map_or(Claim::Nothing, Claim::Day),
            PartSeen::Erased { .. } | PartSeen::Withheld { .. } | PartSeen::Broken(_) => Claim::Unseen,
        }
    }

    /// A base of this day may rest on it.
    #[must_use]
    pub fn allows(self, base: NaiveDate) -> bool {
        match self {
            Claim::Unseen => true,
            Claim::Nothing => false,
            Claim::Day(claimed) => claimed <= base,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_covers_what_was_written_with_it_and_directly_after_the_import() {
        let time = Timestamp::from_text(b"2026-11-23T03:00:00.000Z").unwrap();
        let later = Timestamp::from_text(b"2026-11-23T03:00:00.001Z").unwrap();
        let trust = |facts: &str| Trust::of_facts(5, time, facts.as_bytes());
        let good = trust(r#"{"range":"7-9"}"#);
        let covered: Vec<u64> = (0..20).filter(|index| good.covers(*index, time)).collect();
        assert_eq!(covered, [7, 8, 9]);
        assert!(!good.covers(7, later), "nothing that is written later can be put under it");
        for bad in ["6-9", "8-9", "9-7", "7-09", "7", ""] {
            assert_eq!(trust(&format!(r#"{{"range":"{bad}"}}"#)).range, None, "{bad:?}");
        }
        assert_eq!(trust("{}").range, None);
        assert_eq!(Trust::of_facts(u64::MAX, time, br#"{"range":"1-9"}"#).range, None);
    }

    #[test]
    fn a_base_rests_on_a_claim_that_is_no_later() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let claim = Claim::of(&PartSeen::Absent, Some(day("2021-04-05")));
        assert!(claim.allows(day("2021-04-05")) && claim.allows(day("2021-04-06")));
        assert!(!claim.allows(day("2021-04-04")));
        assert!(!Claim::of(&PartSeen::Absent, None).allows(day("2021-04-05")));
        assert!(Claim::of(&PartSeen::Broken(crate::verify::Broken::Salt), None).allows(day("2021-04-05")));
    }
}
