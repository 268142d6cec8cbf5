//! Handing the log, up to its end or an earlier size, over for evidence: every header, and the records that are opened.
//!
//! Owns: which records a filter opens, headers rebuilt from what is stored; that no altered entry is handed over. Does not own:
//! files (`export`).

use std::collections::HashSet;

use super::altered::Before;
use super::connection::Store;
use super::correction::{Corrections, correction_of};
use super::damage::Damage;
use super::failure::{Failure, Result};
use super::filter::Filter;
use super::keys::Fingerprints;
use super::query::Entry;
use super::read::Seen;
use super::scan::Chunk;
use crate::ledger::kind::Facts;
use crate::ledger::proof::Range;
use crate::ledger::tree::peak_positions;
use crate::ledger::{Digest, Header, Kind, Salt};
use crate::record::correction::Correction;
use crate::verify::PartSeen;

/// An entry for an outsider.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Its header, rebuilt from what is stored.
    pub header: Header,
    /// The leaf hash that is stored for it.
    pub leaf: Digest,
    /// The record in it, if the filter opens it.
    pub opened: Option<Entry>,
    /// The correction in it, if the record that it is about is opened.
    pub correction: Option<OpenedCorrection>,
    /// What an erasure has left of it.
    pub erased: Option<Gone>,
    /// The facts of a permanent entry, with their salt: nothing personal is in them.
    pub act: Option<(Salt, String)>,
}

/// A correction for an outsider.
#[derive(Clone, Debug)]
pub struct OpenedCorrection {
    /// The record that it is about.
    pub about: u64,
    /// What it says.
    pub correction: Correction,
    /// Salt of its facts.
    pub facts_salt: Option<Salt>,
    /// Salt of its extra part.
    pub extra_salt: Option<Salt>,
}

/// When an entry was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// By an entry of the log that is handed over.
    Before,
    /// By an entry behind its end: at that size it was still there.
    Since,
}

/// What is handed over.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// Which records are opened.
    pub filter: &'a Filter,
    /// Where the secret is at hand, a person is looked up instead of searched.
    pub fingerprints: Option<&'a Fingerprints>,
    /// The log's first so many entries.
    pub size: u64,
    /// Entries that the filter cannot open need not be handed over.
    pub sparse: bool,
}

impl Store {
    /// Hands over the entries: `see` on several threads, entries of a chunk one after the other into one `R`; `take` gets
    /// the chunks on this thread, in the order of the log. The caller is inside [`Store::in_one_state`].
    ///
    /// Each is re-hashed on the way. Of one that is not what was recorded, and that the filter cannot open, `see` gets the
    /// failure: whether it is left out altogether is for the caller to say.
    ///
    /// # Errors
    /// Those of the database, of `see` and of `take`; [`Failure::Damaged`] for an entry that is not what was recorded and that
    /// the filter may open.
    pub fn evidence<R: Default + Send, E: From<Failure> + Send>(
        &self,
        opening: &Opening<'_>,
        see: impl Fn(&mut R, Result<Evidence>) -> std::result::Result<(), E> + Sync,
        take: impl FnMut(R) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let asked = self.asked(opening)?;
        let look = |store: &Store, chunk: Chunk| {
            let mut before = Before::default();
            let first = store.prev_of(chunk.from)?;
            let mut seen_so_far = Ok(R::default());
            store.see_chunk(chunk, |seen| {
                if let Ok(so_far) = &mut seen_so_far {
                    let index = seen.sighting.index;
                    let prev = if index == chunk.from { first } else { before.of_next(index) };
                    before.saw(index, seen.sighting.leaf);
                    let seen_now = match store.entry_for(seen, prev, opening.size, &asked) {
                        Err(e) if asked.may_open(index) => Err(e.into()),
                        handed => see(so_far, handed),
                    };
                    if let Err(e) = seen_now {
                        seen_so_far = Err(e);
                    }
                }
            })?;
            seen_so_far
        };
        match asked.candidates.as_deref().filter(|_| opening.sparse) {
            Some(few) => self.share(Vec::new(), chunks_of(few, opening.size).map(Ok), look, take),
            None => self.share(self.helpers()?, self.chunks_below(opening.size), look, take),
        }
    }

    /// The compact range left of an entry: the hashes of the complete subtrees that make up what comes before it, largest
    /// first.
    ///
    /// # Errors
    /// Those of the database; [`Failure::Damaged`] where a node or an entry is missing.
    pub fn left_of(&self, first: u64) -> Result<Vec<Digest>> {
        let ranges = peak_positions(first)
            .map(|(level, number)| Range { first: number << level, end: (number + 1) << level });
        self.hashes_of(&ranges.collect::<Vec<_>>())
    }

