//! Evidence that left the house (FORMAT.md, "Import and export").
//!
//! Owns: its facts. Does not own: the folder (`export`), how a condition is named (FORMAT.md, "Filters": where filters are).

use super::{By, Members, Parts, Said, yes};
use crate::ledger::Kind;

pub(super) const DIGEST: &str = "digest";
const ERASED: &str = "erased";
const ERASED_SINCE: &str = "erased_since";
pub(super) const FILTER: &str = "filter";
const FIRST: &str = "first";
const OPENED: &str = "opened";
const SIZE: &str = "size";
const SPARSE: &str = "sparse";
const WITHHELD: &str = "withheld";

/// What an export entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The keyed digest of `records.csv`.
    pub digest: Option<String>,
    /// By which conditions records were opened.
    pub filter: Vec<String>,
    /// How many were.
    pub opened: u64,
    /// The size of the log that was exported.
    pub size: u64,
    /// What was shown of the others.
    pub shown: Shown,
}

/// What a folder shows of the entries that it does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The headers of a range.
    Range {
        /// Its first index.
        first: u64,
        /// How many entries in it were erased.
        erased: u64,
        /// How many were erased behind its end.
        erased_since: u64,
        /// How many are there and not shown.
        withheld: u64,
    },
    /// Nothing: each opened entry has a proof of its own.
    Nothing,
}

impl Said for Export {
    const KIND: Kind = Kind::Export;

    fn parts(&self, by: By<'_>) -> Parts {
        let (range, sparse) = match self.shown {
            Shown::Range { first, erased, erased_since, withheld } => {
                (Some((first, erased, erased_since, withheld)), false)
            }
            Shown::Nothing => (None, true),
        };
        Parts::by(by, |facts| {
            facts
                .text(DIGEST, self.digest.as_deref())
                .number(ERASED, range.map(|(_, erased, ..)| erased))
                .number(ERASED_SINCE, range.map(|(_, _, since, _)| since).filter(|n| *n > 0))
                .list(FILTER, self.filter.iter().map(String::as_str))
                .number(FIRST, range.map(|(first, ..)| first))
                .number(OPENED, Some(self.opened))
                .number(SIZE, Some(self.size))
                .text(SPARSE, yes(sparse))
                .number(WITHHELD, range.map(|(.., withheld)| withheld));
        })
    }

    fn read(facts: &[u8], _: &[u8]) -> Option<Export> {
        let facts = Members::of(facts);
        let shown = match facts.is_so(SPARSE) {
            true => Shown::Nothing,
            false => Shown::Range {
                first: facts.number(FIRST)?,
                erased: facts.number(ERASED)?,
                erased_since: facts.number(ERASED_SINCE).unwrap_or_default(),
                withheld: facts.number(WITHHELD)?,
            },
        };
        Some(Export {
            digest: facts.text(DIGEST),
            filter: facts.list(FILTER).unwrap_or_default(),
            opened: facts.number(OPENED)?,
            size: facts.number(SIZE)?,
            shown,
        })
    }
}
