//! A legal hold (FORMAT.md, "Hold and release").
//!
//! Owns: its facts. Does not own: whether its runs are in their one form, and when it is in force (`verify`, `record::hold`).

use super::{By, Members, Parts, Said, texts};
use crate::ledger::Kind;
use crate::record::run::Run;

const FILTER: &str = super::export::FILTER;
const RUNS: &str = super::erasure::RUNS;

/// So many runs fit into the facts of one hold.
pub const MOST_RUNS: usize = 1000;

/// What a hold names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// By which conditions the entries were found (FORMAT.md, "Filters").
    pub filter: Vec<String>,
    /// The entries.
    pub runs: Vec<Run>,
}

impl Said for Hold {
    const KIND: Kind = Kind::Hold;

    fn parts(&self, by: By<'_>) -> Parts {
        let runs = texts(&self.runs);
        Parts::by(by, |facts| {
            facts
                .list(FILTER, self.filter.iter().map(String::as_str))
                .list(RUNS, runs.iter().map(String::as_str));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Hold> {
        let facts = Members::of(facts);
        Some(Hold { filter: facts.list(FILTER).unwrap_or_default(), runs: facts.read_list(RUNS)? })
    }
}