    /// One entry for an outsider, not opened; `None` where there is none.
    ///
    /// # Errors
    /// [`Failure::Damaged`] where it is not what was recorded, and those of the database.
    pub fn evidence_of(&self, index: u64) -> Result<Option<Evidence>> {
        let prev = self.prev_of(index)?;
        let filter = Filter::default();
        let nothing = Asked {
            filter: &filter,
            candidates: Some(Vec::new()),
            corrections: Corrections::new(),
            corrected: HashSet::new(),
        };
        self.see_one(index, |seen| self.entry_for(seen, prev, u64::MAX, &nothing))?.transpose()
    }

    /// What a filter opens, found out before the log is read.
    fn asked<'a>(&self, opening: &Opening<'a>) -> Result<Asked<'a>> {
        let filter = opening.filter;
        let mut candidates = self.candidates(filter, opening.fingerprints)?;
        let corrections = self.corrections(opening.size)?;
        let mut corrected = HashSet::new();
        for (about, all) in &corrections {
            let prev = self.prev_of(*about)?;
            let record =
                self.see_one(*about, |seen| self.hashed_record(seen, prev, (None, None)))?.transpose()?;
            if record.is_some_and(|record| filter.matches_either(&record.corrected(all))) {
                corrected.insert(*about);
            }
        }
        if let Some(candidates) = &mut candidates {
            candidates.extend(corrections.keys());
            // Those that cannot be read among them: what they have made of a record, nobody can tell.
            candidates.extend(self.of_kind(Kind::Correction)?.unwrap_or_default());
            candidates.sort_unstable();
            candidates.dedup();
        }
        Ok(Asked { filter, candidates, corrections, corrected })
    }

    fn entry_for(
        &self,
        seen: &Seen<'_>,
        prev: Option<Digest>,
        size: u64,
        asked: &Asked<'_>,
    ) -> Result<Evidence> {
        let s = &seen.sighting;
        let altered = |why| Failure::Damaged { index: Some(s.index), why };
        let header = s.header(prev).map_err(|why| altered(why.into()))?;
        if !seen.is_as_recorded(&header) {
            return Err(altered(Damage::NotHandedOut));
        }
        let mut opened = None;
        if seen.cells.is_some() && asked.may_open(s.index) {
            let record = self.hashed_record(seen, header.prev, (header.facts, header.extra))?;
            let of = asked.corrections.get(&s.index).map_or(&[][..], Vec::as_slice);
            opened = Some(record.corrected(of)).filter(|r| asked.filter.matches_either(r));
        }
        let correction = match correction_of(seen).filter(|(about, _)| asked.corrected.contains(about)) {
            Some((about, correction)) => {
                let salt = |part: &PartSeen<'_>| match part {
                    PartSeen::Present { salt, .. } => Some(*salt),
                    _ => None,
                };
                let (facts_salt, extra_salt) = (salt(&s.facts), salt(&s.extra));
                Some(OpenedCorrection { about, correction, facts_salt, extra_salt })
            }
            None => None,
        };
        let act = match s.facts {
            PartSeen::Present { salt, bytes, .. } if header.kind.facts() == Facts::Permanent => {
                Some((salt, String::from_utf8_lossy(bytes).into_owned()))
            }
            _ => None,
        };
        let erased = match s.facts {
            PartSeen::Erased { .. } => Some(match self.erased_by(s.index)? {
                Some(by) if by >= size => Gone::Since,
                _ => Gone::Before,
            }),
            _ => None,
        };
        Ok(Evidence { header, leaf: s.leaf, opened, correction, erased, act })
    }
}

/// What is asked for.
struct Asked<'a> {
    filter: &'a Filter,
    /// The entries that may be opened; `None`: all.
    candidates: Option<Vec<u64>>,
    corrections: Corrections,
    /// The corrected records that are opened: their corrections are opened with them.
    corrected: HashSet<u64>,
}

impl Asked<'_> {
    fn may_open(&self, index: u64) -> bool {
        self.candidates.as_ref().is_none_or(|all| all.binary_search(&index).is_ok())
    }
}

/// Indexes, ascending, in chunks of neighbours; those below `size`.
fn chunks_of(indexes: &[u64], size: u64) -> impl Iterator<Item = Chunk> {
    let mut rest = indexes.iter().copied().filter(move |index| *index < size).peekable();
    std::iter::from_fn(move || {
        let from = rest.next()?;
        let mut to = from;
        while let Some(next) = rest.next_if(|next| *next == to + 1) {
            to = next;
        }
        Some(Chunk { from, to })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_read_together_and_nothing_behind_the_size() {
        let chunks: Vec<_> = chunks_of(&[2, 3, 4, 8, 10, 11, 12], 12).map(|c| (c.from, c.to)).collect();
        assert_eq!(chunks, [(2, 4), (8, 8), (10, 11)]);
        assert_eq!(chunks_of(&[5], 5).count(), 0);
    }
}
